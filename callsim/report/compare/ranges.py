"""The charts of a plan compared with itself over a range of values: what each value brings, and costs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from callsim.report.compare.charts import COLOURS
from callsim.report.compare.choice import TOTAL
from callsim.report.kit import figures
from callsim.report.kit.charts import Chart, Series, Unit, Values, columns
from callsim.results.measures import Figure
from callsim.results.run import Goal, RunResult
from callsim.sentences import say
from callsim.units import show_duration

FEWEST = 3  # values that make a range
_VALUE = re.compile(
    r"([^=,]+)=(-?\d+(?:\.\d+)?)\s*([^=,\d]*)"
)  # as --vary calls its plans: staff=12, talk=4 min


@dataclass(frozen=True)
class Range:
    """Plans in the order of the number that they differ by."""

    key: str  # what is varied, with its unit
    values: Sequence[float]
    plans: Sequence[RunResult]


def range_of(plans: Sequence[RunResult]) -> Range | None:
    """The range that these plans are; None where they differ in more than one number, or are few."""
    found = [_VALUE.fullmatch(plan.name) for plan in plans]
    named = [one for one in found if one is not None]
    if len(named) < max(FEWEST, len(plans)) or len({(one[1], one[3]) for one in named}) > 1:
        return None
    pairs = sorted(zip([float(one[2]) for one in named], plans, strict=True), key=lambda pair: pair[0])
    key, unit = named[0][1], named[0][3].strip()
    return Range(
        f"{key} ({unit})" if unit else key, [value for value, _ in pairs], [plan for _, plan in pairs]
    )


def charts(of: Range) -> Iterator[Chart]:
    """Each figure of the goals that promise it, and costs where there are any."""
    for name, unit, series, _ in _drawn(of):
        left = len(_promising(of, name)) - len(COLOURS)
        says = say("compare.range_shaded") + (say("compare.range_left", n=left) if left > 0 else "")
        yield Chart(_title(name), unit, series, says, x="range", x_title=of.key, kind="curve")


def _title(name: str) -> str:
    titles = {
        "level": say("compare.range_level"),
        "abandoned": say("compare.range_abandoned"),
        "asa": say("compare.range_asa"),
        "costs": say("compare.range_costs"),
    }
    return titles[name]


def shared(of: Range) -> dict[str, Values]:
    """The columns that these charts draw."""
    found: dict[str, Values] = {"range": [int(one) if one == int(one) else one for one in of.values]}
    for *_, drawn in _drawn(of):
        found |= drawn
    return found


def _drawn(of: Range) -> Iterator[tuple[str, Unit, list[Series], dict[str, Values]]]:
    """Each chart's name, unit, series and columns."""
    units: Mapping[str, Unit] = {"level": "share", "abandoned": "share", "asa": "seconds"}
    for name, unit in units.items():
        queues = _promising(of, name)
        if not queues:
            continue
        found: dict[str, Values] = {}
        series = []
        for k, queue in enumerate(list(queues)[: len(COLOURS)]):
            column = f"range_{name}_{k}"
            found |= columns([_figure(plan, queue, name) for plan in of.plans], column, unit, band=True)
            series.append(Series(queue, column, band=True, colour=COLOURS[k]))
        for k, share in enumerate(sorted(set(list(queues.values())[: len(COLOURS)]))):
            column = f"range_{name}_goal_{k}"
            found[column] = [share] * len(of.plans)
            bound = figures.promise(share) if unit == "share" else show_duration(share)
            series.append(Series(say("compare.range_goal", share=bound), column, "limit"))
        yield name, unit, series, found
    amounts = [plan.costs.figures[TOTAL] for plan in of.plans if plan.costs is not None]
    if len(amounts) == len(of.plans):
        of_costs: dict[str, Values] = dict(columns(amounts, "range_costs", "count", band=True))
        yield "costs", "count", [Series(say("compare.range_costs"), "range_costs", band=True)], of_costs


def _promising(of: Range, name: str) -> Mapping[str, float]:
    """The queues whose goal promises this figure, and what it promises: none of costs."""
    goals = of.plans[0].goals
    promised = {queue: _promised(goal, name) for queue, goal in goals.items()}
    return {
        queue: share
        for queue, share in promised.items()
        if share is not None and all(queue in plan.queues for plan in of.plans)
    }


def _promised(goal: Goal, name: str) -> float | None:
    return {"level": goal.answer, "abandoned": goal.abandon_at_most, "asa": goal.asa_at_most_s}.get(name)


def _figure(plan: RunResult, queue: str, name: str) -> Figure:
    row = plan.queues[queue].figures
    if name == "level":
        return row.level(plan.counted)
    return row["asa_s" if name == "asa" else "abandoned_share"]
