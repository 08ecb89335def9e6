"""A plain engine: section 5 of the semantics told as naively as possible, to be compared with the real ones.

It keeps one list of all who wait, sorts it in every round and asks everybody anew. It is slow, and shares nothing with
the engines but the tables of the program and the fates.
"""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from sim.demand.fates import Fates
from sim.engine.eventlog import NOBODY, NOTHING, Event, EventLog
from sim.engine.program import NONE, Op, Program

TIMERS, CHANGES, ARRIVALS = range(3)


@dataclass
class Person:
    """A patient on their way."""

    number: int
    rank: int
    priority: int
    place: int = NONE
    factor: float = 1.0
    visits: dict[int, int] = field(default_factory=dict)


@dataclass
class Request:
    """Somebody who waits at a SEIZE."""

    key: tuple[int, int, int]
    person: Person
    at: int
    is_new: bool = True
    is_over: bool = False


class PlainHospital:
    """The state of one replication."""

    def __init__(self, program: Program, fates: Fates) -> None:
        self.program, self.fates, self.table = program, fates, program.instructions
        self.rows: list[tuple[int, int, Event, int, int, int]] = []
        self.agenda: list[tuple[int, int, int, Callable[[], None]]] = []
        self.ticket = itertools.count()
        self.now = 0
        self.capacity = [0] * len(program.resources)
        self.free = [0] * len(program.resources)
        self.returned = [0] * len(program.resources)
        self.waiting: list[Request] = []

    def run(self) -> EventLog:
        """Goes from instant to instant."""
        for moment, resource, units in self.series("capacity_time", "capacity_resource", "capacity_units"):
            self.plan(moment, CHANGES, lambda resource=resource, units=units: self.change(resource, units))
        order = np.argsort(self.fates.stream, kind="stable").tolist()
        rank = {number: position for position, number in enumerate(order)}
        for number, moment in enumerate(self.fates.arrival_ms.tolist()):
            person = Person(number, rank[number], int(self.fates.priority[number]))
            self.plan(moment, ARRIVALS, lambda person=person: self.arrive(person))
        while self.agenda and self.agenda[0][0] < self.program.horizon_ms:
            self.now = self.agenda[0][0]
            while self.agenda and self.agenda[0][0] == self.now:
                heapq.heappop(self.agenda)[3]()
            while self.round():
                pass
        return self.log()

    def series(self, *names: str) -> list[tuple[int, ...]]:
        return list(zip(*(getattr(self.program, name).tolist() for name in names), strict=True))

    def plan(self, moment: int, phase: int, act: Callable[[], None]) -> None:
        heapq.heappush(self.agenda, (moment, phase, next(self.ticket), act))

    def tell(self, person: int, event: Event, step: int = NOTHING, resource: int = NOTHING, quantity: int = 0) -> None:
        self.rows.append((self.now, person, event, step, resource, quantity))

    # ------------------------------------------------ the first half of an instant

    def change(self, resource: int, units: int) -> None:
        self.tell(NOBODY, Event.CAPACITY, resource=resource, quantity=units)
        self.free[resource] += units - self.capacity[resource]
        self.capacity[resource] = units

    def arrive(self, person: Person) -> None:
        self.tell(person.number, Event.ARRIVE)
        self.go_on(person, int(self.program.entry[self.fates.stream[person.number]]))

    def make_ready(self, ward: int) -> None:
        self.tell(NOBODY, Event.READY, resource=ward, quantity=1)
        self.returned[ward] += 1

    # ------------------------------------------------ instructions

    def go_on(self, person: Person, at: int) -> None:
        """Carries out instructions until one takes time or has to be waited for."""
        while at != NONE:
            op, step = Op(self.table.op[at]), int(self.table.step[at])
            if op is Op.SEIZE:
                return self.ask(person, at, step)
            if op is Op.DELAY or op is Op.UNTIL:
                return self.let_time_pass(person, at, step)
            if op is Op.LEAVE:
                self.vacate(person)
                return self.tell(person.number, Event.LEAVE, step)
            at = self.give_back(person, at, step) if op is Op.RELEASE else self.choose(person, at, step)
        raise AssertionError("a pathway without an end")

    def give_back(self, person: Person, at: int, step: int) -> int:
        for resource, quantity in self.needs(at):
            self.tell(person.number, Event.END, step, resource, quantity)
            self.returned[resource] += quantity
        if self.table.place[at] == 1:
            self.vacate(person)
        return int(self.table.next[at])

    def choose(self, person: Person, at: int, step: int) -> int:
        if self.table.mark[at] == 1:
            self.tell(person.number, Event.MARK, step)
        chosen = self.drawn(person, at) if self.table.draw[at] != NONE else 0
        return int(self.program.branch_target[self.table.targets_from[at] + chosen])

    def let_time_pass(self, person: Person, at: int, step: int) -> None:
        if self.table.op[at] == Op.UNTIL:
            calendar = self.table.calendar[at]
            span = slice(self.program.calendar_from[calendar], self.program.calendar_to[calendar])
            until = min(moment for moment in self.program.calendar_moment[span].tolist() if moment >= self.now)
        else:
            duration = self.drawn(person, at)
            if self.table.stay[at] == 1 and person.factor != 1.0:
                duration = int(duration * person.factor + 0.5)
            until = self.now + duration
        alone = self.table.alone[at] == 1
        if alone:
            self.tell(person.number, Event.START, step)

        def over() -> None:
            if alone:
                self.tell(person.number, Event.END, step)
            self.go_on(person, int(self.table.next[at]))

        self.plan(until, TIMERS, over)

    def ask(self, person: Person, at: int, step: int) -> None:
        self.tell(person.number, Event.QUEUE, step, self.needs(at)[0][0])
        own = int(self.table.priority[at])
        request = Request((person.priority if own == NONE else own, self.now, person.rank), person, at)
        self.waiting.append(request)
        for _, after, _ in self.others(at):
            self.plan(self.now + after, TIMERS, lambda: None)
        if self.table.on_give_up[at] != NONE:

            def give_up() -> None:
                request.is_over = True

            self.plan(self.now + self.drawn(person, at), TIMERS, give_up)

    def drawn(self, person: Person, at: int) -> int:
        draw, visit = int(self.table.draw[at]), 0
        if self.table.again[at] == 1:
            visit = person.visits.get(draw, 0)
            person.visits[draw] = visit + 1
        return int(self.fates.values(draw, visit)[person.number])

    def needs(self, at: int) -> list[tuple[int, int]]:
        span = slice(self.table.needs_from[at], self.table.needs_to[at])
        units = self.program.need_resource[span].tolist(), self.program.need_quantity[span].tolist()
        return list(zip(*units, strict=True))

    def others(self, at: int) -> list[tuple[int, int, float]]:
        span = slice(self.table.others_from[at], self.table.others_to[at])
        columns = self.program.other_resource, self.program.other_after, self.program.other_stay
        return list(zip(*(column[span].tolist() for column in columns), strict=True))

    def vacate(self, person: Person) -> None:
        ward, person.place, person.factor = person.place, NONE, 1.0
        if ward == NONE:
            return
        self.tell(person.number, Event.VACATE, resource=ward, quantity=1)
        if self.program.turnaround[ward]:
            self.plan(self.now + int(self.program.turnaround[ward]), TIMERS, lambda: self.make_ready(ward))
        else:
            self.returned[ward] += 1

    # ------------------------------------------------ the second half

    def round(self) -> bool:
        """One round of allocation; whether it changed anything."""
        freed = any(self.returned)
        self.free = [free + back for free, back in zip(self.free, self.returned, strict=True)]
        self.returned = [0] * len(self.free)
        served, away = [], []
        blocked: set[int] = set()
        for request in sorted(self.waiting, key=lambda request: request.key):
            if self.serve(request, blocked):
                served.append(request)
            else:
                blocked |= {resource for resource, _ in self.needs(request.at) if self.program.strict[resource] == 1}
        self.waiting = [request for request in self.waiting if request not in served]
        for settle in (self.lost_patience, self.came_in_vain):
            for request in sorted(self.waiting, key=lambda request: request.key):
                target = settle(request)
                if target != NONE:
                    away.append((request, target))
                    self.waiting.remove(request)
        for request in served:
            self.go_on(request.person, int(self.table.next[request.at]))
        for request, target in away:
            self.go_on(request.person, target)
        return bool(freed or served or away)

    def serve(self, request: Request, blocked: set[int]) -> bool:
        person, at, step = request.person, request.at, int(self.table.step[request.at])
        own = self.needs(at)
        is_place = self.table.place[at] == 1
        if all(self.free[resource] >= quantity and resource not in blocked for resource, quantity in own):
            for resource, quantity in own:
                self.free[resource] -= quantity
                self.tell(person.number, Event.PLACE if is_place else Event.START, step, resource, quantity)
            if is_place:
                self.vacate(person)
                person.place = own[0][0]
            return True
        for ward, after, factor in self.others(at):
            if self.now - request.key[1] >= after and self.free[ward] > 0 and ward not in blocked:
                self.free[ward] -= 1
                self.tell(person.number, Event.PLACE, step, ward, 1)
                self.vacate(person)
                person.place, person.factor = ward, factor
                return True
        return False

    def lost_patience(self, request: Request) -> int:
        return self.send_away(request, Event.RENEGE, self.table.on_give_up) if request.is_over else NONE

    def came_in_vain(self, request: Request) -> int:
        if not request.is_new:
            return NONE
        request.is_new = False
        at = request.at
        if self.table.on_refuse[at] != NONE:
            return self.send_away(request, Event.REFUSE, self.table.on_refuse)
        before = sum(other.at == at and not other.is_new for other in self.waiting) - 1
        if self.table.on_full[at] != NONE and before >= self.table.queue_limit[at]:
            return self.send_away(request, Event.BALK, self.table.on_full)
        return NONE

    def send_away(self, request: Request, why: Event, targets: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> int:
        self.tell(request.person.number, why, int(self.table.step[request.at]), self.needs(request.at)[0][0])
        return int(targets[request.at])

    def log(self) -> EventLog:
        """Packs the rows into a log."""
        columns = zip(*self.rows, strict=True) if self.rows else ((),) * 6
        kinds = np.int64, np.int32, np.int8, np.int32, np.int16, np.int32
        packed = [np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
        return EventLog(*packed, horizon_ms=self.program.horizon_ms)
