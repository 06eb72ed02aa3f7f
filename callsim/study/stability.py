"""Where more work comes than all who may do it can do, and callers do not hang up: waits grow and grow."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from callsim.build import Plan
from callsim.measures import COUNTS, RATIOS
from callsim.sim.tally import G_ON_DUTY

PATIENT_MS = 3_600_000  # who waits an hour on the mean hardly ever hangs up in time
LONG = 2  # intervals on end that are worth a warning
NAMED = 3  # queues in a warning


def warn(plan: Plan, calls: np.ndarray, work: np.ndarray) -> list[str]:
    """Queues that are overloaded for long.

    `calls`: int64 [cell, queue, column], `work`: int64 [cell, group, column], sums over runs.
    """
    handling = RATIOS["aht_s"]
    assert handling.under is not None
    answered = calls.sum(axis=0) @ handling.under
    each = (calls.sum(axis=0) @ handling.over) / np.maximum(answered, 1)  # ms
    load = (calls @ COUNTS["offered"].over) * each  # ms of work that came, [cell, queue]
    said = []
    for queues, groups in _together(plan):
        patient = [row for row in queues if _is_patient(plan, row)]
        if not patient or not answered[queues].all():
            continue
        came, done = load[:, queues].sum(axis=1), work[:, groups, G_ON_DUTY].sum(axis=1)
        start, end = _longest(came >= np.maximum(done, 1))
        if end - start >= min(LONG, len(came)):
            erlangs = came[start:end].sum() / max(done[start:end].sum(), 1)
            names = ", ".join(plan.queues[row].name for row in patient[:NAMED])
            more = f" and {len(patient) - NAMED} more" if len(patient) > NAMED else ""
            starts = [*plan.starts(), "the end"]
            said.append(
                f"overloaded from {starts[start]} to {starts[end]}: {names}{more} with all that shares their "
                f"agents is {erlangs:.2f} times the work that these can do, and hardly anybody hangs up, so "
                "waits grow all that time"
            )
    return said


def _is_patient(plan: Plan, row: int) -> bool:
    patience = plan.demand.queues[row].patience
    return patience is None or bool(patience.mean.max() >= PATIENT_MS)


def _together(plan: Plan) -> list[tuple[list[int], list[int]]]:
    """Queues and groups that share any work at all."""
    pairs, queues, size = plan.centre.pairs, len(plan.queues), len(plan.queues) + len(plan.groups)
    edges = pairs["queue"], queues + pairs["group"]
    _, part = connected_components(coo_array((np.ones(len(pairs)), edges), (size, size)), directed=False)
    return [
        (np.flatnonzero(part[:queues] == k).tolist(), np.flatnonzero(part[queues:] == k).tolist())
        for k in dict.fromkeys(part[:queues].tolist())
    ]


def _longest(overloaded: np.ndarray) -> tuple[int, int]:
    """The longest stretch of cells on end."""
    best, start = (0, 0), 0
    for cell, over in enumerate([*overloaded.tolist(), False]):
        if not over:
            if cell - start > best[1] - best[0]:
                best = start, cell
            start = cell + 1
    return best
