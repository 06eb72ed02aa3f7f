"""Menus become what is drawn for them: their calls, and the ways out as rows of queues and of other menus.

Formulas, which take a queue's calls as they come, ask here how many of them come through menus, and how much
that number swings.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping

from callsim.arrays import Ints
from callsim.model.copies import QueueCopy
from callsim.model.demand import key_of, queue_demand
from callsim.model.names import in_order
from callsim.scenario import Arrivals, Queue, Scenario
from callsim.scenario.scaled import with_volume
from callsim.scenario.words.distributions import Constant
from callsim.scenario.words.routing import Menu
from callsim.sim.centre import NOBODY, Clock
from callsim.sim.luck.demand import Busyness, Demand, MenuDemand, QueueDemand, Way

NO_TIME = Constant.model_construct(mean=(0.0,))
NOBODY_DIALS = Arrivals(per_hour=0.0)


def menus(scenario: Scenario, queues: list[QueueCopy], clock: Clock, holders: Ints) -> tuple[MenuDemand, ...]:
    """Returns the menus in the order of their names. `holders`: rows of queues and menus that hold lines.

    A mere way to a queue that nothing else leads to brings the very calls that would come if they dialled it.
    """
    row_of = {copy.name: row for row, copy in enumerate(queues)}
    row_of |= {name: len(queues) + number for number, name in enumerate(in_order(scenario.menus))}
    found = []
    for name in in_order(scenario.menus):
        menu = scenario.menus[name]
        passes = NOBODY
        if menu.is_mere_way:
            (to,) = menu.ways
            if to in scenario.queues and _leads_alone(name, to, scenario):
                passes = row_of[to]
        if passes != NOBODY:
            copy = queues[passes]
            calls = _demand(
                copy.name, copy.queue.model_copy(update={"arrivals": menu.arrivals}), scenario, clock
            )
        else:
            calls = _demand(f"menu {name!r}", as_queue(menu), scenario, clock)
        ways = tuple(
            Way(share, key_of(f"way {name!r} {to!r}"), row_of[to]) for to, share in sorted(menu.ways.items())
        )
        contained, holds = menu.contained, row_of[name] in holders
        found.append(MenuDemand(calls, menu.abandon, contained.share, contained.sd, ways, passes, holds))
    return tuple(found)


def _leads_alone(name: str, to: str, scenario: Scenario) -> bool:
    """Whether all calls of a queue that do not follow others come through this menu, which is dialled."""
    others = [menu for other, menu in scenario.menus.items() if other != name]
    return not any(
        [
            scenario.queues[to].arrivals != NOBODY_DIALS,
            any(to in menu.ways or name in menu.ways for menu in others),
        ]
    )


def _demand(name: str, queue: Queue, scenario: Scenario, clock: Clock) -> QueueDemand:
    return queue_demand(QueueCopy(name, queue, name), scenario.calendar, clock)


def as_queue(menu: Menu) -> Queue:
    """A queue that is always open, to which the calls of a menu come."""
    return Queue(arrivals=menu.arrivals, talk=menu.duration or NO_TIME)


def without_mere_ways(scenario: Scenario) -> Scenario:
    """The same calls where no menu is a mere way: its calls are those of the queue that it leads to.

    A menu that holds lines is none: the calls of the queue may hold others.
    """
    queues, menus = dict(scenario.queues), dict(scenario.menus)
    for name, menu in scenario.menus.items():
        (to, *others) = menu.ways
        if any(name in lines.menus for lines in scenario.lines.values()):
            continue
        if menu.is_mere_way and not others and to in queues and _leads_alone(name, to, scenario):
            queues[to] = queues[to].model_copy(update={"arrivals": menu.arrivals})
            del menus[name]
    return (
        scenario.model_copy(update={"queues": queues, "menus": menus})
        if menus != scenario.menus
        else scenario
    )


def reached(menus: Mapping[str, Menu], name: str) -> dict[str, float]:
    """The queues that a menu leads to, perhaps through others, and which share of its calls comes to each."""
    menu, found = menus[name], defaultdict[str, float](float)
    on = 1 - menu.abandon - menu.contained.share
    for to, share in menu.ways.items():
        for queue, part in (reached(menus, to) if to in menus else {to: 1.0}).items():
            found[queue] += on * share * part
    return dict(found)


def of_queues(menus: Mapping[str, Menu], queues: set[str]) -> dict[str, Menu]:
    """The menus that lead to some of these queues."""
    return {name: menu for name, menu in menus.items() if not queues.isdisjoint(reached(menus, name))}


def grown(menus: Mapping[str, Menu], times: Mapping[str, float], name: str) -> float:
    """Times its calls that a queue or menu gets, if each queue gets its `times`."""
    if name not in menus:
        return times[name]
    return math.fsum(share * grown(menus, times, to) for to, share in menus[name].ways.items())


def for_queues(menus: Mapping[str, Menu], times: Mapping[str, float]) -> dict[str, Menu]:
    """The menus, so that each queue gets its `times` of the calls that come through them."""

    found = {}
    for name, menu in menus.items():
        grows = {to: grown(menus, times, to) for to in menu.ways}
        if len({*grows.values()}) == 1:  # the very same shares
            by, to = next(iter(grows.values())), menu.to
        else:
            by = grown(menus, times, name)
            to = {way: share * grows.get(way, 0.0) / by if by else share for way, share in menu.to.items()}
        arrivals = menu.arrivals if menu.arrivals == NOBODY_DIALS else with_volume(menu.arrivals, by)
        found[name] = menu.model_copy(update={"arrivals": arrivals, "to": to})
    return found


def busyness_of(demand: Demand, row: int) -> Busyness:
    """The busyness of days and intervals that a queue meets, with that of menus that lead to it, and with how
    well is known what these contain.
    """
    queue, queues = demand.queues[row], len(demand.queues)
    whole = _calls(queue)
    parts = [(queue.swings, whole, queue.swings.day_key)]
    of_menus: dict[int, float] = defaultdict(float)  # how many of the queue's calls come through each
    for number, menu in enumerate(demand.menus):
        dialled = _calls(menu.calls)
        for share, path in _paths(demand, queues + number, row):
            whole += dialled * share
            parts.append((menu.calls.swings, dialled * share, menu.calls.swings.day_key))
            for met in path:
                of_menus[met] += dialled * share
    if not of_menus or not whole:
        return queue.swings
    by_day: dict[int, float] = defaultdict(float)
    for swings, calls, key in parts:
        by_day[key] += calls * swings.day_cv
    uncertain = [demand.menus[met].sd / _stay(demand.menus[met]) * calls for met, calls in of_menus.items()]
    by_interval = [calls * swings.interval_cv for swings, calls, _ in parts]
    correlated = [calls * swings.interval_cv * swings.correlation for swings, calls, _ in parts]
    return Busyness(
        math.hypot(*by_day.values(), *uncertain) / whole,
        queue.swings.day_key,
        math.hypot(*by_interval) / whole,
        math.fsum(correlated) / math.fsum(by_interval) if any(by_interval) else 0.0,
    )


def _calls(queue: QueueDemand) -> float:
    """Expected calls of a run."""
    return float(queue.expected[queue.pattern, -1] @ queue.times_day)


def _stay(menu: MenuDemand) -> float:
    """The share of those who go on, on the mean; those of whom it matters."""
    return max(1 - menu.abandon - menu.contained, 1e-12)


def _paths(demand: Demand, at: int, row: int) -> Iterator[tuple[float, tuple[int, ...]]]:
    """The ways from a menu to a queue: the share of the menu's calls that takes each, and the menus on it."""
    queues = len(demand.queues)
    if at < queues:
        if at == row:
            yield 1.0, ()
        return
    menu = demand.menus[at - queues]
    for way in menu.ways:
        for share, path in _paths(demand, way.to, row):
            yield (1 - menu.abandon - menu.contained) * way.share * share, (at - queues, *path)
