"""Causes: everything that patients of a scenario can wait for, as the wait ledger charges it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.engine.program import NONE, Closing, Kind, Op, Program
from sim.measure.window import Ints
from sim.scenario.pathway import WaitUntil, flatten
from sim.scenario.scenario import Scenario

PLANNED: Final = "planned"
"""What a pause counts as that belongs to the care."""
DISCHARGE_DELAY: Final = "discharge_delay"
"""What steps count as whose time is a delay even before `ready`."""
READY: Final = "ready"
"""Milestone behind which nothing but delays keeps a patient."""
CAUSE: Final = "cause"
"""First word of the scopes of causes."""
WARD_CAUSE: Final = f"{CAUSE}:ward:"
"""How the scopes of wards as causes begin."""
_EXITS: Final = ("next", "on_give_up", "on_worse", "on_full", "on_refuse", "on_late")


@dataclass(frozen=True, slots=True)
class Causes:
    """The causes of a scenario, and the number of each by what it is about; -1 where there is none.

    They depend on what is declared only, so that all replications have the same.
    """

    scopes: tuple[str, ...]
    """Scope of each cause, such as `cause:ward:medical`, in the order of the lists below."""
    short: Ints
    """Cause by number of the resource: the patient waits for it, in `cause:ward:`, `cause:staff:` and so on."""
    closed: Ints
    """Cause by number of the resource: there is none by plan, or no slot was offered yet; `cause:closed:`."""
    calendar: Ints
    """Cause by number of the step that waits for a moment; `cause:calendar:` and the calendar, or the step."""
    discharge: Ints
    """Cause by number of the step that keeps patients who could leave; `cause:discharge:` and the step."""

    has_ready: bool
    """Whether anybody can ever be ready to leave."""

    def __len__(self) -> int:
        return len(self.scopes)


def causes(scenario: Scenario, program: Program) -> Causes:
    """Lists the causes that a scenario can have.

    Args:
        scenario: what is declared.
        program: the same, compiled.
    """
    before, after = _reached(program)
    op, step_of = program.instructions.op.tolist(), program.instructions.step.tolist()
    asked = {
        need
        for at in before
        if op[at] == Op.SEIZE
        for way in open_ways(program, at)
        for need in program.need_resource[program.way_needs_from[way] : program.way_needs_to[way]].tolist()
    }
    names = program.resources
    kinds = {name: kind for kind, section in _sections(scenario).items() for name in section}
    is_planned = [step.meaning == PLANNED for step in program.steps]
    calendars = {step_of[at] for at in before if op[at] == Op.UNTIL and not is_planned[step_of[at]]}
    delays = {step_of[at] for at in after if op[at] in (Op.SEIZE, Op.DELAY, Op.UNTIL)}
    delays |= {number for number, step in enumerate(program.steps) if step.meaning == DISCHARGE_DELAY}
    short = {number: f"{kinds[names[number]]}:{names[number]}" for number in sorted(asked)}
    closed = {number: f"closed:{names[number]}" for number in sorted(asked) if _can_be_closed(program, number)}
    calendar = {number: f"calendar:{_calendar_name(scenario, program, number)}" for number in sorted(calendars)}
    discharge = {number: f"discharge:{_step_name(program, number)}" for number in sorted(delays)}
    scopes: dict[str, int] = {}
    for part in (short, closed, calendar, discharge):
        for scope in part.values():
            scopes.setdefault(f"{CAUSE}:{scope}", len(scopes))
    return Causes(
        scopes=tuple(scopes),
        short=_numbered(short, len(names), scopes),
        closed=_numbered(closed, len(names), scopes),
        calendar=_numbered(calendar, len(program.steps), scopes),
        discharge=_numbered(discharge, len(program.steps), scopes),
        has_ready=bool(after),
    )


def open_ways(program: Program, instruction: int) -> list[int]:
    """Ways of a SEIZE that can be the first which is open to a patient: up to the first that is open to all."""
    table, found = program.instructions, []
    for way in range(table.ways_from[instruction], table.ways_to[instruction]):
        found.append(way)
        if program.way_accepts[way] == NONE:
            break
    return found


def plan_of(program: Program, resource: int) -> tuple[Ints, Ints]:
    """Moments in milliseconds, and the units that there are by plan from each of them on."""
    rows = np.flatnonzero(program.capacity_resource == resource)
    moments = program.capacity_time[rows]
    last = np.append(moments[1:] != moments[:-1], True)[: len(moments)]
    return moments[last], program.capacity_units[rows][last]


def _can_be_closed(program: Program, resource: int) -> bool:
    """Slots are not always on offer; other things only if the plan says so; supplies never close."""
    if program.kind[resource] != Kind.UNITS:
        return bool(program.kind[resource] == Kind.SLOTS)
    return bool((plan_of(program, resource)[1] <= 0).any())


def _sections(scenario: Scenario) -> dict[str, Iterable[str]]:
    return {
        "ward": scenario.wards,
        "staff": scenario.staff,
        "equipment": scenario.equipment,
        "slots": scenario.slots,
        "supplies": scenario.supplies,
    }


def _numbered(part: dict[int, str], size: int, scopes: dict[str, int]) -> Ints:
    found = np.full(size, NONE, np.int64)
    for number, scope in part.items():
        found[number] = scopes[f"{CAUSE}:{scope}"]
    return found


def _step_name(program: Program, step: int) -> str:
    return f"{program.steps[step].pathway}/{program.steps[step].name}"


def _calendar_name(scenario: Scenario, program: Program, number: int) -> str:
    """Name of the calendar of a step; the step itself if its times have no name."""
    info = program.steps[number]
    for step in flatten(scenario.pathways[info.pathway]):
        if isinstance(step, WaitUntil) and step.name == info.name and isinstance(step.calendar, str):
            return step.calendar
    return _step_name(program, number)


def _reached(program: Program) -> tuple[set[int], set[int]]:
    """Instructions to which patients can come before `ready`, and behind it.

    Who loses a bed that closes asks for another one by the step with which they came, also behind `ready`.
    """
    table, leads_to = program.instructions, _successors(program)
    is_ready = np.array([step.milestone == READY for step in program.steps], np.bool_)
    marks = set(np.flatnonzero((table.mark == 1) & is_ready[table.step]).tolist())
    before = _closure(leads_to, program.entry.tolist(), marks)
    after = _closure(leads_to, [target for mark in marks & before for target in leads_to[mark]], set())
    if after and bool(np.any((program.closing == Closing.HAND_OVER) & (program.is_place == 1))):
        after |= before & set(np.flatnonzero((table.op == Op.SEIZE) & (table.place == 1)).tolist())
    return before, after


def _closure(leads_to: list[list[int]], starts: list[int], ends: set[int]) -> set[int]:
    """All instructions that can be reached; nothing is looked for behind some of them."""
    found: set[int] = set()
    open_ends = list(starts)
    while open_ends:
        at = open_ends.pop()
        if at not in found:
            found.add(at)
            if at not in ends:
                open_ends.extend(leads_to[at])
    return found


def _successors(program: Program) -> list[list[int]]:
    """Instructions that can follow each instruction."""
    table = program.instructions
    seizes, branches = table.op == Op.SEIZE, table.op == Op.BRANCH
    exits = np.array([getattr(table, name) for name in _EXITS])
    exits[0, branches | (table.op == Op.LEAVE)] = NONE
    exits[1:, ~seizes] = NONE
    found = [[to for to in each if to != NONE] for each in exits.T.tolist()]
    for at in np.flatnonzero(branches).tolist():
        found[at] = program.branch_target[table.targets_from[at] : table.targets_to[at]].tolist()
    return found
