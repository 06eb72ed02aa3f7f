"""What every result can do in Python: be shown by a notebook, be printed, become a table or a page.

Reports stand above results, and nobody imports upwards: `callsim/__init__.py`, which stands above all, tells
where they are.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from callsim.sentences import say

if TYPE_CHECKING:
    import pandas

_MOMENT = re.compile(r"\d{4}-\d\d(-\d\d(T\d\d:\d\d(:\d\d)?)?)?")
_CLOCK = re.compile(r"\d\d:\d\d")


class Shown(ABC):
    """A result: a notebook shows its verdict and tables, `print` its report, `to_frame` its rows."""

    reports: ClassVar[str] = ""  # the module that draws results, which `callsim` names

    @abstractmethod
    def for_reports(self) -> Any:
        """Returns the result as reports and files take it: one of the kinds that have a schema."""

    @abstractmethod
    def in_short(self) -> Mapping[str, object]:
        """Returns what its `repr` says."""

    def to_frame(self) -> pandas.DataFrame:
        """Returns the rows of its CSV as a pandas table; a figure has a column each for mean, low and high.

        Moments are datetime64 in the centre's local time, months their first day, times of day
        timedelta64.
        Raises ImportError where pandas, which the extra `notebook` brings, is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise ImportError(say("python.no_pandas")) from None
        frame: pandas.DataFrame = pandas.json_normalize(self._drawn().rows(self.for_reports()), sep=".")
        for name in frame:
            texts = [text for text in frame[name] if text is not None]
            if texts and all(isinstance(text, str) and _MOMENT.fullmatch(text) for text in texts):
                frame[name] = pandas.to_datetime(frame[name], format="ISO8601")
            elif texts and all(isinstance(text, str) and _CLOCK.fullmatch(text) for text in texts):
                frame[name] = pandas.to_timedelta(frame[name] + ":00")
        return frame

    def to_html(self) -> str:
        """Returns its page: one HTML file with charts, which opens without a network and prints."""
        page: str = self._drawn().page(self.for_reports())
        return page

    def _repr_html_(self) -> str:
        """Returns the verdict and the tables of its page, for notebooks; it holds no script."""
        shown: str = self._drawn().fragment(self.for_reports())
        return shown

    def __str__(self) -> str:
        text: str = self._drawn().text(self.for_reports())
        return text

    def __repr__(self) -> str:
        short = ", ".join(f"{key}={value!r}" for key, value in self.in_short().items())
        return f"{type(self).__name__}({short})"

    def _drawn(self) -> Any:
        return import_module(self.reports)
