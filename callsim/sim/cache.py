"""Where compiled code is kept between runs, and which of it is read again.

Numba keeps compiled code as pickles, and a pickle that is read can run any code. So a folder is read only if
nobody but the user (or root) can have written in it, and a file only if its checksum shows that callsim wrote
it. Damaged and missing files are compiled again; where no folder can be kept, code is compiled for this run
alone.
"""

# mypy: disable-error-code="no-untyped-call,misc"
from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import pickle
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import CompileResultCacheImpl, FunctionCache, IndexDataCacheFile

LARGEST_BYTES = 64_000_000  # of a file; the largest has less than one
DIGEST_BYTES = 32


def folder(name: str) -> Path | None:
    """A folder of this name that only the user can write in; None where there can be none.

    Looked for in CALLSIM_CACHE, XDG_CACHE_HOME or the home folder, then among temporary files. It may be
    read-only, if it is trusted and there.
    """
    for home in _homes():
        there = home / "callsim" / name
        _make(there)
        if is_trusted(there):
            return there
    try:
        return _passing()
    except OSError:
        return None


def is_trusted(there: Path) -> bool:
    """Whether nobody but the user and root can have put anything into a folder, or put it into its place."""
    if not hasattr(os, "getuid"):
        return there.is_dir()
    try:
        real = there.resolve(strict=True)
        return real.is_dir() and all(_is_ours(real, part) for part in (real, *real.parents))
    except (OSError, RuntimeError):
        return False


def _is_ours(leaf: Path, part: Path) -> bool:
    found = part.lstat()
    # In a folder for all, such as /tmp, the sticky bit keeps others from renaming what is not theirs.
    sticky = part != leaf and bool(found.st_mode & stat.S_ISVTX)
    return _is_safe(found) or (sticky and found.st_uid in (os.getuid(), 0))


def _others_may_write(found: os.stat_result) -> bool:
    by_group = bool(found.st_mode & stat.S_IWGRP) and not _is_private(found.st_gid)
    return by_group or bool(found.st_mode & stat.S_IWOTH)


def _is_private(group: int) -> bool:
    """Whether a group is the user's own, as many systems make one for each user."""
    import grp
    import pwd

    try:
        me, members = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(group)
    except KeyError:
        return False
    return members.gr_name == me and set(members.gr_mem) <= {me}


def _homes() -> Iterator[Path]:
    chosen = os.environ.get("CALLSIM_CACHE") or os.environ.get("XDG_CACHE_HOME")
    if chosen:
        yield Path(chosen).absolute()
    else:
        with contextlib.suppress(RuntimeError):  # neither HOME nor an entry of the user's
            yield Path.home() / ".cache"
    with contextlib.suppress(OSError):
        yield Path(tempfile.gettempdir(), f"callsim-{os.getuid() if hasattr(os, 'getuid') else 0}")


def _make(there: Path) -> None:
    with contextlib.suppress(OSError):
        there.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in (there.parent, there):
            part.mkdir(mode=0o700, exist_ok=True)


def _passing() -> Path:
    """A private folder that goes with this process."""
    there = Path(tempfile.mkdtemp(prefix="callsim-"))
    atexit.register(shutil.rmtree, there, ignore_errors=True)
    return there


def keep(dispatcher: Any, function: Callable[..., Any], there: Path, stamp: str, version: str = "") -> None:
    """Makes numba keep the compiled code of a function in a folder.

    `stamp` is a digest of all sources: code of other sources is not read. `version` tells apart the variants
    that are compiled of one function.
    """
    kind = type("Kept", (CompileResultCacheImpl,), {"_locator_classes": [_locator(there, stamp)]})
    cache_of: Any = type("Cache", (FunctionCache,), {"_impl_class": kind})
    cache = cache_of(function)
    cache._cache_file = Checked(str(there), cache._impl.filename_base + version, stamp)
    dispatcher._cache = cache


def _locator(there: Path, stamp: str) -> Any:
    """Returns the object that numba asks for the place of a function's files, writable or not."""

    class Locator:
        def __init__(self, function: Any, _file: str):
            self.line = function.__code__.co_firstlineno

        def ensure_cache_path(self) -> None: ...

        def get_cache_path(self) -> str:
            return str(there)

        def get_source_stamp(self) -> str:
            return stamp

        def get_disambiguator(self) -> str:
            return str(self.line)

        @classmethod
        def from_function(cls, function: Any, file: str) -> Any:
            return cls(function, file)

    return Locator


class Checked(IndexDataCacheFile):
    """Numba's files of one function; each begins with the checksum of the rest.

    Only files whose checksum is right are unpickled. A file that cannot be written is left out.
    """

    def save(self, key: Any, data: Any) -> None:
        """Writes an entry; nothing happens if it cannot be written."""
        with contextlib.suppress(OSError):
            super().save(key, data)

    def load(self, key: Any) -> Any:
        """Returns an entry, or None if it is missing or damaged."""
        name = self._load_index().get(key)
        return None if name is None else self._checked(self._data_path(name))

    def flush(self) -> None:
        """Deletes all entries; nothing happens if they cannot be deleted."""
        with contextlib.suppress(OSError):
            super().flush()

    def _load_index(self) -> dict[Any, str]:
        found = self._checked(self._index_path)
        known = (numba.__version__, self._source_stamp)
        return found[1] if isinstance(found, tuple) and found[0] == known else {}

    def _save_index(self, overloads: dict[Any, str]) -> None:
        self._write(self._index_path, ((numba.__version__, self._source_stamp), overloads))

    def _save_data(self, name: str, data: Any) -> None:
        self._write(self._data_path(name), data)

    def _write(self, path: str, value: Any) -> None:
        data = self._dump(value)
        with self._open_for_write(path) as file:
            file.write(hashlib.sha256(data).digest() + data)

    def _checked(self, path: str) -> Any:
        """Returns the value in a file; None if the file is damaged, missing or another user's."""
        data = _read(path)
        if hashlib.sha256(data[DIGEST_BYTES:]).digest() != data[:DIGEST_BYTES]:
            return None
        try:
            return pickle.loads(data[DIGEST_BYTES:])
        except Exception:  # another version of a library may have written it: compiled anew
            return None


def _read(path: str) -> bytes:
    """Returns a file's bytes; none if it is not the user's or root's own, or larger than LARGEST_BYTES."""
    flags = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
    try:
        handle = os.open(path, flags)
    except OSError:
        return b""
    try:
        found = os.fstat(handle)
        plain = stat.S_ISREG(found.st_mode) and found.st_size <= LARGEST_BYTES
        if not plain or (hasattr(os, "getuid") and not _is_safe(found)):
            return b""
        with open(handle, "rb", closefd=False) as file:
            return file.read(LARGEST_BYTES)
    except OSError:
        return b""
    finally:
        os.close(handle)


def _is_safe(found: os.stat_result) -> bool:
    return found.st_uid in (os.getuid(), 0) and not _others_may_write(found)
