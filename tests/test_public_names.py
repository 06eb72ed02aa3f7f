"""Public names: what is imported when asked for is what type checkers see, and nothing else."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import callsim

CACHE = Path(".mypy_cache")


def test_type_checkers_see_what_is_imported_when_asked_for() -> None:
    tree = ast.parse(Path(callsim.__file__).read_text())
    (seen,) = (
        block
        for block in tree.body
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
    )
    homes = {
        name.asname: line.module
        for line in seen.body
        if isinstance(line, ast.ImportFrom)
        for name in line.names
        if name.asname == name.name
    }
    assert homes == callsim._HOMES
    assert {"__version__", *homes} == set(callsim.__all__)
    assert all(hasattr(callsim, name) for name in callsim.__all__)


def test_an_unknown_name_is_said() -> None:
    with pytest.raises(AttributeError, match="module 'callsim' has no attribute 'walk'"):
        callsim.walk  # noqa: B018


@pytest.mark.skipif(not CACHE.is_dir(), reason="mypy has not read callsim yet, which takes a minute")
def test_mypy_types_the_public_functions(tmp_path: Path) -> None:
    program = tmp_path / "planner.py"
    program.write_text("import callsim\nreveal_type(callsim.run(callsim.load('a.yaml'), runs=2))\n")
    command = [sys.executable, "-m", "mypy", "--follow-imports=silent", str(program)]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300).stdout
    assert 'Revealed type is "callsim.results.result.Result"' in told, told
