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

import numpy as np
from scipy.special import betaincinv

from callsim.arrays import Floats, Ints
from callsim.sim.centre import NEVER, NOBODY, Clock
from callsim.sim.jit import direct, rule
from callsim.sim.luck.calls import uniforms
from callsim.sim.luck.demand import MOST_REDIALS, MenuDemand, Uncertain
from callsim.sim.luck.in_menus import (
    AGAIN_AFTER,
    BALKS,
    MENU,
    PATH,
    PATIENCE,
    REDIALS,
    TALK,
    WAY,
    WRAP,
    Ways,
    pass_menu,
)
from callsim.sim.luck.menu_sums import M_ABANDONED, M_CONTAINED, M_OFFERED, M_TIME
from callsim.sim.luck.random import begin, exponential, uniform, word
from callsim.sim.luck.sampling import Samplers, one, settle
from callsim.sim.luck.streams import CONTAINED, LATER
from callsim.sim.luck.trace import DIALLED, LONG_TRACE, TRACE, with_dials
from callsim.units import DAY_MS

SHARE = np.uint64(len(Uncertain._fields))  # beside what else is uncertain of those who dial
_NUMBER = np.uint64(32)


def ways_of(
    menus: tuple[MenuDemand, ...], alike: list[bool], clock: Clock, uncertain: np.ndarray, cell_ms: int
) -> Ways:
    """The menus of a run as arrays.

    `alike`: of each queue; `uncertain`: uint64 [menu, WORDS], roots of what a run draws once; `cell_ms`: the
    width of a cell.
    """
    shares = contained(menus, uncertain)
    rows: list[tuple[float, ...]] = []
    ways: list[tuple[float, int, int]] = []
    for menu, share in zip(menus, shares.tolist(), strict=True):
        until = np.cumsum([way.share for way in menu.ways]).tolist()
        rows.append((menu.abandon, share, menu.holds, menu.passes, len(ways), len(ways) + len(until)))
        ways += [(up_to, way.key, way.to) for up_to, way in zip(until, menu.ways, strict=True)]
    return Ways(
        np.array(rows, MENU),
        np.array(ways, WAY),
        np.array(alike),
        np.array(
            [
                clock.opens,
                clock.start_of(clock.day(0)),
                clock.width,
                cell_ms,
                clock.counts_until,
                clock.first * DAY_MS,
            ]
        ),
    )


class Exits:
    """Sends the calls of menus to their queues, slice after slice.

    Those who come to a menu that holds lines come to the floor then: there it is known whether a line is
    free. They are drawn, and counted in menus, as if one was; see take_back.
    """

    def __init__(
        self,
        menus: tuple[MenuDemand, ...],
        alike: list[bool],
        clock: Clock,
        roots: np.ndarray,
        samplers: Samplers,
        habits: np.ndarray,
        sums: Ints,
    ):
        """`roots`: uint64 [queue or menu, purpose, WORDS]; `samplers`, `habits`: of each of these; `sums`:
        int64 [cell, menu, MENU_COLUMNS], which counts what happens in menus.
        """
        self.queues = len(alike)
        self.roots, self.samplers, self.habits, self.sums = roots, samplers, habits, sums
        width = (clock.ends - clock.opens) // max(len(sums), 1)
        self.ways = ways_of(menus, alike, clock, roots[self.queues :, CONTAINED], width)
        self.holds = any(menu.holds for menu in menus)
        self.seen = np.full((len(menus), 2), NOBODY)
        # Calls that come in later slices, by the time they were dialled.
        self.waiting = np.empty(0, LONG_TRACE if self.holds else TRACE)

    def of(self, trace: np.ndarray, until: int) -> np.ndarray:
        """The calls that come to queues before `until` ms, of those dialled in this slice and before."""
        came = np.empty(len(trace), TRACE)
        dials = np.zeros(len(trace) if self.holds else 0, DIALLED)
        where = self.queues, self.roots, self.samplers, self.habits, self.ways
        number = lead(trace, *where, self.seen, self.sums, came, dials)
        came = came[:number]
        calls = np.concatenate([self.waiting, with_dials(came, dials[:number]) if self.holds else came])
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
def lead(trace, queues, roots, samplers, habits, ways, seen, sums, came, dials):  # type: ignore[no-untyped-def]
    """Writes the calls of a slice as they come to their queues, in the order in which they were dialled.

    Returns how many there are. Arguments: see Exits; `seen`: int64 [menu, 2], the interval of its last call,
    and its place there; `dials`: DIALLED [call], no rows where no menu holds lines.
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
        passes = ways.menus[dialled]["passes"]
        if passes != NOBODY:
            if cell >= 0:
                sums[cell, dialled, M_OFFERED] += 1
            came[number] = row
            came[number]["queue"] = passes
            if ways.menus[dialled]["holds"]:
                came[number]["queue"] = row["queue"]
                dial = dials[number]
                dial["first"] = dial["menu"] = row["queue"]
                dial["to"], dial["cell"] = passes, cell
            number += 1
            continue
        root = roots[queues + dialled, LATER]
        name = np.uint64(interval + (1 << 26)) | np.uint64(seen[dialled, 1]) << _NUMBER
        at = np.int64(queues + dialled)
        holder, since, name_there = np.int64(NOBODY), time, name  # of the first menu that holds lines
        leaves = False
        while at >= queues and not leaves:
            if holder == NOBODY and ways.menus[at - queues]["holds"]:
                holder, since, name_there = at, time, name
            stays, hangs_up, leaves, to, next_name = pass_menu(ways, queues, samplers, root, at, name, time)
            if cell >= 0:
                sums[cell, at - queues, M_OFFERED] += 1
                sums[cell, at - queues, M_ABANDONED] += hangs_up
                sums[cell, at - queues, M_CONTAINED] += leaves and not hangs_up
                sums[cell, at - queues, M_TIME] += stays
            time += stays
            if not leaves:
                at, name = to, next_name
        if leaves and holder == NOBODY:
            continue
        call = came[number]
        number += 1
        call["arrive"], call["queue"] = time, at
        if holder != NOBODY:
            dial = dials[number - 1]
            dial["name"], dial["first"], dial["menu"] = name_there, queues + dialled, holder
            dial["in_menus"], dial["cell"] = min(time - since, NEVER), cell
            dial["to"] = NOBODY if leaves else at
            call["arrive"], call["queue"] = since, holder
            if leaves:
                bring_nothing(call)
                continue
        since = (time - midnight) // width
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


@rule
def bring_nothing(call):  # type: ignore[no-untyped-def]
    """A call that comes to no queue."""
    call["talk"] = call["wrap"] = call["patience"] = call["again_after"] = 0
    call["balks"] = call["redials"] = 0
    call["path"] = 1
