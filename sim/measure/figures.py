"""Figures: what a KPI is, and how values of patients are pooled into one for each group."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim import clock
from sim.measure.occupancy import Floats, ratio
from sim.measure.window import Flags, Ints

KpiKey = tuple[str, str]
"""Name of a KPI and its scope: "" for the whole, or such as `ward:medical`, `acuity:red`, `step:emergency/triage`."""
Figures = dict[KpiKey, float]
"""Values of one replication; nan where there was nobody to measure."""
WHOLE: Final = ""
Direction = Literal["higher", "lower", "neither"]
"""Which way is better."""
Unit = Literal[
    "patients", "patients per day", "beds", "bed days per day", "share", "min", "days", "ratio", "hours per day",
    "£ per day", "£",
]  # fmt: skip
"""Unit of the values; a share lies between 0 and 1."""


@dataclass(frozen=True, slots=True)
class Kpi:
    """A key figure and all that stands beside its number."""

    name: str
    """How scenario files and tables call it."""
    label: str
    """How people call it."""
    unit: Unit
    """Unit of its values."""
    direction: Direction
    """Which way is better."""
    definition: str
    """How it is worked out from the events."""
    source: str
    """Standard or paper from which the definition comes."""


OURS: Final = "Wardflow definition"
"""Source of definitions that follow no standard."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Groups of patients, or of visits, for which a figure is worked out apart."""

    scopes: tuple[str, ...]
    """Scope of each group."""
    codes: Ints
    """Number of the group of each patient (or visit); -1 for those in none."""


Statistic = Callable[[Ints, int], Floats]
"""From the group numbers of some members and the number of groups to a value for each group."""


def spread(name: str, breakdowns: Iterable[Breakdown], members: Ints, statistic: Statistic) -> Figures:
    """Works out one figure for all groups of some breakdowns.

    Args:
        name: name of the KPI.
        breakdowns: the groupings.
        members: patients (or visits) that count, as positions in the breakdowns' codes; a patient may count twice.
        statistic: made by `means`, `shares` or `quantiles` from values of the same members.
    """
    found: Figures = {}
    for breakdown in breakdowns:
        values = statistic(breakdown.codes[members], len(breakdown.scopes)).tolist()
        found |= {(name, scope): value for scope, value in zip(breakdown.scopes, values, strict=True)}
    return found


def counts(codes: Ints, groups: int) -> Ints:
    """How many members each group has.

    >>> counts(np.array([0, 2, 2, -1]), 3).tolist()
    [1, 0, 2]
    """
    return np.bincount(codes + 1, minlength=groups + 1)[1:]


def means(values: NDArray[np.number]) -> Statistic:
    """Mean of the members' values in each group, nan for an empty group.

    >>> means(np.array([1, 2, 4, 9]))(np.array([0, 2, 2, -1]), 3).tolist()
    [1.0, nan, 3.0]
    """

    def statistic(codes: Ints, groups: int) -> Floats:
        return ratio(np.bincount(codes + 1, weights=values, minlength=groups + 1)[1:], counts(codes, groups))

    return statistic


def shares(yes: Flags) -> Statistic:
    """Share of the members of each group for whom something is so: a pooled ratio, not a mean of daily shares.

    >>> shares(np.array([True, False, True]))(np.array([0, 0, 0]), 2).tolist()
    [0.6666666666666666, nan]
    """
    return means(yes)


def quantiles(values: Ints, part: float) -> Statistic:
    """Quantile of the members' values in each group, interpolated linearly between neighbours (Hyndman & Fan type 7).

    Args:
        values: whole numbers from 0 to 2**44, such as milliseconds.
        part: 0.5 for the median.

    >>> quantiles(np.array([5, 1, 3, 7]), 0.5)(np.array([0, 0, 0, 2]), 3).tolist()
    [3.0, nan, 7.0]
    """

    def statistic(codes: Ints, groups: int) -> Floats:
        packed = (codes.astype(np.int64) << _VALUE_BITS) | values
        packed.sort()
        sizes = counts(codes, groups)
        start = len(codes) - int(sizes.sum()) + np.cumsum(sizes) - sizes  # those in no group stand first
        found = np.full(groups, np.nan)
        full = sizes > 0
        place = (sizes[full] - 1) * part
        low = np.floor(place).astype(np.int64)
        values_at = [packed[start[full] + np.minimum(low + up, sizes[full] - 1)] & _VALUE_MASK for up in (0, 1)]
        found[full] = values_at[0] + (place - low) * (values_at[1] - values_at[0])
        return found

    return statistic


_VALUE_BITS: Final = 44
_VALUE_MASK: Final = (1 << _VALUE_BITS) - 1


def largest(values: Ints) -> Statistic:
    """Largest of the members' values in each group, nan for an empty group.

    >>> largest(np.array([5, 1, 3]))(np.array([0, 0, 2]), 3).tolist()
    [5.0, nan, 3.0]
    """

    def statistic(codes: Ints, groups: int) -> Floats:
        found = np.full(groups + 1, -1, np.int64)
        np.maximum.at(found, codes, values)  # those in no group, with -1, meet in the last entry
        return np.where(found[:-1] < 0, np.nan, found[:-1])

    return statistic


def per_day(days: float) -> Statistic:
    """Members of each group for each day of the window."""

    def statistic(codes: Ints, groups: int) -> Floats:
        return counts(codes, groups) / days

    return statistic


def minutes(statistic: Statistic) -> Statistic:
    """The same in minutes, of values in milliseconds."""
    return _scaled(statistic, clock.MINUTE)


def in_days(statistic: Statistic) -> Statistic:
    """The same in days, of values in milliseconds."""
    return _scaled(statistic, clock.DAY)


def _scaled(statistic: Statistic, unit: int) -> Statistic:
    def scaled(codes: Ints, groups: int) -> Floats:
        return statistic(codes, groups) / unit

    return scaled
