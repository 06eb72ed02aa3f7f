"""What a scenario's expected calls and agents say against it: work beside agents, calls to nobody.

Hours without anybody and breaks that all take together are found and told as a run does, `study/runs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from callsim.arrays import Bools
from callsim.model.blocks.clears import what_lasts
from callsim.model.blocks.cut import number_of
from callsim.model.components import Component, components
from callsim.results.warned import Warned
from callsim.scenario import Scenario
from callsim.scenario.checks import plausible
from callsim.scenario.checks.plausible import Note, mean_s
from callsim.sentences import say
from callsim.study.check import chains
from callsim.study.check.after_hours import after_hours
from callsim.study.check.expected import Expected, all_days, expected
from callsim.study.check.peak import Peak, peaks
from callsim.study.runs import unmanned
from callsim.study.runs.moments import THE_END
from callsim.study.runs.overload import worst
from callsim.units import HOUR_MS, show_clock, show_duration, show_share

HARDLY = 0.05  # calls of an interval: fewer need nobody
CLOSED = 0.1  # of a queue's calls come while it is closed: more than real callers who look at no clock
TOO_MUCH = 1.05  # times the work with which a goal can be kept, for an hour on end
CLEARLY = 1.005  # times as busy as a group may be: more than a last digit
USUAL = 0.8  # of the calls are to be answered where no goal says
FULL = 0.95  # of what can be done: more keeps no goal
IDLE, TEAM = (
    0.2,
    10,
)  # share of their time that idle agents are busy at the peak; agents, below which no team is judged
SHOWN = 3  # ranges of hours in a sentence


class Judged(NamedTuple):
    """What `callsim check` says of a scenario beyond its words."""

    days: int  # the first ones of the calendar, if it has more
    peaks: list[Peak]
    notes: list[Note]
    refused: list[Note]  # for which no run is played


def judged(scenario: Scenario) -> Judged:
    """The peaks of a scenario and all notes on it, those of its words first.

    Where supervisors move people, the roster does not tell how many are where: staff is not judged.
    """
    found = expected(scenario)
    tops = list(peaks(found))
    notes = [*plausible.notes(scenario), *_while_closed(found), *chains.notes(found.model)]
    if not scenario.supervisors:
        notes += _of_staff(found, tops)
    return Judged(found.model.scenario.calendar.days, tops, notes, list(_of_blocks(scenario)))


def _of_blocks(scenario: Scenario) -> Iterator[Note]:
    """What cannot be played in blocks."""
    if scenario.calendar.blocks is None:
        return
    model = all_days(scenario)
    if number_of(model) > 1:
        told = [say("blocks.refused", why=say("blocks.supervisors"))] if scenario.supervisors else []
        for text in (*told, *what_lasts(model)):
            yield Note(("calendar", "blocks"), text)


def _of_staff(found: Expected, tops: list[Peak]) -> Iterator[Note]:
    part_of = {row: part for part in components(found.model) for row in part.queues}
    pauses = unmanned.breaks_together(
        found.model, lambda cells, row: _too_few(found, cells, row, part_of[row])
    )
    offered = np.where(found.offered < HARDLY, 0.0, found.offered)
    for one in unmanned.nobody_on_duty(found.model, offered, found.agents):
        yield _of_queue(found, one)
    for one in pauses:
        yield _of_break(found, one)
    yield from _overloaded(found, _paused(found, pauses))
    yield from _too_busy(found)
    yield from _too_late(found)
    yield from after_hours(found)
    yield from _idle(found, tops)


def _too_few(found: Expected, cells: list[int], row: int, part: Component) -> bool:
    """Whether the queues of a part bring more in some cells than its agents keep the goal of one with."""
    goal = found.model.queues[row].queue.goal
    if goal is None or goal.within * 1000 >= HOUR_MS:
        return False  # a break is no longer
    load = found.load[np.ix_(cells, part.queues)].sum()
    return bool(load > FULL * found.agents[np.ix_(cells, part.groups)].sum())


def _of_queue(found: Expected, one: Warned) -> Note:
    original = _original(found, one.queues[0])
    is_written = "open" in found.model.scenario.queues[original].model_fields_set
    return Note(("queues", original, *(["open"] if is_written else [])), one.text)


def _of_break(found: Expected, one: Warned) -> Note:
    """At the breaks of the largest shift that is away then."""
    begin = one.pauses[0].begin
    agents: dict[str, int] = {}
    for copy in found.model.groups:
        for name, number in (copy.group.shifts or {}).items():
            shift = found.model.scenario.shifts[name]
            windows = [*shift.fixed, *((one.begin, one.end) for one in shift.movable)]
            if any(a <= begin < b for a, b in windows):
                agents[name] = agents.get(name, 0) + number
    largest = max(agents, key=lambda name: agents[name], default=None)
    return Note(("shifts", *(() if largest is None else (largest, "breaks"))), one.text)


def _paused(found: Expected, pauses: list[Warned]) -> Bools:
    """The intervals of which breaks are told already: bool [cell]."""
    width, cells = found.model.centre.clock.width, np.arange(len(found.load))
    of_day = cells * width % (24 * HOUR_MS)
    paused = np.zeros(len(cells), np.bool_)
    for one in pauses:
        for pause in one.pauses:
            paused |= (of_day < pause.end) & (pause.begin < of_day + width)
    return paused


def _overloaded(found: Expected, paused: Bools) -> Iterator[Note]:
    """For each pool the queues, one or all, whose work exceeds most what all who may answer them can do."""
    for part in components(found.model):
        sets = [part, *(_alone(found, row) for row in part.queues if len(part.queues) > 1)]
        over = [one for some in sets if (one := _over(found, some, paused)) is not None]
        if over:
            yield max(over, key=lambda one: one.times).note(found)


class _Over(NamedTuple):
    """Queues that bring more work than can be done, from one cell until before another."""

    part: Component
    start: int
    end: int
    times: float

    def note(self, found: Expected) -> Note:
        starts = [*found.model.starts(), THE_END]
        load = found.load[self.start : self.end]
        row = max(self.part.queues, key=lambda row: float(load[:, row].sum()))
        copy = found.model.queues[row]
        aht_s = mean_s(copy.queue.talk) + mean_s(copy.queue.wrap)
        agents = found.agents[self.start : self.end, self.part.groups].sum() / (self.end - self.start)
        calls = found.offered[self.start : self.end, row].sum()
        others = len(self.part.queues) - 1
        start, end, aht = starts[self.start], starts[self.end], show_duration(round(aht_s))
        work = (
            say("notes.bring_together", queue=copy.name, others=others)
            if others
            else say("notes.brings", queue=copy.name)
        )
        says = say(
            "notes.overloaded",
            start=start,
            end=end,
            work=work,
            queue=copy.name,
            times=self.times,
            agents=agents,
            calls=calls,
            aht=aht,
        )
        return Note(("queues", copy.original, "arrivals"), says)


def _over(found: Expected, part: Component, paused: Bools) -> _Over | None:
    """Where a part is overloaded for as long as matters, if it is."""
    came = found.load[:, part.queues].sum(axis=1)
    can = found.agents[:, part.groups].sum(axis=1)
    long = _matters_ms(found, part)
    if long >= 24 * HOUR_MS:
        start, end = 0, len(came)
    else:
        start, end = worst(came, can, -(-long // found.model.centre.clock.width))
    if start == end or not can[start:end].any() or paused[start:end].all():
        return None
    times = float(came[start:end].sum() / can[start:end].sum())
    return _Over(part, start, end, times) if times > TOO_MUCH / _answered(found, part) else None


def _answered(found: Expected, part: Component) -> float:
    """The least share of calls that a queue of a part promises to answer: the others' work may be lost."""
    goals = [found.model.queues[row].queue.goal for row in part.queues]
    return min(
        max(goal.answer or 0.0, 0.0 if goal.abandon_at_most is None else 1 - goal.abandon_at_most) or USUAL
        if goal
        else USUAL
        for goal in goals
    )


def _too_busy(found: Expected) -> Iterator[Note]:
    """Pools whose agents have more to do than they may, though as many calls are lost as goals allow."""
    for part in components(found.model):
        groups = [found.model.groups[row] for row in part.groups]
        limits = [copy.group.occupancy_at_most for copy in groups]
        if all(limit is None for limit in limits):
            continue
        came = found.load[:, part.queues].sum(axis=1) * _answered(found, part)
        there = found.agents[:, part.groups]
        busy = np.minimum(came, there.sum(axis=1)).sum()
        may = float(there.sum(axis=0) @ [1.0 if limit is None else limit for limit in limits])
        if busy > may * CLEARLY:
            names = [copy.original for copy, limit in zip(groups, limits, strict=True) if limit is not None]
            least = min(limit for limit in limits if limit is not None)
            yield Note(
                ("groups", names[0], "occupancy_at_most"),
                say(
                    "notes.too_busy",
                    groups=", ".join(dict.fromkeys(names)),
                    share=show_share(least),
                    queues=", ".join(dict.fromkeys(found.model.queues[row].original for row in part.queues)),
                    busy=show_share(round(float(busy / there.sum()), 3)),
                ),
            )


def _too_late(found: Expected) -> Iterator[Note]:
    """Queues whose calls nobody may answer before the mean wait that is promised."""
    for name, queue in found.model.scenario.queues.items():
        longest = queue.goal.asa_at_most if queue.goal else None
        groups = found.model.scenario.groups.values()
        after = min((group.answers[name].after for group in groups if name in group.answers), default=0.0)
        if longest is not None and after > longest:
            says = say("notes.too_late", queue=name, after=show_duration(after), wait=show_duration(longest))
            yield Note(("queues", name, "goal"), says)


def _matters_ms(found: Expected, part: Component) -> int:
    """For how long queues must be overloaded: twice what they promise, an hour at least; a day without goals.

    Work with a goal of a day is left over in its busy hours, and done in the quiet ones.
    """
    goals = [found.model.queues[row].queue.goal for row in part.queues]
    promised = [max(goal.within, goal.asa_at_most or 0.0) for goal in goals if goal is not None]
    return max(HOUR_MS, round(2000 * max(promised))) if promised else 24 * HOUR_MS


def _alone(found: Expected, row: int) -> Component:
    """One queue and all groups that may answer it."""
    pairs = found.model.centre.called_pairs
    return Component((row,), tuple(sorted({int(g) for g in pairs["group"][pairs["queue"] == row]})))


def _idle(found: Expected, tops: list[Peak]) -> Iterator[Note]:
    """Pools whose agents have hardly anything to do at their peak."""
    for peak in tops:
        busy = found.load[:, peak.part.queues].sum() / found.agents[:, peak.part.groups].sum()
        if peak.agents >= TEAM and max(peak.erlangs / peak.agents, busy) < IDLE:
            yield Note(
                ("queues", _original(found, peak.queues[0]), "arrivals"),
                say(
                    "notes.idle",
                    agents=peak.agents,
                    erlangs=peak.erlangs,
                    start=peak.start,
                    busy=show_share(round(peak.erlangs / peak.agents, 3)),
                ),
            )


def _while_closed(found: Expected) -> Iterator[Note]:
    """Queues of which many calls come when they are closed: a profile that does not fit the hours.

    A rate by the hour is one of open hours, to whoever writes it.
    """
    for row in found.model.shown_queues:
        if found.model.queues[row].queue.arrivals.per_hour is not None:
            continue
        closed, every = found.closed[:, row].sum(), (found.closed + found.offered)[:, row].sum()
        if closed > CLOSED * every:
            copy = found.model.queues[row]
            days = copy.queue.arrivals
            write = say("notes.profile") if days.per_day is not None else say("notes.counts")
            yield Note(
                ("queues", copy.original, "arrivals"),
                say(
                    "notes.while_closed",
                    share=show_share(round(closed / every, 3)),
                    queue=copy.name,
                    hours=_closed_hours(found, row),
                    write=write,
                ),
            )


def _closed_hours(found: Expected, row: int) -> str:
    """What the open hours of the day leave on which most call while the queue is closed."""
    centre = found.model.centre
    by_day = found.closed[:, row].reshape(-1, 24 * HOUR_MS // centre.clock.width).sum(axis=1)
    opens = [bool(centre.hours(row, day)) for day in range(len(by_day))]
    spans = centre.hours(row, int((by_day * opens if any(by_day * opens) else by_day).argmax()))
    edges = [0, *(edge for span in sorted(spans) for edge in span), 24 * HOUR_MS]
    left = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
    shown = ", ".join(f"{show_clock(a)}-{show_clock(b)}" for a, b in left[:SHOWN])
    return shown + ", …" * (len(left) > SHOWN)


def _original(found: Expected, name: str) -> str:
    return next(copy.original for copy in found.model.queues if copy.name == name)
