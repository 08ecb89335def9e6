"""The event log: the facts that an engine records, as columns."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray


class Event(IntEnum):
    """What happened. Patients do one thing at a time, so the rows of a patient tell their story in order."""

    ARRIVE = 0
    """The patient comes."""
    QUEUE = 1
    """The patient asks for what a step needs; the next row of the patient says how that ended."""
    START = 2
    """A step begins; one row for each resource that it uses, or one without resource."""
    END = 3
    """A step ends; one row for each START."""
    PLACE = 4
    """The patient takes a bed or place in a ward."""
    VACATE = 5
    """The patient gives up a bed or place."""
    LEAVE = 6
    """The patient leaves; the step tells the outcome."""
    RENEGE = 7
    """The patient has waited as long as they would, and gives up."""
    BALK = 8
    """The patient finds too long a queue."""
    REFUSE = 9
    """The patient finds nothing free where nobody may wait."""
    MARK = 10
    """The patient passes a milestone."""
    READY = 11
    """A bed that was given up can be used again; no patient."""
    CAPACITY = 12
    """A resource has `quantity` units, or so many slots or supplies can be taken; no patient."""
    HOLD = 13
    """The patient takes units and keeps them through other steps; one row for each resource."""
    GIVE_BACK = 14
    """The patient gives units back that they held."""
    INTERRUPT = 15
    """A step is interrupted: the units go, and the patient asks for them again; one row for each START."""
    WORSEN = 16
    """The patient gets worse while waiting, and goes another way."""
    LATE = 17
    """No time is left before closing, so that the step is not begun."""
    POLICY = 18
    """A policy becomes active (quantity 1) or ends (0); no patient; the step tells which."""


NOBODY: Final = -1
"""Patient of a row that concerns no patient."""
NOTHING: Final = -1
"""Step or resource of a row that concerns none."""
_QUANTITY_BITS, _RESOURCE_BITS, _STEP_BITS = 24, 14, 18
COLUMNS: Final = ("time_ms", "patient", "event", "step", "resource", "quantity")
"""Columns of the log."""


def code(event: Event, step: int = NOTHING, resource: int = NOTHING, quantity: int = 0) -> int:
    """Packs what happened into one whole number, so that an engine can prepare it before the run.

    Raises:
        ValueError: if a number does not fit.

    >>> unpacked = unpack(np.array([code(Event.START, 5, 2, 1)]))
    >>> [int(column[0]) for column in unpacked]
    [2, 5, 2, 1]
    """
    fits = step + 1 < 1 << _STEP_BITS and resource + 1 < 1 << _RESOURCE_BITS and 0 <= quantity < 1 << _QUANTITY_BITS
    if not fits:
        raise ValueError("too many steps, resources or units for an event log")
    packed = (int(event) << _STEP_BITS | step + 1) << _RESOURCE_BITS | resource + 1
    return packed << _QUANTITY_BITS | quantity


def unpack(codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """Splits packed codes into event, step, resource and quantity, each as long as `codes`."""
    rest, quantity = codes >> _QUANTITY_BITS, codes & ((1 << _QUANTITY_BITS) - 1)
    rest, resource = rest >> _RESOURCE_BITS, (rest & ((1 << _RESOURCE_BITS) - 1)) - 1
    event, step = rest >> _STEP_BITS, (rest & ((1 << _STEP_BITS) - 1)) - 1
    return event, step, resource, quantity


@dataclass(frozen=True, slots=True)
class EventLog:
    """The facts of one replication: one row an event, in order of time; all columns have the same length."""

    time_ms: NDArray[np.int64]
    """Milliseconds since the scenario's start."""
    patient: NDArray[np.int32]
    """Number of the patient in the replication's fates, or -1."""
    event: NDArray[np.int8]
    """An `Event`."""
    step: NDArray[np.int32]
    """Number of the step in the program, or -1."""
    resource: NDArray[np.int16]
    """Number of the resource in the program, or -1."""
    quantity: NDArray[np.int32]
    """Units taken or given back; for CAPACITY the new number of units."""
    horizon_ms: int
    """End of the run; what would happen then or later is not in the log."""

    def __len__(self) -> int:
        return len(self.time_ms)

    def digest(self) -> str:
        """SHA-256 of the facts, whatever the order in which an engine met different patients inside one instant."""
        nobody = self.patient == NOBODY
        sequence = np.arange(len(self))
        facts = (self.event.astype(np.int64) << 40) + (self.resource.astype(np.int64) << 24) + self.quantity
        facts += np.where(nobody, self.step.astype(np.int64), 0) << 48  # policies are told apart by their steps
        order = np.lexsort((np.where(nobody, facts, sequence), self.patient, self.time_ms))
        content = hashlib.sha256(f"{self.horizon_ms};{len(self)}".encode())
        for name in COLUMNS:
            content.update(np.ascontiguousarray(getattr(self, name)[order], dtype="<i8").tobytes())
        return content.hexdigest()


Row = tuple[int, int, int]
"""What an engine writes for a row: time in milliseconds, patient, and what happened as packed by `code`."""


_LONG = 300_000
_Chunk = tuple[
    NDArray[np.int64],
    NDArray[np.int32],
    NDArray[np.int8],
    NDArray[np.int32],
    NDArray[np.int16],
    NDArray[np.int32],
]


class Recorder:
    """Collects the rows of a log while an engine runs: a flat list, packed into arrays now and then."""

    __slots__ = ("_flat", "_packed", "add")

    def __init__(self) -> None:
        self._flat: list[int] = []
        self._packed: list[_Chunk] = []
        self.add: Callable[[Row], None] = self._flat.extend
        """Adds a row; the fastest way that Python has, since an engine calls it a million times a run."""

    def pack_if_long(self) -> None:
        """Packs the rows if there are many, so that a long run needs little memory."""
        if len(self._flat) > _LONG:
            self._pack()

    def _pack(self) -> None:
        flat = np.fromiter(self._flat, np.int64, len(self._flat)).reshape(-1, 3)
        self._flat.clear()
        event, step, resource, quantity = unpack(flat[:, 2])
        self._packed.append(
            (
                flat[:, 0].copy(),
                flat[:, 1].astype(np.int32),
                event.astype(np.int8),
                step.astype(np.int32),
                resource.astype(np.int16),
                quantity.astype(np.int32),
            )
        )

    def last_steps(self) -> list[int]:
        """Numbers of the steps in the latest hundred rows."""
        _, steps, _, _ = unpack(np.array(self._flat[-300:], np.int64)[2::3])
        return [step for step in sorted(set(steps.tolist())) if step != NOTHING]

    def finish(self, horizon_ms: int) -> EventLog:
        """Turns what was collected into a log, and forgets it."""
        self._pack()
        time_ms, patient, event, step, resource, quantity = (
            np.concatenate(parts) for parts in zip(*self._packed, strict=True)
        )
        self._packed.clear()
        return EventLog(time_ms, patient, event, step, resource, quantity, horizon_ms)
