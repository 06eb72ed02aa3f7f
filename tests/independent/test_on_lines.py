"""callsim against menus that hold lines, and a simulator written from the rules alone: every client.

`CALLSIM_GRID` takes many more centres.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from callsim.model import Model
from callsim.sim.luck.draw import later
from callsim.sim.luck.menu_sums import M_BLOCKED

from .centres_on_lines import on_lines
from .conditions import said
from .followed import rows_of
from .luck_of_clients import LuckOfClients
from .menus import Menus
from .on_duty import open_hours
from .on_lines import OnLines
from .test_call_by_call import apart, coming_and_going, played, preferred
from .test_followed import OtherTies as OtherTiesOfFollowed
from .test_followed import planned, told_of
from .test_menus import COLUMNS as COLUMNS_OF_MENUS

MANY = 400 if os.environ.get("CALLSIM_GRID") else 12
COLUMNS = COLUMNS_OF_MENUS | {"blocked": M_BLOCKED}


class OtherTies(OtherTiesOfFollowed, OnLines):
    """Calls of one millisecond come in any order: the rules leave that to the engines."""


def fared(model: Model, words: Mapping[str, Any], kind: type[OnLines] = OnLines) -> tuple[Any, Any]:
    """All calls by what became of them, and what happened in menus."""
    queues, groups = ([copy.name for copy in copies] for copies in (model.queues, model.groups))
    menus = Menus(model, words)
    calls = kind(
        model.centre,
        menus.calls(),
        coming_and_going(model),
        preferred(model),
        lambda queue, day: open_hours(words, queues[queue], day),
        said(words, queues, groups),
        model.within,
        rows=rows_of(words, queues, groups),
        luck=LuckOfClients(model.centre, later(model.demand, 1, 0)),
        menus=menus,
    ).play()
    drawn = [name for row, name in enumerate(menus.names) if model.demand.menus[row].passes < 0]
    return calls, {(name, what): menus.told[name, what] for name in drawn for what in COLUMNS}


def fates(folder: Path, words: Mapping[str, Any], engine: str) -> int:
    """How many calls fared alike; 0 where ties decide, or a menu with lines is none but by name."""
    model = planned(folder, dict(words))
    if any(menu.passes >= 0 and menu.holds for menu in model.demand.menus):
        return 0
    rows, tally = played(model, engine)
    sums = tally.menus.sum(axis=0)
    told = {
        (name, what): int(sums[row, column])
        for row, name in enumerate(sorted(words["menus"]))
        if model.demand.menus[row].passes < 0
        for what, column in COLUMNS.items()
    }
    found, alone = (told_of(rows), told), fared(model, words)
    if found != alone and any(alone != fared(model, words, OtherTies) for _ in range(6)):
        return 0
    assert found[0] == alone[0], apart(found[0], alone[0])
    assert found[1] == alone[1], (found[1], alone[1])
    return sum(alone[0].values())


def test_every_client_on_a_line_fares_alike(tmp_path: Path) -> None:
    alike = [seed for seed in range(MANY) if fates(tmp_path, on_lines(seed), "kernel")]
    assert len(alike) > 0.6 * MANY  # of those on whole seconds ties decide some


@pytest.mark.parametrize("seed", range(2))
def test_so_it_does_in_the_engine_of_processes(tmp_path: Path, seed: int) -> None:
    assert fates(tmp_path, on_lines(seed), "reference")


class LinesForAll(OnLines):
    """Everybody finds a line in a menu."""

    def _dial(self, what: Any) -> None:
        self.lines = [1 << 40] * len(self.lines)
        super()._dial(what)


class ASecondLine(OnLines):
    """The queue needs a line of its own."""

    def _dial(self, what: Any) -> None:
        super()._dial(what)
        if what[1] is not None and what[1].lines:
            self._at(what[1].arrive, 5, -1, self._change_lines, what[1])

    def _change_lines(self, call: Any) -> None:
        self._free_lines(call)
        call.lines = None


class FreeInMenus(OnLines):
    """Who comes to no queue holds no line."""

    def _leave_menu(self, trunks: Any) -> None: ...

    def _take(self, trunks: Any, lines: int = 1) -> None: ...


@pytest.mark.parametrize("wrong", [LinesForAll, ASecondLine, FreeInMenus])
def test_the_comparison_sees_a_rule_that_is_wrong(tmp_path: Path, wrong: type[OnLines]) -> None:
    plans = ((planned(tmp_path, words), words) for words in map(on_lines, range(8)))
    assert any(fared(*plan) != fared(*plan, wrong) for plan in plans)
