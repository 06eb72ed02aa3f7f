"""A log of callsim's own, replayed: exactly its calls, and with the same people there the same fates."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.history.canonical import OUTCOMES, CallTable
from callsim.history.simulated import log_of
from callsim.model import Model, build

from .test_call_by_call import by_callsim, independently

CENTRE = """\
calendar: {start: 2024-03-04, interval: 1 h, warm_up: 2 h}
queues:
  sales:
    arrivals: {per_day: 900, day_cv: 10%}
    talk: {lognormal: {mean: 4 min, cv: 1}}
    wrap: {exponential: {mean: 20 s}}
    patience: {exponential: {mean: 90 s}}
    balk: 5%
  help:
    arrivals: {per_hour: 20}
    talk: {exponential: {mean: 5 min}}
    patience: {weibull: {mean: 3 min, cv: 1.5}}
    priority: 2
groups:
  both: {answers: {sales: {}, help: {rank: 2}}, staff: 4}
  one: {answers: {help: {}}, staff: 1}
"""


def log_file(path: Path, log: CallTable, outcomes: tuple[str, ...] = OUTCOMES) -> None:
    """The log as the contract's columns have it."""
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("arrival", "queue", "wait_s", "outcome", "talk_s", "wrap_s"))
        for row in log.rows:
            seconds = [
                "" if row[name] < 0 else row[name] / 1000 for name in ("wait_ms", "talk_ms", "wrap_ms")
            ]
            outcome = outcomes[row["outcome"]]
            table.writerow((row["arrival"], log.queues[row["queue"]], seconds[0], outcome, *seconds[1:]))


def fates(model: Model, engine: str = "kernel") -> tuple[CallTable, Counter[tuple[int, ...]]]:
    sheets: list[np.ndarray] = []
    callsim.run(
        model.scenario, runs=1, engine=engine, weigh=False, also=lambda _, rows: sheets.append(rows.copy())
    )
    rows = np.concatenate(sheets)
    told = Counter()
    for row in rows[rows["arrive"] >= model.centre.clock.opens]:
        lost = int(row["outcome"] in (1, 2))  # a balked call is an abandoned one after 0 s
        told[
            (int(row["arrive"]), int(row["queue"]), lost, *map(int, (row["wait"], row["talk"], row["wrap"])))
        ] += 1
    return log_of(model, rows), told


@pytest.fixture
def lived(tmp_path: Path) -> tuple[Model, CallTable, Counter[tuple[int, ...]], Model]:
    """A day, its log, what became of each call, and the same centre with the log replayed."""
    path = tmp_path / "centre.yaml"
    path.write_text(CENTRE.replace(", warm_up: 2 h", ""))
    model = build(callsim.load(path))
    log, told = fates(model)
    log_file(tmp_path / "log.csv", log)
    replay = "{arrivals: {replay: log.csv}}"
    over = f"extends: centre.yaml\nqueues: {{sales: {replay}, help: {replay}}}"
    (tmp_path / "replay.yaml").write_text(over)
    return model, log, told, build(callsim.load(tmp_path / "replay.yaml"))


def test_the_replayed_run_has_exactly_the_calls_of_the_log_and_their_fates(lived) -> None:
    """Talk of who gave up and patience of who was answered are drawn, and decide nothing here."""
    _, log, told, replayed = lived
    assert len(log.rows) > 500
    assert (log.rows["outcome"] == 1).sum() > 20
    for engine in ("kernel", "reference"):
        again, found = fates(replayed, engine)
        assert np.array_equal(again.rows["arrival"], log.rows["arrival"])
        assert found == told


def test_with_fewer_people_both_engines_and_the_simulator_of_rules_agree(lived, tmp_path: Path) -> None:
    path = tmp_path / "fewer.yaml"
    path.write_text("extends: replay.yaml\ngroups: {both: {staff: 3}}\ncalendar: {warm_up: 2 h}\n")
    model = build(callsim.load(path))
    told = independently(model)
    assert by_callsim(model, "kernel") == told == by_callsim(model, "reference")
    outcomes = Counter(row[3] for row in told.elements())
    assert outcomes["abandoned"] > (lived[1].rows["outcome"] == 1).sum()


def test_a_log_cannot_be_made_larger(lived) -> None:
    with pytest.raises(callsim.errors.UserError, match="no other volume fits"):
        callsim.stress(lived[3].scenario, runs=1)
