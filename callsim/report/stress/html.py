"""The page of a stress: what breaks first, and how far it is to there."""

from __future__ import annotations

from collections.abc import Iterator

from callsim.report.kit.both import table
from callsim.report.kit.charts import Chart, Data, Series, View, rounded
from callsim.report.kit.html_page import Facts, Section, Verdict
from callsim.report.kit.html_page import page as file_of
from callsim.report.kit.verdicts import Tone
from callsim.report.stress import tables
from callsim.study.stress.answer import StressResult

TORNADO = Chart(
    "If one thing changes by a tenth",
    "points",
    [Series("change of the service level of all calls", "change", "bar")],
    says="Points of service level won or lost, the strongest first.",
    x="what",
    x_title="what",
    kind="classes",
    wide=True,
)


def page(found: StressResult) -> str:
    """The file."""
    return file_of(found.scenario, list(_sections(found)), data(found), f"callsim {found.version}")


def _sections(found: StressResult) -> Iterator[Section]:
    tone: Tone = "bad" if found.missed else "close" if found.ranking else "good"
    yield Section("", [Verdict(tone, tables.verdict(found).plain)])
    if found.ranking:
        yield Section("What breaks first", [table(tables.ranking(found.ranking), 2)])
    if found.mending:
        yield Section("What would mend what is missed", [table(tables.mending(found.mending), 3)])
    if found.tornado:
        yield Section("", [TORNADO])
    said = "The first amount at which it is missed."
    if any(limit.is_missed for limit in found.limits):
        said += f" {tables.MISSED_SAYS[0].upper()}{tables.MISSED_SAYS[1:]}."
    limits = tables.limits(found.goals, tables.by_goal(found.limits))
    yield Section("Where each goal fails", [table(limits, 1)], said)
    if found.sites:
        said = "Each in its busiest four hours: seats lost, calls cut off. Figures are of that day."
        yield Section("Each site lost in turn", [table(tables.sites(found.sites), 1)], said)
    facts = [("runs of each look", str(found.runs)), ("seed", str(found.seed)), ("callsim", found.version)]
    yield Section("How it was simulated", [Facts([*facts, ("traces", "the same calls in all looks")])])


def data(found: StressResult) -> Data:
    """The tornado: the change at either end, the strongest first."""
    bars = []
    for row in found.tornado:
        middle = row.as_it_is.service_level.mean
        # Nobody stays away already: less absence than none is not tried.
        less = [] if row.what == "absence" else [(row.low, "a tenth less")]
        for end, words in (*less, (row.high, "a tenth more")):
            level = end.service_level.mean
            if level is not None and middle is not None:
                bars.append((f"{row.what}, {words}", level - middle))
    bars.sort(key=lambda bar: -abs(bar[1]))
    columns = {"change": [rounded(change, "points") for _, change in bars]}
    return Data([View("All", columns)], {"what": [words for words, _ in bars]})
