"""A bill: what a hospital cost in the measuring window, item by item."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from sim.measure.figures import WHOLE, Figures
from sim.scenario.quantities import cost_per_hour

Sort = Literal[
    "staff", "overtime", "agency", "beds", "equipment", "slots", "supplies", "steps", "policies", "initiatives", "fixed"
]  # fmt: skip
"""Kinds of costs; together they are everything."""
BY_TIME: Final = ("hour", "day", "week", "year")


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a bill."""

    sort: Sort
    """What kind of cost it is."""
    scope: str
    """For whom or what, such as `staff:nurse`; empty for what belongs to nothing."""
    pounds: float
    """In the whole window."""
    group: str = ""
    """A group of such things that is told together, such as `beds:critical_care`."""
    varies: bool = False
    """Whether it follows what is done, and is not spent if nobody comes."""


def amount(cost: tuple[float, str], hours: float, times: float) -> float:
    """Pounds for so many hours, or for so many patients or units.

    >>> amount((48.0, "day"), 3.0, 7), amount((5.0, "patient"), 3.0, 7)
    (6.0, 35.0)
    """
    pounds, per = cost
    return cost_per_hour(cost) * hours if per in BY_TIME else pounds * times


def total(bill: Iterable[Item]) -> float:
    """Pounds of all items together."""
    return float(sum(item.pounds for item in bill))


def per_day(bill: list[Item], days: float) -> Figures:
    """Pounds a day by scope, by kind, by group and in all; nothing for an empty bill."""
    sums: dict[str, float] = {}
    for item in bill:
        for scope in filter(None, (item.scope, f"cost:{item.sort}", item.group)):
            sums[scope] = sums.get(scope, 0.0) + item.pounds
    found: Figures = {("cost_per_day", scope): pounds / days for scope, pounds in sums.items()}
    if bill:
        found["cost_per_day", WHOLE] = total(bill) / days
        found["variable_cost_per_day", WHOLE] = total(item for item in bill if item.varies) / days
        found["fixed_cost_per_day", WHOLE] = total(item for item in bill if not item.varies) / days
    return found
