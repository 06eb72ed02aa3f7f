"""What --state names, in every wrong way: said in a line, no foreign file is touched, and nothing is lost."""

from __future__ import annotations

import errno
import os
import random
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from callsim import cli
from callsim.errors import CallsimError, UserError
from callsim.study.store import store as module
from callsim.study.store.store import Arrays, Store

SCENARIO = """
sites: {s: {seats: 9}}
queues: {q: {arrivals: {per_hour: 9}, talk: 3 min, patience: 2 min, goal: {answer: 80%, within: 20 s}}}
groups: {g: {site: s, answers: {q: {}}, staff: 3}}
"""
# Files in which callsim once kept days, as somebody damaged them.
OLD = ("5", "null", '["a",null]', '[["a"],2]', "[" * 99_999)


@pytest.fixture
def stress(tmp_path: Path) -> list[str]:
    file = tmp_path / "s.yaml"
    file.write_text(SCENARIO)
    return ["stress", str(file), "--runs", "1", "--format", "json", "--state"]


@pytest.mark.parametrize("lines", OLD)
def test_a_file_is_refused_and_stays(
    stress: list[str], tmp_path: Path, lines: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.state"
    file.write_text(f'["callsim keeps simulated days here", "0.1.0"]\n{lines}\n')
    was = file.read_bytes()
    assert cli.main([*stress, str(file)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "is a file; --state names a folder" in err
    assert "Traceback" not in err
    assert file.read_bytes() == was


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("pipes with names are of POSIX")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "to-pipe").symlink_to("pipe")
    (tmp_path / "round").symlink_to("round")
    (tmp_path / "file").write_text("mine")
    for name in ("pipe", "zero", "to-pipe", "round", "file", "file/under", "n" * 999):
        with pytest.raises(UserError, match=r"is a file|cannot keep what is simulated in"):
            Store(tmp_path / name)


def _cut(data: bytes, luck: random.Random) -> bytes:
    return data[: luck.randrange(len(data))]


def _noise(data: bytes, luck: random.Random) -> bytes:
    return luck.randbytes(len(data))


def _empty(data: bytes, luck: random.Random) -> bytes:
    return b""


@pytest.mark.parametrize("damage", [_cut, _noise, _empty])
def test_damage_is_said_once_and_simulated_again(
    stress: list[str],
    tmp_path: Path,
    damage: Callable[[bytes, random.Random], bytes],
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, luck = tmp_path / "state", random.Random(1)
    assert cli.main([*stress, str(folder)]) == 0
    plain = capsys.readouterr().out
    files = sorted(folder.glob("*.part"))
    whole = [path.read_bytes() for path in files]
    for path, data in zip(files[::2], whole[::2], strict=True):
        path.write_bytes(damage(data, luck))
    for further in (True, False):
        assert cli.main([*stress, str(folder)]) == 0
        out, err = capsys.readouterr()
        assert out == plain
        assert err.count("as they were written; what they held was simulated again") == further
    assert [path.read_bytes() for path in files] == whole


def test_what_stands_in_the_place_of_a_part_is_said(tmp_path: Path) -> None:
    store, part = Store(tmp_path / "state"), {"x": np.ones(3)}
    Path(store.folder or "", "61.part").mkdir()
    with pytest.raises(CallsimError, match="cannot write"):
        store.part(b"a", lambda: part, lambda _: True)


def test_a_full_disk_is_said_and_nothing_is_lost(
    stress: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, real, left = tmp_path / "state", os.replace, [5]

    def full(source: str, target: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(module.os, "replace", full)
        assert cli.main([*stress, str(folder)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "No space left on device" in err
    assert "Traceback" not in err
    assert len(list(folder.glob("*.part"))) == 5
    assert len(list(folder.iterdir())) == 6, "beside them only the mark"
    assert cli.main([*stress, str(folder)]) == 0
    out, err = capsys.readouterr()
    assert "5 of" in err
    assert cli.main([*stress[:-1]]) == 0
    assert capsys.readouterr().out == out


def test_a_protected_folder_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "state").mkdir()
    monkeypatch.setattr(module.os, "access", lambda *_: False)
    with pytest.raises(UserError, match="protected"):
        Store(tmp_path / "state")


def test_several_may_begin_one_folder_at_once(tmp_path: Path) -> None:
    for number in range(20):
        together = threading.Barrier(4)

        def begin(folder: Path, together: threading.Barrier = together) -> Arrays | None:
            together.wait(30)
            store = Store(folder)
            for name in b"abcdefgh":
                part = store.part(bytes([name]), lambda: {"x": np.ones(9)}, lambda _: True)
            assert not store.damaged
            return part

        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(begin, [tmp_path / str(number)] * 4))
        assert [part["x"].sum() for part in found if part] == [9] * 4
        assert len(list((tmp_path / str(number)).iterdir())) == 9
