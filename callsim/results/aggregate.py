"""Figures of several queues together: all of them, or a family of alike ones, in whole and by interval."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from callsim.model import Model
from callsim.model.copies import families
from callsim.results import estimates
from callsim.results.cells import means, told, told_of
from callsim.results.estimates import longest_waits, of_calls
from callsim.results.measures import COUNTS, PERCENTILES, RATIOS, SERVICE_LEVEL, WAITS
from callsim.results.sums import Runs

Rows = slice | list[int]  # of queues

IN_INTERVALS = {name: formula for name, formula in COUNTS.items() if name != "redialled"}  # they add up
RATIOS_IN_INTERVALS = {name: RATIOS[name] for name in ("asa_s", "abandoned_share", "aht_s")}


def in_intervals(calls: np.ndarray, longest: np.ndarray) -> Iterator[dict[str, Any]]:
    """The figures of each interval, as in the JSON of results.

    `calls`: int64 [run, …, column]; `longest`: int64 [run, …] ms, the longest wait of an answered call.
    """
    for counts, levels, ratios, most in zip(
        told_of(IN_INTERVALS, calls),
        told_of(SERVICE_LEVEL, calls),
        told_of(RATIOS_IN_INTERVALS, calls),
        told(means(longest_waits(longest, calls))),
        strict=True,
    ):
        yield {**counts, "service_level": levels, **ratios, "wait_max_s": most}


def by_interval(model: Model, runs: Runs, queues: Rows) -> Iterator[dict[str, Any]]:
    """The same of some queues together."""
    together = in_intervals(runs.calls[:, :, queues].sum(axis=2), runs.longest[:, :, queues].max(axis=2))
    for start, found in zip(model.starts(), together, strict=True):
        yield {"start": start, **found}


def families_of(model: Model, runs: Runs) -> dict[str, Any]:
    """For each family of alike queues: who they are, and their figures together."""
    shown = model.shown_queues
    together = families([model.queues[row].original for row in shown])
    return {name: _family(model, runs, [shown[k] for k in numbers]) for name, numbers in together.items()}


def _family(model: Model, runs: Runs, rows: list[int]) -> dict[str, Any]:
    return {
        "queues": [model.queues[row].name for row in rows],
        **_in_all(runs, rows),
        "waits": waits_of(runs, rows),
        "intervals": list(by_interval(model, runs, rows)),
    }


def waits_of(runs: Runs, queues: Rows) -> dict[str, Any]:
    """The share of answered calls in each class of waits, named by its longest in seconds."""
    (found,) = told_of(WAITS, runs.waits[:, queues].sum(axis=1))
    return found


def _in_all(runs: Runs, rows: list[int]) -> dict[str, Any]:
    """All figures but percentiles, which are kept of each queue and of all together."""
    sums = runs.calls[:, :, rows].sum(axis=(1, 2))
    longest = runs.longest[:, :, rows].max(axis=(1, 2))
    found = estimates.told(of_calls(sums, longest, np.full((len(sums), len(PERCENTILES)), np.nan)))
    return {name: figures for name, figures in found.items() if name not in PERCENTILES}
