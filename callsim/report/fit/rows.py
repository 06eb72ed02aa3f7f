"""The figures of a fit one below the other: what it is, its value and interval, and where it is from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from callsim.history.fit.answer import Arrivals, FitAnswer, Patience, Queue, Times
from callsim.sentences import say


def rows(found: FitAnswer) -> list[dict[str, str | float | None]]:
    """A row per queue and figure: queue, figure, value, low, high, n (what it was estimated from)."""
    return [
        {"queue": name, "figure": figure, "value": value, "low": low, "high": high, "n": many}
        for name, queue in found.queues.items()
        for figure, value, low, high, many in _of_queue(queue)
    ]


_Number = float | None
_Row = tuple[str, _Number, _Number, _Number, _Number]


def _of_queue(queue: Queue) -> Iterator[_Row]:
    yield "offered", queue.offered, None, None, None
    yield "answered", queue.answered, None, None, None
    yield "abandoned", queue.abandoned, None, None, None
    yield "abandoned_share", queue.abandoned_share, None, None, queue.offered
    yield "asa_s", queue.asa_s, None, None, queue.answered
    yield "wait_s", queue.wait_s, None, None, queue.offered
    yield "delayed_share", queue.delayed_share, None, None, queue.offered
    yield "aht_s", queue.aht_s, None, None, queue.answered
    if level := queue.service_level:
        within = f"within_{level.within_s:g}_s"
        yield f"service_level_offered_{within}", level.offered, None, None, queue.offered
        yield f"service_level_answered_{within}", level.answered, None, None, queue.answered
    yield from _of_arrivals(queue.arrivals)
    yield from _of_times("talk", queue.talk)
    yield from _of_times("wrap", queue.wrap)
    if queue.patience:
        yield from _of_patience(queue.patience)
    if again := queue.redials:
        half = 1.96 * again.error
        value = again.probability
        yield "redial_probability", value, max(value - half, 0.0), value + half, again.abandoned
        yield "redial_after_mean_s", again.mean_after_s, None, None, again.abandoned
    for name, error in queue.uncertain.items():
        yield f"uncertain_{name}", error, None, None, queue.arrivals.days


def _of_arrivals(arrivals: Arrivals) -> Iterator[_Row]:
    for day, many in arrivals.per_day.items():
        yield f"calls_per_day_{day}", many, None, None, arrivals.days
    for kind in arrivals.kinds_of_days:
        days = "_".join(kind.weekdays)
        for name, of in (("", kind.dispersion), ("_without_outages", kind.dispersion_without_outages)):
            if of is not None:
                yield f"calls_per_interval_{days}{name}", of.mean, None, None, of.days
                yield f"variance_by_slot_{days}{name}", of.by_slot, None, None, of.days
                yield f"variance_by_weekday_and_slot_{days}{name}", of.by_weekday, None, None, of.days
    for ending, busy in (("", arrivals.busyness), ("_with_outages", arrivals.busyness_with_outages)):
        if busy is not None:
            each = (busy.excess, busy.day_cv, busy.interval_cv, busy.correlation)
            for name, figure in zip(("excess", "day_cv", "interval_cv", "correlation"), each, strict=True):
                yield name + ending, figure.mean, figure.low, figure.high, busy.days


def _of_times(name: str, times: Times) -> Iterator[_Row]:
    yield f"{name}_mean_s", times.mean_s, None, None, times.calls
    if not times.calls:
        return
    yield f"{name}_short_share", times.short_share, None, None, times.calls
    yield f"{name}_sample_mean_s", times.sample_mean_s, None, None, times.sample
    yield f"{name}_sample_cv", times.sample_cv, None, None, times.sample
    for part, value in (times.quantiles_s or {}).items():
        yield f"{name}_{part}_s", value, None, None, times.sample
    for one in times.candidates or ():
        for parameter, value in one.parameters.items():
            yield f"{name}_{one.family}_{parameter}", value, None, None, times.sample
        yield f"{name}_{one.family}_distance", one.distance, None, None, times.sample


def _of_patience(patience: Patience) -> Iterator[_Row]:
    for one in patience.candidates:
        for parameter, value in one.parameters.items():
            half = 1.96 * (one.errors.get(parameter) or 0.0)
            name = f"patience_{one.family}_{parameter}"
            yield name, value, value - half, value + half, patience.calls
    for point in patience.survival:
        yield f"patience_longer_than_{point.at_s}_s", point.share, None, None, point.at_risk
    yield "wait_of_abandoned_s", patience.wait_of_abandoned_s, None, None, patience.abandoned


def listed(names: Sequence[str], most: int = 3) -> str:
    """`a, b, c and 4 more`."""
    if len(names) <= most:
        return ", ".join(names)
    return say("lists.more", first=", ".join(names[:most]), left=f"{len(names) - most:,}")
