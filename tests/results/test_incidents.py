"""What an incident did: calls cut off, service meanwhile, recovery to the minute."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.model import build
from callsim.report.run.incidents import recovery as words
from callsim.results.incidents import recovery, recovery_of, touched
from callsim.scenario import Goal
from callsim.sim.count.columns import ANSWERED_IN, CALL_COLUMNS, N_ANSWERED
from callsim.study.buildout.day_figures import figures_of
from callsim.study.stress.stress import as_written

HOUR = 3_600_000
PARKS = """\
calendar: {start: 2017-06-05}
sites: {a: {seats: 20}, b: {}}
queues:
  telecom: {arrivals: {per_hour: 240}, talk: 4 min, patience: 2 min, goal: {answer: 80%, within: 20 s}}
  bank: {arrivals: {per_hour: 60}, talk: 4 min, patience: 2 min, goal: {answer: 80%, within: 20 s}}
groups:
  desk: {site: a, answers: {telecom: {}}, staff: 20}
  second: {site: b, answers: {bank: {}, telecom: {rank: 2}}, staff: 8}
lines: {main: {count: 60, queues: [bank]}}
incidents:
  - {site: a, from: day 1 10:00, to: day 1 11:10, seats_lost: 100%}
  - {queue: bank, from: day 1 13:00, to: day 1 14:00, times: 4}
  - {lines: main, from: day 1 15:00, to: day 1 16:00, lost: 100%}
  - {site: b, from: day 1 17:00, to: day 1 18:00, absence: 50%}
  - {name: again, site: a, from: day 1 20:00, to: day 1 24:00, seats_lost: 50%, calls_in_progress: finished}
"""


def loaded(folder: Path, text: str = PARKS, *words: str) -> callsim.Scenario:
    (folder / "parks.yaml").write_text(text, "utf-8")
    return callsim.load(folder / "parks.yaml", words)


def kept(*runs: str) -> np.ndarray:
    """`.x` by cell: kept or broken."""
    return np.array([[cell == "." for cell in run] for run in runs])


def test_recovery_is_two_intervals_in_a_row() -> None:
    half = HOUR // 2
    runs = kept("x....", "xx.x.", "xxx..", "xxxxx", "....x", "xxxx.")
    called = np.full(runs.shape, True)
    times = recovery(runs, called, half, half)
    np.testing.assert_array_equal(times, [0, np.nan, 3600, np.nan, 0, np.nan])
    np.testing.assert_array_equal(recovery(runs, called, half + 60_000, half)[:3], [1740, np.nan, 3540])
    assert np.isnan(recovery(runs, called, 4 * half, half)).all(), "one interval alone may be luck"
    assert np.isnan(recovery(runs, called, 9 * half, half)).all()


def test_intervals_without_calls_show_nothing() -> None:
    half = HOUR // 2
    calls = np.zeros((2, 6, CALL_COLUMNS), np.int64)
    calls[:, 4:, [N_ANSWERED, ANSWERED_IN]] = 10
    goal = Goal.model_validate({"answer": "80%", "within": "20 s"})
    recovery_s, recovered = recovery_of(calls, goal, "offered", half, half)
    assert recovery_s.mean == 2 * 1800, "the first pair of intervals in which somebody called"
    assert recovered.mean == 1
    calls[:, 4:] = 0
    assert [one.mean for one in recovery_of(calls, goal, "offered", half, half)] == [None, None]


def test_run_and_stress_tell_one_recovery(tmp_path: Path) -> None:
    """The mean over runs, in both: pooled calls of five runs said 39,600 s where the mean was 32,040 s."""
    scenario = loaded(tmp_path, PARKS[: PARKS.index("  - {queue")])
    run = callsim.run(scenario, runs=5)
    day = as_written(scenario, None)
    told = figures_of(day, callsim.run(day.scenario, runs=5)).recovery
    assert told is not None
    last = max(scenario.incidents, key=lambda incident: incident.to)
    for row, copy in enumerate(run.model.queues):
        goal = copy.queue.goal
        if goal is not None:
            calls = run.sums.calls[:, :, row]
            one = told[copy.name]
            found = recovery_of(calls, goal, "offered", last.to, run.model.grid)
            assert (one.recovery_s, one.recovered) == found


def test_whom_incidents_touch(tmp_path: Path) -> None:
    plan = build(loaded(tmp_path))
    names = [[plan.queues[row].name for row in touched(plan, one)] for one in plan.scenario.incidents]
    assert names == [["telecom"], ["bank"], ["bank"], ["telecom", "bank"], ["telecom"]]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return callsim.run(loaded(tmp_path_factory.mktemp("incidents")), runs=4, jobs=1).to_dict()


def test_dropped_calls_belong_to_the_loss_that_dropped_them(found: dict[str, Any]) -> None:
    dropped = [incident["dropped"]["mean"] for incident in found["incidents"]]
    assert dropped[0] == found["total"]["dropped"]["mean"] > 5
    assert dropped[1:] == [0, 0, 0, 0]


TWO_PARKS = """\
calendar: {start: 2024-01-01, days: 1, interval: 30 min}
sites: {east: {seats: 20}, west: {seats: 20}}
queues:
  a: {arrivals: {per_hour: 300}, talk: {exponential: {mean: 4 min}}, patience: {exponential: {mean: 2 min}}}
  b: {arrivals: {per_hour: 300}, talk: {exponential: {mean: 4 min}}, patience: {exponential: {mean: 2 min}}}
groups:
  ga: {site: east, answers: {a: {}}, staff: 20}
  gb: {site: west, answers: {b: {}, a: {rank: 2}}, staff: 20}
incidents:
  - {site: east, from: day 1 10:00, to: day 1 12:00, seats_lost: 100%}
  - {site: west, from: day 1 10:10, to: day 1 12:00, seats_lost: 100%}
"""


@pytest.mark.parametrize("second", ["10:00", "10:10", "10:29", "11:59"])
@pytest.mark.parametrize("shared", [True, False])
def test_incidents_of_one_interval_count_each_the_calls_that_they_cut_off(
    tmp_path: Path, second: str, shared: bool
) -> None:
    """At other sites, so each cuts off what it would cut off alone, and no other call is dropped."""
    text = TWO_PARKS.replace("10:10", second)
    text = text if shared else text.replace(", a: {rank: 2}", "")
    both = callsim.run(loaded(tmp_path, text), runs=2, jobs=1).to_dict()
    cut_off = [incident["dropped"]["mean"] for incident in both["incidents"]]
    assert sum(cut_off) == both["total"]["dropped"]["mean"]
    assert min(cut_off) > 10
    if not shared or second == "10:00":
        lines = text.splitlines(keepends=True)
        for k, line in enumerate(lines[-2:]):
            alone = callsim.run(loaded(tmp_path, "".join([*lines[:-2], line])), runs=2, jobs=1).to_dict()
            assert alone["incidents"][0]["dropped"]["mean"] == cut_off[k]


def test_calls_are_cut_off_when_they_are_not_when_they_were_offered(tmp_path: Path) -> None:
    """Calls of hours: most that are cut off were offered long before the interval of the incident."""
    text = TWO_PARKS.replace("talk: {exponential: {mean: 4 min}}", "talk: 3 h").replace("300", "20")
    found = callsim.run(loaded(tmp_path, text), runs=1, jobs=1).to_dict()
    assert [incident["dropped"]["mean"] for incident in found["incidents"]] == [20, 20]


def test_service_meanwhile_and_after(found: dict[str, Any]) -> None:
    first, rush, cut, absent, again = found["incidents"]
    assert (first["what"], first["from"], first["to"]) == (
        "a loses 100% of its seats",
        "2017-06-05T10:00",
        "2017-06-05T11:10",
    )
    assert first["queues"]["telecom"]["service_level"]["offered"]["mean"] < 0.3
    assert first["queues"]["telecom"]["recovered"]["mean"] == 1
    assert first["queues"]["telecom"]["recovery_s"]["mean"] >= 20 * 60  # 11:30 is the first whole interval
    assert rush["queues"]["bank"]["service_level"]["offered"]["mean"] < 0.8
    level = cut["queues"]["bank"]["service_level"]
    assert level["offered"]["mean"] == 0  # nobody gets a line
    assert absent["queues"]["bank"]["service_level"]["offered"]["mean"] < 0.8
    assert again["what"] == "again"
    assert "recovery_s" not in again["queues"]["telecom"]  # the run ends with it


def test_a_rush_multiplies_the_calls(tmp_path: Path, found: dict[str, Any]) -> None:
    """Twice two hours of Poisson arrivals, over four runs: z within 4 standard errors."""
    bank = [row["offered"]["mean"] for row in found["intervals"] if row["queue"] == "bank"]
    rush = sum(bank[26:28]) * 4
    assert abs(rush - 4 * 240) / np.sqrt(4 * 240) < 4


def test_long_runs_are_reported_by_day_and_know_no_recovery(tmp_path: Path) -> None:
    text = PARKS.replace("2017-06-05}", "2017-06-05, days: 32}").replace("per_hour: 240", "per_hour: 2")
    found = callsim.run(loaded(tmp_path, text), runs=1, jobs=1).to_dict()
    assert "recovery_s" not in found["incidents"][0]["queues"]["telecom"]


FEW = """\
calendar: {start: 2017-06-05}
sites: {a: {seats: 20}}
queues:
  q: {arrivals: {per_hour: 60}, talk: 4 min, patience: 2 min, goal: {answer: 80%, within: 20 s}}
groups: {g: {site: a, answers: {q: {}}, staff: [STAFF]}}
incidents:
  - {site: a, from: day 1 12:00, to: day 1 13:00, seats_lost: 10%}
"""


@pytest.mark.parametrize(
    ("staff", "says"),
    [
        ([2] * 24, "never: missed before"),
        ([10] * 24, "at once"),
        ([10] * 15 + [1] * 9, "at once, then missed again"),
        ([2] * 12 + [10] * 12, "never: missed before"),
    ],
)
def test_recovery_does_not_contradict_the_day(tmp_path: Path, staff: list[int], says: str) -> None:
    scenario = loaded(tmp_path, FEW.replace("STAFF", ", ".join(str(each) for each in staff for _ in "ab")))
    queue = callsim.run(scenario, runs=4, jobs=1).told().incidents[0].queues["q"]
    assert words(queue) == says
