"""What the bundled supervisors are for: against the same calls without them, run by run."""

from __future__ import annotations

import numpy as np

import callsim
from callsim.sim.count.columns import (
    ANSWERED_IN,
    G_ON_DUTY,
    N_ABANDONED,
    N_ANSWERED,
)
from tests.makers.bundled import FOLDER

RUNS = 10


def played(name: str, *words: str) -> tuple[np.ndarray, np.ndarray]:
    """Sums of calls and of work by run: int64 [run, queue, column], int64 [run, group, column]."""
    sums = callsim.run(callsim.load(FOLDER / f"{name}.yaml", words), runs=RUNS, jobs=1).sums
    return sums.calls.sum(axis=1), sums.work.sum(axis=1)


def surely_more(one: np.ndarray, other: np.ndarray) -> bool:
    """By four standard errors of the paired differences."""
    difference = (one - other).astype(float)
    return bool(difference.mean() > 4 * difference.std(ddof=1) / np.sqrt(len(difference)))


def test_transfer_only_in_need_is_better_than_always_and_than_never() -> None:
    no_help = [
        f"groups.{here}-desk.answers.{there}=" for here, there in (("north", "south"), ("south", "north"))
    ]
    supervised, always, never = (
        played("transfer", *words)[0][:, :, ANSWERED_IN].sum(axis=1)
        for words in ((), ("supervisors=",), ("supervisors=", *no_help))
    )
    assert surely_more(supervised, always)
    assert surely_more(supervised, never)


def test_blending_gives_outbound_hours_to_inbound() -> None:
    (calls, work), (alone, own) = played("blending"), played("blending", "supervisors=")
    dialled, inbound = 0, 1  # rows stand in the order of names
    assert surely_more(calls[:, inbound, ANSWERED_IN], alone[:, inbound, ANSWERED_IN])
    assert surely_more(alone[:, inbound, N_ABANDONED], calls[:, inbound, N_ABANDONED])
    assert surely_more(alone[:, dialled, N_ANSWERED], calls[:, dialled, N_ANSWERED])
    inbound_desk = 0
    assert surely_more(work[:, inbound_desk, G_ON_DUTY], own[:, inbound_desk, G_ON_DUTY])
    # Nobody is called in or sent home: what differs in all is late time.
    whole, before = (hours[:, :, G_ON_DUTY].sum(axis=1) for hours in (work, own))
    assert np.abs(whole - before).max() < 0.01 * before.min()
