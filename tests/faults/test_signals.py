"""Whatever ends callsim leaves nothing behind, and what a killed process left is swept by the next."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from callsim import unfinished
from callsim.report.kit import file
from callsim.report.kit.folder import RESULT, new_folder

CALLSIM = (sys.executable, "-m", "callsim")
KILLS = int(os.environ.get("CALLSIM_KILLS", "6"))
LONG = """\
name: Long
queues:
  phone: {arrivals: {per_hour: 50_000}, talk: {exponential: {mean: 3 min}}, goal: {answer: 80%, within: 20 s}}
groups: {desk: {answers: {phone: {}}, staff: 3000}}
"""
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def begun(folder: Path, *words: str) -> subprocess.Popen[str]:
    (folder / "long.yaml").write_text(LONG)
    paths = os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH")]))

    def fresh() -> None:  # a test run in the background may have signals switched off, and hand that down
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            signal.signal(number, signal.SIG_DFL)

    return subprocess.Popen(
        [*CALLSIM, "run", "long.yaml", "--runs", "100000", *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
        preexec_fn=fresh,
    )


def until_begun(folder: Path, process: subprocess.Popen[str]) -> None:
    """Wait until the process has begun to write."""
    ends = time.monotonic() + 120
    while not left_in(folder) and time.monotonic() < ends:
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        time.sleep(0.05)


def left_in(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder) if name.startswith(".callsim")]


@pytest.mark.parametrize(
    ("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129), ("SIGQUIT", 131)]
)
@pytest.mark.parametrize("form", ["parquet", "json"])
def test_a_signal_ends_it_like_ctrl_c(tmp_path: Path, name: str, code: int, form: str) -> None:
    out = "out/" if form == "parquet" else "out.json"
    process = begun(tmp_path, "--format", form, "--out", out)
    if form == "parquet":
        until_begun(tmp_path, process)
    time.sleep(1.5)
    process.send_signal(getattr(signal, name))
    _, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Traceback" not in err
    assert err.endswith("interrupted\n")
    assert os.listdir(tmp_path) == ["long.yaml"]


def test_a_signal_that_is_switched_off_stays_so() -> None:
    asks = """
import signal
from callsim import interrupt
signal.signal(signal.SIGHUP, signal.SIG_IGN)
interrupt.watch()
print(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN)
"""
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_kills_leave_nothing_once_somebody_writes_again(tmp_path: Path) -> None:
    luck = random.Random(1)
    for number in range(KILLS):
        process = begun(tmp_path, "--format", "parquet", "--out", f"out-{number % 2}/")
        until_begun(tmp_path, process)
        time.sleep(luck.random())
        process.kill()
        process.communicate(timeout=60)
    assert left_in(tmp_path), "a killed process cannot tidy up"
    file.write(str(tmp_path / "other.txt"), "text")
    assert sorted(os.listdir(tmp_path)) == ["long.yaml", "other.txt"]


def test_what_living_processes_and_others_write_is_left_alone(tmp_path: Path) -> None:
    mine = Path(unfinished.begin(str(tmp_path)))
    name = mine.name
    dead = name.replace(f"-{os.getpid()}-", "-4194305-")
    kept = {
        name: "a living process",
        name.replace(name.split("-")[1], "00000000").replace(
            f"-{os.getpid()}-", "-4194305-"
        ): "another machine",
        ".callsim-notes": "something of the user's",
        "callsim": "something else",
    }
    for one in (*kept, dead):
        (tmp_path / one).write_text("")
    (tmp_path / f"{dead}-old").mkdir()
    (tmp_path / f"{dead}-old" / "table.parquet").write_text("")
    unfinished.discard(unfinished.begin(str(tmp_path)))
    assert sorted(os.listdir(tmp_path)) == sorted(kept)
    unfinished.discard(str(mine))


def test_a_folder_is_swept_before_a_new_one_is_written(tmp_path: Path) -> None:
    dead = Path(unfinished.begin(str(tmp_path))).name.replace(f"-{os.getpid()}-", "-4194305-")
    (tmp_path / dead).mkdir()
    with new_folder(str(tmp_path / "r")) as there:
        Path(there, RESULT).write_text("")
    assert os.listdir(tmp_path) == ["r"]
