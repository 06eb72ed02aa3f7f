"""Lines of plain text, broken so that they fit a terminal; a word that is too long for it stays whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len

_WORDS = re.compile(r"\S+\s*")
_FILE = re.compile(r"[/\\]|\.\w+(:\d+)*:?$")  # to be copied in one piece
_OPENING, _CLOSING = "（「『《〈“‘【", "，。、；：？！）」』》〉”’】…"  # end no line, begin no line


def wrapped(text: str, width: int, hang: int = 2) -> str:
    """Returns the text with lines of at most `width` cells.

    What is left of a line is indented by `hang` more than the line. Lines are broken at spaces, and between
    wide characters, which have none; a longer word, such as the path of a file, is not broken.
    """
    return "\n".join("\n".join(_broken(line, width, hang)) for line in text.split("\n"))


def _broken(line: str, width: int, hang: int) -> Iterator[str]:
    if cell_len(line) <= width:
        yield line
        return
    indent = line[: len(line) - len(line.lstrip())]
    have = ""
    for piece in _pieces(line.strip()):
        if have and cell_len(indent + have + piece.rstrip()) > width:
            yield (indent + have).rstrip()
            if len(indent) + hang < width // 2:
                indent, hang = indent + " " * hang, 0
            have = ""
        have += piece
    yield (indent + have).rstrip()


def _pieces(line: str) -> Iterator[str]:
    """Yields what may stand on a line of its own, with the spaces behind it."""
    for word in _WORDS.findall(line):
        if _FILE.search(word.strip()):
            yield word
            continue
        begin = 0
        for at in range(1, len(word)):
            before, after = word[at - 1], word[at]
            wide = cell_len(before) > 1 or cell_len(after) > 1
            if wide and before not in _OPENING and after not in _CLOSING and not after.isspace():
                yield word[begin:at]
                begin = at
        yield word[begin:]
