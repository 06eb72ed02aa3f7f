"""What would lift what binds, in numbers: only what would have to change is there."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Amounts beyond those of the plan: hires, rooms, labour force, calls, seats."""

    hires_a_month: dict[str, float] | None = None  # by school
    rooms: dict[str, float] | None = None  # by school
    labour_market_times: float | None = None
    seats: dict[str, int] | None = None  # by site


@dataclass(frozen=True, kw_only=True)
class Reliefs:
    """What would lift what binds; nothing where that is not known."""

    seats: dict[str, int] | None = None  # by site, with which everybody sits
    calls_more: float | None = None  # share, before a goal is missed
    fills_the_roster: Changes | None = None
    keeps_the_goals: Changes | None = None

    def or_of(self, other: Reliefs) -> Reliefs:
        """These, and what only the other one knows or knows otherwise."""
        known = {part.name: getattr(other, part.name) for part in fields(other)}
        return replace(self, **{name: value for name, value in known.items() if value is not None})


NO_RELIEFS = Reliefs()
