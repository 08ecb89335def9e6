"""A comparison: what another plan does to each key figure, patient by patient the same people."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sim.measure.kpis import KPIS, Kpi, KpiKey
from sim.study.experiment import Experiment
from sim.study.output_analysis import (
    CONFIDENCE,
    Difference,
    Interval,
    holm,
    holm_confidence,
    paired_difference,
    t_interval,
)
from sim.study.run_length import replications_to_tell

Verdict = Literal["better", "worse", "changed", "no change", "can't tell yet", "not defined"]
"""`changed` is a difference of a figure of which neither more nor less is good; `not defined`: no replication has both."""


class ComparisonError(ValueError):
    """Two experiments cannot be compared."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What another plan does to one key figure."""

    key: KpiKey
    """Key figure and scope."""
    base: Interval
    """The figure under the base plan, over the replications that both plans have."""
    other: Interval
    """The figure under the other plan."""
    difference: Difference
    """Other minus base, pair by pair, with the interval of this figure alone."""
    adjusted: Interval
    """Interval of the difference that allows for all the figures looked at together; it excludes 0 when the verdict is sure."""
    adjusted_p: float
    """p-value adjusted by Holm over the family; nan if not tested."""
    is_headline: bool
    """Whether it belongs to the headline family; all other figures form a second family."""
    verdict: Verdict
    """In words."""
    enough: int | None
    """If it cannot be told yet: replications with which it probably can; None if nobody can say, or above 10,000."""

    @property
    def kpi(self) -> Kpi:
        """Label, unit and direction of the figure."""
        return KPIS[self.key[0]]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What another plan does to every key figure."""

    base: Experiment
    other: Experiment
    pairs: int
    """Replications that both have."""
    confidence: float
    effects: tuple[Effect, ...]
    """Headline figures first, then the others, in the order in which they were measured."""

    @property
    def headline(self) -> tuple[Effect, ...]:
        """Effects on the headline figures."""
        return tuple(effect for effect in self.effects if effect.is_headline)

    def effect(self, kpi: str, scope: str = "") -> Effect:
        """Looks up the effect on a key figure.

        Raises:
            KeyError: if not both experiments have it.
        """
        return {effect.key: effect for effect in self.effects}[kpi, scope]


def compare(base: Experiment, other: Experiment, confidence: float = CONFIDENCE) -> Comparison:
    """Compares a plan with the base.

    Args:
        base: what is done today.
        other: the plan.
        confidence: that no verdict of a family is wrong.

    Returns:
        The effect on each key figure that both have.

    Raises:
        ComparisonError: if the two were not run alike, or one of them is invalid.
    """
    return compare_plans(base, [other], confidence)[0]


def compare_plans(
    base: Experiment, others: Sequence[Experiment], confidence: float = CONFIDENCE
) -> tuple[Comparison, ...]:
    """Compares several plans with the base; the more plans and figures are looked at, the more is asked of each.

    Holm's adjustment runs over plans x headline figures, and apart from that over plans x all other figures.

    Args:
        base: what is done today.
        others: the plans.
        confidence: that no verdict of a family is wrong.

    Returns:
        One comparison a plan, in order.

    Raises:
        ComparisonError: if they were not run alike, or one of them is invalid.
    """
    for other in others:
        _check_alike(base, other)
    rough = [_differences(base, other, confidence) for other in others]
    chosen = set(headline({key for differences in rough for key in differences}))
    effects: list[dict[KpiKey, Effect]] = [{} for _ in others]
    for is_headline in (True, False):
        family = [
            (plan, key, found)
            for plan, differences in enumerate(rough)
            for key, found in differences.items()
            if (key in chosen) == is_headline
        ]
        p_values = [found.p for _, _, found in family]
        adjusted = zip(holm(p_values), holm_confidence(p_values, confidence), strict=True)
        for (plan, key, found), (p, level) in zip(family, adjusted, strict=True):
            pair = _values(base, others[plan], key)
            effects[plan][key] = _effect(key, pair, found, (p, level, is_headline))
    return tuple(
        Comparison(base, other, len(_numbers(base, other)), confidence, _ordered(found))
        for other, found in zip(others, effects, strict=True)
    )
