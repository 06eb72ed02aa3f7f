"""Whether a saved result is what callsim writes: its JSON, the columns and rows of its tables, its figures.

Each function says what is wrong first, or None.
"""

from __future__ import annotations

import datetime
import math
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from callsim.results.estimates import told
from callsim.results.measures import PERCENTILES, SERVICE_LEVEL, WAITS
from callsim.results.tables import CALLS, COSTS, WORK, Saved, Table

WHOLE, NUMBER, TEXT = "BIGINT", "DOUBLE", "VARCHAR"  # types of columns in the files
MOST_DAYS = 36_525  # of a calendar: a century
ROWS_OF = {"queues": "queue", "groups": "group"}  # tables with a row per run and name, and that column
_SAID = {WHOLE: "whole numbers", NUMBER: "numbers", TEXT: "text"}
_KINDS: dict[str, tuple[type, ...]] = {
    "scenario": (str,),
    "seed": (int,),
    "runs": (int,),
    "engine": (str,),
    "version": (str,),
    "fingerprint": (str,),
    "start": (str,),
    "days": (int,),
    "interval_s": (int, float),
    "counted": (str,),
    "total": (dict,),
    "queues": (dict,),
    "groups": (dict,),
    "sites": (dict,),
    "incidents": (list,),
    "intervals": (list,),
    "families": (dict,),
    "interval_totals": (list,),
    "staffing": (list,),
    "warnings": (list,),
}
_GOAL: dict[str, tuple[type, ...]] = {
    "answer": (int, float, type(None)),
    "within_s": (int, float, type(None)),
    "abandon_at_most": (int, float, type(None)),
    "counted": (str,),
    "met": (bool, type(None)),
    "decided": (bool, type(None)),
    "verdict": (str,),
    "probability": (dict,),
}
_FIGURE = ("mean", "low", "high")


def wrong_json(found: Mapping[str, Any]) -> str | None:
    """What is wrong with the keys of a result's JSON and their values."""
    wrong = _wrong_kinds(found, _KINDS, "")
    if wrong is not None:
        return wrong
    for key, right in (
        ("seed", found["seed"] >= 0),
        ("runs", found["runs"] >= 1),
        ("start", _is_date(found["start"])),
        ("days", 1 <= found["days"] <= MOST_DAYS),
        ("interval_s", 0 < found["interval_s"] <= 86_400),
        ("counted", found["counted"] in SERVICE_LEVEL),
        ("queues", found["queues"]),
        ("warnings", all(isinstance(one, str) for one in found["warnings"])),
    ):
        if not right:
            return f"{key} is none of a result"
    for name, queue in found["queues"].items():
        goal = queue.get("goal", {}) if isinstance(queue, dict) else None
        if not isinstance(goal, dict):
            return f"queues.{name} is none of a result"
        if "goal" in queue:
            wrong = _wrong_kinds(goal, _GOAL, f"queues.{name}.goal.")
            if wrong is not None:
                return wrong
            if not _is_figure(goal["probability"]):
                return f"queues.{name}.goal.probability is no figure"
    if "costs" in found and not (
        isinstance(found["costs"], dict) and isinstance(found["costs"].get("currency"), str)
    ):
        return "costs is none of a result"
    return None


def wrong_columns(name: str, columns: Mapping[str, str], found: Mapping[str, Any]) -> str | None:
    """What is wrong with the columns of a table. `columns`: name → type in the file."""
    wanted = _columns(name, "costs" in found)
    for column, kind in wanted.items():
        if column not in columns:
            return f"the column {column} is missing"
        if columns[column] != kind:
            return f"the column {column} holds no {_SAID[kind]} (it is {columns[column]}, not {kind})"
    others = [column for column in columns if column not in wanted]
    return f"the column {others[0]} is none of this table" if others else None


def wrong_rows(name: str, table: Table, found: Mapping[str, Any]) -> str | None:
    """What is wrong with the rows of a table whose columns are right."""
    names = list(found[name]) if name in ROWS_OF else [""]
    runs, of_each = found["runs"], len(names)
    rows = len(table["run"])
    if rows != runs * of_each:
        return f"it has {rows:,} rows, not {runs * of_each:,}"
    for column, kind in _columns(name, "costs" in found).items():
        if kind == WHOLE and table[column].dtype != np.int64:
            return f"the column {column} has empty cells"
        if kind == NUMBER and np.isinf(table[column]).any():
            return f"the column {column} has numbers without end"
    if not np.array_equal(table["run"], np.repeat(np.arange(runs), of_each)):
        return "the column run does not count the runs"
    if name in ROWS_OF and table[ROWS_OF[name]].tolist() != names * runs:
        return f"the column {ROWS_OF[name]} has other names than result.json"
    return None


def wrong_intervals(found: Mapping[str, Any]) -> str | None:
    """What is wrong with the parts that a page draws, in a JSON whose keys are right."""
    queues, counted, cells = set(found["queues"]), found["counted"], len(found["interval_totals"])
    for place, rows in (
        ("interval_totals", found["interval_totals"]),
        ("intervals", found["intervals"]),
        *((f"families.{name}", _at(family, "intervals")) for name, family in found["families"].items()),
    ):
        wanted = cells * len(queues) if place == "intervals" else cells
        if not isinstance(rows, list) or len(rows) != wanted:
            return f"{place} has not a row for each interval"
        for row in rows:
            figures = _at(row, "offered"), _at(row, "answered"), _at(row, "service_level", counted)
            if not isinstance(_at(row, "start"), str) or not all(map(_is_figure, figures)):
                return f"{place} has a row that is none of a result"
    if not _are([_at(row, "queue") for row in found["intervals"]], queues):
        return "intervals names other queues"
    for name, family in found["families"].items():
        if not _are(_at(family, "queues"), queues):
            return f"families.{name} names other queues"
    for place, one in (
        ("total", found["total"]),
        *((f"queues.{name}", queue) for name, queue in found["queues"].items()),
        *((f"families.{name}", family) for name, family in found["families"].items()),
    ):
        waits = _at(one, "waits")
        if (
            not isinstance(waits, dict)
            or list(waits) != list(WAITS)
            or not all(map(_is_figure, waits.values()))
        ):
            return f"{place}.waits is none of a result"
    return _wrong_staff(found["staffing"], queues, cells)


def _wrong_staff(pools: list[Any], queues: set[str], cells: int) -> str | None:
    for pool in pools:
        rows = _at(pool, "intervals")
        if not _are(_at(pool, "queues"), queues) or not isinstance(rows, list) or len(rows) != cells:
            return "staffing has other queues or intervals"
        for row in rows:
            required = _at(row, "required")
            if not (_is_figure(_at(row, "on_duty")) and _is_figure(_at(row, "occupancy"))) or not (
                required is None or _is_number(required)
            ):
                return "staffing has a row that is none of a result"
    if not any(set(pool["queues"]) == queues for pool in pools):
        return "staffing tells nothing of all queues together"
    return None


def _at(there: Any, *keys: str) -> Any:
    """What stands at a place, or None."""
    for key in keys:
        there = there.get(key) if isinstance(there, dict) else None
    return there


def _are(names: Any, queues: set[str]) -> bool:
    return isinstance(names, list) and all(isinstance(name, str) and name in queues for name in names)


def wrong_figures(saved: Saved) -> str | None:
    """Which figure of the JSON is not what the tables say."""
    said = told(saved.estimates)
    for queue in said["queues"].values():
        queue.pop("goal_probability", None)  # in the JSON among what its goal came to
    return next(_differing(said, saved.found, ""), None)


def _columns(name: str, costs: bool) -> dict[str, str]:
    run = {"run": WHOLE}
    if name == "groups":
        return run | {"group": TEXT} | dict.fromkeys(WORK, WHOLE)
    calls = {**dict.fromkeys((*CALLS, "wait_max_ms"), WHOLE), **dict.fromkeys(PERCENTILES, NUMBER)}
    if name == "queues":
        return run | {"queue": TEXT} | calls | {"goal_kept": NUMBER}
    return run | calls | ({f"cost_{one}": NUMBER for one in COSTS} if costs else {})


def _wrong_kinds(there: Mapping[str, Any], kinds: Mapping[str, tuple[type, ...]], above: str) -> str | None:
    for key, of in kinds.items():
        if key not in there:
            return f"the key {above}{key} is missing"
        value = there[key]
        if float in of and value is not None:
            right = _is_number(value)
        else:
            right = isinstance(value, of) and (bool in of or not isinstance(value, bool))
        if not right:
            return f"{above}{key} is none of a result"
    return None


def _is_date(text: str) -> bool:
    try:
        return bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def _is_number(there: Any) -> bool:
    """Whether this is a number as figures are: not true or false, and one that float64 holds."""
    return type(there) in (int, float) and abs(there) <= sys.float_info.max


def _is_figure(there: Any) -> bool:
    return isinstance(there, dict) and all(
        key in there and (there[key] is None or _is_number(there[key])) for key in _FIGURE
    )


def _differing(said: Mapping[str, Any], found: Any, above: str) -> Iterator[str]:
    """Every place at which a figure is missing or another than it should be, to the ninth digit."""
    for name, inner in said.items():
        place = f"{above}{name}"
        if not isinstance(found, dict) or name not in found:
            yield f"the key {place} is missing"
        elif isinstance(inner, Mapping):
            yield from _differing(inner, found[name], f"{place}.")
        elif not _equal(inner, found[name]):
            yield f"{place} is not what the tables say"


def _equal(one: float | None, other: Any) -> bool:
    if one is None or not _is_number(other):
        return one is None and other is None
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
