"""Disruption: what events do to the units that are there and to what is offered or delivered."""

import math
from collections.abc import Iterable, Sequence

from sim.scenario.rosters import Line

Change = tuple[int, int, float, int]
"""Start and end in milliseconds, a factor on the units and units more (or, below 0, fewer)."""


def half_up(number: float) -> int:
    """Rounds to the nearest whole number, halves up; a product that is a half but for its last digits is a half.

    >>> half_up(2.5), half_up(0.29 * 50), half_up(2.4)
    (3, 15, 2)
    """
    return math.floor(round(number, 6) + 0.5)


def disrupted(line: Line, changes: Sequence[Change], horizon_ms: int) -> Line:
    """Applies events to units over time: first the factors of all that hold, rounded once, then what comes on top.

    Args:
        line: pairs (moment, units from then on), the first at 0.
        changes: what events do.
        horizon_ms: end of the run.

    Returns:
        The same kind of line, never below 0 units.

    >>> disrupted([(0, 5), (20, 3)], [(10, 30, 0.5, 0), (15, 40, 1.0, 4)], 99)
    [(0, 5), (10, 3), (15, 7), (20, 6), (30, 7), (40, 3)]
    """
    if not changes:
        return line
    planned = dict(line)
    ends = {max(moment, 0) for start, end, *_ in changes for moment in (start, end) if end > 0 and moment < horizon_ms}
    usual = 0
    found: Line = []
    for moment in sorted(planned.keys() | ends):
        usual = planned.get(moment, usual)
        factor, more = _in_force(changes, moment)
        units = max(0, half_up(usual * factor) + more)
        if not found or found[-1][1] != units:
            found.append((moment, units))
    return found


def disrupted_offers(offers: Iterable[tuple[int, int, int]], changes: Sequence[Change]) -> list[tuple[int, int, int]]:
    """Applies events to what is offered or delivered at moments.

    What a factor leaves is rounded in sum from the beginning of the event, not one by one, so that of slots that are
    offered singly `x 0.5` leaves every other one.

    Args:
        offers: triples (moment, patients who must wait, units), in order.
        changes: what events do.

    Returns:
        The offers that are left.

    >>> disrupted_offers([(hour, 1, 1) for hour in range(5)], [(0, 4, 0.5, 0)])
    [(0, 1, 1), (2, 1, 1), (4, 1, 1)]
    """
    found = []
    so_far: tuple[float, int] = (1.0, 0)
    usual = given = 0
    for moment, at_least, units in offers:
        in_force = _in_force(changes, moment)
        if in_force != so_far:
            so_far, usual, given = in_force, 0, 0
        usual += units
        left = half_up(usual * so_far[0]) - given
        given += left
        if left + so_far[1] > 0:
            found.append((moment, at_least, left + so_far[1]))
    return found


def _in_force(changes: Sequence[Change], moment: int) -> tuple[float, int]:
    """The product of the factors and the sum of the changes that hold at a moment."""
    known = [(factor, more) for start, end, factor, more in changes if start <= moment < end]
    return math.prod(sorted(factor for factor, _ in known), start=1.0), sum(more for _, more in known)
