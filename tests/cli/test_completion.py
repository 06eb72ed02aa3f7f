"""Completion in bash, zsh and fish: the scripts that docs/commands tells, and what they are answered."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from callsim.cli import COMMANDS

SHELLS = ("bash", "zsh", "fish")


@pytest.fixture
def callsim(tmp_path: Path) -> dict[str, str]:
    """An environment in which `callsim` is a command."""
    command = tmp_path / "callsim"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m callsim "$@"\n')
    command.chmod(0o755)
    return os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}


def told(callsim: dict[str, str], *words: str, **more: str) -> str:
    run = subprocess.run(words, env=callsim | more, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_gets_its_script(callsim: dict[str, str], shell: str) -> None:
    script = told(callsim, "callsim", _CALLSIM_COMPLETE=f"{shell}_source")
    assert f"_CALLSIM_COMPLETE={shell}_complete" in script


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", set(COMMANDS)),
        ("st", {"staff", "stress"}),
        ("run --eng", {"--engine"}),
        ("run --engine k", {"kernel"}),
    ],
)
def test_what_is_typed_is_completed(callsim: dict[str, str], shell: str, typed: str, found: set[str]) -> None:
    last = typed.rpartition(" ")[2]
    asked = {"COMP_WORDS": f"callsim {typed}", "COMP_CWORD": str(typed.count(" ") + 1)}
    if shell == "fish":
        asked["COMP_CWORD"] = last
    answer = told(callsim, "callsim", _CALLSIM_COMPLETE=f"{shell}_complete", **asked)
    offered = {word for line in answer.splitlines() for word in line.replace("\t", ",").split(",")}
    assert found <= offered
    assert not {name for name in COMMANDS if name not in found} & offered


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_takes_the_line_of_the_manual(callsim: dict[str, str], shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    line = {
        "bash": 'eval "$(_CALLSIM_COMPLETE=bash_source callsim)" && complete -p callsim',
        "zsh": 'autoload -Uz compinit; compinit -u -D; eval "$(_CALLSIM_COMPLETE=zsh_source callsim)"; '
        "which _callsim_completion",
        "fish": "_CALLSIM_COMPLETE=fish_source callsim | source; complete -c callsim",
    }[shell]
    assert "_callsim_completion" in told(callsim, shell, "-c", line)
