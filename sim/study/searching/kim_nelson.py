"""Kim and Nelson's procedure: which of some plans is best, to within a difference that does not matter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.study.output_analysis import CONFIDENCE, Floats

FIRST: Final = 10
"""Replications of each plan from which the spread is taken, where nothing else is asked for."""
ROUNDING: Final = 1e-9
Observe = Callable[[Sequence[int], int], Sequence[Floats]]
"""Given plans and a number n, returns the first n values of each, or more; the same number has the same patients."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When to stop."""

    zone: float
    """Difference that does not matter, in the unit of the values, above 0."""
    first: int = FIRST
    """Replications of each plan from which the spread is taken, two or more."""
    most: int = 10_000
    """Replications of a plan at most."""
    confidence: float = CONFIDENCE
    """That the best is chosen."""
    updates: bool = True
    """Whether the spread is taken anew from all replications so far (KN++), or stays that of the first (KN)."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What the procedure found."""

    left: tuple[int, ...]
    """Plans that are still in; one if the best was found."""
    replications: tuple[int, ...]
    """How many of each plan were looked at; a plan that fell out early has few."""
    most_needed: int
    """Replications with which it surely would end, by the spread that was taken last."""

    @property
    def winner(self) -> int | None:
        """The best plan; None if the replications ran out before it was found."""
        return self.left[0] if len(self.left) == 1 else None


def constants(plans: int, first: int, confidence: float) -> tuple[float, float]:
    """Constants of the procedure, with c = 1 (the triangular region that its authors advise).

    Args:
        plans: how many are compared.
        first: replications from which the spread is taken.
        confidence: that the best is chosen.

    Returns:
        eta and h squared.

    Source: Kim & Nelson (2001), A fully sequential procedure for indifference-zone selection in simulation, ACM TOMACS
    11:251-273.

    >>> [round(one, 6) for one in constants(3, 10, 0.95)]
    [0.472944, 8.512989]
    """
    share = 2 * (1 - confidence) / (plans - 1)
    eta = (share ** (-2 / (first - 1)) - 1) / 2
    return eta, 2 * eta * (first - 1)


def kim_nelson(observe: Observe, plans: int, rule: Rule) -> Selection:
    """Finds the plan with the largest mean.

    All plans get the same first replications. Then one more at a time goes to each plan that is still in, and a plan
    falls out as soon as another leads by more than a band that narrows with every replication. If the best is better
    than every other by the zone or more, it is chosen with the stated confidence; if others are nearer, one of the
    near may be chosen, which does not matter. This holds for values that are about normal, also if plans share their
    patients, which makes the differences small and the procedure quick.

    With updates (KN++) the spread is taken from all replications so far, with the constants that belong to their
    number, so that ten first ones that happen to lie close, or far apart, do not decide how long it takes. The promise
    then holds the better the more replications there are; without updates (KN) it holds exactly for normal values.

    Args:
        observe: gives the values; none is nan.
        plans: how many there are, two or more.
        rule: zone, confidence and limits.

    Returns:
        Which plans are left, and what was looked at.

    Source: Kim & Nelson (2001), as `constants`; KN++: Kim & Nelson (2006), On the asymptotic validity of fully
    sequential selection procedures for steady-state simulation, Operations Research 54:475-488.
    """
    held = dict(enumerate(observe(range(plans), rule.first)))
    looked, left, now, longest = [rule.first] * plans, list(range(plans)), rule.first, rule.first
    while True:
        spread_of = now if rule.updates else rule.first
        scaled = _scaled([held[plan][:spread_of] for plan in left], plans, rule)
        longest = max(int(np.max(np.floor(scaled + ROUNDING))), 0)
        means = np.array([np.mean(held[plan][:now]) for plan in left])
        stay = _stay(means, scaled, rule.zone, now)
        left = [plan for plan, stays in zip(left, stay, strict=True) if stays]
        if len(left) == 1 or now >= rule.most:
            break
        if now > longest:
            left = [max(left, key=lambda plan: float(np.mean(held[plan][:now])))]
            break
        now += 1
        if now > len(held[left[0]]):
            held |= dict(zip(left, observe(left, now), strict=True))
        for plan in left:
            looked[plan] = now
    return Selection(tuple(left), tuple(looked), max(longest + 1, rule.first))


def _scaled(rows: Sequence[Floats], plans: int, rule: Rule) -> Floats:
    """H squared times the variance of each difference, over the zone squared.

    Args:
        rows: values of the plans that are still in, from which the spread is taken.
        plans: how many there were to begin with.
        rule: zone and confidence.
    """
    table = np.array(rows, np.float64)
    _, h_squared = constants(plans, table.shape[1], rule.confidence)
    spread: Floats = np.var(table[:, None, :] - table[None, :, :], axis=2, ddof=1)
    return h_squared * spread / rule.zone**2


def _stay(means: Floats, scaled: Floats, zone: float, now: int) -> NDArray[np.bool_]:
    """Which plans no other leads by more than the band.

    Args:
        means: of the plans that are still in, over `now` replications.
        scaled: h squared times the variance of each difference, over the zone squared.
        zone: difference that does not matter.
        now: replications so far.
    """
    band = np.maximum(0.0, zone / (2 * now) * (scaled - now))
    found: NDArray[np.bool_] = np.all(means[:, None] >= means[None, :] - band, axis=1)
    return found
