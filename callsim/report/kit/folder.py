"""A result as a folder of tables that appears whole or not at all, and can be compared again later."""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from callsim import unfinished
from callsim.errors import CallsimError, UserError
from callsim.report.kit.checksums import RESULT, Damaged, is_as_written, sealed, unsealed
from callsim.report.kit.data import flat
from callsim.report.kit.file import cannot_write
from callsim.sentences import say

if TYPE_CHECKING:
    from callsim.results.result import Result
    from callsim.results.run import RunResult
    from callsim.results.saved.tables import Saved, Table
    from callsim.results.schema import Mapped

SAVED = ("runs", "queues", "groups")  # the tables that a comparison needs
OURS = {RESULT, *(f"{name}.parquet" for name in (*SAVED, "intervals", "calls"))}  # all that is in a folder


def is_folder(path: str) -> bool:
    """Whether this names a folder of results, there or to be made."""
    return path.endswith(("/", os.sep)) or os.path.exists(os.path.join(path, RESULT))


def writable_folder(path: str) -> str:
    """The folder itself, if results can be written there; said before the work, not after it.

    Only what callsim wrote is replaced. Of a link to a folder the link stays.
    """
    target = os.path.realpath(path)
    if os.path.islink(target):
        raise cannot_write(path, say("files.loop"))
    if os.path.exists(target):
        if not os.path.isdir(target):
            raise cannot_write(path, say("files.is_file"))
        try:
            there = os.listdir(target)
        except OSError as error:
            raise cannot_write(path, (error.strerror or str(error)).lower()) from None
        others = sorted(set(there) - OURS)
        if there and (others or RESULT not in there):
            why = say("files.other_things_such", name=others[0]) if others else say("files.other_things")
            raise cannot_write(path, why)
    above = os.path.dirname(target)
    if not os.path.isdir(above):
        raise cannot_write(path, say("files.no_folder", folder=above))
    if not os.access(above, os.W_OK | os.X_OK):
        raise cannot_write(path, say("files.denied"))
    try:
        target.encode()
    except UnicodeEncodeError:
        raise cannot_write(ascii(path), say("files.not_unicode")) from None
    return path


@contextlib.contextmanager
def new_folder(path: str) -> Iterator[str]:
    """A folder to fill, put in the place of `path` if all went well; otherwise nothing is left of it.

    Whoever looks sees the old folder or the whole new one. A link to a folder goes on leading to it.
    """
    target = os.path.realpath(path)
    there = unfinished.begin(os.path.dirname(target))
    try:
        os.mkdir(there)
        yield there
        _put_in_place(there, target)
    except OSError as error:
        raise CallsimError(
            say("files.cannot_write", path=path, why=(error.strerror or str(error)).lower())
        ) from None
    finally:
        unfinished.discard(there)


def fill(there: str, result: Result, found: RunResult, calls: Iterable[Table] | None) -> None:
    """Write a result's tables and its JSON into a folder; `calls`: the pieces of that table."""
    from callsim.results.saved.parquet import write_table, write_tables
    from callsim.results.saved.tables import tables_of
    from callsim.results.schema import plain

    files = []
    for name, table in {"intervals": _intervals(plain(found.intervals)), **tables_of(result)}.items():
        files.append(f"{name}.parquet")
        write_table(os.path.join(there, files[-1]), table)
    if calls is not None:
        files.append("calls.parquet")
        with scratch(there) as folder:
            write_tables(os.path.join(there, files[-1]), calls, folder)
    written = [name for name in files if os.path.exists(os.path.join(there, name))]
    with open(os.path.join(there, RESULT), "wb") as file:
        file.write(sealed(found.to_dict(), there, written))


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
    """A folder of results, exactly as it was written. Raises UserError where it is not."""
    from callsim.results.saved.sound import understood, wrong_figures, wrong_intervals
    from callsim.results.saved.tables import Saved
    from callsim.results.schema import Wrong

    file = os.path.join(path, RESULT)
    if not os.path.lexists(file):
        raise UserError(say("files.no_results", path=path, file=RESULT))
    with _told(file):
        there, sums = unsealed(file)
        try:
            found = understood(there)
        except Wrong as wrong:
            raise Damaged(str(wrong)) from None
    tables = {}
    for name in SAVED:
        with _told(os.path.join(path, f"{name}.parquet")):
            tables[name] = _table(path, name, found, sums)
    saved = Saved(found, tables)
    with _told(file):
        _refuse(wrong_figures(saved))
        _refuse(wrong_intervals(found))
    return saved


def _table(path: str, name: str, found: RunResult, sums: Mapping[str, object]) -> Table:
    """One table of a folder. Raises Damaged and OSError."""
    from callsim.results.saved.parquet import columns_of, read_table
    from callsim.results.saved.sound import wrong_columns, wrong_rows

    file = os.path.join(path, f"{name}.parquet")
    if not is_as_written(file, sums, f"{name}.parquet"):
        wrong = None
        with contextlib.suppress(OSError):  # then it is no table at all
            wrong = wrong_columns(name, columns_of(file), found)
        raise Damaged(wrong or say("files.changed"))
    table = read_table(file, lambda columns: _refuse(wrong_columns(name, columns, found)))
    _refuse(wrong_rows(name, table, found))
    return table


def _refuse(wrong: str | None) -> None:
    if wrong is not None:
        raise Damaged(wrong)


@contextlib.contextmanager
def _told(file: str) -> Iterator[None]:
    try:
        yield
    except Damaged as error:
        raise _wrong(file, str(error)) from None
    except FileNotFoundError:
        raise _wrong(file, say("files.missing")) from None
    except OSError as error:
        raise _wrong(file, (error.strerror or str(error)).lower()) from None


def _wrong(file: str, wrong: str) -> UserError:
    return UserError(say("files.run_again", file=file, wrong=wrong))


def _intervals(rows: Sequence[Mapped]) -> Table:
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
