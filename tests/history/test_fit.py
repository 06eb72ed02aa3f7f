"""A fit as a whole: what simulated logs give back, and the scenario that it writes, which runs."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.errors import UserError
from callsim.history.canonical import SUMS, IntervalTable, summed
from callsim.history.fit.question import fit_table
from callsim.history.fit.result import FitResult
from tests.makers.answers import fits_its_schema
from tests.makers.worlds import log, world

HALF_HOUR = 1_800_000


@pytest.fixture(scope="module")
def histories(tmp_path_factory: pytest.TempPathFactory) -> list[IntervalTable]:
    scenario = world(tmp_path_factory.mktemp("world"), days=28, per_day=600, staff=5)
    return [summed(log(scenario, seed), HALF_HOUR, within_s=20) for seed in range(1, 4)]


@pytest.fixture(scope="module")
def fits(histories: list[IntervalTable]) -> list[FitResult]:
    return [fit_table(history) for history in histories]


def load(found: FitResult, folder: Path) -> callsim.Scenario:
    for name, text in found.to_scenario("fitted").items():
        (folder / name).write_text(text, "utf-8")
    return callsim.load(folder / "fitted.yaml")


def test_the_truth_comes_back_within_its_standard_errors(fits: list[FitResult]) -> None:
    sigma = math.sqrt(math.log1p(1.1**2))
    z: dict[str, list[float]] = {}
    for found in fits:
        (queue,) = found.queues
        busy, talk, wrap, waits = queue.arrivals.busyness, queue.talk, queue.wrap, queue.patience
        assert busy is not None
        assert talk is not None
        assert wrap is not None
        assert waits is not None
        excess = (1 + 0.08**2) * (1 + 0.12**2) - 1
        low, high = busy.excess_interval
        z.setdefault("excess", []).append((busy.excess - excess) / ((high - low) / 3.92))
        lognormal = next(one for one in talk.candidates if one.family == "lognormal").parameters
        mu = math.log(200) - sigma**2 / 2
        z.setdefault("mu", []).append((lognormal["mu"] - mu) / (sigma / talk.sample**0.5))
        z.setdefault("sigma", []).append((lognormal["sigma"] - sigma) / (sigma / (2 * talk.sample) ** 0.5))
        z.setdefault("wrap", []).append((wrap.mean_s - 30) / (30 / wrap.calls**0.5))
        patience = next(one for one in waits.candidates if one.family == "exponential")
        z.setdefault("patience", []).append((patience.mean_s - 120) / patience.errors["mean_s"])
        assert talk.best is not None
        assert talk.best.family == "lognormal"
        assert wrap.best is not None
        assert wrap.best.family == "exponential"
        assert not talk.short_excess
        assert talk.heaping is not None
        assert not talk.heaping.found
        assert [kind.open_slots for kind in queue.arrivals.kinds[:1]] == [(16, 40)]
        assert queue.poisson_within is not None
        assert queue.poisson_within[2] > 1e-4
    for name, values in z.items():
        assert abs(np.mean(values)) * len(values) ** 0.5 <= 4, name
    level = np.mean([found.queues[0].arrivals.per_day for found in fits], 0)
    assert level == pytest.approx(600 * np.array([1.2, 1.1, 1, 1, 0.9, 0.5, 0.3]), rel=0.06)


def test_the_scenario_runs_and_gives_back_the_history(fits: list[FitResult], tmp_path: Path) -> None:
    found, figures = fits[0], fits[0].queues[0].figures
    scenario = load(found, tmp_path)
    total = callsim.run(scenario, runs=10, jobs=1).to_dict()["total"]
    assert total["offered"]["mean"] == pytest.approx(figures.offered / 4, rel=0.1)
    assert total["aht_s"]["mean"] == pytest.approx(figures.aht_s, rel=0.05)
    share = figures.abandoned / figures.offered
    assert total["abandoned_share"]["mean"] == pytest.approx(share, abs=0.03)
    assert total["asa_s"]["mean"] == pytest.approx(figures.asa_s, rel=0.3)


def test_a_report_by_interval_gives_what_it_can(histories: list[IntervalTable], tmp_path: Path) -> None:
    calls = fit_table(histories[0])
    found = fit_table(dataclasses.replace(histories[0], calls=None))
    (one,), (other,) = found.queues, calls.queues
    assert one.talk is None
    assert one.talk_mean_s == pytest.approx(other.talk_mean_s)
    assert one.wrap_mean_s == pytest.approx(other.wrap_mean_s)
    assert one.patience is not None
    assert one.patience.best is not None
    assert other.patience is not None
    exponential = next(fit for fit in other.patience.candidates if fit.family == "exponential")
    assert one.patience.best.mean_s == pytest.approx(exponential.mean_s)
    assert one.arrivals.busyness == other.arrivals.busyness
    told = " ".join(assumed.path for assumed in found.assumed)
    for path in ("queues.sales.talk", "queues.sales.wrap", "queues.sales.patience", "groups (sales)"):
        assert path in told
    text = found.to_scenario("fitted")["fitted.yaml"]
    assert text.count("*assumed*") >= 3
    assert "*inferred*" in text
    load(found, tmp_path)


@pytest.mark.parametrize("kept", [("offered",), ("offered", "answered"), ("offered", "answered", "handle_s")])
def test_poor_reports_give_poor_scenarios_that_say_so(
    histories: list[IntervalTable], kept: tuple[str, ...], tmp_path: Path
) -> None:
    rows = histories[0].rows.copy()
    for name in SUMS:
        if name not in kept:
            rows[name] = np.nan
    found = fit_table(dataclasses.replace(histories[0], rows=rows, calls=None))
    scenario = load(found, tmp_path)
    assert scenario.queues["sales"].patience is None
    text = " ".join(one.text for one in found.assumed)
    assert "tells no waits" in text
    assert ("3 min" in text) == ("handle_s" not in kept)
    assert found.to_dict()["queues"]["sales"]["patience"] is None


def test_days_are_used_as_they_are_named(histories: list[IntervalTable]) -> None:
    found = fit_table(histories[0], use=["mon-fri"], exclude=["2024-01-03", "2024-01-08 to 2024-01-09"])
    assert len(found.days) == 17
    assert len(found.left_out) == 11
    per_day = found.queues[0].arrivals.per_day
    assert np.isfinite(per_day).tolist() == [True] * 5 + [False] * 2
    assert any("sat, sun" in one.text for one in found.assumed)
    with pytest.raises(UserError, match="no day is left"):
        fit_table(histories[0], use=["mon"], exclude=["mon"])


def test_queues_with_awkward_names(histories: list[IntervalTable], tmp_path: Path) -> None:
    found = fit_table(dataclasses.replace(histories[0], calls=None))
    for name in (
        "mon",
        "other",
        "Ödön: #1, 'new'",
        "yes",
        "1234",
        "a/b\\c",
        "=cmd",
        "x" * 200,
        "\ud800",
        "\x07",
    ):
        queue = dataclasses.replace(found.queues[0], name=name)
        assert len(load(dataclasses.replace(found, queues=(queue,)), tmp_path).queues) == 1


def test_busy_days_in_common_are_one_factor(tmp_path: Path) -> None:
    path = tmp_path / "two.yaml"
    patience = "patience: {{exponential: {{mean: 2 min}}}}"
    queue = f"{{{{arrivals: {{{{per_day: 300, day_cv: 20%{{0}}}}}}, talk: 2 min, {patience}}}}}"
    for factor, together in ((", day_factor: city", True), ("", False)):
        path.write_text(
            "calendar: {start: 2024-01-01, days: 35, interval: 60 min}\n"
            f"queues: {{a: {queue.format(factor)}, b: {queue.format(factor)}}}\n"
            "groups: {g: {answers: {a: {}}, staff: 2}, h: {answers: {b: {}}, staff: 2}}\n"
        )
        found = fit_table(summed(log(callsim.load(path), 1), 3_600_000))
        assert bool(found.day_factors) == together
        (tmp_path / "o").mkdir(exist_ok=True)
        queues = load(found, tmp_path / "o").queues
        assert (queues["a"].arrivals.day_factor is not None) == together
        assert queues["a"].arrivals.day_factor == queues["b"].arrivals.day_factor
        assert queues["a"].talk.family == "constant"


def test_the_json_is_plain(fits: list[FitResult]) -> None:
    found = fits[0].to_dict()
    assert fits[0].told().to_dict() == found
    assert found == fits_its_schema(fits[0].told(), "fit")
    assert found["days"] == 28

    def check(value: object, where: str) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                assert isinstance(name, str), where
                check(inner, f"{where}.{name}")
        elif isinstance(value, list):
            for inner in value:
                check(inner, where)
        else:
            assert value is None or type(value) in (str, int, float, bool), (where, type(value))
            assert not isinstance(value, float) or math.isfinite(value), where

    check(found, "")


def test_the_same_history_gives_the_same_fit(histories: list[IntervalTable], fits: list[FitResult]) -> None:
    assert fit_table(histories[0]).to_dict() == fits[0].to_dict()


def test_progress_is_told(histories: list[IntervalTable]) -> None:
    told: list[tuple[int, int]] = []
    record: Callable[[int, int], None] = lambda done, many: told.append((done, many))  # noqa: E731
    fit_table(histories[0], on_progress=record)
    assert told == [(1, 1)]
