"""The answer to `callsim staff --shifts`: people on shifts, what they do and cost, and how the check went."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from callsim.results.result import Result
from callsim.results.schema import Mapped
from callsim.results.staffing.seats import sites_of
from callsim.scenario import Scenario
from callsim.sentences import dated, say
from callsim.shown import Shown
from callsim.study.roster.answer import GroupRostered, Programme, RosterAnswer, SeatsTaken
from callsim.study.roster.cover import Cover, Roster, Shortage
from callsim.study.roster.law import Law, on_duty
from callsim.study.roster.pauses import Settled
from callsim.study.roster.prices import Dear
from callsim.study.roster.repair import missed
from callsim.study.roster.tours import Day, as_words, may_work, more_on_dates
from callsim.study.staff.answer import ForCertainty, SearchDone, check_done, queues_checked
from callsim.study.staff.fresh.holdout import Kept, on_fresh_days
from callsim.study.staff.fresh.verdicts import Verdict, copies_of, too_few_lines, unreachable
from callsim.study.staff.occupancy import Occupancy, occupancies
from callsim.study.staff.search import Found
from callsim.study.staff.staircase import Step, Worked, staircase
from callsim.study.staff.subproblem import Options
from callsim.units import show_clock

TOLD = 0.05  # agents short; less is nobody as people count


class Written(NamedTuple):
    """A roster as a file, and what is read from it."""

    text: str
    scenario: Scenario


class Surcharge(NamedTuple):
    """People for certainty: without them goals are met, too, but the days of the check do not show it."""

    without: Settled  # the roster without them
    days: float  # about, that would show it; infinite if nothing is left between goal and expectation
    tight: list[str]  # queues of which that holds


def on_dates(days: list[Day], found: list[list[Found]]) -> list[list[Found]]:
    """The searches of each date of the calendar. `found`: [day, part]."""
    by_date: dict[int, list[Found]] = {}
    for day, searches in zip(days, found, strict=True):
        by_date |= dict.fromkeys(day.numbers, searches)
    return [by_date[number] for number in sorted(by_date)]


@dataclass(frozen=True, repr=False)
class Rostering(Shown):
    """The answer to `callsim staff --shifts`."""

    scenario: Scenario
    options: Options
    law: Law
    days: list[Day]
    found: list[list[Found]]  # [day, part]
    offered: Scenario  # with the shifts of families
    settled: Settled  # the roster on shifts without breaks that move
    refused: dict[str, str]
    roster: Roster
    repairs: int
    written: Written
    check: Result  # fresh days
    plenty: Result | None  # the same with agents in plenty, where calls are lost to shared lines
    surcharge: Surcharge | None  # people who are there for the verdicts of the check
    dearest: list[Dear]  # what makes it dear, the dearest hours first

    def for_reports(self) -> RosterAnswer:
        """Returns it as reports take it."""
        return self.answer

    def in_short(self) -> dict[str, object]:
        """Returns what its `repr` says."""
        return {"scenario": self.scenario.name, "people": self.people}

    @property
    def rostered(self) -> Scenario:
        """The scenario with the people of the roster, as read from the file."""
        return self.written.scenario

    @property
    def on_dates(self) -> list[list[Found]]:
        """The searches of each date of the calendar."""
        return on_dates(self.days, self.found)

    @cached_property
    def missed(self) -> list[str]:
        """What the check saw fail, in words."""
        return missed(self.check, self.days, self.options)

    @cached_property
    def copies(self) -> dict[str, int]:
        """Returns the number of copies of each group of the file."""
        return copies_of(self.scenario)

    @cached_property
    def shifts(self) -> dict[str, dict[str, int]]:
        """Agents by group and shift of the written file."""
        return {name: dict(group.shifts or {}) for name, group in self.rostered.groups.items()}

    @cached_property
    def people(self) -> dict[str, int]:
        """Returns the people to be employed, by group: whole people, days off included, holidays not."""
        return self._people(self.settled)

    def _people(self, settled: Settled) -> dict[str, int]:
        found = dict.fromkeys(self.scenario.groups, 0.0)
        for tour, places in zip(settled.tours, settled.places.tolist(), strict=True):
            found[tour.group] += places * tour.people
        for group, more in more_on_dates(settled.tours, settled.places.tolist(), self.days).items():
            found[group] += more
        return {name: math.ceil(people - 1e-6) for name, people in found.items()}

    @cached_property
    def worked(self) -> Worked:
        """Hours of a mean day, all copies."""
        paid = present = off = breaks = 0.0
        for tour, hours in zip(self.settled.tours, self._hours(self.settled), strict=True):
            words = self.scenario.groups[tour.group]
            shift = self.settled.scenario.shifts[tour.shift]
            on_duty = shift.work_ms / shift.paid_ms
            come = 1 - (words.absence.share if words.absence else 0.0)
            paid += hours
            present += hours * come
            off += hours * come * words.shrinkage
            breaks += hours * come * (1 - words.shrinkage) * (1 - on_duty)
        return Worked(paid, present, off, breaks, self._seats_hours(paid, present, off, breaks))

    def _hours(self, settled: Settled) -> list[float]:
        """Paid hours of a mean day of each tour, all copies."""
        return [
            places
            * sum(len(day.numbers) for day in self.days if tour.begins(day))
            / self._dates
            * tour.hours
            * self.copies[tour.group]
            for tour, places in zip(settled.tours, settled.places.tolist(), strict=True)
        ]

    def _certain(self) -> ForCertainty | None:
        """What the days of the check cost."""
        if self.surcharge is None:
            return None
        without, days, tight = self.surcharge
        fewer = self._people(without)
        return ForCertainty(
            agent_hours=sum(self._hours(self.settled)) - sum(self._hours(without)),
            people=sum((many - fewer[name]) * self.copies[name] for name, many in self.people.items()),
            days_instead=math.ceil(days) if math.isfinite(days) else None,
            nothing_to_spare=tight,
        )

    def _seats_hours(self, paid: float, present: float, off: float, breaks: float) -> float:
        return self.roster.seats_cost / self._dates * (present - off - breaks) / max(paid, 1e-9)

    @property
    def _dates(self) -> int:
        return self.scenario.calendar.days

    @property
    def steps(self) -> list[Step]:
        """Why this many agents: the steps, and what each adds."""
        return staircase(self.scenario, self.on_dates, self.worked)

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """What stands in the way; nothing if every moment can be covered and every goal reached."""
        return [
            *self._short(),
            *unreachable(self.scenario, *self._searches()),
            *(too_few_lines(self.plenty, on_fresh_days(self.plenty, self.on_dates)) if self.plenty else ()),
        ]

    @cached_property
    def kept(self) -> dict[str, Kept]:
        """Returns for each queue how its goal was kept on fresh days."""
        return on_fresh_days(self.check, self.on_dates)

    @cached_property
    def occupancy(self) -> dict[str, Occupancy]:
        """How busy the groups were for which there is a wish."""
        return occupancies(self.check, self.options.occupancy, self.on_dates)

    def _searches(self) -> tuple[list[Found], list[int]]:
        """All searches, and the first day of the calendar of each."""
        pairs = [
            (one, day.numbers[0]) for day, found in zip(self.days, self.found, strict=True) for one in found
        ]
        return [one for one, _ in pairs], [first for _, first in pairs]

    def _short(self) -> list[Verdict]:
        verdicts = []
        for short in self.roster.shortages:
            if short.most < TOLD:
                continue
            day = self.days[short.day]
            why = {
                "seats": say("roster.seats", site=short.site),
                "nights": say("roster.nights", nights=self.law.nights_a_month),
                "hours": say("roster.no_shift", law=self._but_for_the_law(short)),
                "time": say("roster.time"),
            }[short.why]
            when = (
                f"{dated(day.date, '%a')} {show_clock(short.moment)}"
                if len(self.days) > 1
                else show_clock(short.moment)
            )
            verdicts.append(
                Verdict(
                    short.why,
                    short.group,
                    f"{day.date.isoformat()}T{show_clock(short.moment)}",
                    say(
                        "roster.short",
                        group=short.group,
                        agents=short.agents,
                        when=when,
                        most=short.most,
                        why=why,
                    ),
                )
            )
        return verdicts

    def _but_for_the_law(self, short: Shortage) -> str:
        """The shifts of a group that would cover a moment, and why nobody may work them."""
        shifts = self.offered.shifts
        would = [
            say("staffing.would", shift=name, why=self.refused[name])
            for name in may_work(self.scenario, self.scenario.groups[short.group])
            if name in self.refused and on_duty(shifts[name], short.moment)
        ]
        return "".join(would[:1])

    @cached_property
    def answer(self) -> RosterAnswer:
        """What reports and JSON tell of it."""
        return RosterAnswer(
            **self.options.told(self.scenario),
            groups={name: self._group(name) for name in self.scenario.groups},
            new_shifts=self._new_shifts(),
            queues=queues_checked(self.check, self.kept),
            sites=sites_of(self.check.model, self.check.sums),
            staircase=self.steps,
            verdicts=self.verdicts,
            missed=self.missed,
            seats=self._seats(),
            begins_empty=self._begins_empty,
            shifts_refused=self.refused,
            programme=Programme(
                hours=self.roster.hours,
                bound=self.roster.bound,
                gap=self.roster.gap,
                seconds=self.roster.seconds,
                repairs=self.repairs,
            ),
            labour=self.law.of,
            law=self.law,
            on_dates=sorted(
                {
                    tour.name
                    for tour, places in zip(self.settled.tours, self.settled.places.tolist(), strict=True)
                    if places and tour.also
                }
            ),
            search=SearchDone(calls=sum(found.calls for day in self.found for found in day)),
            check=check_done(self.check),
            certain=self._certain(),
            dearest=self.dearest,
        )

    def to_dict(self) -> Mapped:
        """The JSON of the results."""
        return self.answer.to_dict()

    def _seats(self) -> dict[str, SeatsTaken]:
        """Seats of each site that has a limit, and how many are taken at most: on the mean, and when all
        who are planned come.
        """
        tours, cover, found = self.settled.tours, self._cover, {}
        for site, words in self.scenario.sites.items():
            mine = [k for k, tour in enumerate(tours) if self.scenario.groups[tour.group].site == site]
            if words.seats is None or not mine:
                continue
            groups = [tours[k].group for k in mine]
            copies = np.array([self.copies[name] for name in groups])
            places, there = self.settled.places[mine], cover.there[mine]
            mean = places * copies * np.array([cover.ready[name] for name in groups])
            kept = 1 - np.array([self.scenario.groups[name].shrinkage for name in groups])
            most = copies * np.ceil(places * kept - 1e-9)
            found[site] = SeatsTaken(
                seats=words.seats,
                mean=round(float(np.einsum("k,kdm->dm", mean, there).max()), 2),
                most=int(np.einsum("k,kdm->dm", most, there).max()),
            )
        return found

    @cached_property
    def _cover(self) -> Cover:
        return Cover(self.settled.scenario, self.settled.tours, self.days, self.law, self.copies)

    @property
    def _begins_empty(self) -> bool:
        """Whether the first interval is called, and begins with an empty centre."""
        if self.scenario.calendar.warm_up > 0:
            return False
        return any(need.load.calls[0] > 0 for found in self.on_dates[0] for need in found.needs)

    def _new_shifts(self) -> dict[str, str]:
        """The shifts with days off that the file does not have yet, as it would write them."""
        return {
            name: as_words(shift)
            for name, shift in self.rostered.shifts.items()
            if name not in self.scenario.written_shifts
        }

    def _group(self, name: str) -> GroupRostered:
        per_day = [self._wanted(name, day) for day in range(len(self.days))]
        dates = [day.date.isoformat() for day in self.days]
        there = self._cover.on_duty(self.settled.places, name)
        return GroupRostered(
            copies=self.copies[name],
            staff=np.ceil(np.max(per_day, axis=0) - 1e-6).astype(int).tolist(),
            required={
                date: np.round(wanted, 3).tolist() for date, wanted in zip(dates, per_day, strict=True)
            },
            on_duty={date: np.round(ready, 3).tolist() for date, ready in zip(dates, there, strict=True)},
            shifts=self.shifts[name],
            people=self.people[name],
            occupancy=self.occupancy.get(name),
        )

    def _wanted(self, name: str, day: int) -> np.ndarray:
        for found in self.found[day]:
            if name in found.part.groups:
                calls = np.sum([need.load.calls for need in found.needs], axis=0)
                return np.where(calls > 0, found.wanted[:, found.part.groups.index(name)], 0.0)
        raise AssertionError(name)
