"""The treatment centre of Nelson (2013), exercise 13, against the figures of the open model treat-sim."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from sim.engine.eventlog import Event
from validation.published.judging import Reference, Source, judge_means, read_references
from validation.published.running import FOLDER, PART, replicate, replications
from validation.theory.observing import Figures, Run, waits_for
from validation.verdicts import Case, Observed, Verdict

BASE: Final = FOLDER / "treatment_centre.yaml"
PRINTED: Final = FOLDER / "treatment_centre.csv"
SOURCES: Final = {
    "corrected": Source("treat-sim, arrivals corrected, 1,000 runs", 1000),
    "unchanged": Source("treat-sim, unchanged, 1,000 runs", 1000),
    "notebook": Source("treat-sim, its notebook, 50 runs", 50),
}
DAILY_ARRIVALS: Final = 229.5
"""The sum of the nineteen hourly rates."""
THINNING: Final = (
    "treat-sim thins its arrivals by the rate at the moment of the arrival before, so that 1.1 % fewer patients come"
)


@dataclass(frozen=True, slots=True)
class Service:
    """Something that patients queue for."""

    name: str
    draw: str
    """Name of the draw of its time."""
    resource: str


SERVICES: Final = (
    Service("triage", "arrival/triage/time", "triage_nurse"),
    Service("registration", "not_trauma/register/time", "clerk"),
    Service("examination", "not_trauma/examine/time", "exam_room"),
    Service("treatment", "not_trauma/treat/time", "cubicle"),
    Service("trauma bay", "trauma/stabilise/time", "trauma_bay"),
    Service("trauma treatment", "trauma/treat/time", "trauma_cubicle"),
)
COUNTS: Final = ("arrivals", "throughput")
WHOLE_TIMES: Final = {"not_trauma": "whole time, not trauma [min]", "trauma": "whole time, trauma [min]"}
"""By the pathway on which patients leave."""
WAITS: Final = tuple(f"wait, {service.name} [min]" for service in SERVICES)
USES: Final = tuple(f"utilisation, {service.name}" for service in SERVICES)
MEASURES: Final = (*COUNTS, *WHOLE_TIMES.values(), *WAITS, *USES)
TOLERANCES: Final = dict.fromkeys((*COUNTS, *USES), 0.02) | dict.fromkeys((*WHOLE_TIMES.values(), *WAITS), 0.05)
"""As shares of the reference, besides three of its own standard errors."""
EXPLAINED: Final = {(source, measure): THINNING for source in ("unchanged", "notebook") for measure in (*COUNTS, *USES)}


def measured(run: Run) -> Figures:
    """What treat-sim measures in a replication, in minutes.

    Waits are those of patients who began the service in the run, whole times those of patients who left. The
    utilisation is the sum of the whole times of all services that began, also of those that the end of the run cuts
    off, as a share of the time of all places; it may exceed 1.
    """
    left = np.flatnonzero(run.rows(Event.LEAVE) & (run.log.time_ms >= run.since_ms))
    patients = run.log.patient[left]
    times = (run.log.time_ms[left] - run.fates.arrival_ms[patients]) / run.unit_ms
    pathways = np.array([run.program.steps[step].pathway for step in run.log.step[left]])
    figures = {"arrivals": float(run.count(run.rows(Event.ARRIVE))), "throughput": float(len(left))}
    for pathway, name in WHOLE_TIMES.items():
        figures[name] = _mean(times[pathways == pathway])
    draws = [draw.name for draw in run.fates.draws]
    for service, wait, use in zip(SERVICES, WAITS, USES, strict=True):
        figures[wait] = _mean(waits_for(run, service.resource).that(Event.START))
        began = run.log.patient[run.rows(Event.START, resource=service.resource)]
        brought = int(run.fates.values(draws.index(service.draw))[began].sum())
        figures[use] = brought / (run.units(service.resource) * run.window_ms)
    return figures


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")


def observe(file: Path, number: int) -> list[float]:
    """Runs one replication; its figures in the order of `MEASURES`."""
    figures = measured(replicate(file, number))
    return [figures[name] for name in MEASURES]


def judge(scenario: str, rows: Observed, slack: float = 1.0) -> list[Verdict]:
    """Compares a scenario with what is printed about it; `slack` is a factor on the tolerances, for a quick test."""
    references = read_references(PRINTED, scenario, SOURCES, EXPLAINED)
    if scenario == BASE.stem:
        references.insert(0, Reference("arrivals", "sum of the hourly rates", DAILY_ARRIVALS))
    columns = dict(zip(MEASURES, np.array(rows).T, strict=True))
    return judge_means(scenario, references, columns, {name: slack * share for name, share in TOLERANCES.items()})


def cases() -> list[Case]:
    """The treatment centre and its what-ifs."""
    return [_case(file) for file in sorted(FOLDER.glob("treatment_centre*.yaml"))]


def _case(file: Path) -> Case:
    observing: Callable[[int], list[float]] = partial(observe, file)
    files = (file, BASE, FOLDER / "treatment_centre_swap.yaml", PRINTED)
    return Case(PART, file.stem, files, replications(file), observing, partial(judge, file.stem))
