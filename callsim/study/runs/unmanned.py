"""Calls to nobody: hours without anybody on duty, waits through a night, breaks that all take together."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from callsim.arrays import Bools, Ints, Numbers
from callsim.model import Model
from callsim.model.hours import of_a_week
from callsim.results.judgement import kept_in
from callsim.results.measures import COUNTS
from callsim.results.warned import DURATION, Part, Pause, Piece, Warned, amount, names, sentence
from callsim.scenario.words.by_day import Day
from callsim.sentences import pieces, say
from callsim.sim.count.columns import G_LATE, G_ON_DUTY
from callsim.study.runs.moments import THE_END, moment
from callsim.study.runs.overload import stretches
from callsim.units import DAY_MS, show_clock

SHOWN = 3  # stretches of time in a warning
MOST = 0.5  # of those who are planned are on break together: more than this is worth a word


def offered_in(calls: Ints) -> Ints:
    """The calls offered: int64 [cell, queue]. `calls`: int64 [cell, queue, column], sums over runs."""
    return np.asarray(calls @ COUNTS["offered"].over)


def there_in(work: Ints) -> Ints:
    """Time on duty of agents who are not late: int64 [cell, group] ms.

    `work`: int64 [cell, group, column].
    """
    return np.asarray(work[:, :, G_ON_DUTY] - work[:, :, G_LATE])


def nobody_on_duty(model: Model, offered: Numbers, there: Numbers) -> list[Warned]:
    """Queues that are called while nobody who may answer them is on duty; equal ones in one line.

    A queue that promises an answer within a day may be left alone for a night: hours that are no longer than
    its goal's `within` are not told. `offered`: [cell, queue] calls, `there`: [cell, group] in any unit.
    """
    empty = _empty(model, there)
    found: dict[tuple[tuple[int, int], ...], list[str]] = {}
    for row, copy in enumerate(model.queues):
        # A cell in which nobody happened to call lies within such a time as well as any other.
        alone = empty[:, row] & open_cells(model, row)
        promised = 0.0 if copy.queue.goal is None else copy.queue.goal.within * 1000
        spans = tuple(
            (a, b) for a, b in stretches(alone) if offered[a:b, row].any() and (b - a) * model.grid > promised
        )
        if spans:
            found.setdefault(spans, []).append(copy.name)
    if not found:
        return []
    when: list[Part] = []
    for spans, queues in itertools.islice(found.items(), SHOWN):
        some, times = names(queues), sentence(_when(model, spans))
        if when:
            when += pieces("warned.and_queues_then", queues=some, times=times)
        else:
            when += pieces("warned.queues_then", queues=some, times=times)
    left = sum(map(len, list(found.values())[SHOWN:]))
    if left:
        when += pieces("warned.and_others_then", left=amount(left, ".0f"))
    return [
        Warned(
            what="nobody on duty",
            queues=[name for queues in found.values() for name in queues],
            pieces=sentence(pieces("warned.nobody_on_duty", when=sentence(when))),
        )
    ]


def through_the_night(model: Model, offered: Ints, longest: Ints, there: Ints) -> list[Warned]:
    """Queues whose callers still wait when the last agent goes home, until somebody comes again.

    `offered` and `there` as above; `longest`: int64 [cell, queue] ms, of answered calls of all runs.
    """
    empty = _empty(model, there)
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for row in range(len(model.queues)):
        waits: dict[tuple[int, int], int] = {}
        for start, end in stretches(empty[:, row]):
            if offered[start:end, row].any():
                continue  # told as hours without anybody on duty
            before = np.arange(start)
            # Nobody answers from `start` to `end`, so a wait this long lasted through all of it.
            through = longest[:start, row] >= np.maximum(end - before - 1, 1) * model.grid
            through &= longest[:start, row] > (start - before) * model.grid
            if through.any():
                waits[start, end] = int(longest[:start, row][through].max())
        if waits:
            worst = max(waits, key=lambda span: waits[span])
            found.setdefault(worst, []).append((row, waits[worst]))
    starts = [*model.starts(), THE_END]
    said = []
    for (start, end), rows in found.items():
        queues = [model.queues[row].name for row, _ in rows]
        until = moment(starts[end]) if end < len(starts) - 1 else Piece(words=say("warned.next_day"))
        said.append(
            Warned(
                what="waits through the night",
                queues=queues,
                pieces=sentence(
                    pieces(
                        "warned.through_the_night",
                        queues=names(queues),
                        start=moment(starts[start]),
                        until=until,
                        wait=amount(60 * round(max(wait for _, wait in rows) / 60_000), DURATION),
                    )
                ),
            )
        )
    return said


def breaks_together(model: Model, missed: Callable[[list[int], int], bool]) -> list[Warned]:
    """Times at which more than half of a centre's shifts are on break together and goals are missed.

    `missed`: whether the queue of a row misses its goal in some cells.
    """
    if model.grid != model.centre.clock.width:
        return []
    rows = [row for row, copy in enumerate(model.queues) if copy.queue.goal is not None]
    if not rows or not any(group.shifts for group in model.scenario.groups.values()):
        return []
    found: dict[Pause, list[int]] = {}
    starts = model.starts()
    for day, kind in enumerate(model.scenario.calendar.all_days()):
        for pause in _pauses(model, kind):
            found.setdefault(pause, []).append(day)
    alike_ones: dict[tuple[int, ...], list[tuple[Pause, int]]] = {}
    for pause, days in found.items():
        cells = [
            cell
            for day in days
            for cell in range(
                (day * DAY_MS + pause.begin) // model.grid, -(-(day * DAY_MS + pause.end) // model.grid)
            )
            if cell < len(starts)
        ]
        missing = tuple(row for row in rows if missed(cells, row))
        if missing:
            alike_ones.setdefault(missing, []).append((pause, len(days)))
    return [
        _breaks_told([model.queues[row].name for row in missing], pauses)
        for missing, pauses in alike_ones.items()
    ]


def _breaks_told(queues: list[str], pauses: list[tuple[Pause, int]]) -> Warned:
    """Breaks for which the same queues miss their goals. `pauses`: each with the number of its days."""
    told: list[Part] = []
    for number, (pause, days) in enumerate(pauses[:SHOWN]):
        away, planned = amount(pause.away, ".0f"), amount(pause.planned, ".0f")
        start, end = show_clock(pause.begin), show_clock(pause.end)
        if number:
            told += pieces("warned.another_break", away=away, planned=planned, start=start, end=end)
        else:
            told += pieces("warned.break", away=away, planned=planned, start=start, end=end)
        told += pieces("warned.on_days", days=amount(days, ".0f")) if days > 1 else []
    left = len(pauses) - SHOWN
    told += pieces("warned.more_breaks", n=left, left=amount(left, ".0f")) if left > 0 else []
    breaks, some = sentence(told), names(queues)
    if len(queues) == 1:
        said = pieces("warned.breaks", breaks=breaks, queues=some)
    else:
        said = pieces("warned.breaks_of_many", breaks=breaks, queues=some)
    return Warned(
        what="breaks together",
        queues=queues,
        pauses=[pause for pause, _ in pauses],
        pieces=sentence(said),
    )


def missed_in(model: Model, calls: Ints) -> Callable[[list[int], int], bool]:
    """Whether a queue misses its goal in some cells. `calls`: int64 [cell, queue, column], sums over runs."""

    def missed(cells: list[int], row: int) -> bool:
        goal, sums = model.queues[row].queue.goal, calls[cells, row].sum(axis=0)
        return goal is not None and not bool(kept_in(goal, sums, model.scenario.goals.counted))

    return missed


def _pauses(model: Model, day: Day) -> list[Pause]:
    """Times of a day at which most of those who are planned are on break."""
    shifts = model.scenario.shifts
    agents: dict[str, int] = {}
    steady = 0  # those who are planned without shifts
    for copy in model.groups:
        for name, count in (copy.group.shifts or {}).items():
            agents[name] = agents.get(name, 0) + count
        if copy.group.shifts is None:
            steady += int(np.max(of_a_week(model.scenario, copy.group)[day.weekday]))
    before = model.scenario.calendar.day(day.date - datetime.timedelta(days=1))
    begun = [  # of shifts that began today, and of yesterday's past midnight
        (name, -back * DAY_MS)
        for name in agents
        for back, date in enumerate((day, before))
        if shifts[name].works(date) and agents[name]
    ]
    names_begun = {name for name, _ in begun}
    hours = {name: [(*span, agents[name]) for span in shifts[name].rostered] for name in names_begun}
    on_duty = {name: list(shifts[name].on_duty(agents[name])) for name in names_begun}
    rostered, there = (
        np.array(
            [(begin + moved, end + moved, who) for name, moved in begun for begin, end, who in of[name]],
            np.int64,
        ).reshape(-1, 3)
        for of in (hours, on_duty)
    )
    edges = np.unique(np.clip(np.concatenate([rostered[:, :2].ravel(), there[:, :2].ravel()]), 0, DAY_MS))
    planned = _many(rostered, edges)
    away = planned - _many(there, edges)
    found: list[Pause] = []
    for k in np.flatnonzero(away[:-1] > MOST * (planned[:-1] + steady)).tolist():
        begin, end = edges[k : k + 2].tolist()
        pause = Pause(begin=begin, end=end, away=int(away[k]), planned=int(planned[k]) + steady)
        last = found[-1] if found else None
        if last is not None and last == replace(pause, begin=last.begin, end=begin):
            found[-1] = replace(last, end=end)
        else:
            found.append(pause)
    return found


def _many(spells: Ints, edges: Ints) -> Ints:
    """Returns the agents from each edge on: int64 [edge]. `spells`: int64 [row, 3], from, to, agents."""
    changes = np.zeros(len(edges), np.int64)
    for column, sign in ((0, 1), (1, -1)):
        at = np.clip(spells[:, column], 0, DAY_MS)
        np.add.at(changes, np.searchsorted(edges, at), sign * spells[:, 2])
    return np.cumsum(changes)


def open_cells(model: Model, row: int) -> Bools:
    """The cells in which a queue takes calls: bool [cell]."""
    per_day = DAY_MS // model.grid
    begin = np.arange(per_day) * model.grid
    found = np.zeros(len(model.starts()), np.bool_)
    for day in range(len(found) // per_day):
        of_day = found[day * per_day : (day + 1) * per_day]
        for opens, closes in model.centre.hours(row, day):
            of_day |= (begin < closes) & (opens < begin + model.grid)
    return found


def _empty(model: Model, there: Numbers) -> Bools:
    """Where nobody who may answer is on duty: bool [cell, queue]. `there`: [cell, group]."""
    may = np.zeros((len(model.queues), len(model.groups)), np.bool_)
    may[model.centre.called_pairs["queue"], model.centre.called_pairs["group"]] = True
    return np.asarray((there > 0).astype(np.int64) @ may.T.astype(np.int64) == 0)


def _when(model: Model, spans: tuple[tuple[int, int], ...]) -> Iterator[Part]:
    """From when to when."""
    starts = [*model.starts(), THE_END]
    for number, span in enumerate(spans[:SHOWN]):
        start, end = (moment(starts[cell]) for cell in span)
        if number:
            yield from pieces("warned.and_span", start=start, end=end)
        else:
            yield from pieces("warned.span", start=start, end=end)
    left = len(spans) - SHOWN
    if left > 0:
        yield from pieces("warned.more_times", n=left, left=amount(left, ".0f"))
