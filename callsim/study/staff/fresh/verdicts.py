"""What stands in the way of a demand: the reason, the place, and the first interval in which it bites."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from callsim.model.copies import group_copies
from callsim.model.hours import planned, ready_share
from callsim.results.measures import COUNTS
from callsim.results.result import Result
from callsim.scenario import Goal, Queue, Scenario
from callsim.sentences import dated, say
from callsim.study.staff.curve import ASA
from callsim.study.staff.feasibility import Trouble
from callsim.study.staff.fresh.holdout import Kept
from callsim.study.staff.search import Found
from callsim.units import DAY_MS


@dataclass(frozen=True)
class Verdict:
    """Why the demand cannot be met, and where that shows first."""

    what: str  # `seats`, `lines`, `late`, `patience`, `dials`, `hours`, `nights` or `time`
    where: str  # a site, queue or group
    first: str  # ISO 8601, the first interval in which it bites
    text: str  # for people


def copies_of(scenario: Scenario) -> dict[str, int]:
    """How often each group of the file stands in the centre."""
    names = [copy.group for copy in group_copies(scenario)]
    return {name: sum(group is one for one in names) for name, group in scenario.groups.items()}


def unreachable(scenario: Scenario, found: Sequence[Found], first_days: Sequence[int]) -> list[Verdict]:
    """Promises that no number of agents keeps. `first_days`: of the calendar, the first of each search's."""
    verdicts: list[Verdict] = []
    said: set[tuple[str, str, str]] = set()
    for one, day in zip(found, first_days, strict=True):
        for trouble in one.troubles:
            words = {
                "lines": say("staffing.lines"),
                "late": say("staffing.late"),
                "patience": say("staffing.patience"),
                "dials": say("staffing.dials"),
            }[trouble.why]
            once = trouble.queue, trouble.promise.counted, trouble.why
            if once in said:
                continue
            said.add(once)
            text = _beyond_reach(trouble, clock(scenario, trouble.interval), words)
            first = moment(scenario, trouble.interval, day)
            verdicts.append(Verdict(trouble.why, trouble.queue, first, text))
    return verdicts


def _beyond_reach(trouble: Trouble, at: str, why: str) -> str:
    """What any number of agents reaches of a promise, in words."""
    promise = trouble.promise
    if promise.counted == ASA:
        return say(
            "staffing.unreachable_wait",
            queue=trouble.queue,
            reached=round(promise.asa_s(trouble.reached), 1),
            at=at,
            promised=promise.within_s,
            why=why,
        )
    return say(
        "staffing.unreachable",
        queue=trouble.queue,
        reached=trouble.reached,
        kept="kept" if promise.counted == "kept" else say("goals.in_time"),
        at=at,
        share=promise.share,
        why=why,
    )


def too_few_seats(scenario: Scenario, staff: Mapping[str, Sequence[np.ndarray]]) -> list[Verdict]:
    """Sites where more agents are there at once, on the mean, than there are seats.

    `staff`: agents who are scheduled, int64 [interval] of each day of the calendar, by group.
    """
    copies = copies_of(scenario)
    verdicts = []
    for site, words in scenario.sites.items():
        mine = [name for name, group in scenario.groups.items() if group.site == site]
        if words.seats is None or not mine:
            continue
        there = np.sum(
            [_there(scenario, name, staff) * copies[name] for name in mine],
            axis=0,
        )
        needed = np.ceil(there - 1e-6).astype(np.int64)  # [day, interval]
        per_day = needed.shape[1]
        needed = needed.ravel()
        if np.any(needed > words.seats):
            first, worst = int(np.argmax(needed > words.seats)), int(np.argmax(needed))
            verdicts.append(
                Verdict(
                    "seats",
                    site,
                    moment(scenario, first % per_day, first // per_day),
                    say(
                        "staffing.seats",
                        site=site,
                        start=_when(scenario, first, per_day),
                        first=needed[first],
                        seats=words.seats,
                        worst=_when(scenario, worst, per_day),
                        most=needed[worst],
                        missing=needed[worst] - words.seats,
                    ),
                )
            )
    return verdicts


def _there(scenario: Scenario, name: str, staff: Mapping[str, Sequence[np.ndarray]]) -> np.ndarray:
    """Agents of one copy of a group on the mean: float64 [day, interval].

    Of a group that only dials, as in the file.
    """
    group, calendar = scenario.groups[name], scenario.calendar
    if name in staff:
        return np.asarray(np.stack(staff[name]) * ready_share(group))
    of_week = planned(scenario, group).reshape(7, -1)
    return np.asarray(of_week[(calendar.start.weekday() + np.arange(calendar.days)) % 7])


def _when(scenario: Scenario, interval: int, per_day: int) -> str:
    """A time of day, with its weekday where the calendar has several days."""
    time = clock(scenario, interval % per_day)
    if scenario.calendar.days == 1:
        return time
    return f"{dated(scenario.calendar.start + datetime.timedelta(days=interval // per_day), '%a')} {time}"


def blocks(check: Result) -> bool:
    """Whether any call found shared lines taken."""
    shared = {queue for words in check.model.scenario.lines.values() for queue in words.queues}
    rows = [row for row, copy in enumerate(check.model.queues) if copy.original in shared]
    return bool((check.sums.calls[:, :, rows] @ COUNTS["blocked"].over).any())


def too_few_lines(check: Result, kept: Mapping[str, Kept]) -> list[Verdict]:
    """Shared lines that lose more calls than a goal allows, though agents are in plenty.

    `check`: days with agents in plenty; `kept`: how goals were kept on them. No part sees such lines alone.
    """
    scenario, queues = check.model.scenario, check.model.queues
    calls = check.sums.calls.sum(axis=0)
    calls = calls.reshape(-1, DAY_MS // check.model.grid, *calls.shape[1:]).sum(axis=0)
    blocked, offered = calls @ COUNTS["blocked"].over, calls @ COUNTS["offered"].over
    lost = blocked / np.maximum(offered, 1)  # float64 [interval, queue]
    verdicts = []
    for trunk, words in scenario.lines.items():
        rows = [row for row, copy in enumerate(queues) if copy.original in words.queues]
        missed = [row for row in rows if kept[queues[row].name].met is False and blocked[:, row].any()]
        if not missed:
            continue
        # It bites where more are lost than the goal allows to be late; or else where most are.
        allowed = [1 - (_goal(queues[row].queue).answer or 1.0) for row in missed]
        bites = (lost[:, missed] > allowed).any(axis=1)
        worst = int(lost[:, missed].max(axis=1).argmax())
        first = int(bites.argmax()) if bites.any() else worst
        some, more = queues[missed[0]].name, len(missed) - 1
        some = say("lists.more", first=some, left=more) if more else some
        says = say(
            "staffing.too_few_lines",
            trunk=trunk,
            lines=words.count,
            queues=some,
            start=clock(scenario, first),
            worst=clock(scenario, worst),
            blocked=lost[worst, missed].max(),
        )
        verdicts.append(
            Verdict(
                "lines",
                trunk,
                moment(scenario, first),
                says,
            )
        )
    return verdicts


def _goal(queue: Queue) -> Goal:
    assert queue.goal is not None  # or it could not have been staffed
    return queue.goal


def clock(scenario: Scenario, interval: int) -> str:
    """When an interval of the day begins, HH:MM."""
    minutes = round(interval * scenario.calendar.interval / 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def moment(scenario: Scenario, interval: int, day: int = 0) -> str:
    """The same on a day of the calendar, from 0: ISO 8601."""
    date = scenario.calendar.start + datetime.timedelta(days=day)
    return f"{date.isoformat()}T{clock(scenario, interval)}"
