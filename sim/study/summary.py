"""A summary: one key figure of an experiment, with its interval and the targets that it should meet."""

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from sim import clock
from sim.measure.figures import Kpi, KpiKey, Unit
from sim.measure.kpis import KPIS
from sim.scenario.targets import Target
from sim.study.experiment import Experiment
from sim.study.output_analysis import CONFIDENCE, Floats, Interval, t_interval

TargetVerdict = Literal["met", "missed", "can't tell yet"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a figure stands to a target."""

    name: str
    """Name of the target in the scenario."""
    target: Target
    threshold: float
    """In the unit of the figure."""
    verdict: TargetVerdict
    """`met` or `missed` only if the whole interval is."""

    def words(self) -> str:
        """Says the target, such as `at least 78 %`."""
        is_least, wanted = self.target.at_least is not None, wanted_value(self.target)
        told = f"{100 * wanted:g} %" if isinstance(wanted, float) else clock.format_duration(wanted)
        return f"{'at least' if is_least else 'at most'} {told}"


@dataclass(frozen=True, slots=True)
class Summary:
    """One key figure over all replications."""

    key: KpiKey
    interval: Interval
    judgements: tuple[Judgement, ...] = ()

    @property
    def kpi(self) -> Kpi:
        """Label, unit and direction of the figure."""
        return KPIS[self.key[0]]

    @property
    def scope(self) -> str:
        """For whom or what it was worked out; empty for the whole."""
        return self.key[1]


def summaries(experiment: Experiment, confidence: float = CONFIDENCE) -> tuple[Summary, ...]:
    """Sums up every key figure of an experiment.

    Args:
        experiment: finished.
        confidence: of the intervals, each for itself.

    Returns:
        In the order of `kpi_keys`; a figure that some replications lack counts there as not defined. The ends of the
        intervals stay within what a figure can be: not below 0, and a share not above 1.
    """
    targets = list(experiment.scenario.targets.items())
    found = []
    for key in kpi_keys(experiment):
        interval = _possible(values(experiment, key), KPIS[key[0]].unit, confidence)
        concerned = [(name, target) for name, target in targets if (target.kpi, "") == key]
        found.append(Summary(key, interval, tuple(_judged(key, interval, *one) for one in concerned)))
    return tuple(found)


def _possible(row: Floats, unit: Unit, confidence: float) -> Interval:
    """Interval of a mean without the part in which it cannot lie.

    Shares of work may be above 1 because of overtime, and what is left of a budget may be below 0.
    """
    interval = t_interval(row, confidence)
    if not interval.is_known:
        return interval
    highest = max(1.0, float(np.nanmax(row))) if unit == "share" else math.inf
    lowest = 0.0 if float(np.nanmin(row)) >= 0 else -math.inf
    return replace(interval, low=max(interval.low, lowest), high=min(interval.high, highest))


def kpi_keys(experiment: Experiment) -> tuple[KpiKey, ...]:
    """Key figures of an experiment, in the order of `KPIS`, the whole before its parts."""
    place = {name: number for number, name in enumerate(KPIS)}
    found = {key: None for replicate in experiment.replicates for key in replicate.kpis}
    return tuple(sorted(found, key=lambda key: (place[key[0]], key[1] != "")))


def values(experiment: Experiment, key: KpiKey) -> Floats:
    """Values of a key figure, one a replication; nan where it is not defined."""
    return np.array([replicate.kpis.get(key, math.nan) for replicate in experiment.replicates], np.float64)


def _judged(key: KpiKey, interval: Interval, name: str, target: Target) -> Judgement:
    threshold = _in_unit(wanted_value(target), KPIS[key[0]].unit)
    is_least = target.at_least is not None
    if not interval.is_known:
        verdict: TargetVerdict = "can't tell yet"
    elif (interval.low >= threshold) if is_least else (interval.high <= threshold):
        verdict = "met"
    elif (interval.high < threshold) if is_least else (interval.low > threshold):
        verdict = "missed"
    else:
        verdict = "can't tell yet"
    return Judgement(name, target, threshold, verdict)


def wanted_value(target: Target) -> float | int:
    """Threshold of a target as it was declared: a share, or whole milliseconds."""
    wanted = target.at_most if target.at_least is None else target.at_least
    return 0.0 if wanted is None else wanted  # one of the two is always given


def _in_unit(threshold: float | int, unit: Unit) -> float:
    """A share as it is; a time, which is whole milliseconds, in the unit of the figure."""
    if isinstance(threshold, float):
        return threshold
    return threshold / (clock.DAY if unit == "days" else clock.MINUTE)
