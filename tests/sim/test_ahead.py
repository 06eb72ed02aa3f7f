"""Another process compiles what is needed last; where that fails, this one does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.work import Work
from callsim.sim.engines.kernel import Kernel

COUNTED = """
import numpy as np
from callsim.sim import ahead
from callsim.sim.count.lines import count_holders
from callsim.sim.floor.records import RECORD
from callsim.sim.jit import CACHE

ahead.processors = lambda: {processors}
held, changes = np.zeros(1, np.int64), np.zeros((1, 4), np.int32)
of_this_kind = (np.zeros(0, RECORD), np.zeros(2, np.int64), held, 10, 5, changes)
ahead.begin(CACHE, count_holders, *{arguments})
count_holders(*of_this_kind)
print(len(ahead._started), sum(count_holders.compiled.stats.cache_hits.values()))
"""


@pytest.mark.parametrize(
    ("processors", "arguments", "started", "found"),
    [(2, "of_this_kind", 1, 1), (2, "(1,)", 1, 0), (1, "of_this_kind", 0, 0)],
    ids=["compiled", "failed", "one processor"],
)
def test_another_process_compiles_a_rule(
    tmp_path: Path, processors: int, arguments: str, started: int, found: int
) -> None:
    asks = COUNTED.format(processors=processors, arguments=arguments)
    there = {"CALLSIM_CACHE": str(tmp_path), "NUMBA_DISABLE_JIT": "0"}
    done = subprocess.run(
        [sys.executable, "-c", asks], env=os.environ | there, capture_output=True, text=True
    )
    assert (done.stderr, done.stdout.split()) == ("", [str(started), str(found)])


def test_days_do_not_read_the_folder_of_compiled_code(monkeypatch: pytest.MonkeyPatch) -> None:
    Kernel(Work(10, 1.0).centre)  # the first of a process may
    reads: list[object] = []
    monkeypatch.setattr(Path, "glob", lambda *asked: reads.append(asked) or ())
    Kernel(Work(10, 1.0).centre)
    assert reads == []
