"""Calls of Asterisk's log against a recount line by line, with damaged and shuffled lines."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from callsim.errors import UserError
from callsim.history.canonical import OUTCOMES, UNKNOWN, CallTable
from callsim.history.read import asterisk, log_events
from callsim.history.read.how import How

EVENTS = (
    "ENTERQUEUE||5|1",
    "ENTERQUEUE||5|1",
    "CONNECT|7|b|2",
    "CONNECT|3|b|2",
    "CONNECT",
    "ABANDON|1|1|33",
    "COMPLETEAGENT|7|66|1",
    "COMPLETECALLER|9|50|1",
    "EXITWITHTIMEOUT|1|1|20",
    "EXITWITHKEY|1|1|1|44",
    "ATTENDEDTRANSFER|m|d|3|70|1",
    "RINGNOANSWER|1000",
    "QUEUESTART|",
)
DAMAGED = ("", "garbage", "a|b", "x|c1|q|NONE|CONNECT|1|2|3", "|" * 60, "17e|c1|q|NONE|ABANDON|1|1|2")
FIRST = "1735689600|c0|q|NONE|ENTERQUEUE||5|1"


def lines_of(seed: int) -> list[str]:
    luck = random.Random(seed)
    at, lines = 1_735_689_600, []
    for _ in range(luck.choice([5, 60, 400])):
        at += luck.choice([0, 1, 40, 3000])
        who = luck.choice(["NONE", "SIP/1", "SIP/2"])
        lines.append(f"{at}|c{luck.randrange(12)}|{luck.choice('qrs')}|{who}|{luck.choice(EVENTS)}")
    if luck.random() < 0.3:
        luck.shuffle(lines)
    for _ in range(luck.choice([0, 1, 6])):
        lines.insert(luck.randrange(len(lines) + 1), luck.choice(DAMAGED))
    return [FIRST, *lines]


Call = tuple[int, str, str, int, int]  # arrival s, queue, outcome, wait ms, talk ms


def recount(lines: list[str]) -> list[Call]:
    """Each call that entered its queue and left it, by arrival."""
    of: dict[tuple[str, str], list[dict[str, list[float]]]] = {}
    order = []
    for line in lines:
        parts = line.split("|")
        if not is_event(line) and not (5 <= len(parts) <= 40 and parts[4] == "ENTERQUEUE"):
            continue
        at, contact, queue, _, event = parts[:5]
        calls = of.setdefault((contact, queue), [{}])
        if event == "ENTERQUEUE":
            calls.append({})
            if is_event(line):
                calls[-1]["at"] = [float(at)]
                order.append((queue, calls[-1]))
        field = {"CONNECT": 5, "ABANDON": 7, "EXITWITHTIMEOUT": 7, "EXITWITHKEY": 8}.get(event)
        if field is not None:
            name = "moved" if event.startswith("EXIT") else event
            calls[-1].setdefault(name, []).append(amount(parts, field))
        talk = {"COMPLETEAGENT": 6, "COMPLETECALLER": 6, "ATTENDEDTRANSFER": 8}.get(event)
        if talk is not None:
            calls[-1].setdefault("talk", []).append(amount(parts, talk))
    found = []
    for queue, call in order:
        ends = [name for name in ("CONNECT", "ABANDON", "moved") if name in call]
        if ends:
            wait = max(call[ends[0]])
            talk_ms = max(call.get("talk", [-1])) if ends[0] == "CONNECT" else -1
            outcome = {"CONNECT": "answered", "ABANDON": "abandoned", "moved": "transferred"}[ends[0]]
            times = (int(1000 * one) if one >= 0 else UNKNOWN for one in (wait, talk_ms))
            found.append((int(call["at"][0]), queue, outcome, *times))
    return sorted(found, key=lambda call: call[0])


def amount(parts: list[str], field: int) -> float:
    """Seconds of a field, -1 where there is no number."""
    try:
        return float(parts[field])
    except (IndexError, ValueError):
        return -1


def is_event(line: str) -> bool:
    """Whether a line has a time and an event."""
    parts = line.split("|")
    return 5 <= len(parts) <= 40 and parts[0].strip().isdigit()


def told(table: CallTable) -> list[Call]:
    return [
        (
            int(row["arrival"].astype("datetime64[s]").astype(int)),
            table.queues[row["queue"]],
            OUTCOMES[row["outcome"]],
            int(row["wait_ms"]),
            int(row["talk_ms"]),
        )
        for row in table.rows
    ]


def check(path: Path, lines: list[str]) -> None:
    """The calls are those of a recount, and the lines that are no events are counted."""
    expected = recount(lines)
    if not expected:
        with pytest.raises(UserError):
            asterisk.read(str(path), How(zone="UTC"))
        return
    table = asterisk.read(str(path), How(zone="UTC"))
    assert told(table) == expected
    damaged = [number for number, line in enumerate(lines, start=1) if line and not is_event(line)]
    notes = [note for note in table.notes if "no event" in note.text]
    assert sum(note.rows for note in notes) == len(damaged)
    if damaged:
        assert f"line {damaged[0]:,}".replace(",", "") in notes[0].text.replace(",", "")


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("seed", range(40))
def test_calls_are_those_of_a_recount(tmp_path: Path, seed: int, ends: str) -> None:
    lines = lines_of(seed)
    path = tmp_path / "queue_log"
    path.write_bytes(ends.join([*lines, ""]).encode())
    check(path, lines)


ODD = (b"\r", b"\n", b"\r\r\n", b'"', b"\\", b"|", b"\xff", b"\xc3", b"|" * 50, b"x" * 5000, b"1|x|y" * 2000)


@pytest.mark.parametrize("slice_", [97, 1000, 16_000_000])
@pytest.mark.parametrize("seed", range(40))
def test_damage_anywhere_is_read_as_a_recount_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, slice_: int
) -> None:
    """Whatever bytes a log holds, and wherever a slice of it ends."""
    monkeypatch.setattr(log_events, "_SLICE", slice_)
    luck = random.Random(f"damage {seed}")
    data = bytearray("\n".join([*lines_of(seed), ""]).encode())
    for _ in range(luck.choice([1, 4])):
        at = luck.randrange(len(FIRST) + 1, len(data) + 1)
        data[at : at + luck.choice([0, 0, 1, 30])] = luck.choice(ODD)
    path = tmp_path / "queue_log"
    path.write_bytes(data)
    lines = []
    for line in re.split(b"\r\n|\r|\n", bytes(data)):
        try:
            lines.append(line[:4096].decode())
        except UnicodeDecodeError:
            lines.append("damaged")
    check(path, lines)


def test_no_word_of_the_database_reaches_a_planner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_events, "_NAMES", "SELECT no such thing")
    path = tmp_path / "queue_log"
    path.write_text("\n".join([FIRST, "1735689607|c0|q|SIP/1|CONNECT|7|b|2", ""]))
    with pytest.raises(UserError) as told:
        asterisk.read(str(path), How(zone="UTC"))
    assert str(told.value) == f"{path}: what it holds is damaged"
