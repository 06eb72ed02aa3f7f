"""Where a plan breaks: how much more of what can go wrong each goal stands, on the very same traces."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callsim.model.buildout import Years, lay_out
from callsim.model.plan_day import Crowd, Day, day_of
from callsim.results.goals import goals_of
from callsim.scenario import Buildout, Phase, PlanDay, Scenario
from callsim.scenario.scaled import with_absence, with_handling, with_volume
from callsim.study.buildout.journal import Kept
from callsim.study.buildout.looks import Looker
from callsim.study.options import Progress, RunOptions, Tell
from callsim.study.stress.breaking import Break, breaks
from callsim.study.stress.buildout import plan_limits
from callsim.study.stress.site_loss import site_losses
from callsim.version import __version__

RUNS = 10  # of a look, where nobody says
SWING = 10  # steps of one per cent to either side, for the tornado


@dataclass(frozen=True)
class Axis:
    """One thing that can get worse, in steps of one per cent."""

    what: str
    says: str
    lowest: int
    start: int  # as it is
    highest: int
    changed: Callable[[Scenario, int], Scenario]
    is_share: bool = False  # of the agents; else times what it is

    def amount(self, step: int) -> float:
        """The step as times or share."""
        return step / 100


def _volume(scenario: Scenario, step: int) -> Scenario:
    queues = {
        name: queue.model_copy(update={"arrivals": with_volume(queue.arrivals, step / 100)})
        for name, queue in scenario.queues.items()
    }
    return scenario.model_copy(update={"queues": queues})


def _handling(scenario: Scenario, step: int) -> Scenario:
    queues = {name: with_handling(queue, step / 100) for name, queue in scenario.queues.items()}
    return scenario.model_copy(update={"queues": queues})


def _absence(scenario: Scenario, step: int) -> Scenario:
    groups = {name: with_absence(group, step / 100) for name, group in scenario.groups.items()}
    return scenario.model_copy(update={"groups": groups})


AXES = (
    Axis("volume", "times the calls", 5, 100, 400, _volume),
    Axis("handling time", "times as long for talk and wrap", 5, 100, 400, _handling),
    Axis("absence", "of the agents stay away, on top of all else", 0, 0, 90, _absence, is_share=True),
)


@dataclass(frozen=True)
class StressResult:
    """The result of `callsim stress`."""

    scenario: Scenario
    seed: int
    runs: int
    engine: str
    as_it_is: dict[str, Any]  # figures of the day
    limits: list[dict[str, Any]]
    sites: list[dict[str, Any]]
    tornado: list[dict[str, Any]]

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the results."""
        return {
            "scenario": self.scenario.name,
            "seed": self.seed,
            "runs": self.runs,
            "engine": self.engine,
            "version": __version__,
            "counted": self.scenario.goals.counted,
            "goals": {
                name: queue["goal"] | {"service_level": queue["service_level"][self.scenario.goals.counted]}
                for name, queue in self.as_it_is["queues"].items()
                if "goal" in queue
            },
            "ranking": ranking(self.limits, self.sites),
            "mending": mending(self.limits),
            "limits": self.limits,
            "sites": self.sites,
            "tornado": self.tornado,
        }


def stress(
    scenario: Scenario,
    runs: int | None = None,
    seed: int = 1,
    engine: str = "kernel",
    jobs: int | None = None,
    on_progress: Tell | None = None,
    stop: threading.Event | None = None,
    kept: Kept | str | Path | None = None,
    copies_played: int | None = None,
) -> StressResult:
    """Make things worse, one at a time, until each goal fails; and take each site away in turn.

    `copies_played`: copies of a queue that are played for all (default: as the build-out says, else all).
    `kept` names a file in which simulated days are kept: a study that was stopped goes on where it was.
    Otherwise as `callsim.run`.
    """
    options = RunOptions(
        runs=runs, seed=seed, engine=engine, jobs=jobs, progress=Progress(on_progress), stop=stop
    )
    return stressed(scenario, options, kept, copies_played)


def stressed(
    scenario: Scenario,
    options: RunOptions,
    kept: Kept | str | Path | None = None,
    copies_played: int | None = None,
) -> StressResult:
    """As `stress`."""
    plan = scenario.buildout
    runs = options.runs or (plan.runs if plan is not None else None) or RUNS
    options = options.but(runs=runs)
    copies_played = copies_played or (plan.copies_played if plan is not None else None)
    kept = kept if isinstance(kept, Kept) else Kept(kept)
    looker = Looker(options, kept)
    goals = sum(queue.goal is not None for queue in scenario.queues.values())
    # Doubling strides and bisection: a guess that only the progress bar needs.
    looker.expected = 1 + len(AXES) * (8 + 2 * min(goals, 6)) + 2 * len(scenario.sites)

    def figures(changed: Scenario, last_day: bool = False) -> dict[str, Any]:
        return looker.at(as_written(changed, copies_played), last_day)

    as_it_is = figures(scenario)
    limits, tornado = [], []
    for axis in AXES:

        def look(step: int, axis: Axis = axis) -> Mapping[str, bool]:
            return met(figures(axis.changed(scenario, step)))

        found = breaks(look, axis.lowest, axis.start, axis.highest)
        limits += [_limit(axis, goal, known) for goal, known in found.items()]
        steps = {"low": max(axis.lowest, axis.start - SWING), "high": axis.start + SWING}
        ends = {end: (axis.amount(at), figures(axis.changed(scenario, at))) for end, at in steps.items()}
        tornado.append(_swing(axis.what, as_it_is, ends))
    if plan is not None:
        limits += plan_limits(scenario, looker)
    sites = site_losses(scenario, figures)
    return StressResult(scenario, options.seed, runs, options.engine, as_it_is, limits, sites, tornado)


def as_written(scenario: Scenario, copies_played: int | None) -> Day:
    """The day of a scenario as its file has it, perhaps with some copies standing for all."""
    seats = {name: site.seats for name, site in scenario.sites.items() if site.seats is not None}
    phase = Phase.model_construct(name="now", on=datetime.date(2000, 1, 1), over=0.0, seats=seats, close=())
    plan = Buildout.model_construct(
        phases=(phase,), copies_played=copies_played, until=phase.on + datetime.timedelta(days=1)
    )
    years: Years = lay_out(scenario.model_copy(update={"buildout": plan}))
    return day_of(years, 0, PlanDay(), Crowd({}, {}, {}))


def met(figures: Mapping[str, Any]) -> dict[str, bool]:
    """Which goals are met; a goal that nobody called is not missed."""
    return {
        name: queue["goal"]["met"] is not False
        for name, queue in figures["queues"].items()
        if "goal" in queue
    }


def _limit(axis: Axis, goal: str, known: Break) -> dict[str, Any]:
    amount = None if known.fails is None else axis.amount(known.fails)
    return {
        "what": axis.what,
        "goal": goal,
        "times": None if axis.is_share else amount,
        "share": amount if axis.is_share else None,
        "holds_at": None if known.holds is None else axis.amount(known.holds),
        "room": None if known.fails is None else (known.fails - axis.start) / 100,
        "looked_up_to": axis.amount(axis.highest),
    }


def _swing(
    what: str, as_it_is: Mapping[str, Any], ends: Mapping[str, tuple[float, Mapping[str, Any]]]
) -> dict[str, Any]:
    """A tenth less and a tenth more: what becomes of the service level of all calls and of the goals."""
    brief = {end: {"amount": amount, **_brief(figures)} for end, (amount, figures) in ends.items()}
    return {"what": what, "as_it_is": _brief(as_it_is), **brief}


def _brief(figures: Mapping[str, Any]) -> dict[str, Any]:
    goals = goals_of(figures["queues"])
    level = figures["total"]["service_level"][figures["counted"]]
    return {"service_level": level, "goals_met": goals.met, "goals": goals.of}


def ranking(limits: list[dict[str, Any]], sites: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What breaks first: for each thing the goal with the least room, the least of all first.

    A goal that is missed as it is cannot break any more: see `mending`.
    """
    first: dict[str, dict[str, Any]] = {}
    for limit in limits:
        room = limit["room"]
        if (
            room is not None
            and room > 0
            and (limit["what"] not in first or room < first[limit["what"]]["room"])
        ):
            first[limit["what"]] = {"what": limit["what"], "goal": limit["goal"], "room": room}
    rows = sorted(first.values(), key=lambda row: float(row["room"]))
    broken: dict[str, str] = {}  # by site; where days differ it has several rows
    for site in sites:
        for goal in site["missed"]:
            if goal not in site["missed_before"]:
                broken.setdefault(site["site"], goal)
    return rows + [{"what": f"loss of {site}", "goal": goal, "room": 0.0} for site, goal in broken.items()]


def mending(limits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each thing that could get better, how far it must for every goal that is missed as it is.

    The goal that takes most comes with the amount at which it still holds; None: none that was tried.
    """
    worst: dict[str, dict[str, Any]] = {}
    for limit in limits:
        if limit["room"] is None or limit["room"] > 0:
            continue
        holds = limit["holds_at"]
        known = worst.get(limit["what"])
        if known is None or (known["holds_at"] is not None and (holds is None or holds < known["holds_at"])):
            worst[limit["what"]] = {"what": limit["what"], "goal": limit["goal"], "holds_at": holds}
    return list(worst.values())
