"""Which plan is better: the very same calls through each of them, and what differs run by run."""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Unpack

from callsim.errors import UserError
from callsim.model.routing import WITHIN
from callsim.results import backlog, catalogue, measures, waiting
from callsim.results.estimates import Estimated, Estimates
from callsim.results.measures import CONFIDENCE, Estimate, Figure
from callsim.results.result import Terms, terms_of
from callsim.results.run import Promise
from callsim.results.schema import Figures, Mapped
from callsim.scenario import Given, Scenario, scenario_of
from callsim.sentences import say
from callsim.shown import Shown
from callsim.study.hands import Watch
from callsim.study.options import How, RunOptions, with_options
from callsim.study.player import Run, model_of
from callsim.study.runs.compared import (
    Answered,
    Between,
    CallsDiffer,
    CampaignDiffers,
    CompareResult,
    Confidence,
    CostsDiffer,
    MenuDiffers,
    Played,
    WorkDiffers,
)
from callsim.study.runs.multiple import holm
from callsim.study.runs.replicate import MOST, in_order, result
from callsim.study.store.store import Store
from callsim.units import show_duration
from callsim.version import __version__

LOOKS = (10, 20, 40, 70, MOST)  # runs after which the answer is looked at, where their number is left open
MOST_PLANS = 50  # 1,225 pairs
DEFAULT_WITHIN_S = WITHIN / 1000  # of queues without a goal
# Figures that depend on how long a goal lets callers wait.
BY_GOAL = ("service_level", "goal_probability", "clients.service_level")
ALIKE, ALIKE_WAIT = 0.001, 0.1  # plans whose shares, or waits in s, surely differ by no more are alike
Parts = Mapping[str, Estimated]


class Question(NamedTuple):
    """What decides which of two plans is better."""

    queue: str | None  # None: all queues together
    figure: str  # its key among the figures of calls

    @property
    def sign(self) -> int:
        """1: more is better."""
        return catalogue.CALLS[self.figure].better

    @property
    def alike(self) -> float:
        """Plans that surely differ by no more are alike."""
        return ALIKE if catalogue.CALLS[self.figure].unit == "share" else ALIKE_WAIT

    def of(self, estimates: Estimates) -> Estimate:
        """The figure among all of a plan's."""
        return (estimates.total if self.queue is None else estimates.queues[self.queue])[self.figure]


class Answer(NamedTuple):
    """What two plans' same calls say to a question."""

    question: Question
    difference: Figure  # its interval holds for this queue, not for all queues together
    doubt: float | None  # the p value of no difference, all questions of all pairs and looks together
    gain: float | None  # how many times as many runs separate luck would need
    verdict: str  # better, worse, alike or open


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """The result of `callsim compare`: plans by name, which met the same luck."""

    plans: dict[str, Played]
    looks: int = 1  # how often the answer could be looked at
    engine: str = "kernel"

    def for_reports(self) -> CompareResult:
        """Returns it as reports take it."""
        return self.told()

    def in_short(self) -> dict[str, object]:
        """Returns what its `repr` says."""
        return {"plans": list(self.plans), "runs": next(iter(self.plans.values())).runs}

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Returns each plan with each later one, by name."""
        return list(itertools.combinations(self.plans, 2))

    @property
    def confidence(self) -> float:
        """Returns the confidence of one figure's interval, so that all pairs and looks together hold at 95 %.

        It is not widened for the number of queues; verdicts are (see `Answer.doubt`). Bonferroni; over looks
        these are repeated confidence intervals (Jennison & Turnbull 1989, Journal of the Royal Statistical
        Society B 51, 305-361).
        """
        return 1 - (1 - CONFIDENCE) / (len(self.pairs) * self.looks)

    @property
    def decided(self) -> bool:
        """Returns whether every question has its answer."""
        return all(answer.verdict != "open" for pair in self.pairs for answer in self.answers(*pair))

    def answers(self, before: str, after: str) -> list[Answer]:
        """Returns which of two plans, `before` and `after`, is better: an answer for each queue."""
        return self._answers[before, after]

    @functools.cached_property
    def _answers(self) -> dict[tuple[str, str], list[Answer]]:
        """All that is asked of each pair, answered so that no difference is named by luck 95 times in 100."""
        asked = [(pair, question) for pair in self.pairs for question in self._questions(*pair)]
        both = [tuple(question.of(self.plans[name].estimates) for name in pair) for pair, question in asked]
        once = [measures.doubt(old, new) for old, new in both]
        doubts = holm([None if p is None else min(p * self.looks, 1.0) for p in once])
        widest = 1 - (1 - CONFIDENCE) / (self.looks * len(asked))
        found: dict[tuple[str, str], list[Answer]] = {pair: [] for pair in self.pairs}
        for (pair, question), (old, new), doubt in zip(asked, both, doubts, strict=True):
            figure = measures.difference(old, new, self.confidence)
            wide = measures.difference(old, new, widest)
            verdict = verdict_of(wide, doubt, question.sign, figure, question.alike)
            found[pair].append(Answer(question, figure, doubt, measures.gain(old, new), verdict))
        return found

    def _questions(self, before: str, after: str) -> list[Question]:
        return questions(self.plans[before], self.plans[after])

    def to_dict(self) -> Mapped:
        """Returns the JSON of the comparison as plain data: every difference is {mean, low, high}."""
        return self.told().to_dict()

    def told(self, pages: bool = True) -> CompareResult:
        """Returns the comparison as reports and files take it.

        Without `pages` what only pages of a single plan show is left out.
        """
        some = next(iter(self.plans.values()))
        return CompareResult(
            plans=[replace(played.told(pages), plan=name) for name, played in self.plans.items()],
            differences={f"{old} → {new}": self._between(old, new) for old, new in self.pairs},
            seed=some.seed,
            runs=some.runs,
            engine=self.engine,
            version=__version__,
            decided=self.decided,
            confidence=Confidence(
                together=CONFIDENCE,
                each=self.confidence,
                pairs=len(self.pairs),
                looks=self.looks,
                adjusted="Bonferroni over pairs of plans and looks at the answer",
                questions=sum(len(answers) for answers in self._answers.values()),
                verdicts="Holm over all queues of all pairs, Bonferroni over looks at the answer",
            ),
        )

    def _between(self, before: str, after: str) -> Between:
        answers, sure = self.answers(before, after), self.confidence
        old, new = _alike_measured(self.plans[before], self.plans[after])
        return Between(
            before=before,
            after=after,
            counted=self.plans[before].terms.counted,
            verdict=overall([answer.verdict for answer in answers]),
            questions=[
                Answered(
                    queue=answer.question.queue,
                    figure=answer.question.figure,
                    difference=answer.difference,
                    verdict=answer.verdict,
                    doubt=answer.doubt,
                    gain=answer.gain,
                )
                for answer in answers
            ],
            total=CallsDiffer(figures=_differences(old.total, new.total, sure)),
            queues={
                name: CallsDiffer(figures=figures) for name, figures in _both(old.queues, new.queues, sure)
            },
            groups={
                name: WorkDiffers(figures=figures) for name, figures in _both(old.groups, new.groups, sure)
            },
            costs=None
            if old.costs is None or new.costs is None
            else CostsDiffer(figures=_differences(old.costs, new.costs, sure)),
            menus={name: MenuDiffers(figures=figures) for name, figures in _both(old.menus, new.menus, sure)}
            or None,
            campaigns={
                name: CampaignDiffers(figures=one) for name, one in _both(old.campaigns, new.campaigns, sure)
            }
            or None,
        )


@with_options
def compare(
    plans: Sequence[Given],
    *,
    names: Sequence[str] | None = None,
    **how: Unpack[How],
) -> Comparison:
    """Play the same calls through each plan: `runs` times, or until it is decided which is better.

    Args:
        plans: two scenarios or more, or the paths of their files, of the same days and intervals.
        names: what the plans are called. Default: the scenarios' names.

    The other arguments are those of `callsim.run`. Returns the Comparison. Raises what `callsim.run` raises,
    and UserError where plans cannot be compared.
    """
    return compared([scenario_of(plan) for plan in plans], RunOptions.of(how), names)


def compared(
    plans: Sequence[Scenario], options: RunOptions, names: Sequence[str] | None = None
) -> Comparison:
    """Returns what `compare` returns, and raises the same, with the options in one object."""
    runs = options.runs
    if options.store is None and len(plans) > 1:
        options = options.but(store=Store())  # what plans share is played once
    names = list(names or unique([(plan.name, plan.path) for plan in plans]))
    built = [model_of(plan) for plan in plans]
    refuse_unlike({name: terms_of(plan) for name, plan in zip(names, built, strict=True)})
    done: list[list[Run]] = [[] for _ in built]
    watch = Watch(options.progress, runs or LOOKS[0], len(built))

    def found() -> Comparison:
        results = [result(plan, options, part) for plan, part in zip(built, done, strict=True)]
        looks = 1 if runs is not None else len(LOOKS)
        return Comparison(dict(zip(names, results, strict=True)), looks, options.engine)

    for together in in_order(built, options, runs or MOST, watch):
        for part, one in zip(done, together, strict=True):
            part.append(one)
        if runs is None and len(done[0]) in LOOKS[:-1]:
            if found().decided:
                break
            watch.expected = LOOKS[LOOKS.index(len(done[0])) + 1]
    return found()


def compare_saved(plans: Mapping[str, Played]) -> Comparison:
    """Compare saved results. Raises UserError where they have not met the same calls."""
    refuse_unlike({name: played.terms for name, played in plans.items()})
    for what, of in (("seed", "--seed"), ("runs", "--runs")):
        values = {name: getattr(played, what) for name, played in plans.items()}
        if len(set(values.values())) > 1:
            told = ", ".join(say("compare.has", name=name, value=value) for name, value in values.items())
            raise UserError(say("compare.other_calls", what=what, values=told, option=of))
    return Comparison(dict(plans))


def refuse_too_many(plans: int) -> None:
    """Raise a UserError where each plan with each other would be more than anybody reads or waits for."""
    if plans > MOST_PLANS:
        raise UserError(say("compare.too_many", plans=plans, pairs=plans * (plans - 1) // 2, most=MOST_PLANS))


def refuse_unlike(plans: Mapping[str, Terms]) -> None:
    """Raises UserError for plans that cannot be compared."""
    refuse_too_many(len(plans))
    if len(plans) < 2:
        raise UserError(say("compare.nothing"))
    (first, mine), *others = plans.items()
    for name, theirs in others:
        for what, ours, other in (
            ("calendar.start", mine.start, theirs.start),
            ("calendar.days", mine.days, theirs.days),
            ("calendar.interval", show_duration(mine.interval_s), show_duration(theirs.interval_s)),
            ("goals.counted", mine.counted, theirs.counted),
            ("goals.short_abandon", mine.short_abandon, theirs.short_abandon),
        ):
            if ours != other:
                raise UserError(
                    say("compare.unlike", first=first, name=name, key=what, one=ours, other=other)
                )
        if not set(mine.queues) & set(theirs.queues):
            raise UserError(say("compare.no_queue", first=first, name=name))


def unique(plans: Sequence[tuple[str, str]]) -> list[str]:
    """What plans of some names and files are called: by both where names alone would not do."""
    names = [name for name, _ in plans]
    if len(set(names)) < len(names):
        names = [f"{name} ({os.path.basename(path)})" for name, path in plans]
    return [
        f"{name} {names[: row + 1].count(name)}" if names.count(name) > 1 else name
        for row, name in enumerate(names)
    ]


def questions(before: Played, after: Played) -> list[Question]:
    """What decides between two plans: of each queue what its goal is about; without goals, all calls."""
    found = []
    for queue, goal in before.promises.items():
        other = after.promises.get(queue)
        if other is None or other.within_s != goal.within_s:
            continue
        if goal.answer is not None:
            found.append(Question(queue, f"service_level.{before.terms.counted}"))
        elif goal.abandon_at_most is not None:
            found.append(Question(queue, "abandoned_share"))
        else:
            found.append(Question(queue, "asa_s"))
    return found or [Question(None, f"service_level.{before.terms.counted}")]


def overall(verdicts: Sequence[str]) -> str:
    """One word for all queues: better, worse, mixed, alike or open."""
    there = set(verdicts)
    if {"better", "worse"} <= there:
        return "mixed"
    return next(word for word in ("better", "worse", "open", "alike") if word in there)


def verdict_of(
    widest: Figure, doubt: float | None, sign: int, shown: Figure | None = None, alike: float = ALIKE
) -> str:
    """better, worse, alike, or open where it is not sure.

    `widest`: the difference with an interval that holds for all questions together; `doubt`: its p value
    among all questions; `sign`: 1 where more is better; `shown`: the difference as tables have it. Returns
    "alike" where the widest interval lies within `alike` of 0, "better" or "worse" where `doubt` is
    less than 5 %, and 0 does not lie in the interval that is shown: no table takes a headline back.
    """
    low, high, mean = widest.low, widest.high, widest.mean
    if low is None or high is None or mean is None or doubt is None:
        return "open"
    if max(abs(low), abs(high)) <= alike:
        return "alike"
    if doubt >= 1 - CONFIDENCE or (shown is not None and _may_be_none(shown)):
        return "open"
    return "better" if mean * sign > 0 else "worse"


def _may_be_none(difference: Figure) -> bool:
    """Whether 0 lies in its interval."""
    return difference.low is None or difference.high is None or difference.low <= 0 <= difference.high


def _alike_measured(before: Played, after: Played) -> tuple[Estimates, Estimates]:
    """The figures of both, without those that a goal measures in another way in each."""
    first, second = before.estimates, after.estimates
    dropped = False
    queues = dict(first.queues)
    for name in queues.keys() & second.queues.keys():
        old, new = (played.promises.get(name) for played in (before, after))
        if _within_s(old) != _within_s(new):
            queues[name] = _without(queues[name], (*BY_GOAL, waiting.WITHIN))
            dropped = True
        elif (old and _words(old)) != (new and _words(new)):
            queues[name] = _without(queues[name], BY_GOAL[1:])
        if before.dues.get(name) != after.dues.get(name):
            queues[name] = _without(queues[name], (backlog.OVERDUE,))
    total = _without(first.total, BY_GOAL) if dropped else first.total
    return replace(first, queues=queues, total=total), second


def _within_s(promise: Promise | None) -> float | None:
    return DEFAULT_WITHIN_S if promise is None else promise.within_s


def _words(promise: Promise) -> tuple[float | None, ...]:
    return promise.answer, promise.within_s, promise.abandon_at_most, promise.asa_at_most_s


def _without(figures: Estimated, parts: Sequence[str]) -> Estimated:
    return {
        key: one for key, one in figures.items() if key not in parts and key.partition(".")[0] not in parts
    }


def _both(old: Parts, new: Parts, confidence: float) -> list[tuple[str, Figures]]:
    """What differs in each part that both plans have, by its name."""
    return [(name, _differences(one, new[name], confidence)) for name, one in old.items() if name in new]


def _differences(before: Estimated, after: Estimated, confidence: float) -> Figures:
    """What both have, subtracted."""
    return Figures(
        {key: measures.difference(old, after[key], confidence) for key, old in before.items() if key in after}
    )
