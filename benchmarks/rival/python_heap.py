"""A pure-Python heap of the times at which agents are free: first come, first served needs nothing else."""

from heapq import heapreplace

from benchmarks.work import Answer, Work


def play(work: Work) -> Answer:
    free = [0] * work.agents
    abandoned = waited = 0
    for arrive, talk, patience in zip(*work.lists, strict=True):
        wait = free[0] - arrive
        if wait <= 0:
            heapreplace(free, arrive + talk)
        elif wait <= patience:
            waited += wait
            heapreplace(free, arrive + wait + talk)
        else:
            abandoned += 1
            waited += patience
    return Answer(len(work.calls), abandoned, waited)
