"""What was simulated, by its content: each part of a run is played once, and known from then on.

In memory the newest parts are kept. With a folder all of them are on disk, too, a file each: written beside
and then renamed, so that no stop leaves half of one; read back only where every byte is as it was written.
"""

from __future__ import annotations

import hashlib
import io
import os
import threading
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np

from callsim import unfinished
from callsim.errors import CallsimError, UserError
from callsim.files import read_from
from callsim.scenario import Scenario
from callsim.sentences import say

Arrays = Mapping[str, np.ndarray]
IN_MEMORY = 128 << 20  # bytes: some runs of 100,000 seats
IN_MEMORY_OF_BLOCKS = 16 << 20  # bytes: blocks that were played are not asked for again, but by another plan
LARGEST = 1 << 30  # bytes of a file
_MARK, _ENDING = "callsim-state.txt", ".part"
_HEAD = b"callsim part 1\n"
_HEADS = threading.Lock()


class Store:
    """Parts of runs by name; any number of threads may ask at once."""

    def __init__(self, folder: str | os.PathLike[str] | None = None, in_memory: int = IN_MEMORY):
        """`folder`: where parts are kept on disk; it is made. `in_memory`: bytes of parts kept there.

        Raises UserError where the folder cannot be written to, or holds anything else.
        """
        self.folder = None if folder is None else Path(folder)
        self.damaged = 0  # files that were not as they had been written, and were not used
        self.played, self.found = 0, 0  # parts that were added, and that were there
        self._most, self._bytes = in_memory, 0
        self._parts: OrderedDict[bytes, Arrays] = OrderedDict()
        self._at_work: set[bytes] = set()
        self._changed = threading.Condition()
        if self.folder is not None:
            _make(self.folder)

    def part(
        self, name: bytes, play: Callable[[], Arrays], like: Callable[[Arrays], bool], wait: bool = True
    ) -> Arrays | None:
        """Returns the part of this name: the one that is kept, or what `play` returns, which is then kept.

        `like` says whether what a file holds has the right shape. Where another thread plays that part just
        now, it is waited for, or with `wait` False None is returned.
        """
        with self._changed:
            while name in self._at_work:
                if not wait:
                    return None
                self._changed.wait()
            known = self._parts.get(name)
            if known is not None:
                self._parts.move_to_end(name)
                self.found += 1
                return known
            self._at_work.add(name)
        try:
            known = self._read(name, like)
            found = play() if known is None else known
            if known is None:
                self._write(name, found)
            with self._changed:
                self.played += known is None
                self.found += known is not None
                self._keep(name, found)
            return found
        finally:
            with self._changed:
                self._at_work.discard(name)
                self._changed.notify_all()

    def known(self, name: bytes, like: Callable[[Arrays], bool]) -> Arrays | None:
        """Returns the part of this name, or None where it is not kept. `like`: see `part`."""
        with self._changed:
            found = self._parts.get(name)
        if found is None:
            found = self._read(name, like)
        with self._changed:
            self.found += found is not None
        return found

    def keep(self, name: bytes, part: Arrays) -> None:
        """Keep what was played elsewhere. Raises CallsimError where it cannot be written."""
        self._write(name, part)
        with self._changed:
            self.played += 1
            self._keep(name, part)

    def _keep(self, name: bytes, part: Arrays) -> None:
        self._parts[name] = part
        self._bytes += _size(part)
        while self._bytes > self._most and len(self._parts) > 1:
            self._bytes -= _size(self._parts.popitem(last=False)[1])

    def _read(self, name: bytes, like: Callable[[Arrays], bool]) -> Arrays | None:
        if self.folder is None:
            return None
        try:
            with read_from(self._file(name)) as file:
                data = file.read(LARGEST)
        except OSError:
            return None
        part = _understood(name, data)
        if part is None or not like(part):
            with self._changed:
                self.damaged += 1
            return None
        return part

    def _write(self, name: bytes, part: Arrays) -> None:
        if self.folder is None:
            return
        target, body = self._file(name), packed(part)
        beginning = unfinished.path_in(str(self.folder))
        try:
            try:
                Path(beginning).write_bytes(_HEAD + _sum(name, body) + body)
                os.replace(beginning, target)
            finally:
                unfinished.discard(beginning)
        except OSError as error:
            why = error.strerror or str(error)
            raise CallsimError(say("files.cannot_write", path=target, why=why)) from None

    def _file(self, name: bytes) -> Path:
        assert self.folder is not None
        return self.folder / (name.hex() + _ENDING)


def kept_in(folder: str | os.PathLike[str], scenarios: Iterable[Scenario]) -> Store:
    """Returns the store of a folder for what these scenarios are played for. Raises the same as Store.

    The memory of a year in blocks does not grow with its weeks: little of what is on disk is kept there, too.
    """
    blocks = any(scenario.calendar.blocks for scenario in scenarios)
    return Store(folder, IN_MEMORY_OF_BLOCKS if blocks else IN_MEMORY)


def _make(folder: Path) -> None:
    mark = folder / _MARK
    try:
        if folder.exists() and not folder.is_dir():
            raise UserError(say("store.no_folder", path=folder))
        folder.mkdir(parents=True, exist_ok=True)
        if not mark.exists():
            others = any(folder.iterdir())
            if others and not mark.exists():  # another process may have begun just now
                raise UserError(say("store.not_ours", path=folder))
            mark.write_text(say("store.mark") + "\n")
        if not os.access(folder, os.W_OK):
            raise UserError(say("store.cannot_keep", path=folder, why=say("files.protected")))
        unfinished.sweep(str(folder))
    except OSError as error:
        why = error.strerror or str(error)
        raise UserError(say("store.cannot_keep", path=folder, why=why)) from None


def packed(part: Arrays) -> bytes:
    """The arrays as `np.load` reads them, packed at once rather than well: counts are mostly zeros."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for key, array in part.items():
            with archive.open(f"{key}.npy", "w") as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
    return file.getvalue()


def unpacked(body: bytes) -> Arrays:
    """The arrays that `packed` wrote. Raises ValueError for anything else."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return {name.removesuffix(".npy"): _array(archive, name) for name in archive.namelist()}
    except (ValueError, OSError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(str(error)) from None


def _array(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    """One array, as `np.load` reads it, but for its lock.

    Python 3.11 fails now and then where threads parse literals, as these heads are, at the same time ("AST
    constructor recursion depth mismatch", python/cpython#106905).
    """
    with archive.open(name) as member:
        with _HEADS:
            if np.lib.format.read_magic(member) != (1, 0):
                raise ValueError(name)
            shape, by_column, dtype = np.lib.format.read_array_header_1_0(member)
        if dtype.hasobject:
            raise ValueError(name)
        values = np.frombuffer(bytearray(member.read()), dtype)
    return values.reshape(shape, order="F" if by_column else "C")


def _sum(name: bytes, body: bytes) -> bytes:
    return hashlib.sha256(name + body).digest()


def _understood(name: bytes, data: bytes) -> Arrays | None:
    """The arrays of a file, or None where it is not as it was written."""
    head, body = data[: len(_HEAD) + 32], data[len(_HEAD) + 32 :]
    if head != _HEAD + _sum(name, body):
        return None
    try:
        return unpacked(body)
    except ValueError:
        return None


def _size(part: Arrays) -> int:
    return sum(array.nbytes for array in part.values())
