"""People by name: a table of agents becomes the groups that all else knows, equal people one group.

The groups of the file are laid over those of the table, key by key: so they may add an absence, or have other
shifts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from callsim.errors import Mistake
from callsim.scenario.document import Node
from callsim.scenario.reading.overlay import lay, tree_of
from callsim.scenario.reading.tables import layout
from callsim.scenario.reading.tables.spec import FILE, Spec, spec_of
from callsim.scenario.reading.tables.table import Cell, Table, TooMuch
from callsim.scenario.words.mistakes import nearest
from callsim.scenario.words.quantities import LONGEST_NAME
from callsim.sentences import say
from callsim.units import shown

MOST_FIELDS = 4_000_000  # half a million people in eight columns
_ABOVE = 20  # rows of titles
_CALLED = {
    "name": ("name", "agent", "employee", "mitarbeiter", "姓名", "员工"),
    "group": ("group", "team", "gruppe", "班组", "组"),
    "site": ("site", "standort", "职场", "地点"),
    "shift": ("shift", "schicht", "班次"),
}


class Person(NamedTuple):
    """What a row says, its name apart."""

    group: str  # nothing where the table has no groups
    site: str
    shift: str
    ranks: tuple[tuple[str, int], ...]  # (queue, rank) of what is answered, in the order of the columns
    at: Cell  # its shift


def with_people(root: Node) -> tuple[Node, list[Mistake], list[str]]:
    """The tree with the groups that the table of `agents` makes; what is wrong with it; what was left out."""
    node = root.mapping.get("agents")
    if node is None:
        return root, [], []
    rest = root.with_value({key: child for key, child in root.mapping.items() if key != "agents"})
    mistakes: list[Mistake] = []
    is_file = isinstance(node.value, str) and FILE.fullmatch(node.value)
    if not is_file and not isinstance(node.value, dict):
        return _for_all(rest, node), [node.place.mistake(say("people.no_table", value=shown(node.value)))], []
    spec = spec_of(node, mistakes)
    if spec is None:
        return _for_all(rest, node), mistakes, []
    table = Table(spec, MOST_FIELDS)
    try:
        groups = _groups(table, list(_people(table, spec, rest)))
    except TooMuch:
        groups = {}
    if table.mistakes:
        return _for_all(rest, node), table.told, []
    made, own = tree_of(groups, node.place), rest.mapping.get("groups")
    whole = made if own is None or own.value is None else lay(made, own, ("groups",))
    notes = [f"{table.short}: {note}" for note in table.notes]
    return rest.with_value(rest.mapping | {"groups": whole}), [], notes


def _for_all(root: Node, at: Node) -> Node:
    """The tree with a group for all queues in place of people who are wrong.

    What lacks because of them is no mistake of its own.
    """
    made = {"agents": {"staff": 1, "answers": {queue: {} for queue in root.section("queues")}}}
    whole = [
        (name, one)
        for name, one in root.section("groups").items()
        if "answers" in one.mapping and {"staff", "shifts"} & one.mapping.keys()
    ]
    groups = tree_of(made, at.place)
    return root.with_value(root.mapping | {"groups": groups.with_value({**groups.mapping, **dict(whole)})})


def _people(table: Table, spec: Spec, root: Node) -> Iterator[Person]:
    """The people of a table, row by row; what is wrong is noted."""
    queues, shifts, sites = (list(root.section(key)) for key in ("queues", "shifts", "sites"))
    known = {word: what for what, words in _CALLED.items() for word in words}
    heads = ({known.get(layout.plain(cell)) for cell in row} for row in table.rows[:_ABOVE])
    table.forget(range(next((at for at, head in enumerate(heads) if "shift" in head), 0)))
    if not table.rows:
        return
    if table.file.lower().endswith(".xlsx"):  # a sheet has no empty cells at the end of a row
        width = len(table.rows[0])
        table.rows = [row + ("",) * (width - len(row)) for row in table.rows]
    layout.filtered(table, spec.where, "")
    by_name = {layout.plain(queue): queue for queue in queues}
    called = {known[layout.plain(one)]: one for one in reversed(table.head) if layout.plain(one) in known}
    ranked = [one for one in table.head if layout.plain(one) in by_name]
    others = [one for one in table.head if one and layout.plain(one) not in known | by_name]
    if others:
        some = ", ".join(map(shown, others[:6])) + (", …" if len(others) > 6 else "")
        table.notes.append(say("people.left_out", n=len(others), columns=some))
    if "group" not in called and not ranked:
        some = ", ".join(map(shown, queues[:6])) + (", …" if len(queues) > 6 else "")
        table.wrong(table.top, say("people.no_ranks", queues=some))
        return
    named = table.head.index(called["name"]) if "name" in called else None
    where = [what for what in ("group", "site") if what in called]
    met: dict[str, int] = {}
    for shift, *cells in table.columns(
        called.get("shift", "shift"), *(called[one] for one in where), *ranked
    ):
        name = "" if named is None else table.rows[shift.row][named]
        if name in met and named is not None:
            told = say("people.twice", name=shown(name), other=table.row_name(met[name]))
            table.wrong(Cell(table, shift.row, named), told)
        elif name:
            met[name] = shift.row
        if shift.text not in shifts:
            hint = nearest(shift.text, shifts)
            table.wrong(shift, say("names.no_shift", name=shown(shift.text), hint=hint))
            continue
        for what, cell in zip(where, cells, strict=False):
            if not cell.text:
                table.wrong(cell, say("people.nowhere"))
            elif what == "site" and cell.text not in sites:
                hint = nearest(cell.text, sites)
                table.wrong(cell, say("names.no_site", name=shown(cell.text), hint=hint))
        told_of = dict(zip(where, (cell.text for cell in cells), strict=False))
        ranks = [_rank(table, cell) for cell in cells[len(where) :]]
        if None in ranks:
            continue
        answered = tuple(
            (by_name[layout.plain(one)], rank) for one, rank in zip(ranked, ranks, strict=True) if rank
        )
        yield Person(told_of.get("group", ""), told_of.get("site", ""), shift.text, answered, shift)


def _rank(table: Table, cell: Cell) -> int | None:
    """1 is the first choice; 0, for nothing written, that the queue is not answered; None for a mistake."""
    if cell.text in ("", "-", "–", "0"):
        return 0
    if not cell.text.isascii() or not cell.text.isdigit() or int(cell.text) > 1000:
        table.wrong(cell, say("people.no_rank", value=shown(cell.text)))
        return None
    return int(cell.text)


def _groups(table: Table, people: Sequence[Person]) -> dict[str, object]:
    """The groups of some people, in the order of the table."""
    alike: dict[str, Person] = {}
    working: dict[str, Counter[str]] = {}
    for one in people:
        if not one.group and not one.ranks:
            table.wrong(one.at, say("people.answers_nothing"))
            continue
        name = one.group or _name_of(one)
        first = alike.setdefault(name, one)
        group, other = shown(name), table.row_name(first.at.row)
        if one.site != first.site:
            table.wrong(one.at, say("people.other_site", group=group, other=other))
        if one.ranks != first.ranks:
            table.wrong(one.at, say("people.other_ranks", group=group, other=other))
        working.setdefault(name, Counter())[one.shift] += 1
    found: dict[str, object] = {}
    for name, first in alike.items():
        words: dict[str, object] = {"site": first.site} if first.site else {}
        if first.ranks:
            words["answers"] = {queue: {"rank": rank} if rank > 1 else {} for queue, rank in first.ranks}
        found[name] = {**words, "shifts": dict(working[name])}
    return found


def _name_of(one: Person) -> str:
    """What a group without a name is called: its site and its queues, with their ranks but the first."""
    queues = [queue if rank == 1 else f"{queue} {rank}" for queue, rank in one.ranks]
    return " ".join(filter(None, (one.site, " + ".join(queues))))[:LONGEST_NAME]
