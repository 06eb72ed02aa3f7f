"""The page of `callsim staff`: how many people, when, on which shifts, and why so many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from callsim.report.kit import figures
from callsim.report.kit.charts import Chart, Data, Series, View, rounded
from callsim.report.kit.goals import promise
from callsim.report.kit.html_page import Cell, Chooser, Facts, Lamp, Section, Table, Tone, Verdict
from callsim.report.kit.html_page import page as file_of
from callsim.report.staff.text import EVERY_DAY, clock, how, in_words, limit, of_days, share, worked

MET = {True: Lamp("good", "met"), None: Lamp("close", "close"), False: Lamp("bad", "missed")}

Found = Mapping[str, Any]

STAIRCASE = Chart(
    "Agents who work 8 h",
    "count",
    [Series("agents up to this step", "together", "bar")],
    says="On a mean day, all copies.",
    x="step",
    x_title="step",
    kind="classes",
    wide=True,
)
AGENTS = Chart(
    "Agents scheduled",
    "count",
    [Series("agents", "staff"), Series("required", "required", "limit")],
    says="Of each copy; required: before they were whole.",
    wide=True,
)


def page(found: Found) -> str:
    """The file."""
    return file_of(found["scenario"], list(_sections(found)), data(found), f"callsim {found['version']}")


def _sections(found: Found) -> Iterator[Section]:
    good, headline, lines = in_words(found)
    tone: Tone = "good" if good else "bad"
    yield Section("", [Verdict(tone, headline, lines)])
    steps: list[Sequence[Cell]] = [
        [step["step"], step["why"], f"{step['agents']:+,.1f}", f"{step['total']:,.1f}"]
        for step in found["staircase"]
    ]
    yield Section("Why so many", [STAIRCASE, Table(["step", "why", "agents", "together"], steps, names=2)])
    yield Section("When", [Chooser("Group"), AGENTS])
    if "programme" in found:
        places: list[Sequence[Cell]] = [
            [name, shift, f"{agents:,}", f"{group['copies']:,}"]
            for name, group, shift, agents in worked(found)
        ]
        yield Section("Shifts", [Table(["group", "shift", "agents", "copies"], places, names=2)])
    check = found["check"]
    said = f"{check['runs']} runs of seed {check['seed']}, which the search never saw."
    yield Section("Checked on fresh days", [_goals(found)], said)
    facts = [("search", f"{found['search']['calls']:,} calls of seed {found['seed']}")]
    facts += [("", line) for line in how(found)]
    yield Section("How it was found", [Facts([*facts, ("callsim", found["version"])])])


def _goals(found: Found) -> Table:
    rows: list[Sequence[Cell]] = [
        [
            name,
            MET[queue["expected"]["met"]],
            share(queue["expected"], "service_level"),
            promise(queue["goal"]),
            share(queue["expected"], "abandoned_share"),
            limit(queue["goal"]),
            figures.percent_of_days(queue["goal"]["probability"]),
        ]
        for name, queue in found["queues"].items()
    ]
    return Table(["queue", "", "service level", "goal", "abandoned", "at most", "days"], rows, names=2)


def data(found: Found) -> Data:
    """The staircase, which all views share, and the agents of each group by interval."""
    times = round(86_400 / found["interval_s"])
    starts = [f"{found['start']}T{clock(found, k)}" for k in range(times)]
    views = [
        View(
            name if day == EVERY_DAY else f"{name}, {day}",
            {"staff": list(agents), "required": [rounded(n, "count") for n in _required(group, day)]},
        )
        for name, group in found["groups"].items()
        for day, agents in of_days(group["staff"]).items()
    ]
    steps = {
        "step": [step["step"] for step in found["staircase"]],
        "together": [rounded(step["total"], "count") for step in found["staircase"]],
    }
    return Data(views, {"start": starts} | steps, f"{found['start']}T24:00")


def _required(group: Found, day: str) -> Sequence[float]:
    """Of a day, or of all days the highest of each interval."""
    required = of_days(group["required"])
    if day in required:
        return required[day]
    return [max(of_day) for of_day in zip(*required.values(), strict=True)]
