"""The charts of a comparison's page: those of a run, with a line for each plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from callsim.report.kit.charts import Chart, Data, Series, View
from callsim.report.run import charts as charts_run
from callsim.results.run import RunResult
from callsim.sentences import say

COLOURS = (0, 2, 3, 4, 5)  # strong ones, for lines
STYLES = len(COLOURS)  # as many kinds of dashes
MOST_PLANS = STYLES * STYLES  # that are drawn: of more, two would look alike


def charts(plans: Sequence[RunResult], letters: Mapping[str, str]) -> list[Chart]:
    """Service level, waits, staff and occupancy, side by side; of very many plans the first."""

    plans = plans[:MOST_PLANS]
    names = [letters[plan.name] for plan in plans]  # in full they stand above the charts, once
    says = charts_run.service_level().says if len(plans) == 2 else say("compare.page_level")

    def each(column: str, look: Literal["line", "bar"] = "line", band: bool = False) -> list[Series]:
        return [
            Series(names[row], f"{row}_{column}", look, band, COLOURS[row % STYLES], _dash(row))
            for row in range(len(plans))
        ]

    level = Series("goal", "goal", "limit")
    required = Series("required", "0_required", "limit")
    return [
        replace(charts_run.service_level(), series=[*each("level", band=len(plans) == 2), level], says=says),
        replace(charts_run.waits(), series=each("waits", "bar")),
        replace(charts_run.staff(), series=[*each("on_duty"), required]),
        replace(charts_run.occupancy(), series=each("occupancy")),
    ]


def _dash(row: int) -> int:
    """Another pair of colour and dash for each of 25 plans; of the first five the colour's own."""
    return COLOURS[(row + row // STYLES) % STYLES]


def data(plans: Sequence[RunResult]) -> Data:
    """The choices that all plans have, with the columns of each plan."""
    plans = plans[:MOST_PLANS]
    first, *others = ({one.label: one for one in charts_run.choices(plan)} for plan in plans)
    views = []
    for label, choice in first.items():
        if all(label in other for other in others):
            of_each = [choice, *(other[label] for other in others)]
            columns: charts_run.Columns = {"goal": choice.goal.answer if choice.goal else None}
            for row, (plan, one) in enumerate(zip(plans, of_each, strict=True)):
                columns |= {f"{row}_{name}": column for name, column in charts_run.drawn(plan, one).items()}
            views.append(View(label, columns, choice.group, choice.inside))
    return Data(views, charts_run.shared_columns(plans[0]), charts_run.end(plans[0]))
