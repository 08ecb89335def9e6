"""Stock: supplies that are used up, ordered and delivered."""

from functools import partial
from typing import Any

from sim.engine.program import NONE
from sim.engine.reference.state import State
from sim.engine.reference.things import Resource


class Stock:
    """Brings new supplies."""

    def __init__(self, state: State) -> None:
        self.state = state

    def deliver(self, resource: Resource, units: int) -> None:
        """New supplies have come."""
        resource.free += units
        self.state.tell_capacity(resource)
        self.state.touch(resource)

    def reorder(self, resource: Resource) -> None:
        """Orders when stock and orders on the way have fallen to the level."""
        state = self.state
        while resource.reorder_at != NONE and resource.free + resource.on_order <= resource.reorder_at:
            resource.on_order += resource.order_units
            delay = state.fates.lead_time(resource.name, resource.orders)
            resource.orders += 1
            state.once(delay, partial(self.bring, resource))

    def bring(self, resource: Resource, _: Any) -> None:
        """An order has come."""
        resource.on_order -= resource.order_units
        self.deliver(resource, resource.order_units)
