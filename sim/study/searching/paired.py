"""Paired values of several plans: who is surely better, replication by replication."""

from collections.abc import Sequence

import numpy as np
from scipy import special

from sim.study.output_analysis import CONFIDENCE, Floats

ROUNDING = 1e-9
"""Differences below this share of the values are the rounding of sums, and count as none."""


def stacked(rows: Sequence[Sequence[float]]) -> Floats:
    """Lays out rows of different lengths as a table, nan where a row has ended; shape (plans, replications)."""
    longest = max(map(len, rows))
    return np.array([[*row, *[np.nan] * (longest - len(row))] for row in rows], np.float64)


def lowest_gaps(table: Floats, plan: int, confidence: float) -> Floats:
    """Lower ends of the intervals of "a plan minus each other plan", over the replications that both have.

    Args:
        table: values, shape (plans, replications); nan where there is none.
        plan: the one that is held against the others.
        confidence: of each two-sided interval.

    Returns:
        One number a plan, shape (plans,); minus infinity with fewer than two common replications.
    """
    differences = table[plan] - table
    slight = np.abs(differences) <= ROUNDING * np.maximum(np.abs(table), np.abs(table[plan]))
    differences = np.where(slight, 0.0, differences)
    there = ~np.isnan(differences)
    count = there.sum(axis=1)
    known = count >= 2
    safe = np.where(known, count, 2)
    mean = np.where(there, differences, 0.0).sum(axis=1) / safe
    variance = np.where(there, (differences - mean[:, None]) ** 2, 0.0).sum(axis=1) / (safe - 1)
    half = special.stdtrit(safe - 1.0, (1 + confidence) / 2) * np.sqrt(variance / safe)
    return np.where(known, mean - half, -np.inf)


def dominators(
    costs: Sequence[Sequence[float]], figures: Sequence[Sequence[float]], confidence: float = CONFIDENCE
) -> list[int | None]:
    """Finds for each plan another that is surely better: cheaper or better in the figure, and in neither worse.

    A plan that only looks worse stays. The chance that a plan is thrown out though no other is better is at most 1 -
    `confidence`, since each of its comparisons gets its share of it (Bonferroni).

    Args:
        costs: of each plan, one value a replication; less is better.
        figures: of each plan, one value a replication; less is better.
        confidence: that a plan is not thrown out wrongly.

    Returns:
        Number of the plan that dominates each, None for those that stay.

    >>> dominators([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]], [[9.0, 9.0], [5.0, 5.0], [7.0, 7.0]])
    [None, None, 1]
    """
    cost, figure = stacked(costs), stacked(figures)
    level = 1 - (1 - confidence) / max(len(cost) - 1, 1)
    found: list[int | None] = []
    for plan in range(len(cost)):
        dearer, worse = lowest_gaps(cost, plan, level), lowest_gaps(figure, plan, level)
        beaten = (dearer >= 0) & (worse >= 0) & ((dearer > 0) | (worse > 0))
        found.append(int(np.argmax(beaten)) if beaten.any() else None)
    return found
