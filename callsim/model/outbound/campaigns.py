"""Campaigns become rows behind the queues, and what is drawn for their numbers."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np

from callsim.model.demand import key_of
from callsim.model.distributions import sampler
from callsim.model.names import in_order
from callsim.scenario import Calendar, Campaign, Scenario
from callsim.scenario.reading.load import refused
from callsim.scenario.words.distributions import Constant
from callsim.sentences import say
from callsim.sim.centre import CAMPAIGN, MILLION, RATIO_ONE, Clock
from callsim.sim.luck.demand import CampaignDemand
from callsim.units import DAY_MS

NO_TIME = Constant.model_construct(mean=(0.0,))


def in_rows(scenario: Scenario) -> list[tuple[str, Campaign]]:
    """The campaigns in the order of their rows."""
    return [(name, scenario.campaigns[name]) for name in in_order(scenario.campaigns)]


def rows(campaigns: Sequence[tuple[str, Campaign]]) -> np.ndarray:
    """Returns CAMPAIGN [row]."""
    found = []
    for _, one in campaigns:
        dial, redial = one.dial, one.redial
        cap = 0 if dial.abandon_at_most is None else max(round(dial.abandon_at_most * MILLION), 1)
        found.append(
            (
                one.contacts.length,
                one.contacts.once is not None,
                round(dial.first_ratio * RATIO_ONE),
                cap,
                dial.keeps_agents,
                round((dial.preview or 0.0) * 1000),
                one.right_party,
                0.0 if redial is None else redial.probability,
                0 if redial is None else redial.at_most,
            )
        )
    return np.array(found, CAMPAIGN)


def demands(
    campaigns: Sequence[tuple[str, Campaign]], calendar: Calendar, clock: Clock
) -> tuple[CampaignDemand, ...]:
    """What the numbers of each campaign bring."""
    return tuple(
        CampaignDemand(
            key=key_of(f"campaign {name!r}"),
            reached=_reached(one, calendar, clock),
            ring=sampler(one.ring, calendar, clock),
            talk=sampler(one.talk, calendar, clock),
            wrap=sampler(one.wrap or NO_TIME, calendar, clock),
            wrong_party=sampler(one.wrong_party, calendar, clock),
            patience=sampler(one.patience, calendar, clock),
            redial_after=sampler(NO_TIME if one.redial is None else one.redial.after, calendar, clock),
        )
        for name, one in campaigns
    )


def refuse(scenario: Scenario, command: str) -> None:
    """Raise a UserError, with its place, where numbers are dialled, which a command does not know."""
    if scenario.campaigns:
        names = ", ".join(scenario.campaigns)
        raise refused(scenario, {("campaigns",): say("campaigns.refused", command=command, names=names)})


def _reached(one: Campaign, calendar: Calendar, clock: Clock) -> np.ndarray:
    """One share, or one per interval of the day, or where days differ one per interval of the run."""
    if not isinstance(one.reached, dict):
        return np.array(one.reached)
    days = range(clock.day(0), clock.day(clock.ends - 1) + 1)
    dates = [calendar.start + datetime.timedelta(days=day) for day in days]
    of_days = [np.broadcast_to(one.reached_on(date, calendar), DAY_MS // clock.width) for date in dates]
    return np.concatenate(of_days)
