"""Goals of mean waits and of groups break as others do, and a planned day counts them."""

from __future__ import annotations

from pathlib import Path

import callsim
from callsim.report.stress.text import report

LINE = """
name: line
queues:
  q:
    arrivals: {per_hour: 60}
    talk: {exponential: {mean: 2 min}}
    goal: {asa_at_most: 60 s}
groups:
  g: {answers: {q: {}}, staff: 4, occupancy_at_most: 70%}
"""


def test_limits_are_found_for_waits_and_for_work(tmp_path: Path) -> None:
    path = tmp_path / "line.yaml"
    path.write_text(LINE)
    found = callsim.stress(callsim.load(path), runs=3)
    assert not found.missed
    volume = {limit.goal: limit for limit in found.limits if limit.what == "volume"}
    assert set(volume) == {"q", "group g"}
    # 2 erlangs on 4 agents are busy 50 % of their time: 70 % are reached with 1.4 times as many calls.
    busy = volume["group g"]
    assert busy.times is not None
    assert 1.3 <= busy.times <= 1.5
    assert found.ranking[0].goal in volume
    assert found.group_goals is not None
    assert found.group_goals["group g"].met
    said = report(found, 100)
    assert "group g" in said
    assert "% busy" in said
    assert found.to_dict()["group_goals"]["group g"]["occupancy_at_most"] == 0.7
