"""Places: who lay where, from when until when."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.eventlog import Event
from sim.engine.program import NONE
from sim.engine.stories import Flags, Ints, Stories, in_turn


@dataclass(frozen=True, slots=True)
class Places:
    """One entry for each time that a patient took a place, by patient and then in order of the log."""

    row: Ints
    """Position of the PLACE in the log."""
    patient: NDArray[np.int32]
    step: NDArray[np.int32]
    """The step that asked for it."""
    resource: NDArray[np.int16]
    since_ms: Ints
    is_homecoming: Flags
    """Whether the patient came from another ward in the midst of a wait or a step, to where they belong."""
    left_row: Ints
    """Position of the VACATE in the log; -1 if they are still there at the end."""
    left_ms: Ints
    """When they gave it up; -1 if never."""
    left: NDArray[np.int16]
    """The ward that the VACATE names; -1 if there is none."""

    def __len__(self) -> int:
        return len(self.row)


def places(stories: Stories) -> Places:
    """Pairs the places that patients take with those that they give up: in the same order, patient by patient."""
    home = stories.homecomings
    taking = _moves(stories, Event.PLACE, home.row, home.resource)
    giving = _moves(stories, Event.VACATE, home.row + 1, home.left)
    over = in_turn(taking.patient, giving.patient)
    closed = over != NONE
    left_row, left_ms = np.full((2, len(over)), NONE, np.int64)
    left = np.full(len(over), NONE, np.int16)
    left_row[closed], left_ms[closed] = giving.row[over[closed]], giving.time_ms[over[closed]]
    left[closed] = giving.resource[over[closed]]
    return Places(
        row=taking.row,
        patient=taking.patient,
        step=taking.step,
        resource=taking.resource,
        since_ms=taking.time_ms,
        is_homecoming=np.isin(taking.row, home.row) if home.row.size else np.zeros(len(over), np.bool_),
        left_row=left_row,
        left_ms=left_ms,
        left=left,
    )


@dataclass(frozen=True, slots=True)
class _Moves:
    """Rows at which places are taken, or given up, by patient and then in order of the log."""

    row: Ints
    patient: NDArray[np.int32]
    time_ms: Ints
    step: NDArray[np.int32]
    resource: NDArray[np.int16]


def _moves(stories: Stories, event: Event, home_row: Ints, ward: NDArray[np.int16]) -> _Moves:
    """The rows of an event, with those of the homecomings, which are no part of the stories."""
    at, home = stories.of(event), stories.homecomings
    row, patient, time_ms = stories.row[at], stories.patient[at], stories.time_ms[at]
    step, resource = stories.step[at], stories.resource[at]
    if not home.row.size:
        return _Moves(row, patient, time_ms, step, resource)
    row, patient = np.append(row, home_row), np.append(patient, home.patient)
    order = np.lexsort((row, patient))
    time_ms, step = np.append(time_ms, home.time_ms)[order], np.append(step, home.step)[order]
    return _Moves(row[order], patient[order], time_ms, step, np.append(resource, ward)[order])
