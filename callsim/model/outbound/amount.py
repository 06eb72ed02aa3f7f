"""How much a campaign has to do: the work of its list, and the list made longer."""

from __future__ import annotations

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


def with_contacts(campaign: Campaign, times: float) -> Campaign:
    """The campaign with `times` its contacts, in whole ones and at least one; the same object for 1."""
    if times == 1:
        return campaign
    length = max(1, min(rounded(campaign.contacts.length * times), MOST_CONTACTS))
    way = "daily" if campaign.contacts.once is None else "once"
    contacts = campaign.contacts.model_copy(update={way: length})
    return campaign.model_copy(update={"contacts": contacts})
