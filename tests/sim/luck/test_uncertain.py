"""Means that are known only so well: each run draws how far off they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import callsim
from callsim.errors import ScenarioError
from callsim.model import build
from callsim.scenario import Scenario
from callsim.sim.luck.draw import draw
from callsim.study.runs.why import kinds_of
from tests.makers.centres import centre
from tests.makers.near import near

RUNS = 600
PER_HOUR, OPEN_H, TALK_S, PATIENCE_S = 60, 2, 100.0, 50.0
VOLUME, AHT, PATIENCE = 0.2, 0.3, 0.25


def _scenario(tmp_path: Path, uncertain: str) -> Scenario:
    return centre(
        tmp_path,
        f"""
calendar: {{start: 2024-03-04, interval: 30 min}}
queues:
  q:
    open: 10:00-12:00
    arrivals: {{per_hour: {PER_HOUR}}}
    talk: {{exponential: {{mean: {TALK_S} s}}}}
    wrap: 10 s
    patience: {{exponential: {{mean: {PATIENCE_S} s}}}}
    {uncertain}
groups: {{g: {{answers: {{q: {{}}}}, staff: 3}}}}
""",
    )


def _means(scenario: Scenario) -> np.ndarray:
    """float64 [run, figure]: calls from 10 to 12 h, and the mean ms of their talk, wrap and patience."""
    demand = build(scenario).demand
    found = []
    for run in range(RUNS):
        calls = np.concatenate([*draw(demand, 1, run)])
        kept = calls[(calls["arrive"] >= 10 * 3_600_000) & (calls["arrive"] < 12 * 3_600_000)]
        found.append((len(kept), *(kept[name].mean() for name in ("talk", "wrap", "patience"))))
    return np.array(found)


def _variance_is(values: np.ndarray, expected: float) -> None:
    """The error of a variance is that of the mean of squares off the mean."""
    squares = (values - values.mean()) ** 2 * len(values) / (len(values) - 1)
    near(squares, expected, squares.std())


def test_runs_differ_by_what_is_uncertain_and_by_chance(tmp_path: Path) -> None:
    found = _means(_scenario(tmp_path, f"uncertain: {{volume: {VOLUME}, aht: {AHT}, patience: {PATIENCE}}}"))
    calls, talk, wrap, patience = found.T
    usual = PER_HOUR * OPEN_H
    near(calls, usual, calls.std())
    _variance_is(calls, usual + (VOLUME * usual) ** 2)
    near(talk, 1000 * TALK_S, talk.std())
    near(patience, 1000 * PATIENCE_S, patience.std())
    # A wrap that is all alike is only as uncertain as its mean, and follows talk.
    near(wrap, 10_000, wrap.std())
    _variance_is(wrap, (AHT * 10_000) ** 2)
    assert np.corrcoef(talk, wrap)[0, 1] > 0.9
    of_mean = 1 / usual  # about: of an exponential's mean of that many calls
    for mean, cv in ((talk / 1000 / TALK_S, AHT), (patience / 1000 / PATIENCE_S, PATIENCE)):
        assert cv**2 * 0.8 < mean.var(ddof=1) < (cv**2 + 1.3 * of_mean * (1 + cv**2)) * 1.2
    # The factors of one run have nothing to do with each other.
    assert abs(stats.spearmanr(calls, talk).statistic) < 4 / RUNS**0.5
    assert abs(stats.spearmanr(talk, patience).statistic) < 4 / RUNS**0.5


def test_what_is_known_exactly_changes_no_call(tmp_path: Path) -> None:
    plain, known = (
        _scenario(tmp_path, ""),
        _scenario(tmp_path, "uncertain: {volume: 0%, aht: 0%, patience: 0%}"),
    )
    for run in range(3):
        for one, other in zip(
            draw(build(plain).demand, 1, run), draw(build(known).demand, 1, run), strict=True
        ):
            assert (one == other).all()


def test_uncertain_volume_moves_no_other_luck(tmp_path: Path) -> None:
    """Later calls of a busier run come earlier, but each brings what it brought."""
    plain, more = (build(_scenario(tmp_path, text)).demand for text in ("", "uncertain: {volume: 5%}"))
    one, other = (np.concatenate([*draw(demand, 1, 0)]) for demand in (plain, more))
    both = min(len(one), len(other), 20)
    assert (one["talk"][:both] == other["talk"][:both]).mean() > 0.5


def test_why_knows_how_much_of_the_risk_it_is(tmp_path: Path) -> None:
    scenario = _scenario(tmp_path, "uncertain: {volume: 40%}")
    assert kinds_of(build(scenario)) == ["single calls", "figures that are uncertain"]
    assert "figures that are uncertain" not in kinds_of(build(_scenario(tmp_path, "")))
    split = callsim.why(scenario, runs=40).to_dict()
    assert split["total"]["shares"]["figures that are uncertain"]["mean"] > 0.5


@pytest.mark.parametrize(
    ("uncertain", "at"),
    [
        ("uncertain: {volume: -1%}", "10:25"),
        ("uncertain: {volume: 400%}", "10:25"),
        ("uncertain: {calls: 3%}", "10:17"),
    ],
)
def test_nonsense_is_a_mistake(tmp_path: Path, uncertain: str, at: str) -> None:
    with pytest.raises(ScenarioError, match=f":{at}: "):
        _scenario(tmp_path, uncertain)


def test_patience_without_end_is_not_uncertain(tmp_path: Path) -> None:
    text = "queues: {q: {arrivals: {per_hour: 9}, talk: 1 min, uncertain: {patience: 5%}}}"
    with pytest.raises(ScenarioError, match="wait for ever"):
        centre(
            tmp_path,
            f"calendar: {{start: 2024-03-04}}\n{text}\ngroups: {{g: {{answers: {{q: {{}}}}, staff: 3}}}}",
        )


def test_exact_calls_have_no_uncertain_volume(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("interval_start,offered\n" + "".join(f"{k:02}:00,5\n" for k in range(24)))
    counts = "arrivals: {counts: {file: c.csv, exact: true}}"
    text = f"queues: {{q: {{{counts}, talk: 1 min, uncertain: {{volume: 5%}}}}}}"
    with pytest.raises(ScenarioError, match=r"uncertain\.volume does not go with"):
        centre(
            tmp_path,
            f"calendar: {{start: 2024-03-04, interval: 60 min}}\n{text}\n"
            "groups: {g: {answers: {q: {}}, staff: 3}}",
        )
