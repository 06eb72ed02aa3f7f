"""A result as tables: exact sums by run, queue and group, from which it can be compared again later."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from callsim.results import backlog, in_hand, measures, waiting
from callsim.results.clients import call_again, estimated, held, sums_of
from callsim.results.estimates import AMOUNTS, Estimated, Estimates, of_calls, of_work
from callsim.results.measures import PERCENTILES
from callsim.results.result import Result, Terms
from callsim.results.run import Promise, RunResult
from callsim.results.schema import Mapped
from callsim.sim.count.backlog import BACKLOG_COLUMNS
from callsim.sim.count.columns import CALL_COLUMNS, HAND_COLUMNS, WORK_COLUMNS
from callsim.sim.floor.client_sums import CLIENT_COLUMNS
from callsim.sim.floor.promises import TOLD_COLUMNS

Table = dict[str, np.ndarray]  # column -> one value per row

# The sums of calls and of work, in the order of the tally's columns.
CALLS = (
    "answered",
    "abandoned",
    "balked",
    "blocked",
    "closed",
    "dropped",
    "answered_within",
    "abandoned_within",
    "wait_answered_ms",
    "wait_abandoned_ms",
    "waited",
    "talk_ms",
    "wrap_ms",
    "redialled",
)
SHORT = ("short_abandoned", "short_balked", "wait_short_ms")  # that follow, where such calls do not count
WORK = ("answered", "busy_ms", "on_duty_ms", "late_ms")
# Those of clients, where any may call more than once.
CLIENTS = (
    "calls_first",
    "calls_handed_on_here",
    "calls_handed_on",
    "calls_answered",
    "clients",
    "clients_reached",
    "clients_resolved",
    "clients_in_time",
    "clients_calls",
    "clients_wait_ms",
)
BACK = ("called_back", "called_back_counted")  # … of calls, where any are called back
TOLD = (
    "told",
    "told_known",
    "told_ms",
    "told_hung_up",
    "callbacks_offered",
    "callbacks_accepted",
    "callbacks_reached",
    "callbacks_over",
    "callbacks_attempts",
    "callbacks_wait_ms",
    "callbacks_within",
    "callbacks_open",
)  # where any call is told its wait …
TOLD_P90 = "callbacks_wait_p90_s"  # … and called back
OWED = ("overdue", "backlog_peak", "oldest_ms")  # where any queue says when its work is due
HELD = "held_ms"  # for which agents stayed on the line, where any may
IN_HAND = ("works_ms", "parts_ms", "interruptions")  # where agents of any group are rows
SUMS = (
    ((*CALLS, *SHORT, *BACK), CALL_COLUMNS),
    (WORK, WORK_COLUMNS),
    (CLIENTS, CLIENT_COLUMNS),
    (OWED, BACKLOG_COLUMNS),
    (IN_HAND, HAND_COLUMNS),
    (TOLD, TOLD_COLUMNS),
)
assert all(len(names) == columns for names, columns in SUMS), "every column that is summed has a name"


def tables_of(result: Result) -> dict[str, Table]:
    """`runs`: a row per run; `queues` and `groups`: a row per run and queue or group."""
    model, sums = result.model, result.sums
    shown = model.shown_queues
    calls, work = sums.calls.sum(axis=1)[:, shown], sums.work.sum(axis=1)[:, model.shown_groups]
    longest, percentiles = sums.longest.max(axis=1)[:, shown], sums.percentiles[:, [*shown, -1]]
    runs = np.arange(result.runs)
    costs = {} if result.costs is None else {f"cost_{name}": result.costs[name].values for name in AMOUNTS}
    short = model.short > 0
    whole = {
        "run": runs,
        **_calls(calls.sum(axis=1), longest.max(axis=1), percentiles[:, -1], short),
        **costs,
    }
    names = [model.queues[row].name for row in shown]
    kept = np.full((result.runs, len(names)), np.nan)
    for name, judgement in result.goals.items():
        kept[:, names.index(name)] = judgement.kept
    by_queue = _calls(_flat(calls), _flat(longest), _flat(percentiles[:, :-1]), short)
    queues = {"run": np.repeat(runs, len(names)), "queue": _named(names, result.runs), **by_queue}
    if call_again(model):
        clients = sums_of(model, sums)[:, shown]
        whole |= _clients(clients.sum(axis=1))
        queues |= _clients(_flat(clients))
    if result.dues:
        queues |= dict(zip(OWED, _flat(backlog.sums_of(sums, shown)).T, strict=True))
    if sums.told.size:
        queues |= dict(zip(TOLD, _flat(waiting.sums_of(sums, shown)).T, strict=True))
    if sums.back_p90.size:
        queues[TOLD_P90] = _flat(sums.back_p90[:, shown])
    groups = [model.groups[row].name for row in model.shown_groups]
    by_group = dict(zip(WORK, _flat(work).T, strict=True))
    if model.centre.tells_clients:
        by_group[HELD] = _flat(sums.held[:, model.shown_groups])
    if len(model.centre.in_rows):
        by_group |= dict(zip(IN_HAND, _flat(sums.in_hand[:, model.shown_groups]).T, strict=True))
    return {
        "runs": whole,
        "queues": {**queues, "goal_kept": _flat(kept)},
        "groups": {"run": np.repeat(runs, len(groups)), "group": _named(groups, result.runs), **by_group},
    }


@dataclass(frozen=True)
class Saved:
    """A result that was saved: its JSON and its tables, rows in order of run, then as in the JSON."""

    found: RunResult
    tables: Mapping[str, Table]

    @property
    def name(self) -> str:
        """What the scenario is called."""
        return self.found.scenario

    @property
    def seed(self) -> int:
        """Names the luck of its runs."""
        return self.found.seed

    @property
    def runs(self) -> int:
        """Returns the number of replications."""
        return self.found.runs

    @property
    def terms(self) -> Terms:
        """What a comparison must know first."""
        found = self.found
        days = (found.start, found.days, found.interval_s)
        return Terms(*days, found.counted, found.short_abandon_s, tuple(found.queues))

    @property
    def promises(self) -> Mapping[str, Promise]:
        """What each queue with a goal promises."""
        return self.found.goals

    @property
    def dues(self) -> Mapping[str, float]:
        """When the work of each queue that says so is overdue, s."""
        return {name: queue.due_s for name, queue in self.found.queues.items() if queue.due_s is not None}

    @cached_property
    def estimates(self) -> Estimates:
        """Every figure that plans can be compared by, with what each run says of it."""
        runs, queues, groups = (self.tables[name] for name in ("runs", "queues", "groups"))
        rows = self._by(queues, self.found.queues)
        by_queue = {name: _estimates(table) for name, table in rows.items()}
        kept = queues["goal_kept"].reshape(self.runs, -1)
        for name, row in zip(self.found.queues, kept.T, strict=True):
            if name in self.promises:
                by_queue[name]["goal_probability"] = measures.estimate_of(row)
        for name in self.dues:
            by_queue[name] |= backlog.estimated(_sums(rows[name], OWED), _of_calls(rows[name]))
        for name, queue in self.found.telling.items():
            p90 = rows[name][TOLD_P90] if waiting.P90 in queue.figures else None
            by_queue[name] |= waiting.estimated(_sums(rows[name], TOLD), p90)
        by_group = {name: _work(table) for name, table in self._by(groups, self.found.groups).items()}
        costs = None
        if self.found.costs is not None:
            costs = {name: measures.estimate_of(runs[f"cost_{name}"]) for name in AMOUNTS}
        return Estimates(_estimates(runs), by_queue, by_group, costs)

    def told(self, pages: bool = True) -> RunResult:
        """The result as it was saved, whether or not `pages` are asked for."""
        return self.found

    def to_dict(self) -> Mapped:
        """The JSON of the result."""
        return self.found.to_dict()

    def _by(self, table: Table, names: Collection[str]) -> dict[str, Table]:
        """The rows of each name."""
        return {
            name: {key: column[row :: len(names)] for key, column in table.items()}
            for row, name in enumerate(names)
        }


def _calls(sums: np.ndarray, longest: np.ndarray, percentiles: np.ndarray, short: bool) -> Table:
    names = (*CALLS, *SHORT) if short else CALLS
    back = sums[:, -len(BACK) :]
    return {
        **dict(zip(names, sums.T, strict=False)),
        **(dict(zip(BACK, back.T, strict=True)) if back.any() else {}),
        "wait_max_ms": longest,
        **dict(zip(PERCENTILES, percentiles.T, strict=True)),
    }


def _clients(sums: np.ndarray) -> Table:
    return dict(zip(CLIENTS, sums.T, strict=True))


def _estimates(table: Table) -> Estimated:
    percentiles = np.stack([table[name] for name in PERCENTILES], axis=1)
    found = of_calls(_of_calls(table), table["wait_max_ms"], percentiles, SHORT[0] in table)
    return found | (estimated(_sums(table, CLIENTS)) if CLIENTS[0] in table else {})


def _work(table: Table) -> Estimated:
    work = _sums(table, WORK)
    found = of_work(work) | (held(table[HELD]) if HELD in table else {})
    return found | (in_hand.estimated(_sums(table, IN_HAND), work) if IN_HAND[0] in table else {})


def _of_calls(table: Table) -> np.ndarray:
    """The sums of calls: int64 [row, CALL_COLUMNS]; zeros where a column is not written."""
    nothing = np.zeros_like(table[CALLS[0]])
    return np.stack([table.get(name, nothing) for name in (*CALLS, *SHORT, *BACK)], axis=1)


def _sums(table: Table, names: tuple[str, ...]) -> np.ndarray:
    return np.stack([table[name] for name in names], axis=1)


def _flat(sums: np.ndarray) -> np.ndarray:
    """[run, row, …] as one row after the other."""
    return sums.reshape(-1, *sums.shape[2:])


def _named(names: list[str], runs: int) -> np.ndarray:
    return np.tile(np.array(names, dtype=object), runs)
