"""Campaigns of small floors, and the luck of their numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from callsim.sim.centre import CAMPAIGN, MILLION, PACE_ONE, PAIR, RATIO_ONE, Centre
from callsim.sim.luck.demand import CampaignDemand, Sampler
from callsim.sim.luck.numbers import Numbers, numbers
from callsim.units import DAY_MS
from tests.makers.follow_ups import constant, exponential

WHOLE_DAY = ((0, DAY_MS),)


def row(**words: float) -> np.ndarray:
    """A CAMPAIGN: a fresh list of 1,000 each day, progressive, everybody is the right party, no redials."""
    usual: dict[str, float] = {"contacts": 1000, "ratio": RATIO_ONE, "holds": True, "right_party": 1.0}
    found = np.zeros(1, CAMPAIGN)
    for name, value in (usual | words).items():
        found[name] = value
    return found


def demand(key: int = 1, reached: tuple[float, ...] = (1.0,), **times: Sampler) -> CampaignDemand:
    """What numbers bring: a ring of no time, a talk of a minute, no wrap, no patience."""
    usual = {
        "ring": constant(0.0),
        "talk": constant(60_000.0),
        "wrap": constant(0.0),
        "wrong_party": constant(20_000.0),
        "patience": constant(0.0),
        "redial_after": constant(0.0),
    }
    return CampaignDemand(key=key, reached=np.array(reached), **(usual | times))


def with_campaigns(
    centre: Centre,
    rows: list[np.ndarray],
    answers: list[tuple[int, int, int]],
    hours: list[tuple[tuple[int, int], ...]] | None = None,
    priority: list[int] | None = None,
) -> Centre:
    """The centre with campaigns behind its queues. `answers`: (campaign, group, rank)."""
    many, called = len(rows), centre.queues
    pairs = np.array([(called + c, g, rank, 0, PACE_ONE, 0) for c, g, rank in answers], PAIR)
    return centre._replace(
        priority=np.concatenate([centre.priority, np.array(priority or [1] * many, np.int32)]),
        disconnects=np.concatenate([centre.disconnects, np.zeros(many, bool)]),
        open=(*centre.open, *(hours or [WHOLE_DAY] * many)),
        pairs=np.concatenate([centre.pairs, pairs]),
        campaigns=np.concatenate(rows),
    )


@st.composite
def campaigns(draw: st.DrawFn, centre: Centre) -> tuple[Centre, Numbers]:
    """The same centre with one to three campaigns, and their luck; half on whole seconds."""
    whole = draw(st.booleans())
    time = (lambda ms: constant(ms)) if whole else (lambda ms: exponential(ms + 1.0))
    rows, brought, answers, hours = [], [], [], []
    for c in range(draw(st.integers(1, 3))):
        how = draw(st.sampled_from(["progressive", "preview", "predictive", "capped"]))
        rows.append(
            row(
                contacts=draw(st.sampled_from([3, 40, 200])),
                once=draw(st.booleans()),
                holds=how in ("progressive", "preview"),
                preview=draw(st.sampled_from([5_000, 20_000])) if how == "preview" else 0,
                ratio=round(draw(st.sampled_from([1.0, 1.5, 2.3, 3.0])) * RATIO_ONE),
                cap=round(draw(st.sampled_from([0.03, 0.1])) * MILLION) if how == "capped" else 0,
                right_party=draw(st.sampled_from([0.0, 0.6, 1.0])),
                redials=draw(st.sampled_from([0.0, 0.5, 1.0])),
                at_most=draw(st.sampled_from([0, 1, 3])),
            )
        )
        brought.append(
            demand(
                key=draw(st.integers(0, 99)) * 10 + c,
                reached=tuple(draw(st.sampled_from([(0.3,), (1.0,), (0.0,), (0.2, 0.7)]))),
                ring=time(draw(st.sampled_from([0.0, 15_000.0, 15_000.0]))),
                talk=time(draw(st.sampled_from([0.0, 60_000.0, 120_000.0]))),
                wrap=time(draw(st.sampled_from([0.0, 10_000.0]))),
                patience=constant(draw(st.sampled_from([0.0, 2_000.0, 30_000.0]))),
                redial_after=time(draw(st.sampled_from([0.0, 60_000.0, 1_800_000.0]))),
            )
        )
        groups = draw(st.sets(st.integers(0, centre.groups - 1), min_size=1))
        answers += [(c, g, draw(st.integers(1, 3))) for g in sorted(groups)]
        span = st.sampled_from([WHOLE_DAY, ((0, 3_600_000), (5_400_000, DAY_MS)), ((600_000, 4_500_000),)])
        hours.append(draw(span))
    priority = [draw(st.integers(1, 2)) for _ in rows]
    luck = numbers(brought, draw(st.integers(0, 99)), 0)
    assert luck is not None
    return with_campaigns(centre, rows, answers, hours, priority), luck
