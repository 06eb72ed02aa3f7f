"""The simulator with callbacks, written from the rules: what is promised, and what comes of it.

Where the rules say nothing it was fitted to callsim:

- a callback is no call of a group's quota, and a switch on the service level does not see it;
- before `last` all other calls stand, whatever they have waited; a group that may not answer these yet
  answers the callback;
- attempts after the first stand where a call would that comes then;
- what follows a callback that was answered or dropped are the steps of the queue in which it waited; nothing
  follows one that nobody picked up, or whose client did not wait for it;
- an agent who rings is on a call that begins this millisecond; once the client has picked up it is cut off;
- one that was reached is no longer open, even if it is then cut off;
- one that would be tried again after the last day is over, not reached, and stays open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .announced import Announced, Step
from .conditions import ms
from .followed import Story
from .simulator import CONTROL, DAY, NEVER, PACE_ONE, WRAP_ENDS, Agent, Call, Simulator


@dataclass
class Back:
    """How a queue calls back; times are ms."""

    to: int
    place: str  # kept, last or announced
    times: int  # PACE_ONE: when the wait told is over
    reached: float
    ring: int
    attempts: int
    every: int
    at_most: float


@dataclass(eq=False)
class Promise:
    """A client who is to be called back."""

    queue: int
    at: int  # ms
    tries: int = 0
    picks_up: bool = False


def backs_of(words: Mapping[str, Any], queues: Sequence[str]) -> dict[int, Back]:
    """How queues call back, by rows."""
    found = {}
    for row, name in enumerate(queues):
        back = words["queues"][name].get("callback")
        if back is None:
            continue
        place = back.get("place", "kept")
        own, times = (place.get("queue"), place.get("times", 1)) if isinstance(place, dict) else (None, 1)
        found[row] = Back(
            row if own is None else queues.index(own),
            place if isinstance(place, str) else "kept" if own else "announced",
            round(times * PACE_ONE),
            float(back.get("reached", "100%").rstrip("%")) / 100,
            ms(back.get("ring", "0 s")),
            back.get("attempts", 1),
            ms(back.get("every", "20 min")),
            back.get("at_most", float("inf")),
        )
    return found


class CalledBack(Announced):
    """The record of a callback stands under the queue that promised it, from the promise on; its attempts are
    how often the client was rung."""

    def __init__(self, *args: Any, backs: dict[int, Back], **rest: Any):
        self.backs = backs
        self.promises: dict[Call, Promise] = {}
        self.wait_told: dict[Call, int] = {}  # ms
        self.open: Counter[int] = Counter()
        super().__init__(*args, **rest)
        self._at(self.ends, CONTROL, -1, self._day_is_over, None)

    def _day_is_over(self, _: None) -> None:
        for queue, count in self.open.items():
            self.told[queue, "open"] = count

    # ---- the promise

    def _asks(self, call: Call, wait: int, step: Step, level: float) -> bool:
        back = self.backs.get(call.queue)
        if back is None or not step.callback or self.open[call.queue] >= back.at_most:
            return False
        self._counts(call, "offered")
        self.wait_told[call] = wait
        return level < step.callback

    def _go_on(self, call: Call, outcome: str) -> None:
        if outcome == "called_back":
            self._leave(call, self.now)
            self._promise(call)
        elif self._calls_back(call) and outcome == "abandoned":
            self.open[self.promises[call].queue] -= 1
        else:
            super()._go_on(call, outcome)

    def _promise(self, call: Call) -> None:
        back, story = self.backs[call.queue], self.stories[call]
        self.open[call.queue] += 1
        arrive = self.now
        if back.place == "announced":
            arrive += min((self.wait_told[call] * back.times + PACE_ONE // 2) // PACE_ONE, NEVER)
            if arrive >= self.ends:
                return
        story.followed = True
        then = replace(
            call, number=next(self.numbers), queue=back.to, arrive=arrive, patience=NEVER, redials=0,
            balks=False, lines=[],
        )  # fmt: skip
        name = self.luck.called_back(story.name, call.queue)
        if back.to != call.queue:
            brings = self.luck.brought(name, back.to, arrive)
            then.talk, then.wrap, then.patience = (brings[time] for time in ("talk", "wrap", "patience"))
        self.stories[then] = Story(name, story.taken.copy())
        self.promises[then] = Promise(call.queue, self.now)
        Simulator._comes(self, then)

    # ---- the line

    def _calls_back(self, call: Call) -> bool:
        return call in self.promises

    def _listens(self, call: Call) -> bool:
        return not self._calls_back(call) and super()._listens(call)

    def _is_last(self, call: Call) -> bool:
        return self._calls_back(call) and self.backs[self.promises[call].queue].place == "last"

    def _on_line(self, queue: int) -> list[Call]:
        return [call for call in self.waiting[queue] if not self._is_last(call)]

    def _join(self, call: Call) -> None:
        ahead = len(self.waiting[call.queue]) if self._is_last(call) else len(self._on_line(call.queue))
        self.waiting[call.queue].insert(ahead, call)

    # ---- the attempt

    def _served(self, call: Call) -> None:
        if not self._calls_back(call):
            super()._served(call)

    def _begin(self, call: Call) -> None:
        if self._calls_back(call):
            promise = self.promises[call]
            back = self.backs[promise.queue]
            level = self.luck.picks_up(self.stories[call].name, call.queue, promise.tries)
            promise.tries, promise.picks_up = promise.tries + 1, level < back.reached
            call.answered = self.now + back.ring
            if not promise.picks_up:
                self._at(call.answered, WRAP_ENDS, call.number, self._rang, call)
                return
            self.open[promise.queue] -= 1
        super()._begin(call)

    def _rang(self, call: Call) -> None:
        """Nobody picked up."""
        agent = call.agent
        if agent is None:
            return
        call.agent, agent.call = None, None
        self._in_vain(call)
        self._ready(agent)

    def _in_vain(self, call: Call) -> None:
        promise = self.promises[call]
        back = self.backs[promise.queue]
        again = self.now + back.every
        if promise.tries < back.attempts and again < self.ends:
            then = replace(call, arrive=again, answered=None, agent=None, talked=0)
            self.stories[then], self.promises[then] = self.stories[call], promise
            Simulator._comes(self, then)
            return
        if promise.tries >= back.attempts:
            self.open[promise.queue] -= 1
        self._record(call, "not_reached", 0)

    def _is_cut_off(self, call: Call, agent: Agent) -> None:
        promise = self.promises.get(call)
        assert call.answered is not None
        if promise is None or (promise.picks_up and self.now >= call.answered):
            super()._is_cut_off(call, agent)
            return
        self.open[promise.queue] += promise.picks_up
        promise.picks_up = False
        self._in_vain(call)

    def _is_over(self, call: Call) -> None:
        self.now = self.ends + DAY
        if self._calls_back(call) and not self.promises[call].picks_up:
            self._in_vain(call)
        else:
            super()._is_over(call)

    def _told(self, call: Call, outcome: str, wait: int) -> tuple[Any, ...]:
        if (promise := self.promises.get(call)) is None:
            return super()._told(call, outcome, wait)
        until = call.answered if outcome in ("answered", "dropped") else self.now
        assert until is not None
        _, _, _, *told = super()._told(call, outcome, until - promise.at)
        return (promise.at, promise.queue, promise.tries, *told)
