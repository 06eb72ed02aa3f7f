"""Times in which the usual day misses a goal though the phase holds in the end, and what it would take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import groupby

from callsim.model.buildout import Years
from callsim.sentences import say
from callsim.study.buildout.binding import OF_PEOPLE, Judge, Look
from callsim.study.buildout.period import Period, holds
from callsim.study.buildout.reliefs import NO_RELIEFS, Reliefs
from callsim.study.buildout.seat_relief import SEATS


@dataclass(frozen=True)
class Dip:
    """Periods on end that do not hold, on the way to phases that do."""

    periods: tuple[Period, ...]

    @property
    def relief(self) -> str:
        """All that it would take, each told once."""
        return say("lists.and_then").join(
            dict.fromkeys(p.binding.relief for p in self.periods if p.binding.relief)
        )

    @property
    def words(self) -> list[str]:
        """What binds in it, each told once."""
        return list(dict.fromkeys(period.binding.word for period in self.periods))

    @property
    def reliefs(self) -> Reliefs:
        """What it would take, in numbers."""
        return reduce(Reliefs.or_of, (period.binding.reliefs for period in self.periods), NO_RELIEFS)


def dips(years: Years, periods: Sequence[Period], judged: Mapping[int, Period]) -> list[Dip]:
    """Of the periods, all stretches that do not hold and lie in phases that are judged to hold.

    Where a phase fails, its own relief says what it would take.
    """
    fails = {number for number, period in judged.items() if not holds(period)}

    def is_dip(period: Period) -> bool:
        return not holds(period) and _phase(years, period) not in fails

    return [Dip(tuple(some)) for short, some in groupby(periods, key=is_dip) if short]


def lifted(judge: Judge, periods: list[Period], judged: Mapping[int, Period], look: Look) -> Iterator[Period]:
    """The periods; those of a dip with what would lift what binds there, in all of the dip."""
    told = {
        period.week: period
        for dip in dips(judge.years, periods, judged)
        for period in _lifted(judge, dip, look)
    }
    return (told.get(period.week, period) for period in periods)


def _lifted(judge: Judge, dip: Dip, look: Look) -> Iterator[Period]:
    people = [period for period in dip.periods if period.binding.word in OF_PEOPLE]
    crowded = [period for period in dip.periods if period.binding.word == SEATS]
    seats: dict[str, int] = {}
    for period in crowded:
        for site, many in (period.binding.reliefs.seats or {}).items():
            seats[site] = max(many, seats.get(site, 0))
    found: dict[str, tuple[str, Reliefs]] = {}
    if crowded:
        found[SEATS] = judge.seat_relief([period.week for period in crowded], seats, look)
    if people and judge.years.plan.people.schools:
        found |= dict.fromkeys(OF_PEOPLE, judge.relief([period.week for period in people], look))
    for period in dip.periods:
        if period.binding.word not in found:
            yield period
            continue
        relief, reliefs = found[period.binding.word]
        yield replace(period, binding=replace(period.binding, relief=relief, reliefs=reliefs))


def _phase(years: Years, period: Period) -> int:
    """The phase, by number, that a period lies in."""
    return max(number for number, phase in enumerate(years.plan.phases) if phase.on <= period.start)
