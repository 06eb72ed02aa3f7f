"""The pages of a plan and of a stress: drawn offline at any width, and the plan's answer on one screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import callsim
from callsim.report.html import page as page_of
from callsim.study.buildout.answer import PlanAnswer
from callsim.study.buildout.plan import plan
from callsim.study.stress.stress import stress
from tests.makers.plans import GROWING, TEXT

from .test_pages import drawn_well

Opened = Callable[..., Any]
HEIGHT = 900


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> PlanAnswer:
    path: Path = tmp_path_factory.mktemp("plan") / "plan.yaml"
    path.write_text(TEXT.replace("Two parks", "Two <b>parks</b> 遵义") + GROWING)
    slips = {"buildout.opening_slips": "30 d"}
    return plan(callsim.load(path, slips), runs=2).answer


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (400, "dark")])
def test_every_chart_of_a_plan_is_drawn(opened: Opened, found: PlanAnswer, width: int, scheme: str) -> None:
    page = opened(page_of(found), width, color_scheme=scheme)
    drawn_well(page, width)
    assert page.locator("h1").inner_text() == "Two <b>parks</b> 遵义"


def test_the_answer_is_on_one_screen(opened: Opened, found: PlanAnswer) -> None:
    page = opened(page_of(found))
    for what in (".verdict", "[data-chart='0']", "[data-chart='1']", ".stretches", "table"):
        box = page.locator(what).first.bounding_box()
        assert box["y"] + box["height"] <= HEIGHT, what
    # Half of nine agents and half of five are not enough for half of their calls.
    headline = "The plan does NOT hold: one (shifts), two (people)."
    assert page.locator(".verdict .headline").inner_text() == headline
    words = page.locator(".stretches li").all_inner_texts()
    bindings = [period.binding for period in found.periods]
    assert words == [b for k, b in enumerate(bindings) if k == 0 or b != bindings[k - 1]]


def test_a_stress_is_drawn(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "parks.yaml"
    path.write_text(TEXT)
    scenario = callsim.load(path, {"queues.y.goal": None, "groups.ga.staff": 6})
    page = opened(page_of(stress(scenario, runs=1)))
    drawn_well(page, 1280)
    assert page.locator(".verdict .headline").inner_text().startswith(("Breaks first", "Broken already"))


# Words of charts that stand outside of their picture, where they are cut off.
CUT_OFF = """() => [...document.querySelectorAll(".drawing svg")].flatMap(svg => {
  const sheet = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("text")].filter(text => {
    const box = text.getBoundingClientRect();
    return box.width && (box.left < sheet.left - 1 || box.right > sheet.right + 1);
  }).map(text => text.textContent);
})"""

TOUCHING = """() => [...document.querySelectorAll(".heat .axis span")].filter((one, k, all) =>
  k && one.getBoundingClientRect().left < all[k - 1].getBoundingClientRect().right + 4)
  .map(one => one.textContent)"""


@pytest.mark.parametrize("width", [1280, 400])
def test_no_word_of_a_chart_is_cut_off(opened: Opened, tmp_path: Path, width: int) -> None:
    path = tmp_path / "parks.yaml"
    path.write_text(TEXT)
    scenario = callsim.load(path, {"queues.y.goal": None, "groups.ga.staff": 6})
    page = opened(page_of(stress(scenario, runs=1)), width)
    labels = page.locator(".ytick text").all_text_contents()
    assert any(label.startswith("handling time, a tenth") for label in labels)
    assert page.evaluate(CUT_OFF) == []


def test_the_months_of_a_map_stand_at_their_cells(opened: Opened, found: PlanAnswer) -> None:
    page = opened(page_of(found), 400)
    assert page.evaluate(TOUCHING) == []
    starts = [period.start for period in found.periods]
    ticks = page.locator(".heat .axis span").evaluate_all(
        "all => all.map(one => [one.textContent, parseFloat(one.style.left) / 100])"
    )
    assert len(ticks) > 1
    for words, at in ticks:
        assert starts[round(at * len(starts))] == words
        assert at * len(starts) == pytest.approx(round(at * len(starts)), abs=1e-4)
