"""Cimba with events only: an arrival schedules the next, an end frees an agent; hang-ups are lazy.

Cimba draws its own luck, so its answer agrees with the others' within sampling error only.
"""

import cimba as cb
from cimba import inputs

from benchmarks.work import PATIENCE, SEED, TALK, Answer, Work


class Queue(cb.Model):
    gap: cb.Input[float]
    talk: cb.Input[float] = inputs.dist.exponential(mean=TALK)
    patience: cb.Input[float] = inputs.dist.exponential(mean=PATIENCE)
    until: cb.Param[float]
    free: cb.Param[int]
    arrived: cb.Array[float]  # a ring of who waits
    gives_up: cb.Array[float]
    head: int = 0
    tail: int = 0
    calls: cb.Output[int]
    abandoned: cb.Output[int]
    waited: cb.Output[float] = 0.0

    @cb.on_start
    def start(self):
        cb.schedule(self.arrive, self.gap.next())

    @cb.event
    def arrive(self):
        self.calls += 1
        if self.free > 0:
            self.free -= 1
            cb.schedule(self.finish, self.talk.next())
        else:
            at = self.tail % len(self.arrived)
            self.arrived[at] = cb.now()
            self.gives_up[at] = cb.now() + self.patience.next()
            self.tail += 1
        gap = self.gap.next()
        if cb.now() + gap < self.until:
            cb.schedule(self.arrive, gap)

    @cb.event
    def finish(self):
        while self.head < self.tail:
            at = self.head % len(self.arrived)
            self.head += 1
            if self.gives_up[at] >= cb.now():
                self.waited += cb.now() - self.arrived[at]
                cb.schedule(self.finish, self.talk.next())
                return
            self.abandoned += 1
            self.waited += self.gives_up[at] - self.arrived[at]
        self.free += 1


def play(work: Work, seed: int = SEED) -> Answer:
    queue = Queue()
    queue.gap = inputs.dist.exponential(mean=1 / work.rate)
    queue.until, queue.free = float(work.clock.ends), work.agents
    queue.arrived = queue.gives_up = cb.Array(max(work.agents, 1000))
    found = cb.Experiment(queue, window=cb.Window.until_idle(), seed=seed).run(workers=1)[queue]
    return Answer(*(column.values.item() for column in (found.calls, found.abandoned, found.waited)))
