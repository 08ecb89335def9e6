"""Visits: one row a patient and step, derived from the log."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.engine.eventlog import NOTHING, Event
from sim.engine.stories import Needs, Spells, Stories
from sim.measure.window import Flags, Ints, Window

NEVER: Final = -1
"""Moment of what has not happened by the end of the log."""


class Ending(IntEnum):
    """How a visit ended, or where it stood at the end of the log."""

    WAITING = 0
    """Not ended: the patient still waits."""
    UNDER_WAY = 1
    """Not ended: the step is going on, or the bed is still occupied."""
    DONE = 2
    """The step ended, or the bed was given up."""
    GAVE_UP = 3
    """The patient waited as long as they would, and gave up."""
    QUEUE_FULL = 4
    """The queue was too long."""
    REFUSED = 5
    """Nothing was free where nobody may wait."""


@dataclass(frozen=True, slots=True)
class Visits:
    """One row for each time that a patient came to a step which takes time or units, by patient and then by time.

    Steps that are passed in no time (branches, milestones) make no visit. A visit of a ward step lasts until the bed is
    given up, so it spans the visits of the steps that happen there.
    """

    patient: NDArray[np.int32]
    step: NDArray[np.int32]
    wanted: NDArray[np.int16]
    """Resource on which the queue is logged, for a ward step its own ward; -1 for a step without queue."""
    resource: NDArray[np.int16]
    """First resource that was taken, for a ward step the ward in which the patient lay; -1 if nothing was taken."""
    queued_ms: Ints
    """When the patient began to wait; -1 for a step without queue."""
    started_ms: Ints
    """When the step began or the bed was taken; -1 if never."""
    ended_ms: Ints
    """When the step ended, the bed was given up, or the patient gave up or was turned away; -1 if open."""
    ending: NDArray[np.int8]
    """An `Ending`."""

    def __len__(self) -> int:
        return len(self.patient)

    def queue_left_ms(self) -> Ints:
        """When the wait ended, in whatever way; -1 if it goes on. Only for visits with a queue."""
        return np.where(self.started_ms != NEVER, self.started_ms, self.ended_ms)

    def served_in(self, window: Window) -> Flags:
        """Visits with a queue whose service started in a window, those served at once included."""
        served: Flags = window.holds(self.started_ms) & (self.wanted != NOTHING)
        return served

    def waiting_at(self, moment: int) -> Flags:
        """Visits whose patients wait when a moment is over."""
        left = self.queue_left_ms()
        waits: Flags = (self.wanted != NOTHING) & (self.queued_ms <= moment) & ((left == NEVER) | (left > moment))
        return waits


_ENDINGS: Final = {
    Event.START: Ending.DONE,
    Event.PLACE: Ending.DONE,
    Event.RENEGE: Ending.GAVE_UP,
    Event.BALK: Ending.QUEUE_FULL,
    Event.REFUSE: Ending.REFUSED,
}


def visits(stories: Stories, spells: Spells, needs: Needs) -> Visits:
    """Derives the visits of a log that keeps the invariants.

    Args:
        stories: the rows of the log by patient.
        spells: which of them belong together.
        needs: what the steps take.
    """
    alone = spells.starts[stories.resource[spells.starts] == NOTHING]
    heads = np.sort(np.append(spells.queues, alone))
    is_queue = stories.event[heads] == Event.QUEUE
    at = np.minimum(heads + is_queue, len(stories) - 1)
    waits = is_queue & (stories.before[at] != Event.QUEUE)
    how = stories.event[at]
    has_started = ~waits & ((how == Event.START) | (how == Event.PLACE))
    end = _end_rows(stories, spells)[at]
    has_ended = ~waits & (end != NEVER)
    ending = np.array([_ENDINGS.get(event, Ending.WAITING) for event in Event], np.int8)[how]
    ending[~has_ended] = Ending.UNDER_WAY
    ending[waits] = Ending.WAITING
    step = stories.step[heads]
    return Visits(
        patient=stories.patient[heads],
        step=step,
        wanted=needs.first[step].astype(np.int16),
        resource=np.where(has_started, stories.resource[at], np.int16(NOTHING)),
        queued_ms=np.where(is_queue, stories.time_ms[heads], NEVER),
        started_ms=np.where(has_started, stories.time_ms[at], NEVER),
        ended_ms=np.where(has_ended, stories.time_ms[end], NEVER),
        ending=ending,
    )


def _end_rows(stories: Stories, spells: Spells) -> Ints:
    """For each row that ends a wait, the row at which the visit is over; -1 if it goes on."""
    found = np.full(len(stories), NEVER, np.int64)
    found[spells.starts] = spells.ends
    found[spells.places] = spells.vacates
    for event in (Event.RENEGE, Event.BALK, Event.REFUSE):
        found[stories.of(event)] = stories.of(event)
    return found
