"""`callsim compare`, and the folders of results that it reads."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def more(small: str) -> str:
    """The same plan with one agent more."""
    path = Path(small).with_name("more.yaml")
    path.write_text("extends: small.yaml\nname: 一人更多\ngroups: {desk: {staff: 7}}\n", "utf-8")
    return str(path)


def test_the_verdict_comes_first_and_plans_are_named(typed: Typed, small: str, more: str) -> None:
    code, out, err = typed("compare", small, more, "--runs", "5")
    assert code == 0
    assert out.startswith("Take A (Small): of the plans that keep all goals it has the fewest paid hours")
    assert "\nB is better than A: phone +" in out
    assert "A  Small" in out
    assert "B  一人更多" in out
    assert not err


def test_json_is_the_contracts(typed: Typed, small: str, more: str) -> None:
    code, out, _ = typed("compare", small, more, "--runs", "3", "--seed", "5", "--format", "json")
    found = json.loads(out)
    assert code == 0
    assert [plan["plan"] for plan in found["plans"]] == ["Small", "一人更多"]
    assert [plan["seed"] for plan in found["plans"]] == [5, 5]
    level = found["differences"]["Small → 一人更多"]["queues"]["phone"]["service_level"]["offered"]
    assert level["low"] <= level["mean"] <= level["high"]
    _, alone, _ = typed("run", more, "--runs", "3", "--seed", "5", "--format", "json")
    told = json.loads(alone)
    assert {**found["plans"][1], **told} == found["plans"][1]


def test_vary_and_set(typed: Typed, small: str) -> None:
    words = ("compare", small, "--vary", "groups.desk.staff=5,6,7", "--runs", "2", "--format", "json")
    _, out, _ = typed(*words, "--set", "queues.phone.arrivals.per_hour=50")
    found = json.loads(out)
    assert [plan["plan"] for plan in found["plans"]] == ["staff=5", "staff=6", "staff=7"]
    assert list(found["differences"]) == ["staff=5 → staff=6", "staff=5 → staff=7", "staff=6 → staff=7"]
    assert found["plans"][0]["total"]["offered"]["mean"] < 24 * 60 * 0.93


def test_csv_has_a_row_per_pair_and_queue_and_may_begin_with_a_byte_order_mark(
    typed: Typed, small: str, more: str
) -> None:
    words = ("compare", small, more, "--runs", "2", "--format", "csv")
    plain, marked = typed(*words)[1], typed(*words, "--bom")[1]
    assert marked == "\ufeff" + plain
    rows = list(csv.DictReader(io.StringIO(plain)))
    assert [(row["after"], row["queue"]) for row in rows] == [("一人更多", ""), ("一人更多", "phone")]
    assert float(rows[1]["service_level_offered_mean"]) > 0


def test_a_byte_order_mark_is_for_csv_alone(typed: Typed, small: str) -> None:
    path = Path(small).with_name("r.csv")
    assert typed("run", small, "--runs", "2", "--bom", "--out", str(path))[0] == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbfstart,")
    assert typed("run", small, "--runs", "2", "--bom", "--format", "json")[1].startswith("{")


def test_folders_say_what_files_say(typed: Typed, small: str, more: str, tmp_path: Path) -> None:
    folders = [str(tmp_path / name) for name in ("one", "two")]
    for plan, folder in zip((small, more), folders, strict=True):
        code, out, err = typed("run", plan, "--runs", "4", "--format", "parquet", "--out", folder)
        assert (code, out, err) == (0, "", f"wrote {folder}\n")
    _, saved, _ = typed("compare", *folders, "--format", "json")
    _, played, _ = typed("compare", small, more, "--runs", "4", "--format", "json")
    assert json.loads(saved) == json.loads(played)


def test_a_folder_holds_tables_and_calls_chosen_without_luck(
    typed: Typed, small: str, more: str, tmp_path: Path
) -> None:
    kept = {}
    for plan, name, share in ((small, "some", "10%"), (more, "more", "10%"), (small, "all", "100%")):
        folder = f"{tmp_path / name}/"
        assert typed("run", plan, "--runs", "3", "--out", folder, "--calls", share)[0] == 0
        assert sorted(os.listdir(folder)) == [
            *(f"{table}.parquet" for table in ("calls", "groups", "intervals", "queues")),
            "result.json",
            "runs.parquet",
        ]
        kept[name] = duckdb.sql(f"SELECT run, arrive, talk_ms FROM '{folder}calls.parquet'").fetchall()
    ((calls,),) = duckdb.sql(f"SELECT sum(answered) FROM '{tmp_path}/all/runs.parquet'").fetchall()
    assert len(kept["all"]) == calls, "nobody hangs up"
    assert set(kept["some"]) < set(kept["all"])
    assert kept["some"] == kept["more"], "the plans keep the same calls"
    expected, error = 0.1 * len(kept["all"]), (0.09 * len(kept["all"])) ** 0.5
    assert abs(len(kept["some"]) - expected) < 4 * error


@pytest.mark.parametrize(
    ("words", "about"),
    [
        (("compare", "{small}"), "nothing to compare"),
        (("compare", "{small}", "--vary", "groups.desk.staff=5"), "write path=value,value"),
        (("compare", "{small}", "--vary", "groups.desk.stuff=5,6"), "unknown key stuff"),
        (("compare", "{small}", "nowhere.yaml"), "nowhere.yaml"),
        (("compare", "{small}", "{folder}"), "not one with the other"),
        (("compare", "{folder}", "{folder}"), "no folder of results"),
        (("compare", "{folder}", "{folder}", "--runs", "3"), "leave --runs out"),
        (("compare", "{small}", "{small}", "--format", "parquet"), "none of them"),
        (("run", "{small}", "--format", "parquet"), "say where"),
        (("run", "{small}", "--calls", "1%"), "--calls needs a folder"),
        (("run", "{small}", "--format", "parquet", "--out", "{small}"), "it is a file"),
        (("run", "{small}", "--format", "parquet", "--out", "{folder}/.."), "other things"),
    ],
)
def test_mistakes(typed: Typed, small: str, words: tuple[str, ...], about: str) -> None:
    folder = Path(small).parent / "folder"
    folder.mkdir()
    named = [word.format(small=small, folder=folder) for word in words]
    code, out, err = typed(*named)
    assert (code, out) == (2, "")
    assert about in err
    assert sorted(os.listdir(folder.parent)) == ["folder", "small.yaml"]


def test_results_of_other_luck_are_not_compared(typed: Typed, small: str, tmp_path: Path) -> None:
    for name, seed in (("one", "1"), ("two", "2")):
        typed("run", small, "--runs", "2", "--seed", seed, "--out", f"{tmp_path / name}/")
    code, _, err = typed("compare", str(tmp_path / "one"), str(tmp_path / "two"))
    assert code == 2
    assert "have not met the same calls" in err
    assert "--seed" in err


def test_why_is_told_on_demand(typed: Typed, small: str) -> None:
    words = ("run", small, "--runs", "3", "--set", "queues.phone.arrivals.day_cv=20%")
    assert "Why one day" not in typed(*words)[1]
    code, out, _ = typed(*words, "--why")
    assert code == 0
    assert "Why one day is not like another" in out
    found = json.loads(typed(*words, "--why", "--format", "json")[1])
    assert list(found["why"]["total"]["shares"]) == ["busyness of the day", "single calls"]
