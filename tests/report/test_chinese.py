"""Reports and pages in Chinese are Chinese: what is left in English are names, options and units."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

import callsim
from callsim.report.compare import text as compare_text
from callsim.report.html import page
from callsim.report.run import text as run_text
from callsim.sentences import ENGLISH, LANGUAGE
from callsim.study.runs.compared import CompareResult

OVERFLOW = Path(__file__).parents[2] / "scenarios" / "overflow.yaml"
OURS = {"callsim", "kernel", "format", "json", "runs", "csv", "min", "Bonferroni", "Holm", "JavaScript"}
NAMES = {"Overflow", "overflow", "billing", "support", "premium", "desk", "flyers", "main", "few", "yaml"}


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    LANGUAGE.set("zh")
    yield
    LANGUAGE.set(ENGLISH)


def left_in_english(text: str) -> set[str]:
    words = re.findall(r"(?<![\w.])[A-Za-z]{3,}(?![\w.])", re.sub(r"[0-9a-f]{64}", "", text))
    return set(words) - OURS - NAMES


def read(made: str) -> str:
    """What a reader of a page may see, with its tool tips and what charts are called."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", made, flags=re.DOTALL)
    charts = re.findall(r'"(?:label|title|says|x_title)":"([^"]*)"', made)
    tips = re.findall(r'\b(?:aria-label|title)="([^"]*)"', body)
    return html.unescape(" ".join([re.sub(r"<[^>]+>", " ", body), *charts, *tips]))


@pytest.fixture(scope="module")
def two() -> CompareResult:
    few = callsim.load(str(OVERFLOW), set={"groups.flyers.staff": 4})
    plans = [few, callsim.load(str(OVERFLOW))]
    LANGUAGE.set("zh")  # the reports hold sentences, too
    try:
        return callsim.compare(plans, names=["few", "overflow"], runs=3).told()
    finally:
        LANGUAGE.set(ENGLISH)


@pytest.mark.parametrize("width", [80, 120])
def test_a_terminal_is_chinese_and_no_line_is_too_wide(two: CompareResult, width: int) -> None:
    for report in (compare_text.report(two, width), run_text.report(two.plans[0], width)):
        assert left_in_english(report) == set()
        assert max(map(cell_len, report.splitlines())) <= width
        assert "服务水平" in report


def test_pages_are_chinese(two: CompareResult) -> None:
    for made in (page(two), page(two.plans[0])):
        assert '<html lang="zh">' in made
        assert left_in_english(read(made)) == set()
