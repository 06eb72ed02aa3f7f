"""What happens in one island changes nothing in another, unless one waits for what both share (rule 10).

`CALLSIM_GRID=1` tries thousands of centres.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import callsim
from callsim.model import Model, build
from callsim.model.islands import islands, part_of
from callsim.study.player import Around, Task, play
from callsim.study.store.store import Store
from tests.makers.archipelagos import Tree, archipelagos, changed, shuffled
from tests.makers.islands import alone, figures_of, scenario_of, settled

# The same few centres each time, for a third of them must join; many are new ones every time.
MANY = bool(os.environ.get("CALLSIM_GRID"))
laws = settings(
    max_examples=1000 if MANY else 10,
    derandomize=not MANY,
    phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if MANY else [])],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
pytestmark = [pytest.mark.timeout(7200)] if MANY else []
SOME = ("ash", "elm")  # islands that every centre has


def tied_to(name: str, *models: Model) -> set[str]:
    """The islands, by the beginning of their names, that are ever played together with this one."""
    found = {name}
    for model in models:
        for part in settled(model):
            names = {model.queues[row].name[:3] for row in part.queues}
            found |= names if name in names else set()
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("islands")


def test_an_island_changes_nothing_elsewhere(folder: Path) -> None:
    """Other staff, routing, handling and queues of one: all others are equal to the bit, in both engines."""
    joined, apart = [], []

    @laws
    @given(st.data(), archipelagos(), st.sampled_from(SOME))
    def law(data: st.DataObject, centre: Tree, name: str) -> None:
        model = build(scenario_of(folder, centre))
        other = build(scenario_of(folder, data.draw(changed(centre, name))))
        joined.append(len(settled(model)) < len(islands(model)))
        tied = tied_to(name, model, other)
        apart.append(any(copy.name[:3] not in tied for copy in model.queues))
        store = Store()
        for engine in ("kernel", "reference"):
            before, after = figures_of(model, engine), figures_of(other, engine)
            for kind in ("queues", "groups"):
                for row, found in before[kind].items():
                    assert row[:3] in tied or found == after[kind][row], (engine, row)
            if engine == "kernel":
                for one, right in ((model, before), (other, after)):
                    known = play(Task(one.scenario, 1, 0), Around(store=store))
                    assert figures_of(one, run=known) == right
            else:
                assert after == figures_of(other), "both engines"

    law()
    assert sum(joined) >= len(joined) / 3, "a third joins"
    assert sum(apart) >= len(apart) / 3, "a third has others to compare"


def test_any_order_of_keys_and_any_jobs_give_equal_bytes(folder: Path) -> None:
    joined = []

    @laws
    @given(st.data(), archipelagos())
    def law(data: st.DataObject, centre: Tree) -> None:
        scenario = scenario_of(folder, centre)
        model = build(scenario)
        joined.append(len(settled(model)) < len(islands(model)))
        found = figures_of(model)
        mixed = scenario_of(folder, data.draw(shuffled(centre)))
        assert figures_of(build(mixed)) == found
        spare = threading.Semaphore(3)
        assert figures_of(model, run=play(Task(scenario, 1, 0), Around(spare=spare))) == found
        assert all(spare.acquire(blocking=False) for _ in range(3)), "every thread is given back"

    law()
    assert sum(joined) >= len(joined) / 3


def test_results_are_equal_for_any_jobs(folder: Path) -> None:
    @settings(laws, max_examples=100 if MANY else 2)
    @given(archipelagos())
    def law(centre: Tree) -> None:
        scenario = scenario_of(folder, centre)
        first, *others = (callsim.run(scenario, runs=3, jobs=jobs).to_dict() for jobs in (1, 2, 5))
        assert others == [first, first]

    law()


def test_islands_that_join_are_as_if_forced_into_one(folder: Path) -> None:
    """A part that was joined, played as a whole, has the very sums; and what is apart has nothing short."""
    joined = []

    @laws
    @given(archipelagos(), st.sampled_from(["kernel", "reference"]))
    def law(centre: Tree, engine: str) -> None:
        model = build(scenario_of(folder, centre))
        parts, found = settled(model), figures_of(model, engine)
        joined.append(len(parts) < len(islands(model)))
        for part in parts:
            tally = alone(engine)(part_of(model, part))
            for k, row in enumerate(part.queues):
                calls, longest, _ = found["queues"][model.queues[row].name]
                assert (calls, longest) == (tally.calls[:, k].tolist(), tally.longest[:, k].tolist())
            for k, row in enumerate(part.groups):
                assert found["groups"][model.groups[row].name][0] == tally.work[:, k].tolist()
            if len(parts) == 1:
                assert found["sites"] == {
                    name: [of[:, row].tolist() for of in (tally.sites, tally.seats_peak)]
                    for row, name in enumerate(model.sites)
                }

    law()
    assert sum(joined) >= len(joined) / 3
    assert not all(joined)
