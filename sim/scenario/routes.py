"""Routes: which pathways lead to which, and which can be followed more than once."""

from collections.abc import Iterable, Iterator
from typing import Final

from sim.scenario.pathway import Go, OneOf, Step, flatten
from sim.scenario.queueing import OUTCOMES, StepBase
from sim.scenario.scenario import Scenario

AT_ONCE: Final = ("if_queue_full", "if_none_free", "if_no_time")
"""Fields that name where those go who need not wait first."""
LATER: Final = ("then", "if_worse", "if_missed")
"""Fields that name where those go who have waited, or for whom the time of the step was kept."""


def turned_away(step: StepBase, fields: Iterable[str] = (*AT_ONCE, *LATER)) -> dict[str, str]:
    """Outcomes and pathways of those who are not served at a step, by the fields that name them."""
    named = {name: getattr(step, name, None) for name in fields}
    return {name: target for name, target in named.items() if target}


def targets_of(steps: list[Step]) -> frozenset[str]:
    """Names the pathways to which steps can send a patient.

    Args:
        steps: the steps of a pathway; those inside repeats and the options of branches are looked at too.

    Returns:
        Pathways behind `go` (steps and options) and those of patients who are not served; outcomes are left out.
    """
    return frozenset(name for step in flatten(steps) for name in _ways(step) if name and name not in OUTCOMES)


def _ways(step: Step) -> Iterator[str | None]:
    if isinstance(step, Go):
        yield step.pathway
    elif isinstance(step, OneOf):
        yield from (option.go for option in step.options)
    else:
        yield from turned_away(step).values()


def reachable(scenario: Scenario, pathway: str) -> frozenset[str]:
    """Names the pathways that patients who start with one can come to, itself included.

    A target that is not declared is passed over; the checks of a scenario refuse it.
    """
    return _closure(scenario, [pathway])


def has_loop(scenario: Scenario) -> frozenset[str]:
    """Names the pathways that a patient can come to again; empty if there is no loop."""
    return frozenset(name for name, steps in scenario.pathways.items() if name in _closure(scenario, targets_of(steps)))


def _closure(scenario: Scenario, starts: Iterable[str]) -> frozenset[str]:
    """The given pathways and all that follow from them."""
    found: set[str] = set()
    waiting = [name for name in starts if name in scenario.pathways]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(target for target in targets_of(scenario.pathways[name]) if target in scenario.pathways)
    return frozenset(found)
