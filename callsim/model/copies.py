"""Copies: one queue written once may stand for many, and the groups that answer it with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from callsim.model.names import place
from callsim.scenario import Answer, Group, Queue, Scenario


class QueueCopy(NamedTuple):
    """One queue of the run."""

    name: str
    queue: Queue
    original: str


class GroupCopy(NamedTuple):
    """One group of the run and the queues it answers, by their names in the run."""

    name: str
    group: Group
    answers: dict[str, Answer]
    original: str


def queue_copies(scenario: Scenario) -> list[QueueCopy]:
    """All queues of the run, as rows stand: `telecom` with 3 copies is telecom-1, telecom-2 and telecom-3."""
    found = [
        QueueCopy(_numbered(name, number, queue.copies), queue, name)
        for name, queue in scenario.queues.items()
        for number in range(1, queue.copies + 1)
    ]
    return sorted(found, key=lambda copy: place(copy.name))


def group_copies(scenario: Scenario) -> list[GroupCopy]:
    """All groups of the run, as rows stand: a group's n-th copy answers the n-th copies of its queues."""
    found = []
    for name, group in scenario.groups.items():
        of = {name: scenario.copies_of(name) for name in group.answers}
        copies = max(of.values())
        for number in range(1, copies + 1):
            answers = {_numbered(queue, number, of[queue]): answer for queue, answer in group.answers.items()}
            found.append(GroupCopy(_numbered(name, number, copies), group, answers, name))
    return sorted(found, key=lambda copy: place(copy.name))


def called_next(copy: QueueCopy, to: str, scenario: Scenario) -> str:
    """The queue of the run that is meant where a copy of a queue leads to another queue of the file.

    Of as many copies it is the one of the same number, else the only one there is.
    """
    if copy.queue.copies == 1:
        return to
    return _numbered(to, int(copy.name.rpartition("-")[2]), scenario.queues[to].copies)


def _numbered(name: str, number: int, copies: int) -> str:
    return name if copies == 1 else f"{name}-{number}"


def families(originals: Sequence[str]) -> dict[str, list[int]]:
    """The rows of each family of at least two copies, by the name that the file gives them.

    `originals`: of each row the name in the file. Names alone tell nothing: service-2024 and service-2025
    are two queues.
    """
    found: dict[str, list[int]] = {}
    for row, name in enumerate(originals):
        found.setdefault(name, []).append(row)
    return {name: rows for name, rows in found.items() if len(rows) > 1}
