"""What to look at in a result, in words and in numbers; equal warnings of many months become one line.

A warning is a sentence in pieces: words, figures and moments. So those that differ in figures and moments
only are told as one, with the range of each figure, and nothing is read out of a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from callsim.sentences import pieces, say
from callsim.units import show_clock, show_duration

NAMED = 3  # names in a sentence
DURATION = "duration"


@dataclass(frozen=True, kw_only=True)
class Amount:
    """A figure, from the least to the most where several are told as one."""

    least: float
    most: float
    form: str  # how it is written: a format, or `duration` of seconds

    def __str__(self) -> str:
        low, high = self._words(self.least), self._words(self.most)
        if low == high:
            return low
        number, _, unit = low.partition(" ")
        alike = unit.isalpha() and high.endswith(f" {unit}") and high.count(" ") == 1
        return say("lists.span", first=number if alike else low, last=high)

    def _words(self, value: float) -> str:
        return show_duration(value) if self.form == DURATION else format(value, self.form)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Part of a sentence: words, or a figure, or a moment."""

    words: str = ""
    amount: Amount | None = None
    moment: str | None = None  # ISO 8601, local; a month, a day, or a time of it

    def __str__(self) -> str:
        return self.words if self.amount is None and self.moment is None else str(self.amount or self.moment)


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A time of day at which most of those who are planned are on break."""

    begin: int  # ms of the day
    end: int
    away: int  # agents
    planned: int  # agents


@dataclass(frozen=True, kw_only=True)
class Warned:
    """Something to look at."""

    what: str  # the kind of trouble
    pieces: Sequence[Piece]
    queues: Sequence[str] = ()  # whom it concerns
    pauses: Sequence[Pause] = ()  # breaks that are had together, if that is the trouble

    @property
    def text(self) -> str:
        """For people."""
        return "".join(map(str, self.pieces))

    @property
    def moments(self) -> list[str]:
        """All that are told, in order of the sentence."""
        return [piece.moment for piece in self.pieces if piece.moment is not None]


Part = str | Piece | Sequence[Piece]


def sentence(parts: Iterable[Part]) -> tuple[Piece, ...]:
    """Returns the pieces of a sentence from words, pieces, and runs of pieces such as those of `names`."""
    some = ((Piece(words=part),) if isinstance(part, str) else part for part in parts)
    return tuple(piece for part in some for piece in ((part,) if isinstance(part, Piece) else part))


def amount(least: float, form: str, most: float | None = None) -> Piece:
    """A figure; with `most` a range."""
    return Piece(amount=Amount(least=float(least), most=float(least if most is None else most), form=form))


def names(queues: Sequence[str]) -> tuple[Piece, ...]:
    """Some names; of many the first ones and how many more."""
    first = Piece(words=", ".join(queues[:NAMED]))
    if len(queues) <= NAMED:
        return (first,)
    return sentence(pieces("lists.more", first=first, left=amount(len(queues) - NAMED, ".0f")))


def alike(queues: Sequence[str]) -> str:
    """Returns some names as a text; of many the first ones and how many more."""
    return "".join(map(str, names(queues)))


def in_one_line(warnings: Iterable[Warned]) -> list[str]:
    """Warnings that differ in moments and figures only become one, with how often and from when to when.

    The first one stands for all, with the range of each figure. Breaks that shifts have together are one
    warning, whenever they are and whoever misses a goal for them.
    """
    kinds: dict[tuple[str, ...], dict[str, Warned]] = {}
    for warning in warnings:
        kind = (warning.what,) if warning.pauses else (warning.what, *map(_kind, warning.pieces))
        kinds.setdefault(kind, {}).setdefault(warning.text, warning)
    return [_merged(list(some.values())) for some in kinds.values()]


def _kind(piece: Piece) -> str:
    return piece.words if piece.amount is None and piece.moment is None else "#"


def _merged(some: Sequence[Warned]) -> str:
    if len(some) == 1:
        return some[0].text
    if some[0].pauses:
        return _breaks(some)
    whole = replace(
        some[0],
        pieces=[_range(alternatives) for alternatives in zip(*(one.pieces for one in some), strict=True)],
    )
    days = sorted({moment[:10] for one in some for moment in one.moments})
    if len(days) > 1:
        return say("warned.several_days", warning=whole.text, times=len(some), first=days[0], last=days[-1])
    return say("warned.several", warning=whole.text, times=len(some))


def _range(pieces: Sequence[Piece]) -> Piece:
    """The first of some pieces of equal kind, with the range of all their figures."""
    amounts = [piece.amount for piece in pieces if piece.amount is not None]
    if not amounts:
        return pieces[0]
    least, most = min(one.least for one in amounts), max(one.most for one in amounts)
    return Piece(amount=replace(amounts[0], least=least, most=most))


def _breaks(some: Sequence[Warned]) -> str:
    """The times of all, the most queues that miss their goals then, and the first of these."""
    pauses = [pause for one in some for pause in one.pauses]
    spans = sorted({(pause.begin, pause.end) for pause in pauses})
    times = alike([say("warned.span", start=show_clock(begin), end=show_clock(end)) for begin, end in spans])
    most = max(len(one.queues) for one in some)
    first = alike(list(dict.fromkeys(name for one in some for name in one.queues[:NAMED])))
    away, planned = (_over(column) for column in zip(*_people(pauses), strict=True))
    said = say("warned.breaks_alike", n=most, away=away, planned=planned, times=times, first=first)
    return say("warned.several", warning=said, times=len(some))


def _people(pauses: Sequence[Pause]) -> Iterator[tuple[int, int]]:
    return ((pause.away, pause.planned) for pause in pauses)


def _over(numbers: Sequence[int]) -> str:
    return str(Amount(least=min(numbers), most=max(numbers), form=".0f"))
