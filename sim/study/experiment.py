"""An experiment: a scenario, all its replications, and where they came from."""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sim.demand.workload import Load
from sim.engine.compiling import compile_scenario
from sim.scenario.scenario import RunSettings, Scenario
from sim.study.executors import AUTO, Executor, Name, computed
from sim.study.loads import check_size, heavy_loads, loads_of
from sim.study.provenance import ENGINE, version
from sim.study.replication import Job, Replicate, run_replication
from sim.study.store import Store

Progress = Callable[[int, int], None]
"""Told how many replications are finished, and of how many."""
Stop = Callable[[], bool]
"""Asked after each replication whether to stop."""


@dataclass(frozen=True, slots=True)
class Means:
    """With what experiments are made; none of it changes a figure."""

    store: Store | None = None
    """Finished replications; None computes all."""
    executor: Executor = AUTO
    """Where replications are computed."""
    progress: Progress | None = None
    """Told how many replications are finished, and of how many."""
    stop: Stop | None = None
    """Asked after each replication; if true, those that are finished make the experiments."""


class StoppedError(RuntimeError):
    """An experiment was stopped before its first replication was finished."""


@dataclass(frozen=True, slots=True, eq=False)
class Experiment:
    """What came out of a scenario, with all that is needed to compute it again."""

    scenario: Scenario
    """What was run."""
    name: str
    """What the scenario is called."""
    fingerprint: str
    """SHA-256 of what decides the figures, as `Scenario.fingerprint`."""
    version: str
    """Version of Wardflow."""
    engine: str
    """Name of the engine."""
    seed: int
    """What fixes all chance."""
    replications: int
    """How many were asked for; fewer are there if it was stopped."""
    replicates: tuple[Replicate, ...]
    """In order of their numbers, from 0 without a gap."""
    loads: tuple[Load, ...]
    """What is asked of each resource."""
    warnings: tuple[str, ...]
    """What a reader must know before believing the figures."""
    seconds: float
    """Time from start to end; of experiments that were made together, of all of them."""
    executor: Name = "inline"
    """Where those replications were computed that were not there already."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the figures may not be used: each broken rule of book-keeping with its replication."""
        return tuple(f"replication {one.replication}: {breach}" for one in self.replicates for breach in one.breaches)

    @property
    def is_valid(self) -> bool:
        """Whether every replication keeps all rules of book-keeping."""
        return not self.reasons

    @property
    def is_complete(self) -> bool:
        """Whether all replications that were asked for are there."""
        return len(self.replicates) == self.replications

    @property
    def digest(self) -> str:
        """SHA-256 over the facts of all replications; the same for any number of workers."""
        lines = "".join(f"{one.replication}:{one.digest}\n" for one in self.replicates)
        return hashlib.sha256(lines.encode()).hexdigest()


def with_run(scenario: Scenario, *, replications: int | None = None, seed: int | None = None) -> Scenario:
    """Returns a scenario with another number of replications or another seed.

    Args:
        scenario: as declared.
        replications: instead of the declared number.
        seed: instead of the declared one.

    Raises:
        ValueError: if a number is out of range.
    """
    changes = {"replications": replications, "seed": seed}
    given = {name: value for name, value in changes.items() if value is not None}
    run = RunSettings.model_validate(scenario.run.model_dump(mode="json") | given)
    return scenario.model_copy(update={"run": run})


def run_experiment(
    scenario: Scenario,
    *,
    replications: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Experiment:
    """Runs a scenario.

    Args:
        scenario: what to run; its seed fixes all chance.
        replications: how many, instead of the declared number.
        workers: number of processes; as many as are worth it if not given. The result is the same for any number.
        progress: told how many replications are finished, and of how many.
        stop: asked after each replication; if true, those that are finished make the experiment.

    Returns:
        The experiment; look at `is_valid` before showing any figure.

    Raises:
        TooManyEventsError: if the replications would not fit into memory.
        EndlessInstantError: if patients go round in circles without time passing.
        WorkerKilledError: if a worker process is killed again and again.
        StoppedError: if it was stopped before the first replication was finished.
    """
    wanted = with_run(scenario, replications=replications)
    return run_stored(wanted, None, workers=workers, progress=progress, stop=stop)


def run_stored(
    scenario: Scenario,
    store: Store | None,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Experiment:
    """Runs a scenario, but takes from a store the replications that are there, and keeps the others in it.

    Args:
        scenario: what to run, with its number of replications and seed.
        store: finished replications; None computes all.
        workers: as `run_experiment`.
        progress: as `run_experiment`.
        stop: as `run_experiment`.

    Returns:
        The same experiment as without a store.

    Raises:
        RuntimeError: as `run_experiment`.
    """
    return run_scenarios([scenario], Means(store, Executor.of(workers), progress, stop))[0]


def run_scenarios(scenarios: Sequence[Scenario], means: Means) -> tuple[Experiment, ...]:
    """Runs several scenarios side by side, each with its own seed and number of replications.

    The first replications of all of them come before the second ones, so that what is stopped can be compared; what two
    scenarios have in common is computed once.

    Args:
        scenarios: what to run.
        means: with what.

    Returns:
        The experiments in the same order.

    Raises:
        StoppedError: if it was stopped before each of them had its first replication.
        ExecutorError: if the executor cannot be used.
        RuntimeError: as `run_experiment`.
    """
    begun = time.perf_counter()
    loads = [loads_of(scenario) for scenario in scenarios]
    for scenario in scenarios:
        check_size(scenario)
    keys = [(scenario.fingerprint(), scenario.run.seed) for scenario in scenarios]
    jobs = _jobs(scenarios, keys)
    done = _kept(jobs, means.store)
    tell = means.progress or (lambda finished, of: None)
    tell(len(done), len(jobs))
    missing = [key for key in jobs if key not in done]
    calls = [_call(jobs[key]) for key in missing]
    named = [
        f"replication {number} of {jobs[fingerprint, seed, number].scenario.name}"
        for fingerprint, seed, number in missing
    ]
    for position, replicate in computed(run_replication, calls, means.executor, means.stop, named.__getitem__):
        done[missing[position]] = replicate
        if means.store:
            means.store.write(jobs[missing[position]], replicate, means.executor.name)
        tell(len(done), len(jobs))
    seconds = time.perf_counter() - begun
    found = [_without_gap(done, key, scenario.run.replications) for key, scenario in zip(keys, scenarios, strict=True)]
    return tuple(
        _experiment(scenario, asked, replicates, seconds, means.executor.name)
        for scenario, asked, replicates in zip(scenarios, loads, found, strict=True)
    )


Key = tuple[str, int, int]
"""Fingerprint, seed and number of a replication."""


def _jobs(scenarios: Sequence[Scenario], keys: Sequence[tuple[str, int]]) -> dict[Key, Job]:
    """All replications that are needed, the first ones of each scenario first."""
    programs = {key: (scenario, compile_scenario(scenario)) for key, scenario in zip(keys, scenarios, strict=True)}
    most = max((scenario.run.replications for scenario in scenarios), default=0)
    return {
        (*key, number): Job(*programs[key], scenario.run.seed, number)
        for number in range(most)
        for key, scenario in zip(keys, scenarios, strict=True)
        if number < scenario.run.replications
    }


def _call(job: Job) -> tuple[object, ...]:
    return job.scenario, job.program, job.seed, job.replication


def _kept(jobs: Mapping[Key, Job], store: Store | None) -> dict[Key, Replicate]:
    """Replications that a store has."""
    return {key: found for key, job in jobs.items() if store and (found := store.read(job))}


def _without_gap(done: Mapping[Key, Replicate], key: tuple[str, int], most: int) -> tuple[Replicate, ...]:
    """Replications from 0 to the first that is missing; quick ones that overtook it must not tip the mean."""
    there = next((number for number in range(most) if (*key, number) not in done), most)
    return tuple(done[*key, number] for number in range(there))


def _experiment(
    scenario: Scenario, loads: tuple[Load, ...], found: tuple[Replicate, ...], seconds: float, executor: Name
) -> Experiment:
    if not found:
        raise StoppedError("stopped before the first replication was finished")
    return Experiment(
        scenario=scenario,
        name=scenario.name,
        fingerprint=scenario.fingerprint(),
        version=version(),
        engine=ENGINE,
        seed=scenario.run.seed,
        replications=scenario.run.replications,
        replicates=found,
        loads=loads,
        warnings=heavy_loads(scenario, loads),
        seconds=seconds,
        executor=executor,
    )
