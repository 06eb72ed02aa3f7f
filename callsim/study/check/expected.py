"""A scenario's calls, work and agents by the interval, as they are expected: nothing is drawn or played."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from callsim.arrays import Floats, Ints
from callsim.model import Model, build
from callsim.model.handling import of_agent
from callsim.model.presence import on_duty
from callsim.model.traffic import at_goals
from callsim.scenario import Scenario
from callsim.sim.centre import PACE_ONE, Ranges
from callsim.sim.luck.demand import QueueDemand, Sampler
from callsim.units import DAY_MS

LONGEST = 31  # days that are judged: the first ones of a longer run …
LARGEST = 5_000_000  # … and fewer where they have more cells, of all queues, than this


@dataclass(frozen=True)
class Expected:
    """Calls, their work and the agents for them; a cell is an interval of the days that are judged."""

    model: Model
    offered: Floats  # float64 [cell, queue] calls that come while the queue is open
    closed: Floats  # float64 [cell, queue] first calls that come while it is closed
    load: Floats  # float64 [cell, queue] erlangs of those that are offered
    agents: Floats  # float64 [cell, group] on the phones, on the mean


def expected(scenario: Scenario) -> Expected:
    """What is expected of a scenario; one copy stands for all that are alike."""
    model = build(_smaller(scenario))
    clock = model.centre.clock
    first = -clock.day(0)  # days of warm-up are not judged
    cells = (clock.ends - clock.opens) // clock.width
    calls, offered, handled = (np.zeros((cells, len(model.queues))) for _ in range(3))
    edges, intervals = np.arange(0, DAY_MS + 1, clock.width), DAY_MS // clock.width
    for row, queue in enumerate(model.demand.queues):
        every = np.diff(queue.expected[:, np.searchsorted(queue.times, edges)], axis=1)
        pattern, busy = queue.pattern[first:], queue.times_day[first:, None]
        hours = [model.centre.hours(row, day) for day in range(len(pattern))]
        kinds = {
            kind: _accepted(queue, *kind, edges)
            for kind in dict.fromkeys(zip(pattern.tolist(), hours, strict=True))
        }
        accepted = np.array([kinds[kind] for kind in zip(pattern.tolist(), hours, strict=True)])
        offered[:, row] = (accepted * busy).ravel()
        calls[:, row] = (every[pattern] * busy).ravel()
        share = of_agent(model.centre, row)
        handling = _mean(queue.talk, intervals, len(pattern)) * (_pace(model, row) * share.talk)
        if queue.wrap is not None:
            handling = handling + _mean(queue.wrap, intervals, len(pattern)) * share.wrap
        handled[:, row] = handling
    closed = np.maximum(calls - offered, 0.0)
    load = offered * handled / clock.width
    if len(model.centre.follows) or model.demand.menus:
        found = at_goals(model)
        later, stays = (
            found.in_cells(one, clock.width, clock.opens).T for one in (found.following, found.staying)
        )
        offered, load = offered + later, load + (later * handled + stays) / clock.width
    agents = on_duty(model.roster, model.centre.crew_group, clock)
    return Expected(model, offered, closed, load, agents)


def all_days(scenario: Scenario) -> Model:
    """Returns the model of all days, or as many as there is room for; one copy stands for all alike."""
    return build(_smaller(scenario, scenario.calendar.days))


def _smaller(scenario: Scenario, longest: int = LONGEST) -> Scenario:
    """The scenario with its first days only, and once what is there several times."""
    changed: dict[str, object] = {"supervisors": ()}
    queues = sum(queue.copies for queue in scenario.queues.values())
    helping = [set(map(scenario.copies_of, group.answers)) for group in scenario.groups.values()]
    if all(len(copies) == 1 for copies in helping):
        queues = len(scenario.queues)
        changed["queues"] = {
            name: queue.model_copy(update={"copies": 1}) for name, queue in scenario.queues.items()
        }
    most = max(1, min(longest, LARGEST // (queues * scenario.calendar.intervals)))
    days = min(scenario.calendar.days, most)
    changed["calendar"] = scenario.calendar.model_copy(update={"days": days})
    return scenario.model_copy(update=changed)


def _accepted(queue: QueueDemand, pattern: int, hours: Ranges, edges: Ints) -> Floats:
    """Calls expected in the open hours of a day of some pattern: float64 [interval of day]."""
    found = np.zeros(len(edges) - 1)
    for opens, closes in hours:
        found += np.diff(np.interp(np.clip(edges, opens, closes), queue.times, queue.expected[pattern]))
    return found


def _mean(sampler: Sampler, intervals: int, days: int) -> Floats:
    """Means of the last days of the run: float64 [cell] ms. `intervals`: of a day."""
    means = np.minimum(sampler.mean, sampler.at_most)
    if len(means) > intervals:
        return np.asarray(means[-days * intervals :])
    return np.tile(np.repeat(means, intervals // len(means)), days)


def _pace(model: Model, row: int) -> float:
    """Of the quickest group among those of the queue's best rank."""
    pairs = model.centre.called_pairs[model.centre.called_pairs["queue"] == row]
    return float(pairs["pace"][pairs["rank"] == pairs["rank"].min()].min()) / PACE_ONE
