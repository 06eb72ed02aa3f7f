"""Menus become what is drawn for them: their calls, and the ways out as rows of queues and of other menus."""

from __future__ import annotations

from callsim.model.copies import QueueCopy
from callsim.model.demand import key_of, queue_demand
from callsim.model.names import in_order
from callsim.scenario import Arrivals, Queue, Scenario
from callsim.scenario.words.distributions import Constant
from callsim.sim.centre import NOBODY, Clock
from callsim.sim.luck.demand import MenuDemand, QueueDemand, Way

NO_TIME = Constant.model_construct(mean=(0.0,))
NOBODY_DIALS = Arrivals(per_hour=0.0)


def menus(scenario: Scenario, queues: list[QueueCopy], clock: Clock) -> tuple[MenuDemand, ...]:
    """Returns the menus in the order of their names.

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
            queue = Queue(arrivals=menu.arrivals, talk=menu.duration or NO_TIME)
            calls = _demand(f"menu {name!r}", queue, scenario, clock)
        ways = tuple(
            Way(share, key_of(f"way {name!r} {to!r}"), row_of[to]) for to, share in sorted(menu.ways.items())
        )
        found.append(MenuDemand(calls, menu.abandon, menu.contained.share, menu.contained.sd, ways, passes))
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
