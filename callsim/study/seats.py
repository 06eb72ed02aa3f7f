"""Seats over the day: how many are used, how long agents wait for one, and which calls that costs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from callsim import measures
from callsim.build import Plan
from callsim.measures import SEATS, Formula, mean_of
from callsim.sim.centre import LOSS, UNLIMITED, Centre, edges
from callsim.sim.tally import N_ANSWERED, S_WAITED, Tally
from callsim.study.cells import means, told, told_of
from callsim.study.runs import Runs


def sites_of(plan: Plan, sums: Runs) -> dict[str, Any]:
    """The figures of each site, in whole and by interval, as in the JSON of results."""
    return {
        name: {
            "seats": site.seats,
            "seats_used_peak": mean_of(sums.seats_peak[:, :, row].max(axis=1).astype(float)).to_dict(),
            **told_of(SEATS, sums.sites[:, :, row].sum(axis=1))[0],
            "calls_lost_to_seats": measures.change_of(sums.lost_to_seats[:, row]).to_dict(),
            "intervals": list(_intervals(plan, sums, row)),
        }
        for row, (name, site) in enumerate(plan.scenario.sites.items())
    }


def _intervals(plan: Plan, sums: Runs, row: int) -> Iterator[dict[str, Any]]:
    used = {
        "seats_used": Formula(SEATS["seats_used_h"].over, None, 1 / plan.grid),
        "waiting_for_seat": Formula(SEATS["waited_for_seat_h"].over, None, 1 / plan.grid),
    }
    peaks = told(means(sums.seats_peak[:, :, row]))
    for start, found, peak in zip(plan.starts(), told_of(used, sums.sites[:, :, row]), peaks, strict=True):
        yield {"start": start, **found, "seats_used_peak": peak}


def lost_to_seats(centre: Centre, tally: Tally, again: Callable[[Centre], Tally]) -> np.ndarray:
    """How many more calls would be answered if a site had a seat for everybody: float64 [site].

    Only sites where somebody waited are asked. `again` plays the same run with another centre.
    """
    lost = np.zeros(centre.sites)
    for site in np.flatnonzero(tally.sites[:, :, S_WAITED].any(axis=0)):
        free = again(_without_limit(centre, int(site)))
        lost[site] = (free.calls - tally.calls)[:, :, N_ANSWERED].sum()
    return lost


def _without_limit(centre: Centre, site: int) -> Centre:
    """The same with a seat for everybody at a site; while it has lost seats, it has what is left of them."""
    here = centre.losses["site"] == site
    rows = []
    moments = edges(centre.losses[here])
    for begins, ends in itertools.pairwise(moments):
        during = centre.losses[here & (centre.losses["begins"] <= begins) & (begins < centre.losses["ends"])]
        if len(during):
            left = centre.seats_of(site) - int(during["seats"].sum())
            drops = bool(during["drops"][during["begins"] == begins].any())
            rows.append((site, drops, UNLIMITED - left, begins, ends))
    seats = centre.seats.copy()
    seats[site] = UNLIMITED
    losses = np.concatenate([centre.losses[~here], np.array(rows, LOSS)])
    return centre._replace(seats=seats, losses=losses)
