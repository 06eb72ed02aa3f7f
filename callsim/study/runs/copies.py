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


NUMBER = re.compile(r"(?<![\w:.,-])\d+(?:,\d{3})*(?:\.\d+)?(?!\w|:\d)")  # no time of day, no part of a name
BREAKS = re.compile(
    r"(?P<pauses>\d+ of \d+ agents are on break together from .*), and (?P<names>.+?)"
    r"(?: and (?P<more>\d+) more)? miss(?:es its goal| their goals) then: (?P<advice>.*)"
)
AWAY, SPAN = re.compile(r"(\d+) of (\d+) "), re.compile(r"from (\d\d:\d\d) to (\d\d:\d\d)")


def in_one_line(warnings: Iterable[str]) -> list[str]:
    """Warnings that differ in dates and figures only become one, with how often and from when to when.

    The first one stands for all; what the others say differently is named as a range of dates, and of figures
    where there is one that changes. Breaks that shifts have together are one warning, whenever they are.
    """
    kinds: dict[str, list[str]] = {}
    for warning in dict.fromkeys(warnings):
        kind = "" if BREAKS.fullmatch(warning) else NUMBER.sub("#", MONTH.sub("@", warning))
        kinds.setdefault(kind, []).append(warning)
    return [_merged(some) if kind else _breaks(some) for kind, some in kinds.items()]


def _breaks(some: Sequence[str]) -> str:
    """The times of all, the most queues that miss their goals then, and the first of these."""
    if len(some) == 1:
        return some[0]
    found = [match for warning in some if (match := BREAKS.fullmatch(warning))]
    away = [pair for match in found for pair in AWAY.findall(match["pauses"])]
    spans = sorted({span for match in found for span in SPAN.findall(match["pauses"])})
    names = list(dict.fromkeys(name for match in found for name in match["names"].split(", ")))
    most = max(len(match["names"].split(", ")) + int(match["more"] or 0) for match in found)
    agents = " of ".join(_range([pair[k] for pair in away]) for k in (0, 1))
    times = alike([f"from {begin} to {end}" for begin, end in spans])
    miss = "its goal" if most == 1 else "their goals"
    queues = f"up to {most} queues miss" if most > 1 else "a queue misses"
    return (
        f"{agents} agents are on break together {times}, and {queues} {miss} then, as {alike(names)}: "
        f"{found[0]['advice']} ({len(some)} times)"
    )


def _range(column: Sequence[str]) -> str:
    low, high = min(column, key=_value), max(column, key=_value)
    return low if low == high else f"{low} to {high}"


def _merged(some: Sequence[str]) -> str:
    if len(some) == 1:
        return some[0]
    days = sorted({date.group()[:10] for warning in some for date in MONTH.finditer(warning)})
    columns = zip(*(NUMBER.findall(MONTH.sub("@", warning)) for warning in some), strict=True)
    left = iter([_range(column) for column in columns])
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
