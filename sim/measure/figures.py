"""Figures: what a KPI is, and how values of patients are pooled into one for each group."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim import clock
from sim.measure.occupancy import Floats, ratio
from sim.measure.window import Flags, Ints, Window

KpiKey = tuple[str, str]
"""Name of a KPI and its scope: "" for the whole, or such as `ward:medical`, `acuity:red`, `step:emergency/triage`."""
Figures = dict[KpiKey, float]
"""Values of one replication; nan where there was nobody to measure."""
WHOLE: Final = ""
Direction = Literal["higher", "lower", "neither"]
"""Which way is better."""
Unit = Literal[
    "patients", "patients per day", "beds", "bed days per day", "share", "min", "days", "ratio", "hours per day",
    "times per day", "units per day", "units", "hours per patient day", "deaths per week", "£ per day", "£",
]  # fmt: skip
"""Unit of the values; a share lies between 0 and 1."""
THINGS: Final = (
    "ward", "staff", "equipment", "slots", "supplies", "step", "policy", "initiative", "event", "batch", "weekday",
    "outcome", "cost", "beds", "delay", "cause",
)  # fmt: skip
"""First words of the scopes that are not groups of patients."""


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


@dataclass(frozen=True, slots=True)
class Groups:
    """Some members and the group of each.

    >>> Groups.of(np.array([0, 2, 2, -1]), 3).sizes.tolist()
    [1, 0, 2]
    """

    codes: Ints
    """Number of each member's group, counted from 1; 0 for those in none."""
    sizes: Ints
    """How many members each group has."""

    @classmethod
    def of(cls, codes: Ints, number: int) -> "Groups":
        """Groups from numbers that count from 0, with -1 for those in none."""
        shifted = codes + 1
        return cls(shifted, np.bincount(shifted, minlength=number + 1)[1:])


Statistic = Callable[[Groups], Floats]
"""From groups to a value for each of them."""


def spread(breakdowns: Iterable[Breakdown], members: NDArray[np.integer], statistics: dict[str, Statistic]) -> Figures:
    """Works out figures for all groups of some breakdowns.

    Args:
        breakdowns: the groupings.
        members: patients (or visits) that count, as positions in the breakdowns' codes; a patient may count twice.
        statistics: by KPI, made by `means`, `shares`, `quantiles`, `largest` or `per_day` from values of the same
            members.
    """
    found: Figures = {}
    for breakdown in breakdowns:
        groups = Groups.of(breakdown.codes[members], len(breakdown.scopes))
        for name, statistic in statistics.items():
            values = statistic(groups).tolist()
            found |= {(name, scope): value for scope, value in zip(breakdown.scopes, values, strict=True)}
    return found


def means(values: NDArray[np.number] | Flags) -> Statistic:
    """Mean of the members' values in each group, nan for an empty group.

    >>> means(np.array([1, 2, 4, 9]))(Groups.of(np.array([0, 2, 2, -1]), 3)).tolist()
    [1.0, nan, 3.0]
    """

    def statistic(groups: Groups) -> Floats:
        sums = np.bincount(groups.codes, weights=values, minlength=len(groups.sizes) + 1)[1:]
        return ratio(sums, groups.sizes)

    return statistic


def pooled(sums: NDArray[np.number], weights: NDArray[np.number]) -> Statistic:
    """Sum of the members' sums divided by that of their weights, such as all waits of a group by their number.

    >>> pooled(np.array([6, 1, 0]), np.array([2, 1, 1]))(Groups.of(np.array([0, 0, 1]), 3)).tolist()
    [2.3333333333333335, 0.0, nan]
    """

    def statistic(groups: Groups) -> Floats:
        size = len(groups.sizes) + 1
        parts, wholes = (np.bincount(groups.codes, weights=one, minlength=size)[1:] for one in (sums, weights))
        return ratio(parts, wholes)

    return statistic


def shares(yes: Flags) -> Statistic:
    """Share of the members of each group for whom something is so: a pooled ratio, not a mean of daily shares.

    >>> shares(np.array([True, False, True]))(Groups.of(np.array([0, 0, 0]), 2)).tolist()
    [0.6666666666666666, nan]
    """
    return means(yes)


def quantiles(values: Ints, part: float) -> Statistic:
    """Quantile of the members' values in each group, interpolated linearly between neighbours (Hyndman & Fan type 7).

    Args:
        values: whole numbers from 0 to 2**44, such as milliseconds.
        part: 0.5 for the median.

    >>> quantiles(np.array([5, 1, 3, 7]), 0.5)(Groups.of(np.array([0, 0, 0, 2]), 3)).tolist()
    [3.0, nan, 7.0]
    """

    def statistic(groups: Groups) -> Floats:
        packed = (groups.codes << _VALUE_BITS) | values
        packed.sort()
        sizes = groups.sizes
        starts = len(packed) - int(sizes.sum()) + np.cumsum(sizes) - sizes  # those in no group stand first
        found = np.full(len(sizes), np.nan)
        full = sizes > 0
        place = (sizes[full] - 1) * part
        low = np.floor(place).astype(np.int64)
        below, above = (packed[starts[full] + np.ceil(at).astype(np.int64)] & _VALUE_MASK for at in (low, place))
        found[full] = below + (place - low) * (above - below)
        return found

    return statistic


_VALUE_BITS: Final = 44
_VALUE_MASK: Final = (1 << _VALUE_BITS) - 1


def largest(values: Ints) -> Statistic:
    """Largest of the members' values, none below 0, in each group, nan for an empty group.

    >>> largest(np.array([5, 1, 3]))(Groups.of(np.array([0, 0, 2]), 3)).tolist()
    [5.0, nan, 3.0]
    """

    def statistic(groups: Groups) -> Floats:
        found = np.zeros(len(groups.sizes) + 1, np.int64)
        np.maximum.at(found, groups.codes, values)
        return np.where(groups.sizes > 0, found[1:], np.nan)

    return statistic


def per_day(days: float) -> Statistic:
    """Members of each group for each day of the window."""

    def statistic(groups: Groups) -> Floats:
        return groups.sizes / days

    return statistic


def totals(values: NDArray[np.number], days: float) -> Statistic:
    """Sum of the members' values in each group for each day of the window.

    >>> totals(np.array([6, 1, 2]), 2.0)(Groups.of(np.array([0, 0, 1]), 3)).tolist()
    [3.5, 1.0, 0.0]
    """

    def statistic(groups: Groups) -> Floats:
        found: Floats = np.bincount(groups.codes, weights=values, minlength=len(groups.sizes) + 1)[1:] / days
        return found

    return statistic


def mean_present(window: Window, starts: Ints, ends: Ints) -> Statistic:
    """Time-weighted mean number of the members' spells that last, in each group.

    Args:
        window: the time that counts.
        starts: beginning of the spell of each member.
        ends: its end, not before the beginning; the moment of the end no longer counts.

    >>> lasting = mean_present(Window(10, 20), np.array([0, 15]), np.array([15, 99]))
    >>> lasting(Groups.of(np.array([0, 1]), 3)).tolist()
    [0.5, 0.5, 0.0]
    """
    return totals(window.overlap(starts, ends), window.length_ms)


def present_at(moments: Ints, starts: Ints, ends: Ints) -> Statistic:
    """Mean number of the members' spells that last at some moments, in each group; nan without moments.

    Args:
        moments: in order.
        starts: beginning of the spell of each member; a spell that begins in the moment lasts at it.
        ends: its end, not before the beginning; a spell that ends in the moment does not.

    >>> present_at(np.array([10, 20]), np.array([10, 0]), np.array([20, 5]))(Groups.of(np.array([0, 1]), 2)).tolist()
    [0.5, 0.0]
    """
    times = times_present(moments, starts, ends)
    return totals(times, len(moments)) if len(moments) else means(np.full(len(times), np.nan))


def times_present(moments: Ints, starts: Ints, ends: Ints) -> Ints:
    """At how many of some moments, which are in order, each spell lasts; it does not in the moment of its end."""
    return np.searchsorted(moments, ends) - np.searchsorted(moments, starts)


def judged(done: Ints, still: Ints, limit: int) -> tuple[Ints, Flags]:
    """Who counts when times are held against a limit, and who kept within it.

    Args:
        done: times that ended in the window.
        still: times so far of those who wait on; only those above the limit count.
        limit: milliseconds.

    Returns:
        Positions in [done, still], and whether each of them is at most the limit.

    >>> counted, kept = judged(np.array([3, 9]), np.array([4, 8]), 5)
    >>> counted.tolist(), kept.tolist()
    ([0, 1, 3], [True, False, False])
    """
    times = np.append(done, still)
    counted = np.flatnonzero(np.append(np.ones(len(done), np.bool_), still > limit))
    kept: Flags = times[counted] <= limit
    return counted, kept


def minutes(statistic: Statistic) -> Statistic:
    """The same in minutes, of values in milliseconds."""
    return _scaled(statistic, clock.MINUTE)


def in_days(statistic: Statistic) -> Statistic:
    """The same in days, of values in milliseconds."""
    return _scaled(statistic, clock.DAY)


def _scaled(statistic: Statistic, unit: int) -> Statistic:
    def scaled(groups: Groups) -> Floats:
        return statistic(groups) / unit

    return scaled
