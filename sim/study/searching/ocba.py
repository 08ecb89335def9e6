"""Optimal computing budget allocation: which plans to look at more closely if replications are limited."""

import math
from collections.abc import Sequence

import numpy as np
from scipy import special


def ocba(means: Sequence[float], sds: Sequence[float]) -> tuple[float, ...]:
    """Shares of a budget that make it most probable that the plan with the smallest mean is chosen.

    A plan gets more the wider it is spread and the nearer it is to the best: the squared ratio of the two. The best
    gets its spread times the root of the sum of squares of what the others get over their spread.

    Args:
        means: of the plans; the smallest is the best.
        sds: standard deviations of single values.

    Returns:
        One share a plan, summing to 1. A plan that ties with the best, or does not vary, is taken to be a millionth
        of the largest difference away, or to vary so little.

    Source: Chen, Lin, Yucesan & Chick (2000), Simulation budget allocation for further enhancing the efficiency of
    ordinal optimization, Discrete Event Dynamic Systems 10:251-270.

    >>> [round(share, 4) for share in ocba([1.0, 2.0, 3.0], [2.0, 2.0, 2.0])]
    [0.4519, 0.4384, 0.1096]
    """
    mean, sd = np.asarray(means, np.float64), np.asarray(sds, np.float64)
    best = int(np.argmin(mean))
    least = 1e-6 * max(float(np.ptp(mean)), float(np.max(sd)), 1e-300)
    gap, spread = np.maximum(mean - mean[best], least), np.maximum(sd, least)
    parts = (spread / gap) ** 2
    others = np.arange(len(mean)) != best
    parts[best] = spread[best] * math.sqrt(float(np.sum((parts[others] / spread[others]) ** 2)))
    return tuple((parts / parts.sum()).tolist())


def next_replications(means: Sequence[float], sds: Sequence[float], done: Sequence[int], more: int) -> tuple[int, ...]:
    """How many replications each plan should have after some more, none fewer than it has.

    Args:
        means: of the plans so far; the smallest is the best.
        sds: standard deviations of single values so far.
        done: replications of each plan so far.
        more: replications to give, all plans together.

    Returns:
        Numbers that sum to those done and the ones given.

    >>> next_replications([1.0, 2.0, 3.0], [2.0, 2.0, 2.0], [10, 10, 10], 30)
    (25, 25, 10)
    """
    shares = ocba(means, sds)
    now = list(done)
    for _ in range(more):
        total = sum(now) + 1
        now[max(range(len(now)), key=lambda plan: shares[plan] * total - now[plan])] += 1
    return tuple(now)


def chance_of_best(means: Sequence[float], sds: Sequence[float], done: Sequence[int]) -> float:
    """Probability, at least about so large, that the plan with the smallest mean is truly the best.

    Args:
        means: of the plans.
        sds: standard deviations of single values.
        done: replications of each plan.

    Returns:
        1 minus the sum over the other plans of the chance that each is better (Bonferroni), 0 at least, taking the
        plans as independent and normal.

    Source: Chen and others (2000), as `ocba` (APCS-B).

    >>> round(chance_of_best([1.0, 2.0, 3.0], [2.0, 2.0, 2.0], [10, 10, 10]), 3)
    0.856
    """
    mean, error = np.asarray(means, np.float64), np.asarray(sds, np.float64) ** 2 / np.asarray(done, np.float64)
    best = int(np.argmin(mean))
    others = np.arange(len(mean)) != best
    gap, spread = mean[others] - mean[best], np.sqrt(error[others] + error[best])
    with np.errstate(divide="ignore", invalid="ignore"):
        better = special.ndtr(-np.nan_to_num(gap / spread, nan=0.0))
    return max(0.0, 1.0 - float(np.sum(better)))
