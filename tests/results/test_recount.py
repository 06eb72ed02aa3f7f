"""Every figure of a run counted again from its calls, one by one, by the formulas of the contract."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from callsim import cli

ALL_OUTCOMES = """
name: all that can become of a call
calendar: {start: 2024-01-08, days: 2, interval: 2 h}
sites: {park: {seats: 9}}
lines: {main: {count: 14, queues: [phone, desk]}}
queues:
  phone:
    open: 07:00-21:00
    at_close: disconnect
    arrivals: {per_day: 1_200, profile: [0,0,0,0,0,0,1,2,4,6,6,5,4,4,5,5,4,3,2,2,2,1,0,0], day_cv: 20%}
    talk: {exponential: {mean: 3 min}}
    wrap: {exponential: {mean: 20 s}}
    patience: {exponential: {mean: 90 s}}
    balk: 15%
    redial: {probability: 40%, after: {exponential: {mean: 6 min}}, at_most: 3}
    goal: {answer: 80%, within: 20 s, abandon_at_most: 12%}
  desk:
    arrivals: {per_hour: 12}
    talk: {lognormal: {mean: 4 min, cv: 1.2}}
    balk: 30%
    goal: {answer: 70%, within: 30 s}
groups:
  all: {site: park, answers: {phone: {}, desk: {rank: 2}}, staff: 8}
  late: {site: park, answers: {desk: {}, phone: {after: 15 s}}, staff: [0,0,0,0,2,2,2,2,2,2,2,0]}
incidents:
  - {site: park, from: day 1 10:00, to: day 1 11:00, seats_lost: 50%, calls_in_progress: dropped}
goals: {counted: quick_abandons_met}
costs: {per_abandoned_call: 2}
"""
WITHIN_MS = {"phone": 20_000, "desk": 30_000}
CASES = {
    "all outcomes": "{}",
    "no redials": "queues.phone.redial=null",
    "hardly anybody": "queues.phone.arrivals.per_day=3",
    "hardly anybody there": "groups.all.staff=1",
    "short abandons": "goals.short_abandon=8 s",
    "very short abandons": "goals.short_abandon=1 ms",
    "as short as a goal": "goals.short_abandon=20 s",
    "all abandons are short": "goals.short_abandon=10 h",
    "nothing is that short": "goals.short_abandon=0 s",
}
SHORT_MS = {
    "short abandons": 8_000,
    "very short abandons": 1,
    "as short as a goal": 20_000,
    "all abandons are short": 36_000_000,
}

Call = dict[str, Any]
Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Typed:
    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(words)
        return code, *capsys.readouterr()

    return run


def played(typed: Typed, folder: Path, changed: str, runs: int) -> tuple[Any, list[Call]]:
    import json

    path, out = folder / "plan.yaml", folder / "out"
    path.write_text(ALL_OUTCOMES)
    changes = () if changed == "{}" else ("--set", changed)
    words = ("run", str(path), "--runs", str(runs), *changes)
    code, _, err = typed(*words, "--format", "parquet", "--calls", "100%", "--out", str(out))
    assert code == 0, err
    table = duckdb.connect().execute("select * from read_parquet(?)", [str(out / "calls.parquet")])
    names = [column[0] for column in table.description]
    calls = [dict(zip(names, row, strict=True)) for row in table.fetchall()]
    return json.loads((out / "result.json").read_text()), calls


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def counted(calls: Iterable[Call], runs: int, short_ms: int) -> dict[str, Any]:
    """The figures of some calls, over runs: contract, section 4, word for word."""
    by = {word: [] for word in ("answered", "abandoned", "balked", "blocked", "dropped", "closed")}
    for call in calls:
        by[call["outcome"]].append(call)
    counts = {word: len(found) / runs for word, found in by.items()}
    everybody = sum(len(by[word]) for word in by if word != "closed")
    short = [c for c in by["abandoned"] + by["balked"] if c["wait_ms"] < short_ms]
    assert not short_ms or len(short) >= len(by["balked"])
    for word in ("abandoned", "balked"):
        by[word] = [call for call in by[word] if call["wait_ms"] >= short_ms]
    offered = everybody - len(short)
    in_time = sum(c["wait_ms"] <= WITHIN_MS[c["queue"]] for c in by["answered"])
    gave_up = by["abandoned"] + by["balked"]
    gave_up_soon = sum(c["wait_ms"] <= WITHIN_MS[c["queue"]] for c in by["abandoned"]) + len(by["balked"])
    waited = sum(c["wait_ms"] for c in by["answered"] + by["abandoned"])
    return {
        "offered": everybody / runs,
        **counts,
        **({"short_abandoned": len(short) / runs} if short_ms else {}),
        "service_level.offered": share(in_time, offered),
        "service_level.answered": share(in_time, len(by["answered"])),
        "service_level.quick_abandons_excluded": share(in_time, offered - gave_up_soon),
        "service_level.quick_abandons_met": share(in_time + gave_up_soon, offered),
        "asa_s": share(sum(c["wait_ms"] for c in by["answered"]) / 1000, len(by["answered"])),
        "ata_s": share(sum(c["wait_ms"] for c in gave_up) / 1000, len(gave_up)),
        "wait_s": share(waited / 1000, len(by["answered"]) + len(gave_up)),
        "delayed_share": share(
            sum(c["wait_ms"] > 0 or c["outcome"] == "abandoned" for c in by["answered"] + by["abandoned"]),
            len(by["answered"]) + len(by["abandoned"]),
        ),
        "abandoned_share": share(len(gave_up), offered),
        "blocked_share": share(len(by["blocked"]), offered),
        "aht_s": share(sum(c["talk_ms"] + c["wrap_ms"] for c in by["answered"]) / 1000, len(by["answered"])),
    }


def same(told: dict[str, Any], recounted: dict[str, Any], where: object) -> None:
    """Every figure that is told equals the recount; nothing that is recounted may be missing."""
    for name, value in recounted.items():
        head, _, tail = name.partition(".")
        figure = told.get(head) if not tail else told[head][tail]
        if figure is not None:
            assert figure["mean"] == (None if value is None else pytest.approx(value, rel=1e-12)), (
                where,
                name,
            )


@pytest.mark.parametrize("case", CASES)
def test_every_figure_of_a_run_is_what_its_calls_say(typed: Typed, tmp_path: Path, case: str) -> None:
    runs, short_ms = 3, SHORT_MS.get(case, 0)
    found, calls = played(typed, tmp_path, CASES[case], runs)
    if case == "all outcomes":
        assert {call["outcome"] for call in calls} == {
            "answered", "abandoned", "balked", "blocked", "dropped", "closed",
        }  # fmt: skip
    total = counted(calls, runs, short_ms)
    assert ("short_abandoned" in found["total"]) == bool(short_ms)
    assert set(total) <= {*found["total"], *(f"service_level.{n}" for n in found["total"]["service_level"])}
    same(found["total"], total, "total")
    for name, queue in found["queues"].items():
        mine = [call for call in calls if call["queue"] == name]
        same(queue, counted(mine, runs, short_ms), name)
        again = sum(call["attempt"] > 1 and call["outcome"] != "closed" for call in mine)
        assert queue["redialled"]["mean"] == pytest.approx(again / runs)
        longest = [
            max((c["wait_ms"] for c in mine if c["run"] == run and c["outcome"] == "answered"), default=None)
            for run in range(runs)
        ]
        known = [wait / 1000 for wait in longest if wait is not None]
        assert queue["wait_max_s"]["mean"] == (pytest.approx(statistics.mean(known)) if known else None)
    lost = sum(c["outcome"] in ("abandoned", "balked") and c["wait_ms"] >= short_ms for c in calls)
    assert found["costs"]["abandoned"]["mean"] == pytest.approx(2 * lost / runs)
    for interval in found["intervals"]:
        there = [
            call
            for call in calls
            if call["queue"] == interval["queue"] and f"{_start(call)}" == interval["start"]
        ]
        same(interval, counted(there, runs, short_ms), interval["start"])


def _start(call: Call) -> str:
    arrive = call["arrive"]
    return arrive.replace(hour=arrive.hour // 2 * 2, minute=0, second=0, microsecond=0).strftime(
        "%Y-%m-%dT%H:%M"
    )


@pytest.mark.parametrize("case", CASES)
def test_intervals_add_up_to_what_was_offered(typed: Typed, tmp_path: Path, case: str) -> None:
    found, _ = played(typed, tmp_path, CASES[case], 2)
    parts = ("answered", "abandoned", "balked", "blocked", "dropped")
    for interval in found["intervals"]:
        assert interval["offered"]["mean"] == pytest.approx(sum(interval[part]["mean"] for part in parts))
    for name, queue in found["queues"].items():
        mine = [one for one in found["intervals"] if one["queue"] == name]
        for part in ("offered", "closed", *parts):
            assert queue[part]["mean"] == pytest.approx(sum(one[part]["mean"] for one in mine)), (name, part)
