"""Staff hours: who is on duty in each group of staff over time, who of them is of the agency, late or missing."""

from dataclasses import dataclass

import numpy as np

from sim.engine.checking.on_duty import on_duty
from sim.engine.eventlog import EventLog
from sim.measure.facts import Facts
from sim.measure.occupancy import Level, excess, together
from sim.measure.window import Flags, Ints


@dataclass(frozen=True, slots=True)
class StaffHours:
    """People of one group of staff over time."""

    on_duty: Level
    """People on duty, of the agency too and called in by policies; not those on a break or after their shift."""
    own: Level
    """Those of them who are not of the agency."""
    agency: Level
    """Those of them who are of the agency."""
    overtime: Level
    """People who are with a patient after the end of their shift."""
    missing: Level
    """People of the roster who do not come, because of absence or because their post is vacant."""


def staff_hours(facts: Facts, log: EventLog) -> dict[int, StaffHours]:
    """Derives the hours of all groups of staff.

    Overtime is what is in use above the number on duty (`finish_current`), and those who finish what they began after
    others have relieved them (`relieved`), who are above the roster in the log.

    Returns:
        By the number of the resource, in order.
    """
    supply, program = facts.fates.supply, facts.program
    should, in_run = on_duty(program, supply, log), program.capacity_time < log.horizon_ms
    found = {}
    for resource, name in enumerate(program.resources):
        if name not in facts.scenario.staff:
            continue
        people = Level(should[resource].time_ms, should[resource].number)
        sent = _line(supply.agency_time_ms, supply.agency_units, supply.agency_resource == resource)
        plan = in_run & (program.capacity_resource == resource)
        rostered = _line(program.capacity_time, program.capacity_units, plan)
        came = _line(supply.time_ms, supply.units, supply.resource == resource)
        own = excess(people, sent)
        late = excess(facts.occupancy.open[resource], people)
        found[resource] = StaffHours(
            on_duty=people,
            own=own,
            agency=excess(people, own),
            overtime=together([facts.occupancy.over[resource], late]),
            missing=excess(rostered, excess(came, sent)),
        )
    return found


def _line(moments: Ints, units: Ints, chosen: Flags) -> Level:
    """A number from the moments at which it is told; of several in one instant the last counts."""
    own, number = moments[chosen], units[chosen].astype(np.int64)
    last = np.append(own[1:] != own[:-1], True)[: len(own)]
    return Level(own[last], number[last])
