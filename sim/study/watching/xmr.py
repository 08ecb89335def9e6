"""XmR: the chart of single values and their moving ranges, its limits, and the rules by which it tells a change.

Sources: W. A. Shewhart, Economic Control of Quality of Manufactured Product, 1931; D. J. Wheeler, Understanding
Variation, 1993 (XmR chart); D. C. Montgomery, Introduction to Statistical Quality Control, section 6.4 (constants).
Rules of NHS England, Making Data Count, as the tools of the NHS-R community apply them (NHSRplotthedots 0.2.2): a point
outside the limits; 7 points in a row on one side of the mean; 7 points in a row that rise, or that fall; two of three
points in a row close to the same limit or beyond it, that is beyond two thirds of the way to it (they also ask that the
third is on the same side of the mean; Western Electric, whose rule this is, does not). Other houses count otherwise: 8
on one side (Western Electric, Statistical Quality Control Handbook, 1956), 9 on one side and 6 rising (L. S. Nelson, J
Qual Technol 16, 1984, 237-239).
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.study.output_analysis import Floats

Flags = NDArray[np.bool_]
Side = Literal["up", "down"]
D2: Final = 1.128
"""Mean moving range of two independent normal values, in standard deviations (2 / sqrt(pi))."""
SIGMAS: Final = 3.0
"""Standard deviations from the mean to a limit."""
TO_LIMIT: Final = 2.66
"""Mean moving ranges from the mean to a limit: 3 / 1.128."""
TO_RANGE_LIMIT: Final = 3.267
"""Mean moving ranges up to the upper limit of the moving ranges."""
CLOSE: Final = 2 / 3
"""A point is close to a limit that is beyond so much of the way to it: two standard deviations."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Centre and limits of a chart."""

    mean: float
    moving_range: float
    """Mean of the absolute differences of neighbours."""
    points: int
    """Values from which they were worked out."""

    @property
    def low(self) -> float:
        """Lower limit."""
        return self.mean - TO_LIMIT * self.moving_range

    @property
    def high(self) -> float:
        """Upper limit."""
        return self.mean + TO_LIMIT * self.moving_range

    @property
    def range_high(self) -> float:
        """Upper limit of the moving ranges."""
        return TO_RANGE_LIMIT * self.moving_range

    @property
    def sigma(self) -> float:
        """Standard deviation of single values as the chart sees it."""
        return self.moving_range / D2


def limits(values: ArrayLike) -> Limits:
    """Works out the limits of a chart from values in order of time; those that are not defined are left out.

    Raises:
        ValueError: with fewer than two values.

    >>> found = limits([10.0, 12.0, 11.0, 13.0])
    >>> round(found.mean, 3), round(found.moving_range, 3), round(found.low, 3), round(found.high, 3)
    (11.5, 1.667, 7.067, 15.933)
    """
    row = np.asarray(values, np.float64)
    known = row[~np.isnan(row)]
    if len(known) < 2:
        raise ValueError("a chart needs two values and more")
    return Limits(float(known.mean()), float(np.abs(np.diff(known)).mean()), len(known))


@dataclass(frozen=True, slots=True)
class Rules:
    """Which patterns tell a change; 0 leaves a rule out."""

    name: str
    outside: bool = True
    """A point outside the limits."""
    run: int = 0
    """Points in a row on one side of the mean."""
    trend: int = 0
    """Points in a row of which each is higher (or each is lower) than the one before."""
    two_of_three: bool = False
    """Two of three points in a row close to the same limit, or beyond it."""


@dataclass(frozen=True, slots=True)
class Signals:
    """Points at which a rule is met that was not met without them, by the side to which they point."""

    up: Flags
    down: Flags

    @property
    def either(self) -> Flags:
        """To either side."""
        found: Flags = self.up | self.down
        return found

    def to(self, side: Side) -> Flags:
        """To one side."""
        return self.up if side == "up" else self.down


def signals(values: ArrayLike, bounds: Limits, rules: Rules) -> Signals:
    """Finds the points that tell a change.

    Args:
        values: in order of time; where one is not defined, no pattern goes across it.
        bounds: of the chart.
        rules: which patterns count.

    >>> bounds = limits([10.0, 12.0, 11.0, 13.0])
    >>> signals([12.0, 16.0, 11.0, 7.0], bounds, Rules("limits")).either.tolist()
    [False, True, False, True]
    """
    row = np.asarray(values, np.float64)
    return Signals(_to_one_side(row, bounds, rules), _to_one_side(2 * bounds.mean - row, bounds, rules))


def _to_one_side(row: Floats, bounds: Limits, rules: Rules) -> Flags:
    """Signals of high values; low ones are seen in the mirror."""
    found: Flags = (row > bounds.high) & rules.outside
    if rules.run:
        found = found | _in_a_row(row > bounds.mean, rules.run)
    if rules.trend:
        rises = np.append(False, row[1:] > row[:-1])
        found = found | _in_a_row(rises, rules.trend - 1)
    if rules.two_of_three:
        close = row > bounds.mean + CLOSE * (bounds.high - bounds.mean)
        before = np.append([False, False], close)
        found = found | (close & (before[1:-1] | before[:-2]))
    return found


def _in_a_row(flags: Flags, number: int) -> Flags:
    """Whether so many in a row are so, up to and with each point.

    >>> _in_a_row(np.array([True, True, False, True, True, True]), 2).tolist()
    [False, True, False, False, True, True]
    """
    so_far = np.append(0, np.cumsum(flags))
    found = np.zeros(len(flags), np.bool_)
    found[number - 1 :] = so_far[number:] - so_far[:-number] == number
    return found


def rule_by_rule(rules: Rules) -> tuple[Rules, ...]:
    """Parts rules into single ones, by what people call each.

    >>> [one.name for one in rule_by_rule(Rules("all", run=7, trend=7, two_of_three=True))]
    ['outside the limits', '7 on one side', '7 rising or falling', '2 of 3 close to a limit']
    """
    parts = [
        (rules.outside, Rules("outside the limits")),
        (rules.run, Rules(f"{rules.run} on one side", outside=False, run=rules.run)),
        (rules.trend, Rules(f"{rules.trend} rising or falling", outside=False, trend=rules.trend)),
        (rules.two_of_three, Rules("2 of 3 close to a limit", outside=False, two_of_three=True)),
    ]
    return tuple(part for wanted, part in parts if wanted)
