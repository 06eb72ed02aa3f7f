"""What is hardly meant where calls follow others: chains that hardly end, agents who wait for each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from callsim.model import Model
from callsim.model.traffic import calls_of_a_client
from callsim.scenario.checks.plausible import Note
from callsim.sentences import say
from callsim.sim.centre import CONSULT, NOBODY, WARM

MANY = 5  # calls of a client who is always answered: chains that hardly end


def notes(model: Model) -> Iterator[Note]:
    """Yields what to tell of the follow-ups of a model."""
    yield from _hardly_ends(model)
    yield from _wait_for_each_other(model)


def _hardly_ends(model: Model) -> Iterator[Note]:
    """The queue whose clients call most often, if that is hardly meant."""
    calls = calls_of_a_client(model)
    row = int(calls.argmax())
    if calls[row] >= MANY:
        name = model.queues[row].original
        yield Note(("queues", name, "follow_ups"), say("notes.hardly_ends", queue=name, calls=calls[row]))


def _wait_for_each_other(model: Model) -> Iterator[Note]:
    """Groups whose agents may all stay on the line for calls that only these groups answer.

    They are the largest set of groups of which each has a step for which its agents wait for this set alone.
    """
    pairs = model.centre.called_pairs
    answer = {q: set(pairs["group"][pairs["queue"] == q].tolist()) for q in range(len(model.queues))}
    rows = model.centre.follows[np.isin(model.centre.follows["transfer"], (WARM, CONSULT))]
    stay = [
        (answer[int(row["queue"])] if row["group"] == NOBODY else {int(row["group"])}, row) for row in rows
    ]
    held = set().union(*answer.values())
    while True:
        still = set().union(*(who & held for who, row in stay if answer[int(row["to"])] <= held), set())
        if still == held:
            break
        held = still
    jams = [(who, row) for who, row in stay if who & held and answer[int(row["to"])] <= held]
    # Of agents who wait for their own group first; others may wait for these.
    for _, row in sorted(jams, key=lambda one: not one[0] & answer[int(one[1]["to"])])[:1]:
        name, to = (model.queues[int(row[end])].original for end in ("queue", "to"))
        groups = dict.fromkeys(model.groups[group].original for group in sorted(answer[int(row["to"])]))
        says = say("notes.wait_for_each_other", queue=name, to=to, groups=", ".join(groups))
        yield Note(("queues", name, "follow_ups"), says)
