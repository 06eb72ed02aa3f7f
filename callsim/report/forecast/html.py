"""The page of a forecast: calls day by day with their bands, errors beside naive ones, days that differ."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from callsim.report.forecast.text import heading, noticed_rows, percent, special_rows, tested_rows, verdict
from callsim.report.kit.charts import Chart, Data, Series, View, rounded
from callsim.report.kit.html_page import Cell, Chooser, Facts, Section, Table, Text, Verdict
from callsim.report.kit.html_page import page as file_of

Found = Mapping[str, Any]

CALLS = Chart(
    "Calls a day",
    "count",
    [Series("calls", "calls", "bar", colour=1), Series("forecast", "expected", band=True)],
    says="Bars: the last weeks of the history. Shaded: where 95 of 100 days should lie.",
    wide=True,
)
ERRORS = Chart(
    "How far off, per interval",
    "share",
    [Series("error", "errors", "bar")],
    says="|forecast − calls| ÷ calls in the rolling test. Chance alone: every mean is known.",
    x="what",
    x_title="what",
    kind="classes",
    wide=True,
)
_METHODS = (
    ("this forecast", "error"),
    ("mean of the last four", "mean_of_four"),
    ("same weekday last week", "last_week"),
    ("chance alone", "chance_alone"),
)


def page(found: Found) -> str:
    """The file."""
    return file_of("Forecast", list(_sections(found)), data(found), f"callsim {found['version']}")


def _sections(found: Found) -> Iterator[Section]:
    tone: Any = "close" if found["warnings"] else "good"
    yield Section("", [Verdict(tone, heading(found) + ".", [*verdict(found), *found["warnings"]])])
    yield Section("Calls and errors", [Chooser("Queue"), CALLS, ERRORS])
    yield Section(
        "Errors",
        [_errors(found)],
        "Σ |forecast − calls| ÷ Σ calls of a rolling test: each weekly origin knows only the days before it.",
    )
    yield Section(
        "Busyness of the forecast error",
        [_busyness(found)],
        "How far off ordinary days and their intervals were beyond chance, as a scenario plays it.",
    )
    days: list[Sequence[Cell]] = [list(row) for row in special_rows(found)]
    if days:
        head = ["date", "", "day", "calls relative to an ordinary day", "known from"]
        yield Section("Days that are not ordinary", [Table(head, days, names=3)])
    rows: list[Sequence[Cell]] = [list(row) for row in noticed_rows(found)]
    if rows:
        head = ["queue", "date", "time", "what", "calls for usual ones"]
        yield Section("What was found in the history", [Table(head, rows, names=4)])
    empty = sum(queue["taken_for_empty"] for queue in found["queues"].values())
    facts = [
        ("files", ", ".join(found["files"]) or "none"),
        ("public holidays", found["holidays"] or "none given"),
        ("intervals without a row taken for empty", f"{empty:,}"),
        ("callsim", found["version"]),
    ]
    yield Section("How it was made", [Facts(facts), Text(_HOW, small=True)])


_HOW = (
    "Models: a level times a weekday's shape; singular values of square roots (Shen and Huang 2008); both. "
    "Each with and without the place in the month; the rolling test chooses, by horizon and queue."
)


def data(found: Found) -> Data:
    """A view of each queue: its last weeks and the days ahead, and its errors by horizon."""
    queues = found["queues"]
    dates = sorted({day["date"] for queue in queues.values() for day in (*queue["before"], *queue["by_day"])})
    end = datetime.date.fromisoformat(dates[-1]) + datetime.timedelta(days=1)
    first = next(iter(queues.values()))
    what = [f"{part['horizon']}: {name}" for part in first["tested"] for name, _ in _METHODS]
    views = [View(name, _columns(queue, dates)) for name, queue in queues.items()]
    return Data(views, {"start": dates, "what": what}, str(end))


def _columns(queue: Found, dates: Sequence[str]) -> dict[str, list[float | None]]:
    before = {day["date"]: day["offered"] for day in queue["before"]}
    ahead = {day["date"]: day for day in queue["by_day"]}

    def column(key: str) -> list[float | None]:
        return [rounded(ahead[date][key], "count") if date in ahead else None for date in dates]

    return {
        "calls": [rounded(before.get(date), "count") for date in dates],
        "expected": column("offered"),
        "expected_low": column("low_95"),
        "expected_high": column("high_95"),
        "errors": [
            rounded(part[key]["interval"], "share") for part in queue["tested"] for _, key in _METHODS
        ],
    }


def _errors(found: Found) -> Table:
    head = [
        "queue",
        "up to",
        "model",
        "interval",
        "mean of four",
        "chance",
        "day",
        "mean of four",
        "95 % held",
    ]
    rows: list[Sequence[Cell]] = [
        [
            name,
            part["horizon"],
            part["model"],
            percent(part["error"]["interval"]),
            percent(part["mean_of_four"]["interval"]),
            percent(part["chance_alone"]["interval"]),
            percent(part["error"]["day"]),
            percent(part["mean_of_four"]["day"]),
            percent(part["inside"]["interval"]["95"]),
        ]
        for name, part in tested_rows(found)
    ]
    return Table(head, rows, names=3)


def _busyness(found: Found) -> Table:
    rows: list[Sequence[Cell]] = [
        [
            name,
            percent(queue["busyness"]["day_cv"]),
            percent(queue["busyness"]["interval_cv"]),
            f"{queue['busyness']['interval_correlation']:.2f}",
        ]
        for name, queue in found["queues"].items()
    ]
    return Table(["queue", "day_cv", "interval_cv", "interval_correlation"], rows)
