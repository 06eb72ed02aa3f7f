"""callsim against a simulator written from the rules alone, where calls are told how long they will wait.

`CALLSIM_GRID` takes many more centres.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from callsim.model import Model
from callsim.sim.floor.promises import T_HUNG_UP, T_KNOWN, T_TOLD, T_WAIT
from callsim.sim.luck.draw import draw, later

from .announced import Announced, Announcement, said_of_waits
from .centres_announced import announced
from .conditions import said
from .followed import rows_of
from .luck_of_clients import LuckOfClients
from .on_duty import open_hours
from .test_call_by_call import apart, coming_and_going, played, preferred
from .test_followed import OtherTies as OtherTiesOfFollowed
from .test_followed import planned, told_of

MANY = 400 if os.environ.get("CALLSIM_GRID") else 12
COLUMNS = {"told": T_TOLD, "known": T_KNOWN, "wait": T_WAIT, "hung up": T_HUNG_UP}


def simulator(model: Model, words: Mapping[str, Any], kind: type[Announced] = Announced) -> Announced:
    queues, groups = ([copy.name for copy in copies] for copies in (model.queues, model.groups))
    return kind(
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
    )


class OtherTies(OtherTiesOfFollowed, Announced):
    """Calls of one millisecond come in any order: the rules leave that to the engines."""


def fates(folder: Path, words: Mapping[str, Any], engine: str) -> int:
    """How many calls fared alike, and were told the same; 0 where ties decide."""
    model = planned(folder, dict(words))
    rows, tally = played(model, engine)
    sums = tally.told.sum(axis=0)
    told = {
        (row, what): int(sums[row, column])
        for row, name in enumerate(copy.name for copy in model.queues)
        if "announcement" in words["queues"][name]
        for what, column in COLUMNS.items()
    }
    found, alone = (told_of(rows), told), fared(model, words)
    if found != alone and any(alone != fared(model, words, OtherTies) for _ in range(6)):
        return 0
    assert found[0] == alone[0], apart(found[0], alone[0])
    assert found[1] == alone[1], (found[1], alone[1])
    return sum(alone[0].values())


def fared(model: Model, words: Mapping[str, Any], kind: type[Announced] = Announced) -> tuple[Any, Any]:
    """All calls by what became of them, and what they were told."""
    plain = simulator(model, words, kind)
    calls = plain.play()
    return calls, {
        (queue, what): plain.told[queue, what] for queue in plain.announcements for what in COLUMNS
    }


def test_every_call_that_is_told_its_wait_fares_alike(tmp_path: Path) -> None:
    alike = [seed for seed in range(MANY) if fates(tmp_path, announced(seed), "kernel")]
    assert len(alike) > 0.75 * MANY  # of those on whole seconds ties decide some


@pytest.mark.parametrize("seed", range(2))
def test_so_it_does_in_the_engine_of_processes(tmp_path: Path, seed: int) -> None:
    assert fates(tmp_path, announced(seed), "reference")


class UsualPatience(Announced):
    """Who knows the wait is as patient as before."""

    def _patience(self, call: Any) -> int:
        return call.patience


class NobodyHangsUp(Announced):
    """Who is told the wait stays."""

    def _does(self, call: Any, wait: int, step: Any) -> str | None:
        return None


class AlwaysTheLast(Announced):
    """One predictor for all."""

    def _predicted(self, queue: int, announcement: Announcement) -> int:
        return self.last[queue]


class FirstStep(Announced):
    """Of several steps the first one holds."""

    def _does(self, call: Any, wait: int, step: Any) -> str | None:
        return super()._does(call, wait, self.announcements[call.queue].steps[0])


@pytest.mark.parametrize("wrong", [UsualPatience, NobodyHangsUp, AlwaysTheLast, FirstStep])
def test_the_comparison_sees_a_rule_that_is_wrong(tmp_path: Path, wrong: type[Announced]) -> None:
    plans = ((planned(tmp_path, words), words) for words in map(announced, range(8)))
    seen: Counter[bool] = Counter(simulator(*plan).play() != simulator(*plan, wrong).play() for plan in plans)
    assert seen[True]
