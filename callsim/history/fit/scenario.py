"""The scenario that a fit writes: every figure with what it was estimated from, or that it is assumed."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from callsim.history.canonical import as_date
from callsim.history.days import in_file, in_words, weekday_name
from callsim.history.fit.busyness import Busyness
from callsim.history.fit.fitted import ASSUMED_CV, ASSUMED_TALK_S, Fitted, QueueFit
from callsim.history.fit.staffing import Staffing
from callsim.history.fit.times import CONSTANT, FEWEST, LONG_S, SHORT_S, Times
from callsim.scenario.reading.write import Said, block, comment, flow
from callsim.scenario.words.by_day import is_key
from callsim.sentences import say
from callsim.units import DAY_MS, show_duration
from callsim.version import __version__

LONGEST_NAME = 100
LEAST_ERROR = 0.0005  # of a mean; a smaller one is not written
_WEEK = 7


def scenario_files(found: Fitted, stem: str) -> dict[str, str]:
    """The files by name: `stem`.yaml first, then the CSV files of arrivals that it names."""
    files: dict[str, str] = {}
    names = scenario_names(found)
    queues: dict[str, object] = {}
    for queue in found.queues:
        name = names[queue.name]
        queues[name], counts = _queue(found, queue, f"{stem}-{_file_name(name)}.csv")
        if counts is not None:
            files[f"{stem}-{_file_name(name)}.csv"] = counts
    groups = {
        _group_name([names[found.queues[place].name] for place in one.queues], names): _group(
            found, one, names
        )
        for one in found.staffing
    }
    tree: dict[str, object] = {
        "name": _name(found.name),
        "calendar": {
            "start": str(as_date(_monday(found))),
            "days": _WEEK,
            "interval": show_duration(found.width_ms / 1000),
        },
        "queues": queues,
        "groups": groups,
        "fitted": _fitted(found),
    }
    return {f"{stem}.yaml": _head(found) + block(tree), **files}


def scenario_names(found: Fitted) -> dict[str, str]:
    """Returns the scenario's name of each queue of the history: a name must not read like a day."""
    names: dict[str, str] = {}
    for queue in found.queues:
        name = _name(queue.name)
        name = f"{name}-queue" if is_key(name) else name
        while name in names.values():
            name += "-2"
        names[queue.name] = name
    return names


def _name(words: str) -> str:
    plain = "".join(letter if letter.isprintable() else " " for letter in words).strip()
    return plain[: LONGEST_NAME - 10].strip() or "history"


def _file_name(name: str) -> str:
    return re.sub(r"[^\w-]+", "-", name).strip("-") or "queue"


def _group_name(queues: list[str], names: Mapping[str, str]) -> str:
    return f"{queues[0]}-agents" if len(queues) == 1 or len(names) > len(queues) else "agents"


def _monday(found: Fitted) -> np.datetime64:
    """The first Monday after the history."""
    last = found.days[-1].astype("datetime64[D]")
    ahead = 7 - (int(last.astype(np.int64)) + 3) % 7
    return np.datetime64(last + ahead, "D")


def _fitted(found: Fitted) -> dict[str, object]:
    sources = {one.source for one in found.staffing}
    source = next(one for one in ("assumed", "inferred", "logged") if one in sources)
    return {
        "days": Said(in_file(found.days), say("fitted.days_used")),
        "staffing": source,
    }


def _head(found: Fitted) -> str:
    lines = [
        say(
            "fitted.head",
            callsim=__version__,
            files=", ".join(found.files) or say("fitted.a_history"),
            days=len(found.days),
            dates=in_words(found.days),
        ),
        say("fitted.each_figure"),
        *(f"- {one.path}: {one.text}" for one in found.assumed),
        say("fitted.one_week"),
        say("fitted.such_a_goal", within=show_duration(_within(found))),
    ]
    return "".join(comment(line) for line in lines)


def _within(found: Fitted) -> float:
    return next((queue.figures.within_s for queue in found.queues if queue.figures.within_s), 20.0)


def _queue(found: Fitted, queue: QueueFit, counts_file: str) -> tuple[dict[str, object], str | None]:
    tree: dict[str, object] = {}
    tree["arrivals"], counts = _arrivals(found, queue, counts_file)
    tree["talk"] = _talk(found, queue)
    if (wrap := _wrap(queue)) is not None:
        tree["wrap"] = wrap
    tree |= _patience(queue) | _redial(queue)
    tree |= _uncertain(queue, "patience" in tree)
    return tree, counts


def _arrivals(found: Fitted, queue: QueueFit, counts_file: str) -> tuple[dict[str, object], str | None]:
    arrivals = queue.arrivals
    rates = np.nan_to_num(arrivals.rates)
    told = say("fitted.arrivals", calls=arrivals.calls, days=arrivals.days)
    if arrivals.outages:
        told += say("fitted.outages", n=len(arrivals.outages))
    tree: dict[str, object] = {}
    counts = None
    if len(arrivals.kinds) == 1 and arrivals.kinds[0].one_profile:
        totals = rates.sum(1)
        mean = totals.mean()
        profile = rates.sum(0)
        tree["per_day"] = Said(_number(mean, 6), say("fitted.per_day", source=told))
        scale = 1000 / max(profile.sum(), 1e-300)
        tree["profile"] = Said(
            [_number(weight * scale, 6) for weight in profile],
            say("fitted.profile"),
        )
        if not np.allclose(totals, mean, rtol=1e-9):
            tree["weekdays"] = Said(
                [_number(total / mean, 6) for total in totals], say("fitted.weekdays", source=told)
            )
    else:
        counts = _counts(found, rates)
        tree["counts"] = Said(counts_file, say("fitted.counts", source=told))
    return tree | _busyness(found, queue), counts


def _busyness(found: Fitted, queue: QueueFit) -> dict[str, object]:
    busy = queue.arrivals.busyness
    if busy is None:
        return {}
    if busy.is_poisson:
        return {"day_cv": Said(0, say("fitted.by_chance"))}
    tree: dict[str, object] = {
        "day_cv": Said(_percent(busy.day_cv), _about(busy, busy.day_cv_interval)),
    }
    for some in found.day_factors:
        if queue.name in (found.queues[place].name for place in some):
            first = _name(found.queues[some[0]].name)
            tree["day_factor"] = Said(first, say("fitted.together"))
    if busy.interval_cv > 0:
        tree["interval_cv"] = Said(_percent(busy.interval_cv), _about(busy, busy.interval_cv_interval))
        low, high = busy.correlation_interval
        said = say("fitted.interval", low=low, high=high)
        if not busy.told_apart:
            said += say("fitted.not_told_apart")
        tree["interval_correlation"] = Said(round(min(busy.correlation, 0.99), 3), said)
    return tree


def _about(busy: Busyness, interval: tuple[float, float]) -> str:
    return say("fitted.from_days", days=busy.days, low=interval[0], high=interval[1])


def _talk(found: Fitted, queue: QueueFit) -> object:
    mean = queue.talk_mean_s
    if not math.isfinite(mean) or mean <= 0:
        return Said(_family("lognormal", _seconds(ASSUMED_TALK_S), ASSUMED_CV), say("fitted.no_times"))
    if queue.talk is not None and _is_constant(queue.talk):
        return Said(_seconds(mean), say("fitted.all_alike", calls=queue.talk.calls))
    if queue.talk is None or queue.talk.best is None:
        said = say("fitted.shape_and_cv_assumed", calls=queue.figures.answered)
        return Said(_family("lognormal", _seconds(mean), ASSUMED_CV), said)
    best = queue.talk.best
    said = _shape_said(queue.talk)
    if queue.talk_values_s:
        values = [_seconds(value) for value in queue.talk_values_s]
        said += say(
            "fitted.short",
            share=queue.talk.short_share,
            seconds=SHORT_S,
            shape=flow({"empirical": {"values": values}}),
        )
    means: object = _seconds(mean)
    slots = DAY_MS // found.width_ms
    if queue.talk.by_hour_s is not None and slots % 24 == 0:
        means = [_seconds(value) for value in np.repeat(queue.talk.by_hour_s, slots // 24).tolist()]
        said = say("fitted.by_hour", source=said)
    return Said(_family(best.family, means, best.cv), said)


def _wrap(queue: QueueFit) -> object | None:
    mean = queue.wrap_mean_s
    if not math.isfinite(mean) or mean <= 0:
        return None
    if queue.wrap is not None and _is_constant(queue.wrap):
        return Said(_seconds(mean), say("fitted.all_alike", calls=queue.wrap.calls))
    if queue.wrap is None or queue.wrap.best is None:
        said = say("fitted.shape_assumed", calls=queue.figures.answered)
        return Said({"exponential": {"mean": _seconds(mean)}}, said)
    return Said(_family(queue.wrap.best.family, _seconds(mean), queue.wrap.best.cv), _shape_said(queue.wrap))


def _is_constant(found: Times) -> bool:
    return found.sample >= FEWEST and found.sample_cv < CONSTANT


def _shape_said(found: Times) -> str:
    best = found.best
    assert best is not None
    if found.sample_range_s is None:
        of = say("fitted.times", times=found.sample)
    else:
        of = say("fitted.times_between", times=found.sample, short=SHORT_S, long=show_duration(LONG_S))
    said = say("fitted.shape", calls=found.calls - found.outliers, times=of, distance=best.distance)
    if found.outliers:
        said += say("fitted.outliers", n=found.outliers)
    return said


def _patience(queue: QueueFit) -> dict[str, object]:
    waits = queue.patience
    if waits is None or waits.best is None:
        return {}
    best = waits.best
    first = waits.calls - waits.abandoned
    said = say("fitted.patience", abandoned=waits.abandoned, answered=first)
    tree: dict[str, object] = {}
    if waits.from_sums:
        said = say("fitted.patience_from_sums", abandoned=waits.abandoned)
        if waits.lower_bound:
            said = say("fitted.at_least", source=said)
    elif math.isfinite(best.distance):
        said += say("fitted.distance", distance=best.distance, seconds=waits.known_up_to_s)
    if best.family == "weibull":
        shape = min(max(best.parameters["shape"], 0.25), 1000.0)
        given = {"shape": _number(shape, 4), "scale": _seconds(best.parameters["scale_s"])}
        tree["patience"] = Said({"weibull": given}, said)
    elif best.family == "lognormal":
        sigma = min(best.parameters["sigma"], 2.5)
        given = {"mu": _number(best.parameters["mu"], 5), "sigma": _number(sigma, 5)}
        tree["patience"] = Said({"lognormal": given}, said)
    else:
        tree["patience"] = Said({"exponential": {"mean": _seconds(best.mean_s)}}, said)
    delayed = queue.figures.delayed_share
    if waits.balked and math.isfinite(delayed):
        queued = delayed * waits.calls
        tree["balk"] = Said(
            _percent(waits.balked / (queued + waits.balked)),
            say("fitted.balked", balked=waits.balked, queued=queued + waits.balked),
        )
    return tree


def _redial(queue: QueueFit) -> dict[str, object]:
    found = queue.redials
    if found is None or not found.used:
        return {}
    said = say(
        "fitted.redials",
        share=found.again_share,
        abandoned=found.abandoned,
        share_of_answered=found.again_share_answered,
    )
    after = {"exponential": {"mean": _seconds(found.mean_after_s)}}
    return {"redial": Said({"probability": _percent(found.probability), "after": after}, said)}


def _uncertain(queue: QueueFit, patient: bool) -> dict[str, object]:
    known = queue.certainty
    errors = {"volume": known.volume, "aht": known.aht, "patience": known.patience if patient else 0.0}
    told = {key: _percent(min(error, 1.0)) for key, error in errors.items() if error >= LEAST_ERROR}
    days = queue.arrivals.days
    return {"uncertain": Said(told, say("fitted.uncertain", days=days))} if told else {}


def _group(found: Fitted, one: Staffing, names: Mapping[str, str]) -> dict[str, object]:
    days = {weekday_name(day): row.tolist() for day, row in enumerate(one.agents) if (row >= 0).all()}
    if len(days) < _WEEK:
        days["other"] = [0] * one.agents.shape[1]
    said = {
        "logged": say("fitted.staff_logged"),
        "inferred": say("fitted.staff_inferred"),
        "assumed": say("fitted.staff_assumed"),
    }[one.source]
    rows = list(days.values())
    if not any(map(any, rows)):
        rows, said = [[1] * one.agents.shape[1]], say("fitted.staff_none")
    same = all(row == rows[0] for row in rows)
    return {
        "answers": {names[found.queues[place].name]: {} for place in one.queues},
        "staff": Said(rows[0] if same else days, said),
    }


def _counts(found: Fitted, rates: np.ndarray) -> str:
    """A CSV of the week: a row for each interval, with its date."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("interval_start", "offered"))
    monday = _monday(found)
    for day in range(_WEEK):
        for slot, rate in enumerate(rates[day].tolist()):
            table.writerow((f"{as_date(monday + day)} {found.clock(slot)}", f"{_number(rate, 6)}"))
    return text.getvalue()


def _family(family: str, mean: object, cv: float) -> dict[str, Any]:
    if family == "exponential":
        return {"exponential": {"mean": mean}}
    return {family: {"mean": mean, "cv": _number(min(max(cv, 0.001), 20.0), 4)}}


def _seconds(value: float) -> str:
    return f"{_number(max(value, 0.01), 5):g} s"


def _percent(share: float) -> str:
    return f"{_number(share * 100, 4):g}%"


def _number(value: float, digits: int) -> float | int:
    """Returns a number rounded to `digits` digits, without a point where it is whole."""
    if not value:
        return 0
    short = float(f"{value:.{digits}g}")
    return int(short) if short == int(short) else short
