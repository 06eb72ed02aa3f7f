"""Which assumptions the verdict hangs on: each at its low and its high value, the others as they are."""

from __future__ import annotations

from callsim.scenario import Scenario, again
from callsim.scenario.buildout.plan import Assumption
from callsim.study.buildout.answer import AssumptionAt, AssumptionTried, AtEnd
from callsim.study.buildout.looks import Known
from callsim.study.buildout.period import holds
from callsim.study.buildout.plan import played_out
from callsim.study.buildout.result import PlanResult, judged_columns
from callsim.study.options import Progress, RunOptions

Ends = dict[str, AtEnd]  # phase → its verdict and what it rests on


def variants(scenario: Scenario) -> list[tuple[Assumption, str, Scenario]]:
    """The scenario with each assumption at its low and at its high end.

    Raises ScenarioError where a value cannot stand in the file: better before the plan is played than after.
    """
    assumptions = scenario.buildout.assumptions if scenario.buildout is not None else ()
    return [
        (assumption, end, again(scenario, {assumption.key: getattr(assumption, end)}))
        for assumption in assumptions
        for end in ("low", "high")
    ]


def depends_on(
    scenario: Scenario,
    changed: list[tuple[Assumption, str, Scenario]],
    options: RunOptions,
    known: Known,
) -> list[AssumptionTried]:
    """What the plan's phases come to at both ends of each assumption, on the usual day of their last period.

    `changed`: the scenario's `variants`; `known`: days that have been simulated.
    """

    def judged(one: Scenario, part: Progress) -> Ends:
        result = played_out(one, options.but(progress=part), known, judged_columns, True, reliefs=False)
        return _ends(result)

    as_it_is = judged(scenario, Progress()) if changed else {}
    tried: dict[tuple[str, str], AssumptionAt] = {}
    turns = [one for share in options.in_turns(changed) for one in share]
    for number, (assumption, end, one) in enumerate(turns):
        of = len(changed)
        phases = judged(one, options.progress.part(number / of, 1 / of, number, of))
        tried[assumption.key, end] = AssumptionAt(value=_shown(getattr(assumption, end)), phases=phases)
    assumptions = {assumption.key: assumption for assumption, end, _ in changed if end == "low"}
    return [
        AssumptionTried(
            key=key,
            source=assumption.source,
            turns=_turned(as_it_is, tried[key, "low"], tried[key, "high"]),
            low=tried[key, "low"],
            high=tried[key, "high"],
        )
        for key, assumption in assumptions.items()
    ]


def _turned(as_it_is: Ends, *ends: AssumptionAt) -> list[str]:
    """The phases that have another verdict at either end, those of the low one first."""
    return list(
        dict.fromkeys(
            name
            for end in ends
            for name, phase in end.phases.items()
            if name in as_it_is and phase.holds != as_it_is[name].holds
        )
    )


def _ends(result: PlanResult) -> Ends:
    """The verdict of each phase, and the two figures that stand behind it."""
    ends = {result.years.plan.phases[number].name: period for number, period in result.judged.items()}
    return {
        name: AtEnd(
            holds=holds(period),
            goals_met=period.usual.goals_met.met,
            present=float(result.flow.present[:, period.week].sum()),
            needed=float(result.years.needed[:, period.week].sum()),
            binding=period.binding.word,
        )
        for name, period in ends.items()
    }


def _shown(value: object) -> str:
    """A value of the file as a planner would write it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_shown(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_shown, value)) + "]"
    return str(value)
