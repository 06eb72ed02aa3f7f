"""Folders of results, damaged in every way: refused in words, or compared exactly as before.

`CALLSIM_FUZZ=1` damages 200 folders in each way instead of 20.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim import cli
from callsim.errors import UserError
from callsim.report.compare.text import report
from callsim.report.html import page
from callsim.report.kit import folder
from callsim.report.kit.checksums import RESULT, sealed
from callsim.results.saved.parquet import read_table, write_table
from callsim.results.saved.tables import Saved
from callsim.study.runs.compare import compare_saved

SCENARIO = """
calendar: {start: 2024-01-08, days: 2, interval: 6 h}
sites: {s: {seats: 9}}
queues:
  q: {arrivals: {per_hour: 9}, talk: {exponential: {mean: 3 min}}, goal: {answer: 80%, within: 20 s}}
  r: {arrivals: {per_hour: 5}, talk: 3 min, patience: 2 min, goal: {abandon_at_most: 5%}}
groups: {g: {site: s, answers: {q: {}, r: {}}, staff: 1}, h: {site: s, answers: {q: {}}, staff: 1}}
costs: {currency: CNY, wage_per_hour: 32, per_seat_month: 3, per_abandoned_call: 2}
"""
RUNS = 4
TIMES = 200 if os.environ.get("CALLSIM_FUZZ") else 20
FILES = (RESULT, "runs.parquet", "queues.parquet", "groups.parquet")
Damage = Callable[[Path, random.Random], None]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of results: `one`, and `other` that differs in its staff and its seed."""
    there = tmp_path_factory.mktemp("saved")
    (there / "s.yaml").write_text(SCENARIO)
    for name, staff, seed in (("one", 1, 1), ("more", 2, 1), ("other", 2, 2)):
        result = callsim.run(callsim.load(there / "s.yaml", {"groups.g.staff": staff}), runs=RUNS, seed=seed)
        (there / name).mkdir()
        folder.fill(str(there / name), result, result.told(), None)
    return {name: there / name for name in ("one", "more", "other")}


def sealed_again(there: Path, change: Callable[[dict[str, Any]], Any] = lambda found: None) -> None:
    """As if callsim itself had written what is there, after a change of the JSON."""
    found = json.loads((there / RESULT).read_text())
    names = [name for name in found.pop("checksums") if name != RESULT]
    changed = change(found)
    (there / RESULT).write_bytes(sealed(found if changed is None else changed, str(there), names))


def cut_short(there: Path, luck: random.Random) -> None:
    path = there / luck.choice(FILES)
    path.write_bytes(path.read_bytes()[: luck.randrange(path.stat().st_size)])


def flipped_bits(there: Path, luck: random.Random) -> None:
    path = there / luck.choice(FILES)
    data = bytearray(path.read_bytes())
    for _ in range(luck.choice((1, 1, 2, 9))):
        data[luck.randrange(len(data))] ^= 1 << luck.randrange(8)
    path.write_bytes(data)


def of_a_table(change: Callable[[dict[str, Any], random.Random], dict[str, Any]]) -> Damage:
    """Damage to one table; half of the time its checksum is made anew."""

    def damage(there: Path, luck: random.Random) -> None:
        path = there / luck.choice(FILES[1:])
        write_table(str(path), change(read_table(str(path)), luck))
        if luck.random() < 0.5:
            sealed_again(there)

    return damage


def other_columns(table: dict[str, Any], luck: random.Random) -> dict[str, Any]:
    name = luck.choice(list(table))
    changed = dict(table)
    column = changed.pop(name)
    what = luck.randrange(3)
    return changed if what == 0 else {**changed, f"{name}2": column} | ({name: column} if what == 1 else {})


def other_types(table: dict[str, Any], luck: random.Random) -> dict[str, Any]:
    name = luck.choice(list(table))
    column = table[name]
    rows = len(column)
    others: list[Any] = [
        np.array([f"v{k}" for k in range(rows)], object), np.arange(rows) % 2 == 0,
        np.arange(rows, dtype=np.int32), np.arange(rows, dtype=np.float32), np.arange(rows) / 3,
        np.arange(rows), np.array([{"a": k} for k in range(rows)], object), np.full(rows, None, object),
        np.array([[k] for k in range(rows)] + [None], object)[:-1], np.arange(rows).astype("datetime64[ms]"),
    ]  # fmt: skip
    return {**table, name: luck.choice([one for one in others if one.dtype != column.dtype])}


def other_rows(table: dict[str, Any], luck: random.Random) -> dict[str, Any]:
    rows = len(table["run"])
    which = luck.choice(
        [
            np.delete(np.arange(rows), luck.randrange(rows)), np.arange(luck.randrange(rows)),
            np.append(np.arange(rows), luck.randrange(rows)), np.tile(np.arange(rows), 2),
            np.roll(np.arange(rows), 1), np.arange(rows)[::-1],
        ]
    )  # fmt: skip
    return {name: column[which] for name, column in table.items()}


def other_names(there: Path, luck: random.Random) -> None:
    name = luck.choice(("queue", "group"))
    if luck.random() < 0.5:
        path = str(there / f"{name}s.parquet")
        table = read_table(path)
        table[name][luck.randrange(len(table[name]))] = luck.choice(("x", "", "遵义", None, "g" * 9999))
        write_table(path, table)
        sealed_again(there)
        return

    def renamed(found: dict[str, Any]) -> None:
        names = list(found[f"{name}s"])
        old = luck.choice(names)
        found[f"{name}s"] = {"x" if one == old else one: found[f"{name}s"][one] for one in names}

    sealed_again(there, renamed)


def missing_file(there: Path, luck: random.Random) -> None:
    for name in luck.sample(FILES, luck.choice((1, 1, 2, 4))):
        (there / name).unlink()


def no_json(there: Path, luck: random.Random) -> None:
    whole = (there / RESULT).read_bytes()
    data = [
        b"", b"\0" * 999, b"name: Small\n", luck.randbytes(luck.randrange(9999)), b"[" * 100_000,
        b"\xff\xfe" + whole, whole + b"\n", whole + whole, b'{"scenario":' + whole,
        whole.decode().encode("utf-16"),
        b"1" * 100_000, b'{"a":' * 50_000, whole.replace(b'"mean"', b"NaN, 'mean'", 1),
    ]  # fmt: skip
    (there / RESULT).write_bytes(luck.choice(data))


GARBAGE: tuple[Any, ...] = (
    None, True, -1, 0, 3, 1.5, 1e300, 10**400, "", "x", "2024-13-01", [], [1], [[[[]]]], {},
    {"a": {"b": [None]}}, {"mean": "x", "low": [], "high": {}}, {"mean": None}, {"q": None, "r": None},
    {"q": {}, "r": {}},
)  # fmt: skip


def other_shape(there: Path, luck: random.Random) -> None:
    """Something is gone or is something else, and the checksum is right."""

    def changed(found: dict[str, Any]) -> Any:
        if luck.random() < 0.1:
            return {"a": found} if luck.random() < 0.5 else {}
        at: Any = found
        key = luck.choice(list(found))
        while isinstance(at[key], dict | list) and at[key] and luck.random() < 0.8:
            at = at[key]
            key = luck.choice(list(at)) if isinstance(at, dict) else luck.randrange(len(at))
        if luck.random() < 0.4:
            del at[key]
        else:
            at[key] = luck.choice(GARBAGE)
        return found

    sealed_again(there, changed)


def other_seed(saved: dict[str, Path]) -> Damage:
    """A file of the same plan with other luck, or the number of the seed."""

    def damage(there: Path, luck: random.Random) -> None:
        if luck.random() < 0.2:
            text = (there / RESULT).read_text()
            (there / RESULT).write_text(text.replace('"seed": 1', f'"seed": {luck.randrange(2, 99)}'))
        for name in luck.sample(FILES, luck.randrange(1, 4)):
            shutil.copy(saved["other"] / name, there / name)
        if luck.random() < 0.3:
            sealed_again(there)

    return damage


DAMAGES: dict[str, Damage] = {
    "cut short": cut_short,
    "flipped bits": flipped_bits,
    "other columns": of_a_table(other_columns),
    "other types": of_a_table(other_types),
    "other rows": of_a_table(other_rows),
    "other names": other_names,
    "missing file": missing_file,
    "no JSON": no_json,
    "other shape": other_shape,
}


def said_of(there: Path, more: Saved) -> dict[str, Any] | None:
    """The comparison with another folder, or None where the first is refused in words."""
    text = refusal(there)
    if text is not None:
        assert text.startswith(str(there))
        assert text.endswith("; run it again") or "no folder of results" in text
        assert "\n" not in text
        assert len(text) < 1000
        return None
    one = folder.read(str(there))
    if (one.seed, one.terms[:4]) != (more.seed, more.terms[:4]):  # which compare says
        return None
    found = compare_saved({"one": one, "more": more}).told()
    assert report(found, 100)
    assert page(found)
    return found.to_dict()


def refusal(there: Path) -> str | None:
    """What is said of a folder that is not read."""
    try:
        folder.read(str(there))
    except UserError as error:
        return str(error)
    return None


def promises(found: dict[str, Any]) -> list[Any]:
    """What the plans promise, on which it hangs what is compared."""
    return [queue.get("goal") for plan in found["plans"] for queue in plan["queues"].values()]


@pytest.mark.parametrize("what", [*DAMAGES, "other seed"])
def test_damage_is_told_or_changes_nothing(saved: dict[str, Path], tmp_path: Path, what: str) -> None:
    damage = other_seed(saved) if what == "other seed" else DAMAGES[what]
    more = folder.read(str(saved["more"]))
    as_it_was = said_of(saved["one"], more)
    assert as_it_was is not None
    refused = 0
    for number in range(TIMES):
        there = tmp_path / str(number)
        shutil.copytree(saved["one"], there)
        damage(there, random.Random(f"{what} {number}"))
        found = said_of(there, more)
        refused += found is None
        if found is not None:
            same = found["differences"] == as_it_was["differences"]
            assert same or (what == "other shape" and promises(found) != promises(as_it_was)), number
        shutil.rmtree(there)
    assert refused > 0.5 * TIMES


@pytest.mark.parametrize(
    ("file", "change", "about"),
    [
        (
            "queues",
            lambda t: {k: v for k, v in t.items() if k != "answered"},
            "the column answered is missing",
        ),
        (
            "queues",
            lambda t: {**t, "answered": t["answered"] / 1},
            "the column answered holds no whole numbers",
        ),
        ("queues", lambda t: {**t, "again": t["answered"]}, "the column again is none of this table"),
        (
            "groups",
            lambda t: {k: v[:-1] for k, v in t.items()},
            f"it has {RUNS * 2 - 1} rows, not {RUNS * 2}",
        ),
        ("groups", lambda t: {**t, "group": t["group"][::-1]}, "the column group has other names"),
        ("runs", lambda t: {**t, "run": t["run"][::-1]}, "the column run does not count the runs"),
    ],
)
def test_mistakes_in_tables_are_named(
    saved: dict[str, Path], tmp_path: Path, file: str, change: Callable[[Any], Any], about: str
) -> None:
    there = tmp_path / "results"
    shutil.copytree(saved["one"], there)
    path = str(there / f"{file}.parquet")
    write_table(path, change(read_table(path)))
    sealed_again(there)
    with pytest.raises(UserError) as error:
        folder.read(str(there))
    assert str(error.value).startswith(f"{path}: {about}")
    assert str(error.value).endswith("; run it again")


def test_a_table_of_other_luck_is_told_by_its_figures(saved: dict[str, Path], tmp_path: Path) -> None:
    there = tmp_path / "results"
    shutil.copytree(saved["one"], there)
    shutil.copy(saved["other"] / "groups.parquet", there)
    with pytest.raises(UserError, match=r"groups.parquet: it has changed since it was written"):
        folder.read(str(there))
    sealed_again(there)
    with pytest.raises(
        UserError, match=r"result.json: groups\.g\.occupancy\.mean is not what the tables say"
    ):
        folder.read(str(there))


def test_a_folder_of_an_older_callsim_is_to_be_written_again(saved: dict[str, Path], tmp_path: Path) -> None:
    there = tmp_path / "results"
    shutil.copytree(saved["one"], there)
    found = json.loads((there / RESULT).read_text())
    del found["checksums"]
    (there / RESULT).write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    with pytest.raises(UserError, match=r"result.json: an older callsim wrote it, without checksums; run it"):
        folder.read(str(there))


@pytest.mark.skipif(sys.platform == "win32", reason="pipes with names are of POSIX")
@pytest.mark.parametrize("name", FILES)
def test_no_pipe_or_device_is_opened(saved: dict[str, Path], tmp_path: Path, name: str) -> None:
    there = tmp_path / "results"
    shutil.copytree(saved["one"], there)
    for put in (
        os.mkfifo,
        os.mkdir,
        lambda path: os.symlink("/dev/zero", path),
        lambda path: os.symlink(path, path),
    ):
        (there / name).unlink() if not (there / name).is_dir() else (there / name).rmdir()
        put(there / name)
        with pytest.raises(UserError, match=f"{name}: .*; run it again"):
            folder.read(str(there))


def test_a_huge_file_is_not_read(saved: dict[str, Path], tmp_path: Path) -> None:
    for name in FILES:
        there = tmp_path / name
        shutil.copytree(saved["one"], there)
        with open(there / name, "r+b") as file:
            file.truncate(1 << 40)  # a hole: takes no room on the disk
        with pytest.raises(UserError, match=f"{name}: .*; run it again"):
            folder.read(str(there))


@pytest.mark.parametrize("name", ["a[1]", "a*", "?", "{a,b}", "~", 'it\'s a "b"', "遵义", "year=2026"])
def test_a_folder_is_read_by_its_very_name(
    saved: dict[str, Path],
    tmp_path: Path,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(saved["one"], "a1")
    shutil.copytree(saved["more"], name)
    assert cli.main(["compare", "a1", name, "--format", "json"]) == 0
    named = json.loads(capsys.readouterr().out)
    assert cli.main(["compare", str(saved["one"]), str(saved["more"]), "--format", "json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    (by_name,), (as_saved,) = named["differences"].values(), plain["differences"].values()
    assert by_name["total"] == as_saved["total"]


def test_a_page_is_drawn_of_what_was_read(
    saved: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["compare", str(saved["one"]), str(saved["more"]), "--out", str(tmp_path / "page.html")]
    assert cli.main(words) == 0, capsys.readouterr()


def test_mistakes_are_told_by_the_command(
    saved: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(saved["one"], tmp_path / "one")
    (tmp_path / "one" / "queues.parquet").unlink()
    assert cli.main(["compare", str(tmp_path / "one"), str(saved["more"])]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"Error: {tmp_path / 'one' / 'queues.parquet'}: it is missing; run it again\n")
