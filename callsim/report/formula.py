"""What a formula says about one queue, as a few lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from callsim.report.kit.figures import NOTHING
from callsim.report.kit.page import written
from callsim.report.kit.tables import Column, Page
from callsim.report.kit.terminal import fitted
from callsim.report.kit.wrapping import wrapped
from callsim.results.formula import Formula, Intervals
from callsim.sentences import label, say
from callsim.units import HOUR_S, show_duration, show_share

LABEL = 15  # columns of the names of figures


def report(found: Formula, width: int, sought: str | None = None) -> str:
    """The figures of `callsim erlang`, one on each line; what was `sought` ("agents", "lines") first."""
    lines = (f"{fitted(label(name), LABEL)}{said}".rstrip() for name, said in _lines(found, sought))
    return wrapped("\n".join(lines), width, LABEL) + "\n"


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


def table(found: Intervals, width: int, colour: bool = False) -> str:
    """A line for each interval, and what all of them take together."""
    return written(lambda page: _intervals(found, page), width, colour)


def _intervals(found: Intervals, page: Page) -> Iterator[RenderableType]:
    rows = found.intervals
    formulas = [row.formula for row in rows]
    shrunk = [one.scheduled for one in formulas if one.scheduled is not None]
    gave_up = [one.p_abandon if one.short_abandon_s is None else one.abandoned_share for one in formulas]
    columns = [
        Column("start", [row.start for row in rows], names=True),
        Column("calls", [f"{row.offered:,.6g}" for row in rows]),
        Column("erlangs", [f"{one.load_erlangs:,.2f}" for one in formulas], 3),
        Column("agents", [f"{one.agents:,}" for one in formulas]),
        *([Column("scheduled", [f"{agents:,}" for agents in shrunk])] if shrunk else []),
        Column("in time", [_percent(one.service_level.offered) for one in formulas], 1),
        Column("abandon", list(map(_percent, gave_up)), 2),
        Column("busy", [_percent(one.occupancy) for one in formulas], 2),
        Column("ASA", [_seconds(one.asa_s) for one in formulas], 2),
    ]
    yield page.fitted("intervals", columns)
    yield Text(_day(found, shrunk))
    if page.left_out:
        yield Text(say("pages.columns_left_out", columns="; ".join(page.left_out)), "dim")


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


def _percent(share: float | None) -> str:
    return NOTHING if share is None else f"{share * 100:.1f} %"


def _seconds(seconds: float | None) -> str:
    return NOTHING if seconds is None else f"{seconds:,.1f} s"


def _share(share: float | None) -> str:
    return f"{NOTHING:>9}  " if share is None else f"{share * 100:>9.3f} %"


def _wait(seconds: float | None) -> str:
    return f"{NOTHING:>9}  " if seconds is None else f"{seconds:>9,.2f} s"
