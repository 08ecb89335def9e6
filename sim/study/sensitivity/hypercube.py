"""A Latin hypercube: all assumptions varied at once, and how a figure goes with each of them.

Each range is cut into as many equally wide parts as there are points, and each part is used exactly once; every value
within a range is taken to be as likely as any other, and independent of the others.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special
from scipy.stats import qmc, rankdata, spearmanr

from sim.measure.figures import KpiKey
from sim.scenario.problems import ScenarioError
from sim.study.asking import Run
from sim.study.experiment import Experiment, with_run
from sim.study.output_analysis import CONFIDENCE, Floats, holm, holm_confidence
from sim.study.sensitivity.assumed import Assumed, Side, Unvaried, gathered
from sim.study.sensitivity.settings import SensitivitySettings
from sim.study.sensitivity.tornado import possible
from sim.study.sensitivity.trials import Trial, run_trials, trial


@dataclass(frozen=True, slots=True)
class Correlation:
    """A rank correlation and what is known of it."""

    value: float
    """From -1 to 1; nan if a side does not vary, or there are too few points."""
    low: float
    high: float
    p: float
    """Two-sided p-value of "they have nothing to do with each other"."""


@dataclass(frozen=True, slots=True)
class Rank:
    """How a figure goes with one assumption, over the points."""

    assumed: Assumed
    spearman: Correlation
    """As they go together, whatever the others do."""
    partial: Correlation
    """With the others held still: what is left of both ranks without what follows from the others."""
    adjusted_p: float
    """p-value of the partial correlation, adjusted by Holm over the assumptions."""
    is_sure: bool
    """Whether the figure goes with it, allowing for all assumptions looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Hypercube:
    """A figure over all ranges at once."""

    settings: SensitivitySettings
    key: KpiKey
    base: Experiment
    """The base at the first point."""
    plan: Experiment | None
    varied: tuple[Assumed, ...]
    unvaried: tuple[Unvaried, ...]
    numbers: Floats
    """What is assumed: one row a point, one column an assumption."""
    figures: Floats
    """The figure, or the plan's difference, at each point: the mean over its replications."""
    refused: int
    """Points that are no valid scenario, and were left out."""
    ranks: tuple[Rank, ...]
    """By the size of the partial correlation."""

    def share(self, low: float = -math.inf, high: float = math.inf) -> float:
        """Share of the points whose figure lies strictly between two values."""
        known = self.figures[~np.isnan(self.figures)]
        return float(np.mean((known > low) & (known < high))) if len(known) else math.nan

    def quantile(self, share: float) -> float:
        """The figure below which this share of the points lies."""
        known = self.figures[~np.isnan(self.figures)]
        return float(np.quantile(known, share)) if len(known) else math.nan


def hypercube(base: Side, plan: Side | None, run: Run, settings: SensitivitySettings) -> Hypercube:
    """Varies all assumptions at once.

    Args:
        base: what is done today.
        plan: what is compared with it, or None.
        run: runs scenarios.
        settings: with the number of points and their replications.

    Raises:
        ScenarioError: if nothing can be varied, no point is a valid scenario, or there is no such figure.
        ComparisonError: if base and plan are not run alike.
        InvalidRunError: if a run breaks a rule of book-keeping.

    Source: McKay, Beckman and Conover (1979), Technometrics 21:239-245.
    """
    known = gathered(base, plan, settings.vary)
    varied, unvaried = possible(base, plan, known.varied)
    numbers = design(varied, settings.points, settings.design_seed)
    trials, kept = _points(base, plan, varied, numbers)
    if not trials:
        return _empty(base, plan, run, settings, (*known.unvaried, *unvaried))
    found = run_trials(run, [_repeated(one, settings.point_replications) for one in trials])
    key = settings.key(found)
    figures = found.rows(key).mean(axis=1)
    numbers = numbers[kept]
    return Hypercube(
        settings=settings,
        key=key,
        base=found.base[0],
        plan=found.plan[0] if found.plan else None,
        varied=tuple(varied),
        unvaried=(*known.unvaried, *unvaried),
        numbers=numbers,
        figures=figures,
        refused=settings.points - len(trials),
        ranks=_ranks(varied, numbers, figures, settings.confidence),
    )


def design(varied: Sequence[Assumed], points: int, seed: int) -> Floats:
    """The points: one row each, one column an assumption, in the numbers of the assumptions."""
    if not varied or not points:
        return np.empty((points, len(varied)))
    shares = qmc.LatinHypercube(d=len(varied), rng=seed).random(points)
    return np.array([[one.between(share) for one, share in zip(varied, row, strict=True)] for row in shares])


def _points(base: Side, plan: Side | None, varied: Sequence[Assumed], numbers: Floats) -> tuple[list[Trial], list[int]]:
    """Scenarios of the points that are valid, and which points these are."""
    trials, kept = [], []
    for place, row in enumerate(numbers if varied else ()):
        try:
            trials.append(trial(base, plan, list(zip(varied, row.tolist(), strict=True))))
        except ScenarioError:
            continue
        kept.append(place)
    return trials, kept


def _repeated(one: Trial, replications: int) -> Trial:
    return tuple(with_run(scenario, replications=replications) for scenario in one)


def _empty(
    base: Side, plan: Side | None, run: Run, settings: SensitivitySettings, unvaried: tuple[Unvaried, ...]
) -> Hypercube:
    """What is known if nothing can be varied: the middle."""
    found = run_trials(run, [_repeated(trial(base, plan), settings.point_replications)])
    key, none = settings.key(found), np.empty((0, 0))
    other = found.plan[0] if found.plan else None
    return Hypercube(settings, key, found.base[0], other, (), unvaried, none, none[:, :0].ravel(), settings.points, ())


def _ranks(varied: Sequence[Assumed], numbers: Floats, figures: Floats, confidence: float) -> tuple[Rank, ...]:
    defined = ~np.isnan(figures)
    numbers, figures = numbers[defined], figures[defined]
    partial = partials(numbers, figures)
    adjusted, levels = holm([one.p for one in partial]), holm_confidence([one.p for one in partial], confidence)
    partial = [
        bounded(one.value, len(figures) - len(varied) + 1, one.p, level)
        for one, level in zip(partial, levels, strict=True)
    ]
    plain = [spearman(column, figures, confidence) for column in numbers.T]
    found = [
        Rank(one, plain[place], partial[place], adjusted[place], adjusted[place] <= 1 - confidence)
        for place, one in enumerate(varied)
    ]
    return tuple(sorted(found, key=lambda rank: -abs(np.nan_to_num(rank.partial.value))))


def spearman(one: ArrayLike, other: ArrayLike, confidence: float = CONFIDENCE) -> Correlation:
    """Spearman's rank correlation with its interval.

    Source: interval by Fisher's transformation with the standard error of Bonett and Wright (2000), Psychometrika
    65:23-28.

    >>> found = spearman([1, 2, 3, 4, 5], [1, 2, 3, 5, 4])
    >>> round(found.value, 2), round(found.p, 3)
    (0.9, 0.037)
    """
    first, second = np.asarray(one, np.float64), np.asarray(other, np.float64)
    if len(first) < 3 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return Correlation(math.nan, math.nan, math.nan, math.nan)
    found = spearmanr(first, second)
    return bounded(float(found.statistic), len(first), float(found.pvalue), confidence)


def bounded(value: float, n: int, p: float, confidence: float) -> Correlation:
    """A rank correlation of n points with its interval; ends are nan with fewer than four, or if it is exactly 1."""
    if n < 4 or math.isnan(value):
        return Correlation(value, math.nan, math.nan, p)
    if abs(value) >= 1 - 1e-12:
        return Correlation(value, value, value, p)
    half = float(special.ndtri((1 + confidence) / 2)) * math.sqrt((1 + value**2 / 2) / (n - 3))
    middle = math.atanh(value)
    return Correlation(value, math.tanh(middle - half), math.tanh(middle + half), p)


def partials(numbers: ArrayLike, figures: ArrayLike) -> list[Correlation]:
    """Partial rank correlations of figures with each of several assumptions, the others held still; no intervals.

    The inverse of the correlations of the ranks tells them: -c_ij / sqrt(c_ii c_jj). Their t test has two degrees of
    freedom less than there are points, and one less for each other assumption.

    Args:
        numbers: one row a point, one column an assumption.
        figures: one value a point.

    Source: Iman and Conover (1979), Technometrics 21:499-509; Marino and others (2008), Journal of Theoretical Biology
    254:178-196.
    """
    table, row = np.asarray(numbers, np.float64), np.asarray(figures, np.float64)
    points, count = table.shape
    free = points - 2 - (count - 1)
    unknown = Correlation(math.nan, math.nan, math.nan, math.nan)
    ranks = np.column_stack([*(rankdata(column) for column in table.T), rankdata(row)]) if points else table
    moving = [place for place in range(count) if points and np.ptp(ranks[:, place]) > 0]
    if free < 1 or not moving or np.ptp(ranks[:, -1]) == 0:
        return [unknown] * count
    inverse = np.linalg.pinv(np.atleast_2d(np.corrcoef(ranks[:, [*moving, count]].T)), hermitian=True)
    found = [unknown] * count
    for place, number in enumerate(moving):
        value = float(-inverse[place, -1] / math.sqrt(inverse[place, place] * inverse[-1, -1]))
        value = max(-1.0, min(1.0, value))
        size = math.inf if abs(value) >= 1 - 1e-12 else abs(value) * math.sqrt(free / (1 - value**2))
        p = float(2 * special.stdtr(free, -size)) if math.isfinite(size) else 0.0
        found[number] = Correlation(value, math.nan, math.nan, p)
    return found
