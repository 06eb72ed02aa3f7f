"""Head count week by week: who is found, learns, answers calls and leaves. Nobody is lost from the count."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from callsim.arrays import Floats, Ints
from callsim.model.buildout import Years
from callsim.scenario import Buildout, School
from callsim.scenario.buildout.classes import WEEK_MONTHS, weeks_of
from callsim.scenario.words.over_time import on
from callsim.study.buildout import tenure
from callsim.units import WEEK_S

# What stops a week's hiring, in the order in which it is met.
NOTHING, INTAKE, ROOMS, TRAINERS, MARKET = range(5)
LIMITS = ("nothing", "people", "training rooms", "trainers", "labour market")

NEW_WEEKS = 13  # less than three months on the phones
OLD_WEEKS = 52  # tenure at the start of those who are not new
NOBODY = 1e-9  # people: what arithmetic may leave of none

Late = Callable[[int, int], int]  # (school, week) → weeks by which its class is late


@dataclass(frozen=True)
class Flow:
    """Agents of each team on the day of each column of the plan, when those who begin on it are in class.

    Columns are those of the plan's `Years`; running totals count from the first day of the plan.
    """

    at_start: Floats  # float64 [team]
    hired: Floats  # float64 [team, column]  who has begun a class
    learning: Floats  # float64 [team, column]  who is in class
    failed: Floats  # float64 [team, column]  who left a class without ever taking calls
    present: Floats  # float64 [team, column]
    new: Floats  # float64 [team, column]  of them, who has less than three months
    left: Floats  # float64 [team, column]  who has left since
    pace: Floats  # float64 [team, column]  handling time as times an old hand's
    stopped: Floats  # float64 [limit, week]  people wanted and not hired, by what stopped them
    classes: tuple[Class, ...]  # all that ever began

    @property
    def limit(self) -> Ints:
        """What stopped most of those who were wanted in each week and not found: int64 [week]."""
        return np.where(self.stopped.sum(axis=0) > 0, self.stopped.round(6).argmax(axis=0), NOTHING)


@dataclass(frozen=True)
class Class:
    """People who learn together; `done` is the week in which they take calls."""

    size: Floats  # float64 [team]
    begun: int  # week
    done: int  # week
    school: int


@dataclass(frozen=True)
class Lift:
    """What if less bounded the hiring: so much more, of each school, than the plan has."""

    hires: tuple[float, ...]  # people a month
    rooms: tuple[float, ...]
    trainers: tuple[float, ...]
    market: float = 0.0  # of the share of the labour force: 0.1 is a tenth more

    @classmethod
    def none(cls, schools: int) -> Lift:
        """Nothing is changed."""
        return cls((0.0,) * schools, (0.0,) * schools, (0.0,) * schools)


def never_late(school: int, week: int) -> int:
    """Every class ends on its day."""
    return 0


def schools_of(plan: Buildout) -> list[tuple[str, School]]:
    """The schools in the order in which they are asked for people; that of the file says nothing.

    Those that teach for the fewest sites come first, for the others can teach for more; then those of which
    fewer fail, then the shorter, then by name.
    """

    def first(item: tuple[str, School]) -> tuple[float, float, float, str]:
        name, school = item
        return len(school.sites) or math.inf, school.fails, school.length, name

    return sorted(plan.people.schools.items(), key=first)


def flow(
    years: Years,
    late: Late = never_late,
    attrition: float = 1.0,
    lift: Lift | None = None,
    planned: tuple[Class, ...] | None = None,
) -> Flow:
    """Plays the plan's people, week by week.

    What-ifs: `late`, by how much classes end late; `attrition`, a factor of the rates of leaving; `lift`,
    what bounds the hiring less. With `planned` the classes of a plan begin as planned, however many people
    are missing by then.
    """
    people = years.plan.people
    teams, weeks = len(years.teams), len(years.weeks)
    schools = [school for _, school in schools_of(years.plan)]
    lift = lift or Lift.none(len(schools))
    ages = weeks + OLD_WEEKS + 1
    stays = np.array([_stay(years, row, ages + _longest(years, schools), attrition) for row in range(teams)])
    leave = 1 - stays[:, 1 : ages + 1] / stays[:, :ages]
    slower = tenure.pace(people.experience, 7 * np.arange(ages, dtype=np.float64))
    hiring = _Hiring(years, schools, stays, lift)

    present = np.zeros((teams, ages))
    present[:, :NEW_WEEKS] = (years.needed[:, :1] * people.at_start * people.new_at_start) / NEW_WEEKS
    present[:, OLD_WEEKS] = years.needed[:, 0] * people.at_start * (1 - people.new_at_start)
    at_start = present.sum(axis=1)
    hired, failed, left = np.zeros(teams), np.zeros(teams), np.zeros(teams)
    classes: list[Class] = []
    all_classes: list[Class] = []
    noted: dict[str, list[Floats]] = {name: [] for name in _NOTED}
    stopped = np.zeros((len(LIMITS), weeks))

    for week in range(weeks):
        for done in [one for one in classes if one.done == week]:
            fails = schools[done.school].fails
            present[:, 0] += done.size * (1 - fails)
            failed = failed + done.size * fails
        classes = [one for one in classes if one.done > week]
        if planned is None:
            begun, stopped[:, week] = hiring.begin(week, present, classes)
        else:
            begun = [one for one in planned if one.begun == week]
        for one in begun:
            hired = hired + one.size
            classes.append(replace(one, done=one.done + late(one.school, week)))
        all_classes += begun

        there = present.sum(axis=1)
        given = (present / slower).sum(axis=1)
        learning = sum((one.size for one in classes), np.zeros(teams))
        state = (hired, learning, failed, there, present[:, :NEW_WEEKS].sum(axis=1), left)
        for name, value in zip(_NOTED, (*state, _ratio(there, given)), strict=True):
            noted[name].append(value)

        leavers = present * leave
        left = left + leavers.sum(axis=1)
        present[:, 1:] = (present - leavers)[:, :-1]
        present[:, 0] = 0.0

    # A day between two weeks has the people of the week that it lies in.
    week_in = [*range(weeks), *(years.week_in(weeks + k) for k in range(len(years.between)))]
    columns = {name: np.array(values).T[:, week_in] for name, values in noted.items()}
    return Flow(at_start=at_start, stopped=stopped, classes=tuple(all_classes), **columns)


class _Hiring:
    """The people who begin a class in each week, and what limits their number."""

    def __init__(self, years: Years, schools: list[School], stays: Floats, lift: Lift):
        self.years, self.schools, self.stays, self.lift = years, schools, stays, lift
        self.ahead = weeks_of(years.plan.people.hire_ahead)
        rows = range(len(years.teams))
        # Weeks in class of each team's people in each school: int64 [team].
        self.lengths = [np.array([weeks_of(_training(years, row, one)) for row in rows]) for one in schools]
        self.taught = [np.array([one.teaches(team.site) for team in years.teams]) for one in schools]
        ages = len(years.weeks) + OLD_WEEKS + 1
        # Of those of an age, the share that is still there when a class that begins now is done.
        self.keep = {span: stays[:, span : span + ages] / stays[:, :ages] for span in _spans(self.lengths)}

    def begin(self, week: int, present: Floats, classes: list[Class]) -> tuple[list[Class], Floats]:
        """The classes that begin; and people who were wanted in vain, by what stopped them: float64 [limit].

        `present`: float64 [team, age]; `classes` are those under way.
        """
        places, stopped = self._places(present, classes), np.zeros(len(LIMITS))
        begun: list[Class] = []
        tightest: dict[int, int] = {}
        asked, left = -1, 0.0  # the last school, and whom it does not take
        known = present[:, : week + OLD_WEEKS + 1]
        for number in range(len(self.schools)):
            want = self._wanted(number, week, known, [*classes, *begun])
            total = float(want.sum())
            if total <= NOBODY:
                continue
            bounds = self._bounds(number, week, [*classes, *begun]) | {MARKET: places}
            tight = min(bounds, key=lambda kind: (round(bounds[kind], 9), kind))
            begins = min(total, bounds[tight])
            asked, left = number, total - begins
            if begins < total - NOBODY:
                tightest[number] = tight
            if begins > 0:
                size, length = want * (begins / total), self.lengths[number]
                places -= begins
                for span in _spans([length[size > 0]]):
                    part = np.where(length == span, size, 0.0)
                    begun.append(Class(part, week, week + span, number))
        # Whom one school does not take may be taught in another: only those that none took were stopped.
        for number, tight in tightest.items():
            stopped[tight] += (
                left
                if number == asked
                else float(self._wanted(number, week, known, [*classes, *begun]).sum())
            )
        return begun, stopped

    def _places(self, present: Floats, classes: list[Class]) -> float:
        """The market gives no more jobs than it has people for."""
        people = self.years.plan.people
        if people.labour_market is None:
            return math.inf
        most = people.labour_market.labour_force * people.labour_market.at_most * (1 + self.lift.market)
        inside = sum(float(one.size.sum()) for one in classes)
        return max(0.0, most * (1 - people.support) - float(present.sum()) - inside)

    def _wanted(self, number: int, week: int, present: Floats, classes: list[Class]) -> Floats:
        """People of each team who are to begin a class of a school this week: float64 [team].

        As many as will be missing when it is done, given those who will still be there, and who fails.
        """
        length, last = self.lengths[number], len(self.years.weeks) - 1
        missing = np.zeros(len(length))
        for span in _spans([length]):
            rows = np.flatnonzero(length == span)
            then, until = min(week + span, last), min(week + span + self.ahead, last)
            there = np.einsum("ta,ta->t", present[rows], self.keep[span][rows, : present.shape[1]])
            for one in classes:
                if one.done <= week + span:
                    passes = 1 - self.schools[one.school].fails
                    there = there + one.size[rows] * passes * self.stays[rows, week + span - one.done]
            missing[rows] = self.years.needed[rows, then : until + 1].max(axis=1) - there
        wanted = np.maximum(missing, 0.0) * self.taught[number] / (1 - self.schools[number].fails)
        return np.asarray(wanted)

    def _bounds(self, number: int, week: int, classes: list[Class]) -> dict[int, float]:
        """The most people that can begin in a school this week, by what bounds them."""
        school, date = self.schools[number], self.years.weeks[week]
        ready = week * WEEK_S >= school.lead
        found = math.inf if school.intake is None else on(school.intake, date) + self.lift.hires[number]
        inside = sum(float(one.size.sum()) for one in classes if one.school == number)
        rooms = on(school.rooms, date) + self.lift.rooms[number]
        bounds = {
            INTAKE: found * WEEK_MONTHS if ready else 0.0,
            ROOMS: max(0.0, rooms * school.class_size - inside),
        }
        if school.trainers is not None:
            trainers = on(school.trainers, date) + self.lift.trainers[number]
            bounds[TRAINERS] = max(0.0, trainers * school.class_size - inside)
        return bounds


_NOTED = ("hired", "learning", "failed", "present", "new", "left", "pace")


def _ratio(there: Floats, given: Floats) -> Floats:
    """Pace of a team: people ÷ old hands who would answer as many calls an hour; 1 of nobody."""
    return np.asarray(np.divide(there, given, out=np.ones_like(there), where=given > 0))


def _stay(years: Years, row: int, ages: int, times: float) -> Floats:
    """The share of a team's beginners that is still there, by weeks since they began: float64 [week]."""
    people = years.plan.people
    line = years.plan.lines.get(years.teams[row].line)
    attrition = (line.attrition if line else None) or people.attrition
    rates = tenure.leaving_rates(attrition, people.hazard, times)
    return tenure.stay(rates, np.arange(ages + 2, dtype=np.float64) * WEEK_MONTHS)


def _training(years: Years, row: int, school: School) -> float:
    """Seconds of class and floor training of a team's people in a school."""
    line = years.plan.lines.get(years.teams[row].line)
    return school.length if line is None or line.training is None else line.training


def _longest(years: Years, schools: list[School]) -> int:
    """Weeks from the begin of the longest class until its agents take calls."""
    every = [_training(years, row, school) for row in range(len(years.teams)) for school in schools]
    return weeks_of(max(every, default=0.0))


def _spans(lengths: list[Floats]) -> list[int]:
    """The different lengths, in weeks."""
    return sorted({span for each in lengths for span in each.tolist()})
