"""A release names itself alike wherever its version stands."""

from __future__ import annotations

import re
from pathlib import Path

import callsim

ROOT = Path(__file__).resolve().parents[2]


def test_the_version_is_the_same_in_the_changelog_and_in_the_citation() -> None:
    heads = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    released = next(head for head in heads if head != "Unreleased")
    cited = dict(
        re.findall(
            r"^(version|date-released): \"?([^\"\n]+)",
            (ROOT / "CITATION.cff").read_text("utf-8"),
            re.MULTILINE,
        )
    )
    assert released == f"{cited['version']} ({cited['date-released']})"
    assert cited["version"] == callsim.__version__


def test_versions_in_the_changelog_fall() -> None:
    found = re.findall(r"^## (\d+)\.(\d+)\.(\d+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    numbers = [tuple(map(int, one)) for one in found]
    assert numbers == sorted(set(numbers), reverse=True)
    assert numbers[-1] == (0, 1, 0)
