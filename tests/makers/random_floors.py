"""Hypothesis makes centres and traces: half of them on whole seconds, so that ties are everywhere."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from callsim.sim.centre import NEVER, Centre
from callsim.units import DAY_MS
from tests.makers.floors import calls, centre


@st.composite
def centres(draw: st.DrawFn) -> Centre:
    """Any small centre."""
    queues = draw(st.integers(1, 4))
    groups = draw(st.integers(1, 4))
    after = st.sampled_from([0, 0, 0, 5_000, 10_000, 10_000, 30_000])
    pace = st.sampled_from([1.0, 1.0, 1.2, 0.9])
    pairs = []
    for q in range(queues):
        who = draw(st.sets(st.integers(0, groups - 1), min_size=1))
        pairs += [(q, g, draw(st.integers(1, 3)), draw(after), draw(pace)) for g in sorted(who)]
    prefers = st.sampled_from([-2, -1, 0]) if draw(st.booleans()) else st.just(0)
    intervals = draw(st.sampled_from([24, 48]))
    staff = np.ones((intervals, groups), int) * draw(st.integers(0, 3))
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, 5))
        staff[start : start + draw(st.integers(1, 4)), draw(st.integers(0, groups - 1))] = draw(
            st.integers(0, 5)
        )
    lines = draw(st.lists(st.integers(1, 6), max_size=2))
    holds = [(q, t) for t in range(len(lines)) for q in draw(st.sets(st.integers(0, queues - 1)))]
    span = st.sampled_from([((0, DAY_MS),), ((0, 3_600_000), (5_400_000, DAY_MS)), ((1_800_000, 4_500_000),)])
    return centre(
        pairs=pairs,
        staff=staff.tolist(),
        priority=[draw(st.integers(1, 2)) for _ in range(queues)],
        open_=[draw(span) for _ in range(queues)],
        disconnects=[draw(st.booleans()) for _ in range(queues)],
        lines=lines,
        holds=holds,
        warm_up=DAY_MS // intervals * draw(st.integers(0, 2)),
        prefers=[draw(prefers) for _ in pairs],
    )


@st.composite
def traces(draw: st.DrawFn, queues: int, least: int = 0) -> np.ndarray:
    """Some hundred calls in the first hours; luck by one seed, so that examples shrink and stay quick."""
    seed = draw(st.integers(0, 2**32 - 1))
    unit = draw(st.sampled_from([1, 1000]))
    count = draw(st.integers(least, 150))
    busy = draw(st.sampled_from([600_000, 3_600_000, 3 * 3_600_000]))
    luck = np.random.default_rng(seed)

    def times(high: int) -> np.ndarray:
        return luck.integers(0, high // unit + 1, count) * unit

    columns = {
        "arrive": times(busy),
        "queue": luck.integers(0, queues, count),
        "talk": times(300_000),
        "wrap": np.where(luck.random(count) < 0.3, 0, times(60_000)),
        "patience": np.where(luck.random(count) < 0.2, NEVER, times(120_000)),
        "again_after": times(300_000),
        "redials": np.where(luck.random(count) < 0.5, 0, luck.integers(0, 4, count)),
        "balks": luck.random(count) < 0.1,
    }
    names = list(columns)
    return calls(*({n: int(columns[n][k]) for n in names} for k in range(count)))
