"""The program: a scenario as a small table of six instructions, held in arrays of plain numbers."""

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
NONE: Final = -1
"""Where an instruction has no such thing."""


class Op(IntEnum):
    """The six instructions of `docs/semantics.md` section 4."""

    SEIZE = 0
    """Wait for and take what is needed, all at once."""
    RELEASE = 1
    """Give units, or the place, back."""
    DELAY = 2
    """Time passes."""
    UNTIL = 3
    """Wait for a moment of a calendar."""
    BRANCH = 4
    """Go on at the target that fate chose; with one target, simply go there."""
    LEAVE = 5
    """The end of the patient's way."""


@dataclass(frozen=True, slots=True)
class StepInfo:
    """What a step number of program and log stands for."""

    pathway: str
    """Pathway in which it is declared."""
    name: str
    """Name of the step."""
    does: str
    """Kind of the step: activity, enter, stay, wait until, one of, leave, mark, vacate."""
    meaning: str | None = None
    """What it counts as in the key figures."""
    milestone: str | None = None
    """The moment that it marks."""
    outcome: str | None = None
    """The outcome with which patients leave here."""


@dataclass(frozen=True, slots=True)
class Instructions:
    """One column an attribute, one entry an instruction; -1 where it does not apply."""

    op: Ints
    """An `Op`."""
    step: Ints
    """Number of the step it belongs to."""
    draw: Ints
    """DELAY: the time; BRANCH: the choice; SEIZE: the patience; a number of `demand.fates.draws`."""
    needs_from: Ints
    """SEIZE, RELEASE: first of its entries in `Program.need_resource`."""
    needs_to: Ints
    """SEIZE, RELEASE: one behind its last."""
    place: Ints
    """SEIZE: 1 if it takes a place; RELEASE: 1 if it gives up the present place."""
    others_from: Ints
    """SEIZE: first of its alternatives in `Program.other_resource`."""
    others_to: Ints
    """SEIZE: one behind its last."""
    priority: Ints
    """SEIZE: priority at this step; -1 for the patient's own."""
    queue_limit: Ints
    """SEIZE: most patients who may wait."""
    on_give_up: Ints
    """SEIZE: instruction for those whose patience ends."""
    on_full: Ints
    """SEIZE: instruction for those who find the queue too long."""
    on_refuse: Ints
    """SEIZE: instruction for those who find nothing free where nobody may wait."""
    stay: Ints
    """DELAY: 1 if outliers stay longer or shorter by the factor of the place they got."""
    alone: Ints
    """DELAY, UNTIL: 1 if it is a step of its own and is logged as such."""
    calendar: Ints
    """UNTIL: number of the calendar."""
    targets_from: Ints
    """BRANCH: first of its targets in `Program.branch_target`."""
    targets_to: Ints
    """BRANCH: one behind its last."""
    mark: Ints
    """BRANCH: 1 if passing it is a milestone."""
    again: Ints
    """1 if a patient can come here twice; later visits have draws of their own."""
    next: Ints
    """Instruction that follows."""


INSTRUCTION_COLUMNS: Final = tuple(field.name for field in fields(Instructions))


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled scenario: everything that an engine interprets, besides the fates."""

    instructions: Instructions
    entry: Ints
    """First instruction of each patient class, in the order of class names."""
    need_resource: Ints
    need_quantity: Ints
    other_resource: Ints
    """Alternative places."""
    other_after: Ints
    """Wait in milliseconds after which an alternative is considered."""
    other_stay: NDArray[np.float64]
    """Factor on the stay in an alternative place."""
    branch_target: Ints
    capacity_time: Ints
    """Moments in milliseconds at which the units of a resource change, in order; the first entries are at 0."""
    capacity_resource: Ints
    capacity_units: Ints
    turnaround: Ints
    """Milliseconds during which a place that was given up cannot be used, one entry a resource."""
    is_place: Ints
    """1 for wards, one entry a resource."""
    strict: Ints
    """1 where nobody overtakes, one entry a resource."""
    calendar_from: Ints
    calendar_to: Ints
    calendar_moment: Ints
    """Moments in milliseconds of all calendars, each calendar's in order, until after the end of the run."""
    horizon_ms: int
    """End of the run."""
    resources: tuple[str, ...]
    """Names of the resources, in order of their numbers."""
    steps: tuple[StepInfo, ...]
    """Meaning of the step numbers."""
