"""Files that somebody names: opened only if they are files, so that no pipe or device is waited for."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence
from typing import BinaryIO

from callsim.sentences import say

_PLAIN = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


Files = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
"""The path of a file, or of several."""


def names_of(given: Files) -> list[str]:
    """Returns the names of files, of which one or several were given."""
    several = [given] if isinstance(given, str | os.PathLike) else given
    return [os.fspath(path) for path in several]


def read_from(path: str | os.PathLike[str]) -> BinaryIO:
    """A file to read bytes from; links are followed. Raises OSError where it is no file."""
    # Asked before, because opening alone can do something to a device, and again of what was opened.
    if os.path.exists(path):
        _refuse_others(os.stat(path).st_mode)
    descriptor = os.open(path, os.O_RDONLY | _PLAIN)
    try:
        _refuse_others(os.fstat(descriptor).st_mode)
    except OSError:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")


def _refuse_others(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, say("files.a_folder"))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, say("files.a_pipe"))
