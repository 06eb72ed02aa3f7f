"""`callsim validate`: is the scenario right, day by day, how sure is that, and which part of it is wrong?"""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from callsim.errors import UserError
from callsim.files import Files, names_of
from callsim.history.canonical import IntervalTable, as_date, summed
from callsim.history.days import named
from callsim.history.read.how import Columns
from callsim.history.read.reader import read
from callsim.history.validate.answer import Played, answer
from callsim.history.validate.days_judged import refuse_other_clock, why_not
from callsim.history.validate.figures import Sums, busy_and_on_duty, figures_of
from callsim.history.validate.parts import ARRIVALS, PATIENCE, STAFFING, TALK, on_day, pools, with_reality
from callsim.history.validate.reality import RealDay, real_day
from callsim.history.validate.result import Refused, Staffing, ValidateResult
from callsim.history.validate.rungs import base_of, rungs_of
from callsim.model import Model, build
from callsim.model.outbound.campaigns import refuse
from callsim.results.measures import PERCENTILES
from callsim.scenario import Given, Scenario, scenario_of
from callsim.sentences import say
from callsim.sim.count import columns
from callsim.study.hands import Watch
from callsim.study.options import RunOptions
from callsim.study.player import Run
from callsim.study.runs.replicate import in_order
from callsim.units import show_duration, shown

RUNS = 200  # of each day: p values down to 0.005
FEWEST_RUNS = 119  # below, no part could be convicted: the least p value is 1 in runs + 1
MOST_DAYS = 62
_P90 = list(PERCENTILES).index("wait_p90_s")
_DAY_APART = 1_000_003  # seeds of days, so that no two days share their luck


class _Matched(NamedTuple):
    """The queues that scenario and history share."""

    names: list[str]  # of the scenario, by row of the model
    rows: dict[int, int]  # place in the history → row
    notes: list[str]


def validate(
    scenario: Given,
    against: IntervalTable | Files,
    days: Sequence[str] = (),
    columns: Columns = None,
    options: RunOptions | None = None,
    ladder: bool = True,
    inferred: bool = False,
) -> ValidateResult:
    """Judge a scenario by the history of a real centre: the same days, simulated and as they were.

    Args:
        scenario: a scenario, or its file.
        against: files of a phone system, or what was read of them; reports have the scenario's intervals.
        days: the dates, ranges and weekdays to judge. Default: all but those that the scenario was fitted to.
        columns: our names of columns → those of the files, where they differ.
        options: how runs are played. Default: 200 runs of each day.
        ladder: also try each part of the model by itself, which takes most of the time.
        inferred: the staffing of the history was inferred from the waits of these very days, so that a good
            match shows no more than consistency.

    Returns the ValidateResult. Raises UserError where nothing can be judged: no such days, queues of other
    names, another time zone.
    """
    options = options or RunOptions()
    runs = options.runs or RUNS
    if runs < FEWEST_RUNS:
        raise UserError(say("judged.few_runs", runs=runs, least=FEWEST_RUNS))
    scenario = scenario_of(scenario)
    refuse(scenario, "validate")
    copied = [name for name, queue in scenario.queues.items() if queue.copies > 1]
    if copied:
        raise UserError(say("judged.copies", queue=copied[0]))
    table = _on_grid(against, scenario, columns)
    matched = _match(table, scenario)
    dates = _dates(table, scenario, days)
    reals, refused = _reals(table, scenario, matched, dates)
    parts = _parts(scenario, matched, reals)
    played = []
    for number, real in enumerate(reals):
        each = options.but(
            progress=options.progress.part(number / len(reals), 1 / len(reals), number, len(reals))
        )
        rungs = rungs_of(parts) if ladder else [base_of(parts)]
        one = _play(scenario, real, matched, parts, rungs, each, runs)
        offered = one.rungs[base_of(parts)]["offered"]
        if offered[0] > 0 and not offered[1:].any():  # then every share and mean of the runs is unknown
            why = say("judged.nobody_simulated", calls=offered[0])
            refused.append(Refused(date=str(one.date), why=why))
        else:
            played.append(one)
    if not played:
        raise _no_day(refused)
    notes = [*(note.text for note in table.notes), *matched.notes, *_notes(scenario, table, reals, parts)]
    names = [matched.names[row] for row in sorted(set(matched.rows.values()))]
    source: Staffing = "plan" if STAFFING not in parts else "inferred" if inferred else "log"
    return answer(scenario, played, parts, source, refused, notes, runs, options.seed, table, names)


def _on_grid(against: IntervalTable | Files, scenario: Scenario, columns: Columns) -> IntervalTable:
    """The history in the scenario's intervals."""
    width = round(scenario.calendar.interval * 1000)
    table = against if isinstance(against, IntervalTable) else _read(names_of(against), columns, width)
    if table.width_ms == width:
        return table
    logged = table.calls is not None and table.calls.presence is not None
    if table.calls is not None and (logged or not np.isfinite(table.rows["staffed_s"]).any()):
        return summed(table.calls, width, table.within_s)
    raise UserError(say("judged.intervals", history=table.width_ms / 60000, scenario=width / 60000))


def _read(files: Sequence[str], columns: Columns, width: int) -> IntervalTable:
    """Logs of calls, or reports; of both the calls of the one and the staffing of the other."""
    kinds = {file: read([file], columns, width_ms=width).calls is not None for file in files}
    if len(set(kinds.values())) == 1:
        return read(files, columns, width_ms=width)
    log = read([file for file in files if kinds[file]], columns, width_ms=width)
    report = read([file for file in files if not kinds[file]], columns, width_ms=width)
    if report.width_ms != width:
        minutes = report.width_ms / 60_000
        raise UserError(say("judged.report_intervals", report=minutes, scenario=width / 60000))
    one = len(log.queues) == 1 == len(report.queues)
    known = {
        (row["start"], log.queues[0] if one else report.queues[row["queue"]]): row["staffed_s"]
        for row in report.rows
    }
    rows = log.rows.copy()
    rows["staffed_s"] = [known.get((row["start"], log.queues[row["queue"]]), np.nan) for row in rows]
    return replace(log, rows=rows, files=(*log.files, *report.files))


def _match(table: IntervalTable, scenario: Scenario) -> _Matched:
    from callsim.model.names import in_order as by_row

    names = by_row(scenario.queues)
    if len(names) == 1 == len(table.queues):
        return _Matched(names, {0: 0}, [])
    rows = {place: names.index(queue) for place, queue in enumerate(table.queues) if queue in names}
    if not rows:
        close = difflib.get_close_matches(table.queues[0], names, n=1)
        hint = say("hints.did_you_mean", name=close[0]) if close else ""
        raise UserError(
            say(
                "judged.no_queue",
                theirs=", ".join(map(shown, table.queues[:6])),
                ours=", ".join(map(shown, names[:6])),
                hint=hint,
            )
        )
    notes = []
    if some := ", ".join([one for one in table.queues if one not in names][:6]):
        notes.append(say("judged.only_history", queues=some))
    if some := ", ".join([one for one in names if one not in table.queues][:6]):
        notes.append(say("judged.only_scenario", queues=some))
    return _Matched(names, rows, notes)


def _dates(table: IntervalTable, scenario: Scenario, days: Sequence[str]) -> list[datetime.date]:
    dates = table.dates
    if days:
        dates = dates[named(dates, days, "--day")]
    elif scenario.fitted is not None:
        dates = np.array([day for day in dates if not scenario.fitted.holds(as_date(day))], dates.dtype)
        if not len(dates):
            raise UserError(say("judged.fitted_to_all"))
    if len(dates) > MOST_DAYS:
        raise UserError(say("judged.many_days", days=len(dates), most=MOST_DAYS))
    return [as_date(day) for day in dates]


def _reals(
    table: IntervalTable, scenario: Scenario, matched: _Matched, dates: Sequence[datetime.date]
) -> tuple[list[RealDay], list[Refused]]:
    rows = sorted(set(matched.rows.values()))
    models = [build(on_day(scenario, date)) for date in dates]
    expected = [np.sum([_expected(model, row) for row in rows], axis=0) for model in models]
    refuse_other_clock(_calls(table, matched, dates), np.sum(expected, axis=0))
    reals, refused = [], []
    for date, model, wanted in zip(dates, models, expected, strict=True):
        why = why_not(table, date, wanted)
        if why is not None:
            refused.append(Refused(date=str(date), why=why))
            continue
        within = (model.within / 1000).tolist()
        reals.append(real_day(table, date, matched.rows, len(matched.names), within, model.short))
    if not reals:
        raise _no_day(refused)
    return reals, refused


def _no_day(refused: Sequence[Refused]) -> UserError:
    """The mistake to be raised where no day is left."""
    told = "; ".join(f"{one.date}: {one.why}" for one in refused[:3])
    return UserError(say("judged.no_day_for", why=told) if told else say("judged.no_day"))


def _calls(table: IntervalTable, matched: _Matched, dates: Sequence[datetime.date]) -> np.ndarray:
    """Calls of all queues that are compared, of all days together: float64 [interval of day]."""
    days = np.array([date.isoformat() for date in dates], "datetime64[D]")
    calls: np.ndarray = np.nansum([table.grid("offered", place, days) for place in matched.rows], axis=(0, 1))
    return calls


def _expected(model: Model, row: int) -> np.ndarray:
    """Calls of a queue that are expected by interval of its day: float64 [interval]."""
    queue, clock = model.demand.queues[row], model.demand.clock
    day = -clock.day(0)
    until = queue.expected[queue.pattern[day]] * queue.times_day[day]
    edges = np.arange(0, queue.times[-1] + 1, clock.width)
    expected: np.ndarray = np.diff(np.interp(edges, queue.times, until))
    return expected


def _parts(scenario: Scenario, matched: _Matched, reals: Sequence[RealDay]) -> frozenset[str]:
    """Returns the parts of reality that can replace those of the model on all days."""
    parts = {ARRIVALS}
    if all("aht_s" in real.knows for real in reals):
        parts.add(TALK)
    if all(real.log is not None for real in reals):
        parts.add(PATIENCE)
    every = len(set(matched.rows.values())) == len(matched.names)
    if every and all(real.staffed_s is not None for real in reals) and pools(scenario, matched.names):
        parts.add(STAFFING)
    return frozenset(parts)


def _play(
    scenario: Scenario,
    real: RealDay,
    matched: _Matched,
    parts: frozenset[str],
    rungs: Sequence[frozenset[str]],
    options: RunOptions,
    runs: int,
) -> Played:
    """A day, every rung of it with the same luck."""
    day = on_day(scenario, real.date)
    models = [build(with_reality(day, real, matched.names, matched.rows, rung)) for rung in rungs]
    base = rungs.index(base_of(parts))
    luck = options.but(seed=options.seed * _DAY_APART + real.date.toordinal(), runs=runs)
    rows = sorted(set(matched.rows.values()))
    every = len(rows) == len(matched.names)
    shared = pools(scenario, matched.names) if STAFFING in parts else []
    kept: list[list[tuple[np.ndarray, float, np.ndarray]]] = [[] for _ in rungs]
    whole, by_queue = [], []
    for together in in_order(models, luck, runs, Watch(luck.progress, runs, len(models))):
        for number, one in enumerate(together):
            kept[number].append(_sums(one, rows))
        whole.append(together[base].tally.calls[:, rows])
        by_queue.append(together[base].percentiles[rows, _P90])
    figures = {
        rung: figures_of(_with_real(real, rows, some, shared)) for rung, some in zip(rungs, kept, strict=True)
    }
    knows = tuple(name for name in real.knows if every or name != "wait_p90_s")
    return Played(
        real,
        real.date,
        knows,
        {rung: {name: found[name] for name in knows if name in found} for rung, found in figures.items()},
        _with_real(real, rows, kept[base], shared),
        np.concatenate([real.calls[None, :, rows], np.stack(whole)]),
        np.array(by_queue),
    )


def _sums(one: Run, rows: list[int]) -> tuple[np.ndarray, float, np.ndarray]:
    return (
        one.tally.calls[:, rows].sum(axis=0),
        float(one.percentiles[-1, _P90]),
        busy_and_on_duty(one.tally.work),
    )


def _with_real(
    real: RealDay,
    rows: list[int],
    some: Sequence[tuple[np.ndarray, float, np.ndarray]],
    together: Sequence[tuple[str, list[int]]],
) -> Sums:
    calls, p90, work = (np.array(column) for column in zip(*some, strict=True))
    own = real.calls[:, rows].sum(axis=0)
    busy = None
    if real.staffed_s is not None and together:
        handled = float(own[:, [columns.TALK, columns.WRAP]].sum())
        # Of queues that share agents each tells all of them.
        staffed = sum(float(real.staffed_s[mine].max(axis=0).sum()) for _, mine in together) * 1000
        busy = np.concatenate([[[handled, staffed]], work])
    return Sums(np.concatenate([own[None], calls]), np.concatenate([[real.p90_s], p90]), busy)


def _notes(
    scenario: Scenario, table: IntervalTable, reals: Sequence[RealDay], parts: frozenset[str]
) -> list[str]:
    notes = []
    if scenario.fitted is None:
        notes.append(say("judged.fitted_unknown"))
    if table.owner == "end":
        notes.append(say("judged.intervals_lag"))
    if scenario.incidents or any(surge.days for q in scenario.queues.values() for surge in q.arrivals.surges):
        notes.append(say("judged.incidents_left_out"))
    if STAFFING not in parts and any(real.staffed_s is not None for real in reals):
        notes.append(say("judged.staffing_shared"))
    if scenario.goals.short_abandon and any(real.log is None for real in reals):
        notes.append(say("judged.short_unknown", time=show_duration(scenario.goals.short_abandon)))
    return notes
