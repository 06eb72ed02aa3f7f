"""Pictures of terminals on the site: every letter in its column, the same bytes, and nothing is asked for."""

from __future__ import annotations

import importlib.util
import random
import re
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from rich.cells import cell_len

SOURCE = Path(__file__).parents[2] / "docs" / "site" / "screens.py"
LETTERS = " " * 4 + "aZ09%.,±−–─→÷≤✓" + "队列服务水平，：（）" + "<&>\"'"


@pytest.fixture(scope="module")
def screens() -> ModuleType:
    spec = importlib.util.spec_from_file_location("screens", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def set_again(picture: str, screens: ModuleType) -> list[str]:
    """The lines of a picture, read from where its texts stand."""
    rows: dict[float, list[tuple[int, str]]] = {}
    for text in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text"):
        column = round((float(text.attrib["x"]) - screens._EDGE) / screens._WIDE)
        rows.setdefault(float(text.attrib["y"]), []).append((column, text.text or ""))
        assert float(text.attrib["textLength"]) == pytest.approx(cell_len(text.text or "") * screens._WIDE)
    lines = []
    for _, parts in sorted(rows.items()):
        line = ""
        for column, text in sorted(parts):
            line += " " * (column - cell_len(line)) + text
        lines.append(line)
    return lines


def test_lines_stand_as_they_were_printed(screens: ModuleType) -> None:
    luck = random.Random(7)
    for _ in range(300):
        lines = ["".join(luck.choices(LETTERS, k=luck.randint(1, 90))).rstrip() for _ in range(8)]
        lines = [line for line in lines if line]
        assert set_again(screens.svg("callsim run", "\n".join(lines)), screens)[1:] == lines


def test_long_prints_are_cut_and_say_so(screens: ModuleType) -> None:
    lines = set_again(screens.svg("callsim x", "\n".join(f"line {k}" for k in range(200))), screens)
    assert lines[0] == "$ callsim x"
    assert lines[-2:] == [f"line {screens.MOST - 1}", "…"]


def test_pictures_ask_for_nothing_and_are_the_same_again(screens: ModuleType) -> None:
    picture = screens.svg("callsim <run> & 'x'", "队列  12 %\n\n  <b>")
    assert picture == screens.svg("callsim <run> & 'x'", "队列  12 %\n\n  <b>")
    assert not re.search(r"href|url\(|@import|https?://(?!www\.w3\.org/2000/svg)", picture)
    assert "\n\n" not in picture  # a blank line ends a block of HTML in Markdown
