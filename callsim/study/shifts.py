"""How many people on which shifts: every day's requirement covered at least cost, simulated and repaired.

A roster may cover every moment and still miss a goal: absence comes in lumps, and the requirement is a mean.
So it is simulated on the days of the search, the cuts of intervals that fall short are raised by as many
agents as were missing, and the programme is solved again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from callsim import __version__
from callsim.errors import UserError
from callsim.scenario import Scenario
from callsim.study.cover import Cover, Requirement, Roster, Shortage
from callsim.study.day_kinds import Kind
from callsim.study.fresh import Kept, on_fresh_days
from callsim.study.law import Law, on_duty
from callsim.study.parts import Part, all_ready, bare, parts
from callsim.study.question import Options, Question, Seen
from callsim.study.result import Result
from callsim.study.search import Found, Search
from callsim.study.staffing import FRESH, Progress, check_wishes, runs_to_check, simulate
from callsim.study.staircase import Step, Worked, staircase
from callsim.study.tours import Day, Tour, as_words, days_to_cover, shifts_of, tours
from callsim.study.verdicts import Verdict, copies_of, too_few_lines, unreachable
from callsim.units import DAY_MS, show_clock

REPAIRS = 3
WARM_UP = 3600.0  # s, at least: a day of a week does not begin empty
SURE = 1.0  # standard errors below the promise, beyond which an interval is repaired
TOLERATED = 0.01  # … and this much of the share, which the resolution does not reach


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
    rostered: Scenario
    check: Result  # fresh days

    @cached_property
    def copies(self) -> dict[str, int]:
        """How often each group of the file stands in the centre."""
        return copies_of(self.scenario)

    @cached_property
    def shifts(self) -> dict[str, dict[str, int]]:
        """Agents by group and shift of the written file."""
        return {name: dict(group.shifts or {}) for name, group in self.rostered.groups.items()}

    @cached_property
    def people(self) -> dict[str, float]:
        """Who must be employed for it, by group: days off included, holidays not."""
        found = dict.fromkeys(self.scenario.groups, 0.0)
        for tour, places in zip(self.tours, self.roster.places.tolist(), strict=True):
            found[tour.group] += places * tour.people
        return found

    @cached_property
    def worked(self) -> Worked:
        """Hours of a mean day, all copies."""
        paid = present = off = breaks = 0.0
        for tour, places in zip(self.tours, self.roster.places.tolist(), strict=True):
            words = self.scenario.groups[tour.group]
            days = sum(day.weekday in tour.days for day in self.days) / len(self.days)
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
        return self.roster.seats_cost / len(self.days) * (present - off - breaks) / max(paid, 1e-9)

    @property
    def steps(self) -> list[Step]:
        """Why so many."""
        return staircase(self.scenario, self.found, self.worked)

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
        days = self.scenario.calendar.days
        return on_fresh_days(self.check, [self.found[day % len(self.found)] for day in range(days)])

    def _searches(self) -> tuple[list[Found], list[int]]:
        """All searches, and the day of the calendar of each."""
        pairs = [(one, d) for d, day in enumerate(self.found) for one in day]
        return [one for one, _ in pairs], [d for _, d in pairs]

    def _short(self) -> list[Verdict]:
        verdicts = []
        for short in self.roster.shortages:
            day = self.days[short.day]
            why = {
                "seats": f"{short.site} has too few seats for more",
                "nights": f"more people would have more than {self.law.nights_a_month:g} nights a month",
                "hours": f"no shift that they may work covers it{self._but_for_the_law(short)}",
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

    def _new_shifts(self) -> dict[str, str]:
        """The shifts with days off that the file does not have yet, as it would write them."""
        base = {tour.name: tour.shift for tour in self.tours}
        return {
            name: as_words(shift)
            for name, shift in self.rostered.shifts.items()
            if name not in self.scenario.shifts and name in base
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
            "people": round(self.people[name], 1),
        }

    def _wanted(self, name: str, day: int) -> np.ndarray:
        for found in self.found[day]:
            if name in found.part.groups:
                return found.wanted[:, found.part.groups.index(name)]
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
    days = days_to_cover(scenario)
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
    solved = cover.solve(wanted, limit_s)
    rostered = _rostered(scenario, allowed, solved)
    repairs = 0
    kinds = [Kind(one.part, (d,)) for d, day in enumerate(found) for one in day]
    runs = min(runs_to_check(kinds, [one for day in found for one in day], options), 50)
    while repairs < REPAIRS:
        tell(0.6 + 0.1 * repairs, len(days) - 1, len(days))
        seen = simulate(bare(rostered), runs, options, None)
        wanted, short = _repaired(scenario, days, wanted, seen, options)
        if not short:
            break
        again = cover.solve(wanted, limit_s)
        # What could not be covered at first is the trouble, not what repairs would like on top.
        solved = again._replace(shortages=solved.shortages or again.shortages)
        rostered = _rostered(scenario, allowed, solved)
        repairs += 1
    tell(0.9, len(days) - 1, len(days))
    fresh = options._replace(seed=options.seed + FRESH)
    check = simulate(bare(rostered), runs, fresh, None)
    return Rostering(scenario, options, law, days, found, allowed, refused, solved, repairs, rostered, check)


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


def parts_of_day(scenario: Scenario, day: Day) -> list[Part]:
    """The kinds of parts as they are on one day that must be covered."""
    calendar = scenario.calendar.model_copy(
        update={"start": day.date, "days": 1, "warm_up": max(scenario.calendar.warm_up, WARM_UP)}
    )
    return parts(all_ready(scenario.model_copy(update={"calendar": calendar})))


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


def _rostered(scenario: Scenario, allowed: list[Tour], solved: Roster) -> Scenario:
    """The scenario with the people of a roster."""
    worked = [tour for tour, places in zip(allowed, solved.places, strict=True) if places > 0]
    shifts = dict(scenario.shifts) | shifts_of(scenario, worked)
    groups = {}
    for name, group in scenario.groups.items():
        own = {
            tour.name: int(places)
            for tour, places in zip(allowed, solved.places, strict=True)
            if tour.group == name and places > 0
        }
        # The file beneath may have people on other shifts: nobody works these any more.
        none = dict.fromkeys(group.shifts or (() if own else list(scenario.shifts)[:1]), 0)
        groups[name] = group.model_copy(update={"staff": None, "shifts": none | own})
    return scenario.model_copy(update={"shifts": shifts, "groups": groups})


def _repaired(
    scenario: Scenario,
    days: list[Day],
    wanted: list[list[Requirement]],
    seen: Result,
    options: Options,
) -> tuple[list[list[Requirement]], bool]:
    """The requirement, raised where the roster fell short; and whether it did anywhere."""
    sums = seen.sums.calls
    per_day = DAY_MS // round(scenario.calendar.interval * 1000)
    sums = sums.reshape(len(sums), -1, per_day, *sums.shape[2:])
    originals = [copy.original for copy in seen.plan.queues]
    repaired, short = [], False
    for d, (day, requirements) in enumerate(zip(days, wanted, strict=True)):
        raised = []
        for part, requirement in zip(parts_of_day(scenario, day), requirements, strict=True):
            question = Question(part, options)
            # One of the parts of its kind: of each queue as many copies as one part has.
            rows = [
                [k for k, name in enumerate(originals) if name == queue][: question.copies.count(queue)]
                for queue in part.queues
            ]
            calls = np.stack([sums[:, d][:, :, mine].sum(axis=2) for mine in rows], axis=2)
            least = requirement.cuts.least.copy()
            for r, row in enumerate(question.rows):
                found = question.level(row, Seen(calls, np.empty(0)))
                promised = row.promise.share - TOLERATED
                broken = (found.above < -SURE * found.doubt) & (found.share < promised) & (row.calls > 0)
                least[:, r] += np.where(broken, np.minimum(-found.above, 2.0) * row.spread, 0.0)
                short |= bool(broken.any())
            raised.append(Requirement(requirement.groups, requirement.cuts._replace(least=least)))
        repaired.append(raised)
    return repaired, short
