"""Files and folders that are being written, under names of their own: none is left, whatever ends callsim.

A name says which process of which machine writes it. Where a process was killed so that it could not tidy
up, the next one that writes in the same folder does.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import re
import secrets
import shutil
from pathlib import Path

from callsim import interrupt

_NAME = re.compile(r"\.callsim-([0-9a-f]{8})-(\d{1,10})-[0-9a-f]{16}(-old)?")
_unfinished: set[str] = set()


def begin(folder: str) -> str:
    """A path in a folder that nothing has yet, for what is to be put in its place later.

    What dead processes have left there is removed.
    """
    sweep(folder)
    return path_in(folder)


def path_in(folder: str) -> str:
    """What `begin` returns, and nothing is removed: for a folder of very many files."""
    path = os.path.join(folder, f".callsim-{_machine()}-{os.getpid()}-{secrets.token_hex(8)}")
    note(path)
    return path


def note(path: str) -> None:
    """Remember a path that must go if callsim is ended."""
    _unfinished.add(path)


def discard(path: str) -> None:
    """Remove a file or folder, if it is still there, and forget it."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            os.unlink(path)
    _unfinished.discard(path)


def _discard_all() -> None:
    for path in tuple(_unfinished):
        discard(path)


interrupt.before_exit(_discard_all)


def sweep(folder: str) -> None:
    """Remove what dead processes have left in a folder."""
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder or "."):
            found = _NAME.fullmatch(entry.name)
            if found and found[1] == _machine() and not _lives(int(found[2])) and _is_mine(entry):
                discard(entry.path)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _is_mine(entry: os.DirEntry[str]) -> bool:
    return not hasattr(os, "getuid") or entry.stat(follow_symlinks=False).st_uid == os.getuid()


@functools.cache
def _machine() -> str:
    """Names this machine since it was started, and this container: process numbers mean nothing elsewhere."""
    known = [os.uname().nodename if hasattr(os, "uname") else ""]
    for file in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        with contextlib.suppress(OSError):
            known.append(os.readlink(file) if file.endswith("pid") else Path(file).read_text())
    return hashlib.sha256("\n".join(known).encode()).hexdigest()[:8]
