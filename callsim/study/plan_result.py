"""A plan's result as users get it: phases with a verdict, periods with seats, people, service and money."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from callsim import __version__
from callsim.build.buildout import Years
from callsim.scenario import Phase
from callsim.scenario.summary import calls_per_day
from callsim.study.binding import Binding, failed, missing
from callsim.study.copies import in_one_line
from callsim.study.money import account
from callsim.study.people_flow import Flow
from callsim.study.slips import Slips, slipped


@dataclass(frozen=True)
class Period:
    """A month or week of the plan."""

    week: int
    start: datetime.date
    days: dict[str, dict[str, Any]]  # kind of day → figures; the usual one first
    wanted_peak: dict[str, int]  # site → agents on the phones at once if all who are wanted came
    binding: Binding

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

    @cached_property
    def slips(self) -> Slips | None:
        """What is left of seats and people when luck has a say."""
        return slipped(self.years, self.seed)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the results."""
        return told(self)


def phase_ends(years: Years) -> list[int]:
    """The last period of each phase: the week at which the plan is judged."""
    begins = [phase.on for phase in years.plan.phases[1:]]
    periods = years.periods()
    ends = [max((w for w in periods if years.weeks[w] < date), default=0) for date in begins]
    return [*ends, periods[-1]]


def told(result: PlanResult) -> dict[str, Any]:
    """The JSON of the results."""
    years, plan = result.years, result.years.plan
    by_week = {period.week: period for period in result.periods}
    phases = [
        _phase(result, phase, by_week[week])
        for phase, week in zip(plan.phases, phase_ends(years), strict=True)
        if week in by_week
    ]
    return {
        "scenario": years.scenario.name,
        "seed": result.seed,
        "runs": result.runs,
        "engine": result.engine,
        "version": __version__,
        "period": plan.period,
        "counted": years.scenario.goals.counted,
        "holds": all(phase["holds"] for phase in phases),
        "phases": phases,
        "periods": [_period(result, period) for period in result.periods],
        "warnings": _warnings(result),
    }


def holds(period: Period) -> bool:
    """Whether the usual day meets its goals; without goals: whether nobody and no seat is missing."""
    goals = [queue["goal"]["met"] for queue in period.usual["queues"].values() if "goal" in queue]
    return all(met is not False for met in goals) if goals else period.binding.word == "demand"


def _start(years: Years, date: datetime.date) -> str:
    return f"{date:%Y-%m}" if years.plan.period == "month" else date.isoformat()


def _phase(result: PlanResult, phase: Phase, period: Period) -> dict[str, Any]:
    """A phase as it stands in its last period."""
    years, week = result.years, period.week
    people = _people(result, week)
    seats = int(years.seats[:, week].sum())
    usual = [queue["goal"]["met"] for queue in period.usual["queues"].values() if "goal" in queue]
    per_seat = people["jobs_needed"] / seats if seats else None
    fill = _fill(years, week)
    promised = phase.promised
    enough = None
    if promised.jobs is not None and people["jobs_needed"]:
        enough = fill * promised.jobs / people["jobs_needed"]
    before = result.flow.hired[:, max(0, years.week_of(phase.on))]
    return {
        "name": phase.name,
        "on": phase.on.isoformat(),
        "complete": (phase.on + datetime.timedelta(seconds=phase.over)).isoformat(),
        "looked_at": _start(years, period.start),
        "holds": holds(period),
        "seats": seats,
        "client_fill": fill,
        "people": people,
        "jobs_per_seat_needed": per_seat,
        "hired_in_phase": float((result.flow.hired[:, week] - before).sum()),
        "goals": len(usual),
        "goals_met": sum(met is not False for met in usual),
        "missed": {kind: missed for kind in period.days if (missed := period.failed(kind))},
        "service_level": period.usual["total"]["service_level"][period.usual["counted"]],
        "promised": {
            "jobs": promised.jobs,
            "output": promised.output,
            "tax": promised.tax,
            "jobs_are_enough_up_to_fill": enough,
        },
        "money": _money(result, period),
        "binding": period.binding.word,
        **_says(period),
    }


def _says(period: Period) -> dict[str, str]:
    return {"says": period.binding.says, "relief": period.binding.relief}


def _fill(years: Years, week: int) -> float:
    from callsim.scenario.over_time import between

    return between(years.plan.client_fill, years.weeks[week])


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
            kind: {
                "met": sum(queue["goal"]["met"] is not False for queue in with_goal),
                "of": len(with_goal),
            }
            for kind, figures in period.days.items()
            if (with_goal := [queue for queue in figures["queues"].values() if "goal" in queue])
        },
        "money": _money(result, period),
        "binding": period.binding.word,
        **_says(period),
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
    used = period.usual["sites"][name]["seats_used_peak"]
    seats = int(years.seats[row, week]) if years.scenario.sites[name].seats is not None else None
    return {
        "seats": seats,
        "needed": float(years.needed[teams, week].sum()),
        "present": float(played.present[teams, week].sum()),
        "learning": float(played.learning[teams, week].sum()),
        **period.usual["sites"][name],
        "wanted_peak": period.wanted_peak[name],
        "seats_used": used["mean"] / seats if seats and used["mean"] is not None else None,
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
    """By line: people, and calls of a mean day against those of the nation."""
    years, played, week = result.years, result.flow, period.week
    lines = {}
    for name in dict.fromkeys(team.line for team in years.teams):
        teams = [k for k, team in enumerate(years.teams) if team.line == name]
        calls = sum(
            calls_per_day(years.scenario, queue) * queue.copies * float(years.queues[key][week])
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
