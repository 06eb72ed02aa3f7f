"""State files, damaged in every way: no value is used that was not kept, and no other file is touched.

`CALLSIM_FUZZ=1` damages 2,000 files in each way instead of 100.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from callsim import __version__, cli
from callsim.errors import UserError
from callsim.study.buildout import journal as module
from callsim.study.buildout.journal import Kept

TIMES = 2000 if os.environ.get("CALLSIM_FUZZ") else 100
HEAD = f'["callsim keeps simulated days here", "{__version__}"]\n'.encode()
VALUES: dict[str, Any] = {
    f"day {k}": {"total": {"mean": k / 7, "low": None, "high": [k, 1e-300]}, "name": "遵义"} for k in range(6)
}
SCENARIO = """
sites: {s: {seats: 9}}
queues: {q: {arrivals: {per_hour: 9}, talk: 3 min, patience: 2 min, goal: {answer: 80%, within: 20 s}}}
groups: {g: {site: s, answers: {q: {}}, staff: 3}}
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A state file as it is written."""
    path = tmp_path_factory.mktemp("state") / "a.state"
    kept = Kept(path)
    for name, value in VALUES.items():
        kept.keep(name, value)
    return path.read_bytes()


def cut_short(data: bytes, luck: random.Random) -> bytes:
    return data[: luck.randrange(len(data))]


def flipped_bits(data: bytes, luck: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(luck.choice((1, 1, 2, 20))):
        changed[luck.randrange(len(data))] ^= 1 << luck.randrange(8)
    return bytes(changed)


def torn_apart(data: bytes, luck: random.Random) -> bytes:
    """A piece is gone, or stands elsewhere too."""
    a, b, c = sorted(luck.randrange(len(data)) for _ in range(3))
    return luck.choice((data[:a] + data[b:], data[:c] + data[a:], data[:a] + b"\0" * (b - a) + data[b:]))


def other_lines(data: bytes, luck: random.Random) -> bytes:
    """Lines that nobody kept, among those that somebody did."""
    lines = data.splitlines(keepends=True)
    sums = [line[:65] for line in lines[1:]]
    others = [
        b"5", b"null", b'["a", null]', b'["day 1", 5]', b'[["a"], 2]', b"{}", b"[" * 9999, b"\xff\xfe", b"",
        b"\0", b" ", b'["day 2", {}]', b'["day 1", NaN]', b"x" * 9999, HEAD[:-1],
    ]  # fmt: skip
    for _ in range(luck.randrange(1, 5)):
        line = luck.choice(others)
        if luck.random() < 0.5:
            line = luck.choice(sums) + line
        lines.insert(luck.randrange(len(lines) + 1), line + luck.choice((b"\n", b"\r\n", b"\n\n")))
    return b"".join(lines)


def other_values(data: bytes, luck: random.Random) -> bytes:
    """A digit is another."""
    places = [k for k, byte in enumerate(data) if k > len(HEAD) and byte in b"0123456789"]
    place = luck.choice(places)
    return data[:place] + luck.choice(b"0123456789abc").to_bytes(1, "big") + data[place + 1 :]


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "cut short": cut_short,
    "flipped bits": flipped_bits,
    "torn apart": torn_apart,
    "other lines": other_lines,
    "other values": other_values,
}


@pytest.mark.parametrize("what", DAMAGES)
def test_only_what_was_kept_is_known(tmp_path: Path, whole: bytes, what: str) -> None:
    path = tmp_path / "a.state"
    went_on = 0
    for number in range(TIMES):
        luck = random.Random(f"{what} {number}")
        data = DAMAGES[what](whole, luck)
        path.write_bytes(data)
        try:
            kept = Kept(path)
        except UserError:  # nothing tells that it is ours
            assert path.read_bytes() == data
            continue
        known = {name: kept[name] for name in VALUES if name in kept}
        assert len(kept) == len(known)
        assert known == {name: VALUES[name] for name in known}
        if data:
            assert path.read_bytes() == data, "nothing new is kept yet"
        assert kept.damaged or not data or data == whole[: len(data)] or len(known) == len(VALUES)
        kept.keep("more", 1)
        again = Kept(path)
        assert again.damaged == 0
        assert {name: again[name] for name in (*known, "more")} == {**known, "more": 1}
        went_on += 1
    assert went_on > 0.5 * TIMES
    assert os.listdir(tmp_path) == ["a.state"]


FOREIGN = {
    "notes": b"my notes\n",
    "a scenario": SCENARIO.encode(),
    "JSON": b'{"a": 1}\n',
    "a list": b'["callsim keeps simulated days", "x"]\n',
    "noise": random.Random(1).randbytes(9999),
    "zeros": b"\0" * 9999,
    "brackets": b"[" * 99_999,
    "an empty line": b"\n",
    "a later version": b'["callsim keeps simulated days here", "99.0"]\n',
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_foreign_file_is_refused_and_stays(tmp_path: Path, what: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(FOREIGN[what])
    with pytest.raises(UserError, match=r"delete it, or name another file") as error:
        Kept(path)
    assert ("callsim 99.0" in str(error.value)) == (what == "a later version")
    assert path.read_bytes() == FOREIGN[what]


def test_no_pipe_or_device_is_opened(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("pipes with names are of POSIX")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "null").symlink_to("/dev/null")
    (tmp_path / "to-pipe").symlink_to("pipe")
    (tmp_path / "round").symlink_to("round")
    for name in ("pipe", "zero", "null", "to-pipe", "round", "."):
        with pytest.raises(UserError, match="cannot keep what is simulated in"):
            Kept(tmp_path / name)


def test_a_link_to_a_file_stays_a_link(tmp_path: Path, whole: bytes) -> None:
    if sys.platform == "win32":
        pytest.skip("links need rights there")
    (tmp_path / "far").mkdir()
    there, link = tmp_path / "far" / "a.state", tmp_path / "link"
    link.symlink_to(there)
    for data in (None, whole, whole[:-9]):
        if data is not None:
            there.write_bytes(data)
        Kept(link).keep("more", 1)
        assert link.is_symlink()
        assert Kept(there)["more"] == 1
    assert os.listdir(tmp_path / "far") == ["a.state"]


def test_reading_is_bounded(tmp_path: Path, whole: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.state"
    path.write_bytes(HEAD)
    os.truncate(path, 1 << 40)  # a hole: takes no room on the disk
    with pytest.raises(UserError, match=r"larger than 2 GiB; delete it, or name another file"):
        Kept(path)
    monkeypatch.setattr(module, "LONGEST", 1000)
    path.write_bytes(whole + b"x" * 100_000 + b"\n")
    kept = Kept(path)
    assert len(kept) == len(VALUES)
    assert kept.damaged


STATES = {
    "int": b"5\n",
    "null": b"null\n",
    "keysnull": b'["a",null]\n',
    "unhash": b'[["a"],2]\n',
    "deep": b"[" * 99_999 + b"\n",
    "old": json.dumps(["a" * 64, {"total": 1}]).encode() + b"\n",
}


def test_the_command_says_it_once_and_begins_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario, state = tmp_path / "s.yaml", tmp_path / "state" / "days"
    scenario.write_text(SCENARIO)
    words = ["stress", str(scenario), "--runs", "1", "--format", "json", "--state", str(state.parent)]
    assert cli.main(words) == 0
    plain, _ = capsys.readouterr()
    days = len(Kept(state))
    for lines in STATES.values():
        state.write_bytes(HEAD + lines)
        assert cli.main(words) == 0
        out, err = capsys.readouterr()
        assert out == plain
        assert err.count("is damaged: a line is not as written; what is lost is simulated again") == 1
        back = Kept(state)
        assert (len(back), back.damaged) == (days, 0)
    state.write_bytes(FOREIGN["notes"])
    assert cli.main(words) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert state.read_bytes() == FOREIGN["notes"]
