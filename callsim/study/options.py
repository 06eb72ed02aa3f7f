"""How runs are played, in one object: how many, with which luck, by how many threads, told to whom."""

from __future__ import annotations

import dataclasses
import inspect
import operator
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ParamSpec, Self, TypedDict, TypeVar

from callsim.errors import UserError
from callsim.sentences import say
from callsim.study.store.store import Store

if TYPE_CHECKING:
    from callsim.results.judgement import Judgement

ENGINES = ("kernel", "reference")

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

UNTOLD = ("store",)  # options that commands give, and Python users do not

Tell = Callable[[float, int, int], None]
"""Hears how far work has come: 0 to 1, how many things are done, how many are expected."""


SoFar = Callable[[int, "Sequence[Judgement]"], None]
"""Hears what some runs, so many, have shown of every goal, while others are still to come."""


class Progress:
    """How far work has come, told to somebody or to nobody; `so_far` hears verdicts that are not final."""

    def __init__(self, tell: Tell | None = None, so_far: SoFar | None = None):
        self._tell, self.so_far = tell, so_far

    def __bool__(self) -> bool:
        return self._tell is not None

    def __call__(self, done: float, number: int, of: int) -> None:
        """Tell that the share `done` is done, 0 to 1, and `number` of `of` things."""
        if self._tell is not None:
            self._tell(min(done, 1.0), number, of)

    def part(self, begin: float, share: float, number: int | None = None, of: int | None = None) -> Progress:
        """That of a part of the work, which begins at `begin` of the whole and is this share of it.

        `number`, `of`: things to count instead of the part's own.
        """
        if self._tell is None:
            return self

        def tell(done: float, its_number: int, its_of: int) -> None:
            counts = (its_number, its_of) if number is None or of is None else (number, of)
            self(begin + share * done, *counts)

        return Progress(tell)


class How(TypedDict, total=False):
    """How runs are played, as it is asked for from Python: the same as RunOptions, each with its default."""

    runs: int | None
    seed: int
    engine: str
    jobs: int | None
    on_progress: Tell | None
    stop: threading.Event | None
    store: Store | None
    client: object


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """How runs are played. Raises UserError for what no study of runs can do.

    Of a result only `runs`, `seed` and `engine` say anything: all others change no number.
    """

    runs: int | None = None  # replications; None: as many as the question needs
    seed: int = 1
    engine: str = "kernel"
    jobs: int | None = None  # threads that work at once; None: one for each core
    progress: Progress = dataclasses.field(default_factory=Progress)
    stop: threading.Event | None = None  # ends it early with Interrupted
    store: Store | None = None  # what has been played before; what is played is added
    client: object = None  # a Dask client, whose workers play the runs; None: threads of this process
    part: tuple[int, int] | None = None
    """Which of how many processes this is that ask one question, and share its runs through a folder."""

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise UserError(say("options.engine", engine=self.engine, engines=say("lists.or").join(ENGINES)))
        _whole("runs", self.runs, 1)
        _whole("seed", self.seed, 0)
        _whole("jobs", self.jobs, 1)

    @classmethod
    def of(cls, how: How) -> RunOptions:
        """Returns the options that a study was called with. Raises UserError, TypeError for unknown names."""
        told: dict[str, object] = dict(how)
        tell = how.get("on_progress")
        told.pop("on_progress", None)
        return cls(progress=Progress(tell), **told)  # type: ignore[arg-type]

    def but(self, **changed: object) -> Self:
        """Returns the options with some of them changed. Raises UserError."""
        return dataclasses.replace(self, **changed)  # type: ignore[arg-type]

    def in_turns(self, items: Sequence[T]) -> list[Sequence[T]]:
        """Returns the shares of some work in the order in which this part does them: its own one, then those
        of the others, from their ends on, so that it meets whoever is at one of them midway.
        """
        if self.part is None:
            return [items]
        number, of = self.part
        own, *others = (items[(number - 1 + further) % of :: of] for further in range(of))
        return [own, *(share[::-1] for share in others)]

    def told_to(self, tell: Tell | None) -> Self:
        """Returns the options with progress told to `tell`, or unchanged where it is None."""
        return self if tell is None else self.but(progress=Progress(tell))


def _whole(what: str, value: object, least: int) -> None:
    """Refuse what is not a whole number of at least so much; None leaves the choice to callsim."""
    if value is None and what != "seed":
        return
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise UserError(say("options.not_whole", what=what, value=value, least=least)) from None
    if number < least:
        raise UserError(say("options.too_small", what=what, number=number, least=least))


def with_options(study: Callable[P, R]) -> Callable[P, R]:
    """Returns the study itself; its signature, for `help` and notebooks, has the options of How by name."""
    signature = inspect.signature(study)
    defaults = {field.name: field.default for field in dataclasses.fields(RunOptions)}
    *own, _ = signature.parameters.values()
    options = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=defaults.get(name),
            annotation=annotation.__forward_arg__,
        )
        for name, annotation in How.__annotations__.items()
        if name not in UNTOLD
    ]
    study.__signature__ = signature.replace(parameters=[*own, *options])  # type: ignore[attr-defined]
    return study
