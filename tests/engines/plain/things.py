"""Things: how much there is of everything, and in whose hands it is."""

import math

from sim.engine.eventlog import Event
from sim.engine.program import NONE, Kind
from tests.engines.plain.people import Grip, Person
from tests.engines.plain.scene import CHANGES, TIMERS, Scene


class Things:
    """Staff, equipment, beds, slots and supplies."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        count = len(scene.program.resources)
        self.supplied = [0] * count
        """Units by roster, openings and closures."""
        self.added = [0] * count
        """Units that active policies add."""
        self.level = [0] * count
        """Units that there are, or slots and supplies that can be taken."""
        self.cleaning = [0] * count
        self.returned = [0] * count
        """Units given back, but not yet free."""
        self.grips: list[list[Grip]] = [[] for _ in range(count)]
        self.orders = [0] * count
        self.coming = [0] * count
        """Units on order."""

    def is_used_up(self, resource: int) -> bool:
        """Whether it is gone when it is taken."""
        return bool(self.scene.program.kind[resource] != Kind.UNITS)

    def busy(self, resource: int) -> int:
        """Units in somebody's hands, without those of people who were relieved."""
        return sum(grip.quantity - grip.late for grip in self.grips[resource])

    def late(self, resource: int) -> int:
        """Units of people who were relieved and finish what they began."""
        return sum(grip.late for grip in self.grips[resource])

    def free(self, resource: int) -> int:
        """Units that can be taken; below 0 if more are in use than there are."""
        if self.is_used_up(resource):
            return self.level[resource]
        return self.level[resource] - self.busy(resource) - self.cleaning[resource] - self.returned[resource]

    def due(self, resource: int) -> int:
        """Units that there should be: those supplied and added, but no more beds than the staff can look after."""
        program, units = self.scene.program, self.supplied[resource] + self.added[resource]
        for ward, staff, beds in zip(program.staffed_ward, program.staffed_by, program.staffed_beds, strict=True):
            if ward == resource:
                units = min(units, math.floor(self.due(int(staff)) * float(beds) + 1e-9))
        return units

    def tell_level(self, resource: int) -> None:
        """Writes how many there are from now on."""
        units = self.level[resource] + self.late(resource)
        self.scene.tell_all(Event.CAPACITY, resource=resource, quantity=units)

    def take(self, person: Person, resource: int, quantity: int, step: int) -> Grip:
        """Puts units into somebody's hands."""
        grip = Grip(person, resource, quantity, step, self.scene.next_turn())
        if not self.is_used_up(resource):
            self.grips[resource].append(grip)
            return grip
        self.level[resource] -= quantity
        least = int(self.scene.program.reorder_at[resource])
        while least != NONE and self.level[resource] + self.coming[resource] <= least:
            self._order(resource, int(self.scene.program.order_units[resource]))
        return grip

    def _order(self, resource: int, units: int) -> None:
        name = self.scene.program.resources[resource]
        takes = self.scene.fates.lead_time(name, self.orders[resource])
        self.orders[resource] += 1
        self.coming[resource] += units

        def arrive() -> None:
            self.coming[resource] -= units
            self.deliver(resource, units)

        self.scene.plan(self.scene.now + takes, CHANGES, arrive)

    def deliver(self, resource: int, units: int) -> None:
        """More can be taken."""
        self.level[resource] += units
        self.tell_level(resource)

    def let_go(self, grip: Grip, *, cleaned: bool = True) -> None:
        """Takes units out of somebody's hands; they are free from the next round on, or when they are clean."""
        resource = grip.resource
        if self.is_used_up(resource):
            return
        self.grips[resource].remove(grip)
        if grip.late:
            self.tell_level(resource)
        units, takes = grip.quantity - grip.late, int(self.scene.program.turnaround[resource])
        if cleaned and takes and units:
            self.cleaning[resource] += units
            self.scene.plan(self.scene.now + takes, TIMERS, lambda: self.make_ready(resource, units))
        else:
            self.returned[resource] += units

    def make_ready(self, resource: int, units: int) -> None:
        """What was cleaned can be used again."""
        self.cleaning[resource] -= units
        for _ in range(units):
            self.scene.tell_all(Event.READY, resource=resource, quantity=1)
        self.returned[resource] += units

    def free_what_was_returned(self) -> bool:
        """Begins a round; tells whether something was given back."""
        was = any(self.returned)
        self.returned = [0] * len(self.returned)
        return was
