"""A scheduler and two workers on this machine alone, ended by their process numbers."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from callsim import cli


class Started:
    """Processes of Dask, each ended by its number."""

    def __init__(self) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []

    def __call__(self, *words: str, **env: str) -> None:
        command = [sys.executable, "-m", "dask", *words]
        quiet = subprocess.DEVNULL
        self.processes.append(
            subprocess.Popen(
                command, stdout=quiet, stderr=quiet, env={**os.environ, **env}, start_new_session=True
            )
        )

    def end(self) -> None:
        """End all that was started, each with its own processes."""
        for process in reversed(self.processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def until_there(file: Path) -> None:
    """Wait until somebody has written a file."""
    until(file.exists)


class Dask:
    """A scheduler and workers, each a process."""

    def __init__(self, folder: Path, workers: int = 2, *more: str):
        """`more`: further words for the workers."""
        self.file = folder / "scheduler.json"
        here = "--host", "127.0.0.1", "--no-dashboard"
        env = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "2"}
        known = ("--scheduler-file", str(self.file))
        self._started = Started()
        # Where the tests are killed, nobody ends these; then they end themselves.
        self._started("scheduler", *here, "--port", "0", *known, "--idle-timeout", "20 minutes", **env)
        many = (
            "--nworkers",
            str(workers),
            "--nthreads",
            "1",
            "--memory-limit",
            "3GB",
            "--death-timeout",
            "300",
        )
        self._started("worker", *here, *many, *known, "--local-directory", str(folder), *more, **env)
        self.words = folder / "cluster.yaml"
        self.words.write_text(yaml.safe_dump({"scheduler_file": "scheduler.json"}))
        until_there(self.file)

    def kill_scheduler(self) -> None:
        """End the scheduler as a machine that fails does."""
        self._started.processes[0].kill()

    def end(self) -> None:
        """End all that was started."""
        self._started.end()


@pytest.fixture(scope="session")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    """A cluster that tests may take workers from: nannies start them anew."""
    pytest.importorskip("distributed", reason="needs the extra: pip install 'callsim[cluster]'")
    from distributed import Client

    cluster = Dask(tmp_path_factory.mktemp("dask"))
    with Client(scheduler_file=str(cluster.file)) as client:
        client.wait_for_workers(2, timeout=300)  # a machine that does much else takes its time
    yield cluster
    cluster.end()


@pytest.fixture
def client(dask: Dask) -> Iterator[Any]:
    """A client of that cluster, both of whose workers are there."""
    from distributed import Client

    with Client(scheduler_file=str(dask.file)) as client:
        client.wait_for_workers(2, timeout=300)
        yield client


def until(there: Callable[[], object], longest: float = 300) -> None:
    """Wait until something is so."""
    end = time.monotonic() + longest
    while not there() and time.monotonic() < end:
        time.sleep(0.02)


def busy(client: Any) -> int:
    """Returns how many groups of runs are being played."""
    return sum(client.run(executing).values())


def executing(dask_worker: Any) -> int:
    """Returns how many groups of runs a worker plays."""
    return sum(task.key.startswith("callsim-") for task in dask_worker.state.executing)


def cpu(client: Any) -> float:
    """Returns the processor time that all workers have taken, s: other programs do not lengthen it."""
    return sum(client.run(time.process_time).values())


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Type a command line; get its exit code, standard output and standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(words)
        return code, *capsys.readouterr()

    return run
