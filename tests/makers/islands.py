"""Runs of centres of several islands: what was played together, and every sum by the name that it is of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import yaml

import callsim
from callsim.model import Model
from callsim.model.islands import Island, islands
from callsim.model.supervisors.stories import stories
from callsim.scenario import Scenario
from callsim.sim.count.tally import Tally
from callsim.sim.engines.day import play as play_day
from callsim.sim.luck.presence import come_and_go
from callsim.study import by_islands
from callsim.study.player import Run, Task, play
from tests.makers.archipelagos import HELPER


def scenario_of(folder: Path, centre: dict[str, Any]) -> Scenario:
    """A centre as a file, beside the supervisors that it may name."""
    (folder / "help.py").write_text(HELPER)
    file = folder / "centre.yaml"
    file.write_text(yaml.safe_dump(centre, sort_keys=False))
    return callsim.load(file)


def settled(model: Model, engine: str = "kernel") -> list[Island]:
    """What is played together in run 0."""
    run = by_islands._Run(model, alone(engine), None)
    parts = [by_islands._Part(model, one) for one in islands(model)]
    return [part.island for part in run.settled(parts, None)]


def alone(engine: str) -> by_islands.Alone:
    """Plays run 0 of a model, or of a part of it, as one."""

    def one(model: Model, missed: np.ndarray | None = None, **more: Any) -> Tally:
        roster = come_and_go(model.roster, model.centre, 1, 0, missed)
        return play_day(
            model.centre, model.demand, model.within, model.grid, seed=1, run=0, engine=engine,
            roster=roster, supervisors=stories(model), **more,
        )  # fmt: skip

    return one


def figures_of(model: Model, engine: str = "kernel", run: Run | None = None) -> dict[str, Any]:
    """All sums of run 0, or of this `run`, by the names of queues, groups and sites."""
    run = run or play(Task(model.scenario, 1, 0, engine))
    tally = run.tally
    queues = {
        copy.name: [of.tolist() for of in (tally.calls[:, row], tally.longest[:, row], run.waits[row])]
        for row, copy in enumerate(model.queues)
    }
    groups = {
        copy.name: [tally.work[:, row].tolist(), int(run.absent[row]), int(tally.called_in[row])]
        for row, copy in enumerate(model.groups)
    }
    sites = {
        name: [of[:, row].tolist() for of in (tally.sites, tally.seats_peak)]
        for row, name in enumerate(model.sites)
    }
    return {"queues": queues, "groups": groups, "sites": sites, "cut off": tally.cut_off.tolist()}
