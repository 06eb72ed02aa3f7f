"""What the server tells the page: what can be changed, and what each look shows."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from callsim.arrays import Floats
from callsim.report.kit import figures
from callsim.report.kit.verdicts import NO_CALLS, NOBODY, word
from callsim.results import catalogue, measures
from callsim.results.measures import Figure
from callsim.scenario import Goal, Queue, Scenario
from callsim.scenario.reading.load import overlay
from callsim.sentences import label, say
from callsim.study.options import RunOptions
from callsim.study.what_if.more import More
from callsim.study.what_if.people import copies_of, key_of, people_of
from callsim.study.what_if.seen import BoundSeen, LineSeen, Seen
from callsim.study.what_if.what_if import WhatIf
from callsim.units import show_duration

Told = dict[str, object]

VOLUME = "scale.volume"  # of the whole file: calls that come through menus are no queue's own
GROUPS = {"staff": "scale.staff", "absence": "absence.share", "shrinkage": "shrinkage"}
FILE = "what-if.yaml"  # what the page calls the file that it writes
OWN_FILE = "plan.yaml"  # the plan, where it was read with keys set
ABOUT = "≈"  # before what is approximate
COMES = "…"  # for what is not simulated yet
CERTAIN = 5  # days, from which on a difference may be called better or worse
AMOUNTS = "wages", "seats", "abandoned", "total"


def plan(desk: WhatIf) -> Told:
    """What can be changed, by queue and group of the file, each key with its value in the plan."""
    scenario = desk.scenario
    queues = {
        name: {key: key_of("queues", name, path) for key, path, _ in _scales(queue)}
        for name, queue in scenario.queues.items()
        if not queue.arrivals.is_fixed
    }
    groups = {
        name: {key: key_of("groups", name, path) for key, path in GROUPS.items()} for name in scenario.groups
    }
    goals = {
        name: key_of("queues", name, "goal.answer")
        for name, queue in scenario.queues.items()
        if queue.goal is not None and queue.goal.answer is not None
    }
    own = overlay(scenario, {}) if any(scenario._sets) else ""
    seed = [] if desk.options.seed == RunOptions.seed else ["--seed", str(desk.options.seed)]
    file = OWN_FILE if own else Path(scenario.path).name
    return {
        "name": scenario.name,
        "file": FILE,
        "folder": str(Path(scenario.path).absolute().parent),
        "own": own,
        "own_file": OWN_FILE,
        "command": shlex.join(["callsim", "compare", file, FILE, *seed]),
        "lines": list(scenario.queues),
        "together": desk.together,
        "goals": goals,
        "queues": queues,
        "whole": {"volume": VOLUME} if scenario.menus else {},
        "groups": groups,
        "answers": {name: sorted(group.answers) for name, group in scenario.groups.items()},
        "values": values(scenario),
        "sites": sorted(name for name in scenario.sites if _anyone_at(scenario, name)),
        "interval_min": scenario.calendar.interval / 60,
    }


def values(scenario: Scenario) -> dict[str, float]:
    """Every key that the page may set, with its value in the plan: all are numbers."""
    found = {VOLUME: scenario.scale.volume} if scenario.menus else {}
    for name, queue in scenario.queues.items():
        if not queue.arrivals.is_fixed:
            found |= {key_of("queues", name, path): value for _, path, value in _scales(queue)}
        if queue.goal is not None and queue.goal.answer is not None:
            found[key_of("queues", name, "goal.answer")] = queue.goal.answer
    for name, group in scenario.groups.items():
        absent = group.absence.share if group.absence else 0.0
        for path, value in zip(GROUPS.values(), (group.scale.staff, absent, group.shrinkage), strict=True):
            found[key_of("groups", name, path)] = value
    return found


def _scales(queue: Queue) -> Iterator[tuple[str, str, float]]:
    """Of each slider of a queue its name, path and value. Nobody calls a queue that has no arrivals."""
    arrivals, scale = queue.arrivals, queue.scale
    if arrivals.per_day or arrivals.per_hour or arrivals.counts:
        yield "volume", "scale.volume", scale.volume
    yield "aht", "scale.aht", scale.aht
    yield "patience", "scale.patience", scale.patience


def look(seen: Seen, ms: float) -> Told:
    """One look, in the numbers that the page shows. `ms`: since the page asked."""
    return {
        "exact": seen.exact,
        "days": seen.runs,
        "islands": seen.islands,
        "changed": seen.changed,
        "simulated": seen.simulated,
        "ms": round(ms),
        "lines": [_line(line, seen) for line in seen.lines],
        "day": {name: [_numbers(level) for level in seen.levels(name)] for name in seen.rows},
        "calls": {name: seen.offered(name) for name in seen.rows},
        "people": _people(seen),
        "sites": list(_sites(seen)),
        "costs": _costs(seen),
    }


def _line(line: LineSeen, seen: Seen) -> Told:
    return {
        "name": say("goals.of_group", name=line.name) if line.of_group else line.name,
        "queue": not line.of_group,
        "approximate": line.approximate,
        "kept": [_kept(line, line.met_before, True), _kept(line, line.met_after, False)],
        "verdicts": [
            _verdict(line, met, before) for met, before in ((line.met_before, True), (line.met_after, False))
        ],
        "bounds": [_bound(bound, line, seen) for bound in line.bounds],
    }


def _kept(line: LineSeen, met: int | None, before: bool) -> tuple[int | None, int]:
    """Copies that keep their goal, of how many there are whose goal can be judged."""
    return (0, 0) if met and _silent(line, before) else (met, line.copies)


def _silent(line: LineSeen, before: bool) -> bool:
    """Whether there is nothing to judge: nobody called, or was on duty."""
    return all((bound.before if before else bound.after) is None for bound in line.bounds)


def _verdict(line: LineSeen, met: int | None, before: bool) -> str:
    if met is None:
        return ABOUT
    if met and _silent(line, before):
        return label((NOBODY if line.of_group else NO_CALLS).page)
    if line.copies > 1:
        return say("what_if.of_copies", met=met, copies=line.copies)
    return label(word(bool(met)).page)


def _bound(bound: BoundSeen, line: LineSeen, seen: Seen) -> Told:
    """A figure that a goal bounds, in the words of the pages of runs."""
    wait, about = bound.key == "asa_s", f"{ABOUT} " if line.approximate else ""
    comes = line.approximate and bound.after is None
    plain = figures.seconds if wait else figures.percent
    difference = bound.difference
    low, high = difference.low or 0.0, difference.high or 0.0
    sure = seen.runs >= CERTAIN and (low > 0 or high < 0)
    better = (low > 0) is (bound.sign > 0)
    return {
        "figure": _heading(bound.key, line.of_group),
        "share": not wait,
        "at_most": bound.sign < 0,
        "promise": _promise(bound, line, seen),
        "before": plain(Figure(bound.before), bound.bound),
        "after": COMES if comes else about + plain(Figure(bound.after), bound.bound),
        "difference": COMES
        if comes
        else about + (_more_seconds(difference) if wait else figures.points_about(difference)),
        "tone": "" if not sure else "good" if better else "bad",
        "values": [bound.before, bound.after, difference.to_dict()],
    }


def _heading(key: str, of_group: bool) -> str:
    if of_group:
        return label(catalogue.WORK[key].page_heading)
    if key in {level.key for level in catalogue.LEVELS.values()}:
        return say("what_if.level")
    return label(catalogue.CALLS[key].page_heading)


def _promise(bound: BoundSeen, line: LineSeen, seen: Seen) -> str:
    if bound.sign < 0:
        told = show_duration(bound.bound) if bound.key == "asa_s" else figures.promise(bound.bound)
        return say("what_if.at_most", bound=told)
    goal = seen.model.queues[seen.rows[line.name][0]].queue.goal
    assert goal is not None
    return _answered(goal)


def _answered(goal: Goal) -> str:
    assert goal.answer is not None
    assert goal.within is not None
    return say("goals.answer", share=figures.promise(goal.answer), within=show_duration(goal.within))


def _more_seconds(figure: Figure) -> str:
    if figure.mean is None or figure.low is None or figure.high is None:
        return figures.more_seconds(figure)
    return f"{figures.more_seconds(figure)} ± {(figure.high - figure.low) / 2:.1f}"


def more(found: More) -> Told:
    """How many people more, as a change that the page can make, and in words."""
    goal, fresh = found.goal, found.fresh
    days = fresh.runs * found.scenario.calendar.days
    said = [
        _who(found, _answered(goal)),
        say(
            "what_if.more_checked",
            days=days,
            level=figures.percent_about(fresh.seen.reached[0], goal.answer),
            share=figures.percent_of_days(fresh.days),
        ),
    ]
    if not found.met:
        said.append(say("what_if.more_missed"))
    elif found.between is not None:
        least, most = found.between
        open_yet = say("what_if.more_between", least=least, most=most)
        said.append(open_yet if least != most else say("what_if.more_sure"))
    if not fresh.apart:
        said.append(say("what_if.more_together"))
    known = values(found.scenario)
    return {
        "set": {key: value for key, value in found.changes.items() if key in known},
        "people": {name: list(people) for name, people in found.people.items()},
        "more": found.more,
        "said": " ".join(said),
    }


def _who(found: More, promised: str) -> str:
    if not found.more:
        return say("what_if.more_none", queue=found.queue, promise=promised)
    groups = ", ".join(
        say("what_if.more_group", group=name, now=now, then=then)
        for name, (now, then) in found.people.items()
        if then != now
    )
    return say("what_if.more_people", queue=found.queue, promise=promised, n=found.more, groups=groups)


def _numbers(values: Floats) -> list[float | None]:
    return [None if math.isnan(value) else value for value in np.round(values, 4).tolist()]


def _people(seen: Seen) -> dict[str, list[int]]:
    """People of each group, copies together: in the plan and now; of staff by the interval the most."""
    was, now = seen.plan.model.scenario.groups, seen.model.scenario.groups
    copies = copies_of(seen.model)
    return {name: [people_of(was[name]) * copies[name], people_of(now[name]) * copies[name]] for name in now}


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
