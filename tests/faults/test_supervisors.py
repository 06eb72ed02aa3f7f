"""Supervisors that leave, wait for nothing or for ever, or lie elsewhere are told at their place."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from callsim import cli
from callsim.model.supervisors import guard

SCENARIO = """\
name: watched
calendar: {start: 2024-01-08}
queues:
  service: {arrivals: {per_hour: 60}, talk: {exponential: {mean: 3 min}}}
groups:
  desk: {answers: {service: {}}, staff: 6}
supervisors: [ops.py:evening]
"""
Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Typed:
    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(words)
        return code, *capsys.readouterr()

    return run


def watched(folder: Path, source: str, named: str = "ops.py:evening") -> str:
    (folder / "ops.py").write_text(source)
    path = folder / "watched.yaml"
    path.write_text(SCENARIO.replace("ops.py:evening", named))
    return str(path)


STARTS = 'def evening(f):\n    f.env.process(sub(f))\n    yield f.wait("2 h")\n'
GOOD = 'def evening(floor):\n    while True:\n        yield floor.wait("30 min")\n'


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        (
            'import sys\ndef evening(f):\n    yield f.wait("1 min")\n    sys.exit(0)\n',
            4,
            "sys.exit ends callsim",
        ),
        (
            'def evening(f):\n    yield f.wait("1 min")\n    raise SystemExit\n',
            3,
            "write return to stop looking",
        ),
        ('def evening(f):\n    yield f.wait("1 min")\n    quit()\n', 3, "sys.exit ends callsim"),
        ("def evening(f):\n    while True:\n        yield 60\n", 3, 'write yield floor.wait("60 s")'),
        ("def evening(f):\n    yield 1.5\n", 2, 'write yield floor.wait("1.5 s")'),
        ('def evening(f):\n    yield "5 min"\n', 2, 'write yield floor.wait("5 min")'),
        ("def evening(f):\n    yield\n", 2, "waits for nothing"),
        ('def evening(f):\n    yield f.wait("1 min")\n    yield None\n', 3, "waits for nothing"),
        (
            'def rest(f):\n    yield f.wait("1 h")\ndef evening(f):\n    yield rest(f)\n',
            4,
            "write yield from rest(…)",
        ),
        (
            'def evening(f):\n    while True: yield f.wait("0 s")\n',
            2,
            "no time passes; wait for more than 0 s",
        ),
        (
            'def rest(f):\n    while 1:\n        yield f.wait("0 s")\n'
            "def evening(f):\n    yield from rest(f)\n",
            3,
            "no time passes",
        ),
        ("def sub(f):\n    yield 60\n" + STARTS, 2, 'write yield floor.wait("60 s")'),
        (
            'import sys\ndef sub(f):\n    yield f.wait("1 min")\n    sys.exit(0)\n' + STARTS,
            4,
            "sys.exit ends callsim",
        ),
        ('def sub(f):\n    while 1: yield f.wait("0 s")\n' + STARTS, 2, "no time passes"),
        (
            'def sub(f):\n    f.env.process(sub(f))\n    yield f.wait("0 s")\n' + STARTS,
            3,
            "no time passes",
        ),
        ('def evening(f):\n    yield f.wait("1 min")\n    input("?")\n', 3, "finds nobody to ask"),
        ('def evening(f):\n    yield f.wait("1 min")\n    raise GeneratorExit\n', 3, "write return to stop"),
        ('def evening(f):\n    yield f.wait("1 min")\n    raise KeyboardInterrupt\n', 3, "is Ctrl-C's"),
        ("def evening(f):\n    raise KeyboardInterrupt('now')\n    yield\n", 2, "is Ctrl-C's"),
        ("def sub(f):\n    raise GeneratorExit\n    yield\n" + STARTS, 2, "write return to stop"),
    ],
)
@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_a_supervisor_that_fails_is_told_with_its_file_and_line(
    typed: Typed,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    line: int,
    says: str,
    engine: str,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    out = tmp_path / "out.json"
    path = watched(tmp_path, source)
    code, shown, err = typed("run", path, "--runs", "1", "--engine", engine, "--out", str(out))
    assert (code, shown.removeprefix("?")) == (1, "")
    assert re.search(rf"ops\.py, line {line}, in ", err), err
    assert says in err
    assert "Traceback" not in err
    assert "mistake of callsim" not in err
    assert not out.exists()


@pytest.mark.parametrize(
    "source",
    [
        'def evening(f):\n    if f.now.year > 3000:\n        yield f.wait("1 min")\n',
        'def evening(f):\n    yield f.wait("1 min")\n',
        "def evening(f):\n    try:\n        yield f.env.event().fail(ValueError())\n"
        "    except ValueError:\n        return\n",
    ],
    ids=["at once", "after a while", "after a failure"],
)
@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_a_supervisor_may_stop_looking(typed: Typed, tmp_path: Path, source: str, engine: str) -> None:
    code, _, err = typed("run", watched(tmp_path, source), "--runs", "1", "--engine", engine)
    assert code == 0, err


def test_a_process_hands_its_value_back_and_can_be_interrupted(typed: Typed, tmp_path: Path) -> None:
    source = """\
import simpy
def sub(f):
    try:
        yield f.wait("1 h")
    except simpy.Interrupt:
        yield f.wait("1 min")
        return "interrupted"
def evening(f):
    process = f.env.process(sub(f))
    yield f.wait("1 min")
    process.interrupt()
    value = yield process
    found = yield f.env.process(sub(f)) | f.wait("1 s")
    raise ValueError(f"value {value}, {len(found.todict())} event")
"""
    code, _, err = typed("run", watched(tmp_path, source), "--runs", "1")
    assert code == 1
    assert "ValueError: value interrupted, 1 event" in err
    assert "mistake of callsim" not in err


def test_an_exit_while_the_file_is_read_is_told_too(typed: Typed, tmp_path: Path) -> None:
    code, _, err = typed("run", watched(tmp_path, "import sys\nsys.exit(3)\n" + GOOD), "--runs", "1")
    assert code == 1
    assert "ops.py, line 2" in err
    assert "sys.exit ends callsim" in err


def test_a_few_waits_of_no_time_are_allowed(typed: Typed, tmp_path: Path) -> None:
    source = 'def evening(f):\n    for _ in range(100):\n        yield f.wait("0 s")\n'
    code, _, err = typed("run", watched(tmp_path, source), "--runs", "1")
    assert code == 0, err


def test_check_and_run_say_what_python_they_run(typed: Typed, tmp_path: Path) -> None:
    path = watched(tmp_path, GOOD)
    assert "runs Python: ops.py (evening)" in typed("check", path)[1]
    code, out, err = typed("run", path, "--runs", "1")
    assert code == 0
    assert "runs Python: ops.py (evening)\n" in err
    assert "runs Python" not in out
    (tmp_path / "plain.yaml").write_text(SCENARIO.partition("supervisors")[0])
    assert "runs Python" not in "".join(typed("run", str(tmp_path / "plain.yaml"), "--runs", "1")[1:])


@pytest.mark.parametrize("command", ["check", "run", "staff", "stress"])
def test_code_can_be_forbidden(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    path = watched(tmp_path, "raise ValueError('it ran')\n" + GOOD)
    monkeypatch.setenv("CALLSIM_NO_CODE", "1")
    code, out, err = typed(command, path)
    assert (code, out) == (2, "")
    assert re.match(
        r".*watched\.yaml:7:15: ops\.py:evening would run Python, which CALLSIM_NO_CODE forbids", err
    )


@pytest.mark.parametrize(
    "where", ["../other/ops.py", "{other}/ops.py", "below/../../other/ops.py", "link.py"]
)
def test_a_file_outside_the_scenarios_folder_is_refused(typed: Typed, tmp_path: Path, where: str) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    home.mkdir()
    other.mkdir()
    (home / "below").mkdir()
    (other / "ops.py").write_text(GOOD)
    (home / "link.py").symlink_to(other / "ops.py")
    named = where.format(other=other)
    code, _, err = typed("check", watched(home, GOOD, f"{named}:evening"))
    assert code == 2
    assert "lies outside the folder of this file; copy it there" in err


def test_a_file_below_the_scenarios_folder_is_fine(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "late.py").write_text(GOOD)
    assert typed("check", watched(tmp_path, GOOD, "below/late.py:evening"))[0] == 0


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "-" * 90_000 + "1\n",
        "x = " + "(" * 90_000 + "\n",
        "x = " + "a." * 45_000 + "b\n",
        "x = a" + "[0]" * 30_000 + "\n",
        "x = 1" + "+1" * 45_000 + "\n",
        "#" * 100_001 + "\n",
        "\x00\n",
    ],
    ids=["minus", "brackets", "dots", "indices", "sum", "large", "nul"],
)
def test_a_file_that_python_chokes_on_is_a_mistake(typed: Typed, tmp_path: Path, source: str) -> None:
    code, _, err = typed("check", watched(tmp_path, source + GOOD))
    assert code == 2
    assert "watched.yaml:7:15: ops.py" in err


@pytest.mark.parametrize(
    "printed", ['print("a note")', 'print("a note", file=sys.stdout)', 'sys.stdout.write("a note\\n")']
)
def test_what_a_supervisor_prints_does_not_break_json(typed: Typed, tmp_path: Path, printed: str) -> None:
    source = (
        f'import sys\n{printed}\ndef evening(f):\n    {printed}\n    yield f.wait("1 min")\n    {printed}\n'
    )
    code, out, err = typed("run", watched(tmp_path, source), "--runs", "1", "--format", "json")
    assert code == 0, err
    assert json.loads(out)["scenario"] == "watched"
    assert err.count("a note") == 3


def test_a_signal_still_interrupts_a_supervisor(tmp_path: Path) -> None:
    source = (
        "import os, signal\ndef evening(f):\n    yield f.wait('1 min')\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n    while True: pass\n"
    )
    words = [sys.executable, "-m", "callsim", "run", watched(tmp_path, source), "--runs", "1"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 130, done.stderr
    assert "line" not in done.stderr


@pytest.mark.parametrize("status", ["0", "3"])
def test_an_exit_past_python_is_a_failure_too(typed: Typed, tmp_path: Path, status: str) -> None:
    source = f'import os\ndef evening(f):\n    yield f.wait("1 min")\n    os._exit({status})\n'
    code, _, err = typed("run", watched(tmp_path, source), "--runs", "1")
    assert code == 1
    assert "ops.py, line 4, in evening: sys.exit ends callsim" in err


@pytest.mark.parametrize("turn", ["pass", 'f.waiting("service")'])
def test_a_loop_that_never_waits_ends(
    typed: Typed, tmp_path: Path, turn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "LONGEST_S", 1)
    source = f'def evening(f):\n    yield f.wait("1 h")\n    while True:\n        {turn}\n'
    code, _, err = typed("run", watched(tmp_path, source), "--runs", "1")
    assert code == 1
    assert re.search(r"ops.py, line [34], in evening: it computes and does not wait", err), err


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (
            'try:\n        yield f.wait("90 h")\n    finally:\n        raise ValueError("late")',
            "ops.py, line 5, in evening: ValueError when the day was over: late",
        ),
        (
            'while 1:\n        try:\n            yield f.wait("1 h")\n'
            "        except BaseException:\n            pass",
            "in evening: RuntimeError when the day was over: generator ignored GeneratorExit",
        ),
    ],
)
def test_what_fails_when_the_day_is_over_is_told_in_a_line(tmp_path: Path, body: str, says: str) -> None:
    path = watched(tmp_path, f"def evening(f):\n    {body}\n")
    words = [sys.executable, "-m", "callsim", "run", path, "--runs", "2", "--format", "json"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert json.loads(done.stdout)["runs"] == 2
    assert done.stderr.count(says) == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_thread_that_is_left_running_keeps_nobody(tmp_path: Path) -> None:
    source = (
        "import threading, time\ndef evening(f):\n"
        "    threading.Thread(target=time.sleep, args=[300]).start()\n"
        '    yield f.wait("1 h")\n'
    )
    words = [sys.executable, "-m", "callsim", "run", watched(tmp_path, source), "--runs", "1", "--strict"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "watched" in done.stdout


@pytest.mark.parametrize(
    ("body", "line", "says"),
    [
        ('yield f.wait("-5 min")', 2, "'-5 min' is negative"),
        ("yield f.wait(60)", 2, "60 has no unit"),
        ("raise StopIteration\n    yield", 2, "generator raised StopIteration"),
        ("yield from evening(f)", 2, "RecursionError: maximum recursion depth exceeded"),
        ('raise ValueError("x" * 10_000_000)\n    yield', 2, "ValueError: xxx"),
    ],
)
def test_what_it_raises_is_shown_with_its_own_steps_only(
    typed: Typed, tmp_path: Path, body: str, line: int, says: str
) -> None:
    code, _, err = typed("run", watched(tmp_path, f"def evening(f):\n    {body}\n"), "--runs", "1")
    assert code == 1
    assert f'ops.py", line {line}, in evening' in err
    assert says in err
    assert len(err) < 3000
    assert "Traceback" not in err
    assert "supervisors/floor.py" not in err


def test_the_files_that_call_a_supervisor_are_known_to_its_guard() -> None:
    """Elsewhere callsim would be taken to work for it, and a loop that never waits would end nowhere."""
    package = Path(guard.__file__).parents[2]
    calling = [
        str(file) for file in package.rglob("*.py") if re.search(r"\bguarded\(\):", file.read_text("utf-8"))
    ]
    assert calling
    assert set(calling) <= set(guard._OWN)
