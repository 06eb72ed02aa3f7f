"""How much more, or less, of everything: calls, handling time, patience, agents – of one or of all."""

from __future__ import annotations

from typing import Annotated

from pydantic import WithJsonSchema

from callsim import units
from callsim.scenario.words.quantities import Part, by_unit
from callsim.sentences import say
from callsim.units import shown

LEAST, MOST = 0.01, 10.0


def _times(value: object) -> float:
    times = units.fraction(value)
    if not LEAST <= times <= MOST:
        raise units.UnitError(say("values.scale", value=shown(value)))
    return times


def _volume(value: object) -> float:
    return units.fraction(value) and _times(value)


def _schema(least: float) -> WithJsonSchema:
    return WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": least, "maximum": MOST},
                {"type": "string", "pattern": units.SHARE_PATTERN},
            ]
        }
    )


Times = Annotated[float, by_unit(_times), _schema(LEAST)]
"""A factor, written `110%` or `1.1`."""

Volume = Annotated[float, by_unit(_volume), _schema(0)]
"""The same, or 0%: nobody calls."""


class QueueScale(Part):
    """Times the calls, the handling times and the patience of a queue."""

    volume: Volume = 1.0
    """Times all its calls; 0% if its clients have left (default 100%)."""
    aht: Times = 1.0
    """Times talk and wrap (default 100%)."""
    patience: Times = 1.0
    """Times how long callers are willing to wait (default 100%)."""


class GroupScale(Part):
    """Times the agents of a group."""

    staff: Times = 1.0
    """Times its staff, rounded to whole agents; of shifts the sum is, and largest remainders get the agents
    (default 100%)."""


class Scale(QueueScale, GroupScale):
    """Times the calls, handling times and patience of all queues and the agents of all groups, too."""
