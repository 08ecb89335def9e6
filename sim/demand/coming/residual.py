"""Residual times: what is left of a time that somebody who looks in at a random moment finds going on.

Long times are met more often, and at a random point of them. What is left of a time with the survival function S then
has the distribution function F(x) = (integral of S from 0 to x) / mean: the equilibrium law of renewal theory (Cox
1962, "Renewal Theory", section 5.1). The integral of S up to x is the mean of the times when those above x count as x.
"""

from typing import Final

import numpy as np
from scipy import special

from sim.demand.quantiles import bounds, quantile, unrounded
from sim.demand.streams import Floats, Ints
from sim.scenario.distributions import Empirical, Exponential, Fixed, Mixture, TimeLaw

Limited = tuple[Floats, Floats]
"""Times from 0 on, rising, and the mean of a law when times above them count as them."""
_LARGEST: Final = 1.0 - 2.0**-53
_NODES: Final = 4097
_REACH: Final = 8.2


def residual(law: TimeLaw, uniforms: Floats) -> Ints:
    """Turns uniform numbers into what is left of times.

    Args:
        law: the distribution of the whole time.
        uniforms: numbers in the open interval (0, 1); a larger one leaves more.

    Returns:
        Whole milliseconds, exact where the law is fixed, empirical or exponential, otherwise to about 1e-5 of the mean;
        0 if the times are all 0.

    >>> residual(Fixed(value="10 min"), np.array([0.25, 0.5])).tolist()
    [150000, 300000]
    """
    if isinstance(law, Exponential) and law.at_least is None and law.at_most is None:
        return quantile(law, uniforms)
    times, limited = _limited(law)
    if limited[-1] <= 0:
        return np.zeros(uniforms.shape, np.int64)
    return np.asarray(np.rint(np.interp(uniforms, limited / limited[-1], times)).astype(np.int64))


def mean_residual(law: TimeLaw) -> float:
    """Mean of what is left of a time: its mean square divided by twice its mean.

    Returns:
        Milliseconds; 0 if the times are all 0.

    >>> mean_residual(Fixed(value="10 min")) / 60_000
    5.0
    """
    times, limited = _limited(law)
    if limited[-1] <= 0:
        return 0.0
    longer = 1.0 - limited / limited[-1]
    return float(np.sum(np.diff(times) * (longer[1:] + longer[:-1]) / 2))


def _limited(law: TimeLaw) -> Limited:
    """Limited means of a law, linear between the times that are returned."""
    if isinstance(law, Fixed | Empirical):
        return _of_values(law)
    if isinstance(law, Mixture):
        return _of_mixture(law)
    scores = np.linspace(-_REACH, _REACH, _NODES)
    times = np.concatenate([[0.0], unrounded(law, np.minimum(special.ndtr(scores), _LARGEST))])
    survival = np.concatenate([[1.0], special.ndtr(-scores)])
    survival[1] = 1.0  # nobody has a shorter time
    rises = np.diff(times) * (survival[1:] + survival[:-1]) / 2
    return times, np.concatenate([[0.0], np.cumsum(rises)])


def _of_values(law: Fixed | Empirical) -> Limited:
    """Between two observed times the share of those who have longer ones is constant."""
    values = [law.value] if isinstance(law, Fixed) else law.values
    weights = [1.0] if isinstance(law, Fixed) else law.weights or [1.0] * len(values)
    clipped = np.clip(np.array(values, float), *bounds(law))
    order = np.argsort(clipped, kind="stable")
    times = np.concatenate([[0.0], clipped[order]])
    shares = np.array(weights)[order] / sum(weights)
    longer = np.clip(1.0 - np.concatenate([[0.0], np.cumsum(shares)[:-1]]), 0.0, 1.0)
    return times, np.concatenate([[0.0], np.cumsum(np.diff(times) * longer)])


def _of_mixture(law: Mixture) -> Limited:
    """The limited mean of a mixture is that of its parts, weighted; then the bounds of the mixture count."""
    parts = [(part.share, *_limited(part.time)) for part in law.parts]
    low, high = bounds(law)
    times = np.unique(np.concatenate([[low], *(times for _, times, _ in parts)]))
    times = np.append(times[times < high], min(high, times[-1])) if times[-1] > high else times
    limited = np.sum([share * np.interp(times, own, means) for share, own, means in parts], axis=0)
    if low > 0:
        limited += low - np.interp(low, times, limited)
        limited = np.where(times < low, times, limited)
    return times, limited
