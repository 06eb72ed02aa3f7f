"""How things are timed: a warm-up each, then turn by turn, so that a busy machine is busy for all alike."""

import statistics
import time
from collections.abc import Callable, Mapping

ROUNDS = 5
LONG = 10.0  # s; what takes longer is timed once

Clock = Callable[[], float]


def race(
    runners: Mapping[str, Callable[[], object]],
    clock: Clock = time.process_time,
    rounds: int = ROUNDS,
    long: float = LONG,
) -> dict[str, float]:
    """Median seconds of each runner, all in one run and turn by turn.

    Seconds of work, not of waiting for a processor that others use, unless another clock is asked for:
    on an idle machine they are the same for what has one thread.
    """
    seconds: dict[str, list[float]] = {name: [timed(runner, clock)] for name, runner in runners.items()}
    quick = [name for name, (warm_up,) in seconds.items() if warm_up <= long]
    for name in quick:
        seconds[name].clear()
    for _ in range(rounds):
        for name in quick:
            seconds[name].append(timed(runners[name], clock))
    return {name: statistics.median(found) for name, found in seconds.items()}


def timed(runner: Callable[[], object], clock: Clock) -> float:
    start = clock()
    runner()
    return clock() - start
