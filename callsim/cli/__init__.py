"""The commands, one file each: what can be typed, and which exit code each ending gets."""

from __future__ import annotations

import errno
import io
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from callsim import interrupt
from callsim.cli import spoken
from callsim.cli.codes import MISTAKE, WRONG
from callsim.errors import CallsimError, Interrupted, ScenarioError, UserError
from callsim.report.kit.terminal import tell
from callsim.sentences import LANGUAGE, say
from callsim.version import __version__

COMMANDS = {  # name → its file, in the order in which a planner meets them
    "run": "run",
    "compare": "compare",
    "staff": "staff",
    "plan": "plan",
    "stress": "stress",
    "what-if": "what_if",
    "history": "understand",
    "fit": "fit",
    "forecast": "forecast",
    "validate": "validate",
    "check": "files",
    "explain": "explain",
    "new": "files",
    "schema": "files",
    "erlang": "erlang",
    "bench": "machine",
    "doctor": "machine",
}
NO_ROOM = (errno.EPIPE, errno.ENOSPC, errno.EBADF, errno.EIO)  # of a stream that takes no more


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    before = LANGUAGE.get()
    try:
        spoken.choose(sys.argv[1:] if arguments is None else arguments)
        return _main(arguments)
    except UserError as error:
        tell(say("cli.error", text=error))
        return MISTAKE
    finally:
        LANGUAGE.set(before)


def _main(arguments: Sequence[str] | None) -> int:
    try:
        spoken.translate(commands)
        return int(commands.main(args=arguments, prog_name="callsim", standalone_mode=False) or 0)
    except (click.Abort, KeyboardInterrupt, Interrupted):
        tell(say("cli.interrupted"))
        return interrupt.exit_code()
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        tell(shown.getvalue().rstrip("\n"))
        return error.exit_code
    except ScenarioError as error:
        tell(str(error))
        return MISTAKE
    except CallsimError as error:
        tell(say("cli.error", text=error))
        return MISTAKE if isinstance(error, UserError) else WRONG
    except Exception as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            tell(say("cli.cannot_write", why=(error.strerror or str(error)).lower()))
            return WRONG
        if getattr(error, "__notes__", ()):  # a supervisor's has one, see model.supervisors.stories
            from callsim.model.supervisors.guard import failure

            tell(say("cli.python_error", error=failure(error)))
        else:
            import traceback

            tell(traceback.format_exc())
            tell(say("cli.our_mistake"))
        return WRONG


class _InOrder(click.Group):
    """Commands are listed in the order in which a planner meets them."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self.commands)


@click.group(
    cls=_InOrder,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=say("help.start"),
)
@spoken.option
@click.version_option(__version__, message="callsim %(version)s")
def commands() -> None:
    """Simulate a call centre call by call: who waits, who gives up, and whether the goals are met."""


for _name, _file in COMMANDS.items():
    commands.add_command(
        spoken.with_language(getattr(import_module(f"callsim.cli.{_file}"), _name.replace("-", "_")))
    )
