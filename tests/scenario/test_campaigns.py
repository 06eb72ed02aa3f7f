"""Campaigns in a file: what is read, and mistakes with their places."""

from __future__ import annotations

from pathlib import Path

import pytest

import callsim
from callsim.errors import ScenarioError
from callsim.model import build
from callsim.model.buildout import lay_out
from callsim.model.outbound.campaigns import refuse
from callsim.model.plan_day import Crowd, day_of
from callsim.scenario import PlanDay
from callsim.study.roster.shifts import roster
from callsim.study.staff.staffing import Options, staff

CENTRE = """\
calendar: {start: 2026-03-02, interval: 1 h}
queues:
  desk: {arrivals: {per_hour: 20}, talk: 3 min, goal: {answer: 80%, within: 20 s}}
campaigns:
  sales:
    contacts: 1_000
    ring: 20 s
    reached: 30%
    talk: 4 min
    # here
groups:
  all: {staff: 5, answers: {desk: {}, sales: {rank: 2}}}
"""


def read(tmp_path: Path, *changes: tuple[str, str]) -> callsim.Scenario:
    text = CENTRE
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    file = tmp_path / "centre.yaml"
    file.write_text(text, "utf-8")
    return callsim.load(str(file))


def test_words_become_rows(tmp_path: Path) -> None:
    more = "dial: {ratio: 1.44, abandon_at_most: 3%}\n    redial: {probability: 90%, after: 2 h}"
    model = build(read(tmp_path, ("contacts: 1_000", "contacts: {once: 40_000}"), ("# here", more)))
    (row,) = model.centre.campaigns
    assert (row["contacts"], row["once"], row["ratio"], row["cap"]) == (40_000, True, 14_400, 30_000)
    assert (row["holds"], row["redials"], row["at_most"]) == (False, 0.9, 3)
    assert (model.centre.called, model.centre.queues) == (1, 2)
    assert model.centre.pairs["queue"].tolist() == [0, 1]
    (one,) = build(read(tmp_path)).centre.campaigns
    assert (one["contacts"], one["once"], one["ratio"], one["holds"]) == (1_000, False, 10_000, True)
    (one,) = build(read(tmp_path, ("# here", "dial: {preview: 20 s}"))).centre.campaigns
    assert (one["preview"], one["holds"]) == (20_000, True)


def test_the_share_reached_may_differ_by_interval_and_by_day(tmp_path: Path) -> None:
    shares = ", ".join(["30%"] * 12 + ["40%"] * 12)
    (one,) = build(read(tmp_path, ("reached: 30%", f"reached: [{shares}]"))).demand.campaigns
    assert one.reached.tolist() == [0.3] * 12 + [0.4] * 12
    by_day = ("reached: 30%", "reached: {mon: 30%, other: 50%}"), ("interval: 1 h", "interval: 1 h, days: 2")
    (one,) = build(read(tmp_path, *by_day)).demand.campaigns
    assert one.reached.tolist() == [0.3] * 24 + [0.5] * 24


@pytest.mark.parametrize(
    ("changes", "at", "text"),
    [
        ((("  sales:\n", "  desk:\n"),), "5:3", "desk is the name of a queue or a menu"),
        ((("sales: {rank: 2}", "sale: {rank: 2}"),), "12:39", "there is no queue sale"),
        (((", sales: {rank: 2}", ""),), "5:3", "sales"),
        ((("rank: 2", "after: 20 s"),), "12:47", "after says when calls that wait are answered"),
        ((("rank: 2", "min_waiting: 2"),), "12:47", "min_waiting says"),
        ((("contacts: 1_000", "contacts: {}"),), "6:15", "write how many contacts"),
        ((("contacts: 1_000", "contacts: 0"),), "6:15", "1"),
        ((("# here", "dial: {preview: 20 s, ratio: 2}"),), "10:11", "dials one number"),
        ((("# here", "dial: {ratio: 0.5}"),), "10:19", "1"),
        ((("# here", "dial: {ratio: 4, abandon_at_most: 3%}"),), "10:11", "between 1 and 3"),
        ((("reached: 30%", "reached: [30%, 40%]"),), "8:14", "24"),
        ((("interval: 1 h", "interval: 1 h, days: 28, blocks: {length: 7 d}"),), "1:56", "played in blocks"),
        (
            (
                ("groups:", "menus: {m: {arrivals: {per_hour: 1}, to: {desk: 1}}}\ngroups:"),
                ("groups:", "lines: {all: {count: 9, menus: [m]}}\ngroups:"),
            ),
            "12:25",
            "menus that hold lines",
        ),
    ],
)
def test_mistakes_stand_with_their_places(
    changes: tuple[tuple[str, str], ...], at: str, text: str, tmp_path: Path
) -> None:
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path, *changes)
    lines = str(caught.value).splitlines()
    assert any(f"centre.yaml:{at}: " in line and text in line for line in lines), lines


PLAN = """
buildout:
  until: 2027-03-01
  phases: [{name: now, on: 2026-03-02, seats: {hall: 9}}, {name: then, on: 2026-09-07, seats: {hall: 18}}]
  lines: {calls: {queues: [desk]}, out: {queues: [sales], growth: {2026-03-02: 1, 2027-03-01: 1.5}}}
  days: {usual: {}, rush: {times: 2}}
"""


def test_lists_grow_with_a_build_out_but_not_on_busy_days(tmp_path: Path) -> None:
    changes = ("queues:", "sites: {hall: {seats: 9}}\nqueues:"), ("{staff: 5", "{site: hall, staff: 5")
    scenario = read(tmp_path, *changes, ("groups:", PLAN.strip() + "\ngroups:"))
    years = lay_out(scenario)
    crowd = Crowd({}, {}, {})
    (first, _), (_, busy) = (
        [
            day_of(years, week, kind, crowd).scenario
            for kind in (PlanDay(), PlanDay.model_validate({"times": 2}))
        ]
        for week in (0, len(years.weeks) - 1)
    )
    assert first.campaigns == scenario.campaigns
    growth = float(years.queues["sales"][len(years.weeks) - 1])
    assert 2 * 1.4 < growth <= 2 * 1.5
    assert busy.campaigns["sales"].contacts.length == round(1_000 * growth)
    assert busy.queues["desk"].arrivals.per_hour == pytest.approx(20 * 2 * 2)
    with pytest.raises(ScenarioError, match="no queue sail"):
        read(tmp_path, *changes, ("groups:", PLAN.strip().replace("[sales]", "[sail]") + "\ngroups:"))


def test_commands_that_do_not_know_campaigns_say_so(tmp_path: Path) -> None:
    with pytest.raises(
        ScenarioError, match=r"centre\.yaml:4:1: validate does not know campaigns yet.* sales"
    ):
        refuse(read(tmp_path), "validate")


def test_staff_says_at_its_place_what_no_agents_can_reach(tmp_path: Path) -> None:
    """A group that dials is as busy with more agents; no goal says how many only dial."""
    goal = read(tmp_path, ("{staff: 5,", "{occupancy_at_most: 80%, staff: 5,"))
    with pytest.raises(ScenarioError, match=r"centre\.yaml:12:9: group all dials .*occupancy_at_most"):
        callsim.staff(goal)
    with pytest.raises(ScenarioError, match=r"centre\.yaml:12:3: group all dials .*also as an option"):
        staff(read(tmp_path), Options(occupancy={"all": 0.8}))
    second = read(tmp_path, ("groups:", "groups:\n  out: {staff: 3, answers: {sales: {}}}"))
    with pytest.raises(ScenarioError, match=r":12:3: group out answers no queue.*without --shifts"):
        roster(second)
