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
    if names := _few([name for name, queue in queues if queue.patience is None]):
        yield say("run.assumed_patient", names=names)
    if names := _few([name for name, queue in queues if queue.wrap is None]):
        yield say("run.assumed_no_wrap", names=names)
    if names := _few([name for name, queue in queues if queue.redial is None]):
        yield say("run.assumed_no_redial", names=names)
    if names := _few([name for name, group in groups if not group.shrinkage]):
        yield say("run.assumed_no_shrinkage", names=names)
    if names := _few([name for name, group in groups if group.absence is None]):
        yield say("run.assumed_no_absence", names=names)


def _few(names: list[str]) -> str:
    """Returns some names; of many the first ones, and the number of the others."""
    return ", ".join(names if len(names) <= 6 else [*names[:5], say("pages.and_more", n=len(names) - 5)])
