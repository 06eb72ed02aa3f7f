"""Parts that share nobody, counted again by walking from queue to group to queue."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

import callsim
from callsim.model import Model, build
from callsim.model.components import components
from callsim.model.ties import tied


def centre(folder: Path, seed: int) -> Model:
    """A random centre: up to 8 queues and 8 groups, names in random order, each queue answered by a group."""
    luck = random.Random(seed)
    queues, groups = luck.sample("abcdefgh", luck.randint(1, 8)), luck.sample("stuvwxyz", luck.randint(1, 8))
    answers = {group: set(luck.sample(queues, luck.randint(1, min(2, len(queues))))) for group in groups}
    for queue in queues:
        if not any(queue in some for some in answers.values()):
            answers[luck.choice(groups)].add(queue)
    lines = [
        "queues:",
        *(f"  {name}: {{arrivals: {{per_hour: 9}}, talk: 3 min}}" for name in queues),
        "groups:",
    ]
    lines += [
        f"  {name}: {{answers: {{{', '.join(f'{queue}: {{}}' for queue in sorted(some))}}}, staff: 3}}"
        for name, some in answers.items()
    ]
    (folder / "s.yaml").write_text("\n".join(lines))
    return build(callsim.load(folder / "s.yaml"))


@pytest.mark.parametrize("seed", range(40))
def test_parts_are_what_a_walk_reaches(tmp_path: Path, seed: int) -> None:
    model = centre(tmp_path, seed)
    pairs = [(int(pair["queue"]), int(pair["group"])) for pair in model.centre.pairs]
    seen: list[int] = []
    for queue in model.shown_queues:
        if queue in seen:
            continue
        queues, groups = {queue}, set[int]()
        while True:
            more = {group for q, group in pairs if q in queues} - groups
            if not more:
                break
            groups |= more
            queues |= {q for q, group in pairs if group in groups}
        found = next(part for part in components(model) if queue in part.queues)
        assert (set(found.queues), set(found.groups)) == (queues, groups)
        assert list(found.queues) == sorted(queues)
        seen += queues
    every = [queue for part in components(model) for queue in part.queues]
    assert sorted(every) == list(range(len(model.queues))), "each queue is in one part"
    firsts = [min(model.shown_queues.index(q) for q in part.queues) for part in components(model)]
    assert firsts == sorted(firsts), "in the order of the file"


def test_only_some_ties_may_count(tmp_path: Path) -> None:
    model = centre(tmp_path, 7)
    alone = components(model, np.zeros(len(model.centre.pairs), np.bool_))
    assert [part.queues for part in alone] == [(queue,) for queue in model.shown_queues]
    assert all(part.groups == () for part in alone)


@pytest.mark.parametrize("seed", range(20))
def test_what_is_tied_is_as_scipy_finds_it(seed: int) -> None:
    luck = np.random.default_rng(seed)
    size = int(luck.integers(1, 200))
    first, second = luck.integers(0, size, (2, int(luck.integers(0, size))))
    edges = coo_array((np.ones(len(first)), (first, second)), (size, size))
    assert tied(first, second, size).tolist() == connected_components(edges, directed=False)[1].tolist()


def test_long_chains_are_one_part() -> None:
    places = np.random.default_rng(1).permutation(20_000)
    assert not tied(places[:-1], places[1:], len(places)).any()
