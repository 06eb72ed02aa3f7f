"""Conditions of groups and weights of queues as a file's words have them, without callsim."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any


@dataclass
class Switch:
    """A way that opens and closes; times are ms."""

    every: int
    over: int = 0
    within: int = 0
    below: Fraction | None = None
    above: int = 0
    is_open: bool = False
    looks: list[int] = field(default_factory=lambda: [0])  # how many waits had ended at each look


@dataclass
class Condition:
    """What a group asks before it answers a queue."""

    reserve: int = 0
    crowd: int = 0
    quota: Fraction | None = None
    switch: Switch | None = None
    answered: int = 0


@dataclass
class Words:
    """What a file says of who answers what, by rows."""

    conditions: dict[tuple[int, int], Condition] = field(default_factory=dict)  # (queue, group)
    weights: dict[int, Fraction] = field(default_factory=dict)
    head_starts: dict[int, int] = field(default_factory=dict)  # ms


def said(words: Any, queues: list[str], groups: list[str]) -> Words:
    """The conditions of a file's groups and the weights of its queues, by rows; no queue has copies here."""
    found = Words()
    for row, name in enumerate(queues):
        queue = words["queues"][name]
        found.weights[row] = Fraction(str(queue.get("weight", 1)))
        found.head_starts[row] = ms(queue.get("head_start", "0 s"))
    for column, group in enumerate(groups):
        for name, answer in words["groups"][group]["answers"].items():
            when, quota = (answer or {}).get("when"), (answer or {}).get("quota")
            switch = None
            if when is not None:
                within = ms(words["queues"][name].get("goal", {}).get("within", "0 s"))
                below = when.get("service_level_below")
                switch = Switch(
                    every=ms(when.get("checked_every", "1 min")),
                    over=ms(when.get("over", "15 min")),
                    within=within,
                    below=None if below is None else part(below),
                    above=when.get("waiting_above", 0),
                )
            found.conditions[queues.index(name), column] = Condition(
                reserve=(answer or {}).get("reserve", 0),
                crowd=(answer or {}).get("min_waiting", 0),
                quota=None if quota is None else part(quota),
                switch=switch,
            )
    return found


def part(share: str) -> Fraction:
    return Fraction(share.rstrip("%")) / 100


def ms(duration: str) -> int:
    number, unit = duration.split()
    return int(Fraction(number) * {"s": 1000, "min": 60_000, "h": 3_600_000}[unit])
