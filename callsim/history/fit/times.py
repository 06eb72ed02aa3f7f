"""How long agents talk and wrap up: families by likelihood, short calls, outliers and rounding found out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from scipy import optimize, special, stats

from callsim.history.fit.heaping import Heaping, heaping
from callsim.history.fit.samples import Weighed, between, moments, quantiles, weighed

SHORT_S, LONG_S = 10.0, 3600.0
"""Between them a talk is an ordinary one, where there are more short or far longer ones than fit to them."""
FEWEST = 30  # values below which no family is fitted
SHORT_TIMES = 1.5  # short times ÷ those that the shape has, above which they are too many
ROUGH = 60.0  # mean (s) below which rounding to whole seconds bends the shape
CONSTANT = 0.005  # cv below which times are all alike
CLEAR = 10.0  # of AIC: less does not speak against the simpler family
FAR = 1e-3  # chance of a time as long as the longest, below which it is an outlier
HOUR_CALLS = 100  # of an hour, for a mean of its own
HOUR_RANGE = 0.05
HOUR_P = 0.001

Family = Literal["lognormal", "gamma", "weibull", "exponential"]
FAMILIES: tuple[Family, ...] = ("lognormal", "gamma", "weibull", "exponential")


@dataclass(frozen=True)
class Candidate:
    """A family fitted to the ordinary times."""

    family: Family
    parameters: Mapping[str, float]
    """lognormal: mu, sigma (of seconds); gamma, weibull: shape, scale_s; exponential: mean_s."""
    mean_s: float
    cv: float
    aic: float
    distance: float
    """Kolmogorov–Smirnov's: the largest gap between the shares of times up to a value."""


@dataclass(frozen=True)
class Times:
    """The talk or wrap times of one queue."""

    calls: int
    mean_s: float
    """Of all calls but outliers, short ones included: what the load is made of."""
    short_share: float
    """Shorter than 10 s."""
    short_excess: bool
    """Whether these are more than the shape of the others has."""
    outliers: int
    """Far longer than the shape of the others has; left out of everything."""
    longest_s: float
    sample: int
    """Times that the shape was fitted to."""
    sample_range_s: tuple[float, float] | None
    """The times that are in the sample; None where all are."""
    sample_mean_s: float
    sample_cv: float
    quantiles_s: Mapping[str, float]
    """p50, p90 and p99 of the sample."""
    candidates: tuple[Candidate, ...]
    """The best first; none where there are too few times."""
    heaping: Heaping | None
    by_hour_s: tuple[float, ...] | None
    """Mean by hour of the day where hours differ, else None."""
    p_hours: float | None
    """The chance of hours as different, were they alike."""
    curve: tuple[tuple[float, float, float], ...]
    """Seconds, the share of the sample that takes longer, and that of the best family."""

    @property
    def best(self) -> Candidate | None:
        """The family with the least AIC."""
        return self.candidates[0] if self.candidates else None


def times(seconds: np.ndarray, hours: np.ndarray | None = None) -> Times | None:
    """Of the times of calls: float64 [call] s, NaN where unknown; `hours`: int [call], the hour of arrival.

    None where no time is known.
    """
    known = np.isfinite(seconds)
    seconds = seconds[known]
    if not len(seconds):
        return None
    hours = None if hours is None else hours[known]
    all_of_them = weighed(seconds)
    inside = between(all_of_them, SHORT_S, LONG_S)
    short_share = float((seconds < SHORT_S).mean())
    short_excess, far = False, math.inf
    if inside.many >= FEWEST:
        shape = min(
            (_cut_fit(family, inside) for family in FAMILIES if family != "exponential"),
            key=lambda fit: fit.cost,
        )
        usual = shape.below(SHORT_S) * len(seconds)
        short_excess = short_share * len(seconds) > SHORT_TIMES * usual + 3 * math.sqrt(usual) + 3
        longest = float(seconds.max())
        far = LONG_S if longest > LONG_S and len(seconds) * (1 - shape.below(longest)) < FAR else math.inf
    outlying = seconds > far
    trimmed = short_excess or bool(outlying.any())
    sample = inside if trimmed else _unrounded(all_of_them)
    ordinary = seconds[~outlying]
    mean, cv = moments(sample) if sample.many else (float("nan"), float("nan"))
    fits = candidates(sample) if sample.many >= FEWEST else ()
    by_hour, p = (None, None) if hours is None else _by_hour(ordinary, hours[~outlying])
    return Times(
        len(seconds),
        float(ordinary.mean()),
        short_share,
        short_excess,
        int(outlying.sum()),
        float(seconds.max()),
        int(sample.many),
        (SHORT_S, LONG_S) if trimmed else None,
        mean,
        cv,
        quantiles(sample),
        fits,
        heaping(sample) if sample.many >= FEWEST else None,
        by_hour,
        p,
        _drawn(sample, fits[0]) if fits else (),
    )


def law_of(fit: Candidate) -> Any:
    """The distribution of a fitted family, as scipy has it."""
    given = fit.parameters
    if fit.family == "lognormal":
        return stats.lognorm(given["sigma"], scale=math.exp(given["mu"]))
    if fit.family == "exponential":
        return stats.expon(scale=given["mean_s"])
    family = stats.gamma if fit.family == "gamma" else stats.weibull_min
    return family(given["shape"], scale=given["scale_s"])


def _drawn(sample: Weighed, fit: Candidate, points: int = 100) -> tuple[tuple[float, float, float], ...]:
    """The sample and a family at as many times, up to that which one in a hundred takes longer than."""
    upto = np.cumsum(sample.times) / sample.many
    last = float(sample.values[min(int(np.searchsorted(upto, 0.99)), len(upto) - 1)])
    at = np.linspace(0.0, last, points)
    before = np.searchsorted(sample.values, at, side="right")
    longer = 1 - np.concatenate([[0.0], upto])[before]
    return tuple(zip(at.tolist(), longer.tolist(), law_of(fit).sf(at).tolist(), strict=True))


def _unrounded(all_of_them: Weighed) -> Weighed:
    """Positive times; short ones in whole seconds are spread evenly over half a second to either side."""
    values, many = all_of_them
    if len(values) < 2 or (values % 1).any() or float(values @ many) / all_of_them.many > ROUGH:
        return between(all_of_them, 1e-9, math.inf)
    parts = np.array([-0.375, -0.125, 0.125, 0.375])
    spread = np.where(values[:, None] > 0, values[:, None] + parts, (parts + 0.5) / 2)
    return Weighed(spread.ravel(), np.repeat(many / len(parts), len(parts)))


def candidates(sample: Weighed) -> tuple[Candidate, ...]:
    """All families by maximum likelihood, the best by AIC first; an exponential also where it is nearly best.

    None for times that are all alike.
    """
    if moments(sample)[1] < CONSTANT:
        return ()
    fits = [_candidate(family, sample) for family in FAMILIES]
    least = min(fit.aic for fit in fits)
    simple = {fit.family for fit in fits if fit.family == "exponential" and fit.aic - least <= CLEAR}
    return tuple(sorted(fits, key=lambda fit: (fit.family not in simple, fit.aic)))


def _candidate(family: Family, sample: Weighed) -> Candidate:
    x, w = sample
    mean, logs = float(x @ w) / sample.many, float(np.log(x) @ w) / sample.many
    if family == "lognormal":
        sigma = max(math.sqrt(max(float((np.log(x) - logs) ** 2 @ w) / sample.many, 0.0)), 1e-6)
        parameters = {"mu": logs, "sigma": sigma}
    elif family == "gamma":
        gap = max(math.log(mean) - logs, 1e-9)
        start = (3 - gap + math.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
        shape = float(
            optimize.brentq(lambda k: math.log(k) - special.digamma(k) - gap, start / 3, start * 3 + 1)
        )
        parameters = {"shape": shape, "scale_s": mean / shape}
    elif family == "weibull":
        shape, scale = weibull(sample, sample)
        parameters = {"shape": shape, "scale_s": scale}
    else:
        parameters = {"mean_s": mean}
    law = law_of(Candidate(family, parameters, math.nan, math.nan, math.nan, math.nan))
    likelihood = float(law.logpdf(x) @ w)
    return Candidate(
        family,
        parameters,
        float(law.mean()),
        float(law.std() / law.mean()),
        2 * len(parameters) - 2 * likelihood,
        _distance(law, sample),
    )


def weibull(events: Weighed, everything: Weighed) -> tuple[float, float]:
    """Shape and scale by maximum likelihood where only `events` ended and all else was cut off before it did.

    The likelihood's derivative by the shape has one root; the scale follows from it.
    """
    top = float(everything.values.max())
    x, w = everything.values / top, everything.times
    positive = x > 0
    x, w = x[positive], w[positive]
    logs = np.log(x)
    ended = events.values > 0
    mean_log = float(np.log(events.values[ended] / top) @ events.times[ended]) / float(
        events.times[ended].sum()
    )

    def slope(shape: float) -> float:
        power = np.exp(shape * logs) * w
        return 1 / shape + mean_log - float(power @ logs) / float(power.sum())

    shape = float(optimize.brentq(slope, 0.01, 1e4))
    scale = (float(np.exp(shape * logs) @ w) / float(events.times[ended].sum())) ** (1 / shape) * top
    return shape, scale


class _CutFit(NamedTuple):
    family: Family
    one: float  # lognormal: mu, sigma; gamma, weibull: shape, scale
    other: float
    cost: float  # minus the logarithm of the likelihood, of times within SHORT_S … LONG_S

    def below(self, seconds: float) -> float:
        return _below(self.family, self.one, self.other, seconds)


def _cut_fit(family: Family, sample: Weighed) -> _CutFit:
    """A family of two parameters fitted to times of which only those within SHORT_S … LONG_S are known."""
    if len(sample.values) > 1_000:
        whole, back = np.unique(np.round(sample.values), return_inverse=True)
        sample = Weighed(whole, np.bincount(back, sample.times))
    x, w = sample
    logs = np.log(x)
    sum_of_logs = float(logs @ w)

    def numbers(where: np.ndarray) -> tuple[float, float]:
        if family == "lognormal":
            return float(where[0]), math.exp(where[1])
        return math.exp(where[1]), math.exp(where[0])

    def cost(where: np.ndarray) -> float:
        if np.abs(where).max() > 20:
            return math.inf
        one, other = numbers(where)
        kept = _below(family, one, other, LONG_S) - _below(family, one, other, SHORT_S)
        if not kept > 1e-9:
            return math.inf
        if family == "lognormal":
            power = float((logs - one) ** 2 @ w) / (2 * other**2) + sum_of_logs
            scale = math.log(other) + 0.5 * math.log(2 * math.pi)
        elif family == "gamma":
            power = float(x @ w) / other - (one - 1) * sum_of_logs
            scale = math.lgamma(one) + one * math.log(other)
        else:
            power = float((x / other) ** one @ w) - (one - 1) * sum_of_logs
            scale = one * math.log(other) - math.log(one)
        value = power + sample.many * (scale + math.log(kept))
        return value if math.isfinite(value) else math.inf

    mean = float(x @ w) / sample.many
    middle = sum_of_logs / sample.many if family == "lognormal" else math.log(mean)
    with np.errstate(over="ignore"):
        found = optimize.minimize(
            cost, [middle, 0.0], method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 0.1}
        )
    return _CutFit(family, *numbers(found.x), float(found.fun))


def _below(family: Family, one: float, other: float, seconds: float) -> float:
    """The share of times up to this, of a family with two parameters."""
    if family == "lognormal":
        return float(special.ndtr((math.log(seconds) - one) / other))
    if family == "gamma":
        return float(special.gammainc(one, seconds / other))
    return -math.expm1(-math.exp(min(one * math.log(seconds / other), 50.0)))


def _distance(law: Any, sample: Weighed) -> float:
    shares = law.cdf(sample.values)
    upto = np.cumsum(sample.times) / sample.many
    before = np.concatenate([[0.0], upto[:-1]])
    return float(max(np.abs(upto - shares).max(), np.abs(before - shares).max()))


def _by_hour(seconds: np.ndarray, hours: np.ndarray) -> tuple[tuple[float, ...] | None, float | None]:
    """The mean of each hour where hours differ: by an analysis of variance, and by more than a little."""
    many = np.bincount(hours, minlength=24)
    sums = np.bincount(hours, seconds, 24)
    squares = np.bincount(hours, seconds**2, 24)
    full = many >= HOUR_CALLS
    if full.sum() < 2:
        return None, None
    n, s, q = many[full], sums[full], squares[full]
    between = float((s**2 / n).sum() - s.sum() ** 2 / n.sum())
    within = float(q.sum() - (s**2 / n).sum())
    free, rest = int(full.sum()) - 1, int(n.sum() - full.sum())
    p = float(stats.f.sf(between / free / max(within / rest, 1e-300), free, rest))
    means = s / n
    if p > HOUR_P or means.max() / max(means.min(), 1e-300) - 1 <= HOUR_RANGE:
        return None, p
    overall = float(sums.sum() / many.sum())
    by_hour = np.full(24, overall)
    by_hour[full] = means
    return tuple(by_hour.tolist()), p
