"""Tutorials, executed: `docs/tutorials/NAME.py` becomes a page with its text, its code and what that printed.

A source is in the percent format that notebooks and editors open: `# %% [markdown]` begins text, `# %%`
code. The value of a last line is printed, too. A page is kept in `docs/site/.cache` under a digest of all
that it hangs on, so nothing is simulated again until the source, callsim or a scenario changes.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import io
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parent / "tutorials"
ROOT = HERE.parents[1]
CACHE = HERE / ".cache"
SUFFIXES = (".py", ".toml", ".yaml", ".csv")  # of files that numbers and reports hang on
COLUMNS = "100"  # of reports


def cells(source: str) -> Iterator[tuple[bool, str]]:
    """Whether it is text, and the text or the code of each cell."""
    for mark, body in re.findall(r"^# %%(.*)\n((?:(?!# %%).*\n?)*)", source, re.MULTILINE):
        if "[markdown]" in mark:
            yield True, re.sub(r"^# ?", "", body, flags=re.MULTILINE).strip()
        else:
            yield False, body.strip()


def executed(source: str, folder: Path) -> str:
    """The page of a source; `scenarios/` of the repository is in the folder, and new files go there."""
    parts, names = [], {"__name__": "__tutorial__"}
    before = os.getcwd(), os.environ.get("COLUMNS")
    os.chdir(folder)
    os.environ["COLUMNS"] = COLUMNS
    try:
        for is_text, body in cells(source):
            if is_text:
                parts.append(body)
                continue
            parts.append(f"```python\n{body}\n```")
            if printed := _printed(body, names):
                parts.append(f"```text\n{printed}\n```")
    finally:
        os.chdir(before[0])
        os.environ.pop("COLUMNS")
        if before[1] is not None:
            os.environ["COLUMNS"] = before[1]
    return "\n\n".join(parts) + "\n"


def _printed(code: str, names: dict[str, object]) -> str:
    """What a cell prints, and the value of its last line."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()):
        exec(compile(tree, "tutorial", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "tutorial", "eval"), names)
            if value is not None:
                print(value)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()).strip("\n")


def page_of(source: Path, make: Callable[[str, Path], str] = executed) -> str:
    """The executed page of a source, or the one that is kept.

    `make` gets the source's text, and a folder with the scenarios in which files may be written.
    """
    kept = CACHE / f"{source.stem}-{_digest(source)}.md"
    if kept.exists():
        return kept.read_text("utf-8")
    with tempfile.TemporaryDirectory() as made:
        shutil.copytree(ROOT / "scenarios", Path(made) / "scenarios")
        page = make(source.read_text("utf-8"), Path(made))
    CACHE.mkdir(exist_ok=True)
    for old in CACHE.glob(f"{source.stem}-{'?' * 16}.md"):
        old.unlink()
    kept.write_text(page, "utf-8")
    return page


def _digest(source: Path) -> str:
    found = hashlib.sha256(np.__version__.encode())
    ours = [*HERE.glob("*.py"), *_files("docs/tutorials")]  # scripts of the site, too: they make pictures
    for path in [source, *_files("callsim"), *_files("scenarios"), *sorted(ours)]:
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _files(folder: str) -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES)
