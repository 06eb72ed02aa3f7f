"""docs/scenario.md and `callsim explain` tell every key; examples and layouts are read as they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

import callsim
from callsim.cli import commands, main
from callsim.errors import UserError
from callsim.report.reference import page
from callsim.scenario.layouts import layouts
from callsim.scenario.manual import keys_at
from callsim.scenario.reference import EXAMPLES, Key, explained, is_of_distribution, keys

PAGE = Path(__file__).parents[2] / "docs/scenario.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: callsim explain --out docs/scenario.md"


def files(folder: Path) -> None:
    rows = [f"{k // 2:02d}:{k % 2 * 30:02d},10" for k in range(48)]
    (folder / "history.csv").write_text("\n".join(["interval_start,offered", *rows]))
    (folder / "calls.csv").write_text("arrival\n2026-03-02T09:00:00\n")
    (folder / "people.csv").write_text("name,shift,sales,support\nLi,early,1,2\n")
    (folder / "talk.csv").write_text("seconds\n184\n95.5\n")
    (folder / "my_ops.py").write_text("def evening(floor):\n    yield 3600\n")


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_scenarios(tmp_path: Path, name: str) -> None:
    files(tmp_path)
    path = tmp_path / name
    path.write_text(EXAMPLES[name], "utf-8")
    callsim.load(path)


def test_every_key_has_an_example() -> None:
    assert [
        key.name for key in keys() if not key.example and not key.below and "mapping" not in key.value
    ] == []


def test_every_key_of_the_schema_is_told_once() -> None:
    names = [key.name for key in keys()]
    assert len(names) == len(set(names))
    assert {key.path[0] for key in keys()} == keys_at(())
    assert {"queues.*.goal.answer", "groups.*.prefers", "buildout.people.schools.*.lead"} <= set(names)
    assert all(key.meaning for key in keys())


def test_meaning_value_default_and_example_are_told() -> None:
    (key,) = explained("calendar.interval")
    assert key == Key(
        ("calendar", "interval"),
        "The grid of reports, goals and lists with one value per interval; divides a day.",
        "a duration (20 s, 4 min, 1h30m)",
        "30 min",
        False,
        "interval: 30 min",
        (),
    )


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("queues.patience", ["queues.*.patience"]),
        ("queues.telecom.patience", ["queues.*.patience"]),
        ("queues.*.patience", ["queues.*.patience"]),
        (
            "patience",
            [
                "scale.patience",
                "queues.*.scale.patience",
                "queues.*.patience",
                "queues.*.announcement.steps.*.patience",
                "queues.*.uncertain.patience",
                "campaigns.*.patience",
            ],
        ),
        ("incidents.0.site", ["incidents.*.site"]),
        ("groups.desk.answers.telecom.rank", ["groups.*.answers.*.rank"]),
        ("queues.talk.lognormal.cv", ["queues.*.talk.lognormal.cv"]),
        ("probability", ["queues.*.redial.probability", "campaigns.*.redial.probability"]),
        ("training", ["buildout.lines.*.training", "buildout.money.training"]),
    ],
)
def test_a_key_is_found_with_or_without_names(asked: str, names: list[str]) -> None:
    assert [key.name for key in explained(asked)] == names


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            "queues.patince",
            "there is no key queues.patince; did you mean queues.patience or queues.scale.patience?",
        ),
        ("shrinkge", "did you mean groups.shrinkage or buildout.people.shrinkage?"),
        ("", "it begins with one of extends, name, calendar"),
        ("weather", "it begins with one of"),
    ],
)
def test_unknown_keys_suggest_near_ones(asked: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError, match=re.escape(said)):
        explained(asked)
    assert main(["explain", asked]) == 2
    assert said in capsys.readouterr().err


def test_explain_prints_what_the_page_says(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["explain", "queues.balk"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines() == [
        "queues.NAME.balk: The share that hangs up at once when it cannot be answered at",
        "  once.",
        "  value    a share (85% or 0.85)",
        "  default  0",
        "  example  balk: 5%",
    ]


def test_explain_tells_what_stands_below_names_and_begins_with_an_index(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "110")
    assert main(["explain", "shifts"]) == 0
    assert "  of each  from, to, hours," in capsys.readouterr().out
    assert main(["explain"]) == 0
    first, *others = capsys.readouterr().out.splitlines()
    assert first.startswith("extends")
    assert len(others) < 24, "a screen of a terminal"
    assert any(line.startswith("queues") for line in others)


@pytest.mark.parametrize(("key", "example"), [(layout.key, layout.example) for layout in layouts()])
def test_layouts_are_read_as_they_stand(
    key: str, example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    head, *rows = example.splitlines()
    if key not in ("agents", "queues.*.talk.empirical.file", "queues.*.arrivals.replay"):
        rows = [  # the whole day
            ",".join(
                [rows[0].split(",")[0][:-5] + f"{k // 2:02d}:{k % 2 * 30:02d}", *rows[k % 2].split(",")[1:]]
            )
            if "," in head
            else rows[k % len(rows)]
            for k in range(48)
        ]
    (tmp_path / "t.csv").write_text("\n".join([head, *rows]))
    text = """
calendar: {start: 2026-03-02}
queues: {q: {arrivals: {per_day: 10}, talk: 3 min}}
groups: {g: {answers: {q: {}}, staff: 1}}
"""
    path = tmp_path / "s.yaml"
    if key == "agents":  # which stands in a file alone
        queues = ", ".join(
            f"{one}: {{arrivals: {{per_hour: 9}}, talk: 3 min}}" for one in ("sales", "support")
        )
        path.write_text(f"""
queues: {{{queues}}}
sites: {{xinpu: {{}}}}
shifts: {{early: {{from: 07:00, to: 16:00}}}}
agents: t.csv
""")
        assert sum(sum((one.shifts or {}).values()) for one in callsim.load(path).groups.values()) == len(
            rows
        )
        return
    path.write_text(text)
    value = {"empirical": {"file": "t.csv"}} if "empirical" in key else "t.csv"
    place = key.replace("*", "q" if key.startswith("queues") else "g").removesuffix(".empirical.file")
    callsim.load(path, {place: value})


@pytest.mark.parametrize("name", list(commands.commands))
def test_examples_of_every_help_are_commands(name: str) -> None:
    command = commands.commands[name]
    lines = [line.split("#")[0].strip() for line in (command.epilog or "").splitlines() if "callsim" in line]
    assert lines
    for line in lines:
        program, typed, *words = shlex.split(line)
        assert (program, typed) == ("callsim", name)
        command.make_context(name, words)  # raises where an option or a value does not exist
    context = click.Context(command, info_name=name)
    assert "Examples:" in command.get_help(context)


def test_distributions_are_told_once_on_the_page() -> None:
    told = page()
    assert told.count("| `lognormal.sigma` |") == 1
    assert sum(is_of_distribution(key) for key in keys()) > 100
