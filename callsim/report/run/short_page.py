"""Who is short where, on a page: the map of over and under, and the worst places."""

from __future__ import annotations

from collections.abc import Iterator

from callsim.report.kit.both import table
from callsim.report.kit.charts import Balance, Values, columns
from callsim.report.kit.html_page import Part, Section, Text
from callsim.report.run.short import ON_DUTY, REQUIRED, net, pools_of, shown, stretches
from callsim.results.run import GroupInterval, RunResult
from callsim.sentences import say

MAPPED = 40  # pools of a map
MOST = 12  # stretches


def section(found: RunResult) -> Iterator[Section]:
    """The map of over and under, and the worst places, on a page."""
    pools = _mapped(found)
    if not pools or len(found.group_intervals or ()) == 0:
        return
    left = len(pools_of(found)) - len(pools)
    rows = [(name, f"there_{k}", f"asked_{k}") for k, name in enumerate(pools)]
    says = say("run.map_says") + (f" {say('run.map_left', n=left)}" if left else "")
    worst = stretches(found)
    parts: list[Part] = [Balance(say("run.map"), rows, says)]
    if worst:
        parts += [
            Text(say("run.short_says"), small=True),
            table(shown(found, worst[:MOST]), 3, say("run.short")),
        ]
    else:
        parts.append(Text(say("run.nobody_short_page")))
    yield Section(say("run.short"), parts)


def shared_columns(found: RunResult) -> dict[str, Values]:
    """What the map draws."""
    shared: dict[str, Values] = {}
    for k, rows in enumerate(_mapped(found).values()):
        shared |= columns([row.figures[ON_DUTY] for row in rows], f"there_{k}", "count")
        shared |= columns([row.figures[REQUIRED] for row in rows], f"asked_{k}", "count")
    return shared


def _mapped(found: RunResult) -> dict[str, list[GroupInterval]]:
    """The pools of the map: of very many those in which most agents are missing."""
    pools = pools_of(found)
    if len(pools) <= MAPPED:
        return pools
    missing = {name: sum(min(net(row), 0.0) for row in rows) for name, rows in pools.items()}
    kept = set(sorted(pools, key=lambda name: missing[name])[:MAPPED])
    return {name: rows for name, rows in pools.items() if name in kept}
