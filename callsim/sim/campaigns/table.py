"""Lists of numbers, and which of them ring: what the floor knows of campaigns.

What a number brings is named by its campaign, its place on the list and how often it was dialled before. It
is read when the number rings, so whoever dials it, whenever, meets the same luck.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

from typing import NamedTuple

import numpy as np

from callsim.sim.centre import CAMPAIGN, NOBODY, Centre
from callsim.sim.jit import aside, rule
from callsim.sim.luck.numbers import MOST_CONTACTS_BITS, Numbers
from callsim.sim.luck.random import begin, uniform
from callsim.sim.luck.sampling import one

LIST = np.dtype(
    [
        ("fresh", np.int64),  # contacts that were never dialled
        ("next", np.int64),  # names the next of them
        ("head", np.int64),  # place of the first contact that is due to be dialled again, or NOBODY
        ("tail", np.int64),
        ("due", np.int64),  # how many are
        ("ringing", np.int64),  # numbers that ring now
        ("ratio", np.int64),  # numbers that ring for each idle agent, in RATIO_ONE
        ("decided", np.int64),  # live answers since the ratio was looked at last …
        ("lost", np.int64),  # … and those of them whom no agent took
        ("dialling", np.int64),  # 1 while it is open, and has numbers to dial or ringing ones
        ("dialling_sum", np.int64),  # ms, a running sum
        ("came", np.int64),  # ms, when the list came
        ("lists", np.int64),  # how many came
        ("out", np.int64),  # 1 once its last fresh contact was dialled
        ("outs", np.int64),  # how many have run out …
        ("out_after", np.int64),  # ms  … so long after they came, all together
    ]
)
# Rows of `state`.
(
    FIRST_QUEUE,  # the queue of the first campaign: those before are called
    ASKED,  # 1: an agent or a number may be ready for the dialler …
    AT,  # ms  … since then
    STARTED,  # how many stand in `started`
    UNTIL,  # ms, from here on no number is dialled
    STATE,
) = range(6)
BURST = 1024  # numbers that are started at once, before the engine is told

RING, REACHED, RIGHT_PARTY, TALK, WRAP, WRONG_PARTY, PATIENCE, WILLING, AFTER = range(9)
_FOR = np.array([purpose << 58 for purpose in range(9)], np.uint64)
# Columns of the samplers, in the order of what they are for.
S_RING, S_TALK, S_WRAP, S_WRONG_PARTY, S_PATIENCE, S_AFTER = range(6)
_COLUMN_OF = np.array([S_RING, NOBODY, NOBODY, S_TALK, S_WRAP, S_WRONG_PARTY, S_PATIENCE, NOBODY, S_AFTER])
_ATTEMPT = np.uint64(48)


class Dialler(NamedTuple):
    """All campaigns of a floor, in the order of their queues."""

    campaigns: np.ndarray  # CAMPAIGN [campaign]
    lists: np.ndarray  # LIST [campaign]
    order: np.ndarray  # int64 [campaign]  their rows, the one that dials first first
    beside: np.ndarray  # bool [campaign, campaign]  whether a group answers both
    of_group: np.ndarray  # bool [group]  whether it answers any
    contacts: np.ndarray  # int64 [place]  names the contact whose number is there
    started: np.ndarray  # int64 [BURST and some]  places whose next moment the engine has to keep
    kept: np.ndarray  # int64 [group]  busy agents for whom a number rings, though they do nothing yet …
    kept_sum: np.ndarray  # int64 [group] ms  … a running sum
    state: np.ndarray  # int64 [STATE]
    clock: np.ndarray  # int64 [2] ms: the run's first midnight, the width of an interval
    luck: Numbers


def open_dialler(centre: Centre, luck: Numbers | None, pairs: np.ndarray, places: int) -> Dialler | None:
    """None where a centre dials nobody: then no rule has any code for it. `pairs`: of the floor."""
    if not len(centre.campaigns):
        return None
    assert luck is not None, "a centre with campaigns needs the luck of its numbers"
    many, clock = len(centre.campaigns), centre.clock
    answers = np.zeros((many, centre.groups), np.bool_)
    own = pairs[pairs["queue"] >= centre.called]
    answers[own["queue"] - centre.called, own["group"]] = True
    lists = np.zeros(many, LIST)
    lists["head"] = lists["tail"] = NOBODY
    lists["ratio"] = centre.campaigns["ratio"]
    state = np.zeros(STATE, np.int64)
    state[FIRST_QUEUE], state[UNTIL] = centre.called, clock.last
    return Dialler(
        campaigns=np.ascontiguousarray(centre.campaigns, CAMPAIGN),
        lists=lists,
        order=np.argsort(centre.priority[centre.called :], kind="stable"),
        beside=np.asarray((answers[:, None] & answers[None]).any(axis=-1)),
        of_group=np.asarray(answers.any(axis=0)),
        contacts=np.zeros(places, np.int64),
        started=np.zeros(BURST + 8, np.int64),
        kept=np.zeros(centre.groups, np.int64),
        kept_sum=np.zeros(centre.groups, np.int64),
        state=state,
        clock=np.array([clock.start_of(clock.day(0)), clock.width]),
        luck=luck,
    )


def with_contacts(dialler: Dialler | None, places: int) -> Dialler | None:
    """The same with room for `places` calls."""
    if dialler is None:
        return None
    contacts = np.zeros(places, np.int64)
    contacts[: len(dialler.contacts)] = dialler.contacts
    return dialler._replace(contacts=contacts)


def with_notes(dialler: Dialler | None, more: int) -> Dialler | None:
    """The same with room to note `more` calls that end at once, and are dialled again."""
    if dialler is None or BURST + 8 + more <= len(dialler.started):
        return dialler
    started = np.zeros(BURST + 8 + more, np.int64)
    many = int(dialler.state[STARTED])
    started[:many] = dialler.started[:many]
    return dialler._replace(started=started)


@rule
def ask(dialler, g, now):
    """An agent of the group is idle: the dialler shall look."""
    if dialler is None:
        return
    if dialler.of_group[g]:
        dialler.state[ASKED] = 1
        dialler.state[AT] = now


@rule
def note(dialler, place):
    """The engine has to keep the next moment of this place."""
    dialler.started[dialler.state[STARTED]] = place
    dialler.state[STARTED] += 1


@rule
def is_new(dialler, c, number, now):
    """A new list comes, in place of what is left of the last one. `number`: of the list."""
    row = dialler.lists[c]
    row["fresh"] = dialler.campaigns[c]["contacts"]
    row["next"] = np.int64(number) << MOST_CONTACTS_BITS
    row["came"], row["out"] = now, 0
    row["lists"] += 1


@aside
def stream_of(dialler, c, place, attempt, what):
    """A stream of the contact in this place."""
    name = _FOR[what] | np.uint64(attempt) << _ATTEMPT | np.uint64(dialler.contacts[place])
    return begin(dialler.luck.roots[c], name)


@aside
def share_of(dialler, c, place, attempt, what):
    """A uniform number of the contact: REACHED, RIGHT_PARTY or WILLING."""
    drawn, _ = uniform(stream_of(dialler, c, place, attempt, what))
    return drawn


@rule
def interval_of_run(dialler, time):
    """The interval into which a time falls, counted from the run's first midnight."""
    return (time - dialler.clock[0]) // dialler.clock[1]


@aside
def time_of(dialler, c, place, attempt, what, time):
    """A time that the contact brings, whole ms. `time`: in which interval."""
    stream = stream_of(dialler, c, place, attempt, what)
    return one(dialler.luck.samplers, c, _COLUMN_OF[what], interval_of_run(dialler, time), stream)


@rule
def is_reached(dialler, c, place, attempt, time):
    """Returns whether somebody picks up. `time`: when the number is dialled."""
    reached = dialler.luck.reached
    share = reached[c, interval_of_run(dialler, time) % dialler.luck.intervals[c]]
    return share_of(dialler, c, place, attempt, REACHED) < share
