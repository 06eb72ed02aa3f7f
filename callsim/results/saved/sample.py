"""Which calls are kept one by one: a share of them, chosen by a hash of the call and never by luck.

A call is chosen by its queue, its run and the millisecond it arrives in, so that two plans with one
seed keep the same calls.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from callsim.arrays import Bools, Rows
from callsim.model import Model
from callsim.model.outbound.campaigns import in_rows
from callsim.results.saved.tables import Table
from callsim.sim.floor.records import OUTCOMES, RECORD

PIECE = 1_000_000  # rows at a time, so that a day of ten million calls needs little memory


class Sample:
    """Keeps a share of all records in files, one per run."""

    def __init__(self, model: Model, share: float, folder: str):
        self.model, self.share, self.folder = model, share, folder
        keys = [queue.key for queue in model.demand.queues]
        keys += [campaign.key for campaign in model.demand.campaigns]  # rows behind the queues
        self.keys = np.array(keys, np.uint64)

    def __call__(self, run: int, rows: Rows) -> None:
        """Take what a run's engine hands in: RECORD [row]."""
        rows = rows[rows["arrive"] >= self.model.centre.clock.opens]
        chosen = rows[chosen_ones(rows, self.keys, run, self.share, self.model.centre.clock.opens)]
        with open(self._file(run), "ab") as file:
            chosen.tofile(file)

    def tables(self, runs: int) -> Iterator[Table]:
        """What was kept of the first runs, some rows at a time."""
        for run in range(runs):
            with open(self._file(run), "rb") as file:
                while len(rows := np.fromfile(file, RECORD, PIECE)):
                    yield self._table(run, rows)

    def _file(self, run: int) -> str:
        return os.path.join(self.folder, f"run-{run}")

    def _table(self, run: int, rows: Rows) -> Table:
        start = datetime.datetime.combine(self.model.scenario.calendar.start, datetime.time())
        dialled = (name for name, _ in in_rows(self.model.scenario))
        queues = np.array([*(copy.name for copy in self.model.queues), *dialled], object)
        groups = np.array([*(copy.name for copy in self.model.groups), None], object)
        since = rows["arrive"] - self.model.centre.clock.opens
        return {
            "run": np.full(len(rows), run, np.int32),
            "arrive": np.datetime64(start, "ms") + since.astype("timedelta64[ms]"),
            "queue": queues[rows["queue"]],
            "outcome": np.array(OUTCOMES, object)[rows["outcome"]],
            "wait_ms": rows["wait"],
            "talk_ms": rows["talk"],
            "wrap_ms": rows["wrap"],
            "group": groups[rows["group"]],  # -1, nobody, is the last
            "attempt": rows["attempt"],
        }


def chosen_ones(rows: Rows, keys: npt.NDArray[np.uint64], run: int, share: float, opens: int) -> Bools:
    """Which records are chosen: bool [row]. `keys`: uint64 [queue] name the queues in every plan.

    The mixing steps are those of SplitMix64 (Steele, Lea & Flood 2014, OOPSLA, 453-472).
    """
    if share >= 1:
        return np.ones(len(rows), bool)
    mixed = keys[rows["queue"]] ^ _mixed((rows["arrive"] - opens).astype(np.uint64))
    mixed = _mixed(mixed + np.uint64(run))
    return np.asarray(mixed < np.uint64(share * 2.0**64))


def _mixed(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    words = words + np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(words ^ (words >> np.uint64(31)))
