"""A file that is read again and again with keys set: as if it were read anew each time."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

import callsim
from callsim.errors import ScenarioError
from callsim.scenario import Scenario
from callsim.scenario.reading import reader as module
from callsim.scenario.reading.load import again
from callsim.scenario.reading.reader import reader

HERE = Path(__file__).parent.parent.parent
VALUES = (0, 0.02, 0.5, 0.9, 1, 1.0, 1.07, "90%", 9, 11, "x", None, True)


def found(read: Callable[..., Scenario], *given: object) -> tuple[object, ...]:
    """All that a reading yields: every word with its type, or every mistake with its place."""
    try:
        scenario = read(*given)
    except ScenarioError as error:
        return tuple(error.mistakes)
    return scenario.in_full(), scenario._sets, scenario.notes, scenario._made, scenario.path, scenario


@pytest.mark.parametrize(
    ("file", "sets"),
    [
        ("scenarios/blending.yaml", {}),
        ("scenarios/blended.yaml", {"scale.volume": 1.2, "groups.*.scale.staff": 0.9}),
        ("scenarios/overflow.yaml", {"scale": {"staff": 1.1}}),
    ],
)
def test_it_reads_what_is_read_anew(
    file: str, sets: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    luck, scenario = random.Random(file), callsim.load(HERE / file, set=sets)
    quick = []
    with_scales = module._with_scales
    monkeypatch.setattr(module, "_with_scales", lambda *given: quick.append(with_scales(*given)) or quick[-1])
    read = reader(scenario)
    keys = ["scale.volume", "scale.staff", "scale", "scale.size", "queues.*.priority", "name"]
    for section, words in (("queues", ("volume", "aht", "patience")), ("groups", ("staff",))):
        names = ["*", *getattr(scenario, section)]
        some = luck.sample(names[1:], min(2, len(names) - 1))
        keys += [f'{section}."{name}".scale.{word}' for name in some for word in words]
        keys += [f"{section}.*.scale.{word}" for word in words] + [f"{section}.{luck.choice(names)}.scale"]
    for _ in range(25):
        changes = {luck.choice(keys): luck.choice(VALUES) for _ in range(luck.randint(1, 3))}
        assert found(read, changes) == found(again, scenario, changes), changes
    assert read({}).in_full() == scenario.in_full()
    assert sum(one is not None for one in quick) >= 3  # without all that is not needed


def test_later_writings_are_not_seen(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text((HERE / "scenarios/one-queue.yaml").read_text())
    read, changes = reader(callsim.load(file)), {"queues.*.scale.volume": 1.1, "name": "other"}
    before = read(changes)
    file.write_text("name: empty")
    assert read(changes) == before


def test_known_calls_have_no_scale(tmp_path: Path) -> None:
    (tmp_path / "known.csv").write_text(
        "start,calls\n" + "".join(f"{at // 2:02}:{at % 2 * 30:02},{at}\n" for at in range(48))
    )
    file = tmp_path / "plan.yaml"
    file.write_text("""
queues:
  known: {arrivals: {counts: {file: known.csv, exact: yes}}, talk: 3 min}
  other: {arrivals: {per_hour: 20}, talk: 3 min}
groups: {desk: {answers: {known: {}, other: {}}, staff: 9}}
""")
    scenario = callsim.load(file)
    read = reader(scenario)
    for key in (
        "queues.known.scale.volume",
        "queues.other.scale.volume",
        "queues.*.scale.aht",
        "scale.volume",
    ):
        one = found(read, {key: 1.1})
        assert one == found(again, scenario, {key: 1.1})
        assert isinstance(one[0], str) is ("other" in key)
