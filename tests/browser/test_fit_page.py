"""The page of a fit in a browser: every picture is drawn, and nothing is complained of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from callsim.history.canonical import summed
from callsim.history.fit.question import fit_table
from callsim.report.html import page
from tests.makers.worlds import log, world

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_every_picture_is_drawn(opened: Callable[..., Page], tmp_path: Path) -> None:
    found = fit_table(summed(log(world(tmp_path, days=14, per_day=200, staff=2), 1), 1_800_000))
    shown = opened(page(found.told()))
    shown.wait_for_selector(".js-plotly-plot")
    assert shown.locator(".js-plotly-plot").count() == 6
    assert shown.locator(".drawing.empty").count() == 0
    shown.locator("details.figures summary").last.click()
    assert "Kaplan and Meier" in shown.locator("details.figures[open] table").inner_text()
