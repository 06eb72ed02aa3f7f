"""The workbook of a comparison: plans, goals, differences, intervals, groups and costs of each plan."""

from __future__ import annotations

from collections.abc import Callable

from callsim.report.compare import beside, differences
from callsim.report.workbook import run as of_run
from callsim.report.workbook.book import Field, Sheet, Value, figure_fields, figure_values
from callsim.results import catalogue
from callsim.results.declared import Declared
from callsim.results.run import RunResult
from callsim.study.runs.compared import Between, CompareResult

PLAN = Field("plan")


def sheets(found: CompareResult) -> list[Sheet]:
    """All that is told of a comparison, as tables."""
    first = found.plans[0]
    shown = differences.shown(first.counted, [*found.differences.values()])
    pairs = [row for pair in found.differences.values() for row in _pair(pair, shown)]
    total = [
        one for one in catalogue.of_queues(first.counted) if one.key not in ("goal_probability", "required")
    ]
    plans: list[list[Value]] = [
        [plan.name, *figure_values(total, plan.total.figures)] for plan in found.plans
    ]
    return [
        Sheet("Plans", [PLAN, *figure_fields(total)], plans),
        Sheet("Goals", [PLAN, *of_run.GOALS], _each(found, of_run.goal_rows)),
        Sheet(
            "Differences",
            [Field("before"), Field("after"), Field("queue"), Field("verdict"), *figure_fields(shown)],
            pairs,
        ),
        *beside.sheets([*found.differences.values()]),
        Sheet("Intervals", [PLAN, *of_run.interval_fields(first)], _each(found, of_run.interval_rows)),
        Sheet("Groups", [PLAN, *of_run.GROUPS], _each(found, of_run.group_rows)),
        Sheet("Costs", of_run.cost_fields(first), of_run.cost_rows(found.plans)),
    ]


def _each(found: CompareResult, rows: Callable[[RunResult], list[list[Value]]]) -> list[list[Value]]:
    """The rows of every plan, its name in front."""
    return [[plan.name, *row] for plan in found.plans for row in rows(plan)]


def _pair(pair: Between, shown: list[Declared]) -> list[list[Value]]:
    """The differences of a pair: all queues together, then each."""
    verdicts = {question.queue: question.verdict for question in pair.questions}
    rows = [(None, pair.total.figures), *((name, row.figures) for name, row in pair.queues.items())]
    return [
        [pair.before, pair.after, name or differences.ALL, verdicts.get(name, ""), *figure_values(shown, row)]
        for name, row in rows
    ]
