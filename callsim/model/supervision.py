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
import inspect
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from callsim.errors import CallsimError, UserError
from callsim.model.guard import guarded
from callsim.scenario import nearest
from callsim.sim.engines.supervision import A_SHIFT, Desk
from callsim.sim.engines.supervision import Supervisor as Story
from callsim.units import DAY_MS, clock, duration, show_duration, shown

if TYPE_CHECKING:
    from callsim.model.model import Model

Supervisor = Callable[["Floor"], Generator[Any, Any, Any]]
MOST_SCENES = 20_000  # of a supervisor in one millisecond; more are a loop without an end


class Floor:
    """The callers who wait and the agents who are free at this moment, and the orders that change it.

    Names are those of reports: with copies, `telecom-1`. A name that does not exist is a LookupError.
    """

    def __init__(self, desk: Desk, model: Model):
        self._desk = desk
        self._start = datetime.datetime.combine(model.scenario.calendar.start, datetime.time())
        self._queues = {model.queues[row].name: row for row in model.shown_queues}
        self._groups = {model.groups[row].name: row for row in model.shown_groups}
        self._sites = {name: row for row, name in enumerate(model.sites)}

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


def stories(model: Model) -> list[Story]:
    """The supervisors of one run. A file is read anew for each, so runs have no variables in common."""
    return [_told(supervisor, model) for supervisor in (*_of_files(model), *model.supervisors)]


def _of_files(model: Model) -> list[Supervisor]:
    modules: dict[str, dict[str, Any]] = {}
    found = []
    for named in model.scenario.supervisors:
        if named.file not in modules:
            modules[named.file] = {"__name__": "supervisors", "__file__": named.file}
            with _named(f"while reading {named.file}"), guarded():
                exec(compile(named.source, named.file, "exec"), modules[named.file])
        function = modules[named.file].get(named.function)
        if not callable(function):
            raise UserError(f"{named.file} has no function {named.function}")
        found.append(function)
    return found


def _told(supervisor: Supervisor, model: Model) -> Story:
    def story(desk: Desk) -> Generator[Any, Any, Any]:
        name = getattr(supervisor, "__qualname__", repr(supervisor))
        floor = Floor(desk, model)
        scenes = _Scenes(floor)

        def watched(process: Any) -> Any:
            called = getattr(process, "__name__", repr(process))
            if inspect.isgenerator(process):
                # Counted here, too: a new process goes first, so an endless chain of them would end nowhere.
                scenes.count(process)
            return _watched(process, scenes, called, f"in {called}, a process of a supervisor")

        desk.env.watched = watched
        where = f"in the supervisor {name}"
        with _named(where), guarded():
            told = supervisor(floor)
        return _watched(told, scenes, name, where)

    return story


def _watched(story: Any, scenes: _Scenes, name: str, where: str) -> Generator[Any, Any, Any]:
    """The story, event by event: it must yield events, and time must pass now and then. Returns its value."""
    with _named(where):
        story = _generator(story, name)
        answer, failed = None, None
        while True:
            try:
                # Only here: a day that ends early closes this story at its yield, which is no failure.
                with guarded():
                    event = story.send(answer) if failed is None else story.throw(failed)
            except StopIteration as end:
                return end.value
            if not hasattr(event, "callbacks"):
                raise CallsimError(f"{_place_of(story)}: {_instead(event)}")
            scenes.count(story)
            try:
                answer, failed = (yield event), None
            except Exception as error:
                answer, failed = None, error


class _Scenes:
    """How often a supervisor and the processes that it starts have woken in one millisecond."""

    def __init__(self, floor: Floor):
        self._floor, self._since, self._many = floor, -1, 0

    def count(self, story: Any) -> None:
        """One more; too many are a loop in which no time passes."""
        now = int(self._floor.env.now)
        self._since, self._many = now, self._many + 1 if now == self._since else 0
        if self._many > MOST_SCENES:
            raise CallsimError(
                f"{_place_of(story)}: {self._many:,} waits end at {self._floor.now:%Y-%m-%d %H:%M} and "
                'no time passes; wait for more than 0 s, such as: yield floor.wait("1 min")'
            )


def _instead(event: object) -> str:
    """What is wrong with yielding this, and what to write instead."""
    if isinstance(event, (int, float)) and not isinstance(event, bool):
        return f'yield {event:g} is no time to wait; write yield floor.wait("{event:g} s")'
    if isinstance(event, str):
        return f'yield {shown(event)} is no time to wait; write yield floor.wait("5 min")'
    if inspect.isgenerator(event):
        return f"yield {event.__name__}(…) waits for nothing; write yield from {event.__name__}(…)"
    return f'yield {shown(event)} waits for nothing; write such as yield floor.wait("5 min")'


def _place_of(story: Any) -> str:
    """The file and line at which a story stands."""
    while inspect.isgenerator(inner := story.gi_yieldfrom):
        story = inner
    line = story.gi_frame.f_lineno if story.gi_frame is not None else story.gi_code.co_firstlineno
    return f"{story.gi_code.co_filename}, line {line}, in {story.gi_code.co_name}"


def _generator(story: Any, name: str) -> Generator[Any, Any, Any]:
    if not inspect.isgenerator(story):
        raise TypeError(f'{name} never waits; write such as: while True: yield floor.wait("1 min")')
    return story


@contextmanager
def _named(where: str) -> Iterator[None]:
    """Exceptions raised inside carry a note that says where they come from."""
    try:
        yield
    except CallsimError:
        raise
    except Exception as error:
        error.add_note(f"This was raised {where}.")
        raise
