"""The Poisson plane: the fixed points in time and height of which a curve of rates picks the patients below it."""

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from sim import clock
from sim.demand.coming.points import Layer, Points
from sim.demand.coming.tilt import Tilt
from sim.demand.streams import Address, Floats, Ints, uniforms

LOWEST_LAYER: Final = 1 / 64
"""Top of layer 0, in patients per hour; each further layer reaches twice as high."""


def plane(root: Address, rates: Floats, horizon: int, tilt: Tilt | None = None) -> Iterator[Points]:
    """Points of one fixed Poisson process on the plane (time, height) that lie under the curve of the rate.

    The plane is the same in every scenario and only the curve moves, so that raising a rate keeps every patient. It is
    cut into layers of heights, [0, 1/64) patients per hour and then [2^(k-1)/64, 2^k/64), each a Poisson process in
    time with a rate of its thickness and with uniform heights; only layers below the peak are drawn.

    A point has its attributes whether or not it is a patient. With a tilt it is one if its height is below the rate
    times the factor of its own levels, so that a factor changes nobody who has other levels.

    Args:
        root: address with the seed, the replication and the name of the stream.
        rates: patients per hour, for each hour that begins before the end.
        horizon: end of the run in milliseconds.
        tilt: factors on the rate by the attributes of patients.
    """
    least, most = (tilt.least, tilt.most) if tilt else (1.0, 1.0)
    lowest, peak = rates.min() * least, rates.max() * most
    part, low, high = 0, 0.0, LOWEST_LAYER
    while low < peak:
        layer = Layer(part, part=part)
        times = _poisson(layer.address(root, "arrival", "gap"), high - low, horizon)
        index = np.arange(times.size)
        if high > lowest:
            heights = uniforms(layer.address(root, "arrival", "height"), times.size)  # above low, in units of the layer
            hours = times // clock.HOUR
            under = heights < ((rates * most - low) / (high - low)).take(hours)
            if tilt:
                unsure = np.flatnonzero(under & (heights >= ((rates * least - low) / (high - low)).take(hours)))
                own = rates.take(hours[unsure]) * tilt.factors(layer, unsure)
                under[unsure] = heights[unsure] < (own - low) / (high - low)
            index = np.flatnonzero(under)
            times = times.take(index)
        yield Points(layer, times, index)
        part, low, high = part + 1, high, 2 * high


def _poisson(address: Address, rate: float, horizon: int) -> Ints:
    """Moments of a Poisson process of a constant rate per hour; gaps are whole milliseconds, so that sums are exact."""
    expected = rate * horizon / clock.HOUR
    size = int(expected + 4 * math.sqrt(expected)) + 8
    while True:
        gaps = uniforms(address, size)
        np.log(gaps, out=gaps)
        gaps *= -clock.HOUR / rate
        times = np.cumsum(np.rint(gaps, out=gaps).astype(np.int64))
        if times[-1] >= horizon:
            return times[: np.searchsorted(times, horizon)]
        size *= 2
