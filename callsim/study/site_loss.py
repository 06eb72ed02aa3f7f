"""Each site lost in turn (N-1), in the middle of the day: which goals fail, how soon all is well again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from callsim.scenario import Incident, Scenario
from callsim.units import show_clock

HOUR_MS = 3_600_000
BEGINS, ENDS = 10 * HOUR_MS, 14 * HOUR_MS  # of day 1: the four hours of a cut fibre, in the busiest half


def site_losses(
    scenario: Scenario, as_it_is: Mapping[str, Any], figures: Callable[[Scenario], Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """A day on which a site cannot be used for four hours, for each site that has agents."""
    with_agents = [
        site for site in scenario.sites if any(group.site == site for group in scenario.groups.values())
    ]
    return [_loss(site, as_it_is, figures(_without(scenario, site))) for site in with_agents]


def _without(scenario: Scenario, site: str) -> Scenario:
    """The site loses all seats, calls in progress are cut off, and who sat there waits until it is back."""
    lost = Incident.model_construct(
        name=f"{site} is lost", from_=BEGINS, to=ENDS, site=site, seats_lost=1.0, calls_in_progress="dropped"
    )
    return scenario.model_copy(update={"incidents": (*scenario.incidents, lost)})


def _loss(site: str, as_it_is: Mapping[str, Any], left: Mapping[str, Any]) -> dict[str, Any]:
    before, after = as_it_is["queues"], left["queues"]
    goals = [name for name, queue in after.items() if "goal" in queue]
    counted = left["counted"]
    recovered = {name: left["recovery_s"][name] for name in goals}
    return {
        "site": site,
        "from": show_clock(BEGINS),
        "to": show_clock(ENDS),
        "missed": [name for name in goals if after[name]["goal"]["met"] is False],
        "missed_before": [name for name in goals if before[name]["goal"]["met"] is False],
        "goals": len(goals),
        "dropped": left["total"]["dropped"],
        "service_level": left["total"]["service_level"][counted],
        "abandoned_share": left["total"]["abandoned_share"],
        "recovery_s": recovered,
        "queues": {name: queue["service_level"][counted] for name, queue in after.items()},
    }
