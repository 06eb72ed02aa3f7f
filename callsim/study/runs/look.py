"""A plan that changes again and again, as while a number is dragged on a page: only what changed is played.

What was played before is taken from the store of the options, so one store serves all looks at a plan.
"""

from __future__ import annotations

from collections.abc import Generator

from callsim.results.result import Result
from callsim.scenario import Scenario
from callsim.study.hands import Watch
from callsim.study.options import RunOptions
from callsim.study.player import Run, model_of
from callsim.study.runs.replicate import in_order, sums_of


def look(scenario: Scenario, options: RunOptions) -> Generator[Result, None, None]:
    """Yields the result of the first run, then that of the first two, until there are `options.runs` (or 1).

    Each is what `run` returns for as many runs with `weigh=False`, but without warnings. Closing the
    generator ends what is played just now. Raises what `run` raises.
    """
    model, runs = model_of(scenario), options.runs or 1
    done: list[Run] = []
    for (one,) in in_order([model], options, runs, Watch(options.progress, runs)):
        done.append(one)
        yield Result(model, options.seed, options.engine, sums_of(done))
