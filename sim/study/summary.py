"""A summary: one key figure of an experiment, with its interval and the targets that it should meet."""

import datetime
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol

import numpy as np

from sim import clock
from sim.measure.figures import Kpi, KpiKey, Unit
from sim.measure.kpis import KPIS
from sim.measure.window import Window
from sim.scenario.targets import Target, Threshold
from sim.study.experiment import Experiment
from sim.study.output_analysis import CONFIDENCE, Floats, Interval, t_interval
from sim.study.replication import Replicate

TargetVerdict = Literal["met", "missed", "can't tell yet"]


class Replicated(Protocol):
    """Whatever has replications, such as an experiment."""

    @property
    def replicates(self) -> tuple[Replicate, ...]:
        """They."""
        ...


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
    runs_met: int
    """Replications that meet it, each by itself."""
    runs: int
    """Replications in which the figure is defined."""
    in_force: bool
    """Whether it holds by the end of the measured time."""

    def words(self) -> str:
        """Says the target, such as `at least 78 %`."""
        return self.target.words()

    def runs_words(self) -> str:
        """Says in how many runs it is met, such as `met in 14 of 20 runs`."""
        return runs_words(self.runs_met, self.runs)

    def date_words(self) -> str:
        """Says from when it holds if that is after the measured time; otherwise nothing."""
        if self.in_force or self.target.since is None:
            return ""
        since = self.target.since
        return (
            f"not yet in force (from {since:%B %Y})" if since.day == 1 else f"not yet in force (from {since:%-d %B %Y})"
        )


def runs_words(met: int, runs: int) -> str:
    """Says in how many of some runs something was met.

    >>> runs_words(14, 20), runs_words(0, 20), runs_words(20, 20), runs_words(1, 1)
    ('met in 14 of 20 runs', 'met in none of 20 runs', 'met in all 20 runs', 'met in the one run')
    """
    if runs == 1:
        return "met in the one run" if met else "not met in the one run"
    if met in (0, runs):
        return f"met in all {runs} runs" if met else f"met in none of {runs} runs"
    return f"met in {met} of {runs} runs"


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
    targets = experiment.scenario.targets
    found = []
    for key in kpi_keys(experiment):
        concerned = {name: target for name, target in targets.items() if (target.kpi, target.of or "") == key}
        found.append(judged(experiment, key, concerned, confidence))
    return tuple(found)


def judged(
    experiment: Experiment, key: KpiKey, targets: Mapping[str, Target], confidence: float = CONFIDENCE
) -> Summary:
    """Sums up one key figure, and says how it stands to targets.

    Args:
        experiment: finished.
        key: the figure.
        targets: those about this figure, by name.
        confidence: of the interval.
    """
    last = experiment.scenario.calendar.date(Window.of(experiment.scenario).end_ms - 1)
    row = values(experiment, key)
    bare = Summary(key, _possible(row, KPIS[key[0]].unit, confidence))
    return replace(bare, judgements=tuple(_judged(bare, row, name, one, last) for name, one in targets.items()))


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


def kpi_keys(experiment: Replicated) -> tuple[KpiKey, ...]:
    """Key figures of an experiment, in the order of `KPIS`, the whole before its parts."""
    place = {name: number for number, name in enumerate(KPIS)}
    found = {key: None for replicate in experiment.replicates for key in replicate.kpis}
    return tuple(sorted(found, key=lambda key: (place[key[0]], key[1] != "")))


def values(experiment: Replicated, key: KpiKey) -> Floats:
    """Values of a key figure, one a replication; nan where it is not defined."""
    return np.array([replicate.kpis.get(key, math.nan) for replicate in experiment.replicates], np.float64)


def unmeasured(experiment: Experiment, found: Iterable[Summary]) -> tuple[str, ...]:
    """Names of the targets to whose figure the scenario has nothing to measure, such as a ward that is not there."""
    judged = {judgement.name for one in found for judgement in one.judgements}
    return tuple(name for name in experiment.scenario.targets if name not in judged)


def _judged(summary: Summary, row: Floats, name: str, target: Target, last: datetime.date) -> Judgement:
    interval, unit = summary.interval, summary.kpi.unit
    threshold, known = in_unit(target.threshold, unit), row[~np.isnan(row)]
    if not interval.is_known:
        verdict: TargetVerdict = "can't tell yet"
    elif (interval.low >= threshold) if target.is_least else (interval.high <= threshold):
        verdict = "met"
    elif (interval.high < threshold) if target.is_least else (interval.low > threshold):
        verdict = "missed"
    else:
        verdict = "can't tell yet"
    met = known >= threshold if target.is_least else known <= threshold
    return Judgement(name, target, threshold, verdict, int(met.sum()), len(known), target.in_force(last))


def in_unit(threshold: Threshold, unit: Unit) -> float:
    """A share or an amount as it is; a time, which is whole milliseconds, in the unit of the figure."""
    if isinstance(threshold, tuple):
        return threshold[0]
    if isinstance(threshold, float):
        return threshold
    return threshold / (clock.DAY if unit == "days" else clock.MINUTE)


THRESHOLDS: Final[dict[Unit, str]] = {
    "patients": "40 patients",
    "patients per day": "5 per day",
    "beds": "12 beds",
    "bed days per day": "30 bed days per day",
    "share": "92 %",
    "min": "60 min",
    "days": "126 d",
    "ratio": "80 %",
    "hours per day": "20 hours per day",
    "times per day": "5 times per day",
    "units per day": "30 units per day",
    "units": "40 units",
    "hours per patient day": "7.5 hours per patient day",
    "deaths per week": "1 deaths per week",
    "£ per day": "500000 per day",
    "£": "400 per patient",
}
"""How a threshold is written, for each unit that figures can have."""


def fits(threshold: Threshold, unit: Unit) -> bool:
    """Whether a threshold is told in a unit that a figure can have.

    >>> fits(0.92, "share"), fits((40.0, "patients"), "share"), fits((500000.0, "per day"), "£ per day")
    (True, False, True)
    """
    if isinstance(threshold, tuple):
        short = {"£": "per patient"}.get(unit, "per day" if unit.endswith("per day") else unit)
        return threshold[1] in (unit, short)
    return unit in (("share", "ratio") if isinstance(threshold, float) else ("min", "days"))
