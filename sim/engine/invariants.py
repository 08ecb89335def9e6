"""Invariants: what must hold in the log of every replication, in every engine, before a number is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import clock
from sim.demand.fates import Fates
from sim.engine.eventlog import NOBODY, NOTHING, Event, EventLog
from sim.engine.grammar import misread, stories_out_of_order
from sim.engine.program import NONE, Program
from sim.engine.stories import Ints, Needs, Spells, Stories, needs, spells, tell

RULES: Final[dict[int, str]] = {
    1: "Everybody who came has left with one outcome or is still inside.",
    2: "No more units are in use or being cleaned than there are, except while units that went are drained.",
    3: "Nobody holds two places, except in the instant of moving from one to the other.",
    4: "Times are whole milliseconds, in order, within the run.",
    5: "The integral of the number present equals the sum of the stays, for every resource and queue (Little).",
    6: "The units that utilisation is measured against are those of the rosters.",
    7: "Nobody is lost: at every moment each patient who has not left waits for something or is in one step.",
    8: "No queue holds a request of a patient who has gone on or left.",
    9: "Every patient's rows tell a story that the program allows.",
}
"""The rules of `docs/semantics.md` section 7; the ninth is the grammar of the log."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a log breaks."""

    rule: int
    """Number of the rule in `RULES`."""
    message: str
    """What is wrong, with the first patient, resource and moment at which it is."""

    def __str__(self) -> str:
        """Say it in one line."""
        return f"rule {self.rule}: {self.message}"


@dataclass(frozen=True, slots=True)
class Case:
    """A log and what is needed to judge it."""

    program: Program
    fates: Fates
    log: EventLog
    stories: Stories
    needs: Needs
    spells: Spells

    def where(self, row: int) -> str:
        """Tells patient, step, resource and moment of a row of the log."""
        log, parts = self.log, []
        if log.patient[row] != NOBODY:
            parts.append(f"patient {log.patient[row]}")
        if log.step[row] != NOTHING:
            step = self.program.steps[log.step[row]]
            parts.append(f"step {step.pathway}/{step.name}")
        if log.resource[row] != NOTHING:
            parts.append(self.program.resources[log.resource[row]])
        return f"{', '.join(parts)}, {moment(int(log.time_ms[row]))} (row {row}, {Event(log.event[row]).name})"

    def breaches(self, rule: int, what: str, rows: Ints) -> list[Breach]:
        """One breach for the first of some rows of the log; none if there are no rows."""
        if not rows.size:
            return []
        more = f", and {rows.size - 1} more like it" if rows.size > 1 else ""
        return [Breach(rule, f"{what}: {self.where(int(rows[0]))}{more}")]

    def resource(self, row: int) -> str:
        """Name of the resource of a row of the log."""
        return self.program.resources[int(self.log.resource[row])]

    def class_name(self, stream: int) -> str:
        """Name of a patient class."""
        return self.fates.crowds[stream].luck.root.stream


def moment(ms: int) -> str:
    """Writes a moment with its day, the first of the run being day 1.

    >>> moment(86400000 + 27000500)
    'day 2 07:30:00.500'
    """
    seconds, rest = divmod(ms % clock.MINUTE, clock.SECOND)
    return f"day {ms // clock.DAY + 1} {clock.format_time_of_day(ms % clock.DAY)}:{seconds:02d}.{rest:03d}"


def check(program: Program, fates: Fates, log: EventLog) -> tuple[Breach, ...]:
    """Checks a log against all invariants, in whole numbers, so that nothing is forgiven to rounding.

    Args:
        program: the compiled scenario.
        fates: the patients of the replication.
        log: what an engine recorded.

    Returns:
        The breaches in order of the rules, one for each kind of fault; none for a good log.
    """
    unreadable = misread(program, len(fates.arrival_ms), log)
    if unreadable:
        return tuple(Breach(rule, message) for rule, message in unreadable)
    stories, needed = tell(log), needs(program)
    case = Case(program, fates, log, stories, needed, spells(stories, needed))
    return tuple(breach for rule in _CHECKS for breach in rule(case))


def _everybody_is_counted(case: Case) -> list[Breach]:
    """Rule 1, by patient and by class."""
    stories, fates = case.stories, case.fates
    at = stories.of(Event.ARRIVE)
    who = stories.patient[at]
    due = fates.arrival_ms < case.log.horizon_ms
    came = np.bincount(who, minlength=len(due))
    wrong = np.flatnonzero(came != due)
    found = []
    if wrong.size:
        patient = int(wrong[0])
        found.append(
            Breach(1, f"patient {patient} arrives {came[patient]} times, due {moment(int(fates.arrival_ms[patient]))}")
        )
    late = at[stories.time_ms[at] != fates.arrival_ms[who]]
    found += case.breaches(1, "arrives at another time than fate says", stories.row[late])
    leaves = stories.of(Event.LEAVE)
    without = np.array([step.outcome is None for step in case.program.steps])
    found += case.breaches(1, "leaves without an outcome", stories.row[leaves[without[stories.step[leaves]]]])
    last = stories.lasts()
    inside = stories.patient[last[stories.event[last] != Event.LEAVE]]
    sums = [
        np.bincount(fates.stream[who], minlength=len(fates.crowds)) for who in (due, stories.patient[leaves], inside)
    ]
    for stream in np.flatnonzero(sums[0] != sums[1] + sums[2]).tolist():
        came_in, left, there = (int(one[stream]) for one in sums)
        found.append(Breach(1, f"{case.class_name(stream)}: {came_in} came, but {left} left and {there} are inside"))
    return found


def _no_more_than_there_is(case: Case) -> list[Breach]:
    """Rule 2: while more is held than there is, nobody takes anything; beds are cleaned as long as is declared."""
    log, program = case.log, case.program
    event = log.event
    taken, given = (event == Event.START) | (event == Event.PLACE), (event == Event.END) | (event == Event.VACATE)
    concerned = taken | given | (event == Event.READY) | (event == Event.CAPACITY)
    rows = np.flatnonzero(concerned & (log.resource != NOTHING))
    resource = log.resource[rows]
    rows = rows[np.argsort(resource, kind="stable")]
    bounds = [0, *np.cumsum(np.bincount(resource, minlength=len(program.resources))).tolist()]
    times, events, quantities = log.time_ms[rows], event[rows], log.quantity[rows]
    changes = quantities * taken[rows] - quantities * given[rows]
    changes[events == Event.READY] = -1
    found = []
    for turnaround, start, end in zip(program.turnaround.tolist(), bounds[:-1], bounds[1:], strict=True):
        own = slice(start, end)
        if turnaround:
            changes[own][events[own] == Event.VACATE] = 0
        line = Line(rows[own], times[own], events[own], quantities[own], changes[own])
        found += _never_above(case, line) + _cleaned(case, line, turnaround)
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """The rows of the log that concern one resource, in order."""

    row: Ints
    time_ms: Ints
    event: NDArray[np.int8]
    quantity: NDArray[np.int32]
    change: NDArray[np.int32]
    """Change of the units in use or being cleaned."""


def _never_above(case: Case, line: Line) -> list[Breach]:
    """The units of one resource, looked at when an instant is over."""
    if not line.row.size:
        return []
    changed = line.event == Event.CAPACITY
    last = np.flatnonzero(np.append(line.time_ms[1:] != line.time_ms[:-1], True))
    capacity = np.append(0, line.quantity[changed])[np.cumsum(changed)[last]]
    held = np.cumsum(line.change)[last]
    above = last[held > capacity]
    taken = np.cumsum(line.change > 0)
    before = np.append(-1, last)[np.searchsorted(last, above)]
    above = above[taken[above] > np.append(taken, 0)[before]]
    found = case.breaches(2, "is taken although there is none left", line.row[above])
    return found + case.breaches(2, "more is given back than was taken", line.row[last[held < 0]])


def _cleaned(case: Case, line: Line, turnaround: int) -> list[Breach]:
    """A bed is ready again exactly so long after it was given up."""
    ready = np.flatnonzero(line.event == Event.READY)
    given_up = line.time_ms[line.event == Event.VACATE] + turnaround
    due = given_up[given_up < case.log.horizon_ms] if turnaround else given_up[:0]
    if np.array_equal(line.time_ms[ready], due):
        return []
    told = line.time_ms[ready]
    shared = min(len(told), len(due))
    wrong = np.flatnonzero(told[:shared] != due[:shared])
    at = int(wrong[0]) if wrong.size else shared
    if at == len(due) or (at < len(told) and told[at] < due[at]):
        return case.breaches(2, "a bed is ready when no cleaning ends", line.row[ready[at : at + 1]])
    return [Breach(2, f"a bed of {case.resource(int(line.row[0]))} is not ready {moment(int(due[at]))}")]


def _one_place_at_a_time(case: Case) -> list[Breach]:
    """Rule 3: one place, two while moving; and who gives up a place gives up the one they had."""
    stories, spells = case.stories, case.spells
    moves = np.sort(np.append(stories.of(Event.PLACE), stories.of(Event.VACATE)))
    if not moves.size:
        return []
    change = np.where(stories.event[moves] == Event.PLACE, 1, -1)
    total = np.cumsum(change)
    first = np.append(True, stories.patient[moves][1:] != stories.patient[moves][:-1])
    before = np.where(first, total - change, 0)[np.maximum.accumulate(np.where(first, np.arange(len(moves)), 0))]
    held = total - before
    two = moves[held > 1]
    behind = np.minimum(two + 1, len(stories) - 1)
    moving = (stories.before[behind] == Event.PLACE) & (stories.event[behind] == Event.VACATE)
    moving &= stories.time_ms[behind] == stories.time_ms[two]
    found = case.breaches(3, "holds two places", stories.row[two[~moving]])
    found += case.breaches(3, "gives up a place without having one", stories.row[moves[held < 0]])
    closed = spells.vacates != NONE
    given_up, taken = spells.vacates[closed], spells.places[closed]
    other = given_up[stories.resource[given_up] != stories.resource[taken]]
    return found + case.breaches(3, "gives up another place than theirs", stories.row[other])


def _times_are_in_order(case: Case) -> list[Breach]:
    """Rule 4."""
    times, horizon = case.log.time_ms, case.log.horizon_ms
    found = case.breaches(4, "happens before the row above it", np.flatnonzero(times[1:] < times[:-1]) + 1)
    outside = np.flatnonzero((times < 0) | (times >= horizon)) if times.size else np.empty(0, np.int64)
    found += case.breaches(4, "happens outside the run", outside)
    if horizon != case.program.horizon_ms:
        found.append(Breach(4, f"the log ends at {horizon} ms, the run at {case.program.horizon_ms} ms"))
    return found


def _integrals_equal_stays(case: Case) -> list[Breach]:
    """Rule 5: integrals from the log in order of time, stays from the stories; both in whole unit-milliseconds."""
    found = []
    present, stays = _of_resources(case)
    for resource in np.flatnonzero(present != stays).tolist():
        name = case.program.resources[resource]
        found.append(Breach(5, f"{name}: {present[resource]} unit-ms in use, {stays[resource]} by the stories"))
    present, stays = _of_queues(case)
    for step in np.flatnonzero(present != stays).tolist():
        info = case.program.steps[step]
        what = f"queue of step {info.pathway}/{info.name}"
        found.append(Breach(5, f"{what}: {present[step]} patient-ms by its length, {stays[step]} by the waits"))
    inside, told = _of_the_hospital(case)
    if inside != told:
        found.append(Breach(5, f"whole hospital: {inside} patient-ms by the number inside, {told} by the stays"))
    return found


def _of_resources(case: Case) -> tuple[Ints, Ints]:
    stories, spells, horizon = case.stories, case.spells, case.log.horizon_ms
    present, stays = (np.zeros(len(case.program.resources) + 1, np.int64) for _ in range(2))  # the last: no resource
    for event, taken, over in ((Event.END, spells.starts, spells.ends), (Event.VACATE, spells.places, spells.vacates)):
        since, resource, quantity = stories.time_ms[taken], stories.resource[taken], stories.quantity[taken]
        until = np.where(over != NONE, stories.time_ms[over], horizon)
        np.add.at(stays, resource, (until - since) * quantity)
        np.add.at(present, resource, (horizon - since) * quantity)
        given_back = stories.of(event)
        left = (horizon - stories.time_ms[given_back]) * stories.quantity[given_back]
        np.subtract.at(present, stories.resource[given_back], left)
    return present[:-1], stays[:-1]


def _of_queues(case: Case) -> tuple[Ints, Ints]:
    stories, spells, horizon = case.stories, case.spells, case.log.horizon_ms
    present, stays = (np.zeros(len(case.program.steps), np.int64) for _ in range(2))
    step, since = stories.step[spells.queues], stories.time_ms[spells.queues]
    until = np.where(spells.answers != NONE, stories.time_ms[spells.answers], horizon)
    np.add.at(stays, step, until - since)
    np.add.at(present, step, horizon - since)
    resource = stories.resource[
        spells.starts
    ]  # of STARTs that belong together only the one that names the queue counts
    serves = (resource != NOTHING) & (resource == case.needs.first[stories.step[spells.starts]])
    away = (stories.of(event) for event in (Event.RENEGE, Event.BALK, Event.REFUSE))
    for at in (spells.starts[serves], spells.places, *away):
        np.subtract.at(present, stories.step[at], horizon - stories.time_ms[at])
    return present, stays


def _of_the_hospital(case: Case) -> tuple[int, int]:
    stories, horizon = case.stories, case.log.horizon_ms
    came, left = (stories.time_ms[stories.of(event)] for event in (Event.ARRIVE, Event.LEAVE))
    present = int((horizon - came).sum() - (horizon - left).sum())
    last = stories.lasts()
    until = np.where(stories.event[last] == Event.LEAVE, stories.time_ms[last], horizon)
    return present, int((until - stories.time_ms[stories.firsts()]).sum())


def _rosters_are_kept(case: Case) -> list[Breach]:
    """Rule 6: the changes of capacity in the log are those of the program, so that their integrals agree too."""
    log, program = case.log, case.program
    rows = np.flatnonzero(log.event == Event.CAPACITY)
    due = program.capacity_time < log.horizon_ms
    told = np.stack([log.time_ms[rows], log.resource[rows], log.quantity[rows]])
    declared = np.stack([program.capacity_time, program.capacity_resource, program.capacity_units])[:, due]
    told, declared = (table[:, np.lexsort(table[::-1])] for table in (told, declared))
    if np.array_equal(told, declared):
        return []
    shared = min(told.shape[1], declared.shape[1])
    wrong = np.flatnonzero((told[:, :shared] != declared[:, :shared]).any(axis=0))
    at = int(wrong[0]) if wrong.size else shared
    lines = [_capacity(case, table[:, at].tolist()) if at < table.shape[1] else "nothing" for table in (told, declared)]
    return [Breach(6, f"the log has {lines[0]}, the rosters {lines[1]}")]


def _capacity(case: Case, line: list[int]) -> str:
    time_ms, resource, units = line
    return f"{units} units of {case.program.resources[resource]} from {moment(time_ms)}"


def _stories_are_told(case: Case) -> list[Breach]:
    """Rules 7, 8 and 9."""
    faults: list[tuple[int, str, Ints]] = stories_out_of_order(case.stories, case.spells, case.needs)
    return [breach for rule, what, at in faults for breach in case.breaches(rule, what, case.stories.row[at])]


_CHECKS: Final[tuple[Callable[[Case], list[Breach]], ...]] = (
    _everybody_is_counted,
    _no_more_than_there_is,
    _one_place_at_a_time,
    _times_are_in_order,
    _integrals_equal_stays,
    _rosters_are_kept,
    _stories_are_told,
)
