"""Interruptions: who must stop for somebody more urgent, for the end of a shift or for a closure, and who moves on."""

from functools import partial
from typing import Any

from sim.engine.eventlog import Event, code
from sim.engine.program import NONE, Op, Resuming
from sim.engine.reference.state import State
from sim.engine.reference.things import HEAD, Entry, Instruction, Patient, Resource, Way


class Interruptions:
    """Ends steps before their time."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.priorities: dict[Patient, int] = {}  # with which users who may be interrupted were served
        self.homes: dict[Instruction, Instruction] = {}  # ways back of outliers, by the step that made them one

    # The end of a step before its time.

    def make_room(self, patient: Patient, entry: Entry) -> bool:
        """Interrupts patients of lower priority, if that is enough for everything that somebody needs.

        Those of the lowest priority go first, and among them those who started last.
        """
        instruction, victims = patient.at, dict[Patient, None]()
        for resource, quantity, _, _ in instruction.needs:
            if resource.strict and resource.has_earlier(entry):
                return False
            lacking = quantity + instruction.keep_free - resource.free
            lacking -= sum(victim.would_free(resource) for victim in victims)
            for victim in self._least_urgent(resource, entry[0]) if lacking > 0 else ():
                if lacking > 0 and victim not in victims:
                    victims[victim] = None
                    lacking -= victim.would_free(resource)
            if lacking > 0:
                return False
        for victim in victims:
            self.interrupt(victim)
        return True

    def _least_urgent(self, resource: Resource, priority: int) -> list[Patient]:
        """Who uses a resource in a step that can be interrupted for somebody of a priority; the first to go first."""
        found = [
            use.patient
            for use in reversed(resource.uses)
            if not use.is_kept
            and self._may_stop(use.patient)
            and self.priorities[use.patient] > priority
            and use.quantity > use.late
        ]
        return sorted(found, key=lambda user: -self.priorities[user])

    def _may_stop(self, patient: Patient) -> bool:
        """Whether a patient is in a step that can be interrupted."""
        return patient.taken is not None and patient.at.op is Op.DELAY and patient.at.is_interruptible

    def interrupt(self, patient: Patient) -> None:
        """Takes away what a step uses, at once; the patient asks again, at the head of their priority."""
        if patient.taken is None:
            return
        state, (instruction, way), delay, uses = self.state, patient.taken, patient.at, patient.uses or {}
        for resource, quantity, _, _ in way.needs:
            state.record(
                (state.now, patient.number, code(Event.INTERRUPT, instruction.step, resource.number, quantity))
            )
            use = uses.get(resource)
            resource.free += quantity - (state.stop_using(resource, use) if use is not None else 0)
            state.touch(resource)
        patient.taken = patient.uses = None
        patient.turn += 1
        self._keep_what_is_left(patient, instruction, delay)
        self._ask_again(patient, instruction, self.priorities.pop(patient))

    def _keep_what_is_left(self, patient: Patient, instruction: Instruction, delay: Instruction) -> None:
        if instruction.resuming is Resuming.RESUME:
            patient.left = patient.ends - self.state.now
            return
        patient.left, patient.resuming = None, instruction.resuming
        if instruction.resuming is Resuming.ANEW:
            visits = patient.visits = patient.visits or {}
            visits.setdefault(delay.draw, 0)

    def _ask_again(self, patient: Patient, instruction: Instruction, priority: int) -> None:
        """Joins the lists at the head of a priority; an earlier request stays before a later one."""
        state = self.state
        state.record((state.now, patient.number, instruction.queue_code))
        patient.at = instruction
        patient.ticket += 1
        patient.asked_again = state.now
        if patient.shadow is not None:
            patient.shadow.ticket += 1
        patient.entry = entry = (priority, patient.queued - HEAD, patient.rank, patient.ticket, patient)
        if instruction.preempts:
            state.preemptors.append(entry)
        for way in instruction.ways:
            if way.accepts is None or way.accepts[patient.number]:
                state.enlist(entry, way)
                left = way.after - (state.now - patient.queued)
                if left > 0:
                    state.once(left, partial(self._consider, way, patient, patient.ticket))

    def _consider(self, way: Way, patient: Patient, ticket: int, _: Any) -> None:
        """The wait is over after which an interrupted patient would also be served in another way."""
        if patient.ticket == ticket:
            for need in way.needs:
                self.state.touch(need[0])

    def hand_over(self, resource: Resource) -> None:
        """More are in use than there are: those who started last stop, if they can."""
        for use in reversed(tuple(resource.uses)):
            if resource.free + resource.returned + resource.cleaning >= 0:
                return
            if resource.is_place:
                if self._stays(use.patient):
                    self.send_out(use.patient)
            elif not use.is_kept and self._may_stop(use.patient):
                self.interrupt(use.patient)

    def _stays(self, patient: Patient) -> bool:
        """Whether a patient is in no step but a stay or a wait in their place."""
        return patient.at.op in (Op.DELAY, Op.UNTIL) and bool(patient.at.start_code) and patient.at.is_interruptible

    def send_out(self, patient: Patient) -> None:
        """A bed closes: its patient waits for a bed again, and then stays for what was left."""
        state, delay, entered = self.state, patient.at, patient.entered
        if entered is None:
            return
        state.record((state.now, patient.number, delay.interrupt_code))
        patient.turn += 1
        patient.left = patient.ends - state.now if delay.op is Op.DELAY else None
        patient.resume_at = delay
        state.leave_place(patient)
        patient.queued = patient.bed_queued
        self._ask_again(patient, entered, patient.bed_priority)

    def discharge_early(self, wards: list[Resource], within: int, most: int) -> None:
        """Ends stays that are nearly over, the shortest first."""
        now = self.state.now
        inside = [use.patient for ward in wards for use in ward.uses]
        staying = [
            patient for patient in inside if self._stays(patient) and patient.at.stay and patient.ends - now <= within
        ]
        staying.sort(key=lambda patient: (patient.ends, patient.rank))
        for patient in staying if most == NONE else staying[:most]:
            patient.turn += 1
            self.state.record((now, patient.number, patient.at.end_code))
            self.state.advance(patient, patient.at.next)

    # Outliers who go back to where they belong.

    def ask_for_home(self, patient: Patient, instruction: Instruction, priority: int) -> None:
        """An outlier keeps waiting for the ward where they belong, with the moment at which they asked for it."""
        home = self.homes.get(instruction)
        if home is None:
            home = self.homes[instruction] = _way_home(instruction)
        shadow = Patient(patient.number, patient.rank, priority)
        shadow.at, shadow.queued, shadow.owner, shadow.entered = home, patient.queued, patient, instruction
        patient.shadow = shadow
        self.state.woken.append(shadow)

    def bring_home(self, shadow: Patient) -> None:
        """Moves an outlier to the ward where they belong; what they do there goes on."""
        state, patient = self.state, shadow.owner
        if patient is None:
            return
        ward, quantity, place_code, _ = shadow.at.needs[0]
        ward.free -= quantity
        state.record((state.now, patient.number, place_code))
        state.leave_place(patient)
        patient.place = ward
        if ward.is_tracked:
            state.lie_in(patient, ward, shadow, shadow.priority)


def _way_home(instruction: Instruction) -> Instruction:
    """The request of those who took another place, for the first that their step names."""
    home, own = Instruction(instruction.number, Op.SEIZE, instruction.step), instruction.ways[0]
    way = Way(own.needs, 0, 1.0, returns=False)
    way.accepts = own.accepts
    home.ways, home.needs, home.keep_free = [way], own.needs, instruction.keep_free
    home.is_return, home.is_strict = True, instruction.is_strict
    return home
