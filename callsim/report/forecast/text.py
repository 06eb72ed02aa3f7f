"""The report of a forecast on a terminal: how many calls, how far off that may be, and which days differ."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.history.forecast.answer import Error, Finding, ForecastAnswer, Queue, Tested
from callsim.report.kit.figures import NOTHING
from callsim.report.kit.page import written
from callsim.report.kit.tables import Column, Page, below, title
from callsim.sentences import label, say

MOST = 20  # rows of a table


def report(found: ForecastAnswer, width: int, colour: bool = False) -> str:
    """The whole report, ready to be written."""
    return written(lambda page: _parts(found, page), width, colour)


def _parts(found: ForecastAnswer, page: Page) -> Iterator[RenderableType | None]:
    yield Group(Text(heading(found), "bold"), *(Text(line) for line in verdict(found)))
    yield _tested(found, page)
    yield _bands(found, page)
    yield _special(found, page)
    yield _noticed(found, page)
    yield _held_out(found, page)
    lines = [f"callsim {found.version}", *(say("pages.no_room", columns=left) for left in page.left_out)]
    yield Text("\n".join(lines), "dim")


def heading(found: ForecastAnswer) -> str:
    """Returns the first line: the days that are forecast, and the history."""
    history = found.history
    last = next(iter(found.queues.values())).by_day[-1].date
    return say("forecast.heading", start=found.from_, end=last, first=history.from_, last=history.to)


def verdict(found: ForecastAnswer) -> Iterator[str]:
    """Calls a day and the error of the nearest days of each queue, the largest queues first."""
    queues = _largest(found)
    for name, queue in queues[:3]:
        first, calls = queue.tested[0], queue.offered_per_day
        if not first.days_tested:
            yield say("forecast.not_known", queue=name, calls=calls)
            continue
        yield say(
            "forecast.verdict",
            queue=name,
            calls=calls,
            error=_pair(first.error),
            horizon=label(first.horizon),
            simple=_pair(first.mean_of_four),
        )
    if len(queues) > 3:
        yield say("forecast.more_queues", n=len(queues) - 3)


def _pair(error: Error) -> str:
    return say("forecast.off", interval=percent(error.interval), day=percent(error.day))


def percent(share: float | None) -> str:
    """A share, or nothing where none is known."""
    return NOTHING if share is None else f"{share * 100:.1f} %"


def correlation(queue: Queue) -> str:
    """The correlation of intervals of a queue."""
    value = queue.busyness.interval_correlation
    return NOTHING if value is None else f"{value:.2f}"


def tested_rows(found: ForecastAnswer) -> list[tuple[str, Tested]]:
    """Each queue's horizons: the queue's name, and what was tested."""
    return [(name, part) for name, queue in _largest(found) for part in queue.tested]


def _largest(found: ForecastAnswer) -> list[tuple[str, Queue]]:
    return sorted(found.queues.items(), key=lambda item: -item[1].offered)


def _tested(found: ForecastAnswer, page: Page) -> RenderableType:
    rows = tested_rows(found)
    shown = rows[:MOST]

    def column(head: str, of: Callable[[Tested], float | None], need: int = 0) -> Column:
        return Column(head, [percent(of(part)) for _, part in shown], need)

    table = page.fitted(
        "errors",
        [
            Column("queue", [name for name, _ in shown], names=True),
            Column("up to", [label(part.horizon) for _, part in shown]),
            column("interval", lambda part: part.error.interval),
            column(say("forecast.mean_of_four"), lambda part: part.mean_of_four.interval, 1),
            column("last week", lambda part: part.last_week.interval, 4),
            column("chance alone", lambda part: part.chance_alone.interval, 2),
            column("day", lambda part: part.error.day),
            column(say("forecast.mean_of_four"), lambda part: part.mean_of_four.day, 3),
            Column("model", [label(part.model) for _, part in shown], 5),
        ],
    )
    more = [below(say("pages.other_rows", n=len(rows) - MOST))] if len(rows) > MOST else []
    return Group(title("Errors", say("forecast.errors_text")), table, *more)


def _bands(found: ForecastAnswer, page: Page) -> RenderableType:
    queues = _largest(found)
    shown = queues[:MOST]
    inside = [queue.tested[0].inside for _, queue in shown]
    table = page.fitted(
        "busyness",
        [
            Column("queue", [name for name, _ in shown], names=True),
            Column("day_cv", [percent(queue.busyness.day_cv) for _, queue in shown]),
            Column("interval_cv", [percent(queue.busyness.interval_cv) for _, queue in shown]),
            Column(
                "interval_correlation",
                [correlation(queue) for _, queue in shown],
            ),
            Column("inside 80 %", [percent(one.interval["80"]) for one in inside], 2),
            Column("inside 95 %", [percent(one.interval["95"]) for one in inside], 1),
        ],
    )
    more = [below(say("pages.other_queues", n=len(queues) - MOST))] if len(queues) > MOST else []
    return Group(title(say("forecast.busyness"), say("forecast.busyness_text")), table, *more)


def special_rows(found: ForecastAnswer) -> list[tuple[str, str, str, str, str]]:
    """The days ahead that are not ordinary: date, weekday, name, calls beside ordinary ones, from what."""
    days = [(day.date, name, day) for name, queue in _largest(found) for day in queue.special_days]
    days.sort(key=lambda row: row[0])
    rows = []
    for date, of in groupby(days, key=lambda row: row[0]):
        some = [day for _, _, day in of]
        times = [day.times for day in some if day.times is not None]
        if any(day.given for day in some):
            basis = "given"
        elif all(day.assumed for day in some):
            basis = say("forecast.assumed")
        else:
            seen = max(day.seen for day in some)
            basis = say("forecast.seen", n=seen)
        span = NOTHING
        if times:
            low, high = f"{min(times):.2f}", f"{max(times):.2f}"
            span = f"× {low}" if low == high else say("forecast.times", low=low, high=high)
        rows.append((date, some[0].weekday, some[0].name, span, basis))
    return rows


def _special(found: ForecastAnswer, page: Page) -> RenderableType | None:
    rows = special_rows(found)
    if not rows:
        return None
    shown = rows[:MOST]
    heads = ("date", "", "day", "calls", "known from")
    columns = [
        Column(head, [row[place] for row in shown], names=place in (2, 4)) for place, head in enumerate(heads)
    ]
    more = [below(say("pages.other_days", n=len(rows) - MOST))] if len(rows) > MOST else []
    heading = title(say("forecast.special"), " " + say("forecast.relative"))
    return Group(heading, page.fitted("days", columns), *more)


def noticed_rows(found: ForecastAnswer) -> list[tuple[str, str, str, str, str]]:
    """Returns the findings in the histories: queue, date, clock times, what, calls beside usual ones.

    Days without rows that follow each other are one row.
    """
    rows = []
    for name, queue in found.queues.items():
        for some in _in_rows(queue.found):
            one, last = some[0], some[-1]
            what = _in_words(one.what)
            if one.day_left_out:
                what = say("forecast.left_out", found=what)
            date = one.date if one is last else say("lists.span", first=one.date, last=last.date)
            calls = NOTHING if one.calls is None else f"{sum(each.calls or 0.0 for each in some):,.0f}"
            usual = f"{sum(each.usual or 0.0 for each in some):,.0f}"
            beside = say("forecast.beside_usual", calls=calls, usual=usual)
            rows.append((name, date, f"{one.from_}–{one.to}", what, beside))
    return rows


def _in_words(what: str) -> str:
    """What was found in the history, in words."""
    words = {
        "no rows": say("forecast.no_rows"),
        "no calls": say("forecast.no_calls"),
        "outage": say("forecast.outage"),
        "missing": say("forecast.missing"),
        "spike": say("forecast.spike"),
    }
    return words[what]


def notes(found: ForecastAnswer) -> Iterator[str]:
    """Returns sentences on how the files were read."""
    if found.owner == "end":
        yield say("forecast.by_end")
    for note in found.notes:
        yield f"{note.kind}: {note.text}"


def _in_rows(found: Sequence[Finding]) -> Iterator[list[Finding]]:
    """Runs of days without rows; everything else alone. A run may pass over two days, as weekends are."""
    run: list[Finding] = []
    for one in found:
        near = run and (_day(one) - _day(run[-1])).days <= 3
        if near and one.what == run[-1].what == "no rows":
            run.append(one)
            continue
        if run:
            yield run
        run = [one]
    if run:
        yield run


def _day(one: Finding) -> datetime.date:
    return datetime.date.fromisoformat(one.date)


def _noticed(found: ForecastAnswer, page: Page) -> RenderableType | None:
    rows = noticed_rows(found)
    empty = {name: queue.taken_for_empty for name, queue in found.queues.items() if queue.taken_for_empty}
    said = [
        Text(say("forecast.taken_for_empty", queue=name, intervals=many), "dim")
        for name, many in empty.items()
    ]
    said += [Text(line, "dim") for line in notes(found)]
    if not rows and not said:
        return None
    if not rows:
        return Group(title(say("forecast.found")), *said[:MOST])
    shown = rows[-MOST:]
    heads = ("queue", "date", "time", "what", say("forecast.for_usual"))
    columns = [
        Column(head, [row[place] for row in shown], names=place in (0, 3)) for place, head in enumerate(heads)
    ]
    more = [below(say("pages.other_rows", n=len(rows) - MOST))] if len(rows) > MOST else []
    about = ", the latest" if more else ""
    return Group(title(say("forecast.found"), about), page.fitted("findings", columns), *more, *said[:MOST])


def _held_out(found: ForecastAnswer, page: Page) -> RenderableType | None:
    held = [(name, queue.held_out) for name, queue in _largest(found) if queue.held_out]
    if not held:
        return None
    shown = held[:MOST]
    columns = [
        Column("queue", [name for name, _ in shown], names=True),
        Column("days", [str(one.days) for _, one in shown]),
        Column("interval", [percent(one.error.interval) for _, one in shown]),
        Column("day", [percent(one.error.day) for _, one in shown]),
        Column("inside 95 %", [percent(one.inside.interval["95"]) for _, one in shown]),
    ]
    heading = title(say("forecast.held_out"), say("forecast.held_out_about"))
    return Group(heading, page.fitted("held out", columns))
