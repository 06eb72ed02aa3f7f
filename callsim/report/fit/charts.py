"""The pictures of a fit: arrivals with their band, residuals, handling time, survival; a view a queue."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from callsim.report.kit.charts import Chart, Data, Series, View, rounded

MOST_VIEWS = 60
WEEK = "2024-01-01"  # a Monday: the week that the arrivals are drawn over has no date of its own
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

ARRIVALS = Chart(
    "Calls by weekday and interval",
    "count",
    [
        Series("calls in the scenario", "calls", band=True),
        Series("fewest of any such day", "fewest", colour=1),
        Series("most of any such day", "most", colour=2),
    ],
    says="Shaded: where 95 % of days should lie. The dates are those of any week.",
    wide=True,
)
RESIDUALS = Chart(
    "Where real counts lie in the range of the model",
    "share",
    [Series("share of intervals", "ranks", "bar"), Series("were the model right", "right", "bar", colour=1)],
    says="From the quietest tenth to the busiest: a tenth each, were the model right.",
    x="tenth",
    x_title="tenth",
    kind="classes",
)
COVARIANCE = Chart(
    "How long busyness lasts",
    "count",
    [Series("history", "covariance"), Series("fitted", "fitted_covariance", "limit")],
    says="Covariance of two intervals of a day beyond chance ÷ their means, in thousandths.",
    x="lag",
    x_title="intervals apart",
    kind="curve",
)
TALK = Chart(
    "Talk time",
    "share",
    [Series("history", "talk"), Series("fitted", "talk_fitted", "limit")],
    says="The share of calls that takes longer.",
    x="talk_at",
    x_title="seconds",
    kind="curve",
)
WRAP = Chart(
    "Wrap-up time",
    "share",
    [Series("history", "wrap"), Series("fitted", "wrap_fitted", "limit")],
    says="The share of calls that takes longer.",
    x="wrap_at",
    x_title="seconds",
    kind="curve",
)
PATIENCE = Chart(
    "Patience",
    "share",
    [Series("Kaplan and Meier", "survival", band=True), Series("fitted", "survival_fitted", "limit")],
    says="The share of callers who would wait longer, as far as at least 30 of them did wait.",
    x="survival_at",
    x_title="seconds",
    kind="curve",
)

Found = Mapping[str, Any]


def charts(found: Found) -> list[Chart]:
    """The charts for which there is something to draw."""
    queues = found["queues"].values()
    drawn = [ARRIVALS]
    if any(queue["arrivals"]["ranks"] for queue in queues):
        drawn.append(RESIDUALS)
    if any(queue["arrivals"]["busyness"] for queue in queues):
        drawn.append(COVARIANCE)
    for chart, part in ((TALK, "talk"), (WRAP, "wrap"), (PATIENCE, "patience")):
        if any(queue[part] and queue[part].get("curve") for queue in queues):
            drawn.append(chart)
    return drawn


def data(found: Found) -> Data:
    """What the page draws: a view for each queue, the largest first."""
    some = sorted(found["queues"].items(), key=lambda item: -(item[1]["offered"] or 0))[:MOST_VIEWS]
    views = [View(name, _columns(queue)) for name, queue in some]
    starts = [_moment(row) for row in some[0][1]["arrivals"]["week"]] if some else []
    end = str(datetime.date.fromisoformat(WEEK) + datetime.timedelta(days=7))
    return Data(views, {"start": starts, "tenth": [f"{k + 1}." for k in range(10)]}, f"{end}T00:00")


def _moment(row: Found) -> str:
    date = datetime.date.fromisoformat(WEEK) + datetime.timedelta(days=DAYS.index(row["weekday"]))
    return f"{date}T{row['start']}"


def _columns(queue: Found) -> dict[str, Any]:
    week, ranks = queue["arrivals"]["week"], queue["arrivals"]["ranks"]
    columns: dict[str, Any] = {
        name: [rounded(row[of], "count") for row in week]
        for name, of in (
            ("calls", "calls"),
            ("calls_low", "low"),
            ("calls_high", "high"),
            ("fewest", "fewest"),
            ("most", "most"),
        )
    }
    if ranks:
        columns |= {"ranks": [rounded(share, "share") for share in ranks], "right": [0.1] * 10}
    if busy := queue["arrivals"]["busyness"]:
        columns["lag"] = list(range(len(busy["covariances"])))
        for name, of in (("covariance", "covariances"), ("fitted_covariance", "fitted")):
            columns[name] = [rounded(1000 * value, "count") for value in busy[of]]
    for part in ("talk", "wrap"):
        curve = queue[part].get("curve") or []
        columns[f"{part}_at"] = [rounded(point["at_s"], "seconds") for point in curve]
        columns[part] = [rounded(point["share"], "share") for point in curve]
        columns[f"{part}_fitted"] = [rounded(point["fitted"], "share") for point in curve]
    curve = queue["patience"]["curve"] if queue["patience"] else []
    columns["survival_at"] = [rounded(point["at_s"], "seconds") for point in curve]
    for name, of in (("", "share"), ("_low", "low"), ("_high", "high"), ("_fitted", "fitted")):
        columns[f"survival{name}"] = [rounded(point[of], "share") for point in curve]
    return columns
