"""Supply: how many units of each resource there are over time, as planned and as it comes in a replication."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from sim.demand.staffing.absence import attendance
from sim.demand.staffing.closures import closed_spells
from sim.demand.staffing.disruption import disrupted, disrupted_offers
from sim.demand.streams import Address, Ints
from sim.scenario.events import capacity_changes
from sim.scenario.resources import Resource, Staff, Ward
from sim.scenario.rosters import Line, level
from sim.scenario.scenario import Scenario
from sim.scenario.slots import Slots
from sim.scenario.supplies import Supply as Stock

LAPSE = -1
"""Units of the row which says that the slots of the millisecond before are lost, except those that are kept."""
Row = tuple[int, int, int, int]
"""Moment, patients who must wait, units, units leaving."""


@dataclass(frozen=True, slots=True, eq=False)
class Supply:
    """Units of all resources over time; the arrays of the first part have the same length, as have the last three.

    Rows are in order of (time, resource); all moments are in [0, horizon), but for a plan that looks beyond it. For
    staff, equipment and wards there is one at 0 and one at each change. For slots there is one when some are offered
    and, a millisecond later, one with -1 units: those that nobody took are lost, except those that are kept. For
    supplies there is the stock at 0 and then what is delivered by the calendar. What staffing allows, orders and
    policies are not in it: the engine sees to them.
    """

    time_ms: Ints
    """Moments in milliseconds."""
    resource: Ints
    """Positions among `Scenario.resources`."""
    units: Ints
    """Units from then on; for slots the number offered or -1; for supplies the number that comes."""
    leaving: Ints
    """People on duty whose shift ends at the moment; 0 for all but staff and equipment."""
    at_least: Ints
    """Patients who must wait, or the slots are not offered; 1 for slots without a rule, 0 for all else."""
    agency_time_ms: Ints
    """Moments at which the number of agency staff on duty changes."""
    agency_resource: Ints
    """Positions among `Scenario.resources`."""
    agency_units: Ints
    """People of the agency on duty from then on; they are among `units`."""


def planned(scenario: Scenario, *, beyond: int = 0) -> Supply:
    """Works out the supply without luck: everybody comes, nothing closes by chance; events do happen.

    Args:
        scenario: what is declared.
        beyond: milliseconds by which the plan goes on after the end of the run.
    """
    until = scenario.horizon + beyond
    return _gathered(scenario, {name: _plan(scenario, one, until) for name, one in scenario.resources.items()}, until)


def actual(scenario: Scenario, seed: int, replication: int) -> Supply:
    """Draws the supply of a replication; the same as planned if nothing of it is left to chance.

    Args:
        scenario: what is declared; its own seed is not looked at.
        seed: whole number from 0 to 2**63 - 1.
        replication: number of the replication, from 0.

    Returns:
        The supply; what is declared elsewhere, more people or a longer run change nobody's luck.
    """
    addresses = {name: Address(seed, replication, name) for name in scenario.resources}
    courses = {name: _lucky(scenario, one, addresses[name]) for name, one in scenario.resources.items()}
    return _gathered(scenario, courses, scenario.horizon)


@dataclass(frozen=True, slots=True)
class _Course:
    """Units of one resource over time before events: on duty or open, people whose shift ends, agency staff."""

    line: Line
    going: dict[int, int]
    agency: Line


def _plan(scenario: Scenario, resource: Resource, until: int) -> _Course:
    if isinstance(resource, Slots | Stock):
        return _Course([], {}, [])
    going = resource.going_over_time(scenario.calendar, until) if isinstance(resource, Staff) else {}
    return _Course(resource.units_over_time(scenario.calendar, until), going, [])


def _lucky(scenario: Scenario, resource: Resource, address: Address) -> _Course:
    calendar, horizon = scenario.calendar, scenario.horizon
    if isinstance(resource, Staff) and resource.may_be_missing():
        there = attendance(address, resource, calendar, horizon)
        return _Course(there.on_duty, there.going, there.agency if resource.agency else [])
    if isinstance(resource, Ward) and resource.closures:
        openings = [*resource.spells(calendar, horizon), *closed_spells(address, resource, calendar, horizon)]
        return _Course(level(resource.beds, openings, horizon), {}, [])
    return _plan(scenario, resource, horizon)


def _gathered(scenario: Scenario, courses: dict[str, _Course], until: int) -> Supply:
    """Applies the events and puts the rows of all resources into order."""
    rows = sorted(
        (moment, number, at_least, units, leaving)
        for number, (name, resource) in enumerate(scenario.resources.items())
        for moment, at_least, units, leaving in _rows(scenario, (name, resource), courses[name], until)
    )
    agency = sorted(
        (moment, number, units) for number, course in enumerate(courses.values()) for moment, units in course.agency
    )
    time_ms, resource, at_least, units, leaving = _columns(rows, 5)
    return Supply(time_ms, resource, units, leaving, at_least, *_columns(agency, 3))


def _columns(rows: Iterable[tuple[int, ...]], width: int) -> Iterator[Ints]:
    table = np.array(list(rows), np.int64).reshape(-1, width)
    return (table[:, column].copy() for column in range(width))


def _rows(scenario: Scenario, named: tuple[str, Resource], course: _Course, until: int) -> Iterator[Row]:
    """Rows of one resource, in order of time."""
    (name, resource), calendar = named, scenario.calendar
    changes = capacity_changes(scenario.events, name, calendar)
    if isinstance(resource, Slots):
        offers = disrupted_offers(resource.offers(calendar, until), changes)
        yield from ((moment, at_least, units, 0) for moment, at_least, units in offers)
        ends = sorted({moment + 1 for moment, *_ in offers})
        yield from ((moment, 0, LAPSE, 0) for moment in ends if moment < until)
    elif isinstance(resource, Stock):
        yield 0, 0, resource.stock, 0
        coming = ((moment, 0, units) for moment, units in resource.delivered(calendar, until))
        for moment, _, units in disrupted_offers(coming, changes):
            yield moment, 0, units, 0
    else:
        line = disrupted(course.line, changes, until)
        hands_over = isinstance(resource, Staff) and resource.at_shift_end != "finish_current"
        yield from _changes_of_staff(line, course.going, hands_over=hands_over)


def _changes_of_staff(line: Line, going: dict[int, int], *, hands_over: bool) -> Iterator[Row]:
    """Rows at the changes of a number, and also where others come for those who go if that makes a difference."""
    there = dict(line)
    moments = there.keys() | (going.keys() if hands_over else set())
    units = 0
    for moment in sorted(moments):
        before, units = units, there.get(moment, units)
        leaving = min(going.get(moment, 0), before)
        if moment in there or leaving:
            yield moment, 0, units, leaving
