"""Charts of a run show what is promised as lines: of waits and of occupancy where all share it."""

from __future__ import annotations

from pathlib import Path

import pytest

import callsim
from callsim.report.html import page
from callsim.report.kit.html_goals import tiles
from callsim.report.run.charts import charts
from callsim.results.run import RunResult

from .pages import data_of

CENTRE = """\
calendar: {{start: 2026-03-02, interval: 12 h}}
queues:
  a: {{arrivals: {{per_hour: 20}}, talk: {{constant: {{mean: 2 min}}}}{goal}}}
  b: {{arrivals: {{per_hour: 20}}, talk: {{constant: {{mean: 2 min}}}}, goal: {{answer: 80%, within: 20 s}}}}
groups:
  one: {{answers: {{a: {{}}}}, staff: 2, occupancy_at_most: 70%}}
  two: {{answers: {{a: {{}}}}, staff: 2, occupancy_at_most: {bound}}}
  three: {{answers: {{b: {{}}}}, staff: 2}}
"""


@pytest.mark.parametrize(("bound", "line"), [("70%", 0.7), ("80%", None)])
def test_lines_of_goals(tmp_path: Path, bound: str, line: float | None) -> None:
    path = tmp_path / "centre.yaml"
    path.write_text(CENTRE.format(goal=", goal: {asa_at_most: 25 s}", bound=bound))
    found = callsim.run(callsim.load(path), runs=2, seed=1).told(pages=True)
    views = {view["label"]: view["columns"] for view in data_of(page(found))["views"]}
    assert (views["a"]["asa_at_most"], views["a"]["busy_at_most"]) == (25, line)
    assert (views["b"]["asa_at_most"], views["b"]["busy_at_most"]) == (None, None)
    assert views["All queues"]["asa_at_most"] is views["All queues"]["busy_at_most"] is None
    waits = [row.figures["asa_s"].mean for row in found.intervals or () if row.queue == "a"]
    assert views["a"]["asa"] == pytest.approx(waits, abs=0.06)


def test_no_chart_of_mean_waits_where_none_is_promised(tmp_path: Path) -> None:
    path = tmp_path / "centre.yaml"
    path.write_text(CENTRE.format(goal="", bound="70%"))
    found: RunResult = callsim.run(callsim.load(path), runs=2, seed=1).told(pages=True)
    assert "Mean wait" not in [chart.title for chart in charts(found)]
    assert "asa" not in data_of(page(found))["views"][0]["columns"]


@pytest.mark.parametrize(
    ("within", "label"), [("1 d", "Mean wait of calls alone"), ("30 s", "Mean wait of answered calls")]
)
def test_mails_beside_calls_are_not_in_one_mean_wait(tmp_path: Path, within: str, label: str) -> None:
    (tmp_path / "s.yaml").write_text(
        "queues:\n"
        "  calls: {arrivals: {per_hour: 20}, talk: 1 min, goal: {answer: 80%, within: 20 s}}\n"
        f"  mails: {{arrivals: {{per_hour: 5}}, talk: 1 min, goal: {{answer: 80%, within: {within}}}}}\n"
        "groups: {g: {answers: {calls: {}, mails: {rank: 2}}, staff: 3}}\n"
    )
    found = callsim.run(callsim.load(tmp_path / "s.yaml"), runs=1).told()
    assert label in [tile.label for tile in tiles(found).tiles]


@pytest.mark.parametrize("currency", ["EUR", ""])
def test_hours_paid_and_costs_stand_above_as_in_the_tables(tmp_path: Path, currency: str) -> None:
    """The tiles say what the groups' hours and the costs add up to: 30 an hour."""
    (tmp_path / "s.yaml").write_text(
        "calendar: {start: 2024-01-01, days: 2, interval: 1 h}\n"
        "queues: {q: {arrivals: {per_hour: 20}, talk: 1 min}}\n"
        "groups: {g: {answers: {q: {}}, staff: 3}, h: {answers: {q: {rank: 2}}, staff: 1}}\n"
        f"costs: {{wage_per_hour: 30{', currency: EUR' if currency else ''}}}\n"
    )
    found = callsim.run(callsim.load(tmp_path / "s.yaml"), runs=1).told()
    shown = {tile.label: tile.figure for tile in tiles(found).tiles}
    hours = 2 * 24 * (3 + 1)
    assert shown["Hours paid in 2 days"] == f"{hours:,}"
    assert shown[f"Costs of 2 days{' in EUR' if currency else ''}"] == f"{30 * hours:,}"
