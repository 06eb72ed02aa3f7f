"""A day of a build-out as a scenario of its own: the calls, agents, seats and trunks there are by then."""

from __future__ import annotations

import datetime
import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from callsim.model.buildout import Years
from callsim.model.demand import accepted_by_weekday
from callsim.model.hours import on_days, planned
from callsim.model.menus import as_queue, for_queues, grown, reached
from callsim.model.outbound.amount import with_contacts
from callsim.scenario import FollowUp, Group, Incident, Lines, PlanDay, Queue, Scenario
from callsim.scenario.scaled import rounded, with_absence, with_pace, with_staff, with_volume
from callsim.scenario.summary import calls_per_day
from callsim.scenario.words.quantities import ALL
from callsim.scenario.words.waiting.announcement import Callback


@dataclass(frozen=True)
class Day:
    """A simulated day, and the days of the plan that it stands for."""

    scenario: Scenario
    original: dict[str, str]  # queue or group of the run → the file's
    stands_for: dict[str, float]  # queue or group of the run → how many of the plan it stands for
    wanted_peak: dict[str, int]  # site → seats wanted at once on its days, most, if all who are wanted came
    played: dict[str, float]  # site → the share of its agents that is played


@dataclass(frozen=True)
class Crowd:
    """The people and seats of a day."""

    filled: dict[str, float]  # group → share of its roster that people can be found for
    pace: dict[str, float]  # group → handling time as times an old hand's
    seats: dict[str, int]  # site → seats that are open and not taken by work without queues


@dataclass(frozen=True)
class _Share:
    """The copies of a queue by then, and those that are played for all."""

    there: int
    played: int
    written: int  # in the file

    @property
    def stands_for(self) -> float:
        return self.there / self.played


def day_of(years: Years, week: int, kind: PlanDay, crowd: Crowd, calls: float = 1.0) -> Day:
    """The scenario of one kind of day in a column of the plan, with its calls times `calls`.

    A queue that the file writes once grows; one that it writes as copies comes more often, in whole copies.
    Lists of campaigns grow with the plan, and on every kind of day alike: only calls come more often. Menus,
    which lead to no copies, get the calls of the queues that they lead to.
    With `copies_played` some copies stand for all; the seats of a site are then cut by the share of its
    agents that is played.
    """
    scenario = years.scenario
    queues: dict[str, Queue] = {}
    groups: dict[str, Group] = {}
    original: dict[str, str] = {}
    stands_for: dict[str, float] = {}
    shares, times = _shares(years, week), {}
    on_phones = {name: np.zeros(1) for name in scenario.sites}
    on_phones_played = dict(on_phones)
    for name, queue in scenario.queues.items():
        share = shares[name]
        each = float(years.queues[name][week]) * share.written / share.there
        lines = (
            queue.lines if each == 1 or queue.lines is None else max(1, math.ceil(queue.lines * each - 1e-9))
        )
        times[name] = each * _times(kind, years.lines[name]) * calls
        arrivals = with_volume(queue.arrivals, times[name])
        changed = queue.model_copy(update={"arrivals": arrivals, "lines": lines})
        for number, (copy, copies) in enumerate(_names(name, share), start=1):
            led = _led(scenario, changed, number, copies, shares)
            queues[copy] = changed.model_copy(update={"copies": copies, **led})
            original[copy], stands_for[copy] = name, share.stands_for
    for name, group in scenario.groups.items():
        share = _share_of(group, shares)
        grown = float(years.groups[name][week]) * share.written / share.there
        full = with_staff(group, grown)
        there = with_absence(with_staff(group, grown * crowd.filled.get(name, 1.0)), kind.absence)
        there = with_pace(there, scenario, crowd.pace.get(name, 1.0))
        for number, (copy, copies) in enumerate(_names(name, share), start=1):
            answers = {
                _renamed(queue, number, copies, shares[queue]): a for queue, a in there.answers.items()
            }
            prefers = tuple(
                tuple(_renamed(queue, number, copies, shares[queue]) for queue in equals)
                for equals in there.prefers
            )
            groups[copy] = there.model_copy(update={"answers": answers, "prefers": prefers})
            original[copy], stands_for[copy] = name, share.stands_for
        if group.site is not None:
            staff = planned(scenario, full)
            on_phones[group.site] = on_phones[group.site] + staff * share.there
            on_phones_played[group.site] = on_phones_played[group.site] + staff * share.played
    part = {
        name: float(on_phones_played[name].max() / people.max()) if people.max() else 1.0
        for name, people in on_phones.items()
    }
    sites = dict(scenario.sites)
    for name, seats in crowd.seats.items():
        sites[name] = scenario.sites[name].model_copy(update={"seats": rounded(seats * part[name])})
    start, days = _start(years, week, kind), scenario.calendar.days
    derived = scenario.model_copy(
        update={
            "calendar": scenario.calendar.model_copy(update={"start": start}),
            "queues": queues,
            "menus": for_queues(scenario.menus, times),
            "groups": groups,
            "campaigns": {
                name: with_contacts(one, float(years.queues[name][week]))
                for name, one in scenario.campaigns.items()
            },
            "sites": sites,
            "lines": _trunks(years, week, shares, {copy: original[copy] for copy in queues}),
            "incidents": tuple(_renamed_in(incident, original) for incident in scenario.incidents),
            "buildout": None,
        }
    )
    peak = {
        name: rounded(float(on_days(people, start, days).max(initial=0) + years.dialling_at(name)[week]))
        for name, people in on_phones.items()
    }
    return Day(derived, original, stands_for, peak, part)


USUAL = "day"  # the day of a plan that names none


def kinds(scenario: Scenario) -> dict[str, PlanDay]:
    """The kinds of day of a build-out: the usual one first, the others by name."""
    plan = scenario.buildout
    days = (plan.days if plan is not None else {}) or {USUAL: PlanDay()}
    start = scenario.calendar.start.weekday()
    calls = np.zeros(7)
    for queue in scenario.queues.values():
        calls += accepted_by_weekday(scenario, queue) * queue.copies
    for menu in scenario.menus.values():
        calls += accepted_by_weekday(scenario, as_queue(menu))

    def rank(name: str) -> tuple[bool, bool, bool, float, str]:
        kind = days[name]
        off = abs(calls[start if kind.shift is None else kind.shift] - calls.mean())
        changed = bool(kind.times or kind.absence)
        return not kind.usual, bool(kind.months), changed, round(float(off), 6), name

    usual = min(days, key=rank)
    return {usual: days[usual]} | {name: days[name] for name in sorted(days) if name != usual}


def _times(kind: PlanDay, line: str) -> float:
    """Calls of a line on such a day, as times the usual."""
    return kind.times.get(line, kind.times.get(ALL, 1.0))


def _shares(years: Years, week: int) -> dict[str, _Share]:
    """Copies of each queue by then. Queues that share a group have the same number of copies; of a campaign
    there is one.
    """
    scenario, most = years.scenario, years.plan.copies_played
    if scenario.supervisors:
        most = None  # they know queues and groups by their names
    shares = dict.fromkeys(scenario.campaigns, _Share(1, 1, 1))
    for together in _linked(scenario):
        written = scenario.queues[together[0]].copies
        calls = np.array([calls_per_day(scenario, scenario.queues[name]) for name in together])
        grown = np.array([float(years.queues[name][week]) for name in together])
        times = float(calls @ grown / calls.sum()) if calls.sum() > 0 else float(grown.mean())
        there = written if written == 1 else max(1, rounded(written * times))
        played = there if _helps_elsewhere(scenario, together) else min(there, most or there)
        share = _Share(there, played, written)
        shares |= dict.fromkeys(together, share)
    return shares


def _helps_elsewhere(scenario: Scenario, together: list[str]) -> bool:
    """Whether copies share a group with a queue that is there once, or calls of theirs lead to one: then none
    can stand for another.
    """
    led_to = [to for name in together for to in scenario.queues[name].leads_to]
    if any(scenario.queues[name].copies == 1 for name in led_to):
        return True
    return any(
        {scenario.copies_of(queue) > 1 for queue in group.answers} == {True, False}
        for group in scenario.groups.values()
        if not set(together).isdisjoint(group.answers)
    )


def _linked(scenario: Scenario) -> list[list[str]]:
    """The queues of several copies that groups or calls which follow others bind together, each in one list;
    others are on their own.
    """
    known: dict[str, set[str]] = {}
    ties = [list(group.answers) for group in scenario.groups.values()]
    ties += [[name, to] for name, queue in scenario.queues.items() for to in queue.leads_to]
    for tie in ties:
        several = [name for name in tie if scenario.copies_of(name) > 1]
        together = set(several).union(*(known.get(name, set()) for name in several))
        for name in together:
            known[name] = together
    lists: list[list[str]] = []
    for name in scenario.queues:
        together = known.get(name, {name})
        if not any(name in one for one in lists):
            lists.append([queue for queue in scenario.queues if queue in together])
    return lists


def _names(name: str, share: _Share) -> list[tuple[str, int]]:
    """What a queue or group is called in the run, and its copies there. Written out are copies that stand for
    others, under the names that they have in a run of all: they meet the same luck."""
    if share.written == 1 or share.played == share.there > 1:
        return [(name, share.there)]
    return [(f"{name}-{number}", 1) for number in range(1, share.played + 1)]


def _renamed(queue: str, number: int, copies: int, share: _Share) -> str:
    return queue if copies > 1 or share.written == 1 else f"{queue}-{number}"


def _share_of(group: Group, shares: dict[str, _Share]) -> _Share:
    """The copies of a group: those of the queue that has most."""
    return max((shares[queue] for queue in group.answers), key=lambda one: one.written)


def _led(
    scenario: Scenario, queue: Queue, number: int, copies: int, shares: dict[str, _Share]
) -> dict[str, tuple[FollowUp, ...] | Callback]:
    """What clients do after a call of one copy, and where they are called back, by the names of the run."""
    found = []
    for step in queue.follow_ups:
        to, by = _renamed(step.to, number, copies, shares[step.to]), step.by
        if by is not None:
            by = _renamed(by, number, copies, _share_of(scenario.groups[by], shares))
        found.append(step.model_copy(update={"to": to, "by": by}))
    own = queue.calls_back_in
    if queue.callback is None or own is None:
        return {"follow_ups": tuple(found)}
    place = queue.callback.place.model_copy(update={"queue": _renamed(own, number, copies, shares[own])})
    return {"follow_ups": tuple(found), "callback": queue.callback.model_copy(update={"place": place})}


def _renamed_in(incident: Incident, original: dict[str, str]) -> Incident:
    """An incident that befalls the copies of its queues."""
    if incident.queue is None:
        return incident
    queues = tuple(copy for copy, name in original.items() if name in incident.queue)
    return incident.model_copy(update={"queue": queues})


def _start(years: Years, week: int, kind: PlanDay) -> datetime.date:
    """The first day of the run: the calendar's own, or the next with the wanted day of the week."""
    start = years.scenario.calendar.start
    if kind.shift is None:
        return start
    return start + datetime.timedelta(days=(kind.shift - start.weekday()) % 7)


def _trunks(years: Years, week: int, shares: dict[str, _Share], original: dict[str, str]) -> dict[str, Lines]:
    """Shared trunk groups, with as many lines for the calls that are played as the file has for its own.

    They follow the plan's size, not the kind of day.
    """
    scenario, trunks = years.scenario, {}
    times = {
        queue: float(years.queues[queue][week]) * shares[queue].played / shares[queue].there
        for queue in scenario.queues
    }
    for name, trunk in scenario.lines.items():
        calls = {queue: _calls_of(scenario, queue, trunk.menus) for queue in trunk.queues}
        calls |= {menu: calls_per_day(scenario, scenario.menus[menu]) for menu in trunk.menus}
        if not any(calls.values()):  # only calls that follow others, which grow with their queues
            calls = dict.fromkeys(calls, 1.0)
        then = sum(calls.values())
        now = sum(many * grown(scenario.menus, times, one) for one, many in calls.items())
        count = trunk.count if now == then or not then else max(1, math.ceil(trunk.count * now / then - 1e-9))
        played = tuple(copy for copy, written in original.items() if written in trunk.queues)
        trunks[name] = trunk.model_copy(update={"count": count, "queues": played})
    return trunks


def _calls_of(scenario: Scenario, queue: str, but: Collection[str]) -> float:
    """Mean calls of a queue and its copies on a mean day, dialled and through menus, but not these."""
    calls = calls_per_day(scenario, scenario.queues[queue]) * scenario.queues[queue].copies
    return calls + math.fsum(
        calls_per_day(scenario, menu) * reached(scenario.menus, name).get(queue, 0.0)
        for name, menu in scenario.menus.items()
        if name not in but
    )
