"""Pictures of what commands print: a terminal of 80 columns as SVG, the same bytes for the same text.

An SVG asks for no font and no other file: it has what every machine has, and letters of even width are set
where they belong, whatever the font is.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterator

COLUMNS = 80
MOST = 60  # lines that are shown
_WIDE, _HIGH, _EDGE, _BAR = 8.4, 18, 14, 30  # of a letter, of a line, around the text, above it; pixels
_FONT = "ui-monospace,'DejaVu Sans Mono','Noto Sans Mono CJK SC',Menlo,Consolas,monospace"
_INK, _PAPER, _QUIET = "#e6e8ec", "#1b1e24", "#8b919c"


def svg(command: str, printed: str) -> str:
    """Returns a picture of a command and of what it printed, its first lines."""
    lines = printed.rstrip("\n").splitlines()
    shown = [f"$ {command}", "", *lines[:MOST], *(["…"] if len(lines) > MOST else [])]
    wide = 2 * _EDGE + _WIDE * max(COLUMNS, *map(columns, shown))
    high = _BAR + _EDGE + _HIGH * len(shown)
    rows = "\n".join(_row(number, line) for number, line in enumerate(shown) if line.strip())
    size = f'viewBox="0 0 {wide:g} {high:g}" style="max-width: {wide:g}px; width: 100%"'
    dots = "".join(f'<circle cx="{x}" cy="16" r="5"/>' for x in (18, 36, 54))
    return f"""<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">
<title>{html.escape(f"callsim: {command}")}</title>
<rect width="100%" height="100%" rx="8" fill="{_PAPER}"/>
<g fill="{_QUIET}">{dots}</g>
<g font-family="{_FONT}" font-size="14" fill="{_INK}" xml:space="preserve">
{rows}
</g>
</svg>
"""


def columns(text: str) -> int:
    """Returns the columns of a terminal that a text takes; letters of Chinese take two."""
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    return 0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _row(number: int, line: str) -> str:
    """A line: each run of letters of one width begins in its column, and is as long as its columns."""
    y = _BAR + _HIGH * (number + 1) - 6
    parts = []
    for column, run in _runs(line):
        long = columns(run) * _WIDE
        x = _EDGE + column * _WIDE
        parts.append(f'<text x="{x:g}" y="{y}" textLength="{long:g}">{html.escape(run)}</text>')
    return "".join(parts)


def _runs(line: str) -> Iterator[tuple[int, str]]:
    """The column and the letters of each run of words that stand a blank apart, narrow or wide ones."""
    column, begin, run = 0, 0, ""
    for letter in line:
        apart = letter == " " and run.endswith(" ")
        turns = bool(run.strip()) and letter != " " and _columns(letter) != _columns(run.strip()[-1])
        if apart or turns:
            if run.strip():
                yield begin, run.rstrip()
            run = ""
        if not run:
            begin = column
            run = "" if letter == " " else letter
        else:
            run += letter
        column += _columns(letter)
    if run.strip():
        yield begin, run.rstrip()
