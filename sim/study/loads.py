"""Loads: which resources are asked for more than there is of them, told before a run."""

from typing import Final

from sim.demand.workload import Load, expected_events, offered_load
from sim.scenario.care import Activity, Enter
from sim.scenario.pathway import Step, flatten
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.queueing import Queueing
from sim.scenario.scenario import Scenario

FULL: Final = 1.0
"""From this load on a queue grows for as long as the run lasts."""
NEARLY_FULL: Final = 0.95
"""From this load on waits vary much from run to run."""
MOST_EVENTS: Final = 30_000_000
"""A replication with more rows in its log does not fit into the memory of an ordinary machine."""

GROWS: Final = "The queue grows as long as the run lasts, so waits depend on its length."
ELSEWHERE: Final = "Those who cannot wait so long go elsewhere or give up: look how many."


class TooManyEventsError(RuntimeError):
    """A replication would be too big."""


def loads_of(scenario: Scenario) -> tuple[Load, ...]:
    """What is asked of each resource, as `offered_load`.

    Raises:
        ScenarioError: if patients of a class never leave.
    """
    try:
        return offered_load(scenario)
    except ValueError as error:
        raise ScenarioError([Problem(scenario.name, 0, 0, "pathways", "no-exit", str(error))]) from None


def heavy_loads(scenario: Scenario, loads: tuple[Load, ...]) -> tuple[str, ...]:
    """Tells which resources are too small, or nearly, for what is asked of them.

    Args:
        scenario: the scenario.
        loads: as `loads_of` gives them.

    Returns:
        One sentence for each such resource, the most loaded first.
    """
    heavy = sorted((load for load in loads if load.ratio >= NEARLY_FULL), key=lambda load: -load.ratio)
    return tuple(_sentence(scenario, load) for load in heavy)


def _sentence(scenario: Scenario, load: Load) -> str:
    label, more = scenario.label(load.resource), opened_by_policies(scenario, load.resource)
    share = f" ({100 * load.ratio:.0f} %)" if load.available else ""
    told = f"{load.asked:,.1f} would be in use if nobody waited or gave up, {load.available:,.1f} are there{share}"
    told += f", and policies may add {more}" if more else ""
    if load.ratio >= FULL:
        return f"OVERLOADED {label}: {told}. {GROWS if waits_for_ever(scenario, load.resource) else ELSEWHERE}"
    return f"Nearly full {label}: {told}. Waits vary much from run to run: use many replications."


def opened_by_policies(scenario: Scenario, resource: str) -> int:
    """Most units of a resource that policies may add, all at once; offered loads do not count them."""
    actions = [policy.do for policy in scenario.policies.values()]
    return sum(action.open_beds.get(resource, 0) + action.call_in.get(resource, 0) for action in actions)


def waits_for_ever(scenario: Scenario, resource: str) -> bool:
    """Whether some patients wait for a resource however long it takes, so that its queue grows if it is overloaded.

    At other steps patients give up, get worse, are turned away or served by something else.
    """
    steps = [step for steps in scenario.pathways.values() for step in flatten(steps)]
    return any(_asks_only(step, resource) for step in steps)


def _asks_only(step: Step, resource: str) -> bool:
    if not isinstance(step, Queueing):
        return False
    limits = (step.gives_up_after, step.worsens_after, step.queue_limit, step.if_none_free)
    has_way_out = any(limit is not None for limit in limits)
    asked = {step.ward} if isinstance(step, Enter) else set(step.needs())
    others = step.others if isinstance(step, Enter | Activity) else []
    return resource in asked and not has_way_out and not others


def check_size(scenario: Scenario) -> None:
    """Refuses a scenario whose replications would not fit into memory.

    Raises:
        TooManyEventsError: if the log would have more rows than the limit.
    """
    events = expected_events(scenario)
    if events > MOST_EVENTS:
        raise TooManyEventsError(
            f"a replication would have about {events:,.0f} events, and the limit is {MOST_EVENTS:,}. "
            "Fix: a shorter run, or fewer arrivals"
        )
