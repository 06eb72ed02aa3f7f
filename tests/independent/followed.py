"""The simulator with calls that follow others: what a client does after a call, written from the rules.

Where the rules say nothing it was fitted to callsim:

- who dials again does not take a step besides; where that would be after the last day, a step may come;
- a step that a client has taken often enough is not taken, and no other instead of it;
- an agent who consults another does not dial again;
- a caller whose first line is unlimited holds it through the chain, and needs no other one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .luck_of_clients import LuckOfClients
from .simulator import DAY, TALK_ENDS, WRAP_ENDS, Agent, Call, Simulator, Site


@dataclass
class Row:
    """What some clients do after a call."""

    number: int  # in the luck's order: by queue, then as in the file
    outcome: str
    by: int | None
    share: float
    to: int
    transfer: str | None
    at_most: int | None


@dataclass(eq=False)
class Story:
    """What is known of the client of a call."""

    name: int
    taken: Counter[int] = field(default_factory=Counter)  # steps so far
    front: Call | None = None  # whose agent stays on the line for this call
    next: Row | None = None
    followed: bool = False
    held: int = 0  # ms that this call's agent stayed on the line for the next


def rows_of(words: Mapping[str, Any], queues: Sequence[str], groups: Sequence[str]) -> dict[int, list[Row]]:
    """The rows of each queue; shares are written like 30%."""
    found: dict[int, list[Row]] = {}
    number = 0
    for queue, name in enumerate(queues):
        for row in words["queues"][name].get("follow_ups", ()):
            found.setdefault(queue, []).append(
                Row(
                    number,
                    row["outcome"],
                    groups.index(row["by"]) if "by" in row else None,
                    int(row["share"].rstrip("%")) / 100,
                    queues.index(row["to"]),
                    row.get("transfer"),
                    row.get("at_most"),
                )
            )
            number += 1
    return found


class Followed(Simulator):
    """Records have at the end whether the call was its client's last."""

    def __init__(self, *args: Any, rows: dict[int, list[Row]], luck: LuckOfClients):
        self.rows, self.luck, self.path = rows, luck, 0
        self.stories: dict[Call, Story] = {}
        self.later_of: dict[Call, Call] = {}
        super().__init__(*args)

    def _will_arrive(self, row: Any) -> None:
        self.path = int(row["path"])
        super()._will_arrive(row)

    def _comes(self, call: Call) -> None:
        if call.attempt == 1:
            first = self.luck.through(self.path) if self.path else self.luck.first(call.queue, call.arrive)
            self.stories[call] = Story(first)
        super()._comes(call)

    # ---- what follows

    def _choose(self, call: Call, outcome: str, group: int | None) -> Row | None:
        story = self.stories[call]
        level = self.luck.fork(story.name, call.queue)
        for row in self.rows.get(call.queue, ()):
            if row.outcome == outcome and row.by in (None, group):
                if level < row.share:
                    often = row.at_most is not None and story.taken[row.number] >= row.at_most
                    return None if often else row
                level -= row.share
        return None

    def _follow(self, call: Call, row: Row) -> Call | None:
        """The client takes a step; there is none whose call would come after the last day."""
        story, arrive = self.stories[call], self.now
        if row.transfer is None:
            arrive += self.luck.until_next(story.name, call.queue, row.number, call.arrive)
            if arrive >= self.ends:
                return None
        story.followed = True
        name = self.luck.after(story.name, call.queue, row.number)
        brings = self.luck.brought(name, row.to, arrive)
        if row.transfer == "consult":
            brings["redials"] = 0
        then = Call(
            number=next(self.numbers), queue=row.to, arrive=arrive, attempt=call.attempt + 1, **brings
        )
        taken = story.taken + Counter([row.number])
        self.later_of[call] = then
        self.stories[then] = Story(name, taken, call if row.transfer in ("warm", "consult") else None)
        if row.transfer in ("cold", "warm"):
            then.lines, call.lines = call.lines, []
        elif row.transfer == "consult":
            then.lines = []
        self._comes(then)
        return then

    def _go_on(self, call: Call, outcome: str) -> None:
        story = self.stories[call]
        self._leave(call, self.now)
        super()._go_on(call, outcome)
        if not story.followed:
            kind = "abandoned" if outcome == "balked" else outcome
            row = self._choose(call, kind, call.agent.group if call.agent else None)
            if row is not None:
                self._follow(call, row)

    def _dial_again(self, call: Call) -> None:
        before = self.stories[call]
        arrive = self.now + call.again_after
        if call.redials and arrive < self.ends and not before.followed:
            again = Call(
                next(self.numbers), call.queue, call.talk, call.wrap, call.patience, call.again_after,
                call.redials - 1, call.balks, arrive, call.attempt + 1,
            )  # fmt: skip
            before.followed = True
            self.stories[again] = Story(self.luck.after(before.name, call.queue, None), before.taken.copy())
            self._comes(again)

    # ---- talk

    def _begin(self, call: Call) -> None:
        assert call.agent is not None
        assert call.answered is not None
        story, ends = self.stories[call], call.answered + call.talked
        story.next = self._choose(call, "answered", call.agent.group)
        asked = story.front is not None and self._step(story.front).transfer == "consult"
        if call.lines or story.next is not None or asked:
            self._at(ends, TALK_ENDS, call.number, self._hang_up, call)
        else:
            self._at(ends + call.wrap, WRAP_ENDS, call.number, self._done, call)
        if not asked and story.front is not None:
            self._leave(call, min(self.now + self._conference(story.front), ends))

    def _step(self, call: Call) -> Row:
        step = self.stories[call].next
        assert step is not None
        return step

    def _conference(self, call: Call) -> int:
        step, name = self._step(call), self.stories[call].name
        return self.luck.together(name, call.queue, step.number, call.arrive)

    def _leave(self, call: Call, until: int) -> None:
        """The agent who stays on the line for this call does so until then."""
        front, self.stories[call].front = self.stories[call].front, None
        if front is None or front.agent is None:
            return
        assert front.answered is not None
        self.stories[front].held = until - front.answered - front.talked
        if self._step(front).transfer == "consult":
            self._at(until, TALK_ENDS, front.number, self._hang_up, front)
        else:
            self._at(until + front.wrap, WRAP_ENDS, front.number, self._done, front)

    def _hang_up(self, call: Call) -> None:
        if call.agent is None:
            return
        story = self.stories[call]
        if story.front is not None:
            self._leave(call, self.now + self._conference(story.front))
        if story.next is not None and not story.followed:
            self._follow(call, story.next)
            if story.followed and story.next.transfer in ("warm", "consult"):
                return
        self._free_lines(call)
        if call.wrap:
            self._at(self.now + call.wrap, WRAP_ENDS, call.number, self._done, call)
        else:
            self._done(call)

    def _wraps(self, agent: Agent) -> bool:
        """Who stays on the line for another call is on a call."""
        assert agent.call is not None
        call, then = agent.call, self.later_of.get(agent.call)
        if then is not None and self.stories[then].front is call:
            return False
        assert call.answered is not None
        return self.now >= call.answered + call.talked + self.stories[call].held

    def _stop(self, agent: Agent, site: Site) -> None:
        call = agent.call
        assert call is not None
        then = self.later_of.get(call)
        if then is not None and self._step(call).transfer == "warm":
            self.stories[then].front = None  # the call was answered, its client is handed on
        if self._wraps(agent):
            self.stories[call].held = 0  # wrap-up is counted from the end of talk
        super()._stop(agent, site)

    def _is_over(self, call: Call) -> None:
        self._leave(call, self.ends + DAY)
        super()._is_over(call)

    def _told(self, call: Call, outcome: str, wait: int) -> tuple[Any, ...]:
        *told, talk, wrap, group = super()._told(call, outcome, wait)
        story = self.stories[call]
        if outcome == "answered":
            wrap += story.held
        return (*told, talk, wrap, group, not story.followed)
