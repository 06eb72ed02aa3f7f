"""The figures of many cells at once: to the last bit what `measures` tells of each, a cell at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from callsim.results import measures
from callsim.results.measures import Figure, Formula
from callsim.results.schema import Figures


def figures(sums: np.ndarray, formula: Formula) -> np.ndarray:
    """`measures.figure` of each cell: float64 [mean, low, high; …]; NaN where there is none.

    `sums`: int64 [run, …, column].
    """
    above, scale = _by_run(sums @ formula.over), formula.scale
    most = formula.most * scale
    if formula.under is None:
        return _known(above.mean(axis=-1) * scale, above * scale, most)
    below = _by_run(sums @ formula.under)
    total = np.where(below.any(axis=-1), below.sum(axis=-1), np.nan)
    share = above.sum(axis=-1) / total
    residuals = (above - share[..., None] * below) * (len(sums) / total)[..., None]
    return _known(share * scale, (share[..., None] + residuals) * scale, most)


def means(values: np.ndarray) -> np.ndarray:
    """`measures.mean_of` of each cell, likewise. `values`: float64 [run, …]; NaN where a run has none."""
    values = _by_run(values)
    found = _known(values.mean(axis=-1), values, math.inf)
    missing = np.isnan(values)
    for cell in zip(*np.nonzero(missing.any(axis=-1) & ~missing.all(axis=-1)), strict=True):
        of_some = measures.mean_of(values[cell])
        found[(slice(None), *cell)] = of_some.mean, of_some.low, of_some.high
    return found


def told(found: np.ndarray) -> list[Figure]:
    """As figures, cell after cell. `found`: float64 [mean, low, high; …]."""
    return [
        Figure(*(None if math.isnan(value) else value for value in cell))
        for cell in found.reshape(3, -1).T.tolist()
    ]


def told_of(formulas: Mapping[str, Formula], sums: np.ndarray) -> list[Figures]:
    """Every figure of each cell; `sums`: int64 [run, …, column]."""
    columns = [told(figures(sums, formula)) for formula in formulas.values()]
    return [Figures(zip(formulas, cell, strict=True)) for cell in zip(*columns, strict=True)]


def _by_run(values: np.ndarray) -> np.ndarray:
    """The same with a cell's runs side by side, as they are added up for one cell: float64 […, run]."""
    return np.ascontiguousarray(np.moveaxis(values, 0, -1), np.float64)


def _known(mean: np.ndarray, values: np.ndarray, most: float) -> np.ndarray:
    """A mean with Student's interval, as measures.known. `values`: float64 […, run]."""
    runs = values.shape[-1]
    if runs < 2:
        return np.stack([mean, np.full_like(mean, np.nan), np.full_like(mean, np.nan)])
    half = measures.student(runs - 1) * values.std(axis=-1, ddof=1) / math.sqrt(runs)
    return np.stack([mean, np.maximum(mean - half, 0.0), np.minimum(mean + half, most)])
