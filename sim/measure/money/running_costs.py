"""Running costs: what beds, machines, slots, supplies, activities, policies and initiatives cost."""

from collections.abc import Iterator

from sim import clock
from sim.measure.facts import Facts
from sim.measure.money.bill import BY_TIME, Item, Sort, amount
from sim.measure.money.uses import done, hours_of
from sim.measure.occupancy import Level
from sim.measure.offers import Offers
from sim.measure.policy_kpis import Firings
from sim.measure.window import Ints
from sim.scenario.care import Activity
from sim.scenario.pathway import flatten


def things_bill(facts: Facts, patients: Ints, offered: dict[int, Offers]) -> Iterator[Item]:
    """Works out the costs of beds and machines, of slots and of supplies.

    Beds and machines cost as long as they are there, used or not, and while they are used longer; or for each patient
    who begins to use one. Slots and supplies cost when they are taken.

    Args:
        facts: of the replication.
        patients: who began to use each resource.
        offered: what happened to slots and supplies, by the number of the resource.
    """
    scenario = facts.scenario
    for resource, (name, thing) in enumerate(scenario.resources.items()):
        if thing.cost is None or name in scenario.staff:
            continue
        scope = facts.scope(resource)
        if resource in offered:
            sort: Sort = "slots" if name in scenario.slots else "supplies"
            used = offered[resource].used(facts.window)
            yield Item(sort, scope, amount(thing.cost, 0.0, used), varies=True)
            continue
        hours = _hours(facts, facts.occupancy.open[resource]) + _hours(facts, facts.occupancy.over[resource])
        pounds = amount(thing.cost, hours, int(patients[resource]))
        varies = thing.cost[1] not in BY_TIME
        if name in scenario.wards:
            yield Item("beds", scope, pounds, f"beds:{scenario.wards[name].kind}", varies=varies)
        else:
            yield Item("equipment", scope, pounds, varies=varies)


def steps_bill(facts: Facts) -> Iterator[Item]:
    """Works out what is paid for activities besides staff and things, each time that they are done or by their time."""
    prices = {
        (pathway, step.name): step.cost
        for pathway, steps in facts.scenario.pathways.items()
        for step in flatten(steps)
        if isinstance(step, Activity) and step.cost is not None
    }
    for number, info in enumerate(facts.program.steps):
        price = prices.get((info.pathway, info.name)) if info.does == Activity.verb else None
        if price is not None:
            hours = hours_of(facts, number) if price[1] in BY_TIME else 0.0
            yield Item("steps", facts.step_scope(number), amount(price, hours, done(facts, number)), varies=True)


def policies_bill(facts: Facts, policies: dict[str, Firings]) -> Iterator[Item]:
    """Works out what policies cost while they are active and for each time that they act."""
    for name, own in policies.items():
        policy = facts.scenario.policies[name]
        if policy.cost is None and policy.cost_each is None:
            continue
        pounds = (policy.cost_each or 0.0) * int(facts.window.holds(own.moments).sum())
        if policy.cost is not None:
            pounds += amount(policy.cost, _hours(facts, own.active), 0)
        yield Item("policies", f"policy:{name}", pounds, varies=True)


def initiatives_bill(facts: Facts) -> Iterator[Item]:
    """Works out what running the initiatives costs, besides what the things in them cost."""
    hours = facts.window.length_ms / clock.HOUR
    for name, initiative in facts.scenario.initiatives.items():
        if initiative.cost is not None:
            yield Item("initiatives", f"initiative:{name}", amount(initiative.cost, hours, 0))


def _hours(facts: Facts, level: Level) -> float:
    return level.integral(facts.window) / clock.HOUR
