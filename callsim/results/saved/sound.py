"""Whether a saved result is what callsim writes: its JSON, the columns and rows of its tables, its figures.

Each function but `understood` says what is wrong first, or None.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from callsim.results.estimates import AMOUNTS, known
from callsim.results.measures import PERCENTILES, SERVICE_LEVEL
from callsim.results.run import RunResult
from callsim.results.saved.tables import CALLS, CLIENTS, HELD, IN_HAND, OWED, SHORT, WORK, Saved, Table
from callsim.results.schema import Mapped, Wrong, read
from callsim.sentences import say

WHOLE, NUMBER, TEXT = "BIGINT", "DOUBLE", "VARCHAR"  # types of columns in the files
MOST_DAYS = 36_525  # of a calendar: a century
ROWS_OF = {"queues": "queue", "groups": "group"}  # tables with a row per run and name, and that column
_SAID: dict[str, Callable[[], str]] = {
    WHOLE: lambda: say("saved.whole_numbers"),
    NUMBER: lambda: say("saved.numbers"),
    TEXT: lambda: say("saved.text"),
}


def understood(found: Mapped) -> RunResult:
    """A saved result's JSON as the result that it was. Raises Wrong where it is none."""
    result = read(RunResult, found)
    for key, right in (
        ("seed", result.seed >= 0),
        ("runs", result.runs >= 1),
        ("start", _is_date(result.start)),
        ("days", 1 <= result.days <= MOST_DAYS),
        ("interval_s", 0 < result.interval_s <= 86_400),
        ("counted", result.counted in SERVICE_LEVEL),
        ("queues", result.queues),
        ("intervals", result.intervals is not None),
        ("families", result.families is not None),
        ("interval_totals", result.interval_totals is not None),
        ("staffing", result.staffing is not None),
    ):
        if not right:
            raise Wrong(say("saved.key_unknown", place=key))
    return result


def wrong_columns(name: str, columns: Mapping[str, str], found: RunResult) -> str | None:
    """What is wrong with the columns of a table. `columns`: name → type in the file."""
    wanted = _columns(name, found)
    for column, kind in wanted.items():
        if column not in columns:
            return say("saved.column_missing", column=column)
        if columns[column] != kind:
            return say(
                "saved.column_kind", column=column, words=_SAID[kind](), found=columns[column], wanted=kind
            )
    others = [column for column in columns if column not in wanted]
    return say("saved.column_unknown", column=others[0]) if others else None


def wrong_rows(name: str, table: Table, found: RunResult) -> str | None:
    """What is wrong with the rows of a table whose columns are right."""
    names = {"queues": list(found.queues), "groups": list(found.groups)}.get(name, [""])
    runs, of_each = found.runs, len(names)
    rows = len(table["run"])
    if rows != runs * of_each:
        return say("saved.rows", rows=rows, wanted=runs * of_each)
    for column, kind in _columns(name, found).items():
        if kind == WHOLE and table[column].dtype != np.int64:
            return say("saved.empty_cells", column=column)
        if kind == NUMBER and np.isinf(table[column]).any():
            return say("saved.no_numbers", column=column)
    if not np.array_equal(table["run"], np.repeat(np.arange(runs), of_each)):
        return say("saved.runs_not_counted")
    if name in ROWS_OF and table[ROWS_OF[name]].tolist() != names * runs:
        return say("saved.other_names", column=ROWS_OF[name])
    return None


def wrong_intervals(found: RunResult) -> str | None:
    """What is wrong with the parts that a page draws."""
    queues, families = set(found.queues), found.families or {}
    cells = len(found.interval_totals or ())
    for place, rows, wanted in (
        ("interval_totals", found.interval_totals or (), cells),
        ("intervals", found.intervals or (), cells * len(queues)),
        *((f"families.{name}", family.intervals, cells) for name, family in families.items()),
    ):
        if len(rows) != wanted:
            return say("saved.intervals", place=place)
    if not {row.queue for row in found.intervals or ()} <= queues:
        return say("saved.interval_queues")
    for name, family in families.items():
        if not set(family.queues) <= queues:
            return say("saved.family_queues", name=name)
    for pool in found.staffing or ():
        if not set(pool.queues) <= queues or len(pool.intervals) != cells:
            return say("saved.staffing_queues")
    if not any(set(pool.queues) == queues for pool in found.staffing or ()):
        return say("saved.staffing_of_all")
    return None


def wrong_figures(saved: Saved) -> str | None:
    """Which figure of the JSON is not what the tables say."""
    return next(_differing(saved), None)


def _differing(saved: Saved) -> Iterator[str]:
    """Every place at which a figure is another than it should be, to the ninth digit."""
    estimates, found = saved.estimates, saved.found
    parts = [("total", estimates.total, found.total.figures)]
    parts += [(f"queues.{name}", one, found.queues[name].figures) for name, one in estimates.queues.items()]
    parts += [(f"groups.{name}", one, found.groups[name].figures) for name, one in estimates.groups.items()]
    if estimates.costs is not None and found.costs is not None:
        parts.append(("costs", estimates.costs, found.costs.figures))
    for place, said, figures in parts:
        for key, figure in known(said).items():
            if key == "goal_probability":  # in the JSON among what its goal came to
                continue
            for part in ("mean", "low", "high"):
                if not _equal(getattr(figure, part), getattr(figures[key], part)):
                    yield say("saved.figure", place=place, key=key, part=part)


def _columns(name: str, found: RunResult) -> dict[str, str]:
    run = {"run": WHOLE}
    if name == "groups":
        held = any("held_h" in group.figures for group in found.groups.values())
        at_once = any("concurrency" in group.figures for group in found.groups.values())
        also = (*([HELD] if held else ()), *(IN_HAND if at_once else ()))
        return run | {"group": TEXT} | dict.fromkeys((*WORK, *also), WHOLE)
    short = () if found.short_abandon_s is None else SHORT
    calls = {**dict.fromkeys((*CALLS, *short, "wait_max_ms"), WHOLE), **dict.fromkeys(PERCENTILES, NUMBER)}
    clients = dict.fromkeys(CLIENTS if "clients.clients" in found.total.figures else (), WHOLE)
    if name == "queues":
        due = any(queue.due_s is not None for queue in found.queues.values())
        owed = dict.fromkeys(OWED if due else (), WHOLE)
        return run | {"queue": TEXT} | calls | {"goal_kept": NUMBER} | clients | owed
    costs = {f"cost_{one}": NUMBER for one in AMOUNTS} if found.costs is not None else {}
    return run | calls | costs | clients


def _is_date(text: str) -> bool:
    try:
        return bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def _equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is None and other is None
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
