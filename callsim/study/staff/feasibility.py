"""Promises that no number of agents keeps: too few lines, groups that answer too late, impatient callers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from callsim.model.outbound.amount import held_s
from callsim.sim.count.columns import N_BLOCKED
from callsim.study.staff.components import Part
from callsim.study.staff.curve import Promise
from callsim.study.staff.evidence import level
from callsim.study.staff.subproblem import Options, Question, Row, Seen

PLENTY = 6.0  # standard steps above the formula, and deviations of busyness, at which nobody has to wait
DOUBTFUL = 3.0  # standard errors, beyond which a promise counts as broken


class Trouble(NamedTuple):
    """A promise that no number of agents keeps."""

    queue: str
    promise: Promise
    interval: int  # the first in which it shows
    reached: float  # share of calls that fare well with agents in plenty
    why: str  # `lines`, `late`, `patience` or `dials`


def reachable(question: Question, runs: int) -> tuple[list[Trouble], np.ndarray]:
    """What no number of agents can do: the first interval of each promise, and bool [interval, row]."""
    troubles, within_reach = [], np.ones((question.intervals, len(question.rows)), bool)
    seen = question.simulate(_plenty(question), runs)
    for k, row in enumerate(question.rows):
        # As simulated: the luck of how many called tells nothing where all of them are answered.
        found = level(seen.calls[:, :, row.queue], row.promise, row.promise.quantile, None)
        share = float(special.ndtr(row.promise.quantile))
        broken = found.share + DOUBTFUL * found.error < share
        broken &= row.calls > 0
        if broken.any():
            within_reach[:, k] = ~broken
            first = int(broken.argmax())
            why = _why(question, row, seen, first)
            reached = float(found.share[first])
            troubles.append(Trouble(question.part.queues[row.queue], row.promise, first, reached, why))
    return troubles, within_reach


def in_plenty(part: Part, options: Options, staff: np.ndarray) -> np.ndarray:
    """Agents with whom nobody of a part has to wait, no fewer than a staff: int64 [interval, group], both."""
    many = _plenty(Question(part, options)).astype(np.int64)
    return np.asarray(np.maximum(many, staff))


def _plenty(question: Question) -> np.ndarray:
    """Agents with whom nobody has to wait, on the busiest of days: float64 [interval, group]."""
    steps, busiest = np.zeros_like(question.start), np.ones(len(question.part.groups))
    for row in question.rows:
        mine, cv = question.direct[row.queue], question.needs[row.queue].cv
        steps[:, mine] = np.maximum(steps[:, mine], row.spread[:, None])
        busiest[mine] = np.maximum(busiest[mine], 1 + PLENTY * cv)
    plenty = np.ceil(question.start * busiest + PLENTY * steps + PLENTY + _to_free_one(question))
    return np.where(question.start > 0, plenty, 0.0)


def _to_free_one(question: Question) -> float:
    """Agents of whom, although all of them dial, one is soon free for a call."""
    campaigns = question.part.scenario.campaigns.values()
    within = min(row.promise.within_s for row in question.rows)
    longest = max((held_s(one) for one in campaigns), default=0.0)
    return PLENTY * longest / max(within, 1.0)


def _why(question: Question, row: Row, seen: Seen, interval: int) -> str:
    if seen.calls[:, interval, row.queue, N_BLOCKED].any():
        return "lines"
    queue = question.part.queues[row.queue]
    answers = [g.answers[queue] for g in question.part.scenario.groups.values() if queue in g.answers]
    dials = {*question.part.scenario.campaigns}
    if any(dials & {*g.answers} for g in question.part.scenario.groups.values() if queue in g.answers):
        return "dials"
    in_time = row.promise.counted == "kept" or min(answer.after for answer in answers) <= row.promise.within_s
    return "patience" if in_time else "late"
