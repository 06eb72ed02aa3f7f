"""What the keys of scenario files mean: one for the terminal, all as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from callsim.report.kit.wrapping import wrapped
from callsim.scenario.layouts import layouts
from callsim.scenario.reference import ANY, Key, is_of_distribution, keys
from callsim.sentences import say

NAME = "NAME"  # stands for a name in a path that is shown


LABEL = 9  # columns of the names of what is told of a key


def explained(some: Sequence[Key], width: int) -> str:
    """The keys as paragraphs of text, each with its value, default, example and own keys."""
    return "\n".join(
        "".join(wrapped(line, width, LABEL if line[0] == " " else 2) + "\n" for line in _lines(key))
        for key in some
    )


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
    elif of_each := [one.path[-1] for one in keys() if one.path[:-1] == (*key.path, ANY)]:
        yield say("reference.of_each", key=shown(key), keys=", ".join(of_each))
        yield say("reference.such_as", key=".".join((*key.path, of_each[0])).replace(f".{ANY}", ""))


def index(width: int) -> str:
    """The first steps of all paths with their meanings, and how to ask for more."""
    tops = [key for key in keys() if len(key.path) == 1]
    wide = max(len(key.name) for key in tops)
    lines = [wrapped(f"{key.name:<{wide}}  {key.meaning}", width, wide + 2) for key in tops]
    return "\n".join([*lines, "", wrapped(say("reference.ask"), width), ""])


def shown(key: Key) -> str:
    """The path of a key with words for names."""
    return ".".join(NAME if step == "*" else step for step in key.path)


def page() -> str:
    """Every key in Markdown, by the first step of its path."""
    return "".join(
        [say("reference.top"), *_sections(), *_distributions(), say("reference.tables"), *_layouts()]
    )


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
    lines = [say("reference.columns"), "|---|---|---|---|---|"]
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
    yield say("reference.distributions")
    yield _table(rows, drop=3)


def _layouts() -> Iterator[str]:
    for layout in layouts():
        key = layout.key.replace("*", NAME)
        yield f"\n`{key}`: {layout.words}\n\n```text\n{layout.example}…\n```\n"
