"""Who holds lines, and which agents stay on the line for the client's next call.

The first argument of rules that other files call is the floor's `follow`, as in `follow`.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.centre import NEVER, NOBODY
from callsim.sim.floor.clients import meet
from callsim.sim.floor.lines import release_lines, seize_lines, talks_until
from callsim.sim.floor.places import give_back, moment
from callsim.sim.floor.state import ARRIVE, BUSY, IN_BUILDING, IN_MENU, TALKED, WRAPPED
from callsim.sim.floor.story import CALLED, TOGETHER, forget, name_first, read_of_row
from callsim.sim.jit import aside, rule
from callsim.sim.luck.in_menus import take_back

# Who dials, and over which lines.


@rule
def dials(follow, place, q, arrive, path):
    """A client calls for the first time. `path`: see luck.trace."""
    if follow is None:
        return
    name_first(follow, place, q, arrive, path)


@rule
def brings_no_past(follow, place):
    """The centre dials a number that is nobody's later call, over no line that is counted."""
    if follow is None:
        return
    forget(follow, place)
    follow.stories[place]["line"] = CALLED


@rule
def seize(follow, floor, place, now):
    """Takes the lines that an arriving call needs; a call that was handed on has its client's. Returns
    whether it has them.
    """
    q = floor.calls[place]["queue"]
    if follow is None:
        return seize_lines(floor, q, now)
    story = follow.stories[place]
    if story["line"] != NOBODY:
        return True
    if not seize_lines(floor, q, now):
        return False
    story["line"] = q
    return True


@rule
def hang_up(follow, floor, place):
    """The client hangs up: the lines that this call holds are free."""
    if follow is None:
        release_lines(floor, floor.calls[place]["queue"])
        return
    line = np.int64(follow.stories[place]["line"])
    if line >= 0:
        release_lines(floor, line)
        follow.stories[place]["line"] = NOBODY


# Clients in menus that hold lines.


@rule
def dials_menu(follow, place, row):
    """Notes what a call brings that comes to a menu first. `row`: of the trace."""
    if follow is None:
        return
    note_menu(follow.dialled, place, row)


@rule
def note_menu(dialled, place, row):
    """See dials_menu."""
    if dialled is None:
        return
    here = dialled.calls[place]
    here["name"], here["in_menus"], here["cell"] = row["name"], row["in_menus"], row["cell"]
    here["first"], here["menu"], here["to"] = row["first"], row["menu"], row["to"]


@rule
def stays_in_menu(follow, floor, place, now):
    """A call comes to a menu, or leaves it. Returns whether it does not come to a queue now: it is in the
    menu, or has ended there.
    """
    if follow is None:
        return False
    return is_in_menu(follow.dialled, floor, place, now)


@rule
def is_in_menu(dialled, floor, place, now):
    """See stays_in_menu."""
    if dialled is None:
        return False
    if dialled.calls[place]["menu"] == 0:
        return False
    return goes_through(dialled, floor, place, now)


@aside
def goes_through(dialled, floor, place, now):
    """See stays_in_menu. The client seizes lines on coming, and keeps them in all menus and in the queue."""
    follow, call, here = floor.follow, floor.calls[place], dialled.calls[place]
    call["moment"] = 0
    if call["state"] != IN_MENU:
        menu = np.int64(here["menu"])
        if not seize_lines(floor, menu, now):
            take_back(dialled.luck, dialled.sums, here, now)
            here["menu"] = 0
            give_back(floor, place)
            return True
        follow.stories[place]["line"] = menu
        floor.register[IN_BUILDING] += 1
        if here["in_menus"] > 0 or here["to"] == NOBODY:
            call["state"] = IN_MENU
            call["moment"] = moment(now + here["in_menus"], ARRIVE, place)
            return True
    floor.register[IN_BUILDING] -= 1
    here["menu"] = 0
    if here["to"] == NOBODY:
        hang_up(follow, floor, place)
        give_back(floor, place)
        return True
    q = np.int64(here["to"])
    call["queue"] = q
    meet(follow, place, q, now)
    return False


# Agents who stay on the line.


@rule
def held_for(follow, place):
    """For how long the agent stayed on the line, ms."""
    if follow is None:
        return np.int64(0)
    return np.int64(follow.stories[place]["held_ms"])


@rule
def is_consulting(follow, place):
    """Returns whether the agent of this call consults another: the client is still on the agent's line."""
    if follow is None:
        return False
    return bool(follow.stories[place]["consults"])


@rule
def is_cut_short(follow, place):
    """The agent stops in wrap-up: the time on the line for the next call is not counted besides."""
    if follow is None:
        return
    follow.stories[place]["held_ms"] = 0


@rule
def let_go(floor, place, until):
    """The agent of this call, who stayed on the line for the next one, stays until `until`, then goes on."""
    follow = floor.follow
    call, story = floor.calls[place], follow.stories[place]
    other = follow.stories[np.int64(story["held_for"])]
    other["held"] = NOBODY
    story["held_for"] = NOBODY
    story["held_ms"] = min(until - talks_until(floor, place), NEVER)
    call["state"] = BUSY
    if story["consults"]:
        call["moment"] = moment(until, TALKED, place)
    else:
        call["moment"] = moment(until + call["wrap"], WRAPPED, place)
    follow.let_go[follow.noted[0]] = place
    follow.noted[0] += 1
    story["noted"] = True


@rule
def together(floor, place, k):
    """Returns how long two agents and the client talk together where row k says what follows, ms."""
    call = floor.calls[place]
    return read_of_row(floor.follow, place, np.int64(call["queue"]), k, TOGETHER, call["arrive"])
