"""Every figure of a queue, a group or all together, with what each run says of it, by its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from callsim.arrays import Floats, Ints
from callsim.results import measures
from callsim.results.measures import (
    COUNTS,
    PERCENTILES,
    RATIOS,
    SEATS,
    SERVICE_LEVEL,
    SHORT_COUNT,
    WAITS,
    WORK,
    Estimate,
    Figure,
    Formula,
)
from callsim.results.schema import Figures
from callsim.sim.count.columns import N_ANSWERED

LEVELS = {f"service_level.{name}": formula for name, formula in SERVICE_LEVEL.items()}
CALLS = {**COUNTS, **LEVELS, **RATIOS}
# Counts of an interval add up to its offered calls; of ratios all but those that only whole runs tell.
ONLY_IN_ALL = ("redialled", "wait_s", "delayed_share", "blocked_share")
IN_INTERVALS = {name: formula for name, formula in CALLS.items() if name not in ONLY_IN_ALL}
SHORT_ABANDONED = tuple(SHORT_COUNT)  # only where the scenario has `goals.short_abandon`
CLASSES = {f"waits.{name}": formula for name, formula in WAITS.items()}

# The figures that each part of a result has.
OF_ONE_QUEUE = (*PERCENTILES, "wait_max_s", *CLASSES)  # that no other stands beside
OF_CALLS = (*CALLS, *OF_ONE_QUEUE)
OF_FAMILIES = (*CALLS, "wait_max_s", *CLASSES)
OF_INTERVALS = (*IN_INTERVALS, "wait_max_s"), ("goal_probability", "required", *SHORT_ABANDONED)
OF_GROUPS = (*WORK, "absent_h", "paid_h")
OF_SITES = ("seats_used_peak", *SEATS, "calls_lost_to_seats")
OF_SITE_INTERVALS = ("seats_used", "waiting_for_seat", "seats_used_peak")
OF_POOLS = ("on_duty", "required", "net_staff", "occupancy")
OF_INCIDENTS = (*LEVELS, "abandoned_share")
AMOUNTS = ("wages", "seats", "abandoned", "per_contact", "total")

Estimated = dict[str, Estimate]  # by key


@dataclass(frozen=True)
class Estimates:
    """Every figure that plans can be compared by."""

    total: Estimated
    queues: Mapping[str, Estimated]
    groups: Mapping[str, Estimated]
    costs: Estimated | None  # where there are prices
    menus: Mapping[str, Estimated] = field(default_factory=dict)  # none in saved results
    campaigns: Mapping[str, Estimated] = field(default_factory=dict)  # likewise


def of_calls(sums: Ints, longest: Ints, percentiles: Floats, short: bool) -> Estimated:
    """The figures of calls, of each cell.

    `sums`: int64 [run, …, column]; `longest`: int64 [run, …] ms, the longest wait of an answered call;
    `percentiles`: float64 [run, …, percentile] s; `short`: whether short abandons are told.
    """
    return {
        **{name: measures.estimate(sums, formula) for name, formula in with_short(CALLS, short).items()},
        **{name: measures.estimate_of(percentiles[..., k]) for k, name in enumerate(PERCENTILES)},
        "wait_max_s": measures.estimate_of(longest_waits(longest, sums)),
    }


def with_short(formulas: Mapping[str, Formula], short: bool) -> Mapping[str, Formula]:
    """Some formulas of calls and, if `short`, that of calls that gave up too soon to count."""
    return {**formulas, **SHORT_COUNT} if short else formulas


def of_work(sums: Ints) -> Estimated:
    """The figures of the work of groups: int64 [run, …, column]."""
    return {name: measures.estimate(sums, formula) for name, formula in WORK.items()}


def longest_waits(waits: Ints, sums: Ints) -> Floats:
    """The longest wait of answered calls: float64 [run, …] s; NaN where none was answered.

    `waits`: int64 [run, …] ms; `sums`: int64 [run, …, column].
    """
    return np.where(sums[..., N_ANSWERED] > 0, waits * measures.MS, np.nan)


def split(found: Estimated, names: Sequence[str]) -> dict[str, Estimated]:
    """The estimates of each cell in a row, by the names of the cells."""
    return {
        name: {key: Estimate(one.mean[k], one.values[k], one.most) for key, one in found.items()}
        for k, name in enumerate(names)
    }


def known(found: Estimated) -> Figures:
    """The figures of the only cell, with their intervals."""
    (only,) = each(found)
    return only


def each(found: Estimated) -> list[Figures]:
    """The figures of each cell, with their intervals."""
    return _rows({name: measures.figures(one) for name, one in found.items()})


def each_of(formulas: Mapping[str, Formula], sums: Ints) -> list[Figures]:
    """The figures that some formulas make of each cell: int64 [run, …, column]."""
    # One after another: what the runs say of all of them would take the room of many intervals.
    return _rows({name: measures.figures(measures.estimate(sums, one)) for name, one in formulas.items()})


def _rows(columns: Mapping[str, list[Figure]]) -> list[Figures]:
    return [Figures(zip(columns, cell, strict=True)) for cell in zip(*columns.values(), strict=True)]
