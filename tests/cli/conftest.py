"""The command line in this process, and a small scenario for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from callsim import cli

SMALL = """\
name: Small
queues:
  phone:
    arrivals: {per_hour: 60}
    talk: {exponential: {mean: 3 min}}
    goal: {answer: 80%, within: 20 s}
groups:
  desk: {answers: {phone: {}}, staff: 6}
"""


@pytest.fixture
def small(tmp_path: Path) -> str:
    """The path of a scenario that runs in a moment."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return str(path)


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Type a command line; get its exit code, standard output and standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(words)
        return code, *capsys.readouterr()

    return run
