"""How many people on which shifts: every day's requirement covered at least cost, simulated and repaired.

What is simulated is read from the text of the file that is written. The roster is played on the days of the
search and repaired (`study/repair.py`), then checked on days that it never saw; a check that misses a goal
is a reason to repair, and to check on other days.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from callsim import __version__
from callsim.build import build
from callsim.errors import ScenarioError, UserError
from callsim.measures import COUNTS
from callsim.scenario import Scenario
from callsim.scenario.reading import changes_of, laid_over, with_hours
from callsim.scenario.staffed_file import staffed_file
from callsim.study.cover import Cover, Requirement, Roster, Shortage
from callsim.study.day_kinds import Kind
from callsim.study.fresh import Kept, on_fresh_days
from callsim.study.law import Law, on_duty
from callsim.study.parts import Part, bare
from callsim.study.question import Options
from callsim.study.result import Result
from callsim.study.roster_repair import missed, parts_of_day, raised
from callsim.study.search import Found, Search
from callsim.study.staffing import CHECKED, FRESH, Progress, check_wishes, runs_to_check, simulate
from callsim.study.staircase import Step, Worked, staircase
from callsim.study.tours import Day, Tour, as_tree, as_words, days_to_cover, shifts_of, tours
from callsim.study.verdicts import Verdict, copies_of, too_few_lines, unreachable
from callsim.units import show_clock

REPAIRS = 3  # after the days of the search …
CHECKS = 3  # … and checks at most, each on days of its own
MOST_RUNS = 50  # to repair and to check with …
MOST_TO_DECIDE, SPARE = 1000, 1.3  # runs, where a verdict is close, and a little more than it should take
DAYS_FOR_CERTAINTY = 1000  # … and days, where a share of days is wanted


class Written(NamedTuple):
    """A roster as a file, and what is read from it."""

    text: str
    scenario: Scenario


@dataclass(frozen=True)
class Rostering:
    """The answer to `callsim staff --shifts`."""

    scenario: Scenario
    options: Options
    law: Law
    days: list[Day]
    found: list[list[Found]]  # [day, part]
    tours: list[Tour]
    refused: dict[str, str]
    roster: Roster
    repairs: int
    written: Written
    check: Result  # fresh days

    @property
    def rostered(self) -> Scenario:
        """The scenario with the people of the roster, as read from the file."""
        return self.written.scenario

    @property
    def on_dates(self) -> list[list[Found]]:
        """The searches of each date of the calendar."""
        found: dict[int, list[Found]] = {}
        for day, searches in zip(self.days, self.found, strict=True):
            found |= dict.fromkeys(day.numbers, searches)
        return [found[number] for number in sorted(found)]

    @cached_property
    def missed(self) -> list[str]:
        """What the check saw fail, in words."""
        return missed(self.check, self.days, self.options)

    @cached_property
    def copies(self) -> dict[str, int]:
        """How often each group of the file stands in the centre."""
        return copies_of(self.scenario)

    @cached_property
    def shifts(self) -> dict[str, dict[str, int]]:
        """Agents by group and shift of the written file."""
        return {name: dict(group.shifts or {}) for name, group in self.rostered.groups.items()}

    @cached_property
    def people(self) -> dict[str, int]:
        """Who must be employed for it, by group: days off included, holidays not; whole people."""
        found = dict.fromkeys(self.scenario.groups, 0.0)
        for tour, places in zip(self.tours, self.roster.places.tolist(), strict=True):
            found[tour.group] += places * tour.people
        return {name: math.ceil(people - 1e-6) for name, people in found.items()}

    @cached_property
    def worked(self) -> Worked:
        """Hours of a mean day, all copies."""
        paid = present = off = breaks = 0.0
        for tour, places in zip(self.tours, self.roster.places.tolist(), strict=True):
            words = self.scenario.groups[tour.group]
            days = sum(len(day.numbers) for day in self.days if day.weekday in tour.days) / self._dates
            hours = places * days * tour.hours * self.copies[tour.group]
            shift = self.scenario.shifts[tour.shift]
            on_duty = sum(end - begin for begin, end in shift.spans) / 3_600_000 / tour.hours
            come = 1 - (words.absence.share if words.absence else 0.0)
            paid += hours
            present += hours * come
            off += hours * come * words.shrinkage
            breaks += hours * come * (1 - words.shrinkage) * (1 - on_duty)
        return Worked(paid, present, off, breaks, self._seats_hours(paid, present, off, breaks))

    def _seats_hours(self, paid: float, present: float, off: float, breaks: float) -> float:
        return self.roster.seats_cost / self._dates * (present - off - breaks) / max(paid, 1e-9)

    @property
    def _dates(self) -> int:
        return self.scenario.calendar.days

    @property
    def steps(self) -> list[Step]:
        """Why so many."""
        return staircase(self.scenario, self.on_dates, self.worked)

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """What stands in the way; nothing if every moment can be covered and every goal reached."""
        return [
            *self._short(),
            *unreachable(self.scenario, *self._searches()),
            *too_few_lines(self.check, self.kept),
        ]

    @cached_property
    def kept(self) -> dict[str, Kept]:
        """How each queue's goal was kept on fresh days."""
        return on_fresh_days(self.check, self.on_dates)

    def _searches(self) -> tuple[list[Found], list[int]]:
        """All searches, and the first day of the calendar of each."""
        pairs = [
            (one, day.numbers[0]) for day, found in zip(self.days, self.found, strict=True) for one in found
        ]
        return [one for one, _ in pairs], [first for _, first in pairs]

    def _short(self) -> list[Verdict]:
        verdicts = []
        for short in self.roster.shortages:
            day = self.days[short.day]
            why = {
                "seats": f"{short.site} has too few seats for more",
                "nights": f"more people would have more than {self.law.nights_a_month:g} nights a month",
                "hours": f"no shift that they may work covers it{self._but_for_the_law(short)}",
                "time": "no roster that covers it was found in time; --limit gives it more",
            }[short.why]
            when = (
                f"{day.date:%a} {show_clock(short.moment)}"
                if len(self.days) > 1
                else show_clock(short.moment)
            )
            verdicts.append(
                Verdict(
                    short.why,
                    short.group,
                    f"{day.date.isoformat()}T{show_clock(short.moment)}",
                    f"{short.group}: {short.agents:.1f} agents short at {when} "
                    f"(at worst {short.most:.1f}); {why}",
                )
            )
        return verdicts

    def _but_for_the_law(self, short: Shortage) -> str:
        """The shifts of a group that would cover a moment, and why nobody may work them."""
        shifts = self.scenario.shifts
        would = [
            f"; {name} would, but {self.refused[name]}"
            for name in self.scenario.groups[short.group].shifts or shifts
            if name in self.refused and on_duty(shifts[name], short.moment)
        ]
        return "".join(would[:1])

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the results."""
        checked = self.check.to_dict()
        return {
            "scenario": self.scenario.name,
            "seed": self.options.seed,
            "certainty": self.options.certainty,
            "version": __version__,
            "counted": self.scenario.goals.counted,
            "start": self.scenario.calendar.start.isoformat(),
            "interval_s": self.scenario.calendar.interval,
            "days": self.scenario.calendar.days,
            "groups": {name: self._group(name) for name in self.scenario.groups},
            "new_shifts": self._new_shifts(),
            "queues": {
                name: figures | self.kept[name].to_dict(self.scenario.calendar.start)
                for name, figures in checked["queues"].items()
            },
            "sites": checked["sites"],
            "staircase": [step.to_dict() for step in self.steps],
            "verdicts": [verdict.to_dict() for verdict in self.verdicts],
            "missed": self.missed,
            "seats": self._seats(),
            "begins_empty": self._begins_empty,
            "shifts_refused": self.refused,
            "programme": {
                "hours": self.roster.hours,
                "bound": self.roster.bound,
                "gap": self.roster.gap,
                "seconds": self.roster.seconds,
                "repairs": self.repairs,
            },
            "law": self.law._asdict(),
            "search": {"calls": sum(found.calls for day in self.found for found in day)},
            "check": {"seed": self.check.seed, "runs": self.check.runs, "warnings": self.check.warnings},
        }

    def _seats(self) -> dict[str, dict[str, float]]:
        """Seats of each site that has a limit, and how many are taken at most: on the mean, and when all
        who are planned come.
        """
        cover = Cover(self.scenario, self.tours, self.days, self.law, self.copies)
        found = {}
        for site, words in self.scenario.sites.items():
            mine = [k for k, tour in enumerate(self.tours) if self.scenario.groups[tour.group].site == site]
            if words.seats is None or not mine:
                continue
            groups = [self.tours[k].group for k in mine]
            copies = np.array([self.copies[name] for name in groups])
            places, there = self.roster.places[mine], cover.there[mine]
            mean = places * copies * np.array([cover.ready[name] for name in groups])
            kept = 1 - np.array([self.scenario.groups[name].shrinkage for name in groups])
            most = copies * np.ceil(places * kept - 1e-9)
            found[site] = {
                "seats": words.seats,
                "mean": round(float(np.einsum("k,kdm->dm", mean, there).max()), 2),
                "most": int(np.einsum("k,kdm->dm", most, there).max()),
            }
        return found

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
            if name not in self.scenario.shifts
        }

    def _group(self, name: str) -> dict[str, Any]:
        per_day = [self._wanted(name, day) for day in range(len(self.days))]
        return {
            "copies": self.copies[name],
            "staff": np.ceil(np.max(per_day, axis=0) - 1e-6).astype(int).tolist(),
            "required": {
                day.date.isoformat(): np.round(wanted, 3).tolist()
                for day, wanted in zip(self.days, per_day, strict=True)
            },
            "shifts": self.shifts[name],
            "people": self.people[name],
        }

    def _wanted(self, name: str, day: int) -> np.ndarray:
        for found in self.found[day]:
            if name in found.part.groups:
                calls = np.sum([need.load.calls for need in found.needs], axis=0)
                return np.where(calls > 0, found.wanted[:, found.part.groups.index(name)], 0.0)
        raise AssertionError(name)


def roster(
    scenario: Scenario,
    options: Options | None = None,
    law: Law | None = None,
    limit_s: float = 60.0,
    on_progress: Progress | None = None,
) -> Rostering:
    """People on each shift at least cost, checked on fresh days. `limit_s`: for each integer programme."""
    options, law = options or Options(), law or Law()
    check_wishes(scenario, options)
    if not scenario.shifts:
        raise UserError(
            "there are no shifts to choose from; write such as "
            "shifts: {early: {from: 07:00, to: 16:00, breaks: [11:00-12:00]}, late: {from: 13:00, to: 22:00}}"
        )
    if law.refused():
        raise UserError(str(law.refused()))
    days = days_to_cover(scenario, _calls_of(scenario))
    allowed, refused = tours(scenario, law)
    idle = [name for name in scenario.groups if not any(tour.group == name for tour in allowed)]
    if idle:
        why = "; ".join(f"{name}: {text}" for name, text in refused.items())
        raise UserError(f"nobody of {', '.join(idle)} may work any of the shifts ({why})")
    tell = on_progress or (lambda done, number, of: None)
    finds = _searches(scenario, days, options)
    found: list[list[Found]] = []
    for number, find in enumerate(finds):

        def part(done: float, number: int = number) -> None:
            tell(0.6 * (number + done) / len(days), number, len(days))

        found.append(find(part))
    cover = Cover(scenario, allowed, days, law, copies_of(scenario))
    wanted = [[_required(one) for one in day] for day in found]
    first = solved = cover.solve(wanted, limit_s)
    hopeless = [short.group for short in first.shortages]
    written, runs, repairs = write(scenario, allowed, solved), _runs(found, days, options), 0

    def play(seed: int, runs: int) -> Result:
        return simulate(bare(written.scenario), runs, options._replace(seed=seed), None)

    def mended(seen: Result) -> bool:
        nonlocal wanted, solved, written, repairs
        wanted, short = raised(scenario, days, wanted, seen, options, hopeless)
        if short:
            again = cover.solve(wanted, limit_s)
            # What could not be covered at first is the trouble, not what repairs would like on top.
            solved = again._replace(shortages=first.shortages or again.shortages)
            written, repairs = write(scenario, allowed, solved), repairs + 1
        return short

    for number in range(REPAIRS):
        tell(0.6 + 0.1 * number, len(days) - 1, len(days))
        if not mended(play(options.seed, runs)):
            break
    for number in range(1, CHECKS + 1):
        tell(0.9 + 0.03 * number, len(days) - 1, len(days))
        check = play(options.seed + number * FRESH, runs)
        while (more := _runs_to_decide(check, options)) > check.runs:
            check = play(options.seed + number * FRESH, more)
        if number == CHECKS or not missed(check, days, options) or not mended(check):
            break
    return Rostering(scenario, options, law, days, found, allowed, refused, solved, repairs, written, check)


def _calls_of(scenario: Scenario) -> Callable[[int], bytes]:
    """What is expected on each day of the calendar, as one key."""
    plan = build(bare(scenario))
    first = -plan.centre.clock.day(0)

    def of(number: int) -> bytes:
        rows = [
            queue.expected[queue.pattern[first + number]] * queue.times_day[first + number]
            for queue in plan.demand.queues
        ]
        return b"".join(np.round(row, 9).tobytes() for row in rows)

    return of


def _runs(found: list[list[Found]], days: list[Day], options: Options) -> int:
    """How many runs to repair and to check with."""
    kinds = [Kind(one.part, day.numbers) for day, each in zip(days, found, strict=True) for one in each]
    runs = runs_to_check(kinds, [one for each in found for one in each], options)
    if options.runs is not None:
        return runs
    if options.certainty is not None:
        return max(runs, math.ceil(DAYS_FOR_CERTAINTY / sum(len(day.numbers) for day in days)))
    return min(runs, MOST_RUNS)


def _runs_to_decide(check: Result, options: Options) -> int:
    """Runs after which `run` would not call a goal too close to call, as far as they are worth it."""
    if options.runs is not None or options.certainty is not None:
        return check.runs
    calls = float(check.sums.calls.sum(axis=(0, 1, 2)) @ COUNTS["offered"].over) / check.runs
    wanted = max((goal.runs_to_decide for goal in check.goals.values()), default=0.0)
    return max(check.runs, math.ceil(min(SPARE * wanted, CHECKED / max(calls, 1.0), MOST_TO_DECIDE)))


def _searches(
    scenario: Scenario, days: list[Day], options: Options
) -> list[Callable[[Callable[[float], None]], list[Found]]]:
    """One search a day; days on which the same is expected of a part share it."""
    known: dict[tuple[Any, ...], Found] = {}

    def of(day: Day) -> Callable[[Callable[[float], None]], list[Found]]:
        def find(tell: Callable[[float], None]) -> list[Found]:
            kinds = parts_of_day(scenario, day)
            found = []
            for number, part in enumerate(kinds):
                own = options._replace(effort=options.effort / len(kinds) / len(days))
                search = Search(part, own)
                key = (number, *(_fingerprint(search, row) for row in range(len(part.queues))))
                if key not in known:

                    def part_of_day(done: float, number: int = number) -> None:
                        tell((number + done) / len(kinds))

                    known[key] = search.find(part_of_day)
                found.append(known[key])
            return found

        return find

    return [of(day) for day in days]


def _required(found: Found) -> Requirement:
    """What a roster must cover: nothing where nobody calls, for who is busy then stays to the end."""
    calls = np.sum([need.load.calls for need in found.needs], axis=0)
    least = np.where(calls[:, None] > 0, found.cuts.least, 0.0)
    return Requirement(found.part.groups, found.cuts._replace(least=least))


def by_formula(part: Part) -> Requirement:
    """What a roster must cover by formula alone, before anything is simulated."""
    return Requirement(part.groups, Search(part, Options()).first_cuts())


def _fingerprint(search: Search, queue: int) -> bytes:
    load = search.question.needs[queue].load
    return load.arrivals.tobytes() + load.busy.tobytes()


def write(scenario: Scenario, allowed: list[Tour], solved: Roster) -> Written:
    """A roster as the text of a file, and the scenario as it is read from that text."""
    groups: dict[str, Any] = {}
    for name, group in scenario.groups.items():
        own = {
            tour.name: int(places)
            for tour, places in zip(allowed, solved.places, strict=True)
            if tour.group == name and places > 0
        }
        # The file beneath may have people on other shifts: nobody works these any more.
        none = dict.fromkeys(group.shifts or (() if own else list(scenario.shifts)[:1]), 0)
        groups[name] = {"shifts": none | own}
    worked = [tour for tour, places in zip(allowed, solved.places, strict=True) if places > 0]
    new = {
        name: as_tree(shift)
        for name, shift in shifts_of(scenario, worked).items()
        if name not in scenario.shifts
    }
    changes = changes_of(scenario, groups)
    text = staffed_file(scenario.path or "base.yaml", changes or {}, groups, new)
    if changes is None:
        return Written(text, with_hours(scenario, text))
    try:
        return Written(text, laid_over(scenario, text))
    except ScenarioError:
        if not solved.shortages:
            raise
        return Written(text, with_hours(scenario, text))  # nobody at all may work: no file to be run
