"""Allocation: the second half of an instant, in which free units go to those who wait, in rounds."""

from functools import partial
from heapq import heappop, heappush
from typing import Any, Final, NoReturn

from sim.demand.fates import Fates
from sim.engine.program import FIRST, NONE, Kind, Program
from sim.engine.reference.interrupting import Interruptions
from sim.engine.reference.knots import Knots
from sim.engine.reference.state import State
from sim.engine.reference.stock import Stock
from sim.engine.reference.things import NO_LIMIT, Entry, Instruction, Patient, Resource, Way

MOST_ROUNDS: Final = 100_000
"""An instant with more rounds than this is a loop without time."""
RENEGE, WORSEN, LATE = range(3)
"""Why somebody stops waiting, in the order in which it counts if several happen in one instant."""
Moving = tuple[Patient, Instruction | None]


class EndlessInstantError(RuntimeError):
    """Patients go round and round without time passing."""


class Allocation(State):
    """Those who wait, and the rules by which they are served."""

    def __init__(self, program: Program, fates: Fates) -> None:
        super().__init__(program, fates)
        self.interruptions = Interruptions(self)
        self.stock = Stock(self)
        self.knots = Knots(self, self.interruptions)
        self.newcomers: list[Entry] = []  # unmet so far, where there is a queue limit or nobody may wait
        self.running_out: list[tuple[Entry, int]] = []  # they stop waiting in this instant
        self.rounds = 0

    # Who joins.

    def seize(self, patient: Patient, instruction: Instruction) -> None:
        """Joins the waiting lists; the patient is served in the second half, perhaps of this very instant."""
        now = self.now
        self.record((now, patient.number, instruction.queue_code))
        patient.at = instruction
        patient.queued = now
        patient.ticket += 1
        priority = patient.priority if instruction.priority == NONE else instruction.priority
        entry = (priority, now, patient.rank, patient.ticket, patient)
        for need in instruction.needs:
            resource = need[0]
            heappush(resource.waiting, entry)
            if not resource.is_touched:
                resource.is_touched = True
                self.touched.append(resource)
        if instruction.has_rules:
            patient.entry = entry
            self.apply_rules(entry, instruction)

    def seize_place(self, patient: Patient, instruction: Instruction) -> None:
        """The same for a place, where nobody has waited before the run and nobody lies elsewhere."""
        now = self.now
        self.record((now, patient.number, instruction.queue_code))
        patient.at = instruction
        patient.queued = now
        patient.ticket += 1
        priority = patient.priority if instruction.priority == NONE else instruction.priority
        patient.entry = entry = (priority, now, patient.rank, patient.ticket, patient)
        resource = instruction.needs[0][0]
        heappush(resource.waiting, entry)
        if not resource.is_touched:
            resource.is_touched = True
            self.touched.append(resource)
        if patient.place is not None:
            patient.place.blocked[patient] = None
            self.knots.suspect(patient)
        if instruction.has_rules:
            self.apply_rules(entry, instruction)

    def seize_with_more(self, patient: Patient, instruction: Instruction) -> None:
        """The same, where a priority of the step's own, a place that is kept or a wait before the run play a part."""
        self.record((self.now, patient.number, instruction.queue_code))
        patient.at = instruction
        patient.queued = moment = self.now
        if instruction.priority != FIRST:
            patient.queued = moment = moment - patient.waited
            patient.waited = 0
        patient.ticket += 1
        priority = self.priority_of(patient, instruction)
        patient.entry = entry = (priority, moment, patient.rank, patient.ticket, patient)
        self.enlist(entry, instruction.ways[0])
        if instruction.place is not None and patient.place is not None:
            patient.place.blocked[patient] = None
            self.knots.suspect(patient)
        if patient.shadow is not None:
            patient.shadow.ticket += 1
        if instruction.has_rules:
            self.apply_rules(entry, instruction)

    def apply_rules(self, entry: Entry, instruction: Instruction) -> None:
        """Starts the clocks of the rules of a queue; limits are settled when the patient was not served."""
        patient = entry[4]
        already = self.now - patient.queued
        if instruction.finish != NONE and not self.is_in_time(entry, instruction):
            return
        for way in instruction.others:
            if way.accepts is None or way.accepts[patient.number]:
                self.after(max(way.after - already, 0), self.consider, way, entry)
        for after, priority in instruction.promotions:
            self.after(max(after - already, 0), self.promote, priority, entry)
        if instruction.limit != NO_LIMIT or instruction.on_refuse:
            self.newcomers.append(entry)
        if instruction.preempts:
            self.preemptors.append(entry)
        if instruction.on_give_up or instruction.on_worse:
            self.lose_patience(patient, entry, instruction)

    def is_in_time(self, entry: Entry, instruction: Instruction) -> bool:
        """Starts the clock of a step that must be over before closing; tells whether it is not too late already."""
        patient = entry[4]
        left = self.time_left(patient, instruction)
        if left >= 0:
            self.run_out(left, entry, LATE)
            return True
        patient.ticket += 1  # so that not even a free unit is given to them
        self.running_out.append(((*entry[:3], patient.ticket, patient), LATE))
        self.lose_patience(patient, entry, instruction)  # a void entry, but this visit has had its luck
        return False

    def lose_patience(self, patient: Patient, entry: Entry, instruction: Instruction) -> None:
        """Starts the clocks of giving up and of getting worse."""
        if instruction.on_give_up:
            self.run_out(self.drawn(patient, instruction), entry, RENEGE)
        if instruction.on_worse:
            visit = self.next_visit(patient, instruction.worsen_draw) if instruction.again else 0
            self.run_out(int(self.fates.values(instruction.worsen_draw, visit)[patient.number]), entry, WORSEN)

    def after(self, delay: int, happen: Any, *what: Any) -> None:
        """Makes something happen after a delay, or at once."""
        if delay:
            self.once(delay, partial(happen, *what))
        else:
            happen(*what, None)

    def consider(self, way: Way, entry: Entry, _: Any) -> None:
        """From now on the patient would also be served in another way."""
        patient = entry[4]
        if patient.ticket != entry[3] or patient.entry is None:
            return
        self.enlist(patient.entry, way)
        if patient.place is not None and patient in patient.place.blocked:
            self.knots.suspect(patient)

    def promote(self, priority: int, entry: Entry, _: Any) -> None:
        """The patient becomes more urgent, since they have waited for long."""
        patient = entry[4]
        old = patient.entry
        if patient.ticket != entry[3] or old is None or priority >= old[0]:
            return
        patient.entry = new = (priority, *old[1:])
        waited = self.now - patient.queued
        for way in patient.at.ways:
            if waited >= way.after:
                self.enlist(new, way)

    def run_out(self, delay: int, entry: Entry, why: int) -> None:
        """Starts a clock at whose end the patient stops waiting, unless a unit is free in that very instant."""
        self.after(delay, self.stop_waiting, entry, why)

    def stop_waiting(self, entry: Entry, why: int, _: Any) -> None:
        """The time of somebody who waits is over."""
        if entry[4].ticket == entry[3]:
            self.running_out.append((entry, why))

    # Who is served.

    def allocate(self) -> None:
        """Serves those who wait, in rounds, until a round changes nothing."""
        while self.touched or self.running_out:
            served = self.serve_touched()
            if self.preemptors:
                served += self.preempt()
            moving = self.settle() if self.running_out or self.newcomers else ()
            if self.swappers:
                served += self.knots.swap()
            if self.woken:
                self.wake()
            for patient in served:
                if patient.resume_at is None:
                    self.advance(patient, patient.at.next)
                else:
                    self.take_up(patient)
            for patient, instruction in moving:
                self.advance(patient, instruction)
            self.count_round()

    def count_round(self) -> None:
        """Counts the rounds of an instant, of which there is an end."""
        self.rounds += 1
        if self.rounds > MOST_ROUNDS:
            self.stop()

    def take_up(self, patient: Patient) -> None:
        """A patient who has a bed again goes on with what was interrupted."""
        resume, patient.resume_at = patient.resume_at, None
        self.advance(patient, resume)

    def serve_touched(self) -> list[Patient]:
        """Frees what was given back since the last round and serves those who wait where something changed."""
        touched, self.touched = self.touched, []
        served: list[Patient] = []
        shared = []
        for resource in touched:
            resource.is_touched = False
            resource.free += resource.returned
            resource.returned = 0
        for resource in touched:
            if resource.free >= resource.least and resource.waiting:
                if resource.is_simple:
                    self.serve_first(resource, served)
                else:
                    shared.append(resource)
        if shared:
            self.serve_in_order(shared, served)
        return served

    def serve_first(self, resource: Resource, served: list[Patient]) -> None:
        """Serves a list on which all want one unit of this resource and nothing else."""
        while resource.free > 0 and resource.waiting:
            entry = heappop(resource.waiting)
            patient = entry[4]
            if patient.ticket == entry[3]:
                self.grant(patient, patient.at.ways[0], entry[0])
                served.append(patient)

    def serve_in_order(self, resources: list[Resource], served: list[Patient]) -> None:
        """Serves lists on which some want several things at once, or one of several ways: one after the other."""
        passed_over: list[tuple[Resource, Entry]] = []
        blocked: set[Resource] = set()
        open_lists = resources
        while open_lists := [one for one in open_lists if one.free >= one.least and one.waiting]:
            resource = min(open_lists, key=Resource.first) if len(open_lists) > 1 else open_lists[0]
            entry = heappop(resource.waiting)
            patient = entry[4]
            if patient.ticket != entry[3]:
                continue
            way = self.free_way(entry, blocked)
            if way is not None:
                self.grant(patient, way, entry[0])
                if not patient.at.is_return:
                    served.append(patient)
                continue
            passed_over.append((resource, entry))
            if patient.at.is_strict:
                blocked.update(need[0] for need in patient.at.needs if need[0].strict)
        for resource, entry in passed_over:
            heappush(resource.waiting, entry)

    def free_way(self, entry: Entry, blocked: set[Resource]) -> Way | None:
        """Finds the first way in which a patient can be served now."""
        patient = entry[4]
        instruction = patient.at
        keep_free = instruction.keep_free
        for way in instruction.ways:
            if way.after and way.after > self.now - patient.queued:
                continue
            if way.accepts is not None and not way.accepts[patient.number]:
                continue
            for resource, quantity, _, _ in way.needs:
                if resource.free - keep_free < quantity or resource in blocked:
                    break
                if resource.strict and resource.has_earlier(entry):
                    break
            else:
                return way
        return None

    def grant(self, patient: Patient, way: Way, priority: int) -> None:
        """Takes what the patient waited for; who takes a place gives up the old one."""
        instruction = patient.at
        if instruction.is_plain:
            patient.ticket += 1
            patient.entry = None
        else:
            self.quit_lists(patient)
            if instruction.is_return:
                self.interruptions.bring_home(patient)
                return
        now, number, record = self.now, patient.number, self.record
        for resource, quantity, start_code, _ in way.needs:
            resource.free -= quantity
            record((now, number, start_code))
        if instruction.is_plain:
            return
        if instruction.place is not None:
            self.take_place(patient, way, priority)
        elif instruction.is_noted:
            self.note_use(patient, way, priority)
        if instruction.begins:
            self.begin(patient, instruction)

    def take_place(self, patient: Patient, way: Way, priority: int) -> None:
        """Moves to another place; the old one is given up."""
        if patient.place is not None:
            self.leave_place(patient)
        patient.place = place = way.needs[0][0]
        patient.factor = way.factor
        if place.is_tracked:
            self.lie_in(patient, place, patient, priority)
        if way.returns:
            self.interruptions.ask_for_home(patient, patient.at, priority)

    def note_use(self, patient: Patient, way: Way, priority: int) -> None:
        """Remembers what a patient took, where that can be one thing or another, is kept, or may be taken away."""
        instruction = patient.at
        if instruction.holds:
            self.keep(patient, way)
        else:
            patient.taken = (instruction, way)
            if instruction.is_tracked:
                self.interruptions.priorities[patient] = priority
                patient.uses = {
                    resource: resource.used_by(patient, quantity, is_kept=False)
                    for resource, quantity, *_ in way.needs
                    if resource.is_tracked
                }
        for resource, *_ in way.needs:
            if resource.kind is Kind.SUPPLIES:
                self.stock.reorder(resource)

    def preempt(self) -> list[Patient]:
        """Serves those who may interrupt others and were not served otherwise."""
        served = []
        waiting = sorted(entry for entry in self.preemptors if entry[4].ticket == entry[3])
        self.preemptors = []
        for entry in waiting:
            patient = entry[4]
            current = patient.entry or entry
            if self.interruptions.make_room(patient, current):
                self.grant(patient, patient.at.ways[0], current[0])
                served.append(patient)
            else:
                self.preemptors.append(entry)
        return served

    # Who is not served.

    def settle(self) -> list[Moving]:
        """Sends those away who were not served and do not wait: first who waited in vain, then who came in vain."""
        moving = []
        running_out, self.running_out = sorted(self.running_out), []
        newcomers, self.newcomers = sorted(self.newcomers), []
        for (*_, ticket, patient), why in running_out:
            if patient.ticket != ticket:
                continue
            at = patient.at
            said, target = (
                (at.renege_code, at.on_give_up),
                (at.worsen_code, at.on_worse),
                (at.late_code, at.on_late),
            )[why]
            moving.append(self.send_away(patient, said, target))
        for *_, ticket, patient in newcomers:
            if patient.ticket != ticket:
                continue
            instruction = patient.at
            if instruction.on_refuse:
                moving.append(self.send_away(patient, instruction.refuse_code, instruction.on_refuse))
            elif instruction.limit != NO_LIMIT and instruction.waiting_count >= instruction.limit:
                moving.append(self.send_away(patient, instruction.balk_code, instruction.on_full))
            elif instruction.limit != NO_LIMIT:
                instruction.waiting_count += 1
                patient.is_counted = True
        return moving

    def send_away(self, patient: Patient, why: int, target: Instruction | None) -> Moving:
        """Takes a patient from the waiting lists; returns where they go on."""
        self.quit_lists(patient)
        self.record((self.now, patient.number, why))
        return patient, target

    def stop(self) -> NoReturn:
        """Stops a run in which patients go round in circles inside one instant."""
        infos = [self.program.steps[step] for step in self.recorder.last_steps()]
        names = ", ".join(sorted({f"{info.pathway}/{info.name}" for info in infos}))
        raise EndlessInstantError(f"no time passes while patients go round {names}; give one of them a time")
