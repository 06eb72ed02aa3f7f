"""The rules are plain Python: without the compiler both engines tell the same days, bit for bit."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from callsim.sim.centre import Centre
from tests.engines.floors import play
from tests.engines.random_floors import centres, traces

EXAMPLES = 25
ROOT = Path(__file__).parents[2]

PLAY = """
import pickle, sys
import numpy as np
from pathlib import Path
from callsim.sim import rules
from tests.engines.floors import play, same
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
"""


def examples() -> list[tuple[Centre, np.ndarray]]:
    found: list[tuple[Centre, np.ndarray]] = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def collect(data: st.DataObject) -> None:
        floor = data.draw(centres())
        found.append((floor, data.draw(traces(floor.queues))))

    collect()
    return found


def test_without_the_compiler_both_engines_tell_the_same_days(tmp_path: Path) -> None:
    found = examples()
    assert len(found) >= EXAMPLES
    assert sum(len(trace) for _, trace in found) > 20 * EXAMPLES
    for k, (_, trace) in enumerate(found):
        np.save(tmp_path / f"trace-{k}.npy", trace)
    (tmp_path / "centres.pickle").write_bytes(pickle.dumps([floor for floor, _ in found]))
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
