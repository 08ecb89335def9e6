"""Costs: what the units that are there, the patients who use them and the hospital as such cost."""

from typing import Final

import numpy as np

from sim import clock
from sim.engine.eventlog import Event, EventLog
from sim.measure.facts import Facts
from sim.measure.figures import OURS, WHOLE, Figures, Kpi
from sim.scenario.quantities import cost_per_hour

FIXED: Final = "cost:fixed"
"""Scope of the costs that belong to no resource."""
COST_KPIS: Final = (
    Kpi(
        "cost_per_day",
        "Cost a day",
        "£ per day",
        "lower",
        "Cost in the window divided by days: units cost as long as they are there, used or not, and while they work "
        "longer; costs per patient count each patient who starts to use a unit; fixed costs come on top.",
        OURS,
    ),
    Kpi(
        "cost_per_patient",
        "Cost for each patient",
        "£",
        "lower",
        "Cost in the window divided by the patients who leave in the window.",
        OURS,
    ),
)


def measure_costs(facts: Facts, log: EventLog) -> Figures:
    """Works out costs in all and by resource; none if the scenario declares no cost."""
    resources, fixed = facts.scenario.resources, facts.scenario.costs.fixed
    costs: dict[str, float] = {}
    for number, resource in enumerate(resources.values()):
        if resource.cost is not None:
            served = _served(facts, log, number) if resource.cost[1] == "patient" else 0
            costs[facts.scope(number)] = _amount(resource.cost, _unit_hours(facts, number), served)
    gone = int(facts.window.holds(facts.journeys.left_ms).sum())
    if fixed is not None:
        costs[FIXED] = _amount(fixed, facts.window.length_ms / clock.HOUR, gone)
    if not costs:
        return {}
    total = sum(costs.values())
    found = {("cost_per_day", scope): cost / facts.window.days for scope, cost in costs.items()}
    found["cost_per_day", WHOLE] = total / facts.window.days
    found["cost_per_patient", WHOLE] = total / gone if gone else np.nan
    return found


def _amount(cost: tuple[float, str], hours: float, patients: int) -> float:
    """Pounds for so many unit-hours, or for so many patients."""
    amount, per = cost
    return amount * patients if per == "patient" else cost_per_hour(cost) * hours


def _unit_hours(facts: Facts, resource: int) -> float:
    """Hours for which units are there, and those that they work on after the end of a shift or closure."""
    there, over = facts.occupancy.open[resource], facts.occupancy.over[resource]
    return (there.integral(facts.window) + over.integral(facts.window)) / clock.HOUR


def _served(facts: Facts, log: EventLog, resource: int) -> int:
    """How many patients started to use a resource in the window."""
    begins = ((log.event == Event.START) | (log.event == Event.PLACE)) & (log.resource == resource)
    return int(facts.window.holds(log.time_ms[begins]).sum())
