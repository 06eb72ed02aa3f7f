"""The order of keys decides nothing: every mapping of every build-out file shuffled, bundled and random."""

from __future__ import annotations

import datetime
import os
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from yamlcore import CCoreDumper, CCoreLoader

import callsim
from callsim.model.buildout import lay_out
from callsim.study.buildout.head_count import flow
from callsim.study.buildout.plan import plan
from callsim.study.buildout.relief import WhatIf

from .files import random_file, richer

CASES = sorted(Path(__file__).with_name("cases").glob("*.yaml"))
BUNDLED = Path(__file__).parents[3] / "scenarios"
GRID = bool(os.environ.get("CALLSIM_GRID"))
FILES = 40 if GRID else 5
PLAYED = (
    CASES if GRID else [path for path in CASES if path.stem in ("shared", "two-schools", "dial", "hires")]
)


def shuffled(words: Any, luck: random.Random) -> Any:
    """The same words, with the keys of every mapping in another order."""
    if isinstance(words, dict):
        keys = list(words)
        luck.shuffle(keys)
        return {key: shuffled(words[key], luck) for key in keys}
    return [shuffled(one, luck) for one in words] if isinstance(words, list) else words


def written(words: Any, path: Path) -> Path:
    path.write_text(yaml.dump(_texts(words), Dumper=CCoreDumper, sort_keys=False))
    return path


def _texts(words: Any) -> Any:
    """The same with dates as YAML 1.2 has them."""
    if isinstance(words, dict):
        return {_texts(key): _texts(value) for key, value in words.items()}
    if isinstance(words, list):
        return [_texts(one) for one in words]
    return words.isoformat() if isinstance(words, datetime.date) else words


def read(path: Path) -> Any:
    """YAML 1.2, in which `on` is a word."""
    return yaml.load(path.read_text(), CCoreLoader)


def people_of(path: Path) -> dict[str, Any]:
    """Head counts, needs and limits by name."""
    years = lay_out(callsim.load(path))
    played = flow(years)
    what_if = WhatIf(years)
    found: dict[str, Any] = {}
    for row, team in enumerate(years.teams):
        for name in ("hired", "learning", "present", "left", "pace"):
            found[f"{team.name} {name}"] = getattr(played, name)[row]
        found[f"{team.name} needed"] = years.needed[row]
    for row, site in enumerate(years.sites):
        found[f"{site} seats"] = years.seats[row]
    for queue, demand in years.queues.items():
        found[f"{queue} demand"] = demand
    found["stopped"] = played.stopped
    found["binds"] = [what_if.binds(played, column) for column in years.judged.values()]
    return found


def same(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert first.keys() == second.keys()
    for name, value in first.items():
        assert second[name] == pytest.approx(value, rel=1e-9, abs=1e-9), name


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_people_of_a_case(path: Path, tmp_path: Path) -> None:
    words = read(path)
    if "buildout" not in words:
        pytest.skip("no build-out")
    same(people_of(path), people_of(written(shuffled(words, random.Random(3)), tmp_path / "a.yaml")))


@pytest.mark.parametrize("name", ["hiring", "zunyi-buildout"])
def test_people_of_a_bundled_file(name: str, tmp_path: Path) -> None:
    words = read(BUNDLED / f"{name}.yaml")
    if "extends" in words:
        words["extends"] = str(BUNDLED / words["extends"])
    other = written(shuffled(words, random.Random(4)), tmp_path / "a.yaml")
    same(people_of(BUNDLED / f"{name}.yaml"), people_of(other))


@pytest.mark.parametrize("rich", [False, True])
@pytest.mark.parametrize("seed", range(FILES))
def test_people_of_a_random_file(seed: int, rich: bool, tmp_path: Path) -> None:
    words = random_file(random.Random(seed))
    if rich:
        words = richer(words, random.Random(seed))
    first = people_of(written(words, tmp_path / "a.yaml"))
    same(first, people_of(written(shuffled(words, random.Random(seed)), tmp_path / "b.yaml")))


@pytest.mark.parametrize("path", PLAYED, ids=[path.stem for path in PLAYED])
def test_what_is_said_of_a_case(path: Path, tmp_path: Path) -> None:
    """Verdicts, what binds, what it would take, and the service of every queue."""
    words = read(path)
    if "buildout" not in words:
        pytest.skip("no build-out")
    words["buildout"] |= {"runs": 2}
    other = written(shuffled(words, random.Random(5)), tmp_path / "b.yaml")
    first, second = (
        plan(callsim.load(one)).to_dict() for one in (written(words, tmp_path / "a.yaml"), other)
    )
    assert [_said(one) for one in first["phases"]] == [_said(one) for one in second["phases"]]
    assert [_said(one) for one in first["periods"]] == [_said(one) for one in second["periods"]]


def _said(period: dict[str, Any]) -> dict[str, Any]:
    told = {key: period[key] for key in ("holds", "binding", "says", "relief", "reliefs")}
    level = {name: queue["service_level"]["offered"]["mean"] for name, queue in period["queues"].items()}
    money = {name: pytest.approx(line["sum"]) for name, line in period["money"].get("month", {}).items()}
    return told | {"level": level, "money": money, "sites": sorted(period["sites"])}
