"""Tutorials, executed: `docs/tutorials/NAME.py` becomes a page and a notebook, with what its code printed.

A source is in the percent format that notebooks and editors open: `# %% [markdown]` begins text, `# %%`
code. The value of a last line is shown, too. What was made is kept in `docs/site/.cache` under a digest of
all that it hangs on, so nothing is simulated again until the source, callsim or a scenario changes.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

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


class Cell(NamedTuple):
    """A cell of a tutorial, and what it showed: what it printed, and the value of its last line."""

    is_text: bool
    body: str
    printed: str = ""
    shown: str = ""  # as `print` shows the value
    short: str = ""  # its repr
    page: str = ""  # as a notebook shows it, HTML; nothing where it has no such form


def executed(source: str, folder: Path) -> str:
    """The cells of a source, as JSON. The folder has `scenarios/`, and new files go there."""
    found, names = [], {"__name__": "__tutorial__"}
    before = os.getcwd(), os.environ.get("COLUMNS")
    os.chdir(folder)
    os.environ["COLUMNS"] = COLUMNS
    try:
        for is_text, body in cells(source):
            found.append(Cell(is_text, body) if is_text else _run(body, names))
    finally:
        os.chdir(before[0])
        os.environ.pop("COLUMNS")
        if before[1] is not None:
            os.environ["COLUMNS"] = before[1]
    return json.dumps([one._asdict() for one in found], ensure_ascii=False)


def _run(code: str, names: dict[str, object]) -> Cell:
    """A cell of code, executed."""
    tree, value = ast.parse(code), None
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()):
        exec(compile(tree, "tutorial", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "tutorial", "eval"), names)
    printed = _tidy(out.getvalue())
    if value is None:
        return Cell(False, code, printed)
    page = value._repr_html_() if hasattr(value, "_repr_html_") else ""
    return Cell(False, code, printed, _tidy(str(value)), repr(value), page)


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def tutorial(source: Path) -> tuple[str, str]:
    """The page of a tutorial, which offers its notebook, and the notebook: `NAME.ipynb` beside it."""
    found = [Cell(**one) for one in json.loads(kept(source, executed))]
    return _page(found, source.stem), _notebook(found)


def _page(found: list[Cell], name: str) -> str:
    parts = []
    for cell in found:
        if cell.is_text:
            parts.append(cell.body)
            continue
        parts.append(f"```python\n{cell.body}\n```")
        if said := "\n".join(filter(None, (cell.printed, cell.shown))):
            parts.append(f"```text\n{said}\n```")
    parts.append(
        f"This page as an executed notebook: {{download}}`{name}.ipynb`. It wants `scenarios/` beside it."
    )
    return "\n\n".join(parts) + "\n"


def _notebook(found: list[Cell]) -> str:
    """The cells as notebooks write them, format 4.5."""
    made: list[dict[str, object]] = []
    for number, cell in enumerate(found):
        one = {"cell_type": "markdown", "id": f"cell-{number}", "metadata": {}, "source": _lines(cell.body)}
        if not cell.is_text:
            count = 1 + sum(not other.is_text for other in found[:number])
            one |= {"cell_type": "code", "execution_count": count, "outputs": list(_outputs(cell, count))}
        made.append(one)
    about = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    whole = {"cells": made, "metadata": about, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _outputs(cell: Cell, count: int) -> Iterator[dict[str, object]]:
    if cell.printed:
        yield {"output_type": "stream", "name": "stdout", "text": _lines(f"{cell.printed}\n")}
    if cell.shown:
        plain: dict[str, object] = {"text/plain": _lines(cell.short)}
        data = plain | ({"text/html": _lines(cell.page)} if cell.page else {})
        yield {"output_type": "execute_result", "execution_count": count, "metadata": {}, "data": data}


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def kept(source: Path, make: Callable[[str, Path], str]) -> str:
    """What is made of a source, or what is kept of it.

    `make` gets the source's text, and a folder with the scenarios in which files may be written.
    """
    here = CACHE / f"{source.stem}-{_digest(source)}"
    if here.exists():
        return here.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "scenarios", Path(folder) / "scenarios")
        made = make(source.read_text("utf-8"), Path(folder))
    CACHE.mkdir(exist_ok=True)
    for old in CACHE.glob(f"{source.stem}-{'?' * 16}"):
        old.unlink()
    here.write_text(made, "utf-8")
    return made


def _digest(source: Path) -> str:
    found = hashlib.sha256(np.__version__.encode())
    ours = [*HERE.glob("*.py"), *_files("docs/tutorials")]  # scripts of the site, too: they make pictures
    for path in [source, *_files("callsim"), *_files("scenarios"), *sorted(ours)]:
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _files(folder: str) -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES)
