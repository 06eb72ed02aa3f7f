"""What a supervisor sees and may do, by rows and milliseconds: the way to change a day while it is played.

A supervisor is a function of a `Desk` that returns a SimPy generator. It wakes when it likes, looks, acts:

    def help_each_other(desk):
        while True:
            yield desk.wait(300_000)
            if desk.longest_wait(0) > 60_000 and desk.idle(1) > 10:
                desk.move(5, 1, 0)

It sees everything that happened before now, and acts after shifts and incidents of the same millisecond,
before any call moves.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from callsim.sentences import say
from callsim.sim.centre import NEVER, NOBODY, Centre
from callsim.sim.count.recent import Recent
from callsim.sim.engines.engine import Engine
from callsim.units import HOUR_MS

A_SHIFT = 8 * HOUR_MS
Supervisor = Callable[["Desk"], Generator[Any, Any, Any]]  # of SimPy events


class Desk:
    """Where a supervisor sits. Queues and groups are rows, times are ms since the run began."""

    def __init__(
        self,
        env: Any,
        engine: Engine,
        centre: Centre,
        recent: Recent,
        call_in: Callable[[int, int, int], None],
    ):
        """`env`: the day's SimPy environment; `call_in`: how it lets agents come and go again."""
        self.env, self.opens = env, centre.clock.opens
        self._engine, self._recent, self._call_in = engine, recent, call_in
        # These rows stay where they are; a view of memory gives Python's numbers, much sooner than NumPy.
        self._queues, self._groups, self._sites = (
            {name: rows[name].data for name in rows.dtype.names or ()}
            for rows in (engine.floor.queues, engine.floor.groups, engine.floor.sites)
        )
        self._heads = self._queues["head"]
        self.pairs = {(int(p["queue"]), int(p["group"])): int(p["after"]) for p in centre.pairs}
        self._played = -1

    @property
    def now(self) -> int:
        """The time; day 1 begins at `opens`, when the warm-up is over."""
        return int(self.env.now)

    def wait(self, time: int) -> Any:
        """What to yield to sleep for so long."""
        return self.env.timeout(time)

    def catch_up(self) -> None:
        """Have everything before now played, as all that follows does first."""
        if self._played != self.env.now:
            self._played = self.now
            self._engine.catch_up(self._played)

    # What there is to see.

    def waiting(self, queue: int) -> int:
        """Calls that wait in the queue."""
        self.catch_up()
        return self._queues["waiting"][queue]

    def longest_wait(self, queue: int) -> int:
        """How long the longest of them has waited; 0 if nobody does."""
        if self._played != self.env.now:  # asked before the call, for every queue is asked at every look
            self.catch_up()
        head = self._heads[queue]
        return 0 if head == NOBODY else self._played - int(self._engine.floor.calls["arrive"][head])

    def idle(self, group: int) -> int:
        """Agents of the group who stand by."""
        self.catch_up()
        return self._groups["idle"][group]

    def busy(self, group: int) -> int:
        """Agents of the group who talk or wrap up."""
        self.catch_up()
        return self._groups["busy"][group]

    def on_duty(self, group: int) -> int:
        """Agents of the group who sit on a seat."""
        self.catch_up()
        return self._groups["on_duty"][group]

    def late(self, group: int) -> int:
        """Agents of the group whose hours are over and who are still on a call."""
        self.catch_up()
        return self._groups["late"][group]

    def waiting_for_seat(self, group: int) -> int:
        """Agents of the group who wait for a seat."""
        self.catch_up()
        crews = self._engine.floor.crews
        return int(crews["waiting"][crews["group"] == group].sum())

    def seats(self, site: int) -> int:
        """Seats of the site that are not lost."""
        self.catch_up()
        return self._sites["seats"][site]

    def seats_used(self, site: int) -> int:
        """Seats of the site that are used."""
        self.catch_up()
        return self._sites["used"][site]

    def service_level(self, queue: int, last: int) -> float:
        """Answered within the goal's time ÷ offered, of calls that ended in the last `last` ms.

        Known to the second and for an hour at most; NaN if no call ended.
        """
        self.catch_up()
        self._engine.hand_in()
        return self._recent.service_level(queue, last, self.now)

    # What there is to do.

    def move(self, agents: int, group: int, to: int) -> None:
        """Agents go to another group: first the longest idle, then those in line for a seat; busy ones go
        when their call is done. If fewer than `agents` are there, all of them go. They go home with their own
        shift.
        """
        if _asked(agents) and group != to:
            self.catch_up()
            self._engine.move(group, to, agents, self.now)

    def overflow(self, queue: int, group: int, is_open: bool, after: int | None = None) -> None:
        """Open or close a way from a queue to a group; both must be a pair of the centre.

        Calls that have waited `after` ms may take it; without it, as the centre says (NEVER: at once).
        """
        if (queue, group) not in self.pairs:
            raise ValueError(say("supervisors.no_pair", group=group, queue=queue))
        if after is None:
            after = self.pairs[queue, group]
            after = 0 if after == NEVER else after
        self.catch_up()
        self._engine.overflow(queue, group, after if is_open else NEVER, self.now)

    def call_in(self, group: int, agents: int, stay: int = A_SHIFT) -> None:
        """`agents` more agents come now and stay for `stay` ms, or until they are sent home."""
        if _asked(agents):
            self._call_in(group, agents, stay)

    def send_home(self, group: int, agents: int) -> None:
        """Agents leave for the rest of their hours: those in line for a seat, then the longest idle, busy
        ones when their call is done; fewer if fewer are there.
        """
        if _asked(agents):
            self.catch_up()
            self._engine.send_home(group, agents, self.now)


def _asked(agents: int) -> int:
    if agents < 0:
        raise ValueError(say("supervisors.fewer_than_none", agents=agents))
    return agents
