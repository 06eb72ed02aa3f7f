"""The report of a fit on a terminal: what was read, what fits how well, and what could not be known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.fit import sentences
from callsim.report.kit import figures
from callsim.report.kit.page import written
from callsim.report.kit.tables import Column, Page, others, title
from callsim.results.measures import Figure

MOST = 20  # queues of a table
SENTENCES = 3  # queues of which everything is said

Found = Mapping[str, Any]
Queues = list[tuple[str, Found]]


def report(found: Found, width: int, colour: bool = False) -> str:
    """The whole report, ready to be written."""
    return written(lambda page: _parts(found, page), width, colour)


def _parts(found: Found, page: Page) -> Iterator[RenderableType | None]:
    yield Group(Text(found["name"], "bold"), Text(sentences.headline(found)))
    yield _listed("What was read", (_note(note) for note in found["notes"]))
    some = sorted(found["queues"].items(), key=lambda item: -(item[1]["offered"] or 0))
    shown, left = some[:MOST], len(some) - MOST
    yield _calls(shown, page)
    yield _days(shown, page)
    yield _busyness(shown, page)
    yield _times(shown, page)
    yield _ordinary(shown, page)
    yield _patience(shown, page)
    yield _survival(shown, page)
    if left > 0:
        yield others(left, "queue")
    for name, queue in some[:SENTENCES]:
        yield _listed(name if len(some) > 1 else "What else there is to know", _said(queue))
    yield _listed("Assumed", (f"{one['path']}: {one['text']}" for one in found["assumed"]))
    lines = ["callsim fit … --out plan.yaml writes the scenario", f"callsim {found['version']}"]
    lines += [f"No room for {one}" for one in page.left_out]
    yield Text("\n".join(lines), "dim")


def _note(note: Found) -> str:
    return f"{note['kind']}: {note['text']}"


def _said(queue: Found) -> Iterator[str]:
    yield from sentences.about_arrivals(queue)
    for name in ("talk", "wrap"):
        yield from sentences.about_times(name, queue[name])
    yield from sentences.about_patience(queue["patience"])
    yield from sentences.about_redials(queue["redials"])


def _listed(heading: str, lines: Iterable[str]) -> RenderableType | None:
    items = [Text(f"- {line}") for line in lines]
    return Group(title(heading), *items) if items else None


def _calls(queues: Queues, page: Page) -> RenderableType:
    levels = [queue["service_level"] for _, queue in queues]
    within = next((f"{level['within_s']:g}" for level in levels if level), "")
    columns = [
        Column("queue", [name for name, _ in queues], names=True),
        Column("offered", [_count(queue["offered"]) for _, queue in queues]),
        Column("answered", [_count(queue["answered"]) for _, queue in queues]),
        Column("abandoned", [_percent(queue["abandoned_share"]) for _, queue in queues]),
        Column("ASA", [_seconds(queue["asa_s"]) for _, queue in queues]),
        Column("mean wait", [_seconds(queue["wait_s"]) for _, queue in queues], 2),
        Column("delayed", [_percent(queue["delayed_share"]) for _, queue in queues], 3),
        Column("AHT", [_seconds(queue["aht_s"]) for _, queue in queues]),
    ]
    if within:
        offered, answered = (
            [_percent(level[formula]) if level else figures.NOTHING for level in levels]
            for formula in ("offered", "answered")
        )
        columns += [
            Column(f"in {within} s", offered),
            Column("of answered", answered, 1),
        ]
    return Group(title("The calls"), page.fitted("calls", columns))


def _days(queues: Queues, page: Page) -> RenderableType | None:
    rows = [
        (name, kind, kind["dispersion"], kind["dispersion_without_outages"])
        for name, queue in queues
        for kind in queue["arrivals"]["kinds_of_days"]
    ]
    differs = any(raw and clean and raw["by_slot"] != clean["by_slot"] for _, _, raw, clean in rows)
    columns = [
        Column("queue", [name for name, _, _, _ in rows], names=True),
        Column("days", [sentences.days(kind["weekdays"]) for _, kind, _, _ in rows], names=True),
        Column("open", [kind["open"] for _, kind, _, _ in rows]),
        Column("number", [_number(raw, "days", 0) for _, _, raw, _ in rows], 2),
        Column("mean", [_number(raw, "mean", 1) for _, _, raw, _ in rows]),
        Column("by slot", [_number(raw, "by_slot", 2) for _, _, raw, _ in rows]),
        Column("by weekday", [_number(raw, "by_weekday", 2) for _, _, raw, _ in rows]),
    ]
    if differs:
        columns.append(Column("no outages", [_number(clean, "by_weekday", 2) for _, _, _, clean in rows], 1))
    about = "; calls an interval, and their variance ÷ mean: 1 is chance alone"
    return Group(title("How calls vary from day to day", about), page.fitted("days", columns))


def _busyness(queues: Queues, page: Page) -> RenderableType | None:
    rows = [(name, queue["arrivals"]["busyness"]) for name, queue in queues]
    rows = [(name, busy) for name, busy in rows if busy is not None]
    if not rows:
        return None
    columns = [
        Column("queue", [name for name, _ in rows], names=True),
        Column("day_cv", [_about(busy["day_cv"], 100, " %", 1) for _, busy in rows]),
        Column("interval_cv", [_about(busy["interval_cv"], 100, " %", 1) for _, busy in rows]),
        Column("correlation", [_about(busy["correlation"], 1, "", 2) for _, busy in rows]),
        Column("sum", [_about(busy["excess"], 1, "", 3) for _, busy in rows]),
    ]
    about = "; the sum is the variance beyond chance ÷ mean²"
    return Group(title("How busy days and intervals are", about), page.fitted("busyness", columns))


def _times(queues: Queues, page: Page) -> RenderableType | None:
    rows = [
        (name, part, queue[part])
        for name, queue in queues
        for part in ("talk", "wrap")
        if queue[part]["mean_s"] is not None
    ]
    if not rows:
        return None
    best = [(times.get("candidates") or [None])[0] for _, _, times in rows]
    columns = [
        Column("queue", [name for name, _, _ in rows], names=True),
        Column("", [part for _, part, _ in rows], names=True),
        Column("mean", [_seconds(times["mean_s"]) for _, _, times in rows]),
        Column("n of the shape", [_count(times.get("sample")) for _, _, times in rows], 1),
        Column("family", [sentences.family(one) for one in best], names=True),
        Column("K–S", [_plain(one and one["distance"], 3) for one in best], 1),
        Column("next K–S", [_next(times) for _, _, times in rows], 2),
    ]
    return Group(title("How long calls take"), page.fitted("times", columns))


def _ordinary(queues: Queues, page: Page) -> RenderableType | None:
    rows = [(name, part, queue[part]) for name, queue in queues for part in ("talk", "wrap")]
    rows = [row for row in rows if row[2].get("quantiles_s")]
    if not rows:
        return None
    columns = [
        Column("queue", [name for name, _, _ in rows], names=True),
        Column("", [part for _, part, _ in rows], names=True),
        Column("of", [_range(times) for _, _, times in rows]),
        Column("mean", [_plain(times["sample_mean_s"], 1) for _, _, times in rows]),
        Column("cv", [_plain(times["sample_cv"], 3) for _, _, times in rows]),
        *(
            Column(words, [_plain(times["quantiles_s"][part], 0) for _, _, times in rows])
            for part, words in (("p50", "median"), ("p90", "p90"), ("p99", "p99"))
        ),
    ]
    return Group(
        title("The times that the shape is of", ", in seconds"), page.fitted("of the shape", columns)
    )


def _range(times: Found) -> str:
    ends = times["sample_range_s"]
    return "all" if ends is None else f"{ends[0]:g}–{ends[1]:g} s"


def _next(times: Found) -> str:
    others = (times.get("candidates") or [])[1:]
    return f"{others[0]['family']} {others[0]['distance']:.3f}" if others else figures.NOTHING


def _patience(queues: Queues, page: Page) -> RenderableType | None:
    rows = [(name, queue["patience"]) for name, queue in queues if queue["patience"]]
    rows = [(name, patience) for name, patience in rows if patience["candidates"]]
    if not rows:
        return None
    columns = [
        Column("queue", [name for name, _ in rows], names=True),
        Column("gave up", [_count(patience["abandoned"]) for _, patience in rows], 1),
        Column(
            "exponential mean", [_family(patience, "exponential", "mean_s", " s") for _, patience in rows]
        ),
        Column("Weibull shape", [_family(patience, "weibull", "shape", "") for _, patience in rows], 1),
        Column("scale", [_family(patience, "weibull", "scale_s", " s") for _, patience in rows], 1),
        Column("in the scenario", [patience["best"] for _, patience in rows], names=True),
    ]
    return Group(title("How patient callers are"), page.fitted("patience", columns))


def _survival(queues: Queues, page: Page) -> RenderableType | None:
    rows = [(name, queue["patience"]["survival"]) for name, queue in queues if queue["patience"]]
    rows = [(name, points) for name, points in rows if points]
    if not rows:
        return None
    columns = [
        Column("queue", [name for name, _ in rows], names=True),
        *(
            Column(f"{point['at_s']} s", [_point(points[place]) for _, points in rows])
            for place, point in enumerate(rows[0][1])
        ),
    ]
    about = " (Kaplan and Meier; * fewer than 30 waited so long)"
    return Group(title("Share that would wait longer than …", about), page.fitted("survival", columns))


def _point(point: Found) -> str:
    if point["share"] is None:
        return figures.NOTHING
    return f"{point['share']:.4f}" + ("*" if point["at_risk"] < 30 else "")


def _family(patience: Found, family: str, parameter: str, unit: str) -> str:
    for one in patience["candidates"]:
        if one["family"] == family:
            error = one["errors"].get(parameter)
            digits = 1 if unit else 3
            half = f" ± {1.96 * error:.{digits}f}" if error else ""
            return f"{one['parameters'][parameter]:,.{digits}f}{half}{unit}"
    return figures.NOTHING


def _number(part: Found | None, name: str, digits: int) -> str:
    return figures.NOTHING if part is None else _plain(part[name], digits)


def _plain(value: float | None, digits: int) -> str:
    return figures.NOTHING if value is None else f"{value:,.{digits}f}"


def _count(value: float | None) -> str:
    return _plain(value, 0)


def _percent(value: float | None) -> str:
    return figures.percent(Figure(value))


def _seconds(value: float | None) -> str:
    return figures.seconds(Figure(value))


def _about(figure: Found, times: float, unit: str, digits: int) -> str:
    """A figure and its interval, which needs a digit less: `22.3 % (8–28)`."""
    mean, low, high = (figure[part] for part in ("mean", "low", "high"))
    if mean is None:
        return figures.NOTHING
    less = max(digits - 1, 0)
    return f"{times * mean:.{digits}f}{unit} ({times * low:.{less}f}–{times * high:.{less}f})"
