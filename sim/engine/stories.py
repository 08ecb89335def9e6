"""Stories: the rows of an event log patient by patient, each patient's in the order in which they happened."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.engine.eventlog import Event, EventLog
from sim.engine.program import NONE, Op, Program

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
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
    continues: Flags
    """Whether the row before belongs to the same patient."""

    def __len__(self) -> int:
        return len(self.row)

    def follows(self, row: Ints, steps: int | Ints) -> Flags:
        """Whether the row so many steps further on exists and belongs to the same patient.

        Args:
            row: positions in the stories.
            steps: how far to look, a number >= 0 or one for each position.
        """
        later = row + steps
        inside = later < len(self)
        return inside & (self.patient[np.where(inside, later, 0)] == self.patient[row])


def tell(log: EventLog) -> Stories:
    """Puts the rows of a log in the order of patients.

    Patient and row are packed into one number each, because NumPy sorts whole numbers several times faster than it
    sorts a column stably.
    """
    packed = (log.patient.astype(np.int64) << _ROW_BITS) | np.arange(len(log))
    packed.sort()
    nobody = int(np.searchsorted(packed, 0))  # those rows have a negative patient, and stand first
    row = packed[nobody:] & ((1 << _ROW_BITS) - 1)
    patient = (packed[nobody:] >> _ROW_BITS).astype(np.int32)
    continues = np.zeros(len(row), np.bool_)
    continues[1:] = patient[1:] == patient[:-1]
    return Stories(
        row=row,
        patient=patient,
        time_ms=log.time_ms[row],
        event=log.event[row],
        step=log.step[row],
        resource=log.resource[row],
        quantity=log.quantity[row],
        continues=continues,
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
        quantity[step, program.need_resource[own]] = program.need_quantity[own]
        rows[step], first[step] = own.stop - own.start, program.need_resource[own.start]
        is_place[step] = table.place[at] == 1
        for other in range(table.others_to[at] - 1, table.others_from[at] - 1, -1):
            resource = program.other_resource[other]
            quantity[step, resource] = 1
            after[step, resource] = program.other_after[other]
    return Needs(rows, first, is_place, quantity, after)


def ends(stories: Stories, starts: Ints, rows: Ints) -> Ints:
    """Finds the END of each START: a step that writes n rows when it starts writes n when it ends, in the same order.

    Args:
        stories: the rows.
        starts: positions of START rows.
        rows: how many rows their steps write, one entry a START.

    Returns:
        Positions of the END rows; -1 where the step goes on at the end of the log.
    """
    found = starts + rows
    closed = stories.follows(starts, rows)
    closed[closed] = stories.event[found[closed]] == Event.END
    return np.where(closed, found, NONE)


def ends_of_stays(stories: Stories, places: Ints) -> Ints:
    """Finds the VACATE of each PLACE: patients give their places up in the order in which they took them.

    Args:
        stories: the rows.
        places: positions of all PLACE rows, in order.

    Returns:
        Positions of the VACATE rows; -1 where the place is still held at the end of the log.
    """
    vacates = np.flatnonzero(stories.event == Event.VACATE)
    whose, vacated_by = stories.patient[places], stories.patient[vacates]
    rank = np.arange(len(places)) - np.searchsorted(whose, whose)
    first, behind = np.searchsorted(vacated_by, whose), np.searchsorted(vacated_by, whose, side="right")
    closed = first + rank < behind
    found = np.full(len(places), NONE, np.int64)
    found[closed] = vacates[(first + rank)[closed]]
    return found
