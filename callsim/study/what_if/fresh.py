"""How well a queue keeps its goal on days that no search has seen: its part of the plan on about 100 days.

A part is what the queue, in all its copies, is tied to. Others disturb it only where seats or lines run out
that they share with it. So the plan is also played whole on some of these days: where the queue's sums are
those of the part alone, the part stands for the plan; where they are not, only whole days count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from callsim.arrays import Ints
from callsim.model import Model
from callsim.model.islands import calls_of, islands
from callsim.results.judgement import QueueJudgement, judge
from callsim.results.measures import Figure
from callsim.scenario import Scenario
from callsim.study.hands import Threads, cores, in_turn
from callsim.study.options import RunOptions
from callsim.study.player import Task, model_of
from callsim.study.store.store import Store

FEWEST, MOST = 10, 100  # days
PART = 8e7  # calls of the part, about
TOGETHER, DAYS_TOGETHER = 1e7, (3, 20)  # calls of the whole plan that is played beside the part; its days
WHOLE = 4e7  # calls of the whole plan, where it alone counts


@dataclass(frozen=True)
class Fresh:
    """What fresh days have shown."""

    seed: int  # of these runs: `callsim run` with it has their figures
    seen: QueueJudgement  # of all copies of the queue together
    days: Figure  # the share of days that kept the goal, of each copy by itself
    together: int  # runs of the whole plan that were played
    apart: bool  # whether all of these left the part as it is alone

    @property
    def runs(self) -> int:
        """Returns the number of runs that the judgement is of."""
        return len(self.seen.sums)


def on_fresh_days(scenario: Scenario, queue: str, options: RunOptions) -> Fresh:
    """Returns what runs with the seed of the options show of a queue that has a goal. Raises Interrupted."""
    model = model_of(scenario)
    rows = [row for row, copy in enumerate(model.queues) if copy.original == queue]
    mine = [one for one in islands(model) if not set(rows).isdisjoint(one.queues)]
    queues = frozenset(row for one in mine for row in one.queues)
    calls = sum(calls_of(model, one) for one in mine)
    store = Store()  # what is played of a part is known when the whole is played

    def played(runs: int, queues: frozenset[int] | None) -> Ints:
        """What became of the queue's calls: int64 [run, cell, row, column]."""
        hands = Threads(options.jobs or cores(), options.stop, store=store)
        tasks = (Task(scenario, options.seed, run, options.engine, queues=queues) for run in range(runs))
        return np.stack([run.tally.calls[:, rows] for run in in_turn(hands, tasks)])

    found = played(runs_of(calls, model, PART), queues)
    together = (
        0
        if len(mine) == len(islands(model)) == 1
        else runs_of(model.demand.calls, model, TOGETHER, *DAYS_TOGETHER)
    )
    apart = not together or np.array_equal(played(together, None), found[:together])
    if not apart:
        together = runs_of(model.demand.calls, model, WHOLE)
        found = played(together, None)
    goal = scenario.queues[queue].goal
    assert goal is not None
    each = np.concatenate(np.moveaxis(found, 2, 0))
    return Fresh(
        options.seed,
        judge(model, found.sum(axis=2), goal),
        judge(model, each, goal).probability,
        together,
        apart,
    )


def runs_of(calls: float, model: Model, wanted: float, fewest: int = FEWEST, most: int = MOST) -> int:
    """Returns how many runs have about the `wanted` calls, within a number of days.

    calls: of a run.
    """
    days = model.scenario.calendar.days
    return max(math.ceil(fewest / days), min(math.ceil(most / days), int(wanted / max(calls, 1.0))))
