"""Two banks' own numbers, read where they lie: as scenario files, through both engines.

The folder stands beside the repository and its data is not ours to ship; without it these are skipped.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.model import Model, build
from callsim.scenario import Scenario
from callsim.sim.count.tally import Tallier, Tally
from callsim.sim.engines import day
from callsim.sim.floor.records import ANSWERED
from callsim.sim.luck.draw import draw
from tests.makers.floors import HOUR

DATA = Path(__file__).parents[2] / "shared" / "data"
if not DATA.is_dir():
    pytest.skip("there is no shared/data beside this repository", allow_module_level=True)

TIMES = [f"{at // 60:02}:{at % 60:02}" for at in range(0, 24 * 60, 5)]
YAML = (
    "name: {name}\ncalendar: {{start: 2003-06-02, interval: 5 min}}\nqueues:\n{queues}\ngroups:\n{groups}\n"
)


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="") as file:
        return list(csv.DictReader(file))


def counts(path: Path, offered: dict[str, float]) -> None:
    """A CSV of the day's 288 intervals; nobody calls in those that are not given."""
    path.write_text("interval_start,offered\n" + "".join(f"{at},{offered.get(at, 0.0)}\n" for at in TIMES))


def staff(path: Path, agents: dict[str, int]) -> None:
    path.write_text("staff\n" + "".join(f"{agents.get(at, 0)}\n" for at in TIMES))


def us_bank(folder: Path) -> Scenario:
    """17 classes that share one team, as they did: all agents answer all classes alike."""
    rows, queues, answers = read("us-bank/arrivals_5min_by_class.csv"), [], []
    for klass in read("us-bank/classes.csv"):
        name = klass["klass"]
        counts(folder / f"{name}.csv", {row["start"]: float(row[name]) for row in rows})
        queues.append(
            f"  {name}:\n"
            f"    arrivals: {{counts: {name}.csv}}\n"
            f"    talk: {{exponential: {{mean: {klass['aht_s']} s}}}}\n"
            f"    patience: {{exponential: {{mean: {klass['mean_patience_s']} s}}}}\n"
        )
        answers.append(f"{name}: {{}}")
    staff(folder / "agents.csv", {row["start"]: int(row["agents"]) for row in rows})
    groups = f"  everyone: {{answers: {{{', '.join(answers)}}}, staff: agents.csv}}"
    path = folder / "us-bank.yaml"
    path.write_text(YAML.format(name="US bank", queues="".join(queues), groups=groups))
    return callsim.load(path)


def bank_calls(folder: Path) -> Scenario:
    """One weekday of the other bank, told with its dates; agents for it from the square root of the load."""
    offered = {}
    for row in read("bank-calls/counts_5min.csv"):
        if row["start"].startswith("2003-06-02"):
            offered[row["start"][11:16]] = float(row["calls"])
    assert len(offered) == 169, "07:00 to 21:00"
    counts(folder / "calls.csv", offered)
    load = {at: calls / 5 * 4 for at, calls in offered.items()}  # erlangs at 4 minutes a call
    staff(folder / "agents.csv", {at: round(erlangs + erlangs**0.5) for at, erlangs in load.items()})
    queue = (
        "  service:\n"
        "    arrivals: {counts: calls.csv}\n"
        "    talk: {lognormal: {mean: 210 s, cv: 1.1}}\n"
        "    wrap: 30 s\n"
        "    patience: {exponential: {mean: 5 min}}\n"
        "    goal: {answer: 80%, within: 20 s}\n"
    )
    path = folder / "bank-calls.yaml"
    path.write_text(
        YAML.format(name="Bank", queues=queue, groups="  team: {answers: {service: {}}, staff: agents.csv}")
    )
    return callsim.load(path)


def played(model: Model, engine: str, until: int) -> tuple[np.ndarray, Tally]:
    """Records and sums of run 0, in which nobody calls after `until`."""
    tallier = Tallier(model.centre, model.within, model.grid)
    sheets: list[np.ndarray] = []
    count: Callable[[np.ndarray], None] = tallier.take

    def take(rows: np.ndarray) -> None:
        sheets.append(rows.copy())
        count(rows)

    tallier.take = take  # type: ignore[method-assign]
    traces = (
        rows if number * model.demand.slice_ms < until else rows[:0]
        for number, rows in enumerate(draw(model.demand, 1, 0))
    )
    one = day.Day(
        model.centre, traces, engine, calls_per_ms=model.demand.calls_per_ms, slice_ms=model.demand.slice_ms
    )
    tally = one.play(tallier)
    return np.concatenate(sheets), tally


@pytest.mark.parametrize(
    ("made", "until"), [(us_bank, 10 * HOUR), (bank_calls, 11 * HOUR)], ids=["us-bank", "bank-calls"]
)
def test_both_engines_tell_the_same_day(made: Callable[[Path], Scenario], until: int, tmp_path: Path) -> None:
    model = build(made(tmp_path))
    (kernel, sums), (reference, same) = (played(model, engine, until) for engine in ("kernel", "reference"))
    assert len(kernel) > 5000
    np.testing.assert_array_equal(kernel, reference)
    for name in ("calls", "longest", "waits", "work"):
        np.testing.assert_array_equal(getattr(sums, name), getattr(same, name))
    assert np.all(kernel["arrive"] < until)
    assert np.sum(kernel["outcome"] == ANSWERED) > 0.5 * len(kernel)


def test_a_whole_day_of_17_classes(tmp_path: Path) -> None:
    told = callsim.run(us_bank(tmp_path), runs=3).to_dict()
    total = told["total"]
    for name, klass in ((row["klass"], row) for row in read("us-bank/classes.csv")):
        queue = told["queues"][name]
        assert queue["offered"]["mean"] == pytest.approx(
            queue["answered"]["mean"] + queue["abandoned"]["mean"]
        )
        rows = read("us-bank/arrivals_5min_by_class.csv")
        mean = sum(float(row[name]) for row in rows)
        assert abs(queue["offered"]["mean"] - mean) <= 4 * (mean / 3) ** 0.5
        answered = queue["answered"]["mean"] * 3
        assert queue["aht_s"]["mean"] == pytest.approx(float(klass["aht_s"]), rel=4 / answered**0.5)
    for name in ("offered", "answered", "abandoned"):
        assert total[name]["mean"] == pytest.approx(sum(q[name]["mean"] for q in told["queues"].values()))
    team = told["groups"]["everyone"]
    agents = [int(row["agents"]) for row in read("us-bank/arrivals_5min_by_class.csv")]
    assert team["on_duty_h"]["mean"] == pytest.approx(sum(agents) / 12 + team["late_h"]["mean"])
    assert team["answered"]["mean"] == total["answered"]["mean"]
    assert 0.5 < team["occupancy"]["mean"] <= 1
    assert 0.5 < total["answered"]["mean"] / total["offered"]["mean"] <= 1
    assert not told["warnings"]


def test_a_whole_day_of_the_other_bank(tmp_path: Path) -> None:
    result = callsim.run(bank_calls(tmp_path), runs=3)
    total = result.to_dict()["total"]
    offered = sum(
        int(row["calls"])
        for row in read("bank-calls/counts_5min.csv")
        if datetime.datetime.fromisoformat(row["start"]).date() == datetime.date(2003, 6, 2)
    )
    assert abs(total["offered"]["mean"] - offered) <= 4 * (offered / 3) ** 0.5
    assert total["offered"]["mean"] == pytest.approx(total["answered"]["mean"] + total["abandoned"]["mean"])
    # Staffed one square root of the load above it: quality and efficiency in balance (Halfin & Whitt 1981).
    assert 0.95 < total["answered"]["mean"] / total["offered"]["mean"] <= 1
    assert 0.8 < result.to_dict()["groups"]["team"]["occupancy"]["mean"] < 1
    quiet = [row for row in result.to_dict()["intervals"] if row["start"].endswith("06:55")]
    assert quiet[0]["offered"]["mean"] == 0
