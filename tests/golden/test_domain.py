"""The Zunyi files against figures of real centres that were not used to make them (docs/zunyi.md)."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.scenario import Shift

ROOT = Path(__file__).parents[2]
BASES = ("xinpu", "wuzhengdao", "tongzi")
LINES = ("tel", "bnk", "ecm", "gov", "ins")
THURSDAY = "calendar.start=2015-06-04"
HOURS_A_WEEK = 40 * (1 - 0.31) * 0.92  # that an agent can be planned for calls


def centre(keep: list[str], *words: str) -> callsim.Scenario:
    """The 2015 file with only these queues and their groups, and no trunks."""
    others = [f"{line}-{base}" for line in LINES for base in BASES if f"{line}-{base}" not in keep]
    cut = [f"{part}.{name}=" for part in ("queues", "groups") for name in others]
    return callsim.load(ROOT / "scenarios/zunyi-2015.yaml", [*cut, "lines=", THURSDAY, *words])


def total(scenario: callsim.Scenario, runs: int) -> dict[str, float]:
    """The means of all queues together, and the share that was answered."""
    whole: dict[str, Any] = callsim.run(scenario, runs=runs).to_dict()["total"]
    found = {name: figure["mean"] for name, figure in whole.items() if "mean" in figure}
    found["level"] = whole["service_level"]["offered"]["mean"]
    return found | {"answer_rate": found["answered"] / found["offered"]}


def rules() -> dict[str, Any]:
    """What the document's block of Python defines."""
    block = re.search(r"```python\n(.*?)```", (ROOT / "docs/zunyi.md").read_text("utf-8"), re.DOTALL)
    assert block
    names: dict[str, Any] = {}
    exec(block[1], names)
    return names


PLANS = [("2015", 0.75), ("2016", 0.75), ("2017", 1.0), ("city", 0.75)]
QUARTER = 900_000  # ms


def there(shift: Shift) -> np.ndarray:
    """Whether its agents are there, by the quarter hour of the day: float64 [quarter]."""
    found = np.zeros(96)
    for begin, end in shift.spans:
        found[begin // QUARTER : end // QUARTER] = 1
    return found


def on_duty(scenario: callsim.Scenario, name: str) -> np.ndarray:
    """How many of a group come on the mean, by the quarter hour: float64 [quarter]."""
    group = scenario.groups[name]
    assert group.shifts is not None
    assert group.absence is not None
    rostered = sum(agents * there(scenario.shifts[shift]) for shift, agents in group.shifts.items())
    return np.asarray(rostered * (1 - group.shrinkage) * (1 - group.absence.share))


@pytest.mark.parametrize(("year", "fill"), PLANS)
def test_shifts_cover_what_the_document_computes_and_nobody_can_be_spared(year: str, fill: float) -> None:
    scenario = callsim.load(ROOT / f"scenarios/zunyi-{year}.yaml")
    for name, wanted in rules()["staff"](scenario, fill).items():
        group, need = scenario.groups[name], np.repeat(wanted, 2)
        assert (on_duty(scenario, name) >= need - 1e-9).all(), name
        for shift, agents in (group.shifts or {}).items():
            one_less = on_duty(scenario, name) - there(scenario.shifts[shift]) * (1 - 0.098) * (1 - 0.04)
            assert agents == 0 or (one_less < need - 1e-9).any(), (name, shift)


@pytest.mark.parametrize(("year", "fill"), PLANS)
def test_who_is_there_has_a_seat(year: str, fill: float) -> None:
    """95 % of the inbound seats at most; sold out (2017) 14 % more than there are, borrowed from outbound."""
    scenario = callsim.load(ROOT / f"scenarios/zunyi-{year}.yaml")
    for base, site in scenario.sites.items():
        inbound = most = 0.0
        for name, queue in scenario.queues.items():
            if scenario.groups[name].site == base:
                a_seat = rules()["CALLS_PER_SEAT"][name[:3]] * fill
                inbound += queue.copies * round((queue.arrivals.per_day or 0) / a_seat)
                most = most + queue.copies * on_duty(scenario, name)
        share = np.max(most) / inbound
        assert (1.139 < share < 1.141) if year == "2017" else (0.94 < share <= 0.95)
        assert np.max(most) < (site.seats or 0)


def bank(factor: float) -> dict[str, float]:
    """The bank's line with this share of its staff, and nobody who calls again."""
    names = [f"bnk-{base}" for base in BASES]
    cut = [f"queues.{name}.redial=" for name in names]
    return total(centre(names, *as_computed(names, factor), *cut), runs=60)


def as_computed(names: list[str], factor: float = 1.0) -> list[str]:
    """The agents on the phones that the document computes, times a factor, instead of shifts."""
    wanted = rules()["staff"](centre(names), 0.75)
    words = [f"groups.{name}.staff={[math.ceil(factor * n) for n in wanted[name]]}" for name in names]
    return words + [f"groups.{name}.{key}=" for name in names for key in ("absence", "shrinkage")]


def test_a_bank_that_answers_91_percent_answers_in_15_to_18_seconds() -> None:
    """Chinese banks 2013–2016: 90 to 92 % answered, mean speed of answer 15 to 18 s."""
    line = bank(0.78)
    assert 0.90 < line["answer_rate"] < 0.92
    assert 15 <= line["asa_s"] <= 18
    # The sector's level in 20 s was 72 % in 2013. The model does not reproduce it – about 60 % – and
    # docs/zunyi.md says so; should it ever come near, those pages have to be written anew.
    assert line["level"] < 0.68


def test_abandoned_share_times_patience_is_the_mean_wait() -> None:
    line = bank(0.78)
    assert line["abandoned_share"] * 180 == pytest.approx(line["wait_s"], rel=0.02)


def test_an_agent_of_a_bank_takes_84_to_86_calls_a_day() -> None:
    """CBA: calls per head and working day, all staff. At the occupancy cap, 8 paid hours."""
    queue = centre(["bnk-xinpu"], "groups.bnk-xinpu.answers={bnk-xinpu: {}}").queues["bnk-xinpu"]
    aht = queue.talk.mean[0] + (queue.wrap.mean[0] if queue.wrap else 0)
    assert 83.5 <= 8 * 3600 * HOURS_A_WEEK / 40 * rules()["CAP"]["bnk"] / aht <= 86.5


def test_a_12345_of_the_size_of_changzhou() -> None:
    """2021: 2,640 answered a day, 98.16 % of calls, mean wait 12 s; patience 650 s follows from these."""
    alone = centre(["gov-xinpu"], "groups.gov-xinpu.answers={gov-xinpu: {}}").queues["gov-xinpu"]
    arrivals = alone.arrivals.model_copy(update={"per_day": 2690.0})
    staff = [math.ceil(load / 0.8) for load in rules()["_loads"](arrivals, 300)]
    line = total(
        centre(
            ["gov-xinpu"],
            "groups.gov-xinpu.answers={gov-xinpu: {}}",
            f"groups.gov-xinpu.staff={staff}",
            "groups.gov-xinpu.absence=",
            "groups.gov-xinpu.shrinkage=",
            "queues.gov-xinpu.arrivals.per_day=2690",
            "queues.gov-xinpu.arrivals.weekdays=",
            "queues.gov-xinpu.patience.exponential.mean=650 s",
            "queues.gov-xinpu.redial=",
        ),
        runs=100,
    )
    assert 2550 < line["answered"] < 2750
    assert line["answer_rate"] == pytest.approx(0.98, abs=0.006)
    assert line["wait_s"] == pytest.approx(12, abs=3)


@pytest.mark.parametrize("redials", [True, False])
def test_an_epidemic_leaves_less_than_60_percent_answered(redials: bool) -> None:
    """Hangzhou's 12345 in February and March 2020: three times the calls, less than 60 % answered."""
    names = [f"gov-{base}" for base in BASES]
    shock = [f"queues.{name}.arrivals.surges=[{{at: 00:00-24:00, times: 3}}]" for name in names]
    no_redials = [] if redials else [f"queues.{name}.redial=" for name in names]
    staff = as_computed(names)
    assert total(centre(names, *staff), runs=60)["answer_rate"] > 0.98
    assert total(centre(names, *staff, *shock, *no_redials), runs=10)["answer_rate"] < 0.6


def test_agents_a_seat() -> None:
    """At design volume and the occupancy cap, outbound at 1.88: near the white paper's 2.5."""
    known = rules()
    aht = {"tel": 180, "bnk": 185, "ecm": 260, "gov": 300, "ins": 320}
    per_seat = {
        line: known["CALLS_PER_SEAT"][line] * aht[line] / known["CAP"][line] / 3600 * 7 / HOURS_A_WEEK
        for line in LINES
    }
    assert {line: round(number, 2) for line, number in per_seat.items()} == {
        "tel": 2.67, "bnk": 2.18, "ecm": 2.88, "gov": 1.87, "ins": 2.45,
    }  # fmt: skip
    for year, fill, seats in (("2015", 0.75, 6_000), ("2017", 1.0, 100_000)):
        scenario = callsim.load(ROOT / f"scenarios/zunyi-{year}.yaml")
        inbound = agents = 0.0
        for name, queue in scenario.queues.items():
            line = name.split("-")[0]
            wrap = queue.wrap.mean[0] if queue.wrap else 0
            assert queue.talk.mean[0] + wrap == aht[line]
            here = queue.copies * (queue.arrivals.per_day or 0) / known["CALLS_PER_SEAT"][line] / fill
            inbound, agents = inbound + here, agents + here * per_seat[line]
        assert 2.38 < (agents + (seats - inbound) * 1.88) / seats < 2.46
