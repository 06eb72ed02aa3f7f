"""What text and page of a stress both say: the verdict, and the columns of their tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from callsim.report.kit import figures
from callsim.report.kit.both import Missed, Shown
from callsim.results.schema import Mapped, mapped
from callsim.sentences import label, say
from callsim.study.stress.answer import (
    Cure,
    GoalAsItIs,
    GroupGoalAsItIs,
    Limit,
    PlanLimit,
    SiteLost,
    StressResult,
    Weakest,
)
from callsim.units import show_duration


def rows(found: StressResult) -> list[Mapped]:
    """A row for each goal and each thing that gets worse, for CSV."""
    return [mapped(limit) for limit in found.limits]


AnyLimit = Limit | PlanLimit
LOSS = "loss of "
AnyGoal = GoalAsItIs | GroupGoalAsItIs
ByKind = Mapping[str, AnyLimit]


def verdict(found: StressResult) -> Text:
    """What breaks first, in one sentence."""
    if not found.every_goal:
        return Text(say("stress.no_goal"))
    if missed := found.missed:
        goal, *more = missed
        goals = say("lists.more", first=goal, left=len(more)) if more else goal
        return Text(say("stress.broken", goals=goals, cure=_cure(found)), "bold red")
    if not found.ranking:
        return Text(say("stress.unbroken"), "bold green")
    first = found.ranking[0]
    says = say("stress.breaks", goal=first.goal, room=room(first.what, first.room))
    return Text(says, "bold yellow")


def room(what: str, part: float) -> str:
    """Returns the change for the worse at which a goal that is met fails, in words."""
    if what.startswith(LOSS):
        return say("stress.at_loss", what=named(what))
    if what == "opening delay":
        return say("stress.late", days=round(part * 365))
    if what == "absence":
        return say("stress.absent", part=part)
    return say("stress.at_more", part=part, what=label(what))


def named(what: str) -> str:
    """Returns what gets worse, in words: a kind of trouble, or the loss of a site."""
    site = what.removeprefix(LOSS)
    return label(what) if site == what else f"{label(LOSS)}{site}"


def mend(row: Cure | AnyLimit) -> str:
    """Returns the change for the better at which a goal that is missed holds, in words."""
    if row.what == "absence":
        return say("stress.even_present")
    if row.what == "opening delay":
        return say("stress.even_in_time")
    if row.holds_at is None:
        return say("stress.even_with", what=named(row.what))
    return say("stress.holds", less=_less(row.what, 1 - row.holds_at))


def _less(what: str, part: float) -> str:
    if what == "volume":
        return say("stress.fewer_calls", part=part)
    return say("stress.less", part=part, what=label(what))


def fate(limit: AnyLimit) -> str:
    """When a goal fails, or what would mend it where it is missed already."""
    if limit.room is None:
        return say("stress.never_fails")
    return mend(limit) if limit.is_missed else say("stress.fails", room=room(limit.what, limit.room))


def _cure(found: StressResult) -> str:
    """The first thing that would mend all that is missed."""
    rows = [row for row in found.mending if row.what in ("volume", "handling time")]
    ways = [_less(row.what, 1 - row.holds_at) for row in rows if row.holds_at is not None]
    return say("stress.cure", n=len(found.missed), ways=say("lists.or").join(ways)) if ways else ""


def ranking(rows: Sequence[Weakest]) -> list[Shown]:
    """What breaks first."""
    return [
        Shown("goal", [row.goal for row in rows], names=True),
        Shown("fails", [room(row.what, row.room) for row in rows], names=True),
    ]


def mending(rows: Sequence[Cure]) -> list[Shown]:
    """What would mend what is missed."""
    return [
        Shown(say("stress.what_changes"), [named(row.what) for row in rows], names=True),
        Shown(say("stress.takes_most"), [row.goal for row in rows], names=True),
        Shown("", [mend(row) for row in rows], names=True),
    ]


def limits(goals: Mapping[str, AnyGoal], by_goal: Mapping[str, ByKind]) -> list[Shown]:
    """One row for each goal of `by_goal`, one column for each thing that gets worse."""
    kinds = list(dict.fromkeys(kind for limits in by_goal.values() for kind in limits))
    return [
        Shown("goal", list(by_goal), names=True),
        Shown("level now", [_level(goals.get(name)) for name in by_goal], 1),
        *(
            Shown(named(kind), [amount(limits.get(kind)) for limits in by_goal.values()], number)
            for number, kind in enumerate(kinds)
        ),
    ]


def by_goal(limits: Sequence[AnyLimit]) -> dict[str, dict[str, AnyLimit]]:
    """The limits of each goal, by what gets worse."""
    found: dict[str, dict[str, AnyLimit]] = {}
    for limit in limits:
        found.setdefault(limit.goal, {})[limit.what] = limit
    return found


def _level(goal: AnyGoal | None) -> str | Missed:
    if goal is None:
        return figures.NOTHING
    if isinstance(goal, GroupGoalAsItIs):
        busy = figures.percent(goal.occupancy, goal.occupancy_at_most)
        words = say("goals.busy", share=busy)
    else:
        words = figures.percent(goal.service_level, goal.answer)
    return Missed(words) if goal.met is False else words


def amount(limit: AnyLimit | None) -> str:
    """The first amount at which a goal fails; of one that is missed as it is the last at which it holds."""
    if limit is None:
        return figures.NOTHING
    if limit.is_missed:
        return say("stress.holds_to", times=limit.holds_at) if limit.holds_at else label("missed")
    if limit.share is not None:
        return f"{limit.share:.0%}"
    if limit.times is not None:
        return f"× {limit.times:.2f}"
    if isinstance(limit, PlanLimit) and limit.days is not None:
        return f"{limit.days} d"
    if limit.what == "opening delay":
        return f"> {limit.looked_up_to} d"
    up_to = limit.looked_up_to
    return f"> {up_to:.0%}" if limit.what == "absence" else f"> × {up_to:g}"


def sites(rows: Sequence[SiteLost]) -> list[Shown]:
    """Each site lost in turn."""
    return [
        Shown("site", [row.site for row in rows], names=True),
        Shown("lost", [_lost(row, rows) for row in rows], names=True),
        Shown("goals missed", [f"{len(row.missed)}{label(' of ')}{row.goals}" for row in rows]),
        Shown("before", [str(len(row.missed_before)) for row in rows], 3),
        Shown(say("stress.day_level"), [figures.percent(row.service_level) for row in rows]),
        Shown("abandoned", [figures.percent(row.abandoned_share) for row in rows], 2),
        Shown("cut off", [figures.count(row.dropped) for row in rows], 2),
        Shown(say("stress.kept_again"), [recovery(row) for row in rows], 1),
    ]


def _lost(row: SiteLost, rows: Sequence[SiteLost]) -> str:
    """When a site is lost, with the weekday where rows are of several days."""
    several = len({one.date for one in rows}) > 1
    return f"{label(row.weekday.capitalize())} " * several + f"{row.from_}–{row.to}"


def recovery(row: SiteLost) -> str:
    """When all goals are kept again, those of the slowest queue last; never where one was missed before."""
    if row.missed_before:
        return say("stress.missed_before", n=len(row.missed_before))
    shares = {name: share for name, share in row.recovered.items() if share is not None}
    if not shares:
        return say("stress.nobody_calls") if row.recovered else figures.NOTHING
    if min(shares.values()) == 0:
        return say("stress.not_that_day")
    slowest = max(seconds for name in shares if (seconds := row.recovery_s[name]) is not None)
    if slowest >= 30:
        after = say("stress.later", time=show_duration(60 * round(slowest / 60)))
    else:
        after = say("stress.from", time=row.to)
    return after if min(shares.values()) == 1 else say("stress.not_every_run", after=after)
