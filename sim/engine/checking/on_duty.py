"""On duty: how many units of each resource there should be, by the rosters as they turned out and what policies did."""

from dataclasses import dataclass

import numpy as np

from sim.demand.staffing.supply import Supply
from sim.engine.checking.shelves import at_the_end_of_instants
from sim.engine.eventlog import Event, EventLog
from sim.engine.program import Effect, Kind, Program
from sim.engine.stories import Ints
from sim.scenario.ratios import staffed_beds


@dataclass(frozen=True, slots=True)
class Staircase:
    """A number over time, 0 before its first moment; looked at when instants are over."""

    time_ms: Ints
    """Moments at which the number changes, each once, in order."""
    number: Ints
    """The number from that moment on."""

    def at(self, moments: Ints) -> Ints:
        """The number when moments are over."""
        return np.append(0, self.number)[np.searchsorted(self.time_ms, moments, side="right")]

    def __add__(self, other: "Staircase") -> "Staircase":
        moments = np.union1d(self.time_ms, other.time_ms)
        return staircase(moments, self.at(moments) + other.at(moments))

    def limited(self, other: "Staircase") -> "Staircase":
        """The smaller of two numbers."""
        moments = np.union1d(self.time_ms, other.time_ms)
        return staircase(moments, np.minimum(self.at(moments), other.at(moments)))


def staircase(time_ms: Ints, number: Ints) -> Staircase:
    """A number from what it is told to be; of several rows in one instant the last counts.

    Args:
        time_ms: moments in order.
        number: the number from then on.

    >>> found = staircase(np.array([0, 5, 5, 9]), np.array([2, 4, 3, 3]))
    >>> found.time_ms.tolist(), found.number.tolist()
    ([0, 5], [2, 3])
    """
    last = at_the_end_of_instants(time_ms)
    moments, numbers = time_ms[last], number[last]
    changed = np.diff(numbers, prepend=0) != 0
    return Staircase(moments[changed], numbers[changed])


def told(log: EventLog) -> dict[int, Staircase]:
    """The units that a log tells, by the number of the resource."""
    rows = np.flatnonzero(log.event == Event.CAPACITY)
    resource = log.resource[rows]
    return {
        number: staircase(log.time_ms[own], log.quantity[own].astype(np.int64))
        for number in np.unique(resource).tolist()
        for own in [rows[resource == number]]
    }


def on_duty(program: Program, supply: Supply, log: EventLog) -> dict[int, Staircase]:
    """The units that should be there, by the number of the resource; without things that are used up.

    Rosters, openings and closures as they turned out are in `supply`; a policy adds units from the moment at which the
    log says that it acts until it ends; a ward opens no more beds than the staff on duty allow. People who finish what
    they began although others have relieved them are not on duty.
    """
    found = {}
    for resource in np.flatnonzero(program.kind == Kind.UNITS).tolist():
        own = supply.resource == resource
        found[resource] = staircase(supply.time_ms[own], supply.units[own])
    for policy, resource, units in additions(program):
        active = activity(log, int(program.policy_step[policy]))
        found[resource] += Staircase(active.time_ms, active.number * units)
    limits = zip(program.staffed_ward.tolist(), program.staffed_by.tolist(), program.staffed_beds.tolist(), strict=True)
    for ward, staff, beds in limits:
        people = found[staff]
        found[ward] = found[ward].limited(staircase(people.time_ms, _beds_for(people.number, beds)))
    return found


def _beds_for(people: Ints, beds: float) -> Ints:
    return np.array([staffed_beds(beds, number) for number in people.tolist()], np.int64)


def additions(program: Program) -> list[tuple[int, int, int]]:
    """Policy, resource and units of everything that policies add."""
    adds = program.effect == Effect.ADD
    columns = (program.effect_policy, program.effect_resource, program.effect_units)
    return list(zip(*(column[adds].tolist() for column in columns), strict=True))


def activity(log: EventLog, step: int) -> Staircase:
    """Whether a policy is active, as 1 or 0."""
    rows = np.flatnonzero((log.event == Event.POLICY) & (log.step == step))
    return staircase(log.time_ms[rows], log.quantity[rows].astype(np.int64))
