"""Ciw: a network of one node; its records tell who reneged.

Ciw draws its own luck, so its answer agrees with the others' within sampling error only.
"""

import ciw

from benchmarks.work import PATIENCE, SEED, TALK, Answer, Work


class ForAnHour(ciw.dists.Exponential):
    """Arrivals until the hour is over; then none."""

    def __init__(self, rate: float, until: float):
        super().__init__(rate)
        self.until = until

    def sample(self, t=None, ind=None) -> float:
        gap = super().sample()
        return gap if t + gap < self.until else float("inf")


def play(work: Work, seed: int = SEED) -> Answer:
    network = ciw.create_network(
        arrival_distributions=[ForAnHour(work.rate, work.clock.ends)],
        service_distributions=[ciw.dists.Exponential(1 / TALK)],
        reneging_time_distributions=[ciw.dists.Exponential(1 / PATIENCE)],
        number_of_servers=[work.agents],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(work.clock.ends + 25 * TALK)
    records = simulation.get_all_records(only=["service", "renege"])
    abandoned = sum(record.record_type == "renege" for record in records)
    return Answer(len(records), abandoned, sum(record.waiting_time for record in records))
