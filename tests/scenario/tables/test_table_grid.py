"""Every way of writing a number in every kind of table: read as it is meant, or a mistake at its place."""

from __future__ import annotations

from itertools import product

import pytest

from ..conftest import SMALL

HOURS = [f"{h:02d}:{m:02d}" for h in range(24) for m in (0, 30)]
AT = 21  # the row that holds the number in question

TALK = "{exponential: {mean: 3 min}}"
# kind → the scenario that names c.csv, and where its numbers are found
KINDS = {
    "counts": (
        SMALL.replace("per_day: 1000", "counts: c.csv"),
        lambda s: [count for _, _, count in s.queues["telecom"].arrivals.rows],
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
GOOD = {
    "1200": 1200,
    "1_200": 1200,
    "1.200.000": 1_200_000,
    " 7 ": 7,
    "+3": 3,
    "0": 0,
    "12.00": 12,
    "1e2": 100,
    "12.": 12,
}
BAD = {
    "2.000": "2.000 can be read in two ways; write 2_000 if thousands are meant, or 2",
    "12.000": "12.000 can be read in two ways; write 12_000 if thousands are meant, or 12",
    "1.200": "1.200 can be read in two ways; write 1_200 if thousands are meant, or 1.2",
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
# Where no comma separates the fields a comma may be a decimal one: what can only be one is read.
OPEN_COMMA = {"1,200": "1,200 can be read in two ways; write 1_200 if thousands are meant, or 1.2"}
DECIMAL_COMMA = {
    "20,5": 20.5,
    "0,25": 0.25,
    "0,512": 0.512,
    "20,12345": 20.12345,
    "1234,567": 1234.567,
    "1.200,5": 1200.5,
    "1.200.000,25": 1200000.25,
}


def file(kind: str, mark: str, text: str, quoted: bool = False, rest: str = "20") -> str:
    """A table of a day, half hour by half hour, with one number in question."""
    cells = [f'"{text}"' if quoted and row == AT else text if row == AT else rest for row in range(48)]
    if kind == "values":  # a single column
        return "\n".join([HEADS[kind], *cells])
    rows = [f"{hour}{mark}{cell}" for hour, cell in zip(HOURS, cells, strict=True)]
    return "\n".join([f"interval_start{mark}{HEADS[kind]}", *rows])


def is_decimal(kind: str, mark: str, text: str) -> bool:
    """Whether a comma of this text can only be a decimal one, where numbers need not be whole."""
    return mark != "," and text in DECIMAL_COMMA and kind in ("counts", "profile")


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
    [
        (k, m, t)
        for k, m, t in product(KINDS, SEPARATORS, [*BAD, *COMMA])
        if (k != "values" or t) and not is_decimal(k, m, t)
    ],
)
def test_what_cannot_is_a_mistake_at_its_place(refused, kind: str, mark: str, text: str) -> None:
    scenario, _ = KINDS[kind]
    mistakes = refused(scenario, c_csv=file(kind, mark, text))
    if "," in text and mark == "," and kind != "values":
        extra = text.split(",")[1]
        assert mistakes[0].startswith(
            f"c.csv:{AT + 2}:{7 + len(text.split(',')[0]) + 1}: {extra} is a field too many"
        )
        return
    if "," in text and kind == "values":
        return  # a single column has no separator to tell from a decimal comma: see below
    assert mistakes[0].startswith(place(kind)), mistakes
    known = BAD | COMMA | (OPEN_COMMA if mark != "," else {})
    if text in DECIMAL_COMMA and mark != ",":
        known = {text: f"{text} is not a whole number"}  # people
    assert known[text] is None or known[text] in mistakes[0]


@pytest.mark.parametrize("text", [*COMMA, "1,2,3"])
def test_a_comma_in_a_single_column_is_a_mistake(refused, text: str) -> None:
    (mistake,) = refused(KINDS["values"][0], c_csv=file("values", ",", text))
    assert mistake.startswith(f"c.csv:{AT + 2}:")


@pytest.mark.parametrize(("kind", "mark", "text"), list(product(KINDS, SEPARATORS, COMMA)))
def test_quotes_make_no_number_of_a_comma(written, refused, kind: str, mark: str, text: str) -> None:
    content = file(kind, mark, text, quoted=True)
    if is_decimal(kind, mark, text):
        assert KINDS[kind][1](written(KINDS[kind][0], c_csv=content))[AT] == DECIMAL_COMMA[text]
        return
    (mistake,) = refused(KINDS[kind][0], c_csv=content)
    assert mistake.startswith(place(kind)), mistake
    if mark == "," or kind == "values":
        assert COMMA[text] in mistake
    else:
        assert OPEN_COMMA.get(text, f"{text} is not a whole number") in mistake


@pytest.mark.parametrize(("kind", "mark", "text"), list(product(("counts", "profile"), ";\t", DECIMAL_COMMA)))
def test_a_decimal_comma_is_read_and_settles_its_column(written, kind: str, mark: str, text: str) -> None:
    scenario, found = KINDS[kind]
    read = written(scenario, c_csv=file(kind, mark, text))
    assert found(read)[AT] == DECIMAL_COMMA[text]
    assert f"c.csv: commas of the column {HEADS[kind]} are decimal ones, as in {text}" in read.notes
    for other, meant in (("1,200", 1.2), ("12,000", 12), ("1.200", 1200), ("1.200.000", 1_200_000)):
        rows = file(kind, mark, text).replace(f"01:00{mark}20", f"01:00{mark}{other}")
        assert found(written(scenario, c_csv=rows))[2] == meant
        assert found(written(scenario, c_csv=rows))[AT] == DECIMAL_COMMA[text]


@pytest.mark.parametrize(("mark", "other"), list(product(";\t", ["12.5", "0.512", "1,200,000", "1,200.5"])))
def test_a_column_with_both_marks_is_a_mistake(refused, mark: str, other: str) -> None:
    rows = file("counts", mark, "20,5").replace(f"01:00{mark}20", f"01:00{mark}{other}")
    mistakes = refused(KINDS["counts"][0], c_csv=rows)
    assert f"{place('counts')}20,5 is not a number; write 20.5 with a point" in "".join(mistakes)


def test_the_comma_of_another_column_settles_nothing(refused) -> None:
    head, *rows = file("counts", ";", "1,200").split("\n")
    content = "\n".join([f"{head};aht", *(f"{row};180,5" for row in rows)])
    (mistake,) = refused(KINDS["counts"][0], c_csv=content)
    assert mistake.startswith(f"{place('counts')}{OPEN_COMMA['1,200']}")


def test_a_late_comma_of_a_file_without_separators_is_a_mistake(refused) -> None:
    content = "\n".join(["seconds", *["180"] * 60, "20,5", *["180"] * 5])
    (mistake,) = refused(KINDS["values"][0], c_csv=content)
    assert mistake.startswith("c.csv:62:1: 20,5 is not a number; write 20.5 with a point")


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
        ('00:00,"1",x', "2:11", "x"),
    ],
)
def test_a_row_longer_than_the_header_is_a_mistake(refused, rows: str, at: str, extra: str) -> None:
    content = file("counts", ",", "20").replace("00:00,20", rows)
    (mistake,) = refused(KINDS["counts"][0], c_csv=content)
    assert mistake.startswith(f"c.csv:{at}: {extra} is a field too many: there are 2 columns")


# layout → the head and the rows of a table with one number in question; {0} is the separator
LAYOUTS = {
    "counts by date": ("counts", "interval_start{0}offered", "2024-01-01T{hour}{0}{cell}"),
    "counts, first": ("counts", "offered{0}interval_start", "{cell}{0}{hour}"),
    "counts among others": ("counts", "queue{0}offered{0}interval_start", "x{0}{cell}{0}{hour}"),
    "numbered rows": ("counts", "{0}interval_start{0}offered", "7{0}{hour}{0}{cell}"),
    "staff, row by row": ("staff", "group{0}agents", "x{0}{cell}"),
    "profile, row by row": ("profile", "note{0}profile", "x{0}{cell}"),
    "values among others": ("values", "agent{0}seconds{0}note", "x{0}{cell}{0}"),
}


def laid_out(layout: str, mark: str, text: str) -> str:
    _, head, row = LAYOUTS[layout]
    rows = [row.format(mark, hour=hour, cell=text if at == AT else "20") for at, hour in enumerate(HOURS)]
    return "\n".join([head.format(mark), *rows])


def one_day(layout: str) -> str:
    return KINDS[LAYOUTS[layout][0]][0].replace("{days: 2}", "{start: 2024-01-01, days: 1}")


@pytest.mark.parametrize(("layout", "mark", "text"), list(product(LAYOUTS, SEPARATORS, ["1200", "12.00"])))
def test_other_layouts_are_read_alike(written, layout: str, mark: str, text: str) -> None:
    found = KINDS[LAYOUTS[layout][0]][1]
    numbers = found(written(one_day(layout), c_csv=laid_out(layout, mark, text)))
    assert numbers == [*[20] * AT, float(text), *[20] * (47 - AT)]


@pytest.mark.parametrize(
    ("layout", "mark", "text"),
    list(product(LAYOUTS, SEPARATORS, ["1.200", "2.000", "1,200", "20,5", "\uff11.\uff12\uff10\uff10"])),
)
def test_other_layouts_are_as_strict(written, refused, layout: str, mark: str, text: str) -> None:
    kind = LAYOUTS[layout][0]
    if mark != "," and text in DECIMAL_COMMA and kind != "staff":
        read = written(one_day(layout), c_csv=laid_out(layout, mark, text))
        assert KINDS[kind][1](read)[AT] == DECIMAL_COMMA[text]
        return
    mistakes = refused(one_day(layout), c_csv=laid_out(layout, mark, text))
    row = laid_out(layout, mark, text).split("\n")[AT + 1]
    if layout == "values among others" and "," in text and mark == ",":
        # A comma makes as many fields as there are columns and one more.
        assert mistakes[0].startswith(f"c.csv:{AT + 2}:"), mistakes
    elif "," in text and mark == "," and row.endswith(text):  # the rest stands in a field of its own
        assert mistakes[0].startswith(f"c.csv:{AT + 2}:{row.rindex(',') + 2}: "), mistakes
    elif "," in text and mark == ",":
        assert mistakes[0].startswith(f"c.csv:{AT + 2}:"), mistakes
    else:
        assert mistakes[0].startswith(f"c.csv:{AT + 2}:{row.index(text) + 1}: "), mistakes


DISTRIBUTIONS = ["wrap: {empirical: {file: c.csv}}", "patience: {empirical: {file: c.csv}}"]
DISTRIBUTIONS += ["redial: {probability: 50%, after: {empirical: {file: c.csv}}}"]


@pytest.mark.parametrize(("words", "text"), list(product(DISTRIBUTIONS, ["1.200", "20,5", "1,200"])))
def test_values_are_alike_wherever_they_stand(refused, words: str, text: str) -> None:
    scenario = SMALL.replace("    talk: {exp", f"    {words}\n    talk: {{exp")
    (mistake,) = refused(scenario, c_csv=f"seconds\n180\n{text}\n90\n")
    assert mistake.startswith("c.csv:3:")


@pytest.mark.parametrize("kind", ["counts", "staff", "profile"])
@pytest.mark.parametrize(("text", "extra"), [("1,200", "200"), ("20,5", "5")])
@pytest.mark.parametrize("more", [1, 2])
def test_a_column_without_a_name_holds_nothing(refused, kind: str, text: str, extra: str, more: int) -> None:
    head, *rows = file(kind, ",", text).split("\n")
    mistakes = refused(KINDS[kind][0], c_csv="\n".join([head + "," * more, *rows]))
    assert mistakes[0].startswith(f"c.csv:{AT + 2}:{7 + text.index(',') + 1}: {extra} is a field too many")
    single = "\n".join([HEADS[kind] + ",", *["20"] * 20, text, *["20"] * 27])
    if kind != "counts":
        mistakes = refused(KINDS[kind][0], c_csv=single)
        assert mistakes[0].startswith(f"c.csv:22:{text.index(',') + 2}: {extra} is a field too many")


@pytest.mark.parametrize(
    "text", ["\uff11\uff12", "\u0663", "\uff11.\uff12\uff10\uff10", "\u0661\u066b\u0665"]
)
def test_digits_of_other_scripts_are_a_mistake(refused, text: str) -> None:
    (mistake,) = refused(KINDS["counts"][0], c_csv=file("counts", ",", text))
    assert mistake.startswith(place("counts"))


@pytest.mark.parametrize(
    ("row", "at"),
    [
        ("00:00, many", "2:8"),
        ('"00:00",many', "2:9"),
        ('"00:00", "many"', "2:10"),
        ('  00:00  ,"many"', "2:11"),
        ('"say ""x"", y"\n,many', "2:1"),
        ('"00:00\n",many', "3:3"),
        ("\n\n00:00,many", "4:7"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_places_are_those_of_the_file(refused, row: str, at: str, end: str) -> None:
    content = file("counts", ",", "20").replace("00:00,20", row).replace("\n", end)
    mistakes = refused(KINDS["counts"][0], c_csv=content)
    assert any(mistake.startswith(f"c.csv:{at}: ") for mistake in mistakes), mistakes


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


@pytest.mark.parametrize("numbers", ["1,200", "20,5"])
def test_a_trailing_comma_in_every_row_hides_no_number(refused, numbers: str) -> None:
    rows = [f"{hour},{numbers}," for hour in HOURS]
    content = "\n".join(["interval_start,offered,note", *rows])
    mistakes = refused(KINDS["counts"][0], c_csv=content)
    assert mistakes[0].startswith(f"c.csv:2:{8 + numbers.index(',')}: "), mistakes
    assert "is a field too many" in mistakes[0]


@pytest.mark.parametrize("note", ["x", "4.5", "-"])
@pytest.mark.parametrize("mark", SEPARATORS)
def test_a_trailing_field_of_every_row_may_follow_a_column_of_its_own(written, mark: str, note: str) -> None:
    rows = [mark.join([hour, "20", note, ""]) for hour in HOURS]
    content = "\n".join([mark.join(["interval_start", "offered", "note"]), *rows])
    scenario, found = KINDS["counts"]
    assert found(written(scenario, c_csv=content)) == [20] * 48


@pytest.mark.parametrize(("kind", "mark"), list(product(KINDS, SEPARATORS)))
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"20"7', "7 stands behind the field's closing quotation mark"),
        ('"1" 200', "200 stands behind"),
        ('"1"200"', '200" stands behind'),
        ('"20', "this quotation mark is never closed"),
        ('"20""', "this quotation mark is never closed"),
    ],
)
def test_a_quotation_mark_joins_nothing(refused, kind: str, mark: str, text: str, words: str) -> None:
    mistakes = refused(KINDS[kind][0], c_csv=file(kind, mark, text))
    assert mistakes[0].startswith(place(kind) + words), mistakes


def test_an_open_quotation_mark_hides_no_rows(refused) -> None:
    content = 'seconds,note\n180,"long\n1,\n2,\n'
    (mistake,) = refused(KINDS["values"][0], c_csv=content)
    assert mistake.startswith("c.csv:2:5: this quotation mark is never closed")


@pytest.mark.parametrize("text", ['"20" ', ' "20"', '"2""0"'])
def test_blanks_around_quotation_marks_are_nothing(written, refused, text: str) -> None:
    scenario, found = KINDS["counts"]
    if text == '"2""0"':
        assert '2"0 is not a number' in refused(scenario, c_csv=file("counts", ",", text))[0]
    else:
        assert found(written(scenario, c_csv=file("counts", ",", text))) == [20] * 48


def test_a_field_that_never_ends_is_told_at_its_row(refused) -> None:
    content = 'seconds\n180\n"5\n' + "180\n" * 40_000
    assert refused(KINDS["values"][0], c_csv=content)[0].startswith("c.csv:3:1: a field of this row has more")
