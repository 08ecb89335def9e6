"""Invariants: what must hold in the log of every replication, in every engine, before a number is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim import clock
from sim.demand.fates import Fates
from sim.engine.eventlog import NOBODY, NOTHING, Event, EventLog
from sim.engine.grammar import misread, stories_out_of_order
from sim.engine.program import Program
from sim.engine.stories import Ints, Needs, Stories, ends, ends_of_stays, needs, tell

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
    case = Case(program, fates, log, tell(log), needs(program))
    return tuple(breach for rule in _CHECKS for breach in rule(case))


def _everybody_is_counted(case: Case) -> list[Breach]:
    """Rule 1, by patient and by class."""
    log, fates = case.log, case.fates
    rows = np.flatnonzero(log.event == Event.ARRIVE)
    due = fates.arrival_ms < log.horizon_ms
    came = np.bincount(log.patient[rows], minlength=len(due))
    wrong = np.flatnonzero(came != due)
    found = []
    if wrong.size:
        patient = int(wrong[0])
        found.append(
            Breach(1, f"patient {patient} arrives {came[patient]} times, due {moment(int(fates.arrival_ms[patient]))}")
        )
    found += case.breaches(
        1, "arrives at another time than fate says", rows[log.time_ms[rows] != fates.arrival_ms[log.patient[rows]]]
    )
    leaves = np.flatnonzero(log.event == Event.LEAVE)
    without = np.array([step.outcome is None for step in case.program.steps])
    found += case.breaches(1, "leaves without an outcome", leaves[without[log.step[leaves]]])
    last = _last_rows(case.stories)
    inside = case.stories.patient[last[case.stories.event[last] != Event.LEAVE]]
    sums = [np.bincount(fates.stream[who], minlength=len(fates.crowds)) for who in (due, log.patient[leaves], inside)]
    for stream in np.flatnonzero(sums[0] != sums[1] + sums[2]).tolist():
        came_in, left, there = (int(one[stream]) for one in sums)
        found.append(Breach(1, f"{case.class_name(stream)}: {came_in} came, but {left} left and {there} are inside"))
    return found


def _last_rows(stories: Stories) -> Ints:
    """Position of the last row of each story."""
    return np.flatnonzero(np.append(~stories.continues[1:], True)) if len(stories) else np.empty(0, np.int64)


def _no_more_than_there_is(case: Case) -> list[Breach]:
    """Rule 2: while more is held than there is, nobody takes anything; beds are cleaned as long as is declared."""
    log, program = case.log, case.program
    sign = np.zeros(len(Event), np.int64)
    sign[[Event.START, Event.PLACE]] = 1
    sign[[Event.END, Event.VACATE, Event.READY]] = -1
    touches = sign != 0
    touches[Event.CAPACITY] = True
    rows = np.flatnonzero(touches[log.event] & (log.resource != NOTHING))
    rows = rows[np.argsort(log.resource[rows], kind="stable")]
    bounds = np.searchsorted(log.resource[rows], np.arange(len(program.resources) + 1))
    found = []
    for resource, (start, end) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
        own, turnaround = rows[start:end], int(program.turnaround[resource])
        change = sign[log.event[own]] * log.quantity[own]
        if turnaround:
            change[log.event[own] == Event.VACATE] = 0
        found += _never_above(case, own, change)
        found += _cleaned(case, own, turnaround)
    return found


def _never_above(case: Case, rows: Ints, change: Ints) -> list[Breach]:
    """The units of one resource, looked at when an instant is over."""
    if not rows.size:
        return []
    log, held = case.log, np.cumsum(change)
    changes = log.event[rows] == Event.CAPACITY
    capacity = np.append(0, log.quantity[rows][changes])[np.cumsum(changes)]
    last = np.flatnonzero(np.append(log.time_ms[rows][1:] != log.time_ms[rows][:-1], True))
    taken = np.diff(np.cumsum(change > 0)[last], prepend=0)
    above = last[(held[last] > capacity[last]) & (taken > 0)]
    below = last[held[last] < 0]
    return case.breaches(2, "is taken although there is none left", rows[above]) + case.breaches(
        2, "more is given back than was taken", rows[below]
    )


def _cleaned(case: Case, rows: Ints, turnaround: int) -> list[Breach]:
    """A bed is ready again exactly so long after it was given up."""
    log = case.log
    ready = rows[log.event[rows] == Event.READY]
    given_up = log.time_ms[rows[log.event[rows] == Event.VACATE]] + turnaround
    due = given_up[given_up < log.horizon_ms] if turnaround else given_up[:0]
    if np.array_equal(log.time_ms[ready], due):
        return []
    shared = min(len(ready), len(due))
    wrong = np.flatnonzero(log.time_ms[ready[:shared]] != due[:shared])
    at = int(wrong[0]) if wrong.size else shared
    if at < len(ready):
        return case.breaches(2, "a bed is ready at another time than its cleaning ends", ready[at : at + 1])
    return [Breach(2, f"a bed of {case.program.resources[log.resource[rows[0]]]} is not ready {moment(int(due[at]))}")]


def _one_place_at_a_time(case: Case) -> list[Breach]:
    """Rule 3: one place, two while moving; and who gives up a place gives up the one they had."""
    stories = case.stories
    moves = np.flatnonzero((stories.event == Event.PLACE) | (stories.event == Event.VACATE))
    if not moves.size:
        return []
    change = np.where(stories.event[moves] == Event.PLACE, 1, -1)
    total = np.cumsum(change)
    first = np.append(True, stories.patient[moves][1:] != stories.patient[moves][:-1])
    before = np.where(first, total - change, 0)[np.maximum.accumulate(np.where(first, np.arange(len(moves)), 0))]
    held = total - before
    moving = stories.follows(moves, 1)
    after = moves[moving] + 1
    same = stories.time_ms[after] == stories.time_ms[after - 1]
    moving[moving] = (stories.event[after] == Event.VACATE) & same
    found = case.breaches(3, "holds two places", stories.row[moves[(held > 1) & ~((held == 2) & moving)]])
    found += case.breaches(3, "gives up a place without having one", stories.row[moves[held < 0]])
    places = moves[change == 1]
    given_up = ends_of_stays(stories, places)
    closed = given_up >= 0
    other = stories.resource[given_up[closed]] != stories.resource[places[closed]]
    return found + case.breaches(3, "gives up another place than theirs", stories.row[given_up[closed][other]])


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
        found.append(
            Breach(5, f"{name}: {present[resource]} unit-ms in use, {stays[resource]} in the patients' stories")
        )
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
    log, stories = case.log, case.stories
    present, stays = (np.zeros(len(case.program.resources), np.int64) for _ in range(2))
    sign = np.zeros(len(Event), np.int64)
    sign[[Event.START, Event.PLACE]] = 1
    sign[[Event.END, Event.VACATE]] = -1
    rows = np.flatnonzero((sign[log.event] != 0) & (log.resource != NOTHING))
    left = log.horizon_ms - log.time_ms[rows]
    np.add.at(present, log.resource[rows], sign[log.event[rows]] * log.quantity[rows] * left)
    starts = np.flatnonzero((stories.event == Event.START) & (stories.resource != NOTHING))
    places = np.flatnonzero(stories.event == Event.PLACE)
    over = np.append(ends(stories, starts, case.needs.rows[stories.step[starts]]), ends_of_stays(stories, places))
    taken = np.append(starts, places)
    until = np.where(over >= 0, stories.time_ms[over], log.horizon_ms)
    np.add.at(stays, stories.resource[taken], stories.quantity[taken] * (until - stories.time_ms[taken]))
    return present, stays


def _of_queues(case: Case) -> tuple[Ints, Ints]:
    log, stories = case.log, case.stories
    present, stays = (np.zeros(len(case.program.steps), np.int64) for _ in range(2))
    sign = np.zeros(len(Event), np.int64)
    sign[Event.QUEUE] = 1
    sign[[Event.START, Event.PLACE, Event.RENEGE, Event.BALK, Event.REFUSE]] = -1
    rows = np.flatnonzero((sign[log.event] != 0) & (log.resource != NOTHING))
    again = (log.event[rows] == Event.START) & (log.resource[rows] != case.needs.first[log.step[rows]])
    rows = rows[~again]
    np.add.at(present, log.step[rows], sign[log.event[rows]] * (log.horizon_ms - log.time_ms[rows]))
    queued = np.flatnonzero(stories.event == Event.QUEUE)
    answered = stories.follows(queued, 1)
    until = np.full(len(queued), log.horizon_ms, np.int64)
    until[answered] = stories.time_ms[queued[answered] + 1]
    np.add.at(stays, stories.step[queued], until - stories.time_ms[queued])
    return present, stays


def _of_the_hospital(case: Case) -> tuple[int, int]:
    log, stories = case.log, case.stories
    came, left = (log.time_ms[log.event == event] for event in (Event.ARRIVE, Event.LEAVE))
    present = int((log.horizon_ms - came).sum() - (log.horizon_ms - left).sum())
    last = _last_rows(stories)
    until = np.where(stories.event[last] == Event.LEAVE, stories.time_ms[last], log.horizon_ms)
    return present, int((until - stories.time_ms[~stories.continues]).sum())


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
    faults: list[tuple[int, str, Ints]] = stories_out_of_order(case.stories, case.needs, case.program)
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
