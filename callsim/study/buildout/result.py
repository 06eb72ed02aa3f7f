"""A plan's result as users get it: phases with a verdict, periods with seats, people, service and money."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from callsim.arrays import Floats
from callsim.model.buildout import Years, complete
from callsim.model.demand import accepted_per_day
from callsim.results.schema import Mapped
from callsim.results.warned import Piece, Warned, amount, in_one_line, sentence
from callsim.scenario import Buildout, Phase
from callsim.scenario.checks import notes_buildout
from callsim.sentences import pieces, say
from callsim.shown import Shown
from callsim.study.buildout.answer import (
    AgentsOfLine,
    DipThen,
    Futures,
    GoalsOfKind,
    LineThen,
    NotJudged,
    People,
    PeriodThen,
    PhaseThen,
    PlanAnswer,
    Promised,
    Range,
    SiteThen,
)
from callsim.study.buildout.crowd import dialling_seats
from callsim.study.buildout.delays import Slips, slipped
from callsim.study.buildout.dips import Dip
from callsim.study.buildout.head_count import Flow
from callsim.study.buildout.money import Account, NoAccount, account
from callsim.study.buildout.period import Period, holds
from callsim.study.buildout.relief import missing
from callsim.version import __version__


@dataclass(frozen=True, repr=False)
class PlanResult(Shown):
    """The result of `callsim plan`."""

    years: Years
    seed: int
    engine: str
    runs: int | None
    flow: Flow
    periods: list[Period]
    judged: dict[int, Period]  # phase, by number → the day on which it is judged
    dips: list[Dip]

    def for_reports(self) -> PlanAnswer:
        """Returns it as reports take it."""
        return self.answer

    def in_short(self) -> dict[str, object]:
        """Returns what its `repr` says."""
        return {"scenario": self.years.scenario.name, "periods": len(self.periods), "seed": self.seed}

    @cached_property
    def slips(self) -> Slips | None:
        """What is left of seats and people when luck has a say."""
        return slipped(self.years, self.seed)

    @cached_property
    def answer(self) -> PlanAnswer:
        """What reports and JSON tell of it."""
        return told(self)

    def to_dict(self) -> Mapped:
        """Returns the JSON of the plan as plain data."""
        return self.answer.to_dict()


def judged_columns(years: Years) -> list[int]:
    """The columns in which phases are judged."""
    return list(years.judged.values())


def told(result: PlanResult) -> PlanAnswer:
    """What is told of a plan."""
    years, plan = result.years, result.years.plan
    phases = [_phase(result, plan.phases[number], period) for number, period in result.judged.items()]
    return PlanAnswer(
        scenario=years.scenario.name,
        seed=result.seed,
        runs=result.runs,
        engine=result.engine,
        version=__version__,
        period=plan.period,
        counted=years.scenario.goals.counted,
        holds=bool(phases) and all(phase.holds for phase in phases),
        phases=phases,
        not_judged=_not_judged(years),
        dips=[_dip(years, dip) for dip in result.dips],
        periods=[_period(result, period) for period in result.periods],
        warnings=_warnings(result),
    )


def _not_judged(years: Years) -> list[NotJudged]:
    """Phases that are over before they could be looked at, and why."""
    told = []
    for number, phase in enumerate(years.plan.phases):
        if number in years.judged:
            continue
        later = years.plan.phases[number + 1 :]
        ends = (
            say("binding.begins", phase=later[0].name, day=later[0].on)
            if later
            else say("binding.plan_ends", day=_end(years))
        )
        ready = complete(phase)
        told.append(
            NotJudged(
                name=phase.name,
                on=phase.on.isoformat(),
                complete=ready.isoformat(),
                says=say("binding.too_soon", ready=ready, ends=ends),
            )
        )
    return told


def _dip(years: Years, dip: Dip) -> DipThen:
    starts = [_start(years, period.start) for period in dip.periods]
    return DipThen(from_=starts[0], to=starts[-1], binding=dip.words, relief=dip.relief, reliefs=dip.reliefs)


def _end(years: Years) -> datetime.date:
    return years.plan.until or years.weeks[-1] + datetime.timedelta(days=7)


def missed_each_week(plan: Buildout, period: Period) -> dict[str, list[str]]:
    """Kinds of day that come every week of the year and miss goals: kind → queues."""
    usual = next(iter(period.days))
    return {
        kind: figures.missed
        for kind, figures in period.days.items()
        if kind != usual and not plan.days[kind].months and figures.missed
    }


def _start(years: Years, date: datetime.date) -> str:
    return f"{date:%Y-%m}" if years.plan.period == "month" else date.isoformat()


def _phase(result: PlanResult, phase: Phase, period: Period) -> PhaseThen:
    """A phase as it stands in its last period."""
    years, week = result.years, period.week
    people = _people(result, week)
    seats = int(years.seats[:, week].sum())
    usual, goals = period.usual, period.usual.goals_met
    fill = _fill(years, week)
    promised = phase.promised
    enough = None
    if promised.jobs is not None and people.jobs_needed:
        enough = fill * promised.jobs / people.jobs_needed
    day, first = period.start.isoformat(), years.week_of(phase.on)
    before = result.flow.hired[:, first - 1] if first else 0.0
    return PhaseThen(
        name=phase.name,
        on=phase.on.isoformat(),
        complete=complete(phase).isoformat(),
        looked_at=_start(years, period.start) if period.week in years.periods() else day,
        day=day,
        holds=holds(period),
        seats=seats,
        client_fill=fill,
        people=people,
        jobs_per_seat_needed=people.jobs_needed / seats if seats else None,
        hired_in_phase=float((result.flow.hired[:, week] - before).sum()),
        goals=goals.of,
        goals_met=goals.met,
        goals_nobody_called=goals.silent,
        missed={kind: figures.missed for kind, figures in period.days.items() if figures.missed},
        missed_each_week=missed_each_week(years.plan, period),
        queues=usual.queues,
        sites={name: _site(result, period, row) for row, name in enumerate(years.sites)},
        lines=_lines(result, period),
        without_queues_short=list(period.short_lines),
        service_level=usual.level,
        promised=Promised(
            jobs=promised.jobs,
            output=promised.output,
            tax=promised.tax,
            jobs_are_enough_up_to_fill=enough,
        ),
        money=_money(result, period),
        binding=period.binding.word,
        says=period.binding.says,
        relief=period.binding.relief,
        reliefs=period.binding.reliefs,
    )


def _fill(years: Years, week: int) -> float:
    from callsim.scenario.words.over_time import between

    return between(years.plan.client_fill, years.date(week))


def _period(result: PlanResult, period: Period) -> PeriodThen:
    years, usual = result.years, period.usual
    met = {kind: figures.goals_met for kind, figures in period.days.items()}
    return PeriodThen(
        start=_start(years, period.start),
        holds=holds(period),
        sites={name: _site(result, period, row) for row, name in enumerate(years.sites)},
        queues=usual.queues,
        people=_people(result, period.week),
        lines=_lines(result, period),
        total=usual.total,
        days=period.days,
        goals_met={
            kind: GoalsOfKind(met=goals.met, of=goals.of, nobody_called=goals.silent)
            for kind, goals in met.items()
            if sum(goals)
        },
        money=_money(result, period),
        binding=period.binding.word,
        says=period.binding.says,
        relief=period.binding.relief,
        reliefs=period.binding.reliefs,
    )


def _money(result: PlanResult, period: Period) -> Account | NoAccount:
    seats = result.years.seats[:, period.week]
    return account(result.years, result.flow, period.week, seats, period.usual)


def _people(result: PlanResult, week: int) -> People:
    years, played = result.years, result.flow
    people, market, slips = years.plan.people, years.plan.people.labour_market, result.slips
    present, needed = float(played.present[:, week].sum()), float(years.needed[:, week].sum())
    jobs = 1 / (1 - people.support)
    employed = (present + float(played.learning[:, week].sum())) * jobs
    answered = (played.present[:, week] / played.pace[:, week]).sum()
    return People(
        needed=needed,
        present=present,
        missing=missing(years, played, week),
        new=float(played.new[:, week].sum()),
        learning=float(played.learning[:, week].sum()),
        at_start=float(played.at_start.sum()),
        hired=float(played.hired[:, week].sum()),
        failed=float(played.failed[:, week].sum()),
        left=float(played.left[:, week].sum()),
        pace=present / float(answered) if answered else 1.0,
        jobs=employed,
        jobs_needed=needed * jobs,
        share_of_labour_force=None if market is None else employed / market.labour_force,
        in_futures=None
        if slips is None
        else Futures(seats=_range(slips.seats[:, week]), present=_range(slips.present[:, week])),
    )


def _range(values: Floats) -> Range:
    low, middle, high = values.tolist()
    return Range(median=middle, low=low, high=high)


def _site(result: PlanResult, period: Period, row: int) -> SiteThen:
    years, played, week = result.years, result.flow, period.week
    name = years.sites[row]
    teams = [k for k, team in enumerate(years.teams) if team.site == name]
    dialling = dialling_seats(years, played, name, week)
    usual = period.usual.sites[name]
    used = usual.seats_used_peak.mean
    seats = int(years.seats[row, week]) if years.is_limited(name) else None
    return SiteThen(
        seats=seats,
        needed=float(years.needed[teams, week].sum()),
        present=float(played.present[teams, week].sum()),
        learning=float(played.learning[teams, week].sum()),
        seats_used_peak=usual.seats_used_peak,
        waited_for_seat_h=usual.waited_for_seat_h,
        busy_h=usual.busy_h,
        wanted_peak=period.wanted_peak[name],
        dialling_seats=dialling,
        seats_used=(used + dialling) / seats if seats and used is not None else None,
        lines={
            line: AgentsOfLine(
                needed=float(years.needed[here, week].sum()),
                present=float(played.present[here, week].sum()),
            )
            for line in dict.fromkeys(years.teams[k].line for k in teams)
            if (here := [k for k in teams if years.teams[k].line == line])
        },
    )


def _lines(result: PlanResult, period: Period) -> dict[str, LineThen]:
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
        lines[name] = LineThen(
            needed=float(years.needed[teams, week].sum()),
            present=float(played.present[teams, week].sum()),
            new=float(played.new[teams, week].sum()),
            left=float(played.left[teams, week].sum()),
            calls_a_day=calls,
            share_of_nation=calls / nation if nation else None,
        )
    return lines


def _warnings(result: PlanResult) -> list[str]:
    """What the plan takes for granted and should not, and what the runs warned of."""
    return in_one_line([*_of_plan(result), *(one for period in result.periods for one in period.warned)])


def _of_plan(result: PlanResult) -> Iterator[Warned]:
    years = result.years
    said = [
        *notes_buildout.untaught(years.scenario),
        *notes_buildout.rooms(years.plan),
        *(say("binding.not_judged", name=phase.name, why=phase.says) for phase in _not_judged(years)),
    ]
    yield from (Warned(what="plan", pieces=sentence([one])) for one in said)
    for period in result.periods:
        for name, line in _lines(result, period).items():
            if line.share_of_nation and line.share_of_nation > 0.2:
                yield _nation(name, line.share_of_nation, _start(years, period.start))
                break


def _nation(line: str, share: float, start: str) -> Warned:
    percent = amount(100 * share, ".0f")
    said = pieces("binding.nation", line=Piece(words=line), percent=percent, start=Piece(moment=start))
    return Warned(what="share of the nation", pieces=sentence(said))
