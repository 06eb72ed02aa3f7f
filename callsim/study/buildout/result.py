"""A plan's result as users get it: phases with a verdict, periods with seats, people, service and money."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from callsim.model.buildout import Years, complete
from callsim.model.demand import accepted_per_day
from callsim.results.goals import goals_of
from callsim.scenario import Buildout, Phase
from callsim.scenario.checks import notes_buildout
from callsim.study.buildout.binding import Binding, failed
from callsim.study.buildout.crowd import dialling_seats
from callsim.study.buildout.delays import Slips, slipped
from callsim.study.buildout.head_count import Flow
from callsim.study.buildout.money import account
from callsim.study.buildout.relief import missing
from callsim.study.runs.copies import in_one_line
from callsim.version import __version__

if TYPE_CHECKING:
    from callsim.study.buildout.dips import Dip


@dataclass(frozen=True)
class Period:
    """A month or week of the plan."""

    week: int  # its column in the plan's `Years`
    start: datetime.date
    days: dict[str, dict[str, Any]]  # kind of day → figures; the usual one first
    wanted_peak: dict[str, int]  # site → agents on the phones at once if all who are wanted came
    binding: Binding
    short_lines: tuple[str, ...] = ()  # lines without queues whose people or seats are missing

    @property
    def usual(self) -> dict[str, Any]:
        """Figures of the usual day."""
        return next(iter(self.days.values()))

    def failed(self, kind: str) -> list[str]:
        """The queues whose goals are missed on a kind of day."""
        return failed(self.days[kind])


@dataclass(frozen=True)
class PlanResult:
    """The result of `callsim plan`."""

    years: Years
    seed: int
    engine: str
    runs: int | None
    flow: Flow
    periods: list[Period]
    judged: dict[int, Period]  # phase, by number → the day on which it is judged
    dips: list[Dip]

    @cached_property
    def slips(self) -> Slips | None:
        """What is left of seats and people when luck has a say."""
        return slipped(self.years, self.seed)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the results."""
        return told(self)


def judged_columns(years: Years) -> list[int]:
    """The columns in which phases are judged."""
    return list(years.judged.values())


def told(result: PlanResult) -> dict[str, Any]:
    """The JSON of the results."""
    years, plan = result.years, result.years.plan
    phases = [_phase(result, plan.phases[number], period) for number, period in result.judged.items()]
    return {
        "scenario": years.scenario.name,
        "seed": result.seed,
        "runs": result.runs,
        "engine": result.engine,
        "version": __version__,
        "period": plan.period,
        "counted": years.scenario.goals.counted,
        "holds": bool(phases) and all(phase["holds"] for phase in phases),
        "phases": phases,
        "not_judged": _not_judged(years),
        "dips": [dip.to_dict([_start(years, period.start) for period in dip.periods]) for dip in result.dips],
        "periods": [_period(result, period) for period in result.periods],
        "warnings": _warnings(result),
    }


def _not_judged(years: Years) -> list[dict[str, str]]:
    """Phases that are over before they could be looked at, and why."""
    told = []
    for number, phase in enumerate(years.plan.phases):
        if number in years.judged:
            continue
        later = years.plan.phases[number + 1 :]
        ends = f"{later[0].name} begins on {later[0].on}" if later else f"the plan ends before {_end(years)}"
        ready = complete(phase)
        told.append(
            {
                "name": phase.name,
                "on": phase.on.isoformat(),
                "complete": ready.isoformat(),
                "says": f"its seats are all open on {ready}, and {ends}: too soon for it to be judged",
            }
        )
    return told


def _end(years: Years) -> datetime.date:
    return years.plan.until or years.weeks[-1] + datetime.timedelta(days=7)


def holds(period: Period) -> bool:
    """Whether the usual day meets its goals and all are there who dial; without goals: whether nobody and no
    seat is missing."""
    goals = goals_of(period.usual["queues"])
    if period.short_lines:
        return False
    return goals.met == goals.of if goals.of else period.binding.word == "demand"


def missed_each_week(plan: Buildout, period: Period) -> dict[str, list[str]]:
    """Kinds of day that come every week of the year and miss goals: kind → queues."""
    usual = next(iter(period.days))
    return {
        kind: missed
        for kind in period.days
        if kind != usual and not plan.days[kind].months and (missed := period.failed(kind))
    }


def _start(years: Years, date: datetime.date) -> str:
    return f"{date:%Y-%m}" if years.plan.period == "month" else date.isoformat()


def _phase(result: PlanResult, phase: Phase, period: Period) -> dict[str, Any]:
    """A phase as it stands in its last period."""
    years, week = result.years, period.week
    people = _people(result, week)
    seats = int(years.seats[:, week].sum())
    usual = goals_of(period.usual["queues"])
    per_seat = people["jobs_needed"] / seats if seats else None
    fill = _fill(years, week)
    promised = phase.promised
    enough = None
    if promised.jobs is not None and people["jobs_needed"]:
        enough = fill * promised.jobs / people["jobs_needed"]
    day, first = period.start.isoformat(), years.week_of(phase.on)
    before = result.flow.hired[:, first - 1] if first else 0.0
    return {
        "name": phase.name,
        "on": phase.on.isoformat(),
        "complete": complete(phase).isoformat(),
        "looked_at": _start(years, period.start) if period.week in years.periods() else day,
        "day": day,
        "holds": holds(period),
        "seats": seats,
        "client_fill": fill,
        "people": people,
        "jobs_per_seat_needed": per_seat,
        "hired_in_phase": float((result.flow.hired[:, week] - before).sum()),
        "goals": usual.of,
        "goals_met": usual.met,
        "goals_nobody_called": usual.silent,
        "missed": {kind: missed for kind in period.days if (missed := period.failed(kind))},
        "missed_each_week": missed_each_week(years.plan, period),
        "queues": period.usual["queues"],
        "sites": {name: _site(result, period, row) for row, name in enumerate(years.sites)},
        "lines": _lines(result, period),
        "without_queues_short": list(period.short_lines),
        "service_level": period.usual["total"]["service_level"][period.usual["counted"]],
        "promised": {
            "jobs": promised.jobs,
            "output": promised.output,
            "tax": promised.tax,
            "jobs_are_enough_up_to_fill": enough,
        },
        "money": _money(result, period),
        **period.binding.to_dict(),
    }


def _fill(years: Years, week: int) -> float:
    from callsim.scenario.words.over_time import between

    return between(years.plan.client_fill, years.date(week))


def _period(result: PlanResult, period: Period) -> dict[str, Any]:
    years, week = result.years, period.week
    usual = period.usual
    return {
        "start": _start(years, period.start),
        "holds": holds(period),
        "sites": {name: _site(result, period, row) for row, name in enumerate(years.sites)},
        "queues": usual["queues"],
        "people": _people(result, week),
        "lines": _lines(result, period),
        "total": usual["total"],
        "days": period.days,
        "goals_met": {
            kind: {"met": goals.met, "of": goals.of, "nobody_called": goals.silent}
            for kind, figures in period.days.items()
            if sum(goals := goals_of(figures["queues"]))
        },
        "money": _money(result, period),
        **period.binding.to_dict(),
    }


def _money(result: PlanResult, period: Period) -> dict[str, Any]:
    seats = result.years.seats[:, period.week]
    return account(result.years, result.flow, period.week, seats, period.usual)


def _people(result: PlanResult, week: int) -> dict[str, Any]:
    """Head counts, agents unless they are called jobs; running totals since the first day."""
    years, played = result.years, result.flow
    people = years.plan.people
    present, needed = float(played.present[:, week].sum()), float(years.needed[:, week].sum())
    jobs = 1 / (1 - people.support)
    employed = (present + float(played.learning[:, week].sum())) * jobs
    answered = (played.present[:, week] / played.pace[:, week]).sum()
    counted: dict[str, Any] = {
        "needed": needed,
        "present": present,
        "missing": missing(years, played, week),
        "new": float(played.new[:, week].sum()),
        "learning": float(played.learning[:, week].sum()),
        "at_start": float(played.at_start.sum()),
        "hired": float(played.hired[:, week].sum()),
        "failed": float(played.failed[:, week].sum()),
        "left": float(played.left[:, week].sum()),
        "pace": present / float(answered) if answered else 1.0,
        "jobs": employed,
        "jobs_needed": needed * jobs,
    }
    if people.labour_market is not None:
        counted["share_of_labour_force"] = employed / people.labour_market.labour_force
    if result.slips is not None:
        counted["in_futures"] = {
            "seats": _ends(result.slips.seats[:, week]),
            "present": _ends(result.slips.present[:, week]),
        }
    return counted


def _ends(values: np.ndarray) -> dict[str, float]:
    """Nine futures in ten lie between low and high; the middle one is told as the mean is elsewhere."""
    low, middle, high = values.tolist()
    return {"median": middle, "low": low, "high": high}


def _site(result: PlanResult, period: Period, row: int) -> dict[str, Any]:
    years, played, week = result.years, result.flow, period.week
    name = years.sites[row]
    teams = [k for k, team in enumerate(years.teams) if team.site == name]
    dialling = dialling_seats(years, played, name, week)
    used = period.usual["sites"][name]["seats_used_peak"]["mean"]
    seats = int(years.seats[row, week]) if years.is_limited(name) else None
    return {
        "seats": seats,
        "needed": float(years.needed[teams, week].sum()),
        "present": float(played.present[teams, week].sum()),
        "learning": float(played.learning[teams, week].sum()),
        **period.usual["sites"][name],
        "wanted_peak": period.wanted_peak[name],
        "dialling_seats": dialling,
        "seats_used": (used + dialling) / seats if seats and used is not None else None,
        "lines": {
            line: {
                "needed": float(years.needed[here, week].sum()),
                "present": float(played.present[here, week].sum()),
            }
            for line in dict.fromkeys(years.teams[k].line for k in teams)
            if (here := [k for k in teams if years.teams[k].line == line])
        },
    }


def _lines(result: PlanResult, period: Period) -> dict[str, Any]:
    """By line: people, and calls of a mean day, in open hours, against those of the nation."""
    years, played, week = result.years, result.flow, period.week
    lines = {}
    for name in dict.fromkeys(team.line for team in years.teams):
        teams = [k for k, team in enumerate(years.teams) if team.line == name]
        calls = sum(
            accepted_per_day(years.scenario, queue) * queue.copies * float(years.queues[key][week])
            for key, queue in years.scenario.queues.items()
            if years.lines[key] == name
        )
        line = years.plan.lines.get(name)
        nation = None if line is None else line.national_calls
        lines[name] = {
            "needed": float(years.needed[teams, week].sum()),
            "present": float(played.present[teams, week].sum()),
            "new": float(played.new[teams, week].sum()),
            "left": float(played.left[teams, week].sum()),
            "calls_a_day": calls,
            "share_of_nation": calls / nation if nation else None,
        }
    return lines


def _warnings(result: PlanResult) -> list[str]:
    """What the plan takes for granted and should not, and what the runs warned of."""
    found: dict[str, None] = {}
    found |= dict.fromkeys(notes_buildout.untaught(result.years.scenario))
    found |= dict.fromkeys(notes_buildout.rooms(result.years.plan))
    for phase in _not_judged(result.years):
        found[f"{phase['name']} is not judged: {phase['says']}"] = None
    for period in result.periods:
        for name, line in _lines(result, period).items():
            if line["share_of_nation"] and line["share_of_nation"] > 0.2:
                share = f"{line['share_of_nation']:.0%} of the nation's calls of this kind"
                found.setdefault(
                    f"{name}: the plan would hold {share} ({_start(result.years, period.start)})"
                )
                break
    for period in result.periods:
        for figures in period.days.values():
            found |= dict.fromkeys(figures["warnings"])
    return in_one_line(found)
