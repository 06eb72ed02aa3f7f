"""Rosters that keep their word: recounted from their file, and run as the command that is printed says."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from tests.makers.rosters import found_and_written, random_centre, runs_as_checked

CENTRES = 60 if os.environ.get("CALLSIM_GRID") else 2


@pytest.mark.parametrize("seed", range(CENTRES))
def test_random_centres_are_written_read_and_run_as_they_were_checked(tmp_path: Path, seed: int) -> None:
    found, told, over = found_and_written(tmp_path, random_centre(np.random.default_rng(seed)))
    runs_as_checked(found, over)
    if not told["verdicts"]:
        assert told["programme"]["gap"] is not None
    else:
        assert told["programme"]["gap"] is None
