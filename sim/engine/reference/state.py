"""State: what all parts of the reference engine share in one replication."""

from bisect import bisect_right
from collections.abc import Callable
from functools import partial
from heapq import heappush
from typing import Any

import simpy

from sim.demand.fates import Fates
from sim.engine.eventlog import NOBODY, Event, Recorder, code
from sim.engine.program import NONE, Program
from sim.engine.reference.linking import link
from sim.engine.reference.things import Entry, Instruction, Patient, Resource, Use, Way
from sim.engine.reference.timeline import once


class State:
    """The clock, the log, the resources and the instructions."""

    def __init__(self, program: Program, fates: Fates) -> None:
        self.program = program
        self.fates = fates
        self.environment = simpy.Environment()
        self.now = 0
        self.recorder = Recorder()
        self.record = self.recorder.add
        self.resources, self.instructions = link(program, fates)
        self.touched: list[Resource] = []
        self.woken: list[Patient] = []  # outliers whose request for home takes part again
        self.preemptors: list[Entry] = []  # who may interrupt others
        self.swappers: list[Patient] = []  # who may be in a circle in which they swap their places
        self.suspects: list[Patient] = []  # who may be in a knot that ends the run
        self.active = [False] * len(program.policy_step)  # policies
        self.advance: Callable[[Patient, Instruction | None], None]

    def once(self, delay: int, happen: Callable[[simpy.Event], None]) -> None:
        """Makes something happen once, after a delay in milliseconds."""
        once(self.environment, delay, happen)

    def touch(self, resource: Resource) -> None:
        """Notes that something changed at a resource, so that the next round looks at it."""
        if not resource.is_touched:
            resource.is_touched = True
            self.touched.append(resource)

    def leave_place(self, patient: Patient) -> None:
        """Gives up the present place, if there is one; the bed is made ready first."""
        place, patient.place, patient.factor = patient.place, None, 1.0
        if place is None:
            return
        self.record((self.now, patient.number, place.vacate_code))
        if patient.shadow is not None or patient.bed is not None:
            patient.has_left(place)
        if place.turnaround:
            self.come_back(place, 1)
        else:
            place.returned += 1
            self.touch(place)
        if place.blocked:
            self.suspect(place)

    def lie_in(self, patient: Patient, place: Resource, asked: Patient, priority: int) -> None:
        """Notes who lies where, in a ward that must know, and by which request: the patient's, or that for home."""
        patient.entered = asked.entered if asked.at.is_return else asked.at
        patient.bed = place.used_by(patient, 1, is_kept=False)
        patient.bed_priority, patient.bed_queued = priority, asked.queued

    def suspect(self, ward: Resource) -> None:
        """Notes that those in a ward may wait for ever, since all of them wait for another place."""
        if not self.program.swaps and len(ward.blocked) >= ward.inside():
            self.suspects += ward.blocked

    def quit_lists(self, patient: Patient) -> None:
        """Makes the patient's entries void; where nobody may overtake, those behind them are looked at again."""
        patient.ticket += 1
        patient.entry = None  # also so that patient and entry do not hold each other in memory
        instruction = patient.at
        if patient.is_counted:
            patient.is_counted = False
            instruction.waiting_count -= 1
        if instruction.place is not None and patient.place is not None:
            patient.place.blocked.pop(patient, None)
        if instruction.is_strict:
            for need in instruction.needs:
                self.touch(need[0])
        if patient.shadow is not None:
            self.woken.append(patient.shadow)

    def wake(self) -> None:
        """Puts the requests of outliers for the ward where they belong on its list, for the next round.

        Such a request rests while its patient queues for something else.
        """
        for shadow in self.woken:
            if shadow.owner is not None and shadow.owner.shadow is shadow:
                shadow.ticket += 1
                entry = (shadow.priority, shadow.queued, shadow.rank, shadow.ticket, shadow)
                self.enlist(entry, shadow.at.ways[0])
        self.woken.clear()

    def keep(self, patient: Patient, way: Way) -> None:
        """Remembers what is kept through other steps."""
        patient.held = patient.held or []
        for resource, quantity, _, given_back in way.needs:
            use = resource.used_by(patient, quantity, is_kept=True) if resource.is_tracked else None
            patient.held.append((resource, quantity, given_back, use))

    def come_back(self, resource: Resource, quantity: int) -> None:
        """Takes units back: free from the next round, or when they are ready again."""
        if resource.turnaround:
            resource.cleaning += quantity
            for _ in range(quantity):
                self.once(resource.turnaround, partial(self.make_ready, resource))
        else:
            resource.returned += quantity
            self.touch(resource)

    def make_ready(self, resource: Resource, _: Any) -> None:
        """A unit that was given up can be used again."""
        self.record((self.now, NOBODY, resource.ready_code))
        resource.cleaning -= 1
        resource.returned += 1
        self.touch(resource)

    def take_back(self, resource: Resource, quantity: int, use: Use | None) -> None:
        """Takes units back that a patient used; slots and supplies are used up, and late staff go home."""
        if resource.kind:
            return
        if use is not None:
            quantity -= self.stop_using(resource, use)
        if quantity:
            self.come_back(resource, quantity)

    def stop_using(self, resource: Resource, use: Use) -> int:
        """Forgets who used something; returns how many go home, since their shift is over."""
        del resource.uses[use]
        if use.late:
            resource.late -= use.late
            self.tell_capacity(resource)
        return use.late

    def tell_capacity(self, resource: Resource) -> None:
        """Writes how many units there are, or can be taken."""
        quantity = max(resource.free, 0) if resource.kind else resource.capacity + resource.late
        self.record((self.now, NOBODY, code(Event.CAPACITY, resource=resource.number, quantity=quantity)))

    def begin(self, patient: Patient, instruction: Instruction) -> None:
        """Something is begun in the rounds of repeats: their time counts from the first such moment."""
        patient.rounds = patient.rounds or {}
        for repeat in instruction.begins:
            patient.rounds.setdefault(repeat, self.now)

    def enlist(self, entry: Entry, way: Way) -> None:
        """Puts an entry on the lists of all that a way needs."""
        for need in way.needs:
            heappush(need[0].waiting, entry)
            self.touch(need[0])

    def priority_of(self, patient: Patient, instruction: Instruction) -> int:
        """Priority with which a patient asks at a step."""
        if instruction.priorities is not None:
            return instruction.priorities[patient.number]
        return patient.priority if instruction.priority == NONE else instruction.priority

    def drawn(self, patient: Patient, instruction: Instruction) -> int:
        """What fate has for this patient at this instruction, a new one at each visit."""
        if not instruction.again:
            return instruction.times[patient.number]
        return int(self.fates.values(instruction.draw, self.next_visit(patient, instruction.counts))[patient.number])

    def time_left(self, patient: Patient, instruction: Instruction) -> int:
        """Milliseconds after which a step cannot be over in time if it has not begun; negative if it is too late."""
        now = self.now
        closings = [
            resource.closings[place]
            for resource, *_ in instruction.needs
            if (place := bisect_right(resource.closings, now)) < len(resource.closings)
        ]
        if not closings:
            return self.program.horizon_ms
        time = instruction.planned
        delay = instruction.next
        if time == NONE and delay is not None:
            visit = (patient.visits or {}).get(delay.draw, NONE) + 1 if delay.again else 0
            time = int(self.fates.values(delay.draw, visit)[patient.number])
        return min(closings) + instruction.finish - time - now

    def next_visit(self, patient: Patient, draw: int) -> int:
        """Counts a visit of a step that patients can come to again; the first is 0."""
        patient.visits = visits = patient.visits or {}
        visits[draw] = visit = visits.get(draw, -1) + 1
        return visit
