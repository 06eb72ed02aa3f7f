"""The command `callsim`, also `python -m callsim`."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

from callsim import interrupt


def main() -> None:
    """Run the command line and leave with its exit code."""
    _open_streams()
    interrupt.watch()
    try:
        from callsim import cli

        code = cli.main()
        interrupt.ignore()
    except KeyboardInterrupt:  # between the commands, where nobody else could catch it
        with contextlib.suppress(OSError):
            sys.stderr.write("\ninterrupted\n")
        code = interrupt.exit_code()
    if code == interrupt.exit_code():
        interrupt.leave()
    _let_go()
    others = set(threading.enumerate()) - {threading.current_thread()}
    if any(not one.daemon for one in others):  # a supervisor has left it running, perhaps for ever
        interrupt.leave(code)
    sys.exit(code)


def _open_streams() -> None:
    """Streams that the shell has closed lead nowhere, or the next file opened would take their place."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115  as long as callsim
            setattr(sys, name, stream)


def _let_go() -> None:
    """What could not be written was said where it was; Python shall not fail on it again at the end."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


if __name__ == "__main__":
    main()
