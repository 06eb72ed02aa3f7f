"""Why one day is better than another: its busyness, who is absent, or the chance of single calls.

Each kind of luck comes from streams of its own, so a run can be played again with one kind taken from
another run. How much the service level then changes tells how much of its variance that kind makes
(Jansen 1999, Computer Physics Communications 117, 35-43). A kind's part is half-way between what it
makes alone and what would be gone without it; with two kinds that is its Shapley value exactly (Owen
2014, SIAM/ASA Journal on Uncertainty Quantification 2, 245-251), with more up to what three make
together. Shares are parts of the sum of all parts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Unpack

import numpy as np

from callsim.arrays import Floats, Ints
from callsim.model import Model
from callsim.results import measures, run
from callsim.results.measures import SERVICE_LEVEL, Estimate, Figure
from callsim.results.schema import Mapped
from callsim.scenario import Given, Scenario, scenario_of
from callsim.shown import Shown
from callsim.sim.luck import streams
from callsim.sim.luck.presence import PRESENCE
from callsim.study.hands import Watch
from callsim.study.options import How, RunOptions, with_options
from callsim.study.player import model_of
from callsim.study.runs.replicate import in_order

FEWEST = 20  # runs; fewer say nothing about a variance

DAY, INTERVAL, ABSENCE, SINGLE, NEXT, UNCERTAIN, CONTAINED = run.LUCK
KINDS: Mapping[str, tuple[int, ...]] = {
    DAY: (streams.DAY_BUSYNESS,),
    INTERVAL: (streams.INTERVAL,),
    ABSENCE: (PRESENCE,),
    SINGLE: (
        streams.ARRIVALS,
        streams.TALK,
        streams.WRAP,
        streams.PATIENCE,
        streams.BALK,
        streams.REDIAL,
        streams.AGAIN_AFTER,
        streams.NUMBERS,
    ),
    NEXT: (streams.LATER,),
    UNCERTAIN: (streams.UNCERTAIN,),
    CONTAINED: (streams.CONTAINED,),
}


@dataclass(frozen=True, repr=False)
class Why(Shown):
    """The share of each kind of luck in the variance between runs."""

    scenario: str  # its name
    days: int  # of a run

    counted: str
    runs: int
    kinds: list[str]
    levels: dict[str | None, Floats]  # queue, or None for all -> float64 [play, run]; see `why`

    def for_reports(self) -> run.WhyAsked:
        """Returns the answer as reports take it."""
        return run.WhyAsked(self.scenario, self.days, self.told())

    def in_short(self) -> dict[str, object]:
        """Returns what its `repr` says."""
        return {"scenario": self.scenario, "runs": self.runs}

    def to_dict(self) -> Mapped:
        """Returns the JSON of the answer as plain data."""
        return self.told().to_dict()

    def told(self) -> run.Why:
        """Returns it as results have it."""
        splits = {queue: self._split(levels) for queue, levels in self.levels.items()}
        total = splits.pop(None)
        queues = {queue: split for queue, split in splits.items() if queue is not None}
        return run.Why(runs=self.runs, counted=self.counted, total=total, queues=queues)

    def _split(self, levels: Floats) -> run.Split:
        levels = levels[:, ~np.isnan(levels).any(axis=0)]
        mine, other, *mixed = levels
        whole = (mine - other) ** 2 / 2
        deviation = math.sqrt(float(whole.mean())) if len(whole) else None
        parts = [((mine - mix) ** 2 / 2 + whole - (other - mix) ** 2 / 2) / 2 for mix in mixed]
        shares = _shares([measures.ratio(part, sum(parts)) for part in parts])
        return run.Split(standard_deviation=deviation, shares=dict(zip(self.kinds, shares, strict=True)))


@with_options
def why(
    scenario: Given,
    **how: Unpack[How],
) -> Why:
    """Tell which kinds of luck make one day unlike another, as shares of the service level's variance.

    Each run is played with its own luck, with the luck of another run, and with one kind of luck after the
    other taken from that run (Jansen 1999). The options are those of `callsim.run`; `runs` are at least 20.

    Returns the Why. Raises what `callsim.run` raises.
    """
    return split(scenario_of(scenario), RunOptions.of(how))


def split(scenario: Scenario, options: RunOptions) -> Why:
    """Returns what `why` returns, and raises the same, with the options in one object."""
    model, runs = model_of(scenario), max(options.runs or 0, FEWEST)
    kinds, further = kinds_of(model), luck_of(model, runs)
    watch = Watch(options.progress, runs, len(further))
    played = in_order([model] * len(further), options, runs, watch, further)
    # int64 [run, play, queue, column]
    sums = np.array([[one.tally.calls.sum(axis=0) for one in together] for together in played])
    formula = SERVICE_LEVEL[model.scenario.goals.counted]
    assert formula.under is not None
    above, below = (sums @ weights for weights in (formula.over, formula.under))
    levels: dict[str | None, Floats] = {None: _level(above.sum(axis=-1), below.sum(axis=-1))}
    for row in model.shown_queues:
        levels[model.queues[row].name] = _level(above[..., row], below[..., row])
    calendar = model.scenario.calendar
    return Why(model.scenario.name, calendar.days, model.scenario.goals.counted, runs, kinds, levels)


def luck_of(model: Model, runs: int) -> list[dict[int, int]]:
    """Returns for each play of a run how many runs further on its luck is taken from, by purpose."""
    kinds = (dict.fromkeys(KINDS[kind], runs) for kind in kinds_of(model))
    return [{}, dict.fromkeys(sum(KINDS.values(), ()), runs), *kinds]


def kinds_of(model: Model) -> list[str]:
    """The kinds of luck that a plan has."""
    busy = [queue.busyness for queue in model.demand.dialled.queues]
    there = {
        DAY: any(b.day_cv for b in busy),
        INTERVAL: any(b.interval_cv for b in busy),
        ABSENCE: any(crew.absent or crew.waves or crew.on_phone < 1 for crew in model.roster.crews),
        SINGLE: True,
        NEXT: bool(model.demand.follows or model.demand.menus or model.demand.announces),
        UNCERTAIN: any(any(queue.uncertain) for queue in model.demand.queues),
        CONTAINED: any(menu.sd > 0 for menu in model.demand.menus),
    }
    return [kind for kind in KINDS if there[kind]]


def _level(above: Ints, below: Ints) -> Floats:
    """Shares of each play and run: float64 [play, run], from int64 [run, play]."""
    return np.asarray((above / np.where(below > 0, below, np.nan)).T)


def _shares(found: list[Estimate]) -> list[Figure]:
    """Parts of one whole: what few runs put below nothing is nothing, and the others are the less for it."""
    kept = [max(float(np.nan_to_num(share.mean)), 0.0) for share in found]
    shares = []
    for share, mean in zip(found, kept, strict=True):
        figure = measures.known(share._replace(most=1.0))
        if figure.mean is not None and figure.low is not None and figure.high is not None:
            mean /= sum(kept)
            figure = Figure(mean, min(max(figure.low, 0.0), mean), max(min(figure.high, 1.0), mean))
        shares.append(figure)
    return shares
