"""Figures of several queues together: all of them, or a family of alike ones, in whole and by interval."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from callsim.build import Plan
from callsim.measures import COUNTS, PERCENTILES, RATIOS, SERVICE_LEVEL, WAITS, Formula, figure, known
from callsim.study.estimates import longest_wait, of_calls, told
from callsim.study.families import families
from callsim.study.runs import Runs

Rows = slice | list[int]  # of queues

IN_INTERVALS = {name: COUNTS[name] for name in ("offered", "answered", "abandoned", "blocked")}
RATIOS_IN_INTERVALS = {name: RATIOS[name] for name in ("asa_s", "abandoned_share", "aht_s")}


def in_interval(runs: Runs, cell: int, queues: Rows) -> dict[str, Any]:
    """The figures of one interval, as in the JSON of results."""
    sums = runs.calls[:, cell, queues].sum(axis=1)
    return {
        **_every(IN_INTERVALS, sums),
        "service_level": _every(SERVICE_LEVEL, sums),
        **_every(RATIOS_IN_INTERVALS, sums),
        "wait_max_s": known(longest_wait(runs.longest[:, cell, queues].max(axis=1), sums)).to_dict(),
    }


def by_interval(plan: Plan, runs: Runs, queues: Rows) -> Iterator[dict[str, Any]]:
    """The same of every interval."""
    for cell, start in enumerate(plan.starts()):
        yield {"start": start, **in_interval(runs, cell, queues)}


def families_of(plan: Plan, runs: Runs) -> dict[str, Any]:
    """For each family of alike queues: who they are, and their figures together."""
    names = [copy.name for copy in plan.queues]
    return {
        name: {
            "queues": [names[row] for row in rows],
            **_in_all(runs, rows),
            "waits": waits_of(runs, rows),
            "intervals": list(by_interval(plan, runs, rows)),
        }
        for name, rows in families(names).items()
    }


def waits_of(runs: Runs, queues: Rows) -> dict[str, Any]:
    """The share of answered calls in each class of waits, named by its longest in seconds."""
    return _every(WAITS, runs.waits[:, queues].sum(axis=1))


def _in_all(runs: Runs, rows: list[int]) -> dict[str, Any]:
    """All figures but percentiles, which are kept of each queue and of all together."""
    sums = runs.calls[:, :, rows].sum(axis=(1, 2))
    longest = runs.longest[:, :, rows].max(axis=(1, 2))
    found = told(of_calls(sums, longest, np.full((len(sums), len(PERCENTILES)), np.nan)))
    return {name: figures for name, figures in found.items() if name not in PERCENTILES}


def _every(formulas: dict[str, Formula], sums: np.ndarray) -> dict[str, Any]:
    return {name: figure(sums, formula).to_dict() for name, formula in formulas.items()}
