"""`callsim fit` on the command line."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

import callsim
from callsim.cli import main
from callsim.report.fit.text import report
from tests.makers.worlds import as_csv, log, world


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("history")
    path = folder / "log.csv"
    path.write_text(as_csv(log(world(folder, days=21, per_day=300, staff=3), 1)), "utf-8")
    return str(path)


def test_the_scenario_is_written_with_its_files(
    history: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "plan.yaml"
    assert main(["fit", history, "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert "How patient callers are" in said.out
    assert f"callsim run {out}" in said.err
    scenario = callsim.load(out)
    assert scenario.queues["sales"].arrivals.day_cv >= 0
    assert "# " in out.read_text("utf-8")
    assert main(["check", str(out)]) == 0
    uncertain = scenario.queues["sales"].uncertain
    assert uncertain.volume > 0
    told = " ".join(said.out.split())
    assert f"standard errors from what differs between days: volume {uncertain.volume:.1%}" in told


@pytest.mark.parametrize("ending", ["json", "csv", "html", "txt"])
def test_every_form(history: str, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"fit.{ending}"
    assert main(["fit", history, "--use", "mon-fri", "--out", str(out)]) == 0
    text = out.read_text("utf-8")
    if ending == "json":
        found = json.loads(text)
        assert found["kind"] == "fit"
        assert found["left_out"]
        assert found["scenario"]["fitted.yaml"].startswith("# Fitted by callsim")
    elif ending == "csv":
        rows = list(csv.DictReader(text.splitlines()))
        assert {"queue", "figure", "value", "low", "high", "n"} == set(rows[0])
        told = {row["figure"]: row["value"] for row in rows}
        assert "patience_exponential_mean_s" in told
        assert 0 < float(told["uncertain_volume"]) < 0.2
    elif ending == "html":
        for words in (
            "Calls by weekday and interval",
            "Patience",
            "Talk time",
            "Assumed",
            "Standard errors from",
            "plotly",
        ):
            assert words in text
    else:
        assert "Assumed" in text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere.csv"], "no such file"),
        (["{history}", "--use", "someday"], "--use: someday is no day"),
        (["{history}", "--exclude", "2031-01-01"], "the history has no 2031-01-01"),
        (["{history}", "--queue", "sells"], "did you mean sales"),
        (["{history}", "--column", "offered"], "write our name = theirs"),
        (["{history}", "--column", "wait_s=Wartezeit"], "has no column wartezeit"),
        (["{history}", "--out", "{history}"], "it is the scenario itself"),
        (["{history}", "--out", "x.pdf"], ".pdf is no form"),
    ],
)
def test_mistakes(history: str, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", *(word.format(history=history) for word in arguments)]) == 2
    said = capsys.readouterr()
    assert says in said.err
    assert not said.out


def test_a_narrow_terminal_and_many_queues(history: str) -> None:
    found = callsim.fit(history).told()
    queues = {f"queue {number}": found.queues["sales"] for number in range(22)}
    found = replace(found, queues=queues)
    for width in (60, 80, 200):
        said = report(found, width)
        assert "2 other queues" in said
        assert max(map(len, said.splitlines())) <= width
