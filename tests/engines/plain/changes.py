"""Changes: shifts begin and end, beds open and close, slots are offered, supplies come."""

from sim.engine.program import Closing, Kind
from tests.engines.plain.journeys import Journeys
from tests.engines.plain.people import Grip
from tests.engines.plain.scene import CHANGES, Scene
from tests.engines.plain.things import Things


class Changes:
    """The second part of the first half of an instant."""

    def __init__(self, scene: Scene, things: Things, journeys: Journeys) -> None:
        self.scene, self.things, self.journeys = scene, things, journeys

    def plan_all(self) -> None:
        """Puts everything that the supply says on the agenda."""
        supply = self.scene.fates.supply
        columns = (supply.time_ms, supply.resource, supply.units, supply.leaving, supply.at_least)
        for moment, *row in zip(*(column.tolist() for column in columns), strict=True):
            self.scene.plan(moment, CHANGES, lambda row=row: self.happen(*row))

    def happen(self, resource: int, units: int, leaving: int, at_least: int) -> None:
        kind = self.scene.program.kind[resource]
        if kind == Kind.SUPPLIES:
            self.things.deliver(resource, units)
        elif kind == Kind.SLOTS:
            self.offer(resource, units, at_least) if units >= 0 else self.lapse(resource)
        else:
            self.things.supplied[resource] = units
            self.relieve(resource, leaving)
            self.set_level(resource)

    # ------------------------------------------------ slots

    def offer(self, slots: int, units: int, at_least: int) -> None:
        """Slots can be taken, if enough wait for them."""
        waiting = sum(slots in self.journeys.book.wanted(request.at) for request in self.journeys.waiting)
        self.things.deliver(slots, units if waiting >= at_least or at_least <= 1 else 0)

    def lapse(self, slots: int) -> None:
        """What nobody took is lost, except for a few."""
        self.things.level[slots] = min(self.things.level[slots], int(self.scene.program.keep[slots]))
        self.things.tell_level(slots)

    # ------------------------------------------------ staff, equipment and beds

    def set_level(self, resource: int) -> None:
        """Works out how many there are, and who must go if there are fewer."""
        self.things.level[resource] = self.things.due(resource)
        self.things.tell_level(resource)
        if self.scene.program.closing[resource] == Closing.HAND_OVER:
            self.hand_over(resource)
        program = self.scene.program
        for ward, staff in zip(program.staffed_ward.tolist(), program.staffed_by.tolist(), strict=True):
            if staff == resource:
                self.set_level(ward)

    def relieve(self, resource: int, leaving: int) -> None:
        """People whose shift ends go: first the idle, then those busy for longest, when they have finished."""
        if self.scene.program.closing[resource] != Closing.RELIEVED:
            return
        busy = self.things.busy(resource)
        idle = max(0, self.things.level[resource] - busy)
        late = min(busy, max(0, leaving - idle))
        for grip in sorted(self.things.grips[resource], key=lambda grip: grip.turn):
            now = min(late, grip.quantity - grip.late)
            grip.late += now
            late -= now

    def hand_over(self, resource: int) -> None:
        """Interrupts those who started last, as many as there are too many."""
        is_ward = self.scene.program.is_place[resource] == 1
        for grip in sorted(self.things.grips[resource], key=lambda grip: -grip.turn):
            if self.things.busy(resource) <= self.things.level[resource]:
                return
            self.move_out(grip) if is_ward else self.stop(grip)

    def move_out(self, bed: Grip) -> None:
        if self.journeys.can_be_moved_out(bed.person):
            self.journeys.move_out(bed.person)

    def stop(self, grip: Grip) -> None:
        if grip in grip.person.hands and self.journeys.can_be_interrupted(grip.person):
            self.journeys.interrupt(grip.person)
