"""callsim against a simulator written from the rules alone, where numbers are dialled: every attempt.

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
from callsim.sim.luck.numbers import numbers

from .centres_dialled import dialled
from .conditions import said
from .dialled import Campaign, Dialled, LuckOfNumbers, campaigns_of
from .followed import rows_of
from .luck_of_clients import LuckOfClients
from .on_duty import open_hours
from .test_call_by_call import apart, coming_and_going, played, preferred
from .test_followed import OtherTies as OtherTiesOfFollowed
from .test_followed import planned, told_of

MANY = 400 if os.environ.get("CALLSIM_GRID") else 12


class OtherTies(OtherTiesOfFollowed, Dialled):
    """Calls of one millisecond come in any order: the rules leave that to the engines."""


def fared(model: Model, words: Mapping[str, Any], kind: type[Dialled] = Dialled) -> Counter[tuple[Any, ...]]:
    """All calls and attempts by what became of them."""
    groups = [copy.name for copy in model.groups]
    queues = [*(copy.name for copy in model.queues), *sorted(words["campaigns"])]
    words = {**words, "queues": words["queues"] | words["campaigns"]}
    within = np.zeros(len(queues), np.int64)
    within[: len(model.within)] = model.within
    return kind(
        model.centre,
        np.concatenate(list(draw(model.demand, 1, 0))),
        coming_and_going(model),
        preferred(model),
        lambda queue, day: open_hours(words, queues[queue], day),
        said(words, queues, groups),
        within,
        rows=rows_of(words, queues, groups),
        luck=LuckOfClients(model.centre, later(model.demand, 1, 0)),
        campaigns=campaigns_of(words, queues),
        numbers=LuckOfNumbers(model.centre, numbers(model.demand.campaigns, 1, 0)),
    ).play()


def fates(folder: Path, words: Mapping[str, Any], engine: str) -> int:
    """How many calls and attempts fared alike; 0 where ties decide."""
    model = planned(folder, dict(words))
    found, alone = told_of(played(model, engine)[0]), fared(model, words)
    if found != alone and any(alone != fared(model, words, OtherTies) for _ in range(6)):
        return 0
    assert found == alone, apart(found, alone)
    return sum(alone.values())


def test_every_number_that_is_dialled_fares_alike(tmp_path: Path) -> None:
    alike = [seed for seed in range(MANY) if fates(tmp_path, dialled(seed), "kernel")]
    assert len(alike) > 0.5 * MANY  # of those on whole seconds ties decide most


@pytest.mark.parametrize("seed", [0, 2])
def test_so_it_does_in_the_engine_of_processes(tmp_path: Path, seed: int) -> None:
    assert fates(tmp_path, dialled(seed), "reference")


class NoReserve(Dialled):
    """Numbers ring for all who are idle."""

    def _wanted(self, campaign: Campaign) -> int:
        for condition in self.words.conditions.values():
            condition.reserve = 0
        return super()._wanted(campaign)


class NoCorrection(Dialled):
    """The ratio stays."""

    def _decided(self, campaign: Campaign, lost: int) -> None: ...


class ByName(Dialled):
    """Campaigns dial in the order of their names."""

    def _in_turn(self) -> list[Campaign]:
        return self.campaigns


class FreshFirst(Dialled):
    """Who was not reached is dialled again when the list has run out."""

    def _falls_due(self, ring: Any) -> None:
        if not ring.campaign.fresh:
            super()._falls_due(ring)


@pytest.mark.parametrize("wrong", [NoReserve, NoCorrection, ByName, FreshFirst])
def test_the_comparison_sees_a_rule_that_is_wrong(tmp_path: Path, wrong: type[Dialled]) -> None:
    plans = ((planned(tmp_path, words), words) for words in map(dialled, range(10)))
    assert any(fared(*plan) != fared(*plan, wrong) for plan in plans)
