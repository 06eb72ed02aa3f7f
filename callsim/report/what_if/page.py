"""The parts of the what-if page: one HTML file, one script, one style, all from this machine."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

import jinja2

from callsim.sentences import LANGUAGE, say, text_of

_SAID = re.compile(r'\bsay\("([\w.]+)"')


@cache
def _file(name: str) -> str:
    return (files("callsim.report") / "web" / name).read_text("utf-8")


def _script() -> str:
    return _file("say.js") + "\n" + _file("what_if.js")


def _style() -> str:
    return _file("page.css") + "\n" + _file("what_if.css")


PARTS: Mapping[str, tuple[Callable[[], str], str]] = {
    "/page.js": (_script, "text/javascript; charset=utf-8"),
    "/page.css": (_style, "text/css; charset=utf-8"),
}


def html(plan: Mapping[str, object]) -> str:
    """Returns the page of a plan (`told.plan`): everything in it is escaped."""
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    texts = {key: text_of(key) for key in sorted(set(_SAID.findall(_file("what_if.js"))))}
    template = environment.from_string(_file("what_if.html"))
    return template.render(plan=plan, texts=texts, say=say, language=LANGUAGE.get())
