"""What a day asks of an engine: to play calls up to a time, to take the next calls, to let control act on the
floor.

Both engines have the same floor, rules and records; they differ in how they go through time.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from callsim.sim.campaigns.table import with_notes
from callsim.sim.centre import Centre
from callsim.sim.floor import control, order, rules
from callsim.sim.floor.announce import is_callback
from callsim.sim.floor.control import Steps
from callsim.sim.floor.dialling import numbers
from callsim.sim.floor.people.talk import was_begun
from callsim.sim.floor.records import ABANDONED, ANSWERED, NOT_REACHED, blank_records
from callsim.sim.floor.state import (
    BUSY,
    FREE_PLACES,
    HOLDING,
    IN_BUILDING,
    KEPT,
    RINGING,
    SEAT_CHANGE,
    SEATS_NOTED,
    WAITING,
    expect,
    expect_orders,
    open_floor,
)
from callsim.sim.floor.state import grow as grow_floor
from callsim.sim.luck.later import Later
from callsim.sim.luck.numbers import Numbers
from callsim.sim.luck.trace import LONG_TRACE, TRACE, blank_trace

SHEET = 1 << 15  # records of a sheet, which is counted when it is full
SEAT_ROWS = 1 << 12  # changes of seats in the log, which is passed on when it is full


class Engine(ABC):
    """A floor and the means to move it through time; times are ms, rows are indices."""

    name: str

    def __init__(self, centre: Centre, luck: Later | None = None, of_numbers: Numbers | None = None) -> None:
        """`luck`: of calls that follow others, see draw.later; `of_numbers`: of those that are dialled."""
        self.floor = open_floor(centre, luck=luck, numbers=of_numbers)
        self.records = blank_records(SHEET)
        follow = self.floor.follow
        self.trace_kind = TRACE if follow is None or follow.dialled is None else LONG_TRACE
        self.trace = blank_trace(0, self.trace_kind)
        self.steps = control.blank_steps(0)
        self.on_records: Callable[[np.ndarray], None] = lambda rows: None
        self.on_seats: Callable[[np.ndarray], None] = lambda rows: None

    def at_work(self) -> AbstractContextManager[None]:
        """Returns a context in which the day is played."""
        return nullcontext()

    @abstractmethod
    def offer(self, trace: np.ndarray) -> None:
        """The calls of the next interval, TRACE [call]; those before have all arrived."""

    @abstractmethod
    def catch_up(self, now: int) -> None:
        """Plays everything that happens before `now`."""

    @abstractmethod
    def keep(self, steps: Steps) -> None:
        """Takes over the new next moments of calls that control has changed."""

    @abstractmethod
    def keep_let_go(self) -> None:
        """Takes over the moments of agents whom control has released from a line."""

    @abstractmethod
    def dial(self) -> None:
        """Has numbers ring, once all that control does at this millisecond is done."""

    @abstractmethod
    def cut_off(self, queue: int, now: int) -> None:
        """Disconnect all callers who wait in the queue."""

    def count_clients(
        self, within: np.ndarray, grid: int, sums: np.ndarray, told: np.ndarray, menus: np.ndarray
    ) -> None:
        """Whoever counts a run says before it how: `within`, ms, each goal's time; `grid`, ms, the width of a
        cell; `sums`, int64 [cell, queue, CLIENT_COLUMNS], to which clients are added; `told`, int64 [cell,
        queue, TOLD_COLUMNS], to which calls are added that are told a wait; `menus`, int64 [cell, menu,
        MENU_COLUMNS], to which those are added who find no line, see in_menus.take_back.
        """
        follow = self.floor.follow
        if follow is not None:
            follow.within[:], follow.clock[3] = within, grid
            clients = sums if sums.size else follow.clients
            promises = follow.promises._replace(sums=told) if told.size else follow.promises
            dialled = follow.dialled
            if dialled is not None and menus.size:
                dialled = dialled._replace(sums=menus)
            self.floor = self.floor._replace(
                follow=follow._replace(clients=clients, promises=promises, dialled=dialled)
            )

    def open(self, queue: int, is_open: bool) -> None:
        """Opens or closes a queue for new calls."""
        self.floor.queues["open"][queue] = is_open

    def open_campaign(self, row: int, queue: int, is_open: bool, now: int) -> None:
        """Opens or closes a campaign, whose calls wait in the queue: from now on it dials, or does not."""
        self.open(queue, is_open)
        numbers.look_at_hours(self.floor, row, now)
        self.dial()

    def bring_list(self, row: int, number: int, now: int) -> None:
        """A campaign has a new list from now on, the one of this number."""
        numbers.bring_list(self.floor, row, number, now)
        self.dial()

    def change(self, rows: np.ndarray, now: int) -> None:
        """Agents come and go: CHANGE [row] of this moment, as roster.in_order sorts them."""
        self.hand_in_seats_if_full()
        done = False
        while not done:
            more = np.zeros(len(self.floor.groups), np.int64)
            done, most = control.change(self.floor, self.records, self.steps, now, rows, more)
            if not done:
                self.floor = expect(self.floor, more)
                self.have_steps(most)
        self.keep_noted()

    def set_seats(self, site: int, seats: int, stops: int, now: int) -> int:
        """A site has `seats` seats from now on. Up to `stops` agents on lost seats drop their calls, the
        others finish them. Returns how many callers are cut off.
        """
        busy = np.zeros(0, np.int64)
        if stops:
            busy = np.zeros(self.in_hand(site), np.int64)
            control.busy_at(self.floor, site, now, busy)
            busy.sort()
            self.floor = self.floor._replace(dialler=with_notes(self.floor.dialler, len(busy)))
        return int(self.act(control.set_seats, now, site, seats, stops, busy, ends=len(busy)))

    def in_hand(self, site: int) -> int:
        """Returns how many calls agents of a site have in hand."""
        groups, people = self.floor.groups, self.floor.people
        here = groups["site"] == site
        if people is None:
            return int(groups["busy"][here].sum())
        in_rows = people.groups["slots"] > 0
        return int(np.where(in_rows, people.groups["load"], groups["busy"])[here].sum())

    def cut(self, trunks: int, lines: int) -> None:
        """A trunk group loses `lines` lines (gets them back where < 0); no call that holds one is cut off."""
        self.floor.free_lines[trunks] -= lines

    def move(self, group: int, to: int, agents: int, now: int) -> None:
        """Agents of a group go to another: idle ones now, busy ones when their call is done."""
        self.expect(to, agents)
        self.act(control.move, now, group, to, agents, ready=agents)

    def send_home(self, group: int, agents: int, now: int) -> None:
        """Agents leave before their hours end: idle ones now, busy ones when their call is done."""
        self.expect(group, 0)
        self.act(control.send_home, now, group, agents)

    def call_in(self, group: int, agents: int) -> int:
        """Make room for `agents` more agents in the group. Returns the crew that they will be of."""
        self.expect(group, agents)
        return int(order.reserve(self.floor, group))

    def overflow(self, queue: int, group: int, after: int, now: int) -> None:
        """From now on the group answers calls of the queue that have waited `after` ms; NEVER: none."""
        waiting = int(self.floor.queues["waiting"][queue])
        ready = int(self.floor.groups["idle"][group])
        self.act(control.overflow, now, queue, group, after, ready=waiting + ready)

    def expect(self, group: int, agents: int) -> None:
        """Make room for `agents` more agents in a group, and for an order to as many."""
        groups = self.floor.groups
        if groups["people"][group] + agents > groups["ring_size"][group]:
            more = np.zeros(len(groups), np.int64)
            more[group] = agents
            self.floor = expect(self.floor, more)
        self.floor = expect_orders(self.floor, agents)

    def act(self, action: Callable[..., Any], now: int, *what: object, ready: int = 0, ends: int = 0) -> Any:
        """Lets control act on the floor, and returns what the action returns.

        Makes room for it first: at most `ready` agents, besides those in line for a seat, become free for a
        call, and at most `ends` calls end.
        """
        room = int(control.most_steps(self.floor, ready)) + ends
        if ends:
            self.hand_in(ends)
        self.have_steps(room)
        self.hand_in_seats_if_full()
        done = action(self.floor, self.records, self.steps, now, *what)
        self.keep_noted()
        return done

    def have_steps(self, most: int) -> None:
        """Make room for `most` steps."""
        if len(self.steps.places) < most:
            self.steps = control.blank_steps(2 * most)

    def keep_noted(self) -> None:
        """Takes over the steps that control has noted."""
        if self.steps.noted[0]:
            self.keep(self.steps)
            self.steps.noted[0] = 0
        self.keep_let_go()
        self.dial()

    @property
    def in_building(self) -> int:
        """Returns how many calls wait, talk or are wrapped up."""
        return int(self.floor.register[IN_BUILDING])

    def make_room(self, free: int) -> None:
        """Make room for `free` more calls."""
        if self.floor.register[FREE_PLACES] < free:
            self.floor = grow_floor(self.floor, free)

    def hand_in(self, room: int = SHEET - 1) -> None:
        """Pass on the records written so far, and make room for `room` more."""
        written = int(self.records.written[0])
        self.on_records(self.records.rows[:written])
        self.records.written[0] = 0
        if len(self.records.rows) <= room:
            self.records = blank_records(2 * room)
        self.hand_in_seats_if_full()

    def log_seats(self, on_seats: Callable[[np.ndarray], None]) -> None:
        """From now on `on_seats` gets each change of the seats used, SEAT_CHANGE [row], to be copied."""
        self.on_seats = on_seats
        self.floor = self.floor._replace(seat_log=np.zeros(SEAT_ROWS + len(self.floor.sites), SEAT_CHANGE))

    def hand_in_seats_if_full(self) -> None:
        """Make room for a change at every site."""
        log = self.floor.seat_log
        if self.floor.register[SEATS_NOTED] > max(len(log) - len(self.floor.sites), 0):
            self.hand_in_seats()

    def hand_in_seats(self) -> None:
        """Pass on the changes of seats that stand in the log."""
        self.on_seats(self.floor.seat_log[: self.floor.register[SEATS_NOTED]])
        self.floor.register[SEATS_NOTED] = 0

    def finish(self, now: int) -> int:
        """Rule 9: ends the run, a day after the last. Waiting calls count as abandoned, talking ones as
        answered.

        Returns how many callers still waited.
        """
        if not self.in_building:
            self.hand_in()
            return 0
        calls = self.floor.calls
        waiting = np.flatnonzero(calls["state"] == WAITING)
        busy = np.flatnonzero(np.isin(calls["state"], (BUSY, HOLDING, KEPT)))
        ringing = np.flatnonzero(calls["state"] == RINGING)
        self.hand_in(len(waiting) + len(busy) + len(ringing))
        self.floor.calls["redials"] = 0
        callers = sum(not is_callback(self.floor.follow, place) for place in waiting)
        for place in waiting:
            begun = was_begun(self.floor.people, place)  # interrupted, and never taken up again
            callers -= begun
            rules.give_up(self.floor, place, now)
            rules.end(self.floor, self.records, place, ANSWERED if begun else ABANDONED, now)
        for place in busy:
            rules.finish(self.floor, self.records, place, now)
        for place in ringing:
            rules.end(self.floor, self.records, place, NOT_REACHED, now)
        self.hand_in()
        return callers
