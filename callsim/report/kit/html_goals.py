"""Verdicts on a page: the first words, the figures at the top, and a table of goals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from callsim.report.kit import figures
from callsim.report.kit.both import table
from callsim.report.kit.goals import goal_columns, listed, promise, sentences, shown_groups
from callsim.report.kit.html_page import Fold, Part, Table, Tile, Tiles, Verdict
from callsim.report.kit.ranking import badness
from callsim.report.kit.verdicts import Lamp, Tone, verdict_on
from callsim.results.measures import Figure
from callsim.results.run import RunResult
from callsim.sentences import label, say

_MUCH_LONGER = 10  # times the shortest wait that is promised


def verdict(found: RunResult) -> Verdict:
    """The first thing a reader sees."""
    goals, said = found.judged, sentences(found)
    lines = [
        f"{one.words}{label(': ')}{listed(one.names)}{label('.')}"
        for one in said
        if one.names and len(goals) > 1 and not (one.complete and one is said[0])
    ]
    return Verdict(said[0].tone, said[0].headline or said[0].words, lines)


def tiles(found: RunResult) -> Tiles:
    """Returns the tiles of the figures of all calls together."""
    total = found.total.figures

    def tile(above: str, words: str) -> Tile:
        figure, sign, half = words.partition(" ± ")
        return Tile(above, figure, sign.lstrip() + half)

    shown = [
        Tile(say("pages.calls_offered", n=found.days), figures.count(total["offered"])),
        tile("Service level", figures.percent_about(total.level(found.counted))),
    ]
    soon = _promised_soon(found)
    if soon is None:
        shown.append(tile(say("pages.mean_wait"), figures.waited_about(total["asa_s"])))
    elif len(soon) == 1:
        alone = say("pages.mean_wait_of", queue=soon[0])
        shown.append(tile(alone, figures.waited_about(found.queues[soon[0]].figures["asa_s"])))
    shown.append(tile("Abandoned", figures.percent_about(total["abandoned_share"])))
    paid = [group.figures["paid_h"].mean for group in found.groups.values()]
    if found.groups:
        hours = Figure(sum(hours for hours in paid if hours is not None))
        shown.append(Tile(say("pages.hours_paid", n=found.days), figures.count(hours)))
    if found.costs is not None:
        about = figures.costs_about(found.days, found.costs.currency)
        shown.append(tile(f"{label('Costs')}{about}", figures.count_about(found.costs.figures["total"])))
    return Tiles(shown)


def _promised_soon(found: RunResult) -> list[str] | None:
    """The queues whose answer is promised soon, where others may wait much longer, as mails beside calls.

    One mean wait of all would tell nobody's. None where promises are alike.
    """
    within = {
        name: goal.within_s
        for name, goal in found.goals.items()
        if goal.answer is not None and goal.within_s is not None
    }
    if not within or max(within.values()) <= _MUCH_LONGER * min(within.values()):
        return None
    return [name for name, time in within.items() if time <= _MUCH_LONGER * min(within.values())]


def goals(found: RunResult) -> Iterator[Part]:
    """What was promised and what came of it, the worst first; each family in a fold."""
    worst = [name for name, _ in sorted(found.queues.items(), key=badness(found.counted))]
    names = [name for name in worst if name in found.goals]
    families = found.families or {}
    inside = {queue: family for family, of in families.items() for queue in of.queues}
    alone = [name for name in names if name not in inside]
    if alone:
        yield _table(found, alone)
    for family in dict.fromkeys(inside[name] for name in names if name in inside):
        level = families[family].figures.level(found.counted)
        yield _family(found, family, [name for name in names if inside.get(name) == family], level)
    if found.group_goals:
        yield table(shown_groups(found), names=2, label=say("goals.groups").capitalize())


def _family(found: RunResult, family: str, names: Sequence[str], level: Figure) -> Fold:
    """One line for alike queues: how many goals are met, and the table when asked for."""
    goals = [found.goals[name] for name in names]
    met = sum(goal.met is True for goal in goals)
    tones = {verdict_on(goal).tone for goal in goals}
    tone: Tone = next((tone for tone in ("bad", "close", "none") if tone in tones), "good")
    wanted = {promise(goal) for goal in goals}
    share = figures.percent_about(level)
    small = (
        say("pages.family_level_goal", level=share, goal=wanted.pop())
        if len(wanted) == 1
        else say("pages.family_level", level=share)
    )
    lamp = Lamp(tone, say("pages.family_met", met=met, goals=len(names)))
    return Fold(family, [_table(found, names)], lamp, small)


def _table(found: RunResult, names: Sequence[str]) -> Table:
    return table(goal_columns(found, names), names=2, label="Goals")
