"""A replication: one independent run of a scenario, measured and checked."""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.demand.fates import Fates, draw_fates
from sim.engine.checking.invariants import check
from sim.engine.eventlog import EventLog
from sim.engine.program import Program
from sim.engine.reference import run
from sim.measure.figures import KpiKey
from sim.measure.kpis import measure
from sim.measure.window import Window
from sim.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker needs to run one replication."""

    scenario: Scenario
    program: Program
    seed: int
    replication: int
    """Number of the replication, from 0; the same number means the same patients in every scenario."""


@dataclass(frozen=True, slots=True, eq=False)
class Replicate:
    """What came out of one replication."""

    replication: int
    """Its number, from 0."""
    kpis: dict[KpiKey, float]
    """Key figures of the measuring window; nan where one is not defined."""
    profiles: dict[KpiKey, NDArray[np.float64]]
    """Figures by hour or weekday, and distributions; `sim.measure.profiles` tells their bins."""
    digest: str
    """SHA-256 of the event log."""
    breaches: tuple[str, ...]
    """Rules of book-keeping that the log breaks; with any, no figure of it may be used."""
    patients: int
    """Patients who came."""
    events: int
    """Rows of the event log."""
    seconds: float
    """Time that it took; the only part that differs from one computation to the next."""
    log: EventLog | None = None
    """The facts, if they were to be kept."""
    fates: Fates | None = None
    """The patients, if they were to be kept."""


def run_replication(
    scenario: Scenario, program: Program, seed: int, replication: int, *, keep_log: bool = False
) -> Replicate:
    """Runs, checks and measures one replication.

    Args:
        scenario: the scenario.
        program: the same scenario, compiled.
        seed: whole number that fixes all chance.
        replication: number of the replication, from 0.
        keep_log: also return the log and the patients.

    Returns:
        The figures, with the digest of the facts that they rest on.

    Raises:
        EndlessInstantError: if patients go round in circles without time passing.
    """
    begun = time.perf_counter()
    fates = draw_fates(scenario, seed, replication)
    log = run(program, fates)
    measured = measure(scenario, program, fates, log, Window.of(scenario))
    return Replicate(
        replication=replication,
        kpis=measured.kpis,
        profiles=measured.profiles,
        digest=log.digest(),
        breaches=tuple(str(breach) for breach in check(program, fates, log)),
        patients=len(fates.arrival_ms),
        events=len(log),
        seconds=time.perf_counter() - begun,
        log=log if keep_log else None,
        fates=fates if keep_log else None,
    )


def run_job(job: Job) -> Replicate:
    """Runs one replication without keeping its log; what workers call."""
    return run_replication(job.scenario, job.program, job.seed, job.replication)
