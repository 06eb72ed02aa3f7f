"""Every figure is declared once, and stands everywhere that its declaration says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from callsim.report.compare import differences
from callsim.report.kit.data import as_csv
from callsim.report.run import text
from callsim.results import catalogue, estimates, in_hand
from callsim.results.clients import CLIENTS
from callsim.results.measures import RATIOS
from callsim.results.run import RunResult
from callsim.results.schema import plain, read
from tests.makers.made_up import calls, figure, result, told
from tests.report.pages import Reader, nasty

RESULTS = Path(__file__).parents[2] / "docs/results.md"


def test_each_figure_has_a_formula_and_a_declaration() -> None:
    of_calls = {key for key in estimates.OF_CALLS if key not in estimates.CLASSES}
    assert set(catalogue.CALLS) == of_calls | set(estimates.OF_INTERVALS[1])
    assert set(catalogue.CLIENTS) == set(CLIENTS)
    assert set(catalogue.WORK) == {*estimates.OF_GROUPS, "held_h", *in_hand.OF_GROUPS}
    assert set(catalogue.SITES) == set(estimates.OF_SITES)
    assert tuple(catalogue.COSTS) == estimates.AMOUNTS


@pytest.mark.parametrize("key", RATIOS)
def test_a_ratio_of_two_lines_is_everywhere(key: str) -> None:
    """One line in `measures.RATIOS`, one in the catalogue: text, page, comparison, CSV and docs have it."""
    one = catalogue.CALLS[key]
    found, html = nasty()
    if one.text is not None:
        told_to_us = text.report(told(result({"q": calls(100.0, 0.9)})), 300)
        heads = next(line for line in told_to_us.splitlines() if line.startswith("queue ") and "AHT" in line)
        assert one.heading in re.split("  +", heads)
    if one.table != "none":
        assert Reader(html).table("queue", *HEADS[one.page_table])
        assert any(one.page_heading in table[0] for table in Reader(html).tables)
    assert (one in differences.shown("offered")) == (one.differs is not None)
    if key in estimates.IN_INTERVALS:
        columns = as_csv(plain(read(RunResult, found).intervals)).partition("\n")[0].split(",")
        assert {f"{key}_mean", f"{key}_low", f"{key}_high"} <= set(columns)
    assert f"| `{key}` |" in RESULTS.read_text("utf-8")


HEADS = {"calls": ("offered",), "waits": ("mean wait",)}


def test_callers_who_give_up_have_a_mean_wait_or_none() -> None:
    """The proof of the recipe: `ata_s` on a terminal and in a comparison."""
    found = calls(100.0, 0.9) | {"ata_s": figure(None)}
    said = text.report(told(result({"q": calls(100.0, 0.9)})), 300)
    assert "33.3 s ± 1.7" in said
    assert "ATA: mean wait of abandoned and balked calls." in said
    said = text.report(told(result({"q": found}, total=found)), 300)
    assert "33.3" not in said
    assert "ATA: mean wait" not in said
    assert "ATA" in [one.heading for one in differences.shown("offered")]


def test_the_table_of_figures_is_the_catalogue() -> None:
    """After a change: python -c 'from callsim.results.catalogue import *; print(in_markdown())'."""
    assert catalogue.in_markdown() in RESULTS.read_text("utf-8")
