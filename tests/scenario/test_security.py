"""What SECURITY.md says of scenario files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_check_runs_nothing_of_a_supervisors_file(tmp_path: Path) -> None:
    (tmp_path / "ops.py").write_text(
        "open('ran', 'w').close()\ndef evening(floor):\n    yield floor.wait('1 min')\n"
    )
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "calendar: {start: 2026-01-05}\n"
        "queues: {phone: {arrivals: {per_hour: 5}, aht: 3 min}}\n"
        "groups: {desk: {staff: 2, answers: {phone: {}}}}\n"
        "supervisors: [ops.py:evening]\n"
    )
    for command, ran in (("check", False), ("run", True)):
        words = [sys.executable, "-m", "callsim", command, plan.name, *(["--runs", "1"] if ran else [])]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "ran").exists() is ran
