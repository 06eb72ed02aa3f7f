"""The kit of HTML pages: the parts a page is made of, and the one file they become.

    page(
        "Two lines in two parks",
        [
            Section("Verdict", [Verdict(MET, "Both goals are met."), Tiles([Tile("Offered", "12,345")])]),
            Section("By interval", [Chooser("Show"), Chart("Service level", "share", [Series(…)])]),
            Section("Queues", [Table(["queue", "offered"], [["telecom", "9,999"]])]),
        ],
        Data(views=[View("All queues", {"level": […]})], columns={"start": […]}),
    )

Text is text: whatever it contains is shown and never run (autoescape, data as JSON, a policy that allows no
script but the page's own and no request). `Chart`, `Heat`, `View` and `Data` are in `charts.py`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from itertools import groupby
from typing import NamedTuple

import jinja2
from markupsafe import Markup

from callsim.report.kit.charts import Balance, Chart, Data, Heat
from callsim.report.kit.fitting import Fitted, shortened, tries
from callsim.report.kit.verdicts import Lamp, Tone
from callsim.sentences import LANGUAGE, label, say, text_of


@dataclass(frozen=True)
class Marked:
    """A figure that misses (or beats) what was promised: told by a sign, not by colour alone."""

    words: str
    tone: Tone = "bad"
    part: str = "marked"


@dataclass(frozen=True)
class Note:
    """A figure, and what is said of it in small."""

    words: str
    small: str
    part: str = "note"


Cell = str | Lamp | Marked | Note
LONGEST_FIGURE = 26  # letters
IN_NOTEBOOKS = 30  # rows of a table
_SAID = re.compile(r'\bsay\("([\w.]+)"')


def _words(cell: Cell) -> str:
    if isinstance(cell, Lamp):
        return cell.word
    return cell if isinstance(cell, str) else cell.words


@dataclass(frozen=True)
class Verdict:
    """The first thing a reader sees."""

    tone: Tone
    headline: str
    lines: Sequence[str] = ()
    part: str = "verdict"


@dataclass(frozen=True)
class Tile:
    """One figure, large."""

    label: str
    figure: str
    small: str = ""


@dataclass(frozen=True)
class Tiles:
    """A row of figures."""

    tiles: Sequence[Tile]
    part: str = "tiles"


@dataclass(frozen=True)
class Table:
    """A table; the first columns hold names and are set left, figures are set right."""

    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    names: int = 1  # columns that hold names
    label: str = ""  # what it shows, for those who do not see the heading above it
    part: str = "table"

    @cached_property  # the template asks for each cell
    def sentences(self) -> set[int]:
        """Columns, counted from 1, that hold words rather than figures: set left, and they may break."""
        return {k for row in self.rows for k, cell in enumerate(row, 1) if len(_words(cell)) > LONGEST_FIGURE}


@dataclass(frozen=True)
class Fold:
    """Parts that are shown when asked for."""

    summary: str
    parts: Sequence[Part]
    lamp: Lamp | None = None
    small: str = ""
    part: str = "fold"


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    words: str
    small: bool = False
    part: str = "text"


@dataclass(frozen=True)
class Facts:
    """Names and what they stand for."""

    facts: Sequence[tuple[str, str]]
    part: str = "facts"


@dataclass(frozen=True)
class Stretch:
    """A stretch of time, and what is true of it."""

    words: str
    length: int
    tone: Tone = "none"
    says: str = ""  # for those who point at it


@dataclass(frozen=True)
class Stretches:
    """Stretches of time one after the other, as long as they last."""

    label: str
    stretches: Sequence[Stretch]
    part: str = "stretches"


@dataclass(frozen=True)
class Chooser:
    """Where the reader chooses the view that charts show; nothing where there is only one."""

    label: str = "Show"
    part: str = "chooser"


Part = Verdict | Tiles | Table | Fold | Text | Facts | Stretches | Chooser | Chart | Heat | Balance


@dataclass(frozen=True)
class Section:
    """A heading and what stands beneath it; without a heading it opens the page."""

    title: str
    parts: Sequence[Part]
    says: str = ""


class Sheet(NamedTuple):
    """What `page` makes a file of, and `fragment` what a notebook shows."""

    title: str
    sections: Sequence[Section]
    data: Data | None = None
    about: str = "callsim"


def fragment(sheet: Sheet) -> str:
    """The verdict and the tables for a notebook, without charts, scripts and identifiers.

    Its style is that of pages, and holds inside of it alone. Long tables end with what was left out.
    """
    cut = _cut(sheet.sections, Fitted(Data(), IN_NOTEBOOKS, charts=False))
    text: str = _template("notebook.html").render(
        title=sheet.title,
        sections=[section for section in cut if section.parts],
        style=Markup(_scoped(_file("page.css"))),
        language=LANGUAGE.get(),
    )
    return text.strip()


def _scoped(style: str) -> str:
    """The style sheet of a page for what stands inside of one element (CSS nesting)."""
    return re.sub(r"(?m)^( *)(?::root|html|body)(?=[ :\[])", r"\1&", style)


def page(title: str, sections: Sequence[Section], data: Data | None = None, about: str = "callsim") -> str:
    """One file that needs nothing else, now or in ten years, of at most `fitting.LIMIT` bytes."""
    made: list[tuple[Fitted, str]] = []

    def size(fitted: Fitted) -> int:
        says = fitted.says()
        left = [Section("Left out", [Text(says)])] if says else []
        made[:] = [(fitted, _rendered(title, [*_cut(sections, fitted), *left], fitted.data, about))]
        return len(made[0][1].encode())

    fitted = tries(data or Data(), size)
    if made[0][0] is not fitted:
        size(fitted)
    return made[0][1]


def _cut(sections: Sequence[Section], fitted: Fitted) -> Iterator[Section]:
    """The sections with tables as long as they may be, and without charts where there are none."""
    some, more = shortened(sections, None if fitted.rows is None else 4 * fitted.rows)
    for section in some:
        yield replace(section, parts=list(_cut_parts(section.parts, fitted)))
    if more:
        yield Section(say("pages.more_sections", n=more), [])


def _cut_parts(parts: Sequence[Part], fitted: Fitted) -> Iterator[Part]:
    some, more = shortened(parts, fitted.rows)
    for part in some:
        if isinstance(part, Table):
            rows, left = shortened(part.rows, fitted.rows)
            yield replace(part, rows=rows)
            if left:
                yield Text(say("pages.more", n=left), small=True)
        elif isinstance(part, Facts):
            facts, left = shortened(part.facts, fitted.rows)
            yield replace(part, facts=[*facts, *([("…", say("pages.and_more", n=left))] if left else [])])
        elif isinstance(part, Fold):
            yield replace(part, parts=list(_cut_parts(part.parts, fitted)))
        elif fitted.charts or not isinstance(part, Chart | Heat | Balance | Chooser):
            yield part
    if more:
        yield Text(say("pages.more", n=more), small=True)


def _rendered(title: str, sections: Sequence[Section], data: Data, about: str) -> str:
    drawings = [part for part in _all_parts(sections) if isinstance(part, Chart | Heat | Balance)]
    own = ["page.js"] if drawings else []
    if drawings or any(isinstance(part, Table) for part in _all_parts(sections)):
        own = ["say.js", *own, "tables.js"]
    scripts = [_file(name) for name in (["plotly-basic.min.js", *own] if drawings else own)]
    text: str = _template("page.html").render(
        title=title,
        about=about,
        sections=sections,
        data=data.to_dict(drawings),
        choices=_choices(data),
        number={id(drawing): number for number, drawing in enumerate(drawings)},
        style=Markup(_file("page.css")),
        texts={key: text for name in own for key, text in _said(name).items()},
        language=LANGUAGE.get(),
        scripts=[Markup(script) for script in scripts],
        allowed=" ".join(f"'sha256-{_digest(script)}'" for script in scripts) or "'none'",
    )
    return text.lstrip()


def _all_parts(sections: Sequence[Section]) -> Iterator[Part]:
    def inside(parts: Sequence[Part]) -> Iterator[Part]:
        for part in parts:
            yield part
            if isinstance(part, Fold):
                yield from inside(part.parts)

    for section in sections:
        yield from inside(section.parts)


def _choices(data: Data) -> list[tuple[str, list[tuple[int, str]]]]:
    """Number and label of each view, by its group."""
    return [
        (group, [(number, view.label) for number, view in some])
        for group, some in groupby(enumerate(data.views), lambda item: item[1].group)
    ]


@cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.policies["json.dumps_kwargs"] = {
        "ensure_ascii": False,
        "separators": (",", ":"),
        "allow_nan": False,
    }
    environment.globals |= {"id": id, "say": say, "label": label}
    environment.filters["label"] = label
    return environment.from_string(_file("parts.html") + "\n\n" + _file(name))


@cache
def _file(name: str) -> str:
    return files("callsim.report").joinpath("web", name).read_text("utf-8").strip()


def _said(script: str) -> dict[str, object]:
    """Returns the texts that a script says, by their keys."""
    return {key: text_of(key) for key in sorted(set(_SAID.findall(_file(script))))}


@cache
def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
