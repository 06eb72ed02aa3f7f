"""A page is at most 2 MB whatever is in it, and says what it leaves out."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from callsim.report.kit.charts import Chart, Data, Series, View
from callsim.report.kit.fitting import LIMIT
from callsim.report.kit.html_page import Chooser, Facts, Fold, Part, Section, Table, page

CHART = Chart("Level", "share", [Series("level", "level")])


def views(queues: int, cells: int) -> Data:
    """All queues, then families of ten queues."""
    column = [round(k / cells, 5) for k in range(cells)]
    some = [View(f"<q{n}> & 客服", {"level": column}, inside=n % 10 > 0) for n in range(queues)]
    return Data(some, {"start": ["2017-06-05T00:00"] * cells}, "2017-06-06T00:00")


def shown(text: str) -> dict[str, Any]:
    found = re.search(r'id="data"[^>]*>(.*?)</script>', text, re.S)
    assert found is not None
    told: dict[str, Any] = json.loads(found.group(1))
    return told


def rows(count: int) -> Table:
    return Table(["queue", "offered"], [[f"queue {n}", "1,234.5 ± 0.1"] for n in range(count)])


@pytest.mark.parametrize(
    ("queues", "cells", "length"),
    [(1, 48, 12_000), (120, 48, 0), (3_000, 48, 0), (300, 1_440, 12_000), (20, 9_000, 100)],
)
def test_no_page_is_larger_than_2_mb(queues: int, cells: int, length: int) -> None:
    parts: list[Part] = [Chooser(), CHART]
    tables: list[Part] = [rows(length), Fold("more", [rows(length // 2)])]
    data = views(queues, cells)
    text = page("T", [Section("By interval", parts), Section("Queues", tables)], data)
    assert len(text.encode()) <= LIMIT
    kept = [view["label"] for view in shown(text)["views"]]
    assert kept[0] == "<q0> & 客服"
    left = re.search(r"leaves out ([^;]*); --format json has all", text)
    assert (left is None) is (len(kept) == queues and "… and" not in text)
    if len(kept) < queues:
        assert left is not None
        assert f"the charts of {queues - len(kept):,} queues or families" in left.group(1)
        # Families and single queues before those inside of a family.
        families = [f"<q{n}> & 客服" for n in range(0, queues, 10)]
        assert set(families) <= set(kept) or set(kept) <= set(families)


def test_a_page_that_fits_leaves_out_nothing() -> None:
    text = page("T", [Section("S", [CHART, rows(500)])], views(20, 48))
    assert "leaves out" not in text
    assert len(shown(text)["views"]) == 20


def test_a_view_too_large_for_any_page_takes_the_charts_away() -> None:
    text = page("T", [Section("S", [Chooser(), CHART, rows(5)])], views(1, 200_000))
    assert len(text.encode()) <= LIMIT
    assert "leaves out all charts; --format json" in text
    assert "Plotly" not in text
    assert 'id="data"' not in text
    assert text.count("<script>") == 2  # that save tables, and say so


def test_many_sections_and_facts_are_cut_too() -> None:
    many = [Section(f"Differences {n}", [rows(30)]) for n in range(1_500)]
    facts = Section("What", [Facts([("Warning", "w" * 300)] * 9_000)])
    text = page("T", [*many, facts])
    assert len(text.encode()) <= LIMIT
    assert "more sections" in text
