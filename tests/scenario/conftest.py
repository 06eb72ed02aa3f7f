"""A scenario to spoil: one line of it is replaced, and the mistake must be found there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from callsim.errors import Mistake, ScenarioError
from callsim.scenario import Scenario, load

SMALL = """\
calendar: {days: 2}
queues:
  telecom:
    arrivals: {per_day: 1000}
    talk: {exponential: {mean: 3 min}}
  bank:
    arrivals: {per_hour: 60}
    talk: 2 min
groups:
  desk:
    answers: {telecom: {}, bank: {rank: 2}}
    staff: 20
"""


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Scenario]:
    """Writes files, loads the first."""

    def write(text: str | bytes = SMALL, overrides: object = (), **others: str) -> Scenario:
        for name, content in others.items():
            (tmp_path / name.replace("_", ".")).write_text(content, "utf-8")
        path = tmp_path / "a.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(path, overrides)  # type: ignore[arg-type]

    return write


@pytest.fixture
def refused(written: Callable[..., Scenario], tmp_path: Path) -> Callable[..., list[str]]:
    """The mistakes of a file, without its folder."""

    def refuse(*args: object, **others: str) -> list[str]:
        with pytest.raises(ScenarioError) as caught:
            written(*args, **others)
        mistakes: tuple[Mistake, ...] = caught.value.mistakes
        return [str(mistake).replace(f"{tmp_path}/", "") for mistake in mistakes]

    return refuse
