"""Streams that are closed, full, cut off or not UTF-8: no traceback, and what is written stays the same."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from callsim.report.kit.data import as_csv
from callsim.report.kit.terminal import printable, written_in

CALLSIM = (sys.executable, "-m", "callsim")
SMALL = """\
name: Small
queues:
  phone: {arrivals: {per_hour: 60}, talk: {exponential: {mean: 3 min}}, goal: {answer: 80%, within: 20 s}}
groups: {desk: {answers: {phone: {}}, staff: 6}}
"""
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="shells and devices of POSIX")


def shell(folder: Path, line: str, **environment: str) -> tuple[int, bytes, bytes]:
    (folder / "small.yaml").write_text(SMALL)
    words = line.replace("callsim", f"{sys.executable} -m callsim")
    paths = os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        ["bash", "-c", words],
        cwd=folder,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": paths, **environment},
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


RUN = "callsim run small.yaml --runs 2"
needs_full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What is written where nothing is wrong."""
    folder = tmp_path_factory.mktemp("usual")
    assert shell(folder, f"{RUN} --out r.json")[0] == 0
    return (folder / "r.json").read_bytes()


@pytest.mark.parametrize(
    "streams",
    [
        ">&-",
        "2>&-",
        ">&- 2>&-",
        "<&- >&- 2>&-",
        pytest.param("2>/dev/full", marks=needs_full),
        pytest.param(">/dev/full 2>/dev/full", marks=needs_full),
        "| true",
        "2>&1 >/dev/null | true",
    ],
)
def test_a_file_is_the_same_wherever_messages_go(tmp_path: Path, usual: bytes, streams: str) -> None:
    line = f"set -o pipefail; {RUN} --set groups.desk.staff=6 --out r.json {streams}"
    code, out, err = shell(tmp_path, line)
    assert code == 0
    assert b"Traceback" not in out + err
    found = (tmp_path / "r.json").read_bytes()
    assert len(found) == len(usual)
    assert b'"goal"' in found
    assert sorted(os.listdir(tmp_path)) == ["r.json", "small.yaml"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"{RUN} >&-", 0),
        (f"{RUN} --strict --set groups.desk.staff=1 >&-", 3),
        (f"set -o pipefail; {RUN} --format json | head -c 10", 0),
        (f"set -o pipefail; {RUN} --strict --set groups.desk.staff=1 --format json | head -c 10", 3),
        ("callsim check nowhere.yaml 2>&-", 2),
        ("callsim nonsense 2>&-", 2),
        pytest.param("callsim check nowhere.yaml 2>/dev/full", 2, marks=needs_full),
        pytest.param("callsim nonsense 2>/dev/full", 2, marks=needs_full),
        pytest.param(f"{RUN} >/dev/full", 1, marks=needs_full),  # the result is lost
        pytest.param("callsim --help >/dev/full", 1, marks=needs_full),
        ("callsim --help >&-", 0),
        ("callsim schema >&-", 0),
    ],
)
def test_exit_codes_stay_what_they_are(tmp_path: Path, line: str, code: int) -> None:
    found, out, err = shell(tmp_path, line)
    assert found == code, err
    assert b"Traceback" not in out + err
    assert b"Exception" not in err


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437", "utf-8"])
def test_text_is_readable_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    code, out, _ = shell(tmp_path, RUN, PYTHONIOENCODING=encoding)
    text = out.decode(encoding)
    assert code == 0
    assert "?" not in text
    assert ("+-" if encoding in ("ascii", "cp437") else "±") in text or "+-" in text


def test_plain_signs_stand_for_those_that_are_missing() -> None:
    assert written_in("84.3 % ± 0.6 – −2 → …", "ascii") == "84.3 % +- 0.6 - -2 -> ..."
    assert written_in("84.3 % ± 0.6 – −2 → …", "utf-8") == "84.3 % ± 0.6 – −2 → …"
    assert written_in("84.3 % ± 0.6", "latin-1") == "84.3 % ± 0.6"
    assert written_in("遵义 ±", "ascii") == "?? +-"
    assert written_in("±", None) == "±"


def test_escapes_in_file_names_never_reach_a_terminal(tmp_path: Path) -> None:
    assert printable("a\x1b[31m\x07\u202e\rb\n\tc") == "a?[31m???b\n\tc"
    name = "x\x1b[31my.yaml"
    (tmp_path / name).write_text(SMALL.replace("60}", "sixty}"))
    (tmp_path / "small.yaml").write_text(SMALL)
    into = ["run", "small.yaml", "--out", f"no/{name}"]
    for words in (["check", name], ["check", f"no{name}"], into, [name]):
        done = subprocess.run(
            [*CALLSIM, *words], cwd=tmp_path, capture_output=True, env=_colours(), check=False
        )
        assert done.returncode == 2
        assert b"\x1b" not in done.stderr + done.stdout
        assert b"[31my" in done.stderr, (words, done.stderr)


def _colours() -> dict[str, str]:
    paths = os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": paths, "FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"}


NAMES = ["=1+1", "+1", "-1", "@sum", '=HYPERLINK("x")', "\tx", "a=b", "plain", "'x"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_no_formula_in_a_spreadsheet(name: str) -> None:
    text = as_csv([{"queue": name, "offered": {"mean": -1.5}}])
    head, (written, number) = csv.reader(io.StringIO(text, newline=""))
    assert head == ["queue", "offered_mean"]
    assert written == (name if name in ("a=b", "plain", "'x") else f"'{name}")
    assert number == "-1.5", "numbers stay numbers"
