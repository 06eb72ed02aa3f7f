"""Supervisors made ready for a run: read from their files, and told at their line where they go wrong."""

from __future__ import annotations

import inspect
from collections.abc import Container, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from callsim.errors import CallsimError, UserError
from callsim.model.copies import GroupCopy, QueueCopy
from callsim.model.model import Model
from callsim.model.supervisors.floor import Floor, Named, Supervisor
from callsim.model.supervisors.guard import guarded
from callsim.scenario import Supervisor as Written
from callsim.sentences import say
from callsim.sim.engines.supervision import Desk
from callsim.sim.engines.supervision import Supervisor as Story
from callsim.units import shown

MOST_SCENES = 20_000  # of a supervisor in one millisecond; more are a loop without an end


def stories(model: Model) -> list[Story]:
    """The supervisors of one run, or of a part of a model. A file is read anew for each, so runs have no
    variables in common; nor has a supervisor that says what it touches any with others.
    """
    shared: dict[str, dict[str, Any]] = {}
    found = []
    for one, rows in written(model):
        if one.touches_everything:
            module = shared[one.file] = shared.get(one.file) or _module(one)
        else:
            module = _module(one)
        function = module.get(one.function)
        if not callable(function):
            raise UserError(say("supervisors.no_function", file=one.file, function=one.function))
        found.append(_told(function, model, rows))
    everything = _rows(model)
    return [*found, *(_told(supervisor, model, everything) for supervisor in model.supervisors)]


def written(model: Model) -> list[tuple[Written, Named]]:
    """The supervisors of files that touch anything of a model, or of a part, with the rows that each sees:
    the same names, whatever is played beside what it touches.
    """
    everything = _rows(model)
    found = []
    for one in model.scenario.supervisors:
        if one.touches_everything:
            found.append((one, everything))
            continue
        queues = {
            name: row for name, row in everything.queues.items() if model.queues[row].original in one.queues
        }
        groups = {
            name: row for name, row in everything.groups.items() if model.groups[row].original in one.groups
        }
        if queues or groups:  # else it is another part's
            found.append((one, Named(queues, groups, {})))
    return found


def _among(
    names: Container[str], rows: Mapping[str, int], copies: Sequence[QueueCopy | GroupCopy]
) -> dict[str, int]:
    return {name: row for name, row in rows.items() if copies[row].original in names}


def _rows(model: Model) -> Named:
    return Named(
        {model.queues[row].name: row for row in model.shown_queues},
        {model.groups[row].name: row for row in model.shown_groups},
        {name: row for row, name in enumerate(model.sites)},
    )


def _module(one: Written) -> dict[str, Any]:
    module: dict[str, Any] = {"__name__": "supervisors", "__file__": one.file}
    with _named(say("supervisors.while_reading", file=one.file)), guarded():
        exec(compile(one.source, one.file, "exec"), module)
    return module


def _told(supervisor: Supervisor, model: Model, rows: Named) -> Story:
    def story(desk: Desk) -> Generator[Any, Any, Any]:
        name = getattr(supervisor, "__qualname__", repr(supervisor))
        floor = Floor(desk, model.scenario.calendar.start, rows)
        scenes = _Scenes(floor)

        def watched(process: Any) -> Any:
            called = getattr(process, "__name__", repr(process))
            if inspect.isgenerator(process):
                # Counted here, too: a new process goes first, so an endless chain of them would end nowhere.
                scenes.count(process)
            return _watched(process, scenes, called, say("supervisors.in_process", name=called))

        desk.env.watched = watched
        where = say("supervisors.in_supervisor", name=name)
        with _named(where), guarded():
            told = supervisor(floor)
        return _watched(told, scenes, name, where)

    return story


def _watched(story: Any, scenes: _Scenes, name: str, where: str) -> Generator[Any, Any, Any]:
    """The story, event by event: it must yield events, and time must pass now and then. Returns its value."""
    with _named(where):
        story = _generator(story, name)
        answer, failed = None, None
        while True:
            try:
                # Only here: a day that ends early closes this story at its yield, which is no failure.
                with guarded():
                    event = story.send(answer) if failed is None else story.throw(failed)
            except StopIteration as end:
                return end.value
            if not hasattr(event, "callbacks"):
                raise CallsimError(f"{_place_of(story)}: {_instead(event)}")
            scenes.count(story)
            try:
                answer, failed = (yield event), None
            except Exception as error:
                answer, failed = None, error


class _Scenes:
    """Counts the times that a supervisor and its processes wake in one millisecond."""

    def __init__(self, floor: Floor):
        self._floor, self._since, self._many = floor, -1, 0

    def count(self, story: Any) -> None:
        """One more; too many are a loop in which no time passes."""
        now = int(self._floor.env.now)
        self._since, self._many = now, self._many + 1 if now == self._since else 0
        if self._many > MOST_SCENES:
            raise CallsimError(
                say(
                    "supervisors.no_time_passes",
                    place=_place_of(story),
                    waits=self._many,
                    now=self._floor.now,
                )
            )


def _instead(event: object) -> str:
    """Returns the mistake in yielding this, and what to write instead."""
    if isinstance(event, (int, float)) and not isinstance(event, bool):
        return say("supervisors.yields_number", number=event)
    if isinstance(event, str):
        return say("supervisors.yields_text", text=shown(event))
    if inspect.isgenerator(event):
        return say("supervisors.yields_generator", name=event.__name__)
    return say("supervisors.yields_nothing", value=shown(event))


def _place_of(story: Any) -> str:
    """The file and line at which a story stands."""
    while inspect.isgenerator(inner := story.gi_yieldfrom):
        story = inner
    line = story.gi_frame.f_lineno if story.gi_frame is not None else story.gi_code.co_firstlineno
    return say("supervisors.place", file=story.gi_code.co_filename, line=line, name=story.gi_code.co_name)


def _generator(story: Any, name: str) -> Generator[Any, Any, Any]:
    if not inspect.isgenerator(story):
        raise TypeError(say("supervisors.never_waits", name=name))
    return story


@contextmanager
def _named(where: str) -> Iterator[None]:
    """Exceptions raised inside carry a note that says where they come from."""
    try:
        yield
    except CallsimError:
        raise
    except Exception as error:
        error.add_note(say("supervisors.raised", where=where))
        raise
