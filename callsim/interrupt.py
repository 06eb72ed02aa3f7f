"""Ctrl-C and other signals end callsim within a second, also while compiled code runs that asks for none."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

# Ctrl-C, kill, a terminal that is closed, Ctrl-\.
SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name)
]
_GRACE_S = 0.7  # for the ordinary way out, through KeyboardInterrupt

_last_acts: list[Callable[[], None]] = []
_heard = [int(signal.SIGINT)]  # the signal that ends the process


def before_exit(act: Callable[[], None]) -> None:
    """Have `act` done when the process must be ended from outside; it shall be quick and may come twice."""
    _last_acts.append(act)


def exit_code() -> int:
    """Returns the exit code of an interrupted process: 128 + the signal's number, 130 for Ctrl-C."""
    return 128 + _heard[0]


def watch() -> None:
    """Let the first signal raise KeyboardInterrupt, and end the process if that leads nowhere.

    A signal that the parent has switched off (in the background, under nohup) stays so.
    """
    wanted = [one for one in SIGNALS if signal.getsignal(one) in (signal.default_int_handler, signal.SIG_DFL)]
    if not wanted:
        return
    heard, told = socket.socketpair()
    told.setblocking(False)
    # Python runs its own handlers only between two bytecodes of the main thread; this socket is written
    # by the operating system's signal handler itself, at once.
    signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    for one in wanted:
        signal.signal(one, _first)
    threading.Thread(target=_end, args=(heard, told), name="signals", daemon=True).start()


def ignore() -> None:
    """From here on signals come too late: the work is done, or being tidied up."""
    for one in SIGNALS:
        if signal.getsignal(one) is _first:
            signal.signal(one, signal.SIG_IGN)


def leave(code: int | None = None) -> NoReturn:
    """End the process, here and now; without a `code` as interrupted.

    Not by sys.exit: where KeyboardInterrupt has passed through an exec() of text (dataclasses and numba
    do that), `python -m` would still end by the signal instead of the exit code.
    """
    for act in _last_acts:
        act()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(exit_code() if code is None else code)


def _first(number: int, frame: FrameType | None) -> None:
    _heard[0] = number
    ignore()  # a second signal shall not disturb the tidying up
    raise KeyboardInterrupt


def _end(heard: socket.socket, told: socket.socket) -> None:
    """Wait for a signal; `told` comes along only so that it stays open."""
    known = set(map(int, SIGNALS))
    while not (numbers := known & set(heard.recv(1))):
        pass
    _heard[0] = numbers.pop()
    time.sleep(_GRACE_S)
    for act in _last_acts:
        act()
    # No flush from here: the main thread may hold the streams for ever.
    with contextlib.suppress(OSError):
        os.write(2, b"\ninterrupted\n")
    os._exit(exit_code())
