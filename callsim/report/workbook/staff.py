"""The workbook of `callsim staff`: goals on fresh days, agents by interval, groups, shifts and hours."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from callsim.report.kit.verdicts import word
from callsim.report.staff.days import each_day
from callsim.report.staff.tables import Answer, by_day, hours_of
from callsim.report.workbook.book import Field, Sheet, Value
from callsim.results.measures import Figure
from callsim.sentences import label, say
from callsim.study.roster.answer import RosterAnswer

GOALS = [
    Field("queue"),
    Field("verdict"),
    Field("service level", "share"),
    Field("answer", "share"),
    Field("within (s)", "seconds"),
    Field("abandoned", "share"),
    Field("at most", "share"),
    Field("ASA (s)", "seconds"),
    Field(say("goals.asa_at_most_s"), "seconds"),
    Field("days met", "share"),
]


def sheets(found: Answer) -> list[Sheet]:
    """All that is told of an answer, as tables."""
    return list(_sheets(found))


def _sheets(found: Answer) -> Iterator[Sheet]:
    yield Sheet("Goals", GOALS, list(_goals(found)))
    fields = [Field("group"), Field("day"), Field("from", "clock")]
    fields.append(Field("agents", "count" if isinstance(found, RosterAnswer) else "number"))
    yield Sheet("Intervals", [*fields, Field("required", "count")], list(_intervals(found)))
    if isinstance(found, RosterAnswer):
        shifts: list[list[Value]] = [
            [name, shift, hours_of(found, shift), agents, group.copies]
            for name, group in found.groups.items()
            for shift, agents in group.shifts.items()
        ]
        numbers = [Field("agents", "number"), Field("copies", "number")]
        yield Sheet("Shifts", [Field("group"), Field("shift"), Field("hours"), *numbers], shifts)
        people: list[list[Value]] = [[name, one.copies, one.people] for name, one in found.groups.items()]
        yield Sheet("Groups", [Field("group"), Field("copies", "number"), Field("people", "number")], people)
        yield Sheet(
            "Costs",
            [Field("what"), Field("hours", "hours")],
            [[say("staff.paid_all_days"), found.programme.hours]],
        )
        return
    groups: list[list[Value]] = [
        [name, one.copies, max(map(max, by_day(one.staff).values())), one.agent_hours]
        for name, one in found.groups.items()
    ]
    heads = [
        Field("copies", "number"),
        Field("most agents", "number"),
        Field(say("staff.agent_hours"), "hours"),
    ]
    yield Sheet("Groups", [Field("group"), *heads], groups)
    hours: list[list[Value]] = [
        [name, one.agent_hours * one.copies, one.agent_hours * one.copies * found.days]
        for name, one in found.groups.items()
    ]
    heads = [Field(say("staff.agent_hours"), "hours"), Field(say("staff.of_all_days"), "hours")]
    yield Sheet("Costs", [Field(say("staff.group_all_copies")), *heads], hours)


def _goals(found: Answer) -> Iterator[list[Value]]:
    for name, queue in found.queues.items():
        kept, goal = queue.expected, queue.goal
        within = goal.within_s if goal.answer is not None else None
        told: list[Value] = [_share(kept.service_level), goal.answer, within, _share(kept.abandoned_share)]
        told += [goal.abandon_at_most, _share(kept.asa_s), goal.asa_at_most_s]
        yield [name, label(word(kept.met).page), *told, goal.probability]


def _share(figure: Figure | None) -> float | None:
    return None if figure is None else figure.mean


def _intervals(found: Answer) -> Iterator[list[Value]]:
    for name, group in found.groups.items():
        for day, staff, asked in each_day(group):
            for k, agents in enumerate(staff):
                minutes = round(k * found.interval_s / 60)
                yield [name, day, datetime.time(minutes // 60, minutes % 60), agents, asked[k]]
