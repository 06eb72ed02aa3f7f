"""The floor as a supervisor sees it: queues, groups and sites by their names, times in words.

A supervisor is a generator function of this floor, in plain SimPy:

    def evening(floor):
        while True:
            yield floor.wait("5 min")
            if floor.longest_wait("telecom") > 60:
                floor.move(5, "bank-desk", "telecom-desk")

It sees all that happened before now. What it asks for happens now, before any call moves.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Generator, Mapping
from typing import Any, NamedTuple

from callsim.scenario import nearest
from callsim.sentences import say
from callsim.sim.engines.supervision import A_SHIFT, Desk
from callsim.units import DAY_MS, clock, duration, show_duration

Supervisor = Callable[["Floor"], Generator[Any, Any, Any]]


class Named(NamedTuple):
    """The rows of what stands on the floor, by name, in the order of the file."""

    queues: Mapping[str, int]
    groups: Mapping[str, int]
    sites: Mapping[str, int]


class Floor:
    """The callers who wait and the agents who are free at this moment, and the orders that change it.

    Names are those of reports: with copies, `telecom-1`. A name that does not exist is a LookupError.
    """

    def __init__(self, desk: Desk, start: datetime.date, rows: Named):
        """`start`: the first day of the calendar."""
        self._desk = desk
        self._start = datetime.datetime.combine(start, datetime.time())
        self._queues, self._groups, self._sites = rows

    # Time.

    @property
    def env(self) -> Any:
        """Returns the SimPy environment of the day; its time is whole milliseconds since the run began."""
        return self._desk.env

    @property
    def now(self) -> datetime.datetime:
        """Returns the local time; in a warm-up it is before the first day."""
        return self._start + datetime.timedelta(milliseconds=self._since_day_one)

    def wait(self, time: str) -> Any:
        """Returns what to yield to do nothing for a `time`: `yield floor.wait("5 min")`.

        Raises ValueError.
        """
        return self._desk.wait(_ms(time))

    def wait_until(self, time: str) -> Any:
        """Returns what to yield to do nothing until a `time` of day: `yield floor.wait_until("18:00")`.

        Where it is that time already, a day passes. Raises ValueError for what is no time of day.
        """
        return self._desk.wait((clock(time) - self._since_day_one - 1) % DAY_MS + 1)

    # What there is to see.

    @property
    def queues(self) -> list[str]:
        """Returns the names of all queues, in the order of the file."""
        return list(self._queues)

    @property
    def groups(self) -> list[str]:
        """Returns the names of all groups, in the order of the file."""
        return list(self._groups)

    def waiting(self, queue: str) -> int:
        """Returns the number of calls that wait in a `queue`. Raises LookupError."""
        return self._desk.waiting(self._queue(queue))

    def longest_wait(self, queue: str) -> float:
        """Returns the seconds that the first call of a `queue` waits by now, 0 if none.

        Raises LookupError.
        """
        return self._desk.longest_wait(self._queue(queue)) / 1000

    def service_level(self, queue: str, last: str = "15 min") -> float:
        """Returns the share of a queue's calls that were answered within the goal's time, 0 to 1.

        Of calls offered that ended in the `last` minutes, such as "15 min", an hour at most; NaN if none did.
        A queue without a goal is judged by 20 s. Raises LookupError for unknown queues, ValueError for what
        is no time.
        """
        return self._desk.service_level(self._queue(queue), _ms(last))

    def idle(self, group: str) -> int:
        """Returns the number of agents of a `group` who could take a call. Raises LookupError."""
        return self._desk.idle(self._group(group))

    def busy(self, group: str) -> int:
        """Returns the number of agents of a `group` who talk or wrap up. Raises LookupError."""
        return self._desk.busy(self._group(group))

    def on_duty(self, group: str) -> int:
        """Returns the number of agents of a `group` on a seat, late ones too. Raises LookupError."""
        return self._desk.on_duty(self._group(group))

    def late(self, group: str) -> int:
        """Returns the number of agents of a `group` still on a call after their shift. Raises LookupError."""
        return self._desk.late(self._group(group))

    def waiting_for_seat(self, group: str) -> int:
        """Returns the number of agents of a `group` who wait for a seat. Raises LookupError."""
        return self._desk.waiting_for_seat(self._group(group))

    def seats(self, site: str) -> int:
        """Returns the number of seats of a `site` that are not lost; very many where there is no limit.

        Raises LookupError for unknown sites.
        """
        return self._desk.seats(_row(self._sites, "site", site))

    def seats_used(self, site: str) -> int:
        """Returns the number of seats of a `site` that are taken. Raises LookupError."""
        return self._desk.seats_used(_row(self._sites, "site", site))

    # What there is to do.

    def move(self, agents: int, group: str, to: str) -> None:
        """Let a number of `agents` of a `group` answer the calls of the group `to`.

        The longest idle first, busy ones when their call is done; fewer, if there are fewer. They go home
        with their own shift; at another site they need a seat there. Raises LookupError for unknown groups,
        ValueError for numbers below 0.
        """
        self._desk.move(agents, self._group(group), self._group(to))

    def overflow(self, queue: str, group: str, open: bool = True, after: str | None = None) -> None:
        """Let a `group` answer a `queue`, or with `open=False` no longer; its `answers` must name the queue.

        With `after`, such as "30 s", it answers calls that have waited so long; without, as the scenario
        says. Raises LookupError for unknown names, ValueError for what is no time.
        """
        rows = self._queue(queue), self._group(group)
        self._desk.overflow(*rows, open, None if after is None else _ms(after))

    def call_in(self, agents: int, group: str, stay: str = show_duration(A_SHIFT / 1000)) -> None:
        """Let a number of `agents` more come to a `group` at once, and `stay` for a time, such as "8 h".

        Raises LookupError for unknown groups, ValueError for what is no time.
        """
        self._desk.call_in(self._group(group), agents, _ms(stay))

    def send_home(self, agents: int, group: str) -> None:
        """Let a number of `agents` of a `group` leave for the rest of their shift.

        The longest idle first, busy ones when their call is done. Raises LookupError for unknown groups,
        ValueError for numbers below 0.
        """
        self._desk.send_home(self._group(group), agents)

    @property
    def _since_day_one(self) -> int:
        """ms since 00:00 of day 1; negative in a warm-up."""
        return self._desk.now - self._desk.opens

    def _queue(self, name: str) -> int:
        return _row(self._queues, "queue", name)

    def _group(self, name: str) -> int:
        return _row(self._groups, "group", name)


def _row(rows: Mapping[str, int], what: str, name: str) -> int:
    if name not in rows:
        raise LookupError(say("names.none_such", what=what, name=name, hint=nearest(name, rows)))
    return rows[name]


def _ms(time: str) -> int:
    return round(duration(time) * 1000)
