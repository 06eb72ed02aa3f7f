"""How much a campaign has to do: the work of its list, and the list made longer."""

from __future__ import annotations

import datetime

from callsim.scenario import Calendar, Campaign
from callsim.scenario.scaled import mean_s, rounded
from callsim.scenario.words.outbound.campaign import MOST_CONTACTS


def work_of(campaign: Campaign, calendar: Calendar) -> float:
    """Returns the seconds of talk and wrap a day if each contact were dialled once, were there agents enough.

    A list for the whole run is spread evenly over its days.
    """
    days = 1 if campaign.contacts.once is None else calendar.days
    every = campaign.reached.values() if isinstance(campaign.reached, dict) else [campaign.reached]
    shares = [share for of_day in every for share in of_day]
    right = campaign.right_party
    each = right * (mean_s(campaign.talk) + mean_s(campaign.wrap)) + (1 - right) * mean_s(
        campaign.wrong_party
    )
    return campaign.contacts.length / days * sum(shares) / len(shares) * each


def held_s(campaign: Campaign) -> float:
    """Returns the seconds for which an agent is held by a number whose right party picks up, on the mean."""
    ring = 0.0 if campaign.dial.first_ratio > 1 else mean_s(campaign.ring)
    return (campaign.dial.preview or 0.0) + ring + mean_s(campaign.talk) + mean_s(campaign.wrap)


def with_contacts(campaign: Campaign, times: float) -> Campaign:
    """The campaign with `times` its contacts, in whole ones and at least one; the same object for 1."""
    if times == 1:
        return campaign
    length = max(1, min(rounded(campaign.contacts.length * times), MOST_CONTACTS))
    way = "daily" if campaign.contacts.once is None else "once"
    contacts = campaign.contacts.model_copy(update={way: length})
    return campaign.model_copy(update={"contacts": contacts})


def on_date(campaign: Campaign, date: datetime.date, calendar: Calendar) -> list[object]:
    """Returns what may differ by day, as it is on a date: hours, shares reached, means of times."""
    after = None if campaign.redial is None else campaign.redial.after
    times = (
        campaign.ring,
        campaign.talk,
        campaign.wrong_party,
        campaign.wrap,
        campaign.patience,
        after,
    )
    means = [one.mean for one in times if one is not None]
    of_day = [calendar.value(mean, date) if isinstance(mean, dict) else mean for mean in means]
    return [campaign.open_on(date, calendar), campaign.reached_on(date, calendar), of_day]
