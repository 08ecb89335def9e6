"""Capacity: what opens and closes, who comes on duty and goes, what is offered and delivered."""

from sim.engine.program import NONE, Closing, Kind
from sim.engine.reference.interrupting import Interruptions
from sim.engine.reference.state import State
from sim.engine.reference.stock import Stock
from sim.engine.reference.things import Resource
from sim.engine.reference.timeline import CHANGES, series
from sim.scenario.ratios import staffed_beds


class Capacity:
    """Changes the number of units."""

    def __init__(self, state: State, interruptions: Interruptions, stock: Stock) -> None:
        self.state = state
        self.interruptions = interruptions
        self.stock = stock

    def schedule(self) -> None:
        """Follows the timeline of the replication."""
        supply, resources = self.state.fates.supply, self.state.resources
        numbers, units, leaving = supply.resource.tolist(), supply.units.tolist(), supply.leaving.tolist()
        at_least = supply.at_least.tolist()

        def change(row: int) -> None:
            resource = resources[numbers[row]]
            if resource.kind is Kind.SLOTS:
                self.offer(resource, units[row], at_least[row])
            elif resource.kind is Kind.SUPPLIES:
                self.stock.deliver(resource, units[row])
            else:
                resource.level = units[row]
                self.refigure(resource, leaving[row])

        series(self.state.environment, supply.time_ms.tolist(), CHANGES, change)

    def refigure(self, resource: Resource, leaving: int = 0) -> None:
        """Works out how many units there are: by the timeline, by policies, and no more beds than staff allow."""
        units = resource.level + resource.extra
        for staff, beds in resource.staffed_by:
            units = min(units, staffed_beds(beds, staff.capacity))
        self.change(resource, units, leaving)
        for ward in resource.limits:
            self.refigure(ward)

    def change(self, resource: Resource, units: int, leaving: int) -> None:
        """Brings the number of units into force; where more are in use, they are drained, handed over or relieved."""
        if resource.closing is Closing.RELIEVED and leaving:
            self.relieve(resource, leaving)
        resource.free += units - resource.capacity
        resource.capacity = units
        self.state.tell_capacity(resource)
        self.state.touch(resource)
        if resource.blocked:
            self.state.suspect(resource)
        if resource.free < 0 and resource.closing is Closing.HAND_OVER:
            self.interruptions.hand_over(resource)

    def relieve(self, resource: Resource, leaving: int) -> None:
        """The shift of some is over: the idle go first; those with patients finish, and are not counted any more."""
        busy = leaving - max(resource.free + resource.returned, 0)
        for use in resource.uses:
            going = min(use.quantity - use.late, max(busy, 0))
            use.late += going
            resource.late += going
            resource.free += going
            busy -= going

    def offer(self, resource: Resource, slots: int, at_least: int) -> None:
        """Offers new slots, if enough people wait, or lets those lapse that nobody took."""
        if slots == NONE:
            resource.free = min(resource.free, resource.keep)
        elif at_least <= 1 or len(resource.queue()) >= at_least:
            resource.free += slots
        self.state.tell_capacity(resource)
        self.state.touch(resource)
