"""Where a result goes: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator

from callsim import unfinished
from callsim.errors import CallsimError, UserError
from callsim.report.kit.terminal import written_in
from callsim.sentences import say


def writable(path: str, *, not_over: str | None = None) -> str:
    """The path itself, if a file can be written there; said before the work, not after it.

    `not_over` names the file that is being read, which a result must not replace.
    """
    try:
        if not path:
            raise UserError(say("files.no_name"))
        if os.path.isdir(path) or path.endswith(os.sep):
            raise cannot_write(path, say("files.is_folder"))
        if os.path.exists(path):
            if not_over is not None and os.path.exists(not_over) and os.path.samefile(path, not_over):
                raise cannot_write(path, say("files.is_scenario"))
            if not os.access(path, os.W_OK):
                raise cannot_write(path, say("files.protected"))
        if _is_plain(path):
            with _written(os.path.realpath(path), ()):
                pass
    except OSError as error:
        raise cannot_write(path, _reason(error)) from None
    return path


def cannot_write(path: str, why: str) -> UserError:
    """A mistake to be raised: a file or folder that cannot be written, and why."""
    return UserError(say("files.cannot_write", path=path, why=why))


def write(path: str, content: str | bytes) -> None:
    """Write a file in one go: whoever looks sees the old one or the whole new one."""
    write_parts(path, (content,))


def write_parts(path: str, parts: Iterable[str | bytes]) -> None:
    """Write a file as `write` does, its content part by part, so that a long one needs little memory."""
    with _trouble(path):
        if not _is_plain(path):  # a pipe or a device cannot be replaced by a file
            with open(path, "wb") as there:
                there.writelines(map(_bytes, parts))
            return
        target = os.path.realpath(path)
        with _written(target, parts) as beginning:
            if os.path.exists(target):
                os.chmod(beginning, stat.S_IMODE(os.stat(target).st_mode))
            os.replace(beginning, target)


def create(path: str, content: str) -> None:
    """Write a file that is not there yet, in one go."""
    there = UserError(say("files.is_there", path=path))
    if os.path.lexists(path):
        raise there
    writable(path)
    with _trouble(path), _written(os.path.abspath(path), (content,)) as beginning:
        try:
            os.link(beginning, path)
        except FileExistsError:
            raise there from None
        except OSError:  # a file system without links: nothing better is left
            os.rename(beginning, path)


def show(content: str, *, data: bool = False) -> None:
    """Write to standard output; data is UTF-8 wherever it goes, text is as the terminal wants it.

    A reader that has seen enough (`head`) changes nothing. Raises a CallsimError where the disk is full.
    """
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
        if data and hasattr(sys.stdout, "buffer"):
            sys.stdout.buffer.write(_bytes(content))
        else:
            sys.stdout.write(written_in(content, sys.stdout.encoding))
        sys.stdout.flush()
    except OSError as error:
        # What is still in the buffer must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return
        raise CallsimError(say("files.cannot_write_result", why=_reason(error))) from None


@contextlib.contextmanager
def _written(target: str, parts: Iterable[str | bytes]) -> Iterator[str]:
    """A whole file in the folder of the target, under a name of its own; gone afterwards in any case."""
    beginning = unfinished.begin(os.path.dirname(target))
    try:
        with open(beginning, "xb") as file:
            file.writelines(map(_bytes, parts))
            file.flush()
            os.fsync(file.fileno())
        yield beginning
    finally:
        unfinished.discard(beginning)


@contextlib.contextmanager
def _trouble(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CallsimError(say("files.cannot_write", path=path, why=_reason(error))) from None


def _is_plain(path: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except FileNotFoundError:
        return True


def _bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return say("files.no_such_folder")
    return (error.strerror or str(error)).lower()
