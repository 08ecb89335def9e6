"""The reference engine's hospital: a SimPy model, written to be read.

Follow one patient. `run` lets time pass instant by instant. In the first half of an instant all that ends, changes
or arrives at that moment happens: `resume` (a patient's time is over), a bed is clean, another way may be taken,
patience ends, capacity changes (`sim.engine.reference.capacity`), policies look and act (`watching`), patients
`arrive`. In the second half free units go to those who wait, in rounds, until a round changes nothing (`allocation`).
Section 5 of `docs/semantics.md` is the rule.

A patient carries out one instruction of the program after the other (`advance`) until one of them has to wait: for
units (`seize`), for time to pass (`delay`, `until`), or for ever (`leave`). A patient is the SimPy event of their own
next moment, so a wait costs one event; resources and waiting lists are our own (`things`). What is rarely declared
(factors on times, steps that may be interrupted) has instructions of its own, so that the plain ones stay fast.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from sim import clock
from sim.demand.fates import Fates
from sim.engine.eventlog import Event, EventLog, code
from sim.engine.program import NONE, Op, Program, Resuming
from sim.engine.reference.allocation import Allocation
from sim.engine.reference.capacity import Capacity
from sim.engine.reference.things import Held, Instruction, Patient, Perform
from sim.engine.reference.timeline import ARRIVALS, TIMERS, series
from sim.engine.reference.watching import Watcher


def run(program: Program, fates: Fates) -> EventLog:
    """Runs one replication.

    Args:
        program: the compiled scenario.
        fates: the patients of the replication, of the same scenario.

    Returns:
        The facts up to the end of the run.

    Raises:
        EndlessInstantError: if patients go round in circles without time passing; names the steps.
        KnotError: if patients wait for each other's places for ever; names them.
    """
    return Hospital(program, fates).run()


class Hospital(Allocation):
    """One replication: the instructions, and the passing of time."""

    def __init__(self, program: Program, fates: Fates) -> None:
        super().__init__(program, fates)
        self.schedule: Callable[[Any, int, int], None] = self.environment.schedule  # type: ignore[assignment]
        self.time_over: list[Callable[[Any], None]] = [self.resume]
        self.capacity = Capacity(self, self.interruptions, self.stock)
        self.watchers = [
            Watcher(self, self.capacity, self.interruptions, number) for number in range(len(program.policy_step))
        ]
        plain = not fates.waited_ms.any() and not program.way_returns.any()
        for instruction in self.instructions:
            instruction.perform = self.action(instruction)
            if instruction.op is Op.SEIZE and plain:
                if instruction.priorities is None:
                    instruction.perform = self.seize if instruction.place is None else self.seize_place
                special = (instruction.is_noted, instruction.begins, instruction.is_strict, instruction.on_full)
                instruction.is_plain = instruction.place is None and not any(special)

    def action(self, instruction: Instruction) -> Perform:
        """What carrying out an instruction means."""
        if instruction.op is Op.RELEASE:
            if instruction.gives_place_up:
                return self.vacate
            if instruction.holds:
                return self.give_back
            return self.release_taken if instruction.is_rich else self.release
        if instruction.op is Op.BRANCH and instruction.since != NONE:
            return self.begin_rounds if instruction.draw == NONE else self.branch
        if instruction.op is Op.BRANCH and instruction.policy != NONE:
            return self.branch_by_policy
        if instruction.op is Op.DELAY:
            return self.delay_with_more if instruction.is_rich else self.delay
        if instruction.op is Op.UNTIL:
            return self.until_with_more if instruction.is_interruptible or instruction.begins else self.until
        return {Op.SEIZE: self.seize_with_more, Op.BRANCH: self.branch, Op.LEAVE: self.leave}[instruction.op]

    def run(self) -> EventLog:
        """Lets time pass until the end."""
        peek, step, horizon = self.environment.peek, self.environment.step, self.program.horizon_ms
        allocate = self.allocate
        self.capacity.schedule()
        for watcher in self.watchers:
            watcher.schedule()
        self.schedule_arrivals()
        days = list(range(0, horizon, clock.DAY))
        series(self.environment, days, TIMERS, lambda _: self.recorder.pack_if_long())
        while (now := peek()) < horizon:
            if now == self.now:
                self.count_round()
            else:
                self.now, self.rounds = int(now), 0
            step()
            while peek() == now:
                step()
            allocate()
            if self.suspects:
                self.knots.stop_if_for_ever()
        return self.recorder.finish(horizon)

    def schedule_arrivals(self) -> None:
        """Brings the patients in at their times."""
        fates, instructions = self.fates, self.instructions
        order = np.argsort(fates.stream, kind="stable")
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        targets = [instructions[at] for at in self.program.entry.tolist()]
        entries, ranks, priorities = fates.entry.tolist(), rank.tolist(), fates.priority.tolist()
        waited = fates.waited_ms.tolist() if fates.waited_ms.any() else None
        arrival_code, record, advance = code(Event.ARRIVE), self.record, self.advance

        def arrive(number: int) -> None:
            record((self.now, number, arrival_code))
            patient = Patient(number, ranks[number], priorities[number])
            if waited is not None:
                patient.waited = waited[number]
            advance(patient, targets[entries[number]])

        series(self.environment, fates.arrival_ms.tolist(), ARRIVALS, arrive)

    # What a patient does. Instructions return the next one, or None if the patient has to wait.

    def advance(self, patient: Patient, instruction: Instruction | None) -> None:
        """Carries out instructions until the patient has to wait or leaves."""
        while instruction is not None:
            instruction = instruction.perform(patient, instruction)

    def resume(self, patient: Patient) -> None:
        """The time of a patient's delay is over."""
        at = patient.at
        if at.end_code:
            self.record((self.now, patient.number, at.end_code))
        instruction = at.next
        while instruction is not None:  # as in `advance`, without another call
            instruction = instruction.perform(patient, instruction)

    def release(self, patient: Patient, instruction: Instruction) -> Instruction | None:
        """Gives units back; they are free from the next round."""
        for resource, quantity, _, end_code in instruction.needs:
            self.record((self.now, patient.number, end_code))
            resource.returned += quantity
            if not resource.is_touched:
                resource.is_touched = True
                self.touched.append(resource)
        return instruction.next

    def release_taken(self, patient: Patient, instruction: Instruction) -> Instruction | None:
        """Gives back what the step took, where that is not always the same or does not always come back at once."""
        taken, patient.taken = patient.taken, None
        uses, patient.uses = patient.uses or {}, None
        self.interruptions.priorities.pop(patient, None)
        for resource, quantity, _, end_code in taken[1].needs if taken else instruction.needs:
            self.record((self.now, patient.number, end_code))
            self.take_back(resource, quantity, uses.get(resource))
        return instruction.next

    def give_back(self, patient: Patient, instruction: Instruction) -> Instruction | None:
        """Gives back what was held, of the resources that the instruction names."""
        named = {need[0] for need in instruction.needs}
        self.give_back_held(patient, [held for held in patient.held or () if held[0] in named])
        return instruction.next

    def give_back_held(self, patient: Patient, going: list[Held]) -> None:
        """Gives back some of what a patient holds."""
        patient.held = [held for held in patient.held or () if held not in going]
        for resource, quantity, code_of_it, use in going:
            self.record((self.now, patient.number, code_of_it))
            self.take_back(resource, quantity, use)

    def vacate(self, patient: Patient, instruction: Instruction) -> Instruction | None:
        """Gives up the place."""
        self.leave_place(patient)
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

    def delay_with_more(self, patient: Patient, instruction: Instruction) -> None:
        """Lets time pass that depends on the moment, on who does it, or on what was left, and may be cut short."""
        now = self.now
        if instruction.start_code:
            self.record((now, patient.number, instruction.start_code))
            if instruction.begins:
                self.begin(patient, instruction)
        if patient.left is None:
            duration = self.duration(patient, instruction)
        else:
            duration, patient.left = patient.left, None
        patient.at = instruction
        patient.ends = now + duration
        patient.turn += 1
        self.once(duration, partial(self.resume_unless_interrupted, patient, patient.turn))

    def duration(self, patient: Patient, instruction: Instruction) -> int:
        """Length of a delay with all that bears on it, rounded once."""
        now = self.now
        if instruction.since != NONE:
            begun = (patient.rounds or {}).pop(instruction.since, now)
            return max(begun + instruction.planned - now, 0)
        time: float = self.time_drawn(patient, instruction)
        if instruction.stay:
            time *= patient.factor
        elif patient.taken is not None:
            time *= patient.taken[1].factor
        if instruction.profile is not None:
            moments, factors = instruction.profile
            time *= factors[bisect_right(moments, now) - 1]
        return int(time + 0.5)

    def time_drawn(self, patient: Patient, instruction: Instruction) -> int:
        """The time before all factors; of an interrupted step, that is to begin again, the same or a new one."""
        resuming, patient.resuming = patient.resuming, Resuming.RESUME
        if resuming is Resuming.ANEW:
            visit = self.next_visit(patient, instruction.draw)
            patient.drawn = int(self.fates.values(instruction.draw, visit)[patient.number])
        elif resuming is Resuming.RESUME:
            patient.drawn = self.drawn(patient, instruction)
        return patient.drawn

    def resume_unless_interrupted(self, patient: Patient, turn: int, _: Any) -> None:
        """The time of a delay is over that could have been cut short."""
        if patient.turn == turn:
            self.resume(patient)

    def until(self, patient: Patient, instruction: Instruction) -> None:
        """Waits for the next moment of a calendar, which may be now."""
        now = self.now
        moment = instruction.moments[bisect_left(instruction.moments, now)]
        if instruction.start_code:
            self.record((now, patient.number, instruction.start_code))
        patient.at = instruction
        patient.callbacks = self.time_over
        self.schedule(patient, TIMERS, moment - now)

    def until_with_more(self, patient: Patient, instruction: Instruction) -> None:
        """The same, where the place may be closed meanwhile or a round is counted from here."""
        now = self.now
        if instruction.begins:
            self.begin(patient, instruction)
        moment = instruction.moments[bisect_left(instruction.moments, now)]
        self.record((now, patient.number, instruction.start_code))
        patient.at = instruction
        patient.ends, patient.left = moment, None
        patient.turn += 1
        self.once(moment - now, partial(self.resume_unless_interrupted, patient, patient.turn))

    def branch(self, patient: Patient, instruction: Instruction) -> Instruction:
        """Goes on at the target that fate chose, or at the only one."""
        if instruction.mark_code:
            self.record((self.now, patient.number, instruction.mark_code))
        if instruction.draw == NONE:
            return instruction.targets[0]
        return instruction.targets[self.drawn(patient, instruction)]

    def branch_by_policy(self, patient: Patient, instruction: Instruction) -> Instruction:
        """Goes on at the first target while a policy is active, else at the second."""
        return instruction.targets[0 if self.active[instruction.policy] else 1]

    def begin_rounds(self, patient: Patient, instruction: Instruction) -> Instruction:
        """Comes to a repeat: nothing is begun in it yet, and rounds are counted anew."""
        if patient.rounds:
            patient.rounds.pop(instruction.since, None)
        if patient.visits:
            patient.visits.pop(instruction.counts, None)
        return instruction.targets[0]

    def leave(self, patient: Patient, instruction: Instruction) -> None:
        """Leaves, giving up the place and all that is held."""
        if patient.held:
            self.give_back_held(patient, patient.held)
        if patient.place is not None:
            self.leave_place(patient)
        self.record((self.now, patient.number, instruction.leave_code))
