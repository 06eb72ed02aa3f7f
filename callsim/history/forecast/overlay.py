"""A forecast as files that scenarios take: counts of each queue, and a file to lay over a scenario."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from callsim.history.forecast.busyness import Busyness
from callsim.history.forecast.result import ForecastResult, calls_shown
from callsim.scenario.reading.write import block, text
from callsim.sentences import say
from callsim.units import DAY_MS, show_clock, show_duration

MOST_CV = 3.0  # that a scenario takes
_UNFIT = re.compile(r"[^\w.-]+")


def files_of(forecast: ForecastResult, path: str, extends: str | None = None) -> dict[str, str]:
    """The texts to write, by path: the overlay `path`, and beside it a table of counts for each queue.

    `extends`: the scenario that the overlay is laid over, as a path from the overlay's folder.
    """
    stem, folder = Path(path).stem, Path(path).parent
    names = _file_names(forecast, stem)
    queues = {
        queue: {"arrivals": {"counts": names[queue], **_busyness(found.busyness)}}
        for queue, found in forecast.queues.items()
    }
    interval = text(show_duration(forecast.width_ms / 1000))
    calendar = f"calendar: {{start: {forecast.start}, days: {forecast.days}, interval: {interval}}}\n"
    body = block({"extends": extends}) * bool(extends) + calendar + block({"queues": queues})
    found = {path: "".join(f"# {line}\n" for line in _head(forecast, extends)) + body}
    for queue, name in names.items():
        found[str(folder / name)] = "".join(_counts(forecast, queue))
    return found


def _head(forecast: ForecastResult, extends: str | None) -> Iterator[str]:
    last = forecast.dates[-1]
    yield say(
        "forecasting.head",
        first=forecast.start,
        last=last,
        files=", ".join(forecast.files) or say("fitted.a_history"),
    )
    if not extends:
        yield say("forecasting.to_be_laid")
    untested = [name for name, queue in forecast.queues.items() if math.isnan(queue.busyness.day_cv)]
    if untested:
        yield say("forecasting.too_short", queues=", ".join(untested))
    yield say("forecasting.cvs")


def _busyness(found: Busyness) -> dict[str, float]:
    """The keys of arrivals; none where nothing was tested."""
    if math.isnan(found.day_cv):
        return {}
    return {
        "day_cv": round(min(found.day_cv, MOST_CV), 4),
        "interval_cv": round(min(found.interval_cv, MOST_CV), 4),
        "interval_correlation": round(found.interval_correlation, 2),
    }


def _file_names(forecast: ForecastResult, stem: str) -> dict[str, str]:
    """A file name for each queue; no two are alike, also where capitals do not tell files apart."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for queue in forecast.queues:
        plain = _UNFIT.sub("-", queue).strip("-.") or "queue"
        name, number = f"{stem}-{plain}.csv", 2
        while name.casefold() in taken:
            name, number = f"{stem}-{plain}-{number}.csv", number + 1
        taken.add(name.casefold())
        names[queue] = name
    return names


def _counts(forecast: ForecastResult, queue: str) -> Iterator[str]:
    yield "interval_start,offered\n"
    expected = forecast.queues[queue].expected
    for day, date in enumerate(forecast.dates):
        for slot in range(DAY_MS // forecast.width_ms):
            calls = np.format_float_positional(calls_shown(expected[day, slot]), trim="-")
            yield f"{date}T{show_clock(slot * forecast.width_ms)},{calls}\n"
