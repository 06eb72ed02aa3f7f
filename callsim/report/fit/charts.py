"""The pictures of a fit: arrivals with their band, residuals, handling time, survival; a view a queue."""

from __future__ import annotations

import datetime

from callsim.history.fit.answer import FitAnswer, Queue, WeekSlot
from callsim.report.kit.charts import Chart, Data, Series, Values, View, rounded
from callsim.sentences import say

MOST_VIEWS = 60
WEEK = "2024-01-01"  # a Monday: the week that the arrivals are drawn over has no date of its own
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _arrivals() -> Chart:
    return Chart(
        say("fit.week"),
        "count",
        [
            Series(say("fit.week_calls"), "calls", band=True),
            Series(say("fit.week_fewest"), "fewest", colour=1),
            Series(say("fit.week_most"), "most", colour=2),
        ],
        says=say("fit.week_says"),
        wide=True,
    )


def _residuals() -> Chart:
    return Chart(
        say("fit.ranks"),
        "share",
        [
            Series(say("fit.ranks_share"), "ranks", "bar"),
            Series(say("fit.ranks_right"), "right", "bar", colour=1),
        ],
        says=say("fit.ranks_says"),
        x="tenth",
        x_title="tenth",
        kind="classes",
    )


def _covariance() -> Chart:
    return Chart(
        say("fit.lasts"),
        "count",
        [Series("history", "covariance"), Series("fitted", "fitted_covariance", "limit")],
        says=say("fit.lasts_says"),
        x="lag",
        x_title="intervals apart",
        kind="curve",
    )


def _times(title: str, part: str) -> Chart:
    return Chart(
        title,
        "share",
        [Series("history", part), Series("fitted", f"{part}_fitted", "limit")],
        says=say("fit.times_says"),
        x=f"{part}_at",
        x_title="seconds",
        kind="curve",
    )


def _patience() -> Chart:
    return Chart(
        "Patience",
        "share",
        [
            Series(say("fit.kaplan_meier"), "survival", band=True),
            Series("fitted", "survival_fitted", "limit"),
        ],
        says=say("fit.patience_says"),
        x="survival_at",
        x_title="seconds",
        kind="curve",
    )


def charts(found: FitAnswer) -> list[Chart]:
    """The charts for which there is something to draw."""
    queues = found.queues.values()
    drawn = [_arrivals()]
    if any(queue.arrivals.ranks for queue in queues):
        drawn.append(_residuals())
    if any(queue.arrivals.busyness for queue in queues):
        drawn.append(_covariance())
    if any(queue.talk.curve for queue in queues):
        drawn.append(_times("Talk time", "talk"))
    if any(queue.wrap.curve for queue in queues):
        drawn.append(_times("Wrap-up time", "wrap"))
    if any(queue.patience and queue.patience.curve for queue in queues):
        drawn.append(_patience())
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
