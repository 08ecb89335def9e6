"""Allocation: everybody who waits is asked anew in every round, in order."""

from sim.engine.eventlog import Event
from sim.engine.program import NONE
from tests.engines.plain.book import Way
from tests.engines.plain.journeys import Journeys
from tests.engines.plain.people import Person, Request
from tests.engines.plain.scene import Scene
from tests.engines.plain.things import Things

CLOCKS = (Event.RENEGE, Event.WORSEN, Event.LATE)
"""What ends a wait, in this order if several do in one instant."""
EXITS = {
    Event.RENEGE: "on_give_up",
    Event.WORSEN: "on_worse",
    Event.LATE: "on_late",
    Event.REFUSE: "on_refuse",
    Event.BALK: "on_full",
}
"""Columns that tell where those go who were not served."""


class Allocation:
    """The second half of an instant."""

    def __init__(self, scene: Scene, things: Things, journeys: Journeys) -> None:
        self.scene, self.things, self.journeys, self.book = scene, things, journeys, scene.book
        self.asked: list[Request] = []
        """Those who were asked in the present round."""
        self.going: list[tuple[Person, int]] = []
        """Patients who go on, and where."""

    def round(self) -> bool:
        """Goes through all requests, but for that those who were answered go on; tells whether anything changed."""
        changed = self.things.free_what_was_returned()
        blocked: set[int] = set()
        blocked_for: dict[int, set[int]] = {}
        self.asked = sorted(self.journeys.wishes(), key=self.journeys.key)
        for request in self.asked:
            request.rounds += 1
            if self.serve(request, blocked):
                changed = True
            else:
                blocked_for[id(request)] = set(blocked)
                blocked |= {one for one in self.book.wanted(request.at) if self.scene.program.strict[one] == 1}
        changed = self.preempt(blocked_for) or changed
        return self.settle() or changed

    def left_waiting(self) -> list[Request]:
        """The requests that the round did not answer."""
        return [request for request in self.asked if request is request.person.request]

    def send_on(self) -> None:
        """Those who were served, or sent away, go on."""
        going, self.going = self.going, []
        for person, to in going:
            self.journeys.go_on(person, to)

    # ------------------------------------------------ serving

    def open_ways(self, request: Request) -> list[Way]:
        """The ways that are considered by now and take the patient."""
        ways = self.book.rows[request.at].ways
        return [way for way in ways[: 1 if request.is_home else len(ways)] if self.is_open(request, way)]

    def is_open(self, request: Request, way: Way) -> bool:
        if self.scene.now - request.first < way.after:
            return False
        return way.accepts == NONE or int(self.scene.fates.values(way.accepts)[request.person.number]) == 1

    def may_begin(self, request: Request) -> bool:
        """Whether the step would still be over in time."""
        return request.last_call is None or self.scene.now <= request.last_call

    def serve(self, request: Request, blocked: set[int]) -> bool:
        """Gives a request what it asks for, if it is free."""
        if not self.may_begin(request):
            return False
        for way in self.open_ways(request):
            if all(one not in blocked and self.is_enough(request, one, units) for one, units in way.needs):
                self.give(request, way)
                return True
        return False

    def is_enough(self, request: Request, resource: int, units: int) -> bool:
        return self.things.free(resource) >= units + self.book.rows[request.at].keep_free

    def give(self, request: Request, way: Way) -> None:
        """Takes what a way needs."""
        person, row = request.person, self.book.rows[request.at]
        if row.place == 1:
            return self.place(request, way)
        event = Event.HOLD if row.hold == 1 else Event.START
        hands = person.held if row.hold == 1 else person.hands
        for resource, quantity in way.needs:
            self.scene.tell(person.number, event, row.step, resource, quantity)
            hands.append(self.things.take(person, resource, quantity, row.step))
        if row.hold != 1:
            person.served, person.pace = request, way.factor
        self.answered(request)

    def place(self, request: Request, way: Way) -> None:
        """Gives a bed; the old one is given up."""
        person, step = request.person, self.book.rows[request.at].step
        (ward, _), *_ = way.needs
        self.scene.tell(person.number, Event.PLACE, step, ward, 1)
        self.journeys.vacate(person)
        self.lie(request, ward, way)
        if not request.is_home:
            self.answered(request)

    def lie(self, request: Request, ward: int, way: Way) -> None:
        """Puts a patient into a bed."""
        person, row = request.person, self.book.rows[request.at]
        person.bed = self.things.take(person, ward, 1, row.step)
        person.entered, person.factor = request, way.factor
        if request.is_home:
            request.reached = request.priority
        elif way.returns:
            reached = self.journeys.priority(request)
            person.home = Request(
                person, request.at, request.since, request.first, reached, request.asked, is_home=True
            )

    def answered(self, request: Request) -> None:
        """A request is over, since it was met."""
        person, row = request.person, self.book.rows[request.at]
        request.reached = self.journeys.priority(request)
        self.remove(request)
        if request.rest is not None:
            person.rest = request.rest
            self.going.append((person, request.rest.at))
        else:
            self.journeys.note_begin(person, request.at)
            self.going.append((person, row.next))

    def remove(self, request: Request) -> None:
        self.journeys.waiting.remove(request)
        request.person.request = None

    # ------------------------------------------------ interrupting others

    def preempt(self, blocked_for: dict[int, set[int]]) -> bool:
        """Lets those who may interrupt others do so if they were not served; tells whether anybody did."""
        changed = False
        for request in sorted(self.journeys.waiting, key=self.journeys.key):
            if self.book.rows[request.at].preempts != 1 or id(request) not in blocked_for:
                continue
            way = self.book.rows[request.at].ways[0]
            victims = self.victims(request, way) if self.may_begin(request) else None
            if victims is None or any(one in blocked_for[id(request)] for one, _ in way.needs):
                continue
            missing = self.missing(request, way)
            for victim in victims:
                self.journeys.interrupt(victim)
            for resource, units in missing.items():
                self.things.returned[resource] -= max(units, 0)
            self.give(request, way)
            changed = True
        return changed

    def victims(self, request: Request, way: Way) -> list[Person] | None:
        """Whom one has to interrupt so that all that a way needs is free; None if that is not possible."""
        mine, missing = self.journeys.priority(request), self.missing(request, way)
        found: list[Person] = []
        for resource in missing:
            for person in self.less_urgent(resource, mine):
                if missing[resource] > 0 and person not in found:
                    found.append(person)
                    for grip in person.hands:
                        if grip.resource in missing:
                            missing[grip.resource] -= grip.quantity - grip.late
        return found if found and all(units <= 0 for units in missing.values()) else None

    def less_urgent(self, resource: int, priority: int) -> list[Person]:
        """Who uses a resource in a step that can be interrupted, and was less urgent; the first to go first."""
        people = [
            grip.person
            for grip in self.things.grips[resource]
            if grip in grip.person.hands
            and grip.quantity > grip.late
            and self.journeys.can_be_interrupted(grip.person)
            and grip.person.served.reached > priority
        ]
        return sorted(people, key=lambda one: (-one.served.reached, -one.hands[0].turn))

    def missing(self, request: Request, way: Way) -> dict[int, int]:
        """How many units more would have to be free of everything that a way needs."""
        keep = self.book.rows[request.at].keep_free
        return {one: units + keep - self.things.free(one) for one, units in way.needs}

    # ------------------------------------------------ not being served

    def settle(self) -> bool:
        """Sends away those who waited too long, and those who do not wait; tells whether anybody went."""
        away = [self.whose_time_is_over(request) for request in self.in_order()]
        away += [self.who_came_in_vain(request) for request in self.in_order()]
        return any(away)

    def in_order(self) -> list[Request]:
        return sorted(self.journeys.waiting, key=self.journeys.key)

    def whose_time_is_over(self, request: Request) -> bool:
        if request.comes_too_late:
            return self.send_away(request, Event.LATE)
        for end, why in zip((request.gives_up, request.worsens, request.last_call), CLOCKS, strict=True):
            if end is not None and self.scene.now >= end:
                return self.send_away(request, why)
        return False

    def who_came_in_vain(self, request: Request) -> bool:
        if not request.is_new:
            return False
        request.is_new = False
        row = self.book.rows[request.at]
        if row.on_refuse != NONE:
            return self.send_away(request, Event.REFUSE)
        others = [other for other in self.journeys.waiting if other is not request]
        before = sum(other.at == request.at and not other.is_new and not other.is_first for other in others)
        if row.on_full != NONE and before >= row.queue_limit:
            return self.send_away(request, Event.BALK)
        return False

    def send_away(self, request: Request, why: Event) -> bool:
        row = self.book.rows[request.at]
        self.scene.tell(request.person.number, why, row.step, self.book.first_needed(request.at))
        self.remove(request)
        self.going.append((request.person, getattr(row, EXITS[why])))
        return True
