"""Linking: the tables of a program, looked up for one replication."""

from collections.abc import Sequence

import numpy as np

from sim.demand.fates import Fates
from sim.engine.eventlog import NOTHING, Event, code
from sim.engine.program import NONE, Closing, Effect, Ints, Kind, Op, Program, Resuming
from sim.engine.reference.things import Instruction, Need, Resource, Way


def link(program: Program, fates: Fates) -> tuple[list[Resource], list[Instruction]]:
    """Looks up the tables of a program for one replication.

    Args:
        program: the compiled scenario.
        fates: the patients of the replication.

    Returns:
        The resources and the instructions, by their numbers; instructions know each other and their resources.
    """
    resources = _resources(program)
    table = program.instructions
    instructions = [
        Instruction(number, Op(op), step)
        for number, (op, step) in enumerate(zip(table.op.tolist(), table.step.tolist(), strict=True))
    ]
    for instruction in instructions:
        _link_needs(instruction, program, resources)
        _link_targets(instruction, program, instructions)
        _link_rules(instruction, program, fates)
        _link_times(instruction, program, fates)
    rounds = {at.since: at.draw for at in instructions if at.op is Op.BRANCH and at.draw != NONE}
    for instruction in instructions:
        if instruction.op is Op.BRANCH and instruction.since != NONE:
            instruction.counts = rounds[instruction.since]
        if instruction.policy != NONE:  # both branches behind it are one step, whose visits are counted together
            instruction.targets[1].counts = instruction.targets[0].draw
    _find_least(instructions)
    _mark_interruptible(instructions, program, resources)
    return resources, instructions


def _find_least(instructions: list[Instruction]) -> None:
    """How many of each resource must be free at least, so that long lists are not looked through in vain."""
    least: dict[Resource, int] = {}
    for instruction in instructions:
        for resource, quantity, *_ in (need for way in instruction.ways for need in way.needs):
            asked = quantity + instruction.keep_free
            least[resource] = min(asked, least.get(resource, asked))
    for resource, asked in least.items():
        resource.least = asked


def _resources(program: Program) -> list[Resource]:
    found = [Resource(number, name) for number, name in enumerate(program.resources)]
    for resource in found:
        number = resource.number
        resource.kind, resource.closing = Kind(program.kind[number]), Closing(program.closing[number])
        resource.turnaround, resource.strict = int(program.turnaround[number]), bool(program.strict[number])
        resource.is_place, resource.keep = bool(program.is_place[number]), int(program.keep[number])
        resource.reorder_at, resource.order_units = int(program.reorder_at[number]), int(program.order_units[number])
        resource.is_tracked = resource.closing != Closing.FINISH
    links = zip(program.staffed_ward.tolist(), program.staffed_by.tolist(), program.staffed_beds.tolist(), strict=True)
    for ward, staff, beds in links:
        found[ward].staffed_by.append((found[staff], beds))
        found[staff].limits.append(found[ward])
    for number in program.effect_resource[program.effect == Effect.EARLY_DISCHARGE].tolist():
        found[number].is_tracked = True
    return found


def _needs(
    span: slice, program: Program, resources: list[Resource], events: tuple[Event, Event], step: int
) -> list[Need]:
    """What is taken, with what the log says when it is taken and when it is given back."""
    units = zip(program.need_resource[span].tolist(), program.need_quantity[span].tolist(), strict=True)
    return [
        (
            resources[resource],
            quantity,
            code(events[0], step, resource, quantity),
            code(events[1], step, resource, quantity),
        )
        for resource, quantity in units
    ]


def _link_needs(instruction: Instruction, program: Program, resources: list[Resource]) -> None:
    """Resources that an instruction takes or gives back, and what it writes to the log."""
    table, number, step = program.instructions, instruction.number, instruction.step
    takes_place = instruction.op is Op.SEIZE and table.place[number] == 1
    instruction.holds = table.hold[number] == 1
    instruction.gives_place_up = instruction.op is Op.RELEASE and table.place[number] == 1
    events = (Event.START, Event.END)
    if takes_place:
        events = (Event.PLACE, Event.VACATE)
    elif instruction.holds:
        events = (Event.HOLD, Event.GIVE_BACK)
    if instruction.op is Op.RELEASE:
        span = slice(table.needs_from[number], table.needs_to[number])
        instruction.needs = _needs(span, program, resources, events, step)
    for way in range(table.ways_from[number], table.ways_to[number]):
        span = slice(program.way_needs_from[way], program.way_needs_to[way])
        needs = _needs(span, program, resources, events, step)
        returns = program.way_returns[way] == 1
        instruction.ways.append(
            Way(needs, int(program.way_after[way]), float(program.way_factor[way]), returns=bool(returns))
        )
    if instruction.ways:
        instruction.needs = instruction.ways[0].needs
        instruction.others = instruction.ways[1:]
        instruction.place = instruction.needs[0][0] if takes_place else None
        _name_queue(instruction)
    if table.alone[number] == 1:
        instruction.start_code = code(Event.START, step, NOTHING)
        instruction.end_code = code(Event.END, step, NOTHING)


def _name_queue(instruction: Instruction) -> None:
    """The queue of a step is known by the first resource that it needs."""
    first, step = instruction.needs[0][0].number, instruction.step
    instruction.is_strict = any(need[0].strict for need in instruction.needs)
    instruction.queue_code = code(Event.QUEUE, step, first)
    instruction.renege_code = code(Event.RENEGE, step, first)
    instruction.worsen_code = code(Event.WORSEN, step, first)
    instruction.late_code = code(Event.LATE, step, first)
    instruction.balk_code = code(Event.BALK, step, first)
    instruction.refuse_code = code(Event.REFUSE, step, first)


def _link_targets(instruction: Instruction, program: Program, instructions: list[Instruction]) -> None:
    """Instructions to which an instruction can lead."""
    table, number = program.instructions, instruction.number

    def at(column: Ints) -> Instruction | None:
        target = int(column[number])
        return instructions[target] if 0 <= target < len(instructions) else None

    instruction.next = at(table.next)
    instruction.on_give_up, instruction.on_worse = at(table.on_give_up), at(table.on_worse)
    instruction.on_full, instruction.on_refuse = at(table.on_full), at(table.on_refuse)
    instruction.on_late = at(table.on_late)
    span = slice(table.targets_from[number], table.targets_to[number])
    instruction.targets = [instructions[target] for target in program.branch_target[span].tolist()]
    instruction.policy = int(table.policy[number])
    if table.mark[number] == 1:
        instruction.mark_code = code(Event.MARK, instruction.step)


def _link_rules(instruction: Instruction, program: Program, fates: Fates) -> None:
    """Rules for those who wait."""
    if instruction.op is not Op.SEIZE:
        return
    table, number = program.instructions, instruction.number
    instruction.limit = int(table.queue_limit[number])
    instruction.priority = int(table.priority[number])
    instruction.keep_free = int(table.keep_free[number])
    instruction.preempts = table.preempts[number] == 1
    instruction.worsen_draw = int(table.worsen_draw[number])
    instruction.finish = int(table.finish[number])
    instruction.resuming = Resuming(max(int(table.resuming[number]), 0))
    span = slice(table.promotions_from[number], table.promotions_to[number])
    after, to = program.promotion_after[span].tolist(), program.promotion_priority[span].tolist()
    instruction.promotions = list(zip(after, to, strict=True))
    if table.priority_draw[number] != NONE:
        instruction.priorities = _values(fates, int(table.priority_draw[number]))
    for way, accepts in zip(instruction.ways, program.way_accepts[table.ways_from[number] :].tolist(), strict=False):
        way.accepts = _values(fates, accepts) if accepts != NONE else None
    exits = (instruction.on_give_up, instruction.on_worse, instruction.on_full, instruction.on_refuse)
    instruction.has_rules = (
        bool(instruction.others)
        or bool(instruction.promotions)
        or instruction.preempts
        or instruction.finish != NONE
        or any(exit is not None for exit in exits)
    )
    wanted = [need for way in instruction.ways for need in way.needs]
    plain = len(wanted) == 1 and wanted[0][1] == 1 and not instruction.keep_free and not instruction.preempts
    plain &= instruction.ways[0].accepts is None
    for need in wanted:
        need[0].is_simple &= plain


def _link_times(instruction: Instruction, program: Program, fates: Fates) -> None:
    """What fate decides at an instruction, and the calendar and factors that it follows."""
    table, number = program.instructions, instruction.number
    instruction.draw = instruction.counts = int(table.draw[number])
    instruction.again = bool(table.again[number] == 1)
    instruction.stay = bool(table.stay[number] == 1)
    instruction.planned = int(table.planned[number])
    instruction.since = int(table.since[number])
    instruction.begins = program.begun_repeat[table.begins_from[number] : table.begins_to[number]].tolist()
    if instruction.draw != NONE:
        instruction.times = _values(fates, instruction.draw)
    if table.profile[number] != NONE:
        profile = table.profile[number]
        span = slice(program.profile_from[profile], program.profile_to[profile])
        instruction.profile = (program.profile_moment[span].tolist(), program.profile_factor[span].tolist())
    if instruction.op is Op.UNTIL:
        calendar = table.calendar[number]
        span = slice(program.calendar_from[calendar], program.calendar_to[calendar])
        instruction.moments = program.calendar_moment[span].tolist()
    instruction.is_rich = instruction.op is Op.DELAY and (
        instruction.profile is not None or instruction.draw == NONE or bool(instruction.begins)
    )


def _values(fates: Fates, draw: int) -> Sequence[int]:
    """What a draw decides at the first visit, by patient number."""
    return memoryview(np.ascontiguousarray(fates.values(draw)).data)


def _mark_interruptible(instructions: list[Instruction], program: Program, resources: list[Resource]) -> None:
    """Steps that may be interrupted, and those that use things of which the users must be known."""
    for instruction in instructions:
        for resource, *_ in instruction.needs if instruction.preempts or instruction.finish != NONE else ():
            resource.is_tracked |= instruction.preempts
            resource.closings = _closings(program, resource.number) if resource.kind is Kind.UNITS else []
    seized = {at.step: at for at in instructions if at.op is Op.SEIZE}
    for seize in seized.values():
        needs = [need[0] for way in seize.ways for need in way.needs]
        seize.is_noted = seize.holds
        seize.is_tracked = any(need.is_tracked for need in needs)
        units = all(need.kind is Kind.UNITS for need in needs)
        seize.is_interruptible = seize.is_tracked and units and not seize.holds
    tracked_places = any(resource.is_tracked and resource.is_place for resource in resources)
    for instruction in instructions:
        if instruction.op in (Op.DELAY, Op.UNTIL) and instruction.start_code:
            instruction.is_interruptible = tracked_places
            instruction.is_rich |= tracked_places
        elif instruction.op is Op.DELAY:
            seize = seized[instruction.step]
            instruction.is_interruptible = seize.is_interruptible
            instruction.is_rich |= seize.is_interruptible or any(way.factor != 1.0 for way in seize.ways)
        elif instruction.op is Op.RELEASE and not instruction.gives_place_up and not instruction.holds:
            _link_release(instruction, seized[instruction.step])


def _link_release(release: Instruction, seize: Instruction) -> None:
    """An activity gives back what it took; if that is always the same and comes back at once, it is known before."""
    release.needs = seize.needs
    needs = [need[0] for way in seize.ways for need in way.needs]
    spent = any(need.kind is not Kind.UNITS or need.turnaround for need in needs)
    release.is_rich = seize.is_noted = len(seize.ways) > 1 or seize.is_tracked or spent


def _closings(program: Program, resource: int) -> list[int]:
    """Moments at which a resource has fewer units than before, by plan."""
    own = program.capacity_resource == resource
    times, units = program.capacity_time[own], program.capacity_units[own]
    fewer = np.flatnonzero(units[1:] < units[:-1]) + 1
    found: list[int] = times[fewer].tolist()
    return found
