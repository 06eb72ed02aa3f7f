"""What a result was made of, for those who get its page and not its file."""

from __future__ import annotations

import os
from collections.abc import Iterator

from callsim.results.run import Inputs
from callsim.scenario import Scenario
from callsim.scenario.summary import describe
from callsim.sentences import say


def inputs_of(scenario: Scenario) -> Inputs:
    """The file's own words in short, and what it leaves open."""
    path = scenario.path
    return Inputs(
        file=os.path.basename(path) if path else None,
        says=[line.strip() for line in describe(scenario)[1:]],
        assumed=list(_assumed(scenario)),
    )


def _assumed(scenario: Scenario) -> Iterator[str]:
    queues, groups = scenario.queues.items(), scenario.groups.items()
    for key, names in (
        ("patient", [name for name, queue in queues if queue.patience is None]),
        ("no_wrap", [name for name, queue in queues if queue.wrap is None]),
        ("no_redial", [name for name, queue in queues if queue.redial is None]),
        ("no_shrinkage", [name for name, group in groups if not group.shrinkage]),
        ("no_absence", [name for name, group in groups if group.absence is None]),
    ):
        if names:
            some = names if len(names) <= 6 else [*names[:5], say("pages.and_more", n=len(names) - 5)]
            yield say(f"run.assumed_{key}", names=", ".join(some))
