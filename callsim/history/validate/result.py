"""The result of `callsim validate`, as its report, its page and its JSON have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from callsim.results.schema import Mapped, mapped
from callsim.shown import Shown

Word = Literal["valid", "usable", "not valid", "consistent", "not consistent", "in sample"]

Staffing = Literal["log", "inferred", "plan"]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A figure as it was, and as the runs have it."""

    figure: str  # its name, as in results
    actual: float  # what was
    simulated: float  # mean over the runs
    low: float  # of the band in which 95 of 100 runs lie: chance alone
    high: float  # of that band
    difference: float  # simulated less actual
    limit: float | None  # how far it may be off and be good; twice as far is usable; null: not judged
    sure: float | None  # probability that the true difference is within the limit; null: not judged
    p: float  # that luck alone puts it so far off, on the mean or on single days


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day of the history beside its runs."""

    date: str  # ISO
    in_sample: bool  # whether the scenario was fitted to it, so that it proves nothing
    p: float  # that luck alone puts the day so far off
    figures: Sequence[Compared]  # all queues together


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A day that cannot be judged."""

    date: str  # ISO
    why: str  # a sentence


@dataclass(frozen=True, kw_only=True)
class Band:
    """How often intervals were inside a band."""

    figure: str  # its name
    intervals: int  # with calls, of all days
    inside_50: float | None  # share inside the band of 50 %; null where there is no interval
    inside_80: float | None  # share inside the band of 80 %
    inside_95: float | None  # share inside the band of 95 %
    low_95: float | None  # of the 95 % interval of that share, whole days drawn again; null of one day
    high_95: float | None  # of that interval
    ranks: Sequence[float]  # share of intervals by the rank of reality among the runs, ten classes


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of the model, put in the place of what was, all else as it was."""

    part: str  # arrivals, talk, patience, staffing or the rest
    tested: bool  # whether the history tells enough to test it
    p: float | None  # that luck alone makes so much of it; null: not tested
    level: float | None  # the worst figure's change ÷ its limit; more than 1 matters; null: not tested
    figure: str | None  # the figure that it changes most
    change: float | None  # of that figure: with the model's part less with the real one
    guilty: bool  # whether it is wrong, and matters
    says: str  # a sentence


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What follows, and how sure it is."""

    word: Word  # valid, usable, not valid; where staffing is not told consistent or not; in sample: none
    sure: float | None  # probability of the word; null: consistent (see p), or no verdict
    p: float  # that luck alone makes such days, if the model is right: bias, days and intervals together
    p_bias: float  # of the figures over all days, to one side: comes first
    p_days: float  # of single days, to either side
    p_shape: float  # of counts by interval
    level: float  # the worst figure's difference ÷ its limit: up to 1 is good, up to 2 usable
    says: Sequence[str]  # sentences for planners


@dataclass(frozen=True, kw_only=True)
class Interval:
    """An interval as it was and as the runs have it."""

    start: str  # local time
    figure: str  # its name
    actual: float | None  # null: no calls
    mean: float | None  # of the runs
    low: float | None  # of the band of 95 %
    high: float | None  # of the band of 95 %


@dataclass(frozen=True, repr=False, kw_only=True)
class ValidateResult(Shown):
    """Simulated against actual."""

    kind: Literal["validate"] = "validate"  # which result this is
    scenario: str  # its name
    seed: int  # names the luck
    runs: int  # replications of each day
    version: str  # of callsim
    history: Sequence[str]  # files
    told: Literal["calls", "intervals"]  # what the history is made of
    staffing: Staffing  # whose agents are there: as logged, inferred from these days, or of the scenario
    verdict: Verdict  # of all days that are judged, together
    figures: Sequence[Compared]  # all days and queues together
    queues: Mapping[str, Sequence[Compared]]  # each by itself, all days together
    days: Sequence[Day]  # day by day
    refused: Sequence[Refused]  # days that cannot be judged
    bands: Sequence[Band]  # calibration of intervals
    ladder: Sequence[Part]  # which part is wrong
    guilty: str | None  # the part that matters most of those that are wrong; null: none is convicted
    intervals: Sequence[Interval]  # of all days, all queues together
    notes: Sequence[str]  # what was left out, assumed or could not be known

    def for_reports(self) -> ValidateResult:
        """Returns it as reports take it."""
        return self

    def in_short(self) -> dict[str, object]:
        """Returns what its `repr` says."""
        return {"scenario": self.scenario, "verdict": self.verdict.word, "days": len(self.days)}

    def to_dict(self) -> Mapped:
        """Returns the JSON of the validation as plain data."""
        return mapped(self)
