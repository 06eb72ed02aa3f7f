"""What a terminal can show: no control characters, and no letter that its encoding does not have."""

from __future__ import annotations

import contextlib
import shutil
import sys

# What to write where a stream is not UTF-8; a question mark would stand for every other letter.
PLAIN = str.maketrans(
    {
        "±": "+-",
        "≈": "~",
        "–": "-",
        "−": "-",
        "‑": "-",
        "─": "-",
        "→": "->",
        "…": "...",
        "×": "x",
        "÷": "/",
        "≤": "<=",
        "≥": ">=",
        "·": "*",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "✓": "v",
        "✕": "x",
        "\u00a0": " ",
    }
)


def written_in(text: str, encoding: str | None) -> str:
    """The text with plain signs where an encoding lacks some; letters that it lacks become question marks."""
    encoding = encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(PLAIN).encode(encoding, "replace").decode(encoding)
    return text


def printable(text: str) -> str:
    """The text without what a terminal would obey: a file may be called anything, also an escape sequence."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else "?" for letter in text)


def fitted(text: str, width: int) -> str:
    """The text with blanks behind it, or before it where `width` is negative, up to so many columns.

    Letters of Chinese take two columns each.
    """
    from rich.cells import cell_len

    blanks = " " * (abs(width) - cell_len(text))
    return text + blanks if width > 0 else blanks + text


def columns() -> int:
    """Returns the width of the terminal; 80 where there is none."""
    return shutil.get_terminal_size().columns


def tell(text: str) -> None:
    """A message on standard error; where that cannot be written, nothing else changes.

    On a terminal its lines are broken at spaces. Elsewhere a mistake is one line, as editors read them.
    """
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            text = printable(text)
            if sys.stderr.isatty():
                from callsim.report.kit.wrapping import wrapped

                text = wrapped(text, columns())
            sys.stderr.write(written_in(text + "\n", sys.stderr.encoding))
            sys.stderr.flush()
