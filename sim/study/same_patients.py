"""The same patients under two plans: who waits less, who waits more, and because of what.

What is compared is the time that a patient who comes in the measured time waits in it, as the wait ledger charges it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from sim import clock
from sim.engine.compiling import compile_scenario
from sim.engine.program import Program
from sim.measure.figures import WHOLE
from sim.measure.groups import everybody
from sim.measure.window import Ints
from sim.scenario.queueing import OUTCOMES
from sim.scenario.scenario import Scenario
from sim.study.asking import Each, one_by_one
from sim.study.changed_journeys import INSIDE, SAME, Journey, changed_journeys
from sim.study.comparison import check_comparable
from sim.study.joined import Pair, joined
from sim.study.output_analysis import Interval, t_interval

LIMITS: Final = (clock.MINUTE, 15 * clock.MINUTE, clock.HOUR, 4 * clock.HOUR, 12 * clock.HOUR, clock.DAY)
"""Limits of the bins of the change on either side, in milliseconds."""
EDGES: Final = np.array([-np.inf, *(-limit for limit in reversed(LIMITS)), *LIMITS, np.inf])
"""All limits in order; the bin in the middle is that of the same wait."""
_STATES: Final = (*OUTCOMES, INSIDE)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a plan does to the waits of a group of patients; intervals over replications."""

    scope: str
    """The group, such as `age:75+`; empty for all."""
    patients: float
    """Mean number of them in a replication."""
    less: Interval
    """Share who wait less, by a minute and more."""
    same: Interval
    """Share who wait the same."""
    more: Interval
    """Share who wait more."""
    change: Interval
    """Mean change of the wait in minutes; nan in replications without such patients."""


@dataclass(frozen=True, slots=True)
class Followed:
    """The patients of two plans, joined."""

    base: Scenario
    other: Scenario
    replications: int
    groups: tuple[Outlook, ...]
    """All patients first, then by class and attribute."""
    spread: tuple[tuple[float, float, float], ...]
    """Share of patients whose wait changes from the first to below the second number of minutes."""
    apart: tuple[float, float]
    """Mean number of patients in a replication who come under the base only, and under the plan only."""
    outcomes: tuple[tuple[str, str, float], ...]
    """Patients in a replication who leave otherwise: outcome under the base, under the plan, and how many."""
    journeys: tuple[Journey, ...]
    """Of the first replication: those who gain most, then those who lose most."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What is kept of a replication: small, so that it can come from another process."""

    groups: dict[str, tuple[float, ...]]
    """By scope: patients, shares who wait less, the same, more, and mean change in minutes (nan without patients)."""
    bins: tuple[int, ...]
    """Patients in each bin of the change."""
    apart: tuple[int, int]
    moves: tuple[int, ...]
    """Patients by outcome under the base and, within it, under the plan."""
    journeys: tuple[Journey, ...]
    """Of the first replication only."""


def follow(base: Scenario, other: Scenario, replications: int, each: Each = one_by_one) -> Followed:
    """Follows the same patients through a base and a plan.

    Args:
        base: what is done today.
        other: a plan that is run over the same weeks with the same seed.
        replications: how many.
        each: where they are computed; the result is the same everywhere.

    Raises:
        ComparisonError: if the two are not run alike.
        InvalidRunError: if a run breaks a rule of book-keeping.
        ValueError: if no replication is asked for.
    """
    if replications < 1:
        raise ValueError("it takes one replication at least to follow anybody")
    check_comparable(base, other)
    programs = (compile_scenario(base), compile_scenario(other))
    found = each(partial(count, (base, other), programs), range(replications))
    return Followed(
        base=base,
        other=other,
        replications=replications,
        groups=tuple(_outlooks(found)),
        spread=tuple(_spread(found)),
        apart=(float(np.mean([one.apart[0] for one in found])), float(np.mean([one.apart[1] for one in found]))),
        outcomes=tuple(_outcomes(found)),
        journeys=found[0].journeys,
    )


def count(scenarios: tuple[Scenario, Scenario], programs: tuple[Program, Program], replication: int) -> Counts:
    """Follows the patients of one replication, and keeps only what is told of them; what workers call.

    Args:
        scenarios: base and plan, run alike.
        programs: the same, compiled.
        replication: its number, from 0; only of the first are journeys kept.
    """
    pair = joined(scenarios, programs, replication)
    size, change = len(_STATES), pair.change_ms
    before, after = (pair.left_by(plan) % size for plan in (0, 1))  # still inside, -1, comes last
    return Counts(
        groups=dict(_groups(pair)),
        bins=_bins(change),
        apart=pair.apart,
        moves=tuple(np.bincount(before * size + after, minlength=size * size).tolist()),
        journeys=() if replication else changed_journeys(pair),
    )


def _groups(pair: Pair) -> Iterator[tuple[str, tuple[float, ...]]]:
    """All patients and each group of them; groups are those of the base, and attributes never change."""
    change = pair.change_ms
    for group in everybody(pair.sides[0].facts):
        codes = group.codes[pair.number[0]]
        for code, scope in enumerate(group.scopes):
            own = change[codes == code]
            yield scope, (len(own), *_figures(own))


def _figures(change: Ints) -> tuple[float, float, float, float]:
    """Shares who wait less, the same and more, and the mean change in minutes; nan if there is nobody."""
    if not len(change):
        return np.nan, np.nan, np.nan, np.nan
    less, more = (change <= -SAME).mean(), (change >= SAME).mean()
    return float(less), float((abs(change) < SAME).mean()), float(more), float(change.mean()) / clock.MINUTE


def _bins(change: Ints) -> tuple[int, ...]:
    """Patients by how much their wait changes; who waits less or more by exactly a limit belongs beyond it."""
    side = np.where(change < 0, np.searchsorted(EDGES, change, "left"), np.searchsorted(EDGES, change, "right"))
    return tuple(np.bincount(side - 1, minlength=len(EDGES) - 1).tolist())


def _outlooks(found: Sequence[Counts]) -> Iterator[Outlook]:
    for scope in found[0].groups:
        rows = np.array([one.groups[scope] for one in found])
        if scope == WHOLE or rows[:, 0].any():
            less, same, more, change = (t_interval(column) for column in rows.T[1:])
            yield Outlook(scope, float(rows[:, 0].mean()), less, same, more, change)


def _spread(found: Sequence[Counts]) -> Iterator[tuple[float, float, float]]:
    """Share of the patients of all replications by how much their wait changes."""
    counts = np.sum([one.bins for one in found], axis=0)
    if counts.sum():
        for low, high, number in zip(EDGES[:-1], EDGES[1:], counts, strict=True):
            yield float(low) / clock.MINUTE, float(high) / clock.MINUTE, float(number) / int(counts.sum())


def _outcomes(found: Sequence[Counts]) -> Iterator[tuple[str, str, float]]:
    """How many leave otherwise, the most frequent change first."""
    moves = np.sum([one.moves for one in found], axis=0)
    for code in np.argsort(-moves, kind="stable").tolist():
        before, after = divmod(code, len(_STATES))
        if before != after and moves[code]:
            yield _STATES[before], _STATES[after], float(moves[code]) / len(found)
