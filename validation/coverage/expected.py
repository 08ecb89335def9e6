"""Expected: what theory says about the queues here, and about an interval that takes their patients for independent.

All times in minutes. Sources: A. K. Erlang 1917 for M/M/1; for the asymptotic variance of a mean wait D. J. Daley, The
serial correlation coefficients of waiting times in a stationary single server queue, J Aust Math Soc 8, 1968, 683-699,
and W. Whitt, Planning queueing simulations, Management Science 35, 1989, 1341-1366.
"""

import math
from dataclasses import dataclass

from scipy import special


@dataclass(frozen=True, slots=True)
class Single:
    """An M/M/1 queue in its steady state."""

    arrivals: float
    """A minute."""
    services: float
    """A minute, while somebody is there."""

    @property
    def load(self) -> float:
        """Share of the time in which the server is busy."""
        return self.arrivals / self.services

    @property
    def waiting(self) -> float:
        """Mean number of patients waiting.

        >>> Single(0.5, 1.0).waiting
        0.5
        """
        return self.load**2 / (1 - self.load)

    @property
    def wait(self) -> float:
        """Mean wait.

        >>> Single(0.5, 1.0).wait
        1.0
        """
        return self.load / (self.services - self.arrivals)

    def longer(self, limit: float) -> float:
        """Share of patients who wait longer.

        >>> round(Single(0.5, 1.0).longer(1.0), 4)
        0.3033
        """
        return self.load * math.exp(-(self.services - self.arrivals) * limit)

    def quantile(self, share: float) -> float:
        """Wait that a share of the patients does not exceed; the share is above that of those who do not wait.

        >>> queue = Single(0.5, 1.0)
        >>> round(queue.quantile(0.75), 4), round(queue.longer(queue.quantile(0.75)), 4)
        (1.3863, 0.25)
        """
        return math.log(self.load / (1 - share)) / (self.services - self.arrivals)

    def inflation(self) -> float:
        """Variance of a long mean of successive waits, against that of as many independent ones.

        The asymptotic variance is rho (2 + 5 rho - 4 rho^2 + rho^3) / (1 - rho)^4 and the variance of one wait
        rho (2 - rho) / (1 - rho)^2, for a mean service of 1.

        >>> round(Single(0.5, 1.0).inflation(), 2), round(Single(0.8, 1.0).inflation(), 1)
        (9.67, 82.3)
        """
        rho = self.load
        return (2 + 5 * rho - 4 * rho**2 + rho**3) / ((2 - rho) * (1 - rho) ** 2)

    def pooled_coverage(self, confidence: float = 0.95) -> float:
        """How often an interval holds the mean wait that takes all patients for independent; many patients.

        >>> round(Single(0.5, 1.0).pooled_coverage(), 3), round(Single(0.8, 1.0).pooled_coverage(), 3)
        (0.472, 0.171)
        """
        reach = float(special.ndtri((1 + confidence) / 2)) / math.sqrt(self.inflation())
        return 2 * float(special.ndtr(reach)) - 1
