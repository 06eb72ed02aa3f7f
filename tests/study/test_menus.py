"""Menus: what they do to calls, held by what their words say."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.erlang import evaluate
from callsim.errors import ScenarioError
from callsim.model import Model, build
from callsim.model.buildout import lay_out
from callsim.model.islands import islands
from callsim.model.menus import busyness_of
from callsim.model.plan_day import Crowd, day_of
from callsim.report.workbook.compare import sheets as compared_sheets
from callsim.report.workbook.run import sheets as run_sheets
from callsim.results.run import RunResult
from callsim.scenario import PlanDay
from callsim.sim.engines.day import play
from callsim.sim.floor.records import BLOCKED
from callsim.sim.luck.draw import draw
from callsim.sim.luck.menu_sums import (
    M_ABANDONED,
    M_BLOCKED,
    M_CONTAINED,
    M_OFFERED,
    M_TIME,
    MENU_COLUMNS,
)
from callsim.sim.luck.streams import CONTAINED
from callsim.study.check.expected import expected
from callsim.study.options import RunOptions
from callsim.study.runs.replicate import replicate
from callsim.study.runs.why import kinds_of
from callsim.study.staff.staffing import Options, staff
from tests.independent.test_call_by_call import records_of

CENTRE = """\
menus:
  hotline:
    arrivals: {per_hour: 120}
    duration: {exponential: {mean: 2 min}}
    abandon: 10%
    contained: 30%
    to: {a: 75%, deep: 25%}
  deep:
    duration: 1 min
    to: {b: 100%}
queues:
  a: {talk: 2 min, patience: 1 min, redial: {probability: 50%, after: 3 min, at_most: 2}}
  b: {arrivals: {per_hour: 20}, talk: 3 min, patience: 1 min, balk: 20%}
groups:
  desk: {staff: 3, answers: {a: {}}}
  rest: {staff: 2, answers: {b: {}, a: {rank: 2}}}
"""


def read(tmp_path: Path, text: str = CENTRE, **changes: Any) -> callsim.Scenario:
    file = tmp_path / "centre.yaml"
    file.write_text(text, "utf-8")
    return callsim.load(str(file), changes)


def drawn(model: Model, run: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Calls as they come to queues, and what happened in menus: int64 [menu, MENU_COLUMNS]."""
    sums = np.zeros((1, len(model.demand.menus), MENU_COLUMNS), np.int64)
    return np.concatenate(list(draw(model.demand, 1, run, in_menus=sums))), sums[0]


def played(scenario: callsim.Scenario, runs: int = 3, engine: str = "kernel") -> RunResult:
    return replicate(scenario, RunOptions(runs=runs, engine=engine)).told()


def near(count: float, whole: float, share: float) -> bool:
    return abs(count - whole * share) <= 4 * math.sqrt(whole * share * (1 - share))


def test_shares_and_times_are_those_of_the_words(tmp_path: Path) -> None:
    model = build(read(tmp_path, **{"menus.hotline.arrivals.per_hour": 1200}))
    calls, (deep, hotline) = drawn(model)
    offered = hotline[M_OFFERED]
    assert near(hotline[M_ABANDONED], offered, 0.1)
    assert near(hotline[M_CONTAINED], offered, 0.3)
    assert near((calls["queue"] == 0).sum(), offered - hotline[M_ABANDONED] - hotline[M_CONTAINED], 0.75)
    assert (
        deep[M_OFFERED] == offered - hotline[M_ABANDONED] - hotline[M_CONTAINED] - (calls["queue"] == 0).sum()
    )
    assert deep[M_TIME] == 60_000 * deep[M_OFFERED]
    # Who hangs up leaves at any moment: after half the time, on the mean.
    mean, sd = 0.95 * 120_000, 120_000
    assert abs(hotline[M_TIME] / offered - mean) <= 4 * sd / math.sqrt(offered)
    assert (np.diff(calls["arrive"]) >= 0).all()


def test_no_call_is_lost_between_slices_or_after_the_last(tmp_path: Path) -> None:
    model = build(read(tmp_path, **{"menus.hotline.duration": "3 h"}))
    calls, (deep, hotline) = drawn(model)
    gone = hotline[M_ABANDONED] + hotline[M_CONTAINED]
    first = (calls["queue"] == 0).sum()
    assert first == hotline[M_OFFERED] - gone - deep[M_OFFERED]
    assert calls["arrive"].max() > model.centre.clock.ends
    total = played(read(tmp_path, **{"menus.hotline.duration": "3 h"}), 1)
    figures = total.queues["a"].figures
    assert figures["offered"].mean - figures["redialled"].mean == first  # type: ignore[operator]


def test_both_engines_tell_the_same(tmp_path: Path) -> None:
    for changes in ({}, {"menus.hotline.duration": "90 s", "queues.a.talk": "60 s"}):
        scenario = read(tmp_path, **changes)
        one, other = (played(scenario, 2, engine).to_dict() for engine in ("kernel", "reference"))
        assert {**one, "engine": ""} == {**other, "engine": ""}


def test_an_island_changes_no_other(tmp_path: Path) -> None:
    alone = played(read(tmp_path))
    more = CENTRE.replace("queues:\n", "queues:\n  far: {arrivals: {per_hour: 60}, talk: 3 min}\n", 1)
    more = more.replace(
        "  deep:\n", "  away: {arrivals: {per_hour: 30}, contained: 50%, to: {far: 1}}\n  deep:\n", 1
    )
    found = played(read(tmp_path, more + "  others: {staff: 9, answers: {far: {}}}\n"))
    assert found.menus is not None
    for name, menu in (alone.menus or {}).items():
        assert found.menus[name] == menu
    assert found.queues["a"] == alone.queues["a"]
    assert found.queues["b"] == alone.queues["b"]
    assert found.menus["away"].figures["offered"].mean > 0  # type: ignore[operator]


def test_another_way_changes_nobody_who_does_not_take_it(tmp_path: Path) -> None:
    calls, _ = drawn(build(read(tmp_path)))
    other, _ = drawn(build(read(tmp_path, **{"menus.deep.duration": "7 min", "menus.deep.contained": "40%"})))
    assert np.array_equal(calls[calls["queue"] == 0], other[other["queue"] == 0])


def test_another_menu_changes_nobody_elses_next_steps(tmp_path: Path) -> None:
    """What clients do after their calls is named by their way, not by how many came before them."""
    steps = "follow_ups: [{outcome: answered, share: 40%, to: b, after: {exponential: {mean: 1 h}}}], talk"
    text = CENTRE.replace("  a: {talk", "  a: {" + steps, 1).replace("staff: 3", "staff: 90")
    text = text.replace("{staff: 2, answers: {b: {}, a: {rank: 2}}}", "{staff: 90, answers: {b: {}}}")
    more = text.replace(
        "queues:\n", "  other: {arrivals: {per_hour: 60}, contained: 50%, to: {a: 1}}\nqueues:\n", 1
    )

    def later(text: str) -> Counter[tuple[int, int]]:
        """When calls come that follow others, and how long they take; nobody waits."""
        rows = records_of(build(read(tmp_path, text)), "kernel")
        assert not rows["wait"].any()
        mine = rows[rows["attempt"] == 2]
        return Counter(zip(mine["arrive"].tolist(), mine["talk"].tolist(), strict=True))

    without, found = later(text), later(more)
    assert without.total() > 100
    assert found.total() > without.total()
    assert without <= found


@pytest.mark.parametrize(
    "menu", ["{to: {a: 100%}}", "{abandon: 0%, contained: 0%, duration: 0 s, to: {a: 1, b: 0}}"]
)
def test_a_mere_way_changes_no_number(tmp_path: Path, menu: str) -> None:
    calls = "arrivals: {per_hour: 60, day_cv: 10%}"
    rest = "talk: 2 min, patience: 1 min, balk: 10%, redial: {probability: 50%, after: 3 min}"
    text = f"queues: {{a: {{{calls}, {rest}}}, b: {{arrivals: {{per_hour: 3}}, talk: 60 s}}}}\n"
    text += "groups: {desk: {staff: 2, answers: {a: {}, b: {}}}}\n"
    plain = played(read(tmp_path, text)).to_dict()
    text = f"menus: {{door: {{{calls}, {menu[1:]}}}\n" + text.replace(f"{calls}, ", "", 1)
    through = played(read(tmp_path, text)).to_dict()
    assert through.pop("menus")["door"]["offered"]["mean"] > 0
    for found in (plain, through):
        found.pop("fingerprint")
        found.pop("inputs")
    assert through == plain


def test_compare_tells_what_differs_in_menus(tmp_path: Path) -> None:
    """The differences of both plans' own figures, as the very same clients call."""
    plans = []
    for name, contained in (("now", "30%"), ("better", "45%")):
        (folder := tmp_path / name).mkdir()
        plans.append(read(folder, **{"menus.hotline.contained": contained, "calendar.days": 1}))
    compared = callsim.compare(plans, names=["now", "better"], runs=4, jobs=1)
    told = compared.to_dict()
    before, after = (plan["menus"]["hotline"] for plan in told["plans"])
    found = told["differences"]["now → better"]["menus"]["hotline"]
    assert {*found} == {*before}
    assert found["offered"]["mean"] == found["abandoned_share"]["mean"] == 0
    assert found["contained_share"]["mean"] == pytest.approx(
        after["contained_share"]["mean"] - before["contained_share"]["mean"]
    )
    assert 0.13 < found["contained_share"]["low"] < 0.15 < found["contained_share"]["high"] < 0.17
    text, page = str(compared), compared.to_html()
    of_menus = text[text.index("what differs before a queue") :]
    assert "A → B" in of_menus
    more = f"+{100 * found['contained_share']['mean']:.1f}"
    assert more in next(line for line in of_menus.splitlines() if "hotline" in line)
    assert "what differs before a queue" in page
    sheets = {sheet.name: sheet for sheet in compared_sheets(compared.told())}
    assert [row[2] for row in sheets["Menus"].rows] == ["deep", "hotline"]
    mine = {sheet.name: sheet for sheet in run_sheets(played(plans[0]))}
    assert [row[0] for row in mine["Menus"].rows] == ["hotline", "deep"]


def test_the_order_of_keys_changes_no_number(tmp_path: Path) -> None:
    model = build(read(tmp_path))
    turned = CENTRE.replace("{a: 75%, deep: 25%}", "{deep: 25%, a: 75%}")
    assert np.array_equal(drawn(model)[0], drawn(build(read(tmp_path, turned)))[0])


def test_an_uncertain_share_is_drawn_once_a_run(tmp_path: Path) -> None:
    model = build(read(tmp_path, **{"menus.hotline.contained": {"share": "30%", "sd": "8%"}}))
    shares = []
    for run in range(100):
        _, (_, hotline) = drawn(model, run)
        shares.append(hotline[M_CONTAINED] / hotline[M_OFFERED])
    by_chance = 0.3 * 0.7 / 2880
    assert abs(np.mean(shares) - 0.3) <= 4 * 0.08 / 10
    # The standard error of a standard deviation of 100 is about 1/√200 of it.
    assert abs(np.std(shares, ddof=1) / math.sqrt(0.08**2 + by_chance) - 1) <= 4 / math.sqrt(200)


def test_the_share_of_the_bot_in_the_risk_is_its_own(tmp_path: Path) -> None:
    """Among kinds of luck, and drawn as before: only what menus contain follows another run's."""
    contained = {"share": "30%", "sd": "8%"}
    model = build(read(tmp_path, **{"menus.hotline.contained": contained}))
    assert kinds_of(model) == ["single calls", "what clients do next", "how much menus contain"]
    assert kinds_of(build(read(tmp_path))) == ["single calls", "what clients do next"]
    uncertain = {"queues.b.uncertain": {"volume": "20%"}, "menus.hotline.contained": contained}
    both = build(read(tmp_path, **uncertain))
    assert kinds_of(both)[-2:] == ["figures that are uncertain", "how much menus contain"]
    one, other = (np.zeros((1, 2, MENU_COLUMNS), np.int64) for _ in range(2))
    mine = np.concatenate([*draw(both.demand, 1, 0, in_menus=one)])
    theirs = np.concatenate([*draw(both.demand, 1, 0, {CONTAINED: 7}, in_menus=other)])
    assert one[0, 1, M_OFFERED] == other[0, 1, M_OFFERED]
    assert one[0, 1, M_CONTAINED] != other[0, 1, M_CONTAINED]
    dialled = [calls[(calls["queue"] == 1) & (calls["path"] == 0)] for calls in (mine, theirs)]
    assert np.array_equal(*dialled)
    shares = callsim.why(read(tmp_path, **uncertain), runs=20, jobs=1).to_dict()["total"]["shares"]
    assert {*kinds_of(both)} == {*shares}


def test_a_queue_behind_a_menu_is_an_erlang_queue(tmp_path: Path) -> None:
    """What leaves a menu of any length is a Poisson process again (M/G/∞), thinned."""
    text = """\
menus:
  hotline:
    arrivals: {per_hour: 360}
    duration: {exponential: {mean: 2 min}}
    abandon: 10%
    contained: 30%
    to: {a: 75%, b: 25%}
queues: {a: {talk: {exponential: {mean: 3 min}}}, b: {talk: 1 min}}
groups: {desk: {staff: 10, answers: {a: {}}}, rest: {staff: 9, answers: {b: {}}}}
"""
    found = played(read(tmp_path, "calendar: {warm_up: 2 h, days: 4}\n" + text), 40)
    level = found.queues["a"].figures["service_level.offered"]
    exact = evaluate(10, 360 * 0.6 * 0.75, 180.0, None, 20.0).service_level["offered"]
    assert level.mean is not None
    assert level.high is not None
    assert abs(level.mean - exact) <= 4 * (level.high - level.mean) / 2.02


def test_formulas_count_what_comes_through_menus(tmp_path: Path) -> None:
    offered = expected(read(tmp_path)).offered
    hourly = offered[4:40].mean(axis=0) * 2
    assert hourly == pytest.approx([120 * 0.6 * 0.75, 20 + 120 * 0.6 * 0.25], rel=1e-3)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("deep: 25%", "deep: 20%", "add up to 95%"),
        ("contained: 30%", "contained: 95%", "105% of the calls"),
        ("contained: 30%", "contained: {share: 30%, sd: 50%}", "cannot have a standard deviation of 50%"),
        ("{b: 100%}", "{c: 100%}", "no queue and no menu c;"),
        ("{b: 100%}", "{hotline: 100%}", "leads back"),
        ("  b: {arr", "  hotline: {arr", "is the name of a queue, too"),
        ("    arrivals: {per_hour: 120}\n", "", "no other menu leads here"),
        ("  a: {talk", "  a: {copies: 2, talk", "has copies"),
    ],
)
def test_mistakes_say_what_to_write(tmp_path: Path, before: str, after: str, says: str) -> None:
    assert before in CENTRE
    with pytest.raises(ScenarioError) as raised:
        read(tmp_path, CENTRE.replace(before, after, 1))
    assert says in str(raised.value)


GROWING = """\
buildout:
  until: 2024-03-01
  lines: {first: {queues: [a], growth: {2024-01: 1, 2024-02: 1.5}}, second: {queues: [b]}}
  phases: [{name: now, on: 2024-01-08, seats: {hall: 9}}]
"""


def test_a_build_out_gives_a_menu_the_calls_of_the_queues_behind_it(tmp_path: Path) -> None:
    text = CENTRE.replace("staff:", "site: hall, staff:").replace(
        "talk", "goal: {answer: 80%, within: 20 s}, talk"
    )
    head = "calendar: {start: 2024-01-08, interval: 1 h}\nsites: {hall: {seats: 9}}\n"
    scenario = read(tmp_path, head + text + GROWING)
    years = lay_out(scenario)
    grows = [float(years.queues["a"][week]) for week in (0, 6)]
    assert grows[1] > 1.4 > grows[0]
    for week, times in zip((0, 6), grows, strict=True):
        day = day_of(years, week, PlanDay(), Crowd({}, {}, {})).scenario
        hourly = expected(day).offered[4:].mean(axis=0)
        assert hourly == pytest.approx([120 * 0.6 * 0.75 * times, 20 + 120 * 0.6 * 0.25], rel=1e-3)
    assert callsim.plan(scenario, runs=1).to_dict()["periods"]


def test_a_queue_swings_with_its_menus(tmp_path: Path) -> None:
    """The standard deviation of a day's calls by formula, against days that are drawn."""
    changes = {
        "menus.hotline.arrivals": {"per_day": 6000, "day_cv": "10%"},
        "menus.hotline.contained": {"share": "30%", "sd": "6%"},
        "menus.deep.contained": {"share": "20%", "sd": "8%"},
    }
    model = build(read(tmp_path, **changes))
    days = [np.bincount(drawn(model, run)[0]["queue"], minlength=2) for run in range(300)]
    for row, mean in enumerate((6000 * 0.6 * 0.75, 480 + 6000 * 0.6 * 0.25 * 0.8)):
        calls = np.array([day[row] for day in days])
        cv = math.hypot(busyness_of(model.demand, row).day_cv, 1 / math.sqrt(mean))
        assert abs(calls.mean() / mean - 1) <= 4 * cv / math.sqrt(300)
        assert abs(calls.std(ddof=1) / mean / cv - 1) <= 4 / math.sqrt(600)


def test_staff_behind_a_mere_way_is_that_of_the_queue(tmp_path: Path) -> None:
    calls = "arrivals: {per_hour: 60, day_cv: 10%}"
    text = f"queues: {{a: {{{calls}, talk: 2 min, patience: 1 min, goal: {{answer: 80%, within: 20 s}}}}}}\n"
    text += "groups: {desk: {staff: 2, answers: {a: {}}}}\n"
    plain, through = (
        staff(read(tmp_path, one), Options(effort=1e5, jobs=1)).to_dict()
        for one in (text, f"menus: {{door: {{{calls}, to: {{a: 1}}}}}}\n" + text.replace(f"{calls}, ", ""))
    )
    assert through == plain


HELD = CENTRE + "lines: {main: {count: 12, queues: [b], menus: [hotline]}}\n"


def lines_taken(model: Model, engine: str) -> tuple[np.ndarray, np.ndarray, int]:
    """RECORD [call], sums of menus, and ms × lines in use over the run, looked at every second."""
    width, taken = 1_000, 0

    def look(desk: Any) -> Any:
        nonlocal taken
        while True:  # until the building is empty
            desk.catch_up()
            taken += width * int((model.centre.lines - desk._engine.floor.free_lines).sum())
            yield desk.wait(width)

    rows: list[np.ndarray] = []
    tally = play(
        model.centre,
        model.demand,
        model.within,
        model.grid,
        seed=1,
        run=0,
        engine=engine,
        supervisors=[look],
        also=lambda sheet: rows.append(sheet.copy()),
    )
    return np.concatenate(rows), tally.menus.sum(axis=0), taken


def test_lines_held_are_all_times_in_menus_queues_and_talk(tmp_path: Path) -> None:
    """∫ lines in use = Σ time from the first dial to the last hang-up, of all who are not blocked."""
    changes = {
        "lines.main.queues": ["a", "b"],
        "menus.hotline.arrivals.per_hour": 360,
    }
    model = build(read(tmp_path, HELD, **changes))
    rows, (deep, hotline), taken = lines_taken(model, "kernel")
    served = rows[rows["outcome"] != BLOCKED]
    held = int((served["wait"].astype(np.int64) + served["talk"]).sum() + deep[M_TIME] + hotline[M_TIME])
    assert hotline[M_BLOCKED] > 100
    # Looks are a second apart: each stay is off by less than one, on both sides alike.
    stays = len(served) + hotline[M_OFFERED]
    assert abs(taken - held) <= 4 * 1_000 * math.sqrt(stays / 6)


def test_offered_is_what_becomes_of_it(tmp_path: Path) -> None:
    """offered = contained + abandoned + blocked + passed on; what is passed on comes to a queue or menu."""
    for engine in ("kernel", "reference"):
        model = build(read(tmp_path, HELD, **{"menus.hotline.arrivals.per_hour": 300}))
        rows, (deep, hotline), _ = lines_taken(model, engine)
        passed = hotline[M_OFFERED] - hotline[M_CONTAINED] - hotline[M_ABANDONED] - hotline[M_BLOCKED]
        assert hotline[M_BLOCKED] > 0.05 * hotline[M_OFFERED]
        assert deep[M_BLOCKED] == 0
        assert deep[M_TIME] == 60_000 * deep[M_OFFERED]
        first_of_a = ((rows["queue"] == 0) & (rows["attempt"] == 1)).sum()
        assert passed == first_of_a + deep[M_OFFERED]


def test_both_engines_tell_the_same_of_lines_in_menus(tmp_path: Path) -> None:
    for changes in ({}, {"menus.hotline.duration": "90 s", "queues.a.talk": "60 s"}):
        scenario = read(tmp_path, HELD, **{"menus.hotline.arrivals.per_hour": 240}, **changes)
        one, other = (played(scenario, 2, engine).to_dict() for engine in ("kernel", "reference"))
        assert {**one, "engine": ""} == {**other, "engine": ""}
        assert one["menus"]["hotline"]["blocked_share"]["mean"] > 0


def test_lines_in_plenty_change_no_number(tmp_path: Path) -> None:
    plain = played(read(tmp_path)).to_dict()
    held = played(read(tmp_path, HELD, **{"lines.main.count": 10_000})).to_dict()
    for menu in held["menus"].values():
        assert menu.pop("blocked_share")["mean"] == 0
    for found in (plain, held):
        found.pop("fingerprint")
        found.pop("inputs")
    assert held == plain


def test_a_mere_way_with_lines_is_the_queue_with_them(tmp_path: Path) -> None:
    calls = "arrivals: {per_hour: 90, day_cv: 10%}"
    rest = "talk: 2 min, wrap: 30 s, patience: 1 min, balk: 10%"
    text = f"queues: {{a: {{{calls}, {rest}}}, b: {{arrivals: {{per_hour: 3}}, talk: 60 s}}}}\n"
    text += "groups: {desk: {staff: 2, answers: {a: {}, b: {}}}}\nlines: {main: {count: 3, here}}\n"
    plain = played(read(tmp_path, text.replace("here", "queues: [a]"))).to_dict()["queues"]["a"]
    text = f"menus: {{door: {{{calls}, to: {{a: 1}}}}}}\n" + text.replace(f"{calls}, ", "", 1)
    through = played(read(tmp_path, text.replace("here", "menus: [door]"))).to_dict()
    door, a = through["menus"]["door"], through["queues"]["a"]
    assert door["offered"] == plain["offered"]
    assert door["blocked_share"]["mean"] == pytest.approx(plain["blocked"]["mean"] / plain["offered"]["mean"])
    assert door["blocked_share"]["mean"] > 0.02
    for same in ("answered", "abandoned", "balked", "wait_p90_s", "asa_s"):
        assert a[same] == plain[same], same


def test_a_queue_behind_a_menu_that_holds_lines_needs_no_second_one(tmp_path: Path) -> None:
    """Whose trunk group has one line, by the menu's: no call of theirs is blocked in the queue."""
    text = HELD + "  own: {count: 1, queues: [a]}\n"
    own = "lines:\n  main: {count: 900, menus: [hotline]}"
    text = text.replace("lines: {main: {count: 12, queues: [b], menus: [hotline]}}", own)
    found = played(read(tmp_path, text, **{"queues.a.redial.probability": "0%"}))
    assert found.queues["a"].figures["blocked"].mean == 0
    assert found.queues["a"].figures["offered"].mean > 1000  # type: ignore[operator]
    model = build(read(tmp_path, text))
    assert len(islands(model)) == 1  # a and b share no group here: the menus tie them


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("menus: [hotline]", "menus: [hotlin]", "no menu hotlin; did you mean hotline?"),
        ("menus: [hotline]", "menus: [hotline, hotline]", "name it once"),
        (", queues: [b], menus: [hotline]", "", "nobody comes over these lines"),
    ],
)
def test_mistakes_of_lines_say_what_to_write(tmp_path: Path, before: str, after: str, says: str) -> None:
    assert before in HELD
    with pytest.raises(ScenarioError) as raised:
        read(tmp_path, HELD.replace(before, after, 1))
    assert says in str(raised.value)
