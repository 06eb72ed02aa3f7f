"""Compiled code that was damaged, planted or cannot be kept is compiled anew, and nothing else happens."""

from __future__ import annotations

import os
import pickle
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numba
import pytest

from callsim.sim import cache
from callsim.sim.cache import Checked, folder, is_trusted, keep

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="owners and modes of POSIX")
ROOT = hasattr(os, "getuid") and os.getuid() == 0
NOBODY = 65534


def twice(number):  # type: ignore[no-untyped-def]
    return number * 2


def compiled(there: Path, stamp: str = "s") -> Any:
    """The function with its cache in a folder, as if in a new process."""
    dispatcher = numba.njit(twice)
    keep(dispatcher, twice, there, stamp)
    return dispatcher


def hits(dispatcher: Any) -> int:
    return sum(dispatcher.stats.cache_hits.values())


@pytest.fixture
def warm(tmp_path: Path) -> Path:
    """A folder with compiled code for whole numbers and for floats."""
    first = compiled(tmp_path)
    assert (first(2), first(1.5), hits(first)) == (4, 3.0, 0)
    again = compiled(tmp_path)
    assert (again(2), again(1.5), hits(again)) == (4, 3.0, 2)
    return tmp_path


def files(there: Path, kind: str = "nb?") -> list[Path]:
    return sorted(there.glob(f"*.{kind}"))


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "nothing left": lambda data, luck: b"",
    "half": lambda data, luck: data[: len(data) // 2],
    "one byte": lambda data, luck: data[:1],
    "the checksum alone": lambda data, luck: data[:32],
    "a bit": lambda data, luck: flipped(data, luck),
    "more": lambda data, luck: data + b"\0",
    "zeros": lambda data, luck: bytes(len(data)),
    "noise": lambda data, luck: luck.randbytes(len(data)),
    "a plain pickle": lambda data, luck: data[32:],
    "another value": lambda data, luck: pickle.dumps({}),
}


def flipped(data: bytes, luck: random.Random) -> bytes:
    at = luck.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << luck.randrange(8))]) + data[at + 1 :]


@pytest.mark.parametrize("kind", ["nbi", "nbc"])
@pytest.mark.parametrize("what", DAMAGES)
def test_damage_ends_in_a_fresh_compilation(warm: Path, kind: str, what: str) -> None:
    luck = random.Random(what)
    for _ in range(20 if what == "a bit" else 1):
        for path in files(warm, kind):
            path.write_bytes(DAMAGES[what](path.read_bytes(), luck))
        found = compiled(warm)
        assert (found(2), found(1.5), hits(found)) == (4, 3.0, 0)
        again = compiled(warm)
        assert (again(2), again(1.5), hits(again)) == (4, 3.0, 2), "what was compiled anew is kept anew"


@pytest.mark.parametrize("kind", ["nbi", "nbc"])
def test_a_missing_file_too(warm: Path, kind: str) -> None:
    for path in files(warm, kind):
        path.unlink()
    found = compiled(warm)
    assert (found(2), hits(found)) == (4, 0)


def test_code_of_other_sources_is_not_used(warm: Path) -> None:
    other = compiled(warm, "another stamp")
    assert (other(2), hits(other)) == (4, 0)


class Planted:
    """Runs as code where it is unpickled."""

    def __reduce__(self) -> Any:
        return os.mkdir, (os.environ["PLANTED"],)


@pytest.mark.parametrize("kind", ["nbi", "nbc"])
def test_a_planted_pickle_never_runs(warm: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTED", str(warm / "it-ran"))
    for path in files(warm, kind):
        path.write_bytes(pickle.dumps(Planted()))
    assert compiled(warm)(2) == 4
    assert not (warm / "it-ran").exists()


@pytest.mark.skipif(not ROOT, reason="only root can give files away")
def test_another_users_file_never_runs_even_with_the_right_checksum(
    warm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hashlib

    monkeypatch.setenv("PLANTED", str(warm / "it-ran"))
    data = pickle.dumps(Planted())
    for path in files(warm):
        path.write_bytes(hashlib.sha256(data).digest() + data)
        os.chown(path, NOBODY, NOBODY)
    assert compiled(warm)(2) == 4
    assert not (warm / "it-ran").exists()


def test_a_file_that_others_may_write_is_not_read(warm: Path) -> None:
    for path in files(warm):
        path.chmod(0o666)
    found = compiled(warm)
    assert (found(2), hits(found)) == (4, 0)


@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_what_is_no_file_is_not_opened(warm: Path, kind: str) -> None:
    for number, path in enumerate(files(warm, "nbi")):
        if kind == "link":
            path.rename(warm / f"moved-{number}")
            path.symlink_to(warm / f"moved-{number}")
        else:
            path.unlink()
            os.mkfifo(path) if kind == "pipe" else path.mkdir()
    found = compiled(warm)
    assert (found(2), hits(found)) == (4, 0)


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that every user can look into."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_a_read_only_warm_cache_is_used(public: Path) -> None:
    first = compiled(public)
    assert first(2) == 4
    public.chmod(0o555)
    if ROOT:  # who writes everywhere; what root owns is trusted by all
        os.seteuid(NOBODY)
    try:
        found = compiled(public)
        assert (found(2), hits(found)) == (4, 1)
        assert found(1 + 2j) == 2 + 4j  # not there, and cannot be kept
    finally:
        if ROOT:
            os.seteuid(0)
        public.chmod(0o755)
    assert len(files(public, "nbc")) == 1


def test_a_full_disk_keeps_nothing_and_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Checked, "_open_for_write", full)
    assert compiled(tmp_path)(2) == 4
    assert files(tmp_path) == []


# ---- which folders are trusted


def test_a_folder_of_ones_own_is_trusted(tmp_path: Path) -> None:
    assert is_trusted(tmp_path)
    tmp_path.chmod(0o755)
    assert is_trusted(tmp_path)


@pytest.mark.parametrize("mode", [0o777, 0o757, 0o1777])
def test_one_that_others_may_write_is_not(tmp_path: Path, mode: int) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    inner.chmod(mode)
    assert not is_trusted(inner)
    (inner / "below").mkdir()
    # Below a folder for all nobody else can rename what is ours only where it is sticky.
    assert is_trusted(inner / "below") == (mode == 0o1777)


@pytest.mark.skipif(not ROOT, reason="only root can give folders away")
def test_another_users_is_not_nor_what_lies_in_it_or_behind_a_link(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    (theirs / "mine").mkdir(parents=True)
    os.chown(theirs, NOBODY, NOBODY)
    (tmp_path / "link").symlink_to(theirs)
    assert not is_trusted(theirs)
    assert not is_trusted(theirs / "mine")
    assert not is_trusted(tmp_path / "link")
    assert not is_trusted(tmp_path / "link" / "mine")


def test_what_is_no_folder_is_not(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "round").symlink_to("round")
    for name in ("file", "nowhere", "round"):
        assert not is_trusted(tmp_path / name)


def test_the_folder_is_made_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSIM_CACHE", str(tmp_path))
    there = folder("name")
    assert there == tmp_path / "callsim" / "name"
    assert {part.stat().st_mode & 0o777 for part in (there, there.parent)} == {0o700}


def test_an_untrusted_one_is_passed_over_for_a_private_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_to_all, temporary = tmp_path / "all", tmp_path / "temporary"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    temporary.mkdir()
    monkeypatch.setenv("CALLSIM_CACHE", str(open_to_all))
    monkeypatch.setattr(cache.tempfile, "tempdir", str(temporary))
    there = folder("name")
    assert there is not None
    assert there.is_relative_to(temporary)
    planted = there.parent.parent
    assert planted == temporary / f"callsim-{os.getuid()}"
    planted.chmod(0o777)  # as if another user had made it first
    passing = folder("name")
    assert passing is not None
    assert passing.parent == temporary
    assert passing != planted
    assert passing.stat().st_mode & 0o777 == 0o700


def test_where_nothing_can_be_kept_it_is_compiled_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CALLSIM_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr(cache.tempfile, "tempdir", str(tmp_path / "file"))
    assert folder("name") is None


@pytest.mark.skipif(not ROOT, reason="only root can become a user without an entry")
def test_neither_home_nor_an_entry_of_the_user_is_needed(public: Path) -> None:
    public.chmod(0o777)
    asks = (
        "import os, grp, pwd; from callsim.sim import cache; os.setuid(12_345); print(cache.folder('name'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asks],
        env={"TMPDIR": str(public), "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().startswith(f"{public}/callsim-")
