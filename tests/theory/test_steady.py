"""Simulated queues against exact values: |z| ≤ 4, the standard error from replications.

Every parameter set of the oracle within reach of its fixed budget is simulated; seeds are fixed, so a
failure is a finding and not bad luck of the day.
"""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest

from callsim import erlang
from callsim.results.measures import OFFERED
from tests.makers.steady import MEASURES, Patience, steady, z_score
from tests.theory.oracle import PATH, Row, of

if not PATH.exists():
    pytest.skip(f"there is no {PATH.name} beside this repository", allow_module_level=True)

SIZES = (10, 100, 1000)
HOURS = {10: 240, 100: 72, 1000: 24}  # simulated per run: about 3,000 … 30,000 calls a day at 300 s
LIMIT = 4.0
OFTEN = 500  # calls on which a figure must rest

PATIENCE: dict[str, Patience] = {
    "det 120": lambda luck, n: np.full(n, 120.0),
    "erlang2 mean 120": lambda luck, n: luck.gamma(2, 60, n),
    "hyperexp .5/30 .5/210": lambda luck, n: luck.exponential(np.where(luck.random(n) < 0.5, 30.0, 210.0)),
    "lognormal mean 120 cv 1.5": lambda luck, n: luck.lognormal(
        np.log(120) - np.log(3.25) / 2, np.sqrt(np.log(3.25)), n
    ),
    "uniform(0,240)": lambda luck, n: luck.uniform(0, 240, n),
    "10s + exp 110": lambda luck, n: 10 + luck.exponential(110, n),
    "5% zero else exp 120": lambda luck, n: np.where(luck.random(n) < 0.05, 0.0, luck.exponential(120, n)),
}


def cases(model: str) -> list[tuple[str, list[Row]]]:
    """The rows of a model that can be simulated, by parameter set."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in of(model):
        if row.measure in MEASURES and row.kind == "exact" and row.agents in SIZES:
            found[" ".join(f"{name}={value}" for name, value in row.params.items())].append(row)
    return sorted(found.items())


def every_case(model: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "expected", [pytest.param(expected, id=name) for name, expected in cases(model)]
    )


def check(sums: np.ndarray, expected: list[Row]) -> None:
    """Weigh every measure that happened often enough for a standard error to mean something."""
    exact = {row.measure: row.exact for row in expected}
    calls = int(sums[:, list(OFFERED)].sum())
    scores = {
        measure: round(z_score(sums, measure, value), 2)
        for measure, value in exact.items()
        if calls * _rarity(measure, exact) >= OFTEN and _in_most_runs(measure, sums)
    }
    assert all(abs(score) <= LIMIT for score in scores.values()), scores


def _in_most_runs(measure: str, sums: np.ndarray) -> bool:
    """Rare events come in bursts: seen in a few runs only, they say nothing about a standard error."""
    over, under = MEASURES[measure].over, MEASURES[measure].under
    seen = np.minimum(sums @ over, np.abs(sums @ under - sums @ over)) if measure[:2] != "EW" else sums @ over
    return bool(np.mean(seen > 0) >= 2 / 3)


def _rarity(measure: str, exact: dict[str, float]) -> float:
    """The share of calls on which a measure rests: those that wait, or the smaller side of a share."""
    share = exact.get("p_wait", 1.0) if measure.startswith("EW") else exact[measure]
    return share if measure.startswith("EW") else min(share, 1 - share)


@every_case("M/M/n+M")
def test_erlang_a(expected: list[Row]) -> None:
    row = expected[0]
    sums = steady(
        row.agents, [row["a"] / row.aht_s], row.aht_s, patience_s=row.patience_s, hours=HOURS[row.agents]
    )
    check(sums[:, 0], expected)


@every_case("M/M/n")
def test_erlang_c(expected: list[Row]) -> None:
    row = expected[0]
    load = row["a"]
    # The time to forget an empty start is about aht / (n (1 - sqrt(rho))²): warm up for seven of
    # them, and look at forty or more, for which at 99 % occupancy more than a year has to pass.
    forget_h = row.aht_s / row.agents / (1 - (load / row.agents) ** 0.5) ** 2 / 3600
    sums = steady(
        row.agents,
        [load / row.aht_s],
        row.aht_s,
        warm_up_h=24 * math.ceil(7 * forget_h / 24),
        hours=max(HOURS[row.agents], math.ceil(40 * forget_h)),
    )
    check(sums[:, 0], expected)


@every_case("M/M/n+G")
def test_any_patience(expected: list[Row]) -> None:
    row = expected[0]
    patience = PATIENCE[str(row.params["patience"])]
    calls_per_s = row["rho"] * row.agents / row.aht_s
    sums = steady(row.agents, [calls_per_s], row.aht_s, patience=patience, hours=HOURS[row.agents])
    check(sums[:, 0], expected)


@every_case("M/G/n/n")
def test_erlang_b(expected: list[Row]) -> None:
    row = expected[0]
    sums = steady(row.agents, [row["a"] / row.aht_s], row.aht_s, lines=row.agents, hours=HOURS[row.agents])
    check(sums[:, 0], expected)


@pytest.mark.parametrize("model", ["M/M/n/n+r", "M/M/n/n+r+M"])
def test_finite_lines(model: str) -> None:
    for _, expected in cases(model):
        row = expected[0]
        sums = steady(
            row.agents,
            [row["a"] / row.aht_s],
            row.aht_s,
            patience_s=row.patience_s,
            lines=row.agents + int(row["r"]),
            warm_up_h=24,
            hours=HOURS[row.agents],
        )
        # Here the oracle counts p_wait and p_ab per offered call, blocked ones included.
        check(sums[:, 0], [row for row in expected if row.measure in ("p_block", "p_ab")])


@pytest.mark.parametrize(("agents", "lams"), [(10, (4, 4)), (100, (30, 65)), (1000, (300, 650))])
def test_priorities(agents: int, lams: tuple[float, float]) -> None:
    """Two classes, the first of them first; the unit of time is one handling time, taken as 300 s."""
    exact = erlang.priority_waits(agents, [12 * lam for lam in lams], 300.0)
    listed = {row.measure: row.exact * 300 for row in of("M/M/n priority HOL non-preemptive")
              if row.agents == agents}  # fmt: skip
    for measure, value in listed.items():
        assert exact[int(measure[-1])] == pytest.approx(value, rel=1e-9)
    sums = steady(agents, [lam / 300 for lam in lams], 300.0, warm_up_h=48, hours=HOURS[agents] * 2)
    scores = [z_score(sums[:, row], "EW", exact[row]) for row in (0, 1)]
    assert max(map(abs, scores)) <= LIMIT, scores
