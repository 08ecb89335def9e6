"""The weakest: which resource runs full, or has a queue that grows, at the lowest demand.

Three signs are looked at. *Asked*: the units that would be in use if nobody waited, worked out before any run, reach
those that there are; from there on a queue grows without end unless patients give up or go elsewhere. *Full*: the mean
use that was simulated is surely 99 % or more. *Growing*: over the measured weeks the queue is surely longer in their
second half than in their first. A resource may be full because what comes behind it is; so the wait ledger says beside
the signs to whom waiting is charged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from sim import clock
from sim.measure.figures import KpiKey
from sim.measure.window import Window
from sim.scenario.scenario import Scenario
from sim.study.experiment import Experiment
from sim.study.output_analysis import Floats, Interval, t_interval
from sim.study.summary import values

FULL: Final = 0.99
"""A mean use of this and more is as good as always in use: Wardflow's own rule."""
LONGER: Final = 1.1
"""A queue grows that is so many times as long in the second half of the weeks: Wardflow's own rule."""
LEAST: Final = 0.5
"""Growth by fewer patients is not told."""
WAITING: Final = "waiting_by_day"
HOURS: Final = "wait_hours_per_day"
IN_USE: Final = {"ward": "occupancy_mean", "staff": "utilisation", "equipment": "utilisation"}
"""Key figure of the mean use, by the kind of a resource."""


@dataclass(frozen=True, slots=True)
class Strain:
    """How one resource bears more demand."""

    scope: str
    """The resource, such as `ward:medical`."""
    load: float
    """Share of it that today's patients ask for; at the lowest demand of the curve, if today's is not in it."""
    asked_from: float | None
    """Demand from which more is asked of it than there is; None if not within the curve."""
    full_from: float | None
    """Lowest demand at which it is surely in use 99 % of the time and more."""
    grows_from: float | None
    """Lowest demand at which its queue surely grows."""
    hours: tuple[Interval, Interval]
    """Hours a day that patients wait because of it: today, and at the demand `Weakest.at`."""

    @property
    def fails_from(self) -> float | None:
        """Lowest demand at which it was seen to fail: full, or with a growing queue."""
        return min((one for one in (self.full_from, self.grows_from) if one is not None), default=None)


@dataclass(frozen=True, slots=True)
class Weakest:
    """All resources, the weakest first."""

    at: float
    """Demand at which waiting is told: where the first resource fails, or else the highest."""
    today: float
    """Demand that it is held against."""
    strains: tuple[Strain, ...]


def weakest(base: Scenario, experiments: Mapping[float, Experiment]) -> Weakest:
    """Finds what breaks first.

    Args:
        base: the scenario at today's demand.
        experiments: at some demands, by factor.
    """
    factors = sorted(experiments)
    today = 1.0 if 1.0 in experiments else factors[0]
    signs = {scope: _signs(scope, experiments) for scope in _scopes(base)}
    seen = [one for full, grows in signs.values() for one in (full, grows) if one is not None]
    at = max(min(seen), today) if seen else factors[-1]
    strains = [_strain(base, scope, pair, (experiments, today, at)) for scope, pair in signs.items()]
    return Weakest(at, today, tuple(sorted(strains, key=_order)))


def _order(strain: Strain) -> tuple[float, float]:
    """The lowest demand first; of those that fail together the one because of which waiting rises most."""
    fails = np.inf if strain.fails_from is None else strain.fails_from
    before, after = (0.0 if np.isnan(one.mean) else one.mean for one in strain.hours)
    return fails, before - after


def _scopes(base: Scenario) -> list[str]:
    kinds = {
        **dict.fromkeys(base.wards, "ward"),
        **dict.fromkeys(base.staff, "staff"),
        **dict.fromkeys(base.equipment, "equipment"),
        **dict.fromkeys(base.slots, "slots"),
        **dict.fromkeys(base.supplies, "supplies"),
    }
    return [f"{kind}:{name}" for name, kind in kinds.items()]


def _signs(scope: str, experiments: Mapping[float, Experiment]) -> tuple[float | None, float | None]:
    """Lowest demand at which a resource is full, and at which its queue grows."""
    kind = scope.partition(":")[0]
    full = [factor for factor, one in sorted(experiments.items()) if kind in IN_USE and is_full(one, scope)]
    grows = [factor for factor, one in sorted(experiments.items()) if is_growing(one, scope)]
    return next(iter(full), None), next(iter(grows), None)


def is_full(experiment: Experiment, scope: str) -> bool:
    """Whether the mean use of a resource is surely 99 % and more."""
    row = values(experiment, (IN_USE[scope.partition(":")[0]], scope))
    return t_interval(row).low >= FULL


def is_growing(experiment: Experiment, scope: str) -> bool:
    """Whether the queue for a resource is surely longer in the second half of the measured weeks than in the first.

    Whole weeks are compared, so that no weekday weighs more on one side; a run of less than two tells nothing.
    """
    rows = _rows(experiment, (WAITING, scope))
    half = 7 * (int(Window.of(experiment.scenario).length_ms) // (2 * clock.WEEK))
    if rows is None or not half or rows.shape[1] < 2 * half:
        return False
    first, last = rows[:, :half].mean(axis=1), rows[:, -half:].mean(axis=1)
    longer = float(last.mean()) >= max(LONGER * float(first.mean()), float(first.mean()) + LEAST)
    return longer and t_interval(last - first).low > 0


def _rows(experiment: Experiment, key: KpiKey) -> Floats | None:
    """A profile by day, one row a replication."""
    rows = [one.profiles.get(key) for one in experiment.replicates]
    known = [row for row in rows if row is not None]
    return np.array(known, np.float64) if known and len(known) == len(rows) else None


def _strain(
    base: Scenario,
    scope: str,
    signs: tuple[float | None, float | None],
    where: tuple[Mapping[float, Experiment], float, float],
) -> Strain:
    experiments, today, at = where
    name = scope.partition(":")[2]
    ratios = {factor: _load(one, name) for factor, one in sorted(experiments.items())}
    first, second = (t_interval(values(experiments[factor], (HOURS, f"cause:{scope}"))) for factor in (today, at))
    return Strain(scope, ratios[today], crossing(list(ratios.items())), *signs, (first, second))


def _load(experiment: Experiment, resource: str) -> float:
    return next((one.ratio for one in experiment.loads if one.resource == resource), 0.0)


def crossing(line: Sequence[tuple[float, float]], level: float = 1.0) -> float | None:
    """Where a line through some points, in order, first reaches a level; its first point if it is above at once.

    >>> crossing([(0.8, 0.72), (1.0, 0.9), (1.2, 1.08)])
    1.11...
    >>> crossing([(1.0, 0.4), (2.0, 0.8)]) is None, crossing([(0.8, 1.3), (1.0, 1.5)])
    (True, 0.8)
    """
    if line and line[0][1] >= level:
        return line[0][0]
    for (left, low), (right, high) in pairwise(line):
        if high >= level:
            return left + (right - left) * (level - low) / (high - low) if np.isfinite(high) else right
    return None
