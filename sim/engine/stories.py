"""Stories: the rows of an event log patient by patient, each patient's in the order in which they happened."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.engine.eventlog import Event, EventLog
from sim.engine.program import NONE, Op, Program

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
FIRST: Final = len(Event)
"""Stands for the event before the first of a patient."""
_ROW_BITS: Final = 32


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
    patient = (packed >> _ROW_BITS).astype(np.int32)
    event = log.event.take(row, mode="clip")  # clip does not check the positions, which are right
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
    )


@dataclass(frozen=True, slots=True)
class Needs:
    """What the steps of a program take; the first axis of all arrays is the number of the step."""

    rows: Ints
    """How many START or PLACE rows the step writes: one a resource, or one for a step that takes nothing."""
    first: Ints
    """The resource on which the step's queue is logged, for a ward step its own ward; -1 for a step without queue."""
    is_place: Flags
    """Whether the step takes a place in a ward."""
    quantity: Ints
    """Units of each resource, shape (steps, resources + 1); for a ward step 1 for its own ward and each alternative.

    The last column, which a resource of -1 finds, is 0.
    """
    after: Ints
    """Wait in milliseconds after which a resource may be taken, shape as above; above 0 for alternatives."""


def needs(program: Program) -> Needs:
    """Looks up what each step takes."""
    table, shape = program.instructions, (len(program.steps), len(program.resources) + 1)
    rows, first = np.ones(shape[0], np.int64), np.full(shape[0], NONE, np.int64)
    is_place = np.zeros(shape[0], np.bool_)
    quantity, after = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for at in np.flatnonzero(table.op == Op.SEIZE).tolist():
        step = table.step[at]
        own = slice(table.needs_from[at], table.needs_to[at])
        rows[step], first[step] = own.stop - own.start, program.need_resource[own.start]
        is_place[step] = table.place[at] == 1
        for other in range(table.others_to[at] - 1, table.others_from[at] - 1, -1):
            resource = program.other_resource[other]
            quantity[step, resource] = 1
            after[step, resource] = program.other_after[other]
        quantity[step, program.need_resource[own]] = program.need_quantity[own]
        after[step, program.need_resource[own]] = 0
    return Needs(rows, first, is_place, quantity, after)


@dataclass(frozen=True, slots=True)
class Spells:
    """Which rows belong together; positions in the stories, -1 for what is still going on at the end of the log."""

    queues: Ints
    """QUEUE rows, in order."""
    answers: Ints
    """The row right behind each, which tells how the wait ended."""
    starts: Ints
    """START rows, in order."""
    ends: Ints
    """The END row of each."""
    places: Ints
    """PLACE rows, in order."""
    vacates: Ints
    """The VACATE row of each."""


def spells(stories: Stories, needs: Needs) -> Spells:
    """Finds beginning and end of every wait, step and stay in a place.

    A step that writes n rows when it starts writes n when it ends, in the same order; patients give their places up
    in the order in which they took them.
    """
    queues, starts, places = (stories.of(event) for event in (Event.QUEUE, Event.START, Event.PLACE))
    behind = np.append(stories.before, np.int8(FIRST))
    answers = np.where(behind[queues + 1] == Event.QUEUE, queues + 1, NONE)
    return Spells(queues, answers, starts, _ends(stories, starts, needs), places, _vacates(stories, places))


def _ends(stories: Stories, starts: Ints, needs: Needs) -> Ints:
    if not starts.size:
        return starts
    later = starts + needs.rows[stories.step[starts]]
    found = np.minimum(later, len(stories) - 1)
    closed = (stories.event[found] == Event.END) & (stories.patient[found] == stories.patient[starts])
    closed &= found == later
    return np.where(closed, found, NONE)


def _vacates(stories: Stories, places: Ints) -> Ints:
    """The k-th VACATE of a patient belongs to the k-th PLACE."""
    vacates = stories.of(Event.VACATE)
    whose, vacated_by = stories.patient[places], stories.patient[vacates]
    rank = np.arange(len(places)) - np.searchsorted(whose, whose)
    first, behind = np.searchsorted(vacated_by, whose), np.searchsorted(vacated_by, whose, side="right")
    closed = first + rank < behind
    found = np.full(len(places), NONE, np.int64)
    found[closed] = vacates[(first + rank)[closed]]
    return found
