"""Options of runs: nonsense is refused in a planner's words, progress in parts adds up, none are swapped."""

from __future__ import annotations

import inspect
from typing import Any, Unpack

import numpy as np
import pytest

import callsim
from callsim.errors import UserError
from callsim.study.options import How, Progress, RunOptions
from callsim.study.staff.subproblem import Options


@pytest.mark.parametrize("kind", [RunOptions, Options])
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"runs": 0}, "runs is 0, which is too small; write 1 or more"),
        ({"runs": 2.5}, "runs is 2.5; write a whole number, 1 or more"),
        ({"runs": "7"}, "runs is '7'; write a whole number, 1 or more"),
        ({"seed": -1}, "seed is -1, which is too small; write 0 or more"),
        ({"seed": None}, "seed is None; write a whole number, 0 or more"),
        ({"seed": float("nan")}, "seed is nan; write a whole number, 0 or more"),
        ({"jobs": 0}, "jobs is 0, which is too small; write 1 or more"),
        ({"jobs": -3}, "jobs is -3, which is too small; write 1 or more"),
        ({"jobs": 1.5}, "jobs is 1.5; write a whole number, 1 or more"),
        ({"engine": "warp"}, "engine 'warp' is unknown; write kernel or reference"),
        ({"engine": None}, "engine None is unknown; write kernel or reference"),
    ],
)
def test_nonsense_is_refused(kind: type[RunOptions], wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError) as error:
        kind(**wrong)
    assert str(error.value) == said
    with pytest.raises(UserError):
        kind().but(**wrong)


def test_numbers_of_numpy_are_numbers() -> None:
    assert RunOptions(runs=np.int64(3), seed=np.int32(0), jobs=np.int64(1)).runs == 3


@pytest.mark.parametrize("kind", [RunOptions, Options])
def test_options_are_named_so_that_runs_and_seed_cannot_be_swapped(kind: Any) -> None:
    with pytest.raises(TypeError):
        kind(3, 20)


def test_every_study_hears_on_progress() -> None:
    names = ("run", "compare", "why", "plan", "stress", "staff", "roster")
    studies = [getattr(callsim, name) for name in names]
    for study in studies:
        parameters = inspect.signature(study, eval_str=True).parameters
        assert "on_progress" in parameters or parameters["how"].annotation == Unpack[How]


def test_options_from_python_are_those_of_runs() -> None:
    heard: list[tuple[float, int, int]] = []
    options = RunOptions.of({"runs": 2, "on_progress": lambda *now: heard.append(now)})
    options.progress(0.5, 1, 2)
    assert (options.runs, heard) == (2, [(0.5, 1, 2)])
    assert {*How.__annotations__} - {"on_progress"} == {*RunOptions.__dataclass_fields__} - {
        "progress",
        "part",
    }  # parts share a folder: --part
    with pytest.raises(TypeError, match="run_s"):
        RunOptions.of({"run_s": 2})  # type: ignore[typeddict-unknown-key]


def test_parts_of_progress_make_the_whole() -> None:
    heard: list[tuple[float, int, int]] = []
    whole = Progress(lambda *now: heard.append(now))
    for begin, share in ((0.0, 0.5), (0.5, 0.3), (0.8, 0.2)):
        part = whole.part(begin, share)
        for step in range(5):
            part.part(step / 5, 1 / 5)(1.0, step + 1, 5)
    shares = [done for done, _, _ in heard]
    assert shares == sorted(shares)
    assert shares[4::5] == pytest.approx([0.5, 0.8, 1.0])
    assert heard[-1][1:] == (5, 5)


def test_a_part_may_count_the_things_of_the_whole() -> None:
    heard: list[tuple[float, int, int]] = []
    Progress(lambda *now: heard.append(now)).part(0.25, 0.25, 1, 4)(2.0, 7, 9)
    assert heard == [(0.5, 1, 4)]  # a part is never more than itself


def test_progress_never_tells_more_than_all() -> None:
    heard: list[float] = []
    Progress(lambda done, number, of: heard.append(done))(1.5, 2, 1)
    assert heard == [1.0]


def test_nobody_needs_to_hear() -> None:
    nobody = Progress()
    nobody.part(0.0, 0.5)(0.3, 1, 2)
    assert not nobody
    assert not nobody.part(0.0, 0.5)
