"""Streams and tables for the luck of numbers that are dialled: it is read when a number rings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from callsim.sim.luck.demand import CampaignDemand
from callsim.sim.luck.sampling import Samplers, tabulate
from callsim.sim.luck.streams import NUMBERS, roots_of_keys

MOST_CONTACTS_BITS = 24  # of a contact's name: its place on the list; the higher bits name the list


class Numbers(NamedTuple):
    """`roots` begin the streams; the name of a stream tells contact, attempt and purpose, see campaigns."""

    roots: np.ndarray  # uint64 [campaign, WORDS]
    samplers: Samplers  # rows: SAMPLER [campaign, column], see campaigns.table
    reached: np.ndarray  # float64 [campaign, interval of the run, or of a day]  share that picks up
    intervals: np.ndarray  # int64 [campaign]  how many of these there are


def numbers(
    campaigns: Sequence[CampaignDemand], seed: int, run: int, instead: Mapping[int, int] | None = None
) -> Numbers | None:
    """Returns the luck of all numbers of a run; None where none is dialled. `instead`: see draw."""
    if not campaigns:
        return None
    reached = np.zeros((len(campaigns), max(len(one.reached) for one in campaigns)))
    for row, one in enumerate(campaigns):
        reached[row, : len(one.reached)] = one.reached
    return Numbers(
        roots_of_keys([one.key for one in campaigns], NUMBERS, seed, (instead or {}).get(NUMBERS, run)),
        tabulate([one.samplers for one in campaigns]),
        reached,
        np.array([len(one.reached) for one in campaigns]),
    )
