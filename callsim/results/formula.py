"""The result of `callsim erlang` as users get it: every word of its JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from callsim.erlang.result import ErlangResult
from callsim.results.schema import Mapped, mapped, read


@dataclass(frozen=True, kw_only=True)
class Levels:
    """The service level by each formula."""

    offered: float | None  # answered in time ÷ offered
    answered: float | None  # answered in time ÷ answered
    quick_abandons_excluded: float | None  # answered in time ÷ (offered − abandoned in time)
    quick_abandons_met: float | None  # answered or abandoned in time ÷ offered


@dataclass(frozen=True, kw_only=True)
class Formula:
    """The result of `callsim erlang`: null where a figure does not exist or grows without bound."""

    kind: Literal["erlang"] = "erlang"  # which result this is
    model: str  # Kendall's notation, +M: exponential patience
    agents: int
    lines: int | None  # agents and waiting places; null: no limit
    load_erlangs: float | None
    aht_s: float  # mean handling time
    patience_s: float | None  # mean; null: nobody gives up
    within_s: float  # the wait that still counts as good
    p_wait: float | None  # finds all agents busy and waits
    p_answered: float | None
    p_abandon: float | None
    p_block: float | None  # finds no line
    wait_s: float | None  # mean of answered and abandoned calls, zeros included
    asa_s: float | None  # mean of answered calls, zeros included
    wait_of_abandoned_s: float | None
    wait_of_delayed_s: float | None  # of calls that had to wait
    virtual_wait_s: float | None  # of a caller who would never give up
    p_wait_longer: float | None  # waits longer than within_s
    occupancy: float | None
    queue_length: float | None  # mean number of calls waiting
    note: str | None = None  # what to know of it
    calls_per_hour: float | None
    service_level: Levels
    shrinkage: float | None = None  # the share of those scheduled who are not on the phones
    short_abandon_s: float | None = None  # who gives up before is in no service level and no mean wait
    p_short_abandon: float | None = None  # of all calls, gave up before
    abandoned_share: float | None = None  # abandoned ÷ offered without those
    scheduled: int | None = None  # agents who are scheduled, so that `agents` are on the phones
    repeat: float | None = None  # share of answered calls whose clients call again
    calls_per_client: float | None = None  # 1 ÷ (1 − repeat)
    wait_per_client_s: float | None = None  # mean wait of a client in all calls together

    def to_dict(self) -> Mapped:
        """As in the JSON."""
        return mapped(self)


@dataclass(frozen=True, kw_only=True)
class Interval:
    """One interval of a table: its calls, and what the formula says of it as if it went on for ever."""

    start: str  # ISO 8601, local; HH:MM where the table has no dates
    offered: float  # calls in the interval
    formula: Formula


@dataclass(frozen=True, kw_only=True)
class Intervals:
    """The result of `callsim erlang` for a table of calls."""

    kind: Literal["erlang_intervals"] = "erlang_intervals"  # which result this is
    interval_s: float  # the length of an interval
    intervals: Sequence[Interval]

    def to_dict(self) -> Mapped:
        """As in the JSON."""
        return mapped(self)


def told(result: ErlangResult, shrinkage: float | None = None, repeat: float | None = None) -> Formula:
    """What a formula says, as reports and files take it.

    `repeat`: the share of calls that are followed by another, among those of the formula. Calls that come
    back make a queue with as many calls as come in all, whatever the delay (Jackson 1957, Operations
    Research 5, 518-521).
    """
    found = read(Formula, {"kind": "erlang", **result.to_dict()})
    if repeat is not None:
        each = 1 / (1 - repeat)
        wait = None if found.wait_s is None else found.wait_s * each
        found = replace(found, repeat=repeat, calls_per_client=each, wait_per_client_s=wait)
    if shrinkage is None:
        return found
    # Rounding leaves 14 ÷ 0.7 = 20.000000000000004, which is 20 people.
    return replace(found, shrinkage=shrinkage, scheduled=math.ceil(found.agents / (1 - shrinkage) - 1e-9))
