"""Both engines agree at size: 100,000 agents for five minutes, and 120 queues with 250 groups."""

from __future__ import annotations

import numpy as np

from callsim.sim.centre import NEVER
from callsim.sim.luck.trace import TRACE
from tests.makers.floors import centre, play, same

MINUTE = 60_000


def trace(calls: int, until: int, queues: int, talk: int, seed: int) -> np.ndarray:
    """Calls in random order of queues, some patient for ever, some who dial again."""
    luck = np.random.default_rng(seed)
    rows = np.zeros(calls, TRACE)
    rows["arrive"] = np.sort(luck.integers(0, until, calls))
    rows["queue"] = luck.integers(0, queues, calls)
    rows["talk"] = luck.exponential(talk, calls)
    rows["wrap"] = luck.exponential(20_000, calls)
    rows["patience"] = np.where(luck.random(calls) < 0.05, NEVER, luck.exponential(MINUTE, calls))
    rows["again_after"] = luck.exponential(MINUTE, calls)
    rows["redials"] = luck.integers(0, 3, calls)
    return rows


def test_a_hundred_thousand_agents_for_five_minutes() -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[100_000]] * 24)
    calls = trace(115_000, 5 * MINUTE, 1, 40 * MINUTE, 1)
    kernel, reference = play(floor, calls, "kernel"), play(floor, calls, "reference")
    same(kernel, reference)
    assert kernel.tally.calls[0, 0, 0] > 100_000
    assert (kernel.records["wait"] > 0).sum() > 1_000, "they had to wait for each other"


def test_120_queues_and_250_groups() -> None:
    luck = np.random.default_rng(2)
    pairs = []
    for queue in range(120):
        home = [(queue, queue, 1, 0, 1.0), (queue, 120 + queue, 1, 0, 1.0)]
        sisters = [
            (queue, int(group), 2, 1000 * int(luck.integers(1, 40)), 1.1)
            for group in luck.choice(250, 3, replace=False)
            if group not in (queue, 120 + queue)
        ]
        pairs += home + sisters
    staff = luck.integers(0, 4, (24, 250))
    floor = centre(
        pairs=pairs,
        staff=staff.tolist(),
        priority=[1 + queue % 2 for queue in range(120)],
        lines=[90],
        holds=[(queue, 0) for queue in range(40)],
    )
    calls = trace(25_000, 120 * MINUTE, 120, 2 * MINUTE, 3)
    kernel, reference = play(floor, calls, "kernel"), play(floor, calls, "reference")
    same(kernel, reference)
    answered = kernel.records[kernel.records["outcome"] == 0]
    assert len(np.unique(answered["group"])) > 200
    assert np.unique(kernel.records["outcome"]).tolist() == [0, 1, 3]
