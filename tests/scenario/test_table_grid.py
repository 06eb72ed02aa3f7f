"""Every way of writing a number in every kind of table: read as it is meant, or a mistake at its place."""

from __future__ import annotations

from itertools import product

import pytest

from .conftest import SMALL

HOURS = [f"{h:02d}:{m:02d}" for h in range(24) for m in (0, 30)]
AT = 21  # the row that holds the number in question

TALK = "{exponential: {mean: 3 min}}"
# kind → the scenario that names c.csv, and where its numbers are found
KINDS = {
    "counts": (
        SMALL.replace("per_day: 1000", "counts: c.csv"),
        lambda s: [count for _, _, count in s.queues["telecom"].arrivals.counts],
    ),
    "staff": (SMALL.replace("staff: 20", "staff: c.csv"), lambda s: list(s.groups["desk"].staff)),
    "profile": (
        SMALL.replace("per_day: 1000", "per_day: 1000, profile: c.csv"),
        lambda s: list(s.queues["telecom"].arrivals.profile),
    ),
    "values": (
        SMALL.replace(TALK, "{empirical: {file: c.csv}}"),
        lambda s: list(s.queues["telecom"].talk.values),
    ),
}
HEADS = {"counts": "offered", "staff": "staff", "profile": "weight", "values": "seconds"}
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}

# text → what it is (a number), or words of the mistake. None: as a comma makes two fields of it.
GOOD = {"1200": 1200, "1_200": 1200, " 7 ": 7, "+3": 3, "0": 0, "12.00": 12, "1e2": 100, "12.": 12}
BAD = {
    "2.000": "2.000 can be read in two ways; write 2_000 if thousands are meant, or 2",
    "12.000": "12.000 can be read in two ways; write 12_000 if thousands are meant, or 12",
    "1.200": "1.200 can be read in two ways; write 1_200 if thousands are meant, or 1.2",
    "1.200.000": "1.200.000 is not a number; write 1200000 or 1_200_000",
    "1.200,5": "is not a number",
    "1 200": "is not a number",
    "1'200": "is not a number",
    "1\u00a0200": "is not a number",
    "many": "is not a number",
    "": "is not a number",
    "-1": "0 or more",
    "inf": "0 or more",
    "nan": "0 or more",
    "12 s": "is not a number",
    "5%": "is not a number",
    "1,2,3": None,
}
COMMA = {
    "1,200": "1,200 is not a number; write 1200 or 1_200",
    "20,5": "20,5 is not a number; write 20.5 with a point",
}


def file(kind: str, mark: str, text: str, quoted: bool = False, rest: str = "20") -> str:
    """A table of a day, half hour by half hour, with one number in question."""
    cells = [f'"{text}"' if quoted and row == AT else text if row == AT else rest for row in range(48)]
    if kind == "values":  # a single column
        return "\n".join([HEADS[kind], *cells])
    rows = [f"{hour}{mark}{cell}" for hour, cell in zip(HOURS, cells, strict=True)]
    return "\n".join([f"interval_start{mark}{HEADS[kind]}", *rows])


def place(kind: str) -> str:
    return f"c.csv:{AT + 2}:{1 if kind == 'values' else 7}: "


@pytest.mark.parametrize(("kind", "mark", "text"), list(product(KINDS, SEPARATORS, GOOD)))
def test_what_can_be_read_in_one_way_is_read(written, kind: str, mark: str, text: str) -> None:
    scenario, found = KINDS[kind]
    numbers = found(written(scenario, c_csv=file(kind, mark, text)))
    if kind == "values":
        numbers = numbers if len(numbers) == 48 else []
    assert numbers[AT] == GOOD[text]
    assert numbers[:AT] + numbers[AT + 1 :] == [20] * 47


@pytest.mark.parametrize(
    ("kind", "mark", "text"),
    [(k, m, t) for k, m, t in product(KINDS, SEPARATORS, [*BAD, *COMMA]) if k != "values" or t],
)
def test_what_cannot_is_a_mistake_at_its_place(refused, kind: str, mark: str, text: str) -> None:
    scenario, _ = KINDS[kind]
    mistakes = refused(scenario, c_csv=file(kind, mark, text))
    if "," in text and mark == "," and kind != "values":
        extra = text.split(",")[1]
        assert mistakes[0].startswith(
            f"c.csv:{AT + 2}:{7 + len(text.split(',')[0]) + 1}: {extra} is one field more"
        )
        return
    if "," in text and kind == "values":
        return  # a single column has no separator to tell from a decimal comma: see below
    assert mistakes[0].startswith(place(kind)), mistakes
    assert (BAD | COMMA)[text] is None or (BAD | COMMA)[text] in mistakes[0]


@pytest.mark.parametrize("text", [*COMMA, "1,2,3"])
def test_a_comma_in_a_single_column_is_a_mistake(refused, text: str) -> None:
    (mistake,) = refused(KINDS["values"][0], c_csv=file("values", ",", text))
    assert mistake.startswith(f"c.csv:{AT + 2}:")


@pytest.mark.parametrize(("kind", "mark", "text"), list(product(KINDS, SEPARATORS, COMMA)))
def test_quotes_make_no_number_of_a_comma(refused, kind: str, mark: str, text: str) -> None:
    (mistake,) = refused(KINDS[kind][0], c_csv=file(kind, mark, text, quoted=True))
    assert mistake.startswith(place(kind)), mistake
    assert COMMA[text] in mistake


@pytest.mark.parametrize(("kind", "mark"), list(product(("counts", "profile"), SEPARATORS)))
def test_a_point_that_can_only_be_decimal_settles_its_column(written, kind: str, mark: str) -> None:
    scenario, found = KINDS[kind]
    numbers = found(written(scenario, c_csv=file(kind, mark, "1.479", rest="0.512")))
    assert numbers[AT] == 1.479
    assert numbers[0] == 0.512


@pytest.mark.parametrize(
    ("rows", "at", "extra"),
    [
        ("00:00,1,200", "2:9", "200"),
        ("00:00,1,,200", "2:10", "200"),
        ('00:00,"1",x', "2:9", "x"),
    ],
)
def test_a_row_longer_than_the_header_is_a_mistake(refused, rows: str, at: str, extra: str) -> None:
    content = file("counts", ",", "20").replace("00:00,20", rows)
    (mistake,) = refused(KINDS["counts"][0], c_csv=content)
    assert mistake.startswith(f"c.csv:{at}: {extra} is one field more than there are columns (2)")


@pytest.mark.parametrize(("kind", "mark", "more"), list(product(KINDS, SEPARATORS, (1, 3))))
def test_empty_fields_at_the_end_of_rows_say_nothing(written, kind: str, mark: str, more: int) -> None:
    scenario, found = KINDS[kind]
    head, *rows = file(kind, mark, "20").split("\n")
    for content in (
        "\n".join([head, *(row + mark * more for row in rows)]),
        "\n".join(row + mark * more for row in [head, *rows]),
    ):
        assert found(written(scenario, c_csv=content)) == [20] * 48


@pytest.mark.parametrize("old", ["staff: 20", "per_day: 1000"], ids=["staff", "calls"])
@pytest.mark.parametrize("text", ["2.000", "12.000", "1.200"])
def test_the_scenario_file_is_as_strict(refused, old: str, text: str) -> None:
    (mistake,) = refused(SMALL.replace(old, f"{old.split(':')[0]}: {text}"))
    assert f"{text} can be read in two ways" in mistake
