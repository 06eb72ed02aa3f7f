"""Conditions of small floors: reserves, crowds, quotas, weights, switches."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from callsim.sim.centre import CONDITION, MILLION, NOBODY, SWITCH, WEIGHT, WEIGHT_ONE, Centre


def condition(*rows: tuple[int, int, int, int, float]) -> np.ndarray:
    """CONDITION [row] from (queue, group, reserve, min_waiting, quota)."""
    return np.array([(*row[:4], round(row[4] * MILLION)) for row in rows], CONDITION)


def weight(*rows: tuple[int, float, int]) -> np.ndarray:
    """WEIGHT [row] from (queue, weight, head start in ms)."""
    return np.array([(q, round(w * WEIGHT_ONE), start) for q, w, start in rows], WEIGHT)


def crowded(queue: int, group: int, above: int, every: int = 60_000) -> np.ndarray:
    """One SWITCH: open while more calls wait."""
    return np.array([(queue, group, every, above, 0, every, 0, 0)], SWITCH)


def short(queue: int, group: int, below: float, over: int, within: int, every: int = 60_000) -> np.ndarray:
    """One SWITCH: open while the service level is less."""
    return np.array([(queue, group, every, NOBODY, round(below * MILLION), over, within, 0)], SWITCH)


@st.composite
def conditions(draw: st.DrawFn, centre: Centre, switches: bool = True) -> Centre:
    """The same centre with any conditions."""
    rows, switched = [], []
    for pair in centre.pairs:
        queue, group = int(pair["queue"]), int(pair["group"])
        if draw(st.booleans()):
            crowd = draw(st.sampled_from([0, 0, 1, 2, 3]))
            quota = draw(st.sampled_from([0.2, 0.5, 0.9]))
            rows.append((queue, group, draw(st.sampled_from([0, 0, 1, 2])), crowd, quota))
        if switches and draw(st.integers(0, 3)) == 0:
            every = draw(st.sampled_from([60_000, 7_500]))
            switched.append(
                crowded(queue, group, draw(st.integers(0, 3)), every)
                if draw(st.booleans())
                else short(queue, group, draw(st.sampled_from([0.5, 0.95])), 20 * every, 15_000, every)
            )
    start = st.sampled_from([0, 0, 20_000, 300_000])
    weights = [
        (queue, draw(st.sampled_from([1.0, 2.0, 0.3333])), draw(start))
        for queue in range(centre.queues)
        if draw(st.booleans())
    ]
    return centre._replace(
        conditions=condition(*rows),
        weights=weight(*weights),
        switches=np.concatenate([np.zeros(0, SWITCH), *switched]),
    )
