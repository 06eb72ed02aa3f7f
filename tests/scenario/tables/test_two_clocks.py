"""Tables of scenarios: a field of two clock times is an interval, and a time of a zone is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

import callsim
from callsim.errors import ScenarioError

CLOCKS = [f"{half // 2:02}:{half % 2 * 30:02}" for half in range(48)]
SCENARIO = """
calendar: {{start: 2026-04-20}}
queues: {{sales: {{arrivals: {{{arrivals}}}, talk: 3 min}}}}
groups: {{desk: {{answers: {{sales: {{}}}}, staff: 3}}}}
"""


def counts(tmp_path: Path, cells: list[str]) -> list[float]:
    rows = "".join(f"{cell},{number}\n" for number, cell in enumerate(cells))
    (tmp_path / "calls.csv").write_text(f"interval_start,offered\n{rows}", "utf-8")
    file = tmp_path / "s.yaml"
    file.write_text(SCENARIO.format(arrivals="counts: calls.csv"), "utf-8")
    counted = callsim.load(str(file)).queues["sales"].arrivals.rows
    return [row[2] for row in counted]


@pytest.mark.parametrize("between", ["-", "–", "~", " - "])
@pytest.mark.parametrize("day", ["", "2026-04-20 "])
def test_intervals(day: str, between: str, tmp_path: Path) -> None:
    cells = [f"{day}{at}{between}{to}" for at, to in zip(CLOCKS, [*CLOCKS[1:], "00:00"], strict=True)]
    assert counts(tmp_path, cells) == list(range(48))


@pytest.mark.parametrize("zone", ["+08:00", "-05:00", ":00-05:00", "-03:30", "-0500", "Z", " UTC"])
def test_a_zone_is_refused(zone: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="has a zone; write local time without one") as caught:
        counts(tmp_path, [f"2026-04-20T{at}{zone}" for at in CLOCKS])
    assert caught.value.mistakes[0].line == 2


def test_what_may_be_both_asks(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"write 23:00 - 00:00 for the interval, 23:00:00-00:00"):
        counts(tmp_path, ["23:00-00:00"])


@pytest.mark.parametrize(
    ("cell", "said"), [("12:30-13:00", "is no date and time"), ("12:30:05-05:00", "has a zone")]
)
def test_a_call_of_a_log_has_no_interval(cell: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(f"arrival,talk_s\n2026-04-20 {cell},20\n", "utf-8")
    (tmp_path / "s.yaml").write_text(SCENARIO.format(arrivals="replay: log.csv"), "utf-8")
    with pytest.raises(ScenarioError, match=said):
        callsim.load(str(tmp_path / "s.yaml"))
