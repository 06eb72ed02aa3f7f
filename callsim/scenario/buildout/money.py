"""What a build-out earns and costs; sums are in the currency of the file, a month if nothing else is said."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from callsim.scenario.words.quantities import ALL, WEIGHT_SCHEMA, Name, OrShort, Part, Positive, Share, Weight


class Money(Part):
    """Prices, wages, rooms, lines and taxes."""

    currency: Name = "RMB"
    """What reports write behind sums (default RMB)."""
    price: Weight = 0.0
    """What a client pays for one agent and month; a line may have its own (default 0)."""
    price_growth: Share = 0.0
    """Yearly growth of prices from the first day of the plan on (default 0)."""
    wages: Annotated[
        dict[Name, Weight],
        BeforeValidator(lambda value: value if isinstance(value, dict) else {ALL: value}),
        OrShort(WEIGHT_SCHEMA),
    ] = Field(default_factory=dict)
    """Wage of an agent and month: one sum, or one for each site."""
    support_wage: Positive = 1.0
    """Wage of a job that is not an agent's, as times an agent's (default 1)."""
    employer_share: Weight = 0.0
    """Social insurance that the employer pays on top, as a share of wages: 0.28 (default 0)."""
    night_pay: Weight = 0.0
    """Paid on top for a night of eight hours between 22:00 and 06:00 (default 0)."""
    wage_growth: Share = 0.0
    """Yearly growth of wages from the first day of the plan on (default 0)."""
    training: Weight = 0.0
    """Cost of hiring and teaching one person (default 0)."""
    fit_out: Weight = 0.0
    """Cost of building and fitting out a seat (default 0)."""
    fit_out_years: Positive = 5.0
    """Years over which it is written off (default 5)."""
    subsidy: Weight = 0.0
    """Paid once to the operator for each seat, spread over the same years (default 0)."""
    rent: Weight = 0.0
    """Rent of a seat and month, built or used alike (default 0)."""
    platform: Weight = 0.0
    """Software and platform of a seat in use and month (default 0)."""
    telecom_minute: Weight = 0.0
    """Price of a minute of talk (default 0)."""
    vat: Share = 0.0
    """Value-added tax on what clients pay, less that on rent, platform, telecom and fit-out (default 0)."""
    vat_surcharge: Share = 0.0
    """Local surcharges as a share of the value-added tax paid (default 0)."""
    profit_tax: Share = 0.0
    """Tax on what is left, where something is left (default 0)."""
    sources: dict[Name, str] = Field(default_factory=dict)
    """Where a figure comes from, by its key: `{wages: A, telecom_minute: L}`; reports show it."""
