"""Every command and option, with the exit code that each ending gets."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from callsim import __version__
from callsim.cli import simulate
from callsim.report.kinds import KINDS

Typed = Callable[..., tuple[int, str, str]]


def test_version(typed: Typed) -> None:
    assert typed("--version") == (0, f"callsim {__version__}\n", "")


def test_unknown_commands_are_refused(typed: Typed) -> None:
    code, _, err = typed("what-is")
    assert code == 2
    assert "No such command 'what-is'" in err


def test_run_shows_the_verdict_first(typed: Typed, small: str) -> None:
    code, out, err = typed("run", small, "--runs", "3")
    assert (code, out.splitlines()[:2]) == (0, ["Small", "The goal is met."])
    assert "Traceback" not in err


def test_run_options_arrive(typed: Typed, small: str) -> None:
    code, out, _ = typed("run", small, "--runs", "2", "--seed", "7", "--jobs", "1", "--format", "json")
    found = json.loads(out)
    assert (code, found["runs"], found["seed"], found["engine"]) == (0, 2, 7, "kernel")
    _, other, _ = typed("run", small, "--runs", "2", "--seed", "7", "--jobs", "3", "--format", "json")
    assert other == out
    _, out, _ = typed("run", small, "--runs", "2", "--seed", "7", "--engine", "reference", "--format", "json")
    assert json.loads(out) == found | {"engine": "reference"}


def test_set_changes_the_scenario(typed: Typed, small: str) -> None:
    words = ("run", small, "--runs", "2", "--set", "groups.desk.staff=1", "--set", "name=Few")
    code, out, _ = typed(*words)
    assert code == 0
    assert out.splitlines()[:2] == ["Few", "The goal is MISSED: phone"]
    assert typed(*words, "--strict")[0] == 3
    assert typed("run", small, "--runs", "2", "--strict")[0] == 0


WITH_INTERVALS = {  # what takes room, or is told on pages alone
    *("intervals", "pools", "group_intervals", "interval_totals", "staffing", "families", "inputs", "by_day"),
}


def test_without_intervals_a_result_is_small(typed: Typed, small: str) -> None:
    words = ("run", small, "--runs", "2", "--format")
    whole, brief = (json.loads(typed(*words, "json", *more)[1]) for more in ((), ("--intervals", "no")))
    assert brief == {name: part for name, part in whole.items() if name not in WITH_INTERVALS}
    assert len(json.dumps(brief)) < len(json.dumps(whole)) / 10
    assert json.loads(typed(*words, "json", "--intervals", "yes")[1]) == whole
    (row,) = csv.DictReader(io.StringIO(typed(*words, "csv", "--intervals", "no")[1]))
    assert row["queue"] == "phone"
    assert float(row["offered_mean"]) == whole["queues"]["phone"]["offered"]["mean"]
    code, _, err = typed(*words, "html", "--intervals", "no")
    assert (code, "html shows intervals" in err) == (2, True)
    assert typed("run", small, "--runs", "2", "--intervals", "no")[1] == typed("run", small, "--runs", "2")[1]


def test_csv_has_one_row_per_interval(typed: Typed, small: str) -> None:
    _, out, _ = typed("run", small, "--runs", "2", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) == 48
    for row in rows:  # of its own queue alone a pool asks for what the queue asks for
        assert row["pool_name"] == row["queue"] == "phone"
        assert row["pool_required_mean"] == row["required_mean"]
        net = float(row["pool_on_duty_mean"]) - float(row["required_mean"])
        assert float(row["pool_net_staff_mean"]) == pytest.approx(net)


@pytest.mark.parametrize(
    ("name", "begins"),
    [("r.json", "{"), ("r.csv", "start,queue"), ("r.txt", "Small\n"), ("r.md", "Small\n"), ("r", "Small\n")],
)
def test_out_takes_its_form_from_its_name(typed: Typed, small: str, name: str, begins: str) -> None:
    path = Path(small).with_name(name)
    code, out, err = typed("run", small, "--runs", "2", "--out", str(path))
    assert (code, out) == (0, "")
    assert f"wrote {path}" in err
    assert path.read_text("utf-8").startswith(begins)
    assert sorted(os.listdir(path.parent)) == sorted([name, "small.yaml"])


@pytest.mark.parametrize(
    "words",
    [
        ("--runs", "0"),
        ("--runs", "x"),
        ("--seed", "-1"),
        ("--jobs", "0"),
        ("--engine", "steam"),
        ("--format", "pdf"),
        ("--set", "groups.desk.stuff=3"),
        ("--set", "nonsense"),
        ("--out", "nowhere/result.json"),
        ("--out", "."),
        ("--nonsense",),
    ],
)
def test_mistakes_end_with_2_and_say_so_on_standard_error(
    typed: Typed, small: str, words: tuple[str]
) -> None:
    code, out, err = typed("run", small, *words)
    assert (code, out) == (2, "")
    assert err
    assert "Traceback" not in err


@pytest.mark.parametrize("name", ["r.xls", "r.pdf", "r.2024"])
def test_an_unknown_ending_is_refused_before_simulating(
    typed: Typed, small: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(small).with_name(name)
    with monkeypatch.context() as patched:
        patched.setattr(simulate, "simulated", lambda *_: pytest.fail("simulated"))
        code, out, err = typed("run", small, "--out", str(path))
    assert (code, out) == (2, "")
    assert all(ending in err for ending in (".txt", ".json", ".csv", "--format"))
    assert not path.exists()
    erlang = ("erlang", "--agents", "14", "--calls-per-hour", "200", "--aht", "3m")
    assert typed(*erlang, "--out", str(path))[0] == 2
    assert typed(*erlang, "--out", str(path), "--format", "csv")[0] == 0
    assert path.read_text().startswith("model,")


def test_a_goal_that_cannot_be_judged_is_not_shown_to_hold(typed: Typed, small: str) -> None:
    closed = ("--set", "queues.phone.open=10:00-10:30", "--set", "queues.phone.arrivals.per_day=99")
    closed += ("--set", f"queues.phone.arrivals.profile={[1.0] + 23 * [0.0]}")
    text = Path(small).read_text().replace("{per_hour: 60}", "{}")
    Path(small).write_text(text)
    words = ("run", small, "--runs", "2", *closed)
    code, out, _ = typed(*words)
    assert (code, out.splitlines()[1]) == (0, "1 goal could not be judged, nobody could call: phone")
    code, out, _ = typed(*words, "--strict", "--format", "json")
    assert code == 3
    assert json.loads(out)["queues"]["phone"]["goal"]["met"] is None


def test_help_says_what_csv_holds_and_how_to_set_a_place_of_a_list(typed: Typed, small: str) -> None:
    said = " ".join(typed("run", "--help")[1].split())
    assert "csv: the intervals, one row per interval and queue" in said
    assert "groups.desk.staff.20=14" in said
    staff = "[" + ", ".join(["6"] * 48) + "]"
    few = ("run", small, "--runs", "2", "--set", f"groups.desk.staff={staff}")
    code, out, _ = typed(*few, "--set", "groups.desk.staff.0=1", "--format", "json")
    assert code == 0
    assert json.loads(out)["groups"]["desk"]["on_duty_h"]["mean"] == pytest.approx(6 * 24 - 2.5, abs=0.5)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_result_has_a_schema(typed: Typed, kind: str) -> None:
    code, out, _ = typed("schema", "--result", kind)
    schema = json.loads(out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert (code, schema["properties"]["kind"]["const"]) == (0, kind)


def test_a_kind_that_is_none_is_refused(typed: Typed) -> None:
    code, _, err = typed("schema", "--result", "plans")
    assert code == 2
    assert "'plan'" in err


def test_bench_measures_the_sizes_asked_for(typed: Typed) -> None:
    code, out, _ = typed("bench", "--seats", "20", "--engine", "kernel", "--format", "json")
    assert code == 0
    (case,) = json.loads(out)["cases"]
    assert case["engine"] == "kernel"
    assert case["calls_per_s"] > 0


def test_html_is_one_page(typed: Typed, small: str) -> None:
    code, out, _ = typed("run", small, "--runs", "2", "--format", "html")
    assert (code, out[:15]) == (0, "<!doctype html>")
    path = Path(small).with_name("r.html")
    assert typed("run", small, "--runs", "2", "--out", str(path)) == (0, "", f"wrote {path}\n")
    assert path.read_text("utf-8") == out
    vary = ("--vary", "groups.desk.staff=5,6")
    code, out, _ = typed("compare", small, *vary, "--runs", "2", "--format", "html")
    assert (code, out[:15]) == (0, "<!doctype html>")


def test_html_is_refused_plainly_where_there_is_no_page(typed: Typed, small: str) -> None:
    erlang = ("erlang", "--agents", "14", "--calls-per-hour", "200", "--aht", "3m")
    code, _, err = typed(*erlang, "--format", "html")
    assert (code, "html pages are for plans" in err) == (2, True)
    code, _, err = typed(*erlang, "--out", str(Path(small).with_name("r.html")))
    assert (code, ".html is no form of this result" in err) == (2, True)


def test_an_unwritable_path_is_said_before_simulating(
    typed: Typed, small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulate, "simulated", lambda *_: pytest.fail("simulated"))
    assert typed("run", small, "--out", "/nowhere/at/all.json")[0] == 2
    assert typed("run", small, "--out", small)[0] == 2


def test_all_mistakes_of_a_file_are_told_with_their_places(typed: Typed, small: str) -> None:
    Path(small).write_text(Path(small).read_text().replace("staff", "stuff").replace("3 min", "3"))
    for command in ("run", "check"):
        code, out, err = typed(command, small)
        assert (code, out) == (2, "")
        assert len(err.splitlines()) >= 2
        assert all(line.startswith(f"{small}:") for line in err.splitlines())


def test_check_reads_several_files_and_tells_of_each(typed: Typed, small: str) -> None:
    code, out, err = typed("check", small, "nowhere.yaml", small, "--set", "groups.desk.staff=9")
    assert code == 2
    assert out.count("desk: 9 agents") == 2
    assert err.startswith("nowhere.yaml: ")
    assert typed("check", small)[0] == 0


def test_new_writes_a_scenario_that_checks_and_never_overwrites(typed: Typed, tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    assert typed("new", str(path))[0] == 0
    assert typed("check", str(path))[0] == 0
    path.write_text("mine")
    code, _, err = typed("new", str(path))
    assert code == 2
    assert "is there already" in err
    assert path.read_text() == "mine"
    assert typed("new", str(tmp_path / "nowhere" / "my.yaml"))[0] == 2
    assert os.listdir(tmp_path) == ["my.yaml"]


def test_schema_is_json(typed: Typed, tmp_path: Path) -> None:
    code, out, _ = typed("schema")
    assert (code, json.loads(out)["title"]) == (0, "callsim scenario")
    assert typed("schema", "--out", str(tmp_path / "s.json"))[0] == 0
    assert (tmp_path / "s.json").read_text("utf-8") == out


def test_a_bug_is_told_as_one(typed: Typed, small: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(simulate, "simulated", broken)
    code, _, err = typed("run", small)
    assert code == 1
    assert "ZeroDivisionError" in err
    assert "please report it" in err


def test_ctrl_c_is_130(typed: Typed, small: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(simulate, "simulated", interrupted)
    code, _, err = typed("run", small)
    assert code == 130
    assert "Traceback" not in err
