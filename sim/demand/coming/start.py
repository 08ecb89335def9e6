"""Start: the patients who are there when a run begins, and how they are known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.demand.coming.points import Layer, Points, numbers
from sim.scenario.care import Activity, Stay
from sim.scenario.distributions import ByAttribute, TimeLaw
from sim.scenario.pathway import flatten
from sim.scenario.scenario import Scenario
from sim.scenario.start import Start

PLANE: int = 64
"""Layers of the Poisson plane have numbers below this, however high the rate is."""


@dataclass(frozen=True, slots=True)
class Underway:
    """A step in which patients are when a run begins."""

    pathway: str
    """Its pathway."""
    step: str
    """Its name."""
    law: TimeLaw | ByAttribute
    """Law of a time."""
    is_left: bool
    """Whether it is the law of what is left; otherwise that of the whole time, of which a part is over."""


def source(name: str) -> str:
    """Name of the layer of those there at the start; no session or batch can have it."""
    return f"start/{name}"


def those_there(scenario: Scenario, taken: Mapping[str, Iterable[int]]) -> dict[str, Points]:
    """Lists the patients who are there when a run begins.

    Args:
        scenario: what is declared.
        taken: numbers of the other layers of each class.

    Returns:
        Their points, all at moment 0, by the name of the start; more patients keep those whom fewer would be.
    """
    found: dict[str, Points] = {}
    for of in sorted({start.of for start in scenario.start.values()}):
        own = {name: start for name, start in scenario.start.items() if start.of == of}
        numbered = numbers([(source(name), 0) for name in own], {*range(PLANE), *taken[of]})
        for name, start in own.items():
            count = how_many(scenario, start)
            layer = Layer(numbered[source(name), 0], source(name))
            found[name] = Points(layer, np.zeros(count, np.int64), np.arange(count))
    return found


def how_many(scenario: Scenario, start: Start) -> int:
    """How many patients are there, with a share of beds worked out from those that are open at the first moment."""
    ward = scenario.wards[start.ward] if start.ward is not None and start.fill is not None else None
    return start.count(ward.units_over_time(scenario.calendar, scenario.horizon)[0][1] if ward else 0)


def underway(scenario: Scenario, start: Start) -> Underway | None:
    """The step in which patients are; None if they only come to it, or wait for it."""
    step = next((step for step in flatten(scenario.pathways[start.pathway]) if step.name == start.step), None)
    is_within = isinstance(step, Stay) or (isinstance(step, Activity) and not step.needs())
    if not is_within or not isinstance(step, Stay | Activity):
        return None
    return Underway(start.pathway, start.step, step.time if start.left is None else start.left, start.left is not None)
