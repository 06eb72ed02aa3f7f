"""What stops a day of the plan first, and the smallest change that would lift it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import numpy as np

from callsim.halving import least_whole
from callsim.model.buildout import Years
from callsim.sentences import say
from callsim.study.buildout.crowd import NONE
from callsim.study.buildout.days import DayFigures
from callsim.study.buildout.head_count import LIMITS, Flow, Lift
from callsim.study.buildout.relief import ENOUGH, WhatIf, missed_even_then, missing, named, word_of
from callsim.study.buildout.reliefs import NO_RELIEFS, Reliefs
from callsim.study.buildout.seat_relief import SEATS, seat_relief

MOST_MORE = 100  # per cent of calls more that are tried
EXACT = 0.01  # of a change that keeps the goals
DEMAND, PEOPLE, SHIFTS = "demand", "people", "shifts"
OF_PEOPLE = set(LIMITS[1:])  # words for what stops the hiring


class Look(Protocol):
    """The figures of a day of a column with other people, `calls` per cent more calls and more seats."""

    def __call__(
        self,
        column: int,
        people: Flow,
        calls: int = 0,
        seats: Mapping[str, int] = NONE,
        kind: str | None = None,
    ) -> DayFigures:
        """`kind`: of day, None is the usual one."""


@dataclass(frozen=True)
class Binding:
    """The first constraint: its word, what is missing, and what would lift it."""

    word: str
    says: str
    relief: str
    reliefs: Reliefs = NO_RELIEFS  # the same in numbers


class Judge:
    """What binds on the days of a plan."""

    def __init__(self, years: Years, played: Flow, what_if: WhatIf):
        self.years, self.played, self.what_if = years, played, what_if
        self.goals = any(queue.goal is not None for queue in years.scenario.queues.values())

    def first_binding(
        self,
        column: int,
        wanted_peaks: Mapping[str, Mapping[str, int]],
        days: Mapping[str, DayFigures],
        look: Look | None = None,
    ) -> Binding:
        """What stops a day first. `wanted_peaks`: kind of day → site → seats wanted at once; `days`: figures
        of each kind of day, the usual first.

        The order is that of cause and effect: an agent without a seat cannot work, one who is not there
        cannot be on a shift. Where the usual day goes well, it is the first other day that does not. With
        `look`, what would lift it, and how much more could come, is tried.
        """
        misses = {kind: figures.missed for kind, figures in days.items()}
        usual = kind = next(iter(misses))
        queues_hold = not misses[usual] if self.goals else self._everybody(column, wanted_peaks[usual])
        if queues_hold and not self.short_lines(column):
            if not any(misses.values()):
                return self._demand(column, wanted_peaks[usual], look)
            kind = next(kind for kind, names in misses.items() if names)
        when = "" if kind == usual else say("binding.on_the_day", kind=kind)
        look = None if look is None else partial(look, kind=kind)
        lacking = self._lacking_seats(column, wanted_peaks[kind])
        if lacking:
            peak = wanted_peaks[kind]
            says = "; ".join(
                say("binding.seats", agents=peak[name], name=name, seats=peak[name] - many)
                for name, many in lacking.items()
            )
            return Binding(SEATS, f"{says}{when}", *self.seat_relief([column], lacking, look))
        if self._missing(column) > self._enough(column) or self.short_lines(column):
            return self._people(column, when, look)
        here, pace = self.played.present[:, column], self.played.pace[:, column]
        slow = float(np.average(pace, weights=np.maximum(here, 1e-9)))
        slower = say("binding.slower", share=slow - 1) if slow > 1 + ENOUGH and not when else ""
        says = say("binding.roster", queues=named(misses[kind]), when=when, slower=slower)
        if when:
            return Binding(SHIFTS, says, say("binding.a_roster"))
        return Binding(SHIFTS, say("binding.everybody", says=says), say("binding.another_roster"))

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

    def _demand(self, column: int, wanted_peak: Mapping[str, int], look: Look | None) -> Binding:
        """People, seats and rosters carry what comes: how much more could come before one of them did not."""
        if self.goals:
            says = say("binding.goals_met")
            return Binding(DEMAND, says, *self._more_calls(column, look))
        says = say("binding.nothing_missing")
        rooms = [
            self.years.seats[row, column] / wanted_peak[name]
            for row, name in enumerate(self.years.sites)
            if wanted_peak.get(name) and self.years.is_limited(name)
        ]
        needed, there = self.years.needed[:, column], self.played.present[:, column]
        by_people = min((there[needed > 0] / needed[needed > 0]).tolist(), default=np.inf)
        by_seats = min(rooms, default=np.inf)
        more = min(by_people, by_seats) - 1
        if not np.isfinite(more):
            return Binding(DEMAND, says, "")
        spare = say("binding.more_demand", share=more) if more > ENOUGH else say("binding.no_more_demand")
        if by_people <= by_seats:
            return Binding(DEMAND, says, say("binding.before_people", demand=spare))
        return Binding(DEMAND, says, say("binding.before_seats", demand=spare))

    def _more_calls(self, column: int, look: Look | None) -> tuple[str, Reliefs]:
        """Returns the largest increase of calls, in whole per cent, at which the day keeps all goals."""
        if look is None:
            return "", NO_RELIEFS

        def keeps(more: int) -> list[str]:
            return look(column, self.played, more).missed

        low, high = 0, 1
        while high < MOST_MORE and not keeps(high):
            low, high = high, min(high * 2, MOST_MORE)
        if high == MOST_MORE and not keeps(high):
            more = Reliefs(calls_more=MOST_MORE / 100)
            return say("binding.very_many_more", percent=MOST_MORE), more
        high = least_whole(lambda more: bool(keeps(more)), low, high)
        low, missed = high - 1, keeps(high)
        calls = say("binding.more_calls", percent=low) if low else say("binding.no_more_calls")
        says = say("binding.before_missed", n=len(missed), calls=calls, queues=named(missed))
        return says, Reliefs(calls_more=low / 100)

    def _people(self, column: int, when: str, look: Look | None) -> Binding:
        """What stopped the hiring of those who are missing, and the smallest changes that bring them."""
        years, played = self.years, self.played
        short, needed = self._missing(column), float(years.needed[:, column].sum())
        says = say("binding.agents_missing", short=short, needed=needed)
        if lines := self.short_lines(column):
            teams = [row for row, team in enumerate(years.teams) if team.group is not None]
            only = missing(years, played, column, teams) <= self._enough(column)
            some = named(lines)
            says += say("binding.all_for", lines=some) if only else say("binding.also_for", lines=some)
        spare = float(np.maximum(played.present[:, column] - years.needed[:, column], 0).sum())
        if spare > self._enough(column):
            says += say("binding.too_many_elsewhere", agents=spare)
        says += when
        if not years.plan.people.schools:
            return Binding(PEOPLE, say("binding.nobody_hired", says=says), say("binding.a_school"))
        late, no_school = self._left(column)
        lost = self.what_if.left(column) >= short - self._enough(column)
        word = PEOPLE if no_school and not late and lost else word_of(self.what_if.binds(played, column))
        return Binding(word, says, *(self.relief([column], look) if look else ("", NO_RELIEFS)))

    def seat_relief(
        self, columns: list[int], lacking: Mapping[str, int], look: Look | None
    ) -> tuple[str, Reliefs]:
        """The seats that everybody needs on some days, and the fewest that keep their goals."""
        if look is None or not self.goals:
            return seat_relief(lacking, None)

        def misses(seats: Mapping[str, int]) -> list[str]:
            looks = (look(column, self.played, seats=seats).missed for column in columns)
            return next((missed for missed in looks if missed), [])

        return seat_relief(lacking, misses)

    def relief(self, columns: list[int], look: Look) -> tuple[str, Reliefs]:
        """The smallest changes that fill the rosters of some days, and those that keep their goals."""
        what_if = self.what_if
        enough = {column: self._enough(column) for column in columns}
        left = {column: what_if.left(column) for column in columns}
        most = max(columns, key=lambda column: left[column] - enough[column])
        late, no_school = self._left(most)
        late_lines = {column: self._short_with(what_if.everything(), column) for column in columns}
        if all(
            left[column] >= self._missing(column) - enough[column]
            and set(self.short_lines(column)) <= set(late_lines[column])
            for column in columns
        ):
            ways = [say("binding.school_for", sites=named(no_school))] if no_school else []
            ways += [say("binding.earlier")] if late or not ways else []
            return say("lists.and_then").join(ways), NO_RELIEFS
        tolerated = {column: max(enough[column], left[column] + 1e-6) for column in columns}

        def fill(lift: Lift) -> bool:
            return all(what_if.missing(lift, column) <= most for column, most in tolerated.items()) and all(
                set(self._short_with(lift, column)) <= set(late_lines[column]) for column in columns
            )

        fills = what_if.smallest(fill, what_if.everything())
        also = say("binding.too_late", agents=late) if late else ""
        also += say("binding.no_school", sites=named(no_school)) if no_school else ""
        told, reliefs = what_if.says(fills), Reliefs(fills_the_roster=what_if.told(fills))

        def misses(lift: Lift) -> list[str]:
            """Queues that miss their goals, or else lines without queues whose people are missing."""
            for column in columns:
                missed = look(column, what_if.flow(lift)).missed or self._short_with(lift, column)
                if missed:
                    return missed
            return []

        if missed := misses(fills):
            too_late = set(missed) & set(late_lines[columns[0]])
            return f"{told}{also}" + (
                "" if too_late else say("binding.and_even_then", missed=missed_even_then(missed))
            ), reliefs
        if not self.goals:
            return f"{told}{also}", reliefs
        keep = what_if.smallest(lambda lift: not misses(lift), fills, EXACT)
        reliefs = replace(reliefs, keeps_the_goals=what_if.told(keep))
        if keep != fills:
            told += say("binding.and_goals", changes=what_if.says(keep))
        return told + also, reliefs

    def _left(self, column: int) -> tuple[float, list[str]]:
        """Whom no change of a school brings: agents who come too late, 0 where they are few; and the sites
        for which agents are missing and no school teaches."""
        years, played = self.years, self.what_if.flow(self.what_if.everything())
        people = years.plan.people
        nobody = [row for row, team in enumerate(years.teams) if people.untaught([team.site])]
        enough = self._enough(column)
        late = missing(years, played, column) - missing(years, played, column, nobody)
        lack = [row for row in nobody if missing(years, played, column, [row]) > enough / len(years.teams)]
        sites = people.untaught(years.teams[row].site for row in lack)
        return (late if late > enough else 0.0), sites

    def _short_with(self, lift: Lift, column: int) -> list[str]:
        return Judge(self.years, self.what_if.flow(lift), self.what_if).short_lines(column)

    def _missing(self, column: int) -> float:
        return missing(self.years, self.played, column)
