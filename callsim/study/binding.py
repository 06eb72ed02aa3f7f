"""What stops a month of the plan first, and the smallest change that would lift it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from callsim.build.buildout import Years
from callsim.study.people_flow import INTAKE, LIMITS, MARKET, ROOMS, Flow, flow

ENOUGH = 0.005  # of the agents a roster needs: fewer are missing than anybody can count
MOST = 2.0**40
EXACT = 0.02  # of a change that would lift a constraint
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
    what_if: WhatIf,
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
    """
    years = what_if.years
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
        return _people(what_if, week, short)
    if not goals:
        return _demand(years, played, week, seats, wanted_peak)
    return Binding(SHIFTS, f"everybody is there; {_roster(misses[usual], '')}", "another roster")


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
    return Binding(DEMAND, says, f"{more:.0%} more demand before {stops} bind" if np.isfinite(more) else "")


class WhatIf:
    """Head counts if something bounded hiring less; each is played once for all weeks."""

    def __init__(self, years: Years):
        self.years = years
        self._played: dict[tuple[int, float], Flow] = {}

    def missing(self, kind: int, amount: float, week: int) -> float:
        """Agents missing in a week with so much more of what bounds."""
        if (kind, amount) not in self._played:
            self._played[kind, amount] = self._play(kind, amount)
        return missing(self.years, self._played[kind, amount], week)

    def _play(self, kind: int, amount: float) -> Flow:
        if kind == INTAKE:
            return flow(self.years, extra_intake=amount)
        if kind == ROOMS:
            return flow(self.years, capacity=1 + amount)
        return flow(self.years, market=1 + amount)


def _people(what_if: WhatIf, week: int, short: float) -> Binding:
    """Of what bounds hiring, that which alone keeps most of the missing away, and how much is enough."""
    years = what_if.years
    needed = float(years.needed[:, week].sum())
    says = f"{short:,.0f} of {needed:,.0f} agents are missing"
    if not years.plan.people.schools:
        return Binding(PEOPLE, f"{says}, and nobody is hired", "a school: people.schools")
    left = {kind: what_if.missing(kind, MOST, week) for kind in (INTAKE, ROOMS, MARKET)}
    kind = min(left, key=lambda one: (round(left[one], 6), one))
    tolerated = max(ENOUGH * needed, left[kind] + 1e-6)
    if left[kind] >= short - ENOUGH * needed:
        return Binding(PEOPLE, says, "an earlier start: no class can be done by then")
    # Amounts are whole steps of a ladder, so that weeks ask for the same ones.
    low, high = 0.0, 1.0
    while what_if.missing(kind, high, week) > tolerated:
        low, high = high, high * 2
    while high - low > EXACT * high:
        middle = (low + high) / 2
        low, high = (low, middle) if what_if.missing(kind, middle, week) <= tolerated else (middle, high)
    alone = f"; {left[kind]:,.0f} are missing even then" if left[kind] > ENOUGH * needed else ""
    return Binding(LIMITS[kind], says, _relief(kind, high) + alone)


def _relief(kind: int, amount: float) -> str:
    if kind == INTAKE:
        return f"{amount:,.0f} more hires a month from the start"
    if kind == MARKET:
        return f"{1 + amount:.2f} times the share of the labour force"
    return f"{1 + amount:.2f} times the rooms and trainers"
