"""What the page of a run draws: one view of all queues, one of each family, one of each queue."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from callsim.report.kit.charts import Chart, Data, Heat, Series, Values, View, columns, rounded
from callsim.report.kit.goals import listed, promise
from callsim.report.run.short import REQUIRED
from callsim.results.estimates import CLASSES, OF_POOLS
from callsim.results.measures import WAITS as CLASS_NAMES
from callsim.results.measures import Figure
from callsim.results.run import Goal, Interval, Pool, RunResult
from callsim.results.schema import Figures
from callsim.sentences import label, say
from callsim.units import show_duration

_FEW_ON_DUTY = 0.03  # of the most who are there at once
MOST_CELLS = 15_000  # queue × interval; longer runs show each queue in the tables only

Columns = dict[str, Values | float | None]


def service_level() -> Chart:
    """Calls answered in time beside the goal."""
    return Chart(
        "Service level",
        "share",
        [Series("service level", "level", band=True), Series("goal", "goal", "limit")],
        says=say("run.level_says"),
        wide=True,
    )


def calls() -> Chart:
    """The chart of calls offered and answered."""
    return Chart(
        say("run.calls"),
        "count",
        [Series("offered", "offered", "bar", colour=1), Series("answered", "answered", "bar")],
        says=say("run.calls_says"),
    )


def waits() -> Chart:
    """Answered calls by classes of their waits."""
    return Chart(
        say("run.waits"),
        "share",
        [Series(say("run.waits_share"), "waits", "bar")],
        says=say("run.waits_says"),
        x="classes",
        x_title="waited",
        kind="classes",
    )


def staff() -> Chart:
    """Agents on duty beside those that a formula asks for."""
    return Chart(
        say("run.staff"),
        "count",
        [Series(say("run.staff_on_duty"), "on_duty"), Series("required", "required", "limit")],
        says=say("run.staff_says"),
    )


def occupancy() -> Chart:
    """The chart of occupancy."""
    return Chart(
        "Occupancy",
        "share",
        [Series("occupancy", "occupancy", band=True), Series("at most", "busy_at_most", "limit")],
        says=say("run.occupancy_says"),
    )


def mean_waits() -> Chart:
    """The mean wait of answered calls beside what is promised of it."""
    return Chart(
        say("compare.range_asa"),
        "seconds",
        [Series("mean wait", "asa", band=True), Series("at most", "asa_at_most", "limit")],
        says=say("run.asa_says"),
    )


def heat() -> Heat:
    """The service level of each queue by time."""
    return Heat(say("pages.heat"), "level", "goal", says=say("run.heat_says"))


def charts(found: RunResult) -> list[Chart]:
    """The charts for which there is something to draw."""
    level, on_duty = service_level(), staff()
    if found.runs == 1:
        level = replace(level, says=say("run.level_says_one"))
    if all(row.figures[REQUIRED].mean is None for pool in found.staffing or () for row in pool.intervals):
        says = say("run.staff_says_alone")
        on_duty = replace(on_duty, title="Staff", says=says, series=on_duty.series[:1])
    asa = [mean_waits()] if _waits_promised(found) else []
    return [level, calls(), waits(), *asa, on_duty, occupancy()]


def _waits_promised(found: RunResult) -> bool:
    """Whether any queue promises a mean wait."""
    return any(queue.goal and queue.goal.asa_at_most_s is not None for queue in found.queues.values())


class Choice(NamedTuple):
    """What a reader may choose to see: some queues of a run, and their figures."""

    label: str
    queues: Sequence[str]
    figures: Figures
    rows: Sequence[Interval]
    goal: Goal | None
    group: str = ""
    inside: bool = False


def data(found: RunResult) -> Data:
    """All that the page draws."""
    views = [
        View(
            one.label,
            drawn(found, one) | _limits(found, one),
            one.group,
            one.inside,
            _about(found, one),
        )
        for one in choices(found)
    ]
    return Data(views, shared_columns(found), end(found))


def shared_columns(found: RunResult) -> dict[str, Values]:
    """What stands along the bottom of the charts."""
    return {
        "start": [row.start for row in found.interval_totals or ()],
        "classes": [_class(list(CLASS_NAMES), k) for k in range(len(CLASS_NAMES))],
    }


def end(found: RunResult) -> str:
    """When the last interval ends."""
    first = datetime.datetime.fromisoformat(found.start)
    return (first + datetime.timedelta(days=found.days)).isoformat(timespec="minutes")


def choices(found: RunResult) -> Iterator[Choice]:
    """All queues, each queue, and each family before its queues; of very long runs not each queue."""
    rows: dict[str | None, list[Interval]] = {}
    intervals, families = found.intervals or (), found.families or {}
    if len(intervals) <= MOST_CELLS:
        for row in intervals:
            rows.setdefault(row.queue, []).append(row)
    queues = list(found.queues)
    inside = {name for family in families.values() for name in family.queues}

    def one(name: str, group: str, inside: bool) -> Choice:
        queue = found.queues[name]
        return Choice(name, [name], queue.figures, rows[name], queue.goal, group, inside)

    def together(
        label: str, names: Sequence[str], figures: Figures, rows: Sequence[Interval], group: str = ""
    ) -> Choice:
        return Choice(label, names, figures, rows, _shared_goal(found, names), group)

    if len(queues) > 1 or not rows:
        yield together(label("All queues"), queues, found.total.figures, found.interval_totals or ())
    yield from (one(name, "Queues", False) for name in queues if name in rows and name not in inside)
    for name, family in families.items():
        group, of = f"{label('Family')} {name}", family.queues
        yield together(f"{name} ({len(of)})", of, family.figures, family.intervals, group)
        yield from (one(queue, group, True) for queue in of if queue in rows)


def _shared_goal(found: RunResult, queues: Sequence[str]) -> Goal | None:
    """The goal of some queues where all have been promised the same."""
    goals = [found.queues[name].goal for name in queues]
    promises = {goal and (goal.answer, goal.within_s, goal.asa_at_most_s) for goal in goals}
    return goals[0] if len(promises) == 1 else None


def _limits(found: RunResult, choice: Choice) -> Columns:
    """What is promised of the queues of a choice, and of the groups that answer them: lines in charts."""
    goals = [found.groups[name].goal for name in _staff(found, choice.queues).groups]
    busy = {None if goal is None else goal.occupancy_at_most for goal in goals}
    return {
        "goal": choice.goal.answer if choice.goal else None,
        "asa_at_most": choice.goal.asa_at_most_s if choice.goal else None,
        "busy_at_most": busy.pop() if len(busy) == 1 else None,
    }


def drawn(found: RunResult, choice: Choice) -> Columns:
    """The columns of the charts: of the calls of some queues, and of the agents who are there for them."""
    rows = [row.figures for row in choice.rows]
    asa = [row["asa_s"] for row in rows]
    pool = _staff(found, choice.queues).intervals
    on_duty, required, _, busy = ([row.figures[key] for row in pool] for key in OF_POOLS)
    return {
        **columns([row.level(found.counted) for row in rows], "level", "share", band=True),
        **columns([row["offered"] for row in rows], "offered", "count"),
        **columns([row["answered"] for row in rows], "answered", "count"),
        **columns(on_duty, "on_duty", "count"),
        **columns(_of_those_on_duty(busy, on_duty, rows), "occupancy", "share", band=True),
        **(columns(asa, "asa", "seconds", band=True) if _waits_promised(found) else {}),
        **columns(required, "required", "count"),
        "waits": [rounded(choice.figures[key].mean, "share") for key in CLASSES],
    }


def _of_those_on_duty(
    busy: Sequence[Figure], on_duty: Sequence[Figure], rows: Sequence[Figures]
) -> list[Figure]:
    """Occupancy, but for intervals without calls in which only those are there who finish their last one."""
    few = _FEW_ON_DUTY * max((there.mean or 0.0 for there in on_duty), default=0.0)
    return [
        one if calls["offered"].mean or (there.mean or 0.0) >= few else Figure(None)
        for one, there, calls in zip(busy, on_duty, rows, strict=True)
    ]


def _about(found: RunResult, choice: Choice) -> str:
    """What a reader should know of a choice: its goal, and whom else its agents serve."""
    also = [name for name in _staff(found, choice.queues).queues if name not in set(choice.queues)]
    says = [f"{label('goal')} {promise(choice.goal)}"] if choice.goal else []
    if also:
        says.append(say("run.also_answer", queues=listed(also)))
    return label("; ").join(says)


def _staff(found: RunResult, queues: Sequence[str]) -> Pool:
    """The fewest agents that are there first for all of these queues."""
    wanted = set(queues)
    return min(
        (pool for pool in found.staffing or () if wanted <= set(pool.queues)),
        key=lambda pool: len(pool.queues),
    )


def _class(names: Sequence[str], k: int) -> str:
    """A class of waits in words: not at all, up to 5 s, …, over 10 min."""
    if k == 0:
        return say("run.not_at_all")
    if k == len(names) - 1:
        return f"{label('over')} {show_duration(float(names[k - 1]))}"
    return f"{label('to')} {show_duration(float(names[k]))}"
