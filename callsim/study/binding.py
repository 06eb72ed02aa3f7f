"""What stops a month of the plan first, and the smallest change that would lift it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from callsim.build.buildout import Years
from callsim.study.people_flow import LIMITS, Flow, flow

ENOUGH = 0.005  # of the agents a roster needs: fewer are missing than anybody can count
MOST = 2.0**30
EXACT = 0.05  # of a change that would lift a constraint
Lift = tuple[float, float, float]  # people a month more, rooms with trainers more, times more labour market
DEMAND, SEATS, PEOPLE, SHIFTS = "demand", "seats", "people", "shifts"


@dataclass(frozen=True)
class Binding:
    """The first constraint: its word, what is missing, and what would lift it."""

    word: str
    says: str
    relief: str

    def to_dict(self) -> dict[str, str]:
        """As in the JSON of results."""
        return {"constraint": self.word, "says": self.says, "relief": self.relief}


def first_binding(
    years: Years,
    what_if: WhatIf | None,
    played: Flow,
    week: int,
    seats: np.ndarray,
    wanted_peak: Mapping[str, int],
    days: Mapping[str, Mapping[str, Any]],
) -> Binding:
    """What stops the week first. `seats`: int64 [site] open; `days`: figures of each kind of day, the usual
    first; without goals, or with all of them met, it is people who are missing, or demand.

    The order is that of cause and effect: who has no seat cannot work, who is not there cannot be on a shift.
    Where the usual day goes well and another does not, seats and people are there, and it is the roster.
    Without `what_if` it is not asked what would bring those who are missing.
    """
    short = missing(years, played, week)
    misses = {kind: failed(figures) for kind, figures in days.items()}
    goals = any("goal" in queue for figures in days.values() for queue in figures["queues"].values())
    usual = next(iter(misses))
    if goals and not misses[usual]:
        kind = next((kind for kind, names in misses.items() if names), usual)
        if kind != usual:
            return Binding(
                SHIFTS, _roster(misses[kind], f" on the day called {kind}"), "a roster for such days"
            )
        return _demand(years, played, week, seats, wanted_peak)
    for row, name in enumerate(years.sites):
        if wanted_peak.get(name, 0) > seats[row] and years.scenario.sites[name].seats is not None:
            lacking = wanted_peak[name] - int(seats[row])
            return Binding(
                SEATS,
                f"{wanted_peak[name]:,} agents at once in {name}, and {int(seats[row]):,} seats",
                f"{lacking:,} more seats in {name}",
            )
    if short > ENOUGH * years.needed[:, week].sum():
        return _people(years, what_if, played, week, short)
    if not goals:
        return _demand(years, played, week, seats, wanted_peak)
    pace = float(np.average(played.pace[:, week], weights=np.maximum(played.present[:, week], 1e-9)))
    slower = f", with beginners who take {pace - 1:.0%} longer" if pace > 1 + ENOUGH else ""
    return Binding(SHIFTS, f"everybody is there; {_roster(misses[usual], slower)}", "another roster")


def _roster(missed: list[str], when: str) -> str:
    more = f" and {len(missed) - 1} more" if len(missed) > 1 else ""
    return f"the roster does not carry {missed[0]}{more}{when}"


def missing(years: Years, played: Flow, week: int) -> float:
    """Agents that rosters lack; those too many elsewhere do not help."""
    return float(np.maximum(years.needed[:, week] - played.present[:, week], 0).sum())


def failed(figures: Mapping[str, Any]) -> list[str]:
    """The queues whose goals are missed on a day."""
    return [name for name, queue in figures["queues"].items() if queue.get("goal", {}).get("met") is False]


def _demand(
    years: Years, played: Flow, week: int, seats: np.ndarray, wanted_peak: Mapping[str, int]
) -> Binding:
    """People, seats and rosters carry what comes: how much more could come before one of them did not."""
    rooms = [
        seats[row] / wanted_peak[name]
        for row, name in enumerate(years.sites)
        if wanted_peak.get(name) and years.scenario.sites[name].seats is not None
    ]
    needed, there = years.needed[:, week], played.present[:, week]
    crowds = (there[needed > 0] / needed[needed > 0]).tolist()
    by_people, by_seats = min(crowds, default=1.0), min(rooms, default=np.inf)
    # Fewer people than the roster wants, and the goals are met all the same: they have that much to spare.
    more = max(0.0, min(by_people, by_seats) - 1)
    stops = "people" if by_people <= by_seats else "seats"
    says = "all goals are met; more clients would be served"
    if not np.isfinite(more):
        return Binding(DEMAND, says, "")
    spare = f"{more:.0%} more demand" if more > ENOUGH else "no more demand"
    return Binding(DEMAND, says, f"{spare} before {stops} bind")


class WhatIf:
    """Head counts if less bounded the hiring; each is played once for all weeks."""

    def __init__(self, years: Years):
        self.years = years
        self._played: dict[Lift, Flow] = {}

    def missing(self, lift: Lift, week: int) -> float:
        """Agents missing in a week if so much more could be found, taught and employed."""
        if lift not in self._played:
            hires, rooms, market = lift
            self._played[lift] = flow(self.years, extra_intake=hires, extra_rooms=rooms, market=1 + market)
        return missing(self.years, self._played[lift], week)


def _people(years: Years, what_if: WhatIf | None, played: Flow, week: int, short: float) -> Binding:
    """What stopped most of those who were wanted, and the smallest changes that together bring them all."""
    needed = float(years.needed[:, week].sum())
    says = f"{short:,.0f} of {needed:,.0f} agents are missing"
    if not years.plan.people.schools:
        return Binding(PEOPLE, f"{says}, and nobody is hired", "a school: people.schools")
    word = LIMITS[_most_often(played, week)]
    if what_if is None:
        return Binding(word, says, "")
    enough = ENOUGH * needed
    left = what_if.missing((MOST, MOST, MOST), week)
    if left >= short - enough:
        return Binding(word, says, "an earlier start: no class can be done by then")
    # One after the other, each as small as the others' greatest help allows.
    tolerated = max(enough, left + 1e-6)
    lift = (MOST, MOST, MOST)
    for kind in range(len(lift)):

        def enough_with(amount: float, lift: Lift = lift, kind: int = kind) -> bool:
            return what_if.missing(_with(lift, kind, amount), week) <= tolerated

        lift = _with(lift, kind, _smallest(enough_with))
    alone = f"; {left:,.0f} come too late even then" if left > enough else ""
    return Binding(word, says, _relief(lift) + alone)


def _with(lift: Lift, kind: int, amount: float) -> Lift:
    hires, rooms, market = (amount if k == kind else given for k, given in enumerate(lift))
    return hires, rooms, market


def _most_often(played: Flow, week: int) -> int:
    """What stopped most people, of all who could be at work by a week."""
    begun = np.diff(played.hired.sum(axis=0), append=played.hired[:, -1].sum())
    stopped = np.maximum(played.wanted - begun, 0)[: max(1, week)]
    return max(
        range(1, len(LIMITS)), key=lambda kind: float(stopped[played.limit[: max(1, week)] == kind].sum())
    )


def _smallest(is_enough: Callable[[float], bool]) -> float:
    """The smallest amount that is enough, on a ladder of halves: so weeks ask for the same ones."""
    if is_enough(0.0):
        return 0.0
    low, high = 0.0, 1.0
    while not is_enough(high):
        low, high = high, high * 2
    if high == 1.0:
        while is_enough(high / 2) and high > EXACT:
            high /= 2
        low = high / 2
    while high - low > EXACT * high:
        middle = (low + high) / 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def _relief(lift: Lift) -> str:
    hires, rooms, market = lift
    parts = [
        f"{hires:,.0f} more hires a month from the start" if hires else "",
        f"{math.ceil(rooms):,} more rooms with trainers" if rooms else "",
        f"{1 + market:.1f} times the share of the labour force" if market else "",
    ]
    return ", ".join(part for part in parts if part) or "nothing but time"
