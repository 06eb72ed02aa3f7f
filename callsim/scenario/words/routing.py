"""Who may answer which call, how soon and how fast, and over which trunks it comes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from callsim.scenario.words.quantities import Count, Duration, Name, Ordinal, Part, Positive


class Answer(Part):
    """How a group answers a queue; `{}` is the usual way."""

    rank: Ordinal = 1
    """1 is the group's first choice, and the queue's (default 1)."""
    after: Duration = 0.0
    """Only calls that have waited this long (default 0 s: from the first second)."""
    pace: Annotated[Positive, Field(ge=0.1, le=10)] = 1.0
    """Times the usual talk time, 0.1 to 10 (default 1)."""


class Lines(Part):
    """A trunk group that queues share: a call holds a line from its arrival to the end of talk."""

    count: Count
    """How many lines there are; a call that finds none free is blocked."""
    queues: Annotated[tuple[Name, ...], Field(min_length=1)]
    """The queues whose calls come over these lines."""
