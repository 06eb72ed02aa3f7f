"""Every n-th run, played for the store alone: jobs of an array need no word between them."""

from __future__ import annotations

from collections.abc import Sequence

from callsim.errors import UserError
from callsim.scenario import Scenario
from callsim.sentences import say
from callsim.study.hands import Watch
from callsim.study.options import RunOptions
from callsim.study.player import model_of
from callsim.study.runs.replicate import in_order
from callsim.study.store.supervised import why_not


def play_part(
    plans: Sequence[Scenario], options: RunOptions, part: int, of: int, weigh: bool = False
) -> range:
    """Play runs `part` − 1, `part` − 1 + `of`, … of each plan, and keep them in the store of the options.

    `weigh`: as in `in_order`; the same as the command has that gathers the parts. Returns the runs. Raises
    UserError where nothing would be gained: the number of runs is open, or nothing can be kept.
    """
    if options.runs is None or options.store is None or options.store.folder is None:
        raise UserError(say("cluster.part_needs"))
    if options.client is not None:
        raise UserError(say("cluster.part_or_cluster"))
    for plan in plans:
        if why := why_not(plan):
            raise UserError(say("cluster.part_unkept", why=why[0]))
    runs = range(part - 1, options.runs, of)
    models = [model_of(plan) for plan in plans]
    watch = Watch(options.progress, max(len(runs), 1), len(models))
    for _ in in_order(models, options, options.runs, watch, weigh=weigh, begin=part - 1, step=of):
        pass
    return runs
