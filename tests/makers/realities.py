"""Days that callsim lived, as the history that a real centre would have left: log and staffing."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np

from callsim.history.canonical import CallTable, IntervalTable, blank_intervals, summed
from callsim.history.simulated import log_of
from callsim.history.validate.parts import on_day
from callsim.model import build
from callsim.scenario import Scenario
from callsim.sim.count.columns import G_ON_DUTY
from callsim.study.player import Around, Task, play

MONDAY = datetime.date(2024, 3, 4)


def lived(
    scenario: Scenario, days: int, seed: int = 1000, staffed: bool = False, within_s: float = 20.0
) -> IntervalTable:
    """Working days from a Monday on, each with luck of its own. `staffed`: the history tells who was there;
    then the scenario has one group."""
    dates = [MONDAY + datetime.timedelta(days=7 * (k // 5) + k % 5) for k in range(days)]
    logs, on_duty = [], []
    names: tuple[str, ...] = ()
    for number, date in enumerate(dates):
        of_day = on_day(scenario, date)
        sheets: list[np.ndarray] = []
        run = play(
            Task(of_day, seed + number, 0),
            Around(also=lambda rows, sheets=sheets: sheets.append(rows.copy())),
        )
        log = log_of(build(of_day), np.concatenate(sheets))
        logs.append(log.rows)
        names = log.queues
        on_duty.append(run.tally.work[:, :, G_ON_DUTY].sum(axis=1) / 1000)
    width = round(scenario.calendar.interval * 1000)
    table = summed(CallTable(np.concatenate(logs), names, unit_ms=1), width, within_s)
    if staffed:
        for date, seconds in zip(dates, on_duty, strict=True):
            mine = table.rows["start"].astype("datetime64[D]") == np.datetime64(date)
            table.rows["staffed_s"][mine] = np.repeat(seconds, len(names))
    return table


def without_calls(table: IntervalTable) -> IntervalTable:
    """The same as a report: sums, no log."""
    rows = blank_intervals(len(table.rows))
    rows[:] = table.rows
    return replace(table, calls=None, rows=rows)
