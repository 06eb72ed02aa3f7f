"""The figures of one queue in steady state by a formula, in the words of the reports."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

SHARES = (
    "p_wait",
    "p_answered",
    "p_abandon",
    "p_block",
    "p_wait_longer",
    "occupancy",
    "answered_within",
    "abandoned_within",
    "virtual_within",
    "short_abandoned",
)


@dataclass(frozen=True)
class ErlangResult:
    """Figures of one queue in steady state: seconds, and shares of all offered calls.

    A figure that does not exist is nan (the wait of abandoned calls where nobody abandons); one that grows
    without bound is inf. The defaults are those of a queue that nobody calls.
    """

    model: str  # Kendall's notation, +M: exponential patience
    agents: int
    lines: int | None  # agents and waiting places; None: no limit
    load_erlangs: float
    aht_s: float  # mean
    patience_s: float | None  # mean; None: nobody gives up
    within_s: float
    p_wait: float = 0.0  # finds all agents busy and waits, later abandoners included
    p_answered: float = 1.0
    p_abandon: float = 0.0
    p_block: float = 0.0  # finds no line
    wait_s: float = 0.0  # mean of answered and abandoned calls, zeros included
    asa_s: float = 0.0  # mean of answered calls, zeros included
    wait_of_abandoned_s: float = math.nan
    wait_of_delayed_s: float = math.nan  # answered and abandoned calls that had to wait
    virtual_wait_s: float = 0.0  # of a caller who would never give up, zeros included
    p_wait_longer: float = 0.0  # waits longer than within_s, whatever comes of it
    occupancy: float = 0.0  # nan without agents
    queue_length: float = 0.0  # mean number of calls waiting
    answered_within: float = 1.0
    abandoned_within: float = 0.0
    virtual_within: float = 1.0  # virtual wait at most within_s
    note: str | None = None
    short_s: float = 0.0  # who gives up before has not abandoned: in no mean wait and no service level
    short_abandoned: float = 0.0  # gave up before that

    def __post_init__(self) -> None:
        for name in SHARES:  # sums of many terms: rounding would leave 1 + 1e-15
            object.__setattr__(self, name, max(0.0, min(getattr(self, name), 1.0)))
        if self.agents == 0:
            object.__setattr__(self, "occupancy", math.nan)  # nobody is busy, and nobody is not

    @property
    def calls_per_hour(self) -> float:
        """Returns the calls offered in an hour."""
        return self.load_erlangs * 3600 / self.aht_s

    @property
    def service_level(self) -> dict[str, float]:
        """Returns the service level by each of the four formulas of the trade; the first is the default."""
        levels = service_levels(
            self.answered_within,
            self.abandoned_within,
            self.p_answered,
            self.p_wait_longer + self.p_block,
            self.short_abandoned,
        )
        return {name: float(level) for name, level in levels.items()}

    @property
    def abandoned_share(self) -> float:
        """Returns abandoned ÷ offered, without calls that gave up too soon to count; nan where all did."""
        return float(abandoned_share(self.p_abandon, self.short_abandoned))

    def to_dict(self) -> dict[str, object]:
        """Returns plain values for JSON; a figure that does not exist or has no bound is None."""
        figures = asdict(self) | {"calls_per_hour": self.calls_per_hour}
        for said_by_the_service_levels in ("answered_within", "abandoned_within", "virtual_within"):
            del figures[said_by_the_service_levels]
        if self.note is None:
            del figures["note"]
        short_s, short = figures.pop("short_s"), figures.pop("short_abandoned")
        if short_s:
            figures |= {
                "short_abandon_s": short_s,
                "p_short_abandon": short,
                "abandoned_share": self.abandoned_share,
            }
        service_level = {name: _finite(share) for name, share in self.service_level.items()}
        return {name: _finite(figure) for name, figure in figures.items()} | {"service_level": service_level}


Shares = NDArray[np.float64] | float  # of all offered calls


def service_levels(
    answered: Shares, abandoned: Shares, ever_answered: Shares, others: Shares, short: Shares = 0.0
) -> dict[str, NDArray[np.float64]]:
    """The four formulas of the trade, of one queue or of many; nan where a formula has no calls.

    `answered`, `abandoned`: within the time; `others`: those that wait longer or find no line; `short`: those
    that gave up too soon to be counted, as offered or as abandoned.
    """
    all_others = np.asarray(answered + others)  # 1 − abandoned, without cancellation
    met = np.add(answered, abandoned)

    def ratio(whole: Shares) -> NDArray[np.float64]:
        safe = np.where(np.greater(whole, 0), whole, 1.0)
        return np.where(np.greater(whole, 0), np.minimum(answered / safe, 1.0), math.nan)

    levels = {
        "offered": np.asarray(answered),
        "answered": ratio(ever_answered),
        "quick_abandons_excluded": ratio(all_others),
        "quick_abandons_met": np.minimum(met, 1.0),
    }
    if np.any(short):
        left = np.subtract(1.0, short)
        # Either all that gave up too soon did so within the time, or all within the time did so too soon.
        levels["offered"] = ratio(left)
        levels["quick_abandons_excluded"] = ratio(np.minimum(all_others, left))
        part = np.maximum(met - short, answered) / np.where(left > 0, left, 1.0)
        levels["quick_abandons_met"] = np.where(left > 0, np.minimum(part, 1.0), math.nan)
    return levels


def abandoned_share(abandoned: Shares, short: Shares) -> NDArray[np.float64]:
    """Abandoned ÷ offered, both without those that gave up too soon; nan where nobody is left."""
    left = np.subtract(1.0, short)
    part = np.maximum(np.subtract(abandoned, short), 0.0) / np.where(left > 0, left, 1.0)
    return np.where(left > 0, np.minimum(part, 1.0), math.nan)


def _finite(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value
