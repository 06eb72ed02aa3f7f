"""What a scenario says of a table: `{file: volumes.csv, column: Sales, time: [Datum, Uhrzeit], …}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from callsim.errors import Mistake
from callsim.scenario.document import Node
from callsim.scenario.reading.tables.moments import DAY_FIRST, MONTH_FIRST
from callsim.scenario.words.mistakes import nearest
from callsim.sentences import say
from callsim.units import shown

FILE = re.compile(r".+\.(csv|tsv|txt|xlsx)", re.IGNORECASE | re.DOTALL)
KEYS = ("file", "column", "time", "where", "date_order", "encoding", "sheet", "missing", "unit", "decimal")
UNITS = ("s", "ms", "min", "m:ss", "h:mm")
"""Of handling times: of plain numbers, and of clocks of two parts."""
_CHOICES = {
    "date_order": (DAY_FIRST, MONTH_FIRST),
    "missing": ("interpolate", "zero"),
    "unit": UNITS,
    "decimal": (".", ","),
}


@dataclass(frozen=True)
class Spec:
    """A table's file, and what is said of it."""

    named: Node
    """The name of the file, where it stands."""
    column: str = ""
    time: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)
    date_order: str = ""
    encoding: str = ""
    sheet: str = ""
    missing: str = ""
    unit: str = ""
    decimal: str = ""


def spec_of(node: Node, mistakes: list[Mistake], more: tuple[str, ...] = ()) -> Spec | None:
    """What a name of a file or a mapping says; None, with the mistakes, where it cannot be read.

    `more`: keys that mean something elsewhere.
    """
    if isinstance(node.value, str):
        return Spec(node)
    before = len(mistakes)
    said: dict[str, object] = {}
    for key, child in node.mapping.items():
        if key in more:
            continue
        if key not in KEYS:
            mistakes.append(
                child.head.mistake(
                    say("values.unknown_key", key=shown(key), hint=nearest(key, (*KEYS, *more)))
                )
            )
        elif key == "where":
            if not child.mapping or any(isinstance(one.value, (dict, list)) for one in child.children()):
                mistakes.append(child.place.mistake(say("tables.where")))
            said[key] = {_norm(name): _text(one) for name, one in child.mapping.items()}
        elif key == "time":
            names = child.value if isinstance(child.value, list) else [child]
            said[key] = tuple(_text(one) for one in names)
        elif isinstance(child.value, (dict, list)) or child.value in (None, ""):
            mistakes.append(child.place.mistake(say("tables.one_word", key=key)))
        elif key in _CHOICES and _text(child) not in _CHOICES[key]:
            hint = nearest(_text(child), _CHOICES[key])
            mistakes.append(
                child.place.mistake(say("values.cannot_stand_hint", value=shown(child.value), hint=hint))
            )
        else:
            said[key] = _text(child)
    named = node.mapping.get("file")
    if named is None or not isinstance(named.value, str) or not FILE.fullmatch(named.value):
        at = node.place if named is None else named.place
        mistakes.append(at.mistake(say("tables.file")))
    if len(mistakes) > before or named is None:
        return None
    said.pop("file", None)
    return Spec(named, **said)  # type: ignore[arg-type]


def _text(node: Node) -> str:
    return str(node.value).strip() if node.value is not None else ""


def _norm(text: str) -> str:
    return text.strip().lower()
