"""What runs have shown: figures by queue, group, site and interval, as users get them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from callsim.model import Model
from callsim.model.copies import GroupCopy, QueueCopy
from callsim.results import measures, run
from callsim.results.aggregate import by_interval, families_of, in_intervals, waits_of
from callsim.results.costs import of_plan, paid_hours
from callsim.results.estimates import Estimated, Estimates, known, of_calls, of_work
from callsim.results.fingerprint import fingerprint
from callsim.results.incidents import incidents_of
from callsim.results.judgement import Judgement, judge
from callsim.results.pools import staffing
from callsim.results.schema import Figures, Mapped, plain
from callsim.results.seats import sites_of
from callsim.results.sums import Runs
from callsim.results.warned import Warned
from callsim.version import __version__

if TYPE_CHECKING:
    import pandas


class Terms(NamedTuple):
    """What results must share to be compared, and the queues they have."""

    start: str  # ISO date of day 1
    days: int
    interval_s: float
    counted: str  # the formula of the service level that goals use
    queues: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """The result of `callsim run`."""

    model: Model
    seed: int
    engine: str
    sums: Runs
    warned: list[Warned] = field(default_factory=list)

    @property
    def runs(self) -> int:
        """How many replications were run."""
        return len(self.sums.calls)

    @property
    def warnings(self) -> list[str]:
        """What to look at, in words."""
        return [warned.text for warned in self.warned]

    @property
    def name(self) -> str:
        """What the scenario is called."""
        return self.model.scenario.name

    @property
    def terms(self) -> Terms:
        """What a comparison must know first."""
        return terms_of(self.model)

    @property
    def promises(self) -> dict[str, run.Promise]:
        """What each queue with a goal promises."""
        return {name: judgement.promise for name, judgement in self.goals.items()}

    @cached_property
    def goals(self) -> dict[str, Judgement]:
        """The judgement of every queue that has a goal."""
        return {
            copy.name: judge(self.model, self.sums.calls[:, :, row], copy.queue.goal)
            for row, copy in self._queues()
            if copy.queue.goal is not None
        }

    @cached_property
    def estimates(self) -> Estimates:
        """Every figure that plans can be compared by, with what each run says of it."""
        queues = {copy.name: self._of_calls(slice(row, row + 1), row) for row, copy in self._queues()}
        for name, judgement in self.goals.items():
            queues[name]["goal_probability"] = measures.estimate_of(judgement.kept)
        groups = {
            self.model.groups[row].name: of_work(self.sums.work[:, :, row].sum(axis=1))
            for row in self.model.shown_groups
        }
        return Estimates(self._of_calls(slice(None), -1), queues, groups, self.costs)

    @cached_property
    def paid_hours(self) -> np.ndarray:
        """Hours that are paid: float64 [run, group]."""
        return paid_hours(self.model, self.sums)

    @cached_property
    def costs(self) -> Estimated | None:
        """What all days together cost, where the scenario has prices."""
        return of_plan(self.model, self.sums)

    def to_dict(self, pages: bool = True) -> Mapped:
        """The JSON of the results: every figure is {mean, low, high}."""
        return self.told(pages).to_dict()

    def told(self, pages: bool = True) -> run.RunResult:
        """The results as reports and files take them.

        Without `pages` what only pages show is left out: at 120 programmes it takes as long as all the rest.
        """
        scenario = self.model.scenario
        shown = slice(None)
        return run.RunResult(
            scenario=scenario.name,
            seed=self.seed,
            runs=self.runs,
            engine=self.engine,
            version=__version__,
            fingerprint=fingerprint(scenario, self.seed, self.model.supervisors),
            start=scenario.calendar.start.isoformat(),
            days=scenario.calendar.days,
            interval_s=scenario.calendar.interval,
            counted=scenario.goals.counted,
            total=run.Calls(figures=self._figures(shown, -1)),
            queues={copy.name: self._queue(row, copy.name) for row, copy in self._queues()},
            groups={self.model.groups[row].name: self._group(row) for row in self.model.shown_groups},
            sites=sites_of(self.model, self.sums),
            incidents=incidents_of(self.model, self.sums),
            intervals=list(self._intervals()),
            families=families_of(self.model, self.sums) if pages else None,
            interval_totals=list(by_interval(self.model, self.sums, shown)) if pages else None,
            staffing=list(staffing(self.model, self.sums.work)) if pages else None,
            costs=self._costs(),
            warnings=self.warnings,
        )

    def _queues(self) -> Iterator[tuple[int, QueueCopy]]:
        """Rows and queues in the order of the file."""
        return ((row, self.model.queues[row]) for row in self.model.shown_queues)

    def to_frame(self) -> pandas.DataFrame:
        """The intervals as a pandas table (pandas is yours to install): one row per interval and queue."""
        import pandas

        return pandas.json_normalize(plain(self._intervals()), sep=".")

    def queue(self, row: int) -> Mapped:
        """The figures of one queue of the run, as in the JSON."""
        return self._queue(row, self.model.queues[row].name).to_dict()

    def _queue(self, row: int, name: str) -> run.Queue:
        return run.Queue(
            original=_original(self.model.queues[row]),
            figures=self._figures(slice(row, row + 1), row),
            goal=self.goals[name].told() if name in self.goals else None,
        )

    def _figures(self, queues: slice, row: int) -> Figures:
        return Figures(known(self._of_calls(queues, row)) | waits_of(self.sums, queues))

    def _of_calls(self, queues: slice, row: int) -> Estimated:
        sums = self.sums.calls[:, :, queues].sum(axis=(1, 2))
        longest = self.sums.longest[:, :, queues].max(axis=(1, 2))
        return of_calls(sums, longest, self.sums.percentiles[:, row])

    def _costs(self) -> run.Costs | None:
        costs = self.model.scenario.costs
        if costs is None or self.costs is None:
            return None
        return run.Costs(currency=costs.currency, figures=known(self.costs))

    def _group(self, row: int) -> run.Group:
        figures = known(of_work(self.sums.work[:, :, row].sum(axis=1)))
        figures["absent_h"] = measures.mean_of(self.sums.absent[:, row] * measures.HOUR)
        figures["paid_h"] = measures.mean_of(self.paid_hours[:, row])
        copy = self.model.groups[row]
        return run.Group(original=_original(copy), site=copy.group.site, figures=figures)

    def _intervals(self) -> Iterator[run.Interval]:
        shown = self.model.shown_queues
        names = [self.model.queues[row].name for row in shown]
        probabilities = {
            name: judgement.by_interval(self.sums.calls[:, :, row])
            for row, name in zip(shown, names, strict=True)
            if (judgement := self.goals.get(name))
        }
        found = in_intervals(self.sums.calls[:, :, shown], self.sums.longest[:, :, shown])
        for cell, start in enumerate(self.model.starts()):
            for name, figures in zip(names, found, strict=False):
                if name in probabilities:
                    figures["goal_probability"] = probabilities[name][cell]
                yield run.Interval(start=start, queue=name, figures=figures)


def _original(copy: QueueCopy | GroupCopy) -> str | None:
    """Of a copy, the name under which the file writes it."""
    return None if copy.name == copy.original else copy.original


def terms_of(model: Model) -> Terms:
    """The terms of a plan's results."""
    calendar, queues = model.scenario.calendar, tuple(model.queues[row].name for row in model.shown_queues)
    days = (calendar.start.isoformat(), calendar.days, calendar.interval)
    return Terms(*days, model.scenario.goals.counted, queues)
