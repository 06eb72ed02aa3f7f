"""A star in a path, as in `queues.*.scale.volume=90%`, stands for every entry there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from callsim.errors import Mistake, ScenarioError
from callsim.scenario.document import Node, Place
from callsim.scenario.words.mistakes import nearest
from callsim.sentences import say
from callsim.units import shown


class _Star(str):
    """A star that was not written in quotation marks: those are names."""


STAR = _Star("*")
_NAMED = ("answers", "shifts")  # of a group: what is below them are names, which must be there


def all_of(root: Node, steps: Sequence[str], place: Place) -> list[list[str]]:
    """The paths that a path stands for: itself where it has no star.

    Raises ScenarioError where nothing is there, and with every entry that has not what the path names: what
    a star says holds for all or for none.
    """
    if STAR not in steps or not any(step is STAR for step in steps):
        return [list(steps)]
    if steps[-1] is STAR:
        raise ScenarioError([place.mistake(say("paths.star"))])
    found = list(_entries(root, list(steps), 0, place))
    missing = [mistake for path in found if (mistake := _missing(root, path, place))]
    if missing:
        raise ScenarioError(missing)
    return found


def _entries(node: Node, steps: list[str], at: int, place: Place) -> Iterator[list[str]]:
    """The path with each star replaced, `at` steps of which lead to `node`."""
    if not any(step is STAR for step in steps[at:]):
        yield steps
        return
    names = [steps[at]]
    if steps[at] is STAR:
        keys = range(len(node.value)) if isinstance(node.value, list) else node.mapping
        names = [str(key) for key in keys]
        if not names:
            where = ".".join(steps[:at]) or say("paths.the_file")
            raise ScenarioError([place.mistake(say("paths.nothing_there", place=where))])
    for name in names:
        below = node.child(int(name) if isinstance(node.value, list) and name.isdigit() else name)
        yield from _entries(below or Node({}, place), [*steps[:at], name, *steps[at + 1 :]], at + 1, place)


def _missing(root: Node, path: list[str], place: Place) -> Mistake | None:
    """What an entry has not that the path names, if anything; keys that all entries may have can be new."""
    node = root
    for at, step in enumerate(path):
        below = node.child(int(step) if isinstance(node.value, list) and step.isdigit() else step)
        last = at == len(path) - 1
        may_be_new = last and not (at == 3 and path[0] == "groups" and path[2] in _NAMED)
        if below is None:
            if may_be_new or (at == 2 and step == "scale"):
                return None
            where = ".".join(path[:at])
            text = say("paths.not_for_all", name=shown(step), place=where, hint=nearest(step, node.mapping))
            return place.mistake(text)
        node = below
    return None
