"""Bottlenecks: what patients wait for, and what one more of each thing, or as many as are asked, really removes.

The wait ledger charges each minute to what the patient waits for just then. That is no forecast: a freed patient may
wait for the next thing instead, and a queue may be charged to one thing and be cured by another. So each thing is
relaxed in turn, on the same patients.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.measure.causes import CAUSE
from sim.measure.figures import WHOLE, KpiKey
from sim.scenario.loading import Loaded
from sim.scenario.problems import Problem, ScenarioError
from sim.study.asking import Run, Variant
from sim.study.changes import check_alike, judged_changes, pairs_of, rows_of, settled
from sim.study.experiment import Experiment
from sim.study.judging import Judged
from sim.study.output_analysis import CONFIDENCE, Floats, Interval, ratio_of_means, t_interval
from sim.study.price import COST
from sim.study.relaxing import Constraint, constraints, more_a_day
from sim.study.summary import kpi_keys

WAIT: Final[KpiKey] = ("wait_hours_per_day", WHOLE)
BREACHES: Final[KpiKey] = ("ed_breaches_4h_per_day", WHOLE)
MOST: Final = 8
"""So many constraints are relaxed if nothing else is said."""


@dataclass(frozen=True, slots=True)
class BottleneckSettings:
    """How many constraints are relaxed, and how surely they are judged.

    Raises:
        ScenarioError: if a setting is out of range.
    """

    most: int = MOST
    """Those with the most waiting charged to them."""
    confidence: float = CONFIDENCE
    """That no verdict of a column is wrong."""

    def __post_init__(self) -> None:
        if not 1 <= self.most <= 100 or not 0.5 <= self.confidence < 1:
            message = "1 to 100 constraints are relaxed, with a confidence from 0.5 to 1"
            raise ScenarioError([Problem("--most", 0, 0, "", "bottlenecks", message, f"--most {MOST}")])


@dataclass(frozen=True, slots=True)
class Charge:
    """Waiting that the ledger charges to a cause."""

    scope: str
    """Of the cause, such as `cause:ward:medical`."""
    hours: Interval
    """Hours a day."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """What a thing does if there is more of it."""

    wait: Judged
    """All waiting in hours a day, against the base; below 0 where waiting is removed."""
    breaches: Judged | None
    """Stays of more than 4 hours in the emergency department a day; None where they are not counted."""


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """A constraint: what is charged to it, and what more of it removes."""

    constraint: Constraint
    charged: Interval
    """Hours a day that the ledger charges to it, closed times included."""
    more_a_day: float
    """What one more is: hours of a bed, a person or a machine a day, or slots a day."""
    one: Relaxed
    """One more whenever there are any."""
    unlimited: Relaxed
    """Nobody ever waits for it."""
    cost: Interval | None
    """What one more costs, in pounds a day, with all that follows; None where no costs are told."""
    minutes_per_pound: Interval | None
    """Minutes of waiting that each pound removes; None if the file does not say what the thing costs."""
    breaches_per_pound: Interval | None
    """Breaches that each pound avoids."""
    moves_to: Charge | None
    """The cause to which more is charged when nobody waits for this one: hours a day more; None if there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Bottlenecks:
    """All constraints that were relaxed, those that remove most for their money first."""

    settings: BottleneckSettings
    base: Experiment
    pairs: int
    """Replications."""
    wait: Interval
    """All waiting, hours a day."""
    ranked: tuple[Bottleneck, ...]
    """Sure ones first, then by minutes removed a pound; after those with a price the others, by hours removed."""
    left_out: tuple[Charge, ...]
    """Constraints with waiting charged to them beyond the number that is relaxed."""
    others: tuple[Charge, ...]
    """Causes of which no more can be had: moments of calendars, delays after ready, supplies."""


def bottlenecks(base: Loaded, variant: Variant, run: Run, settings: BottleneckSettings) -> Bottlenecks:
    """Ranks what patients wait for by what more of it removes.

    Each thing to which the ledger charges any waiting gets one more, and then as many as are asked, on the same
    patients. Waits and breaches, with one more and without limit, are each a family, adjusted by Holm.

    Args:
        base: the hospital.
        variant: the same with changes.
        run: runs scenarios.
        settings: how many are relaxed.

    Raises:
        ScenarioError: if nobody can wait for anything.
        InvalidRunError: if a run breaks a rule of book-keeping.
    """
    scenario = variant([])
    (first,) = run([scenario])
    check_alike([first])
    if WAIT not in kpi_keys(first):
        message = "nobody can wait for anything here, so that nothing can be ranked"
        raise ScenarioError([Problem(scenario.name, 0, 0, "", "bottlenecks", message, "choose another scenario")])
    charged = _charged(first, constraints(base), settings.confidence)
    chosen = [constraint for constraint, _ in charged[: settings.most]]
    relaxed = [variant(lines) for one in chosen for lines in (one.one_more, one.no_limit)]
    experiments = (first, *run(relaxed)) if relaxed else (first,)
    check_alike(experiments)
    return Bottlenecks(
        settings=settings,
        base=first,
        pairs=pairs_of(experiments),
        wait=t_interval(rows_of([first], WAIT)[0], settings.confidence),
        ranked=tuple(sorted(_found(charged[: settings.most], experiments, settings), key=_place)),
        left_out=tuple(Charge(one.causes[0], hours) for one, hours in charged[settings.most :]),
        others=_others(first, [one for one, _ in charged], settings.confidence),
    )


def _charged(first: Experiment, known: Sequence[Constraint], confidence: float) -> list[tuple[Constraint, Interval]]:
    """Constraints with any waiting charged to them, the most first."""
    there = set(kpi_keys(first))
    found = []
    for one in known:
        keys = [(WAIT[0], scope) for scope in one.causes if (WAIT[0], scope) in there]
        if keys:
            hours = t_interval(np.sum([rows_of([first], key)[0] for key in keys], axis=0), confidence)
            found.append((one, hours))
    return sorted(((one, hours) for one, hours in found if hours.mean > 0), key=lambda pair: -pair[1].mean)


def _others(first: Experiment, known: Sequence[Constraint], confidence: float) -> tuple[Charge, ...]:
    """Causes that are about none of the constraints, with any waiting."""
    covered = {scope for one in known for scope in one.causes}
    scopes = [scope for kpi, scope in kpi_keys(first) if kpi == WAIT[0] and scope.partition(":")[0] == CAUSE]
    found = [
        Charge(scope, t_interval(rows_of([first], (WAIT[0], scope))[0], confidence))
        for scope in scopes
        if scope not in covered
    ]
    return tuple(sorted((one for one in found if one.hours.mean > 0), key=lambda one: -one.hours.mean))


def _found(
    charged: Sequence[tuple[Constraint, Interval]], experiments: Sequence[Experiment], settings: BottleneckSettings
) -> list[Bottleneck]:
    """What comes out of the base, then of each constraint with one more and without limit."""
    if not charged:
        return []
    changes = _changes(experiments, WAIT)
    waits = _judged(WAIT, changes, settings.confidence)
    has_breaches = all(BREACHES in kpi_keys(one) for one in experiments)
    fewer = _changes(experiments, BREACHES) if has_breaches else None
    breaches = _judged(BREACHES, fewer, settings.confidence) if fewer is not None else [None for _ in changes]
    costs = _changes(experiments, COST) if all(COST in kpi_keys(one) for one in experiments) else None
    found = []
    for place, (constraint, hours) in enumerate(charged):
        at = 2 * place
        cost = costs[at] if costs is not None else None
        paid = cost if constraint.has_cost else None
        found.append(
            Bottleneck(
                constraint=constraint,
                charged=hours,
                more_a_day=more_a_day(experiments[0].scenario, experiments[1 + at].scenario, constraint),
                one=Relaxed(waits[at], breaches[at]),
                unlimited=Relaxed(waits[at + 1], breaches[at + 1]),
                cost=t_interval(cost, settings.confidence) if cost is not None else None,
                minutes_per_pound=_each_pound(-60 * changes[at], paid, settings.confidence),
                breaches_per_pound=_each_pound(-fewer[at], paid, settings.confidence) if fewer is not None else None,
                moves_to=_moved(experiments[0], experiments[2 + at], constraint, settings.confidence),
            )
        )
    return found


def _changes(experiments: Sequence[Experiment], key: KpiKey) -> Floats:
    """A figure of each scenario less that of the base: one row each."""
    base, *others = rows_of(experiments, key)
    return np.array([settled(other - base, other, base) for other in others])


def _judged(key: KpiKey, changes: Floats, confidence: float) -> list[Judged]:
    """Changes with one more are a family, and those without limit another."""
    one, unlimited = (judged_changes([(key, row) for row in changes[first::2]], confidence) for first in (0, 1))
    return [change for both in zip(one, unlimited, strict=True) for change in both]


def _each_pound(removed: Floats, cost: Floats | None, confidence: float) -> Interval | None:
    return ratio_of_means(removed, cost, confidence) if cost is not None else None


def _moved(base: Experiment, other: Experiment, constraint: Constraint, confidence: float) -> Charge | None:
    """The cause to which most more is charged; one that cannot be told from none is not named."""
    there = set(kpi_keys(other))
    keys = [
        key
        for key in kpi_keys(base)
        if key in there and key[0] == WAIT[0] and key[1].partition(":")[0] == CAUSE and key[1] not in constraint.causes
    ]
    rows = [(key, _changes([base, other], key)[0]) for key in keys]
    risen = [change for change in judged_changes(rows, confidence) if change.is_sure and change.mean > 0]
    most = max(risen, key=lambda change: change.mean, default=None)
    return Charge(most.key[1], most.adjusted) if most else None


def _place(one: Bottleneck) -> tuple[bool, bool, float]:
    """Sure ones before others, those with a price before those without, then by what they remove."""
    price = one.minutes_per_pound
    is_priced = price is not None and not np.isnan(price.mean)
    value = price.mean if price is not None and is_priced else -one.one.wait.mean
    return one.one.wait.verdict != "better", not is_priced, -value
