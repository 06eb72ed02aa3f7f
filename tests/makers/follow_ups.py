"""Follow-ups of small floors, and the luck of the calls that come of them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from callsim.distribution import CONSTANT, EXPONENTIAL
from callsim.sim.centre import (
    ANNOUNCED,
    AT_END,
    CALLBACK_ROW,
    CONSULT,
    DIALS,
    EXPECTED,
    FOLLOW,
    KEPT,
    LAST,
    LONGEST,
    NEVER,
    NOBODY,
    PACE_ONE,
    SCHEDULED,
    STEP,
    Centre,
)
from callsim.sim.floor.records import ABANDONED, ANSWERED, BLOCKED, CLOSED, DROPPED
from callsim.sim.luck.demand import Sampler
from callsim.sim.luck.later import Later
from callsim.sim.luck.sampling import tabulate

NEVER_ENDS = float(NEVER)


def constant(ms: float) -> Sampler:
    """Always the same time."""
    return Sampler(CONSTANT, np.array([ms]))


def exponential(ms: float) -> Sampler:
    """Exponential with this mean."""
    return Sampler(EXPONENTIAL, np.array([ms]))


def rows(*follows: dict[str, float]) -> np.ndarray:
    """FOLLOW [row] from rows of {queue, to, share, outcome, group, transfer, at_most}, by queue."""
    table = np.zeros(len(follows), FOLLOW)
    table["group"], table["share"] = NOBODY, 1.0
    for k, row in enumerate(follows):
        for name, value in row.items():
            table[k][name] = value
        table["key"][k] = 1 + k if "key" not in row else row["key"]
    return table[np.argsort(table["queue"], kind="stable")]


def luck(
    queues: int,
    brought: list[tuple[Sampler, ...]],
    of_rows: list[tuple[Sampler, Sampler]],
    balk: float = 0.0,
    again: tuple[float, float] = (0.0, 0.0),
    seed: int = 1,
) -> Later:
    """What later calls bring: talk, wrap, patience, time to dial again, by queue; after, together, by row."""
    nothing = constant(0.0)
    roots = np.random.default_rng(seed).integers(0, 2**63, (queues, 3)).astype(np.uint64)
    table = tabulate([*brought, *((*row, nothing, nothing) for row in of_rows)])
    return Later(roots, table, np.ones(queues, np.int64), np.full(queues, balk), np.tile(again, (queues, 1)))


@st.composite
def follow_ups(draw: st.DrawFn, centre: Centre) -> tuple[Centre, Later]:
    """The same centre with any follow-ups, and their luck; half on whole seconds."""
    queues = st.integers(0, centre.queues - 1)
    whole = draw(st.booleans())
    time = (lambda ms: constant(ms)) if whole else (lambda ms: exponential(ms + 1.0))
    table, of_rows = [], []
    for _ in range(draw(st.integers(1, 6))):
        outcome = draw(st.sampled_from([ANSWERED] * 4 + [ABANDONED, BLOCKED, CLOSED, DROPPED]))
        transfer = draw(st.integers(DIALS, CONSULT)) if outcome == ANSWERED else DIALS
        table.append(
            {
                "queue": draw(queues),
                "to": draw(queues),
                "outcome": outcome,
                "group": draw(st.sampled_from([NOBODY, NOBODY, 0, 1])),
                "share": draw(st.sampled_from([0.3, 0.5])),
                "transfer": transfer,
                "at_most": draw(st.sampled_from([0, 0, 1, 3])),
            }
        )
        after = draw(st.sampled_from([0.0, 60_000.0, 3_600_000.0]))
        together = draw(st.sampled_from([0.0, 0.0, 20_000.0]))
        of_rows.append((time(after) if after else constant(0.0), time(together)))
    order = np.argsort([row["queue"] for row in table], kind="stable")
    brought = [
        (
            time(draw(st.sampled_from([60_000.0, 0.0]))),
            time(draw(st.sampled_from([0.0, 10_000.0]))),
            draw(st.sampled_from([time(30_000.0), constant(NEVER_ENDS)])),
            time(30_000.0),
        )
        for _ in range(centre.queues)
    ]
    again = draw(st.sampled_from([(0.0, 0.0), (2.0, 2.0)]))
    found = luck(
        centre.queues,
        brought,
        [of_rows[k] for k in order],
        balk=draw(st.sampled_from([0.0, 0.2])),
        again=again,
        seed=draw(st.integers(0, 99)),
    )
    return centre._replace(follows=rows(*table)), found


@st.composite
def announcements(draw: st.DrawFn, centre: Centre) -> Centre:
    """The same centre with any waits told in some of its queues, and callbacks."""
    every = range(centre.queues)
    told, steps, backs = [], [], []
    for q in every:
        if q and not draw(st.booleans()):
            continue
        told.append((q, draw(st.sampled_from([EXPECTED, LONGEST, LAST]))))
        froms = sorted(draw(st.sets(st.sampled_from([0, 5_000, 30_000, 120_000]), min_size=1, max_size=3)))
        for at in froms:
            hang_up = draw(st.sampled_from([0.0, 0.1]))
            steps.append(
                (
                    q,
                    at,
                    round(draw(st.sampled_from([0.0, 0.5, 1.0, 1.5])) * PACE_ONE),
                    hang_up,
                    draw(st.sampled_from([0.0, 0.4, 0.8])),
                )
            )
        if draw(st.integers(0, 3)):
            backs.append(
                (
                    q,
                    draw(st.sampled_from([q, q, centre.queues - 1])),
                    draw(st.sampled_from([KEPT, AT_END, SCHEDULED])),
                    round(draw(st.sampled_from([0.5, 1.0, 2.0])) * PACE_ONE),
                    draw(st.sampled_from([0.0, 0.5, 1.0])),
                    draw(st.sampled_from([0, 7_000, 20_000])),
                    draw(st.integers(1, 3)),
                    draw(st.sampled_from([0, 60_000, 1_200_000])),
                    draw(st.sampled_from([0, 1, 3, NEVER])),
                )
            )
    mean = draw(st.sampled_from([np.inf, 20_000.0]))
    means = np.broadcast_to(np.array([60_000.0, 10_000.0, mean])[None, :, None], (len(told), 3, 1))
    return centre._replace(
        announced=np.array(told, ANNOUNCED),
        steps=np.array(steps, STEP),
        callbacks=np.array(backs, CALLBACK_ROW),
        means=means.copy(),
        counts_callbacks=draw(st.booleans()),
    )
