"""Recovery: how long after a surge the hospital is as it would have been without it, on the same patients.

A day is as usual for a run if its patients waiting (or beds in use) are not above the usual range of that day, which is
the mean of the runs without the surge and 1.96 standard deviations above it, nor above those of the same run without
the surge, if that is higher. A run has recovered on the first day behind the surge from which two days in a row are as
usual. Both rules, 1.96 and 48 hours, are those of the key figure `recovery_time`, which knows only one run and so takes
the days before an event for usual.
"""

import datetime
import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.measure.recovery import BAND
from sim.measure.window import Window
from sim.study.comparison import InvalidRunError, valid
from sim.study.experiment import Experiment
from sim.study.output_analysis import CONFIDENCE, Floats, Interval, order_statistics, paired_difference
from sim.study.settling import SERIES, daily
from sim.study.sizing.surge import Surge

LASTING: Final = 2
"""Days in a row that must be as usual."""
EITHER: Final = "both"
"""What the recovery of all series together is called."""


@dataclass(frozen=True, slots=True)
class Day:
    """One measured day in one series; means over replications."""

    number: int
    date: datetime.date
    usual: float
    """Without the surge."""
    usual_high: float
    """Upper end of the usual range."""
    surged: float
    """With the surge."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """When the runs were as usual again, in days behind the surge."""

    series: str
    """`waiting_by_day`, `in_use_by_day`, or `both`."""
    by_run: tuple[float, ...]
    """Days behind the end of the surge, 0 being the first; infinite if not within the run."""
    half_by: float
    """Days by which half of the runs have recovered; infinite if not within the run."""
    low: float
    """Lower end of the 95 % interval of that median; nan with fewer than 6 runs."""
    high: float
    """Upper end; infinite if not within the run."""

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(self.by_run)

    @property
    def within(self) -> int:
        """How many of them recover within the run."""
        return sum(math.isfinite(days) for days in self.by_run)


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a surge leaves behind."""

    surge: Surge
    first_day: int
    """Number of the first measured day with the surge."""
    day_behind: int
    """Number of the first measured day behind it."""
    days_seen: int
    """Measured days behind it."""
    recovered: tuple[Recovered, ...]
    """By series, and both together last."""
    extra: tuple[tuple[str, Interval], ...]
    """By series, patient days or bed days more than without the surge, from its first day to the end of the run."""
    worst: tuple[tuple[str, int, Interval], ...]
    """By series, the day on which most more are there than without the surge, and how many."""
    days: tuple[tuple[str, tuple[Day, ...]], ...]
    """By series, every measured day."""


def recover(base: Experiment, surged: Experiment, surge: Surge) -> Recovery:
    """Holds runs with a surge against the same runs without it.

    Args:
        base: without the surge.
        surged: with it, on the same patients and others besides.
        surge: when it was.

    Raises:
        InvalidRunError: if the books of one of them do not balance, or no day was measured.
    """
    valid((base, surged))
    pairs = {}
    for name in SERIES:
        usual, more = daily(base, name), daily(surged, name)
        if more is not None:
            pairs[name] = (np.zeros_like(more) if usual is None else usual, more)
    if not pairs:
        raise InvalidRunError(f"{base.name} has neither beds nor queues, so that there is nothing to recover")
    first, behind = surge.days(base.scenario)
    by_series = {name: back_after(usual, more, behind) for name, (usual, more) in pairs.items()}
    together = np.max(list(by_series.values()), axis=0)
    return Recovery(
        surge=surge,
        first_day=first,
        day_behind=behind,
        days_seen=next(iter(pairs.values()))[0].shape[1] - behind,
        recovered=tuple(_recovered(name, days) for name, days in {**by_series, EITHER: together}.items()),
        extra=tuple((name, _extra(*pair, first)) for name, pair in pairs.items()),
        worst=tuple((name, *_worst(*pair, first)) for name, pair in pairs.items()),
        days=tuple((name, _days(base, *pair)) for name, pair in pairs.items()),
    )


def back_after(usual: Floats, surged: Floats, behind: int) -> Floats:
    """Days behind a surge until each run is as usual.

    Args:
        usual: without the surge, shape (replications, days).
        surged: with it, the same shape.
        behind: number of the first day behind it.

    Returns:
        One number a replication, 0 for the first day behind; infinite if not within the run.

    >>> usual = np.full((3, 6), 10.0)
    >>> surged = usual + np.array([0, 5, 3, 1, 0, 0])
    >>> back_after(usual, surged, 2).tolist()
    [2.0, 2.0, 2.0]
    """
    fine = surged <= np.maximum(_high(usual), usual) + 1e-9
    parts = np.array([fine[:, behind + day : fine.shape[1] - LASTING + 1 + day] for day in range(LASTING)])
    after = np.all(parts, axis=0, keepdims=True)[0]
    return np.where(after.any(axis=1), after.argmax(axis=1), np.inf)


def _high(usual: Floats) -> Floats:
    """Upper end of the usual range of each day."""
    spread = usual.std(axis=0, ddof=1) if len(usual) > 1 else np.zeros(usual.shape[1])
    high: Floats = usual.mean(axis=0) + BAND * spread
    return high


def _recovered(name: str, days: Floats) -> Recovered:
    """The median over runs with its distribution-free interval, in which late runs count wherever they would end.

    Source: Conover (1999), Practical Nonparametric Statistics, section 3.2.
    """
    ordered = np.sort(days)
    ranks = order_statistics(len(days), 0.5, CONFIDENCE)
    low, high = (ordered[ranks.low_rank - 1], ordered[ranks.high_rank - 1]) if ranks else (math.nan, math.nan)
    half = ordered[(len(ordered) - 1) // 2 : len(ordered) // 2 + 1].mean()
    return Recovered(name, tuple(days.tolist()), float(half), float(low), float(high))


def _extra(usual: Floats, surged: Floats, first: int) -> Interval:
    return paired_difference(usual[:, first:].sum(axis=1), surged[:, first:].sum(axis=1)).interval


def _worst(usual: Floats, surged: Floats, first: int) -> tuple[int, Interval]:
    day = first + int(np.argmax((surged - usual)[:, first:].mean(axis=0)))
    return day, paired_difference(usual[:, day], surged[:, day]).interval


def _days(base: Experiment, usual: Floats, surged: Floats) -> tuple[Day, ...]:
    dates = Window.of(base.scenario).dates(base.scenario.calendar)
    columns = zip(dates, usual.mean(axis=0), _high(usual), surged.mean(axis=0), strict=True)
    return tuple(
        Day(number, date, float(mean), float(high), float(more))
        for number, (date, mean, high, more) in enumerate(columns)
    )
