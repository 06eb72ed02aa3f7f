"""Control: agents come, go and move, sites lose seats, ways to groups open. Told once, for both engines.

A rule of control changes the floor at once, and notes in `Steps` the calls that have a new next moment by it.
Firing these moments is the engine's work, as it is for all calls. Times are ms.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

from typing import NamedTuple

import numpy as np

from callsim.sim.centre import NEVER, NOBODY
from callsim.sim.floor import duty, order, rules
from callsim.sim.floor.announce import stops_ringing
from callsim.sim.floor.hold import hang_up, is_consulting, is_cut_short
from callsim.sim.floor.lines import talks_until
from callsim.sim.floor.people import lists
from callsim.sim.floor.records import ANSWERED, DROPPED
from callsim.sim.floor.seat import next_in_line
from callsim.sim.floor.state import (
    BUSY,
    CALLS_AGAIN,
    HOLDING,
    KEPT,
    LINES_LATE,
    NEVER_USED,
    PLACE_BITS,
    PLACES,
)
from callsim.sim.floor.work.hand import free
from callsim.sim.floor.work.interrupt import gives_back, make_way
from callsim.sim.floor.work.match import wait_on
from callsim.sim.jit import aside, direct, rule

ON_CALL = 1 << 60  # see busy_at


class Steps(NamedTuple):
    """Calls whose next moment control has changed, in the order in which it did."""

    places: np.ndarray  # int64 [step]
    noted: np.ndarray  # int64 [1]  how many steps


def blank_steps(room: int) -> Steps:
    """Room for `room` steps."""
    return Steps(np.zeros(room, np.int64), np.zeros(1, np.int64))


@rule
def note(steps, place):
    """Notes that the call in this place has a new next moment."""
    steps.places[steps.noted[0]] = place
    steps.noted[0] += 1


@rule
def get_ready(floor, steps, g, agents, now):
    """Each of `agents` agents who became free takes a waiting call that the group may answer now.

    At most one call each: calls that further groups may answer from this millisecond on have a moment for
    that.
    """
    if lists.is_in_rows(floor.people, g):
        take_all(floor, steps, g, now)
        return
    for _ in range(agents):
        place = rules.answer_next(floor, g, now)
        if place == NOBODY:
            return
        note(steps, place)


@aside
def take_all(floor, steps, g, now):
    """Agents who are rows take up waiting calls until they have no room, or none waits that they may take."""
    place = rules.answer_next(floor, g, now)
    while place != NOBODY:
        note(steps, place)
        place = rules.answer_next(floor, g, now)


@rule
def fill_seats(floor, steps, s, now):
    """While a site has free seats and agents in line, the first one sits down and takes a waiting call."""
    g = next_in_line(floor, s, now)
    while g != NOBODY:
        get_ready(floor, steps, g, 1, now)
        g = next_in_line(floor, s, now)


@aside
def fill_all_seats(floor, records, steps, now):
    """Fills the seats of every site (see fill_seats), in the order of sites.

    Then agents who are rows, and may take up more than before, do.
    """
    for s in range(len(floor.sites)):
        fill_seats(floor, steps, s, now)
    fill_all_hands(floor.people, floor, steps, now)


@rule
def fill_all_hands(people, floor, steps, now):
    """Agents who are rows take up waiting calls, wherever they have room; then what was interrupted is
    offered to others.
    """
    if people is None:
        return
    for g in range(len(people.groups)):
        if people.groups[g]["slots"] > 0:
            take_all(floor, steps, g, now)
    rules.offer_again(people, floor, now)


@rule
def most_steps(floor, ready):
    """Returns at most how many calls can begin if `ready` agents, and all in line for a seat, become free."""
    for s in range(len(floor.sites)):
        ready += floor.sites[s]["waiting"]
    waiting = np.int64(0)
    for q in range(len(floor.queues)):
        waiting += floor.queues[q]["waiting"]
    return min(ready, waiting) if floor.people is None else waiting


@rule
def expected(floor, rows, more):
    """Returns whether rings have room for a change of the roster, and how many steps it takes at most.

    `rows`: CHANGE [row]; `more`, int64 [group], zeros: gets how many agents may come to each group.
    """
    ready = np.int64(0)
    for k in range(len(rows)):
        crew = floor.crews[rows[k]["crew"]]
        # Who was sent home may come again. Who goes may be in another group by now, and makes no room here.
        coming = max(rows[k]["agents"] + crew["early"], 0)
        more[crew["group"]] += coming
        ready += coming
    fits = True
    for g in range(len(more)):
        fits &= floor.groups[g]["people"] + more[g] <= floor.groups[g]["ring_size"]
    return fits, most_steps(floor, ready)


@direct
@rule
def change(floor, records, steps, now, rows, more):
    """The roster changes (rule 5): agents go first, then others come. `rows`: CHANGE [row] of this moment.

    A crew whose hours end and begin anew at one moment stays; agents who were sent home come again.
    Returns whether the roster has changed, and how many steps that takes at most. It has not changed if there
    is too little room for people or steps: make room, and call again. `more`: see expected.
    """
    fits, most = expected(floor, rows, more)
    if not fits or most > len(steps.places):
        return False, most
    for k in range(len(rows)):
        duty.plan(floor, np.int64(rows[k]["crew"]), np.int64(rows[k]["agents"]), rows[k]["breaks"])
    coming = 0
    while coming < len(rows) and rows[coming]["agents"] < 0:
        c = np.int64(rows[coming]["crew"])
        duty.go(floor, c, max(-duty.missing(floor, c), 0), now)
        coming += 1
    fill_all_seats(floor, records, steps, now)
    for k in range(coming, len(rows)):
        c = np.int64(rows[k]["crew"])
        seated = duty.come(floor, c, max(duty.missing(floor, c), 0), now)
        get_ready(floor, steps, np.int64(floor.crews[c]["group"]), seated, now)
    return True, most


@aside
def drop(floor, records, place, now):
    """The agent of a call stops at once: a caller on the line is dropped, wrap-up is cut short. Work that may
    be interrupted goes back to its queue.

    Returns whether a caller was dropped.
    """
    call = floor.calls[place]
    if gives_back(floor.people, floor, place, now):
        return False
    free(floor.people, floor, place, now)
    if call["state"] == KEPT or stops_ringing(floor.follow, floor, place, now):
        rules.finish(floor, records, place, now)
        return False
    hung_up = talks_until(floor, place)
    talks = hung_up >= now or is_consulting(floor.follow, place)
    if talks or floor.register[LINES_LATE] > 0:
        hang_up(floor.follow, floor, place)
    if not talks:
        call["wrap"] = now - hung_up
        is_cut_short(floor.follow, place)
        rules.end(floor, records, place, ANSWERED, now)
        return False
    rules.end(floor, records, place, DROPPED, now)
    return True


@direct
@rule
def busy_at(floor, s, now, found):
    """Returns how many busy agents sit at a site, and writes their calls to `found`, int64 [call], as
    numbers.

    Ascending numbers are the order of rule 6, in which agents give up their seats: those in wrap-up, then
    those on a call; the latest answered first; then by place. A number modulo PLACES is the call's place.
    """
    count = 0
    for place in range(floor.register[NEVER_USED]):
        call = floor.calls[place]
        state = call["state"]
        if state in (BUSY, HOLDING, KEPT) and floor.groups[floor.pairs[call["pair"]]["group"]]["site"] == s:
            for_so_long = max(now - call["arrive"] - call["wait"], 0)  # a client called back still rings
            if state == KEPT:  # nobody is on the line yet
                for_so_long = 0
            found[count] = (for_so_long << PLACE_BITS) | place
            if state == HOLDING or (state == BUSY and talks_until(floor, place) >= now):
                found[count] |= ON_CALL
            count += 1
    return count


@rule
def set_seats(floor, records, steps, now, s, seats, stops, busy):
    """A site has `seats` seats from now on; if more are used, idle agents stop before busy ones (rule 6).

    Up to `stops` busy agents stop at once, in the order of `busy` (see busy_at); the others finish their
    calls. Returns how many callers are cut off.
    """
    site = floor.sites[s]
    site["seats"] = seats
    duty.lose_idle(floor, s, now)
    if site["used"] > seats:
        for g in range(len(floor.groups)):
            if floor.groups[g]["site"] == s:
                floor.groups[g]["heed"] = 1
    cut_off, stopped, most = 0, 0, min(stops, max(site["used"] - seats, 0))
    for k in range(len(busy)):
        place = np.int64(busy[k] & (PLACES - 1))
        if stopped >= most:
            break
        if floor.calls[place]["state"] not in (BUSY, HOLDING, KEPT):  # another call of its agent came before
            continue
        stopped += 1
        while place != NOBODY:
            other = lists.also_in_hand(floor.people, floor, place)
            if drop(floor, records, place, now):
                cut_off += 1
                if floor.calls[place]["state"] == CALLS_AGAIN:
                    note(steps, place)
            lists.tell_cut_off(floor.people, place)
            place = other
    fill_all_seats(floor, records, steps, now)
    return cut_off


@rule
def move(floor, records, steps, now, g, to, agents):
    """Agents go to another group: first the longest idle, then those in line for a seat, then busy ones,
    which go when their calls are done.
    """
    moved, ready = duty.move_idle(floor, g, to, agents, now)
    moved += duty.move_waiting(floor, g, to, agents - moved, now)
    order.give_order(floor, g, to, agents - moved)
    get_ready(floor, steps, to, ready, now)
    fill_all_seats(floor, records, steps, now)


@rule
def send_home(floor, records, steps, now, g, agents):
    """`agents` agents of a group leave before their hours end; busy ones when their calls are done."""
    duty.send_home(floor, g, agents, now)
    fill_all_seats(floor, records, steps, now)


@rule
def interrupt_all(people, floor, steps, q, now):
    """Calls that wait in a queue, to which a way has opened, interrupt other work that is done there."""
    if people is None:
        return
    place = np.int64(floor.queues[q]["head"])
    while place != NOBODY:
        waited = now - floor.calls[place]["arrive"]
        pair = make_way(people, floor, q, waited, np.int64(floor.queues[q]["waiting"]), now)
        if pair == NOBODY:
            return
        rules.answer(floor, place, pair, now)
        note(steps, place)
        rules.offer_again(people, floor, now)
        place = np.int64(floor.queues[q]["head"])


@rule
def wait_anew(floor, place, now):
    """Sets the next moment of a waiting call anew, as other groups may answer it.

    Returns whether it changed.
    """
    before = floor.calls[place]["moment"]
    wait_on(floor, place, now)
    return floor.calls[place]["moment"] != before and floor.calls[place]["moment"] != 0


@rule
def overflow(floor, records, steps, now, q, g, after):
    """From now on a group answers calls of a queue that have waited `after` ms; NEVER: none."""
    queue = floor.queues[q]
    queue["furthest"] = 0
    for p in range(queue["pairs_from"], queue["pairs_to"]):
        pair = floor.pairs[p]
        if pair["group"] == g:
            pair["after"] = after
        if pair["after"] < NEVER:
            queue["furthest"] = max(queue["furthest"], pair["after"])
    for k in range(floor.groups[g]["picks_from"], floor.groups[g]["picks_to"]):
        if floor.picks[k]["queue"] == q:
            floor.picks[k]["after"] = after
    get_ready(floor, steps, g, floor.groups[g]["idle"], now)
    interrupt_all(floor.people, floor, steps, q, now)
    place = np.int64(queue["head"])
    while place != NOBODY:
        behind = np.int64(floor.calls[place]["behind"])
        if wait_anew(floor, place, now):
            note(steps, place)
        place = behind
