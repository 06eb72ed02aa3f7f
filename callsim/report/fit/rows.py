"""The figures of a fit one below the other: what it is, its value and interval, and where it is from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Found = Mapping[str, Any]


def rows(found: Found) -> list[dict[str, Any]]:
    """A row per queue and figure: queue, figure, value, low, high, n (what it was estimated from)."""
    return [
        {"queue": name, "figure": figure, "value": value, "low": low, "high": high, "n": many}
        for name, queue in found["queues"].items()
        for figure, value, low, high, many in _of_queue(queue)
    ]


_Row = tuple[str, Any, Any, Any, Any]


def _of_queue(queue: Found) -> Iterator[_Row]:
    for name in ("offered", "answered", "abandoned"):
        yield name, queue[name], None, None, None
    for name, many in (
        ("abandoned_share", "offered"),
        ("asa_s", "answered"),
        ("wait_s", "offered"),
        ("delayed_share", "offered"),
        ("aht_s", "answered"),
    ):
        yield name, queue[name], None, None, queue[many]
    if level := queue["service_level"]:
        for formula, many in (("offered", "offered"), ("answered", "answered")):
            name = f"service_level_{formula}_within_{level['within_s']:g}_s"
            yield name, level[formula], None, None, queue[many]
    yield from _of_arrivals(queue["arrivals"])
    for name in ("talk", "wrap"):
        yield from _of_times(name, queue[name])
    if queue["patience"]:
        yield from _of_patience(queue["patience"])
    if again := queue["redials"]:
        half = 1.96 * again["error"]
        value = again["probability"]
        yield "redial_probability", value, max(value - half, 0.0), value + half, again["abandoned"]
        yield "redial_after_mean_s", again["mean_after_s"], None, None, again["abandoned"]


def _of_arrivals(arrivals: Found) -> Iterator[_Row]:
    for day, many in arrivals["per_day"].items():
        yield f"calls_per_day_{day}", many, None, None, arrivals["days"]
    for kind in arrivals["kinds_of_days"]:
        days = "_".join(kind["weekdays"])
        for name, of in (("", kind["dispersion"]), ("_without_outages", kind["dispersion_without_outages"])):
            if of is not None:
                yield f"calls_per_interval_{days}{name}", of["mean"], None, None, of["days"]
                yield f"variance_by_slot_{days}{name}", of["by_slot"], None, None, of["days"]
                yield f"variance_by_weekday_and_slot_{days}{name}", of["by_weekday"], None, None, of["days"]
    for ending in ("", "_with_outages"):
        if busy := arrivals[f"busyness{ending}"]:
            for name in ("excess", "day_cv", "interval_cv", "correlation"):
                figure = busy[name]
                yield name + ending, figure["mean"], figure["low"], figure["high"], busy["days"]


def _of_times(name: str, times: Found) -> Iterator[_Row]:
    yield f"{name}_mean_s", times["mean_s"], None, None, times.get("calls")
    if not times.get("calls"):
        return
    yield f"{name}_short_share", times["short_share"], None, None, times["calls"]
    yield f"{name}_sample_mean_s", times["sample_mean_s"], None, None, times["sample"]
    yield f"{name}_sample_cv", times["sample_cv"], None, None, times["sample"]
    for part, value in times["quantiles_s"].items():
        yield f"{name}_{part}_s", value, None, None, times["sample"]
    for one in times["candidates"]:
        for parameter, value in one["parameters"].items():
            yield f"{name}_{one['family']}_{parameter}", value, None, None, times["sample"]
        yield f"{name}_{one['family']}_distance", one["distance"], None, None, times["sample"]


def _of_patience(patience: Found) -> Iterator[_Row]:
    for one in patience["candidates"]:
        for parameter, value in one["parameters"].items():
            half = 1.96 * (one["errors"].get(parameter) or 0.0)
            name = f"patience_{one['family']}_{parameter}"
            yield name, value, value - half, value + half, patience["calls"]
    for point in patience["survival"]:
        yield f"patience_longer_than_{point['at_s']}_s", point["share"], None, None, point["at_risk"]
    yield "wait_of_abandoned_s", patience["wait_of_abandoned_s"], None, None, patience["abandoned"]


def listed(names: Sequence[str], most: int = 3) -> str:
    """`a, b, c and 4 more`."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"
