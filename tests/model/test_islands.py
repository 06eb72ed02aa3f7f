"""How much there is to play of an island: known without its model, and what its model says."""

from __future__ import annotations

from pathlib import Path

import pytest

import callsim
from callsim.model import build
from callsim.model.islands import calls_of, islands, part_of

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.mark.parametrize("file", ["zunyi-2016", "zunyi-2017-outbound", "transfer", "seat-sharing"])
def test_calls_of_an_island_are_those_of_its_model(file: str) -> None:
    model = build(callsim.load(SCENARIOS / f"{file}.yaml"))
    for island in islands(model):
        assert calls_of(model, island) == part_of(model, island).demand.calls


def test_calls_of_menus_are_those_of_the_queues_they_lead_to(tmp_path: Path) -> None:
    file = tmp_path / "menus.yaml"
    file.write_text("""
queues: {a: {talk: 3 min}, b: {talk: 3 min}, c: {arrivals: {per_hour: 9}, talk: 3 min}}
groups:
  of-a: {answers: {a: {}}, staff: 5}
  of-b: {answers: {b: {}}, staff: 5}
  of-c: {answers: {c: {}}, staff: 5}
menus: {main: {arrivals: {per_hour: 40}, duration: 20 s, to: {a: 60%, b: 40%}, abandon: 10%}}
""")
    model = build(callsim.load(file))
    assert [round(calls_of(model, island)) for island in islands(model)] == [40 * 24, 9 * 24]
