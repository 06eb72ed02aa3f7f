"""The words of --cluster: which workers, and whether whoever listens could do harm."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from callsim.errors import UserError
from callsim.scenario.document import read
from callsim.sentences import say

HERE = ("127.0.0.1", "localhost", "::1")
LOCAL = "local"
_KEYS = ("scheduler", "scheduler_file", "tls")
_TLS = ("ca", "cert", "key")


@dataclass(frozen=True)
class Where:
    """A cluster: of this machine, or one whose scheduler has an address."""

    address: str | None  # None: processes of this machine
    ca: str | None = None  # files of certificates, see docs/cluster.md
    cert: str | None = None
    key: str | None = None

    @property
    def open_to_all(self) -> bool:
        """Whether whoever reaches the scheduler's port can run programs on all of its machines."""
        return (
            self.address is not None
            and not self.address.startswith("tls://")
            and urlsplit(self.address).hostname not in HERE
        )


def where(word: str, insecure: bool = False) -> Where:
    """Returns what a word of --cluster names: local, an address, or a file that tells the address.

    Raises UserError for what is none of these, and where the way there is not encrypted, leads to another
    machine, and is not `insecure` by the user's own word.
    """
    found = _named(word)
    if found.open_to_all and not insecure:
        raise UserError(say("cluster.open", address=found.address))
    return found


def _named(word: str) -> Where:
    if word == LOCAL:
        return Where(None)
    if "://" in word:
        return Where(_address(word, word))
    root, mistakes = read(word)
    if mistakes or not isinstance(root.value, dict):
        raise UserError(say("cluster.file", file=word))
    told = {key: node.plain() for key, node in root.mapping.items()}
    tls = {key: node.plain() for key, node in root.section("tls").items()}
    known = set(told) <= set(_KEYS) and (set(tls) == set(_TLS) if "tls" in told else True)
    if not known or ("scheduler" in told) == ("scheduler_file" in told):
        raise UserError(say("cluster.file", file=word))
    folder = Path(word).parent
    if "scheduler" in told:
        address = str(told["scheduler"])
    else:
        address = _of_scheduler_file(folder / str(told["scheduler_file"]))
    files = {key: str(folder / str(path)) for key, path in tls.items()}
    for path in files.values():
        if not Path(path).is_file():
            raise UserError(say("cluster.no_certificate", file=word, path=path))
    return Where(_address(address, word), **files)


def _of_scheduler_file(path: Path) -> str:
    """Returns the address in a file that `dask scheduler --scheduler-file` wrote."""
    try:
        return str(json.loads(path.read_text("utf-8"))["address"])
    except (OSError, ValueError, KeyError, TypeError):
        raise UserError(say("cluster.scheduler_file", path=path)) from None


def _address(address: str, word: str) -> str:
    try:
        parts = urlsplit(address)
        whole = parts.scheme in ("tls", "tcp") and parts.hostname and parts.port
    except ValueError:
        whole = False
    if not whole:
        raise UserError(say("cluster.address", address=address, word=word))
    return address
