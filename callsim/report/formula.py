"""What a formula says about one queue, as a few lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from callsim.report.kit.figures import NOTHING
from callsim.results.formula import Formula, Intervals
from callsim.units import HOUR_S, show_duration, show_share

NAMES = {
    "M/M/n": "Erlang C",
    "M/M/n+M": "Erlang A",
    "M/M/n/n": "Erlang B",
    "M/M/n/n+r": "Erlang C with limited lines",
    "M/M/n/n+r+M": "Erlang A with limited lines",
}


def report(found: Formula, sought: str | None = None) -> str:
    """The figures of `callsim erlang`, one on each line; what was `sought` ("agents", "lines") first."""
    return "\n".join(f"{name:<15}{said}".rstrip() for name, said in _lines(found, sought)) + "\n"


def _lines(found: Formula, sought: str | None) -> Iterator[tuple[str, str]]:
    erlangs, each = found.load_erlangs, show_duration(found.aht_s)
    calls, within = found.calls_per_hour, show_duration(found.within_s)
    level, queue = found.service_level, found.queue_length
    if found.note is not None:
        yield "note", found.note
    if sought is not None:
        yield f"fewest {sought}", f"{found.agents if sought == 'agents' else found.lines:,}"
    yield "model", f"{NAMES[found.model]} ({found.model})"
    if found.model != "M/M/n/n" and sought != "agents":
        yield "agents", f"{found.agents:,}"
    if found.scheduled is not None and found.shrinkage is not None:
        yield "scheduled", f"{found.scheduled:,} with {show_share(found.shrinkage)} shrinkage"
    if sought != "lines":
        yield "lines", "no limit" if found.lines is None else f"{found.lines:,}"
    yield "load", f"{calls:,.10g} calls an hour of {each}: {erlangs:,.6g} erlangs"
    yield "patience", "endless" if found.patience_s is None else show_duration(found.patience_s)
    yield "service level", f"{_share(level.offered)} answered within {within} ÷ offered"
    yield "", f"{_share(level.answered)} answered within {within} ÷ answered"
    yield "", f"{_share(level.quick_abandons_excluded)} … ÷ (offered − abandoned within {within})"
    yield "", f"{_share(level.quick_abandons_met)} (answered + abandoned within {within}) ÷ offered"
    yield "have to wait", _share(found.p_wait)
    yield "abandon", _share(found.p_abandon)
    yield "blocked", _share(found.p_block)
    yield "ASA", f"{_wait(found.asa_s)} mean wait of answered calls"
    yield "mean wait", f"{_wait(found.wait_s)} of answered and abandoned calls"
    yield "", f"{_wait(found.wait_of_delayed_s)} of those who had to wait"
    if found.patience_s is not None:
        yield "", f"{_wait(found.wait_of_abandoned_s)} of those who gave up"
    yield "occupancy", _share(found.occupancy)
    yield "calls waiting", f"{NOTHING:>9}" if queue is None else f"{queue:>9,.2f}   on the mean"


def table(found: Intervals) -> str:
    """A line for each interval, and what all of them take together."""
    rows = found.intervals
    shrunk = [row.formula.scheduled for row in rows if row.formula.scheduled is not None]
    heads = ["start", "calls", "erlangs", "agents", *(["scheduled"] if shrunk else []), *SHARES, "ASA"]
    wide = max(len("start"), *(len(row.start) for row in rows))
    lines = [_cells(heads, wide)]
    for row in rows:
        formula, level = row.formula, row.formula.service_level
        people = [f"{formula.agents:,}", *([f"{formula.scheduled:,}"] if shrunk else [])]
        shares = (level.offered, formula.p_abandon, formula.occupancy)
        cells = [row.start, f"{row.offered:,.6g}", f"{formula.load_erlangs:,.2f}", *people]
        lines.append(_cells([*cells, *map(_percent, shares), _seconds(formula.asa_s)], wide))
    hours = sum(row.formula.agents for row in rows) * found.interval_s / HOUR_S
    planned = f", {sum(shrunk) * found.interval_s / HOUR_S:,.1f} scheduled" if shrunk else ""
    first, calls = rows[0].formula, sum(row.offered for row in rows)
    lines.append(
        f"{calls:,.6g} calls of {show_duration(first.aht_s)}, {hours:,.1f} hours on the phones{planned}; "
        f"in time: within {show_duration(first.within_s)} ÷ offered; {NAMES[first.model]}"
    )
    return "\n".join(line.rstrip() for line in lines) + "\n"


SHARES = ("in time", "abandon", "busy")


def _cells(cells: Sequence[str], wide: int) -> str:
    first, *rest = cells
    return f"{first:<{wide}}" + "".join(f"{cell:>11}" for cell in rest)


def _percent(share: float | None) -> str:
    return NOTHING if share is None else f"{share * 100:.1f} %"


def _seconds(seconds: float | None) -> str:
    return NOTHING if seconds is None else f"{seconds:,.1f} s"


def _share(share: float | None) -> str:
    return f"{NOTHING:>9}  " if share is None else f"{share * 100:>9.3f} %"


def _wait(seconds: float | None) -> str:
    return f"{NOTHING:>9}  " if seconds is None else f"{seconds:>9,.2f} s"
