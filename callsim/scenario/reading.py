"""From a file to a Scenario: tree, overlays, CSV files, models, cross-checks – and all mistakes together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from callsim.errors import Mistake, ScenarioError
from callsim.scenario.calendar import Calendar
from callsim.scenario.checks import cross_check, without_later
from callsim.scenario.document import Node, Place, Unread
from callsim.scenario.manual import keys_at
from callsim.scenario.model import Scenario
from callsim.scenario.overlay import override, read_chain
from callsim.scenario.tables import fill
from callsim.scenario.words import Location, told
from callsim.units import shown


def load(path: str | Path, overrides: Mapping[str, object] | Sequence[str] = ()) -> Scenario:
    """The scenario of a file, with `--set` words such as 'queues.telecom.priority=2' in force.
    Raises ScenarioError with all mistakes, each with its file, line and column."""
    root, mistakes = read_chain(path)
    if not isinstance(root.value, dict):
        found = shown(root.value)
        mistakes.append(root.place.mistake(f"a scenario is a mapping (calendar: …, queues: …), not {found}"))
        raise ScenarioError(mistakes)
    root, refused = override(root, overrides)
    root, later = without_later(root)
    root, unreadable = fill(root, _calendar(root))
    mistakes += [*refused, *later, *unreadable]
    try:
        scenario = _scenario(root, Path(path))
    except ValidationError as error:
        mistakes += _translated(error, root)
    mistakes += cross_check(root)
    if mistakes:
        main = str(path)
        unique = dict.fromkeys(mistakes)
        raise ScenarioError(sorted(unique, key=lambda m: (m.file != main, m.file, m.line, m.column)))
    scenario._path = str(path)
    return scenario


def _calendar(root: Node) -> Calendar | None:
    """The calendar, if nothing is wrong with it; CSV files are checked against it."""
    node = root.mapping.get("calendar")
    if node is None:
        return Calendar()
    try:
        return Calendar.model_validate(node.plain())
    except ValidationError:
        return None


def _intervals(root: Node) -> int | None:
    """How many intervals a day has, also where other things of the calendar are wrong."""
    node = root.at("calendar", "interval")
    try:
        return Calendar.model_validate({"interval": node.plain()} if node else {}).intervals
    except ValidationError:
        return None


def _scenario(root: Node, path: Path) -> Scenario:
    plain = root.plain()
    assert isinstance(plain, dict)
    plain.setdefault("name", path.stem)
    return Scenario.model_validate(plain, context={"intervals": _intervals(root)})


def _translated(error: ValidationError, root: Node) -> list[Mistake]:
    mistakes = []
    for found in error.errors(include_url=False):
        location = found["loc"]
        path, node = _reached(root, location)
        if node.value is Unread:
            continue
        if found["type"] == "extra_forbidden":
            mistakes.append(node.head.mistake(told(found, keys_at(path[:-1]))))
        elif found["type"] == "missing" or location[-1:] == ("[key]",):
            mistakes.append((node.head if path else Place(node.place.file, 1, 1)).mistake(told(found, ())))
        else:
            mistakes.append(node.place.mistake(told(found, ())))
    return mistakes


def _reached(root: Node, location: Location) -> tuple[Location, Node]:
    """The deepest node of the tree on the way to a location, and its path."""
    path: Location = ()
    node = root
    for step in location:
        child = node.child(step)
        if child is not None:
            node, path = child, (*path, step)
    return path, node
