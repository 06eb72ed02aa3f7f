"""A centre that callsim lived, judged by scenarios that are right, and wrong in one part."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.cli import main
from callsim.errors import UserError
from callsim.history.canonical import IntervalTable
from callsim.results.schema import read
from callsim.study.options import RunOptions
from tests.independent.test_replay import log_file
from tests.makers.realities import lived, without_calls

CENTRE = """\
calendar: {start: 2024-03-04, interval: 2 h}
queues:
  a:
    open: 08:00-18:00
    arrivals: {per_day: 2000, profile: [0, 0, 0, 0, 8, 11, 9, 9, 8, 0, 0, 0], day_cv: 2%}
    talk: {lognormal: {mean: 4 min, cv: 1}}
    wrap: {exponential: {mean: 30 s}}
    patience: {exponential: {mean: 2 min}}
    goal: {answer: 80%, within: 20 s}
groups: {g: {answers: {a: {}}, staff: [0, 0, 0, 0, 14, 19, 16, 16, 14, 5, 0, 0]}}
"""
FEW = RunOptions(runs=119)
BROKEN = {
    "arrivals": {"queues.a.arrivals.per_day": 2300},
    "talk": {"queues.a.talk.lognormal.mean": "290 s"},
    "patience": {"queues.a.patience.exponential.mean": "40 s"},
    "staffing": {"groups.g.scale.staff": 0.88},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("centre")
    (path / "centre.yaml").write_text(CENTRE)
    return path


@pytest.fixture(scope="module")
def days(folder: Path) -> IntervalTable:
    return lived(callsim.load(folder / "centre.yaml"), 2, staffed=True)


@pytest.mark.parametrize("part", BROKEN)
def test_the_ladder_names_the_part_that_is_wrong(folder: Path, days: IntervalTable, part: str) -> None:
    found = callsim.validate(callsim.load(folder / "centre.yaml", BROKEN[part]), days, options=FEW)
    assert found.guilty == part, found.ladder
    assert found.staffing == "log"
    # The people of the log are there, whatever the scenario plans.
    assert (found.verdict.p_bias <= 0.05) == (part != "staffing")
    assert found.verdict.word != "valid"


def test_without_logged_staffing_what_is_left_over_is_the_people(folder: Path) -> None:
    right = callsim.load(folder / "centre.yaml")
    history = lived(right, 2)
    found = callsim.validate(callsim.load(folder / "centre.yaml", BROKEN["staffing"]), history, options=FEW)
    assert (found.guilty, found.verdict.word, found.staffing) == ("staffing", "not consistent", "plan")
    assert "occupancy" not in [one.figure for one in found.figures]


def test_of_the_true_model_nothing_is_guilty_and_the_replay_is_what_was(folder: Path) -> None:
    right = callsim.load(folder / "centre.yaml")
    history = lived(right, 2, seed=7)
    found = callsim.validate(right, history, options=FEW)
    assert (found.guilty, found.verdict.word) == (None, "consistent")
    rest = found.ladder[-1]
    assert rest.level < 1e-9
    assert rest.p == 1
    actual = {one.figure: one.actual for one in found.figures}
    assert actual["offered"] == len(history.calls.rows)
    answered = history.calls.rows[history.calls.rows["outcome"] == 0]
    assert actual["asa_s"] == pytest.approx(answered["wait_ms"].mean() / 1000)
    assert actual["service_level"] == (answered["wait_ms"] <= 20_000).sum() / len(history.calls.rows)
    told = json.loads(json.dumps(found.to_dict()))
    assert read(callsim.ValidateResult, told).to_dict() == told


def test_a_report_by_interval_tells_less_and_is_judged_by_it(folder: Path, days: IntervalTable) -> None:
    right = callsim.load(folder / "centre.yaml")
    found = callsim.validate(right, without_calls(days), options=FEW)
    assert found.told == "intervals"
    assert {part.part: part.tested for part in found.ladder} == {
        "arrivals": True,
        "talk": True,
        "patience": False,
        "staffing": True,
        "the rest": True,
    }
    assert found.guilty is None
    slow = callsim.load(folder / "centre.yaml", {"queues.a.talk.lognormal.mean": "5 min"})
    assert callsim.validate(slow, without_calls(days), options=FEW).guilty == "talk"


def test_a_report_beside_a_log_tells_who_was_there(folder: Path, days: IntervalTable) -> None:
    log_file(folder / "both.csv", days.calls)
    with (folder / "people.csv").open("w") as file:
        file.write("interval_start,offered,staffed_s\n")
        file.writelines(f"{row['start']},{row['offered']:g},{row['staffed_s']:.3f}\n" for row in days.rows)
    files = [str(folder / name) for name in ("both.csv", "people.csv")]
    found = callsim.validate(str(folder / "centre.yaml"), files, options=FEW, ladder=False)
    alone = callsim.validate(str(folder / "centre.yaml"), days, options=FEW, ladder=False)
    assert found.staffing == "log"
    assert [one.actual for one in found.figures] == pytest.approx([one.actual for one in alone.figures])
    assert found.verdict == alone.verdict
    guessed = callsim.validate(str(folder / "centre.yaml"), files, options=FEW, ladder=False, inferred=True)
    assert (guessed.staffing, guessed.verdict.word) == ("inferred", "consistent")


def test_days_of_the_fit_get_no_verdict(folder: Path, days: IntervalTable) -> None:
    base = {"fitted.days": ["2024-03-04"], "fitted.staffing": "inferred"}
    scenario = callsim.load(folder / "centre.yaml", base)
    found = callsim.validate(scenario, days, options=FEW)
    assert [(one.date, one.in_sample) for one in found.days] == [("2024-03-05", False)]
    found = callsim.validate(scenario, days, ["2024-03-04"], options=FEW)
    assert (found.verdict.word, found.verdict.sure) == ("in sample", None)
    everything = callsim.load(folder / "centre.yaml", {"fitted.days": "2024-03-01 to 2024-03-31"})
    with pytest.raises(UserError, match="fitted to all days of the history"):
        callsim.validate(everything, days, options=FEW)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"queues.a.copies": 2}, "a stands for several queues"),
        (
            {"calendar.interval": "1 h", "groups.g.staff": 20, "queues.a.arrivals.profile": [1]},
            "write calendar",
        ),
        ({"queues.a.arrivals.profile": [9, 8, 0, 0, 0, 0, 0, 0, 0, 8, 11, 9]}, "in another time zone"),
    ],
)
def test_what_cannot_be_judged_is_refused(
    folder: Path, days: IntervalTable, changes: dict[str, object], told: str
) -> None:
    if "profile" in str(changes):
        changes = {**changes, "queues.a.open": "00:00-24:00"}
    with pytest.raises(UserError, match=told):
        callsim.validate(callsim.load(folder / "centre.yaml", changes), days, options=FEW)


def test_a_day_on_which_the_scenario_has_no_calls_is_refused(folder: Path, days: IntervalTable) -> None:
    """It would have no shares and waits of its own, and could be called consistent by them."""
    quiet = "queues.a.arrivals.weekdays"
    found = callsim.validate(
        callsim.load(folder / "centre.yaml", {quiet: [1, 0, 1, 1, 1, 1, 1]}), days, options=FEW, ladder=False
    )
    assert [(one.date, "nobody calls in the scenario" in one.why) for one in found.refused] == [
        ("2024-03-05", True)
    ]
    assert [day.date for day in found.days] == ["2024-03-04"]
    nobody = callsim.load(folder / "centre.yaml", {quiet: [0, 0, 1, 1, 1, 1, 1]})
    with pytest.raises(UserError, match="2024-03-04: nobody calls in the scenario that day"):
        callsim.validate(nobody, days, options=FEW, ladder=False)


def test_a_day_with_an_outage_or_with_missing_intervals_is_refused(folder: Path, days: IntervalTable) -> None:
    right = callsim.load(folder / "centre.yaml")
    report = without_calls(days)
    first = report.rows["start"].astype("datetime64[D]") == np.datetime64("2024-03-04")
    hole = first & (report.rows["start"] == np.datetime64("2024-03-04T10:00"))
    holed = IntervalTable(report.rows[~hole], report.queues, report.width_ms, within_s=20.0)
    found = callsim.validate(right, holed, options=FEW)
    assert [(one.date, one.why) for one in found.refused] == [
        ("2024-03-04", "the interval at 10:00 has no row; missing is not empty")
    ]
    report.rows["offered"][first] = np.where(np.arange(first.sum()) == 4, report.rows["offered"][first], 0)
    with pytest.raises(UserError, match="nobody called from 10:00 on, for two intervals or more"):
        callsim.validate(right, report, ["2024-03-04"], options=FEW)
    with pytest.raises(UserError, match="119 or more"):
        callsim.validate(right, report, options=RunOptions(runs=100))


def test_on_the_command_line(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    log_file(folder / "log.csv", lived(callsim.load("centre.yaml"), 1).calls)
    words = ["validate", "centre.yaml", "--against", "log.csv", "--runs", "119"]
    assert main([*words, "--out", "page.html"]) == 0
    page = (folder / "page.html").read_text()
    assert "Which part is wrong" in page
    assert "<script" in page
    slow = ["--set", "queues.a.talk.lognormal.mean=6 min"]
    assert main([*words, *slow, "--strict"]) == 3
    told = capsys.readouterr().out
    assert "Chance alone, 95 of 100 times" in told
    assert told.index("Chance alone") < told.index("Not consistent")
    assert "talk and wrap: not as it was, and it matters" in " ".join(told.split())
    assert main([*words, "--format", "csv"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[0].startswith("day,in_sample,figure,actual,simulated")
    assert {row.split(",")[0] for row in rows[1:]} == {"all", "2024-03-04"}
    assert main([*words, "--day", "2024-03-09"]) == 2
    assert main(["validate", "centre.yaml", "--against", "none.csv"]) == 2
    assert main(["validate", "centre.yaml", "--against", "log.csv", "--out", "log.csv"]) == 2
    assert "Traceback" not in capsys.readouterr().err
