"""Many names, or the same warning many times, in one line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

NAMED = 3  # names in a sentence
MONTH = re.compile(r"\d{4}-\d{2}(-\d{2})?(T\d{2}:\d{2})?")


def alike(names: Sequence[str]) -> str:
    """Some names; of many the first ones and how many more."""
    if len(names) <= NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"


# A figure, but no part of a clock time: 02:00 and 03:30 are two things to say, and no range.
NUMBER = re.compile(r"(?<![\d:.])\d+(?:,\d{3})*(?:\.\d+)?(?![\d:])")


def in_one_line(warnings: Iterable[str]) -> list[str]:
    """Warnings that differ in dates and figures only become one, with how often and from when to when.

    The first one stands for all; what the others say differently is named as a range of dates, and of figures
    where there is one that changes.
    """
    kinds: dict[str, list[str]] = {}
    for warning in dict.fromkeys(warnings):
        kinds.setdefault(NUMBER.sub("#", MONTH.sub("@", warning)), []).append(warning)
    return [_merged(some) for some in kinds.values()]


def _merged(some: Sequence[str]) -> str:
    if len(some) == 1:
        return some[0]
    days = sorted({date.group()[:10] for warning in some for date in MONTH.finditer(warning)})
    columns = zip(*(NUMBER.findall(MONTH.sub("@", warning)) for warning in some), strict=True)
    ranges = [
        f"{min(column, key=_value)} to {max(column, key=_value)}" if len(set(column)) > 1 else column[0]
        for column in columns
    ]
    left = iter(ranges)
    first = some[0]
    parts, last = [], 0
    for date in MONTH.finditer(first):
        parts += [NUMBER.sub(lambda _: next(left), first[last : date.start()]), date.group()]
        last = date.end()
    parts.append(NUMBER.sub(lambda _: next(left), first[last:]))
    when = f", from {days[0]} to {days[-1]}" if len(days) > 1 else ""
    return f"{''.join(parts)} ({len(some)} times{when})"


def _value(number: str) -> float:
    return float(number.replace(",", ""))
