"""What planners know and counts do not: campaigns, launches, festivals, from a file of events.

    spring festival: {dates: 2027-02-05 to 2027-02-11, times: 0.62}
    launch: {dates: [2026-03-02, 2027-03-01 to 2027-03-03], queues: [sales]}

`times` is calls relative to an ordinary day of the same weekday, and stands instead of what the calendar
says. Without it the effect is learned from the dates that the history has. Days of events that the history
has are not taken for ordinary ones.
"""

from __future__ import annotations

import datetime
import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from callsim.errors import Mistake, ScenarioError
from callsim.scenario.document import Node, read
from callsim.scenario.words.mistakes import nearest
from callsim.sentences import say
from callsim.units import shown

_DATE = r"\d{4}-\d{2}-\d{2}"
_DATES = re.compile(rf"\s*({_DATE})(?:\s+to\s+({_DATE})|\.\.({_DATE}))?\s*", re.ASCII)
_KEYS = ("dates", "times", "queues")
_LARGEST = 1000.0


@dataclass(frozen=True)
class Event:
    """Days on which more or fewer callers call than on ordinary days."""

    name: str
    spans: tuple[tuple[datetime.date, datetime.date], ...]
    """First and last dates."""
    times: float | None = None
    """Calls relative to an ordinary day of the weekday; None: learned from past dates."""
    queues: tuple[str, ...] = ()
    """The queues it concerns; empty: all."""

    def on(self, dates: np.ndarray) -> np.ndarray:
        """bool [day]: which of the dates (datetime64[D]) are its."""
        there = np.zeros(len(dates), bool)
        for first, last in self.spans:
            there |= (dates >= np.datetime64(first)) & (dates <= np.datetime64(last))
        return there


def read_events(path: str | Path) -> tuple[Event, ...]:
    """The events of a file. Raises ScenarioError with all mistakes and their places."""
    root, mistakes = read(path)
    events = []
    if not isinstance(root.value, dict):
        if not mistakes:
            text = say("events.wanted")
            mistakes = [root.place.mistake(text)]
    else:
        for name, node in root.mapping.items():
            wrong: list[Mistake] = []
            event = _event(name, node, wrong)
            mistakes.extend(wrong)
            if event is not None and not wrong:
                events.append(event)
    if mistakes:
        raise ScenarioError(sorted(mistakes))
    return tuple(events)


def _event(name: str, node: Node, wrong: list[Mistake]) -> Event | None:
    if not isinstance(node.value, dict):
        wrong.append(node.place.mistake(say("events.write_dates", name=name)))
        return None
    for key, child in node.mapping.items():
        if key not in _KEYS:
            near = nearest(key, _KEYS)
            wrong.append(
                child.head.mistake(say("values.unknown_key", key=shown(key), hint=near or say("events.keys")))
            )
    if "dates" not in node.mapping:
        wrong.append(node.head.mistake(say("events.no_dates", name=name)))
        return None
    spans = [span for one in _each(node.mapping["dates"]) if (span := _span(one, wrong)) is not None]
    times = _times(node.mapping["times"], wrong) if "times" in node.mapping else None
    queues = [_word(one, wrong) for one in _each(node.mapping["queues"])] if "queues" in node.mapping else []
    return Event(name, tuple(spans), times, tuple(queues))


def _each(node: Node) -> list[Node]:
    return list(node.value) if isinstance(node.value, list) else [node]


def _word(node: Node, wrong: list[Mistake]) -> str:
    if not isinstance(node.value, str):
        wrong.append(node.place.mistake(say("events.no_name", value=shown(node.value))))
    return str(node.value)


def _span(node: Node, wrong: list[Mistake]) -> tuple[datetime.date, datetime.date] | None:
    match = _DATES.fullmatch(node.value) if isinstance(node.value, str) else None
    if match is None:
        how = say("events.such_dates")
        wrong.append(node.place.mistake(say("events.no_date", value=shown(node.value), how=how)))
        return None
    try:
        first = datetime.date.fromisoformat(match[1])
        last = datetime.date.fromisoformat(match[2] or match[3] or match[1])
    except ValueError:
        wrong.append(node.place.mistake(say("events.not_in_calendar", value=shown(node.value))))
        return None
    if last < first:
        wrong.append(node.place.mistake(say("events.backwards", value=shown(node.value))))
        return None
    return first, last


def _times(node: Node, wrong: list[Mistake]) -> float | None:
    value = node.value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        wrong.append(node.place.mistake(say("events.no_factor", value=shown(value))))
        return None
    if not 0 <= value <= _LARGEST:
        wrong.append(node.place.mistake(say("events.out_of_range", value=shown(value), largest=_LARGEST)))
        return None
    return float(value)
