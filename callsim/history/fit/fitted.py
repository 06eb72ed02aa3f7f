"""The numbers of a fit, of which scenario and result are made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from callsim.history.canonical import Note, Owner
from callsim.history.fit.arrivals import Arrivals
from callsim.history.fit.certainty import Certainty
from callsim.history.fit.patience import Patience
from callsim.history.fit.redials import Redials
from callsim.history.fit.staffing import Staffing
from callsim.history.fit.times import Times
from callsim.units import show_clock

ASSUMED_CV = 1.1
"""Of talk times where only their mean is known: what call centres usually have."""
ASSUMED_TALK_S = 180.0


@dataclass(frozen=True)
class Figures:
    """The figures of a queue in the days used, as the history has them."""

    offered: float
    answered: float
    abandoned: float
    asa_s: float
    wait_s: float
    """Mean wait of answered and abandoned calls."""
    aht_s: float
    delayed_share: float
    """Of answered and abandoned calls; NaN where single calls are not known."""
    within_s: float | None
    answered_within: float
    """Calls; NaN where not known."""


@dataclass(frozen=True)
class QueueFit:
    """One queue."""

    name: str
    figures: Figures
    arrivals: Arrivals
    poisson_within: tuple[float, int, float] | None
    """Of a log: how far arrivals within an interval are from a Poisson process (Lewis' test): the largest gap
    between shares, the calls looked at, and the chance of a gap as large."""
    talk: Times | None
    talk_mean_s: float
    """Talk and hold of an answered call; all handling where the parts are not known. NaN where nothing is."""
    wrap: Times | None
    wrap_mean_s: float
    """NaN where the history does not tell."""
    patience: Patience | None
    redials: Redials | None
    talk_values_s: tuple[float, ...]
    """A hundred values that stand for all talk times; none without single calls."""
    certainty: Certainty


@dataclass(frozen=True)
class Assumption:
    """A figure of the scenario that the history cannot tell."""

    path: str
    """Where it stands, such as queues.sales.wrap."""
    text: str


@dataclass(frozen=True)
class Fitted:
    """What is known of a centre from its history."""

    name: str
    files: tuple[str, ...]
    table: str
    """calls or intervals."""
    owner: Owner
    width_ms: int
    days: np.ndarray  # datetime64[D]  the days used
    left_out: np.ndarray  # datetime64[D]  the days that were not to be used
    notes: tuple[Note, ...]
    queues: tuple[QueueFit, ...]
    staffing: tuple[Staffing, ...]
    day_factors: tuple[tuple[int, ...], ...]
    """Queues whose days are busy together."""
    assumed: tuple[Assumption, ...]

    def clock(self, slot: int) -> str:
        """When an interval begins: 09:30."""
        return show_clock(slot * self.width_ms)
