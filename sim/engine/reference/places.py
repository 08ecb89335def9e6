"""What the reference engine moves about: resources with waiting lists, patients, instructions looked up."""

from collections.abc import Callable, Sequence
from heapq import heappop
from typing import Final

import numpy as np
import simpy

from sim.demand.fates import Fates
from sim.engine.eventlog import NOTHING, Event, code
from sim.engine.program import NONE, Op, Program

Entry = tuple[int, int, int, int, "Patient"]
"""Place in a waiting list: priority, moment queued, rank, ticket, patient; void once the patient has another ticket."""
Need = tuple["Resource", int, int, int]
"""What is taken and given back: resource, units, and what the log says when it is taken and when it is given back."""
Perform = Callable[["Patient", "Instruction"], "Instruction | None"]
NO_LIMIT: Final = -1


class Resource:
    """Units that are taken and given back, and those who wait for them."""

    __slots__ = (
        "capacity", "free", "is_simple", "is_touched", "number", "ready_code", "returned", "strict", "turnaround",
        "vacate_code", "waiting",
    )  # fmt: skip

    def __init__(self, number: int, *, turnaround: int, strict: bool) -> None:
        self.number = number
        self.capacity = 0
        self.free = 0  # negative while more are in use than there should be
        self.returned = 0  # given back since the last round
        self.turnaround = turnaround
        self.strict = strict
        self.is_simple = True  # all who wait here want one unit of this and nothing else
        self.is_touched = False  # something changed here since the last round
        self.ready_code = code(Event.READY, resource=number, quantity=1)
        self.vacate_code = code(Event.VACATE, resource=number, quantity=1)
        self.waiting: list[Entry] = []  # a heap

    def first(self) -> Entry:
        """The first entry; there must be one."""
        return self.waiting[0]

    def has_earlier(self, entry: Entry) -> bool:
        """Whether somebody waits here who comes before an entry."""
        while self.waiting and self.waiting[0][4].ticket != self.waiting[0][3]:
            heappop(self.waiting)
        return bool(self.waiting) and self.waiting[0] < entry


class Patient(simpy.Event):
    """Where a patient is in the program and what they hold; the SimPy event is their own next moment."""

    __slots__ = ("at", "factor", "is_counted", "number", "place", "priority", "rank", "ticket", "visits")
    _ok = True

    def __init__(self, number: int, rank: int, priority: int) -> None:
        self.number = number
        self.rank = rank  # order among those who queued in the same instant: by stream, then by arrival
        self.priority = priority
        self.place: Resource | None = None
        self.factor = 1.0  # on the stay in the present place
        self.ticket = 0  # grows when the patient joins and when they quit waiting lists
        self.is_counted = False  # among those who wait at a step with a queue limit
        self.at: Instruction
        self.visits: dict[int, int] | None = None


class Alternative:
    """Another place for those who have waited long enough."""

    __slots__ = ("after", "factor", "place_code", "resource")

    def __init__(self, resource: Resource, after: int, factor: float, step: int) -> None:
        self.resource = resource
        self.after = after
        self.factor = factor
        self.place_code = code(Event.PLACE, step, resource.number, 1)


class Instruction:
    """An instruction with its table entries looked up."""

    __slots__ = (
        "again", "balk_code", "draw", "end_code", "gives_place_up", "has_rules", "is_strict", "leave_code", "limit",
        "mark_code", "moments", "needs", "next", "number", "on_full", "on_give_up", "on_refuse", "op", "others",
        "perform", "place", "priority", "queue_code", "refuse_code", "renege_code", "start_code", "stay", "step",
        "targets", "times", "waiting_count",
    )  # fmt: skip

    def __init__(self, number: int, op: Op, step: int) -> None:
        self.number = number
        self.op = op
        self.step = step
        self.perform: Perform
        self.next: Instruction | None = None
        self.needs: list[Need] = []
        self.place: Resource | None = None  # the ward to enter
        self.others: list[Alternative] = []
        self.targets: list[Instruction] = []
        self.on_give_up: Instruction | None = None
        self.on_full: Instruction | None = None
        self.on_refuse: Instruction | None = None
        self.limit = NO_LIMIT
        self.waiting_count = 0  # who waits at this step, where there is a limit
        self.priority = NONE
        self.draw = NONE
        self.times: Sequence[int] = ()  # of the first visit of each patient, by patient number
        self.again = False
        self.stay = False
        self.moments: list[int] = []
        self.has_rules = False  # patience, a limit, refusal or other wards
        self.gives_place_up = False
        self.is_strict = False  # nobody overtakes at one of the resources that it needs
        self.queue_code = code(Event.QUEUE, step)
        self.renege_code = code(Event.RENEGE, step)
        self.balk_code = code(Event.BALK, step)
        self.refuse_code = code(Event.REFUSE, step)
        self.leave_code = code(Event.LEAVE, step)
        self.mark_code = 0
        self.start_code = 0  # of a wait that is a step of its own
        self.end_code = 0


def link(program: Program, fates: Fates) -> tuple[list[Resource], list[Instruction]]:
    """Looks up the tables of a program for one replication.

    Args:
        program: the compiled scenario.
        fates: the patients of the replication.

    Returns:
        The resources and the instructions, by their numbers; instructions know each other and their resources.
    """
    turnaround, strict = program.turnaround.tolist(), program.strict.tolist()
    resources = [
        Resource(number, turnaround=turnaround[number], strict=bool(strict[number]))
        for number in range(len(program.resources))
    ]
    table = program.instructions
    instructions = [
        Instruction(number, Op(op), step)
        for number, (op, step) in enumerate(zip(table.op.tolist(), table.step.tolist(), strict=True))
    ]
    for instruction in instructions:
        _link_needs(instruction, program, resources)
        _link_targets(instruction, program, instructions)
        _link_draws(instruction, program, fates)
    return resources, instructions


def _link_needs(instruction: Instruction, program: Program, resources: list[Resource]) -> None:
    """Resources that an instruction takes or gives back, and what it writes to the log."""
    table, number, step = program.instructions, instruction.number, instruction.step
    span = slice(table.needs_from[number], table.needs_to[number])
    units = zip(program.need_resource[span].tolist(), program.need_quantity[span].tolist(), strict=True)
    takes_place = instruction.op is Op.SEIZE and table.place[number] == 1
    start = Event.PLACE if takes_place else Event.START
    instruction.needs = [
        (
            resources[resource],
            quantity,
            code(start, step, resource, quantity),
            code(Event.END, step, resource, quantity),
        )
        for resource, quantity in units
    ]
    instruction.place = instruction.needs[0][0] if takes_place else None
    instruction.is_strict = any(need[0].strict for need in instruction.needs)
    if instruction.needs:
        first = instruction.needs[0][0].number
        instruction.queue_code = code(Event.QUEUE, step, first)
        instruction.renege_code = code(Event.RENEGE, step, first)
        instruction.balk_code = code(Event.BALK, step, first)
        instruction.refuse_code = code(Event.REFUSE, step, first)
    instruction.gives_place_up = instruction.op is Op.RELEASE and table.place[number] == 1
    for other in range(table.others_from[number], table.others_to[number]):
        resource = resources[program.other_resource[other]]
        after, factor = int(program.other_after[other]), float(program.other_stay[other])
        instruction.others.append(Alternative(resource, after, factor, step))
    if instruction.op is Op.SEIZE:
        wanted = [need[0] for need in instruction.needs] + [other.resource for other in instruction.others]
        for resource in wanted:
            resource.is_simple &= len(wanted) == 1 and instruction.needs[0][1] == 1
    if table.alone[number] == 1:
        instruction.start_code = code(Event.START, step, NOTHING)
        instruction.end_code = code(Event.END, step, NOTHING)


def _link_targets(instruction: Instruction, program: Program, instructions: list[Instruction]) -> None:
    """Instructions to which an instruction can lead."""
    table, number = program.instructions, instruction.number

    def at(target: int) -> Instruction | None:
        return instructions[target] if 0 <= target < len(instructions) else None

    instruction.next = at(int(table.next[number]))
    instruction.on_give_up = at(int(table.on_give_up[number]))
    instruction.on_full = at(int(table.on_full[number]))
    instruction.on_refuse = at(int(table.on_refuse[number]))
    instruction.limit = int(table.queue_limit[number])
    instruction.priority = int(table.priority[number])
    span = slice(table.targets_from[number], table.targets_to[number])
    instruction.targets = [instructions[target] for target in program.branch_target[span].tolist()]
    exits = (instruction.on_give_up, instruction.on_full, instruction.on_refuse)
    instruction.has_rules = bool(instruction.others) or any(exit is not None for exit in exits)
    if table.mark[number] == 1:
        instruction.mark_code = code(Event.MARK, instruction.step)


def _link_draws(instruction: Instruction, program: Program, fates: Fates) -> None:
    """What fate decides at an instruction, and the calendar that it follows."""
    table, number = program.instructions, instruction.number
    instruction.draw = int(table.draw[number])
    instruction.again = bool(table.again[number] == 1)
    instruction.stay = bool(table.stay[number] == 1)
    if instruction.draw != NONE:
        instruction.times = memoryview(np.ascontiguousarray(fates.values(instruction.draw)).data)
    if instruction.op is Op.UNTIL:
        calendar = table.calendar[number]
        span = slice(program.calendar_from[calendar], program.calendar_to[calendar])
        instruction.moments = program.calendar_moment[span].tolist()
