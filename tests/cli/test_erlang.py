"""`callsim erlang`: the models by their options, forwards and inverse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Typed = Callable[..., tuple[int, str, str]]
LOAD = ("erlang", "--calls-per-hour", "200", "--aht", "3m")


def found(typed: Typed, *words: str) -> dict[str, object]:
    code, out, _ = typed(*LOAD, *words, "--format", "json")
    assert code == 0
    result: dict[str, object] = json.loads(out)
    return result


def test_a(typed: Typed) -> None:
    result = found(typed, "--agents", "14", "--patience", "5m", "--within", "20s")
    assert result["model"] == "M/M/n+M"
    assert result["service_level"]["offered"] == pytest.approx(0.91679, abs=5e-6)  # type: ignore[index]


def test_c_without_patience(typed: Typed) -> None:
    assert found(typed, "--agents", "14")["model"] == "M/M/n"


def test_b_with_lines_and_a_waiting_room_with_both(typed: Typed) -> None:
    lost, waiting = found(typed, "--lines", "18"), found(typed, "--lines", "18", "--agents", "14")
    assert lost["p_wait"] == 0
    assert waiting["p_wait"] > 0  # type: ignore[operator]
    # Calls that wait hold their lines longer.
    assert waiting["p_block"] > lost["p_block"]  # type: ignore[operator]


def test_inverse(typed: Typed) -> None:
    assert found(typed, "--goal", "80%")["agents"] == 14
    assert found(typed, "--goal", "0.8")["agents"] == 14
    few = found(typed, "--abandon-at-most", "5%", "--patience", "5m")
    assert few["p_abandon"] <= 0.05  # type: ignore[operator]
    assert found(typed, "--blocked-at-most", "1%")["lines"] == 18


def test_text_and_csv(typed: Typed) -> None:
    _, out, _ = typed(*LOAD, "--agents", "14", "--patience", "5m")
    assert "91.679 % answered within 20 s ÷ offered" in out
    assert max(map(len, out.splitlines())) <= 80
    _, out, _ = typed(*LOAD, "--agents", "14", "--format", "csv")
    assert len(out.splitlines()) == 2
    assert "service_level_offered" in out


def said(typed: Typed, *words: str) -> list[str]:
    code, out, _ = typed(*LOAD, *words)
    assert code == 0
    return [" ".join(line.split()) for line in out.splitlines()]


@pytest.mark.parametrize(
    ("words", "model"),
    [
        (("--agents", "14"), "model Erlang C (M/M/n)"),
        (("--agents", "14", "--patience", "5m"), "model Erlang A (M/M/n+M)"),
        (("--lines", "18"), "model Erlang B (M/M/n/n)"),
        (("--lines", "18", "--agents", "14"), "model Erlang C with limited lines (M/M/n/n+r)"),
        (
            ("--lines", "18", "--agents", "14", "--patience", "5m"),
            "model Erlang A with limited lines (M/M/n/n+r+M)",
        ),
    ],
)
def test_models_have_the_names_of_the_trade(typed: Typed, words: tuple[str, ...], model: str) -> None:
    lines = said(typed, *words)
    assert lines[0] == model
    assert any(line.startswith("agents") for line in lines) == ("--agents" in words)


def test_what_was_sought_comes_first(typed: Typed) -> None:
    lines = said(typed, "--goal", "80%")
    assert lines[:3] == ["fewest agents 14", "model Erlang C (M/M/n)", "lines no limit"]
    assert said(typed, "--blocked-at-most", "1%")[:2] == ["fewest lines 18", "model Erlang B (M/M/n/n)"]


def test_the_wait_of_those_who_gave_up(typed: Typed) -> None:
    wait = found(typed, "--agents", "14", "--patience", "5m")["wait_of_abandoned_s"]
    assert f"{wait:.2f} s of those who gave up" in said(typed, "--agents", "14", "--patience", "5m")
    assert not any("gave up" in line for line in said(typed, "--agents", "14"))


def test_a_load_that_cannot_be_carried_is_told_in_words(typed: Typed) -> None:
    code, out, _ = typed(*LOAD, "--agents", "9")
    assert code == 0
    assert out.startswith("note ")
    assert "nan" not in out


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--agents", "14", "--goal", "80%"),
        ("--lines", "14", "--goal", "80%"),
        ("--goal", "80%", "--blocked-at-most", "1%"),
        ("--agents", "-1"),
        ("--agents", "x"),
        ("--goal", "80"),
        ("--goal", "nan"),
        ("--agents", "14", "--patience", "5"),
        ("--agents", "14", "--within", "-3s"),
        ("--agents", "14", "--aht", "0s"),
        ("--agents", "14", "--calls-per-hour", "nan"),
        ("--abandon-at-most", "5%"),
    ],
)
def test_mistakes(typed: Typed, words: tuple[str, ...]) -> None:
    code, out, err = typed(*LOAD, *words)
    assert (code, out) == (2, "")
    assert "Traceback" not in err


def test_what_is_needed(typed: Typed) -> None:
    assert typed("erlang", "--agents", "14")[0] == 2


def test_shrinkage_tells_who_is_scheduled(typed: Typed) -> None:
    """14 on the phones are 70 % of 20."""
    result = found(typed, "--goal", "80%", "--shrinkage", "30%")
    assert (result["agents"], result["scheduled"], result["shrinkage"]) == (14, 20, 0.3)
    assert "scheduled 20 with 30% shrinkage" in said(typed, "--agents", "14", "--shrinkage", "30%")
    assert "scheduled" not in found(typed, "--goal", "80%")
    for words in (("--lines", "18"), ("--goal", "80%", "--shrinkage", "100%"), ("--blocked-at-most", "1%")):
        code, _, err = typed(*LOAD, *words, *(() if "100%" in words else ("--shrinkage", "30%")))
        assert code == 2
        assert "--shrinkage is of agents" in err


def test_a_table_is_each_of_its_intervals(typed: Typed, tmp_path: Path) -> None:
    file = tmp_path / "volumes.csv"
    file.write_text("interval_start,offered\n08:00,100\n08:30,50\n09:00,0\n")
    words = ("erlang", str(file), "--aht", "3m", "--goal", "80%", "--patience", "5m", "--shrinkage", "30%")
    _, out, _ = typed(*words, "--format", "json")
    told = json.loads(out)
    assert (told["kind"], told["interval_s"]) == ("erlang_intervals", 1800)
    first, second, none = told["intervals"]
    assert (first["start"], first["offered"]) == ("08:00", 100)
    assert first["formula"] == found(typed, "--goal", "80%", "--patience", "5m", "--shrinkage", "30%")
    assert second["formula"]["load_erlangs"] == pytest.approx(5)
    assert (none["formula"]["agents"], none["formula"]["scheduled"]) == (0, 0)
    _, out, _ = typed(*words)
    (head, _, *rows), total = (part.splitlines() for part in out.split("\n\n"))
    assert head.split()[:5] == ["start", "calls", "erlangs", "agents", "scheduled"]
    assert rows[0].split()[:5] == ["08:00", "100", "10.00", "13", "19"]
    assert total[0].startswith("150 calls of 3 min, ")
    _, out, _ = typed(*words, "--format", "csv")
    assert len(out.splitlines()) == 4


@pytest.mark.parametrize(
    ("table", "words", "said"),
    [
        ("interval_start,offered\n08:00,100\n", (), "do not tell how long an interval is: 1 here"),
        (
            "interval_start,offered\n08:00,100\n08:07,1\n",
            (),
            "the shortest way from one to the next is 7 min",
        ),
        (
            "interval_start,offered\n08:00,1.200\n08:30,5\n",
            (),
            "volumes.csv:2:7: 1.200 can be read in two ways",
        ),
        ("start,offered\n08:00,1\n", (), "do not tell how long an interval is"),
        (
            "interval_start,offered\n08:00,1\n",
            ("--calls-per-hour", "5"),
            "give the calls: --calls-per-hour, or",
        ),
    ],
)
def test_tables_that_cannot_be_read(
    typed: Typed, tmp_path: Path, table: str, words: tuple[str, ...], said: str
) -> None:
    file = tmp_path / "volumes.csv"
    file.write_text(table)
    code, out, err = typed("erlang", str(file), "--aht", "3m", "--goal", "80%", *words)
    assert (code, out) == (2, "")
    assert said in err


def test_calls_must_be_given(typed: Typed) -> None:
    code, _, err = typed("erlang", "--aht", "3m", "--goal", "80%")
    assert code == 2
    assert "give the calls" in err


def test_a_table_of_several_queues_tells_calls_and_handling_times(typed: Typed, tmp_path: Path) -> None:
    rows = "".join(f"10/15/2026,{8 + k}:00 AM,{name},60,{k + 3}:30\n" for k in (0, 1) for name in ("A", "B"))
    (tmp_path / "week.csv").write_text(
        "Date,Interval Start,Queue,Calls Offered,Avg Handle Time\n" + rows + "Total,,,240,\n"
    )
    file = str(tmp_path / "week.csv")
    code, _, err = typed("erlang", file, "--goal", "80%")
    assert code == 2
    assert "the column Queue has the queues A, B; write whose calls are meant, such as --queue A" in err
    code, _, err = typed("erlang", file, "--goal", "80%", "--queue", "A")
    assert code == 2
    assert "--aht 5m" in err
    assert "unit: m:ss" in err
    code, out, _ = typed("erlang", file, "--goal", "80%", "--queue", "A", "--table", "unit=m:ss")
    assert code == 0
    loads = [float(line.split()[2]) for line in out.splitlines() if line.startswith("2026-10-15T")]
    assert loads == [3.5, 4.5]  # 60 calls of 3:30 and of 4:30 in an hour
    assert "120 calls of 4 min" in out.split("\n\n")[-1]
    code, _, err = typed("erlang", file, "--goal", "80%", "--queue", "A", "--table", "unit")
    assert code == 2
    assert "write KEY=VALUE" in err


def test_bounds_of_waits_and_of_work(typed: Typed, tmp_path: Path) -> None:
    for more in ([], ["--patience", "5m"]):
        agents = found(typed, "--asa-at-most", "25s", *more)["agents"]
        assert isinstance(agents, int)
        waits = [found(typed, "--agents", str(n), *more)["asa_s"] for n in (agents, agents - 1)]
        assert waits[0] <= 25 < waits[1]  # type: ignore[operator]
    assert found(typed, "--occupancy-at-most", "80%")["agents"] == 13  # 10 ÷ 13 = 76.9 %; 12: 83.3 %
    assert found(typed, "--occupancy-at-most", "80%", "--asa-at-most", "1s")["agents"] == 17
    table = tmp_path / "volumes.csv"
    table.write_text("interval_start,offered\n" + "".join(f"{h:02d}:00,{100 * (h > 7)}\n" for h in range(24)))
    words = ("erlang", str(table), "--occupancy-at-most", "50%", "--aht", "3m", "--format", "json")
    rows = json.loads(typed(*words)[1])["intervals"]
    assert [row["formula"]["agents"] for row in rows] == [0] * 8 + [10] * 16  # 5 erlangs
