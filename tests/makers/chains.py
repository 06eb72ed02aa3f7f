"""Random centres of two to four queues whose calls follow each other or come through menus, with a goal for
every queue.
"""

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


def behind_menus(seed: int, folder: Path) -> Scenario:
    """A centre of some seed whose calls come through one to three menus, one behind the other."""
    file = folder / f"menus-{seed}.yaml"
    file.write_text(_with_menus(seed), "utf-8")
    return callsim.load(file)


def _with_menus(seed: int) -> str:
    pick = random.Random(f"menus {seed}")
    names = NAMES[: pick.randint(2, 4)]
    by_hour, depth = pick.random() < 0.5, pick.randint(1, 3)
    lines = [
        f"calendar: {{start: 2024-01-08, warm_up: {pick.choice(['0 s', '1 d'])}, interval: 1 h}}",
        "menus:",
    ]
    for number in range(depth):
        lines.append(f"  menu-{number}:")
        if number == 0 or pick.random() < 0.3:
            calls = pick.choice([1200, 2400, 4800]) // (1 if number == 0 else 4)
            swing = pick.choice(["", ", day_cv: 8%"])
            lines.append(f"    arrivals: {{per_day: {calls}{', ' + PROFILE if by_hour else ''}{swing}}}")
        if pick.random() < 0.7:
            lines.append(f"    duration: {{exponential: {{mean: {pick.choice([30, 90, 1200])} s}}}}")
        lines.append(f"    abandon: {pick.choice([0, 5])}%")
        if pick.random() < 0.7:
            sd = pick.choice([0, 3, 6])
            lines.append(f"    contained: {{share: {pick.choice([20, 35])}%, sd: {sd}%}}")
        ways = [*names, *([f"menu-{number + 1}"] if number + 1 < depth else [])]
        if number:
            ways = pick.sample(list(names), pick.randint(1, len(names))) + ways[len(names) :]
        cuts = [0, *sorted(pick.sample(range(5, 100, 5), len(ways) - 1)), 100]
        shares = [
            f"{way}: {after - before}%" for way, before, after in zip(ways, cuts, cuts[1:], strict=False)
        ]
        lines.append(f"    to: {{{', '.join(shares)}}}")
    lines.append("queues:")
    for number, name in enumerate(names):
        queue = _queue(pick, names, number, by_hour)
        if number == 0:
            queue = queue[1:]  # nobody dials the first queue
        lines += [f"  {name}:", *(f"    {line}" for line in queue)]
    answers = [f"{name}: {{}}" for name in names]
    if pick.random() < 0.4:
        answers[:2] = [", ".join(answers[:2])]
    lines += [
        "groups:",
        *(f"  desk-{k}: {{staff: 9, answers: {{{each}}}}}" for k, each in enumerate(answers)),
    ]
    return "\n".join(lines) + "\n"
