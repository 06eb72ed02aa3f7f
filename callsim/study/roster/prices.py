"""What makes a roster dear: the hours of the day whose requirement its paid hours are there for.

The covering programme, solved in fractions of people, has a price for each of its rows: the paid hours that
one agent less, required at that moment, would save (the dual value). Prices times requirements add up to the
paid hours, so they say what part of these each stretch of the day asks for: a peak that only a whole shift
covers asks for all of that shift.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from callsim.study.roster.cover import Cover, Requirement, Roster
from callsim.study.roster.programme import prices, strictest
from callsim.units import DAY_MS

MOST = 3  # stretches that are told
WORTH_TELLING = 0.1  # of the paid hours


@dataclass(frozen=True, kw_only=True)
class Dear:
    """A stretch of the day that people are paid for."""

    group: str  # that counts most for it
    begin_s: float  # of the day
    end_s: float
    share: float  # of the paid hours
    hours_saved: float  # paid hours a day, all copies, if one agent less were required throughout


def dearest(cover: Cover, wanted: Sequence[Sequence[Requirement]], roster: Roster) -> list[Dear]:
    """The dearest stretches of the day, up to `MOST`; none where not every moment is covered.

    `wanted`: [day, part]. A requirement that holds at moments on end is one stretch, whatever the day.
    """
    if roster.shortages or not roster.hours:
        return []
    rows = strictest(cover.cover_rows(wanted))
    price = prices(cover.cost, rows, [*cover.seats, *cover.nights, *cover.breaks])
    asked: dict[str, np.ndarray] = {}  # by group float64 [moment, (paid hours, saved by one agent less)]
    for row, saved in zip(rows, price, strict=True):
        of_group = asked.setdefault(row.where, np.zeros((len(cover.moments), 2)))
        of_group[row.moment] += saved * row.limit, saved
    dates = sum(len(day.numbers) for day in cover.days)
    total = sum(float(of_group[:, 0].sum()) for of_group in asked.values())
    ends = [*cover.moments[1:], DAY_MS]
    found = []
    for group, each in asked.items():
        for begin, end in _stretches(each[:, 0] > 1e-9 * total):
            hours, saved = each[begin:end].sum(axis=0).tolist()
            found.append(
                Dear(
                    group=group,
                    begin_s=cover.moments[begin] / 1000,
                    end_s=ends[end - 1] / 1000,
                    share=hours / total,
                    hours_saved=saved / dates,
                )
            )
    found.sort(key=lambda one: -one.share)
    return [one for one in found if one.share >= WORTH_TELLING][:MOST]


def _stretches(there: np.ndarray) -> list[tuple[int, int]]:
    """Where values on end are true: from, to. bool [moment]."""
    edges = np.flatnonzero(np.diff(np.r_[0, there.astype(int), 0]))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
