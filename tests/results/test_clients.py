"""Figures of clients: where they are shown, and what they are where only redials repeat calls."""

from __future__ import annotations

from pathlib import Path

import pytest

import callsim
from callsim.report.run import text
from callsim.results.clients import CLIENTS

DESK = """\
queues:
  desk:
    arrivals: {per_hour: 30}
    talk: 3 min
    patience: 1 min
groups: {all: {staff: 1, answers: {desk: {}}}}
"""


def test_who_redials_is_one_client(tmp_path: Path) -> None:
    file = tmp_path / "desk.yaml"
    file.write_text(
        DESK.replace("    talk", "    redial: {probability: 50%, after: 5 min}\n    talk"), "utf-8"
    )
    result = callsim.run(callsim.load(file), runs=2, jobs=1)
    figures = {name: figure.mean for name, figure in result.queues["desk"].figures.items()}
    first = figures["offered"] - figures["redialled"]
    assert figures["clients.clients"] == figures["offered_first"] == first
    assert figures["clients.reached_share"] == pytest.approx(figures["answered"] / first)
    assert figures["clients.calls_per_client"] == pytest.approx(figures["offered"] / first)
    assert figures["clients.first_contact_resolved"] == 1
    assert "\nClients: each once" in text.report(result.told(), 200)


def test_where_everybody_calls_once_nothing_is_told_of_clients(tmp_path: Path) -> None:
    file = tmp_path / "desk.yaml"
    file.write_text(DESK, "utf-8")
    result = callsim.run(callsim.load(file), runs=1, jobs=1)
    assert not CLIENTS.keys() & result.told().total.figures.keys()
    assert "held_h" not in result.told().groups["all"].figures
    assert "Clients" not in text.report(result.told(), 200)
