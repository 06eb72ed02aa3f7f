"""The call centre told as a story: one SimPy process per caller. Read this file first.

All decisions are in `rules`; here is only how time passes for a caller. `kernel` is the same, compiled.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from . import rules
from .centre import NOBODY, Centre
from .engine import Engine
from .floor import (
    ARRIVE,
    KIND_BITS,
    KIND_SHIFT,
    PATIENCE,
    PLACES,
    TALKED,
    TIME_SHIFT,
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
        self.answered: dict[int, simpy.Event] = {}  # place of who waits -> happens when the wait is over

    # What a day asks for.

    def offer(self, trace: np.ndarray) -> None:
        self.env.process(self.arrivals(trace))

    def catch_up(self, now: int) -> None:
        """Nothing to do: calls live in the same environment, and control comes first."""

    def come(self, crew: int, agents: int, now: int) -> None:
        self.make_room(agents + 2)
        rules.come(self.floor, crew, agents, now)
        self.answer_next(int(self.floor.crews["group"][crew]))

    def go(self, crew: int, agents: int, now: int) -> None:
        rules.go(self.floor, crew, agents, now)

    def cut_off(self, queue: int, now: int) -> None:
        self.make_room(int(self.floor.queues["waiting"][queue]) + 2)
        while (head := int(self.floor.queues["head"][queue])) != NOBODY:
            again = self.end(int(rules.give_up(self.floor, head, now)), ABANDONED)
            self.answered.pop(head).succeed((again, CUT_OFF))

    # The story.

    def arrivals(self, trace: np.ndarray) -> Story:
        """Callers dial for the first time, in the order of the trace."""
        for number, arrive in enumerate(trace["arrive"].tolist()):
            yield Moment(self.env, rules.moment(arrive, ARRIVE, PLACES - 1))
            self.make_room(2)
            self.env.process(self.caller(int(rules.dial(self.floor, trace, number))))

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
        answered = self.answered[place] = self.env.event()
        while True:
            moment = self.moment_of(place)
            yield answered | moment
            if answered.triggered:
                # The hang-up that is no longer wanted keeps the old place until its moment passes.
                moment.callbacks.append(lambda _: rules.give_back(self.floor, place))
                return answered.value
            self.make_room(2)
            if moment.kind == PATIENCE:
                del self.answered[place]
                return int(rules.patience_ends(self.floor, place, self.env.now)), ABANDONED
            if rules.further(self.floor, place, self.env.now):
                del self.answered[place]
                return place, ANSWERED

    def talk(self, place: int) -> Story:
        """Talk, free the line if that matters, wrap up; then the agent is free for the next."""
        moment = self.moment_of(place)
        yield moment
        if moment.kind == TALKED:
            rules.talked(self.floor, place, self.env.now)
            yield self.moment_of(place)
        self.hand_in_if_full()
        self.answer_next(int(rules.wrapped(self.floor, self.records, place, self.env.now)))

    def end(self, place: int, outcome: int) -> int:
        """Write the call's record: the place from which the caller dials again, or NOBODY."""
        self.hand_in_if_full()
        again = rules.end(self.floor, self.records, place, outcome, self.env.now)
        return place if again else NOBODY

    def answer_next(self, group: int) -> None:
        """Idle agents of the group take the calls they may answer."""
        while self.floor.groups["idle"][group] > 0:
            k = rules.pick_for(self.floor, group, self.env.now)
            if k == NOBODY:
                return
            self.make_room(2)
            pick = self.floor.picks[k]
            head = int(self.floor.queues["head"][pick["queue"]])
            place = int(rules.answer(self.floor, head, int(pick["pair"]), self.env.now))
            self.answered.pop(head).succeed((place, ANSWERED))

    def hand_in_if_full(self) -> None:
        if self.records.written[0] >= len(self.records.rows) - 1:
            self.hand_in()

    def moment_of(self, place: int) -> Moment:
        """When what comes next for a call happens."""
        return Moment(self.env, int(self.floor.calls[place]["moment"]))
