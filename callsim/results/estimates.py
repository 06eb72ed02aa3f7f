"""Every figure of a queue, a group or all together, with what each run says of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from callsim.results import measures
from callsim.results.measures import COUNTS, PERCENTILES, RATIOS, SERVICE_LEVEL, WORK, Estimate, Formula
from callsim.sim.count.tally import N_ANSWERED

Estimates = dict[str, Any]  # name -> Estimate, or Estimates again


def of_calls(sums: np.ndarray, longest: np.ndarray, percentiles: np.ndarray) -> Estimates:
    """The figures of calls.

    `sums`: int64 [run, column]; `longest`: int64 [run] ms, the longest wait of an answered call;
    `percentiles`: float64 [run, percentile] s.
    """
    return {
        **_every(COUNTS, sums),
        "service_level": _every(SERVICE_LEVEL, sums),
        **_every(RATIOS, sums),
        **{name: measures.estimate_of(percentiles[:, k]) for k, name in enumerate(PERCENTILES)},
        "wait_max_s": measures.estimate_of(longest_waits(longest, sums)),
    }


def of_work(sums: np.ndarray) -> Estimates:
    """The figures of a group's work: int64 [run, column]."""
    return _every(WORK, sums)


def longest_waits(waits: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """The longest wait of answered calls: float64 [run, …] s; NaN where none was answered.

    `waits`: int64 [run, …] ms; `sums`: int64 [run, …, column].
    """
    return np.where(sums[..., N_ANSWERED] > 0, waits * measures.MS, np.nan)


def told(found: Mapping[str, Any]) -> dict[str, Any]:
    """The same with each estimate as {mean, low, high}."""
    return {
        name: measures.known(inner).to_dict()
        if isinstance(inner, Estimate)
        else told(inner)
        if isinstance(inner, Mapping)
        else inner
        for name, inner in found.items()
    }


def _every(formulas: Mapping[str, Formula], sums: np.ndarray) -> Estimates:
    return {name: measures.estimate(sums, formula) for name, formula in formulas.items()}
