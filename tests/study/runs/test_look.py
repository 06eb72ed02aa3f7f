"""Looks at a plan that changes: each is what a run of its own would show, and plays only what changed."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import callsim
from callsim.scenario import Scenario
from callsim.study.options import RunOptions
from callsim.study.runs.look import look
from callsim.study.store.store import Store

CENTRE = """
name: three programmes
calendar: {{start: 2026-03-02, days: 1, interval: 30 min}}
queues:
  east: {{arrivals: {{per_hour: 60}}, talk: 180 s, patience: 90 s}}
  north: {{arrivals: {{per_hour: 90}}, talk: 180 s, patience: 90 s}}
  west: {{arrivals: {{per_hour: 30}}, talk: 180 s, patience: 90 s}}
groups:
  of-east: {{answers: {{east: {{}}}}, staff: {east}}}
  of-north: {{answers: {{north: {{}}}}, staff: 5}}
  of-west: {{answers: {{west: {{}}}}, staff: 2}}
"""


def plan(folder: Path, east: int) -> Scenario:
    file = folder / "centre.yaml"
    file.write_text(CENTRE.format(east=east))
    return callsim.load(file)


def test_a_look_is_a_run_and_plays_only_what_changed(tmp_path: Path) -> None:
    store = Store()
    options = RunOptions(runs=2, jobs=1, store=store)
    played = []
    for east in (3, 4, 3):
        scenario, before = plan(tmp_path, east), store.played
        seen = list(look(scenario, options))
        played.append(store.played - before)
        assert [one.runs for one in seen] == [1, 2]
        for one in seen:
            fresh = callsim.run(scenario, runs=one.runs, jobs=1, weigh=False)
            for name, sums in vars(fresh.sums).items():
                np.testing.assert_array_equal(getattr(one.sums, name), sums)
    assert played == [6, 2, 0]  # three programmes and two runs; then one programme; then none


def test_a_look_that_is_closed_ends(tmp_path: Path) -> None:
    store = Store()
    looks = look(plan(tmp_path, 3), RunOptions(runs=50, jobs=1, store=store))
    assert next(looks).runs == 1
    looks.close()
    assert store.played < 50 * 3
