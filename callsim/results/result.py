"""What runs have shown: figures by queue, group, site and interval, as users get them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from callsim.model import Model
from callsim.model.copies import GroupCopy, QueueCopy
from callsim.results import measures
from callsim.results.aggregate import by_interval, families_of, in_intervals, waits_of
from callsim.results.costs import of_plan
from callsim.results.estimates import Estimates, of_calls, of_work, told
from callsim.results.fingerprint import fingerprint
from callsim.results.incidents import incidents_of
from callsim.results.judgement import Judgement, judge
from callsim.results.pools import staffing
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
    def promises(self) -> dict[str, dict[str, float | None]]:
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
        costs = {} if self.costs is None else {"costs": self.costs}
        return {"total": self._of_calls(slice(None), -1), "queues": queues, "groups": groups, **costs}

    @cached_property
    def costs(self) -> Estimates | None:
        """What all days together cost, where the scenario has prices."""
        return of_plan(self.model, self.sums)

    def to_dict(self, pages: bool = True) -> dict[str, Any]:
        """The JSON of the results: every figure is {mean, low, high}.

        Without `pages` what only pages show is left out: at 120 programmes it takes as long as all the rest.
        """
        scenario = self.model.scenario
        return {
            "scenario": scenario.name,
            "seed": self.seed,
            "runs": self.runs,
            "engine": self.engine,
            "version": __version__,
            "fingerprint": fingerprint(scenario, self.seed, self.model.supervisors),
            "start": scenario.calendar.start.isoformat(),
            "days": scenario.calendar.days,
            "interval_s": scenario.calendar.interval,
            "counted": scenario.goals.counted,
            "total": self._figures(slice(None), -1),
            "queues": {copy.name: self._queue(row, copy.name) for row, copy in self._queues()},
            "groups": {self.model.groups[row].name: self._group(row) for row in self.model.shown_groups},
            "sites": sites_of(self.model, self.sums),
            "incidents": incidents_of(self.model, self.sums),
            "intervals": list(self._intervals()),
            **(self._for_pages() if pages else {}),
            **self._costs(),
            "warnings": self.warnings,
        }

    def _queues(self) -> Iterator[tuple[int, QueueCopy]]:
        """Rows and queues in the order of the file."""
        return ((row, self.model.queues[row]) for row in self.model.shown_queues)

    def _for_pages(self) -> dict[str, Any]:
        return {
            "families": families_of(self.model, self.sums),
            "interval_totals": list(by_interval(self.model, self.sums, slice(None))),
            "staffing": list(staffing(self.model, self.sums.work)),
        }

    def to_frame(self) -> pandas.DataFrame:
        """The intervals as a pandas table (pandas is yours to install): one row per interval and queue."""
        import pandas

        return pandas.json_normalize(list(self._intervals()), sep=".")

    def queue(self, row: int) -> dict[str, Any]:
        """The figures of one queue of the run, as in the JSON."""
        return self._queue(row, self.model.queues[row].name)

    def _queue(self, row: int, name: str) -> dict[str, Any]:
        figures = _copied(self.model.queues[row]) | self._figures(slice(row, row + 1), row)
        if name in self.goals:
            figures["goal"] = self.goals[name].to_dict()
        return figures

    def _figures(self, queues: slice, row: int) -> dict[str, Any]:
        return told(self._of_calls(queues, row)) | {"waits": waits_of(self.sums, queues)}

    def _of_calls(self, queues: slice, row: int) -> Estimates:
        sums = self.sums.calls[:, :, queues].sum(axis=(1, 2))
        longest = self.sums.longest[:, :, queues].max(axis=(1, 2))
        return of_calls(sums, longest, self.sums.percentiles[:, row])

    def _costs(self) -> dict[str, Any]:
        costs = self.model.scenario.costs
        if costs is None or self.costs is None:
            return {}
        return {"costs": {"currency": costs.currency, **told(self.costs)}}

    def _group(self, row: int) -> dict[str, Any]:
        sums = self.sums.work[:, :, row].sum(axis=1)
        absent = measures.mean_of(self.sums.absent[:, row] * measures.HOUR).to_dict()
        copy = self.model.groups[row]
        return {**_copied(copy), "site": copy.group.site, **told(of_work(sums)), "absent_h": absent}

    def _intervals(self) -> Iterator[dict[str, Any]]:
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
                kept = {"goal_probability": probabilities[name][cell]} if name in probabilities else {}
                yield {"start": start, "queue": name, **figures, **kept}


def _copied(copy: QueueCopy | GroupCopy) -> dict[str, Any]:
    """Of a copy, the name under which the file writes it."""
    return {} if copy.name == copy.original else {"original": copy.original}


def terms_of(model: Model) -> Terms:
    """The terms of a plan's results."""
    calendar, queues = model.scenario.calendar, tuple(model.queues[row].name for row in model.shown_queues)
    days = (calendar.start.isoformat(), calendar.days, calendar.interval)
    return Terms(*days, model.scenario.goals.counted, queues)
