"""What the keys of scenario files mean: one for the terminal, all as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from callsim.scenario.layouts import LAYOUTS
from callsim.scenario.reference import Key, is_of_distribution, keys

NAME = "NAME"  # stands for a name in a path that is shown
HEAD = """# Scenario files: every key

*This page is made by `callsim explain --out docs/scenario.md`. Meanings stand in `callsim/scenario/words/`,
examples in `callsim/scenario/examples/`. `callsim explain queues.patience` tells one key.*

A scenario file is YAML. Durations have a unit (`20 s`, `4 min`, `1h30m`, `10 d`), shares are `85%` or `0.85`,
times of day are `HH:MM` in local time, days of the run are `day 1 10:00`, and large numbers may have `_`
between their digits. Names are yours: `NAME` stands for one below, and for a place of a list. A key without a
default that is not *needed* is one of several ways to say a thing, or left out.
"""
TABLES = """
## Tables

Wherever a file's name may stand, a file beside the scenario is read: CSV or a workbook (.xlsx), columns by
their header. A number that can be read in two ways (`1.200`, `1,200`) is a mistake, never a guess. These are
the plain layouts; those that people have, and `{file: …, column: …}`, are told in [tables.md](tables.md).
"""


def explained(some: Sequence[Key]) -> str:
    """The keys as paragraphs of text, each with its value, default, example and own keys."""
    return "\n".join("\n".join(_lines(key)) + "\n" for key in some)


def _lines(key: Key) -> Iterator[str]:
    yield f"{shown(key)}: {key.meaning}"
    yield f"  value    {key.value}"
    if key.needed:
        yield "  needed"
    elif key.default:
        yield f"  default  {key.default}"
    if key.example:
        yield f"  example  {key.example}"
    if key.below:
        yield f"  keys     {', '.join(key.below)}"


def shown(key: Key) -> str:
    """The path of a key with words for names."""
    return ".".join(NAME if step == "*" else step for step in key.path)


def page() -> str:
    """Every key in Markdown, by the first step of its path."""
    return "".join([HEAD, *_sections(), *_distributions(), TABLES, *_layouts()])


def _sections() -> Iterator[str]:
    plain = [key for key in keys() if not is_of_distribution(key)]
    for first, of_it in groupby(plain, key=lambda key: key.path[0]):
        own, *rest = of_it
        yield f"\n## {first}\n\n{own.meaning} *{_must(own)}.*" + (
            f" `{own.example}`\n" if own.example else "\n"
        )
        if rest:
            yield "\n" + _table(rest, drop=2 if rest[0].path[1] == "*" else 1)


def _must(key: Key) -> str:
    return "Needed" if key.needed else f"Default: {key.default}" if key.default else "Optional"


def _table(rows: Sequence[Key], drop: int) -> str:
    """A table of keys, without the first steps of their paths."""
    lines = ["| key | meaning | value | default | example |", "|---|---|---|---|---|"]
    for key in rows:
        path = shown(key._replace(path=key.path[drop:]))
        default = "*needed*" if key.needed else key.default or "–"
        example = f"`{key.example}`" if key.example else ""
        cells = (f"`{path}`", key.meaning, key.value, default, example)
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _distributions() -> Iterator[str]:
    """The families, once for all places of a distribution."""
    above = ("queues", "*", "talk")
    rows = [key for key in keys() if key.path[:3] == above and len(key.path) > 3]
    yield (
        "\n## Distributions\n\nOf `talk`, `wrap`, `patience` and `redial.after`: one family with its "
        "parameters, or a duration that is always the same.\n\n"
    )
    yield _table(rows, drop=3)


def _layouts() -> Iterator[str]:
    for layout in LAYOUTS:
        key = layout.key.replace("*", NAME)
        yield f"\n`{key}`: {layout.words}\n\n```text\n{layout.example}…\n```\n"
