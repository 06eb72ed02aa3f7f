"""Shapes of files that callsim reads, first of all those of the tables that callsim writes.

Another shape of file is another Dialect: here, or in `vendors` if it is a system's report by interval.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from callsim.history.canonical import (
    ABANDONED,
    ANSWERED,
    BLOCKED,
    CALLBACK,
    CLOSED,
    DIRECT,
    FLOW_IN,
    TRANSFERRED,
    Owner,
)
from callsim.sentences import say
from callsim.units import shown

UNITS_OF: Mapping[str, tuple[str, ...]] = {
    "s": ("s",),
    "ms": ("ms",),
    "ms?": ("ms", "s"),
    "?": ("s", "ms"),
}
"""By the unit of a dialect those that its numbers can have; the first one where no number tells."""


@dataclass(frozen=True)
class Dialect:
    """A shape of file."""

    system: Callable[[], str]
    """Returns what a report calls it, in the language in force."""
    table: Literal["calls", "intervals"]
    needed: tuple[str, ...]
    """The columns, by callsim's names, that a file of this shape must have."""
    columns: Mapping[str, tuple[str, ...]]
    """By callsim's name of a column the names that files have for it, in small letters; the first one found
    counts.

    Tables of intervals have averages, too: `asa_s` and `ata_s` (per answered and abandoned call), and
    `aht_s`, `talk_mean_s`, `wrap_mean_s`, `hold_mean_s` (per answered call).
    """
    outcomes: Mapping[str, int | None] = field(default_factory=dict)
    """Of calls: outcomes by the file's words for them, in small letters. None: the row is no call at all."""
    entries: Mapping[str, int] = field(default_factory=dict)
    """Of calls: how they entered their queue, by the file's words for it."""
    owner: Owner = "arrival"
    """Of intervals: whether a call belongs to that of its arrival or of its end."""
    only_queued: bool = False
    """Whether a caller who hung up after 0 s was in the menu before the queue, not in the queue."""
    strict: bool = False
    """Whether dates are written as 2026-02-14 09:30, numbers plainly and durations in seconds, as callsim
    does."""
    unit: str = "s"
    """The unit of durations written as numbers: s; ms; `ms?`, ms unless users chose another; `?`, any."""
    dates: str = ""
    """`day-first` or `month-first`, where the system always has it so."""
    utc: bool = False
    """Whether times are of UTC that tell no zone themselves, nor by the name of their column."""
    adds: bool = False
    """Of intervals: whether several rows of one interval are parts of it."""
    always: Callable[[], str] | None = None
    """Returns what is to be known of any such file, as a note of its report."""

    def __post_init__(self) -> None:
        if self.unit not in UNITS_OF:
            units = ", ".join(UNITS_OF)
            raise ValueError(say("read.none_of", option="unit", word=shown(self.unit), words=units))


CALLS = Dialect(
    lambda: say("systems.calls"),
    "calls",
    ("arrival", "wait_s", "outcome"),
    {
        "arrival": ("arrival", "arrive"),
        "queue": ("queue",),
        "outcome": ("outcome",),
        "wait_s": ("wait_s",),
        "talk_s": ("talk_s",),
        "hold_s": ("hold_s",),
        "wrap_s": ("wrap_s",),
        "agent": ("agent",),
        "caller": ("caller", "client"),
        "priority": ("priority",),
        "entered_by": ("entered_by",),
    },
    {
        "answered": ANSWERED,
        "abandoned": ABANDONED,
        "balked": ABANDONED,
        "blocked": BLOCKED,
        "transferred": TRANSFERRED,
        "closed": CLOSED,
    },
    {"direct": DIRECT, "flow_in": FLOW_IN, "callback": CALLBACK},
    strict=True,
)

BANK_LOG = Dialect(
    lambda: say("systems.bank"),
    "calls",
    ("arrival", "wait_s", "outcome", "talk_s"),
    {
        "arrival": ("vru_exit",),
        "queue": ("queue",),
        "outcome": ("outcome",),
        "wait_s": ("queue_s",),
        "talk_s": ("service_s",),
        "agent": ("agent",),
        "caller": ("customer",),
        "priority": ("priority",),
    },
    {"agent": ANSWERED, "hang": ABANDONED, "phantom": None},
    only_queued=True,
    strict=True,
)

INTERVALS = Dialect(
    lambda: say("systems.intervals"),
    "intervals",
    ("interval_start", "offered"),
    {
        "interval_start": ("interval_start",),
        "queue": ("queue",),
        "offered": ("offered",),
        "answered": ("answered",),
        "abandoned": ("abandoned",),
        "flow_out": ("flow_out",),
        "answered_in_sl": (
            "answered_in_sl",
            "answered_#s",
            "answered_within_#s",
            "answered_#sec",
            "answered_#_s",
        ),
        "abandoned_in_sl": ("abandoned_in_sl",),
        "abandoned_short": ("abandoned_short",),
        "wait_answered_s": ("wait_answered_s",),
        "wait_abandoned_s": ("wait_abandoned_s",),
        "wait_max_s": ("wait_max_s",),
        "talk_s": ("talk_s",),
        "hold_s": ("hold_s",),
        "wrap_s": ("wrap_s",),
        "handle_s": ("handle_s",),
        "staffed_s": ("staffed_s",),
        "available_s": ("available_s",),
        "owner": ("owner",),
        "asa_s": ("asa_s",),
        "ata_s": ("ata_s", "avg_abandon_s"),
        "aht_s": ("aht_s",),
        "talk_mean_s": ("avg_talk_s",),
        "hold_mean_s": ("avg_hold_s",),
        "wrap_mean_s": ("avg_wrap_s",),
    },
    strict=True,
)

OWN = (CALLS, BANK_LOG, INTERVALS)
