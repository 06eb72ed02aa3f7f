"""The option --language, which every command has, and the help of options in the language in force."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Sequence

import click

from callsim.sentences import ENGLISH, LANGUAGE, every_text, languages, say
from callsim.spoken import language

NAME = "--language"
VARIABLE = "CALLSIM_LANGUAGE"
_ENGLISH: dict[click.Option, str] = {}  # help as it was written

option = click.option(
    NAME,
    type=click.Choice(languages()),
    expose_value=False,
    metavar="|".join(languages()),
    help=say("help.language"),
)


def with_language(command: click.Command) -> click.Command:
    """Returns the command with the option --language, which `choose` has read when a command begins."""
    return option(command)


def choose(arguments: Sequence[str]) -> None:
    """Sets the language that a command line names, or the environment, before anything is said.

    Raises UserError where the environment names one that there is not; click tells of the option.
    """
    language(os.environ.get(VARIABLE) or ENGLISH)
    for place, word in enumerate(arguments):
        if word == "--":
            return
        named = word.removeprefix(f"{NAME}=") if word.startswith(f"{NAME}=") else None
        if word == NAME and place + 1 < len(arguments):
            named = arguments[place + 1]
        if named in languages():
            language(named)


def translate(commands: click.Group) -> None:
    """Puts the help of all options into the language in force; click asks for it as a text, once."""
    for command in (commands, *commands.commands.values()):
        for one in command.params:
            if isinstance(one, click.Option) and one.help is not None:
                english = _ENGLISH.setdefault(one, one.help)
                one.help = english if LANGUAGE.get() == ENGLISH else _translated(english)
    commands.epilog = say("help.start")


def _translated(english: str) -> str:
    """Returns the text whose English one this is, with the same values; or itself, where click made it."""
    theirs = every_text(LANGUAGE.get())
    for key, text in every_text(ENGLISH).items():
        if key.startswith("help.") and isinstance(text, str):
            pattern = re.escape(inspect.cleandoc(text)).replace(r"\{\{", "{").replace(r"\}\}", "}")
            found = re.fullmatch(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*)", pattern), english)
            if found is not None:
                return str(theirs[key]).format(**found.groupdict())
    return english
