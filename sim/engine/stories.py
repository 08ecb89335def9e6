"""Stories: the rows of an event log patient by patient, each patient's in the order in which they happened."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.engine.eventlog import Event, EventLog
from sim.engine.program import NONE, Kind, Op, Program

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
FIRST: Final = len(Event)
"""Stands for the event before the first of a patient."""
_ROW_BITS: Final = 32


@dataclass(frozen=True, slots=True)
class Homecomings:
    """Moves of patients who lay elsewhere to the ward where they belong, by patient and then in order of time.

    They happen in the midst of a wait or a step, which goes on; so the two rows of each, PLACE and right behind it
    VACATE, are left out of the patient's story.
    """

    row: Ints
    """Position of the PLACE in the log; that of the VACATE is one more."""
    patient: NDArray[np.int32]
    time_ms: Ints
    step: NDArray[np.int32]
    """The step that once asked for the place."""
    resource: NDArray[np.int16]
    """The ward where they belong."""
    left: NDArray[np.int16]
    """The ward from which they come."""


@dataclass(frozen=True, slots=True)
class Stories:
    """Rows that concern a patient, in order of patients and then of the log; all columns have the same length."""

    row: Ints
    """Position of the row in the log."""
    patient: NDArray[np.int32]
    time_ms: Ints
    event: NDArray[np.int8]
    step: NDArray[np.int32]
    resource: NDArray[np.int16]
    quantity: NDArray[np.int32]
    before: NDArray[np.int8]
    """Event of the same patient's row before, `FIRST` where there is none."""
    by_event: Ints
    """Positions of all rows in order of their events."""
    bounds: tuple[int, ...]
    """Where each event begins in `by_event`, and its length."""
    homecomings: "Homecomings"

    def __len__(self) -> int:
        return len(self.row)

    def of(self, event: Event) -> Ints:
        """Positions of the rows with an event, in order."""
        return self.by_event[self.bounds[event] : self.bounds[event + 1]]

    def firsts(self) -> Ints:
        """Positions of the first row of each story."""
        return np.flatnonzero(self.before == FIRST)

    def lasts(self) -> Ints:
        """Positions of the last row of each story."""
        firsts = self.firsts()
        return np.append(firsts[1:], len(self))[: len(firsts)] - 1


def tell(log: EventLog) -> Stories:
    """Puts the rows of a log in the order of patients.

    Patient and row are packed into one number each, because NumPy sorts whole numbers several times faster than it
    sorts a column stably.
    """
    packed = log.patient.astype(np.int64)
    packed <<= _ROW_BITS
    packed |= np.arange(len(log))
    packed.sort()
    packed = packed[np.searchsorted(packed, 0) :]  # rows that concern nobody have a negative patient, and stand first
    row = packed & ((1 << _ROW_BITS) - 1)
    told = _told(log, row, row[:0])
    home = _homecomings(told)
    return _told(log, np.delete(row, np.append(home, home + 1)), row[home]) if home.size else told


def _told(log: EventLog, row: Ints, home: Ints) -> Stories:
    """Looks up the columns of rows in order of patients."""
    patient = log.patient.take(row, mode="clip")  # clip does not check the positions, which are right
    event = log.event.take(row, mode="clip")
    by_event = np.argsort(event, kind="stable")
    bounds = np.append(0, np.cumsum(np.bincount(event, minlength=FIRST)))
    before = np.full(len(row), FIRST, np.int8)
    np.copyto(before[1:], event[:-1], where=patient[1:] == patient[:-1])
    return Stories(
        row=row,
        patient=patient,
        time_ms=log.time_ms.take(row, mode="clip"),
        event=event,
        step=log.step.take(row, mode="clip"),
        resource=log.resource.take(row, mode="clip"),
        quantity=log.quantity.take(row, mode="clip"),
        before=before,
        by_event=by_event,
        bounds=tuple(bounds.tolist()),
        homecomings=Homecomings(
            home, log.patient[home], log.time_ms[home], log.step[home], log.resource[home], log.resource[home + 1]
        ),
    )


def _homecomings(stories: Stories) -> Ints:
    """Positions at which a patient moves in the midst of a wait or a step.

    Such a PLACE answers no request: the row before it is a START, or a QUEUE of another step. The old place is given
    up in the next row of the log.
    """
    place: Ints = stories.of(Event.PLACE)
    before, step = stories.before[place], stories.step
    place = place[(before == Event.START) | ((before == Event.QUEUE) & (step[place] != step[place - 1]))]
    place = place[place < len(stories) - 1]
    moves = (stories.event[place + 1] == Event.VACATE) & (stories.before[place + 1] == Event.PLACE)
    moves &= stories.row[place + 1] == stories.row[place] + 1
    found: Ints = place[moves]
    return found


@dataclass(frozen=True, slots=True)
class Needs:
    """What the steps of a program take; the first axis of most arrays is the number of the step.

    A step can be served in several ways. The units that a way takes of each resource are written as one number whose
    digits they are, so that what the rows of a log take together can be compared at once.
    """

    first: Ints
    """The resource on which the step's queue is logged, for a ward step its own ward; -1 for a step without queue."""
    is_place: Flags
    """Whether the step takes a place in a ward."""
    is_hold: Flags
    """Whether the step takes units that are kept through other steps."""
    is_missed: Flags
    """Whether the step marks that a patient did not come."""
    keep_free: Ints
    """Units of everything that the step takes that must stay free for others."""
    quantity: Ints
    """Units of each resource in the step's own way, shape (steps, resources + 1).

    The last column, which a resource of -1 finds, is 0 here and below.
    """
    most: Ints
    """Most units of each resource that a way takes, shape as above; for a ward step 1 for each ward that it may use."""
    digit: Ints
    """What a unit of each resource counts in the number of a way, shape as above."""
    ways: Ints
    """Numbers of the ways, shape (steps, ways); -1 where a step has fewer."""
    after: Ints
    """Wait in milliseconds after which each way is considered, shape as above."""
    accepts: Ints
    """Draw that is 1 for the patients to whom each way is open, -1 if it is open to all, shape as above."""
    returns: Flags
    """Whether those who were served in this way go to the first way's place as soon as they can, shape as above."""
    alike: Flags
    """Whether a way that takes a resource is considered at once and changes no time, shape of `quantity`."""
    used_up: Flags
    """Which resources are used up by whoever takes them; one entry a resource, and False for none."""


def needs(program: Program) -> Needs:
    """Looks up what each step takes."""
    table, steps, resources = program.instructions, len(program.steps), len(program.resources)
    seizes = np.flatnonzero(table.op == Op.SEIZE).tolist()
    width = max((int(table.ways_to[at] - table.ways_from[at]) for at in seizes), default=1)
    first, flags = np.full(steps, NONE, np.int64), np.zeros((2, steps), np.bool_)
    units, keep_free = np.zeros((steps, width, resources + 1), np.int64), np.zeros(steps, np.int64)
    alike = np.zeros((steps, resources + 1), np.bool_)
    tables = {name: np.full((steps, width), NONE, np.int64) for name in ("ways", "after", "accepts", "returns")}
    tables["ways"][:, 0] = 0
    for at in seizes:
        step, span = table.step[at], range(table.ways_from[at], table.ways_to[at])
        flags[:, step], keep_free[step] = (table.place[at] == 1, table.hold[at] == 1), max(table.keep_free[at], 0)
        for number, way in enumerate(span):
            own = slice(program.way_needs_from[way], program.way_needs_to[way])
            units[step, number, program.need_resource[own]] = program.need_quantity[own]
            if not (program.way_after[way] or program.way_returns[way]) and program.way_factor[way] == 1.0:
                alike[step, program.need_resource[own]] = True
        first[step] = program.need_resource[program.way_needs_from[span.start]]
        for name in ("after", "accepts", "returns"):
            tables[name][step, : len(span)] = getattr(program, f"way_{name}")[span.start : span.stop]
    most = units.max(axis=1)
    digit = np.ones_like(most)
    digit[:, 1:] = np.cumprod(most[:, :-1] + 1, axis=1)
    there = tables["after"] != NONE
    tables["ways"][there] = np.einsum("swr,sr->sw", units, digit)[there]
    missed = np.array([step.milestone == "missed" for step in program.steps], np.bool_)
    return Needs(
        first=first,
        is_place=flags[0],
        is_hold=flags[1],
        is_missed=missed,
        keep_free=keep_free,
        quantity=units[:, 0],
        most=most,
        digit=np.where(most > 0, digit, 0),
        returns=tables.pop("returns") == 1,
        alike=alike,
        used_up=np.append(program.kind != Kind.UNITS, False),
        **tables,
    )


@dataclass(frozen=True, slots=True)
class Spells:
    """Which rows belong together; positions in the stories, -1 for what is still going on at the end of the log."""

    queues: Ints
    """QUEUE rows, in order."""
    answers: Ints
    """The row right behind each, which tells how the wait ended."""
    resumed: Flags
    """Whether each QUEUE asks again for what was taken away by an interruption."""
    starts: Ints
    """START rows, in order."""
    ends: Ints
    """The END or INTERRUPT row of each."""
    group: Ints
    """For each START the first START of its group: what is taken together in one step and instant."""
    holds: Ints
    """HOLD rows of what can be given back, in order."""
    given_back: Ints
    """The GIVE_BACK row of each."""


def spells(stories: Stories, needs: Needs) -> Spells:
    """Finds beginning and end of every wait, step and time of holding.

    A step that writes n rows when it starts writes n when it ends or is interrupted, in the same order and with
    nothing in between. Patients give back units of one resource in the order in which they took hold of them.
    """
    queues, starts, holds = (stories.of(event) for event in (Event.QUEUE, Event.START, Event.HOLD))
    behind = np.append(stories.before, np.int8(FIRST))
    answers = np.where(behind[queues + 1] == Event.QUEUE, queues + 1, NONE)
    asks_again = stories.before[queues] == Event.INTERRUPT
    moved_out = np.flatnonzero(stories.before[queues] == Event.VACATE)
    asks_again[moved_out] = stories.before[queues[moved_out] - 1] == Event.INTERRUPT
    first = stories.before[starts] != Event.START
    number = np.cumsum(first) - 1
    holds = holds[~needs.used_up[stories.resource[holds]]]
    return Spells(
        queues=queues,
        answers=answers,
        resumed=asks_again,
        starts=starts,
        ends=_ends(stories, starts, number),
        group=starts[first][number],
        holds=holds,
        given_back=_given_back(stories, holds, needs),
    )


def _ends(stories: Stories, starts: Ints, number: Ints) -> Ints:
    """The row that closes each START, if the rows of its group are followed by as many that close them.

    Args:
        stories: the rows by patient.
        starts: START rows.
        number: the group of each.
    """
    if not starts.size:
        return starts
    later = starts + np.bincount(number)[number]
    found = np.minimum(later, len(stories) - 1)
    closed = (stories.event[found] == Event.END) | (stories.event[found] == Event.INTERRUPT)
    closed &= (stories.patient[found] == stories.patient[starts]) & (found == later)
    return np.where(closed, found, NONE)


def _given_back(stories: Stories, holds: Ints, needs: Needs) -> Ints:
    """The k-th GIVE_BACK of a patient and resource belongs to their k-th HOLD of it."""
    over = stories.of(Event.GIVE_BACK)
    over = over[~needs.used_up[stories.resource[over]]]
    if not holds.size:
        return holds
    rows = np.concatenate([holds, over])
    keys = stories.patient[rows].astype(np.int64) * len(needs.used_up) + stories.resource[rows]
    _, number = np.unique(keys, return_inverse=True)
    begun, ended = number[: len(holds)], number[len(holds) :]
    by_key, over_by_key = np.argsort(begun, kind="stable"), np.argsort(ended, kind="stable")
    found = np.empty(len(holds), np.int64)
    found[by_key] = np.append(over[over_by_key], NONE)[in_turn(begun[by_key], ended[over_by_key])]
    return found


def in_turn(begun: NDArray[np.integer], ended: NDArray[np.integer]) -> Ints:
    """Pairs what begins with what ends it: the k-th of a key with the k-th of the same key.

    Args:
        begun: key of each beginning, in ascending order; whole numbers from 0.
        ended: key of each end, in ascending order.

    Returns:
        For each beginning the position of its end, or -1.

    >>> in_turn(np.array([0, 0, 2]), np.array([0, 1, 2])).tolist()
    [0, -1, 2]
    """
    size = int(max(begun.max(initial=0), ended.max(initial=0))) + 1
    starts, ends = np.bincount(begun, minlength=size), np.bincount(ended, minlength=size)
    shift = (np.cumsum(ends) - ends) - (np.cumsum(starts) - starts)
    found = np.arange(len(begun)) + shift[begun]
    return np.where(found < np.cumsum(ends)[begun], found, NONE)
