"""Detection: in how many weeks a chart tells a change, and how often it tells one where there is none."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from sim.study.output_analysis import CONFIDENCE, Floats, order_statistics
from sim.study.watching.xmr import Limits, Rules, Side, limits, signals


@dataclass(frozen=True, slots=True)
class Chance:
    """A share of the runs and what is known of the true one."""

    share: float
    low: float
    high: float
    runs: int


@dataclass(frozen=True, slots=True)
class Detection:
    """How well one set of rules tells a change."""

    rules: Rules
    first_weeks: tuple[float, ...]
    """Of each run, the first week after go-live with a signal to the side of the change; infinite if there is none."""
    power: float
    """Probability that is asked for."""
    weeks: float
    """Weeks within which so large a share of the runs has told it; infinite if not in the watched weeks."""
    low: float
    """Lower end of the distribution-free 95 % interval of `weeks`; nan with too few runs."""
    high: float
    """Upper end; infinite if not in the watched weeks."""
    by_week: tuple[Chance, ...]
    """Share of the runs that have told it by each week."""
    false_alarm: Chance
    """Runs in which the unchanged base gives any signal in the same weeks, to either side."""
    false_same_side: Chance
    """Runs in which the unchanged base gives a signal to the side of the change, which would be taken for it."""
    false_per_week: float
    """Share of the watched weeks of the unchanged base that have a signal."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Weekly values of one run on one chart."""

    before: Floats
    """Of the base before go-live, from which the limits are worked out."""
    after: Floats
    """As they would be after go-live, the plan ramping up."""
    unchanged: Floats
    """Of the base in the same weeks."""

    @property
    def limits(self) -> Limits:
        """Limits of the chart, which stay as they are after go-live."""
        return limits(self.before)


def detection(runs: Sequence[Watched], rules: Rules, side: Side, power: float) -> Detection:
    """Watches the charts of all runs.

    A pattern may begin before go-live, as on a real chart; it counts if it is complete after it.

    Args:
        runs: one chart each.
        rules: which patterns count.
        side: to which side the plan moves the figure.
        power: probability with which the change is to be told.
    """
    first = np.array([first_signal(one, one.after, rules, side) for one in runs])
    watched = len(runs[0].after)
    unchanged = [_alarms(one, one.unchanged, rules) for one in runs]
    ranks = order_statistics(len(first), power, CONFIDENCE)
    ordered = np.sort(first)
    low, high = (ordered[ranks.low_rank - 1], ordered[ranks.high_rank - 1]) if ranks else (math.nan, math.nan)
    same = sum(first_signal(one, one.unchanged, rules, side) <= watched for one in runs)
    return Detection(
        rules=rules,
        first_weeks=tuple(first.tolist()),
        power=power,
        weeks=float(ordered[max(math.ceil(power * len(first) - 1e-9), 1) - 1]),
        low=float(low),
        high=float(high),
        by_week=tuple(chance(int((first <= week).sum()), len(first)) for week in range(1, watched + 1)),
        false_alarm=chance(sum(bool(flags.any()) for flags in unchanged), len(runs)),
        false_same_side=chance(same, len(runs)),
        false_per_week=float(np.mean(unchanged)),
    )


def first_signal(run: Watched, later: Floats, rules: Rules, side: Side) -> float:
    """First week after go-live with a signal to a side, 1 being the first; infinite if there is none.

    >>> calm = np.array([10.0, 12.0] * 5)
    >>> run = Watched(calm, np.array([11.0, 17.0]), np.array([11.0, 11.0]))
    >>> first_signal(run, run.after, Rules("limits"), "up"), first_signal(run, run.unchanged, Rules("limits"), "up")
    (2.0, inf)
    """
    found = np.flatnonzero(signals(np.append(run.before, later), run.limits, rules).to(side)[len(run.before) :])
    return float(found[0] + 1) if found.size else math.inf


def _alarms(run: Watched, later: Floats, rules: Rules) -> Floats:
    """Which weeks after go-live have a signal to either side, as 0 and 1."""
    found = signals(np.append(run.before, later), run.limits, rules).either[len(run.before) :]
    return np.asarray(found, np.float64)


def chance(number: int, of: int) -> Chance:
    """A share of independent runs with its exact 95 % interval.

    Source: Clopper & Pearson (1934), The use of confidence or fiducial limits, Biometrika 26:404-413.

    >>> found = chance(8, 10)
    >>> round(found.low, 3), round(found.high, 3)
    (0.444, 0.975)
    """
    tail = (1 - CONFIDENCE) / 2
    low = float(special.betaincinv(number, of - number + 1, tail)) if number else 0.0
    high = float(special.betaincinv(number + 1, of - number, 1 - tail)) if number < of else 1.0
    return Chance(number / of, low, high, of)


FEWEST: Final = 10
"""Fewer baseline weeks make no limits that anybody should trust: Wardflow's own rule."""


def alikeness(values: Sequence[Floats]) -> float:
    """Mean correlation of a week with the next one, over runs; nan where values do not vary.

    Weeks that are alike have moving ranges that are too small for their spread, so that limits are too narrow and
    false alarms frequent. Source: Maragah & Woodall (1992), The effect of autocorrelation on the retrospective X-chart,
    J Stat Comput Simul 40:29-42.

    >>> alikeness([np.array([1.0, 2.0, 1.0, 2.0, 1.0])])
    -0.8
    """
    found = []
    for row in values:
        off = row[~np.isnan(row)] - np.nanmean(row)
        if np.any(np.abs(off) > 1e-12):
            found.append(float((off[1:] * off[:-1]).sum() / (off**2).sum()))
    return round(float(np.mean(found)), 9) if found else math.nan
