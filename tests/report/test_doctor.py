"""What callsim finds on a machine: right where all is there, and advice where something is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from callsim.report.doctor import as_text, compiled, extras, found
from callsim.sim import cache, jit


def test_every_part_is_told_within_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = list(found())
    names = [part for part, _, _ in parts]
    for name in ("versions", "machine", "memory", "compiled code", "browser", "terminal"):
        assert name in names
    told = as_text(iter(parts), 60)
    assert jit.STAMP in told
    assert all(len(line) <= 60 or " " not in line.strip() for line in told.splitlines())


def test_compiled_code_is_told_as_it_is(tmp_path: Path) -> None:
    here = tmp_path / "callsim" / "python311-numba0-abc"
    here.mkdir(parents=True)
    assert "none yet" in compiled(here).found
    (here / "code").write_bytes(b"x" * 3_000_000)
    assert compiled(here) == ("compiled code", f"3.0 MB in {here}", "")
    (here.parent / "python311-numba0-old").mkdir()
    (here.parent / "others").mkdir()
    assert compiled(here).advice.startswith("1 folder beside it is of another version")


def test_a_folder_that_others_write_in_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    monkeypatch.setenv("CALLSIM_CACHE", str(shared))
    monkeypatch.setattr(cache.tempfile, "gettempdir", lambda: str(shared))
    told = compiled(cache.folder("python311-numba0-abc"))
    assert "kept nowhere" in told.found
    assert "CALLSIM_CACHE" in told.advice
    assert "kept nowhere" in compiled(None).found


def test_extras_are_those_that_the_package_declares() -> None:
    declared = [
        "numpy>=1",
        "pytest>=8; extra == 'test'",
        "numpy>=1.26; extra == 'a'",
        'nowhere-to-be-had ; extra == "b"',
    ]
    (one, there, none), (other, lacks, install) = extras(declared)
    assert (one, none, other) == ("extra a", "", "extra b")
    assert there.startswith("numpy ")
    assert lacks == "nowhere-to-be-had is missing"
    assert install.startswith("pip install 'callsim[b]'")


def test_the_command_ends_well() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "callsim", "doctor"], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "compiled code" in done.stdout


def test_the_shell_completes_commands_and_options() -> None:
    def completed(words: str, place: int) -> str:
        asked = {"COMP_WORDS": words, "COMP_CWORD": str(place), "_CALLSIM_COMPLETE": "bash_complete"}
        command = [sys.executable, "-m", "callsim"]
        done = subprocess.run(command, env=os.environ | asked, capture_output=True, text=True, check=False)
        return done.stdout

    assert completed("callsim do", 1) == "plain,doctor\n"
    assert "--occupancy-at-most" in completed("callsim staff --occ", 2)
