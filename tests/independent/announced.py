"""The simulator with waits that are told, written from the rules: what is told, and what clients do then.

Where the rules say nothing it was fitted to callsim:

- the smallest numbers hang up, those with the next ask to be called back;
- a call that is answered at once was answered after 0 s, and nobody was before the first: `last` then is 0 s;
- of a wait nobody knows, because nobody is on duty, the last step holds;
- a group counts as it is, whatever `reserve` and `min_waiting` it keeps, but not while its `when` is shut;
- an agent who asks another is told nothing, wherever that question is handed on to;
- where fewer than one caller a patience could be served (nμ ≤ θ), the first term of Whitt's sum stands for
  itself, for the integral has no meaning there.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .conditions import Condition, ms
from .followed import Followed, Row
from .simulator import NEVER, PACE_ONE, Call


@dataclass
class Step:
    """What clients do who are told at least this wait."""

    since: int  # ms
    patience: int  # PACE_ONE: the usual one
    hang_up: float
    callback: float


@dataclass
class Announcement:
    """What a queue tells; means are ms."""

    wait: str
    steps: list[Step]
    talk: float
    wrap: float
    patience: float


def said_of_waits(words: Mapping[str, Any], queues: Sequence[str]) -> dict[int, Announcement]:
    """What queues tell, by rows."""
    found = {}
    for row, name in enumerate(queues):
        queue = words["queues"][name]
        if (told := queue.get("announcement")) is not None:
            means = (_mean(queue.get(time), 0.0) for time in ("talk", "wrap"))
            found[row] = Announcement(
                told.get("wait", "expected"),
                [_step(step) for step in told.get("steps", ())],
                *means,
                _mean(queue.get("patience"), math.inf),
            )
    return found


def _step(words: Mapping[str, Any]) -> Step:
    shares = (float(words.get(share, "0%").rstrip("%")) / 100 for share in ("hang_up", "callback"))
    patience = words.get("patience", 1)
    return Step(ms(words.get("from", "0 s")), round(patience * PACE_ONE), *shares)


def _mean(time: Mapping[str, Any] | None, without: float) -> float:
    if time is None:
        return without
    ((_, rest),) = time.items()
    return float(rest["mean"].split()[0]) * 1000


class Announced(Followed):
    """Records as those of `Followed`; `told` counts what was told in the days of the calendar."""

    def __init__(self, *args: Any, announcements: dict[int, Announcement], **rest: Any):
        self.announcements = announcements
        self.last: Counter[int] = Counter()  # ms, by queue
        self.told: Counter[tuple[int, str]] = Counter()  # (queue, what) → calls, or ms
        self.stretched: dict[Call, int] = {}  # patience, ms
        self.asks: set[Call] = set()  # an agent calls, who asks another
        super().__init__(*args, **rest)

    def _instead(self, call: Call) -> str | None:
        announcement = self.announcements.get(call.queue)
        if announcement is None or not self._listens(call):
            return None
        wait = self._predicted(call.queue, announcement)
        self._counts(call, "told")
        if wait < NEVER:
            self._counts(call, "known")
            self._counts(call, "wait", wait)
        does = [step for step in announcement.steps if step.since <= wait]
        return self._does(call, wait, does[-1]) if does else None

    def _listens(self, call: Call) -> bool:
        return call not in self.asks

    def _follow(self, call: Call, row: Row) -> Call | None:
        then = super()._follow(call, row)
        if then is not None and (row.transfer == "consult" or (row.transfer and call in self.asks)):
            self.asks.add(then)
        return then

    def _does(self, call: Call, wait: int, step: Step) -> str | None:
        """The client knows the wait."""
        level = self.luck.hears(self.stories[call].name, call.queue)
        if level < step.hang_up:
            self._counts(call, "hung up")
            return "balked"
        if self._asks(call, wait, step, level - step.hang_up):
            return "called_back"
        if call.patience < NEVER:
            self.stretched[call] = min((call.patience * step.patience + PACE_ONE // 2) // PACE_ONE, NEVER)
        return None

    def _asks(self, call: Call, wait: int, step: Step, level: float) -> bool:
        """Whether the client wants to be called back."""
        return False

    def _patience(self, call: Call) -> int:
        return self.stretched.get(call, call.patience)

    def _counts(self, call: Call, what: str, amount: int = 1) -> None:
        if int(self.centre.clock.opens) <= self.now < int(self.centre.clock.counts_until):
            self.told[call.queue, what] += amount

    def _begin(self, call: Call) -> None:
        self._served(call)
        super()._begin(call)

    def _served(self, call: Call) -> None:
        self.last[call.queue] = self.now - call.arrive

    def _predicted(self, queue: int, announcement: Announcement) -> int:
        """Ms that a call is told which comes to the queue now."""
        line = self._on_line(queue)
        if announcement.wait == "last":
            return self.last[queue]
        if announcement.wait == "longest":
            return self.now - line[0].arrive if line else 0
        served = 0.0  # calls a ms
        for pair in self.pairs.get(queue, ()):
            if pair["after"] < NEVER and self._is_open_way(queue, int(pair["group"])):
                handling = announcement.talk * (float(pair["pace"]) / PACE_ONE) + announcement.wrap
                served += self._on_duty(int(pair["group"])) / max(handling, 1.0)
        if not served:
            return NEVER
        wait = expected(len(line), served, 1 / announcement.patience)
        return int(min(wait, NEVER) + 0.5)

    def _is_open_way(self, queue: int, group: int) -> bool:
        asked = self.words.conditions.get((queue, group), Condition())
        return asked.switch is None or asked.switch.is_open

    def _on_line(self, queue: int) -> list[Call]:
        """The calls that a further one would wait behind."""
        return self.waiting[queue]

    def _on_duty(self, group: int) -> int:
        return sum(agent.group == group for site in self.sites.values() for agent in site.agents)


def expected(ahead: int, served: float, gives_up: float) -> float:
    """The wait behind so many calls: `served` calls a ms are, each gives up at the rate `gives_up`."""
    if gives_up == 0:
        return (ahead + 1) / served
    if served > gives_up:
        return math.log((served + (ahead + 0.5) * gives_up) / (served - 0.5 * gives_up)) / gives_up
    others = math.log((served + (ahead + 0.5) * gives_up) / (served + 0.5 * gives_up)) / gives_up
    return 1 / served + others
