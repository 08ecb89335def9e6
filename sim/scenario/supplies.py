"""Supplies: what is used up and ordered or delivered again, such as blood and implants."""

from typing import Self

from pydantic import model_validator

from sim import clock
from sim.scenario.distributions import SimpleLaw
from sim.scenario.quantities import Count, Key, PositiveCount, TimeOfDay
from sim.scenario.ratios import UnitCost
from sim.scenario.refusing import complain
from sim.scenario.resources import Resource
from sim.scenario.rosters import Line, OnDays, days_on


class Delivery(OnDays):
    """A named delivery that comes by the calendar, whatever is left."""

    at: TimeOfDay
    """When it comes. Example: `"08:00"`."""
    units: PositiveCount
    """How much it brings. Example: `100`."""


class Supply(Resource):
    """Units that are used up one by one and come again by order, by delivery, by both or not at all."""

    cost: UnitCost | None = None
    """What a unit costs when it is used. Example: `120 per unit`."""
    stock: Count
    """Units that are there at the start. Example: `40`."""
    reorder_at: Count | None = None
    """More is ordered when stock and orders together are down to this. Example: `15`."""
    order: PositiveCount | None = None
    """How much is ordered each time. Example: `40`."""
    takes: SimpleLaw | None = None
    """Time from an order to its arrival; at once if not given. Example: `{lognormal: {mean: 6 h, sd: 2 h}}`."""
    deliveries: dict[Key, Delivery] = {}
    """Named deliveries by the calendar. Example: `{weekly: {days: mon, at: "08:00", units: 100}}`."""

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if (self.reorder_at is None) != (self.order is None):
            given, absent = ("reorder_at", "order: 40") if self.order is None else ("order", "reorder_at: 15")
            raise complain(f"{given} is given without {absent.partition(':')[0]}", f"add {absent}", code="pair")
        if self.takes is not None and self.order is None:
            raise complain(
                "takes has no meaning, since nothing is ordered", "add reorder_at: 15, order: 40", code="pair"
            )
        if not self.stock and not self.deliveries:
            message = "there is no stock at the start and no delivery, so that nobody ever gets any"
            raise complain(message, "stock: 40", code="empty")
        return self

    def delivered(self, calendar: clock.Calendar, horizon_ms: int) -> list[tuple[int, int]]:
        """Lists the moments of a run at which deliveries come by the calendar, and what they bring, in order."""
        found: dict[int, int] = {}
        for own in self.deliveries.values():
            for day in days_on(own, calendar, range(-1, horizon_ms // clock.DAY + 1)):
                moment = day * clock.DAY + own.at
                if 0 <= moment < horizon_ms:
                    found[moment] = found.get(moment, 0) + own.units
        return sorted(found.items())

    def units_over_time(self, calendar: clock.Calendar, horizon_ms: int) -> Line:
        """Units in stock over time if nobody ever uses one."""
        line = [(0, self.stock)]
        for moment, units in self.delivered(calendar, horizon_ms):
            stock = line[-1][1] + units
            if moment == 0:
                line.pop()
            line.append((moment, stock))
        return line
