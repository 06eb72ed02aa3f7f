"""The page of `callsim staff`: how many people, when, on which shifts, and why fewer are not enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from callsim.report.kit.both import table
from callsim.report.kit.charts import Chart, Data, Series, Values, View, rounded
from callsim.report.kit.html_page import Chooser, Facts, Section, Sheet, Verdict
from callsim.report.kit.verdicts import Tone
from callsim.report.staff import tables
from callsim.report.staff.days import each_day
from callsim.report.staff.tables import EVERY_DAY, Answer, clock, in_words
from callsim.sentences import label, say
from callsim.study.roster.answer import RosterAnswer


def page(found: Answer) -> Sheet:
    """The page."""
    return Sheet(found.scenario, list(_sections(found)), data(found), f"callsim {found.version}")


def _sections(found: Answer) -> Iterator[Section]:
    good, headline, lines = in_words(found)
    tone: Tone = "good" if good else "bad"
    yield Section("", [Verdict(tone, headline, lines)])
    yield Section(say("staff.why"), [_staircase(), table(tables.staircase(found.staircase), 2)])
    yield Section("When", [Chooser("Group"), _agents(isinstance(found, RosterAnswer))])
    if isinstance(found, RosterAnswer):
        group, shift, *numbers = tables.shifts(list(tables.worked(found)))
        yield Section("Shifts", [table([group, shift, tables.hours(found), *numbers], 3)])
    said = say("staff.never_saw", runs=found.check.runs, seed=found.check.seed)
    verdict, queue, *figures = tables.goals(list(found.queues.items()))
    yield Section(say("staff.checked"), [table([queue, verdict, *figures], 2)], said)
    facts = [("search", say("staff.calls_of_seed", calls=found.search.calls, seed=found.seed))]
    facts += [("", line) for line in tables.how(found)]
    yield Section(say("staff.how"), [Facts([*facts, ("callsim", found.version)])])


def _staircase() -> Chart:
    return Chart(
        say("staff.steps"),
        "count",
        [Series(say("staff.up_to_step"), "together", "bar")],
        says=say("staff.steps_of"),
        x="step",
        x_title="step",
        kind="classes",
        wide=True,
    )


def _agents(on_shifts: bool) -> Chart:
    return Chart(
        "Agents scheduled",
        "count",
        [Series("agents", "staff"), Series("required", "required", "limit")],
        says=say("staff.on_shifts_of") if on_shifts else say("staff.scheduled_of"),
        wide=True,
    )


def data(found: Answer) -> Data:
    """The staircase, which all views share, and the agents of each group by interval."""
    times = round(86_400 / found.interval_s)
    starts = [f"{found.start}T{clock(found, k)}" for k in range(times)]
    views = [
        View(
            name if day == EVERY_DAY else f"{name}, {day}",
            {"staff": _counts(agents), "required": _counts(required)},
        )
        for name, group in found.groups.items()
        for day, agents, required in each_day(group)
    ]
    columns: dict[str, Values] = {
        "start": starts,
        "step": [label(step.step) for step in found.staircase],
        "together": [rounded(step.total, "count") for step in found.staircase],
    }
    return Data(views, columns, f"{found.start}T24:00")


def _counts(agents: Sequence[float]) -> Values:
    return [number if isinstance(number, int) else rounded(number, "count") for number in agents]
