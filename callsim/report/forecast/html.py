"""The page of a forecast: calls day by day with their bands, errors beside naive ones, days that differ."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence

from callsim.history.forecast.answer import Day, Error, ForecastAnswer, Interval, Queue, Tested
from callsim.report.forecast.text import (
    correlation,
    heading,
    notes,
    noticed_rows,
    percent,
    special_rows,
    tested_rows,
    verdict,
)
from callsim.report.kit.charts import Chart, Data, Series, View, rounded
from callsim.report.kit.html_page import Cell, Chooser, Facts, Section, Sheet, Table, Text, Verdict
from callsim.report.kit.verdicts import Tone
from callsim.scenario.words.by_day import WEEKDAYS
from callsim.sentences import label, say


def _calls() -> Chart:
    return Chart(
        say("forecast.calls"),
        "count",
        [Series("calls", "calls", "bar", colour=1), Series("forecast", "expected", band=True)],
        says=say("forecast.calls_says"),
        wide=True,
    )


def _how_far() -> Chart:
    return Chart(
        say("forecast.how_far"),
        "share",
        [Series("error", "errors", "bar")],
        says=say("forecast.how_far_says"),
        x="what",
        x_title="what",
        kind="classes",
        wide=True,
    )


def _ordinary() -> Chart:
    return Chart(
        say("forecast.day"),
        "count",
        [
            Series(say("forecast.day_working"), "working", band=True),
            Series("Saturday", "saturday", colour=1),
            Series("Sunday", "sunday", colour=2),
        ],
        says=say("forecast.day_says"),
        x="hour",
        x_title=say("forecast.day_hour"),
        kind="curve",
        wide=True,
    )


def _methods() -> Sequence[tuple[str, Callable[[Tested], Error]]]:
    return (
        ("this forecast", lambda part: part.error),
        (say("forecast.last_four"), lambda part: part.mean_of_four),
        (say("forecast.last_week"), lambda part: part.last_week),
        ("chance alone", lambda part: part.chance_alone),
    )


def page(found: ForecastAnswer) -> Sheet:
    """The page."""
    return Sheet(label("Forecast"), list(_sections(found)), data(found), f"callsim {found.version}")


def _sections(found: ForecastAnswer) -> Iterator[Section]:
    tone: Tone = "close" if found.warnings else "good"
    yield Section("", [Verdict(tone, heading(found) + ".", [*verdict(found), *found.warnings])])
    yield Section(say("forecast.calls_and_errors"), [Chooser("Queue"), _calls(), _ordinary(), _how_far()])
    yield Section("Errors", [_errors(found)], say("forecast.errors_page"))
    yield Section(say("forecast.busyness"), [_busyness(found)], say("forecast.busyness_page"))
    days: list[Sequence[Cell]] = [list(row) for row in special_rows(found)]
    if days:
        head = ["date", "", "day", say("forecast.relative"), "known from"]
        yield Section(say("forecast.special"), [Table(head, days, names=3)])
    rows: list[Sequence[Cell]] = [list(row) for row in noticed_rows(found)]
    if rows:
        head = ["queue", "date", "time", "what", say("forecast.for_usual")]
        yield Section(say("forecast.found"), [Table(head, rows, names=4)])
    said = [("reading", line) for line in notes(found)]
    empty = sum(queue.taken_for_empty for queue in found.queues.values())
    facts = [
        ("files", ", ".join(found.files) or label("none")),
        ("public holidays", found.holidays or label("none given")),
        (say("forecast.empty"), f"{empty:,}"),
        *said,
        ("callsim", found.version),
    ]
    yield Section(say("pages.how_made"), [Facts(facts), Text(say("forecast.models"), small=True)])


def data(found: ForecastAnswer) -> Data:
    """A view of each queue: its last weeks and the days ahead, and its errors by horizon."""
    queues = found.queues
    before = {day.date for queue in queues.values() for day in queue.before}
    dates = sorted(before | {day.date for queue in queues.values() for day in queue.by_day})
    end = datetime.date.fromisoformat(dates[-1]) + datetime.timedelta(days=1)
    first = next(iter(queues.values()))
    what = [f"{label(part.horizon)}{label(': ')}{name}" for part in first.tested for name, _ in _methods()]
    intervals = _by_queue(found)
    views = [
        View(name, _columns(queue, dates) | _day(queue, intervals[name])) for name, queue in queues.items()
    ]
    slots = round(86_400 / found.interval_s)
    hours = [rounded(slot * 24 / slots, "seconds") for slot in range(slots)]
    return Data(views, {"start": dates, "what": what, "hour": hours}, str(end))


Ahead = Day | Interval
Of = Callable[[Ahead], float | None]


def _offered(row: Ahead) -> float | None:
    return row.offered


def _low(row: Ahead) -> float | None:
    return row.low_95


def _high(row: Ahead) -> float | None:
    return row.high_95


def _by_queue(found: ForecastAnswer) -> dict[str, list[Interval]]:
    """The intervals of each queue, in the order of time."""
    rows: dict[str, list[Interval]] = {name: [] for name in found.queues}
    for row in found.intervals:
        rows[row.queue].append(row)
    return rows


def _day(queue: Queue, rows: Sequence[Interval]) -> dict[str, list[float | None]]:
    """Means of ordinary days ahead by interval: Monday to Friday with its band, Saturday, Sunday."""
    days = queue.by_day
    slots = len(rows) // len(days)
    special = {day.date for day in queue.special_days}

    def mean(weekdays: Sequence[str], of: Of) -> list[float | None]:
        chosen = [k for k, day in enumerate(days) if day.weekday in weekdays and day.date not in special]
        by_slot = [[of(rows[k * slots + slot]) for k in chosen] for slot in range(slots)]
        known = [[each for each in some if each is not None] for some in by_slot]
        return [
            rounded(sum(there) / len(there), "count") if there and len(there) == len(some) else None
            for there, some in zip(known, by_slot, strict=True)
        ]

    working = WEEKDAYS[:5]
    return {
        "working": mean(working, _offered),
        "working_low": mean(working, _low),
        "working_high": mean(working, _high),
        "saturday": mean(WEEKDAYS[5:6], _offered),
        "sunday": mean(WEEKDAYS[6:], _offered),
    }


def _columns(queue: Queue, dates: Sequence[str]) -> dict[str, list[float | None]]:
    before = {day.date: day.offered for day in queue.before}
    ahead = {day.date: day for day in queue.by_day}

    def column(of: Of) -> list[float | None]:
        return [rounded(of(ahead[date]), "count") if date in ahead else None for date in dates]

    return {
        "calls": [rounded(before.get(date), "count") for date in dates],
        "expected": column(_offered),
        "expected_low": column(_low),
        "expected_high": column(_high),
        "errors": [rounded(of(part).interval, "share") for part in queue.tested for _, of in _methods()],
    }


def _errors(found: ForecastAnswer) -> Table:
    head = [
        "queue",
        "up to",
        "model",
        "interval",
        say("forecast.mean_of_four"),
        "chance",
        "day",
        say("forecast.mean_of_four"),
        "95 % held",
    ]
    rows: list[Sequence[Cell]] = [
        [
            name,
            label(part.horizon),
            label(part.model),
            percent(part.error.interval),
            percent(part.mean_of_four.interval),
            percent(part.chance_alone.interval),
            percent(part.error.day),
            percent(part.mean_of_four.day),
            percent(part.inside.interval["95"]),
        ]
        for name, part in tested_rows(found)
    ]
    return Table(head, rows, names=3)


def _busyness(found: ForecastAnswer) -> Table:
    rows: list[Sequence[Cell]] = [
        [
            name,
            percent(queue.busyness.day_cv),
            percent(queue.busyness.interval_cv),
            correlation(queue),
        ]
        for name, queue in found.queues.items()
    ]
    return Table(["queue", "day_cv", "interval_cv", "interval_correlation"], rows)
