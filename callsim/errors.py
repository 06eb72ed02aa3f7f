"""Every way callsim can refuse: what is wrong, where, and what to write instead.

CallsimError                 anything callsim itself raises
├── UserError                a mistake of the user: exit code 2, no traceback
│   └── ScenarioError        mistakes in a scenario file, all of them together
└── Interrupted              somebody asked to stop
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class CallsimError(Exception):
    """Anything callsim itself raises."""


class UserError(CallsimError):
    """A mistake of the user; its text says what is wrong and what to write instead."""


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake and its place; line and column count from 1, or are 0 where there is none."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.text}"


class ScenarioError(UserError):
    """All mistakes of a scenario, in the order of their places."""

    def __init__(self, mistakes: Sequence[Mistake]):
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))


class Interrupted(CallsimError):
    """Somebody asked to stop; nothing was written."""
