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
from callsim.study.runs.why import FEWEST, luck_of
from callsim.study.store.supervised import why_not


def play_part(
    plans: Sequence[Scenario],
    options: RunOptions,
    part: int,
    of: int,
    weigh: bool = False,
    why: bool = False,
) -> range:
    """Play runs `part` − 1, `part` − 1 + `of`, … of each plan, and keep them in the store of the options.

    `weigh`: as in `in_order`; the same as the command has that gathers the parts. `why`: also the runs of
    `why.split`, of the only plan. Returns the runs. Raises
    UserError where nothing would be gained: the number of runs is open, or nothing can be kept.
    """
    if options.runs is None:
        raise UserError(say("cluster.part_needs"))
    refuse_unkept(plans, options)
    runs = range(part - 1, options.runs, of)
    models = [model_of(plan) for plan in plans]
    watch = Watch(options.progress, max(len(runs), 1), len(models))
    for _ in in_order(models, options, options.runs, watch, weigh=weigh, only=runs):
        pass
    if why:
        most = max(options.runs, FEWEST)
        luck, again = luck_of(models[0], most), range(part - 1, most, of)
        watch = Watch(options.progress, max(len(again), 1), len(luck))
        for _ in in_order(models * len(luck), options, most, watch, luck, only=again):
            pass
    return runs


def refuse_unkept(plans: Sequence[Scenario], options: RunOptions) -> None:
    """Raise a UserError where what a part plays would not be kept for the others."""
    if options.store is None or options.store.folder is None:
        raise UserError(say("cluster.part_needs_folder"))
    if options.client is not None:
        raise UserError(say("cluster.part_or_cluster"))
    for plan in plans:
        if why := why_not(plan):
            raise UserError(say("cluster.part_unkept", why=why[0]))
