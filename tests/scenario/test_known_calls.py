"""Calls that are known: a log that is replayed, counts that are exact, and all that does not go with them."""

from __future__ import annotations

import datetime

import pytest

from callsim.errors import ScenarioError
from callsim.scenario import load

DAY = datetime.date(2024, 1, 1)
REPLAY = """\
queues:
  a:
    arrivals: {replay: log.csv}
    talk: 3 min
groups: {g: {answers: {a: {}}, staff: 3}}
"""
EXACT = REPLAY.replace("{replay: log.csv}", "{counts: {file: counts.csv, exact: true}}")
COUNTS = "interval_start,offered\n" + "".join(f"{h:02}:{m:02},{h}\n" for h in range(24) for m in (0, 30))
HEAD = "arrival,queue,wait_s,outcome,talk_s,wrap_s,patience_s,priority\n"


def test_what_a_log_tells_is_kept_and_the_rest_is_to_be_drawn(written):
    log = HEAD + (
        "2024-01-01T09:00:00.250,a,12.5,answered,60,5,,1\n"
        "2024-01-01 09:00,a,0,answered,,,,1\n"
        "2024-01-01T23:59:59.9999,a,7,abandoned,99,,,1\n"
        "2024-01-01T10:00:00,a,7,abandoned,,,30,\n"
        "2024-01-01T11:00:00,a,3,transferred,50,,,\n"
        "2024-01-01T12:00:00,a,,,40,,,\n"
        "2024-01-02T12:00:00,a,,,40,,,\n"
        "2024-01-01T13:00:00,b,,,,,,2\n"
    )
    hour = 3_600_000
    assert written(REPLAY, log_csv=log).queues["a"].arrivals.replay == (
        (DAY, 9 * hour, -1, -1, -1, 0),
        (DAY, 9 * hour + 250, 60_000, 5_000, -1, 12_500),
        (DAY, 10 * hour, -1, -1, 30_000, -1),
        (DAY, 11 * hour, -1, -1, -1, 3_000),
        (DAY, 12 * hour, 40_000, -1, -1, -1),
        (DAY, 24 * hour - 1, -1, -1, 7_000, -1),
    )


@pytest.mark.parametrize(
    ("log", "place", "text"),
    [
        ("arival\n2024-01-01 09:00", "log.csv:1:1", "the column arrival is missing; did you mean arival?"),
        ("arrival\n09:00", "log.csv:2:1", "09:00 is no date and time such as 2024-01-31T09:30:05"),
        ("arrival\n2024-02-30 09:00", "log.csv:2:1", "is no date and time"),
        ("arrival\n2024-01-01T09:00:00Z", "log.csv:2:1", "has a zone; write local time without one"),
        ("arrival\n2024-01-01T09:00:00+08:00", "log.csv:2:1", "has a zone"),
        ("arrival,queue\n2024-01-01 09:00,b", "log.csv:1:1", "no call is of the queue a; the file has b"),
        ("arrival\n2024-03-01 09:00", "log.csv:1:1", "and the run's day is 2024-01-01"),
        ("arrival,outcome\n2024-01-01 09:00,answerd", "log.csv:2:18", "did you mean answered?"),
        ("arrival,wait_s\n2024-01-01 09:00,-1", "log.csv:2:18", "a number of 0 or more"),
        ("arrival,talk_s\n2024-01-01 09:00,9999999", "log.csv:2:18", "longer than any call"),
        ("arrival,priority\n2024-01-01 09:00,1\n2024-01-01 09:00,2", "log.csv:3:18", "a queue of their own"),
    ],
)  # fmt: skip
def test_mistakes_of_a_log(refused, log, place, text):
    (found,) = refused(REPLAY, log_csv=log)
    assert found.startswith(place)
    assert text in found


@pytest.mark.parametrize(
    ("where", "instead", "place", "text"),
    [
        ("{replay: log.csv}", "{replay: log.csv, per_day: 3}", "3:15", "exactly one of"),
        ("{replay: log.csv}", "{replay: log.csv, day_cv: 5%}", "3:33", "day_cv does not go with replay"),
        ("    talk", "    scale: {aht: 90%}\n    talk", "4:5", "scale does not go with replay"),
        ("    talk", "    copies: 2\n    talk", "4:5", "a call of a log came once"),
        ("    talk", "    redial: {probability: 10%, after: 1 min}\n    talk", "4:5", "is in the log"),
        ("queues:", "scale: {volume: 110%}\nqueues:", "1:17", "scale does not go with replay (a)"),
        (
            "groups:",
            "incidents: [{queue: a, from: day 1 10:00, to: day 1 11:00, times: 2}]\ngroups:",
            "5:21",
            "a has replay: exactly these calls come",
        ),
    ],
)
def test_what_does_not_go_with_a_replay(refused, where, instead, place, text):
    found = refused(REPLAY.replace(where, instead, 1), log_csv="arrival\n2024-01-01 09:00\n")
    assert any(one.startswith(f"a.yaml:{place}:") and text in one for one in found), found


def test_exact_counts_are_whole_and_are_not_scaled(written, refused):
    counts = written(EXACT, counts_csv=COUNTS).queues["a"].arrivals.counts
    assert counts.exact
    assert sum(row[2] for row in counts.rows) == 552
    assert not written(EXACT.replace("true", "no"), counts_csv=COUNTS).queues["a"].arrivals.counts.exact
    (found,) = refused(EXACT, counts_csv=COUNTS.replace("01:30,1", "01:30,1.5"))
    assert found.startswith("a.yaml:3:24: 1.5 calls at 01:30 are no whole number"), found
    (found,) = refused(EXACT.replace("exact: true", "exact: maybe"), counts_csv=COUNTS)
    assert found == "a.yaml:3:50: maybe is neither yes nor no"
    for scaled in (
        EXACT.replace("    talk", "    scale: {volume: 90%}\n    talk"),
        "scale: {aht: 2}\n" + EXACT,
    ):
        (found,) = refused(scaled, counts_csv=COUNTS)
        assert "scale does not go with exact counts" in found


def test_a_replay_laid_over_a_plan_takes_its_busyness_away(tmp_path):
    plan = REPLAY.replace("{replay: log.csv}", "{per_day: 900, weekdays: [1,1,1,1,1,1,1], day_cv: 6%}")
    (tmp_path / "plan.yaml").write_text(plan)
    (tmp_path / "log.csv").write_text("arrival\n2024-01-01 09:00\n")
    (tmp_path / "day.yaml").write_text("extends: plan.yaml\nqueues: {a: {arrivals: {replay: log.csv}}}\n")
    assert len(load(tmp_path / "day.yaml").queues["a"].arrivals.replay) == 1
    with pytest.raises(ScenarioError, match="there is no such file"):
        load(tmp_path / "plan.yaml", {"queues.a.arrivals.replay": "none.csv"})
