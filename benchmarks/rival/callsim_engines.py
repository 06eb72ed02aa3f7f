"""callsim itself, all-in: calls are drawn, played and tallied; every feature is there, unused."""

from benchmarks.work import SEED, Answer, Work
from callsim.sim.count.columns import N_ABANDONED, WAIT_ABANDONED, WAIT_ANSWERED
from callsim.sim.engines import day


def play(work: Work, engine: str = "kernel", run: int = 0) -> Answer:
    """One run in one thread."""
    tally = day.play(
        work.centre,
        work.demand,
        work.within,
        work.clock.ends,
        seed=SEED,
        run=run,
        engine=engine,
    )
    sums = tally.calls.sum(axis=(0, 1))
    waited = int(sums[WAIT_ANSWERED] + sums[WAIT_ABANDONED])
    return Answer(int(sums[:6].sum()), int(sums[N_ABANDONED]), waited)


def reference(work: Work) -> Answer:
    return play(work, "reference")
