"""Journeys: patients carry out instructions, one after the other."""

import math

from sim.engine.eventlog import Event
from sim.engine.program import NONE, Op, Resuming
from tests.engines.plain.people import Grip, Person, Request, Rest, Task
from tests.engines.plain.scene import TIMERS, Scene
from tests.engines.plain.things import Things


class Journeys:
    """Everybody who is inside, and everybody who waits."""

    def __init__(self, scene: Scene, things: Things) -> None:
        self.scene, self.things, self.book = scene, things, scene.book
        self.waiting: list[Request] = []
        self.inside: list[Person] = []

    # ------------------------------------------------ coming and going on

    def arrive(self, person: Person) -> None:
        self.inside.append(person)
        self.scene.tell(person.number, Event.ARRIVE)
        self.go_on(person, self.entry(person))

    def entry(self, person: Person) -> int:
        """The instruction with which they begin."""
        return int(self.scene.program.entry[self.scene.fates.entry[person.number]])

    def go_on(self, person: Person, at: int) -> None:
        """Carries out instructions until one takes time or has to be waited for."""
        while True:
            row = self.book.rows[at]
            if row.op == Op.SEIZE:
                return self.ask(person, at)
            if row.op in (Op.DELAY, Op.UNTIL):
                return self.let_time_pass(person, at)
            if row.op == Op.LEAVE:
                return self.leave(person, row.step)
            at = self.give_back(person, at) if row.op == Op.RELEASE else self.choose(person, at)

    def leave(self, person: Person, step: int) -> None:
        for grip in person.held:
            self.give(person, grip)
        person.held.clear()
        self.vacate(person)
        self.inside.remove(person)
        self.scene.tell(person.number, Event.LEAVE, step)

    def give(self, person: Person, grip: Grip) -> None:
        self.scene.tell(person.number, Event.GIVE_BACK, grip.step, grip.resource, grip.quantity)
        self.things.let_go(grip)

    def give_back(self, person: Person, at: int) -> int:
        row = self.book.rows[at]
        if row.place == 1:
            self.vacate(person)
        elif row.hold == 1:
            names = self.book.given_back(at)
            for grip in [grip for grip in person.held if grip.resource in names]:
                person.held.remove(grip)
                self.give(person, grip)
        else:
            for grip in person.hands:
                self.scene.tell(person.number, Event.END, grip.step, grip.resource, grip.quantity)
                self.things.let_go(grip)
            person.hands.clear()
        return row.next

    def choose(self, person: Person, at: int) -> int:
        row = self.book.rows[at]
        if row.mark == 1:
            self.scene.tell(person.number, Event.MARK, row.step)
        if row.since != NONE and row.draw == NONE:  # all rounds of the repeat are before them
            person.begun.pop(row.since, None)
            person.visits.pop(("branch", row.since), None)
        if row.policy != NONE:
            return self.book.targets(at)[0 if self.scene.active[row.policy] else 1]
        return self.book.targets(at)[self.drawn(person, row.draw, ("branch", row.step)) if row.draw != NONE else 0]

    def vacate(self, person: Person, *, cleaned: bool = True) -> None:
        bed, person.bed, person.factor, person.home = person.bed, None, 1.0, None
        if bed is not None:
            self.scene.tell(person.number, Event.VACATE, resource=bed.resource, quantity=1)
            self.things.let_go(bed, cleaned=cleaned)

    def drawn(self, person: Person, draw: int, counted: tuple[str, int] | None = None) -> int:
        """What fate says at this visit; the next visit has its own."""
        counted = counted or ("draw", draw)
        visit = person.visits.get(counted, 0)
        person.visits[counted] = visit + 1
        return int(self.scene.fates.values(draw, visit)[person.number])

    # ------------------------------------------------ time

    def let_time_pass(self, person: Person, at: int) -> None:
        row, now, rest = self.book.rows[at], self.scene.now, person.rest
        person.rest, person.waited = None, 0
        if rest is not None and rest.left is not None:
            until = now + rest.left
        elif row.op == Op.UNTIL:
            until = self.book.next_moment(row.calendar, now)
        elif row.since != NONE:
            until = max(now, person.begun.pop(row.since, now) + row.planned)
        else:
            person.drawn = rest.drawn if rest is not None else self.drawn(person, row.draw)
            until = now + self.duration(person, at)
        if rest is None:
            self.note_begin(person, at)
        if row.alone == 1:
            self.scene.tell(person.number, Event.START, row.step)
        task = person.task = Task(person, at, until)
        self.scene.plan(until, TIMERS, lambda: self.end(task))

    def duration(self, person: Person, at: int) -> int:
        row = self.book.rows[at]
        factor = (person.factor if row.stay == 1 else person.pace) * self.book.pace(row.profile, self.scene.now)
        return person.drawn if factor == 1.0 else math.floor(person.drawn * factor + 0.5)

    def note_begin(self, person: Person, at: int) -> None:
        """A round of a repeat begins with the first of its steps that takes time or is waited for."""
        for first, last, step in self.book.repeats:
            if first <= at < last and self.book.rows[at].since != step:
                person.begun.setdefault(step, self.scene.now)

    def end(self, task: Task) -> None:
        if task.is_over:
            return
        task.is_over = True
        task.person.task = None
        row = self.book.rows[task.at]
        if row.alone == 1:
            self.scene.tell(task.person.number, Event.END, row.step)
        task.person.pace = 1.0
        self.go_on(task.person, row.next)

    # ------------------------------------------------ asking

    def ask(self, person: Person, at: int) -> None:
        row, now, fates = self.book.rows[at], self.scene.now, self.scene.fates
        priority = person.priority if row.priority == NONE else row.priority
        if row.priority_draw != NONE:
            priority = int(fates.values(row.priority_draw)[person.number])
        since = now
        if at != self.entry(person):  # whose bed is theirs from the start has not waited for it
            since, person.waited = now - person.waited, 0
        request = Request(person, at, since, since, priority, since)
        self.enqueue(request)
        self.set_clocks(request)

    def enqueue(self, request: Request) -> None:
        person, row = request.person, self.book.rows[request.at]
        self.scene.tell(person.number, Event.QUEUE, row.step, self.book.first_needed(request.at))
        person.request = request
        self.waiting.append(request)
        for wait in [way.after for way in row.ways] + [after for after, _ in self.book.promotions(request.at)]:
            self.wake_up(request.first + wait)

    def wake_up(self, moment: int) -> None:
        """Sees to it that there is a round at a moment."""
        if moment > self.scene.now:
            self.scene.plan(moment, TIMERS, lambda: None)

    def set_clocks(self, request: Request) -> None:
        person, row, now = request.person, self.book.rows[request.at], self.scene.now
        if row.on_give_up != NONE:
            request.gives_up = now + self.drawn(person, row.draw)
            self.wake_up(request.gives_up)
        if row.on_worse != NONE:
            request.worsens = now + self.drawn(person, row.worsen_draw)
            self.wake_up(request.worsens)
        if row.on_late != NONE:
            closing = self.book.next_closing(request.at, now)
            if closing is not None:
                request.last_call = closing + row.finish - self.planned_time(request)
                request.comes_too_late = now > request.last_call
                self.wake_up(request.last_call)

    def planned_time(self, request: Request) -> int:
        row = self.book.rows[request.at]
        if row.planned != NONE:
            return row.planned
        draw = self.book.rows[row.next].draw
        visit = request.person.visits.get(("draw", draw), 0)
        return int(self.scene.fates.values(draw, visit)[request.person.number])

    def priority(self, request: Request) -> int:
        """The priority that a request has by now."""
        waited = self.scene.now - request.first
        if request.is_first or request.is_home:
            return request.priority
        reached = [priority for after, priority in self.book.promotions(request.at) if waited >= after]
        return min([request.priority, *reached])

    def key(self, request: Request) -> tuple[int, int, int, int]:
        """The order of those who wait."""
        return self.priority(request), int(not request.is_first), request.asked, request.person.rank

    def wishes(self) -> list[Request]:
        """All requests: of those who wait, and of those who lie elsewhere and queue for nothing else."""
        home = [person.home for person in self.inside if person.home and not person.request]
        return self.waiting + home

    # ------------------------------------------------ interruptions

    def can_be_interrupted(self, person: Person) -> bool:
        """A step that needs staff or equipment only, in whatever way."""
        if person.task is None or not person.hands:
            return False
        needs = [need for way in self.book.rows[person.served.at].ways for need in way.needs]
        return not any(self.things.is_used_up(resource) for resource, _ in needs)

    def interrupt(self, person: Person) -> None:
        """Stops a step; the patient asks again for all that it needs."""
        task, served = person.task, person.served
        task.is_over, person.task = True, None
        for grip in person.hands:
            self.scene.tell(person.number, Event.INTERRUPT, grip.step, grip.resource, grip.quantity)
        for grip in person.hands:
            self.things.let_go(grip, cleaned=False)
        person.hands.clear()
        resuming = self.book.rows[served.at].resuming
        rest = Rest(task.at, person.drawn)
        if resuming == Resuming.RESUME:
            rest.left = task.ends - self.scene.now
        elif resuming == Resuming.ANEW:
            rest.drawn = self.drawn(person, self.book.rows[task.at].draw)
        self.ask_again(person, served, rest)

    def ask_again(self, person: Person, served: Request, rest: Rest) -> None:
        again = Request(
            person,
            served.at,
            self.scene.now,
            served.first,
            served.reached,
            served.asked,
            is_new=False,
            is_first=True,
            rest=rest,
        )
        self.enqueue(again)

    def can_be_moved_out(self, person: Person) -> bool:
        """Who is in a stay, a wait or a step that uses nothing."""
        if person.task is None or person.hands:
            return False
        row = self.book.rows[person.task.at]
        return row.alone == 1

    def move_out(self, person: Person) -> None:
        """A bed closes; its patient asks for one again, and then stays for what was left."""
        task = person.task
        task.is_over, person.task = True, None
        self.scene.tell(person.number, Event.INTERRUPT, self.book.rows[task.at].step)
        entered = person.entered
        self.vacate(person)
        is_calendar = self.book.rows[task.at].op == Op.UNTIL
        self.ask_again(
            person, entered, Rest(task.at, person.drawn, None if is_calendar else task.ends - self.scene.now)
        )
