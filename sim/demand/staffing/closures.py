"""Closures: when beds of a ward are closed by chance in a replication."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sim import clock
from sim.demand.coming.plane import plane
from sim.demand.quantiles import quantile
from sim.demand.streams import Address, Floats, uniforms
from sim.scenario.closures import Closure
from sim.scenario.resources import Ward


def closed_spells(
    address: Address, ward: Ward, calendar: clock.Calendar, horizon_ms: int
) -> Iterator[tuple[int, int, int]]:
    """Draws the spells during which beds of a ward are closed.

    They begin at the points of a fixed Poisson process on the plane (time, rate) below the declared rate, as patients
    arrive, so that a higher rate keeps all spells and adds some; each has one uniform for its length. A run begins
    without any.

    Args:
        address: seed, replication and name of the ward.
        ward: what is declared.
        calendar: the scenario's calendar.
        horizon_ms: end of the run.

    Returns:
        Triples (start, end, beds), beds below 0; the end may be behind the end of the run.
    """
    for name, closure in sorted(ward.closures.items()):
        root = replace(address, stream=f"{address.stream}/{name}")
        for points in plane(root, _rates(closure, calendar, horizon_ms), horizon_ms):
            if points.index.size:
                row = uniforms(points.layer.address(root, "closure", "length"), int(points.index[-1]) + 1)
                lengths = quantile(closure.time, row[points.index])
                for start, length in zip(points.time_ms.tolist(), lengths.tolist(), strict=True):
                    yield start, start + length, -closure.beds


def _rates(closure: Closure, calendar: clock.Calendar, horizon_ms: int) -> Floats:
    """How often it begins per hour, in each hour of the run."""
    days = -(-horizon_ms // clock.DAY)
    factors = np.array([closure.by_month.get(name, 1.0) for name in clock.MONTHS])
    months = (np.datetime64(calendar.start, "D") + np.arange(days)).astype("datetime64[M]").astype(np.int64) % 12
    rates: Floats = np.repeat(factors[months] * (closure.rate * clock.HOUR / clock.YEAR), 24)
    return rates[: -(-horizon_ms // clock.HOUR)]
