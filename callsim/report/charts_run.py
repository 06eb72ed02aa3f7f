"""What the page of a run draws: one view of all queues, one of each family, one of each queue."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from callsim.report.charts import Chart, Data, Heat, Series, View, columns, rounded
from callsim.report.goals import listed, promise
from callsim.units import show_duration

MOST_CELLS = 15_000  # queue × interval; longer runs show each queue in the tables only

Found = Mapping[str, Any]
Rows = Sequence[Found]

SERVICE_LEVEL = Chart(
    "Service level",
    "share",
    [Series("service level", "level", band=True), Series("goal", "goal", "limit")],
    says="Calls answered in time, of those offered in each interval; shaded: the 95 % interval of the mean.",
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
CHARTS = (SERVICE_LEVEL, CALLS, WAITS, STAFF, OCCUPANCY)
HEAT = Heat(
    "Where and when promises are kept",
    "level",
    "goal",
    says="Service level of each queue by interval: the stronger the colour, the further from its goal.",
)


def data(found: Found) -> Data:
    """All that the page draws."""
    rows: dict[str, list[Found]] = {}
    for row in found["intervals"]:
        rows.setdefault(row["queue"], []).append(row)
    starts = [row["start"] for row in found["interval_totals"]]
    each = len(found["intervals"]) <= MOST_CELLS
    waits = list(found["total"]["waits"])
    return Data(
        list(_views(found, rows if each else {})),
        {"start": starts, "classes": [_class(waits, k) for k in range(len(waits))]},
        (datetime.datetime.fromisoformat(found["start"]) + datetime.timedelta(days=found["days"])).isoformat(
            timespec="minutes"
        ),
    )


def _views(found: Found, rows: Mapping[str, Rows]) -> Iterator[View]:
    queues = list(found["queues"])
    if len(queues) > 1 or not rows:
        goal = _shared_goal(found, queues)
        yield _view(found, "All queues", found["total"], found["interval_totals"], queues, goal)
    inside = {name for family in found["families"].values() for name in family["queues"]}
    for name in queues:
        if name in rows and name not in inside:
            yield _queue(found, name, rows, "Queues", False)
    for name, family in found["families"].items():
        group, of = f"Family {name}", family["queues"]
        goal = _shared_goal(found, of)
        yield _view(found, f"{name} ({len(of)})", family, family["intervals"], of, goal, group)
        for queue in of:
            if queue in rows:
                yield _queue(found, queue, rows, group, True)


def _shared_goal(found: Found, queues: Sequence[str]) -> Found | None:
    """The goal of some queues where all have been promised the same."""
    goals = [found["queues"][name].get("goal") for name in queues]
    promises = {goal and (goal["answer"], goal["within_s"]) for goal in goals}
    return goals[0] if len(promises) == 1 else None


def _queue(found: Found, name: str, rows: Mapping[str, Rows], group: str, inside: bool) -> View:
    queue = found["queues"][name]
    return _view(found, name, queue, rows[name], [name], queue.get("goal"), group, inside)


def _view(
    found: Found,
    label: str,
    figures: Found,
    rows: Rows,
    queues: Sequence[str],
    goal: Found | None,
    group: str = "",
    inside: bool = False,
) -> View:
    """One choice: the figures of some queues by interval, and of the agents who are there for them."""
    staff = _staff(found, queues)
    also = [name for name in staff["queues"] if name not in set(queues)]
    says = [f"goal {promise(goal)}"] if goal else []
    if also:
        says.append(f"its agents also answer {listed(also)}")
    return View(
        label,
        {
            **columns(rows, "level", "share", f"service_level.{found['counted']}", band=True),
            **columns(rows, "offered", "count"),
            **columns(rows, "answered", "count"),
            **columns(staff["intervals"], "on_duty", "count"),
            **columns(staff["intervals"], "occupancy", "share", band=True),
            "required": [row["required"] for row in staff["intervals"]],
            "waits": [rounded(figure["mean"], "share") for figure in figures["waits"].values()],
            "goal": None if goal is None else goal["answer"],
        },
        group,
        inside,
        "; ".join(says),
    )


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
