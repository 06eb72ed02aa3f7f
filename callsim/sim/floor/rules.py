"""The rulebook: every decision on the floor, told once, for both engines.

A rule reads and changes the `Floor`. It draws no number, but for what a later call brings (see `story`), and
has no clock (engines pass `now`, ms). A rule that gives a call a next event writes its time to the call's
`moment`. The engine fires it; an event that is not the call's `moment` when it fires is stale, and ignored.
Rule numbers are those of the contract's section 2.

Arguments of rules have no type annotations, because rules are compiled; each name always stands for one kind:

| argument | kind | |
|---|---|---|
| `floor` | `state.Floor` | the living floor |
| `records`, `steps` | `records.Records`, `control.Steps` | what a rule writes |
| `trace`, `rows` | `luck.trace.TRACE` [row], `luck.roster.CHANGE` [row] | what is handed to the day |
| `now`, `time`, `since`, `other_since`, `after`, `waited`, `arrive`, `wait`, `talk`, `wrap` | int64 | ms |
| `place`, `child` | int64 | row of `floor.calls`; `child`: of the call that follows |
| `q`, `queue` | int64 | row of `floor.queues` |
| `g`, `to`, `group`, `s` | int64 | row of `floor.groups`, `to` may be NOBODY; `s`: of `floor.sites` |
| `c`, `crew`, `hours` | int64 | row of `floor.crews`; `hours`: the crew whose hours are kept |
| `people` | `people.table.People` or None | `floor.people`; None where no group asks which agent it is |
| `a`, `pair` | int64 | row of `people.agents`, of `floor.pairs` |
| `works`, `load`, `most`, `concurrency` | int64 | how much one agent has in hand, or may have |
| `left`, `otherwise` | int64 | work in 2^-8 ms; ms |
| `news` | int64 | bits of what the engine is told of work |
| `dialler` | `campaigns.table.Dialler` or None | `floor.dialler`; None where a centre has no campaign |
| `dialled` | DIALLED [place] or None | `follow.dialled`; None where no menu holds lines |
| `table` | `conditions.Conditions` or None | `floor.conditions`; None where a centre has none |
| `waiting`, `other`, `number` | int64 | calls in a queue; another pair; row of `trace` |
| `follow` | `story.Follow` or None | `floor.follow`; None where no call is followed by another |
| `until`, `at` | int64 | ms; when talk or a stay on the line ends, when the next call comes |
| `row`, `column` | int64 | of `follow.luck.samplers`, see luck.later |
| `which`, `amount` | int64 | T_TOLD …, see promises, and what is added to that sum |
| `key`, `path` | uint64 | a step's name; see luck.trace |
| `what`, `stream`, `flags` | uint64, uint64 [4], int64 | see story; bits of a record |
| `ring` | a row of `floor.groups` or `floor.sites` | whose line it is |
| `k`, `behind`, `count` | int64 | place in a ring (or row of `follow.rows`), agents before, agents in it |
| `agents`, `more`, `ready`, `seats`, `stops` | int64 | how many; `more` of `expected`: int64 [group] |
| `found`, `busy` | int64 [call] | see `control.busy_at` |
| `kind`, `outcome`, `attempt` | int64 | ARRIVE …, ANSWERED …, 1 is the first |
| `pace`, `other_pace` | int64 | PACE_ONE is the usual one |
| `breaks`, `last_first`, `is_last`, `served`, `gave_up`, `lost` | bool | |
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.centre import NOBODY
from callsim.sim.floor import places
from callsim.sim.floor.announce import (
    STAYS,
    announce,
    ended_as,
    is_callback,
    join,
    leave_queue,
    try_later,
    withdraw,
)
from callsim.sim.floor.conditions import call_up, count_answered, count_lost, crowds
from callsim.sim.floor.dialling.numbers import (
    fall_due,
    is_dialled,
    rang,
    stops_in_vain,
    talk_to,
    was_answered,
    was_dialled,
)
from callsim.sim.floor.follow import follow_up, foresee, go_on, may_dial_again
from callsim.sim.floor.hold import dials, dials_menu, hang_up, held_for, seize, stays_in_menu
from callsim.sim.floor.lines import ends_alone, paced, release_lines, talks_until
from callsim.sim.floor.outcomes import ABANDONED, ANSWERED, BALKED, BLOCKED, CLOSED, DROPPED, NOT_REACHED
from callsim.sim.floor.people import lists, talk
from callsim.sim.floor.people.table import BACK
from callsim.sim.floor.places import give_back, moment
from callsim.sim.floor.records import write
from callsim.sim.floor.state import (
    ARRIVE,
    BUSY,
    CALLS_AGAIN,
    ENDS,
    IN_BUILDING,
    KEPT,
    LINES_LATE,
    TALKED,
    WAITING,
    WRAPPED,
)
from callsim.sim.floor.work.hand import free, take_up
from callsim.sim.floor.work.match import first_of, group_for, pair_for, pick_for, wait_on
from callsim.sim.jit import aside, rule

QUEUED = -1  # no outcome yet: the call waits
NOT_DIALLED = -2  # a client calls


# A call's life.


@rule
def dial(floor, trace, number):
    """The caller in this row of the trace dials for the first time. Returns the place of the call."""
    place = places.dial(floor, trace, number)
    row = trace[number]
    dials(floor.follow, place, np.int64(row["queue"]), row["arrive"], np.uint64(row["path"]))
    dials_menu(floor.follow, place, row)
    return place


@rule
def arrive(floor, place, now):
    """A call arrives. Returns QUEUED if it has to wait, or is in a menu, or has ended there.

    Else returns ANSWERED, CLOSED, BLOCKED, BALKED or CALLED_BACK. Agents call back when a queue is closed,
    too.
    """
    dialled = number_stops(floor.dialler, floor, place, now)
    if dialled != NOT_DIALLED:
        return dialled
    call = floor.calls[place]
    if stays_in_menu(floor.follow, floor, place, now):
        return QUEUED
    q = call["queue"]
    call["arrive"] = now
    call["wait"] = 0
    call["moment"] = 0
    talk.begin_anew(floor.people, place)
    floor.register[IN_BUILDING] += 1
    if floor.queues[q]["open"] == 0 and not is_callback(floor.follow, place):
        return CLOSED
    if not seize(floor.follow, floor, place, now):
        return BLOCKED
    pair = pair_for(floor, q, 0, 1, now)
    if pair != NOBODY:
        begin(floor, place, pair, now)
        offer_again(floor.people, floor, now)
        return ANSWERED
    if call["balks"] != 0:
        hang_up(floor.follow, floor, place)
        return BALKED
    instead = announce(floor.follow, floor, place, now)
    if instead != STAYS:
        return instead
    join(floor, place)
    wait_on(floor, place, now)
    if crowds(floor.conditions, floor, q):
        answer_head(floor, q, now)
    return QUEUED


@rule
def number_stops(dialler, floor, place, now):
    """Returns NOT_DIALLED, or what has become of a campaign's number, see picks_up."""
    if dialler is None:
        return np.int64(NOT_DIALLED)
    if not is_dialled(dialler, floor, place):
        return np.int64(NOT_DIALLED)
    return np.int64(picks_up(floor, place, now))


@aside
def picks_up(floor, place, now):
    """A number of a campaign stops ringing, or is to be dialled again. Returns how that ends: QUEUED where a
    live answer has to wait or the number is not dialled yet, ANSWERED or NOT_REACHED.
    """
    call = floor.calls[place]
    was = call["state"]
    call["moment"] = 0
    if was == CALLS_AGAIN:
        fall_due(floor, place, now)
        return QUEUED
    if not rang(floor, place, now):
        return NOT_REACHED
    if was == KEPT:
        talk_to(floor, place, now)
        return ANSWERED
    q = call["queue"]
    pair = group_for(floor, q, 0, 1)
    if pair != NOBODY:
        begin(floor, place, pair, now)
        return ANSWERED
    join(floor, place)
    wait_on(floor, place, now)
    return QUEUED


@aside
def answer_head(floor, q, now):
    """A further call has joined a queue: a group that asked for this many answers the first of them."""
    head = np.int64(floor.queues[q]["head"])
    pair = pair_for(floor, q, now - floor.calls[head]["arrive"], floor.queues[q]["waiting"], now)
    if pair != NOBODY:
        answer(floor, head, pair, now)
        offer_again(floor.people, floor, now)
        call_up(floor.conditions, head)


@rule
def further(floor, place, now):
    """Further groups may answer this waiting call now. Returns whether one of them does."""
    call = floor.calls[place]
    call["moment"] = 0
    q = call["queue"]
    pair = pair_for(floor, q, now - call["arrive"], floor.queues[q]["waiting"], now)
    if pair == NOBODY:
        wait_on(floor, place, now)
        return False
    answer(floor, place, pair, now)
    offer_again(floor.people, floor, now)
    return True


@rule
def answer_next(floor, g, now):
    """An idle agent of the group takes the next call that it may answer.

    Returns the place of the call; NOBODY if no agent is idle, or no such call waits.
    """
    if floor.groups[g]["idle"] == 0 and not lists.is_in_rows(floor.people, g):
        return np.int64(NOBODY)
    k = pick_for(floor, g, now)
    if k == NOBODY:
        return np.int64(NOBODY)
    place = np.int64(first_of(floor, k, now))
    answer(floor, place, floor.picks[k]["pair"], now)
    return place


@rule
def answer_more(people, floor, g, now):
    """An agent who is a row, and has taken up a call, takes up others beside it, as many as may be in hand.
    The engine is told of each.
    """
    if people is None:
        return
    if people.groups[g]["slots"] > 1:
        fill_up(floor, g, now)


@aside
def fill_up(floor, g, now):
    """See answer_more."""
    for _ in range(floor.people.groups[g]["slots"]):
        place = answer_next(floor, g, now)
        if place == NOBODY:
            return
        lists.tell(floor.people, place, lists.ANSWERED_NOW)


@rule
def offer_again(people, floor, now):
    """Work that was interrupted is offered to agents who are free."""
    if people is None:
        return
    if people.register[BACK] > 0:
        offer_back(floor, now)


@aside
def offer_back(floor, now):
    """See offer_again."""
    people = floor.people
    for n in range(people.register[BACK]):
        place = np.int64(people.back[n])
        call = floor.calls[place]
        if call["state"] != WAITING:  # an agent who became free has taken it up meanwhile
            continue
        pair = group_for(floor, call["queue"], now - call["arrive"], floor.queues[call["queue"]]["waiting"])
        if pair != NOBODY:
            answer(floor, place, pair, now)
        else:
            wait_on(floor, place, now)
    people.register[BACK] = 0


@rule
def answer(floor, place, pair, now):
    """A waiting call is answered."""
    step_out(floor, place, now)
    begin(floor, place, pair, now)


@rule
def step_out(floor, place, now):
    """A call's wait is over: it leaves the queue."""
    leave_queue(floor, place)
    call = floor.calls[place]
    if not talk.was_begun(floor.people, place):
        call["wait"] = now - call["arrive"]


@rule
def begin(floor, place, pair, now):
    """The longest idle agent of the pair's group takes the call, or whoever comes first where agents are
    rows.

    The end of talk is a moment of its own only where it frees a line that may be wanted.
    """
    call = floor.calls[place]
    talked = take_up(floor.people, floor, place, pair, now)
    call["state"] = BUSY
    call["pair"] = pair
    if ends_alone(floor, place):
        call["moment"] = moment(talked, TALKED, place)
    else:
        call["moment"] = moment(talked + call["wrap"], WRAPPED, place)
    if not is_callback(floor.follow, place) and not talk.was_begun(floor.people, place):
        count_answered(floor.conditions, pair, call["queue"], call["wait"])
    was_answered(floor.dialler, floor, place)
    foresee(floor.follow, floor, place, pair, talked, now)


@rule
def talked(floor, place, now):
    """Talk ends: the line is free, the agent wraps up.

    Returns the place of the call that follows, or NOBODY.
    """
    return follow_up(floor.follow, floor, place, now)


@rule
def give_up(floor, place, now):
    """A waiting call hangs up, or is cut off at closing time."""
    step_out(floor, place, now)
    withdraw(floor.follow, floor, place, now)
    hang_up(floor.follow, floor, place)


@rule
def wrapped(floor, records, place, now):
    """Wrap-up ends: the agent is free and the answered call is over.

    Returns the group in which the agent is ready for the next call, or NOBODY.
    """
    call = floor.calls[place]
    if floor.register[LINES_LATE] > 0 and call["wrap"] > 0:
        release_lines(floor, call["queue"])
    ready = free(floor.people, floor, place, now)
    finish(floor, records, place, now)
    return ready


@rule
def finish(floor, records, place, now):
    """The agent of a call is done: it is over, unless it is a callback that is tried again."""
    if stops_in_vain(floor.dialler, floor, place, now):
        end(floor, records, place, NOT_REACHED, now)
    elif not try_later(floor.follow, floor, place, now):
        end(floor, records, place, ended_as(floor.follow, place), now)


@rule
def end(floor, records, place, outcome, now):
    """A call is over: writes its record. Returns whether the client calls again, at the call's new moment."""
    call = floor.calls[place]
    floor.register[IN_BUILDING] -= 1
    if outcome in (ANSWERED, DROPPED):
        pair = floor.pairs[call["pair"]]
        until, took = talks_until(floor, place), paced(call["talk"], pair["pace"])
        wrap = call["wrap"] + held_for(floor.follow, place)
        if outcome == DROPPED:
            until, took, wrap = now, now - call["arrive"] - call["wait"], 0
        took = talk.talk_taken(floor.people, floor, place, until, took)
        write(
            records,
            call["arrive"],
            call["wait"],
            took,
            wrap,
            call["queue"],
            pair["group"],
            outcome,
            call["attempt"],
        )
        talk.note_times(floor.people, records, place)
    else:
        write(records, call["arrive"], call["wait"], 0, 0, call["queue"], NOBODY, outcome, call["attempt"])
    if was_dialled(floor.dialler, floor, records, place, outcome, now):
        return False
    if outcome in (ABANDONED, BALKED, BLOCKED) and not is_callback(floor.follow, place):
        count_lost(floor.conditions, call["queue"], outcome != BLOCKED, call["wait"])
    if outcome in (ABANDONED, BALKED, BLOCKED, DROPPED):
        again = np.int64(now) + call["again_after"]
        if (
            call["redials"] > 0
            and again < floor.register[ENDS]
            and may_dial_again(floor.follow, floor, records, place, now)
        ):
            call["redials"] -= 1
            call["attempt"] += 1
            call["state"] = CALLS_AGAIN
            call["moment"] = moment(again, ARRIVE, place)
            return True
    if go_on(floor.follow, floor, records, place, outcome, now):
        return True
    give_back(floor, place)
    return False
