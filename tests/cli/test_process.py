"""callsim as a process of its own: start-up, pipes, Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

CALLSIM = (sys.executable, "-m", "callsim")
HEAVY = ("numpy", "numba", "scipy", "pydantic", "duckdb", "simpy", "rich", "yaml", "jinja2")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes of POSIX")


def test_help_imports_nothing_heavy() -> None:
    asks = f"""
import sys
from callsim import cli
cli.main(["--help"]); cli.main(["run", "--help"])
print("heavy:", [name for name in {HEAVY} if name in sys.modules])
"""
    out = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True).stdout
    assert out.endswith("heavy: []\n")


def test_a_check_needs_no_simulation(small: str) -> None:
    """Judging a file is quick: nothing is compiled, and no formula of SciPy is needed for usual words."""
    asks = f"""
import sys
from callsim import cli
cli.main(["check", {small!r}])
print("heavy:", [name for name in ("numba", "scipy", "simpy", "duckdb", "jinja2") if name in sys.modules])
"""
    out = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True).stdout
    assert out.endswith("heavy: []\n")


def test_results_and_messages_go_their_own_ways(small: str) -> None:
    done = subprocess.run([*CALLSIM, "run", small, "--runs", "2"], capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.startswith("Small\n")
    assert "\x1b" not in done.stdout + done.stderr
    assert done.stderr == "" or done.stderr.startswith("compiling")


def test_exit_codes_reach_the_shell(small: str) -> None:
    assert subprocess.run([*CALLSIM, "check", "nowhere.yaml"], capture_output=True).returncode == 2
    few = ("--runs", "2", "--set", "groups.desk.staff=1", "--strict")
    assert subprocess.run([*CALLSIM, "run", small, *few], capture_output=True).returncode == 3


def test_a_closed_pipe_is_no_traceback(small: str) -> None:
    words = [*CALLSIM, "run", small, "--runs", "2", "--format", "json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
    assert "Traceback" not in err
    assert "Exception" not in err


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_is_no_traceback(small: str) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([*CALLSIM, "check", small], stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (1, "Error: cannot write the result: no space left on device\n")


def test_ctrl_c_inside_generated_code_is_130_too(small: str, tmp_path: Path) -> None:
    (tmp_path / "asks.py").write_text("""
from callsim import __main__
from callsim.cli import simulate
simulate.simulated = lambda *_: exec("raise KeyboardInterrupt")
__main__.main()
""")
    words = [sys.executable, "-m", "asks", "run", small]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stderr.strip()) == (130, "interrupted")


@pytest.mark.parametrize("cold", [True, False], ids=["while compiling", "while simulating"])
@pytest.mark.parametrize("after_s", [1.5, 3.0])
def test_ctrl_c_ends_it_within_a_second_and_leaves_nothing(
    small: str, tmp_path: Path, cold: bool, after_s: float
) -> None:
    result = tmp_path / "out" / "result.json"
    result.parent.mkdir()
    size = ("--set", "queues.phone.arrivals.per_hour=100_000", "--set", "groups.desk.staff=6000")
    words = [*CALLSIM, "run", small, *size, "--runs", "100000", "--out", str(result)]
    environment = os.environ | ({"CALLSIM_CACHE": str(tmp_path / "cache")} if cold else {})
    process = subprocess.Popen(
        words,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        # A test run in the background may have Ctrl-C switched off, and hand that down.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    time.sleep(after_s)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    begun = time.monotonic()
    _, err = process.communicate(timeout=30)
    assert time.monotonic() - begun < 3  # a second, and what a busy machine adds
    assert process.returncode == 130
    assert "Traceback" not in err
    assert err.endswith("interrupted\n")
    assert os.listdir(result.parent) == []
