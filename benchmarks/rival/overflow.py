"""Three queues that help each other after a minute: own calls first, then who waits longest elsewhere.

With SimPy's resources the first group that is free takes a call of another queue, not the one that is idle
longest; and events of one millisecond take other turns. So answers are compared as with luck of their own,
though the tuned one finds exactly what callsim finds as long as milliseconds are not crowded.
"""

from collections import deque

import simpy

from benchmarks.work import HELPS_AFTER, Answer, ThreeQueues

OWN, OTHER = 1, 2  # priorities of a call in a group


def usual(work: ThreeQueues, seed: int = 0) -> Answer:
    """A process per call, a Resource of agents per group, requests of other groups after a minute."""
    env = simpy.Environment()
    groups = [simpy.PriorityResource(env, capacity=agents) for agents in work.each]
    abandoned, waited = 0, 0.0

    def call(queue: int, talk: int, patience: int):
        nonlocal abandoned, waited
        arrived, asked = env.now, {groups[queue].request(OWN): groups[queue]}
        hung_up = env.timeout(patience + 0.5)
        yield env.any_of([*asked, hung_up, env.timeout(HELPS_AFTER)])
        if not hung_up.processed and not any(request.triggered for request in asked):
            for other, group in enumerate(groups):
                if other != queue:
                    asked[group.request(OTHER)] = group
            yield env.any_of([*asked, hung_up])
        mine = next((request for request in asked if request.triggered), None)
        for request, group in asked.items():
            if request is not mine:
                group.release(request) if request.triggered else request.cancel()
        if mine is None:
            abandoned += 1
            waited += patience
            return
        waited += env.now - arrived
        yield env.timeout(talk)
        asked[mine].release(mine)

    def arrivals():
        for arrive, talk, patience, queue in work.lists_of(seed):
            yield env.timeout(arrive - env.now)
            env.process(call(queue, talk, patience))

    env.process(arrivals())
    env.run()
    return Answer(len(work.calls_of(seed)), abandoned, waited)


def tuned(work: ThreeQueues, seed: int = 0) -> Answer:
    """Callbacks, deques, hang-ups noticed only when their turn comes."""
    env = simpy.Environment()
    timeout = env.timeout
    idle = [deque([0] * agents) for agents in work.each]  # since when, the longest first
    queues: list[deque[list[int]]] = [deque() for _ in work.each]  # arrived, talk, patience, queue, answered
    abandoned, waited = 0, 0
    calls = iter(work.lists_of(seed))

    def answer(call: list[int], group: int) -> None:
        nonlocal waited
        call[4] = 1
        waited += env.now - call[0]
        timeout(call[1], group).callbacks.append(end)

    def arrive(event: simpy.Event) -> None:
        now, talk, patience, queue = event.value
        call = [now, talk, patience, queue, 0]
        if idle[queue]:
            idle[queue].popleft()
            answer(call, queue)
        else:
            queues[queue].append(call)
            if patience >= HELPS_AFTER:
                timeout(HELPS_AFTER, call).callbacks.append(further)
        following = next(calls, None)
        if following:
            timeout(following[0] - now, following).callbacks.append(arrive)

    def further(event: simpy.Event) -> None:
        call = event.value
        free = [group for group in range(len(idle)) if idle[group] and group != call[3]]
        if free and not call[4]:
            group = min(free, key=lambda one: idle[one][0])
            idle[group].popleft()
            answer(call, group)

    def head(queue: int) -> list[int] | None:
        nonlocal abandoned, waited
        line, now = queues[queue], env.now
        while line:
            call = line[0]
            if call[4]:
                line.popleft()
            elif now - call[0] > call[2]:
                line.popleft()
                abandoned += 1
                waited += call[2]
            else:
                return call
        return None

    def end(event: simpy.Event) -> None:
        group = event.value
        call = head(group)
        if call is None:
            others = [head(queue) for queue in range(len(queues)) if queue != group]
            call = min((one for one in others if one and env.now - one[0] >= HELPS_AFTER), default=None)
        if call is None:
            idle[group].append(env.now)
        else:
            answer(call, group)

    first = next(calls)
    timeout(first[0], first).callbacks.append(arrive)
    env.run()
    for line in queues:
        over = [call for call in line if not call[4]]
        abandoned += len(over)
        waited += sum(call[2] for call in over)
    return Answer(len(work.calls_of(seed)), abandoned, waited)
