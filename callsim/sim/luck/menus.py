"""What happens in menus is pure luck, so it is drawn before an engine sees a call: each call comes to its
queue when the client leaves the last menu, or never.

All luck of a client stands under the client's name: the menu that was dialled, the interval, and the client's
place among the calls of that menu there; then the menus that the client meets. So another menu, or another
way out of this one, changes nobody's luck who does not meet it. What clients do after their calls is named by
their paths, too; some of a million share a name of 32 bits, and then they do alike.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.special import betaincinv

from callsim.arrays import Floats, Ints
from callsim.sim.centre import NOBODY, Clock
from callsim.sim.jit import direct, rule
from callsim.sim.luck.calls import uniforms
from callsim.sim.luck.demand import MOST_REDIALS, MenuDemand, Uncertain
from callsim.sim.luck.menu_sums import M_ABANDONED, M_CONTAINED, M_OFFERED, M_TIME
from callsim.sim.luck.random import begin, exponential, uniform, word
from callsim.sim.luck.sampling import Samplers, one, settle
from callsim.sim.luck.streams import LATER, UNCERTAIN
from callsim.sim.luck.trace import TRACE
from callsim.units import DAY_MS

MENU = np.dtype(
    [
        ("abandon", np.float64),  # share that hangs up
        ("contained", np.float64),  # share that needs no agent
        ("passes", np.int64),  # the queue to which all calls go at once, or NOBODY
        ("first", np.int64),  # row of the first way out …
        ("last", np.int64),  # … and the row after the last
    ]
)
WAY = np.dtype(
    [
        ("until", np.float64),  # shares of the ways up to this one
        ("key", np.uint64),  # names what the client meets there
        ("to", np.int64),  # row of a queue, or of a menu behind the queues
    ]
)
# What a number of a client is for: the highest bits of a stream's name.
_FOR = [np.uint64(purpose << 58) for purpose in range(9)]
PATH = np.uint64(10 << 58)
TALK, WRAP, PATIENCE, AGAIN_AFTER, DURATION, FATE, WAY_OUT, BALKS, REDIALS = _FOR
STEP = np.uint64(9 << 58)
SHARE = np.uint64(len(Uncertain._fields))  # beside what else is uncertain of those who dial
_NUMBER = np.uint64(32)


class Ways(NamedTuple):
    """Menus as arrays, for compiled code."""

    menus: np.ndarray  # MENU [menu]
    ways: np.ndarray  # WAY [way]
    alike: np.ndarray  # bool [queue]  whose wrap is drawn with its talk
    # int64 [6] ms: when reporting begins, the run's first midnight, widths of interval and cell,
    # when counting ends, and from day 1 until reporting begins
    clock: np.ndarray


class Exits:
    """Sends the calls of menus to their queues, slice after slice."""

    def __init__(
        self,
        menus: tuple[MenuDemand, ...],
        alike: list[bool],
        clock: Clock,
        roots: np.ndarray,
        samplers: Samplers,
        habits: np.ndarray,
        sums: Ints,
        first_midnight: int,
    ):
        """`roots`: uint64 [queue or menu, purpose, WORDS]; `samplers`, `habits`: of each of these; `sums`:
        int64 [cell, menu, MENU_COLUMNS], which counts what happens in menus.
        """
        self.queues = len(alike)
        self.roots, self.samplers, self.habits, self.sums = roots, samplers, habits, sums
        shares = contained(menus, roots[self.queues :, UNCERTAIN])
        rows: list[tuple[float, ...]] = []
        ways: list[tuple[float, int, int]] = []
        for menu, share in zip(menus, shares.tolist(), strict=True):
            until = np.cumsum([way.share for way in menu.ways]).tolist()
            rows.append((menu.abandon, share, menu.passes, len(ways), len(ways) + len(until)))
            ways += [(up_to, way.key, way.to) for up_to, way in zip(until, menu.ways, strict=True)]
        width = (clock.ends - clock.opens) // max(len(sums), 1)
        self.ways = Ways(
            np.array(rows, MENU),
            np.array(ways, WAY),
            np.array(alike),
            np.array(
                [clock.opens, first_midnight, clock.width, width, clock.counts_until, clock.first * DAY_MS]
            ),
        )
        self.seen = np.full((len(menus), 2), NOBODY)
        self.waiting = np.empty(0, TRACE)  # calls that come in later slices, by the time they were dialled

    def of(self, trace: np.ndarray, until: int) -> np.ndarray:
        """The calls that come to queues before `until` ms, of those dialled in this slice and before."""
        came = np.empty(len(trace), TRACE)
        number = lead(
            trace, self.queues, self.roots, self.samplers, self.habits, self.ways, self.seen, self.sums, came
        )
        calls = np.concatenate([self.waiting, came[:number]])
        now = calls["arrive"] < until
        self.waiting, calls = calls[~now], calls[now]
        order: np.ndarray = calls[np.lexsort((calls["queue"], calls["arrive"]))]
        return order

    def rest(self, since: int, slice_ms: int) -> Iterator[np.ndarray]:
        """The slices after the last one, until all who are in menus have left them."""
        while len(self.waiting):
            since += slice_ms
            yield self.of(np.empty(0, TRACE), since)


def contained(menus: tuple[MenuDemand, ...], roots: np.ndarray) -> Floats:
    """The share of calls that each menu contains in this run: beta between nothing and all who stay, by
    inversion.
    """
    shares = np.array([menu.contained for menu in menus])
    levels = np.empty(len(menus))
    uniforms(roots, SHARE, levels)
    for k, menu in enumerate(menus):
        if menu.sd > 0:
            most = 1 - menu.abandon
            mean, sd = menu.contained / most, menu.sd / most
            size = mean * (1 - mean) / sd**2 - 1
            shares[k] = settle(most * float(betaincinv(mean * size, (1 - mean) * size, levels[k])))
    return shares


@direct
@rule
def lead(trace, queues, roots, samplers, habits, ways, seen, sums, came):  # type: ignore[no-untyped-def]
    """Writes the calls of a slice as they come to their queues, in the order in which they were dialled.

    Returns how many there are. Arguments: see Exits; `seen`: int64 [menu, 2], the interval of its last call,
    and its place there.
    """
    number = 0
    opens, midnight, width, cell_ms = ways.clock[0], ways.clock[1], ways.clock[2], ways.clock[3]
    until, before = ways.clock[4], ways.clock[5]
    for k in range(len(trace)):
        row = trace[k]
        dialled = row["queue"] - queues
        if dialled < 0:
            came[number] = row
            number += 1
            continue
        time = np.int64(row["arrive"])
        interval = (time - opens + before) // width
        seen[dialled, 1] = seen[dialled, 1] + 1 if seen[dialled, 0] == interval else 0
        seen[dialled, 0] = interval
        cell = min((time - opens) // cell_ms, len(sums) - 1) if opens <= time < until else np.int64(-1)
        if ways.menus[dialled]["passes"] != NOBODY:
            if cell >= 0:
                sums[cell, dialled, M_OFFERED] += 1
            came[number] = row
            came[number]["queue"] = ways.menus[dialled]["passes"]
            number += 1
            continue
        root = roots[queues + dialled, LATER]
        name = np.uint64(interval + (1 << 26)) | np.uint64(seen[dialled, 1]) << _NUMBER
        at = np.int64(queues + dialled)
        while at >= queues:
            menu = ways.menus[at - queues]
            stays = one(samplers, at, 0, (time - midnight) // width, begin(root, name ^ DURATION))
            fate, _ = uniform(begin(root, name ^ FATE))
            hangs_up = fate < menu["abandon"]
            if hangs_up:  # anywhere in that time; what is left of the number is uniform, too
                stays = np.int64(stays * (fate / menu["abandon"]))
            is_done = not hangs_up and fate < menu["abandon"] + menu["contained"]
            if cell >= 0:
                sums[cell, at - queues, M_OFFERED] += 1
                sums[cell, at - queues, M_ABANDONED] += hangs_up
                sums[cell, at - queues, M_CONTAINED] += is_done
                sums[cell, at - queues, M_TIME] += stays
            time += stays
            if hangs_up or is_done:
                break
            u, _ = uniform(begin(root, name ^ WAY_OUT))
            way = menu["first"]
            while way < menu["last"] - 1 and u >= ways.ways[way]["until"]:
                way += 1
            at = ways.ways[way]["to"]
            name, _ = word(begin(root, name ^ ways.ways[way]["key"] ^ STEP))
        if at >= queues:
            continue
        call = came[number]
        number += 1
        since = (time - midnight) // width
        call["arrive"], call["queue"] = time, at
        path, _ = word(begin(root, name ^ PATH))
        call["path"] = max(path >> _NUMBER, np.uint64(1))
        call["talk"] = one(samplers, at, 0, since, begin(root, name ^ TALK))
        of_wrap = TALK if ways.alike[at] else WRAP
        call["wrap"] = one(samplers, at, 1, since, begin(root, name ^ of_wrap))
        call["patience"] = one(samplers, at, 2, since, begin(root, name ^ PATIENCE))
        call["again_after"] = one(samplers, at, 3, since, begin(root, name ^ AGAIN_AFTER))
        u, _ = uniform(begin(root, name ^ BALKS))
        call["balks"] = u < habits[at]["balk"]
        e, _ = exponential(begin(root, name ^ REDIALS))
        call["redials"] = np.uint8(min(e * habits[at]["again"], habits[at]["most"], MOST_REDIALS))
    return number
