"""The page of commands: each as `--help` tells it, with a picture of what an example prints, and of pages.

`bench` and `doctor` have none, for what they print is of one machine; nor has `what-if`, which is a page.
"""

from __future__ import annotations

import contextlib
import io
import os
import shlex
from pathlib import Path

import click
import screens
import tutorials

from callsim.cli import COMMANDS, commands, main

PICTURES = {  # command → pictures in docs/pictures, and what they show
    "run": [("top", "The page of a run: verdict and goals"), ("heat", "Where and when promises are kept")],
    "plan": [("buildout", "The page of a build-out, from 6,000 to 200,000 seats")],
}
SHOWN = {  # command → one that is run when the site is built, and shown with what it prints
    "run": "run scenarios/one-queue.yaml --runs 10",
    "compare": "compare scenarios/overflow.yaml --vary groups.flyers.staff=4,5,6 --runs 5",
    "staff": "staff scenarios/one-queue.yaml --quick",
    "plan": "plan scenarios/hiring.yaml --runs 2",
    "stress": "stress scenarios/one-queue.yaml --runs 2",
    "history": "history calls.csv",
    "fit": "fit calls.csv",
    "forecast": "forecast calls.csv --from 2026-03-02 --horizon '1 week'",
    "validate": "validate desk.yaml --against calls.csv --day 2026-02-23",
    "check": "check scenarios/first-week/centre.yaml",
    "explain": "explain queues.patience",
    "new": "new mine.yaml",
    "schema": "schema --result erlang",
    "erlang": "erlang --goal 80% --calls-per-hour 200 --aht 3m --patience 5m --within 20s",
}
CHINESE = {"run": "run scenarios/one-queue.yaml --runs 10 --language zh"}
HEAD = """\
# Commands

Each as `callsim COMMAND --help` tells it, with examples. Pictures are what this version prints on a terminal
of 80 columns, made when this page is built; `--language zh` says it in Chinese. Exit codes: 0 done, 2 a
mistake of yours, 3 with `--strict` a goal that is not shown to hold, 1 anything else, 130 interrupted.

## Completion in a shell

The shell completes commands and options once it has been told so, in the file that it reads at its start:

| shell | file | line |
|---|---|---|
| bash (4.4 and later) | `~/.bashrc` | `eval "$(_CALLSIM_COMPLETE=bash_source callsim)"` |
| zsh | `~/.zshrc` | `eval "$(_CALLSIM_COMPLETE=zsh_source callsim)"` |
| fish | `~/.config/fish/completions/callsim.fish` | `_CALLSIM_COMPLETE=fish_source callsim \\| source` |
"""


def page(source: str, folder: Path) -> str:
    """The page; `folder` has the scenarios, and gets a log of calls. `source` says when to make it anew."""
    before = os.getcwd(), os.environ.get("COLUMNS")
    os.chdir(folder)
    os.environ["COLUMNS"] = "80"
    try:
        make_inputs()
        return _page()
    finally:
        os.chdir(before[0])
        os.environ.pop("COLUMNS")
        if before[1] is not None:
            os.environ["COLUMNS"] = before[1]


def make_inputs() -> None:
    """Puts a log of calls into this folder, and the scenario that is fitted to it."""
    exec(_first_code("history"), {})
    _printed("fit calls.csv --out desk.yaml")


def _first_code(tutorial: str) -> str:
    """The first cell of code of a tutorial."""
    found = tutorials.cells((tutorials.SOURCES / f"{tutorial}.py").read_text("utf-8"))
    return next(body for is_text, body in found if not is_text)


def _printed(words: str) -> str:
    """What a command prints. Raises RuntimeError where it fails."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        code = main(shlex.split(words))
    if code:
        raise RuntimeError(f"callsim {words}: {err.getvalue()}")
    return (out.getvalue() or err.getvalue()).strip("\n")  # what only writes a file says so on the other


def _page() -> str:
    parts = [HEAD]
    with click.Context(commands, info_name="callsim", max_content_width=80, terminal_width=80) as above:
        for name in COMMANDS:
            command = commands.get_command(above, name)
            assert command is not None
            with click.Context(command, info_name=name, parent=above, terminal_width=80) as inside:
                told = "\n".join(line.rstrip() for line in command.get_help(inside).splitlines())
            parts.append(f"## callsim {name}\n\n```text\n{told}\n```\n")
            if name in SHOWN:
                parts.append(screens.svg(f"callsim {SHOWN[name]}", _printed(SHOWN[name])))
            if name in CHINESE:
                parts.append(screens.svg(f"callsim {CHINESE[name]}", _printed(CHINESE[name])))
            for picture, says in PICTURES.get(name, ()):
                parts.append(f"![{says}](pictures/{picture}.png)\n")
    return "\n".join(parts)
