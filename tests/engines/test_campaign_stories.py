"""Campaigns by hand: a few numbers whose whole history is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.sim.floor.records import OUTCOMES

S = 1000
CAMPAIGN = (
    "{contacts: {once: 1}, reached: 100%, ring: {constant: {mean: RING}}, talk: {constant: {mean: 1 min}}, "
)


def history(folder: Path, words: str, engine: str) -> list[tuple[int, int, str]]:
    """When each number stopped ringing, of which campaign it was, and what came of it."""
    path = folder / "centre.yaml"
    path.write_text(words)
    sheets: list[np.ndarray] = []
    callsim.run(
        callsim.load(path),
        runs=1,
        engine=engine,
        weigh=False,
        also=lambda _, rows: sheets.append(rows[rows["queue"] > 0]),
    )
    rows = np.concatenate(sheets)
    return [(int(row["arrive"]), int(row["queue"]), OUTCOMES[row["outcome"]]) for row in rows]


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_the_campaign_of_better_priority_dials_first(tmp_path: Path, engine: str) -> None:
    own = CAMPAIGN.replace("RING", "10 s")
    words = f"""\
calendar: {{start: 2024-01-08, days: 1}}
queues: {{calls: {{arrivals: {{per_hour: 1}}, talk: {{constant: {{mean: 1 s}}}}, open: 23:00-24:00}}}}
campaigns:
  first: {own} priority: 2}}
  second: {own} priority: 1}}
groups: {{desk: {{answers: {{calls: {{}}, first: {{}}, second: {{}}}}, staff: 1}}}}
"""
    first, second = 1, 2
    assert history(tmp_path, words, engine)[:2] == [
        (10 * S, second, "answered"),
        (80 * S, first, "answered"),
    ]


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_an_agent_who_loses_the_seat_at_once_hangs_up_before_anybody_picks_up(
    tmp_path: Path, engine: str
) -> None:
    own = CAMPAIGN.replace("RING", "5 min")
    words = f"""\
calendar: {{start: 2024-01-08, days: 1}}
sites: {{park: {{seats: 1}}}}
queues: {{calls: {{arrivals: {{per_hour: 1}}, talk: {{constant: {{mean: 1 s}}}}, open: 23:00-24:00}}}}
campaigns: {{list: {own} open: 10:00-22:00}}}}
groups: {{desk: {{site: park, answers: {{calls: {{}}, list: {{}}}}, staff: 1}}}}
incidents:
  - {{site: park, from: "day 1 10:02", to: "day 1 11:00", seats_lost: 100%, calls_in_progress: dropped}}
"""
    assert history(tmp_path, words, engine) == [(10 * 3600 * S + 120 * S, 1, "not_reached")]
