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
        """The SimPy environment of the day; its time is whole milliseconds since the run began."""
        return self._desk.env

    @property
    def now(self) -> datetime.datetime:
        """The local time; in a warm-up it is before the first day."""
        return self._start + datetime.timedelta(milliseconds=self._since_day_one)

    def wait(self, time: str) -> Any:
        """What to yield to do nothing for so long: `yield floor.wait("5 min")`."""
        return self._desk.wait(_ms(time))

    def wait_until(self, time: str) -> Any:
        """What to yield to do nothing until the clock next shows so: `yield floor.wait_until("18:00")`."""
        return self._desk.wait((clock(time) - self._since_day_one - 1) % DAY_MS + 1)

    # What there is to see.

    @property
    def queues(self) -> list[str]:
        """The names of all queues, in the order of the file."""
        return list(self._queues)

    @property
    def groups(self) -> list[str]:
        """The names of all groups, in the order of the file."""
        return list(self._groups)

    def waiting(self, queue: str) -> int:
        """Calls that wait in the queue."""
        return self._desk.waiting(self._queue(queue))

    def longest_wait(self, queue: str) -> float:
        """How long the longest of them has waited, in seconds; 0 if nobody does."""
        return self._desk.longest_wait(self._queue(queue)) / 1000

    def service_level(self, queue: str, last: str = "15 min") -> float:
        """Answered within the goal's time ÷ offered, of calls that ended lately, in an hour at most.

        NaN if none did. A queue without a goal is judged by 20 s.
        """
        return self._desk.service_level(self._queue(queue), _ms(last))

    def idle(self, group: str) -> int:
        """Agents of the group who could take a call."""
        return self._desk.idle(self._group(group))

    def busy(self, group: str) -> int:
        """Agents of the group who talk or wrap up."""
        return self._desk.busy(self._group(group))

    def on_duty(self, group: str) -> int:
        """Agents of the group on a seat, late ones among them."""
        return self._desk.on_duty(self._group(group))

    def late(self, group: str) -> int:
        """Agents of the group whose shift is over but whose call is not."""
        return self._desk.late(self._group(group))

    def waiting_for_seat(self, group: str) -> int:
        """Agents of the group who wait for a seat."""
        return self._desk.waiting_for_seat(self._group(group))

    def seats(self, site: str) -> int:
        """Seats of the site that are not lost; very many where there is no limit."""
        return self._desk.seats(_row(self._sites, "site", site))

    def seats_used(self, site: str) -> int:
        """Seats of the site that are taken."""
        return self._desk.seats_used(_row(self._sites, "site", site))

    # What there is to do.

    def move(self, agents: int, group: str, to: str) -> None:
        """Agents change to another group: the longest idle first, busy ones when their call is done.

        They go home with their own shift; at another site they need a seat there. Fewer, if there are fewer.
        """
        self._desk.move(agents, self._group(group), self._group(to))

    def overflow(self, queue: str, group: str, open: bool = True, after: str | None = None) -> None:
        """Let a group answer a queue, or no longer; only where it has it in its `answers`.

        With `after`, calls that have waited this long; without, as the scenario says.
        """
        rows = self._queue(queue), self._group(group)
        self._desk.overflow(*rows, open, None if after is None else _ms(after))

    def call_in(self, agents: int, group: str, stay: str = show_duration(A_SHIFT / 1000)) -> None:
        """More agents come to the group at once, and stay so long."""
        self._desk.call_in(self._group(group), agents, _ms(stay))

    def send_home(self, agents: int, group: str) -> None:
        """Agents leave for the rest of their shift: the longest idle first, busy ones when they are done."""
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
        raise LookupError(f"there is no {what} {name}{nearest(name, rows)}")
    return rows[name]


def _ms(time: str) -> int:
    return round(duration(time) * 1000)
