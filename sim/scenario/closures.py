"""Closures: spells during which beds of a ward are closed by chance, such as an outbreak of norovirus."""

from sim.scenario.distributions import SimpleLaw
from sim.scenario.patients import Month
from sim.scenario.quantities import Declared, PositiveCount, Weight
from sim.scenario.ratios import Frequency


class Closure(Declared):
    """A cause for which beds close now and then; spells that overlap add up."""

    rate: Frequency
    """How often it begins, on average. Example: `2 per year`."""
    beds: PositiveCount
    """Beds that take no new patients while it lasts; who is in one stays. Example: `6`."""
    time: SimpleLaw
    """How long it lasts. Example: `{lognormal: {mean: 9 d, sd: 4 d}}`."""
    by_month: dict[Month, Weight] = {}
    """Factor on the rate for a month; 1 for those not given. Example: `{jan: 3}`."""
