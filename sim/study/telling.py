"""Telling: what a plan does to a key figure, as a sentence for a manager."""

from dataclasses import replace

from sim.scenario.scenario import Scenario
from sim.study.comparison import Effect
from sim.study.output_analysis import Interval
from sim.study.wording import Scale, figure_label, scale_of


def sentence(effect: Effect, scenario: Scenario) -> str:
    """Says what a plan does to a key figure.

    Args:
        effect: from a comparison.
        scenario: the base, in which resources and classes have their labels.

    Returns:
        Such as `Within 4 hours: rises by 1.8 points (0.9 to 2.7), from 71.2 % to 73.0 %: better.`
    """
    told = effect_scale(effect)
    name = figure_label(scenario, effect.key)
    if effect.verdict == "not defined":
        return f"{name}: not defined, nobody was there to measure."
    if effect.verdict == "no change":
        return f"{name}: no change, {told.amount(effect.base.mean)} in both."
    if effect.verdict == "can't tell yet":
        return f"{name}: can't tell yet{_uncertainty(effect, told)}."
    interval = effect.adjusted
    way = "rises" if interval.mean > 0 else "falls"
    low, high = sorted((abs(interval.low), abs(interval.high)))
    levels = f"from {told.amount(effect.base.mean)} to {told.amount(effect.other.mean)}"
    return f"{name}: {way} by {told.change(interval.mean)} ({told.span(low, high)}), {levels}: {effect.verdict}."


def effect_scale(effect: Effect) -> Scale:
    """How both figures of an effect and their difference are told."""
    told = scale_of(effect.kpi.unit, effect.base, effect.other, effect.adjusted)
    return told if effect.verdict in ("can't tell yet", "not defined") else fine_enough(told, effect.adjusted)


def fine_enough(told: Scale, interval: Interval) -> Scale:
    """Adds decimals until an interval that excludes 0 is also seen to exclude it, three at most."""
    nearest = min(abs(interval.low), abs(interval.high)) * told.factor
    for decimals in range(told.decimals, told.decimals + 4):
        if round(nearest, decimals) > 0:
            return replace(told, decimals=decimals)
    return told


def _uncertainty(effect: Effect, told: Scale) -> str:
    interval = effect.adjusted
    if not interval.is_known:
        return "; it takes two replications or more in which it is defined"
    low, high = told.number(interval.low, sign=True), told.number(interval.high, sign=True)
    between = f", somewhere between {low} and {high} {told.change_unit}".rstrip()
    if effect.enough is None:
        return f"{between}; no number of replications up to 10,000 would probably tell"
    return f"{between}; about {effect.enough:,} replications would probably tell ({interval.n} so far)"
