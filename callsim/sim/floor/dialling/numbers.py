"""A campaign's call rings before it arrives: how many numbers ring, and what happens when one stops.

A number rings either for whichever agent is idle when somebody picks up, or for one agent who is kept for it
(`CAMPAIGN.holds`). That agent counts as busy from then on, but for time at work, see `Dialler.kept_sum`.
Whether a number is reached is known when it is dialled: one rung in vain for a kept agent ends as a call
does, with the agent free again.

The first argument of rules that other files call is the floor's `dialler`. It is None where nobody is
dialled; numba then compiles nothing of what stands behind `if dialler is None`.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.campaigns.table import (
    AFTER,
    ASKED,
    AT,
    BURST,
    FIRST_QUEUE,
    PATIENCE,
    RIGHT_PARTY,
    RING,
    STARTED,
    TALK,
    UNTIL,
    WILLING,
    WRAP,
    WRONG_PARTY,
    is_new,
    is_reached,
    note,
    share_of,
    time_of,
)
from callsim.sim.centre import MILLION, NOBODY, RATIO_ONE
from callsim.sim.floor.conditions import count_answered
from callsim.sim.floor.duty import take_up
from callsim.sim.floor.hold import brings_no_past
from callsim.sim.floor.lines import paced
from callsim.sim.floor.places import give_back, moment, take_place
from callsim.sim.floor.records import (
    ABANDONED,
    ANSWERED,
    DROPPED,
    FIRST,
    LAST,
    NOT_REACHED,
    REACHED,
    RIGHT,
)
from callsim.sim.floor.state import ARRIVE, BUSY, CALLS_AGAIN, DUE, IN_BUILDING, KEPT, RINGING, WRAPPED
from callsim.sim.floor.work.match import group_for
from callsim.sim.jit import aside, direct, rule

CORRECTED = 100  # live answers after which the ratio is looked at
UP, DOWN = RATIO_ONE // 10, RATIO_ONE // 5  # it falls faster than it rises, so that the cap is kept …
LEAST_RATIO, MOST_RATIO = RATIO_ONE, 3 * RATIO_ONE  # … between one and three numbers for each idle agent


@rule
def is_dialled(dialler, floor, place):
    """Returns whether the call in this place is one of a campaign."""
    if dialler is None:
        return False
    return bool(floor.calls[place]["queue"] >= dialler.state[FIRST_QUEUE])


@rule
def campaign_of(floor, place):
    """Returns the row of the campaign whose number is in this place."""
    return np.int64(floor.calls[place]["queue"]) - floor.dialler.state[FIRST_QUEUE]


# How many numbers ring.


@rule
def is_asked(dialler):
    """Returns whether the dialler has to look, or the engine has to keep what was started."""
    if dialler is None:
        return False
    return bool(dialler.state[ASKED] + dialler.state[STARTED] > 0)


@aside
def dial_on(floor, most):
    """Numbers begin to ring, as many as are wanted now but no more than `most`, or BURST. Returns how many.

    They stand in `Dialler.started`; while the state says ASKED, more are wanted.
    """
    dialler = floor.dialler
    now, before, most = dialler.state[AT], dialler.state[STARTED], min(np.int64(most), BURST)
    for k in range(len(dialler.lists)):
        c = dialler.order[k]
        row, q = dialler.lists[c], np.int64(dialler.state[FIRST_QUEUE] + c)
        if floor.queues[q]["open"] == 0 or now >= dialler.state[UNTIL]:
            continue
        holds = dialler.campaigns[c]["holds"]
        wanted = BURST if holds else missing_numbers(floor, c, q)
        while wanted > 0 and row["fresh"] + row["due"] > 0:
            pair = group_for(floor, q, 0, 1) if holds else np.int64(NOBODY)
            if holds and pair == NOBODY:
                break
            if dialler.state[STARTED] - before == most:
                return most
            ring_up(floor, c, q, pair, now)
            wanted -= 0 if holds else 1
    dialler.state[ASKED] = 0
    return dialler.state[STARTED] - before


_dial_on = direct(dial_on)


@rule
def missing_numbers(floor, c, q):
    """Returns how many more numbers have to ring, so that `ratio` times the idle agents do.

    Agents of a reserve are left out; numbers of campaigns that share groups with this one count as its own.
    """
    dialler = floor.dialler
    idle = np.int64(0)
    for p in range(floor.queues[q]["pairs_from"], floor.queues[q]["pairs_to"]):
        pair = floor.pairs[p]
        if pair["after"] == 0:
            idle += max(floor.groups[pair["group"]]["idle"] - kept_back(floor.conditions, p), 0)
    ringing = np.int64(0)
    for other in range(len(dialler.lists)):
        if dialler.beside[c, other] and not dialler.campaigns[other]["holds"]:
            ringing += dialler.lists[other]["ringing"]
    return (dialler.lists[c]["ratio"] * idle + RATIO_ONE // 2) // RATIO_ONE - ringing


@rule
def kept_back(table, pair):
    """Returns how many idle agents the pair leaves for others."""
    if table is None:
        return np.int64(0)
    return table.pairs[pair]["reserve"]


@rule
def ring_up(floor, c, q, pair, now):
    """The next number of a campaign begins to ring: of a contact that is due again, else of a fresh one.

    `pair`: whose agent is kept for it, or NOBODY.
    """
    dialler = floor.dialler
    row = dialler.lists[c]
    place = np.int64(row["head"])
    if place != NOBODY:
        row["head"] = floor.calls[place]["behind"]
        row["due"] -= 1
        if row["head"] == NOBODY:
            row["tail"] = NOBODY
    else:
        place = np.int64(take_place(floor))
        dialler.contacts[place] = row["next"]
        row["next"] += 1
        row["fresh"] -= 1
        floor.calls[place]["attempt"] = 1
        if row["fresh"] == 0 and row["out"] == 0:
            row["out"] = 1
            row["outs"] += 1
            row["out_after"] += now - row["came"]
    row["ringing"] += 1
    floor.register[IN_BUILDING] += 1
    call = floor.calls[place]
    attempt = np.int64(call["attempt"])
    call["queue"], call["pair"], call["crew"] = q, pair, NOBODY
    call["balks"] = call["redials"] = 0
    brings_no_past(floor.follow, place)
    over = now + time_of(dialler, c, place, attempt, RING, now)
    call["patience"] = is_reached(dialler, c, place, attempt, now)  # for as long as it rings
    if pair == NOBODY:
        call["state"] = RINGING
        call["moment"] = moment(over, ARRIVE, place)
    else:
        g = np.int64(floor.pairs[pair]["group"])
        over += dialler.campaigns[c]["preview"]
        call["crew"], call["state"] = take_up(floor, g, now), KEPT
        if dialler.campaigns[c]["preview"] == 0:
            dialler.kept[g] += 1
            dialler.kept_sum[g] -= now
        call["moment"] = moment(over, ARRIVE if call["patience"] != 0 else WRAPPED, place)
    note(dialler, place)


@rule
def look_again(floor, c, now):
    """The campaign may have begun or ceased to dial: its time is counted, and the dialler shall look."""
    dialler = floor.dialler
    row = dialler.lists[c]
    is_open = floor.queues[dialler.state[FIRST_QUEUE] + c]["open"] != 0
    dialling = np.int64(is_open and row["fresh"] + row["due"] + row["ringing"] > 0)
    row["dialling_sum"] += (row["dialling"] - dialling) * now
    row["dialling"] = dialling
    dialler.state[ASKED], dialler.state[AT] = 1, now


@direct
@rule
def bring_list(floor, c, number, now):
    """A new list of the campaign comes."""
    is_new(floor.dialler, c, number, now)
    look_again(floor, c, now)


@direct
@rule
def look_at_hours(floor, c, now):
    """The campaign has opened or closed."""
    look_again(floor, c, now)


# A number stops ringing.


@aside
def rang(floor, place, now):
    """A number stops ringing, at whose end an agent is needed. Returns whether one is: somebody picked up."""
    dialler, c = floor.dialler, campaign_of(floor, place)
    call, attempt = floor.calls[place], np.int64(floor.calls[place]["attempt"])
    reached = call["patience"] != 0
    stops_ringing_for(floor, place, now)
    call["arrive"], call["wait"] = now, 0
    if not reached:
        return False
    right = share_of(dialler, c, place, attempt, RIGHT_PARTY) < dialler.campaigns[c]["right_party"]
    call["again_after"] = right  # never dialled again after this
    call["talk"] = time_of(dialler, c, place, attempt, TALK if right else WRONG_PARTY, now)
    call["wrap"] = time_of(dialler, c, place, attempt, WRAP, now) if right else 0
    call["patience"] = time_of(dialler, c, place, attempt, PATIENCE, now)
    return True


@rule
def stops_ringing_for(floor, place, now):
    """A number stops ringing, whether or not for an agent who was kept."""
    dialler, c = floor.dialler, campaign_of(floor, place)
    call = floor.calls[place]
    if call["state"] == KEPT and dialler.campaigns[c]["preview"] == 0:
        g = np.int64(floor.pairs[call["pair"]]["group"])
        dialler.kept[g] -= 1
        dialler.kept_sum[g] += now
    dialler.lists[c]["ringing"] -= 1
    look_again(floor, c, now)


@rule
def talk_to(floor, place, now):
    """The agent who was kept for this number talks to whoever picked up."""
    call = floor.calls[place]
    pair = np.int64(call["pair"])
    call["state"] = BUSY
    talked = now + paced(call["talk"], floor.pairs[pair]["pace"])
    call["moment"] = moment(talked + call["wrap"], WRAPPED, place)
    count_answered(floor.conditions, pair, np.int64(call["queue"]), 0)


@rule
def fall_due(floor, place, now):
    """A contact who was not reached is to be dialled again, as soon as an agent is idle."""
    dialler, c = floor.dialler, campaign_of(floor, place)
    row, call = dialler.lists[c], floor.calls[place]
    call["state"], call["moment"], call["behind"] = DUE, 0, NOBODY
    if row["tail"] == NOBODY:
        row["head"] = place
    else:
        floor.calls[row["tail"]]["behind"] = place
    row["tail"] = place
    row["due"] += 1
    look_again(floor, c, now)


@rule
def was_answered(dialler, floor, place):
    """An agent takes a call: if it is a live answer, the dialler counts that."""
    if dialler is None:
        return
    if is_dialled(dialler, floor, place):
        correct(dialler, campaign_of(floor, place), 0)


@rule
def correct(dialler, c, lost):
    """One more live answer is decided. After a hundred the ratio falls if more of them than the cap were
    lost, and rises if fewer were.
    """
    row = dialler.lists[c]
    cap = dialler.campaigns[c]["cap"]
    if cap > 0:
        row["decided"] += 1
        row["lost"] += lost
        if row["decided"] == CORRECTED:
            of_all = row["lost"] * (MILLION // CORRECTED)
            if of_all > cap:
                row["ratio"] = max(row["ratio"] - DOWN, LEAST_RATIO)
            elif of_all < cap:
                row["ratio"] = min(row["ratio"] + UP, MOST_RATIO)
            row["decided"] = row["lost"] = 0


@rule
def stops_in_vain(dialler, floor, place, now):
    """A kept agent's call is over: returns whether nobody was reached, and counts that the number is free."""
    if dialler is None:
        return False
    if floor.calls[place]["state"] != KEPT:
        return False
    stops_ringing_for(floor, place, now)
    return True


@rule
def was_dialled(dialler, floor, records, place, outcome, now):
    """A call has ended, its record is written. Returns whether it is a campaign's, which is settled then."""
    if dialler is None:
        return False
    if not is_dialled(dialler, floor, place):
        return False
    over(floor, records, place, outcome, now)
    return True


@aside
def over(floor, records, place, outcome, now):
    """A campaign's call has ended, its record is written: says what it was, and when it is dialled again."""
    dialler, c = floor.dialler, campaign_of(floor, place)
    call, row = floor.calls[place], records.rows[records.written[0] - 1]
    attempt, flags, again = np.int64(call["attempt"]), np.int64(0), False
    if outcome == NOT_REACHED:
        row["arrive"], row["wait"] = now, 0
        own = dialler.campaigns[c]
        if attempt <= own["at_most"] and share_of(dialler, c, place, attempt, WILLING) < own["redials"]:
            at = now + time_of(dialler, c, place, attempt, AFTER, now)
            again = at < dialler.state[UNTIL]
            if again:
                call["state"], call["moment"] = CALLS_AGAIN, moment(at, ARRIVE, place)
                call["attempt"] = attempt + 1
                note(dialler, place)
    else:
        flags |= REACHED
        if outcome in (ANSWERED, DROPPED) and call["again_after"] != 0:
            flags |= RIGHT
        if outcome == ABANDONED:
            correct(dialler, c, 1)
    if attempt == 1:
        flags |= FIRST
    if not again:
        flags |= LAST
        give_back(floor, place)
    row["flags"] = flags
