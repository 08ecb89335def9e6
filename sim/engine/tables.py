"""Tables: what a program says about resources and policies."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.engine.program import NONE, Closing, Effect, Kind, StepInfo
from sim.scenario.policies import FACTS, Policy
from sim.scenario.resources import Equipment, Resource, Staff, Ward
from sim.scenario.scenario import Scenario
from sim.scenario.slots import Slots
from sim.scenario.supplies import Supply

_Row = tuple[int, int, int, int, int]
_CLOSINGS = {"hand_over": Closing.HAND_OVER, "relieved": Closing.RELIEVED}


def resource_tables(scenario: Scenario) -> dict[str, Any]:
    """What holds for each resource, in order of their numbers."""
    rows = np.array([_resource(resource) for resource in scenario.resources.values()], np.int64).reshape(-1, 8)
    names = ("kind", "closing", "turnaround", "is_place", "strict", "keep", "reorder_at", "order_units")
    return {name: rows[:, column].copy() for column, name in enumerate(names)}


def _resource(resource: Resource) -> tuple[int, ...]:
    kind = Kind.SLOTS if isinstance(resource, Slots) else Kind.SUPPLIES if isinstance(resource, Supply) else Kind.UNITS
    closing, turnaround, reorder_at, order = "", 0, NONE, 0
    if isinstance(resource, Staff):
        closing = resource.at_shift_end
    if isinstance(resource, Ward):
        closing = resource.when_closing
    if isinstance(resource, Ward | Equipment):
        turnaround = resource.turnaround
    if isinstance(resource, Supply) and resource.reorder_at is not None:
        reorder_at, order = resource.reorder_at, resource.order or 0
    keep = resource.keep if isinstance(resource, Slots) else 0
    is_place = int(isinstance(resource, Ward))
    how = int(_CLOSINGS.get(closing, Closing.FINISH))
    return int(kind), how, turnaround, is_place, int(resource.strict), keep, reorder_at, order


def staffing_tables(scenario: Scenario, resources: Mapping[str, int]) -> dict[str, Any]:
    """Which wards open no more beds than which staff allow."""
    links = [
        (resources[name], resources[staff], beds)
        for name, ward in sorted(scenario.wards.items())
        for staff, beds in sorted(ward.staffed_by.items())
    ]
    return {
        "staffed_ward": np.array([ward for ward, _, _ in links], np.int64),
        "staffed_by": np.array([staff for _, staff, _ in links], np.int64),
        "staffed_beds": np.array([beds for _, _, beds in links], np.float64),
    }


def policy_tables(
    scenario: Scenario, resources: Mapping[str, int], first_step: int
) -> tuple[dict[str, Any], list[StepInfo]]:
    """What policies watch and do.

    Args:
        scenario: the scenario.
        resources: numbers of the resources.
        first_step: number of the step that stands for the first policy in the log.

    Returns:
        The tables, and the steps.
    """
    policies = [policy for _, policy in sorted(scenario.policies.items())]
    watched = [[resources[name] for name in policy.watch.of] for policy in policies]
    ends = np.cumsum([len(names) for names in watched], dtype=np.int64)
    effects = np.array(
        [row for number, policy in enumerate(policies) for row in _effects(number, policy, resources)], np.int64
    ).reshape(-1, 5)
    tables: dict[str, Any] = {
        "policy_step": np.arange(first_step, first_step + len(policies)),
        "policy_fact": np.array([FACTS.index(policy.watch.fact) for policy in policies], np.int64),
        "policy_every": np.array([policy.every for policy in policies], np.int64),
        "policy_above": np.array([policy.above.value() for policy in policies], np.float64),
        "policy_below": np.array([policy.below.value() if policy.below else NONE for policy in policies], np.float64),
        "policy_lasts": np.array([policy.lasts for policy in policies], np.int64),
        "policy_after": np.array([policy.after for policy in policies], np.int64),
        "policy_of_from": ends - np.array([len(names) for names in watched], np.int64),
        "policy_of_to": ends,
        "policy_of": np.array([number for numbers in watched for number in numbers], np.int64),
    }
    names = ("effect_policy", "effect", "effect_resource", "effect_units", "effect_within")
    tables |= {name: effects[:, column].copy() for column, name in enumerate(names)}
    return tables, [StepInfo("", name, "policy") for name in sorted(scenario.policies)]


def _effects(number: int, policy: Policy, resources: Mapping[str, int]) -> list[_Row]:
    """Policy, effect, resource, units and milliseconds of each thing that a policy does."""
    more = {**policy.do.open_beds, **policy.do.call_in}
    rows: list[_Row] = [(number, int(Effect.ADD), resources[name], units, NONE) for name, units in sorted(more.items())]
    early = policy.do.early_discharge
    if early is not None:
        most = NONE if early.most is None else early.most
        rows += [(number, int(Effect.EARLY_DISCHARGE), resources[name], most, early.within) for name in early.wards]
    return rows
