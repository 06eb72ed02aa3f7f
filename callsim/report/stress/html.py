"""The page of a stress: what breaks first, and how far it is to there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from callsim.report.kit import figures
from callsim.report.kit.charts import Chart, Data, Series, View, rounded
from callsim.report.kit.html_page import Cell, Facts, Marked, Section, Table, Verdict
from callsim.report.kit.html_page import page as file_of
from callsim.report.stress.text import MISSED_SAYS, amount, is_missed, lost, mend, recovery, room
from callsim.report.stress.text import verdict as in_words

Found = Mapping[str, Any]

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


def page(found: Found) -> str:
    """The file."""
    return file_of(found["scenario"], list(_sections(found)), data(found), f"callsim {found['version']}")


def _sections(found: Found) -> Iterator[Section]:
    missed = any(goal["met"] is False for goal in found["goals"].values())
    tone: Any = "bad" if missed else "close" if found["ranking"] else "good"
    yield Section("", [Verdict(tone, in_words(found).plain)])
    rows: list[Sequence[Cell]] = [[row["goal"], room(row)] for row in found["ranking"]]
    if rows:
        yield Section("What breaks first", [Table(["goal", "fails"], rows, names=2)])
    cures: list[Sequence[Cell]] = [[row["what"], row["goal"], mend(row)] for row in found["mending"]]
    if cures:
        head = ["what changes", "goal that takes most", ""]
        yield Section("What would mend what is missed", [Table(head, cures, names=3)])
    if found["tornado"]:
        yield Section("", [TORNADO])
    said = "The first amount at which it is missed."
    if any(map(is_missed, found["limits"])):
        said += f" {MISSED_SAYS[0].upper()}{MISSED_SAYS[1:]}."
    yield Section("Where each goal fails", [_limits(found)], said)
    if found["sites"]:
        said = "Each in its busiest four hours: seats lost, calls cut off. Figures are of that day."
        yield Section("Each site lost in turn", [_sites(found)], said)
    facts = [
        ("runs of each look", str(found["runs"])),
        ("seed", str(found["seed"])),
        ("callsim", found["version"]),
    ]
    yield Section("How it was simulated", [Facts([*facts, ("traces", "the same calls in all looks")])])


def data(found: Found) -> Data:
    """The tornado: the change at either end, the strongest first."""
    bars = []
    for row in found["tornado"]:
        middle = row["as_it_is"]["service_level"]["mean"]
        for end, words in (("low", "a tenth less"), ("high", "a tenth more")):
            level = row[end]["service_level"]["mean"]
            if level is not None and middle is not None and not (row["what"] == "absence" and end == "low"):
                bars.append((f"{row['what']}, {words}", level - middle))
    bars.sort(key=lambda bar: -abs(bar[1]))
    columns = {"change": [rounded(change, "points") for _, change in bars]}
    return Data([View("All", columns)], {"what": [words for words, _ in bars]})


def _limits(found: Found) -> Table:
    kinds = list(dict.fromkeys(limit["what"] for limit in found["limits"]))
    by_goal: dict[str, dict[str, Found]] = {}
    for limit in found["limits"]:
        by_goal.setdefault(limit["goal"], {})[limit["what"]] = limit
    rows: list[Sequence[Cell]] = []
    for goal, limits in by_goal.items():
        known = found["goals"].get(goal)
        level: Cell = figures.NOTHING
        if known is not None:
            words = figures.percent(known["service_level"], known["answer"])
            level = Marked(words) if known["met"] is False else words
        rows.append([goal, level, *(amount(limits.get(kind)) for kind in kinds)])
    return Table(["goal", "level now", *kinds], rows)


def _sites(found: Found) -> Table:
    rows: list[Sequence[Cell]] = [
        [
            row["site"],
            lost(row, found["sites"]),
            f"{len(row['missed'])} of {row['goals']}",
            str(len(row["missed_before"])),
            figures.percent(row["service_level"]),
            figures.percent(row["abandoned_share"]),
            figures.count(row["dropped"]),
            recovery(row),
        ]
        for row in found["sites"]
    ]
    head = [
        "site",
        "lost",
        "goals missed",
        "before",
        "level of the day",
        "abandoned",
        "cut off",
        "goals kept again",
    ]
    return Table(head, rows)
