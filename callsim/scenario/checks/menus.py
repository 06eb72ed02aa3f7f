"""What must fit together of menus: names, ways that lead somewhere and never back, calls that come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from callsim.errors import Mistake
from callsim.scenario.document import Node
from callsim.scenario.words.mistakes import nearest
from callsim.sentences import say
from callsim.units import shown


def led_to(menus: Mapping[str, Node]) -> set[str]:
    """The names of queues and menus to which menus lead."""
    return {name for menu in menus.values() for name in menu.section("to")}


def menus(menus: Mapping[str, Node], queues: Mapping[str, Node]) -> Iterator[Mistake]:
    """All that is wrong with them."""
    led = led_to(menus)
    for name, menu in menus.items():
        if name in queues:
            yield menu.head.mistake(say("menus.same_name", name=shown(name)))
        if isinstance(menu.value, dict) and "arrivals" not in menu.mapping and name not in led:
            yield menu.head.mistake(say("menus.no_arrivals"))
        for to, way in menu.section("to").items():
            if to not in queues and to not in menus:
                hint = nearest(to, [*queues, *menus])
                yield way.head.mistake(say("menus.no_place", name=shown(to), hint=hint))
            elif to in menus and name in _reached(to, menus):
                yield way.head.mistake(say("menus.circle", name=shown(name)))
            elif to in queues:
                copies = queues[to].mapping.get("copies")
                if copies is not None and copies.value != 1:
                    yield way.head.mistake(say("menus.copies", name=shown(to)))
                if "replay" in queues[to].section("arrivals"):
                    yield way.head.mistake(say("menus.log", name=shown(to)))


def _reached(start: str, menus: Mapping[str, Node]) -> set[str]:
    """A menu, and all to which it leads."""
    found, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [to for to in menus[name].section("to") if to in menus]
    return found
