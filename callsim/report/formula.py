"""What a formula says about one queue, as a few lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from callsim.report.kit.figures import NOTHING
from callsim.report.kit.terminal import fitted
from callsim.results.formula import Formula, Intervals
from callsim.sentences import label, say
from callsim.units import HOUR_S, show_duration, show_share


def report(found: Formula, sought: str | None = None) -> str:
    """The figures of `callsim erlang`, one on each line; what was `sought` ("agents", "lines") first."""
    return (
        "\n".join(f"{fitted(label(name), 15)}{said}".rstrip() for name, said in _lines(found, sought)) + "\n"
    )


def _lines(found: Formula, sought: str | None) -> Iterator[tuple[str, str]]:
    erlangs, each = found.load_erlangs, show_duration(found.aht_s)
    calls, within = found.calls_per_hour, show_duration(found.within_s)
    level, queue = found.service_level, found.queue_length
    if found.note is not None:
        yield "note", found.note
    if sought is not None:
        yield f"fewest {sought}", f"{found.agents if sought == 'agents' else found.lines:,}"
    yield "model", f"{_names()[found.model]} ({found.model})"
    if found.model != "M/M/n/n" and sought != "agents":
        yield "agents", f"{found.agents:,}"
    if found.scheduled is not None and found.shrinkage is not None:
        yield "scheduled", say("formula.scheduled", agents=found.scheduled, share=show_share(found.shrinkage))
    if sought != "lines":
        yield "lines", say("formula.no_limit") if found.lines is None else f"{found.lines:,}"
    yield "load", say("formula.load", calls=calls, aht=each, erlangs=erlangs)
    if found.repeat is not None and found.calls_per_client is not None:
        repeat, calls_each = show_share(found.repeat), found.calls_per_client
        wait = _wait(found.wait_per_client_s).strip()
        yield "clients", say("formula.clients", repeat=repeat, calls=calls_each, wait=wait)
    yield "patience", label("endless") if found.patience_s is None else show_duration(found.patience_s)
    yield "service level", say("formula.of_offered", share=_share(level.offered), within=within)
    yield "", say("formula.of_answered", share=_share(level.answered), within=within)
    yield "", say("formula.quick_excluded", share=_share(level.quick_abandons_excluded), within=within)
    yield "", say("formula.quick_met", share=_share(level.quick_abandons_met), within=within)
    yield say("formula.have_to_wait"), _share(found.p_wait)
    yield "abandon", _share(found.p_abandon)
    if found.short_abandon_s is not None:
        time = show_duration(found.short_abandon_s)
        yield "", say("formula.short", share=_share(found.p_short_abandon), time=time)
        yield "", say("formula.abandon_counted", share=_share(found.abandoned_share))
    yield "blocked", _share(found.p_block)
    yield "ASA", say("formula.asa", wait=_wait(found.asa_s))
    yield "mean wait", say("formula.wait", wait=_wait(found.wait_s))
    yield "", say("formula.wait_of_delayed", wait=_wait(found.wait_of_delayed_s))
    if found.patience_s is not None:
        yield "", say("formula.wait_of_abandoned", wait=_wait(found.wait_of_abandoned_s))
    yield "occupancy", _share(found.occupancy)
    yield "calls waiting", f"{NOTHING:>9}" if queue is None else say("formula.waiting", calls=queue)


def _names() -> dict[str, str]:
    """The usual names of models, by their names after Kendall."""
    return {
        "M/M/n": say("formula.erlang_c"),
        "M/M/n+M": say("formula.erlang_a"),
        "M/M/n/n": say("formula.erlang_b"),
        "M/M/n/n+r": say("formula.erlang_c_lines"),
        "M/M/n/n+r+M": say("formula.erlang_a_lines"),
    }


def table(found: Intervals) -> str:
    """A line for each interval, and what all of them take together."""
    rows = found.intervals
    shrunk = [row.formula.scheduled for row in rows if row.formula.scheduled is not None]
    heads = ["start", "calls", "erlangs", "agents", *(["scheduled"] if shrunk else []), *SHARES, "ASA"]
    wide = max(cell_len(label("start")), *(len(row.start) for row in rows))
    lines = [_cells(heads, wide)]
    for row in rows:
        formula, level = row.formula, row.formula.service_level
        people = [f"{formula.agents:,}", *([f"{formula.scheduled:,}"] if shrunk else [])]
        gave_up = formula.p_abandon if formula.short_abandon_s is None else formula.abandoned_share
        shares = (level.offered, gave_up, formula.occupancy)
        cells = [row.start, f"{row.offered:,.6g}", f"{formula.load_erlangs:,.2f}", *people]
        lines.append(_cells([*cells, *map(_percent, shares), _seconds(formula.asa_s)], wide))
    lines.append(_day(found, shrunk))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _day(found: Intervals, shrunk: Sequence[int]) -> str:
    """Returns the sums over all intervals, in words; `shrunk`: the agents scheduled in each."""
    rows = found.intervals
    first, calls = rows[0].formula, sum(row.offered for row in rows)
    aht = sum(row.offered * row.formula.aht_s for row in rows) / calls if calls else first.aht_s
    on_phones = sum(row.formula.agents for row in rows) * found.interval_s / HOUR_S
    if shrunk:
        scheduled = sum(shrunk) * found.interval_s / HOUR_S
        hours = say("formula.hours_scheduled", hours=on_phones, scheduled=scheduled)
    else:
        hours = say("formula.hours", hours=on_phones)
    return say(
        "formula.day",
        calls=calls,
        aht=show_duration(round(aht, 1)),
        hours=hours,
        within=show_duration(first.within_s),
        model=_names()[first.model],
    )


SHARES = ("in time", "abandon", "busy")


def _cells(cells: Sequence[str], wide: int) -> str:
    first, *rest = cells
    return fitted(label(first), wide) + "".join(fitted(label(cell), -11) for cell in rest)


def _percent(share: float | None) -> str:
    return NOTHING if share is None else f"{share * 100:.1f} %"


def _seconds(seconds: float | None) -> str:
    return NOTHING if seconds is None else f"{seconds:,.1f} s"


def _share(share: float | None) -> str:
    return f"{NOTHING:>9}  " if share is None else f"{share * 100:>9.3f} %"


def _wait(seconds: float | None) -> str:
    return f"{NOTHING:>9}  " if seconds is None else f"{seconds:>9,.2f} s"
