"""`callsim what-if`: a page on this machine on which a plan is simulated again while a slider moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from callsim.cli import option, simulate
from callsim.sentences import say

if TYPE_CHECKING:
    from callsim.study.options import RunOptions


@option.examples(
    "what-if centre.yaml",
    "what-if centre.yaml --no-browser --port 8000",
)
@click.command("what-if")
@click.argument("file")
@option.seed_and_jobs
@option.overrides
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="P", help=say("help.port"))
@click.option("--no-browser", is_flag=True, help=say("help.no_browser"))
def what_if(file: str, options: RunOptions, overrides: tuple[str, ...], port: int, no_browser: bool) -> None:
    """Open a page on this machine: move a slider, and FILE is simulated again, each call of each queue.

    It answers this machine alone and ends with Ctrl-C, or five minutes after its last tab was closed.
    """
    from callsim.report.what_if.serve import serve
    from callsim.study.what_if.what_if import WhatIf

    serve(WhatIf(simulate.loaded(file, overrides), options), port, not no_browser)
