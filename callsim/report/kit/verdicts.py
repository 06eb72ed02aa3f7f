"""The words of verdicts on goals, and their colours: once for terminals and pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from rich.text import Text

from callsim.results.run import Goal, GroupGoal
from callsim.sentences import label

Tone = Literal["good", "bad", "close", "none"]

STYLES: dict[Tone, str] = {"good": "green", "bad": "bold red", "close": "yellow", "none": "yellow"}
LOUD: dict[Tone, str] = {"good": "bold green", "bad": "bold red", "close": "bold yellow", "none": ""}


@dataclass(frozen=True)
class Lamp:
    """A verdict that reads without colours: each tone has its shape, and its word stands beside it."""

    tone: Tone
    word: str
    under: str = ""  # a second line of a cell
    part: str = "lamp"


class Word(NamedTuple):
    """A verdict in a word or two."""

    tone: Tone
    page: str
    terminal: str = ""  # where it is another

    def text(self) -> Text:
        """For a terminal."""
        return Text(label(self.terminal or self.page), STYLES[self.tone])

    def lamp(self) -> Lamp:
        """For a page."""
        return Lamp(self.tone, label(self.page))


MET = Word("good", "met")
MISSED = Word("bad", "missed", "MISSED")
CLOSE = Word("close", "close")
NO_CALLS = Word("none", "no calls")
NOBODY = Word("none", "nobody there")
JUST_MET = Word("close", "just met", "close")
JUST_MISSED = Word("close", "just missed", "close")


def word(met: bool | None) -> Word:
    """Whether a goal is met; None: too close to call."""
    return CLOSE if met is None else MET if met else MISSED


def verdict_on(goal: Goal | GroupGoal) -> Word:
    """The verdict on a goal; amber where other luck could turn it."""
    if goal.met is None:
        return NOBODY if isinstance(goal, GroupGoal) else NO_CALLS
    if goal.decided is False:
        return JUST_MET if goal.met else JUST_MISSED
    return word(goal.met)
