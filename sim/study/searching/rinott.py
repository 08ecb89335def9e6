"""Rinott's procedure: how many replications tell the best plan where plans have nothing in common."""

import math
from typing import Final

import numpy as np
from scipy import optimize, special

NODES: Final = 200
"""Points of the numerical integration in each direction; 100 give the same four decimals."""


def rinott_constant(plans: int, first: int, confidence: float = 0.95) -> float:
    """Works out Rinott's h.

    With X and Y chi-square with `first` - 1 degrees of freedom, h is the number with which the mean over Y of the
    (plans - 1)-th power of [the mean over X of Phi(h / sqrt((first - 1)(1/X + 1/Y)))] is the confidence. Both means
    are taken by Gauss-Legendre quadrature over the quantiles.

    Args:
        plans: how many are compared, two or more.
        first: replications from which the spread is taken, two or more.
        confidence: that the best is chosen.

    Returns:
        The constant.

    Source: Rinott (1978), On two-stage selection procedures and related probability-inequalities, Communications in
    Statistics A 7:799-811; tables in Bechhofer, Santner & Goldsman (1995).

    >>> [round(rinott_constant(*case), 3) for case in ((2, 20), (3, 10), (10, 20))]
    [2.452, 3.166, 3.875]
    """
    df = first - 1
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    quantiles = special.chdtri(df, (1 - nodes) / 2)  # chdtri takes the probability of being above
    weights = weights / 2
    inverse = 1 / quantiles
    spread = np.sqrt(df * (inverse[:, None] + inverse[None, :]))

    def short(h: float) -> float:
        inner = weights @ special.ndtr(h / spread)
        return float(weights @ inner ** (plans - 1)) - confidence

    return float(optimize.brentq(short, 0.0, 100.0, xtol=1e-8))


def rinott_replications(sd: float, zone: float, plans: int, first: int, confidence: float = 0.95) -> int:
    """Replications of one plan in Rinott's two stages.

    Args:
        sd: standard deviation of its first replications.
        zone: difference that does not matter, in the same unit.
        plans: how many are compared.
        first: replications of the first stage.
        confidence: that the best is chosen.

    >>> rinott_replications(2.0, 1.0, 3, 10)
    41
    """
    return max(first, math.ceil((rinott_constant(plans, first, confidence) * sd / zone) ** 2))
