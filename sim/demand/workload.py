"""Workload: how much a scenario asks of its resources, worked out before anything is run."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from sim import clock
from sim.demand.available import available
from sim.demand.journeys import journeys
from sim.demand.staffing.supply import planned
from sim.demand.streams import Floats
from sim.demand.walks import Pass
from sim.scenario.care import Activity, Enter, Hold, Stay
from sim.scenario.pathway import Mark, WaitUntil
from sim.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class StepVisits:
    """How often patients come to a step."""

    patient_class: str
    """The class."""
    pathway: str
    """Pathway of the step."""
    step: str
    """Name of the step."""
    per_patient: float
    """Expected visits of one patient who comes, however long the run is; not of those who are there at the start."""
    per_hour: float
    """Expected visits of all patients of the class per hour that fall within the run, averaged over it."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of a resource, and what there is of it, averaged over the run."""

    resource: str
    """Name of the resource."""
    asked: float
    """Mean number of units that would be in use if nobody gave up or was turned away; for slots and supplies the number
    that would be used up in a week."""
    available: float
    """Mean number of units that there are; for slots and supplies the number that comes in a week."""

    @property
    def ratio(self) -> float:
        """Asked divided by available; from 1 on a queue grows for as long as the run lasts.

        >>> Load("nurse", 1.5, 2.0).ratio
        0.75
        """
        return self.asked / self.available if self.available else math.inf if self.asked else 0.0


def expected_visits(scenario: Scenario) -> tuple[StepVisits, ...]:
    """Works out how often patients come to each step, by the traffic equations of the pathways.

    Attributes are averaged over their mix, loops are solved exactly (each visit draws its branches anew). Nobody gives
    up and nobody is turned away, so that the numbers are upper bounds, and 0 for pathways of those who do. No policy is
    active.

    Returns:
        One entry for each class and step that it comes to, in order of class; steps in the order in which they are met.

    Raises:
        ValueError: if patients of a class never leave.
    """
    found: dict[tuple[str, str, str], tuple[float, float]] = {}
    for journey in journeys(scenario):
        for pathway, part in journey.passes:
            if part.is_visit:
                key = (journey.name, pathway, part.step.name)
                before, per_hour = found.get(key, (0.0, 0.0))
                visits = 0.0 if journey.start else journey.expected(part.flow)
                within = journey.expected(part.flow * part.within) * journey.per_hour
                found[key] = before + visits, per_hour + within
    return tuple(StepVisits(*key, *visits) for key, visits in sorted(found.items(), key=lambda one: one[0][0]))


def offered_load(scenario: Scenario) -> tuple[Load, ...]:
    """Works out how many units of each resource would be in use on average if nobody ever had to wait.

    Staff and equipment: the times of the steps that need them, or through which they are kept. Wards: the times of all
    steps between `enter` and the next `enter`, `vacate` or leaving, plus the turnaround; calendars count with the mean
    wait of somebody who comes at any moment (from home: of those who set out at a moment of a calendar, if they did),
    which is approximate. Slots and supplies: what is used up in a week.
    Waiting for staff or for the next bed (boarding) keeps a place longer and is not counted: a ward's load ends when
    its patients are ready to move. Nobody gives up, is turned away, becomes an outlier or is served by others than
    those whom a step names first.

    Only what falls within the run counts, by the mean times of the steps: rounds, pauses and stays beyond its end do
    not. In a run that declares who is there at the start, all patients are counted from then on, so that a ward which
    is full at the start is not asked for twice. Otherwise those who come are counted as in a hospital that has always
    been like this; only pauses, in which they keep nothing and are with nobody, may put off what comes after them
    beyond the end, as far as they are longer than the warm-up (see `journeys`).

    Returns:
        One entry for each resource, in order of names, but none for supplies that come as soon as they are ordered.

    Raises:
        ValueError: if patients of a class never leave.
    """
    asked = dict.fromkeys(scenario.resources, 0.0)
    for journey in journeys(scenario):
        for _, part in journey.passes:
            for name, unit_time in _used(scenario, part):
                units = journey.expected(part.flow * part.within * unit_time)
                asked[name] += journey.per_hour * units / clock.HOUR
    there = available(scenario)
    return tuple(Load(name, load, there[name]) for name, load in asked.items() if math.isfinite(there[name]))


def _used(scenario: Scenario, part: Pass) -> Iterator[tuple[str, Floats | float]]:
    """Resources that a pass uses, each with units x milliseconds by kind of patient; what is used up counts a week."""
    step = part.step
    if part.where.ward is not None:
        yield part.where.ward, part.time
    for name, units in part.where.held:
        yield name, units * part.time
    if isinstance(step, Enter):
        yield step.ward, float(scenario.wards[step.ward].turnaround)
    if isinstance(step, Activity | Hold) and part.is_visit:
        for name, units in (step.slots | step.uses).items():
            yield name, units * float(clock.WEEK)
    if isinstance(step, Activity):
        for name, units in (step.staff | step.equipment).items():
            turnaround = scenario.equipment[name].turnaround if name in scenario.equipment else 0
            yield name, units * (part.time + turnaround)


def expected_events(scenario: Scenario) -> float:
    """Estimates how many rows the event log of one replication will have, before it is run.

    Returns:
        Arrivals, leavings, steps (see the columns of the log), changes of capacity, slots and orders.

    Raises:
        ValueError: if patients of a class never leave.
    """
    hours = scenario.horizon / clock.HOUR
    rows = float(planned(scenario).time_ms.size)
    for journey in journeys(scenario):
        per_patient = 2 + sum(
            journey.expected(part.flow * part.within) * _rows(scenario, part)
            for _, part in journey.passes
            if part.is_visit
        )
        rows += per_patient * journey.per_hour * hours
    return rows


def _rows(scenario: Scenario, part: Pass) -> float:
    """Rows of the log for a visit of a step: queue, start and end; for places also giving up and turnaround."""
    step = part.step
    if isinstance(step, Activity):
        needs = len(step.needs())
        ready = sum(1 for name in step.equipment if scenario.equipment[name].turnaround)
        return 1 + 2 * needs + ready if needs else 2
    if isinstance(step, Hold):
        return 1 + 2 * len(step.needs())
    if isinstance(step, Enter):
        return 4 if scenario.wards[step.ward].turnaround else 3
    if isinstance(step, Stay | WaitUntil):
        return 2
    return 1 if isinstance(step, Mark) else 0
