"""What a plan costs in each run: wages of paid hours, seats, and the callers who hung up."""

from __future__ import annotations

import numpy as np

from callsim.arrays import Floats
from callsim.model import Model, paid
from callsim.results import measures
from callsim.results.estimates import Estimated
from callsim.results.measures import COUNTS, RATIOS, WORK
from callsim.results.sums import Runs
from callsim.scenario.words.costs import price

DAYS_A_MONTH = 365.25 / 12


def of_plan(model: Model, sums: Runs) -> Estimated | None:
    """Amounts for all days of the calendar, in the scenario's currency; None without prices."""
    costs = model.scenario.costs
    if costs is None:
        return None
    lost = sums.calls.sum(axis=1) @ RATIOS["abandoned_share"].over  # balked calls, too
    wages = paid_hours(model, sums) @ np.array(
        [price(costs.wage_per_hour, copy.original) for copy in model.groups]
    )
    abandoned = lost @ np.array([price(costs.per_abandoned_call, copy.original) for copy in model.queues])
    seats = _seats(model, sums) * model.scenario.calendar.days / DAYS_A_MONTH
    total = wages + seats + abandoned
    answered = sums.calls.sum(axis=(1, 2)) @ COUNTS["answered"].over
    return {
        "wages": measures.estimate_of(wages),
        "seats": measures.estimate_of(seats),
        "abandoned": measures.estimate_of(abandoned),
        "per_contact": measures.ratio(total, answered),
        "total": measures.estimate_of(total),
    }


def paid_hours(model: Model, sums: Runs) -> Floats:
    """Paid hours of each group: float64 [run, group].

    Rostered time without unpaid breaks, of all who are planned, on the phone or not; late time; and that for
    which supervisors called agents in. Those who are absent are paid as well, unless `absence_paid` says no.
    So a plan that loses a site saves no wages.
    """
    costs = model.scenario.costs
    late = sums.work.sum(axis=1) @ WORK["late_h"].over
    found = paid.planned(model) + late + sums.called_in
    if costs is not None and not costs.absence_paid:
        found = found - sums.absent / paid.worked_share(model)
    return np.asarray(found * measures.HOUR)


def _seats(model: Model, sums: Runs) -> Floats:
    """What all seats cost a month: float64 [run]."""
    costs, peaks = model.scenario.costs, sums.seats_peak.max(axis=1)
    assert costs is not None
    amount = np.zeros(len(peaks))
    for row, name in enumerate(model.sites):
        site = model.scenario.sites[name]
        amount += price(costs.per_seat_month, name) * (peaks[:, row] if site.seats is None else site.seats)
    return amount
