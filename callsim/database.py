"""The one door for DuckDB: databases that last as long as a `with`, and names that are names.

DuckDB takes a path for a pattern. Here every name is just a name, whatever it is made of.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Iterator
from typing import TypeAlias

import duckdb

from callsim.files import read_from
from callsim.sentences import say

_LINE = re.compile(r"Line: (\d+)")
Database: TypeAlias = duckdb.DuckDBPyConnection


class Unreadable(OSError):
    """What DuckDB could not do, in words of our own."""

    line: int | None = None
    """The line of the file that it names, where it names one."""


@contextlib.contextmanager
def trouble() -> Iterator[None]:
    """Turns errors of DuckDB into Unreadable: its words are for programmers, and are not passed on."""
    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError):
        raise Unreadable(errno.ENOMEM, say("files.no_memory")) from None
    except (duckdb.Error, UnicodeError) as error:
        found = Unreadable(errno.EIO, say("files.damaged"))
        line = _LINE.search(str(error))
        found.line = int(line[1]) if line else None
        raise found from None


def connected(folder: str | None = None, file: str = ":memory:", threads: int = 1) -> Database:
    """A database, in memory unless a file is named; in one thread a table is always the same file.

    `folder`: for what does not fit into memory.
    """
    there = duckdb.connect(file, config={"threads": threads})
    there.execute("SET enable_progress_bar = false")  # it would stand in standard output
    if folder is not None:
        there.execute(f"SET temp_directory = {text(folder)}")
    return there


@contextlib.contextmanager
def name_of(path: str) -> Iterator[str]:
    """A name of a file under which DuckDB finds it and nothing else. Raises OSError where it is no file."""
    with read_from(path) as file:
        open_there = f"/dev/fd/{file.fileno()}"  # a name of the file without its name
        yield open_there if os.path.exists(open_there) else literal(path)


def literal(path: str) -> str:
    """The pattern that only this path matches."""
    return re.sub(r"([*?\[])", r"[\1]", os.path.abspath(path))


def text(word: str) -> str:
    """A text as SQL writes it."""
    return "'" + word.replace("'", "''") + "'"
