"""The report of a fit on a terminal: what was read, what fits how well, and what could not be known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.history.canonical import Note
from callsim.history.fit.answer import Dispersion, FitAnswer, Patience, Queue, Survived, Times
from callsim.report.fit import sentences
from callsim.report.kit import figures
from callsim.report.kit.page import written
from callsim.report.kit.tables import Column, Page, below, title
from callsim.results.measures import Figure
from callsim.sentences import label, say

MOST = 20  # queues of a table
SENTENCES = 3  # queues of which everything is said

Queues = Sequence[tuple[str, Queue]]


def report(found: FitAnswer, width: int, colour: bool = False) -> str:
    """The whole report, ready to be written."""
    return written(lambda page: _parts(found, page), width, colour)


def _parts(found: FitAnswer, page: Page) -> Iterator[RenderableType | None]:
    yield Group(Text(found.name, "bold"), Text(sentences.headline(found)))
    yield _listed(say("fit.read"), (_note(note) for note in found.notes))
    some = sorted(found.queues.items(), key=lambda item: -(item[1].offered or 0))
    shown, left = some[:MOST], len(some) - MOST
    yield _calls(shown, page)
    yield _days(shown, page)
    yield _busyness(shown, page)
    yield _times(shown, page)
    yield _ordinary(shown, page)
    yield _patience(shown, page)
    yield _survival(shown, page)
    if left > 0:
        yield below(say("pages.other_queues", n=left))
    for name, queue in some[:SENTENCES]:
        yield _listed(name if len(some) > 1 else say("fit.what_else"), _said(queue))
    yield _listed("Assumed", (f"{one.path}: {one.text}" for one in found.assumed))
    lines = [say("fit.writes"), f"callsim {found.version}"]
    lines += [say("pages.no_room", columns=one) for one in page.left_out]
    yield Text("\n".join(lines), "dim")


def _note(note: Note) -> str:
    return f"{note.kind}: {note.text}"


def _said(queue: Queue) -> Iterator[str]:
    yield from sentences.about_arrivals(queue)
    yield from sentences.about_times("talk", queue.talk)
    yield from sentences.about_times("wrap", queue.wrap)
    yield from sentences.about_patience(queue.patience)
    yield from sentences.about_redials(queue.redials)
    yield from sentences.about_certainty(queue)


def _listed(heading: str, lines: Iterable[str]) -> RenderableType | None:
    items = [Text(f"- {line}") for line in lines]
    return Group(title(heading), *items) if items else None


def _calls(queues: Queues, page: Page) -> RenderableType:
    levels = [queue.service_level for _, queue in queues]
    within = next((f"{level.within_s:g}" for level in levels if level), "")
    columns = [
        Column("queue", [name for name, _ in queues], names=True),
        Column("offered", [_count(queue.offered) for _, queue in queues]),
        Column("answered", [_count(queue.answered) for _, queue in queues]),
        Column("abandoned", [_percent(queue.abandoned_share) for _, queue in queues]),
        Column("ASA", [_seconds(queue.asa_s) for _, queue in queues]),
        Column("mean wait", [_seconds(queue.wait_s) for _, queue in queues], 2),
        Column("delayed", [_percent(queue.delayed_share) for _, queue in queues], 3),
        Column("AHT", [_seconds(queue.aht_s) for _, queue in queues]),
    ]
    if within:
        offered, answered = (
            [_percent(share) if share is not None else figures.NOTHING for share in shares]
            for shares in (
                [level.offered if level else None for level in levels],
                [level.answered if level else None for level in levels],
            )
        )
        columns += [
            Column(f"{label('in')} {within} s", offered),
            Column("of answered", answered, 1),
        ]
    return Group(title("The calls"), page.fitted("calls", columns))


def _days(queues: Queues, page: Page) -> RenderableType | None:
    rows = [
        (name, kind, kind.dispersion, kind.dispersion_without_outages)
        for name, queue in queues
        for kind in queue.arrivals.kinds_of_days
    ]
    differs = any(raw and clean and raw.by_slot != clean.by_slot for _, _, raw, clean in rows)
    columns = [
        Column("queue", [name for name, _, _, _ in rows], names=True),
        Column("days", [sentences.days(kind.weekdays) for _, kind, _, _ in rows], names=True),
        Column("open", [kind.open for _, kind, _, _ in rows]),
        Column("number", [_number(raw, lambda of: of.days, 0) for _, _, raw, _ in rows], 2),
        Column("mean", [_number(raw, lambda of: of.mean, 1) for _, _, raw, _ in rows]),
        Column("by slot", [_number(raw, lambda of: of.by_slot, 2) for _, _, raw, _ in rows]),
        Column("by weekday", [_number(raw, lambda of: of.by_weekday, 2) for _, _, raw, _ in rows]),
    ]
    if differs:
        columns.append(
            Column("no outages", [_number(clean, lambda of: of.by_weekday, 2) for _, _, _, clean in rows], 1)
        )
    heading = title(say("fit.calls_vary"), say("fit.calls_vary_about"))
    return Group(heading, page.fitted("days", columns))


def _busyness(queues: Queues, page: Page) -> RenderableType | None:
    rows = [(name, busy) for name, queue in queues if (busy := queue.arrivals.busyness) is not None]
    if not rows:
        return None
    columns = [
        Column("queue", [name for name, _ in rows], names=True),
        Column("day_cv", [_about(busy.day_cv, 100, " %", 1) for _, busy in rows]),
        Column("interval_cv", [_about(busy.interval_cv, 100, " %", 1) for _, busy in rows]),
        Column("correlation", [_about(busy.correlation, 1, "", 2) for _, busy in rows]),
        Column("sum", [_about(busy.excess, 1, "", 3) for _, busy in rows]),
    ]
    heading = title(say("fit.busy"), say("fit.busy_about"))
    return Group(heading, page.fitted("busyness", columns))


def _times(queues: Queues, page: Page) -> RenderableType | None:
    rows = [
        (name, part, times)
        for name, queue in queues
        for part, times in (("talk", queue.talk), ("wrap", queue.wrap))
        if times.mean_s is not None
    ]
    if not rows:
        return None
    best = [next(iter(times.candidates or ()), None) for _, _, times in rows]
    columns = [
        Column("queue", [name for name, _, _ in rows], names=True),
        Column("", [part for _, part, _ in rows], names=True),
        Column("mean", [_seconds(times.mean_s) for _, _, times in rows]),
        Column(say("fit.n_of_the_shape"), [_count(times.sample) for _, _, times in rows], 1),
        Column("family", [sentences.family(one) for one in best], names=True),
        Column("K–S", [_plain(one.distance if one else None, 3) for one in best], 1),
        Column("next K–S", [_next(times) for _, _, times in rows], 2),
    ]
    return Group(title(say("fit.long")), page.fitted("times", columns))


def _ordinary(queues: Queues, page: Page) -> RenderableType | None:
    rows = [
        (name, part, times, times.quantiles_s)
        for name, queue in queues
        for part, times in (("talk", queue.talk), ("wrap", queue.wrap))
        if times.quantiles_s
    ]
    if not rows:
        return None
    columns = [
        Column("queue", [name for name, *_ in rows], names=True),
        Column("", [label(part) for _, part, *_ in rows], names=True),
        Column("of", [_range(times) for _, _, times, _ in rows]),
        Column("mean", [_plain(times.sample_mean_s, 1) for _, _, times, _ in rows]),
        Column("cv", [_plain(times.sample_cv, 3) for _, _, times, _ in rows]),
        *(
            Column(words, [_plain(quantiles[part], 0) for *_, quantiles in rows])
            for part, words in (("p50", "median"), ("p90", "p90"), ("p99", "p99"))
        ),
    ]
    return Group(
        title(say("fit.ordinary"), label(", in seconds")), page.fitted(say("fit.of_the_shape"), columns)
    )


def _range(times: Times) -> str:
    ends = times.sample_range_s
    return label("all") if ends is None else f"{ends[0]:g}–{ends[1]:g} s"


def _next(times: Times) -> str:
    others = (times.candidates or [])[1:]
    return f"{others[0].family} {others[0].distance:.3f}" if others else figures.NOTHING


def _patience(queues: Queues, page: Page) -> RenderableType | None:
    rows = [(name, queue.patience) for name, queue in queues if queue.patience]
    rows = [(name, patience) for name, patience in rows if patience.candidates]
    if not rows:
        return None
    columns = [
        Column("queue", [name for name, _ in rows], names=True),
        Column("gave up", [_count(patience.abandoned) for _, patience in rows], 1),
        Column(
            "exponential mean", [_family(patience, "exponential", "mean_s", " s") for _, patience in rows]
        ),
        Column("Weibull shape", [_family(patience, "weibull", "shape", "") for _, patience in rows], 1),
        Column("scale", [_family(patience, "weibull", "scale_s", " s") for _, patience in rows], 1),
        Column(say("fit.in_the_scenario"), [patience.best or "" for _, patience in rows], names=True),
    ]
    return Group(title(say("fit.patient")), page.fitted("patience", columns))


def _survival(queues: Queues, page: Page) -> RenderableType | None:
    rows = [(name, queue.patience.survival) for name, queue in queues if queue.patience]
    rows = [(name, points) for name, points in rows if points]
    if not rows:
        return None
    columns = [
        Column("queue", [name for name, _ in rows], names=True),
        *(
            Column(f"{point.at_s} s", [_point(points[place]) for _, points in rows])
            for place, point in enumerate(rows[0][1])
        ),
    ]
    heading = title(say("fit.survival"), say("fit.survival_about"))
    return Group(heading, page.fitted("survival", columns))


def _point(point: Survived) -> str:
    if point.share is None:
        return figures.NOTHING
    return f"{point.share:.4f}" + ("*" if point.at_risk < 30 else "")


def _family(patience: Patience, family: str, parameter: str, unit: str) -> str:
    for one in patience.candidates:
        if one.family == family:
            error = one.errors.get(parameter)
            digits = 1 if unit else 3
            half = f" ± {1.96 * error:.{digits}f}" if error else ""
            return f"{one.parameters[parameter]:,.{digits}f}{half}{unit}"
    return figures.NOTHING


def _number(part: Dispersion | None, of: Callable[[Dispersion], float | None], digits: int) -> str:
    return figures.NOTHING if part is None else _plain(of(part), digits)


def _plain(value: float | None, digits: int) -> str:
    return figures.NOTHING if value is None else f"{value:,.{digits}f}"


def _count(value: float | None) -> str:
    return _plain(value, 0)


def _percent(value: float | None) -> str:
    return figures.percent(Figure(value))


def _seconds(value: float | None) -> str:
    return figures.seconds(Figure(value))


def _about(figure: Figure, times: float, unit: str, digits: int) -> str:
    """A figure and its interval, which needs a digit less: `22.3 % (8–28)`."""
    mean, low, high = figure.mean, figure.low, figure.high
    if mean is None or low is None or high is None:
        return figures.NOTHING
    less = max(digits - 1, 0)
    return f"{times * mean:.{digits}f}{unit} ({times * low:.{less}f}–{times * high:.{less}f})"
