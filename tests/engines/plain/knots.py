"""Knots: patients who wait for each other's places."""

from sim.engine.eventlog import Event
from sim.engine.program import NONE, Effect
from tests.engines.plain.allocation import Allocation
from tests.engines.plain.journeys import Journeys
from tests.engines.plain.people import Person, Request
from tests.engines.plain.scene import Scene
from tests.engines.plain.things import Things


class KnotError(Exception):
    """Patients wait for each other for ever."""


class Knots:
    """Finds circles of patients, and undoes them or gives up."""

    def __init__(self, scene: Scene, things: Things, journeys: Journeys, allocation: Allocation) -> None:
        self.scene, self.things, self.journeys, self.allocation = scene, things, journeys, allocation
        self.book = scene.book

    def boarders(self, requests: list[Request]) -> dict[Person, Request]:
        """Those in a bed who ask for another."""
        return {
            request.person: request
            for request in requests
            if request.person.bed is not None and self.book.rows[request.at].place == 1
        }

    # ------------------------------------------------ swapping

    def swap(self) -> bool:
        """Lets the patients of a circle that the round left swap their beds; tells whether there was one."""
        boarders = self.boarders(self.allocation.left_waiting())
        fresh = [request for request in boarders.values() if request.rounds == 1 or self.has_a_new_way(request)]
        for request in sorted(fresh, key=lambda one: (-one.since, -one.person.rank)):
            circle = self.shortest_circle(request.person, boarders)
            if circle:
                self.move_round([boarders[person] for person in circle])
                return True
        return False

    def has_a_new_way(self, request: Request) -> bool:
        """Whether a way is considered from this very moment on."""
        ways = self.book.rows[request.at].ways
        return any(way.after > 0 and request.first + way.after == self.scene.now for way in ways)

    def shortest_circle(self, start: Person, boarders: dict[Person, Request]) -> list[Person]:
        """A circle of patients each of whom wants the bed of the next, the last that of the first."""
        paths = [[start]]
        seen = set()
        while paths:
            path = paths.pop(0)
            for other in self.in_the_way(boarders[path[-1]], boarders):
                if other is start:
                    return path
                if other not in seen:
                    seen.add(other)
                    paths.append([*path, other])
        return []

    def in_the_way(self, request: Request, boarders: dict[Person, Request]) -> list[Person]:
        """Who lies in a ward that a patient wants, and wants to leave it; who has waited longest comes first."""
        found = []
        for way in self.allocation.open_ways(request):
            ward = way.needs[0][0]
            people = [other for other in boarders if other.ward() == ward and other not in found]
            found += sorted(people, key=lambda other: (boarders[other].since, other.rank))
        return found

    def move_round(self, circle: list[Request]) -> None:
        """Everybody gets the bed of the next."""
        wards = [circle[(number + 1) % len(circle)].person.ward() for number in range(len(circle))]
        for request, ward in zip(circle, wards, strict=True):
            way = next(way for way in self.allocation.open_ways(request) if way.needs[0][0] == ward)
            person, left = request.person, request.person.ward()
            self.scene.tell(person.number, Event.PLACE, self.book.rows[request.at].step, ward, 1)
            self.journeys.vacate(person, cleaned=False)
            self.things.returned[left] -= 1
            if self.scene.program.turnaround[left]:
                self.scene.tell_all(Event.READY, resource=left, quantity=1)
            self.allocation.lie(request, ward, way)
            if not request.is_home:
                self.allocation.answered(request)

    # ------------------------------------------------ for ever

    def check(self) -> None:
        """Gives up if there are patients who wait for each other for ever.

        Raises:
            KnotError: if there are.
        """
        boarders = self.boarders(self.journeys.waiting)
        stuck = {person for person, request in boarders.items() if self.has_no_other_end(request)}
        while True:
            still = {person for person in stuck if self.is_blocked(boarders[person], stuck)}
            if still == stuck:
                break
            stuck = still
        if stuck:
            raise KnotError(", ".join(str(person.number) for person in stuck))

    def has_no_other_end(self, request: Request) -> bool:
        """Neither patience nor a way that is considered later."""
        row, waited = self.book.rows[request.at], self.scene.now - request.first
        if request.is_home:
            return False
        if not request.is_first and (row.on_give_up != NONE or row.on_worse != NONE):
            return False
        later = [way.accepts for way in row.ways if way.after > waited]
        return not any(self.takes(request.person, accepts) for accepts in later)

    def takes(self, person: Person, accepts: int) -> bool:
        """Whether a way is open to a patient when its time has come."""
        return accepts == NONE or int(self.scene.fates.values(accepts)[person.number]) == 1

    def is_blocked(self, request: Request, stuck: set[Person]) -> bool:
        """Every ward that they want is full of patients who are stuck, and gets no more beds."""
        ways = self.allocation.open_ways(request)
        return bool(ways) and all(self.is_full_of(way.needs[0][0], stuck) for way in ways)

    def is_full_of(self, ward: int, stuck: set[Person]) -> bool:
        inside = [grip.person for grip in self.things.grips[ward]]
        full = len(inside) >= self.things.level[ward] and bool(inside)
        return full and all(person in stuck for person in inside) and not self.may_grow(ward)

    def may_grow(self, ward: int) -> bool:
        """Whether there may be more beds some day."""
        program, supply, now = self.scene.program, self.scene.fates.supply, self.scene.now
        staff = program.staffed_by[program.staffed_ward == ward].tolist()
        for one in [ward, *staff]:
            if (program.effect_resource[program.effect == Effect.ADD] == one).any():
                return True
            later = supply.units[(supply.resource == one) & (supply.time_ms > now)]
            if (later > self.things.supplied[one]).any():
                return True
        return False
