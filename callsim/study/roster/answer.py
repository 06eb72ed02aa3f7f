"""The answer of `callsim staff --shifts`, as its report, its page and its JSON have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from callsim.results.run import Site
from callsim.study.roster.law import Law
from callsim.study.roster.prices import Dear
from callsim.study.staff.answer import Asked, CheckDone, ForCertainty, QueueChecked, SearchDone
from callsim.study.staff.fresh.verdicts import Verdict
from callsim.study.staff.occupancy import Occupancy
from callsim.study.staff.staircase import Step


@dataclass(frozen=True, kw_only=True)
class GroupRostered:
    """People of a group, of each copy."""

    copies: int  # of the group
    staff: Sequence[int]  # required of the busiest day, whole, by interval
    required: Mapping[str, Sequence[float]]  # by date, of days that are alike the first, and by interval
    on_duty: Mapping[str, Sequence[float]]  # on the shifts less shrinkage and absence, of the same days
    shifts: Mapping[str, int]  # agents on each shift
    people: int  # to be employed for it, days off included, holidays not
    occupancy: Occupancy | None = None  # where there is a wish or a goal


@dataclass(frozen=True, kw_only=True)
class SeatsTaken:
    """Seats of a site, and how many people want one at once."""

    seats: int  # that there are
    mean: float  # people at the busiest moment, on the mean
    most: int  # people at the busiest moment, when all who are planned come


@dataclass(frozen=True, kw_only=True)
class Programme:
    """How good the roster is."""

    hours: float  # paid, over the days of the calendar, all copies
    bound: float | None  # hours, below which no roster can be; null where nothing is proven
    gap: float | None  # (hours − bound) ÷ hours
    seconds: float  # that the integer programme took
    repairs: int  # after simulations that missed a goal


@dataclass(frozen=True, kw_only=True)
class RosterAnswer(Asked):
    """The fewest people on the shifts of the file that keep every goal."""

    kind: Literal["roster"] = "roster"  # which result this is
    groups: Mapping[str, GroupRostered]  # by name
    new_shifts: Mapping[str, str]  # with days off, that the file does not have yet, as it would write them
    queues: Mapping[str, QueueChecked]  # by name
    sites: Mapping[str, Site]  # on fresh days
    staircase: Sequence[Step]  # why fewer are not enough, step by step
    verdicts: Sequence[Verdict]  # what stands in the way
    missed: Sequence[str]  # what the check saw fail, in words
    seats: Mapping[str, SeatsTaken]  # of sites with a limit
    begins_empty: bool  # whether the first interval is called and begins with an empty centre
    shifts_refused: Mapping[str, str]  # shifts that nobody may work, and why
    programme: Programme  # how good the roster is
    labour: str  # whose rules of work were kept: CN, none or own
    law: Law  # what people may be asked to work
    search: SearchDone  # how it was found
    check: CheckDone  # how it was checked
    on_dates: Sequence[str] = ()  # shifts with people that begin on dates, not on days of the week
    certain: ForCertainty | None = None  # where people were added for what the check says
    dearest: Sequence[Dear]  # what makes it dear, the dearest hours first; none where not all is covered
