"""`check` judges what is hardly meant, with its place, and says nothing of plausible centres."""

from __future__ import annotations

import os
import random
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.cli import main
from callsim.erlang import fewest_agents
from callsim.scenario import Scenario
from callsim.sim.luck.draw import draw
from callsim.study.check.expected import expected
from callsim.study.check.notes import judged
from tests.makers.bundled import FILES
from tests.makers.centres import TWO_LINES, centre

TRAP = """name: traps
calendar: {start: 2026-03-02, days: 1, interval: 30 min}
queues:
  sales:
    open: 08:00-20:00
    arrivals: {per_day: 1200}
    talk: {lognormal: {mean: 4 min, cv: 0.9}}
    goal: {answer: 0.8, within: 20 s}
  support:
    arrivals: {per_day: 500}
    talk: 4 h
    goal: {answer: 80%, within: 20 min}
groups:
  a: {answers: {sales: {}, support: {}}, shifts: {early: 10}, shrinkage: 0.12}
shifts:
  early: {from: 09:00, to: 15:30, breaks: ["12:00-12:30"]}
"""
PROFILE = ", ".join(["0"] * 8 + ["1"] * 12 + ["0"] * 4)
GOOD = f"""
name: good
calendar: {{start: 2026-03-02, interval: 30 min}}
queues:
  q: {{open: 08:00-20:00, arrivals: {{per_day: 1440, profile: [{PROFILE}]}}, talk: 4 min, wrap: 1 min,
      patience: {{exponential: {{mean: 3 min}}}}, goal: {{answer: 80%, within: 20 s}}}}
shifts: {{early: {{from: 08:00, to: 19:00}}, day: {{from: 08:00, to: 20:00, breaks: [10:00-11:12]}}}}
groups: {{g: {{answers: {{q: {{}}}}, staff: 14}}}}
"""


def test_traps_are_told_at_their_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "trap.yaml"
    file.write_text(TRAP)
    assert main(["check", str(file)]) == 0
    assert main(["check", "--strict", str(file)]) == 3
    out, err = capsys.readouterr()
    out = " ".join(out.split())  # lines are as wide as the terminal
    assert "sales, support: 2026-03-02 12:30, 35.4 calls of" in out
    assert "86.7 erlangs for 8.8 agents on duty, 100% busy" in out  # 25 × 4 min + 10.4 × 4 h, in half an hour
    assert "support: 500 calls a day, handling time 4 h" in out
    places = {}
    for line in err.splitlines():
        place, _, said = line.removeprefix(f"{file}:").partition(": note: ")
        places[place] = said
    assert list(places) == ["5:5", "6:5", "10:5", "11:5", "16:35"]
    assert places["5:5"].startswith("nobody is on duty for sales from 2026-03-02T08:00 to 2026-03-02T09:00")
    assert places["6:5"].startswith(
        "50% of the calls of sales come while it is closed (00:00-08:00, 20:00-24:00)"
    )
    assert "support and 1 more that share its agents bring 9.85 times the work" in places["10:5"]
    assert "if 4 min is meant, write 4 min" in places["11:5"]
    assert places["16:35"].startswith("10 of 10 agents are on break together from 12:00 to 12:30")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("talk: 4 min, wrap: 1 min", "talk: 4 s"), "if 4 min is meant, write 4 min"),
        (("wrap: 1 min", "wrap: 2 h"), "(talk 4 min, wrap 2 h); if 2 min is meant, write 2 min"),
        (("{exponential: {mean: 3 min}}", "0 s"), "callers of q hang up at once where nobody is free"),
        (("staff: 14", "staff: 7"), "q brings 1.43 times the work that the 7.0 agents on duty can do"),
        (("staff: 14", "staff: 100"), "100.0 agents are there for 10 erlangs of work at the peak"),
        (("08:00-20:00", "09:30-20:00"), "12.5% of the calls of q come while it is closed (00:00-09:30, "),
        (("staff: 14", "shifts: {early: 14}"), "nobody is on duty for q from 2026-03-02T19:00 to"),
        (
            ("staff: 14", "shifts: {day: 20}, shrinkage: 30%"),
            "write shrinkage: 22.2% if the breaks are in it",
        ),
    ],
)
def test_what_is_hardly_meant_is_told(tmp_path: Path, changed: tuple[str, str], said: str) -> None:
    assert judged(centre(tmp_path, GOOD)).notes == []
    assert changed[0] in GOOD
    notes = [note.text for note in judged(centre(tmp_path, GOOD.replace(*changed))).notes]
    assert any(said in note for note in notes), notes


MAIL = """
name: mail
calendar: {start: 2026-03-02, interval: 30 min}
queues: {mail: {arrivals: {per_day: 500}, talk: 5 min, goal: {answer: 90%%, within: 24 h}}}
shifts: {day: {from: 09:00, to: 15:30, breaks: ["12:00-12:30"]}}
groups: {g: {answers: {mail: {}}, shifts: {day: %d}}}
"""


def test_work_that_may_wait_a_day_is_done_when_people_are_there(tmp_path: Path) -> None:
    """41.7 hours of work a day, spread over day and night; each agent does six of them."""
    assert judged(centre(tmp_path, MAIL % 12)).notes == []
    (note,) = judged(centre(tmp_path, MAIL % 5)).notes
    assert "mail brings 1.39 times the work that the 1.2 agents on duty can do" in note.text


def test_bundled_scenarios_give_none_but_true_notes() -> None:
    found = {file.stem: judged(callsim.load(file)).notes for file in FILES}
    (busy,) = found.pop("busy-day")  # its surge is more than its staff can do: that is its story
    assert "from 2024-01-08T14:00 to 2024-01-08T15:00 orders brings 1.25 times the work" in busy.text
    assert not any(found.values()), found


def plausible(folder: Path, seed: int) -> Scenario:
    """A centre that a planner may have: each queue's agents by Erlang A for its own calls."""
    luck = random.Random(seed)
    opens, closes = luck.choice([(0, 24), (7, 21), (8, 18), (9, 17)])
    queues, groups = [], []
    shrinkage = luck.choice([0, 0.05, 0.12, 0.2])
    for number in range(luck.randint(1, 4)):
        talk, wrap = luck.choice([60, 150, 240, 420, 900]), luck.choice([0, 20, 60])
        patience, within = luck.choice([60, 180, 600]), luck.choice([10, 20, 60])
        day = luck.choice([60, 400, 3000, 20_000])
        weights = [luck.uniform(0.5, 1.5) if opens <= k < closes else 0 for k in range(24)]
        calls = [day * weight / sum(weights) for weight in weights]
        staff = [
            -(-fewest_agents(0.8, x, talk + wrap, patience, within) // (1 - shrinkage)) if x else 0
            for x in calls
        ]
        queues.append(
            f"  q{number}: {{open: {opens:02d}:00-{closes:02d}:00,"
            f" arrivals: {{per_day: {day}, profile: {weights}}},"
            f" talk: {{lognormal: {{mean: {talk} s, cv: 1}}}}, wrap: {wrap} s,"
            f" patience: {{exponential: {{mean: {patience} s}}}},"
            f" goal: {{answer: 80%, within: {within} s}}}}\n"
        )
        also = (
            f", q{number - 1}: {{rank: 2, after: 10 s, pace: 1.2}}" if number and luck.random() < 0.5 else ""
        )
        groups.append(
            f"  g{number}: {{answers: {{q{number}: {{}}{also}}}, shrinkage: {shrinkage},"
            f" staff: {[int(n) for n in staff]}}}\n"
        )
    head = f"calendar: {{days: {luck.choice([1, 7])}, interval: 1 h}}\n"
    return centre(folder, f"name: p\n{head}queues:\n{''.join(queues)}groups:\n{''.join(groups)}")


@pytest.mark.parametrize("seed", range(int(os.environ.get("CALLSIM_GRID", "25"))))
def test_plausible_centres_give_none(tmp_path: Path, seed: int) -> None:
    assert judged(plausible(tmp_path, seed)).notes == []


def test_what_is_expected_is_what_is_drawn(tmp_path: Path) -> None:
    """Calls of a day, by the interval, are within 4 standard errors of the mean of 40 drawn days."""
    scenario = centre(tmp_path, TWO_LINES.replace("copies: 2", "copies: 1"))
    found = expected(scenario)
    model, runs = found.model, 40
    drawn = np.zeros_like(found.offered)
    clock = model.centre.clock
    for run in range(runs):
        for trace in draw(model.demand, 1, run):
            inside = trace[(clock.opens <= trace["arrive"]) & (trace["arrive"] < clock.ends)]
            np.add.at(drawn, ((inside["arrive"] - clock.opens) // clock.width, inside["queue"]), 1 / runs)
    every = found.offered + found.closed
    error = np.sqrt((every + (0.05 * every) ** 2) / runs) + 1e-9  # Poisson, and a busyness of 5 %
    assert np.abs((drawn - every) / error).max() < 4.5  # of 48 cells
    assert found.closed[:8, 0].min() > 0
    assert not found.closed[8:20, 0].any()
    assert found.agents[:, 0] == pytest.approx(20)


def test_agents_are_counted_to_the_minute(tmp_path: Path) -> None:
    scenario = centre(
        tmp_path,
        TWO_LINES.replace("staff: 20", "shifts: {n: 10}, shrinkage: 10%, absence: {share: 20%}").replace(
            "queues:",
            "shifts: {n: {from: '22:15', to: '06:30', breaks: ['01:00-01:30'], days: sun-mon}}\nqueues:",
        ),
    )
    agents = expected(scenario).agents[:, 0] / (10 * 0.9 * 0.8)
    hours = dict.fromkeys((0, 2, 3, 4, 5, 23), 1.0) | {1: 0.5, 6: 0.5, 22: 0.75}
    assert agents == pytest.approx([hours.get(hour, 0.0) for hour in range(24)])


@pytest.mark.parametrize(
    ("shift", "opens", "hours"),
    [
        ("from: 21:00, to: 05:00", "08:00-20:00", 5 * (5 + 7 + 7 + 2)),  # from ten, two hours after closing
        ("from: 07:00, to: 15:00", "08:00-20:00", 0),  # there an hour before
        ("from: 14:00, to: 22:00", "08:00-20:00", 0),  # serves who still waits
        ("from: 08:00, to: 16:00", "12:00-20:00", 5 * 3 * 3),  # eleven is soon enough
        ("from: 21:00, to: 05:00", "00:00-24:00", 0),
    ],
)
def test_shifts_while_nothing_is_open_are_told(tmp_path: Path, shift: str, opens: str, hours: int) -> None:
    (tmp_path / "s.yaml").write_text(
        "calendar: {start: 2026-03-02, days: 3, interval: 30 min}\n"
        f"queues: {{q: {{open: '{opens}', arrivals: {{per_hour: 60}}, talk: 3 min}}}}\n"
        f"shifts: {{day: {{from: 08:00, to: 20:00}}, odd: {{{shift}}}}}\n"
        "groups: {g: {answers: {q: {}}, shifts: {day: 6}}, o: {answers: {q: {rank: 2}}, shifts: {odd: 5}}}\n"
    )
    notes = judged(callsim.load(tmp_path / "s.yaml")).notes
    told = [note.text for note in notes if note.path == ("groups", "o", "shifts")]
    assert len(told) == (hours > 0)
    assert all(f"{hours:,} agent-hours" in text for text in told)
