"""Days simulated before, by their content, in a file that outlives a stop: a study goes on where it was."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from callsim import __version__
from callsim.errors import CallsimError, UserError
from callsim.scenario import Scenario

_FIRST = "callsim keeps simulated days here"


def content(scenario: Scenario, seed: int, runs: int | None, engine: str) -> str:
    """Names all that a result hangs on: equal names mean equal numbers."""
    told = f"{__version__}\n{seed}\n{runs}\n{engine}\n{scenario!r}"
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()


class Kept:
    """What is known of days, one line of the file each; a line that was cut off by the end is forgotten.

    Without a path it remembers for as long as it lives.
    """

    def __init__(self, path: str | Path | None = None):
        self.path = None if path is None else Path(path)
        self._known: dict[str, Any] = {}
        if self.path is not None:
            self._open(self.path)

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def __getitem__(self, name: str) -> Any:
        return self._known[name]

    def __len__(self) -> int:
        return len(self._known)

    def keep(self, name: str, value: Any) -> None:
        """Remember a value, on disk before this returns. What is kept is what JSON makes of it."""
        line = json.dumps([name, value], allow_nan=False)
        self._known[name] = json.loads(line)[1]
        if self.path is not None:
            try:
                with open(self.path, "ab") as file:
                    file.write(f"{line}\n".encode())
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as error:
                raise CallsimError(f"cannot write {self.path}: {error.strerror}") from None

    def discard(self) -> None:
        """The study is done: nothing is to be gone on with."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def _open(self, path: Path) -> None:
        first = json.dumps([_FIRST, __version__])
        try:
            data = path.read_bytes() if path.exists() else b""
            whole = data[: data.rfind(b"\n") + 1]
            lines = whole.decode("utf-8", "replace").splitlines()
            if data and (not lines or lines[0] != first):
                text = f"{path} is not what callsim {__version__} keeps of a study"
                raise UserError(f"{text}; delete it, or name another file")
            for line in lines[1:]:
                name, value = json.loads(line)
                self._known[name] = value
            if not lines:
                whole = f"{first}\n".encode()
            if whole != data:
                path.write_bytes(whole)
        except OSError as error:
            raise UserError(f"cannot keep what is simulated in {path}: {error.strerror}") from None
        except ValueError:
            raise UserError(f"{path} is damaged; delete it to begin anew") from None
