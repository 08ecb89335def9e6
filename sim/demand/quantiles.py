"""Quantiles: times from uniform numbers by the inverse distribution function of each law, and the means of the laws."""

import math
from functools import singledispatch
from typing import Final

import numpy as np
from scipy import special

from sim import clock
from sim.demand.streams import SMALLEST, Floats, Ints
from sim.demand.tables import beta_quantile, gamma_quantile
from sim.scenario.distributions import (
    Beta,
    Empirical,
    Erlang,
    Exponential,
    Fixed,
    Gamma,
    Lognormal,
    Mixture,
    Normal,
    TimeLaw,
    Triangular,
    Uniform,
    Weibull,
)

Bounds = tuple[float, float]
"""Shortest and longest time in milliseconds; values beyond are set to the bound."""
UNBOUNDED: Final[Bounds] = (0.0, float(clock.LONGEST))
"""No time is below 0, and none above what keeps sums of times inside 64 bits."""
_LARGEST: Final = 1.0 - 2.0**-53
_NODES: Final = 4096


def quantile(law: TimeLaw, uniforms: Floats) -> Ints:
    """Turns uniform numbers into times.

    A larger uniform gives a longer time (within a part of a mixture), and a law whose times are all multiplied by a
    factor below 1 (mean and sd, low and high, shape kept) gives everybody a shorter time: nobody's luck changes. A
    smaller mean with the same sd also makes a lognormal or gamma law more skewed, so the longest times may grow.

    Args:
        law: the distribution.
        uniforms: numbers in the open interval (0, 1), any shape.

    Returns:
        Whole milliseconds of the same shape, rounded to the nearest, within the bounds of the law and never below 0.

    >>> quantile(Exponential(mean="10 min"), np.array([0.25, 0.5])).tolist()
    [172609, 415888]
    """
    times = unrounded(law, uniforms)
    return np.rint(times, out=times).astype(np.int64)


def unrounded(law: TimeLaw, uniforms: Floats) -> Floats:
    """Times as of `quantile`, in a new array of milliseconds that are not rounded."""
    low, high = bounds(law)
    times = _times(law, uniforms)
    np.clip(times, low, high, out=times)
    return times


def mean(law: TimeLaw) -> float:
    """Works out the mean of a law as it is drawn, that is with its bounds.

    Returns:
        Milliseconds: in closed form without bounds, otherwise by quadrature of the quantile function (to about 1e-6).

    >>> mean(Lognormal(mean="7 min", sd="4 min")) / clock.MINUTE
    7.0
    >>> round(mean(Exponential(mean="10 min", at_most="10 min")) / clock.MINUTE, 3)
    6.321
    """
    return _mean(law, UNBOUNDED)


def bounds(law: TimeLaw) -> Bounds:
    """Bounds of a law in milliseconds, given or by default.

    >>> bounds(Exponential(mean="10 min", at_least="1 min"))[0]
    60000.0
    """
    low = UNBOUNDED[0] if law.at_least is None else float(law.at_least)
    high = UNBOUNDED[1] if law.at_most is None else float(law.at_most)
    return low, high


def _mean(law: TimeLaw, outer: Bounds) -> float:
    """Mean of a law whose times are first set to its own bounds and then to outer ones."""
    own = bounds(law)
    low, high = (min(max(bound, outer[0]), outer[1]) for bound in own)
    if isinstance(law, Mixture):
        return sum(part.share * _mean(part.time, (low, high)) for part in law.parts)
    if isinstance(law, Empirical):
        weights = np.array(law.weights or [1.0] * len(law.values))
        return float(np.average(np.clip(np.array(law.values, float), low, high), weights=weights))
    if (low, high) == UNBOUNDED and (closed := _closed_mean(law)) is not None:
        return closed
    return _integrated_mean(law, (low, high))


def _closed_mean(law: TimeLaw) -> float | None:
    """Mean of a law without bounds, if there is a simple formula."""
    if isinstance(law, Exponential | Lognormal | Gamma | Weibull | Erlang | Beta):
        return float(law.mean)
    if isinstance(law, Triangular):
        return (law.low + law.mode + law.high) / 3
    return (law.low + law.high) / 2 if isinstance(law, Uniform) else None


def _integrated_mean(law: TimeLaw, limits: Bounds) -> float:
    """Mean of the clipped quantile function, by the trapezoidal rule over normal scores from -8.2 to 8.2.

    On that scale the ends weigh nothing and the quantile function of every law is smooth, so that the rule converges
    fast; a bound makes a kink, whose error is of the order of the square of the step (0.004).
    """
    scores = np.linspace(-8.2, 8.2, _NODES)
    weights = np.exp(-0.5 * scores**2)
    times = np.clip(_times(law, np.minimum(special.ndtr(scores), _LARGEST)), *limits)
    return float(np.average(times, weights=weights))


@singledispatch
def _times(law: TimeLaw, uniforms: Floats) -> Floats:
    """Unrounded times before the bounds, in a new array."""
    raise TypeError(f"no quantile function for the law {law.kind!r}")


@_times.register
def _fixed(law: Fixed, uniforms: Floats) -> Floats:
    return np.full(np.shape(uniforms), float(law.value))


@_times.register
def _exponential(law: Exponential, uniforms: Floats) -> Floats:
    return -np.log(1.0 - uniforms) * float(law.mean)


@_times.register
def _lognormal(law: Lognormal, uniforms: Floats) -> Floats:
    variance = math.log1p((law.sd / law.mean) ** 2)  # of the logarithm
    scores: Floats = special.ndtri(uniforms)
    scores *= math.sqrt(variance)
    np.exp(scores, out=scores)
    scores *= law.mean * math.exp(-variance / 2)
    return scores


@_times.register
def _gamma(law: Gamma, uniforms: Floats) -> Floats:
    return gamma_quantile((law.mean / law.sd) ** 2, uniforms) * float(law.mean)


@_times.register
def _weibull(law: Weibull, uniforms: Floats) -> Floats:
    scale = law.mean / math.gamma(1 + 1 / law.shape)
    return (-np.log(1.0 - uniforms)) ** (1 / law.shape) * scale


@_times.register
def _erlang(law: Erlang, uniforms: Floats) -> Floats:
    if law.phases == 1:
        return -np.log(1.0 - uniforms) * float(law.mean)
    return gamma_quantile(float(law.phases), uniforms) * float(law.mean)


@_times.register
def _triangular(law: Triangular, uniforms: Floats) -> Floats:
    span, rise, fall = law.high - law.low, law.mode - law.low, law.high - law.mode
    rising = law.low + np.sqrt(uniforms * (float(span) * rise))
    falling = law.high - np.sqrt((1.0 - uniforms) * (float(span) * fall))
    return np.where(uniforms * span < rise, rising, falling)


@_times.register
def _uniform(law: Uniform, uniforms: Floats) -> Floats:
    return law.low + uniforms * float(law.high - law.low)


@_times.register
def _beta(law: Beta, uniforms: Floats) -> Floats:
    span = float(law.high - law.low)
    middle = (law.mean - law.low) / span
    strength = middle * (1 - middle) / (law.sd / span) ** 2 - 1
    return law.low + beta_quantile(middle * strength, (1 - middle) * strength, uniforms) * span


@_times.register
def _normal(law: Normal, uniforms: Floats) -> Floats:
    return law.mean + special.ndtri(uniforms) * float(law.sd)


@_times.register
def _empirical(law: Empirical, uniforms: Floats) -> Floats:
    """Observed times in order of length, each for the uniforms of its weight."""
    values = np.array(law.values, float)
    order = np.argsort(values, kind="stable")
    upto = np.cumsum(np.array(law.weights or [1.0] * values.size)[order])
    return values[order][np.searchsorted(upto[:-1] / upto[-1], uniforms, side="right")]


@_times.register
def _mixture(law: Mixture, uniforms: Floats) -> Floats:
    """Each part serves the uniforms of its share, stretched to (0, 1), so that one uniform chooses part and time."""
    upto = np.cumsum([part.share for part in law.parts])
    part_of = np.searchsorted(upto[:-1], uniforms, side="right")
    times = np.empty(np.shape(uniforms))
    for number, part in enumerate(law.parts):
        here = part_of == number
        stretched = (uniforms[here] - (upto[number] - part.share)) / (part.share or 1.0)
        times[here] = quantile(part.time, np.clip(stretched, SMALLEST, _LARGEST))
    return times
