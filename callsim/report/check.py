"""The busiest intervals of a scenario in lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from callsim.results.warned import alike
from callsim.study.check.peak import Peak
from callsim.units import show_duration

MOST = 12  # pools that are shown, those with most work


def lines(peaks: Sequence[Peak], first_days: int | None) -> Iterator[str]:
    """What `callsim check` says of work beside agents, by formula; of many pools the largest.

    `first_days`: how many days were looked at, where it was not all.
    """
    if not peaks:
        return
    of = "" if first_days is None else f" of the first {first_days} day{'s' * (first_days > 1)}"
    yield f"the most work of an interval{of}, and who is there for it, by formula"
    many = len(peaks) > MOST
    shown = sorted(peaks, key=lambda peak: peak.erlangs, reverse=True)[:MOST] if many else peaks
    yield from (f"  {_line(peak)}" for peak in shown)
    if len(shown) < len(peaks):
        yield f"  … and {len(peaks) - len(shown)} more with less work"


def _line(peak: Peak) -> str:
    day, _, time = peak.start.partition("T")
    busy = "" if peak.occupancy is None else f", {100 * peak.occupancy:.0f}% busy"
    calls = f"{_number(peak.calls)} calls of {show_duration(round(peak.aht_s))}"
    agents = f"{_number(peak.erlangs)} erlangs for {_number(peak.agents)} agents on duty"
    return f"{alike(peak.queues)}: {day} {time}, {calls} are {agents}{busy}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
