"""A table of people: equal people become one group, and what is wrong is told where it stands."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

import callsim
from callsim import cli
from callsim.errors import ScenarioError

CENTRE = """\
queues:
  telecom: {arrivals: {per_hour: 60}, talk: 3 min, patience: 2 min, goal: {answer: 80%, within: 20 s}}
  bank: {arrivals: {per_hour: 30}, talk: 3 min, patience: 2 min, goal: {answer: 70%, within: 30 s}}
sites: {xinpu: {seats: 60}, tongzi: {seats: 60}}
shifts:
  early: {from: 00:00, to: 12:00}
  late: {from: 12:00, to: 24:00}
agents: people.csv
"""
HEAD = "name,site,shift,telecom,bank"
ROWS = [
    "Li,xinpu,early,1,",
    "Wang,xinpu,early,1,",
    "Zhao,xinpu,late,1,2",
    "Sun,tongzi,late,,1",
    "Qi,xinpu,late,1,",
]


def read(tmp_path: Path, table: str, text: str = CENTRE, **changes: object) -> callsim.Scenario:
    (tmp_path / "people.csv").write_text(table, "utf-8")
    (tmp_path / "centre.yaml").write_text(text, "utf-8")
    return callsim.load(str(tmp_path / "centre.yaml"), changes)


def mistakes(tmp_path: Path, table: str, text: str = CENTRE) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path, table, text)
    return [str(one).removeprefix(f"{tmp_path}/").split(" (this file")[0] for one in caught.value.mistakes]


def test_equal_people_are_one_group(tmp_path: Path) -> None:
    scenario = read(tmp_path, "\n".join([HEAD, *ROWS]))
    told = {
        name: (one.site, {queue: answer.rank for queue, answer in one.answers.items()}, one.shifts)
        for name, one in scenario.groups.items()
    }
    assert told == {
        "xinpu telecom": ("xinpu", {"telecom": 1}, {"early": 2, "late": 1}),
        "xinpu telecom + bank 2": ("xinpu", {"telecom": 1, "bank": 2}, {"late": 1}),
        "tongzi bank": ("tongzi", {"bank": 1}, {"late": 1}),
    }


@pytest.mark.parametrize("people", [1, 7, 300, 5000])
def test_any_number_in_any_order_is_counted(tmp_path: Path, people: int) -> None:
    luck = random.Random(people)
    drawn = [
        (
            luck.choice(["xinpu", "tongzi"]),
            luck.choice(["early", "late"]),
            luck.choice(["1,", "1,2", ",1", "2,1"]),
        )
        for _ in range(people - 1)
    ] + [("xinpu", "early", "1,1")]
    rows = [f"Agent {k},{site},{shift},{ranks}" for k, (site, shift, ranks) in enumerate(drawn)]
    luck.shuffle(rows)
    groups = read(tmp_path, "\n".join([HEAD, *rows])).groups
    recount = Counter((site, shift, ranks) for site, shift, ranks in drawn)
    found: Counter[tuple[str, str, str]] = Counter()
    for one in groups.values():
        ranks = ",".join(
            str(one.answers[queue].rank) if queue in one.answers else "" for queue in ("telecom", "bank")
        )
        for shift, number in (one.shifts or {}).items():
            found[str(one.site), shift, ranks] += number
    assert found == recount
    assert len(groups) == len({(site, ranks) for site, _, ranks in recount})


def test_the_groups_are_those_that_a_file_could_have_written(tmp_path: Path) -> None:
    by_name = callsim.run(read(tmp_path, "\n".join([HEAD, *ROWS])), runs=2).to_dict()
    written = CENTRE.replace(
        "agents: people.csv\n",
        """\
groups:
  xinpu telecom: {site: xinpu, answers: {telecom: {}}, shifts: {early: 2, late: 1}}
  xinpu telecom + bank 2: {site: xinpu, answers: {telecom: {}, bank: {rank: 2}}, shifts: {late: 1}}
  tongzi bank: {site: tongzi, answers: {bank: {}}, shifts: {late: 1}}
""",
    )
    assert callsim.run(read(tmp_path, "", written), runs=2).to_dict() == by_name


def test_a_column_of_groups_names_them_and_the_file_may_say_more(tmp_path: Path) -> None:
    table = "Agent;Team;Schicht;eingestellt\nLi;north;early;2015\nWang;south;late;2016\nSun;north;late;2015\n"
    text = (
        CENTRE
        + """\
groups:
  north: {answers: {telecom: {}, bank: {rank: 2}}, absence: {share: 5%}}
  south: {answers: {bank: {}}, shifts: {early: 9}}
"""
    )
    scenario = read(tmp_path, table, text)
    assert scenario.groups["north"].shifts == {"early": 1, "late": 1}
    assert scenario.groups["north"].absence is not None
    assert scenario.groups["south"].shifts == {"late": 1, "early": 9}
    assert any("eingestellt" in note for note in scenario.notes)


def test_groups_of_people_can_be_set_and_staffed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = "\n".join([HEAD, *ROWS])
    changed = read(tmp_path, table, **{"groups.tongzi bank.shifts.late": 5})
    assert changed.groups["tongzi bank"].shifts == {"late": 5}
    starred = read(tmp_path, table, **{"groups.*.scale.staff": "300%"})
    assert (starred.groups["xinpu telecom"].shifts or {}) == {"early": 6, "late": 3}
    out = tmp_path / "staffed.yaml"
    file = str(tmp_path / "centre.yaml")
    assert cli.main(["staff", file, "--runs", "5", "--out", str(out)]) == 0
    capsys.readouterr()
    staffed = callsim.load(str(out))
    assert set(staffed.groups) == set(starred.groups)
    assert all(one.staff is not None and one.shifts is None for one in staffed.groups.values())


def test_agents_cannot_be_set(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="agents stands in a file"):
        read(tmp_path, "\n".join([HEAD, *ROWS]), agents="other.csv")


def test_a_file_above_may_have_other_people_or_none(tmp_path: Path) -> None:
    read(tmp_path, "\n".join([HEAD, *ROWS]))
    (tmp_path / "other.csv").write_text("\n".join([HEAD, "Li,xinpu,early,1,1"]))
    (tmp_path / "above.yaml").write_text("extends: centre.yaml\nagents: other.csv\n")
    assert list(callsim.load(str(tmp_path / "above.yaml")).groups) == ["xinpu telecom + bank"]
    (tmp_path / "above.yaml").write_text(
        "extends: centre.yaml\nagents: null\ngroups: {all: {staff: 3, answers: {telecom: {}, bank: {}}}}\n"
    )
    assert list(callsim.load(str(tmp_path / "above.yaml")).groups) == ["all"]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("", "people.csv:1:1: the file is empty"),
        (HEAD, "people.csv:1:1: "),
        (f"{HEAD}\nLi,xinpu,earlyy,1,", "people.csv:2:10: there is no shift earlyy; did you mean early?"),
        (f"{HEAD}\nLi,xinpo,early,1,", "people.csv:2:4: there is no site xinpo; did you mean xinpu?"),
        (
            f"{HEAD}\nLi,,early,1,",
            "people.csv:2:4: this is empty; write the group or the site of this person",
        ),
        (f"{HEAD}\nLi,xinpu,early,first,", "people.csv:2:16: first is no rank"),
        (f"{HEAD}\nLi,xinpu,early,1.5,", "people.csv:2:16: 1.5 is no rank"),
        (f"{HEAD}\nLi,xinpu,early,-1,", "people.csv:2:16: -1 is no rank"),
        (f"{HEAD}\nLi,xinpu,early,,", "people.csv:2:10: this person answers no queue"),
        (f"{HEAD}\nLi,xinpu,early,1,\nLi,xinpu,late,1,", "people.csv:3:1: Li stands in line 2, too"),
        ("name,site,telecom\nLi,xinpu,1", "people.csv:1:1: the column shift is missing"),
        ("name,site,shift\nLi,xinpu,early", "people.csv:1:1: this table has neither a column group"),
        ("name,shift,shift,telecom\nLi,early,late,1", "people.csv:1:1: "),
        (
            "group,site,shift,telecom\na,xinpu,early,1\na,tongzi,early,1",
            "people.csv:3:10: a is in one site, but this person is in another",
        ),
        ("group,shift,telecom\na,early,1\na,early,2", "people.csv:3:3: the people of a have equal ranks"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(tmp_path: Path, table: str, told: str) -> None:
    found = mistakes(tmp_path, table)
    assert found[0].startswith(told)
    assert not [one for one in found if "nobody answers" in one or "missing here" in one], found


@pytest.mark.parametrize("value", ["3", "[a, b]", "people", "{column: x}", "no.csv", "true"])
def test_what_is_no_table_is_a_mistake(tmp_path: Path, value: str) -> None:
    text = CENTRE.replace("people.csv", value)
    assert mistakes(tmp_path, "\n".join([HEAD, *ROWS]), text)[0].startswith("centre.yaml:8:")


def test_titles_above_and_a_sheet_of_a_workbook_are_read(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["People of March"], [], HEAD.split(","), *(one.split(",") for one in ROWS)):
        sheet.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    book.save(tmp_path / "people.xlsx")
    text = CENTRE.replace("people.csv", "people.xlsx")
    groups = read(tmp_path, "", text).groups
    assert {name: sum((one.shifts or {}).values()) for name, one in groups.items()} == {
        "xinpu telecom": 3,
        "xinpu telecom + bank 2": 1,
        "tongzi bank": 1,
    }
