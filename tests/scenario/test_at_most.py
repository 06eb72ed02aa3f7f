"""What at_most leaves of a distribution: drawing again must find something."""

from __future__ import annotations

from pathlib import Path

import pytest

import callsim
from callsim.errors import ScenarioError

TEXT = """
name: x
calendar: {{start: 2024-01-08}}
queues:
  q: {{arrivals: {{per_hour: 60}}, talk: {talk}}}
groups:
  g: {{answers: {{q: {{}}}}, staff: 5}}
"""


@pytest.mark.parametrize(
    "talk",
    [
        "{uniform: {low: 100 s, high: 200 s, at_most: 50 s}}",
        "{constant: {mean: 100 s, at_most: 50 s}}",
        "{empirical: {values: [100 s, 200 s], at_most: 50 s}}",
        "{lognormal: {mean: 100 s, cv: 0.1, at_most: 50 s}}",
        "{gamma: {mean: 100 s, cv: 0.1, at_most: 50 s}}",
        "{weibull: {mean: 100 s, cv: 0.1, at_most: 50 s}}",
    ],
)
def test_at_most_must_leave_something(tmp_path: Path, talk: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(TEXT.format(talk=talk))
    with pytest.raises(ScenarioError):
        callsim.load(path)


def test_at_most_may_cut_a_long_tail(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    for talk in ("lognormal: {mean: 100 s, cv: 1", "gamma: {mean: 100 s, cv: 1", "exponential: {mean: 100 s"):
        path.write_text(TEXT.format(talk="{" + talk + ", at_most: 50 s}}"))
        assert callsim.load(path).queues["q"].talk.at_most == 50
