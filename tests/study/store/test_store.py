"""What was simulated is taken from the store, and never anything else: the same numbers with it and without.

`CALLSIM_FUZZ=200` tries as many centres.
"""

from __future__ import annotations

import io
import os
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import callsim
from callsim.errors import UserError
from callsim.scenario import Scenario
from callsim.study import player
from callsim.study.options import RunOptions
from callsim.study.player import Around, Run, Task, play
from callsim.study.runs.compare import compared
from callsim.study.store.content import name_of
from callsim.study.store.parts import _kept, wide
from callsim.study.store.store import Store, packed, unpacked
from callsim.study.store.supervised import reads, why_not
from tests.makers.archipelago import archipelago, changed, shuffled

MANY = int(os.environ.get("CALLSIM_FUZZ", "0")) or 4


def scenario_of(folder: Path, centre: dict[str, Any]) -> Scenario:
    file = folder / "centre.yaml"
    file.write_text(yaml.safe_dump(centre, sort_keys=False))
    return callsim.load(file)


def sums_of(run: Run) -> dict[str, Any]:
    """All that is kept of a run."""
    kept = {name: np.asarray(value).tolist() for name, value in vars(run.tally).items()}
    others = run.absent, run.percentiles, run.waits, run.lost_to_seats
    return {**kept, "others": [np.nan_to_num(one, nan=-1.0).tolist() for one in others]}


@pytest.fixture
def plays(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by the number of queues whenever a part is simulated."""
    found: list[int] = []
    before = player.play_day

    def counted(centre: Any, *of: Any, **how: Any) -> Any:
        found.append(centre.queues)
        return before(centre, *of, **how)

    monkeypatch.setattr(player, "play_day", counted)
    return found


@pytest.mark.parametrize("seed", range(MANY))
def test_the_same_with_a_store_and_without(seed: int, tmp_path: Path, plays: list[int]) -> None:
    """Cold, warm, from disk, of another order of keys, and after one island has changed."""
    rng = np.random.default_rng(seed)
    centre = archipelago(rng, short=seed % 2 == 0)
    engine = ("kernel", "reference")[seed // 2 % 2]
    task = Task(scenario_of(tmp_path, centre), 1, 3, engine, seats=True)
    right = sums_of(play(task))
    folder = tmp_path / "state"
    store = Store(folder)
    assert sums_of(play(task, Around(store=store))) == right
    plays.clear()
    mixed = Task(scenario_of(tmp_path, shuffled(centre, rng)), 1, 3, engine, seats=True)
    for again in (store, Store(folder), Store(folder, in_memory=1)):
        assert sums_of(play(task, Around(store=again))) == right
        assert sums_of(play(mixed, Around(store=again))) == right
    assert plays == []
    other = Task(scenario_of(tmp_path, changed(centre, "ash", rng)), 1, 3, engine, seats=True)
    assert sums_of(play(other, Around(store=Store(folder)))) == sums_of(play(other))


def test_counts_are_kept_in_as_few_bytes_as_hold_them(tmp_path: Path) -> None:
    """Small ones in a byte or two each; and none is cut, however large."""
    scenario, store = scenario_of(tmp_path, archipelago(np.random.default_rng(1), short=False)), Store()
    play(Task(scenario, 1, 0), Around(store=store))
    assert all(part["waits"].itemsize <= 2 for part in store._parts.values())
    for most in (127, 128, 32_767, 32_768, 2**31 - 1, 2**31, 2**63 - 1):
        for numbers in (np.array([0, most]), np.array([-most - 1, 0])):
            kept = _kept({"x": numbers})["x"]
            assert wide(kept).tolist() == numbers.tolist()
            assert kept.itemsize == np.min_scalar_type(-most - 1).itemsize


def test_other_luck_and_other_engines_are_other_parts(tmp_path: Path, plays: list[int]) -> None:
    scenario = scenario_of(tmp_path, archipelago(np.random.default_rng(1), short=False))
    store = Store()
    tasks = [
        Task(scenario, 1, 0),
        Task(scenario, 2, 0),
        Task(scenario, 1, 1),
        Task(scenario, 1, 0, "reference"),
        Task(scenario, 1, 0, luck_of={0: 5}),
    ]
    for number, task in enumerate(tasks):
        assert sums_of(play(task, Around(store=store))) == sums_of(play(task)), number
    assert store.found == 0
    assert store.played * 2 == len(plays)


def test_plans_play_once_what_they_share(tmp_path: Path, plays: list[int]) -> None:
    """Of three islands one changes; two threads, both plans at once."""
    calls = {"arrivals": {"per_hour": 30}, "talk": {"exponential": {"mean": "3 min"}}}
    centre = {
        "queues": dict.fromkeys("abc", calls),
        "groups": {f"of {name}": {"answers": {name: {}}, "staff": 3, "site": "s"} for name in "abc"},
        "sites": {"s": {"seats": 50}},
    }
    plain = scenario_of(tmp_path, centre)
    other = callsim.load(plain.path, ["groups.of a.staff=4"])
    found = compared([plain, other], RunOptions(runs=4, jobs=2), ["plain", "other"])
    assert sorted(plays) == [1] * 4 * (3 + 1)
    alone = [callsim.run(one, runs=4).to_dict() for one in (plain, other)]
    assert [plan.told().to_dict()["queues"] for plan in found.plans.values()] == [
        one["queues"] for one in alone
    ]


def test_threads_wait_for_each_other(tmp_path: Path, plays: list[int]) -> None:
    task = Task(scenario_of(tmp_path, archipelago(np.random.default_rng(1), short=False)), 1, 0)
    right, once = sums_of(play(task)), len(plays)
    plays.clear()
    store = Store()
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: sums_of(play(task, Around(store=store))), range(8)))
    assert runs == [right] * 8
    assert len(plays) == once


def test_a_part_that_failed_is_played_by_who_waited() -> None:
    store, began, go_on = Store(), threading.Event(), threading.Event()

    def failing() -> dict[str, np.ndarray]:
        began.set()
        go_on.wait(10)
        raise RuntimeError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(store.part, b"a", failing, lambda _: True)
        assert began.wait(10)
        assert store.part(b"a", dict, lambda _: True, wait=False) is None
        second = pool.submit(store.part, b"a", lambda: {"x": np.ones(1)}, lambda _: True)
        go_on.set()
        with pytest.raises(RuntimeError):
            first.result()
        part = second.result()
    assert part is not None
    assert part["x"].tolist() == [1]


LEND = """
from callsim import Floor
def lend(floor: Floor):
    while True:
        yield floor.wait("30 min")
        if floor.longest_wait("ash-a") > 5:
            floor.call_in({agents}, "ash-x", "1 h")
"""


def test_what_a_supervisor_touches_is_known_by_its_source(tmp_path: Path, plays: list[int]) -> None:
    file, store = tmp_path / "lend.py", Store(tmp_path / "state")
    centre = archipelago(np.random.default_rng(1), short=False)
    centre["supervisors"] = [{"run": "lend.py:lend", "queues": ["ash-a"], "groups": ["ash-x"]}]
    islands = {name[:3] for name in centre["queues"]}

    def played(source: str) -> int:
        """Returns the number of parts that were simulated, held against a run without a store."""
        file.write_text(source)
        task = Task(scenario_of(tmp_path, centre), 1, 0)
        right = sums_of(play(task))
        plays.clear()
        assert sums_of(play(task, Around(store=store))) == right
        return len(plays)

    assert played(LEND.format(agents=1)) == len(islands)
    assert played(LEND.format(agents=1)) == 0
    assert played(LEND.format(agents=2)) == 1, "its island alone"
    for _ in range(2):  # who knows what the clock says
        assert played("import time\n" + LEND.format(agents=1)) == 1
    centre["calendar"]["start"] = "2024-01-02"  # which a supervisor can read
    assert played(LEND.format(agents=1)) == len(islands)


def test_what_a_supervisor_may_read_is_told(tmp_path: Path) -> None:
    used = {
        "import math, callsim\nfrom collections.abc import Iterator\nx: callsim.Floor\nfloor.now.hour": "",
        "import random": "random",
        "import os.path as p": "os.path",
        "from . import rules": ".",
        "from my_rules import late": "my_rules",
        "from callsim import Floor, load": "callsim.load",
        "import callsim\ncallsim.load('x')": "callsim.load",
        "import callsim.files": "callsim.files",
        "x = open('plan.csv')": "open",
        "().__class__": "__class__",
    }
    assert {source: ", ".join(reads(source)) for source in used} == used
    (tmp_path / "idle.py").write_text('import os\ndef idle(floor):\n    yield floor.wait("1 h")\n')
    centre = archipelago(np.random.default_rng(1), short=False)
    centre["supervisors"] = ["idle.py:idle", {"run": "idle.py:idle", "queues": ["ash-a"]}]
    scenario = scenario_of(tmp_path, centre)
    everything, beyond = why_not(scenario)
    assert "idle.py:idle does not say what it touches" in everything
    assert "idle.py:idle uses os" in beyond
    store = Store()
    assert sums_of(play(Task(scenario, 1, 0), Around(store=store))) == sums_of(play(Task(scenario, 1, 0)))
    assert store.played == store.found == 0


def _cut(data: bytes, luck: random.Random) -> bytes:
    return data[: luck.randrange(len(data))]


def _flipped(data: bytes, luck: random.Random) -> bytes:
    at = luck.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << luck.randrange(8))]) + data[at + 1 :]


def _longer(data: bytes, luck: random.Random) -> bytes:
    return data + luck.randbytes(luck.randrange(1, 50))


@pytest.mark.parametrize("damage", [_cut, _flipped, _longer])
def test_damaged_files_are_simulated_again(damage: Any, tmp_path: Path, plays: list[int]) -> None:
    task = Task(scenario_of(tmp_path, archipelago(np.random.default_rng(1), short=False)), 1, 0)
    folder, luck = tmp_path / "state", random.Random(damage.__name__)
    right = sums_of(play(task, Around(store=Store(folder))))
    files = sorted(folder.glob("*.part"))
    plays.clear()
    for path in files:
        whole = path.read_bytes()
        for _ in range(10):
            path.write_bytes(damage(whole, luck))
            store = Store(folder)
            assert sums_of(play(task, Around(store=store))) == right
            assert (store.damaged, store.played) == (1, 1)
            assert path.read_bytes() == whole, "it was written anew"
    assert len(plays) == 10 * len(files)


def test_a_file_of_another_part_is_not_taken_for_this_one(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, archipelago(np.random.default_rng(1), short=False))
    folder = tmp_path / "state"
    right = sums_of(play(Task(scenario, 1, 0), Around(store=Store(folder))))
    first, *others = sorted(folder.glob("*.part"))
    for other in others:
        other.write_bytes(first.read_bytes())
    store = Store(folder)
    assert sums_of(play(Task(scenario, 1, 0), Around(store=store))) == right
    assert store.damaged == len(others)


def test_folders_that_are_not_ours_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file.state").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    for name, says in (("file.state", "is a file"), ("full", "holds other files")):
        with pytest.raises(UserError, match=says):
            Store(tmp_path / name)
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]
    Store(tmp_path / "new" / "deep")
    Store(tmp_path / "new" / "deep")


def test_names_tell_everything_apart_but_order() -> None:
    unlike: list[object] = [
        None, False, 0, 0.0, "0", b"0", "", (), [], {}, [()], [[]], ["a", "b"], ["ab"], [["a"], "b"], -0.0,
        np.zeros(1), np.zeros((1, 1)), np.zeros(1, np.int64), np.zeros(2), np.int64(0), {"a": 1}, {"a": True},
        {1: "a"}, {"a", "b"}, np.inf, np.zeros(1, [("a", np.int32)]), np.zeros(1, [("b", np.int32)]),
    ]  # fmt: skip
    names = [name_of(value) for value in unlike]
    assert len(set(names)) == len(names)
    assert name_of({"a": 1, "b": {2, 3}}) == name_of({"b": {3, 2}, "a": 1})
    with pytest.raises(TypeError):
        name_of(object())


def test_what_is_packed_comes_back_as_numpy_reads_it() -> None:
    """Also in many threads at once, whose heads Python 3.11 cannot parse side by side."""
    many = {
        "rows": np.arange(24, dtype=np.int32).reshape(2, 3, 4),
        "columns": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "one": np.array(7.5),
        "none": np.zeros((0, 3), bool),
        "named": np.array([(1, 2.5)], [("a", np.int8), ("b", np.float64)]),
    }
    body = packed(many)
    with np.load(io.BytesIO(body)) as by_numpy:
        assert set(by_numpy) == set(many)
        with ThreadPoolExecutor(4) as threads:
            for found in threads.map(unpacked, [body] * 200):
                for name in by_numpy:
                    np.testing.assert_array_equal(found[name], many[name], strict=True)
                    assert found[name].flags.writeable
    for damaged in (b"", body[:-9], body[:40], body[:50] + bytes(8) + body[58:]):
        with pytest.raises(ValueError, match=r".*"):
            unpacked(damaged)
