"""Reports know results by their types: what they look up by name cannot grow."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_LOOK_UPS = 60  # into mappings by a string that stands in callsim/report


def look_ups(tree: ast.AST) -> int:
    """How often `…["name"]` is read and `.get("name")` called."""
    found = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            found += _is_text(node.slice)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            found += bool(node.args) and _is_text(node.args[0])
    return found


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_look_ups_are_counted() -> None:
    assert look_ups(ast.parse('a["b"]["c"] + a.get("d", 1) + a[k] + a.get(k); a["e"] = 1')) == 3


def test_reports_hardly_look_results_up() -> None:
    files = sorted((ROOT / "callsim/report").rglob("*.py"))
    found = {file.relative_to(ROOT): look_ups(ast.parse(file.read_text("utf-8"))) for file in files}
    assert sum(found.values()) <= MOST_LOOK_UPS, {file: many for file, many in found.items() if many}


MOST_ANY = 20  # in the folders below, each with its reason beside it


def test_what_may_be_anything_says_why() -> None:
    """Where a type is `Any`, a comment `# Any: …` on the line tells the reason."""
    found = []
    for room in ("report", "results", "study"):
        for file in sorted((ROOT / "callsim" / room).rglob("*.py")):
            lines = file.read_text("utf-8").splitlines()
            nodes = ast.walk(ast.parse("\n".join(lines)))
            rows = [node.lineno - 1 for node in nodes if isinstance(node, ast.Name) and node.id == "Any"]
            found += [(file.relative_to(ROOT), lines[row]) for row in rows]
    assert len(found) <= MOST_ANY, found
    assert all("# Any: " in line for _, line in found), found
