"""SimPy tuned by hand: callbacks, a deque, hang-ups noticed only when their turn comes."""

from collections import deque

import simpy

from benchmarks.work import Answer, Work


def play(work: Work) -> Answer:
    env = simpy.Environment()
    free, abandoned, waited = work.agents, 0, 0
    waiting: deque[tuple[int, int, int]] = deque()
    calls = zip(*work.lists, strict=True)
    timeout = env.timeout

    def arrive(event: simpy.Event) -> None:
        nonlocal free
        now, talk, patience = event.value
        if free:
            free -= 1
            timeout(talk).callbacks.append(end)
        else:
            waiting.append((now, talk, patience))
        following = next(calls, None)
        if following:
            timeout(following[0] - now, following).callbacks.append(arrive)

    def end(_: simpy.Event) -> None:
        nonlocal free, abandoned, waited
        now = env.now
        while waiting:
            arrived, talk, patience = waiting.popleft()
            if now - arrived <= patience:
                waited += now - arrived
                timeout(talk).callbacks.append(end)
                return
            abandoned += 1
            waited += patience
        free += 1

    first = next(calls)
    timeout(first[0], first).callbacks.append(arrive)
    env.run()
    return Answer(len(work.calls), abandoned, waited)
