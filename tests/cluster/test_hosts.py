"""Workers on several addresses, with certificates; one that joins late with other sources; Ctrl-C; memory."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import callsim
from callsim.errors import UserError
from callsim.study.cluster import loads
from callsim.study.player import model_of
from callsim.study.runs.replicate import run
from tests.cluster.conftest import Dask, Started, busy, cpu, until, until_there
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


def test_a_worker_that_joins_late_with_other_sources_is_refused(
    dask: Dask, client: Any, start: Started, small: Path
) -> None:
    scenario = callsim.load(small)
    wanted = run(scenario, runs=3, jobs=1).to_dict()
    assert run(scenario, runs=3, client=client).to_dict() == wanted
    quiet = shutil.ignore_patterns("*.js", "__pycache__")
    shutil.copytree(ROOT / "callsim", "other/callsim", ignore=quiet)
    with Path("other/callsim/errors.py").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    late = ("--scheduler-file", str(dask.file), "--host", "127.0.0.2", *HERE, "--local-directory", "two")
    start("worker", *late, PYTHONPATH=str(Path("other").resolve()))
    try:
        client.wait_for_workers(3, timeout=300)
        with pytest.raises(UserError, match=r"127\.0\.0\.2:\d+: callsim's sources \w+, here \w+"):
            run(scenario, runs=40, client=client, engine="reference")
    finally:  # other tests go on with the cluster as it was
        start.end()
        until(lambda: len(client.scheduler_info()["workers"]) == 2)


def hears_ctrl_c() -> None:
    """Tests that a shell has begun in the background would have their processes not hear it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_ctrl_c_ends_the_command_and_frees_the_workers(dask: Dask, client: Any, small: Path) -> None:
    words = ("run", "small.yaml", "--runs", "9", "--engine", "reference", "--set", "calendar.days=360")
    process = subprocess.Popen(
        [sys.executable, "-m", "callsim", *words, "--cluster", str(dask.words)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=hears_ctrl_c,
    )
    until(lambda: busy(client) or process.poll() is not None)
    spent = cpu(client)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 130, err
    assert b"Traceback" not in err
    until(lambda: not busy(client))
    assert not busy(client)
    assert cpu(client) - spent < 5


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
