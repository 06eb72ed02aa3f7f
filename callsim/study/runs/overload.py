"""Where more work comes than all who may do it can do, and waits really grow: callers do not hang up in time.

Load alone does not tell: where all lines are taken calls are lost, and with patience a queue never grows
without bound. So the waits themselves must grow as fast as the surplus of work would make them. And a small
queue has more work than it can do in some hours of every day, by luck: it must be more than luck explains.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from callsim.arrays import Bools, Floats, Ints, Numbers
from callsim.model import Model
from callsim.model.components import components
from callsim.results.measures import COUNTS, RATIOS
from callsim.results.warned import DURATION, Warned, amount, names, sentence
from callsim.sentences import pieces
from callsim.sim.count.columns import G_ON_DUTY, N_BLOCKED
from callsim.study.runs.moments import THE_END, moment

PATIENT_MS = 3_600_000  # who waits an hour on the mean hardly ever hangs up in time
LONG = 2  # intervals on end that are worth a warning
REAL = 0.5  # of the growth that the surplus alone would bring: less is held by those who hang up
MATTERS_MS = 1_000  # growth of the mean wait
LUCK = 0.05  # how often a plan that can just do its work may be called overloaded, all stretches together
SPREAD = 2.0  # of the luck of the number of calls: their handling times vary as much (exponential)


class _Overload(NamedTuple):
    """A stretch of cells in which waits grow."""

    names: list[str]  # of the queues whose waits grow
    erlangs: float  # work that came, times what could be done
    wait: float  # ms, the mean of the worst queue's calls in the last cell


def warn(model: Model, calls: Ints, work: Ints) -> list[Warned]:
    """Queues that are overloaded for long; those of many copies in one line.

    `calls`: int64 [cell, queue, column], `work`: int64 [cell, group, column], sums over runs.
    """
    handling = RATIOS["aht_s"]
    assert handling.under is not None
    answered = calls.sum(axis=0) @ handling.under
    each = (calls.sum(axis=0) @ handling.over) / np.maximum(answered, 1)  # ms
    came_in = calls @ (COUNTS["offered"].over - COUNTS["balked"].over) - calls[:, :, N_BLOCKED]
    load = came_in * each  # ms of work that came and could wait, [cell, queue]
    waits, parts = _waits(calls), components(model)
    found: dict[tuple[int, int, tuple[str, ...]], list[_Overload]] = {}
    for queues, groups in (map(list, part) for part in parts):
        patient = [row for row in queues if _is_patient(model, row)]
        if not patient or not answered[queues].all():
            continue
        came, done = load[:, queues].sum(axis=1), work[:, groups, G_ON_DUTY].sum(axis=1)
        start, end = worst(came, done)
        work_came, work_done = came[start:end].sum(), done[start:end].sum()
        if work_came <= work_done:
            continue
        a_call = float((load[start:end, queues].sum(axis=0) @ each[queues]) / work_came)
        if _by_luck(work_came, work_done, a_call) * len(came) * len(parts) > LUCK:
            continue
        erlangs = work_came / work_done
        growing = _growing(waits[start:end, patient], erlangs, model.grid)
        if growing.any():
            rows = [row for row, grows in zip(patient, growing, strict=True) if grows]
            kind = tuple(dict.fromkeys(model.queues[row].original for row in rows))
            wait = float(np.nanmax(waits[end - 1, rows]))
            one = _Overload([model.queues[row].name for row in rows], float(erlangs), wait)
            found.setdefault((start, end, kind), []).append(one)
    starts = [*model.starts(), THE_END]
    return [_told(starts[start], starts[end], some) for (start, end, _), some in found.items()]


def _told(start: str, end: str, some: list[_Overload]) -> Warned:
    """One line for all copies that are overloaded at the same time."""
    queues = [name for one in some for name in one.names]
    low, high = (pick(one.erlangs for one in some) for pick in (min, max))
    wait = 60 * max(1, round(max(one.wait for one in some) / 60_000))
    return Warned(
        what="overloaded",
        queues=queues,
        pieces=sentence(
            pieces(
                "warned.overloaded",
                start=moment(start),
                end=moment(end),
                queues=names(queues),
                load=amount(low, ".2f", high),
                wait=amount(wait, DURATION),
            )
        ),
    )


def _waits(calls: Ints) -> Floats:
    """The mean wait of the calls offered in each cell: float64 [cell, queue] ms, NaN of none."""
    wait = RATIOS["wait_s"]
    assert wait.under is not None
    waited = calls @ wait.under
    return np.asarray((calls @ wait.over) / np.where(waited > 0, waited, np.nan))


def _growing(waits: Floats, erlangs: float, grid: int) -> Bools:
    """Returns whether the waits of each queue grow as fast as its surplus of work: bool [queue].

    `waits`: float64 [cell, queue] ms.
    """
    if len(waits) == 1:
        # A single cell has no course; its calls wait half its growth on the mean.
        grown, cells = np.nan_to_num(waits[0]), 0.5
    else:
        grown, cells = np.nan_to_num(waits[-1] - waits[0]), len(waits) - 1.0
    return np.asarray(grown >= max(MATTERS_MS, REAL * (erlangs - 1) * cells * grid))


def _is_patient(model: Model, row: int) -> bool:
    patience = model.demand.queues[row].patience
    return patience is None or bool(patience.mean.max() >= PATIENT_MS)


def worst(came: Numbers, done: Numbers, fewest: int = LONG) -> tuple[int, int]:
    """The cells on end, `fewest` or more, in which most work is left over: first, and one after the last.

    `came`, `done`: int64 or float64 [cell] ms. Single quiet cells do not end it. Cells in which nobody is on
    duty do: they are another fault, and told as such.
    """
    best, where = 0.0, (0, 0)
    for begin, after in stretches(done > 0):
        left = np.concatenate(([0.0], np.cumsum(came[begin:after] - done[begin:after])))
        least = min(fewest, len(came))
        if after - begin < least:
            continue
        lowest = np.minimum.accumulate(left[:-least])
        gain = left[least:] - lowest
        end = int(gain.argmax())
        if gain[end] > best:
            best, start = float(gain[end]), int(left[: end + 1].argmin())
            where = begin + start, begin + end + least
    return where


def _by_luck(came: float, done: float, a_call: float) -> float:
    """Returns a p value: the probability of at least this much work where the mean is what can be done.

    All in ms; `a_call`: of the mean call, weighed by its work. The number of calls is Poisson's.
    """
    from scipy import special  # slow to import, and `callsim check` does not need it

    return float(special.gammainc(came / (SPREAD * a_call), done / (SPREAD * a_call)))


def stretches(cells: Bools) -> list[tuple[int, int]]:
    """The cells that are true, as stretches on end: the first of each, and the one after its last."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], cells.astype(np.int8), [0]))))
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]
