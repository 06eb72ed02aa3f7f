"""The server of the what-if page: who is refused, what is answered, and what its figures are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import callsim
from callsim.cli import main
from callsim.report.what_if.server import HEADERS, MOST_BYTES, app
from callsim.report.what_if.told import plan
from callsim.report.what_if.watched import Watched
from tests.study.what_if.test_look import CENTRE

testclient = pytest.importorskip("starlette.testclient")
KEY, PORT, HOME = "a-key-of-this-test", 8123, "http://127.0.0.1:8123"
EAST = {"set": {'groups."of-east".scale.staff': 0.9}, "lost": None}


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("what-if") / "centre.yaml"
    file.write_text(CENTRE)
    return file


@pytest.fixture(scope="module")
def desk(centre: Path) -> Any:
    return callsim.what_if(callsim.load(centre), jobs=1)


@pytest.fixture
def stranger(desk: Any) -> Iterator[Any]:
    with testclient.TestClient(app(desk, PORT, KEY, Watched()), base_url=HOME) as client:
        yield client


@pytest.fixture
def page(stranger: Any) -> Any:
    """A browser that has opened the address with its key, and asks as the page does."""
    answer = stranger.get(f"/?key={KEY}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    stranger.headers["origin"] = HOME
    return stranger


def test_without_the_key_nothing_is_told(stranger: Any) -> None:
    for path in ("/", "/page.js", "/?key=wrong", "/?key="):
        assert stranger.get(path).status_code == 403
    assert stranger.post("/look", json=EAST, headers={"origin": HOME}).status_code == 403


def test_another_name_of_this_machine_is_refused(page: Any) -> None:
    for host in ("evil.example:8123", "127.0.0.1:8124", "127.0.0.1", ""):
        assert page.get("/", headers={"host": host}).status_code == 400
    assert page.get("/").status_code == 200


@pytest.mark.parametrize("origin", [None, "http://evil.example", "http://localhost:8123", "null"])
def test_other_pages_and_no_page_are_refused(page: Any, origin: str | None) -> None:
    del page.headers["origin"]
    headers = {} if origin is None else {"origin": origin}
    for path in ("/look", "/yaml", "/share", "/here"):
        assert page.post(path, json=EAST, headers=headers).status_code == 403


def test_every_answer_has_a_policy(page: Any) -> None:
    for path in ("/", "/page.js", "/page.css", "/nothing"):
        told = page.get(path).headers
        assert {name: told[name] for name in HEADERS} == HEADERS
    assert "<script>" not in page.get("/").text
    assert "style=" not in page.get("/").text


def test_bodies_have_bounds(page: Any) -> None:
    assert page.post("/look", content=b"[" * (MOST_BYTES + 1)).status_code == 413
    volume = b'{"set": {"queues.\\"east\\".scale.volume": %s}}'
    lost = b'{"lost": {"site": "%s", "at": "%s"}}'
    bad = [b"", b"[3]", b"[" * 60_000, b"\xff", b'{"set": 3}', b'{"set": {"extends": "/etc/passwd"}}']
    bad += [volume % b'"1"', volume % b"1e999", volume % b"true", lost % (b"park", b"25:00")]
    for body in [*bad, lost % (b"nowhere", b"10:00")]:
        assert page.post("/look", content=body).status_code == 400


def test_a_look_tells_the_figures_of_a_run(page: Any, centre: Path) -> None:
    answer = page.post("/look", json=EAST | {"days": 2, "tab": "t"})
    seen = [json.loads(line) for line in answer.text.splitlines()]
    assert [(one["exact"], one["days"]) for one in seen] == [(False, 1), (True, 1), (True, 2)]
    run = callsim.run(callsim.load(centre, {"groups.of-east.scale.staff": 0.9}), runs=2, jobs=1)
    calls = run.sums.calls.sum(axis=(0, 1))
    east = [row for row, copy in enumerate(run.model.queues) if copy.original == "east"]
    level, abandoned = seen[-1]["lines"][0]["bounds"]
    queues = run.to_dict()["queues"]
    names = [run.model.queues[row].name for row in east]
    offered = [queues[name]["offered"]["mean"] for name in names]
    shares = [queues[name]["service_level"]["offered"]["mean"] for name in names]
    assert level["after"] == pytest.approx(sum(map(float.__mul__, offered, shares)) / sum(offered))
    assert len(calls) == 6
    assert abandoned["difference"]["mean"] > 0
    assert seen[-1]["people"]["of-east"] == [40, 36]
    before, after, _ = seen[-1]["costs"]["amounts"]["total"]
    assert after < before
    assert [one["name"] for one in seen[-1]["sites"]] == ["hill", "park"]


def test_a_mistake_is_told_as_check_tells_it(page: Any) -> None:
    (line,) = page.post("/look", json={"set": {'queues."east".scale.volume': 20}}).text.splitlines()
    assert "a scale is 1% to 1000%" in json.loads(line)["mistake"]
    assert page.post("/yaml", json={"set": {'queues."east".scale.volume': 20}}).status_code == 400


def test_as_yaml_is_a_file_beside_the_scenario(page: Any, desk: Any, centre: Path) -> None:
    asked = {**EAST, "lost": {"site": "park", "at": "10:00"}}
    file = centre.with_name("what-if.yaml")
    file.write_text(page.post("/yaml", json=asked).text)
    assert file.read_text().startswith('extends: "centre.yaml"\n')
    read = callsim.load(file)
    assert read.groups["of-east"].scale.staff == 0.9
    (lost,) = read.incidents
    assert (lost.site, lost.from_, lost.to) == ("park", 36_000_000, 50_400_000)
    assert main(["check", str(file)]) == 0


def test_the_plan_is_told_with_every_key(desk: Any) -> None:
    told = plan(desk)
    assert told["sites"] == ["hill", "park"]
    for key, value in told["values"].items():  # type: ignore[attr-defined]
        desk.changed({key: value})


def test_sharing_is_the_page_of_the_comparison(page: Any) -> None:
    text = page.post("/share", json=EAST | {"days": 1}).text
    assert text.startswith("<!doctype html>")
    assert "what if" in text
