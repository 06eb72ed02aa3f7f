"""Workers of a Dask cluster play every study to the same bytes, and what is lost is played again or said."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import callsim
from callsim.errors import CallsimError, Interrupted, UserError
from callsim.study.cluster import loads
from callsim.study.runs.replicate import run
from tests.cluster.conftest import Dask, busy, cpu, executing, until
from tests.cluster.test_words import SCENARIOS, SMALL
from tests.makers.plans import ONE_PHASE, TEXT

Typed = Callable[..., tuple[int, str, str]]
LONG = SMALL.replace("{interval: 1 h}", "{interval: 1 h, days: 20}").replace("per_hour: 30", "per_hour: 45")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(SMALL)
    (tmp_path / "long.yaml").write_text(LONG)
    (tmp_path / "blocks.yaml").write_text(LONG.replace("days: 20", "days: 6, blocks: {length: 2 d}"))
    (tmp_path / "plan.yaml").write_text(TEXT + ONE_PHASE)
    for name in ("dialler.yaml", "callback.yaml"):
        shutil.copy(SCENARIOS[0].with_name(name), tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ("run", "small.yaml", "--why", "--runs", "5"),
        ("run", "small.yaml", "--runs", "3", "--engine", "reference"),
        ("run", "blocks.yaml", "--runs", "3"),
        ("run", "dialler.yaml", "--runs", "2"),
        ("compare", "callback.yaml", "--vary", "queues.service.callback.place=kept,last", "--runs", "2"),
        ("compare", "small.yaml", "--vary", "groups.desk.staff=3,4"),
        ("staff", "small.yaml", "--runs", "2"),
        ("stress", "plan.yaml", "--runs", "1"),
        ("plan", "plan.yaml", "--runs", "2"),
    ],
    ids=lambda words: " ".join(words[::2]),
)
def test_every_command_gives_the_same_bytes(
    typed: Typed, dask: Dask, files: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(files)
    here = typed(*words, "--format", "json", "--jobs", "1")
    there = typed(*words, "--format", "json", "--cluster", str(dask.words))
    assert here[0] == 0, here[2]
    assert there[:2] == here[:2], there[2]
    assert "worker threads play" in there[2]


def test_a_foreign_worker_is_refused_by_a_list(
    client: Any, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario, true = callsim.load(files / "small.yaml"), loads.versions()
    run(scenario, runs=1, client=client)
    monkeypatch.setattr(loads, "versions", lambda: {**true, "numpy": "0.9"})
    with pytest.raises(UserError, match=r"numpy .*0\.9"):  # those that are looked at by their work alone
        run(scenario, runs=1, client=client)
    from callsim.study.cluster.dask import Cluster

    with pytest.raises(UserError, match=r"(?s)numpy .*here 0\.9.*\n.*numpy .*here 0\.9"):
        Cluster(client)


def test_single_calls_and_functions_stay_here(client: Any, files: Path) -> None:
    scenario = callsim.load(files / "small.yaml")
    with pytest.raises(UserError, match="--calls"):
        run(scenario, runs=1, client=client, also=lambda number, rows: None)
    with pytest.raises(UserError, match="Python"):
        run(scenario, runs=1, client=client, supervisors=[_nothing])


def _nothing(floor: Any) -> Iterator[None]:
    yield


def test_who_stops_frees_the_workers(client: Any, files: Path) -> None:
    stop = threading.Event()
    scenario = callsim.load(files / "long.yaml", set={"calendar.days": 360})

    def stop_it() -> None:
        until(lambda: busy(client))
        stop.set()

    threading.Thread(target=stop_it, daemon=True).start()
    with pytest.raises(Interrupted):  # a run takes some ten seconds
        run(scenario, runs=20, client=client, stop=stop, engine="reference")
    spent = cpu(client)
    until(lambda: not busy(client))
    assert not busy(client)
    assert cpu(client) - spent < 5


def test_a_worker_that_is_lost_changes_nothing(client: Any, files: Path) -> None:
    from callsim.study.cluster.dask import cluster_of

    # A run takes some two seconds, so that a worker that is seen to play still plays when it is killed.
    scenario = callsim.load(files / "long.yaml", set={"calendar.days": 45})
    wanted = run(scenario, runs=3, engine="reference", jobs=1).to_dict()
    cluster = cluster_of(client)
    pids = client.run(os.getpid)

    def kill() -> None:
        while not any(busy := client.run(executing).values()):
            time.sleep(0.02)
        time.sleep(0.3)  # the client hears of the start by then, and so counts the second one
        os.kill(next(pid for pid, works in zip(pids.values(), busy, strict=True) if works), signal.SIGKILL)

    threading.Thread(target=kill, daemon=True).start()
    found = run(scenario, runs=3, client=client, engine="reference").to_dict()
    assert found == wanted
    assert cluster.again >= 1


def test_a_run_that_takes_workers_down_is_named(client: Any, files: Path) -> None:
    (files / "deadly.py").write_text("import os\ndef ends(floor):\n    os.kill(os.getpid(), 9)\n    yield\n")
    (files / "deadly.yaml").write_text(SMALL + "supervisors: [{run: 'deadly.py:ends'}]\n")
    scenario = callsim.load(files / "deadly.yaml")
    with pytest.raises(CallsimError, match=r"run 0 of Small took down 3 workers.* GB"):
        run(scenario, runs=1, client=client)


def test_a_lost_scheduler_is_said_and_the_same_command_goes_on(
    typed: Typed, dask: Dask, files: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(files)
    words = ("run", "long.yaml", "--runs", "4", "--engine", "reference", "--format", "json")
    plain = typed(*words)
    state = tmp_path / "kept"

    import dask as settings

    folder = tmp_path / "dask"
    folder.mkdir()
    first = Dask(folder, 1, "--no-nanny")

    def kill() -> None:
        while len(list(state.glob("*.part"))) < 2:
            time.sleep(0.02)
        first.kill_scheduler()

    threading.Thread(target=kill, daemon=True).start()
    try:
        with settings.config.set({"distributed.comm.timeouts.connect": "2s"}):
            code, out, err = typed(*words, "--state", str(state), "--cluster", str(first.words))
    finally:
        first.end()
    assert (code, out) == (1, "")
    assert "the scheduler was lost" in err
    code, out, err = typed(*words, "--state", str(state), "--cluster", str(dask.words))
    assert (code, out) == plain[:2]
    assert "not simulated again" in err
