"""Ctrl-C ends callsim within a second, also while compiled code runs that never asks for signals."""

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

EXIT_CODE = 130
_GRACE_S = 0.7  # for the ordinary way out, through KeyboardInterrupt

_last_acts: list[Callable[[], None]] = []


def before_exit(act: Callable[[], None]) -> None:
    """Have `act` done when the process must be ended from outside; it shall be quick and may come twice."""
    _last_acts.append(act)


def watch() -> None:
    """Let the first Ctrl-C raise KeyboardInterrupt, and end the process if that leads nowhere."""
    if signal.getsignal(signal.SIGINT) != signal.default_int_handler:
        return  # started in the background, where Ctrl-C is meant for others
    heard, told = socket.socketpair()
    told.setblocking(False)
    # Python runs its own handlers only between two bytecodes of the main thread; this socket is written
    # by the operating system's signal handler itself, at once.
    signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGINT, _first)
    threading.Thread(target=_end, args=(heard, told), name="ctrl-c", daemon=True).start()


def ignore() -> None:
    """From here on Ctrl-C comes too late: the work is done."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def leave() -> NoReturn:
    """End the interrupted process, here and now.

    Not by sys.exit: where KeyboardInterrupt has passed through an exec() of text (dataclasses and numba
    do that), `python -m` would still end by the signal instead of the exit code.
    """
    for act in _last_acts:
        act()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(EXIT_CODE)


def _first(number: int, frame: FrameType | None) -> None:
    ignore()  # a second Ctrl-C shall not disturb the tidying up
    raise KeyboardInterrupt


def _end(heard: socket.socket, told: socket.socket) -> None:
    """Wait for Ctrl-C; `told` comes along only so that it stays open."""
    while signal.SIGINT not in heard.recv(1):
        pass
    time.sleep(_GRACE_S)
    for act in _last_acts:
        act()
    # No flush from here: the main thread may hold the streams for ever.
    os.write(2, b"\ninterrupted\n")
    os._exit(EXIT_CODE)
