"""Which plan to take, and why: the first sentence of a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from callsim.report.kit import figures
from callsim.report.kit.goals import listed
from callsim.report.kit.verdicts import Tone, verdict_on
from callsim.results.goals.missed_days import listed_days, missed_days
from callsim.results.measures import Figure
from callsim.results.run import RunResult
from callsim.sentences import say
from callsim.study.runs.compared import CompareResult

TOTAL, PER_CONTACT, PAID = "total", "per_contact", "paid_h"


class Choice(NamedTuple):
    """What a reader is told first: a headline, and why."""

    tone: Tone
    headline: str
    lines: Sequence[str]


def choice(found: CompareResult, letters: Mapping[str, str]) -> Choice | None:
    """Which plan to take; None where no plan has a goal, or neither prices nor paid hours tell them apart."""
    plans = [plan for plan in found.plans if plan.judged]
    if not plans:
        return None
    hours = [paid_hours(plan) for plan in plans]
    if all(plan.costs is None for plan in plans) and max(hours) <= 1.005 * min(hours):
        return None
    keep = [plan for plan in plans if all(verdict_on(goal).tone == "good" for _, goal in plan.judged)]
    lines = [_misses(plan, letters) for plan in plans if plan not in keep]
    if not keep:
        return Choice("bad", _nobody(plans, letters), lines)
    priced = all(plan.costs is not None for plan in keep)
    missed = {plan.name: missed_days(plan.judged) for plan in keep}
    daily = [plan for plan in keep if not missed[plan.name]]
    weigh = daily or keep
    weigh.sort(key=_amount if priced else paid_hours)
    best, *others = weigh
    alike = [plan for plan in others if not (_dearer(found, best, plan) if priced else _longer(best, plan))]
    price = _price(best, priced)
    keeps = _keeps(by_days=any(missed.values()), daily=bool(daily))
    if alike:
        names = listed([_called(plan, letters) for plan in (best, *alike)])
        if priced:
            headline = say("compare.take_any", plans=names, price=price, keeps=keeps)
        else:
            headline = say("compare.take_any_hours", plans=names, price=price, keeps=keeps)
    elif others:
        if priced:
            headline = say("compare.take", plan=_called(best, letters), price=price, keeps=keeps)
        else:
            headline = say("compare.take_hours", plan=_called(best, letters), price=price, keeps=keeps)
    else:
        headline = say("compare.take_only", plan=_called(best, letters), price=price, keeps=keeps)
    why = []
    for plan in keep:
        days = listed_days(missed[plan.name])
        if plan is best or plan in alike:
            headline += say("compare.but_on_days", plan=letters[plan.name], missed=days) if days else ""
        elif days:
            told = _called(plan, letters), _price(plan, priced)
            why.append(say("compare.only_together", plan=told[0], price=told[1], missed=days))
        else:
            why.append(_also(plan, best, letters, priced))
    if not priced:
        lines.append(say("compare.no_prices"))
    return Choice("good" if daily else "close", headline, [*why, *lines])


def paid_hours(plan: RunResult) -> float:
    """Hours that are paid, of all groups and days."""
    return sum(group.figures[PAID].mean or 0.0 for group in plan.groups.values())


def _amount(plan: RunResult) -> float:
    assert plan.costs is not None
    return plan.costs.figures[TOTAL].mean or 0.0


def _dearer(found: CompareResult, cheap: RunResult, dear: RunResult) -> bool:
    """Whether the same luck tells the two amounts apart."""
    for pair in found.differences.values():
        if {pair.before, pair.after} == {cheap.name, dear.name} and pair.costs is not None:
            gap = pair.costs.figures[TOTAL]
            if gap.low is None or gap.high is None:
                return bool(gap.mean)
            return gap.low > 0 or gap.high < 0
    return _amount(dear) > _amount(cheap)


def _longer(few: RunResult, many: RunResult) -> bool:
    """Whether hours differ by more than minutes of late time do."""
    return paid_hours(many) - paid_hours(few) > 0.005 * paid_hours(few)


def _called(plan: RunResult, letters: Mapping[str, str]) -> str:
    return f"{letters[plan.name]} ({name_of(plan)})"


def name_of(plan: RunResult) -> str:
    """What a plan is called beside others of its scenario's name: by its file."""
    inside = plan.name.removeprefix(f"{plan.scenario} (")
    return inside.removesuffix(")") if inside != plan.name and plan.name.endswith(")") else plan.name


def _keeps(by_days: bool, daily: bool) -> str:
    """What plans keep, in words. `by_days`: whether any of them surely misses a goal on a day."""
    if not by_days:
        return say("compare.keep")
    return say("compare.keep_daily") if daily else say("compare.keep_together")


def _price(plan: RunResult, priced: bool) -> str:
    """What a plan costs, and what one answered call does; without prices the hours that are paid."""
    if not priced or plan.costs is None:
        return say("compare.paid_hours", hours=paid_hours(plan))
    unit, days = plan.costs.currency, say("pages.days", n=plan.days)
    amount = figures.count(plan.costs.figures[TOTAL])
    words = say("compare.price", amount=f"{unit} {amount}" if unit else amount, days=days)
    each = plan.costs.figures[PER_CONTACT]
    return words if each.mean is None else f"{words}, {say('compare.each', amount=figures.price(each))}"


def _also(plan: RunResult, best: RunResult, letters: Mapping[str, str], priced: bool) -> str:
    name = _called(plan, letters)
    if not priced:
        return say("compare.also_hours", plan=name, more=paid_hours(plan) - paid_hours(best))
    return say("compare.also", plan=name, more=figures.count(Figure(_amount(plan) - _amount(best))))


def _misses(plan: RunResult, letters: Mapping[str, str]) -> str:
    """Which goals a plan does not surely keep."""

    def of(tone: Tone) -> str:
        return listed([name for name, goal in plan.judged if verdict_on(goal).tone == tone])

    lost, close, silent = of("bad"), of("close"), of("none")
    parts = [say("compare.loses", names=lost)] if lost else []
    parts += [say("compare.is_close", names=close)] if close else []
    parts += [say("compare.has_no_calls", names=silent)] if silent else []
    return say("compare.does", plan=_called(plan, letters), parts="; ".join(parts))


def _nobody(plans: Sequence[RunResult], letters: Mapping[str, str]) -> str:
    """No plan surely keeps all goals: whether one may, and which comes nearest."""
    lost = {plan.name: sum(verdict_on(goal).tone == "bad" for _, goal in plan.judged) for plan in plans}
    fewest = min(lost.values())
    nearest = [plan for plan in plans if lost[plan.name] == fewest]
    if fewest == 0:
        return say("compare.perhaps", plans=listed([_called(plan, letters) for plan in nearest]))
    far = {plan.name: round(_far(plan), 3) for plan in nearest}
    if len(plans) == len(nearest) and len(set(far.values())) == 1:
        return say("compare.nobody")
    best = min(nearest, key=lambda plan: far[plan.name])
    return say("compare.nearest", plan=_called(best, letters), n=fewest, of=len(best.judged))


def _far(plan: RunResult) -> float:
    """How far a plan is from its goals: the shares of calls that its queues lack, added up."""
    lacks = 0.0
    for name, goal in plan.goals.items():
        row = plan.queues[name].figures
        level, abandoned = row.level(plan.counted).mean, row["abandoned_share"].mean
        if goal.answer is not None and level is not None:
            lacks += max(goal.answer - level, 0.0)
        if goal.abandon_at_most is not None and abandoned is not None:
            lacks += max(abandoned - goal.abandon_at_most, 0.0)
    return lacks
