"""What runs have shown: figures by queue, group, site and interval, as users get them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from callsim.arrays import Floats
from callsim.model import Model
from callsim.model.copies import GroupCopy, QueueCopy
from callsim.results import backlog, in_hand, measures, run, waiting
from callsim.results.aggregate import by_day, by_interval, families_of, in_intervals, waits_of
from callsim.results.clients import menus_estimated, of_all_clients, of_clients, of_held, of_menus
from callsim.results.estimates import (
    CLASSES,
    Estimated,
    Estimates,
    each,
    each_of,
    known,
    of_calls,
    of_work,
    split,
)
from callsim.results.fingerprint import fingerprint
from callsim.results.incidents import incidents_of
from callsim.results.inputs import inputs_of
from callsim.results.judgement import GroupJudgement, QueueJudgement, judge, judge_group
from callsim.results.outbound.campaigns import campaigns_estimated, of_campaigns
from callsim.results.schema import Figures, Mapped
from callsim.results.seams import blocks_of
from callsim.results.staffing.costs import of_plan, paid_hours
from callsim.results.staffing.pools import Asked, asked_of, group_intervals, members, staffing
from callsim.results.staffing.seats import sites_of
from callsim.results.sums import Runs
from callsim.results.warned import Warned
from callsim.shown import Shown
from callsim.units import show_duration
from callsim.version import __version__


class Terms(NamedTuple):
    """What results must share to be compared, and the queues they have."""

    start: str  # ISO date of day 1
    days: int
    interval_s: float
    counted: str  # the formula of the service level that goals use
    short_abandon_s: float | None  # who gives up before has not abandoned; None: everybody has
    queues: tuple[str, ...]

    @property
    def short_abandon(self) -> str:
        """Returns the time before which nobody has abandoned, as a scenario has it."""
        return show_duration(self.short_abandon_s or 0.0)


@dataclass(frozen=True, repr=False)
class Result(Shown):
    """The result of `callsim run`."""

    model: Model
    seed: int
    engine: str
    sums: Runs
    warned: list[Warned] = field(default_factory=list)

    @property
    def runs(self) -> int:
        """Returns the number of replications."""
        return len(self.sums.calls)

    @property
    def warnings(self) -> list[str]:
        """Returns sentences on what to look at."""
        return [warned.text for warned in self.warned]

    @property
    def name(self) -> str:
        """Returns the scenario's name."""
        return self.model.scenario.name

    @property
    def terms(self) -> Terms:
        """Returns what results must share to be compared."""
        return terms_of(self.model)

    @property
    def promises(self) -> dict[str, run.Promise]:
        """Returns the promise of each queue that has a goal."""
        return {name: judgement.promise for name, judgement in self.goals.items()}

    @property
    def dues(self) -> dict[str, float]:
        """Returns when the work of each queue that says so is overdue, s."""
        return {copy.name: copy.queue.due for _, copy in self._queues() if copy.queue.due is not None}

    @cached_property
    def goals(self) -> dict[str, QueueJudgement]:
        """The judgement of every queue that has a goal."""
        return {
            copy.name: judge(self.model, self.sums.calls[:, :, row], copy.queue.goal)
            for row, copy in self._queues()
            if copy.queue.goal is not None
        }

    @cached_property
    def group_goals(self) -> dict[str, GroupJudgement]:
        """The judgement of every group that has a goal."""
        each = ((row, self.model.groups[row]) for row in self.model.shown_groups)
        return {
            copy.name: judge_group(self.model, self.sums.work[:, :, row], copy.group)
            for row, copy in each
            if copy.group.occupancy_at_most is not None
        }

    @cached_property
    def estimates(self) -> Estimates:
        """Every figure that plans can be compared by, with what each run says of it."""
        queues = split(self._of_queues, [copy.name for _, copy in self._queues()])
        for name, judgement in self.goals.items():
            queues[name]["goal_probability"] = measures.estimate_of(judgement.kept)
        for name in self.dues:
            queues[name] |= self._of_backlog(name)
        for name, found in self._of_waiting.items():
            queues[name] |= found
        groups = split(self._of_groups, [self.model.groups[row].name for row in self.model.shown_groups])
        menus = menus_estimated(self.model, self.sums)
        campaigns = campaigns_estimated(self.model, self.sums)
        return Estimates(self._of_all, queues, groups, self.costs, menus, campaigns)

    @property
    def _short(self) -> bool:
        """Whether calls that give up too soon do not count."""
        return self.model.short > 0

    @cached_property
    def _of_queues(self) -> Estimated:
        """Of each queue that is shown."""
        shown, sums = self.model.shown_queues, self.sums
        longest = sums.longest.max(axis=1)[:, shown]
        found = of_calls(sums.calls.sum(axis=1)[:, shown], longest, sums.percentiles[:, shown], self._short)
        return found | of_clients(self.model, sums, shown)

    @cached_property
    def _of_waiting(self) -> dict[str, Estimated]:
        """Of each queue that tells waits."""
        telling = waiting.queues_of(self.model).items()
        return {
            self.model.queues[row].name: waiting.of_queue(self.sums, row, calls_back)
            for row, calls_back in telling
        }

    def _of_backlog(self, name: str) -> Estimated:
        """Of a queue that says when its work is due."""
        return backlog.of_queue(self.sums, next(row for row, copy in self._queues() if copy.name == name))

    @cached_property
    def _of_groups(self) -> Estimated:
        """Of each group that is shown."""
        shown = self.model.shown_groups
        return (
            of_work(self.sums.work.sum(axis=1)[:, shown])
            | of_held(self.model, self.sums, shown)
            | in_hand.of_groups(self.model, self.sums, shown)
        )

    @cached_property
    def _of_all(self) -> Estimated:
        """Of all queues together."""
        sums = self.sums
        longest = sums.longest.max(axis=(1, 2))
        found = of_calls(sums.calls.sum(axis=(1, 2)), longest, sums.percentiles[:, -1], self._short)
        return found | of_all_clients(self.model, sums)

    @cached_property
    def asked(self) -> Asked:
        """Agents that a formula asks for, of each queue and cell of the report."""
        return asked_of(self.model)

    @cached_property
    def paid_hours(self) -> Floats:
        """Hours that are paid: float64 [run, group]."""
        return paid_hours(self.model, self.sums)

    @cached_property
    def costs(self) -> Estimated | None:
        """What all days together cost, where the scenario has prices."""
        return of_plan(self.model, self.sums)

    def to_dict(self, pages: bool = True) -> Mapped:
        """Returns the JSON of the results as plain data: every figure is {mean, low, high}.

        Without `pages` what only pages show is left out.
        """
        return self.told(pages).to_dict()

    def told(self, pages: bool = True) -> run.RunResult:
        """Returns the results as reports and files take them.

        Without `pages` what only pages show is left out: at 120 programmes it takes as long as all the rest.
        """
        scenario = self.model.scenario
        everybody = slice(None)
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
            short_abandon_s=scenario.goals.short_abandon or None,
            total=run.Calls(figures=Figures(known(self._of_all) | waits_of(self.sums, everybody))),
            queues=self.queues,
            menus={
                name: run.Menu(figures=figures) for name, figures in of_menus(self.model, self.sums).items()
            }
            or None,
            campaigns={
                name: run.Campaign(figures=figures)
                for name, figures in of_campaigns(self.model, self.sums).items()
            }
            or None,
            groups=self._told_groups(),
            sites=sites_of(self.model, self.sums),
            incidents=incidents_of(self.model, self.sums),
            intervals=list(self._intervals()),
            pools=members(self.model),
            group_intervals=list(group_intervals(self.model, self.sums.work, self.asked)),
            by_day=list(by_day(self.model, self.sums)) if self.model.scenario.calendar.days > 1 else None,
            families=families_of(self.model, self.sums) if pages else None,
            interval_totals=list(by_interval(self.model, self.sums, everybody)) if pages else None,
            staffing=list(staffing(self.model, self.sums.work, self.asked)) if pages else None,
            costs=self._costs(),
            inputs=inputs_of(scenario) if pages else None,
            blocks=blocks_of(self.model, self.sums.seams),
            warnings=self.warnings,
        )

    def _queues(self) -> Iterator[tuple[int, QueueCopy]]:
        """Rows and queues in the order of the file."""
        return ((row, self.model.queues[row]) for row in self.model.shown_queues)

    def for_reports(self) -> run.RunResult:
        """Returns the results as reports take them."""
        return self.told()

    def in_short(self) -> dict[str, object]:
        """Returns what its `repr` says."""
        return {"scenario": self.name, "runs": self.runs, "seed": self.seed}

    @cached_property
    def queues(self) -> dict[str, run.Queue]:
        """What is told of each queue, by its name."""
        waits = each_of(CLASSES, self.sums.waits[:, self.model.shown_queues])
        return {
            copy.name: run.Queue(
                original=_original(copy),
                figures=Figures(
                    figures
                    | (known(self._of_backlog(copy.name)) if copy.queue.due else {})
                    | (known(self._of_waiting[copy.name]) if copy.name in self._of_waiting else {})
                    | classes
                ),
                due_s=copy.queue.due,
                goal=self.goals[copy.name].told() if copy.name in self.goals else None,
            )
            for (_, copy), figures, classes in zip(self._queues(), each(self._of_queues), waits, strict=True)
        }

    def _costs(self) -> run.Costs | None:
        costs = self.model.scenario.costs
        if costs is None or self.costs is None:
            return None
        return run.Costs(currency=costs.currency, figures=known(self.costs))

    def _told_groups(self) -> dict[str, run.Group]:
        shown = self.model.shown_groups
        absent = measures.figures(
            measures.estimate_of(self.sums.absent[:, shown].astype(float) * measures.HOUR)
        )
        paid = measures.figures(measures.estimate_of(self.paid_hours[:, shown]))
        found = {}
        for row, figures, away, wages in zip(shown, each(self._of_groups), absent, paid, strict=True):
            copy = self.model.groups[row]
            figures |= {"absent_h": away, "paid_h": wages}
            goal = self.group_goals.get(copy.name)
            found[copy.name] = run.Group(
                original=_original(copy),
                site=copy.group.site,
                figures=figures,
                goal=None if goal is None else goal.told(),
            )
        return found

    def _intervals(self) -> Iterator[run.Interval]:
        shown = self.model.shown_queues
        names = [self.model.queues[row].name for row in shown]
        probabilities = {
            name: judgement.by_interval(self.sums.calls[:, :, row])
            for row, name in zip(shown, names, strict=True)
            if (judgement := self.goals.get(name))
        }
        asked = {name: self.asked[row] for row, name in zip(shown, names, strict=True)}
        sums = self.sums
        owed = {
            name: list(backlog.by_interval(sums, row))
            for row, name in zip(shown, names, strict=True)
            if name in self.dues
        }
        told = {
            self.model.queues[row].name: list(waiting.by_interval(sums, row, calls_back))
            for row, calls_back in waiting.queues_of(self.model).items()
        }
        found = in_intervals(
            sums.calls[:, :, shown], sums.longest[:, :, shown], sums.clients[:, :, shown], self._short
        )
        for cell, start in enumerate(self.model.starts()):
            for name, figures in zip(names, found, strict=False):
                if name in probabilities:
                    figures["goal_probability"] = probabilities[name][cell]
                if name in owed:
                    figures |= owed[name][cell]
                if name in told:
                    figures |= told[name][cell]
                if (wanted := asked.get(name)) is not None:
                    figures["required"] = measures.Figure(wanted[cell], wanted[cell], wanted[cell])
                yield run.Interval(start=start, queue=name, figures=figures)


def _original(copy: QueueCopy | GroupCopy) -> str | None:
    """Of a copy, the name under which the file writes it."""
    return None if copy.name == copy.original else copy.original


def terms_of(model: Model) -> Terms:
    """The terms of a plan's results."""
    calendar, queues = model.scenario.calendar, tuple(model.queues[row].name for row in model.shown_queues)
    days = (calendar.start.isoformat(), calendar.days, calendar.interval)
    goals = model.scenario.goals
    return Terms(*days, goals.counted, goals.short_abandon or None, queues)
