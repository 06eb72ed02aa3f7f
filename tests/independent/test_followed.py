"""callsim's engines against a simulator written from the rules alone, where calls follow calls."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.model import Model, build
from callsim.sim.floor.records import LAST, OUTCOMES
from callsim.sim.luck.draw import draw, later

from .centres_followed import followed
from .conditions import said
from .followed import Followed, rows_of
from .luck_of_clients import LuckOfClients
from .on_duty import open_hours
from .test_call_by_call import apart, coming_and_going, preferred, records_of

MANY = 1200 if os.environ.get("CALLSIM_GRID") else 16
PARTS = 2


def planned(folder: Path, words: dict[str, Any]) -> Model:
    path = folder / "centre.yaml"
    path.write_text(json.dumps(words))
    return build(callsim.load(path))


def by_callsim(model: Model, engine: str) -> Counter[tuple[Any, ...]]:
    """Calls as `Followed` tells them."""
    return told_of(records_of(model, engine))


def told_of(rows: np.ndarray) -> Counter[tuple[Any, ...]]:
    """Records as `Followed` tells them."""
    found: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        outcome = OUTCOMES[row["outcome"]]
        served = ("talk", "wrap", "group")
        last = tuple(int(row[name]) for name in served) if outcome == "answered" else (0, 0, -1)
        begins = (int(row["arrive"]), int(row["queue"]), int(row["attempt"]))
        found[*begins, outcome, int(row["wait"]), *last, bool(row["flags"] & LAST)] += 1
    return found


def independently(model: Model, words: Any, kind: type[Followed] = Followed) -> Counter[tuple[Any, ...]]:
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
    ).play()


class OtherTies(Followed):
    """Calls of one millisecond come in any order: the rules leave that to the engines."""

    luck_of_ties = random.Random(1)

    def _numbered(self) -> Iterator[int]:
        while True:
            yield self.luck_of_ties.getrandbits(40)


class NobodyIsReleased(Followed):
    """Who waits with a client that gives up and dials again waits on."""

    def _leave(self, call: Any, until: int) -> None:
        if call.agent is not None or not call.redials:
            super()._leave(call, until)


class LinesAnew(Followed):
    """A client who is handed on seizes a line again."""

    def _comes(self, call: Any) -> None:
        call.lines = None
        super()._comes(call)


class AnyNumberOfTimes(Followed):
    """No step has an end."""

    def __init__(self, *args: Any, rows: Any, luck: Any):
        for some in rows.values():
            for row in some:
                row.at_most = None
        super().__init__(*args, rows=rows, luck=luck)


class NoConference(Followed):
    """No two agents talk together."""

    def _conference(self, call: Any) -> int:
        return 0


def fates(folder: Path, seed: int, engine: str, words: dict[str, Any] | None = None) -> int:
    """How many calls fared alike; 0 where ties decide. `words`: by default without conditions."""
    words = words or followed(seed)
    model = planned(folder, words)
    plain, found = independently(model, words), by_callsim(model, engine)
    if found != plain and any(plain != independently(model, words, OtherTies) for _ in range(6)):
        return 0
    assert found == plain, f"centre {seed}: {apart(found, plain)}"
    return sum(plain.values())


@pytest.mark.parametrize("part", range(PARTS))
def test_every_call_of_every_client_fares_alike(tmp_path: Path, part: int) -> None:
    seeds = range(part, MANY, PARTS)
    alike = [seed for seed in seeds if fates(tmp_path, seed, "kernel")]
    assert len(alike) > 0.8 * len(seeds)


@pytest.mark.parametrize("part", range(PARTS))
def test_so_it_does_where_groups_have_conditions(tmp_path: Path, part: int) -> None:
    seeds = range(part, MANY, PARTS)
    alike = [seed for seed in seeds if fates(tmp_path, seed, "kernel", followed(seed, frozenset()))]
    assert len(alike) > 0.8 * len(seeds)


@pytest.mark.parametrize("seed", range(2))
def test_so_it_does_in_the_engine_of_processes(tmp_path: Path, seed: int) -> None:
    assert fates(tmp_path, seed, "reference")


@pytest.mark.parametrize("wrong", [NobodyIsReleased, LinesAnew, AnyNumberOfTimes, NoConference])
def test_the_comparison_sees_a_rule_that_is_wrong(tmp_path: Path, wrong: type[Followed]) -> None:
    plans = ((planned(tmp_path, words), words) for words in map(followed, range(8)))
    assert any(independently(*plan) != independently(*plan, wrong) for plan in plans)
