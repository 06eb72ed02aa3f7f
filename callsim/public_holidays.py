"""Days off and make-up working days of a country: the door to the library `holidays`.

Two libraries were compared (docs/why.md): this one knows the decrees of China, days that are worked instead
among them.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Sequence
from functools import lru_cache

from callsim.errors import UserError
from callsim.sentences import say
from callsim.units import shown

_DECREES = range(2000, 2041)  # years of which a decree may be known
_DAY = datetime.timedelta(days=1)
_SWAPPED = re.compile(r"substituted from (\d{2})/(\d{2})/(\d{4})")


class Country:
    """Days off and make-up working days of a country in some years.

    `code`: such as CN, FR or DE-BY. Raises UserError for a country or a part that is not known.
    """

    def __init__(self, code: str, years: Sequence[int]):
        import holidays

        country, _, part = code.strip().upper().partition("-")
        known = holidays.list_supported_countries(include_aliases=True)
        if country not in known:
            hint = difflib.get_close_matches(country, known, n=1)
            near = say("hints.did_you_mean", name=hint[0]) if hint else "."
            raise UserError(say("calendar.no_country", code=shown(code), hint=near))
        if part and part not in known[country]:
            parts = ", ".join(known[country]) or "none"
            raise UserError(say("calendar.no_part", country=country, part=shown(part), parts=parts))
        found = holidays.country_holidays(country, part or None, years=years, language="en_US")
        self.code = code
        self.off: dict[datetime.date, str] = dict(found)
        self.swapped: dict[datetime.date, int] = {}
        """Of each make-up working day the weekday that it replaces; 0 is Monday."""
        made_up = {day for day in found.weekend_workdays if day.year in years}
        for day in made_up:
            self.swapped[day] = day.weekday()
        for day, name in found.items():
            if match := _SWAPPED.search(name):
                month, of, year = map(int, match.groups())
                self.swapped[datetime.date(year, month, of)] = day.weekday()
        first: dict[int, datetime.date] = {}
        for day, name in found.items():
            if "Spring Festival" in name:
                first[day.year] = min(day, first.get(day.year, day))
        self.eves = [day - _DAY for day in first.values()]

    def warnings(self, days: Sequence[datetime.date]) -> tuple[str, ...]:
        """What is not known yet of these days, which are in their order."""
        last = _last_decree(self.code)
        if last is None or not days or days[-1].year <= last:
            return ()
        years = range(max(last + 1, days[0].year), days[-1].year + 1)
        of = say("lists.and").join(map(str, years))
        return (say("calendar.not_decreed", years=of, country=self.code, last=last),)


@lru_cache(maxsize=64)
def _last_decree(code: str) -> int | None:
    """The last year of which it is known which days of weekends are worked; None where none ever are."""
    import holidays

    country, _, part = code.strip().upper().partition("-")
    found = holidays.country_holidays(country, part or None, years=_DECREES)
    return max((day.year for day in found.weekend_workdays), default=None)


@lru_cache(maxsize=64)
def country(code: str, first: int, last: int) -> Country:
    """A country in the years from `first` to `last`, kept. Raises as `Country`."""
    return Country(code, range(first, last + 1))
