"""Answers that come line by line, each a JSON object, until the question is answered or nobody listens."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import AsyncIterator
from queue import SimpleQueue

from anyio import to_thread

from callsim.errors import CallsimError, Interrupted, ScenarioError
from callsim.report.what_if import told
from callsim.report.what_if.told import Told
from callsim.study.what_if.people import Changes
from callsim.study.what_if.seen import Seen
from callsim.study.what_if.what_if import WhatIf


async def looks(desk: WhatIf, changes: Changes, runs: int, tab: str, begun: float) -> AsyncIterator[str]:
    """A line for each look. `begun`: when it was asked for, s of `time.perf_counter`."""
    stop = threading.Event()
    seen_so_far = desk.look(changes, runs=runs, stop=stop, asker=tab)

    def following() -> Told | None:
        try:
            seen: Seen | None = next(seen_so_far, None)
        except Interrupted:
            return None
        except CallsimError as error:
            return {"mistake": why(error)}
        return None if seen is None else told.look(seen, 1000 * (time.perf_counter() - begun))

    try:
        while (line := await to_thread.run_sync(following, abandon_on_cancel=True)) is not None:
            yield _line(line)
            if "mistake" in line:
                return
    finally:
        stop.set()


async def people(desk: WhatIf, changes: Changes, queue: str, share: float, tab: str) -> AsyncIterator[str]:
    """Lines that say how far the search for people is, and last what it found."""
    stop, said = threading.Event(), SimpleQueue[Told | None]()

    def tell(done: float, _number: int, _of: int) -> None:
        said.put({"done": round(done, 3)})

    def search() -> None:
        try:
            found = desk.more(queue, share, changes, stop=stop, asker=f"more {tab}", on_progress=tell)
            said.put({"more": told.more(found)})
        except Interrupted:
            pass
        except CallsimError as error:
            said.put({"mistake": why(error)})
        finally:
            said.put(None)

    threading.Thread(target=search, name="more", daemon=True).start()
    try:
        while (line := await to_thread.run_sync(said.get, abandon_on_cancel=True)) is not None:
            yield _line(line)
    finally:
        stop.set()


def why(error: CallsimError) -> str:
    """What is wrong, without the key of the file at which it is: the page has sliders."""
    if isinstance(error, ScenarioError):
        return "\n".join(dict.fromkeys(mistake.text for mistake in error.mistakes))
    return str(error)


def _line(told: Told) -> str:
    return json.dumps(told, allow_nan=False) + "\n"
