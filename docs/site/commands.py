"""The page of commands: each as `--help` tells it, with a picture of what it makes where there is one."""

from __future__ import annotations

import click

from callsim.cli import COMMANDS, commands

PICTURES = {  # command → pictures in docs/pictures, and what they show
    "run": [("top", "The page of a run: verdict and goals"), ("heat", "Where and when promises are kept")],
    "plan": [("buildout", "The page of a build-out, from 6,000 to 200,000 seats")],
}
HEAD = """\
# Commands

Each as `callsim COMMAND --help` tells it, with examples. Exit codes: 0 done, 2 a mistake of yours, 3 with
`--strict` a goal that is not shown to hold, 1 anything else, 130 interrupted.

## Completion in a shell

The shell completes commands and options once it has been told so, in the file that it reads at its start:

| shell | file | line |
|---|---|---|
| bash (4.4 and later) | `~/.bashrc` | `eval "$(_CALLSIM_COMPLETE=bash_source callsim)"` |
| zsh | `~/.zshrc` | `eval "$(_CALLSIM_COMPLETE=zsh_source callsim)"` |
| fish | `~/.config/fish/completions/callsim.fish` | `_CALLSIM_COMPLETE=fish_source callsim \\| source` |
"""


def page() -> str:
    """The page."""
    parts = [HEAD]
    with click.Context(commands, info_name="callsim", max_content_width=80, terminal_width=80) as above:
        for name in COMMANDS:
            command = commands.get_command(above, name)
            assert command is not None
            with click.Context(command, info_name=name, parent=above, terminal_width=80) as inside:
                told = "\n".join(line.rstrip() for line in command.get_help(inside).splitlines())
            parts.append(f"## callsim {name}\n\n```text\n{told}\n```\n")
            for picture, says in PICTURES.get(name, ()):
                parts.append(f"![{says}](pictures/{picture}.png)\n")
    return "\n".join(parts)
