"""Small floors on which clients hold lines in menus."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from callsim.sim.centre import NOBODY, Centre
from callsim.sim.luck.in_menus import MENU, WAY, MenuLuck, Ways
from callsim.sim.luck.later import Later
from callsim.sim.luck.trace import DIALLED, with_dials

MENUS = 2


@st.composite
def with_menus(draw: st.DrawFn, centre: Centre, luck: Later) -> tuple[Centre, Later]:
    """The same centre, and two menus of which one or both hold lines, perhaps those that queues share."""
    lines = [*centre.lines.tolist(), draw(st.integers(1, 6))]
    every = st.integers(0, len(lines) - 1)
    holds = centre.holds.tolist()
    for menu in draw(st.sampled_from([[0], [1], [0, 1]])):
        for trunk in draw(st.sets(every, min_size=1, max_size=2)):
            holds.append([centre.queues + menu, trunk])
    menus = MenuLuck(
        Ways(
            np.zeros(MENUS, MENU), np.zeros(1, WAY), np.zeros(centre.queues, np.bool_), np.zeros(6, np.int64)
        ),
        np.array([centre.queues]),
        luck.roots,
        luck.samplers,
    )
    return (
        centre._replace(
            lines=np.array(lines, np.int64), holds=np.array(holds, np.int32), menus_with_lines=MENUS
        ),
        luck._replace(menus=menus),
    )


@st.composite
def through_menus(draw: st.DrawFn, centre: Centre, trace: np.ndarray) -> np.ndarray:
    """The same calls, some of which come to a menu first that holds lines; some end there."""
    luck = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    holding = np.unique(centre.holds[centre.holds[:, 0] >= centre.queues, 0])
    unit, longest = draw(st.sampled_from([1, 1000])), draw(st.sampled_from([0, 20_000, 600_000]))
    dials, trace = np.zeros(len(trace), DIALLED), trace.copy()
    for dial, call in zip(dials, trace, strict=True):
        if luck.random() < 0.6:
            dial["menu"] = dial["first"] = luck.choice(holding)
            dial["in_menus"] = luck.integers(0, longest // unit + 1) * unit
            dial["to"] = NOBODY if luck.random() < 0.3 else call["queue"]
            dial["cell"] = NOBODY  # what is counted in menus, those count who draw
            call["queue"] = dial["menu"]
            call["path"] = 0 if luck.random() < 0.2 else luck.integers(1, 2**32)
    return with_dials(trace, dials)
