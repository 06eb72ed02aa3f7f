"""The result of `callsim compare` as users get it: every word of its JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

from callsim.results import backlog, in_hand, waiting
from callsim.results.clients import CLIENTS, OF_MENUS
from callsim.results.estimates import AMOUNTS, CALLS, SHORT_ABANDONED
from callsim.results.measures import PERCENTILES, WORK, Figure
from callsim.results.outbound.campaigns import CAMPAIGNS
from callsim.results.run import RunResult
from callsim.results.schema import Figures, Keys, Mapped, mapped

if TYPE_CHECKING:
    from callsim.results.estimates import Estimates
    from callsim.results.result import Terms
    from callsim.results.run import Promise

OF_DIFFERENCES = (
    *CALLS,
    *SHORT_ABANDONED,
    *PERCENTILES,
    "wait_max_s",
    "goal_probability",
    *CLIENTS,
    *backlog.OF_QUEUES,
    *waiting.OF_QUEUES,
)


class Played(Protocol):
    """One plan's result, just simulated or saved."""

    @property
    def name(self) -> str: ...
    @property
    def seed(self) -> int: ...
    @property
    def runs(self) -> int: ...
    @property
    def terms(self) -> Terms: ...
    @property
    def promises(self) -> Mapping[str, Promise]: ...
    @property
    def dues(self) -> Mapping[str, float]: ...
    @property
    def estimates(self) -> Estimates: ...
    def told(self, pages: bool = True) -> RunResult: ...


@dataclass(frozen=True, kw_only=True)
class CallsDiffer:
    """What differs between two plans in the calls of a queue, or of all; what goals measure in another way
    in each is left out.
    """

    figures: Annotated[Figures, Keys((), OF_DIFFERENCES)]


@dataclass(frozen=True, kw_only=True)
class WorkDiffers:
    """What differs in the work of a group."""

    figures: Annotated[Figures, Keys(tuple(WORK), ("held_h", *in_hand.OF_GROUPS))]


@dataclass(frozen=True, kw_only=True)
class CampaignDiffers:
    """What differs in a campaign."""

    figures: Annotated[Figures, Keys(tuple(CAMPAIGNS))]


@dataclass(frozen=True, kw_only=True)
class MenuDiffers:
    """What differs in a menu."""

    figures: Annotated[Figures, Keys(*OF_MENUS)]


@dataclass(frozen=True, kw_only=True)
class CostsDiffer:
    """What differs in costs."""

    figures: Annotated[Figures, Keys(AMOUNTS)]


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What two plans' same calls say to a question."""

    queue: str | None  # null: all queues together
    figure: str  # what decides
    difference: Figure  # its interval holds for this queue, not for all queues together
    verdict: str  # better, worse, alike or open
    doubt: float | None  # p value of no difference, among all questions of all pairs and looks
    gain: float | None  # how many times as many runs separate luck would need


@dataclass(frozen=True, kw_only=True)
class Between:
    """The differences between two plans."""

    before: str  # a plan
    after: str  # a plan
    counted: str  # which service-level formula decides
    verdict: str  # better, worse, mixed, alike or open
    questions: Sequence[Answered]  # by queue
    total: CallsDiffer  # all queues together
    queues: Mapping[str, CallsDiffer]  # that both plans have
    groups: Mapping[str, WorkDiffers]  # that both plans have
    costs: CostsDiffer | None = None  # where both have prices
    menus: Mapping[str, MenuDiffers] | None = None  # that both plans have; none of saved results
    campaigns: Mapping[str, CampaignDiffers] | None = None  # likewise


@dataclass(frozen=True, kw_only=True)
class Confidence:
    """How sure the intervals and the verdicts are."""

    together: float  # of all intervals of one figure
    each: float  # of one interval
    pairs: int  # of plans
    looks: int  # at the answer
    adjusted: str  # how intervals are widened
    questions: int  # that are answered
    verdicts: str  # how verdicts are made sure


@dataclass(frozen=True, kw_only=True)
class CompareResult:
    """The result of `callsim compare`."""

    kind: Literal["compare"] = "compare"  # which result this is
    plans: Sequence[RunResult]  # each plan's own
    differences: Mapping[str, Between]  # by pair, as A → B
    seed: int  # names the luck
    runs: int  # replications
    engine: str  # kernel or reference
    version: str  # of callsim
    decided: bool  # whether every question has its answer
    confidence: Confidence  # of intervals and verdicts

    def to_dict(self) -> Mapped:
        """As in the JSON."""
        return mapped(self)
