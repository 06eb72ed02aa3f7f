"""What would lift a constraint on people: the smallest changes that bring those who are missing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from callsim.halving import least, least_whole
from callsim.model.buildout import Years
from callsim.scenario.buildout.classes import overfull
from callsim.sentences import say
from callsim.study.buildout.head_count import (
    INTAKE,
    LIMITS,
    MARKET,
    ROOMS,
    TRAINERS,
    Flow,
    Lift,
    flow,
    schools_of,
)
from callsim.study.buildout.reliefs import Changes

ENOUGH = 0.005  # of the agents a roster needs: fewer are missing than anybody can count
MOST = 2.0**30
EXACT = 0.002  # of a change that would lift a constraint
ROUNDED = 0.03  # by so much at most a change that is told is more than is needed


def missing(years: Years, played: Flow, column: int, teams: Sequence[int] | None = None) -> float:
    """Agents that the rosters of all, or of some, teams lack; those too many elsewhere do not help."""
    rows = slice(None) if teams is None else list(teams)
    return float(np.maximum(years.needed[rows, column] - played.present[rows, column], 0).sum())


class Change(NamedTuple):
    """One of the things that can be changed: hires a month or rooms of a school, or the labour market."""

    what: str  # hires, rooms, market
    school: int = 0


class WhatIf:
    """Head counts if less bounded the hiring; each is played once for all columns."""

    def __init__(self, years: Years):
        self.years = years
        self.schools = [name for name, _ in schools_of(years.plan)]
        self.nothing = Lift.none(len(self.schools))
        self._played: dict[Lift, Flow] = {}

    def flow(self, lift: Lift) -> Flow:
        """The plan's people if so much more could be found, taught and employed."""
        if lift not in self._played:
            self._played[lift] = flow(self.years, lift=lift)
        return self._played[lift]

    def missing(self, lift: Lift, column: int) -> float:
        """Agents missing then."""
        return missing(self.years, self.flow(lift), column)

    def binds(self, played: Flow, column: int) -> int:
        """What stops the hiring of those who are missing: the limit without which most would be there.

        Where two limits stop the same people and neither alone helps: what stopped most of them.
        """
        short = missing(self.years, played, column)
        most = (MOST,) * len(self.schools)
        alone = {
            INTAKE: replace(self.nothing, hires=most),
            ROOMS: replace(self.nothing, rooms=most),
            TRAINERS: replace(self.nothing, trainers=most),
            MARKET: replace(self.nothing, market=MOST),
        }
        # Rounded, for sums of the same people in another order may differ in their last digits.
        gains = {kind: round(short - self.missing(lift, column), 6) for kind, lift in alone.items()}
        best = max(gains, key=lambda kind: (gains[kind], -kind))
        if gains[best] > ENOUGH * float(self.years.needed[:, column].sum()):
            return best
        stopped = played.stopped[1:, : max(1, self.years.week_in(column))].sum(axis=1)
        return 1 + int(stopped.round(6).argmax())

    def changes(self) -> list[Change]:
        """All that can be changed, in the order in which it is left as it is where that does."""
        schools = range(len(self.schools) - 1, -1, -1)
        by_school = [Change(what, school) for what in ("hires", "rooms") for school in schools]
        return [*by_school, Change("market")]

    def everything(self) -> Lift:
        """Nothing bounds the hiring but the time that a class takes."""
        most = (MOST,) * len(self.schools)
        return Lift(most, most, most, MOST)

    def left(self, column: int) -> float:
        """Agents missing whatever is changed: those who cannot be taught by then."""
        return self.missing(self.everything(), column)

    def can_be_written(self, lift: Lift) -> bool:
        """Whether the file would still be one that `check` accepts: whoever is hired finds a room."""
        return not any(
            full.never_fits
            for (_, school), hires, rooms in zip(
                schools_of(self.years.plan), lift.hires, lift.rooms, strict=True
            )
            for full in overfull(school, hires, rooms)
        )

    def smallest(self, is_enough: Callable[[Lift], bool], lift: Lift, exact: float = EXACT) -> Lift:
        """One change after the other made as small as the help of those after it allows.

        `lift` is enough, if nothing bounds its rooms. Rooms are whole ones; the others are known to `exact`,
        and rounded up. What is found can be written into the file.
        """
        for change in self.changes():

            def enough_with(amount: float, lift: Lift = lift, change: Change = change) -> bool:
                changed = _with(lift, change, amount)
                return (change.what != "rooms" or self.can_be_written(changed)) and is_enough(changed)

            most = _amount(lift, change)
            if change.what == "rooms":
                found = fewest(enough_with, most)
            else:
                found = _told(change, _least(enough_with, most, exact))
                # What is told is tried, for more of one thing may crowd out another.
                found = found if found >= most or enough_with(found) else most
            lift = _with(lift, change, found)
        return lift

    def told(self, lift: Lift) -> Changes:
        """What is not 0."""
        return Changes(
            hires_a_month=self._by_school(lift.hires) or None,
            rooms=self._by_school(lift.rooms) or None,
            labour_market_times=1 + lift.market if lift.market else None,
        )

    def _by_school(self, amounts: tuple[float, ...]) -> dict[str, float]:
        return {name: amount for name, amount in zip(self.schools, amounts, strict=True) if amount}

    def _for(self, school: str, change: str) -> str:
        """Returns a change, with its school where there are several."""
        return change if len(self.schools) == 1 else say("binding.for_school", change=change, school=school)

    def says(self, lift: Lift) -> str:
        """The changes in words."""
        parts = []
        for name, amount in self._by_school(lift.hires).items():
            parts.append(self._for(name, say("binding.more_hires", n=amount, hires=shown(amount))))
        for name, amount in self._by_school(lift.rooms).items():
            parts.append(self._for(name, say("binding.more_rooms", n=amount, rooms=shown(amount))))
        if lift.market:
            market = self.years.plan.people.labour_market
            whole = market is not None and market.at_most * (1 + lift.market) > 1
            times = shown(1 + lift.market)
            if whole:
                parts.append(say("binding.labour_force", times=times))
            else:
                parts.append(say("binding.labour_share", times=times))
        return ", ".join(parts) or say("binding.nothing_but_time")


def missed_even_then(queues: list[str]) -> str:
    """Returns the words for goals that a change would not save."""
    return say("binding.missed_even_then", n=len(queues), queues=named(queues))


def named(names: list[str]) -> str:
    """The first of some names, and the number of the others."""
    return names[0] if len(names) == 1 else say("lists.more", first=names[0], left=len(names) - 1)


def word_of(limit: int) -> str:
    """The word for a limit of hiring."""
    return LIMITS[limit]


def shown(amount: float) -> str:
    """An amount that is rounded already, with its digits."""
    return f"{amount:,.10g}" if amount < 1000 else f"{amount:,.0f}"


def rounded_up(amount: float) -> float:
    """An amount with as few digits as are right to 3 %, or as a whole number; never less than it was."""
    if amount <= 0:
        return 0.0
    size = math.floor(math.log10(amount))
    for digits in range(1, 16):
        step = 10.0 ** min(0, size - digits + 1)
        told = round(math.ceil(amount / step - 1e-6) * step, 12)
        if told <= amount * (1 + ROUNDED):
            return told
    return amount


def _amount(lift: Lift, change: Change) -> float:
    return lift.market if change.what == "market" else float(getattr(lift, change.what)[change.school])


def _with(lift: Lift, change: Change, amount: float) -> Lift:
    """Returns the lift with another amount of one change; trainers come with rooms."""
    if change.what == "market":
        return replace(lift, market=amount)
    amounts = list(lift.hires if change.what == "hires" else lift.rooms)
    amounts[change.school] = amount
    if change.what == "hires":
        return replace(lift, hires=tuple(amounts))
    return replace(lift, rooms=tuple(amounts), trainers=tuple(amounts))


def _told(change: Change, amount: float) -> float:
    """An amount as it is told: the labour market as times its share."""
    if amount == 0:
        return 0.0
    return rounded_up(1 + amount) - 1 if change.what == "market" else rounded_up(amount)


def _least(is_enough: Callable[[float], bool], most: float, exact: float) -> float:
    """The smallest amount that is enough; on a ladder of halves, so columns ask for the same."""
    if is_enough(0.0):
        return 0.0
    low, high = 0.0, min(1.0, most)
    while high < most and not is_enough(high):
        low, high = high, min(high * 2, most)
    if low == 0.0:
        while high > exact and is_enough(high / 2):
            high /= 2
        low = high / 2
    return least(is_enough, low, high, exact)


def fewest(is_enough: Callable[[float], bool], most: float) -> float:
    """The smallest whole number that is enough; `most` is."""
    if is_enough(0.0):
        return 0.0
    low, high = 0, 1
    while high < most and not is_enough(float(high)):
        low, high = high, int(min(high * 2, most))
    return float(least_whole(lambda many: is_enough(float(many)), low, high))
