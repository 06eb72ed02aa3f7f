"""The server of the what-if page: who is refused, what is answered, and what its figures are."""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import callsim
from callsim.cli import main
from callsim.report.kit import figures
from callsim.report.kit.verdicts import verdict_on
from callsim.report.what_if import serve
from callsim.report.what_if.server import HEADERS, MOST_BYTES, app
from callsim.report.what_if.told import look, plan
from callsim.report.what_if.watched import Watched
from tests.study.what_if.test_look import CENTRE

testclient, httpx = pytest.importorskip("starlette.testclient"), pytest.importorskip("httpx")
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
    for path in ("/look", "/more", "/yaml", "/share", "/here"):
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
    after = sum(map(float.__mul__, offered, shares)) / sum(offered)
    assert level["values"][1] == pytest.approx(after)
    assert level["after"] == f"{100 * after:.1f} %"
    assert (level["figure"], level["promise"]) == ("service level", "80 % in 20 s")
    assert len(calls) == 6
    plan = callsim.run(callsim.load(centre), runs=2, jobs=1)
    kept = [[sum(bool(one.goals[name].met) for name in names), 4] for one in (plan, run)]
    assert seen[-1]["lines"][0]["kept"] == kept
    assert abandoned["promise"] == "at most 5 %"
    assert abandoned["values"][2]["mean"] > 0
    assert seen[-1]["people"]["of-east"] == [40, 36]
    before, after, _ = seen[-1]["costs"]["amounts"]["total"]
    assert after < before
    assert [one["name"] for one in seen[-1]["sites"]] == ["hill", "park"]


def test_a_mistake_is_told_as_check_tells_it(page: Any) -> None:
    (line,) = page.post("/look", json={"set": {'queues."east".scale.volume': 20}}).text.splitlines()
    assert "a scale is 1% to 1000%" in json.loads(line)["mistake"]
    assert "--set" not in json.loads(line)["mistake"]
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


def test_the_command_compares_the_plan_as_it_was_read(centre: Path, tmp_path: Path) -> None:
    told = plan(callsim.what_if(callsim.load(centre), seed=7))
    assert (told["command"], told["own"]) == ("callsim compare centre.yaml what-if.yaml --seed 7", "")
    file = tmp_path / "centre.yaml"
    file.write_text(CENTRE)
    scenario = callsim.load(file, {"queues.north.scale.volume": 1.3})
    told = plan(callsim.what_if(scenario))
    assert told["command"] == "callsim compare plan.yaml what-if.yaml"
    file.with_name("plan.yaml").write_text(str(told["own"]))
    own = callsim.load(file.with_name("plan.yaml"))
    assert own.queues == scenario.queues
    assert own.groups == scenario.groups


def test_sharing_is_the_page_of_the_comparison(page: Any) -> None:
    text = page.post("/share", json=EAST | {"days": 1}).text
    assert text.startswith("<!doctype html>")
    assert "what if" in text


BUSY = CENTRE.replace("staff: 2}", "staff: 2, occupancy_at_most: 60%}").replace(
    "talk: 180 s, patience: 90 s}\nshifts", "talk: 180 s, patience: 90 s, goal: {asa_at_most: 10 s}}\nshifts"
)


def test_goals_of_groups_and_of_waits_are_told_as_the_page_of_a_run_does(tmp_path: Path) -> None:
    assert BUSY.count("at_most: 60%") == BUSY.count("asa_at_most") == 1
    file = tmp_path / "busy.yaml"
    file.write_text(BUSY)
    changes = {"queues.west.scale.volume": 1.5}
    desk = callsim.what_if(callsim.load(file), jobs=1)
    *_, seen = desk.look(changes, runs=6)
    lines = {line["name"]: line for line in look(seen, 1.0)["lines"]}  # type: ignore[attr-defined]
    assert list(lines) == ["east", "north", "west", "group of-west"]
    runs = [callsim.run(callsim.load(file, some), runs=6, jobs=1).told() for some in ({}, changes)]
    (wait,), (busy,) = lines["west"]["bounds"], lines["group of-west"]["bounds"]
    assert (wait["figure"], wait["promise"]) == ("mean wait", "at most 10 s")
    assert (busy["figure"], busy["promise"]) == ("occupancy", "at most 60 %")
    waits = [figures.seconds(run.queues["west"].figures["asa_s"], 10.0) for run in runs]
    shares = [figures.percent(run.groups["of-west"].figures["occupancy"], 0.6) for run in runs]
    assert [wait["before"], wait["after"]] == waits
    assert [busy["before"], busy["after"]] == shares
    assert (wait["tone"], busy["tone"]) == ("bad", "bad")
    verdicts = [verdict_on(run.group_goals["of-west"]).page.removeprefix("just ") for run in runs]
    assert lines["group of-west"]["verdicts"] == verdicts


def test_of_copies_groups_are_approximate_first(tmp_path: Path) -> None:
    file = tmp_path / "busy.yaml"
    file.write_text(CENTRE.replace("shrinkage: 10%}", "shrinkage: 10%, occupancy_at_most: 80%}"))
    first, last = callsim.what_if(callsim.load(file), jobs=1).look({"queues.east.scale.volume": 1.2})
    (told, exact) = (look(one, 1.0)["lines"][-1] for one in (first, last))  # type: ignore[index]
    assert (told["name"], told["approximate"], told["verdicts"][1]) == ("group of-east", True, "≈")
    assert told["bounds"][0]["after"].startswith("≈ ")
    assert not exact["approximate"]
    guess, known = told["bounds"][0]["values"], exact["bounds"][0]["values"]
    assert guess[0] == known[0]
    assert guess[1] == pytest.approx(known[1], abs=0.05)


def test_how_many_more_comes_line_by_line_and_ends_in_a_change(page: Any, desk: Any, centre: Path) -> None:
    asked = {"set": {'queues."north".scale.volume': 1.2}, "queue": "north", "share": 0.9, "tab": "t"}
    lines = [json.loads(line) for line in page.post("/more", json=asked).text.splitlines()]
    done = [line["done"] for line in lines[:-1]]
    assert done == sorted(done)
    found = lines[-1]["more"]
    assert set(found["set"]) == {
        'queues."north".scale.volume',
        'queues."north".goal.answer',
        'groups."of-north".scale.staff',
    }
    more = found["people"]["of-north"][1] - 6
    assert more == found["more"] > 0
    assert f"north needs {more} people more for 90 % in 20 s: of-north 6 → {6 + more}." in found["said"]
    looked = page.post("/look", json={"set": found["set"], "days": 1}).text.splitlines()
    assert json.loads(looked[-1])["people"]["of-north"] == [6, 6 + more]
    file = centre.with_name("more.yaml")
    file.write_text(page.post("/yaml", json={"set": found["set"]}).text)
    level = callsim.run(callsim.load(file), runs=100, seed=1_000_004, jobs=1).told().queues["north"].figures
    assert figures.percent_about(level.level("offered"), 0.9) in found["said"]
    (refused,) = page.post("/more", json=asked | {"queue": "west"}).text.splitlines()
    assert "no goal of calls answered in time" in json.loads(refused)["mistake"]


WORDS = ["set", "lost", "days", "tab", "queue", "share", "site", "at", "__class__", "copies"]
VALUES = [
    None,
    True,
    -1,
    0,
    1,
    2.5,
    1e308,
    "",
    "10:00",
    "99:99",
    "north",
    "\ud800",
    [],
    {},
    "x" * 999,
    10**40,
]


def test_no_body_breaks_the_server(page: Any, desk: Any) -> None:
    luck = random.Random(11)
    keys = [*WORDS, *plan(desk)["values"]]  # type: ignore[misc]

    def tree(depth: int) -> object:
        kind = luck.random()
        if depth == 0 or kind < 0.4:
            return luck.choice(VALUES)
        if kind < 0.8:
            return {luck.choice(keys): tree(depth - 1) for _ in range(luck.randint(0, 3))}
        return [tree(depth - 1) for _ in range(luck.randint(0, 3))]

    for number in range(600):
        body = json.dumps({luck.choice(WORDS): tree(3) for _ in range(luck.randint(0, 4))}).encode()
        if number % 4 == 0:
            body = bytes(luck.randrange(256) if luck.random() < 0.1 else one for one in body)
        path = luck.choice(("/look", "/yaml", "/more", "/look"))
        answer = page.post(path, content=body)
        assert answer.status_code in (200, 400), (path, body, answer.text)
        assert "Traceback" not in answer.text
        assert "nan" not in answer.text.lower() or answer.status_code == 400


def test_a_client_leaves(page: Any, centre: Path) -> None:
    answer = page.post("/look", json={"set": {'queues."east".scale.volume': 0}, "days": 1})
    east = json.loads(answer.text.splitlines()[-1])["lines"][0]
    assert east["bounds"][0]["after"] == "–"
    assert east["verdicts"][1] == "no calls"
    assert east["kept"][1] == [0, 0]
    fresh = callsim.run(callsim.load(centre, {"queues.east.scale.volume": "0%"}), runs=1, jobs=1)
    assert [fresh.goals[f"east-{k}"].met for k in (1, 2, 3, 4)] == [None] * 4


def test_without_the_extra_the_command_says_what_to_install(
    centre: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("uvicorn", "callsim.report.what_if.server"):
        monkeypatch.setitem(sys.modules, name, None)
    assert main(["what-if", str(centre), "--no-browser"]) == 2
    assert "pip install 'callsim[ui]'" in capsys.readouterr().err


def test_it_ends_after_the_last_tab_was_closed(
    desk: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "CLOSED_S", 2.5)
    ended = threading.Event()
    thread = threading.Thread(target=lambda: (serve.serve(desk, browser=False), ended.set()))
    thread.start()
    told = ""
    while "key=" not in told:
        told += capsys.readouterr().err
        time.sleep(0.02)
    address = told.split("at ")[1].split()[0]
    with httpx.Client(follow_redirects=True) as tab:
        assert tab.get(address).status_code == 200
        for _ in range(10):  # a tab that is open says so
            assert tab.get(address.split("?")[0] + "page.css").status_code == 200
            assert not ended.wait(0.3)
    assert ended.wait(8)
    thread.join()
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)
