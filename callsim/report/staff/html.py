"""The page of `callsim staff`: how many people, when, on which shifts, and why so many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from callsim.report.kit.both import table
from callsim.report.kit.charts import Chart, Data, Series, Values, View, rounded
from callsim.report.kit.html_page import Chooser, Facts, Section, Verdict
from callsim.report.kit.html_page import page as file_of
from callsim.report.kit.verdicts import Tone
from callsim.report.staff import tables
from callsim.report.staff.tables import EVERY_DAY, Answer, by_day, clock, in_words
from callsim.study.roster.answer import GroupRostered, RosterAnswer
from callsim.study.staff.answer import GroupStaffed

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


def page(found: Answer) -> str:
    """The file."""
    return file_of(found.scenario, list(_sections(found)), data(found), f"callsim {found.version}")


def _sections(found: Answer) -> Iterator[Section]:
    good, headline, lines = in_words(found)
    tone: Tone = "good" if good else "bad"
    yield Section("", [Verdict(tone, headline, lines)])
    yield Section("Why so many", [STAIRCASE, table(tables.staircase(found.staircase), 2)])
    yield Section("When", [Chooser("Group"), AGENTS])
    if isinstance(found, RosterAnswer):
        yield Section("Shifts", [table(tables.shifts(list(tables.worked(found))), 2)])
    said = f"{found.check.runs} runs of seed {found.check.seed}, which the search never saw."
    verdict, queue, *figures = tables.goals(list(found.queues.items()))
    yield Section("Checked on fresh days", [table([queue, verdict, *figures], 2)], said)
    facts = [("search", f"{found.search.calls:,} calls of seed {found.seed}")]
    facts += [("", line) for line in tables.how(found)]
    yield Section("How it was found", [Facts([*facts, ("callsim", found.version)])])


def data(found: Answer) -> Data:
    """The staircase, which all views share, and the agents of each group by interval."""
    times = round(86_400 / found.interval_s)
    starts = [f"{found.start}T{clock(found, k)}" for k in range(times)]
    views = [
        View(
            name if day == EVERY_DAY else f"{name}, {day}",
            {"staff": list(agents), "required": [rounded(n, "count") for n in _required(group, day)]},
        )
        for name, group in found.groups.items()
        for day, agents in by_day(group.staff).items()
    ]
    columns: dict[str, Values] = {
        "start": starts,
        "step": [step.step for step in found.staircase],
        "together": [rounded(step.total, "count") for step in found.staircase],
    }
    return Data(views, columns, f"{found.start}T24:00")


def _required(group: GroupStaffed | GroupRostered, day: str) -> Sequence[float]:
    """Of a day, or of all days the highest of each interval."""
    required = by_day(group.required)
    if day in required:
        return required[day]
    return [max(of_day) for of_day in zip(*required.values(), strict=True)]
