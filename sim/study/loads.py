"""Loads: which resources are asked for more than there is of them, told before a run."""

from typing import Final

from sim.demand.workload import Load, expected_events, offered_load
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.scenario import Scenario

FULL: Final = 1.0
"""From this load on a queue grows for as long as the run lasts."""
NEARLY_FULL: Final = 0.95
"""From this load on waits vary much from run to run."""
MOST_EVENTS: Final = 30_000_000
"""A replication with more rows in its log does not fit into the memory of an ordinary machine."""


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
    return tuple(_sentence(scenario.label(load.resource), load) for load in heavy)


def _sentence(label: str, load: Load) -> str:
    share = f" ({100 * load.ratio:.0f} %)" if load.available else ""
    told = f"{load.asked:,.1f} would be in use if nobody waited or gave up, {load.available:,.1f} are there{share}"
    if load.ratio >= FULL:
        return f"OVERLOADED {label}: {told}. The queue grows as long as the run lasts, so waits depend on its length."
    return f"Nearly full {label}: {told}. Waits vary much from run to run: use many replications."


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
