"""What a queue promises its callers, and by which formula the promise is judged."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from callsim.scenario.words.mistakes import wrong
from callsim.scenario.words.quantities import Duration, Part, PositiveDuration, Share
from callsim.sentences import say


class Goal(Part):
    """The service level of a queue."""

    answer: Share | None = None
    """The share of calls to be answered within `within`."""
    within: Duration = 20.0
    """The wait that still counts as good; needed by `answer` (figures of a goal without it use 20 s)."""
    abandon_at_most: Share | None = None
    """The share of calls that may abandon."""
    asa_at_most: PositiveDuration | None = None
    """The longest that answered calls may wait on the mean, such as 25 s; those that did not wait count as
    0 s."""

    @model_validator(mode="after")
    def _complete(self) -> Goal:
        if self.answer is None and self.abandon_at_most is None and self.asa_at_most is None:
            raise wrong(say("demand.goal"))
        if self.answer is not None and "within" not in self.model_fields_set:
            raise wrong(say("demand.goal_within"))
        return self


class Goals(Part):
    """How all goals are judged."""

    counted: Literal["offered", "answered", "quick_abandons_excluded", "quick_abandons_met"] = "offered"
    """The formula of the service level (default offered: answered within T ÷ offered)."""
    short_abandon: Duration | None = None
    """Who gives up before this wait has not abandoned: such calls, and those that balk, are left out of
    offered and of abandoned in every formula and share. Counts stay as they are, and `short_abandoned` stands
    beside them (default: all abandoned calls count)."""
    callbacks: Literal["apart", "counted"] = "apart"
    """Whether clients who are called back count as answered after the wait until then, in service levels and
    all figures of answered calls (default apart: in neither, but with figures of their own)."""
