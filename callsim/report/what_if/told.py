"""What the server tells the page: what can be changed, and what each look shows."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterator
from pathlib import Path

from callsim.arrays import Floats
from callsim.results import catalogue, measures
from callsim.scenario import Group, Scenario
from callsim.sentences import say
from callsim.study.what_if.seen import BoundSeen, Seen
from callsim.study.what_if.what_if import WhatIf

Told = dict[str, object]

QUEUES = {"volume": "scale.volume", "aht": "scale.aht", "patience": "scale.patience"}
GROUPS = {"staff": "scale.staff", "absence": "absence.share", "shrinkage": "shrinkage"}
FILE = "what-if.yaml"  # what the page calls the file that it writes
AMOUNTS = "wages", "seats", "abandoned", "total"


def plan(desk: WhatIf) -> Told:
    """What can be changed, by queue and group of the file, each key with its value in the plan."""
    scenario = desk.scenario
    queues = {
        name: {key: _quoted("queues", name, path) for key, path in QUEUES.items()}
        for name, queue in scenario.queues.items()
        if not queue.arrivals.is_fixed
    }
    groups = {
        name: {key: _quoted("groups", name, path) for key, path in GROUPS.items()} for name in scenario.groups
    }
    goals = {
        name: _quoted("queues", name, "goal.answer")
        for name, queue in scenario.queues.items()
        if queue.goal is not None and queue.goal.answer is not None
    }
    return {
        "name": scenario.name,
        "file": FILE,
        "folder": str(Path(scenario.path).absolute().parent),
        "command": shlex.join(["callsim", "compare", Path(scenario.path).name, FILE]),
        "lines": list(scenario.queues),
        "goals": goals,
        "queues": queues,
        "groups": groups,
        "answers": {name: sorted(group.answers) for name, group in scenario.groups.items()},
        "values": values(scenario),
        "sites": sorted(name for name in scenario.sites if _anyone_at(scenario, name)),
        "interval_min": scenario.calendar.interval / 60,
    }


def values(scenario: Scenario) -> dict[str, float]:
    """Every key that the page may set, with its value in the plan: all are numbers."""
    found = {}
    for name, queue in scenario.queues.items():
        if not queue.arrivals.is_fixed:
            scale = queue.scale
            for key, value in (("volume", scale.volume), ("aht", scale.aht), ("patience", scale.patience)):
                found[_quoted("queues", name, QUEUES[key])] = value
        if queue.goal is not None and queue.goal.answer is not None:
            found[_quoted("queues", name, "goal.answer")] = queue.goal.answer
    for name, group in scenario.groups.items():
        absent = group.absence.share if group.absence else 0.0
        for path, value in zip(GROUPS.values(), (group.scale.staff, absent, group.shrinkage), strict=True):
            found[_quoted("groups", name, path)] = value
    return found


def look(seen: Seen, ms: float) -> Told:
    """One look, in the numbers that the page shows. `ms`: since the page asked."""
    counted = seen.model.scenario.goals.counted
    return {
        "exact": seen.exact,
        "days": seen.runs,
        "islands": seen.islands,
        "changed": seen.changed,
        "simulated": seen.simulated,
        "ms": round(ms),
        "lines": [
            {
                "name": line.name,
                "approximate": line.approximate,
                "copies": line.copies,
                "met": [line.met_before, line.met_after],
                "bounds": [_bound(bound, counted) for bound in line.bounds],
            }
            for line in seen.lines
        ],
        "day": {name: [_numbers(level) for level in seen.levels(name)] for name in seen.rows},
        "people": _people(seen),
        "sites": list(_sites(seen)),
        "costs": _costs(seen),
    }


def _bound(bound: BoundSeen, counted: str) -> Told:
    declared = catalogue.CALLS.get(bound.key) or catalogue.LEVELS[counted]
    is_level = declared is catalogue.LEVELS[counted] or bound.key.startswith("service_level")
    return {
        "figure": say("what_if.level") if is_level else declared.page_heading,
        "seconds": declared.unit == "seconds",
        "bound": bound.bound,
        "sign": bound.sign,
        "before": bound.before,
        "after": bound.after,
        "difference": bound.difference.to_dict(),
    }


def _numbers(values: Floats) -> list[float | None]:
    return [None if math.isnan(value) else round(value, 4) for value in values.tolist()]


def _people(seen: Seen) -> dict[str, list[int]]:
    """People of each group, copies together: in the plan and now; of staff by the interval the most."""
    was, now = seen.plan.model.scenario.groups, seen.model.scenario.groups
    copies = dict.fromkeys(now, 0)
    for copy in seen.model.groups:
        copies[copy.original] += 1
    return {
        name: [_number_of(was[name]) * copies[name], _number_of(now[name]) * copies[name]] for name in now
    }


def _number_of(group: Group) -> int:
    if group.shifts is not None:
        return sum(group.shifts.values())
    if isinstance(group.staff, dict):
        return max((max(some, default=0) for some in group.staff.values()), default=0)
    return max(group.staff or (), default=0)


def _sites(seen: Seen) -> Iterator[Told]:
    """The most seats that were in use at once, beside the seats of each site."""
    if seen.result is None:
        return
    for row, name in enumerate(seen.model.sites):
        site = seen.model.scenario.sites.get(name)
        if site is None:
            continue
        peaks = [int(result.sums.seats_peak[..., row].max()) for result in (seen.plan, seen.result)]
        yield {"name": name, "seats": site.seats, "used": peaks}


def _costs(seen: Seen) -> Told | None:
    if seen.result is None or seen.plan.costs is None or seen.result.costs is None:
        return None
    costs = seen.model.scenario.costs
    return {
        "currency": getattr(costs, "currency", "") or "",
        "amounts": {
            key: [float(was.mean), float(now.mean), measures.difference(was, now).to_dict()]
            for (key, was), now in zip(seen.plan.costs.items(), seen.result.costs.values(), strict=True)
            if key in AMOUNTS and not (math.isnan(was.mean) or math.isnan(now.mean))
        },
    }


def _anyone_at(scenario: Scenario, site: str) -> bool:
    return any(group.site == site for group in scenario.groups.values())


def _quoted(section: str, name: str, path: str) -> str:
    """A path as after `--set`, with the name in quotes, so that no letter of it has another meaning."""
    return f'{section}."{name}".{path}'
