"""Incidents become what the floor, the demand and the roster lose or gain: rows with their moments."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from callsim.model.names import in_order
from callsim.scenario import Incident, Scenario
from callsim.sim.centre import CUT, LOSS, UNLIMITED, Clock
from callsim.sim.luck.crews import Wave


class Rush(NamedTuple):
    """A time in which a queue gets several times its calls."""

    begins: int  # ms since 00:00 of day 1
    ends: int
    times: float


def seats(scenario: Scenario) -> np.ndarray:
    """Returns the seats of each site: int64 [site]."""
    room = (scenario.sites[name].seats for name in in_order(scenario.sites))
    return np.array([UNLIMITED if seats is None else seats for seats in room], np.int64)


def losses(scenario: Scenario, clock: Clock) -> np.ndarray:
    """LOSS [row]: the seats that sites lose, incident by incident."""
    rows, room = in_order(scenario.sites), seats(scenario)
    found = [
        (
            rows.index(one.site),
            one.calls_in_progress == "dropped",
            _part(one.seats_lost, int(room[rows.index(one.site)])),
            *_moments(one, clock),
        )
        for one in scenario.incidents
        if one.seats_lost is not None and one.site is not None
    ]
    return np.array(found, LOSS)


def cuts(scenario: Scenario, clock: Clock) -> np.ndarray:
    """CUT [row]: the lines that trunk groups lose; those of `lines` come first among all (see routing)."""
    rows = in_order(scenario.lines)
    found = [
        (rows.index(name), _part(one.lost, scenario.lines[name].count), *_moments(one, clock))
        for one in scenario.incidents
        if one.lost is not None
        for name in one.lines or ()
    ]
    return np.array(found, CUT)


def waves(scenario: Scenario, site: str | None, clock: Clock) -> tuple[Wave, ...]:
    """When more agents of a site stay away."""
    return tuple(
        Wave(*_moments(one, clock), one.absence)
        for one in scenario.incidents
        if one.absence is not None and one.site in (None, site)
    )


def rushes(scenario: Scenario, queue: str) -> tuple[Rush, ...]:
    """When a queue, named as in the file, gets several times its calls."""
    return tuple(
        Rush(one.from_, one.to, one.times)
        for one in scenario.incidents
        if one.times is not None and queue in (one.queue or ())
    )


def _moments(incident: Incident, clock: Clock) -> tuple[int, int]:
    """From when until when: ms since the run began."""
    return clock.opens + incident.from_, clock.opens + incident.to


def _part(share: float, whole: int) -> int:
    return int(share * whole + 0.5)
