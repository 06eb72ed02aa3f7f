"""SimPy as callsim uses it: times in whole ms, an order of events within one ms, and an end of all processes.

No other file uses private names of SimPy.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

import simpy

from callsim.sentences import say

Process = Generator[simpy.Event, object, None]


class Scheduled(simpy.Event):
    """An event that happens at `time` (ms), or never where that is None.

    Those of one millisecond happen in their `order`, the smallest first. SimPy's own processes and timeouts
    have the orders 0 and 1.
    """

    def __init__(self, env: simpy.Environment, time: int | None, order: int):
        super().__init__(env)
        if time is None:
            return
        self._ok, self._value = True, None
        env.schedule(self, priority=order, delay=time - env.now)  # type: ignore[arg-type]


class Environment(simpy.Environment):
    """SimPy's, but its time stays whole milliseconds, and processes that supervisors start are watched."""

    watched: Callable[[Process], Process] | None = None
    """Called with each process that a supervisor starts; returns the process that is started instead."""

    def process(self, generator: Process) -> simpy.Process:
        """Starts a process of a supervisor. The day's own are started by `start`."""
        return simpy.Process(self, generator if self.watched is None else self.watched(generator))

    def start(self, process: Process) -> None:
        """Starts a process of the day itself."""
        simpy.Process(self, process)

    def timeout(self, delay: float, value: object = None) -> simpy.Timeout:  # type: ignore[override]
        """An event `delay` ms from now. Raises ValueError where `delay` is not whole."""
        if delay != int(delay):
            raise ValueError(say("supervisors.no_whole_ms", delay=delay))
        return simpy.Timeout(self, int(delay), value)

    def close(self) -> None:
        """Ends the environment: drops processes that still wait, and all that they refer to.

        A process and the event that it waits for refer to each other, so only Python's garbage collector
        would free them, and that may be after ten large days have filled the memory.
        """
        for *_, event in self._queue:
            if event.callbacks:
                event.callbacks.clear()
        self._queue.clear()
