"""The option --language, which every command has, and the help of options in the language in force."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Sequence
from importlib import import_module

import click

from callsim.cli.option import EXAMPLES
from callsim.sentences import ENGLISH, LANGUAGE, every_text, languages, of_commands, say
from callsim.spoken import language

NAME = "--language"
VARIABLE = "CALLSIM_LANGUAGE"
HELP = "Show this message and exit."  # as click says it
CLICK = ("core", "decorators", "exceptions", "formatting", "parser", "types")  # files that say something
_ENGLISH: dict[click.Option | click.Command, str] = {}  # help as it was written

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
    """Puts the help of commands and options into the language in force; click asks for texts, once."""
    ours = of_commands(LANGUAGE.get(), "commands")
    with click.Context(commands, **commands.context_settings) as above:
        for name, command in [("callsim", commands), *commands.commands.items()]:
            command.help = ours.get(name, _ENGLISH.setdefault(command, command.help or ""))
            inside = above if command is commands else click.Context(command, parent=above)
            for one in command.get_params(inside):  # also --help, which click adds
                if isinstance(one, click.Option) and one.help is not None:
                    # Click makes this one when it is asked for, in the language that is then in force.
                    english = HELP if "--help" in one.opts else _ENGLISH.setdefault(one, one.help)
                    one.help = english if LANGUAGE.get() == ENGLISH else _translated(english)
            if command.epilog is not None:
                command.epilog = "\n".join(map(_headed, command.epilog.split("\n")))
    commands.epilog = say("help.start")


def _headed(line: str) -> str:
    """Returns a line of examples, their head in the language in force, whatever it was before."""
    heads = {EXAMPLES, *(of_commands(one, "click").get(EXAMPLES) for one in languages())}
    return _in_force(EXAMPLES) if line in heads else line


def _in_force(english: str) -> str:
    """Returns a text of click's in the language in force; the English one where there is none."""
    return of_commands(LANGUAGE.get(), "click").get(english, english)


def _in_force_of(one: str, more: str, number: int) -> str:
    return _in_force(one if number == 1 else more)


def _teach_click() -> None:
    """Has click say its own texts in the language in force.

    It takes them from gettext, which would need files in a format of its own and a language of the whole
    system. Where a version of click is made otherwise, its texts stay English.
    """
    for name in CLICK:
        module = import_module(f"click.{name}")
        for theirs, says in (("_", _in_force), ("ngettext", _in_force_of)):
            if hasattr(module, theirs):
                setattr(module, theirs, says)


_teach_click()


def _translated(english: str) -> str:
    """Returns the text whose English one this is, with the same values; or itself, where click made it."""
    theirs = every_text(LANGUAGE.get())
    for key, text in every_text(ENGLISH).items():
        if key.startswith("help.") and isinstance(text, str):
            pattern = re.escape(inspect.cleandoc(text)).replace(r"\{\{", "{").replace(r"\}\}", "}")
            found = re.fullmatch(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*)", pattern), english)
            if found is not None:
                return str(theirs[key]).format(**found.groupdict())
    return _in_force(english)
