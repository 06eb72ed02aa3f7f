"""Verdicts on a page: the first words, the figures at the top, and a table of goals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from callsim.report.kit import figures
from callsim.report.kit.goals import failed, goals_of, listed, promise, sentences
from callsim.report.kit.html_page import Cell, Fold, Lamp, Marked, Part, Table, Tile, Tiles, Tone, Verdict
from callsim.report.kit.ranking import badness

MET = {True: Lamp("good", "met"), False: Lamp("bad", "missed"), None: Lamp("none", "no calls")}
CLOSE = {True: Lamp("close", "just met"), False: Lamp("close", "just missed")}

Found = Mapping[str, Any]


def lamp(found: Found, name: str) -> Lamp:
    """The verdict on the goal of a queue; amber where other luck could turn it."""
    goal = found["queues"][name]["goal"]
    return CLOSE[goal["met"]] if goal["decided"] is False else MET[goal["met"]]


def verdict(found: Found) -> Verdict:
    """The first thing a reader sees."""
    goals, said = goals_of(found), sentences(found)
    lines = [f"{one.words}: {listed(one.names)}." for one in said if one.names and len(goals) > 1]
    headline = said[0].words.rstrip(".") + "."
    if len(goals) == 1 and said[0].names:
        headline = headline.replace("The goal", f"The goal of {said[0].names[0]}")
    elif said[0].tone in ("bad", "close") and not said[0].words.endswith(("called", "could call")):
        met = sum(lamp(found, name).tone == "good" for name in goals)
        headline = f"{met} of {len(goals)} goals are met."
    return Verdict(said[0].tone, headline, lines)


def tiles(found: Found) -> Tiles:
    """What all calls together met with."""
    total, days = found["total"], found["days"]
    during = "a day" if days == 1 else f"{days} days"

    def tile(label: str, words: str) -> Tile:
        figure, sign, half = words.partition(" ± ")
        return Tile(label, figure, sign.lstrip() + half)

    return Tiles(
        [
            Tile(
                f"Calls offered in {during}",
                figures.count(total["offered"]),
            ),
            tile("Service level", figures.percent_about(total["service_level"][found["counted"]])),
            tile("Mean wait of answered calls", figures.seconds_about(total["asa_s"])),
            tile("Abandoned", figures.percent_about(total["abandoned_share"])),
        ]
    )


def goals(found: Found) -> Iterator[Part]:
    """What was promised and what came of it, the worst first; each family in a fold."""
    worst = [name for name, _ in sorted(found["queues"].items(), key=badness(found["counted"]))]
    promised_to = set(goals_of(found))
    names = [name for name in worst if name in promised_to]
    inside = {queue: family for family, of in found["families"].items() for queue in of["queues"]}
    alone = [name for name in names if name not in inside]
    if alone:
        yield _table(found, alone)
    for family in dict.fromkeys(inside[name] for name in names if name in inside):
        yield _family(found, family, [name for name in names if inside.get(name) == family])


def _family(found: Found, family: str, names: Sequence[str]) -> Fold:
    """One line for alike queues: how many goals are met, and the table when asked for."""
    lamps = [lamp(found, name) for name in names]
    met = sum(found["queues"][name]["goal"]["met"] is True for name in names)
    tones = {one.tone for one in lamps}
    tone: Tone = next((tone for tone in ("bad", "close", "none") if tone in tones), "good")
    level = figures.percent_about(found["families"][family]["service_level"][found["counted"]])
    wanted = {promise(found["queues"][name]["goal"]) for name in names}
    small = f"service level {level}" + (f"; goal {wanted.pop()}" if len(wanted) == 1 else "")
    return Fold(family, [_table(found, names)], Lamp(tone, f"{met} of {len(names)} met"), small)


def _table(found: Found, names: Sequence[str]) -> Table:
    head = ["", "queue", "service level", "goal", "abandoned", "at most", "days met", "95 % interval"]
    return Table(head, [_row(found, name) for name in names], names=2, label="Goals")


def _row(found: Found, name: str) -> list[Cell]:
    queue = found["queues"][name]
    goal, level, abandoned = queue["goal"], queue["service_level"][found["counted"]], queue["abandoned_share"]
    late, gave_up = failed(goal, level, abandoned)
    answer, limit = goal["answer"], goal["abandon_at_most"]
    return [
        lamp(found, name),
        name,
        marked(figures.percent_about(level, answer), late),
        promise(goal),
        marked(figures.percent_about(abandoned, limit), gave_up),
        figures.NOTHING if limit is None else figures.promise(limit),
        figures.percent_of_days(goal["probability"]),
        figures.percent_range(goal["probability"]),
    ]


def marked(words: str, missed: bool) -> Cell:
    """A figure, marked if it misses its goal."""
    return Marked(words) if missed else words
