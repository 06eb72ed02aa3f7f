"""The command `callsim`, also `python -m callsim`."""

from __future__ import annotations

import sys

from callsim import interrupt


def main() -> None:
    """Run the command line and leave with its exit code."""
    interrupt.watch()
    try:
        from callsim import cli

        code = cli.main()
        interrupt.ignore()
    except KeyboardInterrupt:  # between the commands, where nobody else could catch it
        sys.stderr.write("\ninterrupted\n")
        code = interrupt.EXIT_CODE
    if code == interrupt.EXIT_CODE:
        interrupt.leave()
    sys.exit(code)


if __name__ == "__main__":
    main()
