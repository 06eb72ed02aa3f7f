"""Charts as a page describes them: which columns of its data are drawn, and how.

A page has one or more `View`s (all queues, one queue, …), of which the reader sees one at a time, and
charts that draw the same columns of whichever view is chosen. Each chart comes with a table of exactly what
it draws. Drawing itself is done where the page is opened (`web/page.js`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

from callsim.results.measures import Figure
from callsim.sentences import label

Unit = Literal["share", "count", "seconds", "points"]
Values = Sequence[float | str | None]

DIGITS = {"share": 5, "count": 2, "seconds": 2, "points": 5}  # kept of what is drawn


@dataclass(frozen=True)
class Series:
    """One column of the view, drawn one way."""

    label: str
    column: str
    look: Literal["line", "bar", "limit"] = "line"  # a limit is dashed, as goals and requirements are
    band: bool = False  # with the 95 % interval in the columns …_low and …_high
    colour: int = 0  # 0 the main colour, 1 the second, …; a limit has its own
    dash: int | None = None  # how a line is broken; None: as its colour says


@dataclass(frozen=True)
class Chart:
    """One picture and its table."""

    title: str
    unit: Unit
    series: Sequence[Series]
    says: str = ""  # one sentence beneath the title
    x: str = "start"  # the column along the bottom: times, or names of classes
    x_title: str = "from"  # of the table's first column
    wide: bool = False  # takes the whole width of the page
    kind: Literal["time", "classes", "curve"] = "time"  # a curve is over numbers

    def to_dict(self) -> dict[str, object]:
        """As in the data of the page."""
        series = [{**asdict(one), "label": label(one.label)} for one in self.series]
        return {**asdict(self), "title": label(self.title), "x_title": label(self.x_title), "series": series}


@dataclass(frozen=True)
class Heat:
    """A map of views by time, darker where more of what was promised is missing."""

    title: str
    column: str  # a share by time
    goal: str  # the single value it should reach; views without it are left out
    says: str = ""
    kind: Literal["heat"] = "heat"

    def to_dict(self) -> dict[str, object]:
        """As in the data of the page."""
        return asdict(self)


@dataclass(frozen=True)
class Balance:
    """A map of rows by time: red where something is missing, blue where more is there than needed."""

    title: str
    rows: Sequence[tuple[str, str, str]]  # label, shared column of what is there, of what is needed
    says: str = ""
    kind: Literal["balance"] = "balance"

    def to_dict(self) -> dict[str, object]:
        """As in the data of the page."""
        return asdict(self)


@dataclass(frozen=True)
class View:
    """What is drawn when the reader chooses it: columns of one length, or single values."""

    label: str
    columns: Mapping[str, Values | float | None]
    group: str = ""  # the heading under which it can be chosen
    inside: bool = False  # one of a family: maps show it only when asked
    says: str = ""  # what a reader should know of it


@dataclass(frozen=True)
class Data:
    """All that a page draws."""

    views: Sequence[View] = ()
    columns: Mapping[str, Values] = field(default_factory=dict)  # those that all views share: times, classes
    end: str = ""  # when the last interval ends, ISO 8601

    def to_dict(self, drawings: Iterable[Chart | Heat | Balance]) -> dict[str, object]:
        """As in the data of the page."""
        return {
            "views": [asdict(view) for view in self.views],
            "columns": dict(self.columns),
            "end": self.end,
            "charts": [drawing.to_dict() for drawing in drawings],
        }


def columns(
    figures: Sequence[Figure], name: str, unit: Unit, band: bool = False
) -> dict[str, list[float | None]]:
    """A figure of each row as columns `name`, and `name_low` and `name_high` with `band`."""
    found = {name: [rounded(figure.mean, unit) for figure in figures]}
    if band:
        found[f"{name}_low"] = [rounded(figure.low, unit) for figure in figures]
        found[f"{name}_high"] = [rounded(figure.high, unit) for figure in figures]
    return found


def rounded(value: float | None, unit: Unit) -> float | None:
    """As exactly as anybody can see it in a chart; a whole number without its point."""
    if value is None or not math.isfinite(value):
        return None
    short = round(value, DIGITS[unit])
    return int(short) if short == int(short) else short
