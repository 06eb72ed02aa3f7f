"""Simulates queues that have an exact steady state, as sums per run to be held against it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from callsim.distribution import EXPONENTIAL
from callsim.results import measures
from callsim.results.measures import RATIOS, SERVICE_LEVEL, Formula
from callsim.sim.centre import NEVER, PACE_ONE, PAIR, Centre, Clock
from callsim.sim.count.tally import Tallier
from callsim.sim.engines.day import Day
from callsim.sim.luck.demand import Busyness, Demand, QueueDemand, Sampler
from callsim.sim.luck.draw import draw
from callsim.units import DAY_MS

Patience = Callable[[np.random.Generator, int], np.ndarray]  # seconds of so many callers
HOUR = DAY_MS // 24

# What the rows of the oracle measure, as the product computes it. Times are seconds.
MEASURES: dict[str, Formula] = {
    "p_wait": RATIOS["delayed_share"],
    "p_ab": RATIOS["abandoned_share"],
    "p_block": RATIOS["blocked_share"],
    "EW": RATIOS["wait_s"],
    "EW_served": RATIOS["asa_s"],
    "SL_offered(20)": SERVICE_LEVEL["offered"],
    "SL_answered(20)": SERVICE_LEVEL["answered"],
    "SL_excl_short(20)": SERVICE_LEVEL["quick_abandons_excluded"],
    "SL_notlate(20)": SERVICE_LEVEL["quick_abandons_met"],
    "SL(20)": SERVICE_LEVEL["answered"],
}


def steady(
    agents: int,
    calls_per_s: list[float],
    aht_s: float,
    *,
    patience_s: float | None = None,
    patience: Patience | None = None,
    lines: int | None = None,
    warm_up_h: int = 4,
    hours: int = 24,
    runs: int = 30,
    seed: int = 2015,
) -> np.ndarray:
    """One group that serves queues of falling priority: int64 [run, queue, column]."""
    queues = len(calls_per_s)
    days = -(-hours // 24)
    clock = Clock(DAY_MS if warm_up_h % 24 == 0 else HOUR * math.gcd(warm_up_h, 24), warm_up_h * HOUR, 0)
    clock = clock._replace(ends=clock.opens + days * DAY_MS)
    pairs = np.zeros(queues, PAIR)
    pairs["queue"], pairs["rank"], pairs["pace"] = np.arange(queues), 1, PACE_ONE
    centre = Centre(
        clock=clock,
        priority=np.arange(1, queues + 1, dtype=np.int32),
        disconnects=np.zeros(queues, bool),
        open=(((0, DAY_MS),),) * queues,
        pairs=pairs,
        lines=np.array([] if lines is None else [lines], np.int64),
        holds=np.zeros((0 if lines is None else 1, 2), np.int32),
        site=np.zeros(1, np.int32),
        crew_group=np.zeros(1, np.int32),
        staff=np.full((DAY_MS // clock.width, 1), agents),
    )
    times = np.arange(0.0, DAY_MS + 1, clock.width)
    all_days = days - clock.day(0)
    demand = Demand(
        clock,
        tuple(
            QueueDemand(
                key=row,
                times=times,
                expected=(times * rate / 1000)[None],
                pattern=np.zeros(all_days, np.int64),
                times_day=np.ones(all_days),
                talk=Sampler(EXPONENTIAL, np.array([aht_s * 1000])),
                wrap=None,
                patience=None if patience_s is None else Sampler(EXPONENTIAL, np.array([patience_s * 1000])),
                balk=0.0,
                redial=None,
                busyness=Busyness(0, 0, 0, 0),
            )
            for row, rate in enumerate(calls_per_s)
        ),
    )

    def one(run: int) -> np.ndarray:
        traces = draw(demand, seed, run)
        if patience is not None:
            traces = _with_patience(traces, patience, np.random.default_rng([seed, run]))
        day = Day(centre, traces, calls_per_ms=demand.calls_per_ms, slice_ms=demand.slice_ms)
        return day.play(Tallier(centre, np.full(queues, 20_000), DAY_MS)).calls.sum(axis=0)

    with ThreadPoolExecutor(2) as pool:
        return np.stack(list(pool.map(one, range(runs))))


def _with_patience(
    traces: Iterator[np.ndarray], patience: Patience, luck: np.random.Generator
) -> Iterator[np.ndarray]:
    for trace in traces:
        trace["patience"] = np.minimum(np.rint(patience(luck, len(trace)) * 1000), NEVER)
        yield trace


def z_score(sums: np.ndarray, measure: str, exact: float) -> float:
    """How many standard errors (from replications) the simulated figure is from the exact one."""
    figure = measures.figure(sums, MEASURES[measure])
    assert figure.mean is not None
    above = sums @ MEASURES[measure].over
    under = MEASURES[measure].under
    assert under is not None
    below = sums @ under
    ratio = above.sum() / below.sum()
    error = float((above - ratio * below).std(ddof=1)) * math.sqrt(len(sums)) / float(below.sum())
    if error == 0:
        return 0.0 if figure.mean == exact else math.inf
    return (figure.mean - exact) / (error * MEASURES[measure].scale)
