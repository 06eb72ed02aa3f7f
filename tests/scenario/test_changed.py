"""What a file that extends another must hold, so that nothing of the other survives that should not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import callsim
from callsim.scenario.document import Place
from callsim.scenario.reading.changed import changed
from callsim.scenario.reading.load import changes_of, laid_over
from callsim.scenario.reading.overlay import lay, tree_of
from callsim.scenario.reading.staffed_file import staffed_file

HERE = Place("a.yaml", 1, 1)
KEYS = st.sampled_from(
    ["groups", "queues", "g", "shifts", "staff", "talk", "exponential", "gamma", "arrivals", "per_hour", "a"]
)
TREES = st.dictionaries(
    KEYS,
    st.recursive(
        st.integers(0, 3) | st.lists(st.integers(0, 3), min_size=1, max_size=2),
        lambda inner: st.dictionaries(KEYS, inner, min_size=1, max_size=3),
        max_leaves=12,
    ),
    min_size=1,
    max_size=4,
)


def conflicts(tree: object) -> bool:
    """Alternatives in one mapping, which no file may hold."""
    if not isinstance(tree, dict):
        return False
    both = {"staff", "shifts"} <= set(tree) or {"exponential", "gamma"} <= set(tree)
    return both or any(conflicts(value) for value in tree.values())


@settings(max_examples=100, deadline=None)
@given(TREES, TREES)
def test_the_base_with_its_changes_is_what_was_wanted(
    one: dict[str, object], other: dict[str, object]
) -> None:
    if conflicts(one) or conflicts(other):
        return
    base, wanted = tree_of(one, HERE), tree_of(other, HERE)
    upper = tree_of(changed(base, wanted), HERE)
    assert lay(base, upper, ()).plain() == wanted.plain()


BASE = """
calendar: {start: 2024-01-01}
sites: {park: {seats: 60}}
queues:
  line: {arrivals: {per_hour: 60}, talk: 3 min, goal: {answer: 80%, within: 20 s, abandon_at_most: 5%}}
groups:
  desk: {site: park, answers: {line: {}}, shifts: {early: 3, late: 4}}
  help: {site: park, answers: {line: {rank: 2}}, staff: {mon-fri: 2, "2024-01-06": 9, other: 1}}
shifts:
  early: {from: 06:00, to: 14:00}
  mid: {from: 09:00, to: 17:00}
  late: {from: 14:00, to: 22:00}
"""


@pytest.mark.parametrize(
    "sets",
    [
        [],
        ["calendar.days=7"],
        ["calendar.days=7", "groups.desk.staff=5", "groups.help.staff=3"],
        ["groups.desk.shifts={mid: 5}", "groups.help.shifts.early=2"],
        ["queues.line.goal={answer: 90%, within: 10 s}", "queues.line.talk={gamma: {mean: 2 min, cv: 1}}"],
        ["sites=", "groups.desk.site=", "groups.help.site="],
        ["groups.desk.shrinkage=10%", 'groups."desk".absence.share=3%'],
    ],
)
@pytest.mark.parametrize(
    "hours",
    [
        {"desk": {"shifts": {"mid": 7, "new one": 2}}, "help": {"shifts": {"late": 0}}},
        {"desk": {"staff": 4}, "help": {"staff": {"mon": [1] * 48, "other": 0}}},
    ],
)
def test_only_the_found_hours_stand_in_the_written_file(
    tmp_path: Path, sets: list[str], hours: dict[str, dict[str, object]]
) -> None:
    base = tmp_path / "base.yaml"
    base.write_text(BASE)
    scenario = callsim.load(base, sets)
    changes = changes_of(scenario, hours)
    assert changes is not None
    new = {"new one": {"from": "10:00", "to": "12:00"}} if "shifts" in hours["desk"] else {}
    text = staffed_file("base.yaml", changes, hours, new, ["said"])
    written = tmp_path / "roster.yaml"
    written.write_text(text)
    read, in_memory = callsim.load(written), laid_over(scenario, text)
    for found in (read, in_memory):
        for name, words in hours.items():
            group = found.groups[name]
            assert group.shifts == words.get("shifts")
            expected = scenario.groups[name].model_copy(update={"staff": group.staff, "shifts": group.shifts})
            assert group == expected
        assert found.queues == scenario.queues
        assert found.calendar == scenario.calendar
        assert found.sites == scenario.sites
    assert read.groups == in_memory.groups
    assert read.shifts == in_memory.shifts


def test_what_was_altered_in_python_is_in_no_file(tmp_path: Path) -> None:
    base = tmp_path / "base.yaml"
    base.write_text(BASE)
    scenario = callsim.load(base)
    assert changes_of(scenario, {}) == {}
    assert changes_of(scenario.model_copy(update={"name": "other"}), {}) is None


def test_tables_named_on_the_command_line_hold_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "agents.csv").write_text("agents\n" + "3\n" * 48)
    monkeypatch.chdir(tmp_path)
    scenario = callsim.load("base.yaml", ["groups.desk.staff=agents.csv", "sites.park.seats=50"])
    changes = changes_of(scenario, {"help": {"staff": 1}})
    assert changes is not None
    assert changes["groups"]["desk"]["staff"] == str(tmp_path / "agents.csv")


def test_a_removed_key_is_null() -> None:
    base = tree_of({"a": {"b": 1, "c": 2}}, HERE)
    assert changed(base, tree_of({"a": {"b": 1}}, HERE)) == {"a": {"c": None}}
