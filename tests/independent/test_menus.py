"""callsim against menus and a simulator written from the rules alone: every client, call by call.

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
from callsim.sim.luck.draw import draw, later
from callsim.sim.luck.menu_sums import M_ABANDONED, M_CONTAINED, M_OFFERED, M_TIME, MENU_COLUMNS

from .centres_menus import behind_menus
from .conditions import said
from .followed import Followed, rows_of
from .luck_of_clients import LuckOfClients
from .menus import Menus
from .on_duty import open_hours
from .test_call_by_call import apart, coming_and_going, preferred, records_of
from .test_followed import OtherTies, by_callsim, planned

MANY = 400 if os.environ.get("CALLSIM_GRID") else 12
PARTS = 2
COLUMNS = {"offered": M_OFFERED, "abandoned": M_ABANDONED, "contained": M_CONTAINED, "time": M_TIME}


def independently(
    model: Model, words: Mapping[str, Any], kind: type[Followed] = Followed, menus: type[Menus] = Menus
) -> Counter[tuple[Any, ...]]:
    queues, groups = ([copy.name for copy in copies] for copies in (model.queues, model.groups))
    return kind(
        model.centre,
        menus(model, words).calls(),
        coming_and_going(model),
        preferred(model),
        lambda queue, day: open_hours(words, queues[queue], day),
        said(words, queues, groups),
        model.within,
        rows=rows_of(words, queues, groups),
        luck=LuckOfClients(model.centre, later(model.demand, 1, 0)),
    ).play()


def fates(folder: Path, seed: int, engine: str) -> int:
    """How many calls fared alike; 0 where ties decide."""
    words = behind_menus(seed)
    model = planned(folder, words)
    plain, found = independently(model, words), by_callsim(model, engine)
    if found != plain and any(plain != independently(model, words, OtherTies) for _ in range(6)):
        return 0
    assert found == plain, f"centre {seed}: {apart(found, plain)}"
    return sum(plain.values())


def test_every_call_behind_menus_fares_alike(tmp_path: Path) -> None:
    alike = [seed for seed in range(MANY) if fates(tmp_path, seed, "kernel")]
    assert len(alike) > 0.8 * MANY  # of those on whole seconds ties decide some


@pytest.mark.parametrize("seed", range(2))
def test_so_it_does_in_the_engine_of_processes(tmp_path: Path, seed: int) -> None:
    assert fates(tmp_path, seed, "reference")


@pytest.mark.parametrize("part", range(PARTS))
def test_what_happens_in_menus_is_what_their_words_say(tmp_path: Path, part: int) -> None:
    for seed in range(part, 4 * MANY, PARTS):
        words = behind_menus(seed)
        model = planned(tmp_path, words)
        menus = Menus(model, words)
        calls = menus.calls()
        sums = np.zeros((1, len(model.demand.menus), MENU_COLUMNS), np.int64)
        drawn = np.concatenate(list(draw(model.demand, 1, 0, in_menus=sums)))
        assert len(calls) == len(drawn)
        for name in drawn.dtype.names or ():
            assert [call[name] for call in calls] == drawn[name].tolist(), (seed, name)
        told = {
            (menu, what): int(sums[0, row, column])
            for row, menu in enumerate(menus.names)
            if model.demand.menus[row].passes < 0
            for what, column in COLUMNS.items()
        }
        assert told == {key: menus.told[key] for key in told}, seed


def test_both_engines_are_equal_behind_menus(tmp_path: Path) -> None:
    """With shifts, seats, incidents and switches; every second on whole seconds."""
    for seed in range(1000, 1000 + MANY):
        model = planned(tmp_path, behind_menus(seed))
        kernel, reference = (records_of(model, engine) for engine in ("kernel", "reference"))
        assert np.array_equal(kernel, reference), seed


class NobodyHangsUp(Menus):
    """Who hangs up goes on instead."""

    def __init__(self, model: Model, words: Mapping[str, Any], run: int = 0):
        super().__init__(model, words, run)
        self.words = {name: {**menu, "abandon": 0} for name, menu in self.words.items()}


class FirstWay(Menus):
    """All take the first way."""

    def _way_out(self, ways: Mapping[str, Any], level: float) -> str:
        return min(ways)


class NamedByOrder(Followed):
    """What clients do next hangs on who came before them."""

    def _will_arrive(self, row: Any) -> None:
        super()._will_arrive({**row, "path": 0})


@pytest.mark.parametrize(
    "wrong", [{"menus": NobodyHangsUp}, {"menus": FirstWay}, {"kind": NamedByOrder}], ids=str
)
def test_the_comparison_sees_a_rule_that_is_wrong(tmp_path: Path, wrong: dict[str, Any]) -> None:
    plans = ((planned(tmp_path, words), words) for words in map(behind_menus, range(8)))
    assert any(independently(*plan) != independently(*plan, **wrong) for plan in plans)
