"""Agents who log in, pause and log off in Asterisk's log: their time by interval, recounted by the second."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from callsim.history.canonical import IntervalTable
from callsim.history.fit.question import fit
from callsim.history.fit.staffing import staffing
from callsim.history.read.how import How
from callsim.history.read.reader import read

DAY = 1_767_571_200  # 2026-01-05 00:00 UTC, a Monday
HALF_HOUR = 1_800_000
Line = tuple[int, str, str, str]  # when, queue, agent, event


def log(path: Path, lines: list[Line], calls: bool = True) -> str:
    """A file of these events; with `calls` each of their agents answers one at noon in each queue."""
    rows = [(at, f"{at}|NONE|{queue}|{agent}|{event}") for at, queue, agent, event in lines]
    pairs = sorted({(queue, agent) for _, queue, agent, _ in lines if queue != "NONE"})
    for number, (queue, agent) in enumerate(pairs if calls else []):
        at = DAY + 12 * 3600 + number
        rows.append((at, f"{at}|c{number}|{queue}|NONE|ENTERQUEUE||555|1"))
        rows.append((at + 5, f"{at + 5}|c{number}|{queue}|{agent}|CONNECT|5|b{number}|2"))
        rows.append((at + 65, f"{at + 65}|c{number}|{queue}|{agent}|COMPLETEAGENT|5|60|1"))
    path.write_text("\n".join(row for _, row in sorted(rows, key=lambda row: row[0])) + "\n")
    return str(path)


def table_of(path: str) -> IntervalTable:
    return read([path], How(zone="UTC"), width_ms=HALF_HOUR)


def staffed(table: IntervalTable, queue: str) -> np.ndarray:
    found: np.ndarray = table.of(table.queues.index(queue))["staffed_s"]
    return found


def recount(lines: list[Line], queue: str) -> np.ndarray:
    """Each second of the day by itself."""
    seconds = np.zeros(86_400)
    first, last = min(at for at, *_ in lines), max(at for at, *_ in lines)
    for agent in {agent for _, _, agent, _ in lines}:
        mine = [
            (at, event) for at, at_queue, who, event in lines if who == agent and at_queue in (queue, "NONE")
        ]
        state = (
            {"ADDMEMBER": "out", "UNPAUSE": "paused", "UNPAUSEALL": "paused"}.get(mine[0][1], "in")
            if mine
            else "out"
        )
        for at in range(max(first, DAY), min(last, DAY + 86_400)):
            for when, event in mine:
                if when == at:
                    if event == "REMOVEMEMBER":
                        state = "out"
                    elif event == "ADDMEMBER" and state == "out":
                        state = "in"
                    elif event.startswith("PAUSE") and state == "in":
                        state = "paused"
                    elif event.startswith("UNPAUSE") and state == "paused":
                        state = "in"
            seconds[at - DAY] += state == "in"
    return seconds.reshape(48, 1800).sum(axis=1)


@pytest.mark.parametrize("seed", range(4))
def test_seconds_are_those_of_a_recount(tmp_path: Path, seed: int) -> None:
    luck = random.Random(seed)
    words = ["ADDMEMBER", "REMOVEMEMBER", "PAUSE", "UNPAUSE", "PAUSEALL", "UNPAUSEALL"]
    lines: list[Line] = [(DAY, "q", "x", "ADDMEMBER"), (DAY + 86_399, "p", "x", "REMOVEMEMBER")]
    for agent in "abc":
        for queue in "pq":
            lines.append((luck.randrange(DAY + 1, DAY + 80_000), queue, agent, "ADDMEMBER"))
        for at in luck.sample(range(DAY + 1, DAY + 86_000), 8):
            word = luck.choice(words)
            lines.append((at, "NONE" if word.endswith("ALL") else luck.choice("pq"), agent, word))
    lines.append((DAY + 4, "p", "x", "ADDMEMBER"))
    lines.append((DAY + 86_398, "q", "x", "REMOVEMEMBER"))
    lines.sort()
    table = table_of(log(tmp_path / "queue_log", lines))
    for queue in "pq":
        np.testing.assert_allclose(staffed(table, queue), recount(lines, queue), atol=1e-6)


def test_a_fit_tells_agents_as_logged_and_shared_ones_once(tmp_path: Path) -> None:
    """Four agents from 8 to 18 h, at both queues, away from 12 to 13 h; one more at q alone from 10 h on."""
    lines: list[Line] = []
    for agent in "abcd":
        for queue in "pq":
            lines += [
                (DAY + 8 * 3600, queue, agent, "ADDMEMBER"),
                (DAY + 18 * 3600, queue, agent, "REMOVEMEMBER"),
            ]
        lines += [(DAY + 43_200, "NONE", agent, "PAUSEALL"), (DAY + 46_800, "NONE", agent, "UNPAUSEALL")]
    lines += [(DAY + 36_000, "q", "e", "ADDMEMBER"), (DAY + 64_800, "q", "e", "REMOVEMEMBER")]
    path = log(tmp_path / "queue_log", lines)
    table = table_of(path)
    wanted = np.array([0] * 16 + [4] * 8 + [0] * 2 + [4] * 10 + [0] * 12, float)
    extra = np.array([0] * 20 + [1] * 16 + [0] * 12, float)
    np.testing.assert_allclose(staffed(table, "p") / 1800, wanted)
    np.testing.assert_allclose(staffed(table, "q") / 1800, wanted + extra)
    pool = staffing(table, table.dates, (0, 1), np.ones((7, 48)), 60.0, None, 0.0)
    assert pool.source == "logged"
    assert pool.agents[0].tolist() == (wanted + extra).tolist()
    written = fit(path, columns=How(zone="UTC")).to_scenario("plan")
    assert any("staff: {mon: [0" in text or "logged" in text for text in written.values())


def test_agents_who_never_log_in_leave_staffing_untold(tmp_path: Path) -> None:
    lines: list[Line] = [(DAY + 8 * 3600, "q", "a", "ADDMEMBER"), (DAY + 9 * 3600, "q", "static", "PAUSE")]
    table = table_of(log(tmp_path / "queue_log", lines))
    assert np.isnan(staffed(table, "q")).all()
    assert any("1 agent answers calls without ever logging in" in note.text for note in table.notes)


def test_logs_of_several_files_add_up_and_one_queue_can_be_read(tmp_path: Path) -> None:
    paths = []
    for number, hour in enumerate((8, 10)):
        lines: list[Line] = [
            (DAY + hour * 3600, "q", "a", "ADDMEMBER"),
            (DAY + 64_800, "q", "a", "REMOVEMEMBER"),
        ]
        paths.append(log(tmp_path / f"log{number}", lines))
    both = read(paths, How(zone="UTC"), width_ms=HALF_HOUR)
    wanted = [0] * 16 + [1] * 4 + [2] * 16 + [0] * 12
    np.testing.assert_allclose(staffed(both, "q") / 1800, wanted)
    one = read(paths, How(zone="UTC"), queue="q", width_ms=HALF_HOUR)
    np.testing.assert_allclose(staffed(one, "q") / 1800, wanted)
