"""The covering programme: how many people on each tour, so that every moment is covered at least cost.

An integer programme, solved by HiGHS through `scipy.optimize.milp`. Its rows: each promise's cut at every
moment of every day; the seats of each site at every moment; the nights of each group. Where it has no
solution as little as possible is left uncovered, and what stands in the way is found by taking it away.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from callsim.scenario import Scenario
from callsim.study.roster.law import Law
from callsim.study.roster.pauses import pauses_of
from callsim.study.roster.programme import Row, cheapest, spread_thin, strictest
from callsim.study.roster.tours import Day, Tour
from callsim.study.staff.cut import Cuts
from callsim.units import DAY_MS

LEAST = 1e-9
SHORT = 0.01  # agents; less is nobody
IN_TIME = 0.9  # of the time given: a search that ended before was at its end


class Requirement(NamedTuple):
    """What one kind of part must have on the phones on one day."""

    groups: list[str]
    cuts: Cuts  # [interval, row, group of the part]


class Shortage(NamedTuple):
    """The first moment that cannot be covered, and why."""

    day: int  # of the days to cover
    moment: int  # ms of the day
    group: str
    agents: float  # missing on the phones then
    most: float  # … and at the worst moment of any day
    why: str  # `seats`, `nights`, `hours` or `time`
    site: str | None  # whose seats


class Roster(NamedTuple):
    """People on each tour, and how good that is."""

    places: np.ndarray  # int64 [tour]  a day
    taken: np.ndarray  # int64 [pause]  people who have a break that moves at this time
    hours: float  # paid, over the days of the calendar, all copies
    bound: float | None  # hours, below which no roster can be; None where nothing is proven
    gap: float | None  # (hours − bound) ÷ hours
    seconds: float
    seats_cost: float  # hours that are there because seats are few
    shortages: list[Shortage]


class Cover:
    """The programme of a scenario."""

    def __init__(
        self, scenario: Scenario, tours: list[Tour], days: list[Day], law: Law, copies: dict[str, int]
    ):
        """`copies`: how often each group stands in the centre."""
        self.scenario, self.tours, self.days, self.law, self.copies = scenario, tours, days, law, copies
        self.width = round(scenario.calendar.interval * 1000)
        self.pauses = pauses_of(scenario, tours)
        self.moments = self._moments()
        self.ready = {name: _ready(scenario, name) for name in scenario.groups}
        # Columns of the programme: tours, whose people are there, then breaks at their times, who are not.
        columns = [(tour, scenario.shifts[tour.shift].spans) for tour in tours]
        columns += [(tours[pause.tour], ((pause.begin, pause.end),)) for pause in self.pauses]
        self.sign = np.where(np.arange(len(columns)) < len(tours), 1.0, -1.0)
        self.there = np.array(
            [[self._there(tour, spans, day) for day in days] for tour, spans in columns]
        )  # [column, day, moment]
        self.of_group: dict[str, list[int]] = {name: [] for name in scenario.groups}
        for k, (tour, _) in enumerate(columns):
            self.of_group[tour.group].append(k)
        dates = [sum(len(day.numbers) for day in days if tour.begins(day)) for tour in tours]
        self.cost = np.zeros(len(columns))
        self.cost[: len(tours)] = [
            copies[tour.group] * tour.hours * number for tour, number in zip(tours, dates, strict=True)
        ]
        self.seats, self.nights, self.breaks = self._seat_rows(), self._night_rows(), self._break_rows()

    def _moments(self) -> list[int]:
        """Every time of day at which anything changes: ms."""
        edges = set(range(0, DAY_MS, self.width))
        for shift in self.scenario.shifts.values():
            edges.update(edge % DAY_MS for span in shift.spans for edge in span)
        for pause in self.pauses:
            edges.update((pause.begin % DAY_MS, pause.end % DAY_MS))
        return sorted(edges)

    def _there(self, tour: Tour, spans: Sequence[tuple[int, int]], day: Day) -> np.ndarray:
        """At which moments of a day some hours of a tour last: bool [moment]."""
        found = np.zeros(len(self.moments), bool)
        at = np.array(self.moments)
        for before in (0, 1):  # also who came yesterday and works past midnight
            if tour.begins(day, before):
                for begin, end in spans:
                    found |= (begin <= at + before * DAY_MS) & (at + before * DAY_MS < end)
        return found

    def on_duty(self, places: np.ndarray, group: str) -> np.ndarray:
        """Agents of one copy of a group who are ready, on the mean of each interval: float64 [day, interval].

        `places`: int64 [tour], people of one copy; less shrinkage and absence, and without breaks that move.
        """
        mine = [k for k in self.of_group[group] if k < len(self.tours)]
        ready = self.ready[group] * np.einsum("k,kdm->dm", places[mine], self.there[mine])
        lasts = np.diff([*self.moments, DAY_MS])
        first = np.searchsorted(self.moments, np.arange(0, DAY_MS, self.width))
        return np.asarray(np.add.reduceat(ready * lasts, first, axis=1) / self.width)

    def solve(self, wanted: Sequence[Sequence[Requirement]], limit_s: float) -> Roster:
        """The cheapest roster. `wanted`: [day, part]; `limit_s`: seconds, for each programme.

        Where no roster covers all, or none was found in time, as little as can be is left uncovered, spread
        over the moments; then nothing is proven of the hours.
        """
        begun = time.monotonic()
        every = self.cover_rows(wanted)
        rows = strictest(every)
        found = cheapest(self.cost, rows, [*self.nights, *self.breaks], self.seats, limit_s)
        in_time = time.monotonic() - begun < IN_TIME * limit_s
        if found is None:
            most = [*self.seats, *self.nights, *self.breaks]
            columns = np.round(spread_thin(self.cost, rows, most, limit_s)).astype(np.int64)
            shortages = self._shortages(every, rows, columns, limit_s, in_time)
            hours = float(self.cost @ columns)
            places, taken = np.split(columns, [len(self.tours)])
            return Roster(places, taken, hours, None, None, time.monotonic() - begun, 0.0, shortages)
        columns = np.round(found.places).astype(np.int64)
        hours = float(self.cost @ columns)
        bound = min(found.bound, hours)
        gap, seconds = (hours - bound) / max(hours, LEAST), time.monotonic() - begun
        places, taken = np.split(columns, [len(self.tours)])
        return Roster(places, taken, hours, bound, gap, seconds, max(hours - found.apart, 0.0), [])

    # Rows: (coefficients by tour, least or most, where: day, moment, group).

    def cover_rows(self, wanted: Sequence[Sequence[Requirement]]) -> list[Row]:
        """One row for each promise at each moment."""
        found = []
        for d, parts in enumerate(wanted):
            for part in parts:
                mine = [k for name in part.groups for k in self.of_group[name]]
                place = np.array([g for g, name in enumerate(part.groups) for _ in self.of_group[name]], int)
                ready = np.array([self.ready[name] for name in part.groups])
                for m, at in enumerate(self.moments):
                    t = at // self.width
                    on = self.there[mine, d, m]
                    for r in range(part.cuts.least.shape[1]):
                        least = float(part.cuts.least[t, r])
                        weight = part.cuts.weight[t, r] * ready
                        if least <= LEAST:
                            continue
                        values = np.where(on, weight[place] * self.sign[mine], 0.0)
                        group = part.groups[int(weight.argmax())]
                        found.append(Row(np.array(mine), values, least, d, m, group))
        return found

    def _seat_rows(self) -> list[Row]:
        """At no moment more people on duty than a site has seats."""
        found: dict[tuple[str, bytes], Row] = {}
        for site, words in self.scenario.sites.items():
            groups = [name for name, group in self.scenario.groups.items() if group.site == site]
            mine = [k for name in groups for k in self.of_group[name]]
            if words.seats is None or not mine:
                continue
            each = np.array(
                [self.copies[name] * self.ready[name] for name in groups for _ in self.of_group[name]]
            )
            each = each * self.sign[mine]
            for d in range(len(self.days)):
                for m in range(len(self.moments)):
                    values = np.where(self.there[mine, d, m], each, 0.0)
                    row = Row(np.array(mine), values, float(words.seats), d, m, site)
                    found.setdefault((site, values.tobytes()), row)
        return list(found.values())

    def _night_rows(self) -> list[Row]:
        """Nights are shared by all people of a group."""
        found = []
        for name, mine in self.of_group.items():
            mine = [k for k in mine if k < len(self.tours)]
            tours = [self.tours[k] for k in mine]
            if any(tour.night for tour in tours):
                each = [len(tour.days) * tour.night - self.law.nights_a_week * tour.people for tour in tours]
                found.append(Row(np.array(mine), np.array(each), 0.0, 0, 0, name))
        return found

    def _break_rows(self) -> list[Row]:
        """As many people have each of their breaks as work the tour: not more than do, nor fewer."""
        of_break: dict[tuple[int, int], list[int]] = {}
        for number, pause in enumerate(self.pauses, len(self.tours)):
            of_break.setdefault((pause.tour, pause.movable), []).append(number)
        found = []
        for (tour, _), columns in of_break.items():
            values = np.array([1.0] + [-1.0] * len(columns))
            both = np.array([tour, *columns])
            found += [Row(both, sign * values, 0.0, 0, 0, self.tours[tour].group) for sign in (1.0, -1.0)]
        return found

    def _short(self, every: list[Row], places: np.ndarray) -> np.ndarray:
        """Agents missing in every row: float64 [row]. `places`: float64 [column]."""
        return np.array([max(row.limit - float(row.values @ places[row.tours]), 0.0) for row in every])

    def _shortages(
        self, every: list[Row], cover: list[Row], places: np.ndarray, limit_s: float, in_time: bool
    ) -> list[Shortage]:
        """What is not covered, group by group: the first moment, and what stands in the way. `in_time`:
        whether it was proven that no roster covers all, or the search had no more time.
        """
        short = self._short(every, places)
        without = [("seats", [*self.nights, *self.breaks]), ("nights", [*self.seats, *self.breaks])]
        reasons = np.full(len(every), "hours", object)
        for why, most in without:
            if not (self.seats if why == "seats" else self.nights):
                continue
            still = self._short(every, spread_thin(self.cost, cover, most, limit_s, whole=False))
            helped = (short > SHORT) & (still < short - SHORT)
            reasons[helped & (reasons == "hours")] = why
        if not in_time and self._coverable(every, cover, limit_s):
            reasons[:] = "time"
        found = []
        for group in self.scenario.groups:
            mine = [k for k, row in enumerate(every) if row.where == group and short[k] > SHORT]
            if mine:
                first = min(mine, key=lambda k: (every[k].day, every[k].moment))
                found.append(
                    Shortage(
                        every[first].day,
                        self.moments[every[first].moment],
                        group,
                        float(short[first]),
                        float(short[mine].max()),
                        str(reasons[first]),
                        self.scenario.groups[group].site,
                    )
                )
        return found

    def _coverable(self, every: list[Row], cover: list[Row], limit_s: float) -> bool:
        """Whether fractions of people could cover all."""
        most = [*self.seats, *self.nights, *self.breaks]
        part = self._short(every, spread_thin(self.cost, cover, most, limit_s, whole=False))
        return bool((part <= SHORT).all())


def _ready(scenario: Scenario, group: str) -> float:
    """The share of those planned who take calls, on the mean."""
    words = scenario.groups[group]
    return (1 - words.shrinkage) * (1 - (words.absence.share if words.absence else 0.0))
