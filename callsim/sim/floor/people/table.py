"""The tables of agents who are rows, and of the work in their hands.

The first argument of rules about them is the floor's `people`. Where no group asks which agent it is, it is
None, and numba leaves out what comes after the question for it, so a plain call pays nothing. Groups that do
not ask stay in their rings, also where others have rows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from callsim.sim.centre import MOST_AT_ONCE, NEVER, NOBODY, PACE_ONE, Centre

AGENT = np.dtype(
    [
        ("group", np.int32),
        ("crew", np.int32),
        ("load", np.int32),  # how much work is in hand
        ("limit", np.int32),  # so much may be, by what is in hand
        ("first", np.int32),  # place of the work that was taken up last, or NOBODY
        ("stops", np.int32),  # 1: takes up no more, for the agent's hours are over
        ("list", np.int32),  # the list that the agent stands in, or NOBODY
        ("ahead", np.int32),  # neighbours in it …
        ("behind", np.int32),  # … and of a row without an agent, the next of these
        ("since", np.int64),  # ms  standing there
        ("came", np.int64),  # ms  logged in
        ("busy_sum", np.int64),  # ms, a running sum of the time with any work in hand
    ],
    align=True,
)
WORK = np.dtype(
    [
        ("left", np.int64),  # of talk, in 2^-8 ms at the group's usual pace, as of …
        ("since", np.int64),  # … this, ms
        ("began", np.int64),  # ms  when it was taken up, the last time
        ("until", np.int64),  # ms  when talk ends, if nothing changes
        ("spent", np.int64),  # ms  of talk before it was last interrupted
        ("agent", np.int32),  # in whose hands it is
        ("next", np.int32),  # neighbours there
        ("prev", np.int32),
        ("newer", np.int32),  # neighbours in the group's line of work that may be interrupted
        ("older", np.int32),
        ("times", np.int32),  # how often it was interrupted
        ("news", np.int32),  # bits of what the engine is to be told of it, see lists.tell
        ("pace", np.int32),  # of the pair that took it up, the last time
    ],
    align=True,
)
OF_GROUP = np.dtype(
    [
        ("slots", np.int64),  # the most that an agent may have in hand; 0: agents are no rows
        ("least_occupied", np.int64),  # 1: of agents with equal load the least occupied is next
        ("lists", np.int64),  # the first of its lists: see lists.list_of
        ("yields", np.int64),  # the last tier of work that may be interrupted, or NOBODY
        ("newest", np.int64),  # place of the work taken up last that may be interrupted, or NOBODY
        ("load", np.int64),  # work in hand …
        ("load_sum", np.int64),  # … ms, a running sum
        ("used", np.int64),  # parts of agents in use, in PARTS …
        ("used_sum", np.int64),  # … ms, a running sum
        ("interruptions", np.int64),  # since the run began
    ],
    align=True,
)
OF_PAIR = np.dtype(
    [
        ("concurrency", np.int32),  # so much an agent may have in hand who does this, this included
        ("interruptible", np.int32),
        ("shared", np.int32),  # 1: its end may change while it goes on
        ("tier", np.int32),  # as of Floor.picks
    ],
    align=True,
)

# Single numbers: rows of `register`.
FREE_AGENT, UNUSED_AGENTS, IN_HAND, NOTED, BACK, REGISTER = range(6)


class People(NamedTuple):
    """Agents who are rows, and the work in their hands."""

    agents: np.ndarray  # AGENT [agent]
    work: np.ndarray  # WORK [place]
    groups: np.ndarray  # OF_GROUP [group]
    pairs: np.ndarray  # OF_PAIR [pair], as Floor.pairs
    paces: np.ndarray  # int64 [group, load]  times the usual talk, in PACE_ONE
    lists: np.ndarray  # int64 [list, 2]  the first and the last agent of each, or NOBODY
    noted: np.ndarray  # int64 [place]  work that the engine is to be told of
    back: np.ndarray  # int64 [place]  work that was interrupted, and is not offered to others yet
    register: np.ndarray  # int64 [REGISTER]


def open_people(centre: Centre, pairs: np.ndarray, picks: np.ndarray, places: int) -> People | None:
    """None where no group asks which agent it is: then no rule has any code for it. `pairs`, `picks`: of the
    floor.
    """
    if not len(centre.in_rows):
        return None
    groups, of_pairs = np.zeros(centre.groups, OF_GROUP), np.zeros(len(pairs), OF_PAIR)
    groups["newest"] = groups["yields"] = NOBODY
    paces = np.full((centre.groups, MOST_AT_ONCE + 1), PACE_ONE, np.int64)
    for row in centre.in_rows:
        group = groups[row["group"]]
        group["slots"], group["least_occupied"] = row["slots"], row["least_occupied"]
        paces[row["group"], 1:] = row["pace"]
    of_pairs["concurrency"] = 1
    of_pairs["tier"][picks["pair"]] = picks["tier"]
    for row in centre.handled:
        here = (pairs["queue"] == row["queue"]) & (pairs["group"] == row["group"])
        for name in ("concurrency", "interruptible"):
            of_pairs[name][here] = row[name]
        of_pairs["shared"][here] = 1
        if row["interruptible"]:  # whoever else does such work goes on with what is left of it
            everywhere = pairs["queue"] == row["queue"]
            of_pairs["shared"][everywhere] = 1
            others = pairs["group"][everywhere]
            groups["slots"][others] = np.maximum(groups["slots"][others], 1)
            tier = of_pairs["tier"][here][0]
            groups["yields"][row["group"]] = max(groups["yields"][row["group"]], tier)
    sizes = np.where(groups["slots"] > 0, groups["slots"] ** 2 + 2, 0)
    groups["lists"] = np.cumsum(sizes) - sizes
    register = np.zeros(REGISTER, np.int64)
    register[FREE_AGENT] = register[IN_HAND] = NOBODY
    return People(
        agents=np.zeros(0, AGENT),
        work=np.zeros(places, WORK),
        groups=groups,
        pairs=of_pairs,
        paces=paces,
        lists=np.full((int(sizes.sum()), 2), NOBODY, np.int64),
        noted=np.zeros(places, np.int64),
        back=np.zeros(places, np.int64),
        register=register,
    )


def with_places(people: People | None, places: int) -> People | None:
    """The same with room for work in `places` places."""
    if people is None:
        return None
    return people._replace(
        work=_longer(people.work, places),
        noted=_longer(people.noted, places),
        back=_longer(people.back, places),
    )


def with_agents(people: People | None, ring_sizes: np.ndarray) -> People | None:
    """The same with room for as many agents as the rings of its groups have. `ring_sizes`: int64 [group]."""
    if people is None:
        return None
    wanted = int(ring_sizes[people.groups["slots"] > 0].sum())
    if wanted <= len(people.agents):
        return people
    return people._replace(agents=_longer(people.agents, wanted))


def _longer(rows: np.ndarray, size: int) -> np.ndarray:
    longer = np.zeros(size, rows.dtype)
    longer[: len(rows)] = rows
    return longer


assert NEVER << 8 < 1 << 40, "work that is left, times a pace below 2^24, fits into an int64"
