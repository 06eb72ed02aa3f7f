"""The call centre told as a story: one SimPy process per caller. Read this file first.

All decisions are in `rules`; here is only how time passes for a caller. `kernel` is the same, compiled.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import numpy as np
import simpy

from . import control, places, rules
from .centre import NOBODY, Centre
from .collector import paused
from .control import Steps
from .engine import Engine
from .floor import (
    ARRIVE,
    CALLS_AGAIN,
    KIND_BITS,
    KIND_SHIFT,
    PATIENCE,
    PLACES,
    STALE,
    TALKED,
    TIME_SHIFT,
    WAITING,
)
from .records import ABANDONED, ANSWERED

Story = Generator[simpy.Event, Any, Any]
AFTER_CONTROL = 100  # SimPy's own priorities are 0 and 1, those of `day` follow; calls come last
CUT_OFF = -2  # how a wait ends at closing time: the call is already over


class Moment(simpy.Event):
    """A point in time; those of one millisecond come in the order of kind, then of place.

    The moment 0 never comes.
    """

    def __init__(self, env: simpy.Environment, moment: int):
        super().__init__(env)
        self.kind = 0
        if not moment:
            return
        self._ok, self._value = True, None
        self.kind = (moment >> KIND_SHIFT) & ((1 << KIND_BITS) - 1)
        time, order = moment >> TIME_SHIFT, moment & ((1 << TIME_SHIFT) - 1)
        env.schedule(self, priority=AFTER_CONTROL + order, delay=time - env.now)  # type: ignore[arg-type]


class Reference(Engine):
    """Plays calls as SimPy processes."""

    name = "reference"

    def __init__(self, centre: Centre, env: simpy.Environment):
        super().__init__(centre)
        self.env = env
        self.news: dict[int, simpy.Event] = {}  # place of who waits -> what they wait for

    # What a day asks for.

    def at_work(self) -> AbstractContextManager[None]:
        return paused()

    def offer(self, trace: np.ndarray) -> None:
        self.env.process(self.arrivals(trace))

    def catch_up(self, now: int) -> None:
        """Nothing to do: calls live in the same environment, and control comes first."""

    def keep(self, steps: Steps) -> None:
        for was, place in steps.places[: steps.noted[0]].tolist():
            state = self.floor.calls["state"][place]
            if state == CALLS_AGAIN:
                self.env.process(self.dropped(place))
            elif state == WAITING:
                self.wait_for(place, self.news.pop(was))
            else:
                self.news.pop(was).succeed((place, ANSWERED))

    def cut_off(self, queue: int, now: int) -> None:
        self.make_room(int(self.floor.queues["waiting"][queue]) + 2)
        while (head := int(self.floor.queues["head"][queue])) != NOBODY:
            again = self.end(int(rules.give_up(self.floor, head, now)), ABANDONED)
            self.news.pop(head).succeed((again, CUT_OFF))

    # The story.

    def arrivals(self, trace: np.ndarray) -> Story:
        """Callers dial for the first time, in the order of the trace."""
        for number, arrive in enumerate(trace["arrive"].tolist()):
            yield Moment(self.env, places.moment(arrive, ARRIVE, PLACES - 1))
            self.make_room(2)
            self.env.process(self.caller(int(places.dial(self.floor, trace, number))))

    def caller(self, place: int) -> Story:
        """A caller's life: call, and after a call that was not served perhaps call again."""
        while (place := (yield from self.call(place))) != NOBODY:
            yield self.moment_of(place)

    def call(self, place: int) -> Story:
        """One call: the place from which the caller dials again, or NOBODY."""
        outcome = rules.arrive(self.floor, place, self.env.now)
        if outcome == rules.QUEUED:
            place, outcome = yield from self.wait(place)
        if outcome == ANSWERED:
            yield from self.talk(place)
            return NOBODY
        if outcome == CUT_OFF:
            return place
        return self.end(place, outcome)

    def wait(self, place: int) -> Story:
        """Wait until answered, trying further groups as the wait grows, or until patience ends."""
        while True:
            place, outcome = yield self.wait_for(place, self.env.event())
            if outcome == rules.QUEUED:
                if not rules.further(self.floor, place, self.env.now):
                    continue
                outcome = ANSWERED
            elif outcome == ABANDONED:
                place = int(rules.patience_ends(self.floor, place, self.env.now))
            return place, outcome

    def wait_for(self, place: int, news: simpy.Event) -> simpy.Event:
        """Who waits in this place hears the news when its moment passes, if not before."""
        self.news[place] = news
        self.moment_of(place).callbacks.append(partial(self.moment_passes, place, news))
        return news

    def moment_passes(self, place: int, news: simpy.Event, moment: simpy.Event) -> None:
        """Patience ends or further groups may answer – if the caller still waits here."""
        if self.is_stale(place):
            return
        self.make_room(2)
        del self.news[place]
        assert isinstance(moment, Moment)
        news.succeed((place, ABANDONED if moment.kind == PATIENCE else rules.QUEUED))

    def talk(self, place: int) -> Story:
        """Talk, free the line if that matters, wrap up; then the agent is free for the next."""
        moment = self.moment_of(place)
        yield moment
        if self.is_stale(place):
            return
        if moment.kind == TALKED:
            rules.talked(self.floor, place, self.env.now)
            yield self.moment_of(place)
            if self.is_stale(place):
                return
        self.hand_in_if_full()
        group = int(rules.wrapped(self.floor, self.records, place, self.env.now))
        if group != NOBODY:
            self.answer_next(group)
        else:  # the agent left, and somebody else may take the seat
            self.act(control.fill_all_seats, int(self.env.now))

    def dropped(self, place: int) -> Story:
        """A caller whose call was dropped calls again."""
        yield self.moment_of(place)
        yield from self.caller(place)

    def is_stale(self, place: int) -> bool:
        """Whether this place only waited for a moment no longer wanted: its call has gone on elsewhere."""
        if self.floor.calls["state"][place] != STALE:
            return False
        places.give_back(self.floor, place)
        return True

    def end(self, place: int, outcome: int) -> int:
        """Write the call's record: the place from which the caller dials again, or NOBODY."""
        self.hand_in_if_full()
        again = rules.end(self.floor, self.records, place, outcome, self.env.now)
        return place if again else NOBODY

    def answer_next(self, group: int) -> None:
        """An agent who got ready takes a call, if there is one."""
        self.make_room(2)
        waited, talks = rules.answer_next(self.floor, group, self.env.now)
        if talks != NOBODY:
            self.news.pop(int(waited)).succeed((int(talks), ANSWERED))

    def hand_in_if_full(self) -> None:
        if self.records.written[0] >= len(self.records.rows) - 1:
            self.hand_in()

    def moment_of(self, place: int) -> Moment:
        """When what comes next for a call happens."""
        return Moment(self.env, int(self.floor.calls[place]["moment"]))
