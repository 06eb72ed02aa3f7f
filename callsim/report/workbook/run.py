"""The workbook of a run: goals, queues, days, intervals, groups, who is short where, costs."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from callsim.report.kit.columns import there
from callsim.report.kit.verdicts import verdict_on
from callsim.report.workbook.book import Field, Sheet, Value, figure_fields, figure_values, moment
from callsim.results import catalogue
from callsim.results.run import RunResult
from callsim.sentences import label, say

ALL_CALLS = [one for one in catalogue.CALLS.values() if one.key != "goal_probability"]
SOME = ("short_abandoned",)  # only where the scenario asks for them
OF_INTERVALS = [catalogue.CALLS[key] for key in ("offered", "answered", "abandoned_share", "asa_s", "aht_s")]
ABANDONED, ASA, PAID = "abandoned_share", "asa_s", "paid_h"
REQUIRED = catalogue.CALLS["required"]
KEPT = catalogue.CALLS["goal_probability"]
WORK, POOLS, COSTS, CLIENTS, BACKLOG = (
    list(part.values())
    for part in (catalogue.WORK, catalogue.POOLS, catalogue.COSTS, catalogue.CLIENTS, catalogue.BACKLOG)
)
WAITING = [one for one in catalogue.WAITING.values() if one.text is not None]
OWED = [one for one in BACKLOG if one.text is not None]


def sheets(found: RunResult) -> list[Sheet]:
    """All that is told of a run, as tables."""
    return list(_sheets(found))


def _sheets(found: RunResult) -> Iterator[Sheet]:
    yield Sheet("Goals", GOALS, goal_rows(found))
    calls = [one for one in ALL_CALLS if one.key not in SOME or one.key in found.total.figures]
    queues: list[list[Value]] = [
        [name, *figure_values(calls, one.figures)] for name, one in found.queues.items()
    ]
    queues.append([label("all queues"), *figure_values(calls, found.total.figures)])
    yield Sheet("Queues", [Field("queue"), *figure_fields(calls)], queues)
    if any(key in found.total.figures for key in catalogue.CLIENTS):
        clients: list[list[Value]] = [
            [name, *figure_values(CLIENTS, one.figures)] for name, one in found.queues.items()
        ]
        clients.append([label("all queues"), *figure_values(CLIENTS, found.total.figures)])
        yield Sheet("Clients", [Field("queue"), *figure_fields(CLIENTS)], clients)
    if found.due:
        owed: list[list[Value]] = [
            [name, one.due_s, *figure_values(OWED, one.figures)] for name, one in found.due.items()
        ]
        yield Sheet(
            say("backlog.title"), [Field("queue"), Field("due (s)", "seconds"), *figure_fields(OWED)], owed
        )
    if found.telling:
        told: list[list[Value]] = [
            [name, *figure_values(WAITING, one.figures)] for name, one in found.telling.items()
        ]
        yield Sheet(say("waiting.title"), [Field("queue"), *figure_fields(WAITING)], told)
    if found.menus:
        figures = [menu.figures for menu in found.menus.values()]
        shown = there(catalogue.MENUS, figures)
        met: list[list[Value]] = [
            [name, *figure_values(shown, one)] for name, one in zip(found.menus, figures, strict=True)
        ]
        yield Sheet(say("menus.title"), [Field("menu"), *figure_fields(shown)], met)
    if found.campaigns:
        figures = [one.figures for one in found.campaigns.values()]
        shown = there(catalogue.CAMPAIGNS, figures)
        dialled: list[list[Value]] = [
            [name, *figure_values(shown, one)] for name, one in zip(found.campaigns, figures, strict=True)
        ]
        yield Sheet(say("campaigns.title"), [Field("campaign"), *figure_fields(shown)], dialled)
    level = catalogue.level(found.counted)
    if found.by_day:
        days = [
            [datetime.date.fromisoformat(day.start), *figure_values([*OF_INTERVALS, level], day.figures)]
            for day in found.by_day
        ]
        yield Sheet("Days", [Field("day", "date"), *figure_fields([*OF_INTERVALS, level])], days)
    yield Sheet("Intervals", interval_fields(found), interval_rows(found))
    yield Sheet("Groups", GROUPS, group_rows(found))
    short: list[list[Value]] = [
        [moment(row.start), row.pool, row.group or "", *figure_values(POOLS, row.figures)]
        for row in found.group_intervals or ()
    ]
    yield Sheet(
        say("run.map"),
        [Field("from", "moment"), Field("pool"), Field("group"), *figure_fields(POOLS)],
        short,
    )
    yield Sheet("Costs", cost_fields(found), cost_rows([found]))
    yield Sheet(say("pages.what_was_run"), [Field("what"), Field("value")], _about(found))


GOALS = [
    Field("queue"),
    Field("verdict"),
    Field("service level", "share"),
    Field("low", "share"),
    Field("high", "share"),
    Field("answer", "share"),
    Field("within (s)", "seconds"),
    Field("abandoned", "share"),
    Field("at most", "share"),
    Field("ASA (s)", "seconds"),
    Field(say("goals.asa_at_most_s"), "seconds"),
    Field("days met", "share"),
]
GROUPS = [
    Field("group"),
    Field("site"),
    *figure_fields(WORK),
    Field(say("goals.busy_at_most"), "share"),
    Field("goal"),
]


def goal_rows(found: RunResult) -> list[list[Value]]:
    """A row for each goal."""
    rows: list[list[Value]] = []
    for name, goal in found.goals.items():
        figures = found.queues[name].figures
        level = figures.level(found.counted)
        promised = [goal.answer, goal.within_s if goal.answer is not None else None]
        told = [level, level.low, level.high, *promised, figures[ABANDONED], goal.abandon_at_most]
        told += [figures[ASA], goal.asa_at_most_s]
        rows.append([name, label(verdict_on(goal).page), *told, goal.probability])
    return rows


def interval_fields(found: RunResult) -> list[Field]:
    """The columns of intervals."""
    level = catalogue.level(found.counted)
    return [Field("from", "moment"), Field("queue"), *figure_fields([*OF_INTERVALS, level, KEPT, REQUIRED])]


def interval_rows(found: RunResult) -> list[list[Value]]:
    """A row for each interval and queue."""
    shown = [*OF_INTERVALS, catalogue.level(found.counted), KEPT, REQUIRED]
    return [
        [moment(row.start), row.queue or "", *figure_values(shown, row.figures)]
        for row in found.intervals or ()
    ]


def group_rows(found: RunResult) -> list[list[Value]]:
    """A row for each group."""
    return [
        [
            name,
            one.site or "",
            *figure_values(WORK, one.figures),
            *([one.goal.occupancy_at_most, label(verdict_on(one.goal).page)] if one.goal else [None, ""]),
        ]
        for name, one in found.groups.items()
    ]


def cost_fields(found: RunResult) -> list[Field]:
    """The columns of costs; without prices the paid hours alone."""
    return [Field("plan"), Field("currency"), Field("paid hours", "hours"), *figure_fields(COSTS)]


def cost_rows(plans: Sequence[RunResult]) -> list[list[Value]]:
    """A row for each plan, of all days together."""
    rows: list[list[Value]] = []
    for plan in plans:
        paid = sum(group.figures[PAID].mean or 0.0 for group in plan.groups.values())
        if plan.costs is None:
            rows.append([plan.name, "", paid, *[None] * len(COSTS)])
        else:
            rows.append(
                [plan.name, plan.costs.currency or "", paid, *figure_values(COSTS, plan.costs.figures)]
            )
    return rows


def _about(found: RunResult) -> list[list[Value]]:
    facts = [
        ("scenario", found.scenario),
        ("from", found.start),
        ("days", str(found.days)),
        ("runs", str(found.runs)),
        ("seed", str(found.seed)),
        ("service level", catalogue.LEVELS[found.counted].about),
        ("callsim", found.version),
        ("fingerprint", found.fingerprint),
        *(("warning", warning) for warning in found.warnings),
    ]
    return [list(fact) for fact in facts]
