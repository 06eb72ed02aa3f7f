"""`callsim forecast`: files in, text, page, JSON, CSV and a scenario out."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from callsim.cli import main
from callsim.history.forecast.answer import ForecastAnswer
from callsim.results.schema import read
from tests.makers.answers import fits_its_schema
from tests.makers.histories import dates, drawn, means

DAYS = dates("2025-09-01", 140)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two queues of France, one of them with an hour without calls."""
    file = tmp_path_factory.mktemp("history") / "acd.csv"
    sales, service = (drawn(means(DAYS, 800, "FR"), seed, day_cv=0.05) for seed in (1, 2))
    service[100, 20:22] = 0
    with open(file, "w", newline="", encoding="utf-8") as there:
        rows = csv.writer(there)
        rows.writerow(["interval_start", "queue", "offered"])
        for number, date in enumerate(DAYS):
            for slot in range(48):
                at = f"{date}T{slot // 2:02d}:{slot % 2 * 30:02d}"
                rows.writerow([at, "sales", int(sales[number, slot])])
                rows.writerow([at, "service", int(service[number, slot])])
    return file


def asked(history: Path, *more: str) -> list[str]:
    return [
        "forecast",
        str(history),
        "--from",
        "2025-12-22",
        "--horizon",
        "2 weeks",
        "--holidays",
        "FR",
        *more,
    ]


def test_text(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(asked(history)) == 0
    out, err = capsys.readouterr()
    assert "Forecast of 2025-12-22 to 2026-01-04, from the history of 2025-09-01" in out
    assert "mean of the last four" in out
    assert "Busyness of the forecast error" in out
    assert "2025-12-25" in out
    assert "Christmas Day" in out
    assert "no calls for a while" in out
    assert "Errors on days that are forecast" in out
    assert max(map(len, out.splitlines())) <= 80
    assert "Traceback" not in err


def test_json_has_all_and_the_page_opens(history: Path, tmp_path: Path) -> None:
    assert main(asked(history, "--out", str(tmp_path / "f.json"))) == 0
    found = json.loads((tmp_path / "f.json").read_text())
    assert found == fits_its_schema(read(ForecastAnswer, found), "forecast")
    assert len(found["intervals"]) == 14 * 48 * 2
    service = found["queues"]["service"]
    assert [part["horizon"] for part in service["tested"]] == ["1 week", "2 weeks"]
    assert service["found"][0]["what"] == "outage"
    assert service["found"][0]["from"] == "10:00"
    assert {day["name"] for day in service["special_days"]} >= {"Christmas Day", "New Year's Day"}
    assert sum(day["offered"] for day in service["by_day"]) == pytest.approx(service["offered"], abs=0.1)
    assert main(asked(history, "--out", str(tmp_path / "f.html"))) == 0
    page = (tmp_path / "f.html").read_text()
    assert "Calls a day" in page
    assert "Days that are not ordinary" in page


def test_csv_and_a_scenario(history: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "base.yaml").write_text(
        "name: base\ncalendar: {start: 2026-01-05, days: 1}\nsites: {park: {seats: 9}}\n"
        "queues: {sales: {arrivals: {per_hour: 9}, talk: {constant: {mean: 3 min}}}}\n"
        "groups: {all: {site: park, answers: {sales: {}}, staff: 9}}\n"
    )
    plan = str(tmp_path / "plan.yaml")
    more = ["--queue", "sales", "--extends", str(tmp_path / "base.yaml")]
    assert main(asked(history, *more[:2], "--out", str(tmp_path / "sales.csv"))) == 0
    with open(tmp_path / "sales.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["interval_start", "queue", "offered", "low_80", "high_80", "low_95", "high_95"]
    assert len(rows) == 14 * 48
    offered = np.array([float(row["offered"]) for row in rows])
    assert (np.array([float(row["low_95"]) for row in rows]) <= offered + 0.01).all()
    assert main(asked(history, *more, "--out", plan)) == 0
    assert "sales: " in capsys.readouterr().out, "and it says how far off it is"
    assert main(["check", plan]) == 0
    assert "14 days from Mon 2025-12-22" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--horizon", "soon"], "soon is no length"),
        (["--from", "2025-02-30"], "2025-02-30 is no date"),
        (["--from", "2025-08-01"], "nothing is known before"),
        (["--holidays", "Narnia"], "no country"),
        (["--events", "nowhere.yaml"], "nowhere.yaml"),
        (["--queue", "other"], "other"),
        (["--column", "offered"], "names no column"),
        (["--extends", "base.yaml"], "write both"),
    ],
)
def test_mistakes(history: Path, more: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(asked(history, *more)) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err


def test_files_that_are_read_are_not_written_over(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = history.read_bytes()
    assert main(asked(history, "--out", str(history))) == 2
    assert "it is read for this forecast" in capsys.readouterr().err
    assert history.read_bytes() == before


def test_what_could_not_be_run_is_not_written(
    history: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The base has another queue, so nothing says how long calls of `sales` take."""
    base = tmp_path / "base.yaml"
    base.write_text(
        "queues: {other: {arrivals: {per_hour: 9}, talk: 3 min}}\n"
        "groups: {desk: {answers: {other: {}}, staff: 3}}\n"
    )
    out = tmp_path / "plan.yaml"
    assert main(asked(history, "--queue", "sales", "--extends", str(base), "--out", str(out))) == 2
    assert "is not written, for it could not be run" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["base.yaml"]


@pytest.mark.parametrize("form", ["text", "json", "csv", "html"])
def test_a_short_history_says_that_nothing_was_tested(
    history: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["forecast", str(history), "--from", "2025-09-30", "--horizon", "1 week", "--format", form]) == 0
    )
    out, err = capsys.readouterr()
    assert "too short to test forecasts of 1 week ahead" in err
    assert "nan" not in out.lower().replace("plotly", "") or form == "html"
    if form == "json":
        assert json.loads(out)["queues"]["sales"]["busyness"]["day_cv"] is None
    if form == "text":
        assert "0.0 %" not in out


def test_weeks_without_rows_are_one_line(
    history: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = history.read_text().splitlines()
    holes = [line for line in lines if not "2025-11-03" <= line[:10] <= "2025-11-16" or line[0] == "i"]
    (tmp_path / "holes.csv").write_text("\n".join(holes) + "\n")
    assert main(asked(tmp_path / "holes.csv", "--queue", "sales")) == 0
    out = capsys.readouterr().out
    assert out.count("no rows") == 1
    assert "2025-11-03 to 2025-11-16" in out, "and Armistice Day in it was not closed for all that is known"
