"""What runs have shown: figures by queue, group, site and interval, as users get them."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from callsim import __version__, measures
from callsim.build import Plan
from callsim.measures import COUNTS, PERCENTILES, RATIOS, SERVICE_LEVEL, WORK, Figure, Formula
from callsim.scenario import Goal
from callsim.sim.centre import DAY
from callsim.sim.tally import N_ANSWERED

if TYPE_CHECKING:
    import pandas

IN_INTERVALS = ("offered", "answered", "abandoned", "blocked")
RATIOS_IN_INTERVALS = ("asa_s", "abandoned_share", "aht_s")


@dataclass(frozen=True)
class Runs:
    """The sums of all runs, in their order."""

    calls: np.ndarray  # int64 [run, cell, queue, column]
    longest: np.ndarray  # int64 [run, cell, queue] ms
    work: np.ndarray  # int64 [run, cell, group, column]
    agents_peak: np.ndarray  # int64 [run, site]  most agents on duty at once
    percentiles: np.ndarray  # float64 [run, queue, percentile] s; the last row is all queues together


@dataclass(frozen=True)
class Days:
    """A queue's goal day by day, over all runs; NaN where there is no such figure."""

    service_level: np.ndarray  # float64 [mean, low, high; day]
    abandoned_share: np.ndarray  # float64 [mean, low, high; day]
    met: np.ndarray  # int64 [day]  runs that met the goal
    judged: np.ndarray  # int64 [day]  runs in which somebody called

    def to_list(self, start: datetime.date) -> list[dict[str, Any]]:
        """As in the JSON of results."""
        share = cache(lambda met, of: measures.share(met, of).to_dict())  # few differ among many days
        return [
            {
                "start": (start + datetime.timedelta(days=day)).isoformat(),
                "service_level": _told(level),
                "abandoned_share": _told(abandoned),
                "probability": dict(share(met, of)),
            }
            for day, (level, abandoned, met, of) in enumerate(
                zip(
                    self.service_level.T.tolist(),
                    self.abandoned_share.T.tolist(),
                    self.met.tolist(),
                    self.judged.tolist(),
                    strict=True,
                )
            )
        ]


@dataclass(frozen=True)
class Judgement:
    """Whether a queue's goal is met."""

    goal: Goal
    counted: str
    service_level: Figure
    abandoned_share: Figure
    met: bool | None  # None: nobody could call, so nothing is known
    probability: Figure  # of the days on which somebody called
    start: datetime.date
    sums: np.ndarray  # int64 [run, day, column]

    @cached_property
    def by_day(self) -> Days:
        """The same for each day of the calendar."""
        formulas = (SERVICE_LEVEL[self.counted], RATIOS["abandoned_share"])
        level, abandoned = (_over_runs(self.sums, formula) for formula in formulas)
        met, judged = _kept(self.goal, self.sums, *formulas)
        return Days(level, abandoned, met.sum(axis=0), judged.sum(axis=0))

    def to_dict(self) -> dict[str, Any]:
        """As in the JSON of results."""
        told = {
            "answer": self.goal.answer,
            "within_s": self.goal.within,
            "abandon_at_most": self.goal.abandon_at_most,
            "counted": self.counted,
            "met": self.met,
            "probability": self.probability.to_dict(),
        }
        return told | ({"by_day": self.by_day.to_list(self.start)} if self.sums.shape[1] > 1 else {})


@dataclass(frozen=True)
class Result:
    """The result of `callsim run`."""

    plan: Plan
    seed: int
    engine: str
    sums: Runs
    warnings: list[str] = field(default_factory=list)

    @property
    def runs(self) -> int:
        """How many replications were run."""
        return len(self.sums.calls)

    @cached_property
    def goals(self) -> dict[str, Judgement]:
        """The judgement of every queue that has a goal."""
        return {
            copy.name: judge(self.plan, self.sums.calls[:, :, row], copy.queue.goal)
            for row, copy in enumerate(self.plan.queues)
            if copy.queue.goal is not None
        }

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the results: every figure is {mean, low, high}."""
        scenario = self.plan.scenario
        return {
            "scenario": scenario.name,
            "seed": self.seed,
            "runs": self.runs,
            "engine": self.engine,
            "version": __version__,
            "start": scenario.calendar.start.isoformat(),
            "days": scenario.calendar.days,
            "counted": scenario.goals.counted,
            "total": self._figures(slice(None), -1),
            "queues": {copy.name: self._queue(row, copy.name) for row, copy in enumerate(self.plan.queues)},
            "groups": {copy.name: self._group(row) for row, copy in enumerate(self.plan.groups)},
            "sites": self._sites(),
            "intervals": list(self._intervals()),
            "warnings": list(self.warnings),
        }

    def to_frame(self) -> pandas.DataFrame:
        """The intervals as a pandas table (pandas is yours to install): one row per interval and queue."""
        import pandas

        return pandas.json_normalize(list(self._intervals()), sep=".")

    def queue(self, row: int) -> dict[str, Any]:
        """The figures of one queue of the run, as in the JSON."""
        return self._queue(row, self.plan.queues[row].name)

    def _queue(self, row: int, name: str) -> dict[str, Any]:
        figures = self._figures(slice(row, row + 1), row)
        if name in self.goals:
            figures["goal"] = self.goals[name].to_dict()
        return figures

    def _figures(self, queues: slice, row: int) -> dict[str, Any]:
        sums = self.sums.calls[:, :, queues].sum(axis=(1, 2))
        figures: dict[str, Any] = _every(COUNTS, sums)
        figures["service_level"] = _every(SERVICE_LEVEL, sums)
        figures |= _every(RATIOS, sums)
        for k, name in enumerate(PERCENTILES):
            figures[name] = measures.mean_of(self.sums.percentiles[:, row, k]).to_dict()
        figures["wait_max_s"] = _longest(self.sums.longest[:, :, queues].max(axis=(1, 2)), sums)
        return figures

    def _group(self, row: int) -> dict[str, Any]:
        sums = self.sums.work[:, :, row].sum(axis=1)
        return {"site": self.plan.groups[row].group.site, **_every(WORK, sums)}

    def _sites(self) -> dict[str, Any]:
        """Seats, and the most agents on duty at once."""
        peaks = self.sums.agents_peak
        return {
            name: {
                "seats": site.seats,
                "agents_peak": measures.mean_of(
                    peaks[:, row].astype(float) if row < peaks.shape[1] else np.zeros(self.runs)
                ).to_dict(),
            }
            for row, (name, site) in enumerate(self.plan.scenario.sites.items())
        }

    def _intervals(self) -> Any:
        for cell, start in enumerate(self.plan.starts()):
            for row, copy in enumerate(self.plan.queues):
                sums = self.sums.calls[:, cell, row]
                yield {
                    "start": start,
                    "queue": copy.name,
                    **_every({name: COUNTS[name] for name in IN_INTERVALS}, sums),
                    "service_level": _every(SERVICE_LEVEL, sums),
                    **_every({name: RATIOS[name] for name in RATIOS_IN_INTERVALS}, sums),
                    "wait_max_s": _longest(self.sums.longest[:, cell, row], sums),
                }


def _longest(waits: np.ndarray, sums: np.ndarray) -> dict[str, float | None]:
    """The longest wait of each run's answered calls: int64 [run] ms; runs without any have none."""
    return measures.mean_of(np.where(sums[:, N_ANSWERED] > 0, waits * measures.MS, np.nan)).to_dict()


def _every(formulas: dict[str, Formula], sums: np.ndarray) -> dict[str, Any]:
    return {name: measures.figure(sums, formula).to_dict() for name, formula in formulas.items()}


def judge(plan: Plan, calls: np.ndarray, goal: Goal) -> Judgement:
    """Whether a goal is met on the mean, and on which share of days. `calls`: int64 [run, cell, column]."""
    counted = plan.scenario.goals.counted
    level, abandoned = SERVICE_LEVEL[counted], RATIOS["abandoned_share"]
    days = calls.reshape(len(calls), -1, DAY // plan.grid, calls.shape[-1]).sum(axis=2)
    whole = days.sum(axis=1)
    kept, judged = _kept(goal, whole.sum(axis=0), level, abandoned)
    kept_on, judged_on = _kept(goal, days, level, abandoned)
    return Judgement(
        goal,
        counted,
        measures.figure(whole, level),
        measures.figure(whole, abandoned),
        bool(kept) if judged else None,
        measures.share(int(kept_on.sum()), int(judged_on.sum())),
        plan.scenario.calendar.start,
        days,
    )


def _kept(goal: Goal, sums: np.ndarray, level: Formula, abandoned: Formula) -> tuple[np.ndarray, np.ndarray]:
    """Where a goal is met, and where it can be judged: bool […], both. `sums`: int64 […, column].

    A promise to nobody is neither kept nor broken. One to callers of whom nobody was answered is broken,
    also by a formula that does not count them.
    """
    judged = sums @ COUNTS["offered"].over > 0
    kept = judged.copy()
    if goal.answer is not None:
        kept &= np.nan_to_num(_ratio(sums, level)) >= goal.answer
    if goal.abandon_at_most is not None:
        kept &= np.nan_to_num(_ratio(sums, abandoned)) <= goal.abandon_at_most
    return kept, judged


def _ratio(sums: np.ndarray, formula: Formula) -> np.ndarray:
    """A share of some sums, NaN of nothing: float64 […]. `sums`: int64 […, column]."""
    assert formula.under is not None
    below = (sums @ formula.under).astype(np.float64)
    return np.asarray((sums @ formula.over) / np.where(below > 0, below, np.nan))


def _over_runs(sums: np.ndarray, formula: Formula) -> np.ndarray:
    """`measures.figure` of each day: float64 [mean, low, high; day]. `sums`: int64 [run, day, column]."""
    assert formula.under is not None
    ratio, runs = _ratio(sums.sum(axis=0), formula), len(sums)
    if runs < 2:
        return np.stack([ratio, np.full_like(ratio, np.nan), np.full_like(ratio, np.nan)])
    above, below = sums @ formula.over, sums @ formula.under
    residuals = (above - ratio * below) * (runs / np.maximum(below.sum(axis=0), 1))
    half = measures.student(runs - 1) * residuals.std(axis=0, ddof=1) / math.sqrt(runs)
    return np.stack([ratio, np.maximum(ratio - half, 0.0), np.minimum(ratio + half, formula.most)])


def _told(figure: list[float]) -> dict[str, float | None]:
    return {
        name: None if math.isnan(value) else value
        for name, value in zip(("mean", "low", "high"), figure, strict=True)
    }
