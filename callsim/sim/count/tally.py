"""Sums, in whole numbers, over records and over time at work: figures are made of nothing else.

Sums of runs, of intervals and of queues may be added in any order and give the same whole numbers.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from callsim.sim.centre import Centre
from callsim.sim.count.backlog import Backlog
from callsim.sim.count.columns import (
    ABANDONED_IN,
    ANSWERED_IN,
    BINS,
    CALL_COLUMNS,
    FINE_BITS,
    G_ANSWERED,
    G_BUSY,
    N_ABANDONED,
    N_AGAIN,
    N_ANSWERED,
    N_BACK_COUNTED,
    N_BALKED,
    N_BLOCKED,
    N_CALLED_BACK,
    N_CLOSED,
    N_SHORT,
    N_SHORT_BALKED,
    N_WAITED,
    SEAM_COLUMNS,
    SEAM_IN_TIME,
    SEAM_MS,
    SEAM_OFFERED,
    SEAM_THERE,
    SEAM_WAIT,
    SEAM_WAITING,
    SITE_COLUMNS,
    TALK,
    WAIT_ABANDONED,
    WAIT_ANSWERED,
    WAIT_SHORT,
    WORK_COLUMNS,
    WRAP,
)
from callsim.sim.count.dialled import Dialled
from callsim.sim.count.in_hand import InHand
from callsim.sim.floor.client_sums import CLIENT_COLUMNS
from callsim.sim.floor.promises import (
    T_ACCEPTED,
    T_ATTEMPTS,
    T_BACK_WAIT,
    T_ENDED,
    T_IN_TIME,
    T_OPEN,
    T_REACHED,
    TOLD_COLUMNS,
)
from callsim.sim.floor.records import (
    ABANDONED,
    ANSWERED,
    BALKED,
    BLOCKED,
    CALLBACK,
    CALLED_BACK,
    CLOSED,
    DROPPED,
    TRANSFERRED,
)
from callsim.sim.floor.state import IN_BUILDING, Floor
from callsim.sim.jit import direct, rule
from callsim.sim.luck.menu_sums import MENU_COLUMNS


@rule
def bin_of(wait):
    """Returns the bin of a wait in ms; the last bin holds the longest wait there can be."""
    octave = 0
    while (wait >> octave) >= (2 << FINE_BITS):
        octave += 1
    return min((octave << FINE_BITS) + (wait >> octave), BINS - 1)


@dataclass
class Tally:
    """The sums of one run. A cell is one line of the report's grid; warm-up has none."""

    calls: np.ndarray  # int64 [cell, queue, CALL_COLUMNS]  by the cell in which the call was offered
    longest: np.ndarray  # int64 [cell, queue] ms  longest wait of an answered call
    waits: np.ndarray  # int64 [queue, bin]  answered calls by their wait
    work: np.ndarray  # int64 [cell, group, WORK_COLUMNS]  time by the cell in which it was spent
    sites: np.ndarray  # int64 [cell, site, SITE_COLUMNS]  time of seats used and of agents waiting
    seats_peak: np.ndarray  # int64 [cell, site]  most seats in use at once
    clients: np.ndarray  # int64 [cell, queue, CLIENT_COLUMNS]  no cells where no call follows another
    in_hand: np.ndarray  # int64 [group, HAND_COLUMNS]  zeros where agents are no rows
    held: np.ndarray  # int64 [group] ms  for which agents stayed on the line for another call
    menus: np.ndarray  # int64 [cell, menu, MENU_COLUMNS]  by the cell in which a client dialled the first one
    told: np.ndarray  # int64 [cell, queue, TOLD_COLUMNS]  no cells where no call is told a wait
    back_waits: (
        np.ndarray
    )  # int64 [queue, bin]  callbacks that reached clients, by their wait; perhaps no row
    backlog: np.ndarray  # int64 [cell, queue, BACKLOG_COLUMNS]  no cells where no queue says what is due
    dialled: np.ndarray  # int64 [cell, queue, DIAL_COLUMNS]  of campaigns; no cells where there are none
    seams: np.ndarray  # int64 [seam, queue, SEAM_COLUMNS]  of a block; a whole run has none
    called_in: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))  # int64 [group] ms  see Day
    cut_off: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))  # int64 [loss]  calls dropped
    cut_short: int = 0  # calls that still waited a day after the last day


def of_called(tally: Tally, called: int) -> Tally:
    """The sums of the queues that are called alone, and those of campaigns: all others hold zeros."""
    by_cell = {name: getattr(tally, name)[:, :called] for name in ("calls", "longest", "clients", "told")}
    others = {name: getattr(tally, name)[:, :called] for name in ("backlog", "seams")}
    waits, back_waits = tally.waits[:called], tally.back_waits[:called]
    dialled = tally.dialled[:, called:]
    return replace(tally, **by_cell, **others, waits=waits, back_waits=back_waits, dialled=dialled)


class Tallier:
    """Counts one run while it is played."""

    def __init__(
        self,
        centre: Centre,
        within: np.ndarray,
        grid: int,
        also: Callable[[np.ndarray], None] | None = None,
        menus: int = 0,
        short: int = 0,
    ):
        """`within`: int64 [queue] ms, each goal's time; `grid`: ms, the width of a cell; `short`: ms,
        who gives up before has not abandoned.

        `menus`: how many there are. `also` gets the records too, RECORD [row], and must copy what it wants to
        keep.
        """
        self.also = also
        cells = (centre.clock.ends - centre.clock.opens) // grid
        queues, groups = centre.queues, centre.groups
        self.opens, self.until, self.grid = centre.clock.opens, centre.clock.counts_until, grid
        self.seams = np.array([centre.clock.opens, centre.clock.ends][: 2 * centre.clock.is_block], np.int64)
        self.calls_back, self.counts_back = len(centre.callbacks) > 0, centre.counts_callbacks
        self.within, self.short = np.ascontiguousarray(within, np.int64), short
        self.backlog = Backlog(centre, int(cells), grid, short)
        self.in_hand = InHand(groups)
        self.dialled = Dialled(centre, int(cells), grid)
        self.tally = Tally(
            calls=np.zeros((cells, queues, CALL_COLUMNS), np.int64),
            longest=np.zeros((cells, queues), np.int64),
            waits=np.zeros((queues, BINS), np.int64),
            work=np.zeros((cells, groups, WORK_COLUMNS), np.int64),
            sites=np.zeros((cells, centre.sites, SITE_COLUMNS), np.int64),
            seats_peak=np.zeros((cells, centre.sites), np.int64),
            clients=np.zeros((cells if centre.tells_clients else 0, queues, CLIENT_COLUMNS), np.int64),
            in_hand=self.in_hand.sums,
            held=np.zeros(groups, np.int64),
            menus=np.zeros((cells, menus, MENU_COLUMNS), np.int64),
            told=np.zeros((cells if len(centre.announced) else 0, queues, TOLD_COLUMNS), np.int64),
            back_waits=np.zeros((queues if len(centre.callbacks) else 0, BINS), np.int64),
            backlog=self.backlog.sums,
            dialled=self.dialled.sums,
            seams=np.zeros((len(self.seams), queues, SEAM_COLUMNS), np.int64),
        )
        self.spent = np.zeros((groups, 3), np.int64)
        self.sat = np.zeros((centre.sites, SITE_COLUMNS), np.int64)

    def take(self, rows: np.ndarray) -> None:
        """Count records: RECORD [row]."""
        tally = self.tally
        if self.also is not None:
            self.also(rows)
        if self.calls_back:
            of_callbacks = is_of_callback(rows)
            count_back(
                rows[of_callbacks],
                self.opens,
                self.until,
                self.grid,
                self.within,
                self.counts_back,
                tally.calls,
                tally.longest,
                tally.waits,
                tally.work,
                tally.told,
                tally.back_waits,
            )
            rows = rows[~of_callbacks]
        rows = self.dialled.take(rows, tally.work)
        self.backlog.take(rows)
        when = self.opens, self.until, self.grid
        what = self.within, self.short
        count(rows, *when, *what, tally.calls, tally.longest, tally.waits, tally.work)
        if len(self.seams):
            count_seams(rows, self.seams, self.within, tally.seams)

    def look(self, floor: Floor, now: int) -> None:
        """Note the time spent at work until now, the end of a cell (or of the warm-up)."""
        tally, cell = self.tally, (now - self.opens) // self.grid - 1
        self.backlog.look(floor, now, cell)
        self.in_hand.look(floor, now, cell)
        if self.calls_back and cell == len(tally.told) - 1 and floor.follow is not None:
            tally.told[cell, :, T_OPEN] = floor.follow.promises.queues["open"]
        add_time(
            floor.groups,
            floor.sites,
            now,
            cell,
            self.spent,
            self.sat,
            tally.work,
            tally.sites,
            tally.seats_peak,
        )
        self.dialled.look(floor, now, cell, tally.work)

    def start(self, floor: Floor, now: int) -> None:
        """A cell begins, after all that control changes at its first millisecond."""
        for seam in np.flatnonzero(self.seams == now):
            sums = self.tally.seams[seam]
            sums[:, SEAM_WAITING] = floor.queues["waiting"][: len(sums)]
            sums[:, SEAM_THERE] = floor.register[IN_BUILDING] + floor.groups["on_duty"].sum()
        floor.sites["used_peak"], floor.sites["since"] = 0, now


@direct
@rule
def add_time(groups, sites, now, cell, spent, sat, work, seats, peaks):
    """Brings running sums up to `now`, and adds what came to them since the last look to the cell.

    `cell`: -1 for the warm-up; `spent`: int64 [group, sum] ms and `sat`: int64 [site, sum] ms, until the last
    look; `work`, `seats`, `peaks`: by cell, see Tally.
    """
    for g in range(len(spent)):
        group = groups[g]
        until = (
            group["busy_sum"] + now * group["busy"],
            group["on_duty_sum"] + now * group["on_duty"],
            group["late_sum"] + now * group["late"],
        )
        for k in range(len(until)):
            if cell >= 0:
                work[cell, g, G_BUSY + k] = until[k] - spent[g, k]
            spent[g, k] = until[k]
    for s in range(len(sat)):
        site = sites[s]
        sums = site["used_sum"] + now * site["used"], site["waiting_sum"] + now * site["waiting"]
        for k in range(len(sums)):
            if cell >= 0:
                seats[cell, s, k] = sums[k] - sat[s, k]
            sat[s, k] = sums[k]
        if cell >= 0:
            peaks[cell, s] = max(site["used_peak"], site["used"] if now > site["since"] else 0)


@direct
@rule
def count_seams(rows, seams, within, sums):
    """Adds records to the sums of the hour before each seam: int64 [seam] ms, by when they were offered."""
    for k in range(len(rows)):
        row = rows[k]
        if row["outcome"] == CLOSED:
            continue
        for seam in range(len(seams)):
            if seams[seam] - SEAM_MS <= row["arrive"] < seams[seam]:
                own = sums[seam, row["queue"]]
                own[SEAM_OFFERED] += 1
                own[SEAM_IN_TIME] += row["outcome"] == ANSWERED and row["wait"] <= within[row["queue"]]
                own[SEAM_WAIT] += row["wait"]


@direct
@rule
def count(rows, opens, until, grid, within, short, calls, longest, waits, work):
    """Adds records to the sums; calls that were offered in the warm-up, or from `until` ms on, are not
    counted.

    `within`: int64 [queue] ms; `short`: ms.
    """
    cell, begins = np.int64(0), np.int64(opens)
    for k in range(len(rows)):
        row = rows[k]
        arrive = row["arrive"]
        if not opens <= arrive < until:
            continue
        if not begins <= arrive < begins + grid:  # dividing is slow, and seldom needed
            # Calls after the last day belong to its last cell.
            cell = min((arrive - opens) // grid, np.int64(len(calls) - 1))
            begins = opens + cell * grid
        q = row["queue"]
        sums = calls[cell, q]
        outcome = row["outcome"]
        wait = row["wait"]
        sums[outcome] += 1
        if row["attempt"] > 1 and outcome != CLOSED and row["flags"] & TRANSFERRED == 0:
            sums[N_AGAIN] += 1
        if outcome == ANSWERED:
            if wait <= within[q]:
                sums[ANSWERED_IN] += 1
            sums[WAIT_ANSWERED] += wait
            sums[TALK] += row["talk"]
            sums[WRAP] += row["wrap"]
            if wait > 0:
                sums[N_WAITED] += 1
                longest[cell, q] = max(longest[cell, q], wait)
            waits[q, bin_of(wait)] += 1
            work[cell, row["group"], G_ANSWERED] += 1
        elif outcome == ABANDONED:
            if wait < short:
                sums[N_ABANDONED] -= 1
                sums[N_SHORT] += 1
                sums[WAIT_SHORT] += wait
                continue
            if wait <= within[q]:
                sums[ABANDONED_IN] += 1
            sums[WAIT_ABANDONED] += wait
            sums[N_WAITED] += 1
        elif outcome == BALKED and short > 0:
            sums[N_BALKED] -= 1
            sums[N_SHORT_BALKED] += 1


def is_of_callback(rows: np.ndarray) -> np.ndarray:
    """Whether each record is of a callback, or of a call in which one was promised: bool [row]."""
    return np.asarray((rows["outcome"] == CALLED_BACK) | (rows["flags"] & CALLBACK != 0))


@direct
@rule
def count_back(rows, opens, until, grid, within, counted, calls, longest, waits, work, told, back_waits):
    """Adds records of callbacks, and of calls in which they were promised, to the sums.

    `counted`: whether a client who was called back counts as answered after that wait, in place of a call
    that is not answered. Promises and callbacks stand in the cell of the promise.
    """
    for k in range(len(rows)):
        row = rows[k]
        if not opens <= row["arrive"] < until:
            continue
        cell, q = min((row["arrive"] - opens) // grid, np.int64(len(calls) - 1)), row["queue"]
        sums, promised = calls[cell, q], told[cell, q]
        outcome, wait = row["outcome"], row["wait"]
        if outcome == CALLED_BACK:
            sums[N_CALLED_BACK] += 1
            sums[N_BACK_COUNTED] += counted
            if row["attempt"] > 1 and row["flags"] & TRANSFERRED == 0:
                sums[N_AGAIN] += 1
            promised[T_ACCEPTED] += 1
            continue
        promised[T_ENDED] += 1
        promised[T_ATTEMPTS] += row["attempt"]
        if outcome not in (ANSWERED, DROPPED):
            continue
        promised[T_REACHED] += 1
        promised[T_BACK_WAIT] += wait
        promised[T_IN_TIME] += wait <= within[q]
        back_waits[q, bin_of(wait)] += 1
        work[cell, row["group"], G_ANSWERED] += outcome == ANSWERED
        if counted:
            sums[N_CALLED_BACK] -= 1
            sums[N_BACK_COUNTED] -= 1
            sums[outcome] += 1
            if outcome == ANSWERED:
                sums[ANSWERED_IN] += wait <= within[q]
                sums[WAIT_ANSWERED] += wait
                sums[TALK] += row["talk"]
                sums[WRAP] += row["wrap"]
                sums[N_WAITED] += wait > 0
                longest[cell, q] = max(longest[cell, q], wait)
                waits[q, bin_of(wait)] += 1


assert (ANSWERED, ABANDONED, BALKED, BLOCKED, CLOSED) == (
    N_ANSWERED,
    N_ABANDONED,
    N_BALKED,
    N_BLOCKED,
    N_CLOSED,
), "the first columns are the outcomes"
