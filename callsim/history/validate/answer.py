"""From days that were played to the answer: figures with bands, the verdict, calibration, the ladder."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from callsim.history.canonical import IntervalTable
from callsim.history.validate.figures import (
    BY_INTERVAL,
    LIMITS,
    Sums,
    figures_of,
    interval_figures,
    limit_of,
    shapes_of,
)
from callsim.history.validate.reality import RealDay
from callsim.history.validate.result import (
    Band,
    Compared,
    Day,
    Interval,
    Refused,
    Staffing,
    ValidateResult,
    Verdict,
    Word,
)
from callsim.history.validate.rungs import Parts, base_of, guilty_of, ladder
from callsim.history.validate.score import BANDS, Judged, calibration, ends_of, judge, within
from callsim.scenario import Scenario
from callsim.sentences import say
from callsim.units import show_clock
from callsim.version import __version__

CONVICTED = 0.05
FEWEST_DAYS = 5  # before which no model is called valid
SURE = 0.8  # that all is within its limits, before which no model is called valid


class Played(NamedTuple):
    """A day and its runs, reality first everywhere."""

    real: RealDay
    date: datetime.date
    knows: tuple[str, ...]  # figures that can be compared
    rungs: Mapping[Parts, Mapping[str, np.ndarray]]  # of each rung its figures, float64 [1 + run]
    sums: Sums  # of the rung that is judged
    calls: np.ndarray  # int64 [1 + run, interval, queue, column], likewise
    p90_s: np.ndarray  # float64 [run, queue], likewise


def answer(
    scenario: Scenario,
    played: Sequence[Played],
    parts: Parts,
    staffing: Staffing,
    refused: Sequence[Refused],
    notes: Sequence[str],
    runs: int,
    seed: int,
    table: IntervalTable,
    names: Sequence[str],
) -> ValidateResult:
    """Returns the result of a validation from its days. `names`: of the queues that are compared, by row."""
    base = base_of(parts)
    fitted = scenario.fitted
    new = [day for day in played if fitted is None or not fitted.holds(day.date)]
    judged = new or list(played)
    knows = [name for name in judged[0].knows if all(name in day.knows for day in judged)]
    of_days = [{name: day.rungs[base][name] for name in knows} for day in judged]
    by_interval = table.owner != "end"
    shapes = [_known_shapes(day, knows) for day in judged] if by_interval else []
    found = judge(of_days, shapes)
    whole = {name: values for name, values in _pooled(judged).items() if name in knows}
    figures = [_compared(name, whole[name], found.by_figure[name]) for name in knows]
    rungs = [day.rungs for day in judged]
    tried = ladder(rungs, parts) if parts in rungs[0] else []
    guilty = guilty_of(tried)
    return ValidateResult(
        scenario=scenario.name,
        seed=seed,
        runs=runs,
        version=__version__,
        history=table.files,
        told="intervals" if table.calls is None else "calls",
        staffing=staffing,
        verdict=_verdict(found, figures, len(judged), staffing, bool(new), guilty),
        figures=figures,
        queues={name: _of_queue(judged, row, knows) for row, name in enumerate(names)},
        days=[_day(day, base, bool(fitted and fitted.holds(day.date))) for day in played],
        refused=list(refused),
        bands=[_band(name, judged) for name in BY_INTERVAL if by_interval and name in knows],
        ladder=tried,
        guilty=guilty,
        intervals=[row for day in played for row in _intervals(day)] if by_interval else [],
        notes=list(notes),
    )


def _known_shapes(day: Played, knows: Sequence[str]) -> dict[str, np.ndarray]:
    needs = {"offered": "offered", "abandoned": "abandoned_share", "in_time": "service_level"}
    return {name: values for name, values in shapes_of(day.calls).items() if needs[name] in knows}


def _pooled(days: Sequence[Played]) -> dict[str, np.ndarray]:
    """Figures of all days together: ratios of sums, float64 [1 + run]. Runs of different days are
    independent, so the first of each makes the first of all."""
    calls = np.sum([day.sums.calls for day in days], axis=0)
    p90 = np.mean([day.sums.p90 for day in days], axis=0)
    works = [day.sums.work for day in days if day.sums.work is not None]
    return figures_of(Sums(calls, p90, np.sum(works, axis=0) if len(works) == len(days) else None))


def _compared(name: str, values: np.ndarray, p: float) -> Compared:
    real, runs = float(values[0]), values[1:]
    mean = float(runs.mean())
    low, high = ends_of(runs)
    limit = sure = None
    if name in LIMITS:
        limit = limit_of(name, real)
        sure = within(mean - real, _spread(runs), limit)
    return Compared(
        figure=name,
        actual=real,
        simulated=mean,
        low=low,
        high=high,
        difference=mean - real,
        limit=limit,
        sure=sure,
        p=p,
    )


def _spread(runs: np.ndarray) -> float:
    """Of reality beside the mean of the runs, if it is one of them."""
    return float(runs.std(ddof=1) * np.sqrt(1 + 1 / len(runs)))


def _of_queue(days: Sequence[Played], row: int, knows: Sequence[str]) -> list[Compared]:
    """The figures of one queue; its agents and the percentile of its waits are not looked at."""
    own = [name for name in knows if name not in ("occupancy", "wait_p90_s")]

    def figures(calls: np.ndarray) -> dict[str, np.ndarray]:
        every = figures_of(Sums(calls[:, row : row + 1], np.zeros(len(calls)), None))
        return {name: every[name] for name in own}

    by_day = [figures(day.sums.calls) for day in days]
    found = judge(by_day, [])
    whole = figures(np.sum([day.sums.calls for day in days], axis=0))
    return [_compared(name, whole[name], found.by_figure[name]) for name in own]


def _day(day: Played, base: Parts, in_sample: bool) -> Day:
    own = {name: day.rungs[base][name] for name in day.knows}
    found = judge([own], [])
    return Day(
        date=str(day.date),
        in_sample=in_sample,
        p=found.p,
        figures=[_compared(name, values, found.by_figure[name]) for name, values in own.items()],
    )


def _band(name: str, days: Sequence[Played]) -> Band:
    found = calibration([interval_figures(day.calls)[name] for day in days])
    inside = [None if np.isnan(share) else share for share in found.inside]
    widest = BANDS.index(0.95)
    ends = [None if np.isnan(end[widest]) else end[widest] for end in (found.low, found.high)]
    return Band(
        figure=name,
        intervals=found.intervals,
        inside_50=inside[0],
        inside_80=inside[1],
        inside_95=inside[2],
        low_95=ends[0],
        high_95=ends[1],
        ranks=found.ranks,
    )


def _intervals(day: Played) -> list[Interval]:
    found: list[Interval] = []
    width = 86_400_000 // day.calls.shape[1]
    for name, values in interval_figures(day.calls).items():
        if name not in day.knows:
            continue
        runs = values[1:]
        some = np.isfinite(runs).any(axis=0)
        for cell in range(values.shape[1]):
            ends = (None, None, None)
            if some[cell]:
                there = runs[np.isfinite(runs[:, cell]), cell]
                ends = (float(there.mean()), *ends_of(there))  # type: ignore[assignment]
            real = float(values[0, cell]) if np.isfinite(values[0, cell]) else None
            start = f"{day.date}T{show_clock(cell * width)}"
            found.append(
                Interval(start=start, figure=name, actual=real, mean=ends[0], low=ends[1], high=ends[2])
            )
    return found


def _verdict(
    found: Judged,
    figures: Sequence[Compared],
    days: int,
    staffing: Staffing,
    new: bool,
    guilty: str | None,
) -> Verdict:
    judged = [one for one in figures if one.limit is not None]
    level = max((abs(one.difference) / (one.limit or 1.0) for one in judged), default=0.0)
    good = min((one.sure or 0.0 for one in judged), default=0.0)
    usable = min((_usable(one) for one in judged), default=0.0)
    differs = found.p <= CONVICTED
    word: Word
    sure: float | None
    if not new:
        word, sure = "in sample", None
    elif staffing == "log":
        if level > 2 and found.p_bias <= CONVICTED:
            word, sure = "not valid", 1 - usable
        elif level <= 1 and days >= FEWEST_DAYS and good >= SURE:
            word, sure = "valid", good
        else:
            word, sure = "usable", usable
    elif differs and level > 1:
        word, sure = "not consistent", 1 - found.p
    else:
        word, sure = "consistent", None
    return Verdict(
        word=word,
        sure=sure,
        p=found.p,
        p_bias=found.p_bias,
        p_days=found.p_days,
        p_shape=found.p_shape,
        level=level,
        says=list(_says(found, level, days, staffing, new, guilty)),
    )


def _usable(one: Compared) -> float:
    """Returns the probability that a figure is within twice its limit."""
    spread = (one.high - one.low) / (2 * 1.96)
    return within(one.difference, spread, 2 * (one.limit or 0.0))


def _says(
    found: Judged, level: float, days: int, staffing: Staffing, new: bool, guilty: str | None
) -> list[str]:
    """Sentences for planners: whether luck explains it, whether it matters, what is wrong or not known."""
    by_luck = found.p > CONVICTED
    cells = {
        (True, True): say("judged.luck"),
        (True, False): say("judged.more_days_would_decide"),
        (False, True): say("judged.another_centre"),
        (False, False): say("judged.not_luck"),
    }
    said = [cells[by_luck, level <= 1]]
    if guilty is not None:
        said.append(say("judged.guilty", part=guilty))
    if not new:
        said.append(say("judged.fitted_to_these"))
    if new and staffing != "log" and by_luck:
        why = {
            "plan": say("judged.not_logged"),
            "inferred": say("judged.inferred"),
        }[staffing]
        said.append(say("judged.consistent_at_most", why=why))
    if staffing == "log" and days < FEWEST_DAYS:
        said.append(say("judged.few_days", n=days, fewest=FEWEST_DAYS))
    return said
