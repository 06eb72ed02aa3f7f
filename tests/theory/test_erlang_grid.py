"""Every figure of Erlang B, C and A over a wide grid is a share, a time, or nothing: never 1.0000000002."""

from __future__ import annotations

import itertools
import json

import pytest

from callsim import cli
from callsim.erlang import evaluate

AGENTS = (0, 1, 2, 14, 100, 1_000, 100_000)
LOADS = (0.0, 1e-9, 1e-3, 0.5, 1.0, 13.9, 100.0, 1_001.0, 150_000.0)  # erlangs
PATIENCE = (None, 1e-3, 1.0, 300.0, 1e7)  # s
WITHIN = (0.0, 1e-6, 20.0, 3_600.0, 1e7)  # s
SHARES = ("p_wait", "p_answered", "p_abandon", "p_block", "p_wait_longer", "occupancy")
TIMES = ("wait_s", "asa_s", "wait_of_abandoned_s", "wait_of_delayed_s", "virtual_wait_s", "queue_length")


@pytest.mark.parametrize(("agents", "patience_s"), list(itertools.product(AGENTS, PATIENCE)))
def test_shares_are_shares_and_times_are_times(agents: int, patience_s: float | None) -> None:
    for load, within_s in itertools.product(LOADS, WITHIN):
        found = evaluate(agents, load * 20, 180, patience_s, within_s).to_dict()
        levels = found["service_level"]
        assert isinstance(levels, dict)
        case = (agents, load, patience_s, within_s)
        for name, share in {**{name: found[name] for name in SHARES}, **levels}.items():
            assert share is None or 0 <= share <= 1, (case, name, share)  # type: ignore[operator]
        for name in TIMES:
            assert found[name] is None or found[name] >= 0, (case, name)  # type: ignore[operator]
        assert (found["occupancy"] is None) == (agents == 0), case
        assert levels["offered"] <= levels["quick_abandons_met"], case


@pytest.mark.parametrize("more", [(), ("--patience", "5m")])
def test_without_agents_there_is_no_occupancy(
    capsys: pytest.CaptureFixture[str], more: tuple[str, ...]
) -> None:
    words = ["erlang", "--agents", "0", "--calls-per-hour", "200", "--aht", "3m", *more]
    assert cli.main([*words, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["occupancy"] is None
    assert cli.main(words) == 0
    (line,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("occupancy"))
    assert line.split() == ["occupancy", "–"]
