"""Head counts of random build-outs against a count of cohorts that shares no code with callsim."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import callsim
from callsim.model.buildout import lay_out
from callsim.study.buildout.head_count import flow

from .count import count, needs
from .files import random_file, richer

FILES = 40 if os.environ.get("CALLSIM_GRID") else 6


@pytest.mark.parametrize("rich", [False, True])
@pytest.mark.parametrize("seed", range(FILES))
def test_every_cohort_is_counted_alike(seed: int, rich: bool, tmp_path: Path) -> None:
    words = random_file(random.Random(seed))
    if rich:
        words = richer(words, random.Random(seed))
    path = tmp_path / "plan.yaml"
    path.write_text(yaml.safe_dump(words, sort_keys=False))
    years = lay_out(callsim.load(path))
    played = flow(years)
    read: dict[str, Any] = yaml.safe_load(path.read_text())
    weeks = len(years.weeks)
    sites = [team.site or "" for team in years.teams]
    needed = needs(read, weeks)
    np.testing.assert_allclose(years.needed[:, :weeks], needed, rtol=1e-9)
    by_hand = count(read["buildout"], needed, sites, [team.line for team in years.teams])
    for name, values in by_hand.items():
        np.testing.assert_allclose(
            getattr(played, name)[:, :weeks], values, rtol=1e-6, atol=1e-6, err_msg=name
        )


@pytest.mark.parametrize("weeks", [1, 2, 3, 5])
def test_a_class_of_some_weeks_is_counted_for_as_many(weeks: int, tmp_path: Path) -> None:
    """Little's law: people in class = people who begin in a week × weeks in class."""
    path = tmp_path / "plan.yaml"
    file = Path(__file__).with_name("cases") / "learn7.yaml"
    path.write_text(file.read_text().replace("length: 7 d", f"length: {7 * weeks} d"))
    years = lay_out(callsim.load(path))
    played = flow(years)
    begun = np.diff(played.hired.sum(axis=0), prepend=0.0)
    for week in range(weeks, len(years.weeks)):
        assert played.learning[:, week].sum() == pytest.approx(begun[week - weeks + 1 : week + 1].sum())
