"""What is asked of work that one of several agents has in hand, or had: when talk ends, how long it took."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.centre import NEVER, NOBODY, PACE_ONE
from callsim.sim.floor.people.lists import choose, free_since_in_rows, is_in_rows
from callsim.sim.jit import rule

MOST_TIMES = 255  # of interruptions that a record can tell apart


@rule
def is_shared(people, floor, place):
    """Returns whether the end of an answered call's talk may change while it goes on."""
    if people is None:
        return False
    return bool(people.pairs[floor.calls[place]["pair"]]["shared"] != 0)


@rule
def ends_at(people, floor, place, otherwise):
    """Returns when talk ends: as things are, or `otherwise`, ms, where nothing changes that."""
    if people is None:
        return otherwise
    return people.work[place]["until"] if is_shared(people, floor, place) else otherwise


@rule
def talk_taken(people, floor, place, until, otherwise):
    """Returns how long talk took until then, ms; `otherwise` where that is what the call brought."""
    if people is None:
        return otherwise
    if not is_shared(people, floor, place):
        return otherwise
    call, work = floor.calls[place], people.work[place]
    last = max(until - max(work["began"], call["arrive"] + call["wait"]), 0)
    return min(work["spent"] + last, np.int64(NEVER))


@rule
def begin_anew(people, place):
    """A call arrives: nobody has had it in hand."""
    if people is None:
        return
    people.work[place]["times"] = 0


@rule
def was_begun(people, place):
    """Returns whether the work in this place was begun before, and interrupted."""
    if people is None:
        return False
    return bool(people.work[place]["times"] > 0)


@rule
def note_times(people, records, place):
    """Writes to the last record how often its work was interrupted."""
    if people is None:
        return
    records.rows[records.written[0] - 1]["times"] = min(people.work[place]["times"], MOST_TIMES)


@rule
def handling_at_best(people, floor, pair, talk, wrap):
    """Returns how much of an agent's time a call of the pair takes, ms, with as many at once as pays most."""
    best = talk + wrap
    if people is None:
        return best
    g = floor.pairs[pair]["group"]
    for works in range(2, people.pairs[pair]["concurrency"] + 1):
        pace = np.float64(people.paces[g, works]) / PACE_ONE
        best = min(best, (talk * pace + wrap) / works)
    return best


# Who may take up a call.


@rule
def has_room(people, floor, g, pair):
    """Returns whether an agent of the pair's group may take up a call of its queue now."""
    if people is None:
        return bool(floor.groups[g]["idle"] > 0)
    if not is_in_rows(people, g):
        return bool(floor.groups[g]["idle"] > 0)
    return bool(free_since_in_rows(floor, g, np.int64(people.pairs[pair]["concurrency"])) != NOBODY)


@rule
def has_room_beside(people, floor, g, pair):
    """The same of a group that has an idle agent, or agents who are rows."""
    if people is None:
        return True
    return has_room(people, floor, g, pair)


@rule
def free_since(people, floor, g, pair):
    """Returns what orders groups of one rank that have room, the smallest first; NOBODY where agents are no
    rows.
    """
    if people is None:
        return np.int64(NOBODY)
    if not is_in_rows(people, g):
        return np.int64(NOBODY)
    return free_since_in_rows(floor, g, np.int64(people.pairs[pair]["concurrency"]))


@rule
def agent_for(floor, g, pair, now):
    """Returns the agent of the pair's group, whose agents are rows, who takes up a call."""
    return choose(floor, g, np.int64(floor.people.pairs[pair]["concurrency"]), now)
