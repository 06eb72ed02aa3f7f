"""Rosters as a planner gets them: found, written, read, run, and recounted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import callsim
from callsim.report.staff.file import overlay, staffed
from callsim.report.staff.text import report
from callsim.scenario.reading.load import changes_of
from callsim.study.roster.shifts import Rostering, roster
from callsim.study.staff.subproblem import Options
from tests.study.staff.roster_checker import check

QUICK = Options(runs=12, effort=1e5)


def found_and_written(
    folder: Path, text: str, options: Options = QUICK, sets: tuple[str, ...] = (), limit_s: float = 10.0
) -> tuple[Rostering, dict[str, Any], Path]:
    """The roster of a scenario, its JSON, and the file, which has been recounted."""
    base, over = folder / "base.yaml", folder / "roster.yaml"
    base.write_text(text, "utf-8")
    scenario = callsim.load(base, sets)
    found = roster(scenario, options, limit_s=limit_s)
    told, answer = found.to_dict(), found.answer
    over.write_text(overlay(answer, base.name, sets, changes_of(scenario, staffed(answer)[0])), "utf-8")
    check(over, told)
    report(answer, 80)
    return found, told, over


def runs_as_checked(found: Rostering, over: Path) -> None:
    """The file, run as the command says, gives the very figures of the check."""
    read = callsim.load(over)
    assert read.groups == found.rostered.groups
    assert read.shifts == found.rostered.shifts
    result = callsim.run(read, runs=found.check.runs, seed=found.check.seed)
    assert np.array_equal(result.sums.calls, found.check.sums.calls)
    if found.missed:
        return
    for queue in result.to_dict()["queues"].values():
        assert queue["goal"]["met"]
        weekdays: dict[int, list[float]] = {}
        for number, day in enumerate(queue["goal"].get("by_day", [])):
            weekdays.setdefault(number % 7, []).append(day["service_level"]["mean"])
        assert all(np.mean(days) >= queue["goal"]["answer"] - 0.003 for days in weekdays.values())


def random_centre(stream: np.random.Generator) -> str:
    """Two to five queues, groups that share some of them, absence, seats, breaks, odd names, 1 to 14 days."""
    queues, days = int(stream.integers(2, 6)), int(stream.integers(1, 15))
    names = stream.permutation(["true", "null", "a: b", "客服", "1e3", "tel", "mail #2"])[:queues].tolist()
    hours = stream.choice(["08:00-18:00", "07:00-21:00", "09:00-17:30"], queues)
    lines = [
        f"calendar: {{start: 2024-01-0{stream.integers(1, 8)}, days: {days}, interval: 1 h}}",
        f"sites: {{park: {{seats: {stream.choice([40, 60, 200])}}}}}",
        "queues:",
    ]
    for name, open_ in zip(names, hours, strict=True):
        lines.append(
            f'  "{name}": {{open: "{open_}", talk: {{exponential: {{mean: 4 min}}}}, '
            f"patience: {{exponential: {{mean: 3 min}}}}, goal: {{answer: 80%, within: 20 s}}, "
            f"arrivals: {{per_hour: {stream.integers(10, 120)}, "
            f"weekdays: [1.2, 1, 1, 1, 1, 0.6, {stream.choice([0.4, 0.6])}]}}}}"
        )
    lines.append("groups:")
    for number, name in enumerate(names):
        answers = f'"{name}": {{}}'
        if number and stream.random() < 0.3:
            answers += f', "{names[number - 1]}": {{rank: 2}}'
        more = stream.choice(["staff: 3", "shifts: {early: 9, night: 0, mid: 2, late: 4}"])
        more += stream.choice(["", ", absence: {share: 8%, correlation: 0.05}", ", shrinkage: 15%"])
        lines.append(f'  "{name}": {{{stream.choice(["", "site: park, "])}answers: {{{answers}}}, {more}}}')
    lines += [
        "shifts:",
        "  early: {from: 07:00, to: 15:00, breaks: [11:00-11:30]}",
        "  mid: {from: 09:00, to: 17:30, breaks: [12:30-13:15, 15:00-15:15]}",
        "  late: {from: 13:00, to: 21:00}",
        "  night: {from: '21:00', to: '05:00'}",
        '  "early mon-fri": {from: 08:00, to: 16:00, days: mon-fri}',
        '  split: {hours: ["08:00-12:00", "14:00-18:00"]}',
    ]
    return "\n".join(lines) + "\n"
