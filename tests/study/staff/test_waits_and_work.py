"""Goals of mean waits and of occupancy, held against Erlang A and C: as many agents as these ask for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

import callsim
from callsim.erlang import evaluate, fewest_agents
from callsim.study.staff.curve import ASA, Curve, Promise
from callsim.study.staff.staffing import Staffing, staff

AHT = 200.0
# Calls an hour, patience in s (None: nobody gives up), the longest mean wait in s, the largest occupancy.
CASES = (
    (20, None, 30.0, None),
    (90, None, 8.0, None),
    (90, 120.0, 12.0, None),
    (400, 300.0, 20.0, None),
    (400, None, 20.0, 0.8),
    (90, 300.0, 60.0, 0.75),
    (400, 300.0, 30.0, 0.72),
)


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Staffing:
    """One centre of lines that share nobody."""
    queues, groups = [], []
    for k, (calls, patience, wait, busy) in enumerate(CASES):
        gives_up = f", patience: {{exponential: {{mean: {patience} s}}}}" if patience else ""
        queues.append(
            f"  q{k}: {{arrivals: {{per_hour: {calls}}}, talk: {{exponential: {{mean: {AHT} s}}}}{gives_up}, "
            f"goal: {{asa_at_most: {wait} s}}}}"
        )
        most = f", occupancy_at_most: {busy}" if busy else ""
        groups.append(f"  g{k}: {{answers: {{q{k}: {{}}}}, staff: 1{most}}}")
    path = tmp_path_factory.mktemp("lines") / "lines.yaml"
    calendar = "calendar: {warm_up: 2 h, interval: 60 min}"
    path.write_text("\n".join(["name: lines", calendar, "queues:", *queues, "groups:", *groups]))
    return staff(callsim.load(path))


@pytest.mark.parametrize("k", range(len(CASES)))
def test_agents_are_the_exact_fewest_or_one_more(answer: Staffing, k: int) -> None:
    calls, patience, wait, busy = CASES[k]
    exact = fewest_agents(None, calls, AHT, patience, asa_at_most_s=wait, occupancy_at_most=busy)
    found = answer.staff[f"g{k}"][0]
    assert len(set(found.tolist())) == 1  # alike hours alike
    assert exact <= found[0] <= exact + 1


def test_what_was_promised_is_kept_on_fresh_days(answer: Staffing) -> None:
    told = answer.answer
    for k, (calls, patience, wait, busy) in enumerate(CASES):
        queue, group = told.queues[f"q{k}"], told.groups[f"g{k}"]
        assert queue.expected.met is True
        assert queue.expected.asa_s is not None
        assert queue.expected.asa_s.mean is not None
        agents = int(answer.staff[f"g{k}"][0][0])
        reached = queue.expected.asa_s
        known = evaluate(agents, calls, AHT, patience).asa_s
        assert reached.low is not None
        assert reached.high is not None
        assert known == pytest.approx(reached.mean, abs=2.5 * (reached.high - reached.low))
        assert reached.mean <= wait
        if busy is not None:
            assert group.occupancy is not None
            assert group.occupancy.goal
            assert group.occupancy.met
            assert answer.check.group_goals[f"g{k}"].met


def test_a_mean_wait_is_a_share_that_the_formula_knows() -> None:
    """Between whole agents the mean wait is straight; a queue that grows without end is as bad as can be."""
    promise = Promise(ASA, 0.9, 20.0)
    assert promise.asa_s(promise.share) == pytest.approx(20.0)
    for patience in (None, 300.0):
        curve = Curve(ASA, 20.0, AHT, patience)
        load = np.full(8, 6.0)
        shares = special.ndtr(curve.quantile(load, np.arange(5.0, 13.0)))
        exact = [evaluate(n, 6 * 3600 / AHT, AHT, patience).asa_s for n in range(5, 13)]
        wanted = np.clip(1 - np.array(exact) / 200.0, 0.0, 1.0)
        near = wanted > 0.5  # further below the promise is only known to be far below
        assert shares[near] == pytest.approx(wanted[near], abs=0.01)
        assert (shares[~near] < 0.5).all()
