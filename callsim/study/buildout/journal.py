"""Days simulated before, by their content, in a file that outlives a stop: a study goes on where it was."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from callsim.errors import CallsimError, UserError
from callsim.files import add_to, read_from
from callsim.results.schema import Wrong, mapped, read
from callsim.scenario import Scenario
from callsim.sentences import say
from callsim.study.buildout.days import KeptDay
from callsim.study.options import RunOptions
from callsim.version import __version__

_OURS = "callsim keeps simulated days here"
_FIRST = json.dumps([_OURS, __version__]).encode()
LONGEST = 64 << 20  # bytes of a line: a day of some thousand queues
LARGEST = 2 << 30  # bytes of the file


def content(scenario: Scenario, options: RunOptions) -> str:
    """Names all that a result hangs on: equal names mean equal numbers."""
    told = f"{__version__}\n{options.seed}\n{options.runs}\n{options.engine}\n{scenario!r}"
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()


class Kept:
    """What is known of days, one line of the file each, after its checksum.

    A line that is not as it was written is forgotten. A file that has such lines is written anew when
    something is kept, and not before. Without a path it remembers for as long as it lives.
    """

    def __init__(self, path: str | Path | None = None):
        self.path = None if path is None else Path(path)
        self.damaged = 0  # lines that were forgotten
        self._known: dict[str, object] = {}
        self._lines: list[bytes] | None = None  # what is good of a damaged file, until it is written anew
        if self.path is not None:
            try:
                self._open(self.path)
            except OSError as error:
                why = error.strerror or str(error)
                raise UserError(say("journal.cannot_keep", path=self.path, why=why)) from None

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def __getitem__(self, name: str) -> object:
        return self._known[name]

    def __len__(self) -> int:
        return len(self._known)

    def day(self, name: str) -> KeptDay | None:
        """The day that is kept under a name; None where nothing is, or anything else."""
        found = self._known.get(name)
        if not isinstance(found, KeptDay):
            try:
                found = read(KeptDay, found)
            except Wrong:
                return None
            self._known[name] = found
        return found

    def keep_day(self, name: str, kept: KeptDay) -> KeptDay:
        """Remember a day, as `keep` does. Returns it as it is read again."""
        self.keep(name, mapped(kept))
        known = self.day(name)
        assert known is not None
        return known

    def keep(self, name: str, value: object) -> None:
        """Remember a value, on disk before this returns. What is kept is what JSON makes of it."""
        text = json.dumps([name, value], allow_nan=False).encode()
        self._known[name] = json.loads(text)[1]
        if self.path is not None:
            try:
                self._write(self.path, _signed(text))
            except OSError as error:
                raise CallsimError(f"cannot write {self.path}: {error.strerror or error}") from None

    def discard(self) -> None:
        """The study is done: nothing is to be gone on with."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def _open(self, path: Path) -> None:
        if not path.exists():
            self._begin(path)
            return
        with read_from(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size > LARGEST:
                raise UserError(say("journal.too_large", path=path, largest=LARGEST >> 30))
            good = self._read(file, path) if size else []
        if not os.access(path, os.W_OK):
            raise PermissionError(0, say("files.protected"))
        if not size:
            self._begin(path)
        elif self.damaged:
            self._lines = good

    def _begin(self, path: Path) -> None:
        with add_to(path) as file:
            file.write(_FIRST + b"\n")

    def _read(self, file: BinaryIO, path: Path) -> list[bytes]:
        """The good lines; what they hold is known from now on.

        Raises UserError where nothing tells that the file is ours.
        """
        first = file.readline(LONGEST)
        whole = first == _FIRST + b"\n"
        self.damaged = int(not whole)
        good = []
        for line in _lines(file) if whole else (first, *_lines(file)):
            told = _understood(line)
            if told is not None:
                good.append(line)
                self._known[told[0]] = told[1]
            elif line is not first:
                self.damaged += 1
        if not (whole or good or _FIRST.startswith(first) or _head(first) == [_OURS, __version__]):
            raise UserError(say("journal.not_ours", path=path, what=_what_is(first)))
        return good

    def _write(self, path: Path, line: bytes) -> None:
        if self._lines is None:
            with add_to(path) as file:
                _to_disk(file, line)
            return
        target = os.path.realpath(path)
        beginning = os.path.join(os.path.dirname(target), f".callsim-{secrets.token_hex(8)}")
        try:
            with open(beginning, "xb") as file:
                _to_disk(file, b"".join((_FIRST + b"\n", *self._lines, line)))
            with contextlib.suppress(OSError):
                os.chmod(beginning, stat.S_IMODE(os.stat(target).st_mode))
            os.replace(beginning, target)
        finally:
            with contextlib.suppress(OSError):
                os.unlink(beginning)
        self._lines = None


def _signed(text: bytes) -> bytes:
    """A line of the file."""
    return hashlib.sha256(text).hexdigest().encode() + b" " + text + b"\n"


def _understood(line: bytes) -> tuple[str, object] | None:
    """The name and the value of a line, or None where it is not as it was written."""
    _, _, text = line.partition(b" ")
    if line != _signed(text.removesuffix(b"\n")):
        return None
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, list) or len(told) != 2 or not isinstance(told[0], str):
        return None
    return told[0], told[1]


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Line by line; of one that is longer than any of ours only pieces."""
    while line := file.readline(LONGEST):
        yield line


def _what_is(first: bytes) -> str:
    """What a file is that is not ours, by its first line."""
    match _head(first):
        case [one, str(version)] if one == _OURS and version.isprintable():
            return say("journal.other_version", theirs=version, ours=__version__)
    return say("journal.no_journal", version=__version__)


def _head(first: bytes) -> object:
    """What a first line says, whatever that is."""
    try:
        return json.loads(first[:200])
    except (ValueError, RecursionError):
        return None


def _to_disk(file: BinaryIO, data: bytes) -> None:
    file.write(data)
    file.flush()
    os.fsync(file.fileno())
