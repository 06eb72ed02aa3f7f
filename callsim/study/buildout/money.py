"""What a month of the plan earns, costs and pays in tax; each line with the source of its figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from callsim.arrays import Floats, Ints
from callsim.model.buildout import Years
from callsim.model.demand import accepted_per_day
from callsim.model.hours import night_share
from callsim.scenario import Money
from callsim.scenario.buildout.classes import MONTH_DAYS
from callsim.scenario.words.quantities import ALL
from callsim.study.buildout.crowd import dialling_seats
from callsim.study.buildout.days import DayFigures
from callsim.study.buildout.head_count import Flow


@dataclass(frozen=True)
class Line:
    """One line of the account."""

    what: str
    sum: float  # a month; costs are negative
    key: str  # of the file


@dataclass(frozen=True)
class Sum:
    """A line of the account as it is told."""

    sum: float  # a month; costs are negative
    source: str  # of the figure


@dataclass(frozen=True, kw_only=True)
class Account:
    """What a month of the plan earns and costs, and the year that it makes."""

    currency: str  # as the file writes it
    month: dict[str, Sum]  # lines of the account
    left_a_month: float  # after all costs and taxes
    output_a_year: float  # revenue
    tax_a_year: float  # value added, surcharges, and profit
    output_a_seat_year: float | None  # null: no seat is open
    tax_a_seat_year: float | None  # null: no seat is open
    tax_share_of_output: float | None  # null: no revenue


@dataclass(frozen=True)
class NoAccount:
    """The file has no `money`."""


def account(years: Years, played: Flow, week: int, seats: Ints, day: DayFigures) -> Account | NoAccount:
    """A month of the plan as it stands in a week. `seats`: int64 [site] that are open; `day`: figures of the
    usual day, for its talk and the seats in use."""
    money = years.plan.money
    if money is None:
        return NoAccount()
    lines = list(_before_tax(years, played, week, seats, day, money))
    revenue = lines[0].sum
    bought = -sum(line.sum for line in lines if line.key in ("rent", "platform", "telecom_minute", "fit_out"))
    vat = max(0.0, money.vat * (revenue - bought))
    lines += [Line("VAT", -vat, "vat"), Line("VAT surcharges", -vat * money.vat_surcharge, "vat_surcharge")]
    profit = sum(line.sum for line in lines)
    tax = max(0.0, profit) * money.profit_tax
    lines.append(Line("profit tax", -tax, "profit_tax"))
    taxes = vat * (1 + money.vat_surcharge) + tax
    built = int(seats.sum())
    return Account(
        currency=money.currency,
        month={line.what: Sum(line.sum, money.sources.get(line.key, "")) for line in lines},
        left_a_month=profit - tax,
        output_a_year=12 * revenue,
        tax_a_year=12 * taxes,
        output_a_seat_year=12 * revenue / built if built else None,
        tax_a_seat_year=12 * taxes / built if built else None,
        tax_share_of_output=taxes / revenue if revenue else None,
    )


def _before_tax(
    years: Years, played: Flow, week: int, seats: Ints, day: DayFigures, money: Money
) -> Iterator[Line]:
    people = years.plan.people
    present, learning = played.present[:, week], played.learning[:, week]
    working = np.minimum(present, years.needed[:, week])  # clients pay for the agents they ordered
    prices = np.array([_price(years, team.line, money) for team in years.teams])
    since = (years.date(week) - years.weeks[0]).days / 365.25
    yield Line("revenue", float(working @ prices) * (1 + money.price_growth) ** since, "price")
    grown = (1 + money.wage_growth) ** since
    wage = np.array([_wage(money, team.site) for team in years.teams]) * grown
    agents = float((present + learning) @ wage)
    support = people.support / (1 - people.support)
    yield Line("wages of agents", -agents, "wages")
    yield Line("wages of others", -agents * support * money.support_wage, "support_wage")
    paid = agents * (1 + support * money.support_wage)
    yield Line("employer's share", -paid * money.employer_share, "employer_share")
    yield Line("night pay", -_nights(years, working) * money.night_pay, "night_pay")
    # Of the four weeks before this one.
    until = years.week_in(week)
    first = max(0, until - 4)
    hired = _hired_before(played, until) - _hired_before(played, first)
    a_month = hired / ((until - first) * 7) * MONTH_DAYS if until else 0.0
    yield Line("hiring and training", -a_month * money.training, "training")
    built = float(seats.sum())
    months = 12 * money.fit_out_years
    yield Line("fit-out", -built * money.fit_out / months, "fit_out")
    yield Line("subsidy", built * money.subsidy / months, "subsidy")
    yield Line("rent", -built * money.rent, "rent")
    yield Line("platform", -_seats_in_use(years, played, week, day) * money.platform, "platform")
    yield Line("telecom", -_minutes(years, week, day) * money.telecom_minute, "telecom_minute")


def _hired_before(played: Flow, week: int) -> float:
    return float(played.hired[:, week - 1].sum()) if week else 0.0


def _price(years: Years, line: str, money: Money) -> float:
    told = years.plan.lines.get(line)
    return money.price if told is None or told.price is None else told.price


def _wage(money: Money, site: str | None) -> float:
    """A site's own wage, or the one for all; a site without any is paid like the dearest."""
    return money.wages.get(site or ALL, money.wages.get(ALL, max(money.wages.values(), default=0.0)))


def _nights(years: Years, working: Floats) -> float:
    """Nights of eight hours that agents work in a month: as many of their hours as of the roster's."""
    scenario, people = years.scenario, years.plan.people
    a_month = people.hours_per_week * (1 - people.shrinkage) / 7 * MONTH_DAYS
    nights = (
        agents * a_month * night_share(scenario, scenario.groups[team.group]) / 8
        for team, agents in zip(years.teams, working.tolist(), strict=True)
        if team.group is not None
    )
    return float(sum(nights))


def _seats_in_use(years: Years, played: Flow, week: int, day: DayFigures) -> float:
    """Seats that are used at once, at most, on the usual day: by agents of queues, and by those who dial."""
    used = sum(float(site.seats_used_peak.mean or 0.0) for site in day.sites.values())
    return used + sum(dialling_seats(years, played, name, week) for name in day.sites)


def _minutes(years: Years, week: int, day: DayFigures) -> float:
    """Minutes of talk in a month of mean days: of each call that comes, what was talked on the usual day."""
    total = 0.0
    for name, queue in years.scenario.queues.items():
        calls = accepted_per_day(years.scenario, queue) * queue.copies * float(years.queues[name][week])
        figures = day.queues[name].figures
        # Redials are further calls: those who call for the first time bring the talk of all that follow.
        offered = figures["offered"].mean or 0.0
        first = offered - (figures["redialled"].mean or 0.0)
        if first > 0:
            total += calls * day.talk_h[name] * 60 / first * MONTH_DAYS
    return total
