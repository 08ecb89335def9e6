"""The reference engine's hospital: a SimPy model, written to be read.

Follow one patient. `run` lets time pass instant by instant. In the first half of an instant all that ends, changes
or arrives at that moment happens: `resume` (a patient's time is over), `make_ready` (a bed is clean), `consider`
(another ward may be used), `lose_patience`, `change_capacity`, `arrive`. In the second half, `allocate`, free units
go to those who wait, in rounds, until a round changes nothing. Section 5 of `docs/semantics.md` is the rule.

A patient carries out one instruction of the program after the other (`advance`) until one of them has to wait: for
units (`seize`), for time to pass (`delay`, `until`), or for ever (`leave`). A patient is the SimPy event of their own
next moment, so a wait costs one event; resources and waiting lists are our own (`sim.engine.reference.places`).
"""

from bisect import bisect_left
from collections.abc import Callable
from functools import partial
from heapq import heappop, heappush
from typing import Any, Final, NoReturn

import numpy as np
import simpy

from sim.demand.fates import Fates
from sim.engine.eventlog import NOBODY, Event, EventLog, Recorder, code
from sim.engine.program import NONE, Op, Program
from sim.engine.reference.places import NO_LIMIT, Alternative, Entry, Instruction, Patient, Resource, link
from sim.engine.reference.timeline import ARRIVALS, CHANGES, TIMERS, once, series

MOST_ROUNDS: Final = 100_000
"""An instant with more rounds than this is a loop without time."""


class EndlessInstantError(RuntimeError):
    """Patients go round and round without time passing."""


def run(program: Program, fates: Fates) -> EventLog:
    """Runs one replication.

    Args:
        program: the compiled scenario.
        fates: the patients of the replication, of the same scenario.

    Returns:
        The facts up to the end of the run.

    Raises:
        EndlessInstantError: if patients go round in circles without time passing; names the steps.
    """
    return Hospital(program, fates).run()


class Hospital:
    """The state of one replication."""

    def __init__(self, program: Program, fates: Fates) -> None:
        self.program = program
        self.fates = fates
        self.environment = simpy.Environment()
        self.schedule: Callable[[Any, int, int], None] = self.environment.schedule  # type: ignore[assignment]
        self.now = 0
        self.recorder = Recorder()
        self.record = self.recorder.add
        self.resources, self.instructions = link(program, fates)
        self.time_over: list[Callable[[Any], None]] = [self.resume]
        self.touched: list[Resource] = []
        self.newcomers: list[Entry] = []  # unmet so far, where there is a queue limit or nobody may wait
        self.impatient: list[Entry] = []  # their patience ends in this instant
        self.rounds = 0
        actions = {
            Op.SEIZE: self.seize,
            Op.RELEASE: self.release,
            Op.DELAY: self.delay,
            Op.UNTIL: self.until,
            Op.BRANCH: self.branch,
            Op.LEAVE: self.leave,
        }
        for instruction in self.instructions:
            instruction.perform = actions[instruction.op]

    def run(self) -> EventLog:
        """Lets time pass until the end."""
        peek, step, horizon = self.environment.peek, self.environment.step, self.program.horizon_ms
        pack_if_long = self.recorder.pack_if_long
        self.schedule_capacity()
        self.schedule_arrivals()
        while (now := peek()) < horizon:
            if now == self.now:
                self.rounds += 1
                if self.rounds > MOST_ROUNDS:
                    self.stop()
            else:
                self.now, self.rounds = int(now), 0
            step()
            while peek() == now:
                step()
            self.allocate()
            pack_if_long()
        return self.recorder.finish(horizon)

    # What ends, changes or arrives: the first half of an instant.

    def resume(self, patient: Patient) -> None:
        """The time of a patient's delay is over."""
        if patient.at.end_code:
            self.record((self.now, patient.number, patient.at.end_code))
        self.advance(patient, patient.at.next)

    def make_ready(self, resource: Resource, _: simpy.Event) -> None:
        """A bed that was given up can be used again."""
        self.record((self.now, NOBODY, resource.ready_code))
        resource.returned += 1
        self.touch(resource)

    def consider(self, other: Alternative, entry: Entry, _: simpy.Event) -> None:
        """From now on the patient would also go to another ward."""
        if entry[4].ticket == entry[3]:
            heappush(other.resource.waiting, entry)
            self.touch(other.resource)

    def lose_patience(self, entry: Entry, _: simpy.Event) -> None:
        """The patient gives up, unless a unit is free for them in this very instant."""
        if entry[4].ticket == entry[3]:
            self.impatient.append(entry)

    def schedule_capacity(self) -> None:
        """Opens and closes beds, begins and ends shifts."""
        program = self.program
        numbers, units = program.capacity_resource.tolist(), program.capacity_units.tolist()

        def change_capacity(number: int) -> None:
            resource, capacity = self.resources[numbers[number]], units[number]
            self.record((self.now, NOBODY, code(Event.CAPACITY, resource=resource.number, quantity=capacity)))
            resource.free += capacity - resource.capacity
            resource.capacity = capacity
            self.touch(resource)

        series(self.environment, program.capacity_time.tolist(), CHANGES, change_capacity)

    def schedule_arrivals(self) -> None:
        """Brings the patients in at their times."""
        fates = self.fates
        order = np.argsort(fates.stream, kind="stable")
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        entries = [self.instructions[at] for at in self.program.entry.tolist()]
        streams, ranks, priorities = fates.stream.tolist(), rank.tolist(), fates.priority.tolist()
        arrival_code = code(Event.ARRIVE)

        def arrive(number: int) -> None:
            self.record((self.now, number, arrival_code))
            patient = Patient(number, ranks[number], priorities[number])
            self.advance(patient, entries[streams[number]])

        series(self.environment, fates.arrival_ms.tolist(), ARRIVALS, arrive)

    # The instructions; each returns the next one, or None if the patient has to wait.

    def advance(self, patient: Patient, instruction: Instruction | None) -> None:
        """Carries out instructions until the patient has to wait or leaves."""
        while instruction is not None:
            instruction = instruction.perform(patient, instruction)

    def seize(self, patient: Patient, instruction: Instruction) -> None:
        """Joins the waiting lists; `allocate` serves the patient, perhaps in this very instant."""
        now = self.now
        self.record((now, patient.number, instruction.queue_code))
        patient.at = instruction
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
            self.apply_rules(entry, instruction)

    def apply_rules(self, entry: Entry, instruction: Instruction) -> None:
        """Starts the clocks of patience and of other wards; limits are settled when the patient was not served."""
        for other in instruction.others:
            if other.after:
                once(self.environment, other.after, partial(self.consider, other, entry))
            else:
                heappush(other.resource.waiting, entry)
                self.touch(other.resource)
        if instruction.limit != NO_LIMIT or instruction.on_refuse:
            self.newcomers.append(entry)
        if instruction.on_give_up:
            once(self.environment, self.drawn(entry[4], instruction), partial(self.lose_patience, entry))

    def release(self, patient: Patient, instruction: Instruction) -> Instruction | None:
        """Gives units, or the place, back; they are free from the next round."""
        for resource, quantity, _, end_code in instruction.needs:
            self.record((self.now, patient.number, end_code))
            resource.returned += quantity
            if not resource.is_touched:
                resource.is_touched = True
                self.touched.append(resource)
        if instruction.gives_place_up:
            self.vacate(patient)
        return instruction.next

    def delay(self, patient: Patient, instruction: Instruction) -> None:
        """Lets time pass; an outlier's stay is longer or shorter."""
        duration = self.drawn(patient, instruction) if instruction.again else instruction.times[patient.number]
        if instruction.stay and patient.factor != 1.0:
            duration = int(duration * patient.factor + 0.5)
        if instruction.start_code:
            self.record((self.now, patient.number, instruction.start_code))
        patient.at = instruction
        patient.callbacks = self.time_over
        self.schedule(patient, TIMERS, duration)

    def until(self, patient: Patient, instruction: Instruction) -> None:
        """Waits for the next moment of a calendar, which may be now."""
        moment = instruction.moments[bisect_left(instruction.moments, self.now)]
        if instruction.start_code:
            self.record((self.now, patient.number, instruction.start_code))
        patient.at = instruction
        patient.callbacks = self.time_over
        self.schedule(patient, TIMERS, moment - self.now)

    def branch(self, patient: Patient, instruction: Instruction) -> Instruction:
        """Goes on at the target that fate chose, or at the only one."""
        if instruction.mark_code:
            self.record((self.now, patient.number, instruction.mark_code))
        if instruction.draw == NONE:
            return instruction.targets[0]
        return instruction.targets[self.drawn(patient, instruction)]

    def leave(self, patient: Patient, instruction: Instruction) -> None:
        """Leaves, giving up the place."""
        if patient.place is not None:
            self.vacate(patient)
        self.record((self.now, patient.number, instruction.leave_code))

    def drawn(self, patient: Patient, instruction: Instruction) -> int:
        """What fate has for this patient at this instruction, a new one at each visit."""
        if not instruction.again:
            return instruction.times[patient.number]
        patient.visits = visits = patient.visits or {}
        visit = visits[instruction.draw] = visits.get(instruction.draw, NONE) + 1
        return int(self.fates.values(instruction.draw, visit)[patient.number])

    def vacate(self, patient: Patient) -> None:
        """Gives up the present place, if there is one; the bed is made ready first."""
        place, patient.place, patient.factor = patient.place, None, 1.0
        if place is None:
            return
        self.record((self.now, patient.number, place.vacate_code))
        if place.turnaround:
            once(self.environment, place.turnaround, partial(self.make_ready, place))
        else:
            place.returned += 1
            self.touch(place)

    # Allocation: the second half of an instant.

    def touch(self, resource: Resource) -> None:
        """Notes that something changed at a resource, so that the next round looks at it."""
        if not resource.is_touched:
            resource.is_touched = True
            self.touched.append(resource)

    def allocate(self) -> None:
        """Serves those who wait, in rounds, until a round changes nothing."""
        while self.touched or self.impatient:
            served = self.serve_touched()
            sent_away = self.settle() if self.impatient or self.newcomers else ()
            for patient in served:
                self.advance(patient, patient.at.next)
            for patient, instruction in sent_away:
                self.advance(patient, instruction)
            self.rounds += 1
            if self.rounds > MOST_ROUNDS:
                self.stop()

    def serve_touched(self) -> list[Patient]:
        """Frees what was given back since the last round and serves those who wait where something changed."""
        touched, self.touched = self.touched, []
        served: list[Patient] = []
        shared = []
        for resource in touched:
            resource.is_touched = False
            resource.free += resource.returned
            resource.returned = 0
            if resource.free > 0 and resource.waiting:
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
            _, _, _, ticket, patient = heappop(resource.waiting)
            if patient.ticket == ticket:
                self.grant(patient)
                served.append(patient)

    def serve_in_order(self, resources: list[Resource], served: list[Patient]) -> None:
        """Serves lists on which some want several things at once, or one of several wards: one after the other."""
        passed_over: list[tuple[Resource, Entry]] = []
        blocked: set[Resource] = set()
        open_lists = resources
        while open_lists := [resource for resource in open_lists if resource.free > 0 and resource.waiting]:
            resource = min(open_lists, key=Resource.first) if len(open_lists) > 1 else open_lists[0]
            entry = heappop(resource.waiting)
            patient = entry[4]
            if patient.ticket != entry[3]:
                continue
            if self.try_to_serve(entry, blocked):
                served.append(patient)
                continue
            passed_over.append((resource, entry))
            if patient.at.is_strict:
                blocked.update(need[0] for need in patient.at.needs if need[0].strict)
        for resource, entry in passed_over:
            heappush(resource.waiting, entry)

    def try_to_serve(self, entry: Entry, blocked: set[Resource]) -> bool:
        """Gives a patient all that they need, or the first free alternative, or nothing."""
        _, queued, _, _, patient = entry
        instruction = patient.at
        for resource, quantity, _, _ in instruction.needs:
            if resource.free < quantity or resource in blocked or (resource.strict and resource.has_earlier(entry)):
                break
        else:
            self.grant(patient)
            return True
        for other in instruction.others:
            if self.now - queued >= other.after and other.resource.free > 0 and other.resource not in blocked:
                self.grant(patient, other)
                return True
        return False

    def grant(self, patient: Patient, other: Alternative | None = None) -> None:
        """Takes what the patient waited for; who takes a place gives up the old one."""
        instruction = patient.at
        self.quit_lists(patient)
        if other is not None:
            other.resource.free -= 1
            self.record((self.now, patient.number, other.place_code))
        else:
            for resource, quantity, start_code, _ in instruction.needs:
                resource.free -= quantity
                self.record((self.now, patient.number, start_code))
        if instruction.place is not None:
            self.vacate(patient)
            patient.place = other.resource if other else instruction.place
            patient.factor = other.factor if other else 1.0

    def settle(self) -> list[tuple[Patient, Instruction | None]]:
        """Sends those away who were not served and do not wait: first who gives up, then who came in vain."""
        moving = []
        impatient, self.impatient = sorted(self.impatient), []
        newcomers, self.newcomers = sorted(self.newcomers), []
        for *_, ticket, patient in impatient:
            if patient.ticket == ticket:
                moving.append(self.send_away(patient, patient.at.renege_code, patient.at.on_give_up))
        for *_, ticket, patient in newcomers:
            if patient.ticket != ticket:
                continue
            instruction = patient.at
            if instruction.on_refuse:
                moving.append(self.send_away(patient, instruction.refuse_code, instruction.on_refuse))
            elif instruction.waiting_count >= instruction.limit:
                moving.append(self.send_away(patient, instruction.balk_code, instruction.on_full))
            else:
                instruction.waiting_count += 1
                patient.is_counted = True
        return moving

    def send_away(self, patient: Patient, why: int, target: Instruction | None) -> tuple[Patient, Instruction | None]:
        """Takes a patient from the waiting lists; returns where they go on."""
        self.quit_lists(patient)
        self.record((self.now, patient.number, why))
        return patient, target

    def quit_lists(self, patient: Patient) -> None:
        """Makes the patient's entries void; where nobody may overtake, those behind them are looked at again."""
        patient.ticket += 1
        instruction = patient.at
        if patient.is_counted:
            patient.is_counted = False
            instruction.waiting_count -= 1
        if instruction.is_strict:
            for need in instruction.needs:
                self.touch(need[0])

    def stop(self) -> NoReturn:
        """Stops a run in which patients go round in circles inside one instant."""
        infos = [self.program.steps[step] for step in self.recorder.last_steps()]
        names = ", ".join(sorted(f"{info.pathway}/{info.name}" for info in infos))
        raise EndlessInstantError(f"no time passes while patients go round {names}; give one of them a time")
