"""Every mistake a build-out can hold is found at its place; and all its words are read."""

# ruff: noqa: E501
from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import callsim
from callsim.errors import ScenarioError
from callsim.scenario import again, schema
from callsim.scenario.document import read

FILE = Path(__file__).with_name("buildout.yaml")
TEXT = FILE.read_text("utf-8")

# what stands in the file → what stands there instead, where the mistake is, and what is said of it
WRONG = [
    ("2018-01, over: 200 d", "2017-06-05, over: 200 d", "2017-06-05", "second begins on 2017-06-05, not after first"),
    ("2018-01, over: 200 d", "2018-01, over: 366 d", "2019-01-01", "third begins while second still opens seats, until 2019-01-02"),
    ("over: 200 d", "over: 400 d", "400 d", "at most 366 d"),
    (", close: [tongzi]", "", "100}", "tongzi shrinks from 150 seats to 100; write close: [tongzi]"),
    ("close: [tongzi]", "close: [tongsi]", "tongsi", "did you mean tongzi?"),
    ("seats: {xinpu: 300}", "seats: {xingpu: 300}", "xingpu", "did you mean xinpu?"),
    ("seats: {xinpu: 300}", "seats: {}", "{}", "empty"),
    ("until: 2019-06", "until: 2018-12", "2018-12", "ends before its last phase begins (third, 2019-01-01)"),
    ("on: 2018-01,", "on: 2018-13,", "2018-13", "there is no 2018-13-01"),
    ("on: 2018-01,", "on: 2018,", "2018,", "write YYYY-MM-DD"),
    ("60%, 2018-06-01: 75%", "60%, 2018-06-01: 175%", "175%", "175% is more than 100%"),
    ("volumes_at_fill: 75%", "volumes_at_fill: 0%", "0%", "more than 0"),
    ("client_fill: {2017-06: 60%, 2018-06-01: 75%}", "client_fill: {}", "{}", "write one value, or one for each date"),
    ("shrinkage: 31%", "shrinkage: 100%", "100%", "less than 1"),
    ("{first_year: 40%}", "140%", "140%", "140% is more than 100%"),
    ("{first_year: 40%}", "100%", "100%", "less than 100%"),
    ("{first_year: 40%}", "{first_year: 40%, turnover: 2}", "{first", "exactly one of first_year (40%) and turnover"),
    ("[8%, 6%, 5%, 4%]", "[8%, 6%, 5%, 0%]", "[8%", "the last share holds ever after"),
    ("[8%, 6%, 5%, 4%]", "[]", "[]", "1 to 600"),
    ("intake: {2017-06: 60", "intake: {2017-06: 200", "{2017-06: 200", "200 people a month for 14 days fill 3.1 classes of 30 at once, and there are 2 rooms from 2017-06-01 on"),
    ("2018-01: 200}", "2018-01: 400}", "{2017-06: 60", "fill 6.1 classes of 30 at once, and there are 4 rooms from 2018-01-01 on; lower intake or add rooms"),
    ("trainers: 4", "trainers: 1", "{2017-06: 60", "there are 1 trainers"),
    ("sites: [xinpu], slips", "sites: [xinpo], slips", "xinpo", "did you mean xinpu?"),
    ("queues: [bank]", "queues: [telecom]", "telecom]", "telecom is in telecom already; a queue has one line"),
    ("queues: [bank]", "queues: [bunk]", "bunk", "did you mean bank?"),
    ("{queues: [bank], attrition", "{attrition", "{attrition", "a line has queues, or seats"),
    ("outbound: {seats: {xinpu: 100}", "outbound: {seats: {xinpu: 700}", "700", "would take 700 of 600 seats in xinpu"),
    ("times: {telecom: 4}", "times: {telekom: 4}", "telekom", "did you mean telecom?"),
    ("weekday: sat", "weekday: saturday", "saturday", "write mon, tue"),
    ("months: [11]", "months: [13]", "13", "at most 12"),
    ("tongzi: 2_300}", "tongsi: 2_300}", "tongsi", "did you mean tongzi?"),
    ("  until: 2019-06", "  untill: 2019-06", "untill", "did you mean until?"),
    ("period: month", "period: quarter", "quarter", "write month or week"),
]  # fmt: skip


@pytest.mark.parametrize(("there", "instead", "at", "says"), WRONG, ids=[w[3][:40] for w in WRONG])
def test_a_mistake_is_found_at_its_place(tmp_path, there, instead, at, says):
    assert TEXT.count(there) == 1, there
    text = TEXT.replace(there, instead)
    path = tmp_path / "a.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ScenarioError) as caught:
        callsim.load(path)
    lines = text.splitlines()
    found = [m for m in caught.value.mistakes if says in m.text]
    assert found, caught.value.mistakes
    assert any(lines[m.line - 1][m.column - 1 :].startswith(at) for m in found), found


def test_a_queue_in_no_line_is_named(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(
        TEXT.replace("    telecom: {queues: [telecom],", "    telecom: {queues: [bank],"), "utf-8"
    )
    with pytest.raises(ScenarioError, match="telecom is in no line of the build-out"):
        callsim.load(path)


def test_all_words_are_read_and_fit_the_schema():
    scenario = callsim.load(FILE)
    assert scenario.buildout is not None
    assert [phase.name for phase in scenario.buildout.phases] == ["first", "second", "third"]
    node = read(FILE)[0].at("buildout")
    assert node is not None
    plan = _lists(node.plain())
    whole = schema()
    part = {"$schema": whole["$schema"], "$ref": "#/$defs/Buildout", "$defs": whole["$defs"]}
    assert list(Draft202012Validator(part).iter_errors(plan)) == []
    plan["phases"][0]["seats"] = "many"
    assert list(Draft202012Validator(part).iter_errors(plan)) != []
    assert set(plan) == {name for name, value in scenario.buildout if value is not None}


def _lists(value):
    """JSON knows lists where the tree has tuples."""
    if isinstance(value, dict):
        return {key: _lists(inner) for key, inner in value.items()}
    return [_lists(inner) for inner in value] if isinstance(value, tuple) else value


def test_a_file_can_be_read_again_with_further_keys_set():
    first = callsim.load(FILE, ["buildout.runs=7", "buildout.client_fill=50%"])
    second = again(first, {"buildout.client_fill": "90%"})
    assert second.buildout is not None
    assert (second.buildout.runs, list(second.buildout.client_fill.values())) == (7, [0.9])
