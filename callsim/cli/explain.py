"""`callsim explain`: what a key of scenario files means."""

from __future__ import annotations

import click

from callsim.cli import option


@option.examples(
    "explain queues.patience",
    "explain groups.answers.pace",
    "explain --out scenario.md",
)
@click.command()
@click.argument("key", required=False)
@option.to_file
def explain(key: str | None, out: str | None) -> None:
    """Tell what KEY of a scenario file means: its value, default, an example.

    KEY is a path with or without names, such as queues.patience, queues.telecom.patience or patience. Without
    it those at the top are told; with --out every key, as Markdown (docs/scenario.md).
    """
    from callsim.report.deliver import PAPER
    from callsim.report.kit.file import show, writable, write
    from callsim.report.kit.terminal import columns
    from callsim.report.reference import explained, index, page
    from callsim.scenario import reference

    width = columns() if out is None else PAPER
    every = index(width) if out is None else page()
    told = every if key is None else explained(reference.explained(key), width)
    if out is None:
        show(told)
    else:
        write(writable(out), told)
