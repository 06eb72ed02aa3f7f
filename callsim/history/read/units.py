"""Durations of a report in seconds: a unit in the name of their column counts, else how long calls take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from callsim.errors import ScenarioError
from callsim.history.canonical import Note
from callsim.history.read.dialects import UNITS_OF
from callsim.history.read.head import Head, Shape, mistake
from callsim.history.read.how import CLOCK_UNITS, NUMBER_UNITS, How
from callsim.sentences import say

AVERAGES: Mapping[str, tuple[str, str]] = {
    "asa_s": ("wait_answered_s", "answered"),
    "ata_s": ("wait_abandoned_s", "abandoned"),
    "aht_s": ("handle_s", "answered"),
    "talk_mean_s": ("talk_s", "answered"),
    "hold_mean_s": ("hold_s", "answered"),
    "wrap_mean_s": ("wrap_s", "answered"),
}
"""Means: by our name of the column that of the sum, and of the calls that it is over."""

_TALKS = ("aht_s", "talk_mean_s", "handle_s", "talk_s")  # what tells how long calls take
_LIKELY_S = (30.0, 1800.0)  # between these a mean handling time is likely
Timed = Mapping[str, tuple[np.ndarray, np.ndarray]]
"""By our name of a column float64 [row] and int8 [row], as `Columns.durations` returns them."""


@dataclass(frozen=True)
class Durations:
    """The columns of a report that hold durations, as they are written."""

    head: Head
    shape: Shape
    how: How
    timed: Timed
    given: Mapping[str, np.ndarray]
    """Counts, float64 [row], by our name."""
    kept: np.ndarray  # bool [row]: the rows that are used

    def in_seconds(self) -> tuple[dict[str, np.ndarray], list[Note]]:
        """Returns the durations, float64 [row] by name, and what was assumed.

        Where no name of a column tells its unit, it is told by --unit, or it is the only one with which calls
        take a likely time. Raises ScenarioError where several do, or none.
        """
        number, clock, notes = self._chosen()
        found = {name: self._seconds(name, number, clock) for name in self.timed}
        return found, notes + self._unlikely(found)

    def _chosen(self) -> tuple[str, str, list[Note]]:
        """Returns the units of numbers and of clocks of two parts where no name tells them."""
        as_number = UNITS_OF[self.shape.dialect.unit]
        as_clock: tuple[str, ...] = CLOCK_UNITS
        if self.how.unit in NUMBER_UNITS:
            as_number = (self.how.unit,)
        if self.how.unit in CLOCK_UNITS:
            as_clock = (self.how.unit,)
        numbers = {name for name in self.timed if self._open(name, NUMBER_UNITS, 0)}
        clocks = {name for name in self.timed if self._open(name, CLOCK_UNITS, 2)}
        if numbers and not numbers & {*_TALKS} and len(as_number) > 1:
            # Waits without a unit beside handling times that tell theirs: written alike, but for minutes.
            told = {unit for unit in self.shape.units.values() if unit in as_number}
            as_number = (*told,) if len(told) == 1 == len({*self.shape.units.values()}) else as_number
        choices = [
            (number, clock)
            for number in (as_number if numbers else as_number[:1])
            for clock in (as_clock if clocks else as_clock[:1])
        ]
        if len(choices) == 1:
            return *choices[0], []
        fits = [one for one in choices if self._likely(numbers | clocks, *one)]
        if len(fits) != 1:
            raise self._undecided(choices, bool(numbers), as_number, numbers | clocks, bool(fits))
        unit = fits[0][0] if numbers and len(as_number) > 1 else fits[0][1]
        return *fits[0], [Note("assumed", say("rows.durations", unit=unit))]

    def _undecided(
        self,
        choices: list[tuple[str, str]],
        numbers: bool,
        as_number: tuple[str, ...],
        undecided: set[str],
        several: bool,
    ) -> ScenarioError:
        if not undecided & {*_TALKS}:
            which = say("read.units_untold")
        else:
            which = say("read.units_several") if several else say("read.units_none")
        words = ", ".join(sorted({word for one in choices for word in one if (word in as_number) == numbers}))
        return mistake(self.head.path, self.head.skip, say("read.units", units=words, which=which))

    def _open(self, name: str, units: tuple[str, ...], parts: int) -> bool:
        """Returns whether a column has numbers (0 parts) or clocks (2) whose unit its name does not tell."""
        value, clock = self.timed[name]
        there = (clock == parts) & self.kept & np.isfinite(value) & (value > 0)
        return self.shape.units.get(name, "") not in units and bool(there.any())

    def _likely(self, undecided: set[str], number: str, clock: str) -> bool:
        """Returns whether the mean handling time is a likely one if numbers and clocks have these units."""
        for name in _TALKS:
            if name in undecided:
                mean = self._mean(name, self._seconds(name, number, clock))
                if mean is not None:
                    return _LIKELY_S[0] <= mean <= _LIKELY_S[1]
        return False

    def _mean(self, name: str, seconds: np.ndarray) -> float | None:
        """Returns a column's mean per answered call; None where the calls are not known."""
        calls = self.given.get("answered", self.given.get("offered") if name in AVERAGES else None)
        if calls is None:
            return None
        known = self.kept & np.isfinite(seconds) & (calls > 0)
        total = float((seconds * calls)[known].sum() if name in AVERAGES else seconds[known].sum())
        many = float(calls[known].sum())
        return total / many if many else None

    def _unlikely(self, found: Mapping[str, np.ndarray]) -> list[Note]:
        """Returns a doubt where a name tells a unit by which calls would take no likely time."""
        notes = []
        for name in _TALKS:
            if name in found and self.shape.units.get(name):
                mean = self._mean(name, found[name])
                if mean and not _LIKELY_S[0] <= mean <= _LIKELY_S[1]:
                    column = self.shape.names[name]
                    notes.append(Note("undecided", say("rows.unlikely_unit", column=column, seconds=mean)))
        return notes

    def _seconds(self, name: str, number: str, of_two: str) -> np.ndarray:
        value, clock = self.timed[name]
        told = self.shape.units.get(name, "")
        factor_of_number = _FACTORS[told if told in NUMBER_UNITS else number]
        factor_of_two = _FACTORS[told if told in CLOCK_UNITS else of_two]
        found: np.ndarray = value * np.where(
            clock == 0, factor_of_number, np.where(clock == 2, factor_of_two, 1.0)
        )
        return found


_FACTORS = {"s": 1.0, "ms": 0.001, "min": 60.0, "m:ss": 1.0, "h:mm": 60.0}
