"""The text report: what a manager reads at 80 columns, and that nothing in it breaks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from callsim.report.run import text
from callsim.report.run.text import MOST
from tests.makers.made_up import calls, day, figure, goal, result, told, two_lines


def report(found: dict[str, Any], width: int, colour: bool = False) -> str:
    return text.report(told(found), width, colour)


def test_two_lines_at_80_columns() -> None:
    stored = Path(__file__).with_name("two-lines-80.txt").read_text("utf-8")
    assert report(two_lines(), 80) == stored


@pytest.mark.parametrize("width", [20, 60, 80, 100, 140, 250])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(cell_len, report(two_lines(), width).splitlines())) <= max(width, 60)


@pytest.mark.parametrize("width", [60, 80, 140])
def test_no_number_is_broken_or_cut(width: int) -> None:
    said = report(two_lines(), width)
    assert "…" not in said
    for whole in ("!84.97 % ± 0.6", "91.2 % ± 0.6", "1,184,444"):
        assert whole in said


def test_a_wide_terminal_shows_more() -> None:
    narrow, wide = report(two_lines(), 80).split("Left out")[0], report(two_lines(), 160)
    assert "wait max" not in narrow
    assert "wait max" in wide
    assert "12.4 s ± 0.6" in wide


def test_a_missed_goal_is_not_rounded_to_a_met_one() -> None:
    assert "84.97 %" in report(two_lines(), 80)


def test_verdicts_read_without_colour_and_colour_adds_nothing_but_colour() -> None:
    found = two_lines()
    found["queues"]["telecom"]["goal"]["decided"] = True
    plain = report(found, 80)
    assert "\x1b" not in plain
    assert "1 of 2 goals MISSED: telecom" in plain
    coloured = report(found, 80, colour=True)
    assert "\x1b[1;31mMISSED" in coloured
    assert re.sub(r" +\n", "\n", re.sub(r"\x1b\[[\d;]*m", "", coloured)) == plain


def test_a_verdict_that_other_luck_could_turn_is_named() -> None:
    said = report(two_lines(), 80)
    assert said.splitlines()[1:3] == [
        "1 of 2 goals too close to call after 20 runs, more would tell: telecom",
        "The other goal is met.",
    ]
    assert "MISSED" not in said
    (row,) = (line for line in said.splitlines() if line.startswith("close"))
    assert row.split()[1] == "telecom"
    alone = result({"telecom": two_lines()["queues"]["telecom"]})
    assert report(alone, 80).splitlines()[1].startswith("The goal is too close to call after 20 runs")


def test_names_are_shown_as_they_are_and_aligned_by_cells() -> None:
    names = ["[bold]电信热线[/bold]", "<script>", "[/]", ":smile:", "a \\[b"]
    said = report(result({name: calls(100.0, 0.9) | {"goal": goal(0.8, True, 1.0)} for name in names}), 80)
    rows = [line for line in said.splitlines() if line.startswith("met")]
    assert [name for name in names if name in said] == names
    assert len({cell_len(row) for row in rows}) == 1


def test_a_long_name_is_folded_not_cut() -> None:
    name = "a-very-long-name-of-a-queue-" * 3
    said = report(result({name: calls(100.0, 0.9)}), 80)
    assert name.replace("-", "") in "".join(re.findall(r"^([a-z-]+)", said, re.M)).replace("-", "")


def test_of_120_queues_the_worst_are_shown_and_the_others_counted() -> None:
    queues = {
        f"q{n:03}": calls(1000.0, 0.7 + n / 400) | {"goal": goal(0.8, n >= 40, n / 120)} for n in range(120)
    }
    said = report(result(queues), 80)
    assert "40 of 120 goals MISSED: q000, q001, q002, q003, q004 and 35 more" in said
    assert "and 105 other goals" in said
    assert "and 105 other queues; --format json has all" in said
    assert len(re.findall("^MISSED", said, re.M)) == MOST
    assert len(said.splitlines()) < 100


def test_without_goals_the_latest_intervals_are_shown() -> None:
    said = report(result({"telecom": calls(100.0, 0.9)}), 80)
    assert "No queue has a goal." in said
    assert "388 late" in said


def test_intervals_that_all_meet_their_goal_are_not_listed() -> None:
    said = report(result({"telecom": calls(100.0, 0.9, 0.0) | {"goal": goal(0.5, True, 1.0)}}), 80)
    assert "none fell short" in said


def test_one_run_has_no_intervals_and_nobody_calling_has_no_figures() -> None:
    alone = calls(0.0, None, half=None) | {"asa_s": figure(None), "abandoned_share": figure(None)}
    alone |= {"goal": goal(0.8, None, 1.0, 0.05)}
    said = report(result({"silent": alone}, runs=1), 80)
    assert "One run: --runs 20" in said
    assert re.search(r"^no calls +silent +– ", said, re.M)


def silent(closed: float) -> dict[str, object]:
    found = calls(0.0, None, half=None) | {"asa_s": figure(None), "abandoned_share": figure(None)}
    return found | {"goal": goal(0.8, None, 0.0, 0.05), "closed": figure(closed, 1.0)}


def test_a_goal_that_nobody_could_test_is_neither_met_nor_missed() -> None:
    said = report(result({"english": silent(40.0)}), 80)
    assert said.splitlines()[1] == "1 goal could not be judged, nobody could call: english"
    assert "not shown to hold" in said
    assert not re.search(r"^met|MISSED|is met", said, re.M)
    said = report(two_lines_and({"english": silent(0.0)}), 80)
    assert said.splitlines()[1:3] == [
        "1 of 3 goals too close to call after 20 runs, more would tell: telecom",
        "1 goal could not be judged, nobody called: english",
    ]
    good = result({"bank": calls(10.0, 0.9) | {"goal": goal(0.8, True, 1.0)}, "english": silent(1.0)})
    assert report(good, 80).splitlines()[1:3] == [
        "1 goal could not be judged, nobody could call: english",
        "The other goal is met.",
    ]


def two_lines_and(queues: dict[str, dict[str, object]]) -> dict[str, object]:
    return result(two_lines()["queues"] | queues)


def test_the_half_of_a_promise_that_is_broken_is_marked() -> None:
    both = {
        "late": calls(100.0, 0.7, 0.01) | {"goal": goal(0.8, False, 0.0, 0.05)},
        "left": calls(100.0, 0.9, 0.12) | {"goal": goal(0.8, False, 0.0, 0.05)},
        "good": calls(100.0, 0.9, 0.01) | {"goal": goal(0.8, True, 1.0, 0.05)},
    }
    said = report(result(both), 100)
    late, left, good = (re.search(f"^(MISSED|met) +{name} .*", said, re.M)[0] for name in both)  # type: ignore[index]
    assert "!70.0 %" in late
    assert "!1.0 %" not in late
    assert "!90.0 %" not in left
    assert "!12.0 %" in left
    assert "!" not in good
    assert "! marks the figure that misses its goal." in said
    assert "marks the figure" not in report(result({"good": both["good"]}), 100)


def week() -> dict[str, object]:
    found = two_lines() | {"days": 7}
    dates = [f"2017-06-{number:02}" for number in range(5, 12)]
    found["queues"]["bank"]["goal"]["by_day"] = [day(date, 0.9, 0.02, 1.0) for date in dates]
    found["queues"]["telecom"]["goal"]["by_day"] = [
        day(dates[0], 0.61, 0.08, 0.0),
        day(dates[1], 0.84, 0.02, 0.4),
        day(dates[2], None, None, None),
        *(day(date, 0.9, 0.02, 0.95) for date in dates[3:]),
    ]
    return found


@pytest.mark.parametrize("width", [60, 80, 140])
def test_a_week_shows_its_weakest_days(width: int) -> None:
    said = report(week(), width)
    table = said.split("Days, the weakest first\n")[1].split("\n\n")[0].splitlines()
    assert table[2].startswith("Mon 2017-06-05  telecom")
    assert "!61.0 %" in table[2]
    assert table[3].startswith("Tue 2017-06-06  telecom")
    assert len(table) == 2 + 6
    assert max(map(cell_len, said.splitlines())) <= width
    assert "  40 % of runs" in report(week(), 80)


def test_many_weak_days_are_counted_and_a_good_week_is_said_to_be_one() -> None:
    found = week()
    for queue in found["queues"].values():  # type: ignore[attr-defined]
        queue["goal"]["by_day"] = [day("2017-06-05", 0.5, 0.1, 0.5)] * 7
    assert "… and 6 others not met in every run" in report(found, 80)
    for queue in found["queues"].values():  # type: ignore[attr-defined]
        queue["goal"]["by_day"] = [day("2017-06-05", 0.9, 0.0, 1.0)] * 7
    assert "Days: every goal was met on every day" in report(found, 80)
    assert "weakest" not in report(two_lines(), 80)


def test_redials_are_a_column_or_a_line() -> None:
    found = two_lines()
    assert "redials" not in report(found, 140)
    for row in (found["total"], found["queues"]["telecom"]):
        row["redialled"] = figure(row["offered"]["mean"] / 40)
    wide, narrow = report(found, 140), report(found, 60)
    assert re.search(r"^telecom .* 2\.5 % ", wide, re.M)
    assert "Redials: share of the calls offered" in wide
    for said in (wide, narrow):
        assert "Of 1,234,567 calls offered 30,864 were redials." in said
    assert "queues: " in narrow.split("Left out for lack of room")[1]


def heads(said: str, table: str) -> list[str]:
    lines = said.splitlines()
    return re.split(r"  +", next(lines[n + 1] for n, line in enumerate(lines) if line.startswith(table)))


@pytest.mark.parametrize("width", range(60, 180, 7))
def test_other_luck_shows_the_same_columns(width: int) -> None:
    lucky, busy = (
        result({"telecom": calls(offered, level, gone, half) | {"goal": goal(0.8, True, 1.0, 0.05)}})
        for offered, level, gone, half in ((980.0, 1.0, 0.0, 0.001), (1_020.0, 0.72, 0.12, 0.052))
    )
    lucky["total"], busy["total"] = calls(980.0, 1.0, 0.0), calls(1_020.0, 0.72, 0.12)
    busy["queues"]["telecom"]["wait_max_s"] = busy["queues"]["telecom"]["asa_s"] = figure(1_234.0)
    assert heads(report(lucky, width), "Queues") == heads(report(busy, width), "Queues")
    # A call that finds no line, once in a blue moon, shows itself only where there is room left.
    busy["total"]["blocked"] = busy["queues"]["telecom"]["blocked"] = figure(2.0)
    rare = [head for head in heads(report(busy, width), "Queues") if head != "blocked"]
    assert rare == heads(report(lucky, width), "Queues")
    assert "Of 1,020 calls offered 2 were blocked." in report(busy, width)


def test_columns_that_found_no_room_are_named() -> None:
    said = " ".join(report(two_lines(), 80).split())
    assert "Left out for lack of room (--format json has all): goals: 95 % interval; queues: " in said
    assert "Left out" not in report(two_lines(), 250)


def test_a_year_shows_its_dates() -> None:
    assert "Mon 2017-06-05 09:30" in report(two_lines() | {"days": 365}, 100)
    assert "Mon 05 Jun 09:30" in report(two_lines() | {"days": 7}, 100)


def test_the_service_level_is_the_one_that_is_counted() -> None:
    found = two_lines() | {"counted": "answered"}
    found["queues"]["bank"]["service_level"]["answered"] = figure(0.9333, 0.001)
    said = report(found, 80)
    assert "93.3 % ± 0.1" in said
    assert "answered within T ÷ answered" in said
