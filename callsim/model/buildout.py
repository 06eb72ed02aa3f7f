"""A build-out becomes weeks: seats of each site, demand of each queue, agents that each team needs."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass

import numpy as np

from callsim.errors import UserError
from callsim.model.demand import accepted_per_day
from callsim.model.hours import rostered_hours
from callsim.model.menus import as_queue, reached
from callsim.model.outbound.amount import work_of
from callsim.scenario import Buildout, Group, Line, Phase, Scenario
from callsim.scenario.scaled import mean_s
from callsim.scenario.words.over_time import between
from callsim.scenario.words.quantities import ALL
from callsim.sentences import say
from callsim.units import DAY_S

WEEK = datetime.timedelta(days=7)
LONGEST = 40 * 53  # weeks


@dataclass(frozen=True)
class Team:
    """People hired, trained and counted together: a group with its copies, or a line's dialling seats."""

    name: str
    line: str
    site: str | None
    group: str | None  # None: nothing queues for them


@dataclass(frozen=True)
class Years:
    """The plan as it is meant, week by week; nothing in it is left to luck or to the labour market.

    Columns of arrays are the weeks, and after them the days on which a phase is judged between two weeks.
    """

    scenario: Scenario
    plan: Buildout
    weeks: list[datetime.date]  # the first day of each; week 0 is the first day of the first phase
    between: list[datetime.date]  # the days of the columns after those of the weeks
    judged: dict[int, int]  # phase, by number → the column in which it is judged; a phase may have none
    sites: list[str]
    seats: np.ndarray  # int64 [site, column]  open on that day
    queues: dict[str, np.ndarray]  # float64 [column]  demand as times that of the file; campaigns likewise
    groups: dict[str, np.ndarray]  # float64 [column]  roster as times that of the file
    lines: dict[str, str]  # queue or campaign → line
    teams: list[Team]
    needed: np.ndarray  # float64 [team, column]  agents employed, to fill the roster of that day
    dialling: np.ndarray  # float64 [team, column]  seats that a team takes without any queue

    def date(self, column: int) -> datetime.date:
        """The day of a column."""
        return [*self.weeks, *self.between][column]

    def week_in(self, column: int) -> int:
        """The week that a column's day lies in."""
        return (self.date(column) - self.weeks[0]).days // 7

    def week_of(self, date: datetime.date) -> int:
        """The first week that does not begin before a date."""
        return -((self.weeks[0] - date).days // 7)

    def periods(self) -> list[int]:
        """The week at which each month, or week, is looked at: the first that begins in it."""
        return _periods(self.plan, self.weeks)

    def is_limited(self, site: str) -> bool:
        """Whether the seats of a site are limited: by the file, or by a phase that opens them."""
        named = any(site in phase.seats for phase in self.plan.phases)
        return named or self.scenario.sites[site].seats is not None

    def dialling_at(self, site: str) -> np.ndarray:
        """Seats that work without queues takes in a site: float64 [column]."""
        rows = [row for row, team in enumerate(self.teams) if team.site == site]
        return np.asarray(self.dialling[rows].sum(axis=0))


def lay_out(scenario: Scenario) -> Years:
    """The years of a scenario's build-out. Raises UserError where there is none, or one that is too long."""
    plan = scenario.buildout
    if plan is None:
        raise UserError(say("model.no_buildout", scenario=scenario.path or scenario.name))
    weeks = _weeks(plan)
    judged, between_weeks = _judged(plan, weeks)
    dates = [*weeks, *between_weeks]
    sites = list(scenario.sites)
    seats = open_seats(scenario, weeks, {})
    for day in between_weeks:
        number = next(n for n, column in judged.items() if column >= len(weeks) and dates[column] == day)
        seats = np.hstack([seats, open_seats(scenario, [day], {}, upto=number)])
    grown = _grown(scenario, seats)
    lines = plan.lines or {ALL: Line(queues=(*scenario.queues, *scenario.campaigns))}
    line_of = {queue: name for name, line in lines.items() for queue in line.queues}
    fill = np.array([between(plan.client_fill, date) for date in dates])
    growth = {name: np.array([between(line.growth, date) for date in dates]) for name, line in lines.items()}
    everywhere = np.ones(len(dates))
    taken = fill / plan.volumes_at_fill
    of_site = {name: grown.get(group.site or "", everywhere) for name, group in scenario.groups.items()}
    queues = {
        name: _mean([of_site[group] for group in homes], [_hours(scenario, group) for group in homes])
        * taken
        * growth[line_of[name]]
        for name, homes in _homes(scenario).items()
    }
    teams, needed, dialling, groups = [], [], [], {}
    for name, group in scenario.groups.items():
        first = first_choices(group)
        work = [_work(scenario, queue) for queue in first]
        groups[name] = of_site[name] * taken * _mean([growth[line_of[queue]] for queue in first], work)
        most = max(range(len(first)), key=lambda k: work[k])
        teams.append(Team(name, line_of[first[most]], group.site, name))
        needed.append(employed(scenario, group, plan) * groups[name])
        dialling.append(np.zeros(len(dates)))
    for name, line in lines.items():
        for site, many in line.seats.items():
            teams.append(Team(f"{name}-{site}", name, site, None))
            dialling.append(many * grown.get(site, everywhere) * fill * growth[name])
            needed.append(dialling[-1] * line.agents_per_seat)
    return Years(
        scenario, plan, weeks, between_weeks, judged, sites, seats, queues, groups, line_of, teams,
        np.array(needed), np.array(dialling),
    )  # fmt: skip


def complete(phase: Phase) -> datetime.date:
    """The first day on which all seats of a phase are open."""
    return phase.on + datetime.timedelta(days=math.ceil(phase.over / DAY_S))


def _periods(plan: Buildout, weeks: list[datetime.date]) -> list[int]:
    if plan.period == "week":
        return list(range(len(weeks)))
    months = [(date.year, date.month) for date in weeks]
    return [week for week, month in enumerate(months) if week == 0 or month != months[week - 1]]


def _judged(plan: Buildout, weeks: list[datetime.date]) -> tuple[dict[int, int], list[datetime.date]]:
    """The column in which each phase is judged, and the days of those columns that are no weeks.

    A phase is judged at its end, in its last period that finds it complete; or else in its last such week;
    or else on the very day on which it is complete. No week begins in a phase that is shorter than one, and
    some are cut off by the end of the plan: these are not judged.
    """
    periods = _periods(plan, weeks)
    judged: dict[int, int] = {}
    days: list[datetime.date] = []
    for number, phase in enumerate(plan.phases):
        last = number + 1 == len(plan.phases)
        ends = weeks[-1] + WEEK if last else plan.phases[number + 1].on
        if last and plan.until is not None:
            ends = min(ends, plan.until)
        inside = [week for week, date in enumerate(weeks) if phase.on <= date < ends]
        ready = [week for week in inside if weeks[week] >= complete(phase)]
        if ready:
            judged[number] = max((week for week in ready if week in periods), default=ready[-1])
        elif inside and (complete(phase) < ends or (complete(phase) == ends and not last)):
            judged[number] = len(weeks) + len(days)
            days.append(complete(phase))
    return judged, days


def _mean(values: list[np.ndarray], weights: list[float]) -> np.ndarray:
    """The weighted mean; exactly a value where all are the same: float64 [column]."""
    if all(np.array_equal(values[0], value) for value in values):
        return values[0]
    if not sum(weights):
        weights = [1.0] * len(values)
    return np.asarray(sum(w * value for w, value in zip(weights, values, strict=True)) / sum(weights))


def _work(scenario: Scenario, queue: str) -> float:
    """Seconds of work that a queue and its copies bring on a mean day, or a campaign's list."""
    if queue in scenario.campaigns:
        return work_of(scenario.campaigns[queue], scenario.calendar)
    words = scenario.queues[queue]
    calls = accepted_per_day(scenario, words) * words.copies
    for name, menu in scenario.menus.items():
        calls += accepted_per_day(scenario, as_queue(menu)) * reached(scenario.menus, name).get(queue, 0.0)
    return calls * (mean_s(words.talk) + mean_s(words.wrap))


def _hours(scenario: Scenario, group: str) -> float:
    """Hours of a group's roster, copies and all."""
    words = scenario.groups[group]
    return copies_of(scenario, words) * rostered_hours(scenario, words)


def _weeks(plan: Buildout) -> list[datetime.date]:
    first, last = plan.phases[0], plan.phases[-1]
    # What is complete on its first day is seen in the period that begins there.
    until = plan.until or complete(last) + datetime.timedelta(days=7 if plan.period == "week" else 31)
    weeks = [first.on]
    while weeks[-1] + WEEK < until or (plan.until is None and not _seen(plan, weeks)):
        weeks.append(weeks[-1] + WEEK)
        if len(weeks) > LONGEST:
            break
    if len(weeks) > LONGEST:
        raise UserError(say("model.long_plan", years=(until - first.on).days / 365.25))
    return weeks


def _seen(plan: Buildout, weeks: list[datetime.date]) -> bool:
    """Whether the last period finds the last phase complete."""
    return weeks[_periods(plan, weeks)[-1]] >= complete(plan.phases[-1])


def open_seats(
    scenario: Scenario,
    dates: list[datetime.date],
    late: dict[tuple[int, str], float],
    upto: int | None = None,
) -> np.ndarray:
    """Seats of each site on each day: int64 [site, date].

    `late`: days by which a phase (by number) is late in a site; `upto`: the last phase, by number, that opens
    any. Sites that no phase names keep the file's.
    """
    assert scenario.buildout is not None
    seats = np.zeros((len(scenario.sites), len(dates)))
    for row, (name, site) in enumerate(scenario.sites.items()):
        before = 0
        named = [(number, p) for number, p in enumerate(scenario.buildout.phases) if name in p.seats]
        for number, phase in named:
            if upto is not None and number > upto:
                break
            begins = phase.on + datetime.timedelta(days=late.get((number, name), 0.0))
            days = np.array([(date - begins).days for date in dates], float)
            over = phase.over / DAY_S
            part = np.clip(days / over, 0, 1) if over else (days >= 0).astype(float)
            seats[row] += (phase.seats[name] - before) * part
            before = phase.seats[name]
        if not named:
            seats[row] = site.seats or 0
    return np.maximum(np.floor(seats + 1e-6), 0).astype(np.int64)


def _grown(scenario: Scenario, seats: np.ndarray) -> dict[str, np.ndarray]:
    """Seats of each site as times the file's: float64 [week]; sites without limit do not grow."""
    return {
        name: seats[row] / site.seats
        for row, (name, site) in enumerate(scenario.sites.items())
        if site.seats is not None
    }


def first_choices(group: Group) -> list[str]:
    """The queues that are a group's first choice, in the order of their names."""
    best = min(answer.rank for answer in group.answers.values())
    return sorted(queue for queue, answer in group.answers.items() if answer.rank == best)


def _homes(scenario: Scenario) -> dict[str, list[str]]:
    """Where each queue or campaign is at home: the groups whose first choice it is, or else all that answer
    it.
    """
    found = {}
    for queue in (*scenario.queues, *scenario.campaigns):
        first = [name for name, group in scenario.groups.items() if queue in first_choices(group)]
        others = [name for name, group in scenario.groups.items() if queue in group.answers]
        found[queue] = sorted(first or others)
    return found


def copies_of(scenario: Scenario, group: Group) -> int:
    """Returns the number of copies of a group."""
    return max(map(scenario.copies_of, group.answers))


def employed(scenario: Scenario, group: Group, plan: Buildout) -> float:
    """Agents to be employed for a group's roster, copies and all: rostered hours ÷ those one can be rostered.

    A roster is the same work whether those on it come or not: absence and shrinkage of the group are part of
    it, and thin it on the day.
    """
    people = plan.people
    gives = people.hours_per_week * (1 - people.shrinkage) * people.efficiency
    return copies_of(scenario, group) * rostered_hours(scenario, group) / gives
