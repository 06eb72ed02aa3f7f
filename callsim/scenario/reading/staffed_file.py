"""The file that `callsim staff` writes: hours of people, laid over the file that was staffed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from callsim.scenario.reading.changed import merged
from callsim.scenario.reading.write import block, text

Tree = Mapping[str, object]


def staffed_file(base: str, changes: Tree, groups: Tree, shifts: Tree, said: Sequence[str] = ()) -> str:
    """Its text.

    `base`: the name of the file beneath, seen from the new one. `changes`: what else is other than in that
    file (`reading.changes_of`). `groups`: {name: {"staff": …} or {"shifts": {…}}}; `shifts`: those that are
    new. `said`: lines of comment above all.
    """
    head = "".join(f"# {' '.join(line.split())}\n" for line in said)
    tree = merged(changes, hours(groups, shifts))
    return f"{head}extends: {text(base)}\n\n{block(tree)}"


def hours(groups: Tree, shifts: Tree) -> dict[str, object]:
    """Returns the hours of groups as plain data, without those of the file below."""
    return {"shifts": shifts, "groups": groups} if shifts else {"groups": groups}
