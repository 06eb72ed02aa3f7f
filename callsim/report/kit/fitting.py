"""A page of at most 2 MB whatever the scenario: views of its charts and rows of tables give way, said so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from callsim.report.kit.charts import Data, View
from callsim.sentences import say

Row = TypeVar("Row")

LIMIT = 2_000_000  # bytes
CHARTS = 400_000  # bytes that charts keep before tables give way further
ROWS = (2_000, 500, 100, 30, 12)  # of a table, a list or a section, tried one after the other


@dataclass
class Fitted:
    """The part of a page's data that stays, and the rows that its tables may have."""

    data: Data
    rows: int | None  # None: all
    charts: bool  # whether any can be drawn
    views_left: int = 0

    def says(self) -> str:
        """Returns a sentence on what is left out and why; empty if nothing is."""
        left = []
        if not self.charts:
            left.append(say("pages.left_charts"))
        elif self.views_left:
            left.append(say("pages.left_views", views=self.views_left))
        if self.rows is not None:
            left.append(say("pages.left_rows", rows=self.rows))
        if not left:
            return ""
        parts = say("pages.both", one=left[0], other=left[1]) if len(left) > 1 else left[0]
        return say("pages.left_out", parts=parts)


def tries(data: Data, size: Callable[[Fitted], int]) -> Fitted:
    """The fullest page that is small enough. `size`: bytes of the page that is made of it."""
    have = Fitted(data, None, charts=True)
    whole = size(have)
    if whole <= LIMIT:
        return have
    of_views = sum(map(_bytes, data.views))
    for rows in (None, *ROWS):
        bare = Fitted(replace(data, views=()), rows, charts=True, views_left=len(data.views))
        room = LIMIT - size(bare)
        if not data.views and room >= 0:
            return bare
        if room >= min(of_views, CHARTS) or rows == ROWS[-1]:
            for fitted in _with_views(data, rows, room):
                if size(fitted) <= LIMIT:
                    return fitted
    for rows in (None, *ROWS):
        without = Fitted(Data(), rows, charts=False)
        if size(without) <= LIMIT:
            break
    return without


def _with_views(data: Data, rows: int | None, room: float) -> Iterator[Fitted]:
    """With fewer and fewer views: those inside of families go first, then the last ones; the first stays."""
    order = sorted(range(len(data.views)), key=lambda k: (data.views[k].inside, k))
    while room > 0:
        kept: list[int] = []
        taken = 0
        for k in order:
            taken += _bytes(data.views[k])
            if taken > room:
                break
            kept.append(k)
        if not kept:
            return
        some = [data.views[k] for k in sorted(kept)]
        yield Fitted(replace(data, views=some), rows, charts=True, views_left=len(data.views) - len(some))
        room = min(room, taken) * 0.9  # names may take more than they seem, escaped


def _bytes(view: View) -> int:
    told = {"label": view.label, "columns": dict(view.columns), "group": view.group, "says": view.says}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=list)
    return 2 * len(view.label.encode()) + len(text.encode()) + 120  # and its place in the list of choices


def shortened(rows: Sequence[Row], most: int | None) -> tuple[Sequence[Row], int]:
    """The first rows, and how many are left."""
    if most is None or len(rows) <= most:
        return rows, 0
    return rows[:most], len(rows) - most
