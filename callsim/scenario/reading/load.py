"""From a file to a Scenario: tree, overlays, CSV files, models, cross-checks – and all mistakes together."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from callsim.errors import Mistake, ScenarioError, UserError
from callsim.scenario.checks.cross import cross_check
from callsim.scenario.checks.scale import factor
from callsim.scenario.document import Node, Place, Unread, parse
from callsim.scenario.manual import keys_at
from callsim.scenario.reading.changed import changed
from callsim.scenario.reading.overlay import lay, override, read_chain, tree_of
from callsim.scenario.reading.people import with_people
from callsim.scenario.reading.shifts_by_day import unfolded
from callsim.scenario.reading.tables.fill import fill
from callsim.scenario.reading.write import block, text
from callsim.scenario.scaled import as_scaled
from callsim.scenario.schema import Scenario
from callsim.scenario.words.calendar import Calendar, calendar_of
from callsim.scenario.words.mistakes import Location, told
from callsim.scenario.words.shifts import Shift
from callsim.scenario.words.supervisors import find as find_supervisors
from callsim.sentences import say
from callsim.units import shown

Sets = Sequence[Mapping[str, object] | Sequence[str]]  # overrides, each of --set or of Python
_MOST_MISTAKES = 200
"""Nobody reads more, and damaged files can hold 200,000."""


Given = Scenario | str | os.PathLike[str]
"""A scenario, or the path of its file."""


def scenario_of(given: Given) -> Scenario:
    """Returns the scenario itself, or that of the file. Raises ScenarioError with all mistakes."""
    return given if isinstance(given, Scenario) else load(given)


def load(path: str | os.PathLike[str], set: Mapping[str, object] | Sequence[str] = ()) -> Scenario:
    """Read a scenario file.

    Args:
        path: the file.
        set: keys to change, {'queues.telecom.priority': 2}, or words as after `--set` on the command line.

    Returns the Scenario. Raises ScenarioError with all mistakes, each with its file, line and column.
    """
    return _load(path, (set,))


def again(scenario: Scenario, changes: Mapping[str, object]) -> Scenario:
    """Returns the scenario of the same file, read once more with further keys set. Raises ScenarioError."""
    return _load(scenario.path, (*scenario._sets, changes))


def changes_of(scenario: Scenario, groups: Mapping[str, object]) -> dict[str, object] | None:
    """What a file that extends that of a scenario must hold for the scenario with other hours of its groups:
    the overrides that it was read with, and what must go. `groups`: {name: {"staff": …} or {"shifts": …}}.

    None if the scenario is not what its file says, as one that was made or altered in Python.
    """
    if not scenario.path:
        return None
    try:
        base, _, _ = chain(scenario.path)
        if _load(scenario.path, scenario._sets) != scenario:
            return None
    except ScenarioError:
        return None  # the file is another one by now
    return changed(base, _with_hours(_overridden(base, scenario), groups))


def overlay(scenario: Scenario, changes: Mapping[str, object]) -> str:
    """Returns a file that extends that of a scenario and has further keys set, to be saved beside it.

    What the scenario was read with (`--set`) is in it, too. Raises ScenarioError.
    """
    base, _, _ = chain(scenario.path)
    root, mistakes = override(_overridden(base, scenario), changes)
    if mistakes:
        raise ScenarioError(mistakes)
    return f"extends: {text(Path(scenario.path).name)}\n\n{block(changed(base, root))}"


def written_at(scenario: Scenario, key: str) -> object:
    """Returns what a scenario's file says under a key, as plain data; None where it says nothing."""
    base, _, _ = chain(scenario.path)
    node = _overridden(base, scenario).at(key)
    return None if node is None else node.plain()


def places(scenario: Scenario) -> Callable[[Location], Place]:
    """Tells where a key of a scenario's file stands, or the deepest one above it that is written."""
    base, _, _ = chain(scenario.path)
    root = _overridden(base, scenario)
    return lambda path: _reached(root, path)[1].head


def refused(scenario: Scenario, texts: Mapping[Location, str]) -> UserError:
    """Returns what to raise where a command cannot do what keys of a scenario ask for: a text for each.

    Each has its place where the scenario is of a file.
    """
    if not scenario.path:
        return UserError("\n".join(texts.values()))
    place = places(scenario)
    return ScenarioError(sorted(place(key).mistake(text) for key, text in texts.items()))


def _overridden(root: Node, scenario: Scenario) -> Node:
    """The tree of a scenario's file with the overrides in force that it was read with."""
    for sets in scenario._sets:
        root, _ = override(root, sets)
    return root


def _with_hours(root: Node, groups: Mapping[str, object]) -> Node:
    """A tree with the hours of some groups replaced: no scale touches these; the others keep theirs."""
    root = _staff_scaled_by_group(root)
    found = dict(root.section("groups"))
    for name, hours in groups.items():
        hidden = ("staff", "shifts", "scale")
        kept = {key: node for key, node in found[name].mapping.items() if key not in hidden}
        found[name] = found[name].with_value(kept | tree_of(hours, found[name].place).mapping)
    return root.with_value(root.mapping | {"groups": root.mapping["groups"].with_value(found)})


def _staff_scaled_by_group(root: Node) -> Node:
    """A tree in which the scale of all groups' staff stands at each of them."""
    if root.at("scale", "staff") is None:
        return root
    whole, kept = factor(root, "scale", "staff"), root.mapping["scale"]
    groups = {}
    for name, node in root.section("groups").items():
        times = whole * factor(node, "scale", "staff")
        groups[name] = node.with_value(
            node.mapping | tree_of({"scale": {"staff": times}}, kept.place).mapping
        )
    rest = {key: node for key, node in kept.mapping.items() if key != "staff"}
    return root.with_value(
        root.mapping | {"groups": root.mapping["groups"].with_value(groups), "scale": kept.with_value(rest)}
    )


def laid_over(scenario: Scenario, text: str) -> Scenario:
    """A text laid over the file of a scenario and read, as a file beside it that extends it would be.

    Raises ScenarioError with all mistakes.
    """
    upper, mistakes = parse(text, str(Path(scenario.path).parent / "roster.yaml"))
    base, found, notes = chain(scenario.path)
    if not isinstance(upper.value, dict):
        raise ScenarioError([*mistakes, upper.place.mistake(say("values.no_mapping"))])
    upper = upper.with_value({key: node for key, node in upper.mapping.items() if key != "extends"})
    return checked(lay(base, upper, ()), [*found, *mistakes], scenario.path, (), notes)


def with_hours(scenario: Scenario, text: str) -> Scenario:
    """A scenario with the shifts and hours of groups that a text has, where no file of its own is beneath."""
    root, _ = parse(text, "roster.yaml")
    shifts = {name: Shift.model_validate(node.plain()) for name, node in root.section("shifts").items()}
    groups = {
        name: scenario.groups[name].model_copy(
            update={"staff": None, "shifts": node.mapping["shifts"].plain()}
        )
        for name, node in root.section("groups").items()
    }
    both = {"shifts": scenario.shifts | shifts, "groups": scenario.groups | groups}
    return scenario.model_copy(update=both)


def _load(path: str | os.PathLike[str], sets: Sets) -> Scenario:
    root, mistakes, notes = chain(Path(path))
    return checked(root, mistakes, path, sets, notes)


def chain(path: str | Path) -> tuple[Node, list[Mistake], list[str]]:
    """Returns a file's tree with all that it extends, and its people as groups; what is wrong, what was left
    out.
    """
    root, mistakes = read_chain(path)
    root, unread, notes = with_people(root)
    return root, [*mistakes, *unread], notes


def checked(
    root: Node,
    mistakes: list[Mistake],
    path: str | os.PathLike[str],
    sets: Sets,
    left_out: Sequence[str] = (),
) -> Scenario:
    """Returns the scenario of a tree with overrides in force. Raises ScenarioError with all that is wrong."""
    return as_scaled(as_written(root, mistakes, path, sets, left_out)[1])


def as_written(
    root: Node,
    mistakes: list[Mistake],
    path: str | os.PathLike[str],
    sets: Sets,
    left_out: Sequence[str] = (),
) -> tuple[Node, Scenario]:
    """Returns the same before its scales are in force, and the tree that it was made of, with all tables."""
    if not isinstance(root.value, dict):
        found = shown(root.value)
        mistakes.append(root.place.mistake(say("values.no_scenario", found=found)))
        raise ScenarioError(mistakes)
    for changes in sets:
        root, refused = override(root, changes)
        mistakes += refused
    root, unreadable, notes = fill(root, calendar_of(root))
    root, unmanned = find_supervisors(root)
    root, misplaced, made = unfolded(root, calendar_of(root))
    mistakes += [*unreadable, *unmanned, *misplaced]
    try:
        scenario = _scenario(root, Path(path))
    except ValidationError as error:
        mistakes += _translated(error, root)
    mistakes += itertools.islice(cross_check(root), _MOST_MISTAKES)
    if mistakes:
        raise ScenarioError(_in_order(mistakes, str(path)))
    scenario._made = made
    scenario._path, scenario._sets, scenario._notes = (
        str(path),
        tuple(sets),
        (*left_out, *notes, *scenario.calendar.undecreed),
    )
    return root, scenario


def _in_order(mistakes: list[Mistake], main: str) -> list[Mistake]:
    """Each once, those of the file itself first; of very many only the first."""
    unique = sorted(dict.fromkeys(mistakes), key=lambda m: (m.file != main, m.file, m.line, m.column))
    if len(unique) >= _MOST_MISTAKES:
        last = unique[_MOST_MISTAKES - 1]
        more = Mistake(last.file, last.line, last.column, say("values.more_mistakes"))
        return [*unique[: _MOST_MISTAKES - 1], more]
    return unique


def _intervals(root: Node) -> int | None:
    """Returns the number of intervals of a day, also where other words of the calendar are wrong."""
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
    for found in error.errors(include_url=False)[:_MOST_MISTAKES]:
        location = found["loc"]
        path, node = _reached(root, location)
        if node.value is Unread:
            continue
        if found["type"] == "extra_forbidden":
            mistakes.append(node.head.mistake(told(found, keys_at(path[:-1]))))
        elif found["type"] == "missing" or location[-1:] == ("[key]",):
            mistakes.append((node.head if path else Place(node.place.file, 1, 1)).mistake(told(found, ())))
        else:
            # A mapping on lines of its own is named by its key.
            own_lines = isinstance(node.value, dict) and node.head.line != node.place.line
            mistakes.append((node.head if own_lines and path else node.place).mistake(told(found, ())))
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
