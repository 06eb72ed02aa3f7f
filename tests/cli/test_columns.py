"""On a terminal of 80 columns no command writes a longer line, but for a word that cannot be broken."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from rich.cells import cell_len

from callsim.cli import COMMANDS
from callsim.report.kit.terminal import tell
from callsim.report.kit.wrapping import wrapped
from callsim.scenario.reference import ANY, keys
from tests.cli.conftest import SMALL
from tests.makers.histories import dates, drawn, means
from tests.makers.worlds import as_csv, log, world

Typed = Callable[..., tuple[int, str, str]]
WIDE = "电信客户服务热线投诉与建议受理专席（含夜间值守与节假日加班）"
LONG = "complaints and requests of customers in the north, the north-west and on the islands"
GERMAN = "Kundendienst-und-Reklamationsbearbeitung-fuer-die-Inseln"
PLAN = f"""\
name: 呼叫中心两地三条热线的一周排班与话务预测情景（含长名称与全角字符），以及 a name that goes on for long
calendar: {{days: 7, interval: 1 h}}
sites: {{遵义市新蒲新区大数据产业园区第三号楼: {{seats: 8}}, "a second site, in the old building": {{}}}}
goals: {{short_abandon: 5 s}}
queues:
  {WIDE}:
    arrivals: {{per_hour: 8, weekdays: [1.1, 1, 1, 1, 1, .5, .2]}}
    open: {{mon-fri: "08:00-20:00", sat: "09:00-13:00", sun: closed}}
    talk: {{exponential: {{mean: 3 min}}}}
    patience: {{exponential: {{mean: 3 min}}}}
    redial: {{probability: 30%, after: 5 min}}
    goal: {{answer: 80%, within: 20 s, abandon_at_most: 5%, asa_at_most: 30 s}}
  "{LONG}":
    arrivals: {{per_hour: 40}}
    talk: {{exponential: {{mean: 20 min}}}}
    patience: 2 min
    goal: {{answer: 80%, within: 20 s}}
  {GERMAN}:
    arrivals: {{per_hour: 3}}
    talk: {{exponential: {{mean: 4 min}}}}
    goal: {{asa_at_most: 1 min}}
groups:
  早班与晚班小组:
    answers: {{{WIDE}: {{}}, {GERMAN}: {{rank: 2, reserve: 1}}}}
    shifts: {{Fruehschicht-mit-langem-Namen: 6, 夜班: 3}}
    shrinkage: 10%
    absence: {{share: 4%}}
    site: 遵义市新蒲新区大数据产业园区第三号楼
  all the others, of every town:
    answers: {{"{LONG}": {{}}, {GERMAN}: {{}}, {WIDE}: {{rank: 3}}}}
    staff: 12
shifts:
  Fruehschicht-mit-langem-Namen: {{from: "08:00", to: "17:00", breaks: ["12:00-13:00"]}}
  夜班: {{from: "12:00", to: "20:00"}}
incidents:
  - {{site: 遵义市新蒲新区大数据产业园区第三号楼, from: day 1 10:00, to: day 1 14:00, seats_lost: 50%}}
"""
WRONG = f"""\
queues:
  {WIDE}:
    arrivals: {{per_hour: many, per_day: 5, weekdays: [1, 2]}}
    talk: 40
    patience: {{exponental: {{mean: 3 min}}}}
    goal: {{answer: 180%, within: twenty, abandoned_at_most: 5%, within_the_hour: yes, and_more: never}}
groups:
  desk: {{answers: {{{WIDE[:-4]}: {{}}}}, staff: [1, 2, 3], site: nowhere, shifts: {{early: 3}}}}
"""


@pytest.fixture
def within(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Type a command line on a terminal of 80 columns; returns what it said, which fits."""
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words: str, code: int = 0) -> str:
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
        got, out, err = typed(*words)
        assert got == code, err
        said = out + "".join(f"{line}\n" for line in err.splitlines() if "\x1b" not in line)
        assert said
        assert list(too_wide(said)) == []
        return said

    return run


def too_wide(said: str) -> Iterator[str]:
    """Yields lines of more than 80 cells in which there is a place to break them."""
    for line in said.splitlines():
        if cell_len(line) > 80 and (" " in line.strip() or not line.isascii()):
            yield line


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN, "utf-8")
    return str(path)


@pytest.mark.parametrize("command", COMMANDS)
def test_help(within: Callable[..., str], command: str) -> None:
    assert "Examples:" in within(command, "--help")


def test_check_and_its_notes(within: Callable[..., str], plan: str) -> None:
    said = within("check", plan)
    assert "夜班 3" in said
    assert "erlangs" in said


def test_explain_doctor_bench_and_new(within: Callable[..., str], tmp_path: Path) -> None:
    within("explain")
    for key in list(keys())[::5]:
        within("explain", ".".join(step for step in key.path if step != ANY))
    within("doctor")
    within("bench", "--seats", "10", "--engine", "kernel")
    within("new", str(tmp_path / "new.yaml"))


@pytest.mark.parametrize("more", [(), ("--why",)])
def test_run(within: Callable[..., str], plan: str, more: tuple[str, ...]) -> None:
    assert WIDE[:5] in within("run", plan, "--runs", "4", *more)


def test_compare(within: Callable[..., str], plan: str, tmp_path: Path) -> None:
    within("compare", plan, "--runs", "3", "--vary", "scale.volume=90%,100%,110%,120%")
    other = tmp_path / "呼叫中心两地三条热线的一周排班与话务预测情景与另外一个更长的名字用于比较.yaml"
    other.write_text(PLAN.replace("per_hour: 8", "per_hour: 9").replace("name: ", "name: B "), "utf-8")
    within("compare", plan, str(other), "--runs", "3")


def test_staff_stress_and_plan(within: Callable[..., str], plan: str, tmp_path: Path) -> None:
    within("staff", plan, "--quick")
    small = tmp_path / "small.yaml"
    small.write_text(SMALL.replace("phone", WIDE).replace("desk", GERMAN), "utf-8")
    within("staff", str(small), "--runs", "10")
    within("stress", str(small), "--runs", "3")
    early, late = "{from: 00:00, to: 12:00}", "{from: 12:00, to: 24:00}"
    shifts = f"shifts: {{early shift of the north: {early}, late: {late}}}\nlabour: none\n"
    small.write_text(
        SMALL.replace("desk", GERMAN).replace("staff: 6", "shifts: {early shift of the north: 6, late: 6}")
        + shifts,
        "utf-8",
    )
    within("staff", str(small), "--runs", "10", "--shifts")
    buildout = Path(__file__).parents[2] / "scenarios" / "hiring.yaml"
    within("plan", str(buildout))


def test_erlang(within: Callable[..., str], tmp_path: Path) -> None:
    load = ("--calls-per-hour", "123456", "--aht", "3m")
    within("erlang", *load, "--agents", "6200", "--patience", "5m", "--short-abandon", "5s")
    within("erlang", *load, "--goal", "80%", "--repeat", "20%", "--shrinkage", "30%")
    table = tmp_path / "calls.csv"
    rows = [f"2026-03-0{day} {hour:02}:00,{1_000 * hour}" for day in (2, 3) for hour in range(24)]
    table.write_text("\n".join(["interval_start,offered", *rows]))
    load = ("--aht", "40s", "--patience", "2m", "--shrinkage", "30%")
    said = within("erlang", str(table), "--goal", "80%", *load)
    for heading in ("agents", "scheduled", "in time", "ASA", "Left out for lack of room"):
        assert heading in said


def test_history_fit_forecast_and_validate(within: Callable[..., str], tmp_path: Path) -> None:
    file, calls = tmp_path / "acd.csv", tmp_path / "calls.csv"
    days = dates("2025-09-01", 84)
    offered = drawn(means(days, 300, "FR"), 1, day_cv=0.05)
    rows = [
        f'{date}T{slot // 2:02d}:{slot % 2 * 30:02d},"{LONG}",{offered[day, slot]:.0f}'
        for day, date in enumerate(days)
        for slot in np.arange(48)
    ]
    file.write_text("\n".join(["interval_start,queue,offered", *rows]), "utf-8")
    within("history", str(file))
    within("forecast", str(file), "--from", "2025-12-01", "--horizon", "2 weeks")
    real = world(tmp_path, days=14, per_day=200, staff=3)
    calls.write_text(as_csv(log(real, 1)), "utf-8")
    within("history", str(calls))
    within("fit", str(calls), "--use", "2024-01-01 to 2024-01-10", "--out", str(tmp_path / "fitted.yaml"))
    within("validate", str(tmp_path / "fitted.yaml"), "--against", str(calls), "--runs", "119")


def test_mistakes(within: Callable[..., str], plan: str, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(WRONG, "utf-8")
    for command in ("check", "run", "staff", "stress", "plan"):
        assert WIDE[:5] in within(command, str(wrong), code=2)
    within("run", plan, "--set", f"queues.{GERMAN}.talks=3", code=2)
    within("run", plan, "--set", f"queues.{WIDE}.talks=3", code=2)
    within("run", plan, "--engine", "any", code=2)
    within("schema", "--result", "none", code=2)
    within("compare", str(tmp_path / "a folder"), plan, code=2)
    table = tmp_path / "dots.csv"
    table.write_text("interval_start;offered\n08:00;1.200\n09:00;2.500\n")
    within("run", plan, "--set", f"queues.{GERMAN}.arrivals={{counts: {table.name}}}", code=2)
    within("history", str(table), code=2)
    within("erlang", "--goal", "80%", code=2)


def test_elsewhere_a_mistake_is_one_line(typed: Typed, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(WRONG, "utf-8")
    code, _, err = typed("check", str(wrong))
    assert code == 2
    assert all(line.startswith(f"{wrong}:") for line in err.splitlines())
    assert max(map(cell_len, err.splitlines())) > 80


def test_what_cannot_be_shown_is_no_escape(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    tell("a \x1b[31m" + "word " * 30)
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.parametrize("width", [5, 20, 33, 80])
@pytest.mark.parametrize(
    "text", ["", "   ", f"  {LONG}", WIDE, f"{WIDE} {LONG}，{WIDE}", "a  b\n\n  c " + "d" * 90, "x " * 70]
)
def test_nothing_is_lost_when_a_line_is_broken(text: str, width: int) -> None:
    said = wrapped(text, width)
    assert "".join(said.split()) == "".join(text.split())
    if max(map(cell_len, text.split("\n"))) <= width:
        assert said == text
    for line in said.split("\n"):
        assert not line.lstrip().startswith(("，", "）"))
        assert line == line.rstrip() or line in text.split("\n")
        if cell_len(line) > width:  # one word, or a wide character and what may not stand apart from it
            assert " " not in line.strip()
            assert line.strip().strip("，）（").isascii() or cell_len(line.strip()) <= 6


def test_a_path_stays_whole() -> None:
    path = "/home/plans/" + WIDE + ".yaml:8:5:"
    assert path in wrapped(f"see {path} what is wrong there", 30).split("\n")[1]
