"""Key figures of policies: how often they act, and for how long."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.engine.eventlog import Event, EventLog
from sim.measure.facts import Facts
from sim.measure.figures import OURS, Figures, Kpi
from sim.measure.occupancy import Level
from sim.measure.window import Ints

POLICY_KPIS: Final = (
    Kpi(
        "policy_firings_per_day",
        "How often a policy acts, a day",
        "times per day",
        "neither",
        "Times that the policy becomes active in the window, divided by days.",
        OURS,
    ),
    Kpi(
        "policy_active_share",
        "Time for which a policy is active",
        "share",
        "neither",
        "Time in the window for which the policy is active, divided by its length.",
        OURS,
    ),
)


@dataclass(frozen=True, slots=True)
class Firings:
    """When one policy acted."""

    active: Level
    """1 while it is active."""
    moments: Ints
    """Moments at which it became active."""


def policies_of(facts: Facts, log: EventLog) -> dict[str, Firings]:
    """Finds when each policy was active, in order of names."""
    told = log.event == Event.POLICY
    found = {}
    for name, step in zip(sorted(facts.scenario.policies), facts.program.policy_step.tolist(), strict=True):
        rows = np.flatnonzero(told & (log.step == step))
        moments, number = log.time_ms[rows], log.quantity[rows].astype(np.int64)
        last = np.append(moments[1:] != moments[:-1], True)[: len(moments)]
        found[name] = Firings(Level(moments[last], number[last]), moments[number > 0])
    return found


def measure_policies(facts: Facts, policies: dict[str, Firings]) -> Figures:
    """Works out the figures of each policy; none without policies.

    Args:
        facts: of the replication.
        policies: when each of them was active.
    """
    found: Figures = {}
    for name, own in policies.items():
        fired = int(facts.window.holds(own.moments).sum())
        found["policy_firings_per_day", f"policy:{name}"] = fired / facts.window.days
        found["policy_active_share", f"policy:{name}"] = own.active.mean(facts.window)
    return found
