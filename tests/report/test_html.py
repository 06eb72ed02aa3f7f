"""Pages: every figure is the JSON's, nothing in them is run, and they need nothing else."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import re
from importlib.resources import files
from typing import Any

import pytest

from callsim.report.kit import figures
from callsim.report.kit.charts import DIGITS, Chart, Data, Series, View
from callsim.report.kit.html_page import Section, Table
from callsim.report.kit.html_page import page as file_of
from callsim.results.measures import SERVICE_LEVEL
from callsim.results.run import RunResult
from callsim.results.schema import read
from callsim.sentences import say

from .pages import GROUP, TRICKS, Reader, data_of, nasty, page, run


def same(drawn: list[float | None], rows: list[Any], unit: str) -> None:
    assert len(drawn) == len(rows)
    for one, exact in zip(drawn, rows, strict=True):
        assert one == (None if exact is None else pytest.approx(exact, abs=0.51 * 10 ** -DIGITS[unit]))


def means(rows: list[Any], *path: str, part: str = "mean") -> list[Any]:
    found = []
    for row in rows:
        for step in path:
            row = row[step]
        found.append(row[part])
    return found


def test_what_is_drawn_is_the_json() -> None:
    found, text = nasty()
    views = {view["label"]: view["columns"] for view in data_of(text)["views"]}
    assert list(views) == ["All queues", *TRICKS, "line (3)", "line-1", "line-2", "line-3"]
    rows = {name: [row for row in found["intervals"] if row["queue"] == name] for name in found["queues"]}
    rows |= {"All queues": found["interval_totals"], "line (3)": found["families"]["line"]["intervals"]}
    figures_of = found["queues"] | {"All queues": found["total"], "line (3)": found["families"]["line"]}
    for label, columns in views.items():
        same(columns["offered"], means(rows[label], "offered"), "count")
        same(columns["answered"], means(rows[label], "answered"), "count")
        for part, ending in (("mean", ""), ("low", "_low"), ("high", "_high")):
            levels = means(rows[label], "service_level", "offered", part=part)
            same(columns[f"level{ending}"], levels, "share")
        same(columns["waits"], means(list(figures_of[label]["waits"].values())), "share")
    assert views["line (3)"]["goal"] == views["line-2"]["goal"] == 0.7
    assert views["All queues"]["goal"] is views[TRICKS[2]]["goal"] is None


def test_staff_of_a_view_is_who_is_there_first_for_its_queues() -> None:
    found, text = nasty()
    views = {view["label"]: view for view in data_of(text)["views"]}
    pools = {tuple(pool["groups"]): pool["intervals"] for pool in found["staffing"]}
    for label, groups in (
        ("line-2", ("line-desk-2",)),
        ("line (3)", ("line-desk-1", "line-desk-2", "line-desk-3")),
        (TRICKS[0], (GROUP,)),
        ("All queues", tuple(found["groups"])),
    ):
        columns = views[label]["columns"]
        same(columns["on_duty"], means(pools[groups], "on_duty"), "count")
        same(columns["occupancy"], means(pools[groups], "occupancy"), "share")
        same(columns["required"], means(pools[groups], "required"), "count")
    assert views[TRICKS[0]]["says"].endswith(f"its agents also answer {TRICKS[2]}")


def test_tables_are_the_json() -> None:
    json, text = nasty()
    found = read(RunResult, json)
    reader = Reader(text)
    goals = {row[1]: row for row in reader.table("", "queue", "service level")}
    queues = {row[0]: row for row in reader.table("queue", "offered", "answered")}
    waits = {row[0]: row for row in reader.table("queue", "mean wait", "p50")}
    levels = {row[0]: row for row in reader.table("queue", "of offered", "of answered")}
    groups = {row[0]: row for row in reader.table("group", "site", "occupancy")}
    assert set(queues) == {*TRICKS, "line (3)", "all queues"}
    rows = {**{name: found.queues[name].figures for name in TRICKS}, "all queues": found.total.figures}
    for name, row in rows.items():
        assert queues[name][1:3] == [figures.count(row["offered"]), figures.count(row["answered"])]
        assert waits[name][4] == figures.waited(row["wait_p95_s"])
        told = [figures.percent_about(row.level(formula)) for formula in SERVICE_LEVEL]
        assert levels[name][1:] == told
    for name, goal in found.goals.items():
        if name in TRICKS:
            assert goals[name][0] == ("met" if goal.met else "missed")
            assert goals[name][6] == figures.percent_of_days(goal.probability)
    busy = figures.percent_about(found.groups[GROUP].figures["occupancy"])
    assert groups[GROUP][1:3] == ["<i>新蒲</i>", busy]


def test_all_four_formulas_are_told_and_the_one_that_counts_is_named() -> None:
    _, text = nasty()
    rows = Reader(text).table("name")
    assert [row[2] for row in rows] == ["used by the goals", "", "", ""]
    assert rows[2][1] == "answered within T ÷ (offered − abandoned within T)"


def test_nothing_of_the_scenario_is_html() -> None:
    _, text = nasty()
    tags = Reader(text).tags
    assert not [tag for tag, _ in tags if tag in ("img", "b", "i", "iframe", "link")]
    assert not [names for _, attributes in tags for names in attributes if names.startswith("on")]
    scripts = [attributes for tag, attributes in tags if tag == "script"]
    data = [{"type": "application/json", "id": name} for name in ("data", "texts")]
    assert scripts == [*data, {}, {}, {}, {}]
    for trick in TRICKS[:2]:
        assert trick not in text


def test_a_page_allows_its_own_scripts_and_no_request() -> None:
    _, text = nasty()
    policy = next(a["content"] for tag, a in Reader(text).tags if tag == "meta" and "http-equiv" in a)
    assert policy is not None
    assert policy.startswith(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; script-src "
    )
    scripts = re.findall(r"<script>(.*?)</script>", text, re.S)
    allowed = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts]
    assert policy.endswith(" ".join(f"'sha256-{digest}'" for digest in allowed))
    for _, attributes in Reader(text).tags:
        assert not {"src", "href", "srcset", "action"} & set(attributes)


def test_the_bundle_ends_where_it_ends_and_its_licence_is_beside_it() -> None:
    folder = files("callsim.report").joinpath("web")
    assert "</script" not in folder.joinpath("plotly-basic.min.js").read_text("utf-8").lower()
    assert folder.joinpath("plotly-basic.LICENSE.txt").read_text("utf-8").startswith("MIT License")


MANY = """
name: Many
calendar: {start: 2017-06-05, interval: 15 min}
queues:
  %s
groups:
  all: {answers: {%s}, staff: 25}
"""


def test_thirty_queues_by_the_quarter_hour_are_under_two_megabytes() -> None:
    queue = "{arrivals: {per_hour: 9}, talk: {exponential: {mean: 3 min}}, goal: {answer: 80%, within: 20 s}}"
    names = [f"queue {letter}" for letter in "abcdefghijklmnopqrstuvwxyzäöüß"]
    found = run(
        MANY % ("\n  ".join(f"{n}: {queue}" for n in names), ", ".join(f"{n}: {{}}" for n in names)), 2
    )
    assert len(found["intervals"]) == 30 * 96
    text = page(found)
    assert len(data_of(text)["views"]) == 31
    assert len(text.encode()) < 2_000_000


@pytest.mark.parametrize(
    ("goals", "decided", "tone", "headline"),
    [
        ((True, True), (True, True), "good", "Both goals are met."),
        ((True, False), (True, True), "bad", "1 of 2 goals are met."),
        ((True, False), (True, False), "close", "1 of 2 goals are met."),
        ((True, True), (True, False), "close", "1 of 2 goals are met."),
        ((False, False), (True, False), "bad", "0 of 2 goals are met."),
        ((None, True), (None, True), "close", "1 goal could not be judged, nobody called."),
    ],
)
def test_the_verdict_is_red_only_where_something_is_surely_wrong(
    goals: tuple[bool | None, ...], decided: tuple[bool | None, ...], tone: str, headline: str
) -> None:
    found = copy.deepcopy(nasty()[0])
    names = TRICKS[:2]
    for name, queue in found["queues"].items():
        if name not in names:
            queue.pop("goal", None)
    for name, met, sure in zip(names, goals, decided, strict=True):
        found["queues"][name]["goal"] |= {"met": met, "decided": sure}
        found["queues"][name]["closed"] = {"mean": 0.0, "low": 0.0, "high": 0.0}
    text = page(found)
    assert f'<div class="verdict {tone}">' in text
    assert f'<p class="headline">{headline}</p>' in text


ONE = """
queues: {q: {arrivals: {per_hour: 60}, talk: 3 min}}
groups: {g: {answers: {q: {}}, staff: 5}}
"""


def test_a_run_of_one_says_that_it_is_one() -> None:
    found = run(
        "queues: {q: {arrivals: {per_hour: 60}, talk: 3 min}}\ngroups: {g: {answers: {q: {}}, staff: 5}}", 1
    )
    text = page(found)
    assert "One run does not show how far luck goes" in text
    assert "shaded" not in data_of(text)["charts"][0]["says"]


def test_the_kit_makes_a_page_without_a_drawing_too() -> None:
    text = file_of("T & T", [Section("S", [Table(["a"], [["<b>"]])])])
    web = files("callsim.report").joinpath("web")
    scripts = [web.joinpath(name).read_text("utf-8").strip() for name in ("say.js", "tables.js")]
    assert re.findall("<script>(.*?)</script>", text, re.S) == scripts
    (texts,) = re.findall('<script type="application/json" id="texts">(.*?)</script>', text)
    assert json.loads(texts) == {key: say(key) for key in ("drawn.csv", "drawn.save", "drawn.table")}
    assert "<script" not in file_of("T", [Section("S", [])])
    assert "<h1>T &amp; T</h1>" in text
    assert '<td class="name">&lt;b&gt;</td>' in text


def test_a_number_that_does_not_exist_is_refused_rather_than_drawn() -> None:
    broken = Data([View("v", {"y": [float("nan")]})], {"start": ["2017-06-05T00:00"]}, "2017-06-06T00:00")
    with pytest.raises(ValueError, match="JSON"):
        file_of("t", [Section("", [Chart("c", "count", [Series("y", "y")])])], broken)
