"""Goals, queues and sites of a run as types, made of what its JSON says of them."""

from __future__ import annotations

from collections.abc import Mapping

from callsim.results.estimates import CALLS, CLASSES
from callsim.results.judgement import Judgement
from callsim.results.measures import PERCENTILES, Figure
from callsim.results.run import Goal, Site
from callsim.results.schema import Figures, Mapped, read

# The figures of calls, and those of a queue that no other stands beside.
OF_CALLS = tuple(CALLS)
OF_ONE_QUEUE = (*PERCENTILES, "wait_max_s", *CLASSES)


def sites_of(told: Mapping[str, Mapped]) -> dict[str, Site]:
    """The sites of a run."""
    return {name: read(Site, site) for name, site in told.items()}


def goal_of(judged: Judgement) -> Goal:
    """A judgement as it is told."""
    return judged.told()


def figures_in(told: Mapped) -> Figures:
    """The figures among what a run tells of a queue."""
    figures = Figures()
    for key, inner in told.items():
        if key in ("original", "goal"):
            continue
        if "mean" in inner:
            figures[key] = Figure(**inner)
        else:
            figures |= {f"{key}.{below}": Figure(**one) for below, one in inner.items()}
    return figures
