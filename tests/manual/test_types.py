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
