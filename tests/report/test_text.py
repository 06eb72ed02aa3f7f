"""The text report: what a manager reads at 80 columns, and that nothing in it breaks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from callsim.report.text import MOST, report

from .made_up import calls, figure, goal, result, two_lines


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
    for whole in ("84.97 % ± 0.6", "91.2 % ± 0.6", "1,184,444"):
        assert whole in said


def test_a_wide_terminal_shows_more() -> None:
    narrow, wide = report(two_lines(), 80), report(two_lines(), 160)
    assert "wait max" not in narrow
    assert "wait max" in wide
    assert "12.4 s ± 0.6" in wide


def test_a_missed_goal_is_not_rounded_to_a_met_one() -> None:
    assert "84.97 %" in report(two_lines(), 80)


def test_verdicts_read_without_colour_and_colour_adds_nothing_but_colour() -> None:
    plain = report(two_lines(), 80)
    assert "\x1b" not in plain
    assert "1 of 2 goals MISSED: telecom" in plain
    coloured = report(two_lines(), 80, colour=True)
    assert "\x1b[1;31mMISSED" in coloured
    assert re.sub(r" +\n", "\n", re.sub(r"\x1b\[[\d;]*m", "", coloured)) == plain


def test_a_verdict_that_other_luck_could_turn_is_named() -> None:
    said = report(two_lines(), 80)
    assert "Too close to call, more --runs would tell: telecom\n" in said


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
    assert len(said.splitlines()) < 90


def test_without_goals_the_latest_intervals_are_shown() -> None:
    said = report(result({"telecom": calls(100.0, 0.9)}), 80)
    assert "No queue has a goal." in said
    assert "388 late" in said


def test_intervals_that_all_meet_their_goal_are_not_listed() -> None:
    said = report(result({"telecom": calls(100.0, 0.9, 0.0) | {"goal": goal(0.5, True, 1.0)}}), 80)
    assert "none fell short" in said


def test_one_run_has_no_intervals_and_nobody_calling_has_no_figures() -> None:
    alone = calls(0.0, None, half=None) | {"asa_s": figure(None), "abandoned_share": figure(None)}
    alone |= {"goal": goal(0.8, True, 1.0, 0.05)}
    said = report(result({"silent": alone}, runs=1), 80)
    assert "One run: --runs 20" in said
    assert re.search(r"^met +silent +– ", said, re.M)


def test_a_year_shows_its_dates() -> None:
    assert "Mon 2017-06-05 09:30" in report(two_lines() | {"days": 365}, 100)
    assert "Mon 05 Jun 09:30" in report(two_lines() | {"days": 7}, 100)


def test_the_service_level_is_the_one_that_is_counted() -> None:
    found = two_lines() | {"counted": "answered"}
    found["queues"]["bank"]["service_level"]["answered"] = figure(0.9333, 0.001)
    said = report(found, 80)
    assert "93.3 % ± 0.1" in said
    assert "answered within T ÷ answered" in said
