"""`callsim doctor`: what callsim finds on this machine, and what to do where something is missing."""

from __future__ import annotations

import locale
import re
import sys
import webbrowser
from collections.abc import Iterator
from importlib import metadata
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from callsim.model.size import machine_memory
from callsim.report.kit.terminal import columns, fitted
from callsim.report.kit.wrapping import wrapped
from callsim.sentences import say
from callsim.sim import jit
from callsim.study.runs.bench import Machine, machine
from callsim.version import __version__

LABEL = 15  # columns of the names of parts
OURS = ("test",)  # extras that only those need who change callsim
_EXTRA = re.compile(r"^([\w.-]+)[^;]*;.*\bextra == ['\"]([\w-]+)['\"]")


class Found(NamedTuple):
    """One part: its name, what was found, and what to do; empty where there is nothing to do."""

    part: str
    found: str
    advice: str = ""


def found() -> Iterator[Found]:
    """Yields what callsim finds: versions, machine, memory, compiled code, browser, extras, terminal."""
    here = machine()
    yield _versions(here)
    yield Found(
        say("doctor.machine"),
        say("bench.machine", processor=here.processor, cores=here.cores, system=here.system),
    )
    yield Found(say("doctor.memory"), say("doctor.may_use", gigabytes=machine_memory() / 1e9))
    yield compiled(jit.CACHE)
    yield _browser()
    yield from extras(metadata.requires("callsim") or [])
    yield _terminal()


def as_text(parts: Iterator[Found], width: int = 80) -> str:
    """Returns a line for each part, broken at `width` columns, and its advice below it."""
    lines = []
    for part, told, advice in parts:
        lines.append(fitted(part, LABEL) + told)
        lines += [" " * LABEL + f"→ {advice}"] * bool(advice)
    return "\n".join(wrapped(line, width, 0 if line[0] == " " else LABEL).rstrip() for line in lines) + "\n"


def _versions(here: Machine) -> Found:
    told = say(
        "bench.versions",
        callsim=__version__,
        python=here.python,
        numpy=here.numpy,
        numba=here.numba,
        simpy=here.simpy,
    )
    return Found(say("doctor.versions"), say("doctor.sources", versions=told, digest=jit.STAMP))


def compiled(folder: Path | None) -> Found:
    """Returns what is kept of the compiled simulation in a folder, see `callsim.sim.cache.folder`."""
    part = say("doctor.compiled")
    if folder is None or folder.parent.name != "callsim":  # a folder that goes with the process
        return Found(part, say("doctor.nowhere"), say("doctor.choose"))
    megabytes = sum(file.stat().st_size for file in folder.iterdir() if file.is_file()) / 1e6
    old = [one for one in folder.parent.glob("python*-numba*") if one != folder]
    advice = say("doctor.old", n=len(old), folder=folder.parent) if old else ""
    if not megabytes:
        return Found(part, say("doctor.not_yet", folder=folder), advice)
    return Found(part, say("doctor.kept", megabytes=megabytes, folder=folder), advice)


def _browser() -> Found:
    part = say("doctor.browser")
    try:
        name = getattr(webbrowser.get(), "name", "")
    except webbrowser.Error:
        return Found(part, say("doctor.no_browser"), say("doctor.by_hand"))
    return Found(part, str(name) or say("doctor.of_system"))


def extras(requires: list[str]) -> Iterator[Found]:
    """Yields each extra of a package and whether its libraries are there.

    `requires`: as `importlib.metadata.requires` returns them, such as `"dask>=1; extra == 'cluster'"`.
    """
    wanted = sorted((hit[2], hit[1]) for hit in map(_EXTRA.match, requires) if hit and hit[2] not in OURS)
    for extra, libraries in groupby(wanted, key=lambda one: one[0]):
        there, missing = [], []
        for _, library in libraries:
            try:
                there.append(f"{library} {metadata.version(library)}")
            except metadata.PackageNotFoundError:
                missing.append(library)
        told = ", ".join(there + [say("doctor.missing", library=library) for library in missing])
        install = say("doctor.install", extra=extra) if missing else ""
        yield Found(say("doctor.extra", extra=extra), told, install)


def _terminal() -> Found:
    encoding = (sys.stdout.encoding or locale.getpreferredencoding(False)).lower()
    advice = "" if encoding.replace("-", "") in ("utf8", "gb18030") else say("doctor.utf8")
    return Found(say("doctor.terminal"), say("doctor.columns", encoding=encoding, columns=columns()), advice)
