"""The result of `callsim history` as users get it: every word of its JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from callsim.history.canonical import Note
from callsim.results.schema import Mapped, mapped


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue; null: the history does not tell it."""

    rows: int  # calls of a log, intervals of a report
    offered: float | None  # calls
    answered: float | None  # calls
    abandoned: float | None  # calls
    flow_out: float | None  # calls that left for another queue
    answered_in_time: float | None  # calls answered within the threshold
    asa_s: float | None  # mean wait of answered calls
    ata_s: float | None  # mean wait of abandoned calls
    aht_s: float | None  # mean time that an answered call took an agent


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch of a day in which a queue has no rows, or no calls, where many are usual."""

    queue: str  # its name
    date: str  # ISO
    from_: str  # clock
    to: str  # clock
    what: Literal["no rows", "no calls"]  # which of the two
    usual: float  # calls of this stretch on such a weekday


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Something that must hold of any history, held against this one."""

    name: str  # what must hold
    tested: int  # days of queues, or intervals, that tell all parts of it
    broken: int  # of these, where it does not hold
    first: str | None  # where it does not hold first: queue and time
    most: float  # how far off at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A way to count the service level, held against the percentages of the files."""

    formula: str  # calls in time ÷ calls that count
    tested: int  # intervals whose percentage could refute it
    fits: int  # of these, intervals whose percentage it gives
    right: bool  # whether it gives them, but for one in a hundred
    sure: bool  # whether calls in time are known; else their number could only be a whole one


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryResult:
    """The result of `callsim history`."""

    kind: Literal["history"] = "history"  # which result this is
    version: str  # of callsim
    files: Sequence[str]  # that were read
    system: str  # what wrote them
    table: Literal["calls", "intervals"]  # of what they are
    zone: str | None  # whose wall clock the times are of; null: local, of no zone that is named
    owner: str  # whether a call belongs to the interval of its arrival or of its end
    interval_s: float  # length of an interval; of logs the one that calls are summed into
    within_s: float | None  # the wait that counts as in time
    first: str  # day
    last: str  # day
    rows: int  # calls of a log, intervals of a report
    known: Sequence[str]  # figures that at least one row tells
    unknown: Sequence[str]  # figures that none tells
    queues: Mapping[str, Queue]  # by name
    identities: Sequence[Identity]  # that could be tested
    levels: Sequence[Level]  # where the files have percentages
    gaps: Sequence[Gap]  # holes and outages
    days_missing: Sequence[str]  # dates between first and last without any row
    notes: Sequence[Note]  # what was dropped, assumed, noticed

    def to_dict(self) -> Mapped:
        """As in the JSON."""
        return mapped(self)
