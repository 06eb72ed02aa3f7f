"""Figures of several queues together: all of them, or a family of alike ones, in whole and by interval."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from callsim.arrays import Ints
from callsim.model import Model
from callsim.model.copies import families
from callsim.results import measures
from callsim.results.clients import CLIENTS
from callsim.results.estimates import (
    CLASSES,
    IN_INTERVALS,
    each_of,
    known,
    longest_waits,
    of_calls,
    with_short,
)
from callsim.results.measures import PERCENTILES
from callsim.results.run import Family, Interval
from callsim.results.schema import Figures
from callsim.results.sums import Runs

Rows = slice | list[int]  # of queues


def in_intervals(calls: Ints, longest: Ints, clients: Ints, short: bool) -> Iterator[Figures]:
    """The figures of each interval; those of clients where calls follow others.

    `calls`: int64 [run, …, column]; `longest`: int64 [run, …] ms, the longest wait of an answered call;
    `clients`: int64 [run, …, CLIENT_COLUMNS], or without cells; `short`: whether short abandons are told.
    """
    longest_ones = measures.figures(measures.estimate_of(longest_waits(longest, calls)))
    found = each_of(with_short(IN_INTERVALS, short), calls)
    each = each_of(CLIENTS, clients) if clients.size else [Figures({})] * len(found)
    for figures, most, theirs in zip(found, longest_ones, each, strict=True):
        figures["wait_max_s"] = most
        yield Figures(figures | theirs)


def by_interval(model: Model, runs: Runs, queues: Rows) -> Iterator[Interval]:
    """Yields the figures of some queues together, interval after interval."""
    together = in_intervals(
        runs.calls[:, :, queues].sum(axis=2),
        runs.longest[:, :, queues].max(axis=2),
        runs.clients[:, :, queues].sum(axis=2),
        model.short > 0,
    )
    for start, figures in zip(model.starts(), together, strict=True):
        yield Interval(start=start, figures=figures)


def by_day(model: Model, runs: Runs) -> Iterator[Interval]:
    """Yields the figures of all queues together, day after day."""
    days, starts = model.scenario.calendar.days, model.starts()
    shape = (len(runs.calls), days, -1)
    sums = runs.calls.sum(axis=2).reshape(*shape, runs.calls.shape[-1]).sum(axis=2)
    longest = runs.longest.max(axis=2).reshape(shape).max(axis=2)
    clients = runs.clients.sum(axis=2)
    if clients.size:
        clients = clients.reshape(*shape, clients.shape[-1]).sum(axis=2)
    together = in_intervals(sums, longest, clients, model.short > 0)
    for start, figures in zip(starts[:: len(starts) // days], together, strict=True):
        yield Interval(start=start[:10], figures=figures)


def families_of(model: Model, runs: Runs) -> dict[str, Family]:
    """For each family of alike queues: who they are, and their figures together."""
    shown = model.shown_queues
    together = families([model.queues[row].original for row in shown])
    return {name: _family(model, runs, [shown[k] for k in numbers]) for name, numbers in together.items()}


def _family(model: Model, runs: Runs, rows: list[int]) -> Family:
    return Family(
        queues=[model.queues[row].name for row in rows],
        figures=Figures(_in_all(model, runs, rows) | waits_of(runs, rows)),
        intervals=list(by_interval(model, runs, rows)),
    )


def waits_of(runs: Runs, queues: Rows) -> Figures:
    """The share of answered calls in each class of waits, named by its longest in seconds."""
    (found,) = each_of(CLASSES, runs.waits[:, queues].sum(axis=1))
    return found


def _in_all(model: Model, runs: Runs, rows: list[int]) -> Figures:
    """All figures but percentiles, which are kept of each queue and of all together."""
    sums = runs.calls[:, :, rows].sum(axis=(1, 2))
    longest = runs.longest[:, :, rows].max(axis=(1, 2))
    found = known(of_calls(sums, longest, np.full((len(sums), len(PERCENTILES)), np.nan), model.short > 0))
    return Figures({name: figure for name, figure in found.items() if name not in PERCENTILES})
