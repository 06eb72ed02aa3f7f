"""From a key on the what-if page to the painted answer: 6,000 and 100,000 seats, in chromium and without.

    python -m benchmarks.what_if                 # some three minutes on two quiet cores
    python -m benchmarks.what_if --only 6000 --presses 5

Each press of an arrow key moves a slider to a value that was not seen before. `first` is the first answer
that is painted, which may be approximate, and of 100,000 seats that of the largest programmes alone; `exact`
the first with verdicts. Both are by the clock, medians
over presses; beside them stands the processor time of the server for a whole answer, which a busy machine
changes less. `no browser` asks the same of `callsim.what_if` directly. Exit code 1 where a time by the clock
is missed.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import callsim
from callsim.report.what_if.serve import serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCENARIOS = Path(__file__).parent.parent / "scenarios"
LONGEST = 60  # s, of one answer
WATCH = """() => {
  const state = document.getElementById("state");
  const press = () => { window.pressed = performance.now(); window.painted = {}; };
  document.addEventListener("keydown", press, true);
  new MutationObserver(() => {
    const kind = state.className;
    requestAnimationFrame(() => setTimeout(() => { // after the frame is drawn
      const took = performance.now() - window.pressed;
      window.painted.first ??= took;
      if (kind === "exact") { window.painted.exact ??= took; window.tell?.(); }
    }));
  }).observe(state, { attributes: true, childList: true, characterData: true, subtree: true });
}"""
# To ask again and again would take processor time that no planner takes.
ANSWERED = f"""() => new Promise((tell) => {{
  window.tell = tell;
  if (window.painted?.exact) tell();
  setTimeout(tell, {1000 * LONGEST});
}})"""


class Case(NamedTuple):
    """A slider, its keys of the file, and the milliseconds in which its answers shall be painted."""

    name: str
    seats: int
    file: str
    scope: str
    slider: str
    keys: str
    first: float
    exact: float


CASES = (
    Case("one line", 6_000, "zunyi-2015.yaml", "gov-xinpu", "volume", "queues.gov-xinpu", 150, 150),
    Case("everything", 6_000, "zunyi-2015.yaml", "everything", "volume", "queues.*", 150, 150),
    Case("one line", 100_000, "zunyi-2017.yaml", "tel-xinpu", "volume", "queues.tel-xinpu", 200, 1000),
    Case("everything", 100_000, "zunyi-2017.yaml", "everything", "volume", "queues.*", 200, 1600),
)


class Times(NamedTuple):
    """Medians in ms: by the clock, and of processor time of the whole answer."""

    first: float
    exact: float
    processor: float
    first_processor: float | None = None


def without_browser(desk: callsim.WhatIf, case: Case, presses: int) -> Times:
    """The same values asked of the WhatIf itself."""
    found = []
    for number in range(presses):
        clock, work, each = time.perf_counter(), time.process_time(), []
        for _ in desk.look({f"{case.keys}.scale.volume": 1.005 + 0.01 * number}, runs=1):
            each.append((time.perf_counter() - clock, time.process_time() - work))
        found.append((each[0][0], each[-1][0], each[-1][1], each[0][1]))
    return _medians(found)


def in_browser(page: Page, case: Case, presses: int) -> Times:
    """An arrow key each, and what was painted after it."""
    page.select_option("#scope", label=case.scope)
    page.get_by_role("slider", name=case.slider).focus()
    found = []
    for _ in range(presses):
        work = time.process_time()
        page.keyboard.press("ArrowRight")
        page.evaluate(ANSWERED)
        painted = page.evaluate("window.painted")
        if "exact" not in painted:
            raise RuntimeError(page.inner_text("#mistake") or page.inner_text("#state"))
        found.append((painted["first"] / 1000, painted["exact"] / 1000, time.process_time() - work))
    page.click("#reset")
    return _medians(found)


def _medians(found: list[tuple[float, ...]]) -> Times:
    return Times(*(1000 * statistics.median(column) for column in zip(*found, strict=True)))


def measured(cases: list[Case], presses: int) -> Iterator[tuple[Case, str, Times]]:
    """Every case without a browser, then in one."""
    for file in dict.fromkeys(case.file for case in cases):
        mine = [case for case in cases if case.file == file]
        desk = callsim.what_if(callsim.load(SCENARIOS / file))
        desk.result({})  # the plan as it is: played when the page opens
        for case in mine:
            yield case, "no browser", without_browser(desk, case, presses)
        chromium = next(
            filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
        )
        if chromium is None:
            print("no chromium here: nothing is painted", file=sys.stderr)
            continue
        from playwright.sync_api import sync_playwright

        with serving(desk) as served, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page()
            page.goto(served.address)
            while page.get_attribute("#state", "class") != "exact":
                page.wait_for_timeout(20)
            page.evaluate(WATCH)
            for case in mine:
                yield case, "chromium", in_browser(page, case, presses)
            browser.close()


def main() -> int:
    """Print a line for each case. Returns 1 where an answer in the browser came too late."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", type=int, choices=sorted({case.seats for case in CASES}), help="seats")
    parser.add_argument("--presses", type=int, default=7)
    asked = parser.parse_args()
    late = False
    print(f"{'seats':>8} {'':12} {'':11} {'first ms':>16} {'exact ms':>16} {'processor ms':>14}")
    for case, where, took in measured([c for c in CASES if asked.only in (None, c.seats)], asked.presses):
        work = f"{took.processor:,.0f}"
        if took.first_processor is not None:
            work = f"{took.first_processor:,.0f} → {work}"
        first, exact = f"{took.first:,.0f} ({case.first:,.0f})", f"{took.exact:,.0f} ({case.exact:,.0f})"
        print(f"{case.seats:8,} {case.name:12} {where:11} {first:>16} {exact:>16} {work:>14}", flush=True)
        late |= where == "chromium" and (took.first > case.first or took.exact > case.exact)
    return int(late)


if __name__ == "__main__":
    sys.exit(main())
