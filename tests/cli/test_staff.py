"""`callsim staff` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import callsim
from callsim.cli import main
from tests.makers.centres import TWO_LINES
from tests.report.pages import data_of

QUICK = ("--runs", "12", "--jobs", "1")


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "two lines.yaml"
    path.write_text(TWO_LINES)
    return str(path)


def test_text_fits_and_says_what_to_paste(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["staff", file, *QUICK]) == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80
    headings = "Checked on fresh days", "Why this many agents"
    for words in ("agent-hours a day meet the goals", *headings, "To paste", "staff: ["):
        assert words in text


def test_json_is_the_contract_and_the_overlay_is_its_staff(
    file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["staff", file, *QUICK, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"groups", "queues", "staircase"} <= set(told)
    over = tmp_path / "sub" / "roster.yaml"
    over.parent.mkdir()
    assert main(["staff", file, *QUICK, "--out", str(over)]) == 0
    written = capsys.readouterr()
    assert "next: callsim run" in written.err
    assert "To paste" not in written.out
    assert "Checked on fresh days" in written.out
    read = callsim.load(over)
    for name, group in told["groups"].items():
        staff = read.groups[name].staff or ()
        assert list(staff) * (24 // len(staff)) == group["staff"]
    assert main(["staff", file, *QUICK, "--out", str(tmp_path / "staff.csv")]) == 0
    assert main(["staff", file, *QUICK, "--out", str(tmp_path / "staff.html")]) == 0
    drawn = data_of((tmp_path / "staff.html").read_text())
    views = {view["label"]: view["columns"] for view in drawn["views"]}
    assert {name: columns["staff"] for name, columns in views.items()} == {
        name: group["staff"] for name, group in told["groups"].items()
    }
    assert drawn["columns"]["together"] == [
        pytest.approx(step["total"], abs=0.01) for step in told["staircase"]
    ]
    assert drawn["columns"]["start"][23] == "2024-01-01T23:00"
    lines = (tmp_path / "staff.csv").read_text().splitlines()
    assert lines[0] == "group,start,staff,required,standard_error,day"
    assert len(lines) == 1 + 2 * 24


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--occupancy-at-most", "nobody=80%"), "there is no group nobody"),
        (("--occupancy-at-most", "much"), "no share"),
        (("--certainty", "20%"), "certainty of 20%"),
        (("--shifts",), "there are no shifts to choose from"),
        (("--out", "plan.doc"), "plan.doc"),
    ],
)
def test_mistakes_are_said_and_nothing_is_written(
    file: str, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["staff", file, *QUICK, *words]) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert "Traceback" not in shown.err
    assert not shown.out
