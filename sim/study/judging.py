"""Judging: differences of key figures that are looked at together, each with a verdict that allows for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from numpy.typing import ArrayLike

from sim.measure.figures import Kpi, KpiKey
from sim.measure.kpis import KPIS
from sim.study.output_analysis import (
    CONFIDENCE,
    Difference,
    Interval,
    holm,
    holm_confidence,
    paired_difference,
)
from sim.study.run_length import replications_to_tell

Verdict = Literal["better", "worse", "changed", "no change", "can't tell yet", "not defined"]
"""`changed`: neither more nor less is good; `not defined`: no replication has the figure under both plans."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A difference of a key figure, and what is known of it."""

    key: KpiKey
    """Key figure and scope."""
    difference: Difference
    """Other minus base, pair by pair, with the interval of this figure alone."""
    adjusted: Interval
    """Interval of the difference that allows for all figures looked at; excludes 0 exactly when the verdict is sure."""
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
        """Mean of the difference."""
        return self.adjusted.mean

    @property
    def is_sure(self) -> bool:
        """Whether it can be told from none."""
        return self.verdict in ("better", "worse", "changed")


def judged(family: Sequence[tuple[KpiKey, ArrayLike, ArrayLike]], confidence: float = CONFIDENCE) -> tuple[Judged, ...]:
    """Judges differences together.

    Args:
        family: each figure with its values under the base and under the other plan, one a replication, in the same
            order; nan where it is not defined.
        confidence: that no verdict of the family is wrong.

    Returns:
        The differences in the same order, adjusted by Holm.

    >>> sure, unsure = judged([(("wait_mean", ""), [9, 8, 9], [6, 5.1, 6.1]), (("wait_p95", ""), [1, 2, 3], [2, 1, 4])])
    >>> sure.verdict, round(sure.mean, 2), unsure.verdict
    ('better', -2.93, "can't tell yet")
    """
    differences = [paired_difference(base, other, confidence) for _, base, other in family]
    p_values = [difference.p for difference in differences]
    adjusted_p, levels = holm(p_values), holm_confidence(p_values, confidence)
    found = []
    for number, (key, base, other) in enumerate(family):
        adjusted = paired_difference(base, other, levels[number]).interval
        verdict = _verdict(KPIS[key[0]], differences[number].interval, is_sure=adjusted_p[number] <= 1 - confidence)
        enough = replications_to_tell(adjusted) if verdict == "can't tell yet" else None
        found.append(Judged(key, differences[number], adjusted, adjusted_p[number], verdict, enough))
    return tuple(found)


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
