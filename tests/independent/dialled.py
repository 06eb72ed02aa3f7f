"""The simulator with campaigns, written from the rules: who is dialled when, and what comes of it.

Where the rules say nothing it was fitted to callsim:

- the dialler looks at the end of what made an agent idle, a number free, a campaign open or a contact due;
- whether somebody picks up hangs on when the number is dialled; what else the contact brings on when it stops
  ringing;
- contacts of an older list that are to be dialled again stay to be so when a new list comes;
- who loses a seat while a number rings for them does so before those who wrap up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from callsim.sim.campaigns import table
from callsim.sim.luck.streams import MOST_WARM_UP

from .conditions import Condition, ms, part
from .followed import Followed
from .simulator import (
    ARRIVAL,
    CLOSING,
    CONTROL,
    DAY,
    NEVER,
    PACE_ONE,
    PATIENCE,
    WRAP_ENDS,
    Agent,
    Call,
    Simulator,
)

LISTS = 1 << 24  # names of contacts on one list


@dataclass(eq=False)
class Contact:
    """Somebody on a list."""

    name: int
    attempt: int = 1


@dataclass
class Campaign:
    """What the words say, and how it stands. Times are ms."""

    queue: int
    length: int
    once: bool
    ratio: Fraction
    cap: Fraction | None
    preview: int
    right_party: float
    redials: float
    at_most: int
    holds: bool
    fresh: int = 0
    next: int = 0
    due: list[Contact] = field(default_factory=list)
    ringing: int = 0
    decided: int = 0
    lost: int = 0


@dataclass(eq=False)
class Rings:
    """A number that was dialled."""

    campaign: Campaign
    contact: Contact
    picks_up: bool
    is_kept: bool
    rings: bool = True
    again: bool = False


def campaigns_of(words: Mapping[str, Any], queues: Sequence[str]) -> list[Campaign]:
    """The campaigns of a file, by rows of queues."""
    found = []
    for name in sorted(words["campaigns"]):
        one = words["campaigns"][name]
        dial, redial, contacts = one.get("dial", {}), one.get("redial", {}), one["contacts"]
        once, cap = isinstance(contacts, dict), dial.get("abandon_at_most")
        ratio = Fraction(str(dial.get("ratio", 1)))
        found.append(
            Campaign(
                queues.index(name),
                contacts["once"] if once else contacts,
                once,
                ratio,
                None if cap is None else part(cap),
                ms(dial.get("preview", "0 s")),
                float(part(one.get("right_party", "100%"))),
                float(part(redial.get("probability", "0%"))),
                redial.get("at_most", 3),
                "preview" in dial or (ratio == 1 and cap is None),
            )
        )
    return found


class LuckOfNumbers:
    """What contacts bring, as callsim draws it."""

    def __init__(self, centre: Any, numbers: Any):
        found = table.open_dialler(centre, numbers, np.asarray(centre.pairs), 1)
        assert found is not None
        self.dialler = found

    def _of(self, contact: Contact) -> Any:
        self.dialler.contacts[0] = contact.name
        return self.dialler

    def picks_up(self, row: int, contact: Contact, now: int) -> bool:
        return bool(table.is_reached(self._of(contact), row, 0, contact.attempt, now))

    def share(self, row: int, contact: Contact, what: int) -> float:
        return float(table.share_of(self._of(contact), row, 0, contact.attempt, what))

    def time(self, row: int, contact: Contact, what: int, now: int) -> int:
        return int(table.time_of(self._of(contact), row, 0, contact.attempt, what, now))


class Dialled(Followed):
    """Numbers have records as calls do: one an attempt, from when they stop ringing."""

    def __init__(self, *args: Any, campaigns: list[Campaign], numbers: LuckOfNumbers, **rest: Any):
        self.campaigns, self.luck_of_numbers = campaigns, numbers
        self.rings: dict[Call, Rings] = {}
        self.asked = False
        super().__init__(*args, **rest)
        self.first_of_all = int(self.centre.called)
        opens = int(self.centre.clock.opens)
        for start in range(opens - -(-opens // DAY) * DAY, self.ends, DAY):
            day = (start - opens) // DAY
            for campaign in campaigns:
                if day == 0 or not campaign.once:
                    self._at(max(start, 0), CONTROL, CLOSING, self._new_list, (campaign, day))
                for begin, _ in self.hours(campaign.queue, day):
                    if start + begin >= 0:
                        self._at(start + begin, CONTROL, CLOSING, self._ask, None)

    def _row(self, campaign: Campaign) -> int:
        return campaign.queue - self.first_of_all

    # ---- the dialler

    def _new_list(self, what: tuple[Campaign, int]) -> None:
        campaign, day = what
        campaign.fresh = campaign.length
        campaign.next = (MOST_WARM_UP + day) * LISTS
        self.asked = True

    def _ask(self, _: None) -> None:
        self.asked = True

    def _stand_by(self, agent: Agent) -> None:
        super()._stand_by(agent)
        if any(agent.group in self._groups(campaign) for campaign in self.campaigns):
            self.asked = True

    def _groups(self, campaign: Campaign) -> set[int]:
        return {int(pair["group"]) for pair in self.pairs.get(campaign.queue, ())}

    def _has_happened(self) -> None:
        more = self.heap and self.heap[0][:2] == (self.now, CONTROL)  # the dialler looks when control is over
        if self.asked and not more:
            self.asked = False
            if self.now < self.ends:
                for campaign in self._in_turn():
                    if self._is_open(campaign.queue):
                        self._dial(campaign)

    def _in_turn(self) -> list[Campaign]:
        """Priority says which campaign dials first."""
        return sorted(self.campaigns, key=lambda one: (int(self.centre.priority[one.queue]), one.queue))

    def _dial(self, campaign: Campaign) -> None:
        wanted = self._wanted(campaign)
        while (campaign.fresh or campaign.due) and (campaign.holds or wanted > 0):
            call = Call(
                next(self.numbers), campaign.queue, 0, 0, 0, 0, 0, False, self.now, 1, lines=[]
            )  # fmt: skip
            agent = self._idle_for(call, 1) if campaign.holds else None
            if campaign.holds and agent is None:
                return
            self._ring_up(campaign, call, agent)
            wanted -= 1

    def _wanted(self, campaign: Campaign) -> int:
        """Ratio × idle agents, less what rings for them."""
        idle = 0
        for group in self._groups(campaign):
            asked = self.words.conditions.get((campaign.queue, group), Condition())
            idle += max(len(self.idle[group]) - asked.reserve, 0)
        ring = sum(
            other.ringing
            for other in self.campaigns
            if not other.holds and self._groups(other) & self._groups(campaign)
        )
        return int(campaign.ratio * idle + Fraction(1, 2)) - ring

    def _ring_up(self, campaign: Campaign, call: Call, agent: Agent | None) -> None:
        row = self._row(campaign)
        if campaign.due:
            contact = campaign.due.pop(0)
        else:
            contact = Contact(campaign.next)
            campaign.next, campaign.fresh = campaign.next + 1, campaign.fresh - 1
        campaign.ringing += 1
        call.attempt = contact.attempt
        picks_up = self.luck_of_numbers.picks_up(row, contact, self.now)
        self.rings[call] = Rings(campaign, contact, picks_up, agent is not None)
        over = self.now + self.luck_of_numbers.time(row, contact, table.RING, self.now)
        if agent is not None:
            over += campaign.preview
            self.idle[agent.group].remove(agent)
            call.agent, agent.call, call.answered = agent, call, NEVER * NEVER
        kind = WRAP_ENDS if agent is not None and not picks_up else ARRIVAL
        self._at(over, kind, call.number, self._stops, call)

    # ---- the number

    def _stops(self, call: Call) -> None:
        """A number stops ringing."""
        ring, agent = self.rings[call], call.agent
        if not ring.rings:
            return
        self._rang(call)
        if not ring.picks_up:
            self._not_reached(call)
            if agent is not None:
                call.agent, agent.call = None, None
                self._ready(agent)
            return
        luck, row, contact = self.luck_of_numbers, self._row(ring.campaign), ring.contact
        right = luck.share(row, contact, table.RIGHT_PARTY) < ring.campaign.right_party
        call.talk = luck.time(row, contact, table.TALK if right else table.WRONG_PARTY, self.now)
        call.wrap = luck.time(row, contact, table.WRAP, self.now) if right else 0
        call.patience = luck.time(row, contact, table.PATIENCE, self.now)
        if agent is not None:
            (pair,) = (p for p in self.pairs[call.queue] if int(p["group"]) == agent.group)
            call.answered = self.now
            call.talked = (call.talk * int(pair["pace"]) + PACE_ONE // 2) // PACE_ONE
            self._at(self.now + call.talked + call.wrap, WRAP_ENDS, call.number, self._done, call)
        elif (idle := self._idle_for(call, 1)) is not None:
            self._answer(call, idle)
        else:
            self._join(call)
            if call.patience < NEVER:
                self._at(self.now + call.patience, PATIENCE, call.number, self._give_up, call)

    def _rang(self, call: Call) -> None:
        ring = self.rings[call]
        ring.rings, call.arrive = False, self.now
        ring.campaign.ringing -= 1
        self.asked = True

    def _not_reached(self, call: Call) -> None:
        ring = self.rings[call]
        luck, campaign, contact = self.luck_of_numbers, ring.campaign, ring.contact
        row = self._row(campaign)
        willing = luck.share(row, contact, table.WILLING) < campaign.redials
        if contact.attempt <= campaign.at_most and willing:
            at = self.now + luck.time(row, contact, table.AFTER, self.now)
            if at < self.ends:
                ring.again = True
                contact.attempt += 1
                self._at(at, ARRIVAL, call.number, self._falls_due, ring)
        self._record(call, "not_reached", 0)

    def _falls_due(self, ring: Rings) -> None:
        ring.campaign.due.append(ring.contact)
        self.asked = True

    def _begin(self, call: Call) -> None:
        if call not in self.rings:
            super()._begin(call)
            return
        self._decided(self.rings[call].campaign, 0)
        self._at(self.now + call.talked + call.wrap, WRAP_ENDS, call.number, self._done, call)

    def _decided(self, campaign: Campaign, lost: int) -> None:
        """After 100 live answers the ratio is corrected."""
        if campaign.cap is None:
            return
        campaign.decided, campaign.lost = campaign.decided + 1, campaign.lost + lost
        if campaign.decided == 100:
            of_all = Fraction(campaign.lost, 100)
            if of_all > campaign.cap:
                campaign.ratio = max(campaign.ratio - Fraction(1, 5), Fraction(1))
            elif of_all < campaign.cap:
                campaign.ratio = min(campaign.ratio + Fraction(1, 10), Fraction(3))
            campaign.decided = campaign.lost = 0

    def _go_on(self, call: Call, outcome: str) -> None:
        if call not in self.rings:
            super()._go_on(call, outcome)
        elif outcome == "abandoned":
            self._decided(self.rings[call].campaign, 1)

    # ---- people

    def _turn_to_stop(self, agent: Agent) -> tuple[Any, ...]:
        assert agent.call is not None
        ring = self.rings.get(agent.call)
        if ring is not None and ring.rings:
            return False, -self.now, -agent.call.number * self.latest
        return super()._turn_to_stop(agent)

    def _wraps(self, agent: Agent) -> bool:
        return Simulator._wraps(self, agent) if agent.call in self.rings else super()._wraps(agent)

    def _is_cut_off(self, call: Call, agent: Agent) -> None:
        ring = self.rings.get(call)
        if ring is None or not ring.rings:
            super()._is_cut_off(call, agent)
            return
        self._rang(call)
        self._not_reached(call)

    def _is_over(self, call: Call) -> None:
        if call in self.rings:
            Simulator._is_over(self, call)
        else:
            super()._is_over(call)

    def _told(self, call: Call, outcome: str, wait: int) -> tuple[Any, ...]:
        ring = self.rings.get(call)
        if ring is None:
            return super()._told(call, outcome, wait)
        return (*Simulator._told(self, call, outcome, wait), not ring.again)
