"""Campaigns are counted: their records, and how long and with which lists they dialled."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.campaigns.sums import (
    D_ATTEMPTS,
    D_CONTACTS,
    D_DIALLING,
    D_LISTS,
    D_LIVE,
    D_NUISANCE,
    D_OUT_AFTER,
    D_OUTS,
    D_RIGHT,
    D_TALK,
    D_WRAP,
    D_WRONG,
    DIAL_COLUMNS,
)
from callsim.sim.centre import Centre
from callsim.sim.count.columns import G_ANSWERED, G_BUSY
from callsim.sim.floor.records import ABANDONED, ANSWERED, FIRST, REACHED, RIGHT
from callsim.sim.floor.state import Floor
from callsim.sim.jit import direct, rule

_READ = (D_DIALLING, D_LISTS, D_OUTS, D_OUT_AFTER)


class Dialled:
    """Counts one run while it is played."""

    def __init__(self, centre: Centre, cells: int, grid: int):
        """`grid`: ms, the width of a cell."""
        self.called, self.opens, self.grid = centre.called, centre.clock.opens, grid
        cells = cells if len(centre.campaigns) else 0
        self.sums = np.zeros((cells, centre.queues, DIAL_COLUMNS), np.int64)
        self.before = np.zeros((len(centre.campaigns), len(_READ)), np.int64)
        self.kept = np.zeros(centre.groups, np.int64)

    def take(self, rows: np.ndarray, work: np.ndarray) -> np.ndarray:
        """Counts the records of campaigns, and returns the others: RECORD [row]. `work`: see Tally."""
        if not len(self.before):
            return rows
        dialled = rows["queue"] >= self.called
        count(rows[dialled], self.opens, self.grid, self.sums, work)
        return rows[~dialled]

    def look(self, floor: Floor, now: int, cell: int, work: np.ndarray) -> None:
        """Reads the floor at the end of a cell, or of the warm-up: -1. Agents who were kept while a number
        rang were not busy.
        """
        dialler = floor.dialler
        if dialler is None:
            return
        lists = dialler.lists
        sums = (
            lists["dialling_sum"] + now * lists["dialling"],
            lists["lists"],
            lists["outs"],
            lists["out_after"],
        )
        until, kept = np.stack(sums, axis=1), dialler.kept_sum + now * dialler.kept
        if cell >= 0:
            self.sums[cell, self.called :, _READ] = (until - self.before).T
            work[cell, :, G_BUSY] -= kept - self.kept
        self.before, self.kept = until, kept


@direct
@rule
def count(rows, opens, grid, sums, work):
    """Adds records to the sums; attempts of the warm-up are not counted."""
    for k in range(len(rows)):
        row = rows[k]
        if row["arrive"] < opens:
            continue
        cell = min((row["arrive"] - opens) // grid, np.int64(len(sums) - 1))
        own = sums[cell, row["queue"]]
        own[D_ATTEMPTS] += 1
        own[D_CONTACTS] += row["flags"] & FIRST != 0
        if row["flags"] & REACHED == 0:
            continue
        own[D_LIVE] += 1
        if row["outcome"] == ABANDONED:
            own[D_NUISANCE] += 1
            continue
        right = row["flags"] & RIGHT != 0
        own[D_RIGHT] += right
        own[D_WRONG] += not right
        own[D_TALK] += row["talk"]
        own[D_WRAP] += row["wrap"]
        if row["outcome"] == ANSWERED:
            work[cell, row["group"], G_ANSWERED] += 1
