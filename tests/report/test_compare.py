"""The comparison on a terminal: the verdict first, no line too wide, no number broken."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from rich.cells import cell_len

from callsim.report.compare import charts as charts_compare
from callsim.report.compare import differences, ranges, text
from callsim.report.compare import html as html_compare
from callsim.report.compare.html import goals_by_plan
from callsim.report.kit.html_page import Table
from callsim.results.estimates import AMOUNTS
from callsim.results.schema import read
from callsim.study.runs.compared import Between, CompareResult
from tests.makers.made_up import calls, figure, goal, result


def told(found: dict[str, Any]) -> CompareResult:
    """The comparison that reports take, of its JSON."""
    return read(CompareResult, found)


def report(found: dict[str, Any], width: int) -> str:
    return text.report(told(found), width)


def of_pair(pair: dict[str, Any], most: int, differing: bool = False) -> list[str]:
    """The queues that are shown of a pair."""
    return [one.name for one in differences.of_pair(read(Between, pair), most, differing=differing).shown]


def plan(name: str, level: float, **others: Any) -> dict[str, Any]:
    """One plan of two queues."""
    queues = {
        "telecom": calls(50_123.4, level) | {"goal": goal(0.85, level >= 0.85, level, 0.05)},
        "银行热线": calls(1_184.6, 0.912) | {"goal": goal(0.8, True, 1.0)},
    }
    return {"plan": name, **result(queues), **others}


def question(
    queue: str | None, mean: float, half: float, verdict: str, gain: float | None = 21.3
) -> dict[str, Any]:
    return {
        "queue": queue,
        "figure": "service_level.offered",
        "difference": figure(mean, half),
        "verdict": verdict,
        "gain": gain,
        "doubt": None,
    }


def row(level: float, half: float) -> dict[str, Any]:
    return {
        "service_level": {"offered": figure(level, half)},
        "abandoned_share": figure(-level / 3, half / 3),
        "asa_s": figure(-2.93, 0.4),
        "goal_probability": figure(0.2, 0.1),
    }


def pair(before: str, after: str, verdict: str, *questions: dict[str, Any]) -> dict[str, Any]:
    return {
        "before": before,
        "after": after,
        "counted": "offered",
        "verdict": verdict,
        "questions": list(questions),
        "queues": {q["queue"]: row(q["difference"]["mean"], 0.012) for q in questions if q["queue"]},
        "total": row(0.04, 0.011),
        "groups": {},
    }


def compared(*pairs: dict[str, Any], looks: int = 5, **plans: float) -> dict[str, Any]:
    return {
        "kind": "compare",
        "version": "0.1.0",
        "decided": True,
        "plans": [plan(name, level) for name, level in plans.items()],
        "differences": {f"{p['before']} → {p['after']}": p for p in pairs},
        "seed": 1,
        "runs": 20,
        "engine": "kernel",
        "confidence": {
            "together": 0.95,
            "each": 0.99,
            "pairs": len(pairs),
            "looks": looks,
            "adjusted": "Bonferroni",
            "questions": 3,
            "verdicts": "Holm",
        },
    }


def better() -> dict[str, Any]:
    questions = question("telecom", 0.063, 0.025, "better"), question("银行热线", 0.0, 0.0, "alike", None)
    return compared(pair("Base", "More", "better", *questions), Base=0.83, More=0.89)


def test_the_verdict_comes_first() -> None:
    assert report(better(), 80).splitlines()[0] == "B is better than A: telecom +6.3 ± 2.5 points."


@pytest.mark.parametrize(
    ("verdict", "questions", "says"),
    [
        ("worse", [question("q", -0.02, 0.01, "worse")], "B is worse than A: q −2.0 ± 1.0 points."),
        (
            "mixed",
            [question("q", 0.02, 0.01, "better"), question("p", -0.03, 0.01, "worse")],
            "B is better than A for q +2.0 ± 1.0 points, worse for p −3.0 ± 1.0 points.",
        ),
        (
            "better",
            [question("q", 0.02, 0.01, "better"), question("p", 0.001, 0.01, "open")],
            "B is better than A: q +2.0 ± 1.0 points; too close to call after 20 runs: p +0.1 ± 1.0 points.",
        ),
        (
            "open",
            [question(None, 0.001, 0.01, "open")],
            "A or B: too close to call after 20 runs: all queues +0.1 ± 1.0 points.",
        ),
        (
            "alike",
            [question("q", 0.0001, 0.0002, "alike")],
            "A and B are alike: no queue differs by more than a tenth of a point.",
        ),
    ],
)
def test_each_verdict_has_its_sentence(verdict: str, questions: list[dict[str, Any]], says: str) -> None:
    found = compared(pair("x", "y", verdict, *questions), x=0.8, y=0.9)
    assert " ".join(report(found, 200).split("\n\n")[0].split()) == says


def test_of_many_queues_the_largest_are_named() -> None:
    many = [question(f"q{n}", 0.01 * n, 0.001, "better") for n in range(1, 9)]
    said = report(compared(pair("x", "y", "better", *many), x=0.8, y=0.9), 200)
    assert said.startswith("B is better than A: q8 +8.0 ± 0.1 points, q7 +7.0 ± 0.1 points, q6")
    assert "and 5 more." in said.splitlines()[0]


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_no_line_is_wider_than_the_terminal_and_wide_letters_stay_in_their_column(width: int) -> None:
    said = report(better(), width)
    assert max(map(cell_len, said.splitlines())) <= width
    assert "银行热线" in said
    assert "+6.3 ± 1.2" in said
    rows = [line for line in said.splitlines() if line.startswith("A → B")]
    ends = {cell_len(line[: line.index("± ") + 5]) for line in rows}
    assert len(ends) == 1


def test_how_sure_it_is_stands_below() -> None:
    said = " ".join(report(better(), 80).split())
    assert "95 % for 5 looks at the answer together (each 99 %, Bonferroni)" in said
    once = " ".join(report({**better(), "confidence": better()["confidence"] | {"looks": 1}}, 80).split())
    assert "±: 95 % interval over the runs." in once
    assert "all 3 answers together are right 95 times in 100 (Holm)" in once


def test_costs_are_told_where_there_are_prices() -> None:
    found = better()
    assert "Costs" not in report(found, 80)
    for number, one in enumerate(found["plans"]):
        one["costs"] = {
            "currency": "CNY",
            **{k: figure(1000.0 + number, 10.0) for k in AMOUNTS},
        }
    (only,) = found["differences"].values()
    only["costs"] = dict.fromkeys(AMOUNTS, figure(-1234.0, 56.0))
    said = report(found, 80)
    assert "Costs of a day in CNY" in said
    assert "A → B: −1,234 ± 56" in said
    assert "1,001 ± 10" in said


def priced(gap: dict[str, Any], **totals: tuple[float, float]) -> str:
    """The first words of a comparison of plans, each with its service level and what it costs."""
    names = list(totals)
    pairs = [
        pair(one, two, "better", question("telecom", 0.01, 0.001, "better"))
        for k, one in enumerate(names)
        for two in names[k + 1 :]
    ]
    for each in pairs:
        each["costs"] = dict.fromkeys(AMOUNTS, gap)
    found = compared(*pairs, **{name: level for name, (level, _) in totals.items()})
    for one, (_, total) in zip(found["plans"], totals.values(), strict=True):
        one["costs"] = {"currency": "CNY", **dict.fromkeys(AMOUNTS, figure(total, 1.0))}
    return " ".join(report(found, 200).split("\n\n")[0].split())


def test_the_cheapest_plan_that_keeps_all_goals_is_the_first_sentence() -> None:
    apart, alike = figure(100.0, 5.0), figure(1.0, 5.0)
    said = priced(apart, cheap=(0.6, 800.0), good=(0.9, 1000.0), dear=(0.95, 1200.0))
    assert said.startswith("Take B (good): the cheapest plan that keeps all goals, CNY 1,000 for 1 day")
    assert "C (dear) keeps them, too, for 200 more." in said
    assert "A (cheap): misses the goal of telecom." in said
    said = priced(alike, one=(0.9, 1000.0), two=(0.9, 1001.0))
    assert said.startswith("Take any of A (one), B (two): each keeps all goals")
    assert priced(apart, one=(0.6, 800.0), two=(0.9, 1001.0)).startswith("Take B (two): the only plan")
    assert priced(apart, one=(0.6, 800.0), two=(0.7, 900.0)).startswith(
        "No plan keeps all goals; nearest comes B"
    )
    assert priced(apart, one=(0.6, 800.0), two=(0.6, 900.0)).startswith("No plan keeps all goals. - A (one)")


def test_a_plan_that_loses_a_day_is_not_taken_for_one_that_keeps_all() -> None:
    def saturday(plan: dict[str, Any], level: float) -> None:
        lost = {"missed_on": ["2017-06-10"]} if level < 0.85 else {}
        days = [("2017-06-09", 0.99), ("2017-06-10", level)]
        plan["days"] = 2
        plan["queues"]["telecom"]["goal"] |= lost | {
            "by_day": [
                {
                    "start": start,
                    "service_level": figure(share, 0.01),
                    "abandoned_share": figure(0.1, 0.01),
                    "probability": figure(float(share >= 0.85), 0.0),
                }
                for start, share in days
            ]
        }

    def said(*levels: float) -> str:
        names = ("cheap", "good", "dear")[: len(levels)]
        pairs = [
            pair(one, two, "alike", question("telecom", 0.0, 0.0, "alike")) for one, two in pairwise(names)
        ]
        for each in pairs:
            each["costs"] = dict.fromkeys(AMOUNTS, figure(100.0, 5.0))
        found = compared(*pairs, **dict.fromkeys(names, 0.9))
        for k, (one, level) in enumerate(zip(found["plans"], levels, strict=True)):
            one["costs"] = {"currency": "CNY", **dict.fromkeys(AMOUNTS, figure(800.0 + 100 * k, 1.0))}
            saturday(one, level)
        return report(found, 80)

    text = " ".join(said(0.3, 0.9, 0.95).split())
    assert text.startswith(
        "Take B (good): the cheapest plan that keeps all goals, with no day on which one is surely missed, "
        "CNY 900"
    )
    assert "- C (dear) keeps them, too, for 100 more." in text
    assert "- A (cheap) keeps them over all days together (CNY 800 for 2 days" in text
    assert "but misses goals on single days: telecom on Sat 2017-06-10." in text
    days = next(part for part in said(0.3, 0.9, 0.95).split("\n\n") if part.startswith("Days"))
    assert "2017-06-09" not in days
    assert [line.split()[3] for line in days.splitlines() if "Sat" in line] == ["A", "B", "C"]
    assert "!30.0 %" in days
    text = " ".join(said(0.3, 0.4).split())
    assert text.startswith(
        "Take A (cheap): the cheapest plan that keeps all goals over all days together, CNY 800"
    )
    assert "But on single days A misses goals: telecom on Sat 2017-06-10." in text
    assert "- B (good) keeps them over all days together" in text
    text = said(0.9, 0.95)
    assert " ".join(text.split()).startswith(
        "Take A (cheap): the cheapest plan that keeps all goals, CNY 800"
    )
    assert "Days" not in text


def test_of_many_plans_only_neighbours_are_shown() -> None:
    names = [f"p{n}" for n in range(5)]
    pairs = [
        pair(one, two, "better", question("telecom", 0.01, 0.001, "better"))
        for k, one in enumerate(names)
        for two in names[k + 1 :]
    ]
    found = compared(*pairs, **dict.fromkeys(names, 0.9))
    said = report(found, 80)
    assert said.splitlines()[3].startswith("E is better than D")
    assert "A → C" not in said
    assert "all 10 pairs" in " ".join(said.split())


def test_csv_has_a_row_per_pair_and_queue() -> None:
    rows = differences.rows(told(better()))
    assert [(r["before"], r["after"], r["queue"]) for r in rows] == [
        ("Base", "More", None),
        ("Base", "More", "telecom"),
        ("Base", "More", "银行热线"),
    ]
    assert rows[1]["service_level"]["offered"]["mean"] == 0.063


def test_queues_whose_calls_fare_alike_are_left_out_of_the_terminal() -> None:
    found = better()
    (only,) = found["differences"].values()
    # Every figure: equal waits alone do not make blocked calls alike.
    only["queues"]["银行热线"] = {
        "service_level": {"offered": figure(0.0, 0.0)},
        "abandoned_share": figure(0.0, 0.0),
        "wait_s": figure(0.0, 0.0),
        "goal_probability": figure(None),
    }
    said = report(found, 80)
    rows = [line.split()[3] for line in said.splitlines() if line.startswith("A → B")]
    assert rows == ["telecom", "all"]
    assert of_pair(only, 9) == ["telecom", "银行热线", differences.ALL]


def test_queues_that_wait_alike_but_are_blocked_otherwise_are_shown() -> None:
    found = better()
    (only,) = found["differences"].values()
    only["queues"]["银行热线"] = {"wait_s": figure(0.0, 0.0), "blocked_share": figure(0.3, 0.01)}
    assert "银行热线" in of_pair(only, 9, differing=True)
    assert "not a single call" not in report(found, 80)


@pytest.mark.parametrize("plans", [2, 3, 7, 26])
def test_rows_without_room_are_counted_and_never_called_alike(plans: int) -> None:
    names = [f"p{n}" for n in range(plans)]
    questions = [question(f"q{n}", 0.01 * n, 0.001, "better") for n in range(1, 31)]
    pairs = [pair(one, two, "better", *questions) for one, two in pairwise(names)]
    said = report(compared(*pairs, **dict.fromkeys(names, 0.9)), 100)
    rows = [line for line in said.splitlines() if re.match(r"\S+ → \S+ +q\d", line)]
    assert f"… and {30 * len(pairs) - len(rows):,} other rows that differ; --format json has all" in said
    assert "left out" not in said


def test_a_queue_that_gives_up_more_is_before_one_that_is_late_a_little() -> None:
    found = better()
    (only,) = found["differences"].values()
    only["queues"] = {
        "late": row(0.01, 0.001) | {"abandoned_share": figure(0.0, 0.001)},
        "gone": row(0.0, 0.001) | {"abandoned_share": figure(0.2, 0.001)},
    }
    assert of_pair(only, 2)[0] == "gone"


def test_the_abandonment_goal_that_a_plan_misses_is_shown() -> None:
    found = better()
    for one, share in zip(found["plans"], (0.123, 0.04), strict=True):
        one["queues"]["telecom"] = calls(50_000, 0.9, share) | {"goal": goal(0.85, share < 0.05, 0.5, 0.05)}
    said = report(found, 80)
    assert "at most" in said
    assert "!12.3 %      5 %" in said
    table = goals_by_plan(told(found).plans, differences.letters(told(found)))
    html = "\n".join(str(part) for part in table)
    assert "85 % in 15 s, at most 5 % abandoned" in html
    assert "word='90.0 % ± 0.6', under='12.3 % abandoned'" in html


def test_no_table_of_goals_is_wider_than_paper() -> None:
    found = compared(**{f"groups.flyers.staff={n}": 0.9 for n in range(14)})
    tables = list(goals_by_plan(told(found).plans, differences.letters(told(found))))
    heads = [one.head for one in tables if isinstance(one, Table)]
    assert [name for head in heads for name in head[2:]] == [chr(ord("A") + n) for n in range(14)]
    assert max(map(len, heads)) == 8
    assert all(head[:2] == ["queue", "goal"] for head in heads)


def test_goals_without_room_say_how_many_of_them_are_missed() -> None:
    found = better()
    for one in found["plans"]:
        for n in range(9):
            one["queues"][f"q{n}"] = calls(100, 0.5) | {"goal": goal(0.8, False, 0.0)}
    assert "… and 4 other queues, 3 of them missed by some plan; --format json has all" in report(found, 80)


def test_charts_tell_names_once_and_every_plan_looks_otherwise() -> None:
    found = compared(**{f"groups.flyers.staff={n}": 0.9 for n in range(25)})
    charts = charts_compare.charts(told(found).plans, differences.letters(told(found)))
    lines = [one for one in charts[0].series if one.look == "line"]
    assert [one.label for one in lines] == [chr(ord("A") + n) for n in range(25)]
    dashes = [0, 0, 2, 3, 4, 5]  # the first two of the page's are both unbroken
    assert len({(one.colour, dashes[one.dash or 0]) for one in lines}) == 25
    assert [one.dash for one in lines[:5]] == [one.colour for one in lines[:5]]


def test_plans_that_would_look_alike_in_a_chart_are_left_out_and_said() -> None:
    found = compared(**{f"groups.flyers.staff={n}": 0.9 for n in range(30)})
    charts = charts_compare.charts(told(found).plans, differences.letters(told(found)))
    assert sum(one.look == "line" for one in charts[0].series) == 25
    section = next(one for one in html_compare._sections(told(found)) if one.title == "By interval")
    assert "The charts show the first 25; 5 more are in the tables." in str(section)


def test_plans_that_differ_in_what_was_not_asked_are_not_called_alike() -> None:
    """Equal service levels, but more callers give up; a queue whose `within` differs is asked nothing."""
    one = pair("x", "y", "alike", question("q", 0.0, 0.0, "alike"))
    one["queues"]["q"]["abandoned_share"] = figure(0.03, 0.002)
    said = " ".join(report(compared(one, x=0.9, y=0.9), 200).split("\n\n")[0].split())
    assert said == (
        "A and B are alike in what their goals ask first, but differ in q abandoned +3.0 ± 0.2 points."
    )


def test_plans_over_a_range_have_their_curve() -> None:
    names = ("staff=12", "staff=8", "staff=10.5")
    plans = told(comparison_of(names)).plans
    of = ranges.range_of(plans)
    assert of is not None
    assert (of.key, list(of.values)) == ("staff", [8, 10.5, 12])
    assert [plan.name for plan in of.plans] == ["staff=8", "staff=10.5", "staff=12"]
    charts, drawn = list(ranges.charts(of)), ranges.shared(of)
    level = charts[0]
    assert [one.label for one in level.series] == ["telecom", "银行热线", "goal 80 %", "goal 85 %"]
    told_levels = [plan.queues["telecom"].figures.level("offered").mean for plan in of.plans]
    assert drawn[level.series[0].column] == pytest.approx(told_levels, abs=1e-5)
    assert all(one.column in drawn for chart in charts for one in chart.series)


def test_a_range_of_plans_with_prices_draws_what_each_costs() -> None:
    found = comparison_of(("staff=12", "staff=8", "staff=10.5"))
    for number, one in enumerate(found["plans"]):
        one["costs"] = {"currency": "CNY", **{k: figure(1000.0 + number, 10.0) for k in AMOUNTS}}
    of = ranges.range_of(told(found).plans)
    assert of is not None
    *_, costs = ranges.charts(of)
    assert costs.series[0].column == "range_costs"
    assert ranges.shared(of)["range_costs"] == [1001.0, 1002.0, 1000.0]


@pytest.mark.parametrize(
    "names",
    [("staff=8", "staff=9"), ("staff=8", "late=9", "staff=10"), ("talk=3 min", "talk=200 s", "talk=4 min"),
     ("a", "b", "c"), ("staff=8, late=1", "staff=9, late=1", "staff=10, late=1")],
)  # fmt: skip
def test_other_plans_are_no_range(names: tuple[str, ...]) -> None:
    assert ranges.range_of(told(comparison_of(names)).plans) is None


def comparison_of(names: tuple[str, ...]) -> dict[str, Any]:
    """Plans of these names, the later the better."""
    return compared(**{name: 0.8 + 0.05 * k for k, name in enumerate(names)})
