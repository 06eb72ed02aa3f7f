"""Where a roster that was simulated fell short, and a requirement raised by as many agents as were missing.

A roster may cover every moment and still miss a goal: absence comes in lumps, and the requirement is a mean.
Days of one weekday are taken together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import special

from callsim.results import measures
from callsim.results.judgement import kept_in
from callsim.results.measures import RATIOS, Figure
from callsim.results.result import Result
from callsim.scenario import Scenario
from callsim.sentences import say
from callsim.study.roster.cover import Requirement
from callsim.study.roster.tours import Day
from callsim.study.staff.components import Part, all_ready, parts
from callsim.study.staff.curve import ASA, Promise
from callsim.study.staff.day_kinds import one_day
from callsim.study.staff.evidence import counted, unlikely
from callsim.study.staff.formula import promises_of
from callsim.study.staff.fresh.assurance import ASSURANCE, steps_to_show
from callsim.study.staff.fresh.holdout import Kept
from callsim.study.staff.fresh.repair import too_rarely
from callsim.study.staff.search import FEW_A_DAY, Found
from callsim.study.staff.subproblem import Options, Question, Seen
from callsim.units import DAY_MS

SURE = 1.0  # standard errors below the promise, beyond which an interval is repaired
SURE_OF_FEW = 2.0  # … and as many of these by the binomial distribution, where few calls are judged
TOLERATED = 0.01  # … and this much of the share, which the resolution does not reach
MOST = 2.0  # standard steps that a repair goes at most
FEW = 200  # calls, of which fewer than promised may fare well by chance
LEAST = 0.1  # … and at least, where a whole day is short
SURELY = 1.0  # standard errors of the share of days that a certainty is aimed above


def parts_of_day(scenario: Scenario, day: Day) -> list[Part]:
    """The kinds of parts as they are on one day that must be covered."""
    return parts(all_ready(one_day(scenario, day.date)))


def by_date(result: Result) -> np.ndarray:
    """The sums of a result's calls: int64 [run, day, interval, queue, column]."""
    sums = result.sums.calls
    return sums.reshape(len(sums), -1, DAY_MS // result.model.grid, *sums.shape[2:])


class Asked:
    """The questions of some searches, each made once."""

    def __init__(self, options: Options):
        self.options = options
        self._known: dict[int, Question] = {}

    def of(self, found: Found) -> Question:
        """The question that a search has answered."""
        if id(found) not in self._known:
            self._known[id(found)] = Question(found.part, self.options)
        return self._known[id(found)]


def raised(
    asked: Asked,
    days: list[Day],
    searches: list[list[Found]],
    wanted: list[list[Requirement]],
    seen: Result,
    hopeless: Sequence[str] = (),
) -> tuple[list[list[Requirement]], bool]:
    """The requirement, raised where the roster fell short; and whether it did anywhere.

    `searches`, `wanted`: [day, part]. `hopeless`: groups that could not be covered at all, which no higher
    requirement helps.
    """
    sums, originals = by_date(seen), [copy.original for copy in seen.model.queues]
    higher = _for_certainty(seen, asked.options)
    repaired, short = [], False
    for day, found, requirements in zip(days, searches, wanted, strict=True):
        after = []
        for one, requirement in zip(found, requirements, strict=True):
            part = one.part
            if set(part.groups) & set(hopeless):
                after.append(requirement)
                continue
            question = asked.of(one)
            # One of the parts of its kind: of each queue as many copies as one part has.
            rows = [
                [k for k, name in enumerate(originals) if name == queue][: question.copies.count(queue)]
                for queue in part.queues
            ]
            on = sums[:, list(day.numbers)]
            on = on.reshape(-1, *on.shape[2:])  # each day is another run of that weekday
            calls = np.stack([on[:, :, mine].sum(axis=2) for mine in rows], axis=2)
            more = (
                _missing(question, calls)
                + np.array([higher.get(q, 0.0) for q in part.queues])[[row.queue for row in question.rows]]
            )
            least = requirement.cuts.least.copy()
            for r, row in enumerate(question.rows):
                step = np.where(row.calls > 0, more[:, r], 0.0)
                least[:, r] += step * row.spread
                short |= bool(step.any())
            after.append(Requirement(requirement.groups, requirement.cuts._replace(least=least)))
        repaired.append(after)
    return repaired, short


def assured(
    days: list[Day],
    searches: list[list[Found]],
    wanted: list[list[Requirement]],
    first: list[list[Requirement]],
    seen: Result,
    kept: Mapping[str, Kept],
    runs: int,
    hopeless: Sequence[str] = (),
    times: float = 1.0,
) -> list[list[Requirement]] | None:
    """The requirement, raised for goals of which `runs` runs would not say that they are surely met; None
    where nothing is open, or nothing that this would show.

    `first`: the requirement that keeps all goals; none is raised to more than `ASSURANCE` above it. `times`:
    by how many times what is missing it is raised.
    """
    raised_to, changed = [], False
    for day, found, requirements, began in zip(days, searches, wanted, first, strict=True):
        after = []
        for one, requirement, least in zip(found, requirements, began, strict=True):
            higher = requirement.cuts.least.copy()
            if not set(one.part.groups) & set(hopeless):
                row = 0
                for queue, need in enumerate(one.needs):
                    steps = steps_to_show(seen, kept, one.part.queues[queue], day.numbers, runs)
                    more = np.where(need.load.calls > 0, times * steps * one.spread[queue], 0.0)
                    mine = slice(row, row := row + len(need.promises))
                    tried = higher[:, mine] + more[:, None]
                    if (
                        steps > 0
                        and (
                            tried.sum(axis=0) <= (1 + ASSURANCE) * least.cuts.least[:, mine].sum(axis=0)
                        ).all()
                    ):
                        higher[:, mine], changed = tried, True
            after.append(Requirement(requirement.groups, requirement.cuts._replace(least=higher)))
        raised_to.append(after)
    return raised_to if changed else None


def _missing(question: Question, calls: np.ndarray) -> np.ndarray:
    """Standard steps that each promise lacks: float64 [interval, row]. `calls`: int64 [run, interval, queue,
    column].
    """
    found = np.zeros((question.intervals, len(question.rows)))
    for r, row in enumerate(question.rows):
        level = question.level(row, Seen(calls, np.empty(0)))
        promised = row.promise.share - TOLERATED
        by_interval = calls[:, :, row.queue].sum(axis=0)
        broken = (level.above < -SURE * level.doubt) & (level.share < promised)
        broken &= unlikely(by_interval, row.promise, row.promise.share, SURE_OF_FEW)
        found[:, r] = np.where(broken, np.minimum(-level.above, MOST), 0.0)
        over, under = counted(row.promise)
        day = by_interval.sum(axis=0)
        if not found[:, r].any() and _breaks(row.promise, day):
            gap = row.promise.quantile - special.ndtri(max(float(day @ over), 0.5) / float(day @ under))
            found[:, r] = min(max(float(gap), LEAST), MOST)
    return found


def _breaks(promise: Promise, calls: np.ndarray) -> bool:
    """Whether fewer calls fared well than promised; of a few calls, fewer than by chance: int64 [column]."""
    over, under = counted(promise)
    if calls @ over >= promise.share * (calls @ under):
        return False
    return bool(calls @ under >= FEW or unlikely(calls, promise, promise.share, SURE))


def _for_certainty(seen: Result, options: Options) -> dict[str, float]:
    """Standard steps by which all intervals of a queue must be better, so that as many days as are wanted
    meet its goal.
    """
    if options.certainty is None:
        return {}
    found: dict[str, float] = {}
    sums = by_date(seen).sum(axis=2)
    days = sums.shape[0] * sums.shape[1]
    aim = options.certainty + SURELY * float(np.sqrt(options.certainty * (1 - options.certainty) / days))
    for row in seen.model.shown_queues:
        copy = seen.model.queues[row]
        calls = sums[:, :, row].reshape(days, -1)
        called = calls[calls @ RATIOS["abandoned_share"].under > 0]
        if called.sum(axis=0) @ RATIOS["abandoned_share"].under < FEW_A_DAY * days:
            if too_rarely(_days_kept(seen, row, called), options.certainty):
                found[copy.original] = max(found.get(copy.original, 0.0), LEAST)
            continue
        margins = [_margin(calls, promise) for promise in _promises(seen, row)]
        worst = np.min(margins, axis=0)
        reached = float(np.quantile(worst, max(1 - aim, 0.0), method="lower"))
        if reached < 0:
            found[copy.original] = max(found.get(copy.original, 0.0), min(-reached, MOST))
    return found


def _days_kept(seen: Result, row: int, called: np.ndarray) -> Figure:
    """The share of days with calls that met the goal of a queue. `called`: int64 [day, column]."""
    goal = seen.model.queues[row].queue.goal
    assert goal is not None  # or it could not have been staffed
    good = int(kept_in(goal, called, seen.model.scenario.goals.counted).sum())
    return measures.share(good, len(called))


def _promises(seen: Result, row: int) -> list[Promise]:
    goal = seen.model.queues[row].queue.goal
    assert goal is not None  # or it could not have been staffed
    return promises_of(goal, seen.model.scenario.goals.counted)


def _margin(calls: np.ndarray, promise: Promise) -> np.ndarray:
    """Standard steps above the promise on each day: float64 [day]."""
    over, under = counted(promise)
    good, all_ = (calls @ over).astype(float), np.maximum((calls @ under).astype(float), 1e-9)
    half = 0.5 / np.maximum(all_, 1)
    reached = np.where(calls @ under > 0, np.clip(good / all_, half, 1 - half), 1 - half)
    return np.asarray(special.ndtri(reached) - promise.quantile)


def missed(seen: Result, days: list[Day], options: Options) -> list[str]:
    """What a check saw fail, in words: each goal over all days and on each weekday, or on too few days."""
    found = []
    sums = by_date(seen).sum(axis=2)
    for row in seen.model.shown_queues:
        copy = seen.model.queues[row]
        if options.certainty is not None:
            called = sums[:, :, row].reshape(-1, sums.shape[-1])
            called = called[called @ RATIOS["abandoned_share"].under > 0]
            share = _days_kept(seen, row, called)
            if too_rarely(share, options.certainty):
                found.append(
                    say(
                        "roster.days_kept",
                        queue=copy.name,
                        share=share.mean,
                        days=len(called),
                        low=share.low,
                        high=share.high,
                        certainty=options.certainty,
                    )
                )
            continue
        told = _half_missed(seen, row, sums[:, :, row].sum(axis=(0, 1)))
        if told:
            found.append(f"{copy.name}: {told}")
            continue
        for day in days:
            told = _half_missed(seen, row, sums[:, list(day.numbers), row].sum(axis=(0, 1)))
            if told:
                found.append(say("staffing.on_day", queue=copy.name, day=_named(day, days), told=told))
                break
    return found


def _half_missed(seen: Result, row: int, calls: np.ndarray) -> str | None:
    """Which half of a goal some sums break, in words."""
    for promise in _promises(seen, row):
        over, under = counted(promise)
        all_ = float(calls @ under)
        if _breaks(promise, calls):
            share = float(calls @ over) / all_
            if promise.counted == ASA:
                return say("roster.waits_missed", wait=promise.asa_s(share), promised=promise.within_s)
            word = "kept" if promise.counted == "kept" else say("goals.in_time")
            return say("roster.half_missed", share=share, kept=word, promised=promise.share)
    return None


def _named(day: Day, days: list[Day]) -> str:
    alone = sum(other.weekday == day.weekday for other in days) == 1
    if alone and len(day.numbers) > 1:
        return say("staffing.weekday", date=day.date)
    return say("staffing.date", date=day.date)
