"""Patience: the time that callers would wait, from calls that were mostly answered first, or from sums."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import optimize, special, stats

from callsim.history.fit.samples import Weighed, weighed
from callsim.history.fit.times import weibull

FEWEST = 30  # abandoned calls below which only an exponential is fitted
AT_RISK = 30  # callers still waiting, below whom nothing is said of longer waits
CLEAR = 10.0  # of AIC: less does not speak against the simpler family
POINTS_S = (30, 60, 120, 300, 600)
HAZARD_S = (0, 5, 10, 15, 20, 25, 30, 45, 60, 90, 120, 180, 240, 300, 420, 600)
BUMP = 3.0  # standard errors above the lowest rates before and after

Family = Literal["exponential", "weibull", "lognormal"]


@dataclass(frozen=True)
class Candidate:
    """A family fitted to waits that an answer cut off."""

    family: Family
    parameters: Mapping[str, float]
    """exponential: mean_s; weibull: shape, scale_s; lognormal: mu, sigma (of seconds)."""
    errors: Mapping[str, float]
    """The standard error of each parameter."""
    mean_s: float
    cv: float
    aic: float
    distance: float
    """The largest gap to Kaplan and Meier's curve, as far as that goes."""


@dataclass(frozen=True)
class Hazard:
    """The rate at which callers who still wait hang up."""

    from_s: float
    to_s: float
    abandoned: int
    per_minute: float
    is_bump: bool
    """Whether more hang up than before and after, by more than chance: an announcement, most often."""


@dataclass(frozen=True)
class Patience:
    """The patience of the callers of one queue."""

    calls: int
    abandoned: int
    balked: int
    """Abandoned after 0 s."""
    waiting_s: float
    """Seconds that all calls waited together."""
    wait_of_abandoned_s: float
    """The mean: not their patience, which is longer, for the patient ones were answered."""
    from_sums: bool
    """Whether only sums were known."""
    lower_bound: bool
    """Whether the waits of those who hung up are unknown, so that the mean is at least this long."""
    candidates: tuple[Candidate, ...]
    """The one to use first; none where nobody abandoned."""
    survival: Mapping[int, tuple[float, int] | None]
    """By seconds: the share with more patience (Kaplan–Meier), and how many waited so long, or None."""
    curve: tuple[tuple[float, float, float, float, float], ...]
    """Seconds, the share with more patience, its 95 % interval (Greenwood's), and that of the family to use;
    up to `known_up_to_s`."""
    known_up_to_s: float
    """Beyond it fewer than 30 callers were still waiting."""
    hazards: tuple[Hazard, ...]

    @property
    def best(self) -> Candidate | None:
        """The family to use: of those that the data cannot tell from the best one the simplest."""
        return self.candidates[0] if self.candidates else None


def patience(waits_s: np.ndarray, abandoned: np.ndarray) -> Patience | None:
    """Of calls: float64 [call] s, NaN where unknown, and bool [call]. None where no wait is known."""
    known = np.isfinite(waits_s)
    waits, gone = waits_s[known], abandoned[known]
    if not len(waits):
        return None
    balked = gone & (waits == 0)
    waited = ~balked
    everything, events = weighed(waits[waited]), weighed(waits[waited & gone])
    total, many = float(waits.sum()), int((waited & gone).sum())
    whole = kaplan_meier(waits[waited], gone[waited])
    curve = whole[whole[:, 1] >= AT_RISK]
    found: tuple[Candidate, ...] = ()
    if many and total > 0:
        families: tuple[Family, ...] = (
            ("exponential", "weibull", "lognormal") if many >= FEWEST else ("exponential",)
        )
        fits = [_candidate(family, events, everything, curve) for family in families]
        found = _chosen([fit for fit in fits if fit is not None])
    last = float(curve[-1, 0]) if len(curve) else 0.0
    return Patience(
        len(waits),
        int(gone.sum()),
        int(balked.sum()),
        total,
        float(waits[gone].mean()) if gone.any() else math.nan,
        False,
        False,
        found,
        {at: _at(whole, waits[waited], at) for at in POINTS_S},
        _drawn(_thinned(curve), found),
        last,
        _hazards(waits[waited], gone[waited]),
    )


def patience_of_sums(
    offered: float, abandoned: float, wait_answered_s: float, wait_abandoned_s: float
) -> Patience | None:
    """Of sums over intervals: exact for exponential patience, all time waited ÷ those who gave up.

    An unknown wait of those who gave up (NaN) makes it a lower bound. None where nothing is known.
    """
    if not math.isfinite(wait_answered_s) or not math.isfinite(abandoned):
        return None
    lower = not math.isfinite(wait_abandoned_s)
    total = wait_answered_s + (0.0 if lower else wait_abandoned_s)
    found: tuple[Candidate, ...] = ()
    if abandoned > 0 and total > 0:
        mean = float(total / abandoned)
        error = {"mean_s": mean / math.sqrt(float(abandoned))}
        found = (Candidate("exponential", {"mean_s": mean}, error, mean, 1.0, math.nan, math.nan),)
    of_abandoned = wait_abandoned_s / abandoned if abandoned and not lower else math.nan
    return Patience(
        round(offered),
        round(abandoned),
        0,
        float(total),
        float(of_abandoned),
        True,
        lower,
        found,
        {},
        (),
        0.0,
        (),
    )


def kaplan_meier(waits: np.ndarray, abandoned: np.ndarray) -> np.ndarray:
    """float64 [time, 5]: seconds at which somebody gave up, how many waited until then, the share with more
    patience, and its 95 % interval.

    Of equal waits those who gave up come first. The interval is Greenwood's on the scale of log(−log)
    (Kalbfleisch & Prentice 1980), so that it stays within 0 and 1.
    """
    values, back = np.unique(waits, return_inverse=True)
    ended = np.bincount(back, minlength=len(values))
    gave_up = np.bincount(back, abandoned.astype(float), len(values))
    at_risk = len(waits) - np.concatenate([[0], np.cumsum(ended)[:-1]])
    risk, gone = at_risk[gave_up > 0], gave_up[gave_up > 0]
    share = np.cumprod(1 - gone / risk)
    variance = np.cumsum(gone / np.maximum(risk * (risk - gone), 1e-300))
    inner = np.clip(share, 1e-12, 1 - 1e-12)
    half = np.minimum(1.959964 * np.sqrt(variance) / np.abs(np.log(inner)), 50.0)
    low, high = inner ** np.exp(half), inner ** np.exp(-half)
    curve: np.ndarray = np.column_stack([values[gave_up > 0], risk, share, low, high])
    return curve


def _at(curve: np.ndarray, waits: np.ndarray, seconds: float) -> tuple[float, int] | None:
    """The share with more patience than this, and how many waited so long; None where nobody did."""
    many = int((waits >= seconds).sum())
    if not many:
        return None
    before = int(np.searchsorted(curve[:, 0], seconds, side="right"))
    return (float(curve[before - 1, 2]) if before else 1.0), many


def law_of(fit: Candidate) -> Any:
    """The distribution of a fitted family, as scipy has it."""
    given = fit.parameters
    if fit.family == "exponential":
        return stats.expon(scale=given["mean_s"])
    if fit.family == "weibull":
        return stats.weibull_min(given["shape"], scale=given["scale_s"])
    return stats.lognorm(given["sigma"], scale=math.exp(given["mu"]))


def _drawn(
    curve: np.ndarray, found: tuple[Candidate, ...]
) -> tuple[tuple[float, float, float, float, float], ...]:
    fitted = law_of(found[0]).sf(curve[:, 0]) if found else np.full(len(curve), math.nan)
    return tuple(
        (at, share, low, high, float(model))
        for (at, _, share, low, high), model in zip(curve.tolist(), fitted, strict=True)
    )


def _thinned(curve: np.ndarray, most: int = 200) -> np.ndarray:
    if len(curve) <= most:
        return curve
    thinned: np.ndarray = curve[np.unique(np.linspace(0, len(curve) - 1, most).astype(int))]
    return thinned


def _chosen(fits: list[Candidate]) -> tuple[Candidate, ...]:
    """The one to use first, then the others by AIC.

    It is the simplest that the likelihood does not speak against. A lognormal must also be the closest to the
    curve: the likelihood is made by many short waits, and a tail that it gets wrong makes callers of an
    understaffed day far too patient.
    """
    fits.sort(key=lambda fit: fit.aic)
    closest = min(fits, key=lambda fit: fit.distance if math.isfinite(fit.distance) else math.inf)
    fair = [fit for fit in fits if fit.family != "lognormal" or fit is closest]
    close = [fit for fit in fair if fit.aic - fair[0].aic <= CLEAR]
    first = min(close, key=lambda fit: (len(fit.parameters), fit.aic))
    return (first, *(fit for fit in fits if fit is not first))


def _candidate(family: Family, events: Weighed, everything: Weighed, curve: np.ndarray) -> Candidate | None:
    """A family by maximum likelihood; None where its likelihood has no maximum."""
    ended = float(events.times.sum())
    total = float(everything.values @ everything.times)
    if family == "exponential":
        mean = total / ended
        parameters, errors = {"mean_s": mean}, {"mean_s": mean / math.sqrt(ended)}
    elif family == "weibull":
        try:
            shape, scale = weibull(events, everything)
        except ValueError:
            return None
        parameters = {"shape": shape, "scale_s": scale}
        errors = _errors(lambda p: _cost(stats.weibull_min(p[0], scale=p[1]), events, everything), parameters)
    else:
        mu, sigma = _lognormal(events, everything)
        parameters = {"mu": mu, "sigma": sigma}
        errors = _errors(
            lambda p: _cost(stats.lognorm(p[1], scale=math.exp(p[0])), events, everything), parameters
        )
    law = law_of(Candidate(family, parameters, errors, math.nan, math.nan, math.nan, math.nan))
    gap = float(np.abs(law.sf(curve[:, 0]) - curve[:, 2]).max()) if len(curve) else math.nan
    mean, deviation = float(law.mean()), float(law.std())
    aic = 2 * len(parameters) + 2 * _cost(law, events, everything)
    return Candidate(family, parameters, errors, mean, deviation / mean, aic, gap)


def _cost(law: Any, events: Weighed, everything: Weighed) -> float:
    """Minus the logarithm of the likelihood: the density of waits that ended, survival of those cut off."""
    survived = float(law.logsf(everything.values) @ everything.times)
    ended = float((law.logpdf(events.values) - law.logsf(events.values)) @ events.times)
    return -(survived + ended)


def _lognormal(events: Weighed, everything: Weighed) -> tuple[float, float]:
    positive = everything.values > 0  # a wait of 0 s says nothing of patience
    logs, w = np.log(everything.values[positive]), everything.times[positive]
    ended = events.values > 0
    event_logs, event_w = np.log(events.values[ended]), events.times[ended]

    def cost(where: np.ndarray) -> float:
        mu, sigma = where[0], math.exp(min(max(where[1], -10.0), 10.0))
        z, y = (logs - mu) / sigma, (event_logs - mu) / sigma
        # log density ÷ survival, of those who gave up; log survival of all
        rate = -0.5 * y**2 - 0.5 * math.log(2 * math.pi) - math.log(sigma) - special.log_ndtr(-y)
        return -float(special.log_ndtr(-z) @ w) - float(rate @ event_w)

    start = [float(np.average(event_logs, weights=event_w)) + 1.0, 0.5]
    found = optimize.minimize(
        cost, start, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-6, "maxiter": 2000}
    )
    return float(found.x[0]), math.exp(float(found.x[1]))


def _errors(cost: Any, parameters: Mapping[str, float]) -> dict[str, float]:
    """Standard errors from the curvature of the likelihood."""
    at = np.array(list(parameters.values()))
    step = np.maximum(np.abs(at), 0.1) * 1e-3
    many = len(at)
    curved = np.empty((many, many))
    for i in range(many):
        for j in range(many):
            one, other = np.eye(many)[i] * step, np.eye(many)[j] * step
            curved[i, j] = (
                cost(at + one + other)
                - cost(at + one - other)
                - cost(at - one + other)
                + cost(at - one - other)
            ) / (4 * step[i] * step[j])
    try:
        spread = np.sqrt(np.maximum(np.diag(np.linalg.inv(curved)), 0.0))
    except np.linalg.LinAlgError:
        spread = np.full(many, math.nan)
    return dict(zip(parameters, spread.tolist(), strict=True))


def _hazards(waits: np.ndarray, abandoned: np.ndarray) -> tuple[Hazard, ...]:
    rows: list[_Row] = []
    for low, high in itertools.pairwise(HAZARD_S):
        exposure = float(np.clip(waits - low, 0, high - low).sum())
        gone = int((abandoned & (waits > low) & (waits <= high)).sum())
        if int((waits > low).sum()) < AT_RISK:
            break
        rows.append(
            (low, high, gone, gone / max(exposure, 1e-9), math.sqrt(max(gone, 1)) / max(exposure, 1e-9))
        )
    found = []
    for k, (low, high, gone, rate, error) in enumerate(rows):
        sides = (_lower(rows[:k][::-1], rate), _lower(rows[k + 1 :], rate))
        bump = all(side and rate - side[3] > BUMP * math.hypot(error, side[4]) for side in sides)
        found.append(Hazard(low, high, gone, rate * 60, bump))
    return tuple(found)


_Row = tuple[int, int, int, float, float]


def _lower(rows: list[_Row], rate: float) -> _Row | None:
    """The lowest of the rows on one side of a peak, up to where rates are higher than the peak."""
    side = list(itertools.takewhile(lambda row: row[3] < rate, rows))
    return min(side, key=lambda row: row[3]) if side else None
