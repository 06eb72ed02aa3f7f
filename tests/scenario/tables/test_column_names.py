"""What columns of exports are called: known names with their units, and names that are only asked about."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import callsim
from callsim.errors import ScenarioError
from callsim.history.read.head import shape_of
from callsim.history.read.how import How
from callsim.scenario.checks.plausible import notes
from callsim.scenario.reading.tables.of_file import counts_in, spec_on_command_line, times_in

HOUR = 3_600_000


def book(path: Path, head: list[str], *rows: list[object]) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (head, *rows):
        sheet.append(row)
    made.save(path)
    return path


def export(path: Path, *columns: tuple[str, object, object]) -> Path:
    """Two hours with these columns: a name, and what stands in the first and in the second hour."""
    head = ["Datum", "Uhrzeit", *(name for name, _, _ in columns)]
    first = ["2026-10-05", "08:00", *(one for _, one, _ in columns)]
    second = ["2026-10-05", "09:00", *(two for _, _, two in columns)]
    return book(path, head, first, second)


def calls_of(path: Path) -> list[float]:
    return [
        calls for _, at, calls in counts_in(spec_on_command_line(str(path), {})) if at in (8 * HOUR, 9 * HOUR)
    ]


def times_of(path: Path) -> list[float]:
    return list(times_in(spec_on_command_line(str(path), {})).values())


@pytest.mark.parametrize(
    "name",
    ["Anrufe angeboten", "Angeboten", "Eingehende Anrufe", "Anzahl Anrufe", "Angebotene Anrufe", "ANGEBOTEN"],
)
def test_german_names_of_calls(tmp_path: Path, name: str) -> None:
    path = export(tmp_path / "e.xlsx", (name, 12, 15), ("Angenommen", 11, 13), ("AHT (Sek.)", 260.5, 300))
    assert calls_of(path) == [12, 15]
    assert times_of(path) == [260.5, 300]
    shape = shape_of(("datum", "uhrzeit", name.lower(), "aht (sek.)"), How())
    assert shape is not None
    assert shape.names["offered"] == name.lower()
    assert shape.names["aht_s"] == "aht (sek.)"


@pytest.mark.parametrize("name", ["AHT (Sek.)", "Ø Bearbeitungszeit (Sek.)", "AHT Sek.", "AHT in Sekunden"])
def test_names_of_times_in_seconds(tmp_path: Path, name: str) -> None:
    assert times_of(export(tmp_path / "e.xlsx", ("Anrufe", 12, 15), (name, 260.5, 300))) == [260.5, 300]


@pytest.mark.parametrize(
    "name",
    ["AHT (Min.)", "AHT Minuten", "AHT Min.", "AHT_min", "AHT in Min.", "Ø Bearbeitungszeit Minuten"],
)
def test_names_of_times_in_minutes(tmp_path: Path, name: str) -> None:
    assert times_of(export(tmp_path / "e.xlsx", ("Anrufe", 12, 15), (name, 4.5, 5))) == [270, 300]
    shape = shape_of(("datum", "uhrzeit", "anrufe", name.lower()), How())
    assert shape is not None
    assert shape.units["aht_s"] == "min"  # histories do not take minutes for seconds


def test_a_sum_of_minutes_is_no_mean(tmp_path: Path) -> None:
    path = export(tmp_path / "e.xlsx", ("Anrufe", 12, 15), ("Handle Minutes", 54, 75))
    with pytest.raises(ScenarioError, match="the column aht is missing"):
        times_of(path)


@pytest.mark.parametrize(
    ("columns", "calls", "times"),
    [
        (("Ø Bearbeitungszeit (Sek.)",), "…", None),
        (("handle_s",), "…", "…"),
        (("Handle Time Sum", "Anrufe rein"), "Anrufe rein", "…"),
        (("Calls handled", "Calls abandoned"), "…", "…"),
        (("Kanal", "Bearbeitungszeit Summe"), "…", "…"),
        (("Kontakte rein", "Durchschnittliche Bearbeitungszeit je Anruf"), "Kontakte rein", "Durchschnittl"),
        (("Anrufe rein", "Anrufe neu"), "…", "…"),
        (("After call work",), "…", None),
        (("Total AHT",), "…", "…"),
    ],
)
def test_only_what_looks_like_it_is_suggested(
    tmp_path: Path, columns: tuple[str, ...], calls: str, times: str | None
) -> None:
    path = export(tmp_path / "e.xlsx", *((name, 260.5, 300.5) for name in columns))
    for read, wanted in ((calls_of, calls), (times_of, times)):
        if wanted is None:
            assert read(path) == [260.5, 300.5]
            continue
        with pytest.raises(ScenarioError) as told:
            read(path)
        (mistake,) = told.value.mistakes
        assert "the file has the columns datum, uhrzeit" in mistake.text
        if wanted == "…":
            assert "e.xlsx, column: …}" in mistake.text
        else:
            assert f"e.xlsx, column: '{wanted}" in mistake.text


def test_a_workbook_is_no_scenario(tmp_path: Path) -> None:
    path = export(tmp_path / "e.xlsx", ("Anrufe", 12, 15))
    with pytest.raises(ScenarioError, match=r"this is a workbook, .* arrivals: \{counts: e.xlsx\}"):
        callsim.load(path)


def test_minutes_are_not_read_as_seconds(tmp_path: Path) -> None:
    export(tmp_path / "e.xlsx", ("Anrufe", 12, 15), ("AHT", 4.5, 5))
    text = """
calendar: {{start: 2026-10-05, days: 1}}
queues:
  sales:
    arrivals: {{counts: {{file: e.xlsx, missing: zero}}}}
    aht: {{exponential: {{mean: {{file: e.xlsx, missing: interpolate{unit}}}}}}}
groups: {{desk: {{answers: {{sales: {{}}}}, staff: 5}}}}
"""
    (tmp_path / "s.yaml").write_text(text.format(unit=""))
    (tmp_path / "m.yaml").write_text(text.format(unit=", unit: min"))
    with pytest.raises(ScenarioError, match=r"as seconds or as minutes; write \{file: e.xlsx, unit: min\}"):
        callsim.load(tmp_path / "s.yaml")
    assert not list(notes(callsim.load(tmp_path / "m.yaml")))


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (("260,5", "300"), [260.5, 300]),
        (("260,5", "1,125"), [260.5, 1.125]),  # as in a CSV with semicolons: the first cell shows the mark
        (("1.260,5", "300,25"), [1260.5, 300.25]),
        (("260,5", 1.125), [260.5, 1.125]),  # a cell that is a number is exact, whatever texts show
        ((1260.125, "3,5"), [1260.125, 3.5]),
        (("260.5", "300.25"), [260.5, 300.25]),
    ],
)
def test_text_with_decimal_commas_in_a_workbook(
    tmp_path: Path, cells: tuple[object, object], wanted: list[float]
) -> None:
    path = export(tmp_path / "e.xlsx", ("Anrufe", *cells), ("AHT (Sek.)", *cells))
    assert calls_of(path) == wanted
    assert times_of(path) == wanted


@pytest.mark.parametrize(
    "cells", [("260,5", "300.5"), ("1,200", "300"), ("1,200", 12.25), ("1,200.5", "2,5")]
)
def test_text_that_can_be_read_in_two_ways_in_a_workbook(
    tmp_path: Path, cells: tuple[object, object]
) -> None:
    path = export(tmp_path / "e.xlsx", ("Anrufe", *cells), ("AHT (Sek.)", *cells))
    for read in (calls_of, times_of):
        with pytest.raises(ScenarioError):
            read(path)
