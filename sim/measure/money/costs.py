"""Costs: what the hospital costs in all and by what it is spent on, and what that leaves of the budget."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim import clock
from sim.engine.eventlog import EventLog
from sim.measure.facts import Facts
from sim.measure.figures import OURS, WHOLE, Figures, Kpi
from sim.measure.money.bill import BY_TIME, Item, amount, per_day, total
from sim.measure.money.running_costs import initiatives_bill, policies_bill, steps_bill, things_bill
from sim.measure.money.staff_costs import staff_bill
from sim.measure.money.staff_hours import StaffHours
from sim.measure.money.uses import served
from sim.measure.offers import Offers
from sim.measure.policy_kpis import Firings

COST_KPIS: Final = (
    Kpi(
        "cost_per_day",
        "Cost a day",
        "£ per day",
        "lower",
        "Cost in the window divided by days. Staff, beds and machines cost as long as they are there, used or not, and "
        "while they work longer; what is told per patient counts each who begins to use it; slots and supplies cost "
        "when they are taken, activities each time they are done, policies while they are active and each time they "
        "act; initiatives and fixed costs come on top. By kind of cost, the kinds add up to the whole; a group of "
        "staff contains its overtime and its agency staff.",
        OURS,
    ),
    Kpi(
        "fixed_cost_per_day",
        "Fixed cost a day",
        "£ per day",
        "lower",
        "Part of the cost that is spent whether patients come or not: rostered staff and agency, beds and machines "
        "that are there, initiatives and fixed costs. Fixed and variable cost are the whole.",
        OURS,
    ),
    Kpi(
        "variable_cost_per_day",
        "Variable cost a day",
        "£ per day",
        "lower",
        "Part of the cost that follows what is done: activities, slots and supplies taken, overtime, policies that act "
        "and all that is told per patient.",
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
    Kpi(
        "budget_left_per_day",
        "Budget that is left a day",
        "£ per day",
        "higher",
        "Budget less cost in the window, divided by days; below 0 if more is spent than there is.",
        OURS,
    ),
)


@dataclass(frozen=True, slots=True)
class Spent:
    """What is paid for, besides what patients do."""

    hours: dict[int, StaffHours]
    """Of each group of staff, by the number of the resource."""
    offered: dict[int, Offers]
    """What happened to slots and supplies, by the number of the resource."""
    policies: dict[str, Firings]
    """When each policy acted."""


def measure_costs(facts: Facts, log: EventLog, spent: Spent) -> Figures:
    """Works out costs in all, by kind and for each thing; none if the scenario declares no cost and no budget.

    Args:
        facts: of the replication.
        log: its events.
        spent: staff, slots, supplies and policies of it.
    """
    window, costs = facts.window, facts.scenario.costs
    gone = int(window.holds(facts.journeys.left_ms).sum())
    per_patient = any(thing.cost and thing.cost[1] == "patient" for thing in facts.scenario.resources.values())
    patients = served(facts, log) if per_patient else np.zeros(len(facts.program.resources), np.int64)
    bill = [*staff_bill(facts, patients, spent.hours), *things_bill(facts, patients, spent.offered)]
    bill += steps_bill(facts)
    bill += policies_bill(facts, spent.policies)
    bill += initiatives_bill(facts)
    if costs.fixed is not None:
        pounds = amount(costs.fixed, window.length_ms / clock.HOUR, gone)
        bill.append(Item("fixed", "", pounds, varies=costs.fixed[1] not in BY_TIME))
    found = per_day(bill, window.days)
    if bill:
        found["cost_per_patient", WHOLE] = total(bill) / gone if gone else np.nan
    if costs.budget is not None:
        budget = amount(costs.budget, window.length_ms / clock.HOUR, gone)
        found["budget_left_per_day", WHOLE] = (budget - total(bill)) / window.days
    return found
