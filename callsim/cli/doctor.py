"""`callsim doctor`: whether this machine has what callsim needs."""

from __future__ import annotations

import click

from callsim.cli import option


@option.examples("doctor")
@click.command()
def doctor() -> None:
    """What callsim finds on this machine, and what to do where something is missing.

    Versions, memory, where compiled code is kept, the browser, extras, the terminal.
    """
    from callsim.report.doctor import as_text, found
    from callsim.report.kit.file import show

    show(as_text(found()))
