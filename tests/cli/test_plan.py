"""`callsim plan` and `callsim stress` as typed: forms, what is kept, mistakes, exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.makers.plans import GROWING, TEXT

Typed = Callable[..., tuple[int, str, str]]
NARROW = 80


@pytest.fixture
def growing(tmp_path: Path) -> str:
    path = tmp_path / "growing.yaml"
    path.write_text(TEXT + GROWING)
    return str(path)


def test_the_verdict_comes_first(typed: Typed, growing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(NARROW))
    code, out, err = typed("plan", growing, "--runs", "1")
    assert code == 0
    # Half of nine agents and half of five are not enough for half of their calls.
    assert out.splitlines()[:2] == ["Two parks", "The plan does NOT hold: one (shifts), two (people)."]
    assert max(map(len, out.splitlines())) <= NARROW
    assert "It would take" in out
    assert "Traceback" not in err
    assert typed("plan", growing, "--runs", "1", "--strict")[0] == 3


def test_json_and_csv_say_the_same(typed: Typed, growing: str) -> None:
    found = json.loads(typed("plan", growing, "--runs", "1", "--format", "json")[1])
    assert [period["start"] for period in found["periods"]] == [f"2017-{month:02d}" for month in range(6, 12)]
    for period in found["periods"]:
        assert set(period) >= {"start", "sites", "queues", "people", "binding"}
    rows = list(csv.DictReader(io.StringIO(typed("plan", growing, "--runs", "1", "--format", "csv")[1])))
    assert len(rows) == 6 * 2 + 2  # double eleven is in one month
    first = found["periods"][0]["queues"]["x"]["service_level"]["offered"]["mean"]
    assert float(rows[0]["service_level_offered_mean"]) == first


def test_an_assumption_is_set_like_any_key(typed: Typed, growing: str) -> None:
    staff = ("--set", "groups.ga.staff=12", "--set", "groups.gb.staff=7")
    words = ("plan", growing, "--runs", "1", "--format", "json", *staff)
    college = "buildout.people.schools.college"
    more = (*words, "--set", f"{college}.intake=300", "--set", f"{college}.rooms=30")
    assert not json.loads(typed(*words)[1])["holds"]
    assert json.loads(typed(*more)[1])["holds"]


def test_a_file_without_a_build_out_is_told_so(typed: Typed, small: str) -> None:
    code, out, err = typed("plan", small)
    assert (code, out) == (2, "")
    assert "has no `buildout`" in err


def test_nothing_is_kept_but_where_it_is_asked_for(typed: Typed, growing: str, tmp_path: Path) -> None:
    out, mine = tmp_path / "a.json", tmp_path / "mine"
    words = ("plan", growing, "--runs", "1", "--format", "json")
    assert typed(*words, "--out", str(out))[0] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "growing.yaml"]
    for again in (False, True):
        code, found, err = typed(*words, "--state", str(mine))
        assert (code, found) == (0, out.read_text())
        assert "not simulated again" in err or not again


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_and_again_gives_the_same(typed: Typed, growing: str, tmp_path: Path) -> None:
    state = tmp_path / "state"
    words = ["plan", growing, "--runs", "8", "--out", str(tmp_path / "b.json")]
    process = subprocess.Popen(
        [sys.executable, "-m", "callsim", *words, "--state", str(state)],
        stderr=subprocess.PIPE, env=os.environ, text=True,
    )  # fmt: skip
    until = time.monotonic() + 120
    while time.monotonic() < until and len(list(state.glob("*.part"))) < 2:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "the same command goes on" in err
    assert not (tmp_path / "b.json").exists()
    assert typed(*words, "--state", str(state))[0] == 0
    whole = typed("plan", growing, "--runs", "8", "--format", "json")[1]
    assert (tmp_path / "b.json").read_text() == whole


def test_stress_says_what_breaks_first(typed: Typed, growing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(NARROW))
    weak = ("--set", "groups.ga.staff=6", "--set", "queues.y.goal=")
    words = ("stress", growing, "--runs", "1", "--set", "buildout=", *weak)
    code, out, err = typed(*words)
    assert code == 0
    assert out.splitlines()[1].startswith(("Breaks first: ", "Broken already"))
    assert max(map(len, out.splitlines())) <= NARROW
    assert "Traceback" not in err
    found = json.loads(typed(*words, "--format", "json")[1])
    assert all({"what", "goal", "times"} <= set(limit) for limit in found["limits"])


def test_pages_are_made(typed: Typed, growing: str) -> None:
    code, out, _ = typed("plan", growing, "--runs", "1", "--format", "html")
    assert code == 0
    assert out.startswith("<!doctype html>")
    assert "What binds first" in out
    assert len(out) < 2_000_000
