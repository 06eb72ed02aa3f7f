"""What a formula says about one queue, as a few lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from callsim.report.kit.figures import NOTHING
from callsim.results.formula import Formula
from callsim.units import show_duration

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


def _share(share: float | None) -> str:
    return f"{NOTHING:>9}  " if share is None else f"{share * 100:>9.3f} %"


def _wait(seconds: float | None) -> str:
    return f"{NOTHING:>9}  " if seconds is None else f"{seconds:>9,.2f} s"
