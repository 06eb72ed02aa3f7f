"""A campaign's figures, counted again from its attempts, one by one."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pytest

from callsim import cli
from tests.makers.bundled import CAMPAIGNS, FOLDER

RUNS = 2


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_figures_are_those_of_the_attempts(name: str, tmp_path: Path) -> None:
    words = ("--runs", str(RUNS), "--format", "parquet", "--calls", "100%", "--out", str(tmp_path / "out"))
    assert cli.main(["run", str(FOLDER / f"{name}.yaml"), *words]) == 0
    attempts = duckdb.sql(
        "select outcome, talk_ms + wrap_ms from read_parquet(?) where queue = 'renewals'",
        params=[str(tmp_path / "out/calls.parquet")],
    ).fetchall()
    live = [(outcome, took) for outcome, took in attempts if outcome != "not_reached"]
    talks = [took for outcome, took in live if outcome == "answered"]
    told = json.loads((tmp_path / "out/result.json").read_text())["campaigns"]["renewals"]
    assert told["attempts"]["mean"] == len(attempts) / RUNS > 0
    assert told["live"]["mean"] == len(live) / RUNS
    assert told["reached_share"]["mean"] == pytest.approx(len(live) / len(attempts))
    assert told["nuisance_share"]["mean"] == pytest.approx(1 - len(talks) / len(live))
    assert told["aht_s"]["mean"] == pytest.approx(sum(talks) / len(talks) / 1000)


@pytest.mark.parametrize("intervals", ["yes", "no"])
def test_csv_has_a_row_of_figures_for_each_campaign(intervals: str, tmp_path: Path) -> None:
    told = {}
    for form in ("csv", "json"):
        out = tmp_path / f"told.{form}"
        words = ("--runs", str(RUNS), "--intervals", intervals, "--out", str(out))
        assert cli.main(["run", str(FOLDER / "dialler.yaml"), *words]) == 0
        told[form] = out.read_text("utf-8")
    rows = list(csv.DictReader(told["csv"].splitlines()))
    (of_campaign,) = [row for row in rows if row["campaign"]]
    assert of_campaign["campaign"] == "renewals"
    assert not of_campaign["queue"]
    assert len(rows) > 1
    for key, figure in json.loads(told["json"])["campaigns"]["renewals"].items():
        for part, value in figure.items():
            assert of_campaign[f"{key}_{part}"] == ("" if value is None else str(value))
