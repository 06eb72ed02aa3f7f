"""Bands follow what they held: on errors of a known law, without looking ahead, beside a plain recount."""

import math

import numpy as np
import pytest

from callsim.history.forecast.bands import CLOSED, MEMORY_WEEKS, SHARES, Bands
from callsim.history.forecast.calendar import kinds_of
from callsim.history.forecast.choice import Stretch, best_of, said_by, scores_of, stretches
from callsim.history.forecast.errors import covered
from callsim.history.forecast.question import bands_at, forecast
from callsim.history.forecast.rolling import WEEKS, Forecaster, Trial, trial
from callsim.history.forecast.series import series_of
from tests.makers.histories import dates, day, drawn, means, table

MANY = 53  # origins, as of a history of more than a year
GRID = np.geomspace(0.05, 500, 40)


def rolling(truth: np.ndarray, said: np.ndarray, doubt: np.ndarray | None = None) -> tuple[Trial, Stretch]:
    """A rolling test of one model; float64 [origin, lead, slot], of whole weeks."""
    many, leads = truth.shape[:2]
    doubt = np.full((many, leads), np.nan) if doubt is None else doubt
    one = Trial(("known",), 400 + 7 * np.arange(many), np.arange(leads), said[None], truth, doubt)
    return one, Stretch(WEEKS.index(leads // 7), np.arange(leads), leads // 7)


def law(seed: int, of_day: np.ndarray, of_interval: float = 0.1, days: int = 7) -> tuple[Trial, Stretch]:
    """A forecast that knows every mean of Poisson counts of busy days; `of_day`: their cv, by origin."""
    random = np.random.default_rng(seed)
    shape = np.concatenate([np.linspace(2, 60, 14), np.linspace(60, 4, 14)])
    said = np.broadcast_to(shape, (len(of_day), days, len(shape))).copy()

    def busy(cv: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
        return np.asarray(random.gamma(1 / cv**2, cv**2, size))

    each = np.broadcast_to(of_day[:, None, None], (*said.shape[:2], 1))
    noise = busy(each, each.shape) * busy(np.full(said.shape, of_interval), said.shape)
    # An origin whose days are not over knows nothing of them.
    truth = np.where(
        (np.arange(len(of_day)) < len(of_day) - 1)[:, None, None], random.poisson(said * noise), np.nan
    )
    return rolling(truth, said)


def plain(one: Trial, stretch: Stretch, row: int) -> Bands | None:
    """The bands of an origin before they follow what bands held."""
    rows = np.arange(stretch.known(row))
    return Bands.of(one.said[0][rows], one.truth[rows], one.doubt[rows], row - rows, stretch.weeks)


def held(laws: list[tuple[Trial, Stretch]], rows: range, follow: bool = True) -> tuple[float, float, float]:
    """The shares inside: of intervals in bands of 80 and 95 %, of days in those of 95 %."""
    found = []
    for one, stretch in laws:
        bands = (
            bands_at(one, stretch, one.said[0]) if follow else {row: plain(one, stretch, row) for row in rows}
        )
        mine = {row: bands[row] for row in rows}
        of_intervals, of_days = covered(one.said[0], one, stretch, mine, one.truth)
        found.append((*of_intervals, of_days[1]))
    return tuple(np.mean(found, axis=0))


def ends(bands: Bands, doubt: float = np.nan) -> np.ndarray:
    """Where bands of intervals and of days end around many expected counts."""
    doubts = np.full(len(GRID), doubt)
    return np.stack([scale.bands(GRID, doubts) for scale in (bands.interval, bands.day)])


@pytest.mark.parametrize("of_day", [0.02, 0.08, 0.2])
def test_bands_of_known_noise_hold_what_they_say(of_day: float) -> None:
    laws = [law(seed, np.full(MANY, of_day)) for seed in range(8)]
    at_80, at_95, days = held(laws, range(26, MANY - 1))
    assert 0.78 <= at_80 <= 0.83
    assert 0.93 <= at_95 <= 0.97
    assert 0.93 <= days <= 0.97


@pytest.mark.parametrize(("before", "after"), [(0.1, 0.2), (0.16, 0.08)])
def test_bands_recover_when_noise_changes_midway(before: float, after: float) -> None:
    laws = [law(seed, np.where(np.arange(MANY) < 28, before, after)) for seed in range(8)]
    _, _, at_once = held(laws, range(28, 32))
    assert not 0.93 <= at_once <= 0.97  # nobody could know
    late = range(36, MANY - 1)
    at_80, at_95, days = held(laws, late)
    assert 0.93 <= at_95 <= 0.97
    assert 0.93 <= days <= 0.98  # of 900 days that go together by stretch
    for ours, theirs, share in zip((at_80, at_95), held(laws, late, follow=False), SHARES, strict=False):
        assert abs(ours - share) < abs(theirs - share)


@pytest.mark.parametrize("weeks", [1, 2, 4])
def test_nothing_after_an_origin_moves_its_bands(weeks: int) -> None:
    one, stretch = law(3, np.full(MANY, 0.1), days=7 * weeks)
    before = bands_at(one, stretch, one.said[0])
    for row in (30, 41):
        target = one.origins[:, None] + one.leads
        later = (target >= one.origins[row])[:, :, None]
        other, _ = rolling(np.where(later, one.truth * 3 + 1, one.truth), one.said[0])
        after = bands_at(other, stretch, one.said[0])
        assert list(before) == list(after)
        for at, bands in before.items():
            assert np.array_equal(ends(bands), ends(after[at])) == (at <= row)


def test_counts_after_an_origin_move_no_band_before_it() -> None:
    days = dates("2024-09-02", 420)
    some = drawn(means(days, 300), 5, day_cv=0.05)
    other = some.copy()
    other[350:] = drawn(means(days, 450), 6, day_cv=0.2)[350:]
    found = []
    for calls in (some, other):
        series = series_of(calls, kinds_of(dates("2024-09-02", 434)))
        one = trial(Forecaster(series), 0, 14)
        first = stretches(one)[0]
        said = said_by(one, first, best_of(one, scores_of(one, first)))
        found.append((one.origins, said, bands_at(one, first, said)))
    (origins, said, before), (_, said_too, after) = found
    rows = [row for row in before if origins[row] <= 350]
    assert len(rows) > 10
    for row in rows:
        assert np.array_equal(said[row], said_too[row])
        assert np.array_equal(ends(before[row]), ends(after[row]))
    assert any(not np.array_equal(ends(before[row]), ends(after[row])) for row in before)


def factor_recounted(one: Trial, stretch: Stretch, row: int, share: int) -> float:
    """The factor of intervals, error by error."""
    errors, alone = [], 0.0
    for at in range(row):
        bands = plain(one, stretch, at) if at + stretch.delay <= row and stretch.known(at) >= 3 else None
        if bands is None:
            continue
        weight = math.exp(-(row - at) / MEMORY_WEEKS)
        alone += weight / stretch.weeks
        scale = bands.interval
        for lead in range(len(one.leads)):
            if not math.isnan(one.doubt[at, lead]):
                continue
            for expected, calls in zip(one.said[0, at, lead], one.truth[at, lead], strict=True):
                if math.isnan(calls) or expected <= CLOSED:
                    continue
                low, high = scale.ends[sum(edge < expected for edge in scale.edges), share]
                end = (high if calls >= expected else -low) * math.sqrt(
                    expected + (scale.spread * expected) ** 2
                )
                if end > 0:
                    errors.append((abs(calls - expected) / end, weight))
    errors.sort()
    total, up_to, factor = sum(weight for _, weight in errors), 0.0, math.nan
    for error, weight in errors:
        up_to += weight
        if up_to >= SHARES[share] * total:
            factor = error
            break
    return math.exp(math.log(factor) * alone / (alone + 12))


@pytest.mark.parametrize("weeks", [1, 2])
def test_factors_beside_a_plain_recount(weeks: int) -> None:
    one, stretch = law(9, np.where(np.arange(40) < 30, 0.08, 0.16), days=7 * weeks)
    one.doubt[::5, 2] = 0.3
    one.truth[::7, 4, 3:9] = np.nan
    for row in (20, 39):
        base, bands = plain(one, stretch, row), bands_at(one, stretch, one.said[0])[row]
        assert base is not None
        for share in range(len(SHARES)):
            wanted = base.interval.ends[:, share] * factor_recounted(one, stretch, row, share)
            assert bands.interval.ends[:, share] == pytest.approx(wanted)
        assert not np.array_equal(ends(bands), ends(base))
        assert np.array_equal(ends(bands, 0.4), ends(base, 0.4))  # special days have their own


def test_the_first_bands_have_nothing_to_follow() -> None:
    one, stretch = law(1, np.full(5, 0.1))
    bands = bands_at(one, stretch, one.said[0])
    base = plain(one, stretch, 3)
    assert sorted(bands) == [3, 4]
    assert base is not None
    assert np.array_equal(ends(bands[3]), ends(base))


@pytest.mark.parametrize("kind", ["none", "equal", "tiny", "huge", "wild", "unknown", "special"])
def test_bands_are_finite_and_in_order_on_any_history(kind: str) -> None:
    random = np.random.default_rng(2)
    size = (30, 7, 12)
    said = np.full(size, {"tiny": 0.03, "huge": 1e6, "none": 0.0}.get(kind, 8.0))
    truth = {
        "equal": said,
        "wild": random.permutation(np.repeat([0.0, 8.0, 4000.0], said.size // 3)).reshape(size),
        "unknown": np.where(random.random(size) < 0.97, np.nan, 9.0),
    }.get(kind, random.poisson(said).astype(float))
    one, stretch = rolling(truth, said, np.full(size[:2], 0.3 if kind == "special" else np.nan))
    bands = bands_at(one, stretch, said)
    assert bool(bands) == (kind != "none")
    for of in bands.values():
        both = ends(of)
        assert np.isfinite(both).all()
        low_80, high_80, low_95, high_95 = (both[:, share, side] for share in (0, 1) for side in (0, 1))
        assert (low_95 <= low_80).all()
        assert (low_80 <= GRID).all()
        assert (high_80 >= GRID).all()
        assert (high_80 <= high_95).all()


def test_bands_move_no_forecast() -> None:
    days = dates("2024-09-02", 250)
    line = drawn(means(days, 300), 5, day_cv=0.1)
    found = forecast(table(days, line=line), day("2025-04-07"), 7).queues["line"]
    one = trial(Forecaster(found.series), 0, 7)
    first = stretches(one)[0]
    assert np.array_equal(found.expected, said_by(one, first, best_of(one, scores_of(one, first)))[-1])
