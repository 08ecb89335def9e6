"""Changes: differences over replications that were worked out already, such as shares of a joint effect."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from sim.measure.figures import KpiKey
from sim.study.comparison import check_comparable, valid
from sim.study.experiment import Experiment
from sim.study.judging import Judged, judged
from sim.study.output_analysis import CONFIDENCE, Floats
from sim.study.summary import values

ROUNDING: Final = 1e-9
"""What is smaller than this share of the figures that it comes from is the rounding of sums, and counts as nothing."""


def judged_changes(family: Sequence[tuple[KpiKey, Floats]], confidence: float = CONFIDENCE) -> tuple[Judged, ...]:
    """Judges changes that are looked at together; as `judged`, for one value a replication.

    >>> (found,) = judged_changes([(("wait_mean", ""), np.array([-3.0, -3.2, -2.9]))])
    >>> found.verdict, round(found.mean, 2)
    ('better', -3.03)
    """
    return judged([(key, np.zeros(len(row)), row) for key, row in family], confidence)


def settled(change: Floats, *levels: Floats) -> Floats:
    """Returns a change without what is only the rounding of the sums that it comes from.

    Args:
        change: one value a replication.
        levels: figures from which it was worked out.

    >>> settled(np.array([1e-13, 0.5]), np.array([70.0, 70.0])).tolist()
    [0.0, 0.5]
    """
    largest = np.max(np.abs(np.array(levels)), axis=0)
    return np.where(np.abs(change) <= ROUNDING * largest, 0.0, change)


def rows_of(experiments: Sequence[Experiment], key: KpiKey) -> Floats:
    """Values of a figure: one row an experiment, one column a replication that all of them have."""
    count = pairs_of(experiments)
    return np.array([values(one, key)[:count] for one in experiments], np.float64)


def pairs_of(experiments: Sequence[Experiment]) -> int:
    """Number of replications that all experiments have; each begins with replication 0 and has no gap."""
    return min(len(one.replicates) for one in experiments)


def check_alike(experiments: Sequence[Experiment]) -> None:
    """Refuses experiments whose replications do not have the same patients, the same window and sound books.

    Args:
        experiments: the base first.

    Raises:
        ComparisonError: if two were not run alike.
        InvalidRunError: if the books of one do not balance.
    """
    for one in experiments:
        check_comparable(experiments[0].scenario, one.scenario)
        valid([one])
