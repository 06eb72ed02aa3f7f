"""What does not yet know calls that follow others says so, rather than give a plausible wrong answer."""

from __future__ import annotations

from callsim.errors import UserError
from callsim.scenario import Scenario
from callsim.sentences import say


def queues_with(scenario: Scenario) -> list[str]:
    """The queues after whose calls clients do something, by their names in the file."""
    return [
        name for name, queue in scenario.queues.items() if any(step.share > 0 for step in queue.follow_ups)
    ]


def refuse_follow_ups(scenario: Scenario, command: str) -> None:
    """Raises UserError where calls follow others, which a command does not count."""
    if queues := queues_with(scenario):
        raise UserError(say("model.follow_ups", command=command, queues=", ".join(queues)))
