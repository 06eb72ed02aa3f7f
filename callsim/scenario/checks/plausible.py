"""What is no mistake and yet hardly meant: talk of hours, patience of nothing, breaks taken off twice.

Numbers of the model are judged in `study/check`; here are those that a file says by itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from callsim.scenario.checks.conditions import never
from callsim.scenario.schema import Scenario
from callsim.scenario.words.demand import Queue
from callsim.scenario.words.distributions import Family
from callsim.scenario.words.mistakes import Location
from callsim.scenario.words.people import Group
from callsim.scenario.words.shifts import most_at_once
from callsim.sentences import say
from callsim.units import show_duration, show_share

LONG_S, SHORT_S = 3600.0, 10.0  # of a mean handling time: the first is a case, the second a click
NO_PATIENCE_S = 1.0
MUCH = 0.2  # of shrinkage: more of it has breaks in it, as reports of shrinkage do
BREAKS = 0.05  # of a shift: two short breaks and no lunch are as much


class Note(NamedTuple):
    """What to look at again, and the path of the key at which it is."""

    path: Location
    text: str


def notes(scenario: Scenario) -> Iterator[Note]:
    """All that a scenario's words tell without its model."""
    for name, queue in scenario.queues.items():
        yield from _handling(name, queue)
        yield from _patience(name, queue)
    for name, group in scenario.groups.items():
        yield from _twice(scenario, name, group)
        most = math.ceil(planned_peak(scenario, group) * scenario.scale.staff * group.scale.staff)
        for answered, key, text in never(scenario, name, group, most):
            yield Note(("groups", name, "answers", answered, key), text)


def planned_peak(scenario: Scenario, group: Group) -> int:
    """Most agents of one such group at once, as planned: before absence and shrinkage."""
    if group.staff is not None:
        return max(agents for day in group.staff_lists for agents in day)
    return most_at_once((scenario.shifts[shift], agents) for shift, agents in (group.shifts or {}).items())


def mean_s(times: Family | None) -> float:
    """The mean of a distribution over the day, seconds; 0 without one."""
    if times is None:
        return 0.0
    return times.mean_s if times.at_most is None else min(times.mean_s, times.at_most)


def _handling(name: str, queue: Queue) -> Iterator[Note]:
    talk, wrap = mean_s(queue.talk), mean_s(queue.wrap)
    if SHORT_S <= talk + wrap <= LONG_S or talk + wrap == 0:
        return
    key, longer = ("talk", talk) if talk >= wrap else ("wrap", wrap)
    times = 1 / 60 if talk + wrap > LONG_S else 60.0
    parts = say("notes.talk", talk=show_duration(round(talk)))
    parts += say("notes.and_wrap", wrap=show_duration(round(wrap))) if wrap else ""
    meant = show_duration(round(longer * times, 1))
    text = say(
        "notes.long_calls", queue=name, talk=show_duration(round(talk + wrap)), parts=parts, meant=meant
    )
    yield Note(("queues", name, key), text + (say("notes.minutes_in_table") if times > 1 else ""))


def _patience(name: str, queue: Queue) -> Iterator[Note]:
    shortest = None if queue.patience is None else min(queue.patience.means_of_all)
    if shortest is not None and shortest < NO_PATIENCE_S:
        yield Note(
            ("queues", name, "patience"),
            say("notes.no_patience", queue=name, mean=show_duration(shortest)),
        )


def _twice(scenario: Scenario, name: str, group: Group) -> Iterator[Note]:
    """Shrinkage so large that it has the breaks in it that its shifts show as well."""
    if not group.shifts or group.shrinkage <= MUCH:
        return
    there = away = 0.0
    for shift, agents in group.shifts.items():
        there += agents * scenario.shifts[shift].work_ms
        away += agents * sum(one.ms for one in scenario.shifts[shift].breaks)
    share = away / (there + away) if there else 0.0
    if share < BREAKS:
        return
    rest = 1 - (1 - group.shrinkage) / (1 - share)
    meant = (
        say("notes.write_shrinkage", share=show_share(round(rest, 3)))
        if rest > 0
        else say("notes.leave_shrinkage_out")
    )
    yield Note(
        ("groups", name, "shrinkage"),
        say(
            "notes.breaks_twice",
            group=name,
            shrinkage=show_share(group.shrinkage),
            share=show_share(round(share, 3)),
            meant=meant,
        ),
    )
