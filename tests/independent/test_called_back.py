"""callsim against a simulator written from the rules alone, where clients are called back.

`CALLSIM_GRID` takes many more centres.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from callsim.model import Model
from callsim.sim.floor.promises import T_OFFERED, T_OPEN
from callsim.sim.luck.draw import draw, later

from .announced import said_of_waits
from .called_back import CalledBack, backs_of
from .centres_called_back import called_back
from .conditions import said
from .followed import rows_of
from .luck_of_clients import LuckOfClients
from .on_duty import open_hours
from .test_announced import COLUMNS as COLUMNS_TOLD
from .test_call_by_call import apart, coming_and_going, played, preferred
from .test_followed import OtherTies as OtherTiesOfFollowed
from .test_followed import planned, told_of

MANY = 400 if os.environ.get("CALLSIM_GRID") else 12
COLUMNS = COLUMNS_TOLD | {"offered": T_OFFERED, "open": T_OPEN}


class OtherTies(OtherTiesOfFollowed, CalledBack):
    """Calls of one millisecond come in any order: the rules leave that to the engines."""


def fared(model: Model, words: Mapping[str, Any], kind: type[CalledBack] = CalledBack) -> tuple[Any, Any]:
    """All calls by what became of them, and what was told and promised."""
    queues, groups = ([copy.name for copy in copies] for copies in (model.queues, model.groups))
    alone = kind(
        model.centre,
        np.concatenate(list(draw(model.demand, 1, 0))),
        coming_and_going(model),
        preferred(model),
        lambda queue, day: open_hours(words, queues[queue], day),
        said(words, queues, groups),
        model.within,
        rows=rows_of(words, queues, groups),
        luck=LuckOfClients(model.centre, later(model.demand, 1, 0)),
        announcements=said_of_waits(words, queues),
        backs=backs_of(words, queues),
    )
    calls = alone.play()
    return calls, {
        (queue, what): alone.told[queue, what] for queue in alone.announcements for what in COLUMNS
    }


def fates(folder: Path, words: Mapping[str, Any], engine: str) -> int:
    """How many calls fared alike, and were told the same; 0 where ties decide."""
    model = planned(folder, dict(words))
    rows, tally = played(model, engine)
    sums = tally.told.sum(axis=0)
    told = {
        (row, what): int(sums[row, column])
        for row, copy in enumerate(model.queues)
        if "announcement" in words["queues"][copy.name]
        for what, column in COLUMNS.items()
    }
    found, alone = (told_of(rows), told), fared(model, words)
    if found != alone and any(alone != fared(model, words, OtherTies) for _ in range(6)):
        return 0
    assert found[0] == alone[0], apart(found[0], alone[0])
    assert found[1] == alone[1], (found[1], alone[1])
    return sum(alone[0].values())


def test_every_call_and_callback_fares_alike(tmp_path: Path) -> None:
    alike = [seed for seed in range(MANY) if fates(tmp_path, called_back(seed), "kernel")]
    assert len(alike) > 0.7 * MANY  # of those on whole seconds ties decide some


@pytest.mark.parametrize("seed", range(2))
def test_so_it_does_in_the_engine_of_processes(tmp_path: Path, seed: int) -> None:
    assert fates(tmp_path, called_back(seed), "reference")


class AlwaysKept(CalledBack):
    """No callback lets others go first."""

    def _is_last(self, call: Any) -> bool:
        return False


class NobodyWaitsForOthers(CalledBack):
    """Any number of callbacks is promised."""

    def __init__(self, *args: Any, backs: Any, **rest: Any):
        for back in backs.values():
            back.at_most = float("inf")
        super().__init__(*args, backs=backs, **rest)


class OneAttempt(CalledBack):
    """Nobody is rung twice."""

    def __init__(self, *args: Any, backs: Any, **rest: Any):
        for back in backs.values():
            back.attempts = 1
        super().__init__(*args, backs=backs, **rest)


class AtOnce(CalledBack):
    """Callbacks join their queue at once."""

    def __init__(self, *args: Any, backs: Any, **rest: Any):
        for back in backs.values():
            back.times = 0
        super().__init__(*args, backs=backs, **rest)


class HoldsItsLine(CalledBack):
    """A client who is called back needs a line."""

    def _promise(self, call: Any) -> None:
        super()._promise(call)
        for then in self.promises:
            if then.number >= call.number and then.answered is None:
                then.lines = None


WRONG = [AlwaysKept, NobodyWaitsForOthers, OneAttempt, AtOnce, HoldsItsLine]


@pytest.mark.parametrize("wrong", WRONG)
def test_the_comparison_sees_a_rule_that_is_wrong(tmp_path: Path, wrong: type[CalledBack]) -> None:
    plans = ((planned(tmp_path, words), words) for words in map(called_back, range(8)))
    assert any(fared(*plan) != fared(*plan, wrong) for plan in plans)
