"""Files appear whole or not at all, and what cannot be written is said first."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from callsim.errors import CallsimError, UserError
from callsim.report.kit import file


def test_a_file_is_replaced_and_keeps_its_rights(tmp_path: Path) -> None:
    target = tmp_path / "result.json"
    target.write_text("old")
    target.chmod(0o640)
    file.write(str(target), "new 遵义\n")
    assert target.read_text("utf-8") == "new 遵义\n"
    assert target.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["result.json"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    file.write(str(tmp_path / "link"), "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_what_fails_on_the_way_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "result.json"
    target.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CallsimError, match="no space left"):
        file.write(str(target), "new")
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["result.json"]


def test_ctrl_c_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        file.write(str(tmp_path / "result.json"), "new")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["", "nowhere/result.json", ".", "folder/", "a" * 300])
def test_what_cannot_be_written(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="cannot write"):
        file.writable(name)
    assert os.listdir(tmp_path) == []


def test_the_file_that_is_read_is_not_written_over(tmp_path: Path) -> None:
    scenario = tmp_path / "a.yaml"
    scenario.write_text("")
    with pytest.raises(UserError, match="the scenario itself"):
        file.writable(str(scenario), not_over=str(scenario))


@pytest.mark.skipif(sys.platform == "win32", reason="has no /dev")
def test_a_device_is_written_not_replaced() -> None:
    file.write(file.writable(os.devnull), "gone")
    assert not os.path.isfile(os.devnull)
