"""Random centres of two to four queues whose calls follow each other, with a goal for every queue."""

from __future__ import annotations

import random
from pathlib import Path

import callsim
from callsim.scenario import Scenario

NAMES = "abcd"
PROFILE = "profile: [0,0,0,0,0,0,0,0, 6,10,12,13,11,9,10,12,10,7, 0,0,0,0,0,0]"


def chain(seed: int, folder: Path) -> Scenario:
    """A centre of some seed, read from a file."""
    file = folder / f"chain-{seed}.yaml"
    file.write_text(written(seed), "utf-8")
    return callsim.load(file)


def written(seed: int) -> str:
    """Its file: the first queue is called, others are led to or are called, too."""
    pick = random.Random(seed)
    names = NAMES[: pick.randint(2, 4)]
    by_hour = pick.random() < 0.5
    lines = [
        f"calendar: {{start: 2024-01-08, warm_up: {pick.choice(['0 s', '1 d'])}, interval: 1 h}}",
        "queues:",
    ]
    for number, name in enumerate(names):
        lines += [f"  {name}:", *(f"    {line}" for line in _queue(pick, names, number, by_hour))]
    shared = len(names) > 2 and pick.random() < 0.4
    answers = {name: f"{name}: {{}}" for name in names}
    if pick.random() < 0.3:
        answers[names[0]] += f", {names[1]}: {{rank: 2, after: 10 s}}"
    if shared:
        answers[names[1]] += f", {answers.pop(names[-1])}"
    lines += ["groups:", *(f"  desk-{name}: {{staff: 9, answers: {{{answers[name]}}}}}" for name in answers)]
    return "\n".join(lines) + "\n"


def _queue(pick: random.Random, names: str, number: int, by_hour: bool) -> list[str]:
    lines = []
    if number == 0 or pick.random() < 0.25:
        calls = pick.choice([600, 1200, 2400]) // (1 if number == 0 else 3)
        lines.append(f"arrivals: {{per_day: {calls}{', ' + PROFILE if by_hour else ''}}}")
    talk = pick.choice(["exponential: {mean: %d s}", "lognormal: {mean: %d s, cv: 0.8}"]) % pick.randint(
        120, 360
    )
    lines.append(f"talk: {{{talk}}}")
    if pick.random() < 0.4:
        lines.append("wrap: 30 s")
    if pick.random() < 0.7:
        lines.append(f"patience: {{exponential: {{mean: {pick.randint(2, 8)} min}}}}")
    lines.append(f"goal: {{answer: {pick.randint(70, 90)}%, within: {pick.choice([20, 60, 120])} s}}")
    rows = []
    if number + 1 < len(names):
        how = pick.choice(["cold", "warm", "warm, conference: 40 s", "consult"])
        rows.append(
            f"{{outcome: answered, share: {pick.randint(8, 30)}%, to: {names[number + 1]}, transfer: {how}}}"
        )
    if pick.random() < 0.5:
        after = pick.choice(["{exponential: {mean: 1 h}}", "10 min", "{lognormal: {mean: 5 h, cv: 1}}"])
        limit = pick.choice(["", ", at_most: 2"])
        rows.append(
            f"{{outcome: answered, share: {pick.randint(5, 25)}%, to: {names[0]}, after: {after}{limit}}}"
        )
    if pick.random() < 0.3:
        rows.append(f"{{outcome: abandoned, share: {pick.randint(10, 60)}%, to: {names[-1]}, after: 5 min}}")
    return [*lines, *(["follow_ups:", *(f"  - {row}" for row in rows)] if rows else [])]
