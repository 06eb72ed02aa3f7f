"""Tables to and from Parquet files; the one door for DuckDB."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
import numpy as np

Table = Mapping[str, np.ndarray]  # column -> one value per row; NaN and None are null


def write_table(path: str, table: Table) -> None:
    """One table as one file."""
    with _connected() as there:
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
        with _connected(folder) as there:
            _copy(there, f"(FROM read_parquet({_list(files)}) ORDER BY ALL)", path)


def read_table(path: str) -> dict[str, np.ndarray]:
    """A table whose numbers are NaN, and whose texts None, where they are null."""
    with _connected() as there:
        columns = there.execute(f"FROM read_parquet({_list([path])})").fetchnumpy()
    return {name: _filled(column) for name, column in columns.items()}


def _filled(column: Any) -> np.ndarray:
    if not isinstance(column, np.ma.MaskedArray):
        return np.asarray(column)
    filled = np.array(column.data)
    filled[column.mask] = np.nan if column.dtype.kind == "f" else None
    return filled


def _connected(folder: str | None = None) -> duckdb.DuckDBPyConnection:
    """A database in memory, in one thread, so that a table is always the same file."""
    there = duckdb.connect(config={"threads": 1})
    if folder is not None:
        there.execute(f"SET temp_directory = {_text(folder)}")
    return there


def _copy(there: duckdb.DuckDBPyConnection, source: str, path: str) -> None:
    there.execute(f"COPY {source} TO {_text(path)} (FORMAT parquet, COMPRESSION zstd)")


def _list(paths: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, paths))}]"


def _text(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
