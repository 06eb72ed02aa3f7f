"""Figures of clients: where they are shown, and what they are where only redials repeat calls."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.report.kit.folder import fill, new_folder, read
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


@pytest.mark.parametrize(
    "words",
    [
        "redial: {probability: 50%, after: 5 min}",
        "follow_ups: [{outcome: answered, share: 30%, to: tier, transfer: warm}]",
    ],
)
def test_a_saved_folder_keeps_what_each_run_says_of_clients(tmp_path: Path, words: str) -> None:
    file = tmp_path / "desk.yaml"
    text_of = DESK.replace("    talk", f"    {words}\n    talk")
    if "tier" in words:
        text_of = text_of.replace(
            "groups: {", "  tier: {talk: 4 min}\ngroups: {tier: {staff: 1, answers: {tier: {}}}, "
        )
    file.write_text(text_of, "utf-8")
    result = callsim.run(callsim.load(file), runs=3, jobs=1)
    with new_folder(str(tmp_path / "saved")) as there:
        fill(there, result, result.told(), None)
    saved = read(str(tmp_path / "saved")).estimates
    parts = [(saved.total, result.estimates.total)]
    parts += [(saved.queues[name], one) for name, one in result.estimates.queues.items()]
    parts += [(saved.groups[name], one) for name, one in result.estimates.groups.items()]
    for mine, other in parts:
        assert mine.keys() == other.keys()
        for name in mine:
            np.testing.assert_array_equal(mine[name].values, other[name].values, name)
    assert ("held_h" in saved.groups["all"]) == ("tier" in words)
    assert saved.total["clients.clients"].mean > 0


def test_clients_stand_in_the_interval_and_on_the_day_of_their_first_call(tmp_path: Path) -> None:
    file = tmp_path / "desk.yaml"
    again = "    follow_ups: [{outcome: answered, share: 50%, to: desk, after: 3 h}]\n    talk"
    file.write_text("calendar: {days: 2, interval: 1 h}\n" + DESK.replace("    talk", again), "utf-8")
    result = callsim.run(callsim.load(file), runs=2, jobs=1)
    told = result.told()
    for name in ("clients.clients", "offered_first"):
        total = told.total.figures[name].mean
        assert total is not None
        assert total > 500
        for rows in (told.intervals, told.by_day, told.interval_totals):
            assert rows is not None
            assert sum(row.figures[name].mean or 0 for row in rows) == pytest.approx(total)
    firsts = [row.figures["offered_first"].mean for row in told.intervals or ()]
    offered = [row.figures["offered"].mean for row in told.intervals or ()]
    assert firsts[:2] == offered[:2], "nobody calls again so soon"
    assert sum(firsts) < 0.9 * sum(offered)  # type: ignore[arg-type]
