"""Asking: how a study gets the scenarios that it thinks of, and what comes out of them.

A study knows no files and no processes: whoever starts it gives it these two functions. The experiments of one call
may be computed side by side, so a study asks for all that it can name at once.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from sim.scenario.scenario import Scenario
from sim.study.experiment import Experiment, run_experiment

Variant = Callable[[Sequence[str]], Scenario]
"""The base with changes such as `wards.medical.beds=200`, each as `load_plan` takes them; raises ScenarioError."""
Run = Callable[[Sequence[Scenario]], tuple[Experiment, ...]]
"""Runs scenarios, each with its own seed and number of replications; experiments come in the same order."""

Result = TypeVar("Result")


class Each(Protocol):
    """Calls a function for each of some replication numbers, perhaps in other processes."""

    def __call__(self, function: Callable[[int], Result], numbers: Sequence[int]) -> list[Result]:
        """What it returns, in the order of the numbers; function and results can be pickled."""
        ...


def in_line(scenarios: Sequence[Scenario]) -> tuple[Experiment, ...]:
    """Runs scenarios one after another in this process and keeps nothing; the simplest `Run`."""
    return tuple(run_experiment(scenario, workers=1) for scenario in scenarios)


def one_by_one(function: Callable[[int], Result], numbers: Sequence[int]) -> list[Result]:
    """Calls a function for each number in this process; the simplest `Each`."""
    return [function(number) for number in numbers]
