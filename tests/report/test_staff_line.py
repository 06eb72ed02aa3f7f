"""What the first line of `callsim staff` adds where calls may wait longer than an interval."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from callsim.report.staff.tables import may_wait


def asked(**goals: dict[str, float | None]) -> Any:
    """An answer for intervals of 30 min; goals by queue."""
    usual: dict[str, float | None] = {"answer": None, "within_s": None, "asa_at_most_s": None}
    queues = {name: SimpleNamespace(goal=SimpleNamespace(**(usual | goal))) for name, goal in goals.items()}
    return SimpleNamespace(queues=queues, interval_s=1800.0)


def test_a_wait_within_an_interval_adds_nothing() -> None:
    soon = {"answer": 0.8, "within_s": 1800.0, "asa_at_most_s": 25.0}
    only_abandoned = {"answer": None, "within_s": 7200.0}  # no answer is promised
    assert may_wait(asked(calls=soon, others=only_abandoned)) == ""


def test_queues_that_may_wait_longer_are_named() -> None:
    mails, letters = {"answer": 0.95, "within_s": 86_400.0}, {"asa_at_most_s": 7200.0}
    assert may_wait(asked(calls={"answer": 0.8, "within_s": 20.0}, mails=mails, letters=letters)) == (
        " Each interval of 30 min is staffed for the work that comes in it, though a wait until later is "
        "allowed in mails (1 d), letters (2 h): fewer agents may do."
    )
