"""--vary: values that may hold commas of their own, short names that tell plans apart, mistakes."""

from __future__ import annotations

import pytest

from callsim.errors import UserError
from callsim.scenario.reading.variants import MOST, variants


def test_each_value_is_a_plan_named_by_its_last_step() -> None:
    found = variants(["groups.desk.staff=400, 420"])
    assert [tuple(variant) for variant in found] == [
        ("staff=400", ("groups.desk.staff=400",)),
        ("staff=420", ("groups.desk.staff=420",)),
    ]


def test_commas_in_brackets_and_quotes_part_nothing() -> None:
    found = variants(["groups.desk.staff=[1,2],[3,4]", "name='a, b',\"c,d\""])
    assert [variant.overrides for variant in found] == [
        ("groups.desk.staff=[1,2]", "name='a, b'"),
        ("groups.desk.staff=[1,2]", 'name="c,d"'),
        ("groups.desk.staff=[3,4]", "name='a, b'"),
        ("groups.desk.staff=[3,4]", 'name="c,d"'),
    ]


def test_names_are_as_long_as_it_takes_to_tell_them_apart() -> None:
    (first, *_) = variants(["groups.a.staff=1,2", "groups.b.staff=3,4"])
    assert first.name == "a.staff=1, b.staff=3"
    (first, *_) = variants(["groups.a.staff.3=1,2"])
    assert first.name == "staff.3=1"


@pytest.mark.parametrize(
    "word", ["groups.desk.staff", "groups.desk.staff=", "=1,2", "a.b=1", "a.b=1,", "a.b=1,1"]
)
def test_mistakes(word: str) -> None:
    with pytest.raises(UserError, match="--vary"):
        variants([word])


def test_too_many_plans_are_refused() -> None:
    many = ",".join(map(str, range(MOST)))
    assert len(variants([f"a.b={many}"])) == MOST
    with pytest.raises(UserError, match="at most"):
        variants([f"a.b={many}", "a.c=1,2"])
