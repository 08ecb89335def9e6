"""Paths: the patients of a scenario as plain numbers for others to run, and what became of them in Wardflow."""

from dataclasses import dataclass
from pathlib import Path as File

import numpy as np

from sim import clock
from sim.demand.fates import Fates, draw_fates
from sim.engine.compiling import compile_scenario
from sim.engine.eventlog import Event, EventLog
from sim.engine.program import Program
from sim.engine.reference import run
from sim.scenario.loading import load

Ms = list[int]
"""Whole milliseconds, one for each patient."""
Moments = dict[tuple[str, int], int]
"""When something happened to a patient, in milliseconds: by what happened and the patient's number."""


@dataclass(frozen=True, slots=True)
class Path:
    """One replication: who comes and what they need, and Wardflow's log of it. Patients are numbered as they come."""

    program: Program
    fates: Fates
    log: EventLog

    @property
    def horizon(self) -> int:
        """End of the run in milliseconds."""
        return self.log.horizon_ms

    @property
    def arrivals(self) -> Ms:
        """Moments of arrival, in order."""
        return [int(moment) for moment in self.fates.arrival_ms]

    @property
    def classes(self) -> list[str]:
        """Name of each patient's class."""
        names = self.fates.levels["class"]
        return [names[number] for number in self.fates.stream]

    def drawn(self, *names: str) -> Ms:
        """What some draws decide, such as `care/treatment/time`; each patient has at most one of them."""
        numbers = [number for number, draw in enumerate(self.fates.draws) if draw.name in names]
        if len(numbers) < len(names):
            raise KeyError(names)
        return [int(value) for value in sum(self.fates.values(number) for number in numbers)]

    def moments(self, what: str, event: Event, *names: str) -> Moments:
        """When something first happened to each patient: an event of one of some steps or resources."""
        steps = [number for number, step in enumerate(self.program.steps) if step.name in names]
        resources = [number for number, resource in enumerate(self.program.resources) if resource in names]
        named = np.isin(self.log.step, steps) | np.isin(self.log.resource, resources)
        rows = np.flatnonzero((self.log.event == event) & named & (self.log.patient >= 0))
        found: Moments = {}
        for patient, time in zip(self.log.patient[rows].tolist(), self.log.time_ms[rows].tolist(), strict=True):
            found.setdefault((what, patient), time)
        return found


def draw(file: File, share: float = 1.0) -> Path:
    """Runs a scenario once.

    Args:
        file: the scenario.
        share: of its length; a quick test runs less.

    Raises:
        ValueError: if two patients come in the same millisecond, since others may take them in another order.
    """
    scenario = load(file)
    days = max(1, round(scenario.run.length * share / clock.DAY))
    scenario = scenario.model_copy(update={"run": scenario.run.model_copy(update={"length": days * clock.DAY})})
    program, fates = compile_scenario(scenario), draw_fates(scenario, scenario.run.seed, 0)
    if not np.all(np.diff(fates.arrival_ms) > 0):
        raise ValueError(f"{file.name}: two patients come at once; another seed is needed")
    return Path(program, fates, run(program, fates))


def largest_difference(some: Moments, others: Moments, horizon: int) -> float:
    """Milliseconds between two accounts of the same patients, at most; what comes after the end of the run is left out.

    Returns:
        Infinity if something happened to a patient in one account only.

    >>> largest_difference({("leaves", 0): 5, ("leaves", 1): 9}, {("leaves", 0): 3}, horizon=8)
    2.0
    >>> largest_difference({("gives up", 0): 5}, {("starts", 0): 5}, horizon=8)
    inf
    """
    some, others = ({key: time for key, time in account.items() if time < horizon} for account in (some, others))
    if some.keys() != others.keys():
        return float("inf")
    return float(max((abs(time - others[key]) for key, time in some.items()), default=0))
