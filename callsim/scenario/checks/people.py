"""What must fit together of people and incidents: shifts and sites that exist, days that the run has."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from pydantic import ValidationError

from callsim.errors import Mistake
from callsim.scenario.document import Node
from callsim.scenario.words.calendar import Calendar, calendar_of
from callsim.scenario.words.incidents import Incident
from callsim.scenario.words.mistakes import nearest
from callsim.scenario.words.shifts import Shift
from callsim.sentences import say
from callsim.units import DAY_MS, show_moment, show_share, shown


def people(root: Node) -> Iterator[Mistake]:
    """Shifts that are not there, and groups that nobody comes to although they are needed."""
    shifts, calendar = root.section("shifts"), calendar_of(root)
    yield from _nobody(root.section("queues"), root.section("groups"))
    for name, group in root.section("groups").items():
        node = group.mapping.get("shifts")
        if node is None or not node.mapping:
            continue
        for shift, number in node.mapping.items():
            if shift not in shifts:
                hint = nearest(shift, shifts) if shifts else say("names.no_section", section="shifts")
                yield number.head.mistake(say("names.no_shift", name=shown(shift), hint=hint))
            elif "starts" in shifts[shift].mapping:
                yield number.head.mistake(say("hours.of_family", shift=shown(shift)))
        if calendar and not _empty(group) and not _comes(node, shifts, calendar):
            yield node.head.mistake(say("people.no_day", name=shown(name)))


def _nobody(queues: dict[str, Node], groups: dict[str, Node]) -> Iterator[Mistake]:
    """Groups with nobody at any time; where others answer all their calls, none may be needed."""
    answered = {
        name: group.mapping["answers"].mapping for name, group in groups.items() if "answers" in group.mapping
    }
    helped = {queue for name, queues in answered.items() if not _empty(groups[name]) for queue in queues}
    for name, group in groups.items():
        alone = [queue for queue in answered.get(name, {}) if queue not in helped]
        alone = [queue for queue in alone if queue not in queues or _is_called(queues[queue])]
        if alone and (node := _empty(group)):
            only = say("people.nobody_else", queue=shown(alone[0])) if len(groups) > 1 else ""
            if node is group.mapping.get("staff"):
                text = say("people.no_staff", name=shown(name), only=only)
                yield node.place.mistake(text)
            else:
                text = say("people.no_shifts", name=shown(name), only=only)
                yield node.head.mistake(text)


def _empty(group: Node) -> Node | None:
    """The staff or shifts of a group that says nobody for all times."""
    for key in ("staff", "shifts"):
        node = group.mapping.get(key)
        if node is None or node.value is None:
            continue
        leaves = list(_leaves(node))
        if leaves and all(type(leaf) in (int, float) and leaf == 0 for leaf in leaves):
            return node
    return None


def _leaves(node: Node) -> Iterator[object]:
    """The values below a node, or its own; a table's list is one of them."""
    children = list(node.children())
    if children:
        for child in children:
            yield from _leaves(child)
    elif isinstance(node.value, tuple):
        yield from node.value
    else:
        yield node.value


def _is_called(queue: Node) -> bool:
    """Whether anybody may call; False where the file says 0 calls."""
    arrivals = queue.section("arrivals")
    said = [value for key in ("per_day", "per_hour") if key in arrivals for value in _leaves(arrivals[key])]
    return not said or any(value != 0 for value in said)


def _comes(worked: Node, shifts: dict[str, Node], calendar: Calendar) -> bool:
    """Whether some shift is worked on some day of the run, that of the evening before among them."""
    for name, number in worked.mapping.items():
        if number.value == 0:
            continue
        try:
            shift = Shift.model_validate(shifts[name].plain())
        except (KeyError, ValidationError):
            return True  # reported already
        if shift.is_family:
            return True  # likewise
        for day in range(-1, calendar.days):
            date = calendar.start + datetime.timedelta(days=day)
            ends = day * DAY_MS + shift.spans[-1][1]
            if shift.works(calendar.day(date)) and ends > 0:
                return True
    return False


def incidents(root: Node) -> Iterator[Mistake]:
    """Incidents that happen to nobody, when there is no day, or that take more than there is."""
    node = root.mapping.get("incidents")
    if node is None or not isinstance(node.value, list):
        return
    sites, calendar = root.section("sites"), calendar_of(root)
    known = {"queue": root.section("queues"), "lines": root.section("lines"), "site": sites}
    told: list[tuple[Node, Incident]] = []
    for place in node.children():
        for word, names in known.items():
            yield from _names(place.mapping.get(word), word, names)
        try:
            incident = Incident.model_validate(place.plain())
        except ValidationError:
            continue
        told.append((place, incident))
        if calendar:
            yield from _days(place, incident, calendar.days)
        yield from _no_limit(place, incident, sites)
    yield from _more_than_all(told)


def _names(node: Node | None, word: str, names: dict[str, Node]) -> Iterator[Mistake]:
    what = {"lines": say("names.trunk_group")}.get(word, word)
    for name in [node, *node.children()] if node else []:
        if isinstance(name.value, str) and name.value not in names:
            section = word.rstrip("s") + "s"
            hint = nearest(name.value, names) or say("names.no_section_here", section=section)
            yield name.place.mistake(say("names.none_such", what=what, name=shown(name.value), hint=hint))


def _days(place: Node, incident: Incident, days: int) -> Iterator[Mistake]:
    for key, moment, end in (("from", incident.from_, False), ("to", incident.to, True)):
        if moment > days * DAY_MS or (moment == days * DAY_MS and not end):
            day = show_moment(moment, end=end).rsplit(" ", 1)[0]
            text = say("incidents.after_the_last", day=day, days=days)
            yield place.mapping[key].place.mistake(text)
            return


def _no_limit(place: Node, incident: Incident, sites: dict[str, Node]) -> Iterator[Mistake]:
    """A site without a seat limit can be lost, but no share of it."""
    if incident.seats_lost in (None, 1.0) or incident.site not in sites:
        return
    seats = sites[incident.site].mapping.get("seats")
    if seats is None or seats.value is None:
        share = show_share(incident.seats_lost or 0.0)
        text = say("incidents.no_limit", site=shown(incident.site), share=share)
        yield place.mapping["seats_lost"].place.mistake(text)


def _more_than_all(told: list[tuple[Node, Incident]]) -> Iterator[Mistake]:
    """What overlapping incidents take together, where one begins, cannot be more than 100 %."""
    for place, one in told:
        for what in _losses(one):
            others = [
                _losses(other).get(what, 0.0) for _, other in told if other.from_ <= one.from_ < other.to
            ]
            if round(sum(others), 9) > 1:
                text = say("incidents.more_than_all", share=show_share(sum(others)), name=shown(what[1]))
                yield place.mapping[what[0]].place.mistake(text)


def _losses(incident: Incident) -> dict[tuple[str, str], float]:
    """What an incident takes: (key, name) → share."""
    if incident.seats_lost is not None and incident.site is not None:
        return {("seats_lost", incident.site): incident.seats_lost}
    return {("lost", name): incident.lost for name in incident.lines or () if incident.lost is not None}
