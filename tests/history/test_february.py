"""February 1999 of a bank, through the command line: what a fit of it must give, to its README's tolerances.

The data is not ours to ship; without it these are skipped.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.cli import main
from callsim.history.canonical import ANSWERED, seconds
from callsim.history.fit.busyness import busyness
from callsim.history.fit.heaping import heaping
from callsim.history.fit.samples import weighed
from callsim.history.read.reader import read

DATA = Path(__file__).parents[3] / "shared" / "data"
BANK = DATA / "anonymous-bank"
if not BANK.is_dir():
    pytest.skip("there is no shared/data beside this repository", allow_module_level=True)


@pytest.fixture(scope="module")
def fits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    found = {}
    for name in ("calls", "interval_30min"):
        out = tmp_path_factory.mktemp("fit") / f"{name}.json"
        assert main(["fit", str(BANK / f"{name}.csv"), "--out", str(out)]) == 0
        found[name] = json.loads(out.read_text("utf-8"))["queues"]["calls"]
    return found


@pytest.mark.parametrize("name", ["calls", "interval_30min"])
def test_counts_waits_and_arrivals(fits: dict[str, Any], name: str) -> None:
    found = fits[name]
    assert (found["offered"], found["answered"], found["abandoned"]) == (31_094, 27_162, 3_932)
    assert found["abandoned_share"] == pytest.approx(0.1265, abs=5e-5)
    assert found["asa_s"] == pytest.approx(40.8, abs=0.05)
    assert found["wait_s"] == pytest.approx(44.0, abs=0.05)
    assert found["service_level"]["offered"] == pytest.approx(0.521, abs=5e-4)
    assert found["service_level"]["answered"] == pytest.approx(0.597, abs=5e-4)
    kind = found["arrivals"]["kinds_of_days"][0]
    assert set(kind["weekdays"]) == {"sun", "mon", "tue", "wed", "thu"}
    assert kind["open"] == "07:00-24:00"
    assert kind["dispersion"]["mean"] == pytest.approx(42.1, abs=0.05)
    assert kind["dispersion"]["by_slot"] == pytest.approx(3.91, rel=0.01)
    assert kind["dispersion"]["by_weekday"] == pytest.approx(3.61, rel=0.01)
    (outage,) = found["arrivals"]["outages"]
    assert outage == {"date": "1999-02-21", "from": "17:30", "to": "19:00"}
    assert {one["date"] for one in found["arrivals"]["spikes"]} == {"1999-02-14"}


def test_service(fits: dict[str, Any]) -> None:
    talk = fits["calls"]["talk"]
    assert talk["sample_mean_s"] == pytest.approx(188.3, abs=0.05)
    assert talk["sample_cv"] == pytest.approx(1.147, abs=5e-4)
    assert [round(talk["quantiles_s"][part]) for part in ("p50", "p90", "p99")] == [116, 425, 1085]
    best, *others = talk["candidates"]
    assert best["family"] == "lognormal"
    assert best["parameters"]["mu"] == pytest.approx(4.7837, abs=0.005)
    assert best["parameters"]["sigma"] == pytest.approx(0.9523, abs=0.005)
    distances = {one["family"]: one["distance"] for one in (best, *others)}
    assert distances["lognormal"] == pytest.approx(0.014, abs=5e-4)
    assert distances["gamma"] == pytest.approx(0.081, abs=5e-4)
    assert distances["exponential"] == pytest.approx(0.082, abs=5e-4)
    assert talk["short_share"] == pytest.approx(0.067, abs=5e-4)
    assert talk["short_excess"]
    assert not talk["heaping"]["found"]
    assert fits["interval_30min"]["talk"]["mean_s"] == pytest.approx(176.5, abs=0.3)


def test_patience(fits: dict[str, Any]) -> None:
    waits = fits["calls"]["patience"]
    by_family = {one["family"]: one["parameters"] for one in waits["candidates"]}
    assert by_family["exponential"]["mean_s"] == pytest.approx(347.7, rel=0.005)
    assert by_family["weibull"]["shape"] == pytest.approx(0.909, abs=0.01)
    assert by_family["weibull"]["scale_s"] == pytest.approx(388.9, rel=0.005)
    assert by_family["lognormal"]["mu"] == pytest.approx(math.log(320.9), abs=0.01)
    assert by_family["lognormal"]["sigma"] == pytest.approx(1.864, abs=0.01)
    survival = {point["at_s"]: point["share"] for point in waits["survival"]}
    for at, share in ((30, 0.8997), (60, 0.8214), (120, 0.7107), (300, 0.4870), (600, 0.2636)):
        assert survival[at] == pytest.approx(share, abs=0.002)
    assert waits["wait_of_abandoned_s"] == pytest.approx(66.0, abs=0.1)
    assert [(one["from_s"], one["to_s"]) for one in waits["hazards"] if one["is_bump"]] == [(5, 10), (45, 60)]
    sums = fits["interval_30min"]["patience"]
    assert sums["candidates"][0]["parameters"]["mean_s"] == pytest.approx(347.7, rel=0.005)


@pytest.mark.parametrize(
    ("exclude", "day_cv", "interval_cv", "correlation"),
    [([], 0.0, 0.229, 0.78), (["1999-02-14,1999-02-21"], 0.020, 0.176, 0.90)],
)
def test_busyness(exclude: list[str], day_cv: float, interval_cv: float, correlation: float) -> None:
    found = callsim.fit(str(BANK / "interval_30min.csv"), use=["sun-thu"], exclude=exclude)
    arrivals = found.queues[0].arrivals
    raw = arrivals.raw_busyness
    assert raw is not None
    assert raw.days == 20 - 2 * len(exclude)
    assert raw.excess == pytest.approx((1 + day_cv**2) * (1 + interval_cv**2) - 1, rel=0.05)
    for figure, interval in (
        (day_cv, raw.day_cv_interval),
        (interval_cv, raw.interval_cv_interval),
        (correlation, raw.correlation_interval),
    ):
        assert interval[0] <= figure <= interval[1]


def test_busyness_of_another_bank() -> None:
    table = read(
        [str(DATA / "bank-calls" / "counts_5min.csv")], {"interval_start": "start", "offered": "calls"}
    )
    days = np.unique(table.rows["start"].astype("datetime64[D]"))[:124]
    counts = np.nan_to_num(table.grid("offered", 0, days)).reshape(124, 48, 6).sum(2)[:, 14:42]
    weekday = (days.astype(np.int64) + 3) % 7
    found = busyness([counts[weekday == day] for day in range(5)])
    assert found is not None
    assert found.excess == pytest.approx((1 + 0.040**2) * (1 + 0.059**2) - 1, rel=0.05)
    assert found.day_cv_interval[0] <= 0.040 <= found.day_cv_interval[1]
    assert found.interval_cv_interval[0] <= 0.059 <= found.interval_cv_interval[1]


@pytest.mark.parametrize(
    ("queue", "day_cv", "interval_cv", "correlation"),
    [
        ("tech_axa", 0.108, 0.220, 0.97),
        ("telephonie", 0.175, 0.105, 0.31),
        ("cat", 0.201, 0.105, 0.12),
        ("services", 0.142, 0.102, 0.36),
    ],
)
def test_busyness_of_an_assistance_centre(
    queue: str, day_cv: float, interval_cv: float, correlation: float
) -> None:
    table = read([str(DATA / "axa-assistance" / "received_30min_dev.csv")], {"offered": queue})
    days = np.arange(np.datetime64("2012-01-01"), np.datetime64("2012-07-01"))
    holidays = ("2012-04-09", "2012-05-01", "2012-05-08", "2012-05-17", "2012-05-28")
    days = days[np.is_busday(days) & ~np.isin(days, np.array(holidays, "datetime64[D]"))]
    assert len(days) == 125
    counts, weekday = table.grid("offered", 0, days)[:, 16:40], (days.astype(np.int64) + 3) % 7
    # The reference took the ten intervals without a row for empty ones; busyness leaves them out.
    found = busyness([np.nan_to_num(counts[weekday == day]) for day in range(5)])
    assert found is not None
    assert found.excess == pytest.approx((1 + day_cv**2) * (1 + interval_cv**2) - 1, rel=0.05)
    assert found.day_cv_interval[0] <= day_cv <= found.day_cv_interval[1]
    assert found.interval_cv_interval[0] <= interval_cv <= found.interval_cv_interval[1]
    assert found.correlation_interval[0] <= correlation <= found.correlation_interval[1]


@pytest.mark.parametrize("step", [5, 10, 30, 60])
def test_rounding_is_found_where_it_is_made(step: int) -> None:
    calls = read([str(BANK / "calls.csv")]).calls
    assert calls is not None
    talk = seconds(calls.rows["talk_ms"][calls.rows["outcome"] == ANSWERED])
    assert not heaping(weighed(talk[(talk >= 10) & (talk <= 3600)])).found
    assert heaping(weighed(np.maximum(np.round(talk / step) * step, step))).found


def test_the_scenario_gives_back_the_month(tmp_path: Path) -> None:
    out = tmp_path / "february.yaml"
    assert main(["fit", str(BANK / "calls.csv"), "--out", str(out)]) == 0
    scenario = callsim.load(out)
    total = callsim.run(scenario, runs=10, jobs=1).to_dict()["total"]
    assert total["offered"]["mean"] == pytest.approx(31_094 / 4, rel=0.06)
    assert total["abandoned_share"]["mean"] == pytest.approx(0.1265, abs=0.03)
    assert total["asa_s"]["mean"] == pytest.approx(40.8, rel=0.25)
    assert total["aht_s"]["mean"] == pytest.approx(176.4, rel=0.02)
