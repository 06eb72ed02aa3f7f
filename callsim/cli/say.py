"""What every command says alike: messages, and exit codes."""

from __future__ import annotations

import click

WRONG, MISTAKE, MISSED = 1, 2, 3  # exit codes; 0: done, 130: Ctrl-C


def say(text: str) -> None:
    """A message to the planner, on standard error."""
    click.echo(text, err=True)
