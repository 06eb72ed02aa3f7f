"""Logs, exact numbers of calls and switches in blocks; what run refuses to cut, check tells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim import cli
from callsim.errors import UserError
from callsim.model.blocks.cut import number_of
from tests.study.runs.test_blocks import NIGHTLY, TWO_DAYS, WEEK, assert_equal, both, loaded, never_gives_up


def of_days(ways: dict[str, Any]) -> dict[str, Any]:
    """Two lines day and night for five days; calls of the first come as said, back helps as said."""
    talk = {"talk": {"exponential": {"mean": "4 min"}}, "patience": {"exponential": {"mean": "3 min"}}}
    goal = {"goal": {"answer": "80%", "within": "20 s"}}
    return {
        "calendar": {"start": "2026-03-02", "days": 5, "interval": "1 h"},
        "queues": {
            "front": {"arrivals": ways.get("arrivals", {"per_hour": 40}), **talk, **goal},
            "rest": {"arrivals": {"per_hour": 8}, **talk},
        },
        "groups": {
            "first": {"answers": {"front": {}}, "staff": 3},
            "back": {"answers": {"rest": {}, "front": ways.get("answers", {})}, "staff": 2},
        },
    }


def a_log(folder: Path) -> dict[str, Any]:
    """Calls of a log: some 40 an hour, the length of every other one known."""
    rng, rows = np.random.default_rng(5), ["arrival,queue,talk_s"]
    for second in np.sort(rng.integers(0, 5 * 86400, 4800)).tolist():
        at = np.datetime64("2026-03-02T00:00:00") + second
        rows.append(
            f"{str(at).replace('T', ' ')},front,{int(rng.exponential(200)) + 1 if second % 2 else ''}"
        )
    (folder / "log.csv").write_text("\n".join(rows) + "\n")
    return {"arrivals": {"replay": "log.csv"}}


def a_table(folder: Path) -> dict[str, Any]:
    """Exact numbers of calls of each hour."""
    rng, rows = np.random.default_rng(6), ["interval_start,offered"]
    for hour in range(5 * 24):
        at = np.datetime64("2026-03-02T00:00") + np.timedelta64(hour, "h")
        rows.append(f"{str(at).replace('T', ' ')},{rng.poisson(40)}")
    (folder / "table.csv").write_text("\n".join(rows) + "\n")
    return {"arrivals": {"counts": {"file": "table.csv", "exact": True}}}


def a_full_line(folder: Path) -> dict[str, Any]:
    return {"answers": {"when": {"waiting_above": 2, "checked_every": "5 min"}}}


def a_low_level(folder: Path) -> dict[str, Any]:
    return {"answers": {"when": {"service_level_below": "85%", "over": "30 min", "checked_every": "5 min"}}}


@pytest.mark.parametrize("engine", ["kernel", "reference"])
@pytest.mark.parametrize("ways", [a_log, a_table, a_full_line, a_low_level])
def test_logs_exact_numbers_and_switches_are_those_of_the_run_in_one_piece(
    tmp_path: Path, engine: str, ways: Callable[[Path], dict[str, Any]]
) -> None:
    loaded(tmp_path, of_days(ways(tmp_path)))
    blocks = "calendar.blocks={length: 2 d, warm_up: 12 h}"
    whole, cut = both(tmp_path / "centre.yaml", blocks, runs=2, engine=engine)
    assert number_of(cut.model) == 3
    assert whole.sums.calls[..., 0].sum() > 5000
    assert_equal(whole, cut)


def test_a_switch_that_looks_back_beyond_the_warm_up_cannot_be_cut(tmp_path: Path) -> None:
    when = {"service_level_below": "85%", "over": "4 h", "checked_every": "5 min"}
    with pytest.raises(UserError, match="a switch of front looks back over 4 h, longer than"):
        callsim.run(loaded(tmp_path, of_days({"answers": {"when": when}}), TWO_DAYS), runs=1)


@pytest.mark.parametrize(
    ("changed", "sets", "said"),
    [
        (never_gives_up(1), [], "hours of work wait in desk"),
        (
            NIGHTLY,
            ["queues.desk.redial={probability: 50%, after: {exponential: {mean: 3 h}}}"],
            "calls again later than the warm-up of 1 h lasts",
        ),
        (
            {**NIGHTLY, "groups": {k: {"answers": {"desk": {"quota": "50%"}}, "staff": 2} for k in "ab"}},
            [],
            "quotas of groups that answer desk",
        ),
        ({**NIGHTLY, "supervisors": [{"run": "watch.py:watch"}]}, [], "what a supervisor remembers"),
    ],
)
def test_check_tells_what_run_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: dict[str, Any], sets: list[str], said: str
) -> None:
    (tmp_path / "watch.py").write_text("def watch(floor):\n    yield floor.wait(60)\n")
    loaded(tmp_path, changed)
    file = next(tmp_path.glob("*.yaml"))
    words = [word for one in sets for word in ("--set", one)]
    for command, options in (("check", ()), ("run", ("--runs", "1"))):
        code = cli.main([command, str(file), "--set", TWO_DAYS, *words, *options])
        err = capsys.readouterr().err
        assert code == 2
        assert said in err
    code = cli.main(["check", str(file), "--set", WEEK, *words])  # one block
    assert said not in capsys.readouterr().err
    assert code == 0
