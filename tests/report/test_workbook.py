"""Workbooks: real numbers, dates and percentages; names that look like formulas are text."""

from __future__ import annotations

import csv
import datetime
import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from callsim.cli import main
from callsim.report.workbook.book import Field, Sheet, book
from callsim.results.measures import Figure

NAMES = ("=1+1", "+49 30", "-desk", "@all")
SMALL = """
name: "=HYPERLINK(1)"
calendar: {start: 2026-03-02, interval: 60 min}
queues:
  "=1+1": {arrivals: {per_hour: 20}, talk: {exponential: {mean: 3 min}}, goal: {answer: 80%, within: 20 s}}
groups:
  "@all": {answers: {"=1+1": {}}, staff: 3}
costs: {currency: EUR, wage_per_hour: 20}
"""


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_names_are_text_and_numbers_are_numbers() -> None:
    fields = [Field("name"), Field("level", "share"), Field("from", "moment"), Field("calls", "number")]
    when = datetime.datetime(2026, 3, 2, 8, 30)
    rows = [[name, Figure(0.8), when, 12] for name in NAMES]
    there = opened(book([Sheet("Goals", fields, [*rows, ["bell\x07", Figure(None), None, None]])]))["Goals"]
    for row, name in zip(there.iter_rows(min_row=2, max_row=5), NAMES, strict=True):
        text, level, start, calls = row
        assert (text.value, text.data_type) == (name, "s")
        assert (level.value, level.number_format) == (0.8, "0.0%")
        assert (start.value, start.is_date) == (when, True)
        assert (calls.value, calls.data_type) == (12, "n")
    assert [cell.value for cell in there[6]] == ["bell", None, None, None]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("books")
    (folder / "small.yaml").write_text(SMALL, "utf-8")
    out = folder / "run.xlsx"
    assert main(["run", str(folder / "small.yaml"), "--runs", "2", "--jobs", "1", "--out", str(out)]) == 0
    return out


def test_a_run_has_sheets_of_goals_intervals_groups_and_costs(written: Path) -> None:
    book = openpyxl.load_workbook(written)
    assert {"Goals", "Intervals", "Groups", "Costs", "Over and under"} <= set(book.sheetnames)
    goals, intervals, costs = ([*book[name].iter_rows()] for name in ("Goals", "Intervals", "Costs"))
    assert (goals[1][0].value, goals[1][0].data_type) == ("=1+1", "s")
    assert len(intervals) == 1 + 24
    assert intervals[9][0].value == datetime.datetime(2026, 3, 2, 8)
    head = [cell.value for cell in costs[0]]
    paid, wages = (costs[1][head.index(name)].value for name in ("paid hours", "wages"))
    assert wages == pytest.approx(20 * paid)


def test_a_comparison_and_an_answer_are_workbooks(written: Path) -> None:
    small, folder = str(written.parent / "small.yaml"), written.parent
    vary = ["--vary", "groups.@all.staff=2,4", "--runs", "2", "--jobs", "1"]
    assert main(["compare", small, *vary, "--out", str(folder / "compare.xlsx")]) == 0
    sheets = openpyxl.load_workbook(folder / "compare.xlsx")
    assert {"Goals", "Intervals", "Groups", "Costs", "Differences"} <= set(sheets.sheetnames)
    assert sheets["Intervals"].max_row == 1 + 2 * 24
    assert main(["staff", small, "--runs", "10", "--jobs", "1", "--out", str(folder / "staff.xlsx")]) == 0
    sheets = openpyxl.load_workbook(folder / "staff.xlsx")
    assert {"Goals", "Intervals", "Groups", "Costs"} <= set(sheets.sheetnames)
    agents = [row[3].value for row in sheets["Intervals"].iter_rows(min_row=2)]
    assert len(agents) == 24
    assert min(agents) >= 1


def test_a_workbook_goes_into_a_file_alone(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(written.parent / "small.yaml"), "--format", "xlsx"]) == 2
    assert "--out" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (libreoffice-calc) is not installed")
def test_libreoffice_opens_it(written: Path) -> None:
    command = ["soffice", f"-env:UserInstallation=file://{written.parent}/profile", "--headless"]
    filtered = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
    subprocess.run(
        [*command, "--convert-to", filtered, "--outdir", str(written.parent), str(written)],
        check=True,
        capture_output=True,
        timeout=180,
    )
    goals = list(csv.reader((written.parent / "run-Goals.csv").read_text("utf-8").splitlines()))
    assert goals[1][0] == "=1+1"
    assert goals[1][goals[0].index("answer")] == "80.0%"
    intervals = list(csv.reader((written.parent / "run-Intervals.csv").read_text("utf-8").splitlines()))
    assert intervals[9][0] == "2026-03-02 08:00"
