"""Grid: the cheapest plan that several levers make and that meets a goal, and the front of cost against the goal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from sim.scenario.scenario import Scenario
from sim.scenario.targets import Target
from sim.study.asking import Run, Variant
from sim.study.comparison import valid
from sim.study.experiment import Experiment, with_run
from sim.study.fresh import afresh, fresh_seed
from sim.study.output_analysis import CONFIDENCE, Floats, Interval, t_interval
from sim.study.price import COST
from sim.study.refusal import check_confidence, check_count, refusal
from sim.study.searching.budget import Budget, Standing
from sim.study.searching.lever import Lever
from sim.study.searching.paired import dominators
from sim.study.searching.plans import plan_at, points
from sim.study.searching.trial import Trial, trial_of
from sim.study.summary import values

MOST_PLANS: Final = 400
FEW: Final = 5
AS_IT_IS: Final = -1
"""Number of the scenario as it is, beside the plans from 0 on."""
Out = Literal["", "over the budget", "misses the goal", "another is better"]
"""Why a plan got no more than a few replications; empty if it did."""


@dataclass(frozen=True, slots=True)
class GridSearch:
    """What is searched."""

    levers: tuple[Lever, ...]
    goal: Target
    budget: Budget | None = None
    few: int = FEW
    """Replications of every plan; those that may be the answer get as many as the scenario asks for."""
    finalists: int = 3
    """So many of the cheapest plans that hold are run again with fresh seeds."""
    most_plans: int = MOST_PLANS
    costs: Literal["auto", "figure", "levers"] = "auto"
    """Whether costs are what the scenario measures, or what the levers say; `auto` takes the first if there is it."""
    confidence: float = CONFIDENCE

    def __post_init__(self) -> None:
        check_confidence(self.confidence)
        check_count("--lever", len(self.levers), 1)
        check_count("--few", self.few, 2)
        check_count("--finalists", self.finalists, 1)
        points(self.levers, self.most_plans)


@dataclass(frozen=True, slots=True)
class Point:
    """A plan of the grid, as far as it was looked at."""

    values: tuple[float, ...]
    """Of the levers, in their order."""
    trial: Trial
    """How it stands to the goal."""
    cost: Interval
    """Pounds a day."""
    extra: Interval | None
    """Pounds a day more than as it is, in the same replications; None if the levers tell the costs."""
    standing: Standing
    """To the budget; `within` if there is none."""
    costs: tuple[float, ...]
    """Pounds a day in each replication."""

    @property
    def holds(self) -> bool:
        """Whether it surely meets the goal, surely within the budget."""
        return self.trial.is_met and self.standing == "within"


@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """What a grid shows."""

    settings: GridSearch
    base: Scenario
    costs_are_measured: bool
    """Whether costs are the scenario's own figure, not what the levers say."""
    points: tuple[Point, ...]
    """All plans, in rising order of the values of the levers."""
    out: tuple[Out, ...]
    """Of each plan: why it got no more than a few replications."""
    better: tuple[int | None, ...]
    """Of each plan: number of another that surely is better in cost and goal; None if it is on the front."""
    finalists: tuple[int, ...]
    """Numbers of the plans that were run with fresh seeds, the cheapest first."""
    fresh: tuple[Point, ...]
    """The same with fresh seeds."""
    fresh_seed: int

    @property
    def answer(self) -> Point | None:
        """The cheapest finalist that holds with fresh seeds."""
        holding = [one for one in self.fresh if one.holds]
        return min(holding, key=lambda one: one.cost.mean, default=None)

    @property
    def front(self) -> tuple[Point, ...]:
        """Plans that no other surely betters and that are not surely over the budget, the cheapest first."""
        rows = zip(self.points, self.better, strict=True)
        kept = [one for one, better in rows if better is None and one.standing != "over"]
        return tuple(sorted(kept, key=lambda one: (one.cost.mean, one.values)))

    @property
    def cheaper(self) -> tuple[Point, ...]:
        """Plans that look cheaper than the answer and of which it cannot be told whether they hold."""
        found = self.answer
        if found is None:
            return ()
        chosen = next(one for one in self.points if one.values == found.values)
        return tuple(
            one
            for one in self.points
            if one.cost.mean < chosen.cost.mean
            and one.standing != "over"
            and one.trial.verdict != "missed"
            and one.values not in {other.values for other in self.fresh}
        )


def search_grid(settings: GridSearch, variant: Variant, run: Run) -> Searched:
    """Tries all plans that some levers make, and finds the cheapest that meets a goal.

    Every plan gets a few replications. Plans that surely cost too much, surely miss the goal or surely are worse than
    another in cost and goal are out; the others get as many as the scenario asks for. The cheapest that hold are run
    again with fresh seeds, and only that counts.

    Args:
        settings: levers, goal, budget and limits.
        variant: makes scenarios.
        run: runs them.

    Returns:
        All plans with their costs, and the finalists.

    Raises:
        InvalidRunError: if the books of a run do not balance.
        ScenarioError: if a value cannot be set, the scenario lacks the figure, or nothing is said about costs.
    """
    grid = points(settings.levers, settings.most_plans)
    base = variant(())
    scenarios = {AS_IT_IS: base} | {
        number: variant(plan_at(settings.levers, where).changes) for number, where in enumerate(grid)
    }
    few = min(settings.few, base.run.replications)
    done = _run(run, {number: with_run(one, replications=few) for number, one in scenarios.items()})
    judge = _Judge(settings, grid, _are_measured(settings, done))
    found = judge.points(done)
    out = judge.out(found)
    if few < base.run.replications:
        again = {number: one for number, one in scenarios.items() if number == AS_IT_IS or not out[number]}
        done |= _run(run, again)
        found = judge.points(done)
    holding = sorted((n for n, one in enumerate(found) if one.holds), key=lambda n: (found[n].cost.mean, n))
    finalists = holding[: settings.finalists]
    chosen = {AS_IT_IS: base} | {number: scenarios[number] for number in finalists}
    fresh = _run(run, {n: afresh(one, base.run.replications) for n, one in chosen.items()}) if finalists else {}
    return Searched(
        settings=settings,
        base=base,
        costs_are_measured=judge.is_measured,
        points=tuple(found),
        out=tuple(out),
        better=tuple(judge.better(found)),
        finalists=tuple(finalists),
        fresh=tuple(judge.points(fresh)) if finalists else (),
        fresh_seed=fresh_seed(base.run.seed),
    )


def _run(run: Run, scenarios: Mapping[int, Scenario]) -> dict[int, Experiment]:
    return dict(zip(scenarios, valid(run(list(scenarios.values()))), strict=True))


def _are_measured(settings: GridSearch, done: Mapping[int, Experiment]) -> bool:
    """Whether costs are the scenario's own figure.

    Raises:
        ScenarioError: if nothing is said about costs where they are looked for.
    """
    is_there = all(COST in replicate.kpis for one in done.values() for replicate in one.replicates)
    are_told = any(lever.cost is not None for lever in settings.levers)
    if settings.costs == "figure" and not is_there:
        raise refusal("--costs", "the scenario says nothing about costs", "--costs levers")
    if settings.costs != "levers" and is_there:
        return True
    if not are_told:
        fix = f"{settings.levers[0].text} cost 350 per day"
        raise refusal("--lever", "neither the scenario nor a lever says what anything costs", fix)
    if settings.budget and settings.budget.is_extra and not all(lever.is_signed for lever in settings.levers):
        message = "what levers cost more than as it is can be told only of changes such as +0..+20"
        raise refusal("--budget", message, "leave out the sign, or give each lever's values signs")
    return False


@dataclass(frozen=True, slots=True)
class _Judge:
    """How experiments of a grid are read."""

    settings: GridSearch
    grid: Sequence[tuple[float, ...]]
    is_measured: bool

    def points(self, done: Mapping[int, Experiment]) -> list[Point]:
        """The plans among some experiments, in their order."""
        return [self._point(number, done) for number in done if number != AS_IT_IS]

    def _point(self, number: int, done: Mapping[int, Experiment]) -> Point:
        settings, experiment = self.settings, done[number]
        row = self._costs(number, experiment)
        cost, extra = t_interval(row, settings.confidence), None
        if self.is_measured:
            extra = t_interval(row - values(done[AS_IT_IS], COST)[: len(row)], settings.confidence)
        budget = settings.budget
        counted = extra if budget and budget.is_extra and extra else cost
        return Point(
            values=self.grid[number],
            trial=trial_of(float(number), experiment, settings.goal, settings.confidence),
            cost=cost,
            extra=extra,
            standing=budget.standing(counted) if budget else "within",
            costs=tuple(row.tolist()),
        )

    def _costs(self, number: int, experiment: Experiment) -> Floats:
        if self.is_measured:
            return values(experiment, COST)
        told = zip(self.settings.levers, self.grid[number], strict=True)
        return np.full(len(experiment.replicates), sum(lever.cost_of(value) for lever, value in told))

    def better(self, found: Sequence[Point]) -> list[int | None]:
        """For each plan another that is surely better."""
        sign = -1.0 if self.settings.goal.is_least else 1.0
        figures = [[sign * value for value in one.trial.row] for one in found]
        return dominators([one.costs for one in found], figures, self.settings.confidence)

    def out(self, found: Sequence[Point]) -> list[Out]:
        """Why a plan needs no further look."""
        told: list[Out] = []
        for one, better in zip(found, self.better(found), strict=True):
            if one.standing == "over":
                told.append("over the budget")
            elif one.trial.verdict == "missed":
                told.append("misses the goal")
            else:
                told.append("another is better" if better is not None else "")
        return told
