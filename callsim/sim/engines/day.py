"""The day: a SimPy environment whose processes change the floor while an engine plays the calls.

What happens a few times an hour is a process here: the next calls are handed to the engine, agents come and
go, queues open and close, time at work is noted. Supervisors are such processes, too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from heapq import heapify, heappop, heapreplace
from itertools import count, pairwise

import numpy as np
import simpy

from callsim.errors import Interrupted
from callsim.sim.centre import Centre, Ranges, edges
from callsim.sim.count.recent import Recent
from callsim.sim.count.seats import SeatTimeline
from callsim.sim.count.tally import Tallier, Tally, is_of_callback
from callsim.sim.engines.engine import Engine
from callsim.sim.engines.events import Environment, Process, Scheduled
from callsim.sim.engines.kernel import Kernel
from callsim.sim.engines.reference import Reference
from callsim.sim.engines.supervision import Desk, Supervisor
from callsim.sim.engines.switches import switched
from callsim.sim.jit import words_wrap
from callsim.sim.luck.demand import Demand
from callsim.sim.luck.draw import draw, later
from callsim.sim.luck.later import Later
from callsim.sim.luck.numbers import Numbers, numbers
from callsim.sim.luck.roster import day_starts, one_change, planned
from callsim.sim.luck.streams import MOST_WARM_UP
from callsim.units import DAY_MS

# Processes of one millisecond go on in this order, all of them before any call of that millisecond.
REPORT, CALLS, HOURS, STAFF, INCIDENTS, SWITCHES, SUPERVISORS, START = range(8)
Story = Generator[tuple[int, int], None, None]
"""A process that yields when it goes on next: ms, and the order within that millisecond."""
MOMENTS_PER_CALL = 2  # end of wrap-up, and about one more: a hang-up, or further groups


def control(env: simpy.Environment, time: int, order: int) -> Scheduled:
    """Returns the event at which a process of the day goes on, before the calls of its millisecond."""
    return Scheduled(env, time, 2 + order)


class Day:
    """One run: its environment, its engine, and the processes that make the day."""

    def __init__(
        self,
        centre: Centre,
        traces: Iterator[np.ndarray],
        engine: str = "kernel",
        *,
        roster: Iterator[np.ndarray] | None = None,
        supervisors: Sequence[Supervisor] = (),
        calls_per_ms: float = 1.0,
        slice_ms: int | None = None,
        on_progress: Callable[[float], None] | None = None,
        stop: threading.Event | None = None,
        seats: SeatTimeline | None = None,
        stays: int = 0,
        luck: Later | None = None,
        numbers: Numbers | None = None,
    ):
        """`traces`: of each slice of `slice_ms` ms, one after another (of each interval, where it is None);
        `seats` gets each change of seats; `stays`: how long the day goes on after the last one at least, ms;
        `luck`: of calls that follow others, see draw.later; `numbers`: of those that are dialled.
        """
        self.seats, self.stays = seats, stays
        self.centre, self.clock, self.traces = centre, centre.clock, traces
        self.slice_ms = slice_ms or self.clock.width
        self.roster = planned(centre) if roster is None else roster
        self.supervisors = supervisors
        self.env = Environment(initial_time=0)
        self.engine: Engine = (
            Kernel(centre, calls_per_ms * MOMENTS_PER_CALL, luck, numbers)
            if engine == "kernel"
            else Reference(centre, self.env, luck, numbers)
        )
        self.on_progress, self.stop = on_progress, stop
        self.cut_short = 0
        self.called_in = np.zeros(
            centre.groups, np.int64
        )  # int64 [group] ms  for which agents were called in
        self.cut_off = np.zeros(len(centre.losses), np.int64)  # int64 [loss]  calls dropped
        self.caught_up = 0  # ms
        self.over = self.env.event()

    def play(self, tallier: Tallier) -> Tally:
        """Plays the run to its end. Returns its sums."""
        self.engine.on_records = tallier.take
        tally = tallier.tally
        # Traces are drawn in a thread of their own, which counts what happens in menus meanwhile.
        no_line = np.zeros_like(tally.menus)
        self.engine.count_clients(tallier.within, tallier.grid, tally.clients, tally.told, no_line)
        if self.seats is not None:
            self.engine.log_seats(self.seats.take)
        self.start(tallier)
        with self.engine.at_work(), words_wrap():
            try:
                self.env.run(until=self.over)
            finally:
                self.env.close()
        self.engine.hand_in()
        tally.menus += no_line
        if self.seats is not None:
            self.engine.hand_in_seats()
            self.seats.close(self.engine.floor, int(self.env.now))
        tallier.tally.cut_short, tallier.tally.cut_off = self.cut_short, self.cut_off
        tallier.tally.called_in = self.called_in
        if (follow := self.engine.floor.follow) is not None:
            tallier.tally.held = follow.held
        return tallier.tally

    def start(self, tallier: Tallier) -> None:
        """Starts all processes of the day."""
        stories = [self.calls(), self.hours(), self.staff(), self.incidents(), self.reports(tallier)]
        if len(self.centre.campaigns):
            stories.append(self.lists())
        stories += [self.switch(row) for row in self.centre.switches]
        if not self.supervisors:
            self.env.start(self.told(*stories))
            return
        for story in stories:
            self.env.start(self.told(story))
        for process in self.supervise(tallier):
            self.env.start(process)

    def told(self, *stories: Story) -> Process:
        """Returns one process for several stories: each goes on at its moments, after all that comes before.

        The process asks SimPy for one event a millisecond. So a story between whose steps of one millisecond
        another process may go on has to be a process of its own.
        """
        waiting = [(*moment, k) for k, story in enumerate(stories) if (moment := next(story, None))]
        heapify(waiting)
        while waiting and not self.over.triggered:
            time, order, k = waiting[0]
            if len(stories) == 1 or time > self.env.now:
                yield control(self.env, time, order)
            self.catch_up(time)
            moment = next(stories[k], None)
            if moment is None:
                heappop(waiting)
            else:
                heapreplace(waiting, (*moment, k))

    def catch_up(self, time: int) -> None:
        """Has the engine play everything before `time` ms, once for each millisecond."""
        if time > self.caught_up:
            self.engine.catch_up(time)
            self.caught_up = time

    def go_on(self) -> None:
        """Raises Interrupted if the run was asked to stop."""
        if self.stop is not None and self.stop.is_set():
            raise Interrupted

    def calls(self) -> Story:
        """Hands the engine the calls of each slice, then waits until the building is empty."""
        number = -1
        for number, trace in enumerate(self.traces):
            yield number * self.slice_ms, CALLS
            self.go_on()
            if self.on_progress is not None:
                self.on_progress(min(self.env.now / self.clock.ends, 1.0))
            self.engine.offer(trace)
        # Rule 9: nobody dials any more; agents work as on the next day, for one day at most.
        time = max(self.clock.last, (number + 1) * self.slice_ms)
        yield time, CALLS
        while (
            self.engine.in_building or time < self.clock.ends + self.stays
        ) and time < self.clock.last + DAY_MS:
            time += self.clock.width
            yield time, CALLS
            self.go_on()
        yield time, START  # the last cell has been reported
        self.cut_short = self.engine.finish(time)
        self.over.succeed()

    def hours(self) -> Story:
        """Queues open and close; at closing time waiting callers are served or cut off."""
        number = self.clock.day(0)
        while True:
            day_start = self.clock.start_of(number)
            ranges = [self.centre.hours(queue, number) for queue in range(self.centre.queues)]
            edges = {edge for spans in ranges for span in spans for edge in span}
            for edge in sorted((edges | {0}) - {DAY_MS}):  # midnight belongs to the next day
                if day_start + edge >= self.env.now:
                    yield day_start + edge, HOURS
                    self.open_and_close(ranges, edge)
                elif day_start + edge < 0:
                    self.open_and_close(ranges, edge)
            number += 1

    def open_and_close(self, hours: list[Ranges], time_of_day: int) -> None:
        """Opens or closes every queue, as its hours of the day say."""
        for queue, ranges in enumerate(hours):
            is_open = any(start <= time_of_day < end for start, end in ranges)
            if is_open != bool(self.engine.floor.queues["open"][queue]):
                if queue >= self.centre.called:
                    row, now = queue - self.centre.called, max(int(self.env.now), 0)
                    self.engine.open_campaign(row, queue, is_open, now)
                    continue
                self.engine.open(queue, is_open)
                if not is_open and self.centre.disconnects[queue]:
                    self.engine.cut_off(queue, int(self.env.now))

    def lists(self) -> Story:
        """Campaigns get their lists: one for the whole run when its first day begins, or one each day."""
        for day in count(self.clock.day(0)):
            yield max(self.clock.start_of(day), 0), HOURS
            for row, once in enumerate(self.centre.campaigns["once"].tolist()):
                if self.env.now < self.clock.last and (day == 0 or not once):
                    self.engine.bring_list(row, MOST_WARM_UP + day, int(self.env.now))

    def staff(self) -> Story:
        """Agents come and go as the roster says; of one moment, departures come first."""
        starts = day_starts(self.centre)
        yield max(next(starts), 0), STAFF
        for changes in map(np.ascontiguousarray, self.roster):
            times = changes["time"]
            for first, last in pairwise([*np.flatnonzero(np.diff(times, prepend=-1)), len(times)]):
                time = int(times[first])
                yield time, STAFF
                self.engine.change(changes[first:last], time)
            # The roster of a day is made when the day begins: most runs end before that of the next one.
            yield next(starts), STAFF

    def incidents(self) -> Story:
        """Sites lose seats and get them back, trunk groups lose lines."""
        centre = self.centre
        for time in edges(centre.losses, centre.cuts):
            yield max(time, 0), INCIDENTS
            for site in range(centre.sites):
                if time in edges(centre.losses[centre.losses["site"] == site]):
                    self.lose_seats(site, time)
            for cut in centre.cuts:
                for edge, lines in (("ends", -cut["lines"]), ("begins", cut["lines"])):
                    if cut[edge] == time:
                        self.engine.cut(int(cut["trunks"]), int(lines))

    def lose_seats(self, site: int, time: int) -> None:
        """A site loses seats or gets them back. An incident drops at most as many calls as it takes seats."""
        losses = self.centre.losses
        now = (losses["site"] == site) & (losses["begins"] <= time) & (time < losses["ends"])
        seats = max(self.centre.seats_of(site) - int(losses["seats"][now].sum()), 0)  # shares are rounded
        drops = np.flatnonzero(now & losses["drops"] & (losses["begins"] == time))
        # Of several incidents at once each drops calls for its own seats, in any order.
        drops = drops[np.argsort(losses["seats"][drops], kind="stable")]
        taken = np.cumsum(losses["seats"][drops])
        stops = int(taken[-1]) if len(taken) else 0
        cut_off = self.engine.set_seats(site, seats, stops, time)
        self.cut_off[drops] = np.diff(cut_off * taken // max(stops, 1), prepend=0)

    def switch(self, row: np.void) -> Story:
        """A way from a queue to a group, a row of SWITCH, opens and closes."""
        for time in switched(row, self.centre, self.engine):
            yield time, SWITCHES

    def supervise(self, tallier: Tallier) -> Iterator[Process]:
        """Supervisors wake, look and act."""
        recent, centre = Recent(tallier.within, tallier.short), self.centre

        def take(rows: np.ndarray) -> None:  # knows nothing of the day, which would be kept by what it keeps
            tallier.take(rows)
            if centre.callbacks.size and not centre.counts_callbacks:
                rows = rows[~is_of_callback(rows)]
            recent.take(rows)

        self.engine.on_records = take
        for supervisor in self.supervisors:
            desk = Desk(self.env, self.engine, self.centre, recent, self.call_in)
            yield self.heed(supervisor(desk), desk)

    def heed(self, story: Process, desk: Desk) -> Process:
        """Runs a supervisor, each step after all else that control changes at its millisecond.

        An exception of the supervisor ends the day, and is passed on as it is.
        """
        try:
            yield control(self.env, desk.now, SUPERVISORS)
            event = next(story)
            while True:
                try:
                    value = yield event
                    yield control(self.env, desk.now, SUPERVISORS)
                except Exception as failed:
                    event = story.throw(failed)
                else:
                    event = story.send(value)
        except StopIteration:
            return
        except Exception as raised:
            self.over.fail(raised)

    def call_in(self, group: int, agents: int, stay: int) -> None:
        """`agents` more agents come now, and go after `stay` ms."""
        now = int(self.env.now)
        self.catch_up(now)
        crew = self.engine.call_in(group, agents)
        self.engine.change(one_change(now, crew, agents), now)
        reported = min(now + stay, self.clock.ends) - max(now, self.clock.opens)
        self.called_in[group] += agents * max(reported, 0)
        self.env.start(self.told(self.leave(one_change(now + stay, crew, -agents))))

    def leave(self, change: np.ndarray) -> Story:
        """Makes a change that is in no roster: agents who were called in go."""
        time = int(change["time"][0])
        yield time, STAFF
        self.engine.change(change, time)

    def reports(self, tallier: Tallier) -> Story:
        """Note time at work at the end of the warm-up and of every cell of the report."""
        for time in range(self.clock.opens, self.clock.ends + 1, tallier.grid):
            yield time, REPORT
            tallier.look(self.engine.floor, time)
            yield time, START
            tallier.start(self.engine.floor, time)


def ahead(traces: Iterator[np.ndarray], spare: threading.Semaphore) -> Generator[np.ndarray, None, None]:
    """Yields the same traces; each is drawn in a second thread while the one before is played, if one is
    free.
    """

    def following() -> np.ndarray | None:
        try:
            return next(traces, None)
        finally:
            spare.release()

    with ThreadPoolExecutor(max_workers=1) as pool:
        trace = next(traces, None)
        while trace is not None:
            drawn = pool.submit(following) if spare.acquire(blocking=False) else None
            yield trace
            trace = drawn.result() if drawn else next(traces, None)


def play(
    centre: Centre,
    demand: Demand,
    within: np.ndarray,
    grid: int,
    *,
    seed: int,
    run: int,
    engine: str = "kernel",
    roster: Iterator[np.ndarray] | None = None,
    supervisors: Sequence[Supervisor] = (),
    spare: threading.Semaphore | None = None,
    instead: Mapping[int, int] | None = None,
    also: Callable[[np.ndarray], None] | None = None,
    on_progress: Callable[[float], None] | None = None,
    stop: threading.Event | None = None,
    seats: SeatTimeline | None = None,
    stays: int = 0,
    short: int = 0,
) -> Tally:
    """Draws and plays one run, and returns its sums. See Tallier for `within`, `grid`, `also` and `short`,
    draw for `instead`.

    `roster`: who comes and goes (see roster); without one, as planned. `supervisors`: see supervision.
    `spare`: free threads, which may draw calls ahead. `seats`, `stays`: see Day.
    """
    tallier = Tallier(centre, within, grid, also, len(demand.menus), short)
    traces = draw(demand, seed, run, instead, tallier.tally.menus)
    # A day that fails ends its second thread here. If Python's collector ended it, that might be while
    # another thread starts: the two would wait for each other for ever.
    with closing(ahead(traces, spare) if spare else traces) as drawn:
        day = Day(
            centre,
            drawn,
            engine,
            roster=roster,
            supervisors=supervisors,
            calls_per_ms=demand.calls_per_ms,
            slice_ms=demand.slice_ms,
            on_progress=on_progress,
            stop=stop,
            seats=seats,
            stays=stays,
            luck=later(demand, seed, run, instead),
            numbers=numbers(demand.campaigns, seed, run, instead),
        )
        return day.play(tallier)
