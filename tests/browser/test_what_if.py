"""The what-if page as people use it: by keyboard, approximate and then exact, at any width, in the dark."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import callsim
from callsim.cli import main
from tests.study.what_if.test_look import CENTRE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


OWN = "data:", "blob:"
LONGEST = 60  # s, of one step, however busy the machine is
EXACT = "document.getElementById('state').className === 'exact'"
GOALS = """[...document.querySelectorAll('#goals tbody tr')].map(
  row => [...row.cells].map(cell => cell.innerText))"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("starlette")
    from callsim.report.what_if.serve import serving

    file = tmp_path_factory.mktemp("what-if") / "centre.yaml"
    file.write_text(CENTRE)
    with serving(callsim.what_if(callsim.load(file), jobs=1)) as served:
        yield served.address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens the page; whatever it says on the console or asks of others fails the test."""
    contexts, complaints = [], []

    def open_page(width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 1000}, **options)
        context.set_default_timeout(1000 * LONGEST)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        home = address.split("?")[0]
        page.on(
            "request",
            lambda asked: (
                None if asked.url.startswith((home, "data:", "blob:")) else complaints.append(asked.url)
            ),
        )
        page.goto(address)
        until(page, "document.getElementById('state').dataset.days >= 1")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def until(page: Page, condition: str) -> None:
    """Waits; the page's policy forbids what playwright itself would do."""
    ends = time.monotonic() + LONGEST
    while not page.evaluate(condition):
        assert time.monotonic() < ends, (condition, page.inner_text("#state"), page.inner_text("#mistake"))
        page.wait_for_timeout(20)


def goals(page: Page) -> list[list[str]]:
    found: list[list[str]] = page.evaluate(GOALS)
    return found


def test_a_slider_by_keyboard_then_undo_then_yaml(page: Callable[..., Page]) -> None:
    shown = page()
    assert "key=" not in shown.url
    until(shown, "+document.getElementById('state').dataset.days === 10")
    before = goals(shown)
    # Both answers may come in one piece: then the state says ≈ for no longer than a record of it.
    shown.evaluate("""() => { window.seen = []; new MutationObserver((records) => window.seen.push(
      ...records.map((record) => record.oldValue))).observe(document.getElementById("state"),
      {attributeFilter: ["class"], attributeOldValue: true}); }""")
    shown.select_option("#scope", label="east")
    shown.get_by_role("slider", name="staff").focus()
    for _ in range(6):
        shown.keyboard.press("ArrowLeft")
    until(shown, f"{EXACT} && document.getElementById('people').innerText.includes('−4')")
    assert "approximate" in shown.evaluate("window.seen")
    until(shown, "+document.getElementById('state').dataset.days === 10")
    after = goals(shown)
    assert after[0][3] == before[0][3]
    assert float(after[0][4].split()[0]) < float(before[0][4].split()[0])
    assert after[2][4] == before[2][4]
    assert "−4 people" in shown.inner_text("#sliders")
    assert "±" in goals(shown)[0][5]
    shown.click("#yaml")
    until(shown, "document.getElementById('text').textContent.includes('staff')")
    assert "scale: {staff: 0.94}" in shown.inner_text("#text")
    assert shown.inner_text("#command") == "callsim compare centre.yaml what-if.yaml"
    shown.keyboard.press("Escape")
    shown.click("#undo")
    until(shown, f"{EXACT} && !document.getElementById('people').innerText.includes('−4')")
    shown.select_option("#site", "park")
    until(shown, f"{EXACT} && +document.getElementById('state').dataset.days === 10")
    assert "▼" in shown.evaluate(
        "getComputedStyle(document.querySelector('#goals .marked.bad'), '::before').content"
    )
    shown.click("#reset")
    until(shown, "document.getElementById('site').value === ''")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (400, "dark")])
def test_it_fits_and_is_readable(page: Callable[..., Page], width: int, scheme: str) -> None:
    shown = page(width, color_scheme=scheme)
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    paper = shown.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") is (scheme == "light")
    unnamed = shown.evaluate("""[...document.querySelectorAll("input, select, button")].filter(
      one => !(one.labels?.length || one.getAttribute("aria-label") || one.textContent.trim())).length""")
    assert unnamed == 0


def test_how_many_more_by_keyboard(page: Callable[..., Page]) -> None:
    shown = page()
    assert not shown.is_visible("#find")  # of everything there is no one goal
    shown.select_option("#scope", label="north")
    assert shown.input_value("#share-kept") == "80"
    shown.fill("#share-kept", "92")
    shown.get_by_role("button", name="find").focus()
    shown.keyboard.press("Enter")
    until(shown, "document.getElementById('find').textContent === 'cancel'")
    assert shown.is_visible("progress")
    shown.keyboard.press("Enter")
    until(shown, "document.getElementById('find').textContent === 'find'")
    assert shown.inner_text("#found") == ""
    assert shown.is_disabled("#undo")
    shown.keyboard.press("Enter")
    until(shown, "document.getElementById('found').textContent")
    said = shown.inner_text("#found")
    assert said.startswith("north needs ")
    assert "people more for 92 % in 20 s: of-north 6 → " in said
    then = int(said.split("→ ")[1].split(".")[0])
    until(shown, f"{EXACT} && document.getElementById('people').innerText.includes('+{then - 6}')")
    assert f"+{then - 6} people, {then} in all" in shown.inner_text("#sliders")
    slider = shown.get_by_role("slider", name="staff")
    assert slider.get_attribute("aria-valuetext") == f"{round(1000 * then / 6) / 10:g} %"
    north = next(row for row in goals(shown) if row[0] == "north")
    assert north[2] == "92 % in 20 s"
    shown.click("#undo")
    until(shown, f"{EXACT} && !document.getElementById('people').innerText.includes('+{then - 6}')")
    assert shown.inner_text("#found") == ""


def test_a_client_leaves_and_on_a_phone_both_plans_are_seen(page: Callable[..., Page]) -> None:
    shown = page(400)
    shown.select_option("#scope", label="east")
    shown.get_by_role("spinbutton", name="volume").fill("0")
    until(shown, f"{EXACT} && document.querySelector('#goals tbody tr').cells[4].innerText === '–'")
    assert shown.inner_text("#mistake") == ""
    right = shown.evaluate("document.querySelector('#goals tbody tr').cells[4].getBoundingClientRect().right")
    assert right <= 400
    assert shown.inner_text("#kept").startswith("Goals kept: ")
    assert shown.inner_text("#most").startswith("north: service level ")
    until(shown, "document.querySelector('#offered tbody tr').cells[2].innerText === '0'")
    # The verdict stays in sight whichever slider has the focus, and covers none.
    for name in ("staff", "shrinkage"):
        shown.get_by_role("slider", name=name).focus()
        top, bottom, slider, low = shown.evaluate("""() => {
          const [verdict, slider] = [document.getElementById("verdict"), document.activeElement]
            .map((one) => one.getBoundingClientRect());
          return [verdict.top, verdict.bottom, slider.top, slider.bottom];
        }""")
        assert 0 <= top < bottom < slider < low < 1000


TIMES = ["staff", "volume", "handling time (AHT)", "patience"]
SHARES = ["absence", "shrinkage"]
SLIDERS = {
    "group of-west": ["staff", *SHARES],
    "north": [*TIMES, *SHARES, "goal: answered in time"],
    "everything": [*TIMES, *SHARES],
}


def test_every_slider_by_keyboard_and_the_command_gives_the_same_figures(
    page: Callable[..., Page],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = page()
    for scope, names in SLIDERS.items():
        shown.select_option("#scope", label=scope)
        rows = shown.locator("#sliders .move")
        assert rows.locator("label").all_inner_texts() == names
        for number, name in enumerate(names):
            row, slider = rows.nth(number), shown.get_by_role("slider", name=name)
            before, words = slider.input_value(), row.locator("small").first
            mixed = "These differ now" in words.inner_text()
            assert mixed is (row.locator("input[type=number]").input_value() == "")
            slider.focus()
            shown.keyboard.press("ArrowLeft" if float(before) >= 99 else "ArrowRight")
            assert slider.input_value() != before
            # Now all of them have the same, and the page says no longer that they differ.
            assert row.locator("input[type=number]").input_value() == slider.input_value()
            assert words.inner_text().startswith("The plan has ")
            assert "moved" in (row.get_attribute("class") or "")
    # The last one by its reset, and another by its number field.
    shown.get_by_role("button", name="reset shrinkage").press("Enter")
    assert "moved" not in (rows.last.get_attribute("class") or "")
    assert rows.last.locator("small").inner_text().startswith("These differ now: 0 to 10 %.")
    shown.get_by_role("spinbutton", name="absence, in per cent").fill("6.5")
    until(shown, "+document.getElementById('state').dataset.days === 10")
    shown.click("#yaml")
    until(shown, "document.getElementById('text').textContent.includes('extends')")
    text, words = shown.inner_text("#text"), shlex.split(shown.inner_text("#same"))
    shown.keyboard.press("Escape")
    with shown.expect_download() as saved:
        shown.click("#share")
    assert saved.value.path().read_text().startswith("<!doctype html>")
    (tmp_path / "centre.yaml").write_text(CENTRE)
    (tmp_path / "what-if.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    assert main(["check", "what-if.yaml"]) == 0
    assert words == ["callsim", "compare", "centre.yaml", "what-if.yaml", "--runs", "10"]
    capsys.readouterr()
    assert main([*words[1:], "--jobs", "1", "--format", "json"]) in (0, 1)
    plans = json.loads(capsys.readouterr().out)["plans"]
    levels = [row for row in goals(shown) if row[1] == "service level"]
    assert [row[0] for row in levels] == ["east", "north"]
    for row in levels:
        assert row[3:5] == [level(plan["queues"], row[0]) for plan in plans]


def level(queues: dict[str, Any], line: str) -> str:
    """The service level of all copies of a line, from the figures of each."""
    copies = [found for name, found in queues.items() if name.split("-")[0] == line]
    offered = [found["offered"]["mean"] for found in copies]
    levels = [found["service_level"]["offered"]["mean"] for found in copies]
    return f"{100 * sum(map(float.__mul__, offered, levels)) / sum(offered):.1f} %"
