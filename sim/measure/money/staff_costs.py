"""Staff costs: what people cost on duty, after the end of their shift, and when they come from an agency."""

from collections.abc import Iterator

from sim import clock
from sim.measure.facts import Facts
from sim.measure.money.bill import BY_TIME, Item, amount
from sim.measure.money.staff_hours import StaffHours
from sim.measure.occupancy import Level
from sim.measure.window import Ints
from sim.scenario.resources import Staff


def staff_bill(facts: Facts, patients: Ints, hours: dict[int, StaffHours]) -> Iterator[Item]:
    """Works out the costs of all groups of staff.

    Own people cost as long as they are on duty, used or not, with on-costs; breaks are not paid. An hour after the end
    of a shift costs more by the factor of the group. Agency staff cost their own price, in which everything is
    contained; if none is given, as much as own people.

    Args:
        facts: of the replication.
        patients: who began to use each resource.
        hours: of the groups of staff.
    """
    for resource, own in hours.items():
        staff, scope = facts.scenario.staff[facts.program.resources[resource]], facts.scope(resource)
        if staff.cost is not None:
            upon = 1 + on_costs(facts, staff)
            pounds = amount(staff.cost, _hours(facts, own.own), int(patients[resource]))
            yield Item("staff", scope, upon * pounds, varies=staff.cost[1] not in BY_TIME)
            if staff.cost[1] in BY_TIME:
                late = upon * staff.overtime * amount(staff.cost, _hours(facts, own.overtime), 0)
                yield Item("overtime", scope, late, varies=True)
        price = agency_price(facts, staff)
        if price is not None:
            yield Item("agency", scope, price * _hours(facts, own.agency))


def on_costs(facts: Facts, staff: Staff) -> float:
    """Share that comes on top of the cost of own people."""
    return facts.scenario.costs.on_costs if staff.on_costs is None else staff.on_costs


def agency_price(facts: Facts, staff: Staff) -> float | None:
    """Pounds for an hour of somebody from the agency; None if nobody is sent or no price is known."""
    if staff.agency is None:
        return None
    if staff.agency.cost is not None:
        return amount(staff.agency.cost, 1.0, 0)
    if staff.cost is None or staff.cost[1] not in BY_TIME:
        return None
    return amount(staff.cost, 1.0, 0) * (1 + on_costs(facts, staff))


def _hours(facts: Facts, level: Level) -> float:
    return level.integral(facts.window) / clock.HOUR
