"""Trials: a base, and perhaps a plan, each run under many assumptions on the same patients."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.measure.figures import KpiKey
from sim.scenario.scenario import Scenario
from sim.study.asking import Run
from sim.study.changes import check_alike, pairs_of, settled
from sim.study.experiment import Experiment
from sim.study.output_analysis import Floats
from sim.study.sensitivity.assumed import Assumed, Side, edits_of
from sim.study.summary import values

Trial = tuple[Scenario, ...]
"""The base under an assumption; behind it the plan, if there is one."""


@dataclass(frozen=True, slots=True, eq=False)
class Trials:
    """Experiments in the order of the trials."""

    base: tuple[Experiment, ...]
    plan: tuple[Experiment, ...]
    """None if there is no plan."""

    @property
    def pairs(self) -> int:
        """Replications that all of them have."""
        return pairs_of([*self.base, *self.plan])

    def rows(self, key: KpiKey) -> Floats:
        """The figure, or plan minus base of it: one row a trial, one column a replication."""
        base = np.array([values(one, key)[: self.pairs] for one in self.base], np.float64)
        if not self.plan:
            return base
        plan = np.array([values(one, key)[: self.pairs] for one in self.plan], np.float64)
        return np.array([settled(other - one, one, other) for one, other in zip(base, plan, strict=True)])


def trial(base: Side, plan: Side | None, numbers: Sequence[tuple[Assumed, float]] = ()) -> Trial:
    """The scenarios under some assumptions.

    Raises:
        ScenarioError: if there is no such scenario.
    """
    scenarios = [base.scenario(edits_of(numbers, "base"))]
    if plan:
        scenarios.append(plan.scenario(edits_of(numbers, "plan")))
    return tuple(scenarios)


def run_trials(run: Run, trials: Sequence[Trial]) -> Trials:
    """Runs trials, each scenario that is in several of them once.

    Raises:
        ComparisonError: if an assumption changes which weeks or patients are simulated.
        InvalidRunError: if a run breaks a rule of book-keeping.
    """
    places: dict[tuple[str, int, int], int] = {}
    different: list[Scenario] = []
    where = []
    for scenario in (scenario for one in trials for scenario in one):
        known = (scenario.fingerprint(), scenario.run.seed, scenario.run.replications)
        if known not in places:
            places[known] = len(different)
            different.append(scenario)
        where.append(places[known])
    found = run(different)
    check_alike(found)
    sides = len(trials[0])
    experiments = [found[place] for place in where]
    return Trials(tuple(experiments[::sides]), tuple(experiments[1::sides]) if sides > 1 else ())
