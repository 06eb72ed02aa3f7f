"""The page of a build-out: does it hold; seats, people, service and what binds first, on one screen."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from callsim.report.buildout.money import currency, goals_at, key_of, money, tried
from callsim.report.buildout.text import (
    dips_of,
    goals_of,
    head,
    in_futures,
    kinds_in,
    listed,
    not_judged,
    ratio,
)
from callsim.report.buildout.text import verdict as in_words
from callsim.report.kit import figures
from callsim.report.kit.charts import Chart, Data, Heat, Series, Values, View, rounded
from callsim.report.kit.goals import met_of
from callsim.report.kit.html_page import (
    Cell,
    Facts,
    Fold,
    Marked,
    Part,
    Section,
    Sheet,
    Stretch,
    Stretches,
    Table,
    Text,
    Verdict,
)
from callsim.report.kit.verdicts import Lamp, Tone
from callsim.sentences import Own, label, say
from callsim.study.buildout.answer import LineThen, PeriodThen, PlanAnswer, SiteThen


def page(found: PlanAnswer) -> Sheet:
    """The page."""
    return Sheet(found.scenario, list(_sections(found)), data(found), f"callsim {found.version}")


def _sections(found: PlanAnswer) -> Iterator[Section]:
    first = found.periods[0]
    yield Section("", [_verdict(found), _people(), _service(), _strip(found), _phases(found)])
    yield Section(say("buildout.binds"), [_bindings(found)])
    goals = any(queue.goal is not None for queue in first.queues.values())
    yield Section("Service", [*([_heat()] if goals else []), *_days(found)])
    force = [] if first.people.share_of_labour_force is None else [_force()]
    yield Section("People", [_learning(), *force, *_lines(found)])
    if columns := money(found):
        heads, cells = zip(*columns, strict=True)
        about = say("buildout.millions", currency=currency(found))
        yield Section("Money", [Table(heads, list(zip(*cells, strict=True)), names=2)], about)
    if found.depends:
        yield Section("Assumptions", [_assumptions(found)], say("buildout.each_alone"))
    yield _small_print(found)


def _people() -> Chart:
    return Chart(
        say("buildout.people"),
        "count",
        [
            Series("seats open", "seats", colour=1),
            Series("agents needed", "needed", "limit"),
            Series("agents there", "present"),
        ],
        says=say("buildout.people_says"),
    )


def _service() -> Chart:
    return Chart(
        say("pages.all_level"),
        "share",
        [Series("usual day", "level", band=True)],
        says=say("buildout.level_says"),
    )


def _learning() -> Chart:
    return Chart(
        say("buildout.learning"),
        "count",
        [
            Series("in class", "learning", "bar"),
            Series(say("buildout.left_so_far"), "left", colour=2),
            Series(say("buildout.hired_so_far"), "hired"),
        ],
        says=say("buildout.learning_says"),
    )


def _force() -> Chart:
    series = [Series("employed", "force", "bar")]
    return Chart(say("buildout.force"), "share", series, says=say("buildout.force_says"))


def _heat() -> Heat:
    return Heat(say("pages.heat"), "level", "goal", says=say("buildout.heat_says"))


def data(found: PlanAnswer) -> Data:
    """All that the page draws: everything together, and the service of each queue for the map."""
    periods, counted = found.periods, found.counted
    levels = [period.total.level(counted) for period in periods]
    people = [period.people for period in periods]

    def counts(numbers: Sequence[float]) -> list[float | None]:
        return [rounded(number, "count") for number in numbers]

    whole = View(
        "All",
        {
            "seats": [period.seats for period in periods],
            "needed": counts([one.needed for one in people]),
            "present": counts([one.present for one in people]),
            "learning": counts([one.learning for one in people]),
            "hired": counts([one.hired for one in people]),
            "left": counts([one.left for one in people]),
            "force": [rounded(one.share_of_labour_force, "share") for one in people],
            "level": [rounded(level.mean, "share") for level in levels],
            "level_low": [rounded(level.low, "share") for level in levels],
            "level_high": [rounded(level.high, "share") for level in levels],
            "goal": None,
        },
    )
    queues = [View(name, _queue(periods, name, counted)) for name in periods[0].queues]
    return Data([whole, *queues], {"start": [_date(period) for period in periods]}, _end(periods))


def _queue(periods: Sequence[PeriodThen], name: str, counted: str) -> dict[str, Values | float | None]:
    each = [period.queues.get(name) for period in periods]
    goal = next((queue.goal.answer for queue in each if queue and queue.goal), None)
    level = [rounded(queue.level(counted).mean, "share") if queue else None for queue in each]
    return {"level": level, "goal": goal}


def _date(period: PeriodThen) -> str:
    return period.start if len(period.start) == 10 else f"{period.start}-01"


def _end(periods: Sequence[PeriodThen]) -> str:
    """As long after the last period as that is after the one before."""
    dates = [datetime.date.fromisoformat(_date(period)) for period in periods]
    length = dates[-1] - dates[-2] if len(dates) > 1 else datetime.timedelta(days=31)
    return (dates[-1] + length).isoformat()


def _verdict(found: PlanAnswer) -> Verdict:
    broken = [phase for phase in found.phases if not phase.holds]
    lines = [f"{phase.name}{label(': ')}{phase.says}{label('.')}" for phase in broken[:1]]
    if broken and broken[0].relief:
        lines.append(say("buildout.takes", relief=broken[0].relief))
    lines += map(not_judged, found.not_judged)
    each_week = any(phase.missed_each_week for phase in found.phases)
    return Verdict(
        "bad" if broken or each_week or not found.phases else "close" if dips_of(found) else "good",
        in_words(found).plain,
        lines,
    )


def _phases(found: PlanAnswer) -> Table:
    rows: list[Sequence[Cell]] = []
    for phase in found.phases:
        tone: Tone = "good" if phase.holds else "bad"
        jobs = phase.promised.jobs
        rows.append(
            [
                Lamp(tone, say("buildout.holds") if phase.holds else say("buildout.fails")),
                phase.name,
                f"{phase.seats:,}",
                head(phase.people.needed),
                head(phase.people.present),
                goals_of(phase),
                ratio(phase.jobs_per_seat_needed),
                f"{jobs:,}" if jobs is not None else figures.NOTHING,
                phase.binding,
            ]
        )
    names = [
        "",
        "phase",
        "seats",
        "agents needed",
        "there",
        "goals met",
        say("buildout.jobs_a_seat"),
        "jobs promised",
    ]
    return Table([*names, "binds first"], rows, names=2, label="phases")


def _strip(found: PlanAnswer) -> Stretches:
    """The strip of constraints that bind first, over time."""
    periods = found.periods
    stretches = []
    for binding, stretch in _stretches(found):
        tone: Tone = "good" if binding == "demand" else "bad"
        first, last = stretch[0].start, stretch[-1]
        span = say(
            "buildout.span_binding", first=first, last=last.start, binding=label(binding), says=last.says
        )
        stretches.append(Stretch(label(binding), len(stretch), tone, span))
    span = _span(periods)
    return Stretches(say("buildout.binds_over_time", span=span), stretches)


def _span(stretch: Sequence[PeriodThen]) -> str:
    return say("lists.span", first=stretch[0].start, last=stretch[-1].start)


def _stretches(found: PlanAnswer) -> Iterator[tuple[str, list[PeriodThen]]]:
    """Periods on end in which the same binds first."""
    for binding, some in groupby(found.periods, key=lambda period: period.binding):
        yield binding, list(some)


def _bindings(found: PlanAnswer) -> Table:
    """Stretches of time with one constraint, and what it is at the end of each."""
    rows: list[Sequence[Cell]] = []
    for binding, stretch in _stretches(found):
        last = stretch[-1]
        span = last.start if len(stretch) == 1 else _span(stretch)
        lamp = Lamp("good" if binding == "demand" else "bad", label(binding))
        rows.append([span, lamp, last.says, last.relief or _of_phase(found, last, binding)])
    return Table(["when", "what", say("buildout.at_end"), say("buildout.would_take")], rows, names=4)


def _of_phase(found: PlanAnswer, period: PeriodThen, binding: str) -> str:
    """Returns the relief that is needed by the end of the phase, where the same constraint binds then."""
    for phase in found.phases:
        if phase.looked_at >= period.start:
            same = phase.binding == binding and phase.relief
            return say("buildout.by_end", phase=phase.name, relief=phase.relief) if same else ""
    return ""


def _days(found: PlanAnswer) -> Iterator[Part]:
    """How many goals are met on each kind of day, year by year."""
    kinds = kinds_in(found)
    if len(kinds) < 2:
        return
    rows: list[Sequence[Cell]] = []
    for kind in kinds:
        cells: list[Cell] = [kind]
        for _, some in groupby(found.periods, key=_year):
            met = [period.goals_met[kind] for period in some if kind in period.goals_met]
            kept, of = sum(one.met for one in met), sum(one.of for one in met)
            words = met_of(kept, of, sum(one.nobody_called for one in met))
            cells.append(words if kept == of else Marked(words))
        rows.append(cells)
    years = [year for year, _ in groupby(found.periods, key=_year)]
    table = Table(["day", *years], rows)
    yield Fold(say("buildout.goals_by_day"), [table], small=say("buildout.all_months"))


def _year(period: PeriodThen) -> str:
    return period.start[:4]


def _lines(found: PlanAnswer) -> Iterator[Part]:
    """Lines and sites at the end of each phase."""
    if not found.phases:
        return
    kinds: list[tuple[str, list[Mapping[str, LineThen | SiteThen]]]] = [
        ("line", [phase.lines for phase in found.phases]),
        ("site", [phase.sites for phase in found.phases]),
    ]
    for what, ends in kinds:
        rows = [[name, *(_there(end[name]) for end in ends)] for name in ends[0]]
        table = Table([what, *(Own(phase.name) for phase in found.phases)], rows)
        yield Fold(say("buildout.agents_by", place=label(what)), [table], small=say("buildout.there_of"))


def _there(end: LineThen | SiteThen) -> str:
    return say("buildout.there", present=head(end.present), needed=head(end.needed))


def _assumptions(found: PlanAnswer) -> Table:
    rows: list[Sequence[Cell]] = []
    for row in tried(found):
        turns: Cell = Marked(listed(row.turns), "close") if row.turns else figures.NOTHING
        ends = [cell for end in (row.low, row.high) for cell in (end.value, " · ".join(goals_at(end)))]
        rows.append([key_of(row), row.source, turns, *ends])
    head_row = ["assumption", "source", say("buildout.turns"), "from", "goals met", "to", "goals met"]
    return Table(head_row, rows, names=3)


def _small_print(found: PlanAnswer) -> Section:
    facts = [
        ("callsim", found.version),
        ("runs", str(found.runs or say("buildout.as_needed"))),
        ("seed", str(found.seed)),
        ("people", say("buildout.rounded")),
    ]
    parts: list[Part] = [Facts(facts)]
    if luck := in_futures(found):
        words = " ".join(luck)
        parts.append(Text(f"{words[0].upper()}{words[1:]}{label('.')}", small=True))
    return Section(say("pages.how_simulated"), parts)
