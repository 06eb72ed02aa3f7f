"""What must fit together: names that exist, queues somebody answers, groups that can work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from callsim.errors import Mistake
from callsim.scenario.checks import buildout as checks_buildout
from callsim.scenario.checks import people as checks_people
from callsim.scenario.checks.announcements import announcements, own_queues
from callsim.scenario.checks.at_once import at_once
from callsim.scenario.checks.campaigns import campaigns
from callsim.scenario.checks.conditions import conditions
from callsim.scenario.checks.fixed_calls import fixed_calls
from callsim.scenario.checks.follow_ups import follow_ups, steps_of
from callsim.scenario.checks.menus import led_to, menus
from callsim.scenario.checks.scale import scales
from callsim.scenario.document import Node
from callsim.scenario.words import by_day
from callsim.scenario.words.calendar import Calendar, calendar_of
from callsim.scenario.words.costs import check_costs
from callsim.scenario.words.mistakes import nearest
from callsim.sentences import say
from callsim.units import shown


def cross_check(root: Node) -> Iterator[Mistake]:
    """All that does not fit together; read from the tree, which also has what stands beside mistakes."""
    queues, groups = root.section("queues"), root.section("groups")
    dialled = root.section("campaigns")
    yield from _answers({**queues, **dialled}, groups)
    yield from _nobody({**queues, **dialled}, groups)
    yield from campaigns(root, queues, groups)
    yield from _handled(queues)
    yield from _prefers(groups)
    yield from _by_day(root)
    for kind, named in (("queue", queues), ("group", groups), ("shift", root.section("shifts"))):
        yield from by_day.misnamed(kind, named)
    yield from _sites(root.section("sites"), groups)
    yield from _lines(root.section("lines"), {"queues": queues, "menus": root.section("menus")})
    yield from _copies(queues, groups)
    yield from _supervisors(root, queues, groups)
    yield from _surge_days(root, queues)
    yield from checks_people.people(root)
    yield from checks_people.incidents(root)
    yield from scales(root)
    yield from fixed_calls(root)
    yield from menus(root.section("menus"), queues)
    yield from follow_ups(queues, groups, led_to(root.section("menus")) | own_queues(queues))
    yield from announcements(queues, root.at("calendar", "blocks"))
    yield from conditions(queues, groups)
    yield from at_once(queues, groups, root.at("calendar", "blocks"))
    yield from check_costs(root)
    yield from checks_buildout.buildout(root)


def _supervisors(root: Node, queues: dict[str, Node], groups: dict[str, Node]) -> Iterator[Mistake]:
    node = root.mapping.get("supervisors")
    for named in node.value if node is not None and isinstance(node.value, list) else []:
        for kind, known in (("queue", queues), ("group", groups)):
            names = named.mapping.get(f"{kind}s")
            for name in [] if names is None else names.value if isinstance(names.value, list) else [names]:
                if isinstance(name.value, str) and name.value not in known:
                    yield name.place.mistake(
                        say(
                            "names.none_such",
                            what=kind,
                            name=shown(name.value),
                            hint=nearest(name.value, known),
                        )
                    )


def _answered(group: Node) -> dict[str, Node]:
    node = group.mapping.get("answers")
    return node.mapping if node else {}


def _answers(queues: dict[str, Node], groups: dict[str, Node]) -> Iterator[Mistake]:
    for group in groups.values():
        for name, answer in _answered(group).items():
            if name not in queues:
                yield answer.head.mistake(say("names.no_queue", name=shown(name), hint=nearest(name, queues)))


def _nobody(queues: dict[str, Node], groups: dict[str, Node]) -> Iterator[Mistake]:
    answered = {name for group in groups.values() for name in _answered(group)}
    for name, queue in queues.items():
        if name not in answered:
            yield queue.head.mistake(say("people.nobody", queue=shown(name)))


def _handled(queues: dict[str, Node]) -> Iterator[Mistake]:
    """How long a call takes is told once: by talk and wrap, or by both together."""
    for queue in queues.values():
        keys = queue.mapping
        if "aht" in keys:
            for key in ("talk", "wrap"):
                if key in keys:
                    yield keys[key].head.mistake(say("demand.no_aht", key=key))
        elif isinstance(queue.value, dict):
            if "wrap_share" in keys:
                yield keys["wrap_share"].head.mistake(say("demand.wrap_share"))
            if "talk" not in keys:
                yield queue.head.mistake(say("demand.no_talk"))


def _prefers(groups: dict[str, Node]) -> Iterator[Mistake]:
    """What a group prefers is among what it answers, each once."""
    for name, group in groups.items():
        node, answered = group.mapping.get("prefers"), _answered(group)
        if node is None or not isinstance(node.value, list):
            continue
        seen: set[str] = set()
        for place in node.children():
            for queue in place.children() if isinstance(place.value, list) else [place]:
                if not isinstance(queue.value, str):
                    continue
                if queue.value not in answered:
                    hint = nearest(queue.value, answered)
                    yield queue.place.mistake(
                        say("people.no_answer", group=shown(name), queue=shown(queue.value), hint=hint)
                    )
                elif queue.value in seen:
                    yield queue.place.mistake(say("names.twice", name=shown(queue.value)))
                seen.add(queue.value)


def _by_day(root: Node) -> Iterator[Mistake]:
    calendar = calendar_of(root)
    if calendar is None:
        return
    if "buildout" in root.mapping:  # it judges days of its own
        calendar = calendar.model_copy(update={"days": max(calendar.days, 7)})
    days = calendar.all_days()
    for node in _may_differ(root):
        if node.mapping and any(map(by_day.is_key, node.mapping)):
            yield from _mapped(node, calendar, days)


def _may_differ(root: Node) -> Iterator[Node]:
    """What may be written by day, wherever it stands."""
    for campaign in root.section("campaigns").values():
        yield from (node for key in ("open", "reached") if (node := campaign.mapping.get(key)) is not None)
        times = [campaign.mapping.get(key) for key in ("ring", "talk", "wrong_party", "wrap", "patience")]
        yield from _means([*times, campaign.at("redial", "after")])
    for group in root.section("groups").values():
        if (staff := group.mapping.get("staff")) is not None:
            yield staff
    for menu in root.section("menus").values():
        arrivals = menu.section("arrivals")
        yield from (
            node for key in ("per_day", "per_hour", "profile") if (node := arrivals.get(key)) is not None
        )
        duration = menu.mapping.get("duration")
        for family in duration.mapping.values() if duration is not None else ():
            if (mean := family.mapping.get("mean")) is not None:
                yield mean
    for queue in root.section("queues").values():
        arrivals = queue.section("arrivals")
        told = (queue.mapping.get("open"), *(arrivals.get(key) for key in ("per_day", "per_hour", "profile")))
        yield from (node for node in told if node is not None)
        times = [queue.mapping.get(key) for key in ("talk", "wrap", "aht", "patience")]
        steps = [step.mapping.get(key) for step in steps_of(queue) for key in ("after", "conference")]
        yield from _means([*times, queue.at("redial", "after"), *steps])


def _means(times: list[Node | None]) -> Iterator[Node]:
    for one in times:
        for family in one.mapping.values() if one is not None else ():
            if (mean := family.mapping.get("mean")) is not None:
                yield mean


def _mapped(node: Node, calendar: Calendar, days: list[by_day.Day]) -> Iterator[Mistake]:
    """What is wrong with one mapping by day."""
    yield from by_day.uncovered(node, days)
    yield from by_day.unmeant(node, calendar.holidays is not None)


def _sites(sites: dict[str, Node], groups: dict[str, Node]) -> Iterator[Mistake]:
    for group in groups.values():
        node = group.mapping.get("site")
        if node and isinstance(node.value, str) and node.value not in sites:
            hint = nearest(node.value, sites) if sites else say("names.no_section", section="sites")
            yield node.place.mistake(say("names.no_site", name=shown(node.value), hint=hint))


def _lines(lines: dict[str, Node], held: dict[str, dict[str, Node]]) -> Iterator[Mistake]:
    """One may be in several trunk groups, a queue's own among them: a call then holds a line of each."""
    for (trunk, group), (word, known) in product(lines.items(), held.items()):
        named = group.mapping.get(word)
        seen: set[str] = set()
        for node in named.children() if named and isinstance(named.value, list) else ():
            name = node.value
            if not isinstance(name, str):
                continue
            if name not in known:
                of, hint = shown(name), nearest(name, known)
                if word == "queues":
                    yield node.place.mistake(say("names.no_queue", name=of, hint=hint))
                else:
                    yield node.place.mistake(say("menus.no_menu", name=of, hint=hint))
            elif name in seen:
                yield node.place.mistake(say("names.twice_in", name=shown(name), place=shown(trunk)))
            seen.add(name)


def _number_of_copies(queue: Node) -> int | None:
    node = queue.mapping.get("copies")
    if node is None:
        return 1
    return node.value if type(node.value) is int else None


def _copies(queues: dict[str, Node], groups: dict[str, Node]) -> Iterator[Mistake]:
    copies = {name: number for name, queue in queues.items() if (number := _number_of_copies(queue))}
    for name, group in groups.items():
        several = {queue: copies[queue] for queue in _answered(group) if copies.get(queue, 1) > 1}
        if len(set(several.values())) > 1:
            found = ", ".join(f"{shown(queue)} {many}" for queue, many in several.items())
            yield group.head.mistake(say("names.unequal_copies", name=shown(name), found=found))
    along = {
        name: max([copies.get(q, 1) for q in _answered(group)], default=1) for name, group in groups.items()
    }
    for section, names in ((queues, copies), (groups, along)):
        for name, node in section.items():
            stem, _, ending = name.rpartition("-")
            most = names.get(stem, 1)
            if re.fullmatch(r"[1-9]\d{0,8}", ending, re.ASCII) and 1 < most >= int(ending):
                text = say("names.like_a_copy", name=shown(name), other=shown(stem))
                yield node.head.mistake(text)


def _surge_days(root: Node, queues: dict[str, Node]) -> Iterator[Mistake]:
    node = root.at("calendar", "days")
    last = node.value if node else 1
    if type(last) is not int or last < 1:
        return
    for queue in queues.values():
        surges = queue.at("arrivals", "surges")
        for surge in surges.children() if surges and isinstance(surges.value, list) else ():
            days = surge.mapping.get("days")
            for day in [days, *days.children()] if days else []:
                if type(day.value) is int and day.value > last:
                    text = say("dates.after_the_last", day=day.value, days=last)
                    yield day.place.mistake(text)
