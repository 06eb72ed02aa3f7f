"""Whose calls they are: what is known of the client of each call, and the luck under the client's name.

What a client does after a call, and what a later call brings, is neither drawn in advance nor stored. It is
read from a stream that is named by the client's path: the first call by its queue, its interval and its place
among the queue's calls there, or by the menus before it, a later one by the name of the call before and the
step between. Whoever asks for it, whenever, gets the same numbers: a client who takes the same steps in two
plans meets the same luck in both, and a further row of `follows` changes nobody's who does not take it.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

from typing import NamedTuple

import numpy as np

from callsim.sim.centre import FOLLOW, NOBODY, Centre, Clock
from callsim.sim.floor.client_sums import CLIENT_COLUMNS
from callsim.sim.floor.clients import meet
from callsim.sim.floor.promises import Promises, open_promises
from callsim.sim.jit import aside, rule
from callsim.sim.luck.in_menus import MenuLuck
from callsim.sim.luck.later import Later
from callsim.sim.luck.menu_sums import MENU_COLUMNS
from callsim.sim.luck.random import begin, uniform, word
from callsim.sim.luck.sampling import one
from callsim.sim.luck.streams import MOST_WARM_UP
from callsim.sim.luck.trace import DIALLED
from callsim.units import DAY_MS

STORY = np.dtype(
    [
        ("name", np.uint64),  # of what the call's client meets from here on
        ("next", np.int32),  # row of `follows` that comes after this call, or NOBODY
        ("held", np.int32),  # place of the call whose agent stays on the line for this one, or NOBODY
        ("held_for", np.int32),  # place of the call for which this one's agent stays on the line, or NOBODY
        ("held_ms", np.int32),  # for how long the agent did
        ("line", np.int32),  # the queue whose lines the client holds; NOBODY: to be seized; BORROWED; CALLED
        ("first", np.int32),  # the queue that the client called first
        ("cell", np.int32),  # of the report, in which the first call came; NOBODY: before the reported time
        ("calls", np.int32),  # of the client so far that were offered
        ("waited", np.int64),  # ms  in all of them
        ("asked_at", np.int64),  # ms  when the callback was promised
        ("asked", np.int32),  # of a callback, the queue that promised it; NOBODY: the client calls
        ("told_ms", np.int32),  # the wait that was told when the client asked to be called back
        ("patience", np.int32),  # ms  that the call brought, where a wait told has changed it; or NOBODY
        ("tries", np.uint8),  # how often the client was rung
        ("picks_up", np.bool_),  # the client picked up
        ("flags", np.uint8),  # see records; of the calls before this one
        ("consults", np.bool_),  # the client is still on the line of an agent who asks another
        ("followed", np.bool_),  # another call has come of it
        ("noted", np.bool_),  # stands in `let_go`
        ("in_time", np.bool_),  # one of the calls was answered within the time of a goal
        ("unsolved", np.bool_),  # the client dialled again after an answered call
    ],
    align=True,
)
BORROWED = -2  # another call of the client holds a line
CALLED = -3  # the centre calls, over no line that is counted

# What a number is for: the highest bits of a stream's name. The first four are the columns of a trace.
_FOR = [np.uint64(purpose << 58) for purpose in range(11)]
TALK, WRAP, PATIENCE, AGAIN_AFTER = range(4)
BALKS, DIALS_AGAIN, FORK, STEP, OF_ROW, TOLD, PICKS_UP = _FOR[4:]
_COLUMNS = np.array(_FOR[:4])
AFTER, TOGETHER = range(2)  # columns of what stands in a row of `follows`
_OF_ROW = np.array([OF_ROW | np.uint64(column) << np.uint64(56) for column in range(2)])
REDIAL = np.uint64(0x5265_6469_616C)  # the key of the step to dial again
STEP_BACK = np.uint64(0x4361_6C6C_6261)  # … and of that to be called back

_NUMBER = np.uint64(32)
_BY_PATH = np.uint64(1 << 57)  # no interval and no number reach this bit


class Dialled(NamedTuple):
    """Clients in menus that hold lines, and who find none."""

    calls: np.ndarray  # DIALLED [place]; its menu is 0 once the call has come to a queue
    sums: np.ndarray  # int64 [cell, menu, MENU_COLUMNS]  see in_menus.take_back; whoever counts brings it
    luck: MenuLuck


class Follow(NamedTuple):
    """What comes after calls, and whose they are."""

    stories: np.ndarray  # STORY [place]
    taken: np.ndarray  # uint8 [place, row with a limit]  how often the client has taken that step
    let_go: np.ndarray  # int64 [place]  calls whose agents need not stay on the line any longer …
    noted: np.ndarray  # int64 [1]  … how many; the engine keeps their appointments
    rows: np.ndarray  # FOLLOW [row]  by queue
    first: np.ndarray  # int64 [queue and one more]  the first row of each queue
    limit: np.ndarray  # int64 [row]  its column in `taken`, or NOBODY
    seen: (
        np.ndarray
    )  # int64 [queue or menu, 2]  the interval of its last first call, and how many there were in it
    # int64 [6] ms: when reporting begins, the run's first midnight, widths of interval and cell,
    # when counting ends; and the day that is the first reported
    clock: np.ndarray
    clients: np.ndarray  # int64 [cell, queue, CLIENT_COLUMNS]  see floor.clients; whoever counts brings it
    held: np.ndarray  # int64 [group] ms  for which agents stayed on the line, of reported calls
    within: np.ndarray  # int64 [queue] ms  each goal's time; whoever counts sets it
    promises: Promises
    luck: Later
    dialled: Dialled | None  # None where no menu holds lines


def open_follow(centre: Centre, luck: Later | None, places: int) -> Follow | None:
    """None where no call is followed by another, is told a wait, or holds a line in a menu: then no rule has
    any code for it.
    """
    followed = len(centre.follows) or len(centre.announced) or centre.follows_clients
    if not followed and not centre.menus_with_lines:
        return None
    assert luck is not None, "a centre with follow-ups needs the luck of later calls"
    rows = np.ascontiguousarray(centre.follows, FOLLOW)
    assert np.all(np.diff(rows["queue"]) >= 0), "rows come by queue, for luck has theirs in the same order"
    limited = rows["at_most"] > 0
    stories = np.zeros(places, STORY)
    return Follow(
        stories=stories,
        taken=np.zeros((places, int(limited.sum())), np.uint8),
        let_go=np.zeros(places, np.int64),
        noted=np.zeros(1, np.int64),
        rows=rows,
        first=np.searchsorted(rows["queue"], np.arange(centre.queues + 1)),
        limit=np.where(limited, np.cumsum(limited) - 1, NOBODY),
        seen=np.full((centre.queues + centre.menus_with_lines, 2), NOBODY),
        clock=_clock(centre.clock),
        clients=np.zeros((1, centre.queues, CLIENT_COLUMNS), np.int64),
        held=np.zeros(centre.groups, np.int64),
        within=np.zeros(centre.queues, np.int64),
        promises=open_promises(centre),
        luck=luck,
        dialled=_dialled(centre, luck, places),
    )


def _dialled(centre: Centre, luck: Later, places: int) -> Dialled | None:
    if not centre.menus_with_lines:
        return None
    assert luck.menus is not None, "a centre whose menus hold lines needs their luck"
    sums = np.zeros((1, centre.menus_with_lines, MENU_COLUMNS), np.int64)
    return Dialled(np.zeros(places, DIALLED), sums, luck.menus)


def _clock(clock: Clock) -> np.ndarray:
    return np.array(
        [
            clock.opens,
            clock.start_of(clock.day(0)),
            clock.width,
            DAY_MS,
            clock.counts_until,
            clock.first,
        ]
    )


def with_places(follow: Follow | None, places: int) -> Follow | None:
    """The same with room for `places` calls."""
    if follow is None:
        return None
    have = len(follow.stories)

    def longer(rows: np.ndarray) -> np.ndarray:
        new = np.zeros((places, *rows.shape[1:]), rows.dtype)
        new[:have] = rows
        return new

    dialled = follow.dialled
    return follow._replace(
        stories=longer(follow.stories),
        taken=longer(follow.taken),
        let_go=longer(follow.let_go),
        dialled=None if dialled is None else dialled._replace(calls=longer(dialled.calls)),
    )


@rule
def stream_of(follow, place, q, what):
    """A stream of the client whose call to queue q is in this place."""
    return begin(follow.luck.roots[q], follow.stories[place]["name"] ^ what)


@rule
def interval_of_run(follow, time):
    """The interval into which a time falls, counted from the run's first midnight."""
    return (time - follow.clock[1]) // follow.clock[2]


@aside
def name_first(follow, place, q, arrive, path):
    """Name the client of a first call, who has no past. Those who dialled the queue are named in their order
    of time, others by the menus on their way.
    """
    story = follow.stories[place]
    if path != np.uint64(0):
        story["name"] = _BY_PATH | path
    else:
        since = arrive - follow.clock[0]
        interval = since // follow.clock[2]
        seen = follow.seen[q]
        seen[1] = seen[1] + 1 if seen[0] == interval else 0
        seen[0] = interval
        day = MOST_WARM_UP + follow.clock[5] + since // DAY_MS
        of_run = day << 17 | since % DAY_MS // follow.clock[2]
        story["name"] = np.uint64(of_run) | np.uint64(seen[1]) << _NUMBER
    story["flags"] = 0
    meet(follow, place, q, arrive)
    forget(follow, place)
    for column in range(follow.taken.shape[1]):
        follow.taken[place, column] = 0


@rule
def forget(follow, place):
    """A new call is in this place, of which nothing has come yet."""
    story = follow.stories[place]
    story["next"] = story["held"] = story["held_for"] = story["line"] = NOBODY
    story["asked"] = story["patience"] = NOBODY
    story["held_ms"] = story["tries"] = 0
    story["consults"] = story["followed"] = story["noted"] = story["picks_up"] = False


@rule
def step(follow, place, q, key):
    """The client's name after a step (uint64 `key`) from a call to queue q."""
    name, _ = word(begin(follow.luck.roots[q], follow.stories[place]["name"] ^ key ^ STEP))
    return name


@aside
def share_of(follow, place, q, what):
    """A uniform number of the client."""
    drawn, _ = uniform(stream_of(follow, place, q, what))
    return drawn


@aside
def read(follow, row, column, time, stream):
    """A time that a later call brings, in whole ms. `row`: of the samplers; `time`: in which interval."""
    return one(follow.luck.samplers, row, column, interval_of_run(follow, time), stream)


@aside
def read_brought(follow, place, q, column, time):
    """TALK, WRAP, PATIENCE or AGAIN_AFTER of a later call to queue q, in whole ms."""
    named = follow.luck.wraps_as[q] if column == WRAP else column
    return read(follow, q, column, time, stream_of(follow, place, q, _COLUMNS[named]))


@aside
def read_of_row(follow, place, q, k, column, time):
    """AFTER or TOGETHER of row k, for the call to queue q in this place: in whole ms."""
    stream = stream_of(follow, place, q, _OF_ROW[column])
    return read(follow, len(follow.luck.roots) + k, column, time, stream)
