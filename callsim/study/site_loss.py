"""Each site lost in turn (N-1): which goals the others still meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from callsim.build.scaled import with_staff
from callsim.scenario import Scenario


def site_losses(
    scenario: Scenario, as_it_is: Mapping[str, Any], figures: Callable[[Scenario], Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """A whole day without the agents of a site; sites without agents are left out."""
    with_agents = [
        site for site in scenario.sites if any(group.site == site for group in scenario.groups.values())
    ]
    return [_loss(site, as_it_is, figures(_without(scenario, site))) for site in with_agents]


def _without(scenario: Scenario, site: str) -> Scenario:
    groups = {
        name: with_staff(group, 0.0) if group.site == site else group
        for name, group in scenario.groups.items()
    }
    return scenario.model_copy(update={"groups": groups})


def _loss(site: str, as_it_is: Mapping[str, Any], left: Mapping[str, Any]) -> dict[str, Any]:
    before, after = as_it_is["queues"], left["queues"]
    goals = [name for name, queue in after.items() if "goal" in queue]
    counted = left["counted"]
    return {
        "site": site,
        "missed": [name for name in goals if after[name]["goal"]["met"] is False],
        "missed_before": [name for name in goals if before[name]["goal"]["met"] is False],
        "goals": len(goals),
        "service_level": left["total"]["service_level"][counted],
        "abandoned_share": left["total"]["abandoned_share"],
        "queues": {name: queue["service_level"][counted] for name, queue in after.items()},
    }
