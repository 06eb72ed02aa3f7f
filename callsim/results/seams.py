"""Where blocks of a long run meet: two blocks have played the same hour, and may have seen another queue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from callsim.arrays import Ints
from callsim.model import Model
from callsim.results.measures import Figure, Formula, figure
from callsim.results.run import Apart, Blocks
from callsim.results.warned import Warned, amount, names, sentence
from callsim.sentences import pieces, say
from callsim.sim.count.columns import (
    SEAM_COLUMNS,
    SEAM_IN_TIME,
    SEAM_OFFERED,
    SEAM_THERE,
    SEAM_WAIT,
    SEAM_WAITING,
)
from callsim.units import show_duration


@dataclass(frozen=True)
class _Compared:
    """A figure that two blocks have of one hour."""

    formula: Formula
    least: float  # a difference below is no matter, however sure it is


def _of(over: int, under: int | None, scale: float, most: float) -> Formula:
    columns = np.eye(SEAM_COLUMNS, dtype=np.int64)
    return Formula(columns[over], None if under is None else columns[under], scale, most)


LEVEL, WAIT, WAITING = (
    _Compared(_of(SEAM_IN_TIME, SEAM_OFFERED, 1.0, 1.0), 0.001),
    _Compared(_of(SEAM_WAIT, SEAM_OFFERED, 1e-3, np.inf), 0.1),
    _Compared(_of(SEAM_WAITING, None, 1.0, np.inf), 0.5),
)


def blocks_of(model: Model, seams: Ints | None) -> Blocks | None:
    """What is told of a run in blocks; None of a run in one piece. `seams`: see Runs."""
    blocks = model.scenario.calendar.blocks
    if blocks is None or seams is None:
        return None
    return Blocks(
        length_days=blocks.days,
        warm_up_s=blocks.warm_up,
        number=seams.shape[1] + 1,
        exact=is_exact(model, seams),
        apart={model.queues[row].name: _apart(seams[:, :, :, row]) for row in model.shown_queues},
    )


def is_exact(model: Model, seams: Ints) -> bool:
    """Whether the numbers are those of the run in one piece: at each seam the building was empty.

    What has not ended then is known to a switch alone, whose last look may have been before.
    """
    return not len(model.centre.switches) and not seams[..., SEAM_THERE].any()


def _apart(sums: Ints) -> Apart:
    """`sums`: int64 [run, seam, 2, column] of a queue."""
    level, wait, waiting = (_change(sums, one) for one in (LEVEL, WAIT, WAITING))
    return Apart(service_level=level, wait_s=wait, waiting=waiting)


def _change(sums: Ints, one: _Compared) -> float | None:
    before, after = _both(sums, one)
    return None if before.mean is None or after.mean is None else after.mean - before.mean


def _both(sums: Ints, one: _Compared) -> tuple[Figure, Figure]:
    """A figure as the earlier blocks have it and as the later ones do, over all seams of all runs."""
    columns = sums.shape[-1]
    before, after = (figure(sums[:, :, side].reshape(-1, columns), one.formula) for side in (0, 1))
    return before, after


def warn(model: Model, seams: Ints | None) -> list[Warned]:
    """What to say where blocks do not meet: a difference is larger than the 95 % interval of the figure."""
    blocks = model.scenario.calendar.blocks
    if seams is None or blocks is None:
        return []
    found = [row for row in model.shown_queues if any(_parted(seams[:, :, :, row]))]
    if not found:
        return []
    worst = max(found, key=lambda row: abs(_change(seams[:, :, :, row], WAITING) or 0.0))
    queues = [model.queues[row].name for row in found]
    (level, level_after), (wait, wait_after), (waiting, waiting_after) = (
        ((amount((before.mean or 0.0) * scale, form),), (amount((after.mean or 0.0) * scale, form),))
        for one, scale, form in ((LEVEL, 100, ".1f"), (WAIT, 1, ",.1f"), (WAITING, 1, ",.1f"))
        for before, after in (_both(seams[:, :, :, worst], one),)
    )
    told = pieces(
        "blocks.apart",
        queues=names(queues),
        worst=names([model.queues[worst].name]),
        level=level,
        level_after=level_after,
        wait=wait,
        wait_after=wait_after,
        waiting=waiting,
        waiting_after=waiting_after,
        warm_up=names([show_duration(blocks.warm_up)]),
    )
    return [Warned(what="blocks apart", queues=queues, pieces=sentence(told))]


def _parted(sums: Ints) -> Iterator[bool]:
    for one in (LEVEL, WAIT, WAITING):
        before, after = _both(sums, one)
        if before.mean is None or after.mean is None:
            continue
        # One seam in one run has no interval: then all that matters counts.
        half = 0.0
        if before.low is not None and before.high is not None:
            half = max(before.high - before.mean, before.mean - before.low)
        yield abs(after.mean - before.mean) > max(half, one.least)


def told(found: Blocks) -> str:
    """How a run was cut, and how well its blocks meet, in a sentence."""
    cut = say(
        "blocks.played",
        n=found.number,
        days=say("pages.days", n=found.length_days),
        warm_up=show_duration(found.warm_up_s),
    )
    if found.exact:
        return f"{cut} {say('blocks.exact')}"
    level, wait, waiting = (
        max((abs(getattr(one, key) or 0.0) for one in found.apart.values()), default=0.0)
        for key in ("service_level", "wait_s", "waiting")
    )
    return f"{cut} {say('blocks.meet', level=level * 100, wait=wait, waiting=waiting)}"
