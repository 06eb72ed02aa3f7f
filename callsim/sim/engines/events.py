"""SimPy as callsim uses it: whole milliseconds, an order within one, and an end.

Its private names are used here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

import simpy

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
    """What a process that is started from outside becomes before it starts."""

    def process(self, generator: Process) -> simpy.Process:
        """A new process; the day's own are no part of this, see `start`."""
        return simpy.Process(self, generator if self.watched is None else self.watched(generator))

    def start(self, process: Process) -> None:
        """A process of the day itself."""
        simpy.Process(self, process)

    def timeout(self, delay: float, value: object = None) -> simpy.Timeout:  # type: ignore[override]
        """An event `delay` ms from now. Raises ValueError where `delay` is not whole."""
        if delay != int(delay):
            raise ValueError(f"{delay} ms are not whole milliseconds")
        return simpy.Timeout(self, int(delay), value)

    def close(self) -> None:
        """Nothing more happens: processes that still wait are let go, with all that they hold.

        A process and the event that it waits for hold each other. Python's collector would see that nobody
        else holds them, but not before ten large days fill the memory.
        """
        for *_, event in self._queue:
            if event.callbacks:
                event.callbacks.clear()
        self._queue.clear()
