"""The command line in this process, over copies of the inputs."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callsim import cli

INPUTS = Path(__file__).with_name("inputs")


@dataclass(frozen=True)
class Said:
    """What one command line gave: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output as JSON."""
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def all(self) -> str:
        """Both streams as one line of words, for what is said may break anywhere."""
        return " ".join(f"{self.out} {self.err}".split())


def typed(*words: str) -> Said:
    """Type a command line."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.main(words)
    return Said(code, out.getvalue(), err.getvalue())


@contextmanager
def copied(folder: Path) -> Iterator[Path]:
    """Copies of all inputs in a folder, in which commands are typed meanwhile."""
    shutil.copytree(INPUTS, folder, dirs_exist_ok=True)
    was = Path.cwd()
    os.chdir(folder)
    try:
        yield folder
    finally:
        os.chdir(was)


def run(file: str, *words: str) -> dict[str, Any]:
    """The JSON of `callsim run`."""
    return typed("run", file, "--format", "json", *words).json


def staffed(file: str, *words: str) -> dict[str, Any]:
    """The JSON of `callsim staff`."""
    return typed("staff", file, "--format", "json", *words).json


def keeps(file: str, *words: str) -> None:
    """A file that `staff` wrote is read without a mistake, and run, misses no goal."""
    assert typed("check", file).code == 0
    for name, queue in run(file, *words)["queues"].items():
        goal = queue["goal"]
        assert queue["service_level"]["offered"]["high"] >= goal["answer"], (file, name, queue)
