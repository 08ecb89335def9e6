"""Asking: how a study gets the scenarios that it thinks of, and what comes out of them.

A study knows no files and no processes: whoever starts it gives it these two functions. The experiments of one call
may be computed side by side, so a study asks for all that it can name at once.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from sim.scenario.scenario import Scenario
from sim.study.executors import Executor
from sim.study.experiment import Experiment, Means, Progress, run_experiment, run_scenarios, with_run
from sim.study.plan import load_plan
from sim.study.store import Store, store_folder

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


def variants(
    path: str, changes: Sequence[str] = (), *, replications: int | None = None, seed: int | None = None
) -> Variant:
    """Makes variants of a scenario file.

    Args:
        path: as for `load_plan`.
        changes: that all variants have.
        replications: instead of the number in the file.
        seed: instead of the seed in the file.
    """

    def variant(more: Sequence[str]) -> Scenario:
        return with_run(load_plan(path, (*changes, *more)).scenario, replications=replications, seed=seed)

    return variant


def runner(
    workers: int | None = None,
    *,
    scheduler: str | None = None,
    use_store: bool = True,
    progress: Progress | None = None,
) -> Run:
    """Makes a `Run` on this machine, or on a Dask cluster.

    Args:
        workers: processes; as many as are worth it if not given.
        scheduler: address of the scheduler of a cluster, instead of workers.
        use_store: take and keep finished replications.
        progress: told how many replications of a call are finished, and of how many.

    Raises:
        StoreError: if the folder of the store is on a network share.
        ExecutorError: if both workers and a scheduler are given.
    """
    executor = Executor("dask", workers, scheduler) if scheduler else Executor.of(workers)
    means = Means(Store(store_folder()) if use_store else None, executor, progress)
    return lambda scenarios: run_scenarios(scenarios, means)
