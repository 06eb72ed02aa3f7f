"""A table that is refused costs little, whatever it holds: bounds by work, not by bytes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCENARIO = """
calendar: {start: 2024-01-08, days: 1, interval: 30 min}
queues: {q: {arrivals: {counts: c.csv}, talk: {empirical: {file: c.csv}}}}
groups: {g: {answers: {q: {}}, staff: c.csv}}
"""
CHECKS = """
import sys
from callsim import cli
code = cli.main(["check", sys.argv[1]])
status = open("/proc/self/status").read() if sys.platform == "linux" else "VmHWM: 0 kB"
(peak,) = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
print(code, peak)
"""
HEAD = "interval_start,offered\n"
LARGE = {
    "short rows": HEAD + "00:00,1\n" * 300_000,
    "single numbers": "1\n" * 1_000_000,
    "no numbers": "x\n" * 200_000,
    "all different": "".join(f"v{k}a{k * 7}\n" for k in range(200_000)),
    "one long line": HEAD + "," * 5_000_000,
    "long lines": HEAD + ("," * 90_000 + "\n") * 60,
    "an open quote": HEAD + '"' + "a\n" * 1_000_000,
    "empty lines": HEAD + "\n" * 2_000_000,
    "twice": HEAD + "00:00,1\n" * 100_000,
    "wide letters": "😀\n" * 500_000,
    "old line ends": HEAD.replace("\n", "\r") + "00:00,1\r" * 300_000,
}


@pytest.mark.parametrize("what", LARGE)
def test_a_large_table_is_refused_at_little_cost(tmp_path: Path, what: str) -> None:
    (tmp_path / "c.csv").write_bytes(LARGE[what].encode())
    (tmp_path / "s.yaml").write_text(SCENARIO)
    words = [sys.executable, "-c", CHECKS, "s.yaml"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True)
    code, peak_kb = map(int, done.stdout.split())
    assert code == 2
    assert peak_kb < 300_000
    assert "Traceback" not in done.stderr
    assert all(":" in line and "c.csv" in line for line in done.stderr.splitlines())
    assert len(done.stderr) < 20_000
