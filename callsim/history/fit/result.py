"""What a fit has found, with a type, and as plain data for JSON."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from callsim.history.canonical import as_date
from callsim.history.days import in_words, weekday_name
from callsim.history.fit import answer
from callsim.history.fit.answer import FitAnswer
from callsim.history.fit.arrivals import Dispersion
from callsim.history.fit.busyness import Busyness
from callsim.history.fit.fitted import Fitted, QueueFit
from callsim.history.fit.patience import Patience
from callsim.history.fit.scenario import scenario_files
from callsim.history.fit.staffing import Staffing
from callsim.history.fit.times import Times
from callsim.results.measures import Figure
from callsim.results.schema import Mapped
from callsim.shown import Shown
from callsim.version import __version__


@dataclass(frozen=True, repr=False)
class FitResult(Shown, Fitted):
    """The scenario of a history, and how well it fits."""

    def for_reports(self) -> FitAnswer:
        """Returns it as reports take it."""
        return self.told()

    def in_short(self) -> dict[str, object]:
        """Returns what its `repr` says."""
        return {"name": self.name, "queues": [queue.name for queue in self.queues], "days": len(self.days)}

    def to_scenario(self, stem: str) -> dict[str, str]:
        """Returns the scenario as texts by name of file: `stem`.yaml, and the CSV files that it names."""
        return scenario_files(self, stem)

    def told(self) -> FitAnswer:
        """Returns the fit as reports take it; what does not exist is None."""
        return FitAnswer(
            name=self.name,
            version=__version__,
            files=list(self.files),
            table=self.table,
            owner=self.owner,
            interval_s=self.width_ms / 1000,
            days=len(self.days),
            dates=in_words(self.days),
            left_out=in_words(self.left_out) if len(self.left_out) else None,
            notes=list(self.notes),
            queues={queue.name: self._queue(queue) for queue in self.queues},
            groups=[self._group(one) for one in self.staffing],
            day_factors=[[self.queues[place].name for place in some] for some in self.day_factors],
            assumed=[answer.Assumed(path=one.path, text=one.text) for one in self.assumed],
            scenario=self.to_scenario("fitted"),
        )

    def to_dict(self) -> Mapped:
        """Returns the JSON of the fit as plain data; what does not exist is None."""
        return self.told().to_dict()

    def _queue(self, queue: QueueFit) -> answer.Queue:
        figures = queue.figures
        found = figures.answered_within
        level = None
        if figures.within_s is not None:
            level = answer.Level(
                within_s=figures.within_s,
                offered=_ratio(found, figures.offered),
                answered=_ratio(found, figures.answered),
            )
        return _of(
            answer.Queue,
            figures,
            abandoned_share=_ratio(figures.abandoned, figures.offered),
            service_level=level,
            arrivals=self._arrivals(queue),
            talk=_times(queue.talk, queue.talk_mean_s),
            wrap=_times(queue.wrap, queue.wrap_mean_s),
            patience=_patience(queue.patience),
            redials=None if queue.redials is None else _of(answer.Redials, queue.redials),
            uncertain=dataclasses.asdict(queue.certainty),
        )

    def _arrivals(self, queue: QueueFit) -> answer.Arrivals:
        found = queue.arrivals
        within = None
        if queue.poisson_within is not None:
            distance, calls, p = queue.poisson_within
            within = answer.Within(distance=distance, calls=calls, p=p)
        return answer.Arrivals(
            days=found.days,
            calls=_known(found.calls),
            per_day={weekday_name(day): _known(float(many)) for day, many in enumerate(found.per_day)},
            kinds_of_days=[
                answer.DayKind(
                    weekdays=[weekday_name(day) for day in kind.weekdays],
                    open=f"{self.clock(kind.open_slots[0])}-{self.clock(kind.open_slots[1])}",
                    one_profile=kind.one_profile,
                    p_one_profile=_known(kind.p_one_profile),
                    dispersion=_dispersion(kind.raw),
                    dispersion_without_outages=_dispersion(kind.dispersion),
                )
                for kind in found.kinds
            ],
            busyness=_busyness(found.busyness),
            busyness_with_outages=_busyness(found.raw_busyness),
            poisson_within_intervals=within,
            outages=[
                answer.Outage(date=str(as_date(day)), from_=self.clock(first), to=self.clock(end))
                for day, first, end in found.outages
            ],
            spikes=[
                answer.Spike(date=str(as_date(day)), from_=self.clock(slot), calls=calls, usual=usual)
                for day, slot, calls, usual in found.spikes
            ],
            missing_intervals=found.missing,
            ranks=_known(list(found.ranks)),
            week=self._week(queue),
        )

    def _week(self, queue: QueueFit) -> list[answer.WeekSlot]:
        """Each interval of the week: the calls of the model, and those of the days."""
        found = queue.arrivals
        rows = np.stack([found.rates, found.band[0], found.band[1], found.lowest, found.highest], axis=-1)
        return [
            answer.WeekSlot(
                weekday=weekday_name(day),
                start=self.clock(slot),
                **dict(zip(("calls", "low", "high", "fewest", "most"), _known(row.tolist()), strict=True)),
            )
            for day, of_day in enumerate(rows)
            for slot, row in enumerate(of_day)
        ]

    def _group(self, one: Staffing) -> answer.Staffed:
        return answer.Staffed(
            queues=[self.queues[place].name for place in one.queues],
            source=one.source,
            agents={
                weekday_name(day): row.tolist() for day, row in enumerate(one.agents) if (row >= 0).all()
            },
        )


def _ratio(part: float, whole: float) -> float | None:
    return _known(part / whole) if whole else None


def _times(found: Times | None, mean_s: float) -> answer.Times:
    """Talk or wrap times; without single calls only their mean is known."""
    if found is None:
        return answer.Times(mean_s=_known(mean_s))
    return _of(
        answer.Times,
        found,
        mean_s=_known(mean_s),
        candidates=[_of(answer.Candidate, one) for one in found.candidates],
        heaping=None if found.heaping is None else _of(answer.Heaping, found.heaping),
        curve=[
            answer.TimesPoint(at_s=at_s, share=_known(share), fitted=_known(fitted))
            for at_s, share, fitted in found.curve
        ],
        best=found.best.family if found.best else None,
    )


def _patience(found: Patience | None) -> answer.Patience | None:
    if found is None:
        return None
    return _of(
        answer.Patience,
        found,
        candidates=[_of(answer.PatienceCandidate, one) for one in found.candidates],
        survival=[
            answer.Survived(at_s=at, share=None, at_risk=0)
            if one is None
            else answer.Survived(at_s=at, share=_known(one[0]), at_risk=one[1])
            for at, one in found.survival.items()
        ],
        curve=[
            answer.PatiencePoint(
                at_s=at_s, share=_known(share), low=_known(low), high=_known(high), fitted=_known(fitted)
            )
            for at_s, share, low, high, fitted in found.curve
        ],
        hazards=[_of(answer.Hazard, one) for one in found.hazards],
        best=found.best.family if found.best else None,
    )


def _dispersion(found: Dispersion | None) -> answer.Dispersion | None:
    return None if found is None else _of(answer.Dispersion, found)


def _busyness(found: Busyness | None) -> answer.Busyness | None:
    if found is None:
        return None
    names = ("excess", "day_cv", "interval_cv", "correlation")
    bands = {
        name: Figure(*_known([getattr(found, name), *getattr(found, f"{name}_interval")])) for name in names
    }
    return _of(answer.Busyness, found, **bands)


T = TypeVar("T")


def _of(kind: type[T], found: object, **others: object) -> T:
    """Returns an answer with the fields that an estimate has by the same names, and these others.

    Numbers are those of Python, and None where there is none.
    """
    names = {field.name for field in dataclasses.fields(kind)} - others.keys()  # type: ignore[arg-type]
    return kind(**{name: _known(getattr(found, name)) for name in names}, **others)


def _known(value: Any) -> Any:
    """Numbers of Python, and None for a number that does not exist."""
    if isinstance(value, Mapping):
        return {name: _known(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_known(inner) for inner in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
