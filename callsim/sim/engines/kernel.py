"""The fast engine: the life of calls as one compiled loop over the agenda.

It gives the same results as `reference`, which is easier to read. Processes of the day ask it to play up to
their time.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim import ahead
from callsim.sim.campaigns.table import ASKED, AT, STARTED
from callsim.sim.centre import MOST_AT_ONCE, NOBODY, Centre
from callsim.sim.engines import agenda as agendas
from callsim.sim.engines.engine import Engine
from callsim.sim.floor import control, lines, places, rules
from callsim.sim.floor.announce import first_on_line
from callsim.sim.floor.control import Steps
from callsim.sim.floor.dialling.numbers import dial_on
from callsim.sim.floor.people.table import NOTED
from callsim.sim.floor.records import ABANDONED, ANSWERED
from callsim.sim.floor.state import (
    ARRIVE,
    BUSY,
    FREE_PLACES,
    FURTHER,
    KIND_BITS,
    KIND_SHIFT,
    LINES_LATE,
    NEVER_USED,
    PLACE_BITS,
    PLACES,
    SEATS_NOTED,
    TALKED,
    TIME_SHIFT,
    WAITING,
    WRAPPED,
)
from callsim.sim.jit import CACHE, aside, compiled_before, direct, rule
from callsim.sim.luck.later import Later
from callsim.sim.luck.numbers import Numbers

AT_ONCE = 2  # one agent leaves a seat to the next in line and may take one elsewhere, so two may be ready
MORE = 4  # a call that follows, an agent who is let go, the first of a crowd, each beside those
CAUGHT_UP, NEEDS_ROOM, SHEET_FULL, TALKS_TO_NOTE, AGENT_LEFT = range(5)
KIND_MASK = (1 << KIND_BITS) - 1
PLACE_MASK = (1 << PLACE_BITS) - 1


class Kernel(Engine):
    """An engine in compiled code."""

    name = "kernel"

    def __init__(
        self,
        centre: Centre,
        moments_per_ms: float = 1.0,
        luck: Later | None = None,
        numbers: Numbers | None = None,
    ):
        super().__init__(centre, luck, numbers)
        self.agenda = agendas.blank_agenda(len(self.floor.calls), moments_per_ms)
        self.cursor = np.zeros(2, np.int64)  # row of the trace; when an agent left, ms
        self.steps = control.blank_steps(AT_ONCE)
        self.most = MORE if self.floor.people is None else most_noted(MOST_AT_ONCE)
        self.floor.register[LINES_LATE] = len(centre.holds) > 0 and self.floor.follow is None
        if not compiled_before():  # it is needed after the first calls are drawn and the first agents come
            ahead.begin(CACHE, play, *self.played(0))

    def offer(self, trace: np.ndarray) -> None:
        """The calls of the next interval; those before have all arrived."""
        self.trace = np.ascontiguousarray(trace, self.trace_kind)
        self.cursor[0] = 0

    def catch_up(self, now: int) -> None:
        """Plays everything that happens before `now`."""
        while True:
            why = play(*self.played(now))
            if why == NEEDS_ROOM:
                self.make_room(1)
                self.agenda = agendas.with_room(self.agenda, AT_ONCE + self.most)
            elif why == SHEET_FULL:
                self.hand_in()
            elif why == TALKS_TO_NOTE:
                self.agenda = agendas.with_room(self.agenda, self.in_building + AT_ONCE + 1)
                note_talks(self.floor, self.agenda)
            elif why == AGENT_LEFT:
                self.act(control.fill_all_seats, int(self.cursor[1]))
            else:
                return

    def played(self, until: int) -> tuple[object, ...]:
        """Returns what `play` is given."""
        return self.floor, self.agenda, self.trace, self.cursor, self.records, self.steps, until

    def keep(self, steps: Steps) -> None:
        self.agenda = agendas.with_room(self.agenda, int(steps.noted[0]))
        _keep(self.floor, self.agenda, steps)

    def keep_let_go(self) -> None:
        if self.floor.follow is not None and self.floor.follow.noted[0]:
            self.agenda = agendas.with_room(self.agenda, int(self.floor.follow.noted[0]))
            _keep_let_go(self.floor, self.agenda)
        if self.floor.people is not None and self.floor.people.register[NOTED]:
            self.agenda = agendas.with_room(self.agenda, int(self.floor.people.register[NOTED]))
            _keep_noted(self.floor, self.agenda)

    def dial(self) -> None:
        """Keeps what control has started; `play` looks first whether more shall ring."""
        if (dialler := self.floor.dialler) is not None and dialler.state[STARTED]:
            self.agenda = agendas.with_room(self.agenda, int(dialler.state[STARTED]))
            _keep_started(self.floor, self.agenda)

    def cut_off(self, queue: int, now: int) -> None:
        waiting = int(self.floor.queues["waiting"][queue])
        self.agenda = agendas.with_room(self.agenda, waiting)
        self.hand_in(waiting)
        cut_off(self.floor, self.agenda, self.records, queue, now)
        self.keep_let_go()

    def finish(self, now: int) -> int:
        if self.in_building and self.floor.register[LINES_LATE] > 0:
            lines.tell_apart(self.floor, now)
        return super().finish(now)


@direct
@rule
def play(floor, agenda, trace, cursor, records, steps, until):
    """Plays what happens before `until` ms. Returns why it stopped. `steps`: for scratch."""
    row = cursor[0]
    stop = until << TIME_SHIFT
    fresh = first_fresh(trace, row, stop)
    safe = np.int64(0)  # moments for which there is room, whatever they are
    while True:
        if safe == 0:
            safe, why = room_for(floor, agenda, records)
            if safe <= 0:
                cursor[0] = row
                return why
        noted = dial(floor.dialler, floor, agenda, safe, until)
        if noted > 0:
            safe = max(safe - noted, np.int64(0))
            continue
        moment = agendas.first(agenda, floor.calls, fresh)
        if moment == agendas.NOTHING and fresh == stop:
            cursor[0] = row
            return CAUGHT_UP
        safe -= 1

        if moment == agendas.NOTHING:
            now, kind, place = fresh >> TIME_SHIFT, ARRIVE, rules.dial(floor, trace, row)
            row += 1
            fresh = first_fresh(trace, row, stop)
        else:
            agendas.drop_first(agenda)
            now, kind, place = moment >> TIME_SHIFT, (moment >> KIND_SHIFT) & KIND_MASK, moment & PLACE_MASK
            if floor.calls[place]["moment"] != moment:  # no longer wanted
                continue

        # Whatever comes next leaves a call with a next moment, or one that is over.
        outcome = rules.QUEUED
        if kind == ARRIVE:
            outcome = rules.arrive(floor, place, now)
            if floor.register[LINES_LATE] < 0:  # moments of talks must be noted before another is played
                safe = np.int64(0)
        elif kind == WRAPPED:
            group = rules.wrapped(floor, records, place, now)
            if group == NOBODY and has_people(floor.people):  # how many calls begin then has no bound here
                cursor[0], cursor[1] = row, now
                return AGENT_LEFT
            if group == NOBODY:  # the agent left, and another may take the seat
                control.fill_all_seats(floor, records, steps, now)
                keep(floor, agenda, steps)
                heed(floor.follow, floor, agenda)
                continue
            place = rules.answer_next(floor, group, now)
            if place != NOBODY:
                rules.answer_more(floor.people, floor, group, now)
        elif kind == TALKED:
            born = rules.talked(floor, place, now)
            if born != NOBODY:
                add_next(floor, agenda, born)
        elif kind == FURTHER:
            rules.further(floor, place, now)
        else:  # PATIENCE
            rules.give_up(floor, place, now)
            outcome = ABANDONED
        if (
            place != NOBODY
            and outcome != rules.QUEUED
            and outcome != ANSWERED
            and not rules.end(floor, records, place, outcome, now)
        ):
            place = np.int64(NOBODY)
        heed(floor.follow, floor, agenda)
        heed_noted(floor.people, floor, agenda)
        note_called(floor.conditions, floor, agenda)
        if place != NOBODY:
            add_next(floor, agenda, place)


@rule
def add_next(floor, agenda, place):
    """Notes the next moment of the call in this place, if one is to come: the moment 0 never does."""
    if floor.calls[place]["moment"] != 0:
        agendas.add(agenda, floor.calls[place]["moment"])


@rule
def first_fresh(trace, row, stop):
    """The moment of the next fresh arrival, or `stop` where none comes before it.

    Fresh arrivals come sorted and never enter the agenda; at equal times they come last.
    """
    if row >= len(trace):
        return stop
    return min(stop, places.moment(trace[row]["arrive"], ARRIVE, PLACES - 1))


@rule
def room_for(floor, agenda, records):
    """Returns how many moments can be played before something is full; if none, what is full or must be done
    first.

    A moment writes a record at most, takes a place at most, leaves at most `more_of` moments more in the
    agenda than there were, but for AT_ONCE, and changes the seats of each site at most once.
    """
    if floor.register[LINES_LATE] < 0:
        return np.int64(0), TALKS_TO_NOTE
    sheet = len(records.rows) - 1 - records.written[0]
    if len(floor.seat_log) > 0:
        log = len(floor.seat_log) - floor.register[SEATS_NOTED]
        sheet = min(sheet, log // len(floor.sites))
    if sheet <= 0:
        return np.int64(0), SHEET_FULL
    most = more_of(floor.follow, floor.conditions, floor.people, floor.dialler)
    room = (agendas.room(agenda) - AT_ONCE) // most
    return min(sheet, floor.register[FREE_PLACES], room), NEEDS_ROOM


@rule
def more_of(follow, table, people, dialler):
    """How many moments more than there were one leaves in the agenda at most, but for AT_ONCE."""
    if people is not None:
        return most_noted(MOST_AT_ONCE)
    if follow is None and table is None and dialler is None:
        return 1
    return MORE


@rule
def most_noted(slots):
    """Returns how many moments one leaves at most, where an agent may have `slots` works in hand: as many are
    taken up, and each gives the others a new moment; so does one that is interrupted, and taken up elsewhere.
    """
    return (slots + 2) * (slots + 1) + MORE


@rule
def has_people(people):
    """Whether some agents are rows."""
    return people is not None


@rule
def heed_noted(people, floor, agenda):
    """Note the next moments of the work in hand that has new ones."""
    if people is None:
        return
    if people.register[NOTED] > 0:
        keep_noted(floor, agenda)


@aside
def keep_noted(floor, agenda):
    """The same; what is over by now has none."""
    people = floor.people
    for n in range(people.register[NOTED]):
        place = people.noted[n]
        people.work[place]["news"] = 0
        if floor.calls[place]["state"] in (WAITING, BUSY):
            add_next(floor, agenda, place)
    people.register[NOTED] = 0


_keep_noted = direct(keep_noted)


@rule
def dial(dialler, floor, agenda, most, until):
    """Has at most `most` numbers ring, if the dialler was asked. Returns how many moments are noted.

    What control asks for at `until` comes later: control may not be over at that millisecond.
    """
    if dialler is None:
        return np.int64(0)
    if dialler.state[ASKED] + dialler.state[STARTED] == 0 or dialler.state[AT] >= until:
        return np.int64(0)
    return dial_and_keep(floor, agenda, most)


@aside
def dial_and_keep(floor, agenda, most):
    """See dial. Also notes when numbers are dialled again."""
    dial_on(floor, most)
    return keep_started(floor, agenda)


@rule
def keep_started(floor, agenda):
    """Notes the moments of numbers that ring or wait to be dialled again. Returns how many."""
    dialler = floor.dialler
    many = dialler.state[STARTED]
    for n in range(many):
        add_next(floor, agenda, dialler.started[n])
    dialler.state[STARTED] = 0
    return many


_keep_started = direct(keep_started)


@rule
def note_called(table, floor, agenda):
    """Note the next moment of the call that was answered because another joined its queue."""
    if table is None:
        return
    if table.called[0] != NOBODY:
        add_next(floor, agenda, table.called[0])
        table.called[0] = NOBODY


@rule
def heed(follow, floor, agenda):
    """Note the next moment of every agent who need not stay on the line, and of callbacks tried again."""
    if follow is None:
        return
    if follow.noted[0] > 0:
        keep_let_go(floor, agenda)


@aside
def keep_let_go(floor, agenda):
    """The same; who has stopped meanwhile is not there any more."""
    follow = floor.follow
    for n in range(follow.noted[0]):
        place = follow.let_go[n]
        if place != NOBODY:
            follow.stories[place]["noted"] = False
            add_next(floor, agenda, place)
    follow.noted[0] = 0


_keep_let_go = direct(keep_let_go)


@direct
@rule
def note_talks(floor, agenda):
    """Note when each talk ends, now that lines have been told apart."""
    for place in range(floor.register[NEVER_USED]):
        call = floor.calls[place]
        if call["state"] == BUSY and (call["moment"] >> KIND_SHIFT) & KIND_MASK == TALKED:
            agendas.add(agenda, call["moment"])
    floor.register[LINES_LATE] = 0


@rule
def end(floor, agenda, records, place, outcome, now):
    if rules.end(floor, records, place, outcome, now):
        add_next(floor, agenda, place)


@rule
def keep(floor, agenda, steps):
    """Note the next moment of every call that control has set going again."""
    for k in range(steps.noted[0]):
        add_next(floor, agenda, steps.places[k])
    steps.noted[0] = 0


_keep = direct(keep)


@rule
def cut_off(floor, agenda, records, queue, now):
    """Closing time: everyone in the queue is disconnected."""
    place = first_on_line(floor.follow, floor, queue)
    while place != NOBODY:
        rules.give_up(floor, place, now)
        end(floor, agenda, records, place, ABANDONED, now)
        place = first_on_line(floor.follow, floor, queue)
