"""The table of docs/contact-centre.md: which command knows which word, cell by cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from callsim import cli

PAGE = Path(__file__).parents[2] / "docs/contact-centre.md"
WORDS = {
    "follow_ups": "follow_ups: [{outcome: answered, share: 20%, to: desk, after: 10 min}]",
    "redial": "redial: {probability: 50%, after: 5 min}",
}
CENTRE = """\
queues:
  desk:
    arrivals: {per_hour: 4}
    open: 09:00-11:00
    talk: 3 min
    patience: 2 min
    goal: {answer: 50%%, within: 60 s}
    %s
groups: {all: {staff: 3, answers: {desk: {}}}}
"""
COMMANDS = {
    "run": ("run", "--runs", "2"),
    "compare": ("compare", "--vary", "groups.all.staff=2,3", "--runs", "2"),
    "check": ("check",),
    "staff": ("staff", "--runs", "2"),
    "stress": ("stress", "--runs", "2"),
    "plan": ("plan", "--set"),
}
PLAN = PAGE.parents[1] / "scenarios/hiring.yaml"


def cells() -> dict[tuple[str, str], str]:
    """What the page says: by command and word."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|")]
    rows = [[part.strip().strip("`") for part in line.strip("|").split("|")] for line in lines]
    first = next(k for k, row in enumerate(rows) if "redial" in row)
    return {
        (row[0], word): cell
        for row in rows[first + 2 :]
        for word, cell in zip(rows[first][1:], row[1:], strict=True)
    }


def test_the_page_has_every_cell() -> None:
    assert {command for command, _ in cells()} == {*COMMANDS}


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_does_what_the_page_says(
    command: str, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "centre.yaml"
    file.write_text(CENTRE % WORDS[word], "utf-8")
    name, *options = COMMANDS[command]
    if command == "plan":  # the plan of a small desk, whose queue gets the word
        key, _, value = WORDS[word].partition(": ")
        file, options = PLAN, [*options, f"queues.service.{key}={value.replace('to: desk', 'to: service')}"]
    code, (_, err) = cli.main([name, str(file), *options]), capsys.readouterr()
    says = cells()[command, word]
    assert code == (2 if says == "refuses" else 0), err
