"""The language in which callsim answers."""

from __future__ import annotations

from callsim.errors import UserError
from callsim.sentences import LANGUAGE


def language(name: str) -> None:
    """Sets the language of reports, pages, notes and mistakes from now on, in all threads of this process.

    `name`: "en" or "zh". Returns nothing.

    Keys of JSON, of CSV and of scenario files stay English.

    Raises UserError for a language that there is not.
    """
    try:
        LANGUAGE.set(name)
    except ValueError as error:
        raise UserError(str(error)) from None
