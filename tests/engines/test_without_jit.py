"""The rules are plain Python: without the compiler both engines tell the same days, bit for bit."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from callsim.sim.centre import Centre
from callsim.sim.luck.later import Later
from tests.engines.test_equal import played
from tests.makers.conditions import conditions
from tests.makers.floors import play
from tests.makers.follow_ups import follow_ups
from tests.makers.random_floors import centres, traces
from tests.makers.random_people import people

T = TypeVar("T")
EXAMPLES, CROWDS, FOLLOWED = 25, 15, 15
ROOT = Path(__file__).parents[2]

PLAY = """
import pickle, sys
import numpy as np
from pathlib import Path
from callsim.sim.floor import rules
from tests.makers.floors import play, same
from tests.engines.test_equal import played
assert not hasattr(rules.arrive, "py_func"), "this is compiled"
folder = Path(sys.argv[1])
for k, centre in enumerate(pickle.loads((folder / "centres.pickle").read_bytes())):
    trace = np.load(folder / f"trace-{k}.npy")
    # Wide buckets: passing narrow ones takes minutes without the compiler.
    kernel = play(centre, trace, "kernel", calls_per_ms=1e-4)
    reference = play(centre, trace, "reference")
    same(kernel, reference)
    np.save(folder / f"records-{k}.npy", kernel.records)
    np.save(folder / f"work-{k}.npy", kernel.tally.work)
for k, (centre, luck, trace) in enumerate(pickle.loads((folder / "followed.pickle").read_bytes())):
    kernel = play(centre, trace, "kernel", calls_per_ms=1e-4, luck=luck)
    same(kernel, play(centre, trace, "reference", luck=luck))
    np.save(folder / f"followed-{k}.npy", kernel.records)
for k, people in enumerate(pickle.loads((folder / "people.pickle").read_bytes())):
    kernel, seen = played(people, "kernel", 300_000, calls_per_ms=1e-4)
    reference, also_seen = played(people, "reference", 300_000, calls_per_ms=1e-4)
    same(kernel, reference)
    assert str(seen) == str(also_seen)
    np.save(folder / f"people-{k}.npy", kernel.records)
    np.save(folder / f"sites-{k}.npy", kernel.tally.sites)
"""


def examples(strategy: Callable[[st.DataObject], T], count: int) -> list[T]:
    """The first of what hypothesis would try."""
    found: list[T] = []

    @settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def collect(data: st.DataObject) -> None:
        found.append(strategy(data))

    collect()
    return found


def floor_and_trace(data: st.DataObject) -> tuple[Centre, np.ndarray]:
    floor = data.draw(centres())
    return floor, data.draw(traces(floor.queues))


def followed(data: st.DataObject) -> tuple[Centre, Later, np.ndarray]:
    floor, luck = data.draw(follow_ups(data.draw(conditions(data.draw(centres())))))
    return floor, luck, data.draw(traces(floor.queues))


def test_without_the_compiler_both_engines_tell_the_same_days(tmp_path: Path) -> None:
    found, crowds = examples(floor_and_trace, EXAMPLES), examples(lambda data: data.draw(people()), CROWDS)
    later = examples(followed, FOLLOWED)
    assert len(found) >= EXAMPLES
    assert any(len(floor.conditions) and len(floor.switches) for floor, _, _ in later)
    assert sum(len(trace) for _, trace in found) > 20 * EXAMPLES
    for k, (_, trace) in enumerate(found):
        np.save(tmp_path / f"trace-{k}.npy", trace)
    (tmp_path / "centres.pickle").write_bytes(pickle.dumps([floor for floor, _ in found]))
    (tmp_path / "people.pickle").write_bytes(pickle.dumps(crowds))
    (tmp_path / "followed.pickle").write_bytes(pickle.dumps(later))
    done = subprocess.run(
        [sys.executable, "-c", PLAY, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for k, (floor, trace) in enumerate(found):
        compiled = play(floor, trace, "kernel")
        np.testing.assert_array_equal(np.load(tmp_path / f"records-{k}.npy"), compiled.records)
        np.testing.assert_array_equal(np.load(tmp_path / f"work-{k}.npy"), compiled.tally.work)
    for k, (floor, luck, trace) in enumerate(later):
        compiled = play(floor, trace, "kernel", luck=luck)
        np.testing.assert_array_equal(np.load(tmp_path / f"followed-{k}.npy"), compiled.records)
    for k, crowd in enumerate(crowds):
        kernel, _ = played(crowd, "kernel", 300_000)
        np.testing.assert_array_equal(np.load(tmp_path / f"people-{k}.npy"), kernel.records)
        np.testing.assert_array_equal(np.load(tmp_path / f"sites-{k}.npy"), kernel.tally.sites)
