"""What would lift a lack of seats: those with which everybody sits, and the fewest that keep the goals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from callsim.sentences import say
from callsim.study.buildout.relief import fewest, missed_even_then
from callsim.study.buildout.reliefs import Changes, Reliefs

SEATS = "seats"
Misses = Callable[[Mapping[str, int]], list[str]]  # site → more seats; what misses its goal with them


def seat_relief(lacking: Mapping[str, int], misses: Misses | None) -> tuple[str, Reliefs]:
    """In words and in numbers. `lacking`: site → seats; without `misses` only what seats everybody.

    The fewest that keep the goals are those of one site after the other, by name, as few as the seats that
    the sites after it lack allow.
    """
    seats_all, told = Reliefs(seats=dict(lacking)), more_seats(lacking)
    if misses is None:
        return told, seats_all
    if missed := misses(lacking):
        return say("binding.seats_even_then", seats=told, missed=missed_even_then(missed)), seats_all
    keep = dict(lacking)
    for site in sorted(lacking):

        def is_enough(many: float, site: str = site) -> bool:
            return not misses(keep | {site: int(many)})

        keep[site] = int(fewest(is_enough, keep[site]))
    keep = {site: many for site, many in keep.items() if many}
    if keep != lacking:
        told += say("binding.seats_and_goals", seats=more_seats(keep))
    return told, replace(seats_all, keeps_the_goals=Changes(seats=keep))


def more_seats(lacking: Mapping[str, int]) -> str:
    """Seats that each site lacks, in words."""
    return ", ".join(say("binding.more_seats", n=many, site=name) for name, many in sorted(lacking.items()))
