"""The two cities: `callsim staff`, then the command that it prints, and what that says of every goal."""

from __future__ import annotations

import contextlib
import io
import json
import re
import tempfile
import time
from collections import Counter
from pathlib import Path

from callsim.cli import main

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"


def cities(*names: str) -> None:
    """Agent-hours, processor time and verdicts of the printed command."""
    for name in names or ("zunyi-2015", "zunyi-2017"):
        with tempfile.TemporaryDirectory() as folder:
            over, begun = Path(folder) / "over.yaml", time.process_time()
            headline, printed = _said(["staff", str(SCENARIOS / f"{name}.yaml"), "--out", str(over)])
            took = time.process_time() - begun
            command = re.search(r"next: callsim (run .*)", printed)
            assert command
            told, _ = _said([*command[1].split(), "--format", "json"])
        goals = [queue["goal"] for queue in json.loads(told)["queues"].values()]
        verdicts = Counter(goal["verdict"] for goal in goals)
        print(f"{headline.splitlines()[1]}\n{command[1]}: {dict(verdicts)}; {took:.0f} s", flush=True)


def _said(words: list[str]) -> tuple[str, str]:
    """What a command prints, on its two streams."""
    out, told = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(told):
        main(words)
    return out.getvalue(), told.getvalue()
