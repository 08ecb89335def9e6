"""Key figures of staff and equipment: how busy they are, overtime, agency staff and absence."""

from typing import Final

import numpy as np

from sim import clock
from sim.engine.program import Kind
from sim.measure.facts import MIDNIGHT, Facts
from sim.measure.figures import OURS, WHOLE, Figures, Kpi
from sim.measure.money.staff_hours import StaffHours
from sim.measure.occupancy import Level, excess
from sim.scenario.resources import Staff

STAFF_KPIS: Final = (
    Kpi(
        "utilisation",
        "Utilisation",
        "share",
        "neither",
        "Unit-hours in use divided by unit-hours on duty in the window; work after the end of a shift counts as use.",
        OURS,
    ),
    Kpi(
        "utilisation_capped",
        "Utilisation within the hours on duty",
        "share",
        "neither",
        "Unit-hours in use divided by unit-hours on duty in the window, without overtime and overruns: what is in use "
        "above the number on duty does not count. For a theatre with a roster of lists: its capped utilisation.",
        "NHS England, GIRFT theatre productivity: capped theatre utilisation",
    ),
    Kpi(
        "overtime_hours_per_day",
        "Overtime a day",
        "hours per day",
        "lower",
        "Hours that people work after the end of their shift, because whoever is with a patient finishes; divided by "
        "days.",
        OURS,
    ),
    Kpi(
        "agency_share",
        "Hours of agency staff",
        "share",
        "lower",
        "Hours of agency staff on duty in the window, divided by the hours of all staff on duty, overtime apart; for "
        "the whole, of all groups that agency staff can stand in for.",
        "NHS England, agency rules and price caps",
    ),
    Kpi(
        "absence_hours_per_day",
        "Hours a day for which staff are missing",
        "hours per day",
        "lower",
        "Hours of the roster for which its own people do not come, because of absence or a vacant post, whether agency "
        "staff stand in or not; divided by days.",
        OURS,
    ),
    Kpi(
        "unfilled_hours_per_day",
        "Hours a day for which nobody stands in",
        "hours per day",
        "lower",
        "Hours of the roster for which its own people do not come and no agency staff stand in, divided by days.",
        OURS,
    ),
    Kpi(
        "care_hours_per_patient_day",
        "Care hours for each patient day",
        "hours per patient day",
        "higher",
        "Hours on duty in the window of the staff without whom the beds of a ward cannot be used, divided by the "
        "patients in these wards at all midnights of the window; a ward alone if its staff look after no other.",
        "NHS England, care hours per patient day (CHPPD)",
    ),
)


def measure_staff(facts: Facts, hours: dict[int, StaffHours]) -> Figures:
    """Works out the figures that the scenario can have.

    Args:
        facts: of the replication.
        hours: of its groups of staff.
    """
    found = _utilisation(facts, hours) | _overtime(facts, hours) | _agency(facts, hours) | _absence(facts, hours)
    return found | _care_hours(facts, hours)


def _utilisation(facts: Facts, hours: dict[int, StaffHours]) -> Figures:
    window, found = facts.window, Figures()
    for resource in np.flatnonzero((facts.program.is_place == 0) & (facts.program.kind == Kind.UNITS)).tolist():
        there = hours[resource].on_duty if resource in hours else facts.occupancy.open[resource]
        units = there.integral(window)
        used = facts.occupancy.in_use[resource].integral(window)
        beyond = (hours[resource].overtime if resource in hours else facts.occupancy.over[resource]).integral(window)
        found["utilisation", facts.scope(resource)] = used / units if units else np.nan
        found["utilisation_capped", facts.scope(resource)] = (used - beyond) / units if units else np.nan
    return found


def _overtime(facts: Facts, hours: dict[int, StaffHours]) -> Figures:
    return _per_day(facts, "overtime_hours_per_day", {number: own.overtime for number, own in hours.items()})


def _agency(facts: Facts, hours: dict[int, StaffHours]) -> Figures:
    """Of groups for which the agency sends somebody, and of all of these together."""
    window, found = facts.window, Figures()
    sent = there = 0
    for resource, own in hours.items():
        if _staff(facts, resource).agency is None:
            continue
        parts = own.agency.integral(window), own.on_duty.integral(window)
        found["agency_share", facts.scope(resource)] = parts[0] / parts[1] if parts[1] else np.nan
        sent, there = sent + parts[0], there + parts[1]
    if found:
        found["agency_share", WHOLE] = sent / there if there else np.nan
    return found


def _absence(facts: Facts, hours: dict[int, StaffHours]) -> Figures:
    """Of groups that can be missing, and of all of these together; what is left unfilled only if the agency helps."""
    concerned = {number: own for number, own in hours.items() if _staff(facts, number).may_be_missing()}
    found = _per_day(facts, "absence_hours_per_day", {number: own.missing for number, own in concerned.items()})
    if any(_staff(facts, number).agency for number in concerned):
        unfilled = {number: excess(own.missing, own.agency) for number, own in concerned.items()}
        found |= _per_day(facts, "unfilled_hours_per_day", unfilled)
    return found


def _staff(facts: Facts, resource: int) -> Staff:
    return facts.scenario.staff[facts.program.resources[resource]]


def _per_day(facts: Facts, name: str, levels: dict[int, Level]) -> Figures:
    """Hours a day of each group and of all together; nothing without groups."""
    window, found, total = facts.window, Figures(), 0
    for resource, level in levels.items():
        time = level.integral(window)
        found[name, facts.scope(resource)] = time / clock.HOUR / window.days
        total += time
    if levels:
        found[name, WHOLE] = total / clock.HOUR / window.days
    return found


def _care_hours(facts: Facts, hours: dict[int, StaffHours]) -> Figures:
    """Of each ward whose staff look after no other, and of all wards with such staff; none without."""
    names, wards = facts.program.resources, facts.scenario.wards
    staffed = {number: wards[name].staffed_by for number, name in enumerate(names) if name in wards}
    staffed = {number: staff for number, staff in staffed.items() if staff}
    groups = [name for staff in staffed.values() for name in staff]
    spent = {name: hours[names.index(name)].on_duty.integral(facts.window) / clock.HOUR for name in set(groups)}
    nights = facts.window.daily(MIDNIGHT)
    days = {number: int(facts.occupancy.in_use[number].at(nights).sum()) for number in staffed}
    found: Figures = {}
    for number, staff in staffed.items():
        if all(groups.count(name) == 1 for name in staff):
            total = sum(spent[name] for name in sorted(staff))
            found["care_hours_per_patient_day", facts.scope(number)] = total / days[number] if days[number] else np.nan
    if staffed:
        patients = sum(days.values())
        total = sum(spent[name] for name in sorted(spent))
        found["care_hours_per_patient_day", WHOLE] = total / patients if patients else np.nan
    return found
