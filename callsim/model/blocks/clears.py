"""What a block cannot know of the days before its warm-up: such runs are refused, and told why."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from weakref import WeakSet

import numpy as np

from callsim.arrays import Floats
from callsim.distribution import CONSTANT, below
from callsim.errors import UserError
from callsim.model.components import Component, components
from callsim.model.model import Model
from callsim.model.presence import on_duty
from callsim.sentences import say
from callsim.sim.centre import NEVER
from callsim.sim.luck.demand import QueueDemand, Sampler
from callsim.units import DAY_MS, MINUTE_MS, show_duration

LATE = 0.001  # of those who dial again may do so after the warm-up
CLEARED = MINUTE_MS  # of work that waits is none

_clear: WeakSet[Model] = WeakSet()


def refuse_what_lasts(model: Model) -> None:
    """Raise a UserError where something of a run lasts from block to block that no warm-up brings back."""
    if model in _clear:
        return
    for refused in what_lasts(model):
        raise UserError(refused)
    _clear.add(model)


def what_lasts(model: Model) -> Iterator[str]:
    """Yields in words what of a run, which is cut, lasts from block to block that no warm-up brings back."""
    for why in (*_remembered(model), *_dials_later(model), *_work_left(model)):
        yield say("blocks.refused", why=why)


def _remembered(model: Model) -> Iterator[str]:
    """Yields what counts from the beginning of the run on, or from before a warm-up."""
    if model.supervisors or model.scenario.supervisors:
        yield say("blocks.supervisors")
    for row in model.centre.conditions:
        if row["quota"]:
            yield say("blocks.quota", queue=model.queues[row["queue"]].name)
    blocks = model.scenario.calendar.blocks
    assert blocks is not None
    for row in model.centre.switches:
        if row["over"] > blocks.warm_up * 1000:
            queue, over = model.queues[row["queue"]].name, show_duration(int(row["over"]) / 1000)
            yield say("blocks.looks_back", queue=queue, over=over, warm_up=show_duration(blocks.warm_up))


def _dials_later(model: Model) -> Iterator[str]:
    """Yields the queues whose callers may call again when the warm-up is over."""
    blocks = model.scenario.calendar.blocks
    assert blocks is not None
    delays = [(row, q.redial.after) for row, q in enumerate(model.demand.queues) if q.redial is not None]
    delays += [
        (int(step["queue"]), after)
        for step, (after, _) in zip(model.centre.follows, model.demand.follows, strict=True)
    ]
    for row, after in delays:
        if later_than(after, blocks.warm_up * 1000.0) > LATE:
            mean = show_duration(float(after.mean.max()) / 1000)
            warm_up = show_duration(blocks.warm_up)
            yield say("blocks.dials_later", queue=model.queues[row].name, mean=mean, warm_up=warm_up)


def later_than(sampler: Sampler, time: float) -> float:
    """The share of values above `time` ms, at most, in any interval."""
    mean = float(sampler.mean.max())
    if mean <= 0 or (sampler.at_most <= time and sampler.family != CONSTANT):
        return 0.0
    return float(1 - below(sampler.family, sampler.shape, np.array([time / mean]))[0])


def _work_left(model: Model) -> Iterator[str]:
    """Yields queues whose callers do not give up, and wait at the end of a block for longer than the next
    one's warm-up, although all agents who may answer work for them.

    By the fluid queue of expected calls. What it finds is certain but for luck; what it does not find, the
    seams tell.
    """
    blocks, clock = model.scenario.calendar.blocks, model.centre.clock
    assert blocks is not None
    steps = (clock.ends - clock.opens) // clock.width
    seams = np.arange(blocks.days * DAY_MS, clock.ends - clock.opens, blocks.days * DAY_MS) // clock.width
    warm_up = max(round(blocks.warm_up * 1000) // clock.width, 1)
    there = None
    for part in components(model):
        patient = [row for row in part.queues if _stays(model.demand.queues[row], blocks.warm_up * 1000)]
        if not patient:
            continue
        if there is None:
            there = on_duty(model.roster, model.centre.crew_group, clock)
        work = np.sum([_work(model, row, steps) for row in patient], axis=0)
        left = _backlog(work - there[:, list(part.groups)].sum(axis=1) * clock.width)
        for seam in seams.tolist():
            if left[seam - warm_up : seam + 1].min() > CLEARED:
                yield _told(model, part, patient, seam, float(left[seam]))
                return


def _told(model: Model, part: Component, patient: list[int], seam: int, left: float) -> str:
    at = datetime.datetime.combine(model.scenario.calendar.start, datetime.time())
    at += datetime.timedelta(milliseconds=seam * model.centre.clock.width)
    return say(
        "blocks.work_left",
        queue=model.queues[patient[0]].name,
        date=at.date().isoformat(),
        hours=left / 3_600_000,
        groups=", ".join(model.groups[row].name for row in part.groups[:3]),
    )


def _stays(queue: QueueDemand, time: float) -> bool:
    """Whether callers wait on the mean for longer than `time` ms."""
    return queue.patience is None or float(queue.patience.mean.max()) > min(time, NEVER)


def _work(model: Model, row: int, steps: int) -> Floats:
    """The work that calls of a queue bring while it is open: float64 [interval of the days reported] ms."""
    queue, clock = model.demand.queues[row], model.centre.clock
    per_day = DAY_MS // clock.width
    edges = np.arange(0, DAY_MS + 1, clock.width)
    calls = np.diff(queue.expected[:, np.searchsorted(queue.times, edges)])
    found = []
    for day in range(steps // per_day):
        at = day - clock.day(0)
        is_open = np.zeros(per_day, np.bool_)
        for opens, closes in model.centre.hours(row, day):
            is_open |= (opens <= edges[:-1]) & (edges[1:] <= closes)
        handling = _mean_on(queue.talk, at, per_day)
        if queue.wrap is not None:
            handling = handling + _mean_on(queue.wrap, at, per_day)
        found.append(calls[queue.pattern[at]] * queue.times_day[at] * is_open * (1 - queue.balk) * handling)
    return np.concatenate(found)


def _mean_on(sampler: Sampler, day: int, per_day: int) -> Floats:
    return np.broadcast_to(sampler.on(day, per_day).mean, per_day)


def _backlog(surplus: Floats) -> Floats:
    """What is left before each interval and after the last one, if this much more comes in each than can be
    done: float64 [interval and one more].
    """
    summed = np.concatenate([[0.0], np.cumsum(surplus)])
    return np.asarray(summed - np.minimum.accumulate(summed))
