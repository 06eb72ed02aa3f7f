"""`erlang --repeat`: calls that come back, against exact values of a Jackson network."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

Typed = Callable[..., tuple[int, str, str]]
BASE = ("erlang", "--agents", "9", "--calls-per-hour", "120", "--aht", "3m")


def test_calls_that_come_back_load_the_queue(typed: Typed) -> None:
    """Rows of repeat_0 in the validation table floor.json."""
    found = json.loads(typed(*BASE, "--repeat", "20%", "--format", "json")[1])
    assert found["p_wait"] == pytest.approx(0.509148620661)
    assert found["wait_s"] == pytest.approx(1.01829724132 * 60)
    assert found["service_level"]["offered"] == pytest.approx(0.569014997357)
    assert found["calls_per_client"] == pytest.approx(1.25)
    assert found["wait_per_client_s"] == pytest.approx(1.27287155165 * 60)
    said = typed(*BASE, "--repeat", "20%")[1]
    assert "20% of calls are followed by another: 1.25 calls and" in said


@pytest.mark.parametrize("more", [("--repeat", "100%"), ("--repeat", "20%", "--patience", "3m")])
def test_what_the_formula_does_not_know_is_refused(typed: Typed, more: tuple[str, ...]) -> None:
    code, _, said = typed(*BASE, *more)
    assert code == 2
    assert "--repeat is a share below 100 %" in said
