"""Output analysis: intervals and tests, with the replication as the unit."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

CONFIDENCE: Final = 0.95
"""Confidence where nothing else is asked for."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and the range in which it lies with the stated confidence."""

    mean: float
    """Mean of the defined values; nan if there is none."""
    low: float
    """Lower end; nan with fewer than two defined values."""
    high: float
    """Upper end; nan with fewer than two defined values."""
    sd: float
    """Standard deviation of single values; nan with fewer than two."""
    n: int
    """Number of defined values."""
    dropped: int
    """Number of values that were not defined (nan)."""
    confidence: float
    """Confidence of the interval, such as 0.95."""

    @property
    def half_width(self) -> float:
        """Half the width; nan if there is no interval."""
        return (self.high - self.low) / 2

    @property
    def is_known(self) -> bool:
        """Whether there are enough values for an interval."""
        return self.n >= 2


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of two means and what is known of it."""

    interval: Interval
    """Interval of other minus base; `n` counts pairs, or for Welch's test the smaller sample."""
    standard_error: float
    """Standard error of the difference; nan with fewer than two values."""
    df: float
    """Degrees of freedom."""
    p: float
    """Two-sided p-value of "no difference"; 1 if all pairs are equal, nan with fewer than two values."""
    correlation: float
    """Correlation of the pairs; nan if a side does not vary, and for independent samples."""


@dataclass(frozen=True, slots=True)
class OrderStatistics:
    """A distribution-free interval of a quantile."""

    low_rank: int
    """Rank of the lower end, from 1."""
    high_rank: int
    """Rank of the upper end, from 1."""
    coverage: float
    """Confidence that it really has, at least the one asked for."""


def t_quantile(probability: float, df: float) -> float:
    """Quantile of Student's t distribution.

    >>> round(t_quantile(0.95, 9), 3)
    1.833
    """
    return float(special.stdtrit(df, probability))


def t_interval(values: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """Works out the t interval of a mean over replications.

    Args:
        values: one value a replication; nan where it is not defined, which is dropped and counted.
        confidence: such as 0.95.

    Returns:
        The interval; its ends are nan with fewer than two defined values.

    Source: Law (2015), Simulation Modeling and Analysis, section 4.5.

    >>> interval = t_interval([1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09], 0.90)
    >>> round(interval.mean, 3), round(interval.half_width, 3)
    (1.343, 0.237)
    """
    row = np.asarray(values, np.float64)
    known = row[~np.isnan(row)]
    n, dropped = len(known), len(row) - len(known)
    mean = float(np.mean(known)) if n else math.nan
    if n < 2:
        return Interval(mean, math.nan, math.nan, math.nan, n, dropped, confidence)
    sd = float(np.std(known, ddof=1))
    half = t_quantile((1 + confidence) / 2, n - 1) * sd / math.sqrt(n)
    return Interval(mean, mean - half, mean + half, sd, n, dropped, confidence)


def paired_difference(base: ArrayLike, other: ArrayLike, confidence: float = CONFIDENCE) -> Difference:
    """Compares two plans that were run on the same patients, replication by replication.

    Args:
        base: one value a replication.
        other: values of the other plan for the same replications in the same order.
        confidence: of the interval.

    Returns:
        Other minus base; pairs of which one value is nan are dropped and counted. A difference that is only the
        rounding of floating-point sums (less than 1e-9 of the values) counts as none.

    Raises:
        ValueError: if the two do not have the same number of replications.

    Source: Law (2015), section 10.2.1.
    """
    first, second = np.asarray(base, np.float64), np.asarray(other, np.float64)
    if first.shape != second.shape:
        raise ValueError(f"{len(first)} replications cannot be paired with {len(second)}")
    differences = second - first
    slight = np.abs(differences) <= 1e-9 * np.maximum(np.abs(first), np.abs(second))
    interval = t_interval(np.where(slight, 0.0, differences), confidence)
    error = interval.sd / math.sqrt(interval.n) if interval.is_known else math.nan
    defined = ~np.isnan(differences)
    return Difference(
        interval=interval,
        standard_error=error,
        df=interval.n - 1,
        p=_p_value(interval.mean, error, interval.n - 1),
        correlation=_correlation(first[defined], second[defined]),
    )


def welch(base: ArrayLike, other: ArrayLike, confidence: float = CONFIDENCE) -> Difference:
    """Compares two plans whose replications have nothing in common.

    Args:
        base: one value a replication, nan where not defined.
        other: values of the other plan, perhaps another number of them.
        confidence: of the interval.

    Returns:
        Other minus base, with Welch's degrees of freedom.

    Source: Law (2015), section 10.2.2.
    """
    first, second = t_interval(base, confidence), t_interval(other, confidence)
    mean, n, dropped = second.mean - first.mean, min(first.n, second.n), first.dropped + second.dropped
    if n < 2:
        unknown = Interval(mean, math.nan, math.nan, math.nan, n, dropped, confidence)
        return Difference(unknown, math.nan, math.nan, math.nan, math.nan)
    parts = first.sd**2 / first.n, second.sd**2 / second.n
    error = math.sqrt(sum(parts))
    spread = parts[0] ** 2 / (first.n - 1) + parts[1] ** 2 / (second.n - 1)
    df = sum(parts) ** 2 / spread if spread else float(first.n + second.n - 2)
    half = t_quantile((1 + confidence) / 2, df) * error
    interval = Interval(mean, mean - half, mean + half, error * math.sqrt(n), n, dropped, confidence)
    return Difference(interval, error, df, _p_value(mean, error, df), math.nan)


def ratio_of_means(parts: ArrayLike, wholes: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """Divides one mean by another, both from the same replications, with Fieller's interval.

    The interval holds every ratio r for which "mean of parts - r x wholes is 0" is not refused by the paired t test. It
    has two ends only if the mean of the wholes can be told from 0; otherwise next to nothing is known about the ratio.

    Args:
        parts: one value a replication, such as what a plan costs more.
        wholes: values of the same replications in the same order, such as the breaches that it avoids.
        confidence: of the interval.

    Returns:
        The ratio; replications of which one value is nan are dropped and counted. `sd` is nan, since a ratio of means
        has no single values; so are the ends with fewer than two replications, or if the mean of the wholes cannot be
        told from 0 with the stated confidence.

    Raises:
        ValueError: if the two do not have the same number of replications.

    Source: Fieller (1954), Some problems in interval estimation, J R Stat Soc B 16:175-185; for cost-effectiveness
    Willan and O'Brien (1996), Health Economics 5:297-305.

    >>> found = ratio_of_means([4.0, 6.0], [0.02, 0.02])
    >>> round(found.mean, 1), round(found.low, 1), round(found.high, 1)
    (250.0, -385.3, 885.3)
    """
    part, whole = np.asarray(parts, np.float64), np.asarray(wholes, np.float64)
    if part.shape != whole.shape:
        raise ValueError(f"{len(part)} replications cannot be paired with {len(whole)}")
    defined = ~(np.isnan(part) | np.isnan(whole))
    part, whole = part[defined], whole[defined]
    n, dropped = len(part), int(np.sum(~defined))
    ratio = float(part.mean() / whole.mean()) if n and whole.mean() else math.nan
    unknown = Interval(ratio, math.nan, math.nan, math.nan, n, dropped, confidence)
    if n < 2:
        return unknown
    shrink = t_quantile((1 + confidence) / 2, n - 1) ** 2 / n
    spread = shrink * np.cov(part, whole)
    lead = float(whole.mean() ** 2 - spread[1, 1])  # of lead x r^2 - 2 x middle x r + rest, which is at most 0 inside
    middle = float(part.mean() * whole.mean() - spread[0, 1])
    rest = float(part.mean() ** 2 - spread[0, 0])
    if lead <= 0:
        return unknown
    half = math.sqrt(max(middle**2 - lead * rest, 0.0))
    return Interval(ratio, (middle - half) / lead, (middle + half) / lead, math.nan, n, dropped, confidence)


def _p_value(mean: float, error: float, df: float) -> float:
    if math.isnan(error):
        return math.nan
    if error == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2 * special.stdtr(df, -abs(mean) / error))


def _correlation(first: Floats, second: Floats) -> float:
    if len(first) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return math.nan
    return float(np.corrcoef(first, second)[0, 1])


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusts p-values for testing many things at once, so that the chance of any false alarm stays at the level.

    Args:
        p_values: in any order; nan (not tested) stays nan and counts as nothing.

    Returns:
        Adjusted p-values in the same order.

    Source: Holm (1979), A simple sequentially rejective multiple test procedure.

    >>> holm([0.01, 0.04, 0.03, 0.005])
    [0.03, 0.06, 0.06, 0.02]
    """
    adjusted = [math.nan] * len(p_values)
    tested = sorted((p, number) for number, p in enumerate(p_values) if not math.isnan(p))
    reached = 0.0
    for place, (p, number) in enumerate(tested):
        reached = max(reached, min(1.0, p * (len(tested) - place)))
        adjusted[number] = reached
    return adjusted


def holm_confidence(p_values: Sequence[float], confidence: float = CONFIDENCE) -> list[float]:
    """Gives each interval of a family the confidence with which it excludes 0 exactly when Holm's test rejects.

    The interval of the k-th smallest of m p-values has the error level/(m - k + 1), which is Holm's own bound, up to
    the first that is not rejected; all later ones share its level. So words and intervals never contradict each other.
    The chance that any interval excludes 0 wrongly is at most the level. That all intervals together cover their true
    values is promised only by the wider plain Bonferroni ones (level/m each).

    Args:
        p_values: nan where nothing was tested.
        confidence: of the whole family.

    Returns:
        Confidence of each interval, in the same order; the family's own for nan.

    Source: Ludbrook (2000), Multiple inferences using confidence intervals, Clin Exp Pharmacol Physiol 27:212-215.

    >>> [round(1 - confidence, 4) for confidence in holm_confidence([0.01, 0.04, 0.03, 0.005])]
    [0.0167, 0.025, 0.025, 0.0125]
    """
    level = 1 - confidence
    tested = sorted((p, number) for number, p in enumerate(p_values) if not math.isnan(p))
    levels = [level] * len(p_values)
    share, is_open = level / max(len(tested), 1), True
    for place, (p, number) in enumerate(tested):
        share = level / (len(tested) - place) if is_open else share
        is_open = is_open and p <= share
        levels[number] = share
    return [1 - one for one in levels]


def pooled_share(parts: ArrayLike, wholes: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """Works out a share over all replications, weighted by how many patients each had, with a jackknife interval.

    Args:
        parts: patients of each replication who count, such as those within 4 hours.
        wholes: all patients of each replication; a replication without any is dropped and counted.
        confidence: of the interval.

    Returns:
        The pooled share; `sd` is that of one replication.

    Source: Law (2015), section 9.4.3 (jackknife estimator of a ratio).

    >>> round(pooled_share([95, 210], [100, 300]).mean, 4)
    0.7625
    """
    part, whole = np.asarray(parts, np.float64), np.asarray(wholes, np.float64)
    defined = ~np.isnan(part) & (whole > 0)
    part, whole = part[defined], whole[defined]
    n, dropped = len(part), int(np.sum(~defined))
    share = float(part.sum() / whole.sum()) if n else math.nan
    if n < 2:
        return Interval(share, math.nan, math.nan, math.nan, n, dropped, confidence)
    without = (part.sum() - part) / (whole.sum() - whole)
    error = math.sqrt((n - 1) / n * float(np.sum((without - without.mean()) ** 2)))
    half = t_quantile((1 + confidence) / 2, n - 1) * error
    return Interval(share, share - half, share + half, error * math.sqrt(n), n, dropped, confidence)


def order_statistics(n: int, share: float, confidence: float = CONFIDENCE) -> OrderStatistics | None:
    """Finds the two of n sorted values between which a quantile lies, whatever the distribution.

    Args:
        n: number of independent values.
        share: which quantile; 0.5 is the median.
        confidence: at least to be reached.

    Returns:
        The ranks, or None if there are too few values for it.

    Source: Conover (1999), Practical Nonparametric Statistics, section 3.2.

    >>> order_statistics(100, 0.5)
    OrderStatistics(low_rank=40, high_rank=61, coverage=0.9647...)
    """
    tail = (1 - confidence) / 2
    below = special.bdtr(np.arange(n + 1, dtype=np.float64), n, share)  # chance of at most 0, 1, ... n values below
    low_rank = int(np.searchsorted(below, tail, side="right"))
    high_rank = int(np.searchsorted(below, 1 - tail, side="left")) + 1
    if low_rank < 1 or high_rank > n:
        return None
    return OrderStatistics(low_rank, high_rank, float(below[high_rank - 1] - below[low_rank - 1]))
