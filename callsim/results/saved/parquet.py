"""Tables to and from Parquet files."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np

from callsim.database import Database, connected, literal, name_of, text, trouble

Table = Mapping[str, np.ndarray]  # column -> one value per row; NaN and None are null


def write_table(path: str, table: Table) -> None:
    """One table as one file."""
    with trouble(), connected() as there:
        there.register("given", dict(table))
        _copy(there, "given", path)


def write_tables(path: str, pieces: Iterable[Table], folder: str) -> None:
    """A table that may be larger than memory, given piece by piece; its rows in ascending order.

    `folder` is for files that are needed until it is written.
    """
    files = []
    for number, piece in enumerate(pieces):
        files.append(os.path.join(folder, f"piece-{number}.parquet"))
        write_table(files[-1], piece)
    if files:
        with trouble(), connected(folder) as there, _reached(folder) as name:
            names = (f"{name}/{os.path.basename(file)}" for file in files)
            _copy(there, f"(FROM {_files(names)} ORDER BY ALL)", path)


def columns_of(path: str) -> dict[str, str]:
    """The columns of a table, each with its type in the words of DuckDB. Raises OSError where it has none."""
    with _reading(path) as (there, source):
        return _columns(there, source)


def read_table(path: str, look: Callable[[dict[str, str]], None] | None = None) -> dict[str, np.ndarray]:
    """A table whose numbers are NaN, and whose texts None, where they are null.

    Whole numbers of which some are null come as float64. `look` sees the columns, as of `columns_of`, before
    they are read, and may raise. Raises OSError where the table cannot be read.
    """
    with _reading(path) as (there, source):
        if look is not None:
            look(_columns(there, source))
        columns = there.execute(f"FROM {source}").fetchnumpy()
    return {name: _filled(column) for name, column in columns.items()}


def _columns(there: Database, source: str) -> dict[str, str]:
    return {name: kind for name, kind, *_ in there.execute(f"DESCRIBE FROM {source}").fetchall()}


def _filled(column: object) -> np.ndarray:
    if not isinstance(column, np.ma.MaskedArray):
        return np.asarray(column)
    as_number = column.dtype.kind in "iu" and column.mask.any()
    filled = np.array(column.data, np.float64 if as_number else None)
    filled[column.mask] = np.nan if filled.dtype.kind == "f" else None
    return filled


@contextlib.contextmanager
def _reading(path: str) -> Iterator[tuple[Database, str]]:
    """A database, and what to read the table from. Raises OSError."""
    with name_of(path) as name, trouble(), connected() as there:
        yield there, _files([name])


def _copy(there: Database, source: str, path: str) -> None:
    there.execute(f"COPY {source} TO {text(os.path.abspath(path))} (FORMAT parquet, COMPRESSION zstd)")


@contextlib.contextmanager
def _reached(folder: str) -> Iterator[str]:
    """A name of a folder in which nothing is a pattern; where the system has none, a pattern for it."""
    if not hasattr(os, "O_DIRECTORY"):
        yield literal(folder)
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        name = f"/dev/fd/{descriptor}"
        yield name if os.path.isdir(f"{name}/") else literal(folder)
    finally:
        os.close(descriptor)


def _files(patterns: Iterable[str]) -> str:
    # Without hive_partitioning a folder such as year=2026 would be a column.
    return f"read_parquet([{', '.join(map(text, patterns))}], hive_partitioning = false)"
