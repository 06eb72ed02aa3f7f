"""The call centre told as a story: one SimPy process per caller. Read this file first.

All decisions are in `rules`; here is only how time passes for a caller. `kernel` is the same, compiled.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import simpy

from callsim.sim.campaigns.table import STARTED
from callsim.sim.centre import NOBODY, Centre
from callsim.sim.engines.collector import paused
from callsim.sim.engines.engine import Engine
from callsim.sim.engines.events import Scheduled
from callsim.sim.floor import control, places, rules
from callsim.sim.floor.announce import first_on_line
from callsim.sim.floor.control import Steps
from callsim.sim.floor.dialling.numbers import _dial_on as dial_on
from callsim.sim.floor.dialling.numbers import is_asked
from callsim.sim.floor.people import lists
from callsim.sim.floor.people.table import NOTED
from callsim.sim.floor.records import ABANDONED, ANSWERED
from callsim.sim.floor.state import (
    ARRIVE,
    BUSY,
    CALLS_AGAIN,
    FREE,
    FREE_PLACES,
    FURTHER,
    HOLDING,
    IN_MENU,
    KIND_BITS,
    KIND_SHIFT,
    PATIENCE,
    PLACES,
    TALKED,
    TIME_SHIFT,
    WAITING,
    WRAPPED,
)
from callsim.sim.luck.later import Later
from callsim.sim.luck.numbers import Numbers

Story = Generator[simpy.Event, Any, Any]
AFTER_CONTROL = 100  # SimPy's own priorities are 0 and 1, those of `day` follow; calls come last
CUT_OFF, OVER = -2, -3  # how a wait ends at closing time: the caller dials again, or not
PASSES = {PATIENCE: ABANDONED, FURTHER: rules.QUEUED}
"""What a waiting call is told when its moment passes; others are told its kind."""


class Moment(Scheduled):
    """A point in time; those of one millisecond come in the order of kind, then of place.

    The moment 0 never comes.
    """

    def __init__(self, env: simpy.Environment, moment: int):
        order = moment & ((1 << TIME_SHIFT) - 1)
        super().__init__(env, moment >> TIME_SHIFT if moment else None, AFTER_CONTROL + order)
        self.number, self.place = moment, moment & (PLACES - 1)
        self.kind = (moment >> KIND_SHIFT) & ((1 << KIND_BITS) - 1)


class Reference(Engine):
    """Plays calls as SimPy processes."""

    name = "reference"

    def __init__(
        self,
        centre: Centre,
        env: simpy.Environment,
        luck: Later | None = None,
        numbers: Numbers | None = None,
    ):
        super().__init__(centre, luck, numbers)
        self.env = env
        self.news: dict[int, simpy.Event] = {}  # place -> the event that its call waits for

    # What a day asks for.

    def at_work(self) -> AbstractContextManager[None]:
        return paused()

    def offer(self, trace: np.ndarray) -> None:
        simpy.Process(self.env, self.arrivals(trace))

    def catch_up(self, now: int) -> None:
        """Nothing to do: calls live in the same environment, and control comes first."""

    def keep(self, steps: Steps) -> None:
        for place in steps.places[: steps.noted[0]].tolist():
            state = self.floor.calls["state"][place]
            if state == CALLS_AGAIN:
                simpy.Process(self.env, self.later(place))
            elif state == WAITING:
                self.moment_of(place).callbacks.append(self.moment_passes)
            else:
                self.tell(place, ANSWERED)

    def keep_let_go(self) -> None:
        self.keep_in_hand()
        follow = self.floor.follow
        if follow is None or not follow.noted[0]:
            return
        for place in follow.let_go[: follow.noted[0]].tolist():
            if place != NOBODY:  # who has stopped meanwhile is not there any more
                follow.stories["noted"][place] = False
                if self.floor.calls["state"][place] == CALLS_AGAIN:  # a callback that is tried again
                    simpy.Process(self.env, self.later(place))
                else:
                    self.news.pop(place).succeed()
        follow.noted[0] = 0

    def keep_in_hand(self) -> None:
        """Work in the hands of agents has new moments, was taken up beside other work, or is over."""
        people = self.floor.people
        if people is None or not people.register[NOTED]:
            return
        for place in people.noted[: people.register[NOTED]].tolist():
            news = int(people.work["news"][place])
            people.work["news"][place] = 0
            if news != lists.SLOWED:
                self.tell(place, OVER if news & lists.CUT_OFF and not news & lists.PUT_BACK else ANSWERED)
            elif self.floor.calls["state"][place] == BUSY:
                self.moment_of(place).callbacks.append(self.moment_passes)
        people.register[NOTED] = 0

    def tell(self, place: int, what: int) -> None:
        """Tells a call that waits for news; it may have been told already."""
        news = self.news.pop(place, None)
        if news is not None:
            news.succeed(what)

    def keep_called(self) -> None:
        """The first of a crowd was answered when another joined."""
        table = self.floor.conditions
        if table is not None and (place := int(table.called[0])) != NOBODY:
            table.called[0] = NOBODY
            self.news.pop(place).succeed(ANSWERED)

    def dial(self) -> None:
        """Waits for what else control does at this millisecond."""
        if is_asked(self.floor.dialler):
            after_control = Scheduled(self.env, int(self.env.now), AFTER_CONTROL - 1)
            after_control.callbacks.append(lambda _: self.dial_on())

    def dial_on(self) -> None:
        """Numbers begin to ring, if the dialler was asked."""
        while (dialler := self.floor.dialler) is not None and is_asked(dialler):
            self.make_room(1)
            dial_on(self.floor, int(self.floor.register[FREE_PLACES]))
            for place in dialler.started[: dialler.state[STARTED]].tolist():
                simpy.Process(self.env, self.number(place))
            dialler.state[STARTED] = 0

    def cut_off(self, queue: int, now: int) -> None:
        while (head := int(first_on_line(self.floor.follow, self.floor, queue))) != NOBODY:
            rules.give_up(self.floor, head, now)
            again = self.end(head, ABANDONED)
            self.news.pop(head).succeed(OVER if again == NOBODY else CUT_OFF)
        self.keep_let_go()

    # The story.

    def arrivals(self, trace: np.ndarray) -> Story:
        """Callers dial for the first time, in the order of the trace."""
        for number, arrive in enumerate(trace["arrive"].tolist()):
            yield Moment(self.env, places.moment(arrive, ARRIVE, PLACES - 1))
            self.make_room(1)
            simpy.Process(self.env, self.caller(int(rules.dial(self.floor, trace, number))))

    def caller(self, place: int) -> Story:
        """A caller's life: call, and after a call that was not served perhaps call again."""
        while (place := (yield from self.call(place))) != NOBODY:
            yield self.moment_of(place)

    def call(self, place: int) -> Story:
        """One call: the place from which the caller dials again, or leaves a menu, or NOBODY."""
        outcome = rules.arrive(self.floor, place, self.env.now)
        self.keep_called()
        self.keep_let_go()
        if outcome in (rules.QUEUED, ANSWERED):
            self.dial_on()
        if outcome == rules.QUEUED:
            state = self.floor.calls["state"][place]
            if state in (IN_MENU, FREE):  # there, or it ended there
                return place if state == IN_MENU else NOBODY
            if state != WAITING:  # a number that is to be dialled again
                return NOBODY
        while outcome in (rules.QUEUED, ANSWERED):
            if outcome == rules.QUEUED:
                outcome = yield from self.wait(place)
            elif (yield from self.talk(place)):
                return NOBODY
            else:  # interrupted
                outcome = rules.QUEUED
        if outcome in (CUT_OFF, OVER):
            return place if outcome == CUT_OFF else NOBODY
        again = self.end(place, outcome)
        self.dial_on()
        return again

    def wait(self, place: int) -> Story:
        """Wait until answered, trying further groups meanwhile, or until patience ends: which it was."""
        while True:
            self.news[place] = self.env.event()
            self.moment_of(place).callbacks.append(self.moment_passes)
            outcome = yield self.news[place]
            if outcome == ANSWERED and self.floor.calls["state"][place] == WAITING:
                continue  # and interrupted since
            if outcome == ABANDONED:
                rules.give_up(self.floor, place, self.env.now)
            elif outcome == rules.QUEUED:
                if not rules.further(self.floor, place, self.env.now):
                    continue
                self.keep_let_go()
                outcome = ANSWERED
            return outcome

    def moment_passes(self, moment: simpy.Event) -> None:
        """Patience ends, further groups may answer or talk ends – if the call still waits for that."""
        assert isinstance(moment, Moment)
        if self.is_wanted(moment):
            self.tell(moment.place, PASSES.get(moment.kind, moment.kind))

    def ends(self, place: int) -> Story:
        """Wait for the end of talk or of wrap-up. Returns which it is; OVER if the agent stops before,
        ANSWERED if the work was interrupted.
        """
        moment = self.moment_of(place)
        if self.floor.people is None:
            yield moment
            return moment.kind if self.is_wanted(moment) else OVER
        self.news[place] = self.env.event()
        moment.callbacks.append(self.moment_passes)
        return (yield self.news[place])

    def talk(self, place: int) -> Story:
        """Talk, free the line if that matters, wrap up; then the agent is free for the next. Returns whether
        the call is over.
        """
        kind = yield from self.ends(place)
        while kind in (TALKED, ANSWERED):
            if kind == ANSWERED:
                if self.floor.calls["state"][place] == WAITING:
                    return False
                kind = yield from self.ends(place)  # another agent has taken it up at once
                continue
            self.make_room(1)
            born = int(rules.talked(self.floor, place, self.env.now))
            self.keep_let_go()
            if born != NOBODY:
                simpy.Process(self.env, self.later(born))
            if self.floor.calls["state"][place] == HOLDING:  # until the next call lets the agent go
                self.news[place] = self.env.event()
                yield self.news[place]
            kind = yield from self.ends(place)
        if kind != OVER:  # not dropped
            self.wrapped(place)
        return True

    def wrapped(self, place: int) -> None:
        """The agent of a call is done, and takes the next."""
        self.hand_in_if_full()
        group = int(rules.wrapped(self.floor, self.records, place, self.env.now))
        self.keep_let_go()
        if group != NOBODY:
            self.answer_next(group)
        else:  # the agent left, and somebody else may take the seat
            self.act(control.fill_all_seats, int(self.env.now))
        self.dial_on()

    def number(self, place: int) -> Story:
        """A number of a campaign rings, or is to be dialled again later; then somebody calls, or nobody."""
        moment = self.moment_of(place)
        yield moment
        if not self.is_wanted(moment):  # the agent who was kept for it has stopped
            return
        if moment.kind == WRAPPED:
            self.wrapped(place)
        else:
            yield from self.caller(place)

    def later(self, place: int) -> Story:
        """A client whose call was dropped, or is followed by another, calls again, or is called back."""
        yield self.moment_of(place)
        yield from self.caller(place)

    def is_wanted(self, moment: Moment) -> bool:
        """Whether a call still has this as its next moment."""
        return bool(self.floor.calls["moment"][moment.place] == moment.number)

    def end(self, place: int, outcome: int) -> int:
        """Write the call's record: the place from which the caller dials again, or NOBODY."""
        self.hand_in_if_full()
        again = rules.end(self.floor, self.records, place, outcome, self.env.now)
        self.keep_let_go()
        return place if again else NOBODY

    def answer_next(self, group: int) -> None:
        """An agent who got ready takes a call, if there is one."""
        place = int(rules.answer_next(self.floor, group, self.env.now))
        if place != NOBODY:
            rules.answer_more(self.floor.people, self.floor, group, self.env.now)
            self.tell(place, ANSWERED)
        self.keep_let_go()

    def hand_in_if_full(self) -> None:
        if self.records.written[0] >= len(self.records.rows) - 1:
            self.hand_in()
        self.hand_in_seats_if_full()

    def moment_of(self, place: int) -> Moment:
        """When what comes next for a call happens."""
        return Moment(self.env, int(self.floor.calls[place]["moment"]))
