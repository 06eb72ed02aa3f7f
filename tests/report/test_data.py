"""JSON and CSV: everything is there, and nothing that other programs cannot read."""

from __future__ import annotations

import csv
import io
import json
import math

from callsim.report.kit.data import as_csv, as_json
from tests.makers.made_up import two_lines


def test_json_is_the_result() -> None:
    assert json.loads(as_json(two_lines())) == two_lines()


def test_json_knows_no_nan() -> None:
    assert json.loads(as_json({"a": math.nan, "b": [math.inf, {"c": -math.inf}]})) == {
        "a": None,
        "b": [None, {"c": None}],
    }


def test_names_stay_readable() -> None:
    assert "电信" in as_json({"queue": "电信"})


def test_csv_has_flat_columns_and_one_row_per_interval_and_queue() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(two_lines()["intervals"]))))
    assert len(rows) == 4
    assert rows[0]["start"] == "2017-06-05T09:30"
    assert float(rows[0]["service_level_offered_mean"]) == 0.612
    assert {"asa_s_low", "asa_s_high", "abandoned_share_mean", "queue"} <= set(rows[0])


def test_what_does_not_exist_is_empty_and_names_may_hold_commas() -> None:
    text = as_csv([{"queue": 'a,"b"\nc', "asa_s": {"mean": None, "low": math.nan}}])
    assert list(csv.reader(io.StringIO(text))) == [["queue", "asa_s_mean", "asa_s_low"], ['a,"b"\nc', "", ""]]


FORMULAS = {
    "=1+1": "'=1+1",
    "@SUM(A1)": "'@SUM(A1)",
    "+1.5 ± 0.9": "'+1.5 ± 0.9",
    "-2+3": "'-2+3",
    "-": "'-",
    "-5": "-5",
    "+1,234.5": "+1,234.5",
    "−5": "−5",
    "a=b": "a=b",
}
"""Cells of a page, and as they stand in the CSV of its button."""


def test_no_text_is_a_formula_and_numbers_stay_numbers() -> None:
    rows = list(csv.reader(io.StringIO(as_csv([{"name": text, "n": -5} for text in FORMULAS]))))
    # Here a text is known to be one: a queue called -5 is no number.
    texts = [f"'{text}" if text[0] in "=+-@" else text for text in FORMULAS]
    assert rows[1:] == [[told, "-5"] for told in texts]
    assert all(told in (text, f"'{text}") for text, told in FORMULAS.items())
