"""README and docs are run: every callsim command, every Python block, every YAML block."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from callsim import cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(kind: str) -> list[tuple[str, str]]:
    """(page, text) of every fenced block of a kind."""
    fence = re.compile(rf"^```{kind}\n(.*?)^```", re.MULTILINE | re.DOTALL)
    return [(page.name, text) for page in PAGES for text in fence.findall(page.read_text("utf-8"))]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder as a new user has it: the scenarios, and nothing written yet."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )


def writes(line: str) -> bool:
    """Whether later commands of the page may need the files that a command writes."""
    return "--out" in line or " new " in line


@pytest.mark.parametrize("page", sorted({page for page, _ in blocks("bash")}))
def test_every_command_of_a_page_works_in_its_order(
    clone: Path, page: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In this process, but for the first one: a process of its own for each would import all anew."""
    monkeypatch.chdir(clone)
    tried, earlier = 0, set()  # README's commands that another page repeats have run there
    for where, text in blocks("bash"):
        if where == "README.md" != page:
            earlier.update(text.splitlines())
        for line in text.splitlines() if where == page else ():
            if line in earlier and not writes(line):
                continue
            words = shlex.split(line.rpartition("&&")[2], comments=True)
            if words and words[0].endswith("callsim"):
                if tried:
                    code, told = cli.main(words[1:]), capsys.readouterr().err
                else:
                    done = run(clone, "-m", "callsim", *words[1:])
                    code, told = done.returncode, done.stderr
                assert code == 0, f"{page}: {line}\n{told}"
                tried += 1
    assert tried >= (9 if page == "README.md" else 0)


def test_every_python_block_runs(clone: Path) -> None:
    found = blocks("python")
    assert found
    for page, text in found:
        done = run(clone, "-c", text)
        assert done.returncode == 0, f"{page}\n{text}\n{done.stderr}"


def test_every_yaml_block_is_a_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = blocks("yaml")
    assert found
    for number, (page, text) in enumerate(found):
        file = tmp_path / f"block{number}.yaml"
        file.write_text(text, "utf-8")
        assert cli.main(["check", str(file)]) == 0, f"{page}\n{capsys.readouterr().err}"


def test_every_link_and_file_named_exists() -> None:
    for page in PAGES:
        text = page.read_text("utf-8")
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
        for name in re.findall(r"`((?:scenarios|tests|callsim|docs)/[\w./-]+)`", text):
            assert (ROOT / name).exists(), f"{page.name} names {name}"


def test_the_tour_shows_the_file_that_it_runs() -> None:
    written = (ROOT / "scenarios/first-week/centre.yaml").read_text("utf-8")
    assert written.split("\n", 1)[1] in [text for page, text in blocks("yml") if page == "README.md"]
