"""Robust choice: the plan that is never far from the best, whatever the future."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.measure.figures import KpiKey
from sim.scenario.problems import quoted
from sim.scenario.scenario import Scenario
from sim.scenario.targets import Target
from sim.study.asking import Run, Variant
from sim.study.comparison import valid
from sim.study.fresh import afresh
from sim.study.goals import key_of
from sim.study.output_analysis import CONFIDENCE, Floats, Interval, paired_difference, t_interval
from sim.study.refusal import check_confidence, refusal
from sim.study.searching.plans import Plan, check_names
from sim.study.searching.trial import Trial, trial_of

MOST_CELLS: Final = 400
"""Plans times futures are at most so many."""


@dataclass(frozen=True, slots=True)
class RobustChoice:
    """What is chosen from, and for which futures."""

    plans: tuple[Plan, ...]
    futures: tuple[Plan, ...]
    """Each with changes that nobody chooses, such as a tenth more patients."""
    goal: Target
    """Tells the figure, which way is better, and from when on it is good enough."""
    confidence: float = CONFIDENCE

    def __post_init__(self) -> None:
        check_confidence(self.confidence)
        check_names(self.plans, "--plan", 2)
        check_names(self.futures, "--future", 2)
        if (cells := len(self.plans) * len(self.futures)) > MOST_CELLS:
            message = f"{len(self.plans)} plans in {len(self.futures)} futures are {cells:,}; {MOST_CELLS} are the most"
            raise refusal("--plan", message, "leave some out, or take larger steps")

    @property
    def sign(self) -> float:
        """What to multiply the figure with so that less is better."""
        return -1.0 if self.goal.is_least else 1.0

    @property
    def key(self) -> KpiKey:
        """The figure."""
        return key_of(self.goal)


@dataclass(frozen=True, slots=True)
class Cell:
    """A plan in a future."""

    plan: int
    future: int
    trial: Trial
    """How it stands to the goal there."""
    best: int
    """The plan that does best in this future, by the search."""
    regret: Interval
    """How much worse than that plan, on the same patients, in the unit of the figure; below 0 if fresh seeds differ."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Plans in futures, all with one seed."""

    seed: int
    cells: tuple[Cell, ...]
    """Plan by plan, each in all futures."""

    @property
    def plans(self) -> tuple[int, ...]:
        """Numbers of the plans that are in it."""
        return tuple(dict.fromkeys(one.plan for one in self.cells))

    def of(self, plan: int) -> tuple[Cell, ...]:
        """A plan in all futures."""
        return tuple(one for one in self.cells if one.plan == plan)

    def worst(self, plan: int) -> Cell:
        """The future in which a plan is furthest from the best."""
        return max(self.of(plan), key=lambda one: one.regret.mean)

    def met(self, plan: int) -> tuple[int, int]:
        """In how many futures a plan surely meets the goal, and in how many it surely misses it."""
        verdicts = [one.trial.verdict for one in self.of(plan)]
        return verdicts.count("met"), verdicts.count("missed")

    def ranked(self) -> tuple[int, ...]:
        """Plans by their largest regret, the smallest first."""
        return tuple(sorted(self.plans, key=lambda plan: (self.worst(plan).regret.mean, plan)))


@dataclass(frozen=True, slots=True, eq=False)
class Robust:
    """What was found."""

    settings: RobustChoice
    base: Scenario
    searched: Matrix
    """All plans in all futures."""
    fresh: Matrix
    """The choice, the next and the best of each future with fresh seeds; regrets are to the best of the search."""
    choice: int
    """The plan with the smallest largest regret, by the search."""
    next: int
    """The plan with the next."""
    lead: Interval
    """By how much the largest regret of the next exceeds that of the choice, with fresh seeds."""

    @property
    def is_sure(self) -> bool:
        """Whether fresh seeds tell the choice from the next."""
        return self.lead.is_known and self.lead.low > 0


def choose_robust(settings: RobustChoice, variant: Variant, run: Run) -> Robust:
    """Chooses the plan whose largest regret over all futures is smallest (minimax regret).

    The regret of a plan in a future is how much worse its figure is than that of the plan that does best there, on the
    same patients. A plan with small regret everywhere is never much of a mistake. All plans are run in all futures;
    since the best of each future, the worst future of each plan and the choice are picked from the same figures, the
    choice, the next and the best of each future are run again with fresh seeds, and those figures are reported.

    Args:
        settings: plans, futures and the goal.
        variant: makes scenarios.
        run: runs them.

    Returns:
        Both matrices and the choice.

    Raises:
        InvalidRunError: if the books of a run do not balance.
        ScenarioError: if a plan cannot be put into a future, or a scenario lacks the figure.

    Source: Savage (1951), The theory of statistical decision, J Am Stat Assoc 46:55-67.
    """
    scenarios = {
        (plan, future): _together(settings, plan, future, variant)
        for plan in range(len(settings.plans))
        for future in range(len(settings.futures))
    }
    trials = _tried(settings, scenarios, run)
    best = [_best(settings, trials, future) for future in range(len(settings.futures))]
    searched = _matrix(settings, trials, best)
    choice, following = searched.ranked()[:2]
    again = sorted({choice, following, *best})
    fresh_scenarios = {
        (plan, future): afresh(one, one.run.replications) for (plan, future), one in scenarios.items() if plan in again
    }
    fresh_trials = _tried(settings, fresh_scenarios, run)
    return Robust(
        settings=settings,
        base=variant(()),
        searched=searched,
        fresh=_matrix(settings, fresh_trials, best),
        choice=choice,
        next=following,
        lead=_lead(settings, fresh_trials, best, (searched.worst(choice), searched.worst(following))),
    )


_Trials = Mapping[tuple[int, int], Trial]


def _together(settings: RobustChoice, plan: int, future: int, variant: Variant) -> Scenario:
    chosen, met = settings.plans[plan], settings.futures[future]
    both = {one.partition("=")[0].strip() for one in chosen.changes} & {
        one.partition("=")[0].strip() for one in met.changes
    }
    if both:
        message = f"the plan {quoted(chosen.name)} and the future {quoted(met.name)} both set {sorted(both)[0]}"
        raise refusal("--future", message, "let futures change what plans do not")
    return variant((*chosen.changes, *met.changes))


def _tried(settings: RobustChoice, scenarios: Mapping[tuple[int, int], Scenario], run: Run) -> _Trials:
    experiments = valid(run(list(scenarios.values())))
    return {
        cell: trial_of(float(cell[0]), one, settings.goal, settings.confidence)
        for cell, one in zip(scenarios, experiments, strict=True)
    }


def _best(settings: RobustChoice, trials: _Trials, future: int) -> int:
    """The plan that does best in a future; the first of several."""
    means = {plan: settings.sign * one.interval.mean for (plan, where), one in trials.items() if where == future}
    known = {plan: mean for plan, mean in means.items() if not np.isnan(mean)}
    if not known:
        name = settings.futures[future].name
        raise refusal("--goal", f"{settings.goal.kpi} is not defined in the future {quoted(name)}", "another figure")
    return min(known, key=lambda plan: known[plan])


def _matrix(settings: RobustChoice, trials: _Trials, best: Sequence[int]) -> Matrix:
    cells = tuple(
        Cell(
            plan=plan,
            future=future,
            trial=one,
            best=best[future],
            regret=paired_difference(
                _signed(settings, trials[best[future], future]), _signed(settings, one), settings.confidence
            ).interval,
        )
        for (plan, future), one in trials.items()
    )
    return Matrix(cells[0].trial.seed, cells)


def _lead(settings: RobustChoice, trials: _Trials, best: Sequence[int], worst: tuple[Cell, Cell]) -> Interval:
    """Largest regret of the next minus that of the choice, replication by replication.

    The futures in which each is worst, and the best plans there, are those of the search, so that fresh seeds judge
    what they did not pick.
    """
    regrets = []
    for cell in worst:
        regret = _signed(settings, trials[cell.plan, cell.future]) - _signed(
            settings, trials[best[cell.future], cell.future]
        )
        regrets.append(regret)
    count = min(map(len, regrets))
    return t_interval(regrets[1][:count] - regrets[0][:count], settings.confidence)


def _signed(settings: RobustChoice, trial: Trial) -> Floats:
    return settings.sign * np.array(trial.row, np.float64)
