"""Workload: how much a scenario asks of its resources, worked out before anything is run."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from sim import clock
from sim.demand.arrivals import expected_per_day
from sim.demand.attributes import of_level
from sim.demand.branches import attributes_in, option_shares, shares_by_kind
from sim.demand.mixes import Mix, mix_of
from sim.demand.quantiles import mean
from sim.demand.streams import Floats
from sim.scenario.calendars import moments_of_week
from sim.scenario.distributions import ByAttribute, TimeLaw
from sim.scenario.pathway import Activity, Enter, Go, Leave, Mark, OneOf, Option, Stay, Step, Vacate, WaitUntil, flatten
from sim.scenario.patients import PatientClass
from sim.scenario.routes import has_loop, reachable
from sim.scenario.scenario import Scenario

Place = str | None
"""Name of the ward in which a patient is; None for nowhere."""
Node = tuple[str, Place]
"""A pathway and the place in which a patient begins it."""


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
    """Expected visits of one patient."""
    per_hour: float
    """Expected visits of all patients of the class per hour, averaged over the run."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of a resource, and what there is of it, averaged over the run."""

    resource: str
    """Name of the resource."""
    asked: float
    """Mean number of units that would be in use if nobody gave up or was turned away."""
    available: float
    """Mean number of units that there are."""

    @property
    def ratio(self) -> float:
        """Asked divided by available; from 1 on a queue grows for as long as the run lasts.

        >>> Load("nurse", 1.5, 2.0).ratio
        0.75
        """
        return self.asked / self.available if self.available else math.inf if self.asked else 0.0


@dataclass(frozen=True, slots=True)
class _Pass:
    """Patients who pass a step."""

    step: Step
    place: Place
    """Where they are during it."""
    flow: Floats
    """Their number by kind of patient, for one patient at the start of the walk."""


@dataclass(frozen=True, slots=True)
class _Walk:
    """One way through a pathway from its first step, for all kinds of patients at once."""

    scenario: Scenario
    mix: Mix
    passes: list[_Pass] = field(default_factory=list)
    ways: dict[Node, Floats] = field(default_factory=dict)
    """Patients who go on with another pathway."""

    def follow(self, steps: list[Step], flows: dict[Place, Floats]) -> dict[Place, Floats]:
        """Sends patients through steps; returns those who come out at the end, by place."""
        for step in steps:
            if isinstance(step, Enter):
                flows = {step.ward: _total(flows)} if flows else {}
            elif isinstance(step, Vacate):
                flows = {None: _total(flows)} if flows else {}
            for place, flow in flows.items():
                self.passes.append(_Pass(step, place, flow))
            if isinstance(step, OneOf):
                flows = self._branch(step, flows)
            elif isinstance(step, Go):
                self._go(step.pathway, flows)
            if isinstance(step, Go | Leave):
                flows = {}
        return flows

    def _branch(self, step: OneOf, flows: dict[Place, Floats]) -> dict[Place, Floats]:
        """Splits patients over the options and gathers those who carry on."""
        if any(name in self.mix.codes for name in attributes_in(step)):
            by_kind, kinds = shares_by_kind(step, self.mix.codes, self.mix.names)
            shares = by_kind[:, kinds]
        else:
            shares = np.array(option_shares(step, {}))[:, None]
        carried: dict[Place, Floats] = {}
        for option, share in zip(step.options, shares, strict=True):
            own = {place: flow * share for place, flow in flows.items()}
            for place, flow in self._option(option, own).items():
                carried[place] = carried.get(place, 0.0) + flow
        return carried

    def _option(self, option: Option, flows: dict[Place, Floats]) -> dict[Place, Floats]:
        if option.go:
            self._go(option.go, flows)
        if option.go or option.leave:
            return {}
        return self.follow(option.steps or [], flows)

    def _go(self, pathway: str, flows: dict[Place, Floats]) -> None:
        for place, flow in flows.items():
            self.ways[pathway, place] = self.ways.get((pathway, place), 0.0) + flow


def _total(flows: Mapping[Place, Floats]) -> Floats:
    return np.asarray(np.sum(list(flows.values()), axis=0))


@dataclass(frozen=True, slots=True)
class _Journey:
    """All that the patients of a class are expected to pass."""

    name: str
    mix: Mix
    per_hour: float
    """Arrivals."""
    passes: list[tuple[str, _Pass]]
    """Pathway and pass; its flow is for one patient of each kind from arrival to the end."""

    def expected(self, by_kind: Floats) -> float:
        """Mean over the kinds of patients."""
        return float(np.dot(self.mix.shares, by_kind))


def _journeys(scenario: Scenario) -> Iterator[_Journey]:
    """Solves the traffic equations of each class."""
    for name, patient_class in sorted(scenario.patients.items()):
        per_hour = float(expected_per_day(patient_class, scenario.calendar, scenario.horizon).sum())
        per_hour *= clock.HOUR / scenario.horizon
        mix = mix_of(patient_class, _attributes_that_matter(scenario, patient_class))
        walks = _walks(scenario, mix, (patient_class.pathway, None))
        entries = _entries(scenario, name, walks, mix.shares.size)
        passes = [
            (node[0], _Pass(part.step, part.place, part.flow * count))
            for (node, walk), count in zip(walks.items(), entries, strict=True)
            for part in walk.passes
        ]
        yield _Journey(name, mix, per_hour, passes)


def _attributes_that_matter(scenario: Scenario, patient_class: PatientClass) -> set[str]:
    """Attributes on which branches or times of the reachable pathways depend."""
    found: set[str] = set()
    for pathway in reachable(scenario, patient_class.pathway):
        for step in flatten(scenario.pathways[pathway]):
            if isinstance(step, OneOf):
                found.update(attributes_in(step))
            elif isinstance(step, Activity | Stay) and isinstance(step.time, ByAttribute):
                found.add(step.time.by)
    return found


def _walks(scenario: Scenario, mix: Mix, start: Node) -> dict[Node, _Walk]:
    """Walks through every pathway from every place in which it can be begun."""
    walks: dict[Node, _Walk] = {}
    waiting = [start]
    while waiting:
        node = waiting.pop(0)
        if node in walks:
            continue
        pathway, place = node
        walk = walks[node] = _Walk(scenario, mix)
        walk.follow(scenario.pathways[pathway], {place: np.ones(mix.shares.size)})
        waiting.extend(target for target, flow in walk.ways.items() if flow.any())
    return walks


def _entries(scenario: Scenario, name: str, walks: dict[Node, _Walk], kinds: int) -> Floats:
    """How often a patient begins each pathway, by kind: the solution of x = first + x T with the chances T to go on.

    Raises:
        ValueError: if patients of a kind never leave.
    """
    number = {node: position for position, node in enumerate(walks)}
    chances = np.zeros((kinds, len(walks), len(walks)))  # to, from
    for node, walk in walks.items():
        for target, flow in walk.ways.items():
            if target in number:
                chances[:, number[target], number[node]] += flow
    first = np.zeros((kinds, len(walks), 1))
    first[:, 0] = 1.0
    comes = first > 0
    for _ in walks:
        comes |= np.matmul(chances, comes) > 0
    chances *= comes.transpose(0, 2, 1)  # a kind that never comes to a circle cannot be caught in it
    try:
        entries = np.linalg.solve(np.eye(len(walks)) - chances, first)[:, :, 0]
    except np.linalg.LinAlgError:
        entries = np.full((kinds, len(walks)), np.inf)
    if not (np.isfinite(entries).all() and entries.min() > -1e-9 and entries.max() < 1e9):
        circle = ", ".join(sorted(has_loop(scenario) & {pathway for pathway, _ in walks}))
        raise ValueError(f"some patients of {name!r} go round for ever in {circle}: give them a way to leave")
    return np.asarray(entries.T)


def expected_visits(scenario: Scenario) -> tuple[StepVisits, ...]:
    """Works out how often patients come to each step, by the traffic equations of the pathways.

    Attributes are averaged over their mix, loops are solved exactly (each visit draws its branches anew). Nobody gives
    up and nobody is turned away, so that the numbers are upper bounds, and 0 for pathways of those who do.

    Returns:
        One entry for each class and step that it comes to, in order of class; steps in the order in which they are met.

    Raises:
        ValueError: if patients of a class never leave.
    """
    found: dict[tuple[str, str, str], tuple[float, float]] = {}
    for journey in _journeys(scenario):
        for pathway, part in journey.passes:
            key = (journey.name, pathway, part.step.name)
            visits = found.get(key, (0.0, 0.0))[0] + journey.expected(part.flow)
            found[key] = visits, visits * journey.per_hour
    return tuple(StepVisits(*key, *visits) for key, visits in found.items())


def offered_load(scenario: Scenario) -> tuple[Load, ...]:
    """Works out how many units of each resource would be in use on average if nobody ever had to wait.

    Staff and equipment: the times of the steps that need them. Wards: the times of all steps between `enter` and the
    next `enter`, `vacate` or leaving, plus the turnaround; calendars count with the mean wait of somebody who comes at
    any moment, which is approximate. Waiting for staff or for the next bed (boarding) keeps a place longer and is not
    counted: a ward's load ends when its patients are ready to move. Nobody gives up, is turned away or becomes an
    outlier.

    Returns:
        One entry for each resource, in order of names.

    Raises:
        ValueError: if patients of a class never leave.
    """
    asked = dict.fromkeys(scenario.resources, 0.0)
    for journey in _journeys(scenario):
        for _, part in journey.passes:
            for name, unit_time in _used(scenario, part, journey.mix):
                asked[name] += journey.per_hour * journey.expected(part.flow * unit_time) / clock.HOUR
    return tuple(Load(name, load, available(scenario, name)) for name, load in asked.items())


def available(scenario: Scenario, resource: str) -> float:
    """Mean number of units of a resource over the run."""
    line = scenario.resources[resource].units_over_time(scenario.calendar, scenario.horizon)
    ends = [moment for moment, _ in line[1:]] + [scenario.horizon]
    return sum(units * (end - begin) for (begin, units), end in zip(line, ends, strict=True)) / scenario.horizon


def _used(scenario: Scenario, part: _Pass, mix: Mix) -> Iterator[tuple[str, Floats | float]]:
    """Resources that a pass uses, each with units x milliseconds by kind of patient."""
    step = part.step
    time = _time(scenario, step, mix)
    if part.place is not None:
        yield part.place, time
    if isinstance(step, Enter):
        yield step.ward, float(scenario.wards[step.ward].turnaround)
    if isinstance(step, Activity):
        for name, units in (step.staff | step.equipment).items():
            yield name, units * time


def _time(scenario: Scenario, step: Step, mix: Mix) -> Floats | float:
    """Mean time of a step in milliseconds, by kind of patient."""
    if isinstance(step, WaitUntil):
        times = scenario.calendars[step.calendar] if isinstance(step.calendar, str) else step.calendar
        return mean_wait({str(day): moments for day, moments in times.items()})
    return _mean_by_kind(step.time, mix) if isinstance(step, Activity | Stay) else 0.0


def _mean_by_kind(rule: TimeLaw | ByAttribute, mix: Mix) -> Floats | float:
    if not isinstance(rule, ByAttribute):
        return mean(rule)
    if rule.by not in mix.codes:
        return mean(of_level(rule.levels, None, rule.by))
    codes, names = mix.codes[rule.by], mix.names[rule.by]
    means = {code: mean(of_level(rule.levels, names[code], rule.by)) for code in np.unique(codes)}
    return np.array([means[code] for code in codes])


def mean_wait(times: Mapping[str, list[int]]) -> float:
    """Mean wait for the next moment of a calendar of somebody who comes at any moment of the week.

    Long gaps catch more people: the mean is the sum of the squared gaps divided by twice their sum.

    Args:
        times: times of day by `all`, `weekdays`, `weekend` or a weekday; the most special entry counts.

    Returns:
        Milliseconds.

    Raises:
        ValueError: if there is no moment.

    >>> mean_wait({"all": [10 * clock.HOUR]}) / clock.HOUR
    12.0
    """
    line = moments_of_week(times)
    if not line:
        raise ValueError("a calendar needs at least one moment of the week")
    gaps = np.diff([*line, line[0] + clock.WEEK]).astype(float)
    return float((gaps**2).sum() / (2 * clock.WEEK))


def expected_events(scenario: Scenario) -> float:
    """Estimates how many rows the event log of one replication will have, before it is run.

    Returns:
        Arrivals, leavings, steps (see the columns of the log) and changes of capacity.

    Raises:
        ValueError: if patients of a class never leave.
    """
    changes = sum(
        len(resource.units_over_time(scenario.calendar, scenario.horizon)) for resource in scenario.resources.values()
    )
    hours = scenario.horizon / clock.HOUR
    rows = float(changes)
    for journey in _journeys(scenario):
        per_patient = 2 + sum(journey.expected(part.flow) * _rows(scenario, part.step) for _, part in journey.passes)
        rows += per_patient * journey.per_hour * hours
    return rows


def _rows(scenario: Scenario, step: Step) -> int:
    """Rows of the log for a visit of a step: queue, start and end; for places also giving up and turnaround."""
    if isinstance(step, Activity):
        needs = len(step.staff) + len(step.equipment)
        return 1 + 2 * needs if needs else 2
    if isinstance(step, Enter):
        return 4 if scenario.wards[step.ward].turnaround else 3
    if isinstance(step, Stay | WaitUntil):
        return 2
    return 1 if isinstance(step, Mark) else 0
