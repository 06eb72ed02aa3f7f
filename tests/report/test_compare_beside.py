"""By how much plans differ in menus and campaigns: one kind of table in text, on a page and in a workbook."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from callsim.report.compare import beside
from callsim.report.kit.html_page import Table
from callsim.report.kit.page import written
from callsim.results.measures import Figure
from callsim.results.schema import Figures
from callsim.study.runs.compared import Between

DIALLED = SimpleNamespace(
    figures=Figures(attempts=Figure(120.0, 90.0, 150.0), live=Figure(-30.0, -40.0, -20.0))
)
MET = SimpleNamespace(figures=Figures(offered=Figure(12.0, 9.0, 15.0)))
LETTERS = {"old": "A", "new": "B"}


def pair(**parts: object) -> Between:
    return cast(
        Between, SimpleNamespace(before="old", after="new", **({"menus": None, "campaigns": None} | parts))
    )


def test_a_row_for_each_campaign_and_menu_of_a_pair() -> None:
    both = [pair(campaigns={"renewals": DIALLED}, menus={"hotline": MET})]
    text = written(lambda page: beside.tables(LETTERS, both, page), 100, False)
    assert "A → B" in text
    assert "Differences: what differs in the numbers that are dialled" in text
    (dialled,) = [line for line in text.splitlines() if "renewals" in line]
    assert "+120 ± 30" in dialled
    assert "−30 ± 10" in dialled
    menus, campaigns = beside.sections(LETTERS, both)
    assert (menus.title, campaigns.title) == ("Menus", "Campaigns")
    (table,) = campaigns.parts
    assert isinstance(table, Table)
    assert table.rows[0][:2] == ["A → B", "renewals"]
    of_menus, sheet = beside.sheets(both)
    assert of_menus.rows[0][:3] == ["old", "new", "hotline"]
    assert sheet.rows[0][:3] == ["old", "new", "renewals"]
    means = [value.mean for value in sheet.rows[0] if isinstance(value, Figure)]
    assert means == [120.0, -30.0]


def test_nothing_stands_where_no_plan_has_any() -> None:
    assert [*beside.sections(LETTERS, [pair()]), *beside.sheets([pair()])] == []
