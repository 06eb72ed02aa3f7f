"""The page of a stress: what breaks first, and how far it is to there."""

from __future__ import annotations

from collections.abc import Iterator

from callsim.report.kit.both import table
from callsim.report.kit.charts import Chart, Data, Series, View, rounded
from callsim.report.kit.html_page import Facts, Section, Sheet, Verdict
from callsim.report.kit.verdicts import Tone
from callsim.report.stress import tables
from callsim.sentences import label, say
from callsim.study.stress.answer import StressResult


def page(found: StressResult) -> Sheet:
    """The page."""
    return Sheet(found.scenario, list(_sections(found)), data(found), f"callsim {found.version}")


def _sections(found: StressResult) -> Iterator[Section]:
    tone: Tone = "bad" if found.missed else "close" if found.ranking else "good"
    yield Section("", [Verdict(tone, tables.verdict(found).plain)])
    if found.ranking:
        yield Section(say("stress.breaks_first"), [table(tables.ranking(found.ranking), 2)])
    if found.mending:
        yield Section(say("stress.mending"), [table(tables.mending(found.mending), 3)])
    if found.tornado:
        yield Section("", [_tornado()])
    said = say("stress.page_amount")
    if any(limit.is_missed for limit in found.limits):
        holds = say("stress.holds_to_is")
        said += f" {holds[0].upper()}{holds[1:]}{label('.')}"
    limits = tables.limits(found.every_goal, tables.by_goal(found.limits))
    yield Section(say("stress.page_limits"), [table(limits, 1)], said)
    if found.sites:
        said = say("stress.page_sites")
        yield Section(say("stress.sites"), [table(tables.sites(found.sites), 1)], said)
    facts = [
        (say("stress.page_runs"), str(found.runs)),
        ("seed", str(found.seed)),
        ("callsim", found.version),
        ("traces", say("stress.page_traces")),
    ]
    yield Section(say("pages.how_simulated"), [Facts(facts)])


def _tornado() -> Chart:
    return Chart(
        say("stress.page_if_changes"),
        "points",
        [Series(say("stress.page_change"), "change", "bar")],
        says=say("stress.page_points"),
        x="what",
        x_title="what",
        kind="classes",
        wide=True,
    )


def data(found: StressResult) -> Data:
    """The tornado: the change at either end, the strongest first."""
    bars = []
    for row in found.tornado:
        middle = row.as_it_is.service_level.mean
        # Nobody stays away already: less absence than none is not tried.
        less = [] if row.what == "absence" else [(row.low, say("stress.tenth_less"))]
        for end, words in (*less, (row.high, say("stress.tenth_more"))):
            level = end.service_level.mean
            if level is not None and middle is not None:
                bars.append((f"{tables.named(row.what)}{label(', ')}{words}", level - middle))
    bars.sort(key=lambda bar: -abs(bar[1]))
    columns = {"change": [rounded(change, "points") for _, change in bars]}
    return Data([View("All", columns)], {"what": [words for words, _ in bars]})
