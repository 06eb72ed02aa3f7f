"""Figures of campaigns: attempts, live answers, talks, and when lists ran out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from callsim.model.outbound.campaigns import in_rows
from callsim.results import measures
from callsim.results.estimates import Estimated, each_of
from callsim.results.measures import HOUR, MS, Formula
from callsim.results.schema import Figures
from callsim.results.sums import Runs
from callsim.sim.campaigns.sums import (
    D_ATTEMPTS,
    D_CONTACTS,
    D_DIALLING,
    D_LISTS,
    D_LIVE,
    D_NUISANCE,
    D_OUT_AFTER,
    D_OUTS,
    D_RIGHT,
    D_TALK,
    D_WRAP,
    D_WRONG,
    DIAL_COLUMNS,
)

if TYPE_CHECKING:
    from callsim.model import Model

_UNIT = np.eye(DIAL_COLUMNS, dtype=np.int64)
_TALKS = _UNIT[D_RIGHT] + _UNIT[D_WRONG]
CAMPAIGNS = {
    "attempts": Formula(_UNIT[D_ATTEMPTS], None, 1.0),
    "contacts": Formula(_UNIT[D_CONTACTS], None, 1.0),
    "live": Formula(_UNIT[D_LIVE], None, 1.0),
    "reached_share": Formula(_UNIT[D_LIVE], _UNIT[D_ATTEMPTS], 1.0, 1.0),
    "right_party": Formula(_UNIT[D_RIGHT], None, 1.0),
    "talks_per_h": Formula(_TALKS, _UNIT[D_DIALLING], 1 / HOUR),
    "nuisance_share": Formula(_UNIT[D_NUISANCE], _UNIT[D_LIVE], 1.0, 1.0),
    "aht_s": Formula(_UNIT[D_TALK] + _UNIT[D_WRAP], _TALKS, MS),
    "dialling_h": Formula(_UNIT[D_DIALLING], None, HOUR),
    "run_out_share": Formula(_UNIT[D_OUTS], _UNIT[D_LISTS], 1.0, 1.0),
    "run_out_at": Formula(_UNIT[D_OUT_AFTER], _UNIT[D_OUTS], HOUR),
}


def of_campaigns(model: Model, runs: Runs) -> dict[str, Figures]:
    """The figures of each campaign, by its name."""
    written = model.scenario.campaigns
    if not written:
        return {}
    names = (name for name, _ in in_rows(model.scenario))
    found = dict(zip(names, each_of(CAMPAIGNS, runs.dialled.sum(axis=1)), strict=True))
    return {name: found[name] for name in written}


def campaigns_estimated(model: Model, runs: Runs) -> dict[str, Estimated]:
    """The same, run by run, so that plans can be compared by them."""
    return {
        name: {
            key: measures.estimate(runs.dialled[:, :, row].sum(axis=1), one) for key, one in CAMPAIGNS.items()
        }
        for row, (name, _) in enumerate(in_rows(model.scenario))
    }
