"""What a day asks of an engine: catch up, take the next calls, let agents come and go.

Both engines keep the same floor and the same records; only how they walk through time differs.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import numpy as np

from . import rules
from .centre import Centre
from .floor import BUSY, FREE_PLACES, IN_BUILDING, WAITING, open_floor
from .floor import grow as grow_floor
from .records import ABANDONED, ANSWERED, blank_records
from .trace import blank_trace

SHEET = 1 << 15  # records before they are tallied


class Engine(ABC):
    """A floor and the means to move it through time; times are ms, rows are indices."""

    name: str

    def __init__(self, centre: Centre) -> None:
        self.floor = open_floor(centre)
        self.records = blank_records(SHEET)
        self.trace = blank_trace(0)
        self.on_records: Callable[[np.ndarray], None] = lambda rows: None

    def at_work(self) -> AbstractContextManager[None]:
        """What holds while the day is played."""
        return nullcontext()

    @abstractmethod
    def offer(self, trace: np.ndarray) -> None:
        """The calls of the next interval, TRACE [call]; those before have all arrived."""

    @abstractmethod
    def catch_up(self, now: int) -> None:
        """Everything that happens before `now` has happened."""

    @abstractmethod
    def come(self, crew: int, agents: int, now: int) -> None:
        """Agents of a crew come on duty and take waiting calls."""

    @abstractmethod
    def go(self, crew: int, agents: int, now: int) -> None:
        """Agents of a crew leave as soon as they may."""

    @abstractmethod
    def cut_off(self, queue: int, now: int) -> None:
        """Disconnect everyone who waits in the queue."""

    def open(self, queue: int, is_open: bool) -> None:
        """Accept calls of the queue, or no longer."""
        self.floor.queues["open"][queue] = is_open

    @property
    def in_building(self) -> int:
        """Calls that wait, talk or are wrapped up."""
        return int(self.floor.register[IN_BUILDING])

    def make_room(self, free: int) -> None:
        """See to it that so many more calls find a place."""
        if self.floor.register[FREE_PLACES] < free:
            self.floor = grow_floor(self.floor, free)

    def hand_in(self, room: int = SHEET - 1) -> None:
        """Pass the records written so far on, and have room for so many more on a new sheet."""
        written = int(self.records.written[0])
        self.on_records(self.records.rows[:written])
        self.records.written[0] = 0
        if len(self.records.rows) <= room:
            self.records = blank_records(2 * room)

    def finish(self, now: int) -> int:
        """Rule 9: a day after the last, who still waits has abandoned, who still talks was answered.

        Returns how many still waited.
        """
        calls = self.floor.calls
        waiting, busy = np.flatnonzero(calls["state"] == WAITING), np.flatnonzero(calls["state"] == BUSY)
        self.make_room(len(waiting) + 2)
        self.hand_in(len(waiting) + len(busy))
        self.floor.calls["redials"] = 0
        for place in waiting:
            rules.end(self.floor, self.records, rules.give_up(self.floor, place, now), ABANDONED, now)
        for place in busy:
            rules.end(self.floor, self.records, place, ANSWERED, now)
        self.hand_in()
        return len(waiting)
