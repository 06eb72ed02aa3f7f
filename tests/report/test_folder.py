"""Folders of results: whole or not at all, never over other things, and what was written is read again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from callsim.errors import CallsimError, UserError
from callsim.report.kit import folder
from callsim.report.kit.folder import RESULT, is_folder, new_folder, writable_folder
from callsim.results.saved.parquet import columns_of, read_table, write_table, write_tables

DECOYS = ("a1", "ab", "axb", "a", "b")
NAMES = (
    "a[1]", "a[a-z]", "[!x]", "a*b", "a?b", "a??", "**", "*", "?", "a{1,b}", "~", "~root", "a b", " ", "it's",
    'a"b', "遵义 – é", "a\\b", "a]b", "%41", "$HOME", "a;b", "a'); DROP TABLE t; --", "year=2026", "s3:",
    "http:", "-a", "a\\[1]", "[\\]",
)  # fmt: skip


def listed(path: Path) -> list[str]:
    return sorted(os.listdir(path))


def written(path: Path, *names: str) -> None:
    with new_folder(str(path)) as there:
        for name in (RESULT, *names):
            Path(there, name).write_text(name)


def test_a_new_folder_takes_the_place_of_the_old_one_whole(tmp_path: Path) -> None:
    target = tmp_path / "r"
    written(target, "old")
    written(target, "new")
    assert listed(target) == ["new", RESULT]
    assert listed(tmp_path) == ["r"]


def half_written(path: Path, trouble: Exception) -> None:
    with new_folder(str(path)) as there:
        Path(there, "half").write_text("")
        raise trouble


@pytest.mark.parametrize("exchanges", [True, False])
def test_whoever_fails_leaves_the_old_folder(
    tmp_path: Path, exchanges: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "r"
    written(target, "old")
    with pytest.raises(ZeroDivisionError):
        half_written(target, ZeroDivisionError())
    assert listed(target) == ["old", RESULT]
    assert listed(tmp_path) == ["r"]
    if not exchanges:  # as on systems without such a call
        monkeypatch.setattr(folder, "_exchange", lambda one, other: False)
    written(target, "new")
    assert listed(target) == ["new", RESULT]
    assert listed(tmp_path) == ["r"]


FILLS = """
import os, sys
from callsim.report.kit.folder import new_folder
with new_folder(sys.argv[1]) as there:
    open(os.path.join(there, "half"), "w").close()
    print("begun", flush=True)
    input()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_killed_process_leaves_the_old_folder(tmp_path: Path) -> None:
    target = tmp_path / "r"
    written(target, "old")
    process = subprocess.Popen(
        [sys.executable, "-c", FILLS, str(target)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"begun\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert listed(target) == ["old", RESULT]


@pytest.mark.skipif(sys.platform != "linux", reason="renameat2 is Linux's")
def test_there_is_never_a_moment_without_a_folder(tmp_path: Path) -> None:
    target = tmp_path / "r"
    written(target, "0")
    watches = f"""
import os
seen = 0
print("begun", flush=True)
while not os.path.exists({str(tmp_path / "stop")!r}):
    assert os.path.exists({str(target / RESULT)!r})
    seen += 1
print(seen)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", watches], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"begun\n"
    for number in range(200):
        written(target, str(number))
    (tmp_path / "stop").write_text("")
    out, err = process.communicate()
    assert err == b""
    assert int(out) > 0


def test_what_cannot_be_written_is_said_before(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.tex").write_text("")
    (tmp_path / "empty").mkdir()
    for name, about in (
        ("file", "it is a file"),
        ("other", "other things"),
        ("no/where", "there is no folder"),
    ):
        with pytest.raises(UserError, match=about):
            writable_folder(str(tmp_path / name))
    assert writable_folder(str(tmp_path / "empty"))
    assert writable_folder(str(tmp_path / "new/"))
    written(tmp_path / "empty")
    assert listed(tmp_path / "empty") == [RESULT]
    (tmp_path / "empty" / "thesis.tex").write_text("")
    with pytest.raises(UserError, match="other things are in this folder, such as thesis"):
        writable_folder(str(tmp_path / "empty"))


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_goes_on_leading_to_its_folder(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    written(tmp_path / "far" / "r", "queues.parquet")
    for name, leads_to in (("link", "far/r"), ("to-nothing", "far/new")):
        (tmp_path / name).symlink_to(leads_to)
        assert writable_folder(str(tmp_path / name)) == str(tmp_path / name)
        written(tmp_path / name, "runs.parquet")
        assert (tmp_path / name).is_symlink()
        assert listed(tmp_path / name) == [RESULT, "runs.parquet"]
    assert listed(tmp_path / "far") == ["new", "r"]
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(UserError, match="a link to itself"):
        writable_folder(str(tmp_path / "round"))


def test_a_folder_is_told_by_its_name_or_by_what_is_in_it(tmp_path: Path) -> None:
    written(tmp_path / "r")
    assert is_folder(str(tmp_path / "r"))
    assert is_folder("new/")
    assert not is_folder(str(tmp_path))


def test_what_is_no_result_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no folder of results"):
        folder.read(str(tmp_path))
    written(tmp_path / "r")
    with pytest.raises(UserError, match=r"r/result.json: it is no result of callsim run; run it again"):
        folder.read(str(tmp_path / "r"))


def test_trouble_with_the_disk_is_told(tmp_path: Path) -> None:
    with pytest.raises(CallsimError, match=r"cannot write .*: no space left"):
        half_written(tmp_path / "r", OSError(28, "No space left"))
    assert not listed(tmp_path)


def test_tables_come_back_as_they_were(tmp_path: Path) -> None:
    table = {
        "number": np.array([3, 1, 2**62], np.int64),
        "share": np.array([0.1, np.nan, 1e-300]),
        "name": np.array(["'quoted'", None, "遵义"], object),
    }
    path = str(tmp_path / "it's.parquet")
    write_table(path, table)
    found = read_table(path)
    assert list(found) == list(table)
    np.testing.assert_array_equal(found["number"], table["number"])
    np.testing.assert_array_equal(found["share"], table["share"])
    assert found["name"].tolist() == table["name"].tolist()


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_never_a_pattern(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for k, one in enumerate((name, *(decoy for decoy in DECOYS if decoy != name))):
        os.mkdir(one)
        write_table(f"{one}/t.parquet", {"value": np.array([k])})
        assert os.listdir(one) == ["t.parquet"]
    assert list(columns_of(f"{name}/t.parquet")) == ["value"]
    assert read_table(f"{name}/t.parquet")["value"].tolist() == [0]
    pieces = ({"value": np.array([k])} for k in (5, 6))
    write_tables(f"{name}/all.parquet", pieces, name)
    assert read_table(f"{name}/all.parquet")["value"].tolist() == [5, 6]


def test_what_is_no_table_is_trouble_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    path.write_bytes(b"PAR1 nothing PAR1")
    for reads in (columns_of, read_table):
        with pytest.raises(OSError, match=r"."):
            reads(str(path))


def test_pieces_become_one_table_in_order(tmp_path: Path) -> None:
    pieces = [{"run": np.array([2, 1]), "t": np.array([5, 9])}, {"run": np.array([1]), "t": np.array([3])}]
    write_tables(str(tmp_path / "t.parquet"), pieces, str(tmp_path))
    found = read_table(str(tmp_path / "t.parquet"))
    assert list(zip(found["run"].tolist(), found["t"].tolist(), strict=True)) == [(1, 3), (1, 9), (2, 5)]


def test_the_same_table_is_the_same_file(tmp_path: Path) -> None:
    table = {"number": np.arange(300_000), "name": np.array(["a", "b", "c"] * 100_000, object)}
    for name in ("one", "two"):
        write_table(str(tmp_path / name), table)
        time.sleep(0.01)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
