"""Changes: differences of key figures over replications that are judged together, as one family."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.measure.figures import Kpi, KpiKey
from sim.measure.kpis import KPIS
from sim.study.comparison import InvalidRunError, Verdict, check_comparable
from sim.study.experiment import Experiment
from sim.study.output_analysis import (
    CONFIDENCE,
    Difference,
    Floats,
    Interval,
    holm,
    holm_confidence,
    paired_difference,
)
from sim.study.run_length import replications_to_tell
from sim.study.summary import values

ROUNDING: Final = 1e-9
"""What is smaller than this share of the figures that it comes from is the rounding of sums, and counts as nothing."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a key figure, and what is known of it."""

    key: KpiKey
    """Key figure and scope."""
    difference: Difference
    """Over replications, with the interval of this change alone."""
    adjusted: Interval
    """Interval that allows for all changes of the family; excludes 0 exactly when the verdict is sure."""
    adjusted_p: float
    """p-value adjusted by Holm over the family; nan if not tested."""
    verdict: Verdict
    """In words."""
    enough: int | None
    """If it cannot be told yet: replications with which it probably can; None if nobody can say, or above 10,000."""

    @property
    def kpi(self) -> Kpi:
        """Label, unit and direction of the figure."""
        return KPIS[self.key[0]]

    @property
    def mean(self) -> float:
        """Mean over replications."""
        return self.adjusted.mean

    @property
    def is_sure(self) -> bool:
        """Whether it can be told from none."""
        return self.verdict in ("better", "worse", "changed")


def judged(family: Sequence[tuple[KpiKey, Floats]], confidence: float = CONFIDENCE) -> tuple[Change, ...]:
    """Judges changes that are looked at together.

    Args:
        family: each change with its figure and one value a replication; nan where it is not defined.
        confidence: that no verdict of the family is wrong.

    Returns:
        The changes in the same order, adjusted by Holm.

    >>> sure, unsure = judged([(("wait_mean", ""), np.array([-3.0, -3.2, -2.9])), (("wait_p95", ""), np.ones(1))])
    >>> sure.verdict, round(sure.mean, 2), unsure.verdict
    ('better', -3.03, "can't tell yet")
    """
    found = [paired_difference(np.zeros(len(row)), row, confidence) for _, row in family]
    p_values = [difference.p for difference in found]
    adjusted_p, levels = holm(p_values), holm_confidence(p_values, confidence)
    changes = []
    for number, (key, row) in enumerate(family):
        adjusted = paired_difference(np.zeros(len(row)), row, levels[number]).interval
        verdict = _verdict(KPIS[key[0]], found[number].interval, is_sure=adjusted_p[number] <= 1 - confidence)
        enough = replications_to_tell(adjusted) if verdict == "can't tell yet" else None
        changes.append(Change(key, found[number], adjusted, adjusted_p[number], verdict, enough))
    return tuple(changes)


def _verdict(kpi: Kpi, interval: Interval, *, is_sure: bool) -> Verdict:
    if interval.n == 0:
        return "not defined"
    if interval.is_known and interval.mean == 0 and interval.sd == 0:
        return "no change"
    if not is_sure:
        return "can't tell yet"
    if kpi.direction == "neither":
        return "changed"
    return "better" if (interval.mean > 0) == (kpi.direction == "higher") else "worse"


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
        if not one.is_valid:
            raise InvalidRunError(f"{one.name} is INVALID and has no figures: {one.reasons[0]}")
