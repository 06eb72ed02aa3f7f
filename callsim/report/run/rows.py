"""A run for other programs: rows of its CSV."""

from __future__ import annotations

from callsim.results.run import RunResult
from callsim.results.schema import Mapped, nested, plain


def by_interval(found: RunResult) -> list[Mapped]:
    """One row per interval and queue: its calls, and the agents of the pool that is there for it first. Then
    one per campaign.
    """
    of_pool = {(row.pool, row.start): row for row in found.group_intervals or () if row.group is None}
    pool_of = {queue: name for name, pool in (found.pools or {}).items() for queue in pool.queues}
    rows: list[Mapped] = []
    for row in found.intervals or ():
        name = pool_of.get(row.queue or "")
        pool = of_pool.get((name or "", row.start))
        beside = {} if pool is None else {"pool": {"name": name, **nested(pool.figures)}}
        rows.append(plain(row) | beside)
    return [*rows, *_of_campaigns(found)]


def by_queue(found: RunResult) -> list[Mapped]:
    """One row per queue, for all the time that was simulated; then one per campaign."""
    return [{"queue": name, **queue.to_dict()} for name, queue in found.queues.items()] + _of_campaigns(found)


def _of_campaigns(found: RunResult) -> list[Mapped]:
    """One row per campaign, for all the time that was simulated."""
    return [{"campaign": name} | nested(one.figures) for name, one in (found.campaigns or {}).items()]
