"""A long run is cut into blocks of days, each a model of its own that is played from its warm-up on.

Luck is named by the day of the run, and agents come by date, so a block meets the calls and the agents of its
days whatever came before. How busy the interval before its first one was is carried over exactly (see draw).
What a block does not know is who was in the building when its warm-up began.
"""

from __future__ import annotations

import dataclasses
import math
import threading
from collections import OrderedDict

import numpy as np

from callsim.model.blocks.clears import LATE, later_than, refuse_what_lasts
from callsim.model.model import Model
from callsim.sim.centre import Centre, Clock
from callsim.sim.count.columns import SEAM_MS
from callsim.sim.luck.crews import Roster
from callsim.sim.luck.demand import Demand, QueueDemand, Sampler
from callsim.units import DAY_MS

KEPT = 4  # blocks that are kept although nobody holds them: some MB each for a large centre


def number_of(model: Model) -> int:
    """Returns into how many blocks the runs of a model are cut; 1 where they are not."""
    blocks = model.scenario.calendar.blocks
    days = (model.centre.clock.ends - model.centre.clock.opens) // DAY_MS
    return 1 if blocks is None else max(math.ceil(days / blocks.days), 1)


def block_of(model: Model, number: int) -> Model:
    """Returns one of the blocks of a model, 0 is the first.

    Its rows are those of the whole, and its cells of the report are those of its own days. Raises UserError
    where something would have to be carried over from block to block.
    """
    key = id(model), number
    with _lock:
        if key in _kept and _kept[key][0] is model:
            _kept.move_to_end(key)
            return _kept[key][1]
    refuse_what_lasts(model)
    found = _cut(model, number)
    with _lock:
        _kept[key] = model, found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


_kept: OrderedDict[tuple[int, int], tuple[Model, Model]] = OrderedDict()
_lock = threading.Lock()


def clock_of(model: Model, number: int) -> Clock:
    """Returns the clock of a block; of the model itself where it is cut into one."""
    whole, blocks = model.centre.clock, model.scenario.calendar.blocks
    if blocks is None or number_of(model) == 1:
        return whole
    first, width = number * blocks.days, whole.width
    ends = min(whole.start_of(first + blocks.days), whole.ends)
    warm_up = whole.opens if number == 0 else _whole(round(blocks.warm_up * 1000), width)
    before = whole.start_of(first) - warm_up
    further = round(blocks.warm_up * 1000) if _stay_long(model) else SEAM_MS
    goes_on = 0 if ends == whole.ends else _whole(further, width)
    return Clock(width, warm_up, ends - before, first, goes_on, before)


def _stay_long(model: Model) -> bool:
    """Whether some who call before a block ends may be waiting, or call again, an hour later.

    What becomes of them is counted by this block, so callers have to come until it is known.
    """
    patience = [queue.patience for queue in model.demand.queues]
    return bool(len(model.centre.follows)) or any(
        one is None or later_than(one, SEAM_MS) > LATE for one in patience
    )


def _whole(ms: int, width: int) -> int:
    return -(-ms // width) * width


def _cut(model: Model, number: int) -> Model:
    clock = clock_of(model, number)
    return dataclasses.replace(
        model,
        centre=_centre(model.centre, clock),
        roster=_roster(model.roster, clock.before),
        demand=_demand(model.demand, clock),
    )


def _centre(whole: Centre, clock: Clock) -> Centre:
    losses, cuts = whole.losses.copy(), whole.cuts.copy()
    for rows in (losses, cuts):
        rows["begins"] -= clock.before
        rows["ends"] -= clock.before
    return whole._replace(clock=clock, losses=losses, cuts=cuts)


def _roster(whole: Roster, before: int) -> Roster:
    """The same crews, whose waves are told from the beginning of the block on."""
    if not whole.rows.waves:
        return whole
    waves = {
        wave._replace(begins=wave.begins - before, ends=wave.ends - before): rows
        for wave, rows in whole.rows.waves.items()
    }
    moved = Roster(whole.crews, whole.day_one, whole.numbers)
    moved.__dict__["rows"] = whole.rows._replace(waves=waves)  # the cached property
    return moved


def _demand(whole: Demand, clock: Clock) -> Demand:
    first = whole.clock.day(0)
    days = slice(clock.day(0) - first, clock.day(clock.last - 1) - first + 1)
    per_day = DAY_MS // clock.width
    return Demand(
        clock,
        tuple(_queue(queue, days, per_day, clock) for queue in whole.queues),
        tuple((_means(after, days, per_day), _means(both, days, per_day)) for after, both in whole.follows),
        tuple(menu._replace(calls=_queue(menu.calls, days, per_day, clock)) for menu in whole.menus),
    )


def _queue(whole: QueueDemand, days: slice, per_day: int, clock: Clock) -> QueueDemand:
    replay = whole.replay
    if replay is not None:
        replay = replay.copy()
        replay["arrive"] -= clock.before
        replay = replay[(replay["arrive"] >= 0) & (replay["arrive"] < clock.last)]
    redial = whole.redial
    return whole._replace(
        pattern=whole.pattern[days],
        times_day=whole.times_day[days],
        talk=_means(whole.talk, days, per_day),
        wrap=whole.wrap and _means(whole.wrap, days, per_day),
        patience=whole.patience and _means(whole.patience, days, per_day),
        redial=redial and redial._replace(after=_means(redial.after, days, per_day)),
        replay=replay,
    )


def _means(whole: Sampler, days: slice, per_day: int) -> Sampler:
    """The means of some days, where they differ by day."""
    if len(whole.mean) <= per_day:
        return whole
    return whole._replace(mean=np.ascontiguousarray(whole.mean[days.start * per_day : days.stop * per_day]))
