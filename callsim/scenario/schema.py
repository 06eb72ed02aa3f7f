"""A whole scenario, as it is after reading: seconds, fractions, milliseconds of the day, tuples."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PrivateAttr, WithJsonSchema

from callsim.scenario.buildout.plan import Buildout
from callsim.scenario.words.calendar import Calendar
from callsim.scenario.words.costs import Costs
from callsim.scenario.words.demand import Queue
from callsim.scenario.words.fitted import Fitted
from callsim.scenario.words.goals import Goals
from callsim.scenario.words.incidents import Incident
from callsim.scenario.words.labour import Labour
from callsim.scenario.words.mistakes import wrong
from callsim.scenario.words.outbound.campaign import Campaign
from callsim.scenario.words.people import Group, Site
from callsim.scenario.words.quantities import FILE_SCHEMA, TABLE_SCHEMA, Name, Part
from callsim.scenario.words.routing import Lines, Menu
from callsim.scenario.words.scale import Scale
from callsim.scenario.words.shifts import Shift
from callsim.scenario.words.supervisors import Supervisors
from callsim.sentences import say

_TABLE = {"anyOf": [FILE_SCHEMA, TABLE_SCHEMA]}


def _read_by_then(value: object) -> object:
    """People have become groups before a scenario is made."""
    raise wrong(say("people.set"))


class Scenario(Part):
    """A call centre and the days it is to be simulated on."""

    name: Name = ""
    """What reports call it (default: the file's name)."""
    calendar: Calendar = Calendar()
    """Which days are simulated (default: one, 2024-01-01)."""
    scale: Scale = Scale()
    """Times all calls, handling times and agents, beside the scales of queues and groups (default 100%)."""
    sites: dict[Name, Site] = Field(default_factory=dict)
    """The buildings (default: one, without a seat limit)."""
    queues: Annotated[dict[Name, Queue], Field(min_length=1)]
    """One per kind of call."""
    menus: dict[Name, Menu] = Field(default_factory=dict)
    """What callers dial instead of a queue, and where they go from there (default: none)."""
    campaigns: dict[Name, Campaign] = Field(default_factory=dict)
    """Lists of numbers that are dialled; groups answer them as they do queues (default: none)."""
    groups: Annotated[dict[Name, Group], Field(min_length=1)]
    """Agents alike in site, skills and hours (required, unless agents stands instead or beside)."""
    agents: Annotated[None, BeforeValidator(_read_by_then), WithJsonSchema(_TABLE)] = None
    """A table of people, a row for each: columns name, shift, group or site, and one of ranks per queue (1 is
    first; empty: not answered). Equal people become one group; groups beside it say more of these (default:
    groups alone)."""
    shifts: dict[Name, Shift] = Field(default_factory=dict)
    """The hours that groups can work (default: none)."""
    labour: Labour = "CN"
    """Whose rules of work `staff --shifts` keeps: CN (the law of China), none, or rules of one's own such as
    {hours_a_day: 10 h, hours_a_week: 40 h, rest: 11 h, days_a_week: 6, nights_a_month: 8} (default: CN)."""
    lines: dict[Name, Lines] = Field(default_factory=dict)
    """Trunk groups that several queues share (default: none)."""
    incidents: tuple[Incident, ...] = ()
    """What happens on some day, and ends (default: nothing)."""
    supervisors: Supervisors = ()
    """Python functions that wake during the day and move people: my_ops.py:evening, or several
    (default: none)."""
    goals: Goals = Goals()
    """How goals are judged (default: by what is offered)."""
    buildout: Buildout | None = None
    """How it grows over the years, for `callsim plan` (default: it does not)."""
    fitted: Fitted | None = None
    """The history that it was fitted to (default: it is not told)."""
    costs: Costs | None = None
    """What it costs (default: costs are not told)."""

    _path: str = PrivateAttr("")
    _sets: tuple[Any, ...] = PrivateAttr(())  # the overrides it was read with

    _made: tuple[str, ...] = PrivateAttr(())  # shifts that were made of shifts by day
    _notes: tuple[str, ...] = PrivateAttr(())

    def in_full(self) -> str:
        """Returns every word as it is in force, each value with its type: what fingerprints are made of."""
        return super().__repr__()

    def __repr__(self) -> str:
        return f"Scenario(name={self.name!r}, path={self.path!r})"

    __str__ = __repr__

    def copies_of(self, name: str) -> int:
        """Returns how many copies there are of the queue of this name; of a campaign there is one."""
        return self.queues[name].copies if name in self.queues else 1

    @property
    def written_shifts(self) -> frozenset[str]:
        """Returns the shifts that its file has, without those that were made of shifts by day."""
        return frozenset(self.shifts) - frozenset(self._made)

    @property
    def notes(self) -> tuple[str, ...]:
        """Returns what was found out in its tables, and left out of them."""
        return self._notes

    @property
    def path(self) -> str:
        """Returns the file it was read from."""
        return self._path
