"""People by shift: every day's requirement is covered at least cost, simulated, and repaired.

What is simulated is read from the text of the file that is written. The roster is played on the days of the
search and repaired (`study/roster/repair.py`), then checked on days that it never saw; a check that misses a
goal is a reason to repair, and to check on other days.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np

from callsim.errors import ScenarioError, UserError
from callsim.model import build
from callsim.results.result import Result
from callsim.scenario import Given, Scenario, scenario_of
from callsim.scenario.reading.load import changes_of, laid_over, with_hours
from callsim.scenario.reading.load import refused as cannot
from callsim.scenario.reading.staffed_file import staffed_file
from callsim.scenario.words.mistakes import Location
from callsim.sentences import say
from callsim.study.options import Tell
from callsim.study.player import Run
from callsim.study.roster.cover import Cover, Requirement, Roster
from callsim.study.roster.law import Law
from callsim.study.roster.pauses import Settled
from callsim.study.roster.pauses import settled as settled_on
from callsim.study.roster.prices import dearest
from callsim.study.roster.repair import Asked, assured, missed, parts_of_day, raised
from callsim.study.roster.rostering import Rostering as Rostering
from callsim.study.roster.rostering import Surcharge, Written, on_dates
from callsim.study.roster.tours import Day, as_tree, days_to_cover, may_work, tours, with_members
from callsim.study.staff.components import Part, bare
from callsim.study.staff.day_kinds import Kind, agents_of, expected_calls
from callsim.study.staff.feasibility import in_plenty
from callsim.study.staff.fresh.assurance import shown
from callsim.study.staff.fresh.checks import FRESH, as_written, simulate
from callsim.study.staff.fresh.holdout import Kept, on_fresh_days, runs_to_check, runs_to_decide
from callsim.study.staff.fresh.verdicts import blocks, copies_of
from callsim.study.staff.search import Found, Search
from callsim.study.staff.subproblem import Options, check_wishes

REPAIRS = 3  # after the days of the search …
CHECKS = 3  # … and checks at most, each on days of its own
TIMES = 1, 4, 16  # what is missing for a verdict, until the people on shifts change
MOST_RUNS = 50  # to repair and to check with …
DAYS_FOR_CERTAINTY = 1000  # … and days, where a share of days is wanted


def roster(
    scenario: Given,
    options: Options | None = None,
    law: Law | None = None,
    limit_s: float = 60.0,
    on_progress: Tell | None = None,
) -> Rostering:
    """Find people for each shift at least cost, and check them on fresh days.

    Args:
        scenario: a Scenario or the path of its file, with goals, and the shifts to choose from.
        options: how the search is done. Default: on the mean of all days.
        law: the rules of working time. Default: those of the scenario's `labour`.
        limit_s: seconds that each integer programme may take.
        on_progress: hears the share of the work that is done.

    Returns the Rostering. Raises UserError for what cannot be rostered.
    """
    scenario = scenario_of(scenario)
    options, law = (options or Options()).told_to(on_progress), law or Law.of_labour(scenario.labour)
    check_wishes(scenario, options)
    dialling: dict[Location, str] = {
        ("groups", name): say("roster.only_dial", group=name)
        for name, one in scenario.groups.items()
        if scenario.queues.keys().isdisjoint(one.answers)
    }
    if dialling:
        raise cannot(scenario, dialling)
    if not scenario.shifts:
        raise UserError(say("roster.no_shifts"))
    if law.refused():
        raise UserError(str(law.refused()))
    plan = build(bare(scenario))
    days = days_to_cover(
        scenario, partial(expected_calls, plan, range(len(plan.queues)), campaigns=scenario.campaigns)
    )
    allowed, refused = tours(scenario, law)
    idle = [name for name in scenario.groups if not any(tour.group == name for tour in allowed)]
    if idle:
        why = "; ".join(f"{name}: {text}" for name, text in refused.items())
        raise UserError(say("roster.nobody_may", groups=", ".join(idle), why=why))
    tell = options.progress
    finds = _searches(scenario, days, options)
    found: list[list[Found]] = []
    for number, find in enumerate(finds):

        def part(done: float, number: int = number) -> None:
            tell(0.6 * (number + done) / len(days), number, len(days))

        found.append(find(part))
    offered = with_members(scenario)
    cover = Cover(offered, allowed, days, law, copies_of(scenario))
    wanted = [[_required(one) for one in day] for day in found]
    first = solved = cover.solve(wanted, limit_s)
    hopeless = [short.group for short in first.shortages]
    settled = _settled(cover, solved)
    written, runs, repairs = write(scenario, settled, solved), _runs(found, days, options), 0

    asked = Asked(options)

    def play(seed: int, runs: int, decide: bool = False) -> Result:
        plan, done = bare(written.scenario), list[Run]()
        check = simulate(plan, runs, options.but(seed=seed), done=done)
        while decide and (more := runs_to_decide(check, options)) > check.runs:
            check = simulate(plan, more, options.but(seed=seed), done=done)
        return check

    def taken_up(more: list[list[Requirement]], again: Roster) -> None:
        nonlocal wanted, solved, settled, written, repairs
        wanted = more
        solved = again._replace(shortages=first.shortages or again.shortages)
        settled = _settled(cover, solved)
        written, repairs = write(scenario, settled, solved), repairs + 1

    def mended(seen: Result) -> bool:
        more, short = raised(asked, days, found, wanted, seen, hopeless)
        if short:
            again = cover.solve(more, limit_s)
            # What could not be covered at first is the trouble, not what repairs would like on top.
            if again.shortages and not first.shortages and not missed(seen, days, options):
                return False
            taken_up(more, again)
        return short

    for number in range(REPAIRS):
        tell(0.6 + 0.1 * number, len(days) - 1, len(days))
        if not mended(play(options.seed, runs)):
            break
    for number in range(1, CHECKS + 1):
        tell(0.9 + 0.03 * number, len(days) - 1, len(days))
        check = play(options.seed + number * FRESH, runs, decide=True)
        if number == CHECKS or not missed(check, days, options) or not mended(check):
            break
    first_wanted, without, done = wanted, settled, list[Run]()

    def add(seen: Result, kept: dict[str, Kept], runs: int) -> bool:
        for times in TIMES:
            more = assured(days, found, wanted, first_wanted, seen, kept, runs, hopeless, times)
            again = None if more is None else cover.solve(more, limit_s)
            if more is None or again is None or (again.shortages and not first.shortages):
                return False
            if not np.array_equal(again.places, solved.places):
                taken_up(more, again)
                done.clear()
                return True
        return False

    def show(runs: int) -> tuple[Result, dict[str, Kept]]:
        seen = simulate(bare(written.scenario), runs, _as(check, options), done=done)
        return seen, on_fresh_days(seen, on_dates(days, found))

    surcharge = None
    if not missed(check, days, options):
        sure = shown(check, on_fresh_days(check, on_dates(days, found)), options, add, show)
        check = sure.check
        if sure.more:
            surcharge = Surcharge(without, sure.instead * scenario.calendar.days, sure.tight)
    plenty = None
    if missed(check, days, options) and blocks(check):
        plenty = simulate(
            _with_plenty(scenario, days, found, options), check.runs, _as(check, options), None, False
        )
    return Rostering(
        scenario,
        options,
        law,
        days,
        found,
        offered,
        settled,
        refused,
        solved,
        repairs,
        written,
        check,
        plenty,
        surcharge,
        dearest(cover, wanted, solved),
    )


def _settled(cover: Cover, solved: Roster) -> Settled:
    """A roster with the breaks of every single person."""
    return settled_on(cover.scenario, cover.tours, cover.pauses, solved.places, solved.taken)


def _as(check: Result, options: Options) -> Options:
    """Options for the days of a check."""
    return options.but(seed=check.seed)


def _with_plenty(scenario: Scenario, days: list[Day], found: list[list[Found]], options: Options) -> Scenario:
    """The scenario with agents in plenty at all times, whatever the shifts."""
    kinds = [Kind(one.part, day.numbers) for day, each in zip(days, found, strict=True) for one in each]
    plans = [in_plenty(one.part, options, one.staff) for each in found for one in each]
    return as_written(scenario, agents_of(kinds, plans, scenario.calendar.days))


def _runs(found: list[list[Found]], days: list[Day], options: Options) -> int:
    """Returns the number of runs of a repair and of the check."""
    kinds = [Kind(one.part, day.numbers) for day, each in zip(days, found, strict=True) for one in each]
    runs = runs_to_check(kinds, [one for each in found for one in each], options)
    if options.runs is not None:
        return runs
    if options.certainty is not None:
        return max(runs, math.ceil(DAYS_FOR_CERTAINTY / sum(len(day.numbers) for day in days)))
    return min(runs, MOST_RUNS)


def _searches(
    scenario: Scenario, days: list[Day], options: Options
) -> list[Callable[[Callable[[float], None]], list[Found]]]:
    """One search a day; days on which the same is expected of a part share it."""
    known: dict[tuple[object, ...], Found] = {}

    def of(day: Day) -> Callable[[Callable[[float], None]], list[Found]]:
        def find(tell: Callable[[float], None]) -> list[Found]:
            kinds = parts_of_day(scenario, day)
            found = []
            for number, part in enumerate(kinds):
                own = options.but(effort=options.effort / len(kinds) / len(days))
                search = Search(part, own)
                key = (number, *(_fingerprint(search, row) for row in range(len(part.queues))))
                if key not in known:

                    def part_of_day(done: float, number: int = number) -> None:
                        tell((number + done) / len(kinds))

                    known[key] = search.find(part_of_day)
                found.append(known[key])
            return found

        return find

    return [of(day) for day in days]


def _required(found: Found) -> Requirement:
    """What a roster must cover: nothing where nobody calls, for who is busy then stays to the end."""
    calls = np.sum([need.load.calls for need in found.needs], axis=0)
    least = np.where(calls[:, None] > 0, found.cuts.least, 0.0)
    return Requirement(found.part.groups, found.cuts._replace(least=least))


def by_formula(part: Part) -> Requirement:
    """What a roster must cover by formula alone, before anything is simulated."""
    return Requirement(part.groups, Search(part, Options()).first_cuts())


def _fingerprint(search: Search, queue: int) -> bytes:
    load = search.question.needs[queue].load
    return load.arrivals.tobytes() + load.busy.tobytes()


def write(scenario: Scenario, settled: Settled, solved: Roster) -> Written:
    """A roster as the text of a file, and the scenario as it is read from that text."""
    people: dict[str, dict[str, int]] = {}
    for name, group in scenario.groups.items():
        own = {
            tour.name: places
            for tour, places in zip(settled.tours, settled.places.tolist(), strict=True)
            if tour.group == name and places > 0
        }
        # The file beneath may have people on other shifts: nobody works these any more.
        any_one = [one for one in settled.scenario.shifts if one in may_work(scenario, group)][:1]
        none = dict.fromkeys(group.shifts or (() if own else any_one), 0)
        people[name] = none | own
    groups: dict[str, object] = {name: {"shifts": hours} for name, hours in people.items()}
    worked = {name for hours in people.values() for name in hours}
    new = {
        name: as_tree(shift)
        for name, shift in settled.scenario.shifts.items()
        if name in worked and name not in scenario.written_shifts
    }
    changes = changes_of(scenario, groups)
    text = staffed_file(scenario.path or "base.yaml", changes or {}, groups, new)
    if changes is None:
        return Written(text, with_hours(scenario, text))
    try:
        return Written(text, laid_over(scenario, text))
    except ScenarioError:
        if not solved.shortages:
            raise
        return Written(text, with_hours(scenario, text))  # nobody at all may work: no file to be run
