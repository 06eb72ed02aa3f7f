"""What --cluster and --part understand, and what is sent: needs neither Dask nor workers."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.errors import UserError
from callsim.study.cluster import loads
from callsim.study.cluster.where import Where, where
from callsim.study.player import Task, play

SCENARIOS = sorted(Path(__file__, "../../../scenarios").resolve().glob("*.yaml"))
NEWER = ("callback", "chat", "dialler", "first-contact", "hotline", "mail", "second-tier")
SMALL = """\
name: Small
calendar: {interval: 1 h}
sites: {here: {seats: 6}}
queues:
  phone: {arrivals: {per_hour: 30}, talk: {exponential: {mean: 3 min}}, goal: {answer: 80%, within: 20 s}}
  mail: {arrivals: {per_hour: 10}, talk: {exponential: {mean: 5 min}}, goal: {answer: 50%, within: 30 min}}
groups:
  desk: {site: here, answers: {phone: {}}, staff: 4}
  back: {site: here, answers: {mail: {}}, staff: 2}
"""


@pytest.fixture
def small(tmp_path: Path) -> str:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return str(path)


@pytest.mark.parametrize("address", ["tcp://10.1.2.3:8786", "tcp://example.org:8786", "tcp://0.0.0.0:8786"])
def test_a_plain_way_to_another_machine_is_refused_or_said(address: str) -> None:
    with pytest.raises(UserError, match="not encrypted"):
        where(address)
    assert where(address, insecure=True) == Where(address)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:8786", "tcp://localhost:1", "tls://10.1.2.3:8786"])
def test_an_encrypted_way_and_one_that_stays_here_are_taken(address: str) -> None:
    assert where(address) == Where(address)


@pytest.mark.parametrize("word", ["http://host:1", "tls://host", "tls://:1", "tcp://host:x"])
def test_other_addresses_are_refused(word: str) -> None:
    with pytest.raises(UserError, match="no address of a scheduler"):
        where(word)


def test_a_file_tells_the_scheduler_and_its_certificates(tmp_path: Path) -> None:
    file = tmp_path / "cluster.yaml"
    for name in ("ca.pem", "cert.pem", "key.pem"):
        (tmp_path / name).write_text("")
    file.write_text(
        "scheduler: tls://far:8786\ntls: {ca: ca.pem, cert: cert.pem, key: key.pem}\n",
    )
    found = where(str(file))
    assert (found.address, found.key) == ("tls://far:8786", str(tmp_path / "key.pem"))
    for wrong in ("scheduler: [", "tls: {}", "scheduler: tls://far:1\ntls: {ca: ca.pem}", "jobs: 3"):
        file.write_text(wrong)
        with pytest.raises(UserError):
            where(str(file))
    (tmp_path / "s.json").write_text('{"address": "tcp://10.1.2.3:1"}')
    file.write_text("scheduler_file: s.json")
    with pytest.raises(UserError, match="not encrypted"):
        where(str(file))


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_what_is_sent_is_small(file: Path) -> None:
    scenario = callsim.load(file)
    group = loads.group_of([Task(scenario, 1, run) for run in range(100)], known=False)
    assert len(pickle.dumps(group)) < 100_000
    (task, *_) = loads.tasks_of(group)
    assert task.scenario == scenario


@pytest.mark.parametrize("name", ["small", *NEWER])
def test_a_run_goes_and_comes_without_code(small: str, name: str) -> None:
    """Whatever a run counts: clients, menus, told waits, callbacks, due work, campaigns."""
    file = small if name == "small" else SCENARIOS[0].with_name(f"{name}.yaml")
    run = play(Task(callsim.load(file), 1, 0, seats=True, warm=True))
    data = loads.bytes_of(run)
    back = loads.run_of_bytes(data)
    for field in fields(run.tally):
        ours, theirs = (np.asarray(getattr(one.tally, field.name)) for one in (run, back))
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours, theirs)
    for name in ("absent", "lost_to_seats", "percentiles", "waits", "warm"):
        np.testing.assert_array_equal(getattr(run, name), getattr(back, name))
    with pytest.raises(ValueError, match=r"."):
        loads.run_of_bytes(pickle.dumps(run))
    with pytest.raises(ValueError, match=r"."):
        loads.run_of_bytes(data[:-30])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--part", "1/3", "--runs", "5"), "--state"),
        (("--part", "1/3", "--state", "kept"), "--runs"),
        (("--part", "4/3", "--runs", "5"), "3/20"),
        (("--part", "x", "--runs", "5"), "3/20"),
        (("--part", "1/3", "--runs", "5", "--state", "kept", "--calls", "10%", "--out", "all/"), "--calls"),
    ],
)
def test_a_part_that_would_be_lost_is_refused(
    typed: Callable[..., tuple[int, str, str]],
    small: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = typed("run", small, *words)
    assert (code, out) == (2, "")
    assert said in err


def test_without_the_extra_callsim_says_what_to_install(
    typed: Callable[..., tuple[int, str, str]], small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "dask", None)
    for module in ("dask", "joining"):
        monkeypatch.delitem(sys.modules, f"callsim.study.cluster.{module}", raising=False)
        monkeypatch.delattr(f"callsim.study.cluster.{module}", raising=False)
    code, _, err = typed("run", small, "--runs", "1", "--cluster", "local")
    assert code == 2
    assert "callsim[cluster]" in err


def test_dask_is_imported_only_where_it_is_asked_for(small: str) -> None:
    program = (
        "import sys, callsim, callsim.cli; from callsim.study.runs import replicate\n"
        f"callsim.run(callsim.load({small!r}), runs=1)\n"
        "sys.exit(bool({'dask', 'distributed', 'callsim.study.cluster'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
