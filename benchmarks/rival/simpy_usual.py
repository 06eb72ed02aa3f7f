"""SimPy the usual way: a process per call, a Resource of agents, `request | timeout`."""

import simpy

from benchmarks.work import Answer, Work


def play(work: Work) -> Answer:
    env = simpy.Environment()
    agents = simpy.Resource(env, capacity=work.agents)
    abandoned, waited = 0, 0.0

    def call(talk: int, patience: int):
        nonlocal abandoned, waited
        arrived = env.now
        with agents.request() as request:
            # Half a millisecond more: who would hang up in the very millisecond of the answer is answered.
            yield request | env.timeout(patience + 0.5)
            if request.triggered:
                waited += env.now - arrived
                yield env.timeout(talk)
            else:
                waited += patience
                abandoned += 1

    def arrivals():
        for arrive, talk, patience in zip(*work.lists, strict=True):
            yield env.timeout(arrive - env.now)
            env.process(call(talk, patience))

    env.process(arrivals())
    env.run()
    return Answer(len(work.calls), abandoned, waited)
