"""Which days of a history can be judged: whole ones, of this calendar's hours, that are no outage."""

from __future__ import annotations

import datetime

import numpy as np

from callsim.errors import UserError
from callsim.history.canonical import IntervalTable
from callsim.sentences import say

SURELY = 10.0  # calls expected in an interval in which then nobody calls: so it is by luck once in 20,000
_HOURS = 12  # that clocks may differ by
_MUCH_BETTER = 0.5  # as far off as without moving the clock


def why_not(table: IntervalTable, date: datetime.date, expected: np.ndarray) -> str | None:
    """Why a day cannot be judged; None where it can. `expected`: float64 [interval], calls of all queues."""
    day = np.array([date.isoformat()], "datetime64[D]")
    offered = np.array([table.grid("offered", place, day)[0] for place in range(len(table.queues))])
    if not np.isfinite(offered).any():
        return say("judged.no_row")
    if table.calls is None:
        for values in offered:
            there = np.flatnonzero(np.isfinite(values))
            if len(there) and there[-1] - there[0] + 1 > len(there):
                first = int(np.flatnonzero(~np.isfinite(values[there[0] : there[-1]]))[0] + there[0])
                return say("judged.no_row_at", time=_clock(table, first))
    total = np.nansum(offered, axis=0)
    if not total.any():
        return say("goals.nobody_called")
    silent = (total == 0) & (expected >= SURELY)
    both = np.flatnonzero(silent[1:] & silent[:-1])
    if len(both):
        first = int(both[0])
        return say("judged.nobody_called", time=_clock(table, first), calls=expected[first])
    return None


def refuse_other_clock(real: np.ndarray, expected: np.ndarray) -> None:
    """Raise UserError where calls come as expected, but hours earlier or later: the file is of another zone.

    `real`, `expected`: float64 [interval of day], calls of all queues, of all days together.
    """
    if not real.sum() or not expected.sum():
        return
    slots = len(real)
    shares, wanted = real / real.sum(), expected / expected.sum()
    per_hour = max(slots // 24, 1)
    off = {
        hours: float(np.abs(np.roll(shares, -hours * per_hour) - wanted).sum())
        for hours in range(-_HOURS, _HOURS + 1)
    }
    best = min(off, key=lambda hours: (off[hours], abs(hours)))
    if best and off[0] > 0.3 and off[best] < _MUCH_BETTER * off[0]:
        hours = abs(best)
        later = say("judged.later", hours=hours) if best > 0 else say("judged.earlier", hours=hours)
        raise UserError(say("judged.other_clock", when=later))


def _clock(table: IntervalTable, slot: int) -> str:
    from callsim.units import show_clock

    return show_clock(slot * table.width_ms)
