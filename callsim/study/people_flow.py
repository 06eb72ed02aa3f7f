"""Head count week by week: who is found, learns, answers calls and leaves. Nobody is lost from the count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from callsim.build.buildout import WEEK_MONTHS, Years
from callsim.scenario import School
from callsim.scenario.over_time import on
from callsim.study import tenure

# What stops a week's hiring, in the order in which it is met.
NOTHING, INTAKE, ROOMS, TRAINERS, MARKET = range(5)
LIMITS = ("nothing", "people", "training rooms", "trainers", "labour market")

NEW_WEEKS = 13  # less than three months on the phones
OLD_WEEKS = 52  # tenure at the start of those who are not new

Late = Callable[[int, int], int]  # (school, week) → weeks by which its class is late


@dataclass(frozen=True)
class Flow:
    """Agents of each team at the begin of each week; running totals count from the first day of the plan."""

    at_start: np.ndarray  # float64 [team]
    hired: np.ndarray  # float64 [team, week]  who began a class, so far
    learning: np.ndarray  # float64 [team, week]  who is in class
    failed: np.ndarray  # float64 [team, week]  who left a class without ever taking calls, so far
    present: np.ndarray  # float64 [team, week]
    new: np.ndarray  # float64 [team, week]  of them, who has less than three months
    left: np.ndarray  # float64 [team, week]  who has left since, so far
    pace: np.ndarray  # float64 [team, week]  handling time as times an old hand's
    wanted: np.ndarray  # float64 [week]  people to be hired in this week
    limit: np.ndarray  # int64 [week]  what stopped the hiring of those who were wanted and not found


@dataclass
class _Class:
    """People who learn together; `done` is the week in which they take calls."""

    size: np.ndarray  # float64 [team]
    begun: int
    done: int
    school: int


def never_late(school: int, week: int) -> int:
    """Every class ends on its day."""
    return 0


def flow(
    years: Years,
    late: Late = never_late,
    attrition: float = 1.0,
    extra_intake: float = 0.0,
    extra_rooms: float = 0.0,
    market: float = 1.0,
) -> Flow:
    """Play the plan's people. The others are what-ifs: so many times the rates of leaving, people a month and
    rooms with trainers more, for the first school, and so many times the labour market."""
    people = years.plan.people
    teams, weeks = len(years.teams), len(years.weeks)
    schools = list(people.schools.values())
    ages = weeks + OLD_WEEKS + 1
    stays = np.array([_stay(years, row, ages + _longest(years, schools), attrition) for row in range(teams)])
    leave = 1 - stays[:, 1 : ages + 1] / stays[:, :ages]
    slower = tenure.pace(people.experience, 7.0 * np.arange(ages))
    lengths = [
        np.array([_weeks_of(_training(years, row, school)) for row in range(teams)]) for school in schools
    ]
    # Of those of an age, the share that is still there when a class that begins now is done.
    keep = {span: stays[:, span : span + ages] / stays[:, :ages] for span in _spans(lengths)}
    ahead = _weeks_of(people.hire_ahead)
    eligible = [
        np.array([not school.sites or team.site in school.sites for team in years.teams])
        for school in schools
    ]

    present = np.zeros((teams, ages))
    present[:, :NEW_WEEKS] = (years.needed[:, :1] * people.at_start * people.new_at_start) / NEW_WEEKS
    present[:, OLD_WEEKS] = years.needed[:, 0] * people.at_start * (1 - people.new_at_start)
    at_start = present.sum(axis=1)
    hired, failed, left = np.zeros(teams), np.zeros(teams), np.zeros(teams)
    classes: list[_Class] = []
    noted: dict[str, list[np.ndarray]] = {name: [] for name in _NOTED}
    wanted, limit = np.zeros(weeks), np.zeros(weeks, np.int64)

    for week in range(weeks):
        for done in [one for one in classes if one.done == week]:
            fails = schools[done.school].fails
            present[:, 0] += done.size * (1 - fails)
            failed = failed + done.size * fails
        classes = [one for one in classes if one.done > week]
        there = present.sum(axis=1)
        given = (present / slower).sum(axis=1)
        learning = sum((one.size for one in classes), np.zeros(teams))
        state = (hired, learning, failed, there, present[:, :NEW_WEEKS].sum(axis=1), left)
        for name, value in zip(_NOTED, (*state, _ratio(there, given)), strict=True):
            noted[name].append(value)

        # The market gives no more jobs than it has people for.
        places = np.inf
        if people.labour_market is not None:
            most = people.labour_market.labour_force * people.labour_market.at_most * market
            places = max(0.0, most * (1 - people.support) - there.sum() - learning.sum())
        for number, school in enumerate(schools):
            length = lengths[number]
            will = _will_be_there(present[:, : week + OLD_WEEKS + 1], keep, length)
            short = _short(years, will, classes, schools, stays, week, length, ahead) * eligible[number]
            want = short / (1 - school.fails)
            total = float(want.sum())
            if number == 0:
                wanted[week] = total
            if total <= 0:
                limit[week] = NOTHING
                break
            bounds = _bounds(school, number, classes, years, week, extra_intake, extra_rooms)
            bounds[MARKET] = places
            tightest = min(bounds, key=lambda kind: (bounds[kind], kind))
            begins = min(total, bounds[tightest])
            limit[week] = tightest if begins < total - 1e-9 else NOTHING
            if begins > 0:
                size = want * (begins / total)
                hired = hired + size
                places -= begins
                for span in _spans([length[size > 0]]):
                    part = np.where(length == span, size, 0.0)
                    classes.append(_Class(part, week, week + span + late(number, week), number))

        leavers = present * leave
        left = left + leavers.sum(axis=1)
        present[:, 1:] = (present - leavers)[:, :-1]
        present[:, 0] = 0.0

    columns = {name: np.array(values).T for name, values in noted.items()}
    return Flow(at_start=at_start, wanted=wanted, limit=limit, **columns)


_NOTED = ("hired", "learning", "failed", "present", "new", "left", "pace")


def _ratio(there: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Pace of a team: people ÷ old hands who would answer as many calls an hour; 1 of nobody."""
    return np.asarray(np.divide(there, given, out=np.ones_like(there), where=given > 0))


def _stay(years: Years, row: int, ages: int, times: float) -> np.ndarray:
    """The share of a team's beginners that is still there after so many weeks: float64 [week]."""
    people = years.plan.people
    line = years.plan.lines.get(years.teams[row].line)
    attrition = (line.attrition if line else None) or people.attrition
    rates = tenure.leaving_rates(attrition, people.hazard, times)
    return tenure.stay(rates, np.arange(ages + 2) * WEEK_MONTHS)


def _training(years: Years, row: int, school: School) -> float:
    """Seconds of class and floor training of a team's people in a school."""
    line = years.plan.lines.get(years.teams[row].line)
    return school.length if line is None or line.training is None else line.training


def _weeks_of(seconds: float) -> int:
    return int(-(-seconds // (7 * 86_400)))


def _longest(years: Years, schools: list[School]) -> int:
    """Weeks from the begin of the longest class until its agents take calls."""
    every = [_training(years, row, school) for row in range(len(years.teams)) for school in schools]
    return _weeks_of(max(every, default=0.0))


def _spans(lengths: list[np.ndarray]) -> list[int]:
    """The different lengths, in weeks."""
    return sorted({span for each in lengths for span in each.tolist()})


def _will_be_there(present: np.ndarray, keep: dict[int, np.ndarray], length: np.ndarray) -> np.ndarray:
    """Of the agents there, those who still are when a class that begins now is done: float64 [team]."""
    there = np.zeros(len(length))
    for span in _spans([length]):
        rows = np.flatnonzero(length == span)
        there[rows] = np.einsum("ta,ta->t", present[rows], keep[span][rows, : present.shape[1]])
    return there


def _short(
    years: Years,
    will: np.ndarray,
    classes: list[_Class],
    schools: list[School],
    stays: np.ndarray,
    week: int,
    length: np.ndarray,
    ahead: int,
) -> np.ndarray:
    """Agents that will be missing when a class that begins now is done: float64 [team].

    Known are the plan, who of those there `will` still be, float64 [team], and the classes under way.
    """
    last = len(years.weeks) - 1
    missing = np.zeros(len(length))
    for span in _spans([length]):
        rows = np.flatnonzero(length == span)
        then, until = min(week + span, last), min(week + span + ahead, last)
        there = will[rows]
        for one in classes:
            if one.done <= week + span:
                passes = 1 - schools[one.school].fails
                there = there + one.size[rows] * passes * stays[rows, week + span - one.done]
        missing[rows] = years.needed[rows, then : until + 1].max(axis=1) - there
    return np.maximum(missing, 0.0)


def _bounds(
    school: School,
    number: int,
    classes: list[_Class],
    years: Years,
    week: int,
    extra_intake: float,
    extra_rooms: float,
) -> dict[int, float]:
    """The most people that can begin this week, by what bounds them."""
    date = years.weeks[week]
    ready = week * 7 * 86_400 >= school.lead
    if number:
        extra_intake = extra_rooms = 0.0
    found = np.inf if school.intake is None else on(school.intake, date)
    inside = sum(float(one.size.sum()) for one in classes if one.school == number)
    bounds = {
        INTAKE: (found + extra_intake) * WEEK_MONTHS if ready else 0.0,
        ROOMS: max(0.0, (on(school.rooms, date) + extra_rooms) * school.class_size - inside),
    }
    if school.trainers is not None:
        trainers = on(school.trainers, date) + extra_rooms
        bounds[TRAINERS] = max(0.0, trainers * school.class_size - inside)
    return bounds
