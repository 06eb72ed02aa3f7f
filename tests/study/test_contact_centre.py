"""The table of docs/contact-centre.md: which command knows which word, cell by cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from callsim import cli

PAGE = Path(__file__).parents[2] / "docs/contact-centre.md"
CENTRE = """\
calendar: {start: 2024-01-08, interval: 1 h}
sites: {hall: {seats: 9}}
queues:
  desk:
    arrivals: {per_hour: 20}
    open: 09:00-11:00
    talk: 5 min
    patience: 2 min
    goal: {answer: 80%, within: 30 s}
    # here
  mail:
    arrivals: {per_hour: 6}
    open: 09:00-11:00
    talk: 4 min
    priority: 2
    goal: {answer: 50%, within: 10 min}
groups: {all: {site: hall, staff: 4, answers: {desk: {}, mail: {}}}}
"""
SHIFTS = ("staff: 4,", "shifts: {day: 4},"), ("groups:", "shifts: {day: {from: 09:00, to: 12:00}}\ngroups:")
BUILDOUT = """\
buildout:
  until: 2024-04
  phases: [{name: now, on: 2024-01-08, seats: {hall: 9}}, {name: then, on: 2024-02-05, seats: {hall: 11}}]
"""
WORDS = {  # what is written instead of what
    "follow_ups": ("# here", "follow_ups: [{outcome: answered, share: 40%, to: desk, after: 10 min}]"),
    "menus": (
        "queues:",
        "menus: {hotline: {arrivals: {per_hour: 30}, contained: 50%, to: {desk: 1}}}\nqueues:",
    ),
    "conditions": ("mail: {}", "mail: {reserve: 2}"),
    "redial": ("# here", "redial: {probability: 90%, after: 5 min}"),
    "announcement": (
        "# here",
        "announcement: {steps: [{from: 0 s, hang_up: 30%, callback: 40%}]}\n    callback: {place: kept}",
    ),
    "concurrency": ("mail: {}}", "mail: {concurrency: 3}}, concurrent_pace: [1, 1.25, 1.5]"),
    "interruptible": ("mail: {}", "mail: {interruptible: yes}"),
    "campaigns": (
        "mail: {}}}}",
        "mail: {}, sales: {reserve: 1}}}}\ncampaigns: {sales: {contacts: 90, open: 09:00-11:00, "
        "ring: 9 s, reached: 50%, talk: 3 min}}",
    ),
}
COMMANDS = {
    "run": ("run", "--runs", "2"),
    "run --why": ("run", "--why", "--runs", "20"),
    "compare": ("compare", "--vary", "groups.all.staff=2,3", "--runs", "2"),
    "check": ("check",),
    "staff": ("staff", "--runs", "2"),
    "staff --shifts": ("staff", "--shifts", "--runs", "2"),
    "staff --quick": ("staff", "--quick"),
    "stress": ("stress", "--runs", "1"),
    "plan": ("plan", "--runs", "1"),
    "stress of a build-out": ("stress", "--runs", "1"),
}
UNKNOWN = {
    "conditions": "conditions of groups",
    "redial": "does not know redials",
    "announcement": "waits that are told and callbacks",
    "interruptible": "what is interrupted",
    "campaigns": "campaigns beside the calls",
}


def cells() -> dict[tuple[str, str], str]:
    """What the page says: by command and word."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|")]
    rows = [[part.strip().replace("`", "") for part in line.strip("|").split("|")] for line in lines]
    first = next(k for k, row in enumerate(rows) if {"redial", "menus"} <= {*row})
    return {
        (row[0], word): cell
        for row in rows[first + 2 :]
        for word, cell in zip(rows[first][1:], row[1:], strict=True)
    }


def test_the_page_has_every_cell() -> None:
    assert {*cells()} == {(command, word) for command in COMMANDS for word in WORDS}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_does_what_the_page_says(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a command knows changes what it says; what it does not know is told, or refused."""
    name, *options = COMMANDS[command]

    def told(word: str | None, refused: bool = False) -> str:
        text = CENTRE + BUILDOUT * (command in ("plan", "stress of a build-out"))
        for before, after in SHIFTS if command == "staff --shifts" else ():
            text = text.replace(before, after)
        if word is not None:
            text = text.replace(*WORDS[word])
        file = tmp_path / "centre.yaml"
        file.write_text(text, "utf-8")
        code, (out, err) = cli.main([name, str(file), *options]), capsys.readouterr()
        assert code == (2 if refused else 0), err
        return str(err if refused else out)

    without = told(None)
    for word in WORDS:
        says = cells()[command, word]
        if says == "refused":
            assert word in told(word, refused=True)
            continue
        found = told(word)
        assert (found != without) == (says.split(",")[0] != "no"), (word, found)
        assert "says so" not in says or UNKNOWN[word] in " ".join(found.split())
        if "what clients do next" in says:
            assert "what clients do next" in found
