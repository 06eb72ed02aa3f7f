"""Agents as rows in small floors: several works at once, interruption, the least occupied."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from callsim.sim.centre import HANDLED, IN_ROWS, MOST_AT_ONCE, PACE_ONE, Centre

PACES = (1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0, 9.0, 10.0)


def in_rows(*rows: tuple[int, int, bool], paces: tuple[float, ...] = PACES) -> np.ndarray:
    """IN_ROWS [row] from (group, slots, least occupied)."""
    found = np.zeros(len(rows), IN_ROWS)
    for row, (group, slots, least) in zip(found, rows, strict=True):
        row["group"], row["slots"], row["least_occupied"] = group, slots, least
        row["pace"] = PACE_ONE * paces[min(slots, len(paces)) - 1]
        row["pace"][: min(slots, len(paces))] = [round(one * PACE_ONE) for one in paces[:slots]]
        assert len(row["pace"]) == MOST_AT_ONCE
    return found


def handled(*rows: tuple[int, int, int, bool]) -> np.ndarray:
    """HANDLED [row] from (queue, group, concurrency, interruptible)."""
    return np.array(list(rows), HANDLED)


def forced(centre: Centre) -> Centre:
    """The same centre, whose agents are rows though nobody asks which one it is."""
    return centre._replace(
        in_rows=in_rows(*((g, 1, False) for g in range(centre.groups))),
        handled=handled(*((int(p["queue"]), int(p["group"]), 1, False) for p in centre.pairs)),
    )


@st.composite
def with_rows(draw: st.DrawFn, centre: Centre, most: int = 10) -> Centre:
    """The same centre with any of it; `most`: works at once."""
    groups, pairs = [], []
    for g in range(centre.groups):
        if draw(st.integers(0, 3)) == 0:
            continue
        slots = min(draw(st.sampled_from([1, 2, 3, 3, 10])), most)
        groups.append((g, slots, draw(st.booleans())))
        for p in centre.pairs[centre.pairs["group"] == g]:
            many = draw(st.integers(0, slots))
            if many > 1:
                pairs.append((int(p["queue"]), g, many, False))
            elif draw(st.booleans()):
                pairs.append((int(p["queue"]), g, 1, True))
    paces = draw(st.sampled_from([PACES, (1.0,) * 10, (1.0, 1.3, 1.7, 1.7, 1.71, 2.0, 2.1, 2.2, 2.3, 2.4)]))
    return centre._replace(in_rows=in_rows(*groups, paces=paces), handled=handled(*pairs))
