"""Parts that share a folder: three of them, and the whole, for every command that plays runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import callsim
from callsim.study.buildout.plan import played_out
from callsim.study.options import RunOptions
from callsim.study.store.store import Store
from tests.cluster.test_words import SMALL
from tests.makers.plans import ONE_PHASE, TEXT

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "small.yaml").write_text(SMALL)
    (tmp_path / "plan.yaml").write_text(TEXT + ONE_PHASE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ("run", "small.yaml", "--runs", "5"),
        ("run", "small.yaml", "--runs", "5", "--why"),
        ("compare", "small.yaml", "--vary", "groups.desk.staff=3,4", "--runs", "5"),
        ("staff", "small.yaml", "--runs", "5"),
        ("stress", "plan.yaml", "--runs", "1"),
        ("plan", "plan.yaml", "--runs", "2"),
    ],
    ids=lambda words: " ".join(words[:2] + words[4:]),
)
def test_three_parts_gather_to_the_whole(typed: Typed, files: Path, words: tuple[str, ...]) -> None:
    words = (*words, "--format", "json")
    plain = typed(*words)
    assert plain[0] == 0, plain[2]
    for part in (2, 1, 3):
        code, out, err = typed(*words, "--part", f"{part}/3", "--state", "kept")
        assert (code, out) == (0, ""), err
        assert f"part {part} of 3" in err
    code, out, err = typed(*words, "--state", "kept")
    assert (code, out) == plain[:2]
    of = err.split(" parts of runs")[0].split("\n")[-1].split(" of ")
    assert of[0] == of[1], "the parts held all, and nothing was played"


@pytest.mark.parametrize("command", ["staff", "stress", "plan"])
def test_a_search_in_parts_needs_a_folder_and_this_machine(typed: Typed, files: Path, command: str) -> None:
    code, out, err = typed(command, "plan.yaml", "--part", "1/3")
    assert (code, out) == (2, "")
    assert "--state" in err


def test_nothing_is_simulated_in_parts_of_a_formula(typed: Typed, files: Path) -> None:
    code, _, err = typed("staff", "small.yaml", "--quick", "--part", "1/3", "--state", "kept")
    assert code == 2
    assert "--quick" in err


@pytest.mark.parametrize(("items", "of"), [(10, 3), (2, 5), (0, 4), (7, 1)])
def test_parts_begin_with_their_own_share_and_meet_the_others(items: int, of: int) -> None:
    begun = []
    for part in range(1, of + 1):
        shares = RunOptions(part=(part, of)).in_turns(range(items))
        assert sorted(item for share in shares for item in share) == list(range(items))
        assert list(shares[0]) == sorted(shares[0])
        assert all(list(share) == sorted(share, reverse=True) for share in shares[1:])
        begun += shares[0]
    assert sorted(begun) == list(range(items))
    assert RunOptions().in_turns(range(items)) == [range(items)]


def test_parts_of_a_search_that_run_at_once_share_its_runs(files: Path) -> None:
    scenario = callsim.load("plan.yaml")
    alone = Store("alone")
    wanted = played_out(scenario, RunOptions(runs=6, jobs=1, store=alone)).to_dict()
    stores, found = [Store("shared") for _ in range(3)], {}

    def search(number: int) -> None:
        options = RunOptions(runs=6, jobs=1, store=stores[number], part=(number + 1, 3))
        found[number] = played_out(scenario, options).to_dict()

    threads = [threading.Thread(target=search, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[number] for number in range(3)] == [wanted] * 3
    played = [store.played for store in stores]
    assert all(played)
    assert sum(played) < 2 * alone.played, played  # apart they would have played three times as many
