"""The busiest intervals of a scenario in lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from callsim.results.warned import alike
from callsim.sentences import say
from callsim.study.check.peak import Peak
from callsim.units import show_duration

MOST = 12  # pools that are shown, those with most work


def lines(peaks: Sequence[Peak], first_days: int | None) -> Iterator[str]:
    """What `callsim check` says of work beside agents, by formula; of many pools the largest.

    `first_days`: how many days were looked at, where it was not all.
    """
    if not peaks:
        return
    if first_days is None:
        yield say("check.most_work")
    else:
        yield say("check.most_work_of_first", n=first_days)
    many = len(peaks) > MOST
    shown = sorted(peaks, key=lambda peak: peak.erlangs, reverse=True)[:MOST] if many else peaks
    yield from (f"  {_line(peak)}" for peak in shown)
    if len(shown) < len(peaks):
        yield say("check.more", n=len(peaks) - len(shown))


def _line(peak: Peak) -> str:
    day, _, time = peak.start.partition("T")
    queues, aht = alike(peak.queues), show_duration(round(peak.aht_s))
    calls, erlangs, agents = _number(peak.calls), _number(peak.erlangs), _number(peak.agents)
    work = say(
        "check.work",
        queues=queues,
        day=day,
        time=time,
        calls=calls,
        aht=aht,
        erlangs=erlangs,
        agents=agents,
    )
    return work if peak.occupancy is None else say("check.busy", work=work, busy=100 * peak.occupancy)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
