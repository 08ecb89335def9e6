"""Orders: how long supplies take to come, order by order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sim.demand.quantiles import quantile
from sim.demand.streams import Address, Ints, uniforms
from sim.scenario.distributions import TimeLaw

FIRST: Final = 64
"""So many lead times are drawn at first, and then always twice as many."""


@dataclass(frozen=True, slots=True, eq=False)
class Orders:
    """Lead times of the supplies of a replication; those of one supply do not depend on any other."""

    seed: int
    """Seed of the scenario."""
    replication: int
    """Number of the replication."""
    laws: Mapping[str, TimeLaw]
    """Law of the lead time by supply; those that come at once are absent."""
    _drawn: dict[str, Ints] = field(default_factory=dict, repr=False)

    def lead_time(self, supply: str, order: int) -> int:
        """Time from an order to its arrival.

        Args:
            supply: name of the supply.
            order: number of its order in the replication, from 0.

        Returns:
            Whole milliseconds.
        """
        law = self.laws.get(supply)
        if law is None:
            return 0
        drawn = self._drawn.get(supply)
        if drawn is None or order >= drawn.size:
            size = max(FIRST, 1 << order.bit_length())
            drawn = quantile(law, uniforms(Address(self.seed, self.replication, supply, ("lead time",)), size))
            self._drawn[supply] = drawn
        return int(drawn[order])
