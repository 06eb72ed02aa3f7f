"""The distributions of talk, wrap and patience: every family is a shape scaled to a mean."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from callsim import distribution
from callsim.scenario.words import by_day
from callsim.scenario.words.mistakes import nearest, unnamed_figures, wrong
from callsim.scenario.words.quantities import (
    DURATION_SCHEMA,
    Duration,
    Means,
    Number,
    Ordinal,
    Part,
    Positive,
    PositiveDuration,
    Spread,
    Weight,
)
from callsim.sentences import say
from callsim.units import LONGEST_S, shown

FEWEST_KEPT = 0.1  # share of values that at_most must leave: the others are drawn again


class Family(Part):
    """A distribution of times, in seconds. `mean` has one value, or one per interval of the day, for calls
    that arrive in it, or either by day; parameters of the shape (low, high, means, values) belong to
    `first`."""

    forms: ClassVar[tuple[tuple[str, ...], ...]] = (("mean",),)
    code: ClassVar[int]

    mean: Means = ()
    """The mean: one duration, one per interval of the day, a table, or any of these by day, such as
    {mon-fri: 3 min, other: 4 min} (before at_most cuts). Of calls it is that of their arrival."""
    at_most: PositiveDuration | None = None
    """No value is longer than this (default: no limit)."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        given = self.model_fields_set - {"family", "at_most"}
        if not any(given == set(form) for form in self.forms):
            ways = say("lists.or_else").join(say("lists.and").join(form) for form in self.forms)
            raise wrong(say("demand.given_by", family=self.family, ways=ways))  # type: ignore[attr-defined]
        for name, value in self.settled().items():
            object.__setattr__(self, name, value)
        low = 0.0 if isinstance(self, Constant) else 1e-6
        if not all(low <= mean <= LONGEST_S for mean in self.means_of_all):
            raise wrong(say("demand.mean_of_time"))
        if self.at_most is not None and self._cuts_most(self.at_most):
            raise wrong(say("demand.cuts_most"))
        return self

    @property
    def means_of_all(self) -> tuple[float, ...]:
        """Its means of all days, whether by day or not: seconds."""
        if isinstance(self.mean, dict):
            return tuple(mean for of_day in self.mean.values() for mean in of_day)
        return self.mean

    @property
    def mean_s(self) -> float:
        """The mean over the day, of a week where days differ: seconds."""
        if not isinstance(self.mean, dict):
            return sum(self.mean) / len(self.mean)
        week = [by_day.on_weekday(self.mean, day) for day in range(7)]
        of_days = [sum(means) / len(means) for means in (week if any(week) else self.mean.values()) if means]
        return sum(of_days) / len(of_days)

    @property
    def first(self) -> float:
        """The mean to which the parameters of its shape belong: seconds."""
        return self.means_of_all[0]

    def longer(self, times: float) -> Self:
        """The same stretched: its mean, and whatever else is a length of time."""
        mean = self.mean
        changed: dict[str, object] = {
            "mean": {day: tuple(one * times for one in of_day) for day, of_day in mean.items()}
            if isinstance(mean, dict)
            else tuple(one * times for one in mean)
        }
        for name in ("at_most", "low", "mode", "high"):
            if (length := getattr(self, name, None)) is not None:
                changed[name] = length * times
        for name in ("values", "means"):
            if (lengths := getattr(self, name, None)) is not None:
                changed[name] = tuple(length * times for length in lengths)
        return self.model_copy(update=changed)

    def settled(self) -> dict[str, Any]:
        """The fields that follow from the parameters that were given."""
        return {}

    def _cuts_most(self, time: float) -> bool:
        """Whether hardly any value lies below this time (s).

        By Markov's inequality at most a share s of all values lies above mean ÷ s, so usual files need no
        distribution for it.
        """
        surely_kept = max(self.means_of_all) / (1 - FEWEST_KEPT)
        return time < surely_kept and self.share_below(time) < FEWEST_KEPT

    def share_below(self, time: float) -> float:
        """The share of values up to this time (s) in the interval of the largest mean."""
        if not max(self.means_of_all) > 0:
            return 1.0
        import numpy as np

        return float(
            distribution.below(self.code, self.numbers(), np.array([time / max(self.means_of_all)]))[0]
        )

    def numbers(self) -> tuple[float, ...]:
        """Those of its shape, as `callsim.distribution` has them."""
        return ()

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        written = handler.resolve_ref_schema(handler(core))
        written["properties"].pop("family")
        for field in written["properties"].values():
            field.pop("default", None)
        return written


class Constant(Family):
    """Always the same time."""

    family: Literal["constant"] = "constant"
    code: ClassVar = distribution.CONSTANT


class Exponential(Family):
    """Without memory: the classic of Erlang's formulas."""

    family: Literal["exponential"] = "exponential"
    code: ClassVar = distribution.EXPONENTIAL


class Lognormal(Family):
    """The usual shape of talk times: mean and cv, or mu and sigma, or median and sigma."""

    family: Literal["lognormal"] = "lognormal"
    code: ClassVar = distribution.LOGNORMAL
    forms: ClassVar = (("mean", "cv"), ("mu", "sigma"), ("median", "sigma"))
    cv: Spread = 0.0
    """Standard deviation ÷ mean."""
    mu: Annotated[Number, Field(ge=-20, le=20)] | None = None
    """Mean of the logarithm of the time in seconds."""
    sigma: Annotated[Positive, Field(le=2.5)] | None = None
    """Standard deviation of the logarithm."""
    median: PositiveDuration | None = None
    """Half of the times are longer."""

    def settled(self) -> dict[str, Any]:
        if self.sigma is None:
            return {}
        mu = math.log(self.median) if self.median is not None else self.mu or 0.0
        return {"mean": (math.exp(mu + self.sigma**2 / 2),), "cv": distribution.lognormal_cv(self.sigma)}

    def numbers(self) -> tuple[float, ...]:
        return (distribution.lognormal_sigma(self.cv),)


class Gamma(Family):
    """Mean and cv, or shape and scale."""

    family: Literal["gamma"] = "gamma"
    code: ClassVar = distribution.GAMMA
    forms: ClassVar = (("mean", "cv"), ("shape", "scale"))
    cv: Spread = 0.0
    """Standard deviation ÷ mean."""
    shape: Annotated[Positive, Field(ge=0.0025, le=1e6)] = 0.0
    """1 is exponential, larger is more regular."""
    scale: PositiveDuration | None = None
    """Mean ÷ shape."""

    def settled(self) -> dict[str, Any]:
        if self.scale is None:
            return {"shape": distribution.gamma_shape(self.cv)}
        return {"mean": (self.shape * self.scale,), "cv": distribution.gamma_cv(self.shape)}

    def numbers(self) -> tuple[float, ...]:
        return (self.shape,)


class Weibull(Family):
    """The usual shape of patience: mean and cv, or shape and scale."""

    family: Literal["weibull"] = "weibull"
    code: ClassVar = distribution.WEIBULL
    forms: ClassVar = (("mean", "cv"), ("shape", "scale"))
    cv: Spread = 0.0
    """Standard deviation ÷ mean."""
    shape: Annotated[Positive, Field(ge=0.25, le=1000)] = 0.0
    """1 is exponential; below 1 the longer one waits, the longer one will."""
    scale: PositiveDuration | None = None
    """The time that 63 % do not reach past."""

    def settled(self) -> dict[str, Any]:
        if self.scale is None:
            return {"shape": distribution.weibull_shape(self.cv)}
        mean = self.scale * math.gamma(1 + 1 / self.shape)
        return {"mean": (mean,), "cv": distribution.weibull_cv(self.shape)}

    def numbers(self) -> tuple[float, ...]:
        return (self.shape,)


class Hyperexponential(Family):
    """A mixture of exponentials: mean and cv (at least 1), or weights and means."""

    family: Literal["hyperexponential"] = "hyperexponential"
    code: ClassVar = distribution.HYPEREXPONENTIAL
    forms: ClassVar = (("mean", "cv"), ("weights", "means"))
    cv: Annotated[Spread, Field(ge=1)] = 1.0
    """Standard deviation ÷ mean, at least 1."""
    weights: Annotated[tuple[Weight, ...], Field(min_length=1, max_length=100)] | None = None
    """How often each exponential is drawn (scaled to sum to 1)."""
    means: Annotated[tuple[PositiveDuration, ...], Field(min_length=1, max_length=100)] | None = None
    """The mean of each."""

    def settled(self) -> dict[str, Any]:
        if self.weights is None or self.means is None:
            return {}
        if len(self.weights) != len(self.means):
            raise wrong(say("demand.weights_and_means", weights=len(self.weights), means=len(self.means)))
        if not sum(self.weights) > 0:
            raise wrong(say("values.no_weight"))
        weights = tuple(weight / sum(self.weights) for weight in self.weights)
        mean = sum(w * m for w, m in zip(weights, self.means, strict=True))
        return {"mean": (mean,), "cv": distribution.mixture_cv(weights, self.means), "weights": weights}

    def numbers(self) -> tuple[float, ...]:
        if self.weights is None or self.means is None:
            return distribution.balanced_phases(self.cv)
        return (*self.weights, *(mean / self.first for mean in self.means))


class Uniform(Family):
    """Equally likely from low to high; or by mean and cv."""

    family: Literal["uniform"] = "uniform"
    code: ClassVar = distribution.UNIFORM
    forms: ClassVar = (("low", "high"), ("mean", "cv"))
    low: Duration = 0.0
    """The shortest."""
    high: Duration = 0.0
    """The longest."""
    cv: Spread = 0.0
    """Standard deviation ÷ mean, at most 0.577 (then the shortest is 0 s)."""

    def settled(self) -> dict[str, Any]:
        if not self.mean:
            if self.low >= self.high:
                raise wrong(say("demand.low_high"))
            return {
                "mean": ((self.low + self.high) / 2,),
                "cv": (self.high - self.low) / (self.low + self.high) / math.sqrt(3),
            }
        half = self.cv * math.sqrt(3)
        if half > 1 + 1e-3:
            raise wrong(say("demand.negative_uniform"))
        return {"low": self.first * max(1 - half, 0.0), "high": self.first * (1 + half)}

    def numbers(self) -> tuple[float, ...]:
        return self.low / self.first, self.high / self.first


class Triangular(Family):
    """From low to high, most often about the mode."""

    family: Literal["triangular"] = "triangular"
    code: ClassVar = distribution.TRIANGULAR
    forms: ClassVar = (("low", "mode", "high"), ("low", "mode", "high", "mean"))
    low: Duration = 0.0
    """The shortest."""
    mode: Duration = 0.0
    """The most frequent."""
    high: Duration = 0.0
    """The longest."""

    def settled(self) -> dict[str, Any]:
        if not self.low <= self.mode <= self.high or self.low == self.high:
            raise wrong(say("demand.low_mode_high"))
        own = (self.low + self.mode + self.high) / 3
        if not self.mean:
            return {"mean": (own,)}
        return {name: getattr(self, name) * (self.first / own) for name in ("low", "mode", "high")}

    def numbers(self) -> tuple[float, ...]:
        return self.low / self.first, self.mode / self.first, self.high / self.first


class Erlang(Family):
    """The sum of some exponential times, alike: mean and phases."""

    family: Literal["erlang"] = "erlang"
    code: ClassVar = distribution.GAMMA
    forms: ClassVar = (("mean", "phases"),)
    phases: Ordinal = 1
    """How many: 1 is exponential, more are more regular; the cv is 1 ÷ √phases."""

    def numbers(self) -> tuple[float, ...]:
        return (float(self.phases),)


class Empirical(Family):
    """Drawn from measured values."""

    family: Literal["empirical"] = "empirical"
    code: ClassVar = distribution.EMPIRICAL
    forms: ClassVar = (("values",), ("values", "mean"))
    values: Annotated[tuple[Duration, ...], Field(min_length=1)] = ()
    """The values themselves, instead of a file."""

    def settled(self) -> dict[str, Any]:
        own = sum(self.values) / len(self.values)
        if not own > 0:
            raise wrong(say("values.all_zero"))
        if not self.mean:
            return {"mean": (own,)}
        return {"values": tuple(value * (self.first / own) for value in self.values)}

    def numbers(self) -> tuple[float, ...]:
        return tuple(value / self.first for value in self.values)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        written = super().__get_pydantic_json_schema__(core, handler)
        file = {"type": "string", "description": "A CSV file with one value per line, in seconds."}
        written["properties"] = {"file": file, **written["properties"]}
        return written


_PLAIN = (Constant, Exponential, Lognormal, Gamma, Weibull, Hyperexponential, Uniform, Triangular, Erlang)
FAMILIES: dict[str, type[Family]] = {one.model_fields["family"].default: one for one in (*_PLAIN, Empirical)}


def _tagged(value: object) -> object:
    """`{lognormal: {mean: …}}` → the same with its family as a field; a bare duration is constant."""
    if isinstance(value, Family):
        return value
    if not isinstance(value, dict):
        if isinstance(value, tuple) or value is None:
            raise wrong(say("demand.no_distribution"))
        return {"family": "constant", "mean": value}
    if len(value) != 1:
        found = say("demand.families", count=len(value)) if value else say("demand.no_family")
        raise wrong(say("demand.one_family", found=found))
    ((family, parameters),) = value.items()
    if family not in FAMILIES:
        raise wrong(say("demand.unknown_family", family=shown(family), hint=nearest(str(family), FAMILIES)))
    if not isinstance(parameters, dict):
        raise wrong(unnamed_figures(family, parameters))
    if "family" in parameters:
        raise wrong(say("demand.key_family"))
    return {**parameters, "family": family}


class _Written:
    """The JSON Schema of a distribution as it is written: one key, or a bare duration."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        families = handler(core)["discriminator"]["mapping"]
        one = {
            "type": "object",
            "properties": {family: {"$ref": ref} for family, ref in families.items()},
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        }
        return {"anyOf": [DURATION_SCHEMA, one]}


Distribution = Annotated[
    Constant
    | Exponential
    | Lognormal
    | Gamma
    | Weibull
    | Hyperexponential
    | Uniform
    | Triangular
    | Erlang
    | Empirical,
    Field(discriminator="family"),
    BeforeValidator(_tagged),
    _Written(),
]
