"""What the page of a run draws: one view of all queues, one of each family, one of each queue."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from callsim.report.kit.charts import Chart, Data, Heat, Series, View, columns, rounded
from callsim.report.kit.goals import listed, promise
from callsim.units import show_duration

MOST_CELLS = 15_000  # queue × interval; longer runs show each queue in the tables only

Found = Mapping[str, Any]
Rows = Sequence[Found]

SERVICE_LEVEL = Chart(
    "Service level",
    "share",
    [Series("service level", "level", band=True), Series("goal", "goal", "limit")],
    says="Calls answered in time, of those offered; shaded: the 95 % interval of the mean.",
    wide=True,
)
CALLS = Chart(
    "Offered and answered",
    "count",
    [Series("offered", "offered", "bar", colour=1), Series("answered", "answered", "bar")],
    says="Calls of each interval, the mean of all runs.",
)
WAITS = Chart(
    "How long answered calls waited",
    "share",
    [Series("share of answered calls", "waits", "bar")],
    says="From joining the queue until an agent answers.",
    x="classes",
    x_title="waited",
    kind="classes",
)
STAFF = Chart(
    "Staff against required",
    "count",
    [Series("agents on duty", "on_duty"), Series("required", "required", "limit")],
    says="Required: what Erlang A asks for each queue alone, of expected first calls, to reach its goal.",
)
OCCUPANCY = Chart(
    "Occupancy",
    "share",
    [Series("occupancy", "occupancy", band=True)],
    says="Time busy with calls (talk and wrap) of the time on duty.",
)
HEAT = Heat(
    "Where and when promises are kept",
    "level",
    "goal",
    says="Service level of each queue by interval: the stronger the colour, the further from its goal.",
)


def charts(found: Found) -> list[Chart]:
    """The charts for which there is something to draw."""
    level, staff = SERVICE_LEVEL, STAFF
    if found["runs"] == 1:
        level = replace(level, says=level.says.partition(";")[0] + ", in this one run.")
    if all(row["required"] is None for pool in found["staffing"] for row in pool["intervals"]):
        staff = replace(staff, title="Staff", says="Agents on duty.", series=staff.series[:1])
    return [level, CALLS, WAITS, staff, OCCUPANCY]


class Choice(NamedTuple):
    """What a reader may choose to see: some queues of a run, and their figures."""

    label: str
    queues: Sequence[str]
    figures: Found
    rows: Rows  # by interval
    goal: Found | None
    group: str = ""
    inside: bool = False


def data(found: Found) -> Data:
    """All that the page draws."""
    views = [
        View(
            one.label,
            drawn(found, one) | {"goal": one.goal["answer"] if one.goal else None},
            one.group,
            one.inside,
            _about(found, one),
        )
        for one in choices(found)
    ]
    return Data(views, shared_columns(found), end(found))


def shared_columns(found: Found) -> dict[str, list[str]]:
    """What stands along the bottom of the charts."""
    waits = list(found["total"]["waits"])
    return {
        "start": [row["start"] for row in found["interval_totals"]],
        "classes": [_class(waits, k) for k in range(len(waits))],
    }


def end(found: Found) -> str:
    """When the last interval ends."""
    first = datetime.datetime.fromisoformat(found["start"])
    return (first + datetime.timedelta(days=found["days"])).isoformat(timespec="minutes")


def choices(found: Found) -> Iterator[Choice]:
    """All queues, each queue, and each family before its queues; of very long runs not each queue."""
    rows: dict[str, list[Found]] = {}
    if len(found["intervals"]) <= MOST_CELLS:
        for row in found["intervals"]:
            rows.setdefault(row["queue"], []).append(row)
    queues = list(found["queues"])
    inside = {name for family in found["families"].values() for name in family["queues"]}

    def one(name: str, group: str, inside: bool) -> Choice:
        queue = found["queues"][name]
        return Choice(name, [name], queue, rows[name], queue.get("goal"), group, inside)

    def together(label: str, names: Sequence[str], figures: Found, rows: Rows, group: str = "") -> Choice:
        return Choice(label, names, figures, rows, _shared_goal(found, names), group)

    if len(queues) > 1 or not rows:
        yield together("All queues", queues, found["total"], found["interval_totals"])
    yield from (one(name, "Queues", False) for name in queues if name in rows and name not in inside)
    for name, family in found["families"].items():
        group, of = f"Family {name}", family["queues"]
        yield together(f"{name} ({len(of)})", of, family, family["intervals"], group)
        yield from (one(queue, group, True) for queue in of if queue in rows)


def _shared_goal(found: Found, queues: Sequence[str]) -> Found | None:
    """The goal of some queues where all have been promised the same."""
    goals = [found["queues"][name].get("goal") for name in queues]
    promises = {goal and (goal["answer"], goal["within_s"]) for goal in goals}
    return goals[0] if len(promises) == 1 else None


def drawn(found: Found, choice: Choice) -> dict[str, Any]:
    """The columns of the charts: of the calls of some queues, and of the agents who are there for them."""
    staff = _staff(found, choice.queues)["intervals"]
    return {
        **columns(choice.rows, "level", "share", f"service_level.{found['counted']}", band=True),
        **columns(choice.rows, "offered", "count"),
        **columns(choice.rows, "answered", "count"),
        **columns(staff, "on_duty", "count"),
        **columns(staff, "occupancy", "share", band=True),
        "required": [row["required"] for row in staff],
        "waits": [rounded(figure["mean"], "share") for figure in choice.figures["waits"].values()],
    }


def _about(found: Found, choice: Choice) -> str:
    """What a reader should know of a choice: its goal, and whom else its agents serve."""
    also = [name for name in _staff(found, choice.queues)["queues"] if name not in set(choice.queues)]
    says = [f"goal {promise(choice.goal)}"] if choice.goal else []
    if also:
        says.append(f"its agents also answer {listed(also)}")
    return "; ".join(says)


def _staff(found: Found, queues: Sequence[str]) -> Found:
    """The fewest agents that are there first for all of these queues."""
    wanted = set(queues)
    return min(
        (pool for pool in found["staffing"] if wanted <= set(pool["queues"])),
        key=lambda pool: len(pool["queues"]),
    )


def _class(names: Sequence[str], k: int) -> str:
    """A class of waits in words: not at all, up to 5 s, …, over 10 min."""
    if k == 0:
        return "not at all"
    if k == len(names) - 1:
        return f"over {show_duration(float(names[k - 1]))}"
    return f"to {show_duration(float(names[k]))}"
