"""A result's JSON with checksums of its tables and of itself, so that no damage can become a figure."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from typing import BinaryIO

from callsim.files import read_from
from callsim.report.kit.data import as_json
from callsim.results.schema import Mapped
from callsim.sentences import say

KEY = "checksums"
RESULT = "result.json"
BLANK = "0" * 64  # stands in the JSON while its own checksum is made
MOST = 4 << 30  # bytes of a result's JSON
_TAIL = 256  # bytes at the end of the JSON, among which its own checksum is
_OWN = re.compile(
    rb'"' + re.escape(RESULT).encode() + rb'": \{\s*"sha256": "([0-9a-f]{64})"\s*\}\s*\}\s*\}\s*\Z'
)
_BEGINS, _END = (b'{\n  "kind": "run"', b'{\n  "scenario": '), b"\n}\n"  # older ones had no kind
_PIECE = 1 << 20


class Damaged(ValueError):
    """A file that is not as callsim wrote it; its text says what is wrong with it."""


def sealed(found: Mapping[str, object], there: str, names: Iterable[str]) -> bytes:
    """The JSON of a result; at its end the checksums of its tables and its own.

    `there`: the folder of the tables; `names`: their files.
    """
    sums: dict[str, object] = {}
    for name in names:
        with read_from(os.path.join(there, name)) as file:
            sums[name] = {"bytes": os.fstat(file.fileno()).st_size, "sha256": _sha256(file)}
    text = as_json({**found, KEY: {**sums, RESULT: {"sha256": BLANK}}}).encode("utf-8", "backslashreplace")
    head, _, tail = text.rpartition(BLANK.encode())
    return head + hashlib.sha256(text).hexdigest().encode() + tail


def unsealed(path: str) -> tuple[Mapped, Mapped]:
    """The JSON of a result as it was written, and the checksums of its tables.

    Nothing of a file is understood before its checksum is known to be right. Raises Damaged and OSError.
    """
    with read_from(path) as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(max(0, size - _TAIL))
        own = _OWN.search(file.read(_TAIL))
        if own is None:
            raise Damaged(_unlike(file))
        if size > MOST:
            raise Damaged(say("files.too_large", most=MOST >> 30))
        file.seek(0)
        text = file.read(size)
    head, _, tail = text.rpartition(own[1])
    seal = hashlib.sha256(head)
    seal.update(BLANK.encode() + tail)
    if seal.hexdigest().encode() != own[1]:
        raise Damaged(say("files.changed"))
    try:
        found = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Damaged(say("files.no_json", error=error)) from None
    if not isinstance(found, dict) or not isinstance(found.get(KEY), dict):
        raise Damaged(say("saved.key_missing", place=KEY))
    return found, found.pop(KEY)


def is_as_written(path: str, sums: Mapping[str, object], name: str) -> bool:
    """Whether a table is the very file whose checksum was kept. Raises Damaged and OSError."""
    kept = sums.get(name)
    if not isinstance(kept, dict) or type(kept.get("bytes")) is not int:
        raise Damaged(say("files.no_checksum", file=RESULT))
    with read_from(path) as file:
        same_size = os.fstat(file.fileno()).st_size == kept["bytes"]
        return same_size and _sha256(file) == kept.get("sha256")


def _unlike(file: BinaryIO) -> str:
    """Returns a word for a file that does not end in checksums."""
    file.seek(0)
    begins_well = file.read(max(map(len, _BEGINS))).startswith(_BEGINS)
    file.seek(0, os.SEEK_END)
    size = file.tell()
    file.seek(max(0, size - len(_END)))
    if begins_well and file.read() == _END:
        return say("files.older")
    return say("files.cut_short") if begins_well else say("files.no_result")


def _sha256(file: BinaryIO) -> str:
    whole = hashlib.sha256()
    while piece := file.read(_PIECE):
        whole.update(piece)
    return whole.hexdigest()


def _no_number(word: str) -> float:
    raise ValueError(say("files.no_number", word=word))
