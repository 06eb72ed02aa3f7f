"""The differences of two plans in words and rows, for the comparison's report and its CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.text import Text

from callsim.report.kit import figures
from callsim.results import catalogue
from callsim.results.declared import Declared
from callsim.results.measures import Figure
from callsim.results.schema import Figures, Mapped, mapped
from callsim.sentences import label, say
from callsim.study.runs.compared import Answered, Between, CompareResult

ALL = "all queues"
NAMED = 3  # queues in a sentence
ALIKE = 0.001  # a tenth of a point
STYLES = {"better": "bold green", "worse": "bold red", "mixed": "bold yellow", "open": "bold yellow"}
ABANDONED, WAIT = "abandoned_share", "asa_s"


def rows(found: CompareResult) -> list[Mapped]:
    """One row per pair of plans and queue, for CSV."""
    return [
        {"before": pair.before, "after": pair.after, "queue": name, **mapped(row)}
        for pair in found.differences.values()
        for name, row in ((None, pair.total), *pair.queues.items())
    ]


def letters(found: CompareResult) -> dict[str, str]:
    """A short name for each plan: A, B … Z, then 27, 28 …"""
    return {
        plan.name: chr(ord("A") + row) if row < 26 else str(row + 1) for row, plan in enumerate(found.plans)
    }


def pairs(found: CompareResult, most: int) -> list[Between]:
    """The pairs to show: all, or of many only neighbours."""
    everything = list(found.differences.values())
    if len(everything) <= most:
        return everything
    order = [plan.name for plan in found.plans]
    return [p for p in everything if order.index(p.after) == order.index(p.before) + 1]


def verdicts(found: CompareResult, letters: Mapping[str, str], shown: Sequence[Between]) -> Iterator[Text]:
    """One sentence for each pair."""
    for pair in shown:
        old, new = letters[pair.before], letters[pair.after]
        by = {
            verdict: [Differs.of(question) for question in pair.questions if question.verdict == verdict]
            for verdict in ("better", "worse", "open")
        }
        words = _sentence(pair.verdict, old, new, by, found.runs)
        if pair.verdict == "alike" and (others := _differing(pair)):
            words = say("compare.alike_but", old=old, new=new, figures=others)
        yield Text(words, STYLES.get(pair.verdict, "bold"))


class Differs(NamedTuple):
    """A figure of a queue, and by how much it is more."""

    queue: str | None  # None: all together
    figure: str
    difference: Figure

    @classmethod
    def of(cls, answered: Answered) -> Differs:
        """What an answer is about."""
        return cls(answered.queue, answered.figure, answered.difference)


def _sentence(verdict: str, old: str, new: str, by: Mapping[str, Sequence[Differs]], runs: int) -> str:
    if verdict == "alike":
        return say("compare.alike", old=old, new=new)
    better, worse, unknown = (_listed(some) for some in by.values())
    close = say("compare.close", runs=say("pages.runs", n=runs), figures=unknown)
    if verdict == "open":
        return say("compare.open", old=old, new=new, close=close)
    but = say("compare.but", close=close) if unknown else ""
    if verdict == "mixed":
        return say("compare.mixed", old=old, new=new, better=better, worse=worse, but=but)
    if verdict == "better":
        return say("compare.better", old=old, new=new, figures=better, but=but)
    return say("compare.worse", old=old, new=new, figures=worse, but=but)


def _differing(pair: Between) -> str:
    """Figures of queues that differ by more than a tenth of a point, though nothing asked of them does."""
    return _listed(
        [
            Differs(name, key, difference)
            for name, row in pair.queues.items()
            for key in _decisive(pair.counted)
            if (difference := row.figures.get(key)) and abs(difference.mean or 0.0) > ALIKE
        ]
    )


def _decisive(counted: str) -> tuple[str, str]:
    """The figures that goals are about."""
    return f"service_level.{counted}", ABANDONED


def _listed(some: Sequence[Differs]) -> str:
    """The queues that differ most, with their differences."""
    largest = sorted(some, key=lambda one: -abs(one.difference.mean or 0.0))
    names = label(", ").join(map(_named, largest[:NAMED]))
    more = len(largest) - NAMED
    return say("lists.more", first=names, left=more) if more > 0 else names


def _named(one: Differs) -> str:
    if one.figure == WAIT:
        wait = label(catalogue.CALLS[WAIT].heading)
        return f"{one.queue or label(ALL)} {wait} {figures.more_seconds(one.difference)}"
    what = f"{label(catalogue.CALLS[ABANDONED].heading)} " if one.figure == ABANDONED else ""
    return f"{one.queue or label(ALL)} {what}{figures.points_about(one.difference, label('points'))}"


class Row(NamedTuple):
    """A queue of a pair."""

    name: str
    figures: Figures  # its differences
    gain: float | None  # how many times as sharp


def named(row: Row) -> str:
    """Returns what a table calls a row."""
    return label(row.name) if row.name == ALL else row.name


class Rows(NamedTuple):
    """The queues of a pair that are shown, and how many are not."""

    shown: list[Row]
    alike: int  # of them not a single call fared otherwise
    more: int  # there is no room for them


def of_pair(pair: Between, most: int, *, differing: bool = False) -> Rows:
    """The queues that differ most, and all queues together.

    `differing`: of several, those where not a single call fared otherwise are left out.
    """
    gains = {question.queue: question.gain for question in pair.questions}
    every = [Row(name, row.figures, gains.get(name)) for name, row in pair.queues.items()]
    queues = [one for one in every if not (differing and len(every) > 1 and _nothing(one.figures))]
    alike = len(every) - len(queues)
    queues.sort(key=lambda one: -_size(one.figures, pair.counted))
    everything = Row(ALL, pair.total.figures, gains.get(None))
    if len(every) == 1:
        return Rows(queues if None not in gains else [everything], 0, 0)
    shown = queues[: max(most - 1, 1)]
    return Rows([*shown, everything], alike, len(queues) - len(shown))


def _size(row: Figures, counted: str) -> float:
    """By how much a queue differs: the service level or the abandoned share, whichever differs more."""
    return max(abs(row.get(key, Figure(None)).mean or 0.0) for key in _decisive(counted))


def _nothing(row: Figures) -> bool:
    """Whether all calls fared alike: no figure differs in any run."""
    return not any(figure.mean or figure.low or figure.high for figure in row.values())


def shown(counted: str, pairs: Sequence[Between] = ()) -> list[Declared]:
    """The figures of which tables tell the differences; those of clients only where `pairs` have some."""
    declared = [*catalogue.of_queues(counted)]
    declared += [one for key, one in catalogue.CLIENTS.items() if any(key in p.total.figures for p in pairs)]
    rows = [row.figures for pair in pairs for row in pair.queues.values()]
    declared += [one for key, one in catalogue.BACKLOG.items() if any(key in row for row in rows)]
    return [one for one in declared if one.differs is not None]


def times(gain: float | None) -> str:
    """How many times as sharp."""
    if gain is None:
        return figures.NOTHING
    return f"{gain:,.0f} ×" if gain >= 9.95 else f"{gain:.1f} ×"
