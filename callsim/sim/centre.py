"""The call centre as numbers: all that an engine may know of it, and that no engine changes.

Things are known by their rows; names, units and YAML belong to the floors above. A time is int64 milliseconds
since the run began (with its warm-up); a time of day is milliseconds since midnight.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from callsim.units import DAY_MS

NEVER = 2**31 - 1  # ms; longer than any wait: patience that does not end, groups that never become eligible
NOBODY = -1
FOR_EVER = 1 << 62  # ms
TIME_BITS = 37  # of a moment in ms since the run began: four years
PACE_BITS = 20
PACE_ONE = 1 << PACE_BITS  # pace 1.0: paces are whole numbers of 2^-20, so that talk stays exact everywhere

PAIR = np.dtype(
    [
        ("queue", np.int32),
        ("group", np.int32),
        ("rank", np.int32),  # smaller is preferred
        ("after", np.int32),  # ms a call must have waited before this group may answer it
        ("pace", np.int32),  # talk takes pace / PACE_ONE times as long
        (
            "prefers",
            np.int32,
        ),  # where a freed agent prefers queues: < 0, smaller first, before ranks; 0: by rank
    ],
    align=True,
)
FOLLOW = np.dtype(
    [
        ("key", np.uint64),  # names its luck; made of its words, so that adding other rows does not change it
        ("share", np.float64),  # of the calls …
        ("queue", np.int32),  # … of this queue …
        ("outcome", np.int32),  # … that end so, as records have it (BALKED counts as ABANDONED) …
        ("group", np.int32),  # … answered by this group; NOBODY: by any group
        ("to", np.int32),  # the queue that is called next
        ("transfer", np.int32),  # DIALS …
        ("at_most", np.int32),  # how often a client takes this step; 0: without a limit
    ],
    align=True,
)
"""What a client does after a call."""
DIALS, COLD, WARM, CONSULT = range(4)
"""How the client comes to the next call. DIALS: dials anew. The others: an agent hands the client on. COLD:
that agent is free for wrap-up at once; WARM: talks with both until some time after the next agent has
answered; CONSULT: waits until the next agent is done, then goes on with the client."""
CONDITION = np.dtype(
    [
        ("queue", np.int32),
        ("group", np.int32),
        ("reserve", np.int32),  # the group answers only while more agents than these are idle …
        ("min_waiting", np.int32),  # … and at least this many calls wait in the queue
        ("quota", np.int32),  # of the queue's calls that groups of one rank may take, in MILLION; 0: none
    ],
    align=True,
)
"""What a pair asks beyond its rank; a pair without a row asks nothing."""
WEIGHT = np.dtype(
    [
        ("queue", np.int32),
        ("weight", np.int32),  # in WEIGHT_ONE
        ("head_start", np.int32),  # ms
    ],
    align=True,
)
"""Of equal calls that of the longest (wait + head start) × weight is next; without a row: the wait itself."""
SWITCH = np.dtype(
    [
        ("queue", np.int32),
        ("group", np.int32),
        ("every", np.int64),  # ms from one look to the next
        ("waiting_above", np.int64),  # the way is open while more calls wait; or NOBODY
        ("below", np.int64),  # … or while the service level is less, in MILLION …
        ("over", np.int64),  # … over this many ms before now, a multiple of `every` …
        ("within", np.int64),  # … where a call is answered in time up to this wait, ms …
        ("short", np.int64),  # … and one that gives up before this does not count, ms
    ],
    align=True,
)
"""A pair that is open only while a condition holds, as of the last look."""
MOST_AT_ONCE = 10  # works in the hands of one agent
PARTS = 2520  # of an agent: work of which c may go on at once uses PARTS / c, a whole number up to 10
IN_ROWS = np.dtype(
    [
        ("group", np.int32),
        ("slots", np.int32),  # the most that an agent may have in hand
        ("least_occupied", np.int32),  # 1: of agents with equal load the least occupied is next
        ("pace", np.int64, (MOST_AT_ONCE,)),  # times the usual talk while 1, 2, … go on at once, in PACE_ONE
    ],
    align=True,
)
"""A group of which somebody asks which agent it is, so that its agents are rows; others have no row here."""
HANDLED = np.dtype(
    [
        ("queue", np.int32),
        ("group", np.int32),
        ("concurrency", np.int32),  # so much an agent may have in hand who does this, this included
        ("interruptible", np.int32),  # 1: goes back to its queue when a call needs the agent
    ],
    align=True,
)
"""How agents who are rows do work of a queue; a pair without a row: one at a time, to its end."""
ANNOUNCED = np.dtype(
    [
        ("queue", np.int32),
        ("wait", np.int32),  # EXPECTED …
    ],
    align=True,
)
"""A queue in which calls that have to wait are told how long; each has one row."""
EXPECTED, LONGEST, LAST = range(3)
"""What is told. EXPECTED: by the calls that wait and the agents on duty; LONGEST: how long the first of them
has waited; LAST: how long the call waited that was answered last."""
STEP = np.dtype(
    [
        ("queue", np.int32),
        ("from", np.int64),  # ms; of the rows whose `from` is not above the wait told the last one is taken
        ("patience", np.int64),  # patience is so many times as long, in PACE_ONE
        ("hang_up", np.float64),  # share that hangs up then …
        ("callback", np.float64),  # … and share that asks to be called back, if that is offered
    ],
    align=True,
)
"""What calls do that are told a wait, by queue, then by `from`."""
CALLBACK_ROW = np.dtype(
    [
        ("queue", np.int32),
        ("to", np.int32),  # the queue in which callbacks wait, perhaps the same
        ("place", np.int32),  # KEPT …
        ("times", np.int64),  # SCHEDULED: after so many times the wait told, in PACE_ONE
        ("reached", np.float64),  # share of attempts in which the client picks up
        ("ring", np.int64),  # ms  until the client picks up, or the agent gives it up
        ("attempts", np.int64),  # at most
        ("every", np.int64),  # ms  from one in vain to the next
        ("at_most", np.int64),  # that are open at once; or NEVER
    ],
    align=True,
)
"""How a queue calls back; a queue without a row never does."""
CAMPAIGN = np.dtype(
    [
        ("contacts", np.int64),  # on its list …
        ("once", np.bool_),  # … of the whole run; else of each day
        ("ratio", np.int64),  # in RATIO_ONE: so many numbers ring for each idle agent …
        (
            "cap",
            np.int64,
        ),  # … at first, and later so that at most this share is abandoned, in MILLION; 0: always
        ("holds", np.bool_),  # instead: each number rings for one agent, who is kept for it
        ("preview", np.int64),  # ms  for which that agent looks at the record before it rings
        ("right_party", np.float64),  # share of those reached
        ("redials", np.float64),  # share of those not reached that is dialled again …
        ("at_most", np.int64),  # … so often at most
    ],
    align=True,
)
"""A list of numbers that is dialled. Its calls wait in a queue of their own, whose row stands behind those
of all queues that are called."""
KEPT, AT_END, SCHEDULED = range(3)
"""Where a callback waits. KEPT: as the call would have; AT_END: behind all calls, later ones too; SCHEDULED:
joins its queue later."""
MILLION = 1_000_000  # shares are whole numbers of 10^-6 …
WEIGHT_ONE = 10_000  # … and weights of 10^-4: whatever is compared is exact
RATIO_ONE = 10_000  # numbers that ring for each idle agent
UNLIMITED = 1 << 40  # seats of a site without a limit
NOT_DUE = 1 << 40  # ms; longer than any wait

LOSS = np.dtype(
    [
        ("site", np.int32),
        ("drops", np.bool_),  # calls in progress there are dropped; else finished
        ("seats", np.int64),  # how many are lost …
        ("begins", np.int64),  # … from here, ms since the run began
        ("ends", np.int64),  # … until here
    ],
    align=True,
)
CUT = np.dtype(
    [
        ("trunks", np.int32),  # trunk group
        ("lines", np.int64),  # how many are lost …
        ("begins", np.int64),  # … from here, ms since the run began
        ("ends", np.int64),  # … until here
    ],
    align=True,
)


Ranges = tuple[tuple[int, int], ...]
"""Hours: from when to when, ms of the day."""
NO_DAYS: Mapping[tuple[int, int], Ranges] = {}


class Clock(NamedTuple):
    """When things are simulated and reported; all in ms, but `first`."""

    width: int  # of one interval; divides a day
    opens: int  # warm-up ends, day 1 begins: a midnight
    ends: int  # the last day ends: a midnight
    first: int = 0  # the day that begins at `opens`: above 0 in later blocks of a long run
    goes_on: int = 0  # after `ends`, while callers still dial whom only the next block counts
    before: int = 0  # of the run, before this block of it begins

    @property
    def last(self) -> int:
        """When callers stop dialling: nothing arrives from here on."""
        return self.ends + self.goes_on

    @property
    def redials_until(self) -> int:
        """When callers stop dialling again. Those of a block go on, for it counts what becomes of them."""
        return self.last + DAY_MS if self.goes_on else self.last

    @property
    def counts_until(self) -> int:
        """Calls that are offered from here on are not counted; those after the last day of a run are."""
        return self.ends if self.goes_on else FOR_EVER

    @property
    def is_block(self) -> bool:
        """Whether this is a part of a long run, which other parts go before or follow."""
        return self.first > 0 or self.goes_on > 0

    def interval_of_day(self, time: int) -> int:
        """Which interval of its day a time falls into."""
        return (time - self.opens) % DAY_MS // self.width

    def day(self, time: int) -> int:
        """The day a time falls into: 0 is day 1 of the run, negative days are warm-up."""
        return self.first + (time - self.opens) // DAY_MS

    def start_of(self, day: int) -> int:
        """When a day begins."""
        return self.opens + (day - self.first) * DAY_MS


class Centre(NamedTuple):
    """What a planner decides: agents of each group, the calls they may answer, when lines are open."""

    clock: Clock
    priority: np.ndarray  # int32 [queue]  smaller is answered first
    disconnects: np.ndarray  # bool [queue]  callers still waiting at closing time are cut off
    open: tuple[Ranges, ...]  # [queue] on usual days
    pairs: np.ndarray  # PAIR [pair]  who may answer what, in any order
    lines: np.ndarray  # int64 [trunk group]  how many lines
    holds: np.ndarray  # int32 [n, 2]  (queue or menu, see below, trunk group): its call holds a line of it
    site: np.ndarray  # int32 [group]  where it sits, or NOBODY
    crew_group: np.ndarray  # int32 [crew]  a crew is the agents of one group with the same hours
    staff: np.ndarray  # int64 [interval of day, crew]  agents who shall be there; see roster.planned
    seats: np.ndarray = np.zeros(0, np.int64)  # int64 [site]  or UNLIMITED; as are sites after the last row
    losses: np.ndarray = np.zeros(0, LOSS)  # LOSS [row]  seats that a site loses for a while
    cuts: np.ndarray = np.zeros(0, CUT)  # CUT [row]  lines that a trunk group loses for a while
    follows: np.ndarray = np.zeros(0, FOLLOW)  # FOLLOW [row]  by queue: what comes after calls
    conditions: np.ndarray = np.zeros(0, CONDITION)  # CONDITION [row], in any order
    weights: np.ndarray = np.zeros(0, WEIGHT)  # WEIGHT [row], in any order
    switches: np.ndarray = np.zeros(0, SWITCH)  # SWITCH [row], in any order
    announced: np.ndarray = np.zeros(0, ANNOUNCED)  # ANNOUNCED [row], by queue
    steps: np.ndarray = np.zeros(0, STEP)  # STEP [row], by queue and `from`
    callbacks: np.ndarray = np.zeros(0, CALLBACK_ROW)  # CALLBACK_ROW [row], by queue
    means: np.ndarray = np.zeros((0, 3, 1))  # float64 [row of announced, talk | wrap | patience, interval] ms
    counts_callbacks: bool = False  # whether who is called back counts as answered, and in time
    due: np.ndarray = np.zeros(0, np.int64)  # int64 [queue] ms  see Backlog, or NOT_DUE; no rows: none is
    menus_with_lines: int = 0  # how many menus there are, rows behind those of queues, if any holds lines
    in_rows: np.ndarray = np.zeros(0, IN_ROWS)  # IN_ROWS [row], by group
    handled: np.ndarray = np.zeros(0, HANDLED)  # HANDLED [row], by queue and group
    follows_clients: bool = False  # also where none has several calls, as in a part of a centre where some do

    campaigns: np.ndarray = np.zeros(0, CAMPAIGN)  # CAMPAIGN [row]  of the last queues, in their order
    open_on: Mapping[tuple[int, int], Ranges] = NO_DAYS  # of (queue, day, see Clock.day) unlike usual ones

    def hours(self, queue: int, day: int) -> Ranges:
        """When a queue takes calls on a day, see `Clock.day`."""
        return self.open_on.get((queue, day), self.open[queue]) if self.open_on else self.open[queue]

    @property
    def tells_clients(self) -> bool:
        """Whether clients may have several calls, so that each is followed from call to call."""
        return self.follows_clients or len(self.follows) > 0 or len(self.callbacks) > 0

    @property
    def queues(self) -> int:
        """How many queues there are, those of campaigns among them."""
        return len(self.priority)

    @property
    def called_pairs(self) -> np.ndarray:
        """PAIR [pair]: those of queues that are called."""
        return self.pairs[self.pairs["queue"] < self.called] if len(self.campaigns) else self.pairs

    @property
    def called(self) -> int:
        """How many queues are called: the rows from here on are campaigns."""
        return len(self.priority) - len(self.campaigns)

    @property
    def sites(self) -> int:
        """How many sites have seats or a group."""
        return max(len(self.seats), int(self.site.max(initial=NOBODY)) + 1)

    @property
    def groups(self) -> int:
        """How many groups there are; every group has a crew."""
        return int(self.crew_group.max(initial=NOBODY)) + 1

    def seats_of(self, site: int) -> int:
        """How many seats a site has while none is lost."""
        return int(self.seats[site]) if site < len(self.seats) else UNLIMITED


def edges(*spells: np.ndarray) -> list[int]:
    """When something begins or ends in rows that have `begins` and `ends`: ms, sorted, each once."""
    return sorted({int(time) for rows in spells for name in ("begins", "ends") for time in rows[name]})
