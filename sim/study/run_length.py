"""Run length: how much of a run to leave out, and how many replications are enough."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from sim.study.output_analysis import CONFIDENCE, Interval, t_interval, t_quantile

POWER: Final = 0.8
"""How probable "would probably tell" is."""
MOST_REPLICATIONS: Final = 10_000
"""Numbers of replications above this are not named: the difference is then too small to matter."""
MSER_BATCH: Final = 5
"""Observations in a batch of MSER-5."""


@dataclass(frozen=True, slots=True)
class WarmUp:
    """What MSER-5 suggests to leave out."""

    observations: int
    """Observations to drop from the start."""
    is_too_short: bool
    """True if the best cut lies at the end of the first half: the run is too short to say."""


def mser5(series: ArrayLike) -> WarmUp:
    """Suggests how much of the start of a series to leave out.

    The cut is the one that leaves the least uncertain mean, over batches of five; only the first half is searched,
    since near the end a few values that happen to agree look certain.

    Args:
        series: observations in order of time, best the mean over replications.

    Returns:
        The suggestion.

    Source: White, Cobb & Spratt (2000), A comparison of five steady-state truncation heuristics.
    """
    row = np.asarray(series, np.float64)
    count = len(row) // MSER_BATCH
    if count < 2:
        return WarmUp(0, is_too_short=True)
    batches = row[: count * MSER_BATCH].reshape(count, MSER_BATCH).mean(axis=1)
    last = count // 2
    scores = [float(np.var(batches[cut:]) / (count - cut)) for cut in range(last + 1)]
    best = int(np.argmin(scores))
    return WarmUp(best * MSER_BATCH, is_too_short=best == last)


def replications_for(
    values: ArrayLike, *, absolute: float | None = None, relative: float | None = None, confidence: float = CONFIDENCE
) -> int | None:
    """Estimates how many replications make an interval narrow enough, if the spread stays as it is.

    Args:
        values: one value a replication so far.
        absolute: half-width wanted, in the unit of the values.
        relative: half-width wanted as a share of the true mean (the estimate is taken to be off by as much).
        confidence: of the interval.

    Returns:
        The whole number of replications, those so far included; None if there are too few to tell or more than
        10,000 are needed.

    Raises:
        ValueError: if not exactly one of the two is given, or it is not above 0.

    Source: Law (2015), section 9.4.1.

    >>> delays = [1.53, 1.66, 1.24, 2.34, 2.00, 1.69, 2.69, 2.86, 1.70, 2.60]
    >>> replications_for(delays, absolute=0.25, confidence=0.9), replications_for(delays, relative=0.1, confidence=0.9)
    (16, 27)
    """
    wanted = absolute if absolute is not None else relative
    if (absolute is None) == (relative is None) or wanted is None or wanted <= 0:
        raise ValueError("give either an absolute or a relative half-width above 0")
    interval = t_interval(values, confidence)
    if not interval.is_known:
        return None
    width = wanted if absolute is not None else wanted / (1 + wanted) * abs(interval.mean)
    return _smallest(
        interval.n, lambda n: t_quantile((1 + confidence) / 2, n - 1) * interval.sd / math.sqrt(n) <= width
    )


def replications_to_tell(interval: Interval) -> int | None:
    """Estimates how many replications would probably tell a difference from 0, if it is what it seems to be.

    Args:
        interval: of the difference so far, with the confidence with which it is to exclude 0.

    Returns:
        The number, those so far included, with which 8 of 10 studies would tell; None if that cannot be said (fewer
        than two pairs, no difference at all) or if it is above 10,000.

    >>> replications_to_tell(t_interval([0.9, -0.4, 1.3, 0.2, -0.3]))
    40
    """
    if not interval.is_known or interval.mean == 0:
        return None

    def tells(n: int) -> bool:
        quantiles = t_quantile((1 + interval.confidence) / 2, n - 1) + t_quantile(POWER, n - 1)
        return quantiles * interval.sd / math.sqrt(n) <= abs(interval.mean)

    return _smallest(interval.n, tells)


def _smallest(start: int, is_enough: Callable[[int], bool]) -> int | None:
    """Smallest number from `start` on that is enough, by halving; what is enough stays enough."""
    low, high = max(start, 2), MOST_REPLICATIONS
    if not is_enough(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle + 1, high)
    return low
