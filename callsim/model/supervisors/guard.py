"""Nothing that a supervisor does ends callsim without a word, or keeps it for ever: its place is told."""

from __future__ import annotations

import contextlib
import ctypes
import dis
import inspect
import os
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from callsim import interrupt
from callsim.errors import CallsimError
from callsim.sentences import say

LONGEST_S = 30  # that a supervisor computes in one scene; the time of callsim's own work is not counted
MOST_WORDS, MOST_STEPS = 500, 8  # of an error that are shown
_PACKAGE = str(Path(__file__).parents[2])
_OWN = tuple(str(Path(__file__).with_name(f"{name}.py")) for name in ("guard", "stories"))


class Endless(BaseException):
    """Raised in a supervisor that computes and computes."""


def _instead(raised: BaseException) -> str:
    """Returns what to write instead of what raises one of _NEVER."""
    if isinstance(raised, SystemExit):
        return say("supervisors.exit")
    if isinstance(raised, EOFError):
        return say("supervisors.input")
    if isinstance(raised, GeneratorExit):
        return say("supervisors.generator_exit")
    return (
        say("supervisors.interrupt") if isinstance(raised, KeyboardInterrupt) else say("supervisors.endless")
    )


class _Scene:
    """A stretch of a supervisor's own code, from one wait to the next."""

    def __init__(self) -> None:
        self.process, self.seconds = os.getpid(), 0


_NEVER = (SystemExit, EOFError, GeneratorExit, KeyboardInterrupt, Endless)  # has a supervisor to raise
_scenes: dict[int, _Scene] = {}  # of each thread in which a supervisor's code runs
_real_exit, _real_hook, _real_thread_hook = os._exit, sys.unraisablehook, threading.excepthook
_said: set[str] = set()
_first = threading.Lock()  # the thread that begins to watch takes it and keeps it


@contextmanager
def guarded() -> Iterator[None]:
    """Nothing that a supervisor raises inside ends callsim without a word: it is a failure at its place.

    `sys.exit` and `os._exit` would, a question to the user and KeyboardInterrupt would pass for Ctrl-C, and
    GeneratorExit for the end of a story. A KeyboardInterrupt that a signal raised goes on.
    """
    if _first.acquire(blocking=False):
        _begin()
    thread = threading.get_ident()
    outer, _scenes[thread] = _scenes.get(thread), _Scene()
    try:
        yield
    except _NEVER as error:
        if isinstance(error, KeyboardInterrupt) and not _is_own(error):
            raise
        at = _own(error)[-1]
        place = say("supervisors.place", file=at.filename, line=at.lineno, name=at.name)
        raise CallsimError(f"{place}: {_instead(error)}") from None
    finally:
        if outer is None:
            del _scenes[thread]
        else:
            _scenes[thread] = outer


def failure(error: BaseException) -> str:
    """Returns an error of a supervisor in words: its last lines of code, the error and its text."""
    try:
        says = str(error)
    except Exception:  # a supervisor's own errors may fail at that, too
        says = ""
    says = says if len(says) <= MOST_WORDS else f"{says[:MOST_WORDS]} …"
    steps = "".join(traceback.format_list(_own(error)[-MOST_STEPS:]))
    notes = "".join(f"\n{note}" for note in getattr(error, "__notes__", ()))
    return f"{steps}{type(error).__name__}{': ' * bool(says)}{says}{notes}"


def _own(error: BaseException) -> list[traceback.FrameSummary]:
    """The steps of the supervisor's own code; it is called from this file or from stories.py."""
    stack: list[traceback.FrameSummary] = []
    for one in filter(None, (error, error.__cause__)):  # a StopIteration is the cause of Python's own error
        stack = list(traceback.extract_tb(one.__traceback__))
        first = next((k for k, step in enumerate(stack) if step.filename in _OWN), -1)
        if own := [step for step in stack[first + 1 :] if not step.filename.startswith((_PACKAGE, "<"))]:
            return own
    return stack


def _begin() -> None:
    os._exit = _exit
    sys.unraisablehook, threading.excepthook = _tell_end, _tell_thread
    threading.Thread(target=_watch, name="supervisors", daemon=True).start()


def _exit(status: int) -> Any:
    """`os._exit`, which in a supervisor is `sys.exit`; a process that it has forked may end so."""
    scene = _scenes.get(threading.get_ident())
    if scene is not None and scene.process == os.getpid():
        raise SystemExit(status)
    _real_exit(status)


def _watch() -> None:
    """Look every second where the supervisors are, and end those that never wait."""
    while True:
        time.sleep(1)
        frames = sys._current_frames()
        for thread, scene in list(_scenes.items()):
            if thread in frames and not _callsim_works(frames[thread]):
                scene.seconds += 1
            if scene.seconds >= LONGEST_S and _scenes.get(thread) is scene:
                scene.seconds = 0  # who catches it is asked again
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(Endless))


def _callsim_works(frame: FrameType | None) -> bool:
    """Whether the supervisor has asked the floor for something that is being played, or compiled, for it."""
    while frame is not None and frame.f_code.co_filename not in _OWN:
        if frame.f_code.co_filename.startswith(_PACKAGE):
            return True
        frame = frame.f_back
    return False


def _tell_end(raised: Any) -> None:
    """Tell once of an error that a supervisor raises after the day's end: it changes nothing."""
    story, trace = raised.object, traceback.extract_tb(raised.exc_traceback)
    if not inspect.isgenerator(story) or story.gi_code.co_filename.startswith(_PACKAGE):
        _real_hook(raised)
        return
    lines = [one.lineno for one in trace if one.filename == story.gi_code.co_filename]
    stands = story.gi_frame.f_lineno if story.gi_frame is not None else story.gi_code.co_firstlineno
    line = lines[-1] if lines else stands
    code = story.gi_code
    place = say("supervisors.place", file=code.co_filename, line=line, name=code.co_name)
    _say(say("supervisors.when_over", place=place, error=raised.exc_type.__name__, text=raised.exc_value))


def _tell_thread(raised: Any) -> None:
    """Tell of an error in a thread that a supervisor has started: it changes nothing, either."""
    if any(one.filename.startswith(_PACKAGE) for one in traceback.extract_tb(raised.exc_traceback)):
        _real_thread_hook(raised)
    else:
        _say(say("supervisors.thread", error=failure(raised.exc_value)))


def _say(text: str) -> None:
    """A warning, once."""
    if text not in _said:
        _said.add(text)
        with contextlib.suppress(OSError, ValueError, AttributeError):
            sys.stderr.write(say("supervisors.warning", text=text) + "\n")


def _is_own(error: KeyboardInterrupt) -> bool:
    """Whether a `raise` of the supervisor's made it: Ctrl-C's comes from a handler, between any two steps."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or trace.tb_frame.f_code.co_filename == interrupt.__file__:
        return False
    return dis.opname[trace.tb_frame.f_code.co_code[trace.tb_lasti]] == "RAISE_VARARGS"
