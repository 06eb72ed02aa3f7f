"""What Python gets of every result: a short `repr`, a report, a part of a notebook, a table, a page."""

from __future__ import annotations

import builtins
import datetime
import inspect
import pydoc
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import callsim
from callsim.errors import ScenarioError
from callsim.shown import Shown
from callsim.study.options import How
from tests.report.pages import NASTY

SCENARIOS = Path("scenarios")
ONE = str(SCENARIOS / "one-queue.yaml")
SHIFTS = """\
name: Two shifts
queues:
  desk:
    open: 08:00-12:00
    arrivals: {per_hour: 20}
    talk: {exponential: {mean: 3 min}}
    patience: {exponential: {mean: 3 min}}
    goal: {answer: 80%, within: 20 s}
groups: {desk: {answers: {desk: {}}, shifts: {early: 1, late: 1}}}
shifts: {early: {from: 08:00, to: 12:00}, late: {from: 10:00, to: 12:00}}
labour: none
"""


@cache
def log() -> str:
    """Five weeks of a small centre, call by call."""
    rows = ["arrival,queue,wait_s,talk_s,outcome"]
    for day in range(35):
        for number in range(120):
            at = datetime.datetime(2026, 3, 2, 8) + datetime.timedelta(days=day, seconds=number * 240)
            outcome, talk = (
                ("abandoned", "") if number % 9 == 0 else ("answered", str(100 + number * 7 % 240))
            )
            rows.append(f"{at:%Y-%m-%d %H:%M:%S},desk,{number * 13 % 50},{talk},{outcome}")
    return "\n".join(rows) + "\n"


MAKERS: dict[str, Callable[[Path], Shown]] = {
    "run": lambda folder: callsim.run(ONE, runs=3, jobs=1),
    "compare": lambda folder: callsim.compare([ONE, Path(ONE)], names=["one", "two"], runs=3, jobs=1),
    "why": lambda folder: callsim.why(Path(ONE), runs=20, jobs=1),
    "plan": lambda folder: callsim.plan(
        callsim.load(SCENARIOS / "hiring.yaml", {"buildout.until": "2026-06-01"}), runs=1, reliefs=False
    ),
    "staff": lambda folder: callsim.staff(ONE),
    "roster": lambda folder: callsim.roster(written(folder, SHIFTS), limit_s=5),
    "stress": lambda folder: callsim.stress(ONE, runs=1, jobs=1),
    "fit": lambda folder: callsim.fit(history(folder)),
    "forecast": lambda folder: callsim.forecast(history(folder), "2026-04-06", 7),
    "validate": lambda folder: callsim.validate(*judged(folder), ladder=False),
}


def written(folder: Path, text: str) -> Path:
    (folder / "plan.yaml").write_text(text, "utf-8")
    return folder / "plan.yaml"


def history(folder: Path) -> Path:
    path = folder / "calls.csv"
    path.write_text(log(), "utf-8")
    return path


def judged(folder: Path) -> tuple[Path, Path]:
    """The scenario that is fitted to all but the last days, and the log."""
    path = history(folder)
    for name, text in callsim.fit(path, exclude=["2026-03-13"]).to_scenario("plan").items():
        (folder / name).write_text(text, "utf-8")
    return folder / "plan.yaml", path


class Tags(HTMLParser):
    """Every tag, and that all are closed."""

    def __init__(self, text: str):
        super().__init__()
        self.names: list[str] = []
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in ("path", "circle"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("path", "circle"):
            assert self.open.pop() == tag


@pytest.mark.parametrize("kind", MAKERS)
def test_notebooks_show_it_print_tells_it_and_files_hold_it(kind: str, tmp_path: Path) -> None:
    result = MAKERS[kind](tmp_path)
    shows_verdict_and_tables_without_scripts_or_requests(result)
    repr_is_one_short_line_and_print_is_its_report(result)
    page_is_that_of_the_command(result)
    table_has_real_times(result)


def shows_verdict_and_tables_without_scripts_or_requests(result: Shown) -> None:
    shown = result._repr_html_()
    tags = Tags(shown)
    assert not tags.open
    assert {"table", "style"} <= set(tags.names)
    assert not {"script", "iframe", "img", "link", "select", "html", "body"} & set(tags.names)
    assert not {"src", "href", "id", "onclick", "onload"} & tags.attributes
    assert "http" not in shown
    assert "@import" not in shown
    assert "url(" not in shown
    for rule in shown.partition("<style>")[2].partition("</style>")[0].splitlines():
        assert not rule.lstrip().startswith((":root", "html", "body"))  # it would change the notebook itself
    assert len(shown) < 200_000


def repr_is_one_short_line_and_print_is_its_report(result: Shown) -> None:
    assert repr(result).startswith(f"{type(result).__name__}(")
    assert "\n" not in repr(result)
    assert len(repr(result)) < 160
    assert len(str(result).splitlines()) > 3
    assert "\x1b" not in str(result)


def page_is_that_of_the_command(result: Shown) -> None:
    page = result.to_html()
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")


def table_has_real_times(result: Shown) -> None:
    pytest.importorskip("pandas")
    frame = result.to_frame()
    assert len(frame)
    for name in {"start", "interval_start", "date"} & set(frame.columns):
        assert frame[name].dtype.kind in "mM", name


def test_a_runs_table_is_its_csv() -> None:
    pytest.importorskip("pandas")
    result = callsim.run(ONE, runs=2, jobs=1)
    frame = result.to_frame()
    told = result.told()
    assert told.intervals is not None
    assert list(frame["start"].dt.strftime("%Y-%m-%dT%H:%M")) == [row.start[:16] for row in told.intervals]
    assert list(frame["offered.mean"]) == [row.figures["offered"].mean for row in told.intervals]
    assert frame.set_index("start").resample("1D")["offered.mean"].sum().iloc[0] == pytest.approx(
        sum(row.figures["offered"].mean or 0 for row in told.intervals if row.start[:10] == told.start)
    )


def test_without_pandas_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **others: Any) -> Any:
        if name == "pandas":
            raise ImportError(name)
        return real(name, *rest, **others)

    result = callsim.run(ONE, runs=1, jobs=1)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r"pip install 'callsim\[notebook\]'"):
        result.to_frame()


def test_names_that_try_to_be_html_are_text(tmp_path: Path) -> None:
    (tmp_path / "nasty.yaml").write_text(NASTY, "utf-8")
    shown = callsim.run(tmp_path / "nasty.yaml", runs=1, jobs=1)._repr_html_()
    assert not {"script", "img", "b", "i"} & set(Tags(shown).names)


def test_a_path_stands_for_its_scenario() -> None:
    of_path = callsim.run(Path(ONE), runs=2, jobs=1).to_dict()
    assert of_path == callsim.run(callsim.load(ONE), runs=2, jobs=1).to_dict()
    with pytest.raises(ScenarioError, match="missing"):
        callsim.run("missing.yaml")


def test_a_scenarios_repr_is_short_and_its_fingerprint_is_not_made_of_it() -> None:
    scenario, other = callsim.load(ONE), callsim.load(ONE, {"groups.desk.staff": 15})
    assert repr(scenario) == f"Scenario(name={scenario.name!r}, path={ONE!r})" == repr(other)
    assert scenario.in_full() != other.in_full()
    assert len(scenario.in_full()) > 500


def test_help_names_every_option() -> None:
    told = pydoc.plain(pydoc.render_doc(callsim.run))
    first = inspect.signature(callsim.run).parameters
    assert set(How.__annotations__) - {"store"} <= set(first)
    assert first["seed"].default == 1
    assert first["engine"].default == "kernel"
    assert "how" not in first
    assert "Raises" in told
    for study in (callsim.compare, callsim.plan, callsim.stress, callsim.why, callsim.what_if):
        assert "runs" in inspect.signature(study).parameters


def test_dir_has_the_public_names_and_no_others() -> None:
    public = {name for name in dir(callsim) if not name.startswith("_")}
    assert public == {name for name in callsim.__all__ if not name.startswith("_")}


def test_importing_callsim_imports_nothing_heavy() -> None:
    heavy = {"numba", "scipy", "pandas", "jinja2", "numpy", "pydantic"}
    program = f"import sys, callsim; print(sorted({heavy} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "[]"
