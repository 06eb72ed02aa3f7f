"""The pictures of a fit: arrivals with their band, residuals, handling time, survival; a view a queue."""

from __future__ import annotations

import datetime

from callsim.history.fit.answer import FitAnswer, Queue, WeekSlot
from callsim.report.kit.charts import Chart, Data, Series, Values, View, rounded

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


def charts(found: FitAnswer) -> list[Chart]:
    """The charts for which there is something to draw."""
    queues = found.queues.values()
    drawn = [ARRIVALS]
    if any(queue.arrivals.ranks for queue in queues):
        drawn.append(RESIDUALS)
    if any(queue.arrivals.busyness for queue in queues):
        drawn.append(COVARIANCE)
    if any(queue.talk.curve for queue in queues):
        drawn.append(TALK)
    if any(queue.wrap.curve for queue in queues):
        drawn.append(WRAP)
    if any(queue.patience and queue.patience.curve for queue in queues):
        drawn.append(PATIENCE)
    return drawn


def data(found: FitAnswer) -> Data:
    """What the page draws: a view for each queue, the largest first."""
    some = sorted(found.queues.items(), key=lambda item: -(item[1].offered or 0))[:MOST_VIEWS]
    views = [View(name, _columns(queue)) for name, queue in some]
    starts = [_moment(row) for row in some[0][1].arrivals.week] if some else []
    end = str(datetime.date.fromisoformat(WEEK) + datetime.timedelta(days=7))
    return Data(views, {"start": starts, "tenth": [f"{k + 1}." for k in range(10)]}, f"{end}T00:00")


def _moment(row: WeekSlot) -> str:
    date = datetime.date.fromisoformat(WEEK) + datetime.timedelta(days=DAYS.index(row.weekday))
    return f"{date}T{row.start}"


def _columns(queue: Queue) -> dict[str, Values]:
    week, ranks = queue.arrivals.week, queue.arrivals.ranks
    columns: dict[str, Values] = {
        "calls": [rounded(row.calls, "count") for row in week],
        "calls_low": [rounded(row.low, "count") for row in week],
        "calls_high": [rounded(row.high, "count") for row in week],
        "fewest": [rounded(row.fewest, "count") for row in week],
        "most": [rounded(row.most, "count") for row in week],
    }
    if ranks:
        columns |= {"ranks": [rounded(share, "share") for share in ranks], "right": [0.1] * 10}
    if busy := queue.arrivals.busyness:
        columns |= {
            "lag": list(range(len(busy.covariances))),
            "covariance": [_thousandths(value) for value in busy.covariances],
            "fitted_covariance": [_thousandths(value) for value in busy.fitted],
        }
    for part, times in (("talk", queue.talk), ("wrap", queue.wrap)):
        points = times.curve or ()
        columns |= {
            f"{part}_at": [rounded(point.at_s, "seconds") for point in points],
            part: [rounded(point.share, "share") for point in points],
            f"{part}_fitted": [rounded(point.fitted, "share") for point in points],
        }
    curve = queue.patience.curve if queue.patience else ()
    return columns | {
        "survival_at": [rounded(point.at_s, "seconds") for point in curve],
        "survival": [rounded(point.share, "share") for point in curve],
        "survival_low": [rounded(point.low, "share") for point in curve],
        "survival_high": [rounded(point.high, "share") for point in curve],
        "survival_fitted": [rounded(point.fitted, "share") for point in curve],
    }


def _thousandths(value: float | None) -> float | None:
    return None if value is None else rounded(1000 * value, "count")
