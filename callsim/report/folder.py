"""A result as a folder of tables that appears whole or not at all, and can be compared again later."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from callsim.errors import CallsimError, UserError
from callsim.report import unfinished
from callsim.report.data import as_json, flat

if TYPE_CHECKING:
    from callsim.study.result import Result
    from callsim.study.tables import Saved, Table

RESULT = "result.json"
SAVED = ("runs", "queues", "groups")  # the tables that a comparison needs


def is_folder(path: str) -> bool:
    """Whether this names a folder of results, there or to be made."""
    return path.endswith(("/", os.sep)) or os.path.exists(os.path.join(path, RESULT))


def writable_folder(path: str) -> str:
    """The folder itself, if results can be written there; said before the work, not after it."""
    target = os.path.abspath(path)
    if os.path.exists(target):
        if not os.path.isdir(target):
            raise UserError(f"cannot write {path}: it is a file; name a folder")
        if os.listdir(target) and not os.path.exists(os.path.join(target, RESULT)):
            raise UserError(f"cannot write {path}: other things are in this folder; name a new one")
    above = os.path.dirname(target)
    if not os.path.isdir(above):
        raise UserError(f"cannot write {path}: there is no folder {above}")
    if not os.access(above, os.W_OK | os.X_OK):
        raise UserError(f"cannot write {path}: permission denied")
    return path


@contextlib.contextmanager
def new_folder(path: str) -> Iterator[str]:
    """A folder to fill, put in the place of `path` if all went well; otherwise nothing is left of it.

    Whoever looks sees the old folder or the whole new one.
    """
    target = os.path.abspath(path)
    there = unfinished.begin(os.path.dirname(target))
    try:
        os.mkdir(there)
        yield there
        _put_in_place(there, target)
    except OSError as error:
        raise CallsimError(f"cannot write {path}: {(error.strerror or str(error)).lower()}") from None
    finally:
        unfinished.discard(there)


def fill(there: str, result: Result, found: Any, calls: Iterable[Table] | None) -> None:
    """Write a result's tables and its JSON into a folder; `calls`: the pieces of that table."""
    from callsim.report.parquet import write_table, write_tables
    from callsim.study.tables import tables_of

    for name, table in {"intervals": _intervals(found["intervals"]), **tables_of(result)}.items():
        write_table(os.path.join(there, f"{name}.parquet"), table)
    if calls is not None:
        with scratch(there) as folder:
            write_tables(os.path.join(there, "calls.parquet"), calls, folder)
    with open(os.path.join(there, RESULT), "w", encoding="utf-8") as file:
        file.write(as_json(found))


@contextlib.contextmanager
def scratch(there: str) -> Iterator[str]:
    """A folder inside for what is needed only while it is filled."""
    folder = os.path.join(there, f".{secrets.token_hex(4)}")
    os.mkdir(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read(path: str) -> Saved:
    """A folder of results."""
    from callsim.report.parquet import read_table
    from callsim.study.tables import Saved

    try:
        with open(os.path.join(path, RESULT), encoding="utf-8") as file:
            found = json.load(file)
        tables = {name: read_table(os.path.join(path, f"{name}.parquet")) for name in SAVED}
    except (OSError, ValueError) as error:
        raise UserError(f"{path} is no folder of results: {error}") from None
    return Saved(found, tables)


def _intervals(rows: Any) -> Table:
    """A column per figure, such as service_level_offered_low."""
    columns, lines = flat(rows)
    table = {
        name: np.array([np.nan if (value := line.get(name)) is None else value for line in lines])
        for name in columns
        if name not in ("start", "queue")
    }
    return {
        "start": np.array([line["start"] for line in lines], "datetime64[ms]"),
        "queue": np.array([line["queue"] for line in lines], object),
        **table,
    }


def _put_in_place(there: str, target: str) -> None:
    if not os.path.exists(target) or not os.listdir(target):
        os.rename(there, target)
    elif not _exchange(there, target):
        # Without a system call that exchanges two folders there is a moment without either.
        os.rename(target, f"{there}-old")
        unfinished.note(f"{there}-old")
        os.rename(there, target)
        unfinished.discard(f"{there}-old")


def _exchange(one: str, other: str) -> bool:
    """Two folders change places in one go, where the system can: renameat2 on Linux, renamex_np on macOS."""
    if os.name != "posix":
        return False
    system = ctypes.CDLL(None)
    names = os.fsencode(one), os.fsencode(other)
    if hasattr(system, "renameat2"):
        here, exchange = -100, 2
        return bool(system.renameat2(here, names[0], here, names[1], exchange) == 0)
    return hasattr(system, "renamex_np") and bool(system.renamex_np(*names, 2) == 0)
