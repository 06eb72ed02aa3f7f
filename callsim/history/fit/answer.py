"""The result of `callsim fit` as users get it: every word of its JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from callsim.history.canonical import Note
from callsim.results.measures import Figure
from callsim.results.schema import Mapped, mapped

Weekdays = Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Calls answered in time."""

    within_s: float  # the time meant
    offered: float | None  # their share of the calls offered
    answered: float | None  # their share of the calls answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispersion:
    """How much the calls of an interval vary from day to day; 1 is Poisson's chance."""

    days: int  # looked at
    slots: int  # intervals of the day within the hours of the queue
    mean: float | None  # calls per interval
    by_slot: float | None  # variance ÷ mean, the days of all weekdays together
    by_weekday: float | None  # variance ÷ mean, each weekday by itself
    chi_square: float | None  # of the counts by weekday and slot against Poisson's
    free: int  # degrees of freedom
    p: float | None  # chance of a chi square as large, were the calls Poisson's


@dataclass(frozen=True, slots=True, kw_only=True)
class DayKind:
    """Weekdays of the same hours."""

    weekdays: Weekdays  # mon, tue …
    open: str  # from when until when
    one_profile: bool  # whether one profile serves them all
    p_one_profile: float | None  # of a permutation test
    dispersion: Dispersion | None  # null: too few days
    dispersion_without_outages: Dispersion | None  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Busyness:
    """How busy days and intervals are, beyond chance."""

    days: int  # looked at
    cells: int  # intervals looked at
    excess: Figure  # variance beyond chance ÷ mean²
    day_cv: Figure  # coefficient of variation of days
    interval_cv: Figure  # and of intervals
    correlation: Figure  # of an interval's busyness with the next one's
    covariances: Sequence[float | None]  # by lag, as the history has them
    fitted: Sequence[float | None]  # by lag, as the scenario has them
    told_apart: bool  # whether days and intervals can be told apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """How far arrivals within an interval are from a Poisson process: Lewis' test."""

    distance: float  # the largest gap between shares
    calls: int  # looked at
    p: float  # chance of a gap as large


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """No calls where many are usual."""

    date: str  # of the day
    from_: str  # clock
    to: str  # clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """Far more calls than usual."""

    date: str  # of the day
    from_: str  # clock
    calls: float  # of the interval
    usual: float  # calls


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekSlot:
    """An interval of the week."""

    weekday: str  # mon, tue …
    start: str  # clock
    calls: float | None  # in the scenario
    low: float | None  # 95 % of days should have more
    high: float | None  # and fewer
    fewest: float | None  # of any such day
    most: float | None  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """The calls of a queue over time."""

    days: int  # looked at
    calls: float | None  # in them
    per_day: Mapping[str, float | None]  # calls by weekday
    kinds_of_days: Sequence[DayKind]  # weekdays by their hours
    busyness: Busyness | None  # without outages; null: too few days
    busyness_with_outages: Busyness | None  # likewise
    poisson_within_intervals: Within | None  # of a log
    outages: Sequence[Outage]  # left out
    spikes: Sequence[Spike]  # kept
    missing_intervals: int  # within the hours, without a row
    ranks: Sequence[float | None]  # share of intervals by tenth of the model's range
    week: Sequence[WeekSlot]  # each interval of the week


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A family fitted to times."""

    family: str  # such as lognormal
    parameters: Mapping[str, float]  # by name
    mean_s: float | None  # of the family
    cv: float | None  # of the family
    aic: float | None  # Akaike's criterion
    distance: float | None  # the largest gap between shares (Kolmogorov and Smirnov)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatienceCandidate:
    """A family fitted to patience."""

    family: str  # such as weibull
    parameters: Mapping[str, float]  # by name
    errors: Mapping[str, float | None]  # standard errors of the parameters
    mean_s: float | None  # of the family
    cv: float | None  # of the family
    aic: float | None  # Akaike's criterion
    distance: float | None  # from Kaplan and Meier's curve


@dataclass(frozen=True, slots=True, kw_only=True)
class Heaping:
    """Whether times are rounded."""

    found: bool  # whether they are
    to_s: float | None  # most of them to this
    digits: Sequence[float | None]  # share by the last digit
    minutes: float | None  # share of whole minutes
    minutes_expected: float | None  # were they not rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class TimesPoint:
    """A point of a curve."""

    at_s: float  # time
    share: float | None  # that takes longer
    fitted: float | None  # the same of the family


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Talk or wrap times; all but the mean is there where single calls are."""

    TOGETHER: ClassVar[bool] = True
    mean_s: float | None  # of an answered call
    calls: int | None = None  # with a time
    short_share: float | None = None  # below 10 s
    short_excess: bool | None = None  # whether that is more than the shape of the others has
    outliers: int | None = None  # left out
    longest_s: float | None = None  # of all
    sample: int | None = None  # times that the shape is of
    sample_range_s: Sequence[float] | None = None  # from, to; null: all
    sample_mean_s: float | None = None  # of these
    sample_cv: float | None = None  # of these
    quantiles_s: Mapping[str, float | None] | None = None  # of these
    candidates: Sequence[Candidate] | None = None  # the best first
    heaping: Heaping | None = None  # null: not looked for
    by_hour_s: Sequence[float | None] | None = None  # mean, where it differs by hour
    p_hours: float | None = None  # that it does not
    curve: Sequence[TimesPoint] | None = None  # of the shape
    best: str | None = None  # the family of the scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Survived:
    """The share of callers who would wait longer."""

    at_s: int  # than this
    share: float | None  # by Kaplan and Meier
    at_risk: int  # callers who waited as long


@dataclass(frozen=True, slots=True, kw_only=True)
class PatiencePoint:
    """A point of the survival curve."""

    at_s: float  # time
    share: float | None  # that waits longer
    low: float | None  # of the 95 % interval
    high: float | None  # likewise
    fitted: float | None  # the same of the family


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """The share of waiting callers who hang up in a stretch of waiting."""

    from_s: float  # of the wait
    to_s: float | None  # of the wait
    abandoned: int  # in it
    per_minute: float | None  # of waiting
    is_bump: bool  # whether more than before and after


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long callers would wait."""

    calls: int  # that waited
    abandoned: int  # of them
    balked: int  # hung up after 0 s
    waiting_s: float | None  # of all together
    wait_of_abandoned_s: float | None  # mean
    from_sums: bool  # whether single calls are unknown
    lower_bound: bool  # whether patience is at least this long
    candidates: Sequence[PatienceCandidate]  # the best first
    survival: Sequence[Survived]  # at some waits
    curve: Sequence[PatiencePoint]  # of survival
    known_up_to_s: float | None  # fewer than 30 callers waited longer
    hazards: Sequence[Hazard]  # by stretch of waiting
    best: str | None  # the family of the scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Redials:
    """Callers who call again."""

    known_share: float  # of calls whose caller is known
    abandoned: int  # calls of known callers
    again_share: float  # of these, within an hour
    again_share_answered: float  # of answered ones
    probability: float  # of a redial
    error: float  # its standard error
    mean_after_s: float | None  # until the redial; null: nobody redials
    used: bool  # whether the scenario has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue."""

    offered: float | None  # calls
    answered: float | None  # calls
    abandoned: float | None  # calls
    abandoned_share: float | None  # of offered
    asa_s: float | None  # mean wait of answered calls
    wait_s: float | None  # mean wait of answered and abandoned calls
    aht_s: float | None  # mean handling of answered calls
    delayed_share: float | None  # of answered and abandoned calls
    service_level: Level | None  # where the history tells
    arrivals: Arrivals  # over time
    talk: Times  # and hold
    wrap: Times  # after-call work
    patience: Patience | None  # null: not known
    redials: Redials | None  # null: callers are not known
    uncertain: Mapping[str, float]  # standard errors of volume, aht and patience, as shares of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffed:
    """Agents who are inferred."""

    queues: Sequence[str]  # that they answer
    source: str  # what they are inferred from
    agents: Mapping[str, Sequence[int]]  # by weekday and interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """A figure of the scenario that the history cannot tell."""

    path: str  # where it stands
    text: str  # why


@dataclass(frozen=True, slots=True, kw_only=True)
class FitAnswer:
    """The result of `callsim fit`."""

    kind: Literal["fit"] = "fit"  # which result this is
    name: str  # of the history
    version: str  # of callsim
    files: Sequence[str]  # that were read
    table: str  # calls or intervals
    owner: str  # whether a call belongs to the interval of its arrival or of its end
    interval_s: float  # length of an interval
    days: int  # used
    dates: str  # of them
    left_out: str | None  # dates that were not to be used
    notes: Sequence[Note]  # what the reader did
    queues: Mapping[str, Queue]  # by name
    groups: Sequence[Staffed]  # inferred
    day_factors: Sequence[Sequence[str]]  # queues whose days are busy together
    assumed: Sequence[Assumed]  # what the history cannot tell
    scenario: Mapping[str, str]  # its files by name

    def to_dict(self) -> Mapped:
        """As in the JSON."""
        return mapped(self)
