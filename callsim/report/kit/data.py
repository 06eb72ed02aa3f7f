"""Results for other programs: JSON with everything, CSV with one row per interval and queue."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence

from callsim.results.schema import Mapped, Plain, known

FORMULA = tuple("=+-@\t\r")  # how a formula begins, see OWASP, CSV Injection


def as_json(result: Mapping[str, object]) -> str:
    """The result as JSON; a number that does not exist is null."""
    return json.dumps(known(result), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def as_csv(rows: Sequence[Mapping[str, object]]) -> str:
    """The rows as CSV with flat columns, such as service_level_offered_low; what does not exist is empty."""
    columns, lines = flat(rows)
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, columns, lineterminator="\n")
    table.writeheader()
    table.writerows({name: _safe(value) for name, value in line.items()} for line in lines)
    return text.getvalue()


def _safe(value: object) -> object:
    """A text that a spreadsheet would take for a formula, or a name for a number, behind an apostrophe."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def flat(rows: Sequence[Mapping[str, object]]) -> tuple[list[str], list[Mapped]]:
    """The names of all columns, and the rows by them; what does not exist is None or missing."""
    lines = [dict(_flat(known(row))) for row in rows]
    return list(dict.fromkeys(name for line in lines for name in line)), lines


def _flat(row: Mapping[str, Plain], above: str = "") -> Iterator[tuple[str, Plain]]:
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{name}_")
        else:
            yield above + name, value
