"""What every command says alike: messages, and exit codes."""

from __future__ import annotations

from callsim.report.kit.terminal import tell

WRONG, MISTAKE, MISSED = 1, 2, 3  # exit codes; 0: done, 128 + n: ended by signal n


def say(text: str) -> None:
    """A message to the planner, on standard error."""
    tell(text)
