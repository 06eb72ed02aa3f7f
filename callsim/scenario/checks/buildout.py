"""What must fit together in a build-out: dates, seats that shrink on purpose, classes that have rooms."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator, Mapping
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from callsim.errors import Mistake
from callsim.scenario.buildout.classes import Full, overfull
from callsim.scenario.buildout.plan import Line, Phase
from callsim.scenario.buildout.workforce import School
from callsim.scenario.document import Node
from callsim.scenario.words.mistakes import nearest
from callsim.scenario.words.over_time import ALWAYS, Date
from callsim.scenario.words.quantities import ALL, yes_or_no
from callsim.sentences import say
from callsim.units import DAY_S, shown

_DATE: TypeAdapter[datetime.date] = TypeAdapter(Date)
Words = TypeVar("Words", bound=BaseModel)


def buildout(root: Node) -> Iterator[Mistake]:
    """All that does not fit together in `buildout`, and with the rest of the file."""
    plan = root.mapping.get("buildout")
    if plan is None or not plan.mapping:
        return
    sites = _names(root, "sites")
    queues = {**_names(root, "queues"), **_names(root, "campaigns")}
    lines = _names(plan, "lines")
    yield from _phases(plan, sites)
    yield from _lines(lines, sites, queues)
    yield from _seats_of_lines(lines, sites)
    yield from _days(root, plan, lines)
    for school in _names(plan, "people", "schools").values():
        yield from _school(school)
        yield from _known(school.mapping.get("sites"), sites, "site")
    wages = plan.at("money", "wages")
    yield from _known(wages if wages and wages.mapping else None, sites, "site")


def _names(root: Node, *path: str) -> Mapping[str, Node]:
    node = root.at(*path)
    return node.mapping if node else {}


def _known(node: Node | None, names: Mapping[str, Node], what: str) -> Iterator[Mistake]:
    """The names in a list, or those before the values of a mapping, exist."""
    if node is None:
        return
    listed = node.children() if isinstance(node.value, list) else ()
    found = [(child.value, child.place) for child in listed]
    found += [(name, child.head) for name, child in node.mapping.items()]
    for name, place in found:
        if isinstance(name, str) and name not in names:
            hint = nearest(name, names) if names else say("names.no_section", section=f"{what}s")
            yield place.mistake(say("names.none_such", what=what, name=shown(name), hint=hint))


def _read(kind: type[Words], node: Node) -> Words | None:
    """A part of the file, if nothing is wrong with it."""
    try:
        return kind.model_validate(node.plain())
    except ValidationError:
        return None


def _phases(plan: Node, sites: Mapping[str, Node]) -> Iterator[Mistake]:
    node = plan.mapping.get("phases")
    phases = list(node.children()) if node and isinstance(node.value, list) else []
    for here in phases:
        yield from _known(here.mapping.get("seats"), sites, "site")
        yield from _known(here.mapping.get("close"), sites, "site")
    read = [(here, phase) for here in phases if (phase := _read(Phase, here))]
    for (_, before), (here, after) in itertools.pairwise(read):
        place = here.mapping["on"].place
        if after.on <= before.on:
            text = say(
                "plan.order",
                phase=shown(after.name),
                day=after.on,
                before=shown(before.name),
                before_day=before.on,
            )
            yield place.mistake(text)
        elif after.on < (ends := before.on + datetime.timedelta(seconds=before.over)):
            text = say("plan.overlap", phase=shown(after.name), before=shown(before.name), until=ends)
            yield place.mistake(text)
    seats: dict[str, int] = {}
    for here, known in read:
        for site, many in known.seats.items():
            if many < seats.get(site, 0) and site not in known.close:
                text = say("plan.shrinks", site=shown(site), before=seats[site], seats=many, key=site)
                where = here.at("seats", site)
                assert where is not None
                yield where.place.mistake(text)
            seats[site] = many
    yield from _sizes(read, sites)
    until = plan.mapping.get("until")
    if until and read:
        try:
            if _DATE.validate_python(until.plain()) <= read[-1][1].on:
                last = read[-1][1]
                text = say("plan.ends", phase=shown(last.name), day=last.on)
                yield until.place.mistake(text)
        except ValidationError:
            pass


def _sizes(phases: list[tuple[Node, Phase]], sites: Mapping[str, Node]) -> Iterator[Mistake]:
    """A site that grows says how large it is in the file: demand and rosters follow seats ÷ those."""
    steps: dict[str, list[tuple[Node, Phase]]] = {}
    for here, phase in phases:
        for site in phase.seats:
            steps.setdefault(site, []).append((here, phase))
    for site, named in steps.items():
        grows = len({phase.seats[site] for _, phase in named}) > 1 or any(p.over for _, p in named)
        if site in sites and not sites[site].at("seats") and (grows or named[0][1] is not phases[0][1]):
            where = named[0][0].at("seats", site)
            assert where is not None
            most = max(phase.seats[site] for _, phase in named)
            text = say("plan.no_seats", site=shown(site), most=most)
            yield where.place.mistake(text)


def _lines(
    lines: Mapping[str, Node], sites: Mapping[str, Node], queues: Mapping[str, Node]
) -> Iterator[Mistake]:
    """Every queue belongs to one line, where there are lines."""
    owner: dict[str, str] = {}
    for name, line in lines.items():
        yield from _known(line.mapping.get("queues"), queues, "queue")
        yield from _known(line.mapping.get("seats"), sites, "site")
        named = line.mapping.get("queues")
        for queue in named.children() if named and isinstance(named.value, list) else ():
            if not isinstance(queue.value, str):
                continue
            if queue.value in owner:
                text = say("plan.line_twice", queue=shown(queue.value), line=shown(owner[queue.value]))
                yield queue.place.mistake(text)
            owner.setdefault(queue.value, name)
    if lines:
        for name, node in queues.items():
            if name not in owner:
                yield node.head.mistake(say("plan.no_line", queue=shown(name)))


def _seats_of_lines(lines: Mapping[str, Node], sites: Mapping[str, Node]) -> Iterator[Mistake]:
    """Lines without queues have no more seats than there are."""
    taken: dict[str, int] = {}
    for node in lines.values():
        line = _read(Line, node)
        for site, many in line.seats.items() if line else ():
            there = sites[site].at("seats") if site in sites else None
            taken[site] = taken.get(site, 0) + many
            if there is not None and isinstance(there.value, int) and taken[site] > there.value:
                text = say("plan.seats_of_lines", taken=taken[site], seats=there.value, site=site)
                where = node.at("seats", site)
                assert where is not None
                yield where.place.mistake(text)


def _days(root: Node, plan: Node, lines: Mapping[str, Node]) -> Iterator[Mistake]:
    marked = [name for name, day in _names(plan, "days").items() if _is_usual(day)]
    for name in marked[1:]:
        text = say("plan.usual", day=shown(marked[0]))
        yield _names(plan, "days")[name].mapping["usual"].place.mistake(text)
    dated = [name for name, queue in _names(root, "queues").items() if _has_dates(queue)]
    for day in _names(plan, "days").values():
        times = day.mapping.get("times")
        if times and times.mapping:
            known = {name: node for name, node in times.mapping.items() if name != ALL}
            yield from _known(times.with_value(known), lines, "line")
        weekday = day.mapping.get("weekday")
        if weekday and dated:
            text = say("plan.dated", queue=shown(dated[0]))
            yield weekday.place.mistake(text)


def _is_usual(day: Node) -> bool:
    usual = day.mapping.get("usual")
    return usual is not None and yes_or_no(usual.value) is True


def _has_dates(queue: Node) -> bool:
    counts = queue.at("arrivals", "counts")
    rows = counts.value if counts else None
    return isinstance(rows, tuple) and any(isinstance(row, tuple) and row[0] is not None for row in rows)


def _school(node: Node) -> Iterator[Mistake]:
    """As many classes as its intake fills have rooms and trainers at once."""
    school = _read(School, node)
    if school is None or school.intake is None:
        return
    found: dict[str, Full] = {}
    for full in overfull(school):
        if full.never_fits:
            found.setdefault(full.what, full)
    for what, full in found.items():
        dates = {*school.intake, *((school.rooms if what == "rooms" else school.trainers) or ())}
        since = say("plan.since", date=full.date) if len(dates) > 1 and full.date != ALWAYS else ""
        text = say(
            "plan.classes",
            intake=full.intake,
            days=school.length / DAY_S,
            classes=full.classes,
            size=school.class_size,
            there=full.there,
            what=what,
            since=since,
        )
        yield node.mapping["intake"].place.mistake(text)
