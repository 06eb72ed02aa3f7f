"""Work that is due: what is overdue and what waits, recounted from single calls."""

from __future__ import annotations

import bisect
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim import cli
from callsim.model import build
from callsim.results.run import RunResult
from callsim.study.options import RunOptions
from callsim.study.runs.replicate import replicate

CENTRE = """\
calendar: {start: 2026-03-02, days: 2, warm_up: 3 h, interval: 1 h}
queues:
  calls:
    arrivals: {per_hour: 50}
    talk: {exponential: {mean: 4 min}}
    patience: {exponential: {mean: 3 min}}
  mail:
    arrivals: {per_day: 240}
    talk: {exponential: {mean: 5 min}}
    priority: 9
    due: 6 h
  letters:
    open: 09:00-17:00
    arrivals: {per_day: 60}
    talk: {exponential: {mean: 3 min}}
    patience: {exponential: {mean: 4 h}}
    due: 30 min
groups:
  desk: {answers: {calls: {}, mail: {rank: 2}}, shifts: {day: 6}}
  post: {answers: {letters: {}}, shifts: {late: 1}}
shifts:
  day: {from: 08:00, to: 18:00}
  late: {from: 10:00, to: 15:00}
"""


def read(tmp_path: Path, text: str = CENTRE, **changes: str) -> callsim.Scenario:
    file = tmp_path / "centre.yaml"
    file.write_text(text, "utf-8")
    return callsim.load(str(file), changes)


def played(scenario: callsim.Scenario, runs: int = 3, engine: str = "kernel", jobs: int = 1) -> RunResult:
    return replicate(scenario, RunOptions(runs=runs, engine=engine, jobs=jobs)).told()


def figures(found: RunResult) -> Mapping[str, Mapping[str, float | None]]:
    """The mean figures of backlog, of each queue that has them."""
    keys = ("overdue_share", "backlog_peak", "oldest_s")
    return {name: {key: queue.figures[key].mean for key in keys} for name, queue in found.due.items()}


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_a_recount_of_single_calls_says_the_same(tmp_path: Path, engine: str) -> None:
    scenario = read(tmp_path)
    kept: list[np.ndarray] = []
    options = RunOptions(runs=1, engine=engine, jobs=1)
    found = replicate(scenario, options, also=lambda _, rows: kept.append(rows.copy())).told()
    model, rows = build(scenario), np.concatenate(kept)
    opens, hour = model.centre.clock.opens, 3_600_000
    due = {"mail": 6 * hour, "letters": hour // 2}
    assert set(found.due) == due.keys()
    for name, limit in due.items():
        number = [copy.name for copy in model.queues].index(name)
        own = rows[rows["queue"] == number]
        spans = [(int(row["arrive"]), int(row["arrive"] + row["wait"]), int(row["outcome"])) for row in own]
        offered = [
            span for span in spans if span[0] >= opens and span[2] != 4
        ]  # not those that came when closed
        late = [span for span in offered if span[1] - span[0] > limit]
        waiting, ages, overdue = [], [], []
        starts = [begins for begins, _, _ in offered]
        for cell in range(48):
            # Control looks before all else that happens in its millisecond.
            now = opens + (cell + 1) * hour
            there = [now - begins for begins, ends, _ in spans if begins < now <= ends and ends > begins]
            waiting.append(len(there))
            ages.append(max(there, default=0) / 1000)
            came = bisect.bisect_left(sorted(starts), now) - bisect.bisect_left(sorted(starts), now - hour)
            own_late = sum(now - hour <= begins < now for begins, _, _ in late)
            overdue.append(own_late / came if came else None)
        told = found.queues[name].figures
        assert told["overdue_share"].mean == pytest.approx(len(late) / len(offered), rel=1e-12)
        assert told["backlog_peak"].mean == max(waiting) > 0
        assert told["oldest_s"].mean == pytest.approx(max(ages), rel=1e-12)
        cells = [row.figures for row in found.intervals or () if row.queue == name]
        assert [cell["backlog"].mean for cell in cells] == waiting
        assert [cell["oldest_s"].mean for cell in cells] == pytest.approx(ages)
        assert [cell["overdue_share"].mean for cell in cells] == [
            None if share is None else pytest.approx(share) for share in overdue
        ]
        assert any(overdue)


def test_who_gives_up_too_soon_is_neither_overdue_nor_offered(tmp_path: Path) -> None:
    scenario = read(tmp_path, **{"goals.short_abandon": "2 h", "queues.letters.due": "1 h"})
    kept: list[np.ndarray] = []
    options = RunOptions(runs=1, jobs=1)
    found = replicate(scenario, options, also=lambda _, rows: kept.append(rows.copy())).told()
    model, rows = build(scenario), np.concatenate(kept)
    number = [copy.name for copy in model.queues].index("letters")
    own = rows[
        (rows["queue"] == number) & (rows["arrive"] >= model.centre.clock.opens) & (rows["outcome"] != 4)
    ]
    soon = (own["outcome"] == 1) & (own["wait"] < 7_200_000)
    late = own["wait"] > 3_600_000
    assert (soon & late).any()
    share = (late & ~soon).sum() / (~soon).sum()
    assert found.due["letters"].figures["overdue_share"].mean == pytest.approx(share, rel=1e-12)


def test_engines_and_jobs_say_the_same(tmp_path: Path) -> None:
    scenario = read(tmp_path)
    one = played(scenario).to_dict()
    assert one == played(scenario, jobs=4).to_dict()
    other = played(scenario, engine="reference").to_dict()
    assert one == {**other, "engine": "kernel", "fingerprint": one["fingerprint"]}


def test_what_is_due_changes_no_other_figure(tmp_path: Path) -> None:
    due = played(read(tmp_path)).to_dict()
    plain = CENTRE.replace("    due: 6 h\n", "").replace("    due: 30 min\n", "")
    without = played(read(tmp_path, plain)).to_dict()
    for name in ("mail", "letters"):
        for key in ("overdue_share", "backlog_peak", "oldest_s", "due_s"):
            due["queues"][name].pop(key)
    assert due["queues"] == without["queues"]
    assert due["total"] == without["total"]
    assert "backlog" not in json.dumps(without)


@pytest.mark.parametrize(("text", "share"), [("1 ms", 1.0), ("365 d", 0.0)])
def test_a_due_time_may_be_tiny_or_huge(tmp_path: Path, text: str, share: float) -> None:
    found = played(read(tmp_path, **{"queues.mail.due": text}), runs=2)
    overdue = found.due["mail"].figures["overdue_share"].mean
    delayed = found.due["mail"].figures["delayed_share"].mean
    assert overdue is not None
    assert delayed is not None
    assert overdue == (pytest.approx(delayed, abs=0.01) if share else 0.0)


def test_queues_with_nobody_and_without_calls_have_figures(tmp_path: Path) -> None:
    text = CENTRE.replace("{per_day: 60}", "{per_day: 0}")
    found = played(read(tmp_path, text), runs=2)
    assert figures(found)["letters"] == {"overdue_share": None, "backlog_peak": 0.0, "oldest_s": 0.0}


def test_copies_are_counted_each_by_itself(tmp_path: Path) -> None:
    text = CENTRE.replace("  letters:\n", "  letters:\n    copies: 3\n")
    found = figures(played(read(tmp_path, text)))
    assert {"letters-1", "letters-2", "letters-3"} < found.keys()
    assert len({one["overdue_share"] for name, one in found.items() if name != "mail"}) == 3


def test_every_form_tells_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read(tmp_path)
    file, folder = str(tmp_path / "centre.yaml"), str(tmp_path / "saved")
    assert cli.main(["run", file, "--runs", "2"]) == 0
    text = capsys.readouterr().out
    assert "Work that is due" in text
    assert "overdue" in text
    page = tmp_path / "page.html"
    assert cli.main(["run", file, "--runs", "2", "--out", str(page)]) == 0
    assert "Work that is due" in page.read_text("utf-8")
    assert cli.main(["run", file, "--runs", "2", "--format", "csv"]) == 0
    head = capsys.readouterr().out.splitlines()[0].split(",")
    assert {"overdue_share_mean", "backlog_mean", "oldest_s_mean"} <= set(head)
    assert cli.main(["run", file, "--runs", "2", "--out", str(tmp_path / "book.xlsx")]) == 0
    assert cli.main(["run", file, "--runs", "2", "--format", "parquet", "--out", folder]) == 0
    assert cli.main(["run", file, "--runs", "2", "--format", "parquet", "--out", folder + "-too"]) == 0
    capsys.readouterr()
    assert cli.main(["compare", folder, folder + "-too", "--format", "json"]) == 0
    pair = next(iter(json.loads(capsys.readouterr().out)["differences"].values()))
    for key in ("overdue_share", "backlog_peak", "oldest_s"):
        assert pair["queues"]["mail"][key] == {"mean": 0.0, "low": 0.0, "high": 0.0}


def test_a_comparison_leaves_out_what_is_due_at_other_times(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    read(tmp_path)
    (tmp_path / "other.yaml").write_text(
        "extends: centre.yaml\nname: other\nqueues: {mail: {due: 1 h}}\n", "utf-8"
    )
    files = [str(tmp_path / "centre.yaml"), str(tmp_path / "other.yaml")]
    assert cli.main(["compare", *files, "--runs", "2", "--format", "json"]) == 0
    pair = next(iter(json.loads(capsys.readouterr().out)["differences"].values()))
    assert "overdue_share" not in pair["queues"]["mail"]
    assert "overdue_share" in pair["queues"]["letters"]


@pytest.mark.parametrize("written", ["0 s", "24", "366 d", "-1 h", "soon"])
def test_a_due_time_that_is_none_is_a_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], written: str
) -> None:
    file = tmp_path / "centre.yaml"
    file.write_text(CENTRE.replace("due: 6 h", f"due: {written}"), "utf-8")
    assert cli.main(["check", str(file)]) == 2
    assert "centre.yaml:11:" in capsys.readouterr().err
