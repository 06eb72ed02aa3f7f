"""How exact `callsim staff` is: against Erlang's formulas, and against all plans of small centres.

    python -m benchmarks.staffing queues     # 30 single queues of ../shared/validation/oracle.json
    python -m benchmarks.staffing minima     # its 32 fewest agents, up to 5,000, and two of 10,000
    python -m benchmarks.staffing skills     # V, N and W: the search beside the best of all plans
    python -m benchmarks.staffing day        # a day whose peak is five times its night, hour by hour
    python -m benchmarks.staffing week       # a week of shifts for 7,500 people: the programme alone
    python -m benchmarks.staffing centre     # a week of 5 queues, 500 agents, breaks that move; and --shifts
    python -m benchmarks.staffing textbook   # how often one, two, three agents off Erlang's minimum
    python -m benchmarks.staffing fresh      # whether goals hold on 1,000 days that nothing has seen
    python -m benchmarks.staffing lines      # whether shared lines are called too few where they are
    python -m benchmarks.staffing openings   # first hours of empty desks against a Markov chain
    python -m benchmarks.staffing overflow   # groups that help each other out: all mixes of small centres
    python -m benchmarks.staffing cities     # what the printed command says of every goal of the two cities

Each prints what was found, what is exact, and how far they lie apart. A number after queues, minima,
textbook, fresh, openings, overflow takes so many cases, after day so many days, after week so many seconds by
the clock. Other seconds are of processor time, for others may be at work.
"""

from __future__ import annotations

import itertools
import json
import math
import sys
import tempfile
import time
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import numpy as np

import callsim
from benchmarks.centre import centre
from benchmarks.cities import cities
from benchmarks.openings import openings
from benchmarks.overflow import overflow
from benchmarks.trunks import trunks
from callsim import erlang
from callsim.erlang.search import fewest
from callsim.results.measures import SERVICE_LEVEL
from callsim.scenario import Scenario
from callsim.study.roster.cover import Cover
from callsim.study.roster.law import Law
from callsim.study.roster.repair import parts_of_day
from callsim.study.roster.shifts import by_formula
from callsim.study.roster.tours import days_to_cover, tours
from callsim.study.staff.components import parts, staffed
from callsim.study.staff.fresh.checks import as_written
from callsim.study.staff.fresh.verdicts import copies_of
from callsim.study.staff.search import Found, Search
from callsim.study.staff.staffing import staff
from callsim.study.staff.subproblem import Options

ORACLE = Path(__file__).resolve().parents[2] / "shared" / "validation" / "oracle.json"
LEVEL = SERVICE_LEVEL["offered"]

T = TypeVar("T")


def scenario(text: str) -> Scenario:
    """A scenario from its text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "centre.yaml"
        path.write_text(text)
        return callsim.load(path)


def find(text: str, options: Options) -> Found:
    """The search of a centre that is one part."""
    (part,) = parts(scenario(text))
    return Search(part, options).find(lambda done: None)


def _number(usual: int) -> int:
    """The number on the command line."""
    return int(sys.argv[2]) if len(sys.argv) > 2 else usual


def _some(cases: list[T], usual: int) -> list[T]:
    """As many of the cases as the command line says, from the first to the last."""
    number = min(_number(usual), len(cases))
    return [cases[k] for k in np.linspace(0, len(cases) - 1, number).round().astype(int)]


def _told(apart: Counter[int]) -> str:
    """How often an answer lies how many agents above or below the exact minimum."""
    return f"{', '.join(f'{off:+d}: {apart[off]}' for off in sorted(apart))} of {apart.total()}"


def queues() -> None:
    """Thirty queues of the oracle, by load, with goals for which their own agents are just enough."""
    if not ORACLE.exists():
        sys.exit(f"there is no {ORACLE}")
    rows = [
        row
        for row in json.loads(ORACLE.read_text())
        if (row["model"], row["measure"]) in (("M/M/n+M", "SL_offered(20)"), ("M/M/n", "SL(20)"))
    ]
    cases = {}
    for row in rows:
        params = {
            name: float(Fraction(str(value))) for name, value in row["params"].items() if value is not None
        }
        if not {"n", "a"} <= set(params) and "rho" not in params:
            continue
        load = params.get("a") or params["rho"] * params["n"]
        aht = 60 * params["aht_min"] if "aht_min" in params else params.get("aht_s", 180.0)
        patience = params.get("patience_s") or 60 * params.get("patience_min", 0.0) or None
        level = float(row.get("exact", row["value"]))
        if 0.5 < level < 0.97 and 5 <= params["n"] <= 10_000:
            cases[load, aht, patience] = level
    chosen = _some(sorted(cases.items(), key=lambda case: case[0][0]), 30)
    apart: Counter[int] = Counter()
    print("load     patience  goal    exact   found  apart  known to   s")
    for (load, aht, patience), level in chosen:
        begun = time.process_time()
        mean = f"patience: {{exponential: {{mean: {patience!r} s}}}}, " if patience else ""
        goal = level - 1e-6
        found = find(
            "calendar: {interval: 24 h, warm_up: 24 h}\n"
            f"queues: {{line: {{arrivals: {{per_hour: {load * 3600 / aht!r}}}, "
            f"talk: {{exponential: {{mean: {aht!r} s}}}}, {mean}"
            f"goal: {{answer: {goal!r}, within: 20 s}}}}}}\n"
            "groups: {desk: {answers: {line: {}}, staff: 1}}\n",
            Options(),
        )
        exact = erlang.fewest_agents(goal, load * 3600 / aht, aht, patience, 20.0)
        staff = int(found.staff[0, 0])
        apart[staff - exact] += 1
        wait = "-" if patience is None else f"{patience:.0f} s"
        print(
            f"{load:8.1f} {wait:>8} {goal:6.1%} {exact:7,} {staff:7,} {staff - exact:+6d} "
            f"{1.96 * found.doubt[0, 0]:9.2f} {time.process_time() - begun:5.1f}",
            flush=True,
        )
    print(_told(apart))


RED, BLUE = "  red-desk: {answers: {red: {}}, staff: 9}", "  blue-desk: {answers: {blue: {}}, staff: 9}"


def minima() -> None:
    """The fewest agents by share of calls that wait (Erlang C) and that are lost (Erlang A)."""
    if not ORACLE.exists():
        sys.exit(f"there is no {ORACLE}")
    wanted = [
        (row["model"], row["params"], int(row["value"]))
        for row in json.loads(ORACLE.read_text())
        if row["model"] in ("M/M/n min n", "M/M/n+M min n") and row["measure"] == "n"
    ]
    wanted += [("M/M/n min n", {"a": 10_000, "p_wait_max": p}, _waits(10_000, p)) for p in (0.2, 0.5)]
    apart: Counter[int] = Counter()
    print("load   goal                    exact   found  apart  known to   s")
    for model, params, exact in _some(wanted, len(wanted)):
        begun = time.process_time()
        aht = 60.0 * params.get("aht_min", 3)
        if model == "M/M/n min n":
            patience, goal = "", f"answer: {1 - params['p_wait_max']!r}, within: 0 s"
        else:
            mean = 60.0 * params["patience_min"]
            patience = f"patience: {{exponential: {{mean: {mean!r} s}}}}, "
            goal = f"abandon_at_most: {params['p_ab_max']!r}"
        found = find(
            "calendar: {interval: 24 h, warm_up: 24 h}\n"
            f"queues: {{line: {{arrivals: {{per_hour: {params['a'] * 3600 / aht:.9f}}}, "
            f"talk: {{exponential: {{mean: {aht!r} s}}}}, {patience}goal: {{{goal}}}}}}}\n"
            "groups: {desk: {answers: {line: {}}, staff: 1}}\n",
            Options(),
        )
        staff = int(found.staff[0, 0])
        apart[staff - exact] += 1
        print(
            f"{params['a']:6,} {goal:22} {exact:7,} {staff:7,} {staff - exact:+6d} "
            f"{1.96 * found.doubt[0, 0]:9.2f} {time.process_time() - begun:5.1f}",
            flush=True,
        )
    print(_told(apart))


def _waits(load: float, share: float) -> int:
    return fewest(lambda agents: erlang.erlang_c_p_wait(agents, load) <= share, start=int(load))


DESIGNS = {
    "V": "  all: {answers: {red: {}, blue: {}}, staff: 9}",
    "N": f"{RED}\n  both: {{answers: {{blue: {{}}, red: {{rank: 2}}}}, staff: 9}}",
    "W": f"{RED}\n  both: {{answers: {{red: {{rank: 2}}, blue: {{rank: 2}}}}, staff: 3}}\n{BLUE}",
}
SHARED = """
calendar: {{interval: 24 h, warm_up: 6 h}}
queues:
  red:
    arrivals: {{per_hour: 90}}
    talk: {{exponential: {{mean: 5 min}}}}
    patience: {{exponential: {{mean: 5 min}}}}
    goal: {{answer: 80%, within: 20 s}}
  blue:
    arrivals: {{per_hour: 60}}
    talk: {{exponential: {{mean: 4 min}}}}
    patience: {{exponential: {{mean: 3 min}}}}
    goal: {{answer: 85%, within: 20 s}}
groups:
{groups}
"""


def skills() -> None:
    """The fewest agents found, and the fewest of all plans that keep both goals on 40 long days."""
    for name, groups in DESIGNS.items():
        text = SHARED.format(groups=groups)
        found = find(text, Options())
        plain, names = scenario(text), found.part.groups
        most = int(found.staff.sum()) + 1
        best: list[tuple[int, ...]] = []
        for total in range(most - 4, most):
            for some in itertools.product(range(total + 1), repeat=len(names)):
                if sum(some) != total:
                    continue
                if _keeps(plain, dict(zip(names, some, strict=True))):
                    best.append(some)
            if best:
                break
        told = dict(zip(names, found.staff[0].tolist(), strict=True))
        print(
            f"{name}: found {told}, {sum(told.values())} agents; best of all plans {best[:4] or 'not lower'}"
        )
        for g, group in enumerate(names):
            red, blue = found.cuts.weight[0, :, g]
            print(f"   one more on {group} counts {red:.2f} for red and {blue:.2f} for blue")


def _keeps(plain: Scenario, agents: dict[str, int]) -> bool:
    """Whether both goals hold: with a few days first, for most plans are far off."""
    for runs in (4, 40):
        lists = {name: [n] for name, n in agents.items()}
        result = callsim.run(staffed(plain, lists), runs=runs, seed=99)
        calls = result.sums.calls.sum(axis=(0, 1))
        assert LEVEL.under is not None
        level = (calls @ LEVEL.over) / (calls @ LEVEL.under)
        goals = np.array([queue.goal.answer for queue in plain.queues.values() if queue.goal is not None])
        if (level < goals - (0.02 if runs == 4 else 0)).any():
            return False
    return True


DAY = """
calendar: {warm_up: 1 h}
queues:
  line:
    arrivals:
      per_day: 60_000
      profile: [2, 2, 2, 2, 2, 2, 3, 5, 8, 10, 10, 9, 8, 8, 8, 7, 7, 7, 6, 5, 4, 3, 2, 2]
    talk: {lognormal: {mean: 330 s, cv: 1}}
    wrap: {exponential: {mean: 30 s}}
    goal: {answer: 80%, within: 20 s}
groups:
  desk: {answers: {line: {}}, staff: 100}
"""


def day() -> None:
    """Service level of each half hour on fresh days: as found, with 1 % less, and by Erlang alone.

    A day knows a half hour only to 25 points here, so fewer than 8,000 of them show their own luck.
    """
    found = find(DAY, Options())
    agents = found.staff[:, 0]
    fewer = agents - np.maximum(1, agents // 100)
    alone = np.array([erlang.fewest_agents(0.8, 2 * n, 360, None, 20) for n in found.needs[0].load.calls])
    print("from    found  level   1 % less  level   Erlang  level")
    plans = (agents, fewer, alone)
    levels = [_levels(plan) for plan in plans]
    for k in range(len(agents)):
        cells = "  ".join(f"{plan[k]:6d} {level[k]:6.1%}" for plan, level in zip(plans, levels, strict=True))
        print(f"{k // 2:02d}:{k % 2 * 30:02d}  {cells}")
    worst = [f"{level.min():.1%}" for level in levels]
    print(
        f"worst: {', '.join(worst)}; half hours below the goal with 1 % less: {(levels[1] < 0.8).sum()} of 48"
    )


def _levels(agents: np.ndarray) -> np.ndarray:
    result = callsim.run(staffed(scenario(DAY), {"desk": agents}), runs=_number(8000), seed=99)
    calls = result.sums.calls[:, :, 0].sum(axis=0)
    assert LEVEL.under is not None
    return np.asarray((calls @ LEVEL.over) / (calls @ LEVEL.under))


WEEK = Path(__file__).resolve().parents[1] / "scenarios" / "zunyi-2015.yaml"


def week() -> None:
    """The shifts of a week: 15 groups in three bases, 24 shifts, days off; how near to the best, how soon.

    The requirement of every weekday is the formula's, so nothing is simulated. `callsim staff --shifts` puts
    the search by simulation before the same programme, and the check and repairs by simulation after it.
    """
    plain = callsim.load(WEEK, set={"calendar.days": 7})
    days, law = days_to_cover(plain), Law()
    allowed, _ = tours(plain, law)
    begun = time.process_time()
    wanted = [[by_formula(part) for part in parts_of_day(plain, day)] for day in days]
    print(f"requirement by formula: {time.process_time() - begun:.1f} s")
    cover = Cover(plain, allowed, days, law, copies_of(plain))
    begun = time.process_time()
    solved = cover.solve(wanted, float(_number(60)))
    people = sum(places * tour.people for tour, places in zip(allowed, solved.places.tolist(), strict=True))
    print(
        f"{people:,.0f} people on {len(allowed):,} ways to work: {solved.hours:,.1f} paid hours, at least "
        f"{solved.bound:,.1f}: gap {solved.gap:.2%} after {time.process_time() - begun:.1f} s, "
        f"{solved.seconds:.1f} by the clock"
    )


def textbook() -> None:
    """Flat days of one queue, small loads and any goal: how far the answer lies from the exact minimum."""
    from tests.makers.textbook import any_goal, small
    from tests.makers.textbook import find as find_flat

    number = _number(60)
    for name, cases in (("1e-6 to 2 erlangs", small(number)), ("1 to 1,000 erlangs", any_goal(number))):
        apart: Counter[int] = Counter()
        worst, begun = 0.0, time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            for case in cases:
                staff = find_flat(case, Path(folder)).staff[:, 0]
                off = staff - case.exact
                apart[int(off[np.abs(off).argmax()])] += 1
                worst = max(worst, case.missed_by(int(staff.min())))
        print(
            f"{name}: {_told(apart)}; where fewer, {worst:.1%} more is lost than may be; "
            f"{time.process_time() - begun:.0f} s",
            flush=True,
        )


FRESH = """
calendar: {{start: 2026-03-02, days: {days}, interval: 1 h, warm_up: 1 h}}
queues:
  line:
    arrivals:
      per_day: {calls}
      day_cv: 8%
      profile: [2, 2, 2, 2, 2, 2, 3, 5, 8, 10, 10, 9, 8, 8, 8, 7, 7, 7, 6, 5, 4, 3, 2, 2]
      weekdays: [1.2, 1, 1, 1, 1, 0.6, 0.5]
    talk: {{lognormal: {{mean: 280 s, cv: 1}}}}
    wrap: {{exponential: {{mean: 20 s}}}}
    patience: {{exponential: {{mean: 4 min}}}}
    goal: {{answer: {goal}, within: 20 s}}
groups:
  desk:
    answers: {{line: {{}}}}
    staff: 9
    shrinkage: 15%
    absence: {{share: 6%, correlation: 0.02}}
"""


def fresh() -> None:
    """What `callsim staff` answers for days with shrinkage and absence, and what 1,000 other days show.

    The worst of seven weekdays lies below its goal by luck where all just keep it: ± is its 95 % interval.
    """
    print("calls  goal  days  certainty  agent-hours   level  worst weekday  days met  repairs     s")
    cases = list(itertools.product((300, 6000), ("80%", "95%"), (1, 7), (None, 0.9)))
    missed = surely = 0
    for calls, goal, days, sure in _some(cases, len(cases)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "centre.yaml"
            path.write_text(FRESH.format(days=days, calls=calls, goal=goal))
            plain, begun = callsim.load(path), time.process_time()
            found = staff(plain, Options(certainty=sure))
            took = time.process_time() - begun
            written = as_written(plain, found.staff)
        result = callsim.run(written, runs=math.ceil(1000 / days), seed=99, weigh=False)
        told = result.to_dict()["queues"]["line"]
        level = told["service_level"]["offered"]
        by_day = told["goal"].get("by_day", [{"service_level": level}])
        worst = min((day["service_level"] for day in by_day), key=lambda share: share["mean"])
        promised, chance = float(goal[:-1]) / 100, told["goal"]["probability"]
        half = 100 * (worst["high"] - worst["mean"])
        hours = np.mean([day.sum() for day in found.staff["desk"]])
        missed += worst["mean"] < promised or chance["mean"] < (sure or 0.0)
        surely += worst["high"] < promised or chance["high"] < (sure or 0.0)
        print(
            f"{calls:5,d} {goal:>5} {days:5d} {'-' if sure is None else f'{sure:.0%}':>10} {hours:12,.0f} "
            f"{level['mean']:7.2%} {worst['mean']:7.2%} ± {half:4.2f} {chance['mean']:9.1%} "
            f"{found.repairs:8d} {took:5.0f}",
            flush=True,
        )
    print(f"{missed} cases lie below their goal or share of days on 1,000 fresh days, {surely} surely")


if __name__ == "__main__":
    named = {"queues": queues, "minima": minima, "skills": skills, "day": day, "week": week, "centre": centre}
    named |= {"textbook": textbook, "fresh": fresh, "lines": lambda: trunks(scenario)}
    named |= {"overflow": lambda: overflow(scenario, _number(40))}
    named |= {"openings": lambda: openings(find, _number(50)), "cities": lambda: cities(*sys.argv[2:])}
    named[sys.argv[1]]()
