"""Days that are not ordinary: how they differ from ordinary ones, learned from those of the past.

A special day is so much of an ordinary day of its weekday and so much of a Sunday. Each kind of day has its
two shares, each holiday and each day of a Spring Festival a factor besides. What is known from few days is
drawn towards no effect.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from scipy.optimize import nnls

from callsim.history.forecast.calendar import HOLIDAY, KINDS, NO_FESTIVAL, ORDINARY
from callsim.history.forecast.events import Event
from callsim.sentences import say

UNKNOWN = 0.5
"""The share by which a day of which nothing is known may be off."""

LEAST = 2  # days of a kind; one seen less often is taken for an ordinary one, and said to be
_DIGITS = 12  # of a share; the last digits of least squares differ between processors and open closed hours
_DOUBT = 2.0  # days' worth of doubt whether a kind, a holiday's name or a festival's day differs at all


class Special(NamedTuple):
    """A special day: what the calendar and events say of it."""

    kind: int  # index in KINDS
    name: str  # of a holiday
    festival: int  # days since the eve of the Spring Festival, or NO_FESTIVAL
    events: tuple[Event, ...]

    @property
    def label(self) -> str:
        """What planners call it."""
        if self.events:
            return ", ".join(event.name for event in self.events)
        if self.name:
            return self.name
        if self.kind != ORDINARY:
            return KINDS[self.kind]
        return say("forecasting.festival_day", day=self.festival)


class Seen(NamedTuple):
    """A special day of the past beside ordinary days."""

    day: Special
    calls: np.ndarray  # float64 [slot], NaN where unknown
    own: np.ndarray  # float64 [slot]  an ordinary day of its weekday, then
    sunday: np.ndarray  # float64 [slot]  a Sunday, then


@dataclass
class Effects:
    """The effects of special days on calls."""

    shares: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Of a kind: how much of its own weekday and how much of a Sunday it is."""
    names: dict[str, float] = field(default_factory=dict)
    festival: dict[int, float] = field(default_factory=dict)
    events: dict[str, float] = field(default_factory=dict)
    apart: dict[int, float] = field(default_factory=dict)
    """Of a kind: the share by which its past days were off what is learned of them."""
    seen: dict[str, int] = field(default_factory=dict)
    """Past days of each kind, name, event and festival day: how well each is known."""

    def curve(self, day: Special, own: np.ndarray, sunday: np.ndarray) -> np.ndarray:
        """The calls of a special day, from those of an ordinary one and of a Sunday: float64 [slot]."""
        curve = self._of_calendar(day, own, sunday)
        given = [event.times for event in day.events if event.times is not None]
        if given:  # relative to an ordinary day, with the shape of the day that the calendar says
            total = float(curve.sum())
            curve = (curve / total if total > 0 else own / max(float(own.sum()), 1e-12)) * own.sum()
            curve = curve * float(np.prod(given))
        for event in day.events:
            if event.times is None:
                curve = curve * self.events.get(event.name, 1.0)
        return np.asarray(curve)

    def _of_calendar(self, day: Special, own: np.ndarray, sunday: np.ndarray) -> np.ndarray:
        weekday, like_sunday = self.shares.get(day.kind, (1.0, 0.0))
        curve = weekday * own + like_sunday * sunday
        return np.asarray(curve * self.names.get(day.name, 1.0) * self.festival.get(day.festival, 1.0))

    def days_seen(self, day: Special) -> int:
        """How many past days the effect of a special day is learned from."""
        if day.events:
            return min(self.seen.get(f"event {event.name}", 0) for event in day.events)
        if day.kind != ORDINARY:
            return self.seen.get(KINDS[day.kind], 0)
        return self.seen.get(f"festival {day.festival}", 0)

    def is_assumed(self, day: Special) -> bool:
        """Whether nothing is known of such a day, so that it is taken for an ordinary one."""
        if any(event.times is not None for event in day.events):
            return False
        return self.days_seen(day) < (1 if day.kind == ORDINARY or day.events else LEAST)

    def doubt(self, day: Special) -> float:
        """The share by which a special day may be off for all that is known of days of its kind."""
        return UNKNOWN if self.is_assumed(day) else self.apart.get(day.kind, 0.0)


def learned(past: list[Seen]) -> Effects:
    """The effects that special days of the past had."""
    effects = Effects()
    for kind in range(1, len(KINDS)):
        of = [one for one in past if one.day.kind == kind and not one.day.events]
        effects.seen[KINDS[kind]] = len(of)
        if len(of) >= LEAST:
            effects.shares[kind] = _shares(of, 0.0 if kind == HOLIDAY else _DOUBT)
    plain = [one for one in past if not one.day.events]
    for name in dict.fromkeys(one.day.name for one in plain if one.day.name):
        of = [one for one in plain if one.day.name == name and one.day.festival == NO_FESTIVAL]
        if of and of[0].day.kind in effects.shares:
            effects.names[name] = _factor(effects, of, _DOUBT)
    for offset in sorted({one.day.festival for one in plain} - {NO_FESTIVAL}):
        of = [one for one in plain if one.day.festival == offset]
        effects.seen[f"festival {offset}"] = len(of)
        effects.festival[offset] = _factor(effects, of, _DOUBT)
    for kind in effects.shares:
        effects.apart[kind] = _apart(effects, [one for one in plain if one.day.kind == kind])
    for event in dict.fromkeys(event for one in past for event in one.day.events):
        of = [one for one in past if event in one.day.events]
        effects.seen[f"event {event.name}"] = len(of)
        if event.times is None:
            effects.events[event.name] = _factor(effects, of, 0.0)
    return effects


def _shares(of: list[Seen], doubt: float) -> tuple[float, float]:
    """Least squares, weighted as counts are; neither share is negative."""
    calls = np.concatenate([one.calls for one in of])
    own, sunday = (np.concatenate([getattr(one, name) for one in of]) for name in ("own", "sunday"))
    known = np.isfinite(calls)
    weigh = 1 / np.sqrt(own + sunday + 1.0)[known]
    found, _ = nnls(np.column_stack([own[known] * weigh, sunday[known] * weigh]), calls[known] * weigh)
    own_share, sunday_share = found.round(_DIGITS)
    sure = len(of) / (len(of) + doubt)
    return float(1 - sure + sure * own_share), float(sure * sunday_share)


def _factor(effects: Effects, of: list[Seen], doubt: float) -> float:
    """Returns the factor that is left to explain of these days, drawn towards 1."""
    logs = []
    for one in of:
        said = effects._of_calendar(one.day, one.own, one.sunday)
        known = np.isfinite(one.calls)
        # One call more on either side, so that a day without calls has a logarithm.
        logs.append(np.log((one.calls[known].sum() + 1.0) / (said[known].sum() + 1.0)))
    return float(np.exp(sum(logs) / (len(logs) + doubt)))


def _apart(effects: Effects, of: list[Seen]) -> float:
    """The share by which days were off; each is counted as if it had not been learned from."""
    said = np.array([effects._of_calendar(one.day, one.own, one.sunday).sum() for one in of])
    had = np.array([np.nansum(one.calls) for one in of])
    many = len(of) / (len(of) - 1)
    off = float(((had - said) ** 2).sum() * many - had.sum())
    return float(np.sqrt(max(off, 0.0) / max(float((said**2).sum()), 1.0)))
