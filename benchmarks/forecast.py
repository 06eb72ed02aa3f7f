"""How far off forecasts are on real days, beside what planners do by hand, all on the same days in one run.

    python -m benchmarks.forecast                       # a minute on one core
    python -m benchmarks.forecast --weeks-ahead 8
    python -m benchmarks.forecast --back 26           # other stretches, as if files ended 26 weeks ago
    python -m benchmarks.forecast --later             # AXA: March to December 2013, with holes

Needs the folder `shared/data` beside the repository. Origins are a week apart; each sees only the days
before it, and the program's own rolling test chooses the model. Bank: a North American bank's half-hours, the
days 60 to 119 of its 124. AXA: ten queues of an assistance centre in France, the last 26 weeks of the file.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from callsim.history.canonical import slots_of
from callsim.history.forecast.calendar import HOLIDAY, kinds_of
from callsim.history.forecast.choice import Stretch, best_of, said_by, scores_of, stretches
from callsim.history.forecast.errors import covered, naive
from callsim.history.forecast.question import bands_at
from callsim.history.forecast.rolling import LEAST_DAYS, Forecaster, Trial, trial
from callsim.history.forecast.series import Series, first_day, series_of

DATA = Path(__file__).parents[2] / "shared" / "data"
HALF_HOUR = 1_800_000
_HEAD = "interval / day: ours    mean of four       last week      better     held 95 %  holidays"


class Counts(NamedTuple):
    """Counts of one queue: float64 [day, half-hour], and their days."""

    dates: np.ndarray
    calls: np.ndarray


class Judged(NamedTuple):
    """Errors on the days that are judged; shares."""

    days: int
    interval: float
    day: float
    four_interval: float
    four_day: float
    last_interval: float
    last_day: float
    inside: float  # of intervals with calls to expect, in the 95 % band
    inside_days: float
    holiday: float  # per day, on holidays of Monday to Friday
    holiday_four: float

    @property
    def better_interval(self) -> float:
        """Than the better one of the two naive methods."""
        return 1 - self.interval / min(self.four_interval, self.last_interval)

    @property
    def better_day(self) -> float:
        """Likewise per day."""
        return 1 - self.day / min(self.four_day, self.last_day)


def bank() -> Counts:
    """The bank's calls of 07:00 to 21:00."""
    with open(DATA / "bank-calls" / "counts_5min.csv", encoding="utf-8") as file:
        rows = [(row["start"], float(row["calls"])) for row in csv.DictReader(file)]
    moments = np.array([start for start, _ in rows], "datetime64[ms]")
    early = slots_of(moments, HALF_HOUR) < 42
    return _counts(moments[early], np.array([calls for _, calls in rows])[early])


def axa(*, later: bool = False) -> Iterator[tuple[str, Counts]]:
    """The ten queues of the assistance centre to June 2012; with `later` also those of 2013."""
    rows: list[dict[str, str]] = []
    for name in ("received_30min_dev.csv", "received_30min_2013_with_holes.csv")[: 1 + later]:
        with open(DATA / "axa-assistance" / name, encoding="utf-8") as file:
            rows += csv.DictReader(file)
    for name in rows[0]:
        if name != "interval_start":
            some = [(row["interval_start"], float(row[name])) for row in rows if row[name]]
            moments = np.array([start for start, _ in some], "datetime64[ms]")
            counts = _counts(moments, np.array([calls for _, calls in some]))
            last = np.datetime64(rows[-1]["interval_start"][:10])
            blank = np.full((int((last - counts.dates[-1]).astype(int)), 48), np.nan)
            yield name, Counts(np.arange(counts.dates[0], last + 1), np.concatenate([counts.calls, blank]))


def _counts(moments: np.ndarray, calls: np.ndarray) -> Counts:
    of = moments.astype("datetime64[D]")
    dates = np.arange(of.min(), of.max() + 1)
    grid = np.full((len(dates), 48), np.nan)
    place = (of - dates[0]).astype(int), slots_of(moments, HALF_HOUR)
    grid[place] = 0.0
    np.add.at(grid, place, calls)
    return Counts(dates, grid)


def until(counts: Counts, end: int) -> Counts:
    """The first days."""
    return Counts(counts.dates[:end], counts.calls[:end])


def judged(counts: Counts, country: str | None, days: np.ndarray, weeks: int) -> Judged:
    """Errors on some days (bool [day]) that lie in the last of so many weeks ahead."""
    first = first_day(counts.calls)
    dates = np.arange(counts.dates[first], counts.dates[-1] + 1 + 7 * weeks)
    series = series_of(counts.calls[first:], kinds_of(dates, country))
    tested = trial(Forecaster(series), 0, 7 * weeks)
    scores = None
    for stretch in stretches(tested):
        scores = scores_of(tested, stretch, scores)
    assert scores is not None
    said = said_by(tested, stretch, best_of(tested, scores))
    return _judged(series, counts.calls[first:], tested, stretch, said, days[first:])


def _judged(
    series: Series, raw: np.ndarray, tested: Trial, stretch: Stretch, said: np.ndarray, days: np.ndarray
) -> Judged:
    target = tested.origins[:, None] + tested.leads[stretch.leads]
    wanted = np.append(days, np.zeros(len(series.kinds.dates) - len(days), bool))[target]
    truth = tested.truth[:, stretch.leads].copy()
    for one in series.found:  # the program takes spikes for missing; here they are judged all the same
        if one.kind == "spike":
            there = (target == one.day) & (target < tested.origins[-1])
            truth[there, one.begin : one.end] = raw[one.day, one.begin : one.end]
    truth = np.where(wanted[:, :, None], truth, np.nan)
    known = np.isfinite(truth)
    leads = tested.leads[stretch.leads]
    methods = [said, *(naive(series, tested.origins, leads, many) for many in (4, 1))]
    kind = series.kinds.kind[target] == HOLIDAY
    off = [_off(method, truth, known) for method in methods]
    holidays = [_off(method, truth, known & kind[:, :, None])[1] for method in methods[:2]]
    bands = bands_at(tested, stretch, said)
    inside, inside_days = (shares[-1] for shares in covered(said, tested, stretch, bands, truth))
    return Judged(
        int(known.any(axis=2).sum()), *(part for one in off for part in one), inside, inside_days, *holidays
    )


def _off(said: np.ndarray, truth: np.ndarray, known: np.ndarray) -> tuple[float, float]:
    wrong = np.where(known, said - np.where(known, truth, 0.0), 0.0)
    total = float(truth[known].sum())
    by_day = float(np.abs(wrong.sum(axis=2)).sum())
    return (float(np.abs(wrong).sum()) / total, by_day / total) if total else (np.nan, np.nan)


def main() -> int:
    """Print the table; exit code 1 where a promise is missed."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    parser.add_argument("--weeks-ahead", type=int, choices=(1, 2, 4, 8), default=1)
    parser.add_argument("--back", type=int, default=0, help="weeks; the bank has some twelve to spare")
    parser.add_argument("--later", action="store_true")
    words = parser.parse_args()
    weeks = words.weeks_ahead
    if not DATA.exists():
        print(f"{DATA} is missing: the data are not part of the repository", file=sys.stderr)
        return 2
    print(f"{'':11} days   {_HEAD}")
    found: dict[str, Judged] = {}
    of_bank = bank()
    open_days = np.flatnonzero(np.isfinite(of_bank.calls).any(axis=1))[: max(120 - 5 * words.back, 0)]
    if len(open_days) > 60 and not words.later:
        of_bank = until(of_bank, int(open_days[-1]) + 1 if words.back else len(of_bank.dates))
        days = np.zeros(len(of_bank.dates), bool)
        days[open_days[60 if not words.back else 40 :]] = True
        found["bank"] = judged(of_bank, None, days, weeks)
        _tell("bank", found["bank"])
    for name, whole in axa(later=words.later):
        counts = until(whole, len(whole.dates) - 7 * words.back)
        last = np.arange(len(counts.dates)) >= len(counts.dates) - 182
        if words.later:
            last = counts.dates >= np.datetime64("2013-03-01")
        if len(counts.dates) - first_day(counts.calls) < 182 + LEAST_DAYS:
            continue  # the queue is too young
        found[name] = judged(counts, "FR", last, weeks)
        _tell(name, found[name])
    return _promises(found) if weeks == 1 else 0


def _tell(name: str, one: Judged) -> None:
    def pair(interval: float, day: float) -> str:
        return f"{interval * 100:6.2f} /{day * 100:6.2f}"

    holiday = ""
    if one.holiday == one.holiday:
        holiday = f"{one.holiday_four * 100:5.0f} → {one.holiday * 100:3.0f}"
    pairs = (
        pair(one.interval, one.day),
        pair(one.four_interval, one.four_day),
        pair(one.last_interval, one.last_day),
        pair(one.better_interval, one.better_day),
        f"{one.inside * 100:5.1f} /{one.inside_days * 100:5.1f}",
    )
    print(f"{name:11} {one.days:4}        {'  '.join(pairs)}  {holiday}", flush=True)


def _promises(found: dict[str, Judged]) -> int:
    """What is promised one week ahead, and whether it holds."""
    queues = [one for name, one in found.items() if name != "bank"]
    better = [1 - one.interval / one.four_interval for one in queues]
    of_holidays = [1 - one.holiday / one.holiday_four for one in queues if one.holiday == one.holiday]
    inside = [one.inside for one in found.values()]
    promises = [
        ("AXA: no queue worse than the mean of four", min(better), 0.0),
        ("AXA: the median queue at least 8 % better", float(np.median(better)), 0.08),
        ("AXA: weekday holidays at least 50 % better, the median queue", float(np.median(of_holidays)), 0.5),
        ("95 % bands hold at least 93 %", min(inside), 0.93),
        ("95 % bands hold at most 97 %", -max(inside), -0.97),
    ]
    if "bank" in found:
        per_interval, per_day = found["bank"].better_interval, found["bank"].better_day
        naive_ = "than the best naive method"
        promises.append((f"bank: at least 10 % better per half-hour {naive_}", per_interval, 0.10))
        promises.append(("bank: at least 15 % better per day", per_day, 0.15))
    for words, measured, bound in promises:
        print(f"{'holds ' if measured >= bound else 'MISSED'} {words}: {abs(measured) * 100:.1f} %")
    return int(any(measured < bound for _, measured, bound in promises))


if __name__ == "__main__":
    sys.exit(main())
