"""Every bundled scenario says what it shows, loads without a mistake and fits the schema for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
import yamlcore

import callsim
from callsim.scenario import schema
from tests.makers.bundled import (
    AT_ONCE,
    CAMPAIGNS,
    CONDITIONS,
    FILES,
    FOLLOWED,
    LARGE,
    MENUS,
    OUTBOUND,
    PLANS,
    SMALL,
    TOLD,
    ZUNYI_DAYS,
)

pytestmark = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def test_first_line_says_what_it_shows(file: Path) -> None:
    lines = file.read_text("utf-8").splitlines()
    assert lines[0].startswith("# Shows ")
    assert lines[0].endswith(".")
    command = "plan" if file.stem in PLANS else "run"
    shown = f"#   callsim {command} scenarios/{file.name}" + (" --runs" if command == "run" else "")
    assert shown in "\n".join(lines[:6])


def test_loads(file: Path) -> None:
    assert callsim.load(file).path == str(file)
    small = SMALL + FOLLOWED + CONDITIONS + AT_ONCE + MENUS + TOLD + CAMPAIGNS
    assert file.stem in small + LARGE + OUTBOUND + ZUNYI_DAYS + PLANS


def test_fits_the_schema(file: Path) -> None:
    tree: Any = yaml.load(file.read_text("utf-8"), Loader=yamlcore.CoreLoader)
    jsonschema.validate(tree, schema())
