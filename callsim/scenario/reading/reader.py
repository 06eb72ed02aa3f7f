"""Reads the file of a scenario again and again with keys set: as it is now, its tables and checks once.

Scales multiply what the file says, so that where nothing but scales is set, the file's own words are taken
as they were checked before, with the new scales on them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import ValidationError

from callsim.errors import ScenarioError
from callsim.scenario.checks.fixed_calls import fixed_calls
from callsim.scenario.checks.scale import scales
from callsim.scenario.document import Node
from callsim.scenario.reading.load import as_written, chain, checked
from callsim.scenario.reading.overlay import override
from callsim.scenario.scaled import as_scaled
from callsim.scenario.schema import Scenario
from callsim.scenario.words.scale import GroupScale, QueueScale, Scale

Changes = Mapping[str, object]
_OF: Mapping[str, type[QueueScale | GroupScale]] = {"queues": QueueScale, "groups": GroupScale}


def reader(scenario: Scenario) -> Callable[[Changes], Scenario]:
    """Returns what does the same as `again`, again and again, with the file as it is now: read once.

    What is written to the file later is not seen, so that all that it returns are changes of one plan.
    """
    root, mistakes, notes = chain(scenario.path)
    path, sets = scenario.path, scenario._sets
    try:
        written: tuple[Node, Scenario] | None = as_written(root, list(mistakes), path, sets, notes)
    except ScenarioError:  # the file is another one by now; whoever reads it is told
        written = None

    def read(changes: Changes) -> Scenario:
        known = None if written is None else _with_scales(*written, changes)
        return known or checked(root, list(mistakes), path, (*sets, changes), notes)

    return read


def _with_scales(root: Node, scenario: Scenario, changes: Changes) -> Scenario | None:
    """The scenario with changes in force, where these are scales and nothing is wrong with them."""
    after, mistakes = override(root, changes)
    if mistakes or not _alike(root, after, "scale", *_OF):
        return None
    update: dict[str, object] = {}
    try:
        update["scale"] = _scale(Scale, after)
        for section, kind in _OF.items():
            known = dict(getattr(scenario, section))
            was, now = root.section(section), after.section(section)
            for name in (name for name, node in now.items() if node is not was[name]):
                if not _alike(was[name], now[name], "scale"):
                    return None
                known[name] = known[name].model_copy(update={"scale": _scale(kind, now[name])})
            update[section] = known
    except ValidationError:
        return None
    if any(True for check in (scales, fixed_calls) for _ in check(after)):  # no others read scales
        return None
    found = scenario.model_copy(update=update)
    found._sets = (*scenario._sets, changes)
    return as_scaled(found)


def _scale(kind: type[QueueScale | GroupScale], node: Node) -> QueueScale | GroupScale:
    scale = node.mapping.get("scale")
    return kind() if scale is None else kind.model_validate(scale.plain())


def _alike(one: Node, other: Node, *but: str) -> bool:
    """Whether two mappings have the same entries, but for some."""
    was, now = one.mapping, other.mapping
    return all(was.get(key) is now.get(key) for key in {*was, *now} - {*but})
