"""Workers on several addresses, with certificates; one that joins late with other sources; Ctrl-C; memory."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

import callsim
from callsim.errors import UserError
from callsim.study.cluster import loads
from callsim.study.player import model_of
from callsim.study.runs.replicate import run
from tests.cluster.conftest import Started, until_there
from tests.cluster.test_words import SMALL

pytest.importorskip("distributed", reason="needs the extra: pip install 'callsim[cluster]'")

Typed = Callable[..., tuple[int, str, str]]
ROOT = Path(callsim.__file__).parents[1]
HERE = ("--no-dashboard", "--nthreads", "1", "--nworkers", "1", "--memory-limit", "3GB")


@pytest.fixture
def start() -> Iterator[Started]:
    started = Started()
    yield started
    started.end()


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path


def test_two_addresses_with_the_certificates_of_the_page(typed: Typed, start: Started, small: Path) -> None:
    page = (ROOT / "docs" / "cluster.md").read_text("utf-8")
    lines = [line for line in page.splitlines() if re.match(r"openssl |chmod ", line)]
    assert len(lines) == 4
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl")
    for line in lines:
        subprocess.run(line, shell=True, check=True, capture_output=True)
    tls = "--tls-ca-file", "ca.pem", "--tls-cert", "cert.pem", "--tls-key", "key.pem"
    way = ("--host", "127.0.0.2", "--port", "0", "--scheduler-file", "s.json")
    start("scheduler", "--protocol", "tls", "--no-dashboard", *way, *tls)
    until_there(Path("s.json"))
    address = json.loads(Path("s.json").read_text())["address"]
    assert address.startswith("tls://127.0.0.2:")
    for host in ("127.0.0.2", "127.0.0.3"):
        start("worker", address, "--host", host, *HERE, *tls, "--local-directory", host)
    certificates = {"ca": "ca.pem", "cert": "cert.pem", "key": "key.pem"}
    Path("cluster.yaml").write_text(yaml.safe_dump({"scheduler": address, "tls": certificates}))
    words = ("run", "small.yaml", "--runs", "5", "--format", "json")
    assert typed(*words, "--cluster", "cluster.yaml")[:2] == typed(*words, "--jobs", "1")[:2]
    for way, said in ((address, "needs certificates"), (address.replace("tls", "tcp"), "is not encrypted")):
        code, out, err = typed(*words, "--cluster", way)
        assert (code, out) == (2, "")
        assert said in err
    code, _, err = typed(*words, "--cluster", address.replace("tls", "tcp"), "--insecure-cluster")
    assert code == 2, "who has no certificate is not let in"
    assert "whoever reaches that port" in err
    assert "cannot reach a scheduler" in err


def test_a_worker_that_joins_late_with_other_sources_is_refused(start: Started, small: Path) -> None:
    from distributed import Client

    start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", "s.json")
    until_there(Path("s.json"))
    start("worker", "--scheduler-file", "s.json", "--host", "127.0.0.1", *HERE, "--local-directory", "one")
    scenario = callsim.load(small)
    with Client(scheduler_file="s.json") as client:
        wanted = run(scenario, runs=3, jobs=1).to_dict()
        assert run(scenario, runs=3, client=client).to_dict() == wanted
        quiet = shutil.ignore_patterns("*.js", "__pycache__")
        shutil.copytree(ROOT / "callsim", "other/callsim", ignore=quiet)
        with Path("other/callsim/errors.py").open("a", encoding="utf-8") as file:
            file.write("# changed\n")
        late = ("--host", "127.0.0.2", *HERE, "--local-directory", "two")
        start("worker", "--scheduler-file", "s.json", *late, PYTHONPATH=str(Path("other").resolve()))
        client.wait_for_workers(2, timeout=60)
        with pytest.raises(UserError, match=r"127\.0\.0\.2:\d+: callsim's sources \w+, here \w+"):
            run(scenario, runs=40, client=client, engine="reference")


def test_ctrl_c_ends_the_command_and_frees_the_worker(start: Started, small: Path) -> None:
    from distributed import Client

    start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", "s.json")
    until_there(Path("s.json"))
    start("worker", "--scheduler-file", "s.json", "--host", "127.0.0.1", *HERE, "--local-directory", "one")
    Path("cluster.yaml").write_text("scheduler_file: s.json\n")
    words = ("run", "small.yaml", "--runs", "9", "--engine", "reference", "--set", "calendar.days=360")
    with Client(scheduler_file="s.json") as client:
        client.wait_for_workers(1, timeout=60)
        process = subprocess.Popen(
            [sys.executable, "-m", "callsim", *words, "--cluster", "cluster.yaml"],
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        until = time.monotonic() + 90
        while not any(_playing(client)) and time.monotonic() < until:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130
        assert b"Traceback" not in err
        begun = time.monotonic()
        while any(_playing(client)) and time.monotonic() - begun < 20:
            time.sleep(0.05)
        assert time.monotonic() - begun < 5


def _playing(client: object) -> list[int]:
    return list(client.run(_at_work).values())  # type: ignore[attr-defined]


def _at_work(dask_worker: object) -> int:
    executing = dask_worker.state.executing  # type: ignore[attr-defined]
    return sum(task.key.startswith("callsim-") for task in executing)


def test_processes_of_this_machine_play_the_same_and_keep_their_memory(typed: Typed, small: Path) -> None:
    from callsim.study.cluster.joining import joined
    from callsim.study.cluster.where import Where

    words = ("run", "small.yaml", "--runs", "5", "--format", "json")
    there = typed(*words, "--cluster", "local", "--jobs", "2")
    assert there[:2] == typed(*words, "--jobs", "1")[:2], there[2]
    assert "2 worker threads play" in there[2]
    with joined(Where(None), 1) as client:
        ((gives_back, profiles),) = client.run(_settings).values()
    assert not gives_back, "memory that is given back after each run is faulted in anew: a tenth of a run"
    assert not profiles


def _settings() -> tuple[bool, bool]:
    import dask

    return "MALLOC_TRIM_THRESHOLD_" in os.environ, dask.config.get("distributed.worker.profile.enabled")


def test_memory_is_judged_for_each_worker(small: Path) -> None:
    from callsim.study.cluster.dask import About, Cluster

    cluster = Cluster.__new__(Cluster)
    large = About("one", 4, 8 << 30, loads.versions())
    cluster.workers = {"tls://10.0.0.1:1": large, "tls://10.0.0.2:1": large._replace(memory=300 << 20)}
    models = [model_of(callsim.load(small)), model_of(callsim.load(ROOT / "scenarios" / "zunyi-city.yaml"))]
    cluster.refuse_too_large(models[:1])
    with pytest.raises(UserError, match=r"worker tls://10\.0\.0\.2:1 has 0\.3 GB .* 4 threads.* more memory"):
        cluster.refuse_too_large(models)
    cluster.workers["tls://10.0.0.2:1"] = large
    cluster.refuse_too_large(models)
