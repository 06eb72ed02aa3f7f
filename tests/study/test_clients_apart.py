"""Figures of clients where only some queues have calls that follow others, and islands are played apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.model import build
from callsim.model.islands import islands
from callsim.study import by_islands
from callsim.study.options import RunOptions
from callsim.study.runs.replicate import replicate

CENTRE = """\
calendar: {interval: 1 h, warm_up: 1 h}
queues:
  again:
    arrivals: {per_hour: 40}
    talk: 3 min
    patience: 2 min
    follow_ups: [{outcome: answered, share: 20%, to: again, after: 10 min}]
  once: {arrivals: {per_hour: 30}, talk: 3 min, patience: 2 min, balk: 10%}
  redialled:
    arrivals: {per_hour: 30}
    talk: {exponential: {mean: 4 min}}
    patience: {exponential: {mean: 30 s}}
    redial: {probability: 70%, after: {exponential: {mean: 20 min}}, at_most: 3}
  told:
    arrivals: {per_hour: 30}
    talk: 4 min
    patience: 2 min
    announcement: {wait: expected, steps: [{from: 10 s, patience: 0.5}]}
groups:
  a: {staff: 3, answers: {again: {}}}
  b: {staff: 2, answers: {once: {}}}
  c: {staff: 2, answers: {redialled: {}}}
  d: {staff: 2, answers: {told: {}}}
"""


def read(tmp_path: Path, text: str = CENTRE) -> callsim.Scenario:
    (tmp_path / "centre.yaml").write_text(text, "utf-8")
    return callsim.load(str(tmp_path / "centre.yaml"))


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_islands_apart_count_the_clients_of_the_whole(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = read(tmp_path)
    options = RunOptions(runs=2, engine=engine, jobs=1)
    assert len(islands(build(scenario))) == 4
    apart = replicate(scenario, options).told().to_dict()
    monkeypatch.setattr(by_islands, "islands", lambda model: islands(model)[:1])  # one: it is played whole
    whole = replicate(scenario, options).told().to_dict()
    assert apart == whole


def test_every_queue_and_all_together_have_their_clients(tmp_path: Path) -> None:
    kept: list[np.ndarray] = []
    options = RunOptions(runs=1, jobs=1)
    scenario = read(tmp_path)
    found = replicate(scenario, options, also=lambda _, rows: kept.append(rows.copy())).told()
    model, rows = build(scenario), np.concatenate(kept)
    rows = rows[rows["arrive"] >= model.centre.clock.opens]
    number = {copy.name: row for row, copy in enumerate(model.queues)}
    for name in ("once", "told"):  # of whom each calls once
        own = rows[rows["queue"] == number[name]]
        figures = found.queues[name].figures
        assert figures["clients.clients"].mean == figures["offered"].mean == len(own) > 500
        assert figures["clients.reached_share"].mean == pytest.approx((own["outcome"] == 0).mean())
        assert figures["clients.wait_s"].mean == pytest.approx(own["wait"].mean() / 1000)
    parts = [queue.figures["clients.clients"].mean or 0.0 for queue in found.queues.values()]
    assert min(parts) > 500
    assert found.total.figures["clients.clients"].mean == sum(parts)


def test_a_queue_has_the_clients_that_it_has_alone(tmp_path: Path) -> None:
    text = CENTRE.replace(", warm_up: 1 h", "")  # at whose end a client may stand between two calls
    both = replicate(read(tmp_path, text), RunOptions(runs=2, jobs=1)).told()
    for name in ("once", "redialled"):
        others = "\n".join(text.splitlines()[:2]).replace("queues:", "")
        words = {
            "once": CENTRE[CENTRE.index("  once:") : CENTRE.index("  redialled:")],
            "redialled": CENTRE[CENTRE.index("  redialled:") : CENTRE.index("  told:")],
        }[name]
        group = {
            "once": "b: {staff: 2, answers: {once: {}}}",
            "redialled": "c: {staff: 2, answers: {redialled: {}}}",
        }
        alone = read(tmp_path, f"{others}\nqueues:\n{words}groups:\n  {group[name]}\n")
        figures = replicate(alone, RunOptions(runs=2, jobs=1)).told().queues[name].figures
        for key, figure in figures.items():
            if name == "redialled" or not key.startswith("clients."):
                assert both.queues[name].figures[key] == figure, key
