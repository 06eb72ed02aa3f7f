"""Seats over the day: how many are used, how long agents wait for one, and which calls that costs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np

from callsim.arrays import Floats, Ints, Rows
from callsim.model import Model
from callsim.results import measures
from callsim.results.estimates import each_of
from callsim.results.measures import SEATS, Formula, mean_of
from callsim.results.run import Site, SiteInterval
from callsim.results.schema import Figures
from callsim.results.sums import Runs
from callsim.sim.centre import LOSS, UNLIMITED, Centre, edges
from callsim.sim.count.columns import N_ANSWERED, S_WAITED
from callsim.sim.count.tally import Tally
from callsim.sim.luck.roster import day_starts


def sites_of(model: Model, sums: Runs) -> dict[str, Site]:
    """The figures of each site, in whole and by interval."""
    return {name: _site(model, sums, name) for name in model.scenario.sites}


def _site(model: Model, sums: Runs, name: str) -> Site:
    row = model.sites.index(name)
    (hours,) = each_of(SEATS, sums.sites[:, :, row].sum(axis=1))
    figures = Figures(
        seats_used_peak=mean_of(sums.seats_peak[:, :, row].max(axis=1).astype(float)),
        **hours,
        calls_lost_to_seats=measures.change_of(sums.lost_to_seats[:, row]),
    )
    seats = model.scenario.sites[name].seats
    return Site(seats=seats, figures=figures, intervals=list(_intervals(model, sums, row)))


def _intervals(model: Model, sums: Runs, row: int) -> Iterator[SiteInterval]:
    used = {
        "seats_used": Formula(SEATS["seats_used_h"].over, None, 1 / model.grid),
        "waiting_for_seat": Formula(SEATS["waited_for_seat_h"].over, None, 1 / model.grid),
    }
    peaks = measures.figures(measures.estimate_of(sums.seats_peak[:, :, row]))
    for start, found, peak in zip(model.starts(), each_of(used, sums.sites[:, :, row]), peaks, strict=True):
        found["seats_used_peak"] = peak
        yield SiteInterval(start=start, figures=found)


def lost_to_seats(
    centre: Centre,
    tally: Tally,
    again: Callable[[Centre], Tally],
    who_comes: Callable[[], Iterator[Rows]],
) -> Floats:
    """Returns the calls that a lack of seats costs: float64 [site], answered with a seat for each − answered.

    Only sites where somebody waited are asked. `again` plays the same run with another centre; `who_comes`:
    its roster, see roster.planned.
    """
    lost = np.zeros(centre.sites)
    for site in np.flatnonzero(tally.sites[:, :, S_WAITED].any(axis=0)):
        free = again(_without_limit(centre, int(site), who_comes))
        lost[site] = (free.calls - tally.calls)[:, :, N_ANSWERED].sum()
    return lost


def _without_limit(centre: Centre, site: int, who_comes: Callable[[], Iterator[Rows]]) -> Centre:
    """Returns the model with a seat for everybody at a site; incidents take the same share of these seats.

    So what a lost park costs is not blamed on its seats, and one seat lost hides nothing that they cost.
    """
    here = centre.losses["site"] == site
    losses, own = centre.losses[here], centre.seats_of(site)
    rows: list[tuple[int, bool, int, int, int]] = []
    if losses["seats"].any():
        times, people = _people(centre, site, who_comes())
        wanted = np.maximum(people, own)
        moments = {*edges(losses), *times[np.flatnonzero(np.diff(wanted, prepend=own))].tolist()}
        for begins, ends in itertools.pairwise(sorted(moments)):
            during = losses[(losses["begins"] <= begins) & (begins < losses["ends"])]
            if not during["seats"].any():
                continue
            at = np.searchsorted(times, begins, "right") - 1
            there = int(wanted[at]) if at >= 0 else own
            dropping = during[during["drops"] & (during["begins"] == begins)]
            taken, cut_off = (_scaled(int(lost["seats"].sum()), there, own) for lost in (during, dropping))
            if cut_off:
                rows.append((site, True, cut_off, begins, ends))
            rows.append((site, False, UNLIMITED - there + taken - cut_off, begins, ends))
    seats = centre.seats.copy()
    seats[site] = UNLIMITED
    return centre._replace(seats=seats, losses=np.concatenate([centre.losses[~here], np.array(rows, LOSS)]))


def _scaled(lost: int, there: int, own: int) -> int:
    """As many of the seats that are there as are lost of the site's own, to the nearest."""
    return (2 * lost * there + own) // (2 * own)


def _people(centre: Centre, site: int, roster: Iterator[Rows]) -> tuple[Ints, Ints]:
    """Returns the people rostered at a site: times of changes, int64 [change] ms, and numbers."""
    sits = centre.site[centre.crew_group] == site
    found = []
    for start, changes in zip(day_starts(centre), roster, strict=False):
        if start >= centre.clock.ends:
            break
        found.append(changes[sits[changes["crew"]]])
    rows = np.concatenate(found)
    times, of = np.unique(rows["time"], return_inverse=True)
    steps = np.zeros(len(times), np.int64)
    np.add.at(steps, of, rows["agents"])
    return times, np.cumsum(steps)
