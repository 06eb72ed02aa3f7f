"""The floors of the house are told where a contributor reads them as import-linter keeps them."""

from __future__ import annotations

import ast
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
FLOORS = {one["name"]: one["layers"] for one in CONTRACTS if one["type"] == "layers"}
MOST_FILES, MOST_LINES = 20, 400


@pytest.mark.parametrize("name", FLOORS)
def test_contributing_tells_the_floors_that_are_kept(name: str) -> None:
    assert f"`{' > '.join(FLOORS[name])}`" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_every_folder_stands_in_the_architecture() -> None:
    told = (ROOT / "docs/architecture.md").read_text("utf-8")
    for folder in (ROOT / "callsim").iterdir():
        if (folder / "__init__.py").exists():
            assert f"`callsim/{folder.name}/`" in told, folder.name
    for house in ("study", "sim", "scenario"):
        for room in (ROOT / "callsim" / house).iterdir():
            if (room / "__init__.py").exists():
                assert f"`{room.name}/`" in told, room


def test_folders_and_files_stay_small_enough_to_be_seen_at_once() -> None:
    for folder in {file.parent for file in (ROOT / "callsim").rglob("*.py")}:
        files = list(folder.glob("*.py"))
        assert len(files) <= MOST_FILES, folder
        for file in files:
            assert len(file.read_text("utf-8").splitlines()) <= MOST_LINES, file


def test_no_files_name_each_other_in_a_circle() -> None:
    """Imports for types alone and those inside functions are counted, too. Raises CycleError."""
    files = {_name_of(file): file for file in (ROOT / "callsim").rglob("*.py")}
    named = {name: _imported(file, files) - {name, "callsim"} for name, file in files.items()}
    assert "callsim.sim.floor.rules" in set(TopologicalSorter(named).static_order())


def _name_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imported(file: Path, files: dict[str, Path]) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            within = {f"{node.module}.{one.name}" for one in node.names}
            names |= within & files.keys() or {node.module} & files.keys()
    return names
