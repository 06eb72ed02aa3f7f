"""The living floor: every call in the building, every queue, group and crew, as it is right now.

Only `rules` changes it. Running sums count time exactly: a sum loses the moment at which something
begins and gains the moment at which it ends, so that at any time t the time spent so far is
`sum + t * how many are at it`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from callsim.errors import UserError
from callsim.sentences import say
from callsim.sim.campaigns.table import Dialler, open_dialler, with_contacts
from callsim.sim.centre import NEVER, NOBODY, PAIR, TIME_BITS, UNLIMITED, Centre
from callsim.sim.floor.conditions import Conditions, open_conditions
from callsim.sim.floor.people.table import People, open_people, with_agents
from callsim.sim.floor.people.table import with_places as with_work
from callsim.sim.floor.story import Follow, open_follow, with_places
from callsim.sim.luck.later import Later
from callsim.sim.luck.numbers import Numbers

# The kinds of moments, in the order in which those of one millisecond happen (control comes first).
WRAPPED, TALKED, FURTHER, PATIENCE, ARRIVE = 1, 2, 3, 4, 5

# A moment is one integer: time, then kind, then the call's place. Comparing integers orders them.
PLACE_BITS, KIND_BITS = 23, 3
KIND_SHIFT, TIME_SHIFT = PLACE_BITS, PLACE_BITS + KIND_BITS
assert TIME_SHIFT + TIME_BITS == 63, "a moment is an int64 above 0"
PLACES = 1 << PLACE_BITS  # calls that may be in the building at once

# What a place holds.
FREE, WAITING, BUSY, CALLS_AGAIN, HOLDING, IN_MENU = range(6)
# … of a number that is dialled: it rings, or rings for an agent who is kept, or is to be dialled again.
RINGING, KEPT, DUE = 6, 7, 8

CALL = np.dtype(
    [
        ("arrive", np.int64),  # ms since the run began
        ("moment", np.int64),  # what happens next to it: see places.moment; 0: nothing
        ("wait", np.int64),  # ms waited, known once answered
        ("talk", np.int32),  # ms at the usual pace
        ("wrap", np.int32),  # ms
        ("patience", np.int32),  # ms
        ("again_after", np.int32),  # ms
        ("pair", np.int32),  # who answers it: row of `pairs`
        ("crew", np.int32),  # whose agent answers it
        ("ahead", np.int32),  # neighbours in the queue
        ("behind", np.int32),  # … and of a free place, the next free one
        ("queue", np.int16),
        ("state", np.int8),
        ("balks", np.int8),
        ("redials", np.uint8),
        ("attempt", np.uint8),
    ],
    align=True,
)
QUEUE = np.dtype(
    [
        ("head", np.int32),  # place of the call that waits longest, or NOBODY
        ("tail", np.int32),
        ("waiting", np.int32),
        ("open", np.int32),  # 1 while calls are accepted
        ("pairs_from", np.int32),  # its eligible groups: rows of `pairs`, best rank first
        ("pairs_to", np.int32),
        ("holds_from", np.int32),  # its trunk groups: rows of `holds`
        ("holds_to", np.int32),
        ("furthest", np.int32),  # ms; after this wait no further group becomes eligible
    ],
    align=True,
)
GROUP = np.dtype(
    [
        ("idle", np.int64),
        ("oldest", np.int64),  # where in its ring the longest idle agent stands
        ("ring_from", np.int64),  # its ring is rings[ring_from : ring_from + ring_size]
        ("ring_size", np.int64),
        ("picks_from", np.int64),  # its eligible queues: rows of `picks`, best first
        ("picks_to", np.int64),
        ("busy", np.int64),
        ("busy_sum", np.int64),  # ms, a running sum
        ("heed", np.int64),  # not 0: orders or lost seats, so that a freed agent may not simply stand by
        ("on_duty", np.int64),
        ("on_duty_sum", np.int64),
        ("late", np.int64),
        ("late_sum", np.int64),
        ("site", np.int64),
        ("people", np.int64),  # on duty, waiting for a seat, or ordered to come here
        ("called", np.int64),  # busy agents with an order to go elsewhere when their call is done
        ("orders", np.int64),  # the first row of its orders, or NOBODY
        ("reserve", np.int64),  # the crew of agents who are called in, or NOBODY
    ],
    align=True,
)
CREW = np.dtype(
    [
        ("group", np.int64),
        ("owed", np.int64),  # agents who leave when their call is done
        ("hours", np.int64),  # the crew whose hours it keeps: itself, or where its agents were moved from
        ("next", np.int64),  # the next crew with these hours, or NOBODY
        ("on_duty", np.int64),
        ("waiting", np.int64),  # for a seat
        # Of its hours, wherever its agents were moved; 0 for crews made by moving.
        ("planned", np.int64),  # agents who shall be there by the roster
        ("early", np.int64),  # planned agents who were sent home before their hours end
        ("present", np.int64),  # agents who are there, or wait for a seat, and shall stay
    ],
    align=True,
)
SITE = np.dtype(
    [
        ("seats", np.int64),  # those not lost
        ("used", np.int64),
        ("used_sum", np.int64),  # ms, a running sum
        ("since", np.int64),  # ms, when `used` last changed
        ("used_peak", np.int64),  # most at once since the cell began, before that
        ("waiting", np.int64),  # agents in line for a seat
        ("waiting_sum", np.int64),
        ("oldest", np.int64),  # where in its ring the first in line stands
        ("ring_from", np.int64),
        ("ring_size", np.int64),
        ("lined_up", np.int64),  # agents who ever stood in line
        # What has changed at one millisecond, and is not in the log yet, see SEAT_CHANGE.
        ("at", np.int64),
        ("left", np.int64),
        ("taken", np.int64),
        ("left_late", np.int64),
    ],
    align=True,
)
SEAT_CHANGE = np.dtype(
    [
        ("time", np.int64),  # ms since the run began
        ("site", np.int32),
        ("left", np.int32),  # seats that agents gave back, but for those …
        ("taken", np.int32),  # … seats that agents took …
        (
            "left_late",
            np.int32,
        ),  # … and those given back when a call was done: after all that control does
    ],
    align=True,
)
ORDER = np.dtype(
    [
        ("to", np.int64),  # the group to go to, or NOBODY: home
        ("agents", np.int64),
        ("next", np.int64),  # the next order of the same group, or NOBODY
    ],
    align=True,
)
PICK = np.dtype(
    [
        ("pair", np.int32),
        ("queue", np.int32),
        ("tier", np.int32),  # equal (priority, turn) share a tier; the smaller tier goes first
        ("after", np.int32),  # ms
    ],
    align=True,
)

# Single numbers of the floor: rows of `register`.
(
    FIRST_FREE,
    NEVER_USED,
    FREE_PLACES,
    IN_BUILDING,
    ENDS,
    CREWS,
    ORDERS,
    SEATS_NOTED,
    LINES_LATE,  # > 0: lines are held until wrap-up ends, see lines
    REGISTER,
) = range(10)

CACHE_LINE = 64  # bytes

CREW_BITS = 24  # an agent in a ring: (standing there since) << CREW_BITS | crew


class Floor(NamedTuple):
    """Who is free and who waits, now."""

    calls: np.ndarray  # CALL [place]
    queues: np.ndarray  # QUEUE [queue], then [menu] where any menu holds lines: only whose lines they are
    groups: np.ndarray  # GROUP [group]
    crews: np.ndarray  # CREW [crew]  those of the plan, those made later, room for more
    sites: np.ndarray  # SITE [site]  the last one is where groups without a site are
    orders: np.ndarray  # ORDER [order]
    pairs: np.ndarray  # PAIR [pair]  by queue, rank, group
    picks: np.ndarray  # PICK [pair]  by group, priority, turn, queue
    rings: np.ndarray  # int64  idle agents of each group, then agents in line at each site
    holds: np.ndarray  # int64  the trunk groups of each queue
    free_lines: np.ndarray  # int64 [trunk group]
    register: np.ndarray  # int64 [REGISTER]
    seat_log: np.ndarray  # SEAT_CHANGE [row]  register[SEATS_NOTED] are written; none where it has no row
    follow: Follow | None = None  # None where no call is followed by another
    conditions: Conditions | None = None  # None where a centre has none, nor any of the others
    people: People | None = None  # None where no group asks which agent it is
    dialler: Dialler | None = None  # None where nobody is dialled


def open_floor(
    centre: Centre, places: int | None = None, luck: Later | None = None, numbers: Numbers | None = None
) -> Floor:
    """The floor before the first agent comes, with room for `places` calls.

    If it is not said for how many: for a call of every agent and as many who wait. What a quiet day leaves
    unused is never touched, and costs no memory; growing while calls are played costs more. `luck`: of calls
    that follow others, see draw.later; `numbers`: of those that are dialled.
    """
    if places is None:
        places = min(1024 + 2 * int(centre.staff.sum(axis=1).max()), PLACES - 1)
    pairs = centre.pairs[np.lexsort((centre.pairs["group"], centre.pairs["rank"], centre.pairs["queue"]))]
    for switch in centre.switches:  # off, to begin with
        here = (pairs["queue"] == switch["queue"]) & (pairs["group"] == switch["group"])
        pairs["after"][here] = NEVER
    groups = np.zeros(centre.groups, GROUP)
    groups["site"] = np.where(centre.site == NOBODY, centre.sites, centre.site)
    groups["orders"] = groups["reserve"] = NOBODY
    sites = np.zeros(centre.sites + 1, SITE)
    sites["seats"] = UNLIMITED
    sites["seats"][: len(centre.seats)] = centre.seats
    most = np.zeros(centre.groups, np.int64)
    np.add.at(most, centre.crew_group, centre.staff.max(axis=0))
    picks = _picks(centre, pairs)
    every_group = np.arange(centre.groups)
    groups["picks_from"] = np.searchsorted(pairs["group"][picks["pair"]], every_group, "left")
    groups["picks_to"] = np.searchsorted(pairs["group"][picks["pair"]], every_group, "right")
    crews = np.zeros(len(centre.crew_group), CREW)
    crews["group"] = centre.crew_group
    crews["hours"] = np.arange(len(crews))
    crews["next"] = NOBODY
    holds = centre.holds[np.argsort(centre.holds[:, 0], kind="stable")]
    register = np.zeros(REGISTER, np.int64)
    register[FIRST_FREE] = NOBODY
    register[FREE_PLACES] = places
    register[ENDS] = centre.clock.redials_until
    register[CREWS] = len(crews)
    follow = open_follow(centre, luck, places)
    people = open_people(centre, pairs, picks, places)
    dialler = open_dialler(centre, numbers, pairs, places)
    # The kernel is compiled for each kind of floor. Where one of these is, conditions are, too: fewer kinds.
    plain = follow is None and people is None and dialler is None
    floor = Floor(
        calls=on_cache_lines(places, CALL),
        queues=_queues(centre, pairs, holds[:, 0]),
        groups=groups,
        crews=crews,
        sites=sites,
        orders=np.zeros(0, ORDER),
        pairs=np.ascontiguousarray(pairs, PAIR),
        picks=picks,
        rings=np.zeros(0, np.int64),
        holds=holds[:, 1].astype(np.int64),
        free_lines=centre.lines.astype(np.int64),
        register=register,
        seat_log=np.zeros(0, SEAT_CHANGE),
        follow=follow,
        conditions=open_conditions(centre, pairs, always=not plain),
        people=people,
        dialler=dialler,
    )
    return expect(floor, np.maximum(most, 1))


def _queues(centre: Centre, pairs: np.ndarray, holders: np.ndarray) -> np.ndarray:
    queues = np.zeros(centre.queues + centre.menus_with_lines, QUEUE)
    every = np.arange(len(queues))
    queues["head"] = queues["tail"] = NOBODY
    queues["pairs_from"] = np.searchsorted(pairs["queue"], every, "left")
    queues["pairs_to"] = np.searchsorted(pairs["queue"], every, "right")
    queues["holds_from"] = np.searchsorted(holders, every, "left")
    queues["holds_to"] = np.searchsorted(holders, every, "right")
    reachable = pairs[pairs["after"] < NEVER]
    np.maximum.at(queues["furthest"], reachable["queue"], reachable["after"])
    return queues


def _picks(centre: Centre, pairs: np.ndarray) -> np.ndarray:
    priority = centre.priority[pairs["queue"]]
    turn = np.where(pairs["prefers"] < 0, pairs["prefers"], pairs["rank"])
    order = np.lexsort((pairs["queue"], turn, priority, pairs["group"]))
    picks = np.zeros(len(pairs), PICK)
    picks["pair"] = order
    picks["queue"] = pairs["queue"][order]
    picks["after"] = pairs["after"][order]
    steps = np.stack([priority[order], turn[order]])
    changes = np.any(steps[:, 1:] != steps[:, :-1], axis=0)
    picks["tier"][1:] = np.cumsum(changes)
    return picks


def on_cache_lines(rows: int, kind: np.dtype, make: Callable[..., np.ndarray] = np.zeros) -> np.ndarray:
    """Rows that begin where a line of the cache does: one of 64 bytes costs one load, not two.

    `make`: np.zeros, or np.empty for what is always written before it is read.
    """
    memory = make(rows * kind.itemsize + CACHE_LINE, np.uint8)
    skip = -memory.ctypes.data % CACHE_LINE
    return memory[skip : skip + rows * kind.itemsize].view(kind.base).reshape(rows, *kind.shape)


def grow(floor: Floor, free: int) -> Floor:
    """The same floor with room for at least `free` more calls."""
    have = len(floor.calls)
    wanted = have
    most = PLACES - 1  # the last place stands for fresh arrivals, see kernel
    while floor.register[FREE_PLACES] + wanted - have < free:
        if wanted == most:
            raise UserError(say("run.building_full", most=most))
        wanted = min(2 * wanted, most)
    if wanted == have:
        return floor
    calls = on_cache_lines(wanted, CALL)
    calls.view(np.int64)[: have * CALL.itemsize // 8] = floor.calls.view(np.int64)  # not field by field
    floor.register[FREE_PLACES] += wanted - have
    return floor._replace(
        calls=calls,
        follow=with_places(floor.follow, wanted),
        people=with_work(floor.people, wanted),
        dialler=with_contacts(floor.dialler, wanted),
    )


def expect(floor: Floor, more: np.ndarray) -> Floor:
    """The same floor with room in the lines for more people (< 0: fewer). `more`: int64 [group]."""
    groups, sites = floor.groups, floor.sites
    people, have = groups["people"] + more, groups["ring_size"]
    if np.all(people <= have):
        return floor
    wanted = np.where(people <= have, have, np.maximum(people, 2 * have))
    at_site = np.zeros(len(sites), np.int64)  # all of them may wait for a seat
    np.add.at(at_site, groups["site"], wanted)
    rings, begins = np.zeros(wanted.sum() + at_site.sum(), np.int64), 0
    for rows, count, sizes in ((groups, groups["idle"], wanted), (sites, sites["waiting"], at_site)):
        ring = np.repeat(np.arange(len(rows)), count)  # of everyone in a line
        ahead = np.arange(len(ring)) - np.repeat(np.cumsum(count) - count, count)
        standing = rows["ring_from"][ring] + (rows["oldest"][ring] + ahead) % rows["ring_size"][ring]
        rows["ring_from"] = begins + np.cumsum(sizes) - sizes
        rows["ring_size"], rows["oldest"] = sizes, 0
        rings[rows["ring_from"][ring] + ahead] = floor.rings[standing]
        begins += int(sizes.sum())
    return floor._replace(rings=rings, people=with_agents(floor.people, groups["ring_size"]))


def expect_orders(floor: Floor, agents: int) -> Floor:
    """Grow `crews` and `orders` so that orders to `agents` agents and all pending ones fit: the floor."""
    new_crews = 1 + agents + int(floor.groups["called"].sum())
    return floor._replace(
        crews=_with_room(floor.crews, int(floor.register[CREWS]), new_crews),
        orders=_with_room(floor.orders, int(floor.register[ORDERS]), 1),
    )


def _with_room(rows: np.ndarray, used: int, free: int) -> np.ndarray:
    if len(rows) - used >= free:
        return rows
    longer = np.zeros(used + max(free, used), rows.dtype)
    longer[:used] = rows[:used]
    return longer
