"""A build-out becomes weeks: seats of each site, demand of each queue, agents that each team needs."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np

from callsim.build.hours import ready_hours
from callsim.errors import UserError
from callsim.scenario import Buildout, Group, Line, Scenario
from callsim.scenario.over_time import between
from callsim.scenario.quantities import ALL

WEEK = datetime.timedelta(days=7)
MONTH_DAYS = 365.25 / 12
WEEK_MONTHS = 7 / MONTH_DAYS
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
    """The plan as it is meant, week by week; nothing in it is left to luck or to the labour market."""

    scenario: Scenario
    plan: Buildout
    weeks: list[datetime.date]  # the first day of each; week 0 is the first day of the first phase
    sites: list[str]
    seats: np.ndarray  # int64 [site, week]  open at the week's begin
    queues: dict[str, np.ndarray]  # float64 [week]  demand as times that of the file
    lines: dict[str, str]  # queue → line
    teams: list[Team]
    needed: np.ndarray  # float64 [team, week]  agents employed, to fill the roster of that week

    def week_of(self, date: datetime.date) -> int:
        """The first week that does not begin before a date."""
        return -((self.weeks[0] - date).days // 7)

    def periods(self) -> list[int]:
        """The week at which each month, or week, is looked at: the first that begins in it."""
        if self.plan.period == "week":
            return list(range(len(self.weeks)))
        months = [(date.year, date.month) for date in self.weeks]
        return [week for week, month in enumerate(months) if week == 0 or month != months[week - 1]]


def lay_out(scenario: Scenario) -> Years:
    """The years of a scenario's build-out."""
    plan = scenario.buildout
    if plan is None:
        raise UserError(f"{scenario.path or scenario.name} has no `buildout`; plan needs one")
    weeks = _weeks(plan)
    sites = list(scenario.sites)
    seats = open_seats(scenario, weeks, {})
    grown = _grown(scenario, seats)
    lines = plan.lines or {ALL: Line(queues=tuple(scenario.queues))}
    line_of = {queue: name for name, line in lines.items() for queue in line.queues}
    at_home = {queue: _site(scenario, queue) for queue in scenario.queues}
    fill = np.array([between(plan.client_fill, date) for date in weeks])
    growth = {name: np.array([between(line.growth, date) for date in weeks]) for name, line in lines.items()}
    everywhere = np.ones(len(weeks))
    queues = {
        name: grown.get(at_home[name] or "", everywhere) * (fill / plan.volumes_at_fill) * growth[line]
        for name, line in line_of.items()
    }
    teams, needed = [], []
    for name, group in scenario.groups.items():
        home = home_queue(group)
        teams.append(Team(name, line_of[home], group.site, name))
        needed.append(employed(scenario, group, plan) * queues[home])
    for name, line in lines.items():
        for site, many in line.seats.items():
            teams.append(Team(f"{name}-{site}", name, site, None))
            needed.append(many * line.agents_per_seat * grown.get(site, everywhere) * fill * growth[name])
    return Years(scenario, plan, weeks, sites, seats, queues, line_of, teams, np.array(needed))


def _weeks(plan: Buildout) -> list[datetime.date]:
    first, last = plan.phases[0], plan.phases[-1]
    complete = last.on + datetime.timedelta(seconds=last.over)
    # What is complete on its first day is seen in the period that begins there.
    until = plan.until or complete + datetime.timedelta(days=7 if plan.period == "week" else 31)
    weeks = [first.on]
    while weeks[-1] + WEEK < until:
        weeks.append(weeks[-1] + WEEK)
    if len(weeks) > LONGEST:
        raise UserError(f"a plan of {len(weeks) / 52.18:.0f} years is too long; at most 40")
    return weeks


def open_seats(
    scenario: Scenario, weeks: list[datetime.date], late: dict[tuple[int, str], float]
) -> np.ndarray:
    """Seats of each site at the begin of each week: int64 [site, week].

    `late`: days by which a phase (by number) is late in a site. Sites that no phase names keep the file's.
    """
    assert scenario.buildout is not None
    seats = np.zeros((len(scenario.sites), len(weeks)))
    for row, (name, site) in enumerate(scenario.sites.items()):
        before = 0
        named = [(number, p) for number, p in enumerate(scenario.buildout.phases) if name in p.seats]
        for number, phase in named:
            begins = phase.on + datetime.timedelta(days=late.get((number, name), 0.0))
            days = np.array([(date - begins).days for date in weeks], float)
            over = phase.over / 86_400
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


def home_queue(group: Group) -> str:
    """The queue that is a group's first choice."""
    return min(group.answers, key=lambda queue: group.answers[queue].rank)


def _site(scenario: Scenario, queue: str) -> str | None:
    """Where a queue is at home: the site of the first group whose first choice it is, or that answers it."""
    homes = [g for g in scenario.groups.values() if home_queue(g) == queue]
    others = [g for g in scenario.groups.values() if queue in g.answers]
    return (homes + others)[0].site


def copies_of(scenario: Scenario, group: Group) -> int:
    """How many copies of a group the file stands for."""
    return max(scenario.queues[queue].copies for queue in group.answers)


def employed(scenario: Scenario, group: Group, plan: Buildout) -> float:
    """Agents to be employed for a group's roster, copies and all: ready hours ÷ those one gives."""
    people = plan.people
    gives = people.hours_per_week * (1 - people.shrinkage) * people.efficiency
    return copies_of(scenario, group) * ready_hours(scenario, group) / gives
