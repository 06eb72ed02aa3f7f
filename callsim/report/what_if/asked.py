"""What a page asks of the server: checked before anything is done with it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from callsim.errors import UserError
from callsim.report.what_if.told import values
from callsim.scenario import Scenario
from callsim.scenario.reading.load import written_at
from callsim.sentences import say
from callsim.study.what_if.what_if import WhatIf
from callsim.units import DAY_MS, HOUR_MS, MINUTE_MS, show_clock

LOST_MS = 4 * HOUR_MS  # how long a site is lost, as in `callsim stress`
MOST_DAYS = 30  # of a look


@dataclass(frozen=True)
class Lost:
    """A site that loses all seats for four hours of day 1, or until midnight."""

    site: str
    at: str  # such as 10:00


@dataclass(frozen=True)
class Asked:
    """A request: keys of the file with their numbers, a site, how many days, and which tab asks.

    `queue`, `share`: of the question how many people more.
    """

    set: Mapping[str, float] = field(default_factory=dict)
    lost: Lost | None = None
    days: int = 1
    tab: str = ""
    queue: str = ""
    share: float = 0.0


def understood(body: bytes) -> Asked:
    """Returns what the body of a request asks for. Raises UserError for all that no page of ours asks."""
    try:
        asked = Asked(**json.loads(body))
        lost = None if asked.lost is None else Lost(**asked.lost)  # type: ignore[arg-type]
    except (ValueError, TypeError, RecursionError):
        raise _refused() from None
    if not isinstance(asked.set, Mapping) or type(asked.days) is not int:
        raise _refused()
    if not isinstance(asked.queue, str) or not _number(asked.share):
        raise _refused()
    days = min(max(asked.days, 1), MOST_DAYS)
    return Asked(asked.set, lost, days, str(asked.tab)[:64], asked.queue, asked.share)


def changes(desk: WhatIf, asked: Asked) -> dict[str, object]:
    """Returns the keys and values that are asked for, as after `--set`.

    Only keys that the page has are taken, with numbers, so that no request names a file. Raises UserError.
    """
    known = values(desk.scenario)
    found: dict[str, object] = {}
    for key, value in asked.set.items():
        if key not in known or not _number(value):
            raise _refused()
        found[key] = value
    if asked.lost is not None:
        if asked.lost.site not in list(desk.scenario.sites):
            raise _refused()
        found["incidents"] = [*_incidents(desk.scenario), _loss(asked.lost)]
    return found


def _incidents(scenario: Scenario) -> list[object]:
    written = written_at(scenario, "incidents")
    return list(written) if isinstance(written, (list, tuple)) else []


def _loss(lost: Lost) -> dict[str, object]:
    try:
        hours, minutes = (int(part) for part in lost.at.split(":"))
    except (ValueError, AttributeError):
        raise _refused() from None
    begins = hours * HOUR_MS + minutes * MINUTE_MS
    if not 0 <= begins < DAY_MS:
        raise _refused()
    ends = min(begins + LOST_MS, DAY_MS)
    return {
        "site": lost.site,
        "from": f"day 1 {show_clock(begins)}",
        "to": "day 1 24:00" if ends == DAY_MS else f"day 1 {show_clock(ends)}",
        "seats_lost": "100%",
        "calls_in_progress": "dropped",
    }


def _number(value: object) -> bool:
    return type(value) in (int, float) and math.isfinite(value)  # type: ignore[arg-type]


def _refused() -> UserError:
    return UserError(say("what_if.not_understood"))
