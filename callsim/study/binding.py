"""What stops a day of the plan first, and the smallest change that would lift it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from callsim.build.buildout import Years
from callsim.study.people_flow import LIMITS, Flow, Lift
from callsim.study.relief import ENOUGH, WhatIf, missing, word_of

MOST_MORE = 100  # per cent of calls more that are tried
EXACT = 0.01  # of a change that keeps the goals
DEMAND, SEATS, PEOPLE, SHIFTS = "demand", "seats", "people", "shifts"
OF_PEOPLE = set(LIMITS[1:])  # words for what stops the hiring

Figures = Mapping[str, Any]  # of a kind of day, see day_figures
Look = Callable[[int, Flow, int], Figures]  # usual day of a column, with people and per cent of calls more


@dataclass(frozen=True)
class Binding:
    """The first constraint: its word, what is missing, and what would lift it."""

    word: str
    says: str
    relief: str
    reliefs: dict[str, Any] = field(default_factory=dict)  # the same in numbers

    def to_dict(self) -> dict[str, Any]:
        """As in the JSON of results."""
        return {"binding": self.word, "says": self.says, "relief": self.relief, "reliefs": self.reliefs}


class Judge:
    """What binds on the days of a plan."""

    def __init__(self, years: Years, played: Flow, what_if: WhatIf):
        self.years, self.played, self.what_if = years, played, what_if

    def first_binding(
        self,
        column: int,
        wanted_peak: Mapping[str, int],
        days: Mapping[str, Figures],
        look: Look | None = None,
    ) -> Binding:
        """What stops a day first. `days`: figures of each kind of day, the usual first.

        The order is that of cause and effect: an agent without a seat cannot work, one who is not there
        cannot be on a shift. Where the usual day goes well and another does not, seats and people are there,
        and it is the roster. With `look`, what would lift it, and how much more could come, is tried.
        """
        misses = {kind: failed(figures) for kind, figures in days.items()}
        usual = next(iter(misses))
        goals = has_goals(days)
        queues_hold = not misses[usual] if goals else self._everybody(column, wanted_peak)
        if queues_hold and not self.short_lines(column):
            kind = next((kind for kind, names in misses.items() if names), None)
            if kind is not None:
                says = _roster(misses[kind], f" on the day called {kind}")
                return Binding(SHIFTS, says, "a roster for such days")
            return self._demand(column, wanted_peak, goals, look)
        lacking = self._lacking_seats(column, wanted_peak)
        if lacking:
            says = "; ".join(
                f"{wanted_peak[name]:,} agents at once in {name}, and {wanted_peak[name] - many:,} seats"
                for name, many in lacking.items()
            )
            return Binding(SEATS, says, more_seats(lacking), {SEATS: lacking})
        if self._missing(column) > self._enough(column) or self.short_lines(column):
            return self._people(column, look if goals else None)
        here, pace = self.played.present[:, column], self.played.pace[:, column]
        slow = float(np.average(pace, weights=np.maximum(here, 1e-9)))
        slower = f", with beginners who take {slow - 1:.0%} longer" if slow > 1 + ENOUGH else ""
        return Binding(SHIFTS, f"everybody is there; {_roster(misses[usual], slower)}", "another roster")

    def short_lines(self, column: int) -> list[str]:
        """Lines without queues whose people, or seats, are not all there."""
        years, short = self.years, {}
        for name in dict.fromkeys(team.line for team in years.teams if team.group is None):
            rows = [k for k, team in enumerate(years.teams) if team.line == name and team.group is None]
            needed, there = years.needed[rows, column], self.played.present[rows, column]
            sites = {years.teams[k].site for k in rows}
            seats = any(
                years.dialling_at(site)[column] > years.seats[years.sites.index(site), column] + ENOUGH
                for site in sites
                if site is not None and years.is_limited(site)
            )
            short[name] = seats or float(np.maximum(needed - there, 0).sum()) > ENOUGH * float(needed.sum())
        return sorted(name for name, is_short in short.items() if is_short)

    def _enough(self, column: int) -> float:
        return ENOUGH * float(self.years.needed[:, column].sum())

    def _everybody(self, column: int, wanted_peak: Mapping[str, int]) -> bool:
        """Without goals: nobody and no seat is missing."""
        nobody = self._missing(column) <= self._enough(column)
        return nobody and not self._lacking_seats(column, wanted_peak)

    def _lacking_seats(self, column: int, wanted_peak: Mapping[str, int]) -> dict[str, int]:
        """Seats that are missing in each site, where any are."""
        return {
            name: wanted_peak[name] - int(self.years.seats[row, column])
            for name, row in sorted((name, row) for row, name in enumerate(self.years.sites))
            if self.years.is_limited(name) and wanted_peak.get(name, 0) > self.years.seats[row, column]
        }

    def _demand(self, column: int, wanted_peak: Mapping[str, int], goals: bool, look: Look | None) -> Binding:
        """People, seats and rosters carry what comes: how much more could come before one of them did not."""
        if goals:
            says = "all goals are met; more clients would be served"
            return Binding(DEMAND, says, *self._more_calls(column, look))
        says = "nobody and no seat is missing; more clients would be served"
        rooms = [
            self.years.seats[row, column] / wanted_peak[name]
            for row, name in enumerate(self.years.sites)
            if wanted_peak.get(name) and self.years.is_limited(name)
        ]
        needed, there = self.years.needed[:, column], self.played.present[:, column]
        by_people = min((there[needed > 0] / needed[needed > 0]).tolist(), default=np.inf)
        by_seats = min(rooms, default=np.inf)
        more, stops = min(by_people, by_seats) - 1, "people" if by_people <= by_seats else "seats"
        if not np.isfinite(more):
            return Binding(DEMAND, says, "")
        spare = f"{more:.0%} more demand" if more > ENOUGH else "no more demand"
        return Binding(DEMAND, says, f"{spare} before {stops} bind")

    def _more_calls(self, column: int, look: Look | None) -> tuple[str, dict[str, Any]]:
        """So many per cent more calls, with the same people and seats, are tried."""
        if look is None:
            return "", {}

        def keeps(more: int) -> list[str]:
            return failed(look(column, self.played, more))

        low, high = 0, 1
        while high < MOST_MORE and not keeps(high):
            low, high = high, min(high * 2, MOST_MORE)
        if high == MOST_MORE and not keeps(high):
            return f"{MOST_MORE} % more calls and perhaps still more", {"calls_more": MOST_MORE / 100}
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if keeps(middle) else (middle, high)
        missed = keeps(high)
        says = f"{low} % more calls" if low else "no more calls"
        return f"{says} before {_goals(missed)} missed", {"calls_more": low / 100}

    def _people(self, column: int, look: Look | None) -> Binding:
        """What stopped the hiring of those who are missing, and the smallest changes that bring them."""
        short, needed = self._missing(column), float(self.years.needed[:, column].sum())
        lines = self.short_lines(column)
        for_them = f", also for {_named(lines)}" if lines else ""
        says = f"{short:,.0f} of {needed:,.0f} agents are missing{for_them}"
        if not self.years.plan.people.schools:
            return Binding(PEOPLE, f"{says}, and nobody is hired", "a school: people.schools")
        word = word_of(self.what_if.binds(self.played, column))
        return Binding(word, says, *(self.relief([column], look) if look else ("", {})))

    def relief(self, columns: list[int], look: Look) -> tuple[str, dict[str, Any]]:
        """The smallest changes that fill the rosters of some days, and those that keep their goals."""
        what_if = self.what_if
        enough = {column: self._enough(column) for column in columns}
        left = {column: what_if.left(column) for column in columns}
        late_lines = {column: self._short_with(what_if.everything(), column) for column in columns}
        if all(
            left[column] >= self._missing(column) - enough[column]
            and set(self.short_lines(column)) <= set(late_lines[column])
            for column in columns
        ):
            return "an earlier start: no class can be done by then", {}
        tolerated = {column: max(enough[column], left[column] + 1e-6) for column in columns}

        def fill(lift: Lift) -> bool:
            return all(what_if.missing(lift, column) <= most for column, most in tolerated.items()) and all(
                set(self._short_with(lift, column)) <= set(late_lines[column]) for column in columns
            )

        fills = what_if.smallest(fill, what_if.everything())
        most = max(columns, key=lambda column: left[column] - enough[column])
        late = f"; {left[most]:,.0f} come too late even then" if left[most] > enough[most] else ""
        reliefs = {"fills_the_roster": what_if.told(fills)}

        def misses(lift: Lift) -> list[str]:
            """Queues that miss their goals, or else lines without queues whose people are missing."""
            for column in columns:
                missed = failed(look(column, what_if.flow(lift), 0)) or self._short_with(lift, column)
                if missed:
                    return missed
            return []

        if missed := misses(fills):
            also = "" if set(missed) & set(late_lines[columns[0]]) else f"; {_goals(missed)} missed even then"
            return f"{what_if.says(fills)}{late}{also}", reliefs
        keep = what_if.smallest(lambda lift: not misses(lift), fills, EXACT)
        reliefs["keeps_the_goals"] = what_if.told(keep)
        told = what_if.says(fills)
        if keep != fills:
            told += f" to fill the roster, and {what_if.says(keep)} to keep the goals"
        return told + late, reliefs

    def _short_with(self, lift: Lift, column: int) -> list[str]:
        return Judge(self.years, self.what_if.flow(lift), self.what_if).short_lines(column)

    def _missing(self, column: int) -> float:
        return missing(self.years, self.played, column)


def more_seats(lacking: Mapping[str, int]) -> str:
    """Seats that each site lacks, in words."""
    return ", ".join(
        f"{many:,} more seat{'s' * (many > 1)} in {name}" for name, many in sorted(lacking.items())
    )


def has_goals(days: Mapping[str, Figures]) -> bool:
    """Whether any queue has a goal."""
    return any("goal" in queue for figures in days.values() for queue in figures["queues"].values())


def failed(figures: Figures) -> list[str]:
    """The queues whose goals are missed on a day, by name."""
    queues = sorted(figures["queues"].items())
    return [name for name, queue in queues if queue.get("goal", {}).get("met") is False]


def _goals(names: list[str]) -> str:
    return f"the goal of {names[0]} is" if len(names) == 1 else f"the goals of {_named(names)} are"


def _named(names: list[str]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{names[0]}{more}"


def _roster(missed: list[str], when: str) -> str:
    return f"the roster does not carry {_named(missed)}{when}"
