"""`aht` and `wrap_share`: every call's handling time is cut into talk and wrap in equal shares."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import callsim
from callsim.errors import ScenarioError
from callsim.model import build
from callsim.sim.luck.draw import draw
from callsim.study.runs.replicate import run

CENTRE = """\
calendar: {days: 2, interval: 6 h}
queues:
  q: {arrivals: {per_hour: 60}, TIMES, patience: {exponential: {mean: 3 min}}}
groups:
  desk: {answers: {q: {}}, staff: 5}
"""


def centre(tmp_path: Path, times: str) -> Path:
    path = tmp_path / "centre.yaml"
    path.write_text(CENTRE.replace("TIMES", times))
    return path


def drawn(path: Path, changes: dict[str, object] | None = None) -> np.ndarray:
    """int64 [call, 2] ms of talk and wrap."""
    trace = np.concatenate(list(draw(build(callsim.load(path, changes or {})).demand, 1, 0)))
    return np.array([trace["talk"], trace["wrap"]], np.int64).T


@pytest.mark.parametrize(
    "family",
    [
        "lognormal: {mean: 3 min, cv: 1}",
        "gamma: {mean: 3 min, cv: 0.7, at_most: 4 min}",
        "weibull: {mean: [1 min, 2 min, 3 min, 4 min], cv: 1.2}",
        "hyperexponential: {mean: {mon: 3 min, other: 2 min}, cv: 1.5}",
        "uniform: {low: 1 min, high: 5 min}",
        "triangular: {low: 1 min, mode: 2 min, high: 5 min}",
        "erlang: {mean: 3 min, phases: 3}",
        "empirical: {values: [10 s, 100 s, 300 s]}",
        "constant: {mean: 100 s}",
    ],
)
def test_the_share_of_every_call_is_wrap(tmp_path: Path, family: str) -> None:
    path = centre(tmp_path, f"aht: {{{family}}}, wrap_share: 15%")
    parts, whole = drawn(path), drawn(path, {"queues.q.wrap_share": 0})
    assert len(parts) > 2000
    np.testing.assert_array_equal(whole[:, 1], 0)
    assert abs(parts.sum(axis=1) - whole[:, 0]).max() <= 1  # each is whole milliseconds
    assert abs(parts[:, 1] - 0.15 * whole[:, 0]).max() <= 1
    longer = drawn(path, {"queues.q.scale.aht": 2})
    assert abs(longer - 2 * parts).max() <= 1


@pytest.mark.parametrize("low_mode_high", [(0, 0, 300), (60, 60, 300), (60, 120, 300), (60, 300, 300)])
def test_a_triangular_time_has_its_mean_and_quantiles(
    tmp_path: Path, low_mode_high: tuple[int, int, int]
) -> None:
    low, mode, high = low_mode_high
    path = centre(tmp_path, f"talk: {{triangular: {{low: {low} s, mode: {mode} s, high: {high} s}}}}")
    talk = drawn(path)[:, 0] / 1000
    exact = stats.triang((mode - low) / (high - low), low, high - low)
    assert stats.kstest(talk, exact.cdf).pvalue > 1e-4
    family = callsim.load(path).queues["q"].talk
    for time in (low + 10, mode, 200, 299):
        assert family.share_below(time) == pytest.approx(exact.cdf(time), abs=1e-9)


def test_a_triangular_time_is_stretched_to_its_mean(tmp_path: Path) -> None:
    plain = drawn(centre(tmp_path, "talk: {triangular: {low: 1 min, mode: 2 min, high: 6 min}}"))
    words = "talk: {triangular: {low: 1 min, mode: 2 min, high: 6 min, mean: {mon: 6 min, other: 6 min}}}"
    assert abs(drawn(centre(tmp_path, words)) - 2 * plain).max() <= 1


def test_an_erlang_time_is_a_gamma_of_whole_shape(tmp_path: Path) -> None:
    gamma = drawn(centre(tmp_path, "talk: {gamma: {shape: 3, scale: 1 min}}"))
    np.testing.assert_array_equal(drawn(centre(tmp_path, "talk: {erlang: {mean: 3 min, phases: 3}}")), gamma)


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_both_engines_play_them(tmp_path: Path, engine: str) -> None:
    path = centre(tmp_path, "aht: {lognormal: {mean: 3 min, cv: 1}}, wrap_share: 20%")
    result = run(callsim.load(path), runs=2, engine=engine)
    other = run(callsim.load(path), runs=2, engine="kernel")
    np.testing.assert_array_equal(result.sums.calls, other.sums.calls)
    assert result.to_dict()["queues"]["q"]["aht_s"]["mean"] == pytest.approx(180, rel=0.1)


@pytest.mark.parametrize(
    ("times", "text"),
    [
        ("aht: 3 min, wrap: 1 min", "does not go with aht"),
        ("talk: 3 min, wrap_share: 10%", "aht, which is missing"),
        ("wrap: 3 min", "talk is missing here"),
        ("aht: 3 min, wrap_share: 100%", "less than 100%"),
        ("talk: {triangular: {low: 3 min, mode: 1 min, high: 5 min}}", "in this order"),
        ("talk: {triangular: 3 min}", "low: 1 min, mode: 3 min"),
        ("talk: {erlang: {mean: 3 min, phases: 1.5}}", "whole number"),
    ],
)
def test_mistakes(tmp_path: Path, times: str, text: str) -> None:
    with pytest.raises(ScenarioError, match=text) as told:
        callsim.load(centre(tmp_path, times))
    assert [mistake.line for mistake in told.value.mistakes] == [3]


def test_talk_replaces_it(tmp_path: Path) -> None:
    path = centre(tmp_path, "aht: 3 min, wrap_share: 10%")
    assert callsim.load(path, {"queues.q.talk": "100 s"}).queues["q"].wrap is None
