"""Shapes of files: what a Dialect says of itself, and that no entry of VENDORS is half done."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import numpy as np
import pytest

from callsim.errors import UserError
from callsim.history.read import head, vendors
from callsim.history.read.dialects import UNITS_OF, Dialect
from callsim.history.read.how import How
from callsim.history.read.reader import read
from tests.history.test_shapes import GIVES, NAMED, NEEDED, how_of
from tests.makers import exports, worlds

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("unit", ["min", "", "ms!", "S"])
def test_an_unknown_unit_is_refused_when_the_dialect_is_made(unit: str) -> None:
    with pytest.raises(ValueError, match=r"s, ms, ms\?, \?"):
        dataclasses.replace(vendors.UCCX, unit=unit)


@pytest.mark.parametrize(
    ("unit", "number", "seconds"),
    [("ms", 180_000, 180), ("ms", 2, 0.002), ("s", 180, 180), ("s", 180_000, 180_000), ("ms?", 180_000, 180)],
)
def test_durations_are_of_the_unit_of_their_system(
    unit: str, number: int, seconds: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certain unit is taken for every length of calls; `ms?` where calls take a likely time by it."""
    monkeypatch.setattr(head, "DIALECTS", (dataclasses.replace(vendors.UCCX, unit=unit),))
    path = tmp_path / "report.csv"
    names = "Interval Start Time,CSQ Name,Calls Presented,Calls Handled,Avg Handle Time"
    path.write_text(f"{names}\n2026-01-05 07:00,a,2,2,{number}\n", "utf-8")
    assert read([str(path)]).rows["handle_s"] == pytest.approx(np.array([2 * seconds]))
    if unit == "ms":
        assert read([str(path)], How(unit="s")).rows["handle_s"] == pytest.approx(2 * number)


@pytest.mark.parametrize("unit", UNITS_OF)
def test_every_unit_can_be_read(unit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head, "DIALECTS", (dataclasses.replace(vendors.UCCX, unit=unit),))
    path = tmp_path / "report.csv"
    names = "Interval Start Time,CSQ Name,Calls Presented,Calls Handled,Avg Handle Time"
    path.write_text(f"{names}\n2026-01-05 07:00,a,2,2,9\n", "utf-8")
    if len(UNITS_OF[unit]) > 1:  # neither 9 s nor 9 ms is likely
        with pytest.raises(UserError, match="--unit"):
            read([str(path)])
    else:
        assert len(read([str(path)]).rows) == 1


@pytest.fixture(scope="module")
def systems(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What wrote the files of SHAPES, as callsim finds it."""
    folder = tmp_path_factory.mktemp("shapes")
    calls = exports.calls_of(worlds.log(worlds.world(folder, days=1, per_day=200, staff=3), 5))
    found = set()
    for name, make in exports.SHAPES.items():
        export = make(calls)
        path = folder / export.name
        path.write_bytes(export.content())
        found.add(read([str(path)], dataclasses.replace(how_of(name), dates="month-first")).system)
    return found


@pytest.mark.parametrize("at", range(len(vendors.VENDORS)))
def test_each_vendor_is_whole(at: int, systems: set[str]) -> None:
    """It has a name in the sentences, a shape among the makers, and a row in the manual."""
    name = vendors.VENDORS[at].system()  # a KeyError: write it in sentences/en/systems.toml
    assert name in systems, "write its shape in tests/makers/exports.py"
    words = re.findall(r"\w{3,}", name.casefold())
    rows = [line.casefold() for line in (DOCS / "history.md").read_text("utf-8").splitlines()]
    rows = [line for line in rows if line.startswith("|")]
    assert any(all(word in row for word in words) for row in rows), "write its row in docs/history.md"


def test_each_shape_has_its_expectations() -> None:
    assert set(GIVES) == set(exports.SHAPES)
    assert set(NEEDED) == set(NAMED)


def told(section: str) -> list[list[str]]:
    """The names in the first cells of the section's tables: one list for each table."""
    text = (DOCS / "adding.md").read_text("utf-8").partition(f"## {section}\n")[2].partition("\n## ")[0]
    tables = re.findall(r"(?:^\|.*\n)+", text, re.M)
    return [
        re.findall(r"`(\w+)`", "\n".join(row.split("|")[1] for row in one.splitlines())) for one in tables
    ]


def test_the_manual_tells_each_field_and_each_column() -> None:
    of_dialects, of_columns = told("A vendor's format")
    assert sorted(of_dialects) == sorted(field.name for field in dataclasses.fields(Dialect))
    ours = {name for one in head.DIALECTS if one.table == "intervals" for name in one.columns}
    assert sorted(of_columns) == sorted(ours)
    text = (DOCS / "adding.md").read_text("utf-8")
    logs = {name for one in head.DIALECTS if one.table == "calls" for name in one.columns}
    assert all(f"`{name}`" in text for name in logs)


def test_the_example_of_the_manual_reads_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (DOCS / "adding.md").read_text("utf-8").partition("## A vendor's format")[2]
    there = dict(vars(vendors))
    exec(text.partition("```py\n")[2].partition("```")[0], there)
    acme = dataclasses.replace(there["ACME"], system=lambda: "Acme")
    monkeypatch.setattr(head, "DIALECTS", (*head.DIALECTS, acme))
    path = tmp_path / "acme.csv"
    path.write_text(
        "Skill;Start (UTC);Calls in;Calls picked up;In SLA (20s);Talk ms;ACW ms\n"
        "a;2026-01-05 07:00;5;4;3;720000;40000\n",
        "utf-8",
    )
    table = read([str(path)], How(zone="Europe/Oslo"))
    (row,) = table.rows
    assert (table.system, table.zone, table.within_s) == ("Acme", "Europe/Oslo", 20)
    assert str(row["start"])[:16] == "2026-01-05T08:00"
    figures = ("offered", "answered", "answered_in_sl", "talk_s", "wrap_s", "handle_s")
    assert [row[name] for name in figures] == [5, 4, 3, 720, 40, 760]
