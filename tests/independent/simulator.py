"""A day of single agents and callers in plain Python, written from the rules that users read.

It knows nothing of callsim's engines: objects, lists and one heap of events, as slow and plain as it gets.
It takes what callsim draws (which calls come when, who comes to work) and tells what becomes of every call.

Where the rules say nothing it was fitted to callsim:

- in one millisecond of control queues close, then people go and come, then incidents begin and end;
- where hours end and begin anew in one moment only the difference moves, and all who go leave before
  anybody sits down on a seat that frees;
- of groups of one rank whose agents are idle since the same millisecond the first by name is taken;
- who comes at one moment sits down together, and then takes calls one by one, the longest idle first;
- talk at another pace is rounded to whole milliseconds;
- redials after the last day are not made; a caller who would balk once balks again.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .conditions import Condition, Words

DAY = 86_400_000  # ms
NEVER = 2**31 - 1
PACE_ONE = 1 << 20
NOBODY = -1
CONTROL, WRAP_ENDS, TALK_ENDS, FURTHER, PATIENCE, ARRIVAL = range(6)  # the order within a millisecond
CLOSING, STAFF, INCIDENT, SWITCH = range(4)  # … of control


@dataclass(eq=False)
class Call:
    """One attempt of a caller."""

    number: int
    queue: int
    talk: int
    wrap: int
    patience: int
    again_after: int
    redials: int
    balks: bool
    arrive: int
    attempt: int
    answered: int | None = None
    talked: int = 0  # ms, at the pace of the agent
    agent: Agent | None = None
    lines: list[int] | None = None  # that the caller holds; None: to be seized


@dataclass(eq=False)
class Agent:
    """Somebody on a seat."""

    crew: int
    group: int
    idle_at: int = 0  # ms
    idle_since: int = 0  # a running number: who became idle first has the smallest
    call: Call | None = None


@dataclass(eq=False)
class Site:
    """Seats, who sits there, and the line for them."""

    seats: float
    agents: list[Agent] = field(default_factory=list)
    line: list[int] = field(default_factory=list)  # crews, first come first served
    peak: int = 0


def _net(changes: Any) -> list[tuple[int, int, int]]:
    """Who comes and goes: where hours end and begin anew in one moment, only the difference moves."""
    sums: Counter[tuple[int, int]] = Counter()
    for change in changes:
        sums[int(change["time"]), int(change["crew"])] += int(change["agents"])
    rows = [(time, crew, agents) for (time, crew), agents in sums.items() if agents]
    return sorted(rows, key=lambda row: (row[0], row[2] > 0, row[1]))  # who goes before who comes


def _in_turn(queue: int, group: int) -> float:
    """Switches look after all else that control does, by queue and group."""
    return SWITCH + queue / 100 + group / 10_000


class Simulator:
    """Plays one run: `records` are (arrive, queue, attempt, outcome, wait, talk, wrap, group)."""

    latest = 1  # of calls answered in one millisecond an incident cuts off the last to come; -1: the first

    def __init__(
        self,
        centre: Any,
        trace: Any,
        changes: Any,
        prefers: Any = None,
        hours: Any = None,
        words: Words | None = None,
        within: Any = None,
    ):
        """`hours`: the open hours of a queue's row on a day, 0 is day 1.

        `prefers`: of each group's row lists of equal queues, by their rows, the first choice first."""
        self.centre, self.now = centre, 0
        self.prefers: dict[int, list[set[int]]] = prefers or {}
        self.hours = hours or (lambda queue, day: centre.open[queue])
        self.words = words or Words()
        self.within = within if within is not None else [0] * centre.queues  # ms
        self.in_time: list[list[bool]] = [[] for _ in range(centre.queues)]  # of the calls whose wait is over
        self.ends = int(centre.clock.ends)
        self.numbers = self._numbered()
        self.ticks = itertools.count()
        self.heap: list[tuple[Any, ...]] = []
        self.records: Counter[tuple[Any, ...]] = Counter()
        self.waiting: list[list[Call]] = [[] for _ in range(centre.queues)]
        self.idle: list[list[Agent]] = [[] for _ in range(centre.groups)]
        self.crews = [int(group) for group in centre.crew_group]
        self.late = Counter[int]()  # crew → how many leave as soon as their call is done
        # Groups without a site sit at one of their own that has a seat for everybody.
        self.sites: dict[int, Site] = {NOBODY: Site(float("inf"))}
        for site in range(centre.sites):
            self.sites[site] = Site(centre.seats_of(site))
        self.pairs: dict[int, list[Any]] = {}
        for pair in centre.pairs:
            self.pairs.setdefault(int(pair["queue"]), []).append(pair)
        self.trunks = [[int(t) for q, t in centre.holds if q == queue] for queue in range(centre.queues)]
        self.lines = [int(count) for count in centre.lines]
        self.used = [0] * len(self.lines)
        for row in trace:
            self._will_arrive(row)
        for time, moves in itertools.groupby(_net(changes), key=lambda row: row[0]):
            self._at(time, CONTROL, STAFF, self._change, [row[1:] for row in moves])
        self._openings()
        for time in sorted({int(t) for loss in centre.losses for t in (loss["begins"], loss["ends"])}):
            self._at(max(time, 0), CONTROL, INCIDENT, self._lose, time)
        for (queue, group), condition in self.words.conditions.items():
            if condition.switch is not None:
                first = int(centre.clock.opens) % condition.switch.every or condition.switch.every
                self._at(first, CONTROL, _in_turn(queue, group), self._look, (queue, group))
        for cut in centre.cuts:
            for time, lines in (
                (int(cut["ends"]), int(cut["lines"])),
                (int(cut["begins"]), -int(cut["lines"])),
            ):
                self._at(time, CONTROL, INCIDENT, self._cut, (int(cut["trunks"]), lines))

    def _numbered(self) -> Iterator[int]:
        """Numbers of calls, which decide ties."""
        return itertools.count()

    def play(self) -> Counter[tuple[Any, ...]]:
        """All calls by what became of them."""
        while self.heap and self.heap[0][0] <= self.ends + DAY:
            self.now, _, _, _, act, what = heapq.heappop(self.heap)
            act(what)
            self._has_happened()
        for queue in self.waiting:
            for call in list(queue):
                self.now = self.ends + DAY
                self._end(call, "abandoned")
        for site in self.sites.values():
            for agent in site.agents:
                if agent.call is not None:
                    self._is_over(agent.call)
        return self.records

    def _has_happened(self) -> None:
        """After each event."""

    # ---- time

    def _at(self, time: int, kind: int, order: float, act: Any, what: Any) -> None:
        heapq.heappush(self.heap, (time, kind, order, next(self.ticks), act, what))

    def _will_arrive(self, row: Any) -> None:
        call = Call(
            number=next(self.numbers),
            queue=int(row["queue"]),
            talk=int(row["talk"]),
            wrap=int(row["wrap"]),
            patience=int(row["patience"]),
            again_after=int(row["again_after"]),
            redials=int(row["redials"]),
            balks=bool(row["balks"]),
            arrive=int(row["arrive"]),
            attempt=1,
        )
        self._comes(call)

    def _comes(self, call: Call) -> None:
        self._at(call.arrive, ARRIVAL, call.number, self._arrive, call)

    def _openings(self) -> None:
        opens = int(self.centre.clock.opens)
        first = opens - -(-opens // DAY) * DAY
        for start in range(first, self.ends + DAY, DAY):
            for queue in range(self.centre.queues):
                day = (start - opens) // DAY
                for _, end in self.hours(queue, day):
                    goes_on = end == DAY and any(other == 0 for other, _ in self.hours(queue, day + 1))
                    if self.centre.disconnects[queue] and start + end >= 0 and not goes_on:
                        self._at(start + end, CONTROL, CLOSING, self._close, queue)

    def _is_open(self, queue: int) -> bool:
        day, time = divmod(self.now - int(self.centre.clock.opens), DAY)
        return any(begin <= time < end for begin, end in self.hours(queue, day))

    # ---- calls

    def _arrive(self, call: Call) -> None:
        if not self._is_open(call.queue) and not self._calls_back(call):
            self._end(call, "closed")
            return
        if not self._seize(call):
            self._end(call, "blocked")
            return
        agent = self._idle_for(call, 1)
        if agent is not None:
            self._answer(call, agent)
        elif call.balks:
            self._end(call, "balked")
        elif (instead := self._instead(call)) is not None:
            self._end(call, instead)
        else:
            self._join(call)
            head = self.waiting[call.queue][0]
            if (helper := self._idle_for(head)) is not None:  # so many wait now that somebody helps
                self.waiting[call.queue].remove(head)
                self._answer(head, helper)
            for after in {int(p["after"]) for p in self.pairs.get(call.queue, ()) if 0 < p["after"] < NEVER}:
                self._at(self.now + after, FURTHER, call.number, self._further, call)
            if (patience := self._patience(call)) < NEVER:
                self._at(self.now + patience, PATIENCE, call.number, self._give_up, call)

    def _instead(self, call: Call) -> str | None:
        """How a call ends that has to wait, if its client does not wait."""
        return None

    def _join(self, call: Call) -> None:
        self.waiting[call.queue].append(call)

    def _patience(self, call: Call) -> int:
        return call.patience

    def _further(self, call: Call) -> None:
        if call in self.waiting[call.queue] and (agent := self._idle_for(call)) is not None:
            self.waiting[call.queue].remove(call)
            self._answer(call, agent)

    def _give_up(self, call: Call) -> None:
        if call in self.waiting[call.queue]:
            self._end(call, "abandoned")

    def _close(self, queue: int) -> None:
        for call in list(self.waiting[queue]):
            if not self._calls_back(call):
                self._end(call, "abandoned")

    def _calls_back(self, call: Call) -> bool:
        """Whether the centre calls its client."""
        return False

    def _idle_for(self, call: Call, crowd: int | None = None) -> Agent | None:
        """The agent of the best rank; of equals of the group furthest below its quota, then the longest idle.

        `crowd`: how many wait as far as this call is concerned: 1 when it comes, for others are before it.
        """
        crowd = len(self.waiting[call.queue]) if crowd is None else crowd
        able = [
            (
                int(pair["rank"]),
                self._share(call.queue, int(pair["group"])),
                agent.idle_at,
                agent.group,
                agent.idle_since,
                agent,
            )
            for pair in self.pairs.get(call.queue, ())
            if self.now - call.arrive >= pair["after"] and self._may(pair, crowd)
            for agent in self.idle[int(pair["group"])]
        ]
        return min(able, key=lambda one: one[:5])[5] if able else None

    def _may(self, pair: Any, crowd: int) -> bool:
        """Whether the group may answer the queue now."""
        group = int(pair["group"])
        asked = self.words.conditions.get((int(pair["queue"]), group), Condition())
        is_open = asked.switch is None or asked.switch.is_open
        return is_open and len(self.idle[group]) > asked.reserve and crowd >= asked.crowd

    def _share(self, queue: int, group: int) -> Fraction:
        asked = self.words.conditions.get((queue, group), Condition())
        return Fraction(0) if asked.quota is None else asked.answered / asked.quota

    def _look(self, way: tuple[int, int]) -> None:
        """Open or close a way; who is idle then takes calls."""
        queue, group = way
        switch = self.words.conditions[way].switch
        assert switch is not None
        self._at(self.now + switch.every, CONTROL, _in_turn(queue, group), self._look, way)
        if switch.below is None:
            switch.is_open = len(self.waiting[queue]) > switch.above
        else:
            since = switch.looks[max(len(switch.looks) - switch.over // switch.every, 0)]
            switch.looks.append(len(self.in_time[queue]))
            seen = self.in_time[queue][since:]
            late = [call for call in self.waiting[queue] if self.now - call.arrive > switch.within]
            seen += [False for call in late if not self._calls_back(call)]
            if seen:
                switch.is_open = Fraction(sum(seen), len(seen)) < switch.below
        while self._serve(group):
            pass

    def _answer(self, call: Call, agent: Agent) -> None:
        if not self._calls_back(call):
            asked = self.words.conditions.setdefault((call.queue, agent.group), Condition())
            asked.answered += 1
            self.in_time[call.queue].append(self.now - call.arrive <= int(self.within[call.queue]))
        if agent in self.idle[agent.group]:
            self.idle[agent.group].remove(agent)
        (pair,) = (p for p in self.pairs[call.queue] if int(p["group"]) == agent.group)
        call.answered, call.agent, agent.call = self.now, agent, call
        call.talked = (call.talk * int(pair["pace"]) + PACE_ONE // 2) // PACE_ONE
        self._begin(call)

    def _begin(self, call: Call) -> None:
        """Talk begins."""
        if call.lines:
            self._at(self.now + call.talked, TALK_ENDS, call.number, self._hang_up, call)
        if not call.lines or call.wrap:
            self._at(self.now + call.talked + call.wrap, WRAP_ENDS, call.number, self._done, call)

    def _hang_up(self, call: Call) -> None:
        if call.agent is None:  # it was cut off
            return
        self._free_lines(call)
        if not call.wrap:
            self._done(call)

    def _done(self, call: Call) -> None:
        agent = call.agent
        if agent is None or agent.call is not call:
            return
        self._record(call, "answered", call.answered - call.arrive)  # type: ignore[operator]
        agent.call = None
        self._ready(agent)

    def _is_over(self, call: Call) -> None:
        """The run is over, and somebody still talks."""
        self._record(call, "answered", call.answered - call.arrive)  # type: ignore[operator]

    def _end(self, call: Call, outcome: str) -> None:
        """A call ends unserved."""
        if call in self.waiting[call.queue]:
            self.waiting[call.queue].remove(call)
        self._free_lines(call)
        self._go_on(call, outcome)
        self._record(call, outcome, self.now - call.arrive)

    def _seize(self, call: Call) -> bool:
        """Takes a line of each trunk group, unless one has none."""
        if call.lines is None:
            trunks = self.trunks[call.queue]
            if any(self.used[trunk] >= self.lines[trunk] for trunk in trunks):
                return False
            for trunk in trunks:
                self.used[trunk] += 1
            call.lines = trunks
        return True

    def _free_lines(self, call: Call) -> None:
        for trunk in call.lines or ():
            self.used[trunk] -= 1
        call.lines = []

    def _go_on(self, call: Call, outcome: str) -> None:
        """What a caller does who was not served."""
        if outcome != "closed":
            self._dial_again(call)

    def _dial_again(self, call: Call) -> None:
        arrive = self.now + call.again_after
        if call.redials and arrive < self.ends:
            again = Call(
                next(self.numbers), call.queue, call.talk, call.wrap, call.patience, call.again_after,
                call.redials - 1, call.balks, arrive, call.attempt + 1,
            )  # fmt: skip
            self._comes(again)

    def _record(self, call: Call, outcome: str, wait: int) -> None:
        if outcome in ("abandoned", "balked", "blocked") and not self._calls_back(call):
            self.in_time[call.queue].append(False)
        self.records[self._told(call, outcome, wait)] += 1

    def _told(self, call: Call, outcome: str, wait: int) -> tuple[Any, ...]:
        served = outcome == "answered"
        group = call.agent.group if served and call.agent is not None else NOBODY
        talk, wrap = (call.talked, call.wrap) if served else (0, 0)
        return call.arrive, call.queue, call.attempt, outcome, wait, talk, wrap, group

    # ---- people

    def _change(self, moves: list[tuple[int, int]]) -> None:
        """Whoever goes at this moment goes before anybody sits down on a seat that frees."""
        for crew, agents in moves:
            for _ in range(-agents):
                self._go(crew)
        for site in self.sites.values():
            self._fill(site)
        for crew, agents in moves:
            stay = max(0, min(self.late[crew], agents))
            self.late[crew] -= stay
            self._come(crew, agents - stay)

    def _site(self, crew: int) -> Site:
        return self.sites[int(self.centre.site[self.crews[crew]])]

    def _come(self, crew: int, agents: int) -> None:
        site = self._site(crew)
        together = 0
        while agents > together and not site.line and len(site.agents) < site.seats:
            self._sit_down(site, crew)
            together += 1
        for _ in range(together):
            self._serve(self.crews[crew])
        site.line += [crew] * (agents - together)

    def _sit_down(self, site: Site, crew: int) -> Agent:
        agent = Agent(crew, self.crews[crew])
        site.agents.append(agent)
        site.peak = max(site.peak, len(site.agents))
        self._stand_by(agent)
        return agent

    def _stand_by(self, agent: Agent) -> None:
        agent.idle_at, agent.idle_since = self.now, next(self.ticks)
        self.idle[agent.group].append(agent)

    def _fill(self, site: Site) -> None:
        """Whoever is first in line sits down as long as there are seats."""
        while site.line and len(site.agents) < site.seats:
            crew = site.line.pop(0)
            self._sit_down(site, crew)
            self._serve(self.crews[crew])

    def _go(self, crew: int) -> None:
        site = self._site(crew)
        if crew in site.line:  # the last in line goes home first
            del site.line[len(site.line) - 1 - site.line[::-1].index(crew)]
            return
        group = self.idle[self.crews[crew]]
        mine = [agent for agent in group if agent.crew == crew]
        if mine:
            agent = min(mine, key=lambda one: one.idle_since)
            group.remove(agent)
            site.agents.remove(agent)
        else:
            self.late[crew] += 1

    def _stand_up(self, agent: Agent) -> None:
        site = self._site(agent.crew)
        site.agents.remove(agent)
        self._fill(site)

    def _ready(self, agent: Agent) -> None:
        """A call is done: go home, give the seat up, take another call, or be idle."""
        site = self._site(agent.crew)
        if self.late[agent.crew]:
            self.late[agent.crew] -= 1
            self._stand_up(agent)
        elif len(site.agents) > site.seats:
            site.agents.remove(agent)
            site.line.append(agent.crew)
        else:
            self._take_up(agent)

    def _take_up(self, agent: Agent) -> None:
        self._stand_by(agent)
        self._serve(agent.group)

    def _serve(self, group: int) -> bool:
        """The longest idle agent of the group takes the call that comes first, if there is any."""
        able = [
            (
                int(self.centre.priority[queue]),
                self._choice(group, queue, int(pair["rank"])),
                -(self.now - call.arrive + self.words.head_starts.get(queue, 0))
                * self.words.weights.get(queue, Fraction(1)),
                call.number,
                call,
            )
            for queue, pairs in self.pairs.items()
            for pair in pairs
            if int(pair["group"]) == group and self.idle[group] and self._may(pair, len(self.waiting[queue]))
            if (call := self._first(queue, int(pair["after"]))) is not None
        ]
        if not able:
            return False
        call = min(able, key=lambda one: one[:4])[4]
        self.waiting[call.queue].remove(call)
        self._answer(call, min(self.idle[group], key=lambda one: one.idle_since))
        return True

    def _first(self, queue: int, after: int) -> Call | None:
        """The call that comes first among those that have waited so long."""
        return next((call for call in self.waiting[queue] if self.now - call.arrive >= after), None)

    def _choice(self, group: int, queue: int, rank: int) -> tuple[int, int]:
        """Preferred queues come in their order, those left out last and by rank."""
        places = self.prefers.get(group, [])
        for number, equals in enumerate(places):
            if queue in equals:
                return number, 0
        return len(places), rank

    # ---- incidents

    def _cut(self, what: tuple[int, int]) -> None:
        self.lines[what[0]] += what[1]

    def _lose(self, time: int) -> None:
        for number in range(self.centre.sites):
            mine = [loss for loss in self.centre.losses if int(loss["site"]) == number]
            if not any(time in (int(loss["begins"]), int(loss["ends"])) for loss in mine):
                continue
            now = [loss for loss in mine if loss["begins"] <= time < loss["ends"]]
            site = self.sites[number]
            site.seats = max(self.centre.seats_of(number) - sum(int(loss["seats"]) for loss in now), 0)
            cut_off = sum(int(loss["seats"]) for loss in now if loss["drops"] and loss["begins"] == time)
            self._give_up_seats(site, cut_off)
            self._fill(site)

    def _give_up_seats(self, site: Site, cut_off: int) -> None:
        """The idle first, the longest idle first; then those in wrap-up; then the latest answered."""
        idle = [agent for agent in site.agents if agent.call is None]
        for agent in sorted(idle, key=lambda one: one.idle_since):
            if len(site.agents) <= site.seats:
                return
            self.idle[agent.group].remove(agent)
            site.agents.remove(agent)
            site.line.append(agent.crew)
        busy = [agent for agent in site.agents if agent.call is not None]
        busy.sort(
            key=lambda one: (
                not self._wraps(one),
                -min(one.call.answered, self.now),
                -one.call.number * self.latest,
            )
        )  # type: ignore[union-attr,operator]
        over = max(0, len(site.agents) - int(min(site.seats, 1 << 50)))
        for agent in busy[: min(cut_off, over)]:
            self._stop(agent, site)

    def _turn_to_stop(self, agent: Agent) -> tuple[Any, ...]:
        call = agent.call
        assert call is not None
        assert call.answered is not None
        return not self._wraps(agent), -min(call.answered, self.now), -call.number * self.latest

    def _wraps(self, agent: Agent) -> bool:
        call = agent.call
        assert call is not None
        assert call.answered is not None
        return self.now > call.answered + call.talked  # control comes before the end of talk

    def _stop(self, agent: Agent, site: Site) -> None:
        call = agent.call
        assert call is not None
        self._is_cut_off(call, agent)
        call.agent, agent.call = None, None
        site.agents.remove(agent)
        if self.late[agent.crew]:
            self.late[agent.crew] -= 1
        else:
            site.line.append(agent.crew)

    def _is_cut_off(self, call: Call, agent: Agent) -> None:
        assert call.answered is not None
        if self._wraps(agent):
            call.wrap = self.now - call.answered - call.talked  # the rest of it is not done
            self._record(call, "answered", call.answered - call.arrive)
        else:
            self._free_lines(call)
            self._go_on(call, "dropped")
            self._record(call, "dropped", call.answered - call.arrive)
