"""Pages as people see them: drawn, readable at any width, on paper, by keyboard, with the JSON's numbers."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import callsim
from callsim.report.html import page as page_of
from callsim.report.kit import figures
from callsim.report.kit.html_page import Section, Table
from callsim.report.kit.html_page import page as file_of
from callsim.study.runs.compare import compare
from tests.report.pages import NASTY, TRICKS, nasty
from tests.report.test_data import FORMULAS

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., Any]

EMPTY = """() => [...document.querySelectorAll("[data-chart]")].filter(figure => {
  const box = figure.querySelector(".drawing");
  const marks = box.querySelectorAll("path.js-line, .point path, .heat rect, td svg rect").length;
  return figure.dataset.drawn !== "yes" || (!marks && !box.classList.contains("empty"));
}).map(figure => figure.querySelector("h3").textContent)"""
OVERLAPPING = """() => [...document.querySelectorAll("[data-chart]")].flatMap(figure =>
  [".xtick text", ".ytick text", ".axis span"].flatMap(kind => {
    const boxes = [...figure.querySelectorAll(kind)].map(label => label.getBoundingClientRect());
    return boxes.filter((a, k) => boxes.slice(k + 1).some(b =>
      a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).map(() => kind);
  }))"""
WIDE = "() => [...document.querySelectorAll('.drawing svg')].map(svg => svg.getBoundingClientRect().right)"


def drawn_well(page: Page, width: int) -> None:
    """Every chart has marks, no label lies on another, and nothing is wider than the page."""
    assert page.evaluate(EMPTY) == []
    assert page.evaluate(OVERLAPPING) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert max(page.evaluate(WIDE)) <= width


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (400, "light"), (1280, "dark"), (400, "dark")]
)
def test_every_chart_is_drawn(opened: Opened, width: int, scheme: str) -> None:
    page = opened(nasty()[1], width, color_scheme=scheme)
    drawn_well(page, width)
    paper, ink = page.evaluate(
        "['backgroundColor', 'color'].map(name => getComputedStyle(document.body)[name])"
    )
    assert (paper == "rgb(255, 255, 255)") is (scheme == "light")
    assert paper != ink


def test_names_are_shown_as_they_are(opened: Opened) -> None:
    page = opened(nasty()[1])
    assert page.title() == page.locator("h1").inner_text() == "</title><script>alert(0)</script> 遵义"
    assert page.locator("#view option").all_inner_texts()[1:4] == list(TRICKS)
    assert page.locator(".heat:not(.balance) th").all_inner_texts()[:2] == list(TRICKS[:2])


def test_the_keyboard_chooses_what_is_shown(opened: Opened) -> None:
    found, text = nasty()
    page = opened(text)
    assert page.locator("#view").evaluate("box => box.value") == "0"
    before = page.locator(".drawing").first.inner_html()
    page.locator("#view").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("#view").evaluate("box => box.value") == "1"
    assert page.locator(".drawing").first.inner_html() != before
    assert page.locator("#view-says").inner_text() == f"goal 80 % in 20 s; its agents also answer {TRICKS[2]}"
    page.locator("details.figures summary").first.focus()
    page.keyboard.press("Enter")
    table = page.locator("details.figures table").first
    table.wait_for()
    rows = table.locator("tbody tr").all_inner_texts()
    expected = [row for row in found["intervals"] if row["queue"] == TRICKS[0]]
    assert len(rows) == len(expected) == 48
    for row, told in zip(rows, expected, strict=True):
        start, level, goal = row.split("\t")
        figure = told["service_level"]["offered"]
        assert (start, goal) == (told["start"][11:], "80.0 %")
        shown = [float(number) for number in re.findall(r"[\d.]+", level)]
        exact = [figure[end] * 100 for end in ("mean", "low", "high") if figure[end] is not None]
        assert shown == pytest.approx(exact, abs=0.0501)


def test_every_view_can_be_drawn_and_every_table_has_what_its_chart_has(opened: Opened) -> None:
    page = opened(nasty()[1])
    for summary in page.locator("details.figures summary").all():
        summary.click()
    charts = page.locator("[data-chart]").count()
    page.locator("details.figures table").nth(charts - 1).wait_for()
    for number in range(page.locator("#view option").count()):
        page.locator("#view").select_option(str(number))
        assert page.evaluate(EMPTY) == []
        heads = page.locator("details.figures table").evaluate_all(
            "all => all.map(t => t.rows[0].cells.length)"
        )
        assert len(heads) == charts
        assert min(heads) >= 2


def test_families_open_in_the_heat_map(opened: Opened) -> None:
    page = opened(nasty()[1])
    assert page.locator(".heat:not(.balance) th").all_inner_texts() == [*TRICKS[:2], "line (3)", ""]
    page.locator(".heat:not(.balance) input").focus()
    page.keyboard.press("Space")
    names = ["line (3)", "line-1", "line-2", "line-3"]
    assert page.locator(".heat:not(.balance) th").all_inner_texts() == [*TRICKS[:2], *names, ""]
    assert page.locator(".heat:not(.balance) input").evaluate("box => box === document.activeElement")


def test_a_table_is_saved_as_csv_without_a_request(opened: Opened) -> None:
    page = opened(nasty()[1])
    with page.expect_download() as saved:
        page.locator("button.save").first.click()
    text = Path(saved.value.path()).read_text("utf-8-sig")
    assert text.splitlines()[0].startswith(",queue,service level,goal")
    assert TRICKS[0] in text


def test_the_button_escapes_as_the_command_does(opened: Opened) -> None:
    table = Table(["name", "n"], [[text, "-5"] for text in FORMULAS])
    page = opened(file_of("formulas", [Section("", [table])]))
    with page.expect_download() as saved:
        page.locator("button.save").first.click()
    with open(saved.value.path(), newline="", encoding="utf-8-sig") as file:
        assert list(csv.reader(file))[1:] == [[told, "-5"] for told in FORMULAS.values()]


def test_paper_is_white_and_as_wide_as_a4(opened: Opened) -> None:
    page = opened(nasty()[1], color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    a4 = 180 / 25.4 * 96  # dots of 180 mm
    drawn_well(page, 1280)
    assert (
        max(page.evaluate(WIDE))
        - page.evaluate("document.querySelector('main').getBoundingClientRect().left")
        <= a4 + 1
    )
    assert page.pdf(format="A4", prefer_css_page_size=True).startswith(b"%PDF")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [1280, 800, 400])
def test_on_paper_each_chart_stays_in_its_column_whatever_the_window_is(opened: Opened, width: int) -> None:
    page = opened(nasty()[1], width)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")  # the window is still that of the screen
    page.emulate_media(media="print")
    over = page.evaluate(
        """[...document.querySelectorAll('.parts > figure')].map((figure) => Math.max(0,
        ...[...figure.querySelectorAll('svg.main-svg')].map((svg) => svg.getBoundingClientRect().right))
        - figure.getBoundingClientRect().right)"""
    )
    assert len(over) > 3
    assert max(over) <= 1, over


def test_verdicts_have_shapes_and_words(opened: Opened) -> None:
    page = opened(nasty()[1])
    lamps = page.locator("td .lamp").evaluate_all(
        "all => all.map(lamp => [lamp.textContent.trim(), lamp.querySelector('svg').innerHTML.length > 20])"
    )
    assert lamps
    assert all(word and shape for word, shape in lamps)


def test_plans_stand_side_by_side(opened: Opened, tmp_path: Any) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(NASTY, "utf-8")
    plans = [callsim.load(path, set={"groups.line-desk.staff": staff}) for staff in (3, 4)]
    found = compare(plans, runs=3, jobs=1, names=["<b>three</b>", "four"]).told()
    for width in (1280, 400):
        page = opened(page_of(found), width)
        drawn_well(page, width)
    assert page.locator("h1").inner_text() == "</title><script>alert(0)</script> 遵义: <b>three</b> or four"
    legend = page.locator(".legendtext").all_text_contents()
    assert legend[:1] == ["A"], "letters in legends; the names stand once, above"
    assert page.locator("section", has_text="Plans").first.inner_text().count("A <b>three</b>") == 1
    (pair,) = found.differences.values()
    told = page.locator("section", has_text="Differences A → B").locator("tbody tr")
    cells = "rows => rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim()))"
    rows = {row[0]: row[2] for row in told.evaluate_all(cells)}
    for name, difference in pair.queues.items():
        assert rows[name] == figures.points_about(difference.figures.level("offered"))


LEGENDS = """() => [...document.querySelectorAll("[data-chart]")].flatMap(figure => {
  const legend = figure.querySelector(".legend"), drawing = figure.querySelector(".drawing svg");
  if (!legend) return [];
  const inner = legend.getBoundingClientRect(), outer = drawing.getBoundingClientRect();
  return [...legend.querySelectorAll("text")].map(text => text.getBoundingClientRect()).concat([inner])
    .filter(box => box.top < outer.top || box.right > outer.right + 1)
    .map(() => figure.querySelector("h3").textContent);
})"""


@pytest.mark.parametrize("width", [1280, 400])
def test_the_legend_of_many_plans_is_whole(opened: Opened, tmp_path: Any, width: int) -> None:
    file = tmp_path / "many.yaml"
    file.write_text(
        "name: many\ncalendar: {start: 2024-01-08}\n"
        "queues: {q: {arrivals: {per_hour: 60}, talk: 3 min,\n"
        "  patience: {exponential: {mean: 2 min}}, goal: {answer: 80%, within: 20 s}}}\n"
        "groups: {g: {answers: {q: {}}, staff: 3}}\n"
    )
    plans = {f"groups.g.staff={n}": callsim.load(file, {"groups.g.staff": n}) for n in range(1, 19)}
    page = opened(page_of(compare(list(plans.values()), runs=1, names=list(plans)).told()), width)
    page.wait_for_selector(".legend")
    assert page.evaluate(LEGENDS) == []
    assert page.locator("[data-chart] .legendtext", has_text="groups.g").count() == 0
    assert page.get_by_text("A groups.g.staff=1, B groups.g.staff=2").count() == 1
    over = page.locator("section", has=page.get_by_role("heading", name="Over groups.g.staff"))
    assert over.locator("[data-chart]").count() == 1
    assert over.locator(".drawing").first.locator(".point").count() == 18
    over.locator("details.figures summary").click()
    over.locator("details.figures table").wait_for()
    assert over.locator("details.figures tbody tr").count() == 18


def test_the_box_of_a_week_tells_weekday_and_time(opened: Opened, tmp_path: Any) -> None:
    file = tmp_path / "week.yaml"
    file.write_text(
        "name: week\ncalendar: {start: 2026-03-02, days: 7}\n"
        "queues: {q: {arrivals: {per_hour: 60}, talk: 3 min,\n"
        "  patience: {exponential: {mean: 2 min}}, goal: {answer: 80%, within: 20 s}}}\n"
        "groups: {g: {answers: {q: {}}, staff: 3}}\n"
    )
    page = opened(page_of(callsim.run(callsim.load(file), runs=1).told()))
    figure = page.locator("[data-chart]").first
    figure.scroll_into_view_if_needed()
    figure.locator(".legend").wait_for()
    box = figure.locator(".drawing").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 150)
    said = page.locator(".hoverlayer .legend").first.text_content()
    assert re.match(r"Thu 5 Mar 2026 \d\d:\d\d", said or ""), said


def test_closed_hours_of_a_week_are_left_out(opened: Opened, tmp_path: Any) -> None:
    file = tmp_path / "week.yaml"
    staff = [0] * 8 + [3] * 10 + [0] * 6
    file.write_text(
        "name: week\ncalendar: {start: 2026-03-02, days: 7, interval: 1 h}\n"
        "queues: {q: {open: 08:00-18:00, arrivals: {per_hour: 60}, talk: 2 min,\n"
        "  patience: {exponential: {mean: 2 min}}, goal: {answer: 80%, within: 20 s}}}\n"
        f"groups: {{g: {{answers: {{q: {{}}}}, staff: {staff}}}}}\n"
    )
    page = opened(page_of(callsim.run(callsim.load(file), runs=1).told()))
    cells = page.locator(".heat:not(.balance) tr:first-child rect")
    hours = cells.count() // 7
    assert (cells.count() % 7, 10 <= hours <= 11) == (0, True), "an hour more where a call lasts past 18:00"
    assert page.locator(".heat:not(.balance) .axis span").all_text_contents()[0] == "Mon 2"
    words = page.locator("[data-chart]").first.locator(".xtick text").all_text_contents()
    assert (words[0], words[-1], len(words)) == ("Mon 2 Mar", "Sun 8 Mar", 7)
    drawn_well(page, 1280)


def test_days_off_of_a_week_are_left_out(opened: Opened, tmp_path: Any) -> None:
    """A closed Wednesday and Sunday have no room in charts, and those who go late no occupancy."""
    file = tmp_path / "week.yaml"
    staff = [0] * 8 + [3] * 10 + [0] * 6
    file.write_text(
        "name: week\ncalendar: {start: 2026-03-02, days: 7, interval: 1 h}\n"
        "queues: {q: {open: {wed: closed, sun: closed, other: 08:00-18:00}, arrivals: {per_hour: 60},\n"
        "  talk: 2 min, patience: {exponential: {mean: 2 min}}, goal: {answer: 80%, within: 20 s}}}\n"
        f"groups: {{g: {{answers: {{q: {{}}}}, staff: {{wed: 0, sun: 0, other: {staff}}}}}}}\n"
    )
    page = opened(page_of(callsim.run(callsim.load(file), runs=1).told()))
    words = page.locator("[data-chart]").first.locator(".xtick text").all_text_contents()
    assert words == ["Mon 2 Mar", "Tue 3 Mar", "Thu 5 Mar", "Fri 6 Mar", "Sat 7 Mar"]
    drawn_well(page, 1280)
