"""What a fit has found, with a type, and as plain data for JSON."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from callsim.history.canonical import as_date
from callsim.history.days import in_words, weekday_name
from callsim.history.fit.answer import FitAnswer
from callsim.history.fit.arrivals import Dispersion
from callsim.history.fit.busyness import Busyness
from callsim.history.fit.fitted import Fitted, QueueFit
from callsim.history.fit.patience import Patience
from callsim.history.fit.scenario import scenario_files
from callsim.history.fit.staffing import Staffing
from callsim.history.fit.times import Times
from callsim.results.schema import read
from callsim.version import __version__


@dataclass(frozen=True)
class FitResult(Fitted):
    """The scenario of a history, and how well it fits."""

    def to_scenario(self, stem: str) -> dict[str, str]:
        """Returns the scenario as texts by name of file: `stem`.yaml, and the CSV files that it names."""
        return scenario_files(self, stem)

    def told(self) -> FitAnswer:
        """Returns the fit as reports take it."""
        return read(FitAnswer, self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Returns the JSON of the fit as plain data; what does not exist is None."""
        plain: dict[str, Any] = _plain(
            {
                "kind": "fit",
                "name": self.name,
                "version": __version__,
                "files": list(self.files),
                "table": self.table,
                "owner": self.owner,
                "interval_s": self.width_ms / 1000,
                "days": len(self.days),
                "dates": in_words(self.days),
                "left_out": in_words(self.left_out) if len(self.left_out) else None,
                "notes": [dataclasses.asdict(note) for note in self.notes],
                "queues": {queue.name: self._queue(queue) for queue in self.queues},
                "groups": [self._group(one) for one in self.staffing],
                "day_factors": [[self.queues[place].name for place in some] for some in self.day_factors],
                "assumed": [dataclasses.asdict(one) for one in self.assumed],
                "scenario": self.to_scenario("fitted"),
            }
        )
        return plain

    def _queue(self, queue: QueueFit) -> dict[str, Any]:
        figures = queue.figures
        found = figures.answered_within
        return {
            "offered": figures.offered,
            "answered": figures.answered,
            "abandoned": figures.abandoned,
            "abandoned_share": _ratio(figures.abandoned, figures.offered),
            "asa_s": figures.asa_s,
            "wait_s": figures.wait_s,
            "aht_s": figures.aht_s,
            "delayed_share": figures.delayed_share,
            "service_level": None
            if figures.within_s is None
            else {
                "within_s": figures.within_s,
                "offered": _ratio(found, figures.offered),
                "answered": _ratio(found, figures.answered),
            },
            "arrivals": self._arrivals(queue),
            "talk": {"mean_s": queue.talk_mean_s, **_times(queue.talk)},
            "wrap": {"mean_s": queue.wrap_mean_s, **_times(queue.wrap)},
            "patience": _patience(queue.patience),
            "redials": None if queue.redials is None else dataclasses.asdict(queue.redials),
        }

    def _arrivals(self, queue: QueueFit) -> dict[str, Any]:
        found = queue.arrivals
        return {
            "days": found.days,
            "calls": found.calls,
            "per_day": {weekday_name(day): float(many) for day, many in enumerate(found.per_day)},
            "kinds_of_days": [
                {
                    "weekdays": [weekday_name(day) for day in kind.weekdays],
                    "open": f"{self.clock(kind.open_slots[0])}-{self.clock(kind.open_slots[1])}",
                    "one_profile": kind.one_profile,
                    "p_one_profile": kind.p_one_profile,
                    "dispersion": _dispersion(kind.raw),
                    "dispersion_without_outages": _dispersion(kind.dispersion),
                }
                for kind in found.kinds
            ],
            "busyness": _busyness(found.busyness),
            "busyness_with_outages": _busyness(found.raw_busyness),
            "poisson_within_intervals": None
            if queue.poisson_within is None
            else dict(zip(("distance", "calls", "p"), queue.poisson_within, strict=True)),
            "outages": [
                {"date": str(as_date(day)), "from": self.clock(first), "to": self.clock(end)}
                for day, first, end in found.outages
            ],
            "spikes": [
                {"date": str(as_date(day)), "from": self.clock(slot), "calls": calls, "usual": usual}
                for day, slot, calls, usual in found.spikes
            ],
            "missing_intervals": found.missing,
            "ranks": list(found.ranks),
            "week": self._week(queue),
        }

    def _week(self, queue: QueueFit) -> list[dict[str, Any]]:
        """A row for each interval of the week: what the model has, and what the days had."""
        found = queue.arrivals
        return [
            {
                "weekday": weekday_name(day),
                "start": self.clock(slot),
                "calls": found.rates[day, slot],
                "low": found.band[0, day, slot],
                "high": found.band[1, day, slot],
                "fewest": found.lowest[day, slot],
                "most": found.highest[day, slot],
            }
            for day in range(7)
            for slot in range(found.rates.shape[1])
        ]

    def _group(self, one: Staffing) -> dict[str, Any]:
        return {
            "queues": [self.queues[place].name for place in one.queues],
            "source": one.source,
            "agents": {
                weekday_name(day): row.tolist() for day, row in enumerate(one.agents) if (row >= 0).all()
            },
        }


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _times(found: Times | None) -> dict[str, Any]:
    """The JSON of talk or wrap times, but for their mean."""
    if found is None:
        return {}
    plain = dataclasses.asdict(found)
    del plain["mean_s"]
    plain["curve"] = [dict(zip(("at_s", "share", "fitted"), row, strict=True)) for row in found.curve]
    return plain | {"best": found.best.family if found.best else None}


def _patience(found: Patience | None) -> dict[str, Any] | None:
    if found is None:
        return None
    plain = dataclasses.asdict(found)
    plain["best"] = found.best.family if found.best else None
    plain["survival"] = [
        {"at_s": at, "share": None if one is None else one[0], "at_risk": 0 if one is None else one[1]}
        for at, one in found.survival.items()
    ]
    plain["curve"] = [
        dict(zip(("at_s", "share", "low", "high", "fitted"), row, strict=True)) for row in found.curve
    ]
    return plain


def _dispersion(found: Dispersion | None) -> dict[str, Any] | None:
    return None if found is None else dataclasses.asdict(found)


def _busyness(found: Busyness | None) -> dict[str, Any] | None:
    if found is None:
        return None
    plain = dataclasses.asdict(found)
    for name in ("excess", "day_cv", "interval_cv", "correlation"):
        low, high = plain.pop(f"{name}_interval")
        plain[name] = {"mean": plain[name], "low": low, "high": high}
    return plain


def _plain(value: Any) -> Any:
    """Numbers of Python, and None for a number that does not exist."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
