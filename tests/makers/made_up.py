"""A result that no simulation gave, with figures that are easy to recognise.

It is made as JSON, which tests change as they like; `told` makes a result of it.
"""

from __future__ import annotations

from typing import Any

from callsim.results.estimates import IN_INTERVALS
from callsim.results.measures import RATIOS, WAITS
from callsim.results.run import RunResult
from callsim.results.schema import read


def told(found: dict[str, Any]) -> RunResult:
    """The result that reports take."""
    return read(RunResult, found)


def figure(mean: float | None, half: float | None = None) -> dict[str, float | None]:
    """One figure and its interval."""
    known = mean is not None and half is not None
    return {"mean": mean, "low": mean - half if known else None, "high": mean + half if known else None}


def calls(
    offered: float, level: float | None, abandoned: float = 0.041, half: float | None = 0.006
) -> dict[str, Any]:
    """The figures of a queue; a ratio that is not named here is 30 of its unit."""
    counts = {"offered": offered, "answered": offered * (1 - abandoned), "abandoned": offered * abandoned}
    nothing = {name: figure(0.0) for name in ("balked", "blocked", "dropped", "closed", "redialled")}
    formulas = ("offered", "answered", "quick_abandons_excluded", "quick_abandons_met")
    waits = {"asa_s": 12.44, "wait_s": 13.1, "wait_p50_s": 0.0, "wait_p90_s": 40.0, "wait_p95_s": 61.0}
    waits |= {"wait_p99_s": 99.0, "wait_max_s": 4321.0, "aht_s": 180.0, "ata_s": 33.3}
    return {
        **{name: figure(30.0, 1.0) for name in RATIOS if not name.startswith("service_level")},
        **{name: figure(mean, mean / 100) for name, mean in counts.items()},
        **nothing,
        "service_level": {name: figure(level, half) for name in formulas},
        **{name: figure(mean, mean / 20) for name, mean in waits.items()},
        "delayed_share": figure(0.3, half),
        "abandoned_share": figure(abandoned, half and half / 3),
        "blocked_share": figure(0.0),
        "waits": {name: figure(1 / len(WAITS)) for name in WAITS},
    }


def of_interval(found: dict[str, Any]) -> dict[str, Any]:
    """Those of the figures that an interval has, too."""
    there = {key.partition(".")[0] for key in (*IN_INTERVALS, "wait_max_s")}
    return {name: one for name, one in found.items() if name in there}


def goal(
    answer: float | None,
    met: bool | None,
    days: float,
    at_most: float | None = None,
    decided: bool | None = True,
) -> dict[str, Any]:
    """A queue's goal and what came of it."""
    return {
        "answer": answer,
        "within_s": 15.0,
        "abandon_at_most": at_most,
        "counted": "offered",
        "met": met,
        "decided": decided,
        "verdict": "met" if met else "missed",
        "probability": {"mean": days, "low": max(days - 0.2, 0), "high": min(days + 0.1, 1)},
    }


def result(queues: dict[str, dict[str, Any]], **others: Any) -> dict[str, Any]:
    """A whole result; every queue has one group and two intervals."""
    return {
        "kind": "run",
        "scenario": "Two lines in two parks",
        "seed": 1,
        "runs": 20,
        "engine": "kernel",
        "version": "0.1.0",
        "fingerprint": "0" * 64,
        "start": "2017-06-05",
        "days": 1,
        "interval_s": 1800.0,
        "counted": "offered",
        "total": calls(1_234_567, 0.85),
        "queues": queues,
        "groups": {
            f"{name}-desk": {
                "site": "xinpu",
                "occupancy": figure(0.843, 0.011),
                "answered": figure(45_678.0, 100.0),
                "busy_h": figure(2_500.0, 10.0),
                "on_duty_h": figure(3_001.5, 0.0),
                "late_h": figure(12.25, 0.5),
                "absent_h": figure(0.0, 0.0),
                "paid_h": figure(0.0, 0.0),
            }
            for name in queues
        },
        "sites": {
            "xinpu": {
                "seats": 600,
                "seats_used_peak": figure(420.0, 1.0),
                "seats_used_h": figure(3_000.0, 1.0),
                "waited_for_seat_h": figure(0.0, 0.0),
                "calls_lost_to_seats": figure(0.0, 0.0),
                "intervals": [],
            }
        },
        "incidents": [],
        "intervals": [
            {
                "start": f"2017-06-05T{hour}",
                "queue": name,
                **of_interval(calls(1_000.0, level)),
                "goal_probability": figure(level, 0.1),
            }
            for name in queues
            for hour, level in (("09:30", 0.612), ("14:00", 0.97))
        ],
        "warnings": [],
        **others,
    }


def day(date: str, level: float | None, abandoned: float | None, days: float | None) -> dict[str, Any]:
    """What came of a goal on one day."""
    return {
        "start": date,
        "service_level": figure(level, 0.01),
        "abandoned_share": figure(abandoned, 0.001),
        "probability": figure(days, 0.1),
    }


def two_lines() -> dict[str, Any]:
    """One goal just missed, one met."""
    return result(
        {
            "telecom": calls(50_123.4, 0.8497) | {"goal": goal(0.85, False, 0.45, 0.05, decided=False)},
            "bank": calls(1_184_443.6, 0.912) | {"goal": goal(0.8, True, 1.0)},
        }
    )
