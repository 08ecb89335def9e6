"""Usable: how many units of a resource patients can have over time, as planned and with what rules allow."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from sim import clock
from sim.scenario.checking.findings import Findings
from sim.scenario.ratios import staffed_beds
from sim.scenario.resources import Staff, Ward
from sim.scenario.rosters import Line

LOOK_AHEAD: Final = 8 * clock.DAY
"""So long after the end of a run a shift of every weekday comes once more."""
LONGEST_LOOK: Final = 400 * clock.DAY
"""Sets of dates that go on longer are not looked at to their end."""


def look_ahead(found: Findings) -> int:
    """So long after the end of the run everything that ever comes again has come, also behind sets of dates."""
    calendar, horizon = found.scenario.calendar, found.scenario.horizon
    last = max((day for days in calendar.dates.values() for day in days), default=0) * clock.DAY
    return LOOK_AHEAD + min(max(0, last - horizon), LONGEST_LOOK)


def usable(found: Findings, name: str) -> Line:
    """Units over time until `look_ahead` after the run: with staffing, and with what policies can add.

    Args:
        found: the scenario, whose names all stand for something.
        name: a resource.
    """
    resource = found.scenario.resources[name]
    if isinstance(resource, Staff) and never_there(resource):
        return [(0, 0)]
    line = [(moment, units + called_in(found, name)) for moment, units in found.units(name, look_ahead(found))]
    for group, beds in resource.staffed_by.items() if isinstance(resource, Ward) else ():
        staffed = [(moment, staffed_beds(beds, people)) for moment, people in usable(found, group)]
        line = least(line, staffed)
    return line


def called_in(found: Findings, name: str) -> int:
    """The most units that a policy can add to a resource."""
    policies = found.scenario.policies.values()
    added: list[Mapping[str, int]] = [{**policy.do.open_beds, **policy.do.call_in} for policy in policies]
    return max((one.get(name, 0) for one in added), default=0)


def never_there(staff: Staff) -> bool:
    """Whether nobody of a group ever comes to a shift, however many are rostered."""
    shares = staff.absence.values() if isinstance(staff.absence, dict) else [staff.absence]
    posts = staff.establishment
    missing = min(shares) >= 1 or (posts is not None and not posts.filled() and posts.hire_after is None)
    return missing and not (staff.agency and staff.agency.fills)


def least(line: Line, other: Line) -> Line:
    """The smaller of two numbers over time.

    >>> least([(0, 5), (10, 2)], [(0, 3), (20, 1)])
    [(0, 3), (10, 2), (20, 1)]
    """
    first, second = dict(line), dict(other)
    found: Line = []
    one = two = 0
    for moment in sorted({*first, *second}):
        one, two = first.get(moment, one), second.get(moment, two)
        if not found or found[-1][1] != min(one, two):
            found.append((moment, min(one, two)))
    return found


def most(found: Findings, name: str) -> int:
    """The most units of a resource that there are at some moment of the run, with what events add."""
    planned = max(units for moment, units in usable(found, name) if moment < found.scenario.horizon)
    changes = [event.capacity.get(name, (1.0, 0)) for event in found.scenario.events.values()]
    factor = max((factor for factor, _ in changes), default=1.0)
    return round(planned * max(factor, 1.0)) + max((change for _, change in changes if change > 0), default=0)


def ends(found: Findings, name: str, units: int) -> int:
    """When there are so many units of a resource for the last time, in milliseconds, as far as one looks ahead."""
    line = usable(found, name)
    until = [moment for moment, _ in line[1:]] + [found.scenario.horizon + look_ahead(found)]
    return max((end for (_, there), end in zip(line, until, strict=True) if there >= units), default=0)


def falls(found: Findings, name: str) -> bool:
    """Whether staff, equipment or beds ever become fewer during the run, as planned or in an event."""
    if not isinstance(found.scenario.resources[name], Staff | Ward):
        return False
    line = [units for moment, units in found.units(name, 0) if moment < found.scenario.horizon]
    events = found.scenario.events.values()
    less = any(factor < 1 or change < 0 for factor, change in (one.capacity.get(name, (1.0, 0)) for one in events))
    return less or any(after < before for before, after in pairwise(line))
