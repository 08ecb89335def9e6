"""The program: a scenario as a small table of six instructions, held in arrays of plain numbers."""

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import clock

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
NONE: Final = -1
"""Where an instruction has no such thing."""
FIRST: Final = 0
"""Priority of those who are brought to their bed at the start of a run; all others have 1 or more."""

PLANNED_BEYOND: Final = clock.WEEK
"""For so long after the end of a run the units are planned, so that its last day knows what closes the next morning."""


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
    """Go on at the target that fate, or a policy, chose; with one target, simply go there."""
    LEAVE = 5
    """The end of the patient's way."""


class Kind(IntEnum):
    """What taking a unit of a resource means."""

    UNITS = 0
    """It is used, and given back."""
    SLOTS = 1
    """It is used up; those that nobody takes lapse."""
    SUPPLIES = 2
    """It is used up; more is delivered."""


class Closing(IntEnum):
    """What happens when there are fewer units than are in use."""

    FINISH = 0
    """Who is with a patient finishes; they count among the units until then."""
    HAND_OVER = 1
    """The patients who started last go back to the queue, and resume."""
    RELIEVED = 2
    """Who is with a patient finishes as overtime; the next shift begins complete."""


class Resuming(IntEnum):
    """What is left of an interrupted step."""

    RESUME = 0
    """What was left."""
    RESTART = 1
    """All of it."""
    ANEW = 2
    """A newly drawn time."""


class Effect(IntEnum):
    """What a policy does."""

    ADD = 0
    """Units are added while it is active."""
    EARLY_DISCHARGE = 1
    """Stays that are nearly over end when it becomes active."""


@dataclass(frozen=True, slots=True)
class StepInfo:
    """What a step number of program and log stands for."""

    pathway: str
    """Pathway in which it is declared; empty for a policy."""
    name: str
    """Name of the step."""
    does: str
    """Kind of the step: activity, enter, stay, hold, wait until, one of, leave, mark, vacate, policy."""
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
    ways_from: Ints
    """SEIZE: first of its ways in the tables `way_...`; the first way is what the step itself says."""
    ways_to: Ints
    """SEIZE: one behind its last."""
    needs_from: Ints
    """RELEASE of what was held: first of its entries in `Program.need_resource`."""
    needs_to: Ints
    """RELEASE: one behind its last."""
    place: Ints
    """SEIZE: 1 if it takes a place; RELEASE: 1 if it gives up the present place."""
    hold: Ints
    """SEIZE: 1 if what it takes is kept through other steps; RELEASE: 1 if it gives such things back."""
    priority: Ints
    """SEIZE: priority at this step; -1 for the patient's own."""
    priority_draw: Ints
    """SEIZE: draw that tells the priority at this step."""
    promotions_from: Ints
    """SEIZE: first of its entries in `Program.promotion_after`."""
    promotions_to: Ints
    """SEIZE: one behind its last."""
    keep_free: Ints
    """SEIZE: units that must stay free."""
    preempts: Ints
    """SEIZE: 1 if it may interrupt patients of lower priority."""
    queue_limit: Ints
    """SEIZE: most patients who may wait."""
    on_give_up: Ints
    """SEIZE: instruction for those whose patience ends."""
    worsen_draw: Ints
    """SEIZE: the wait after which a patient gets worse."""
    on_worse: Ints
    """SEIZE: instruction for those who got worse."""
    on_full: Ints
    """SEIZE: instruction for those who find the queue too long."""
    on_refuse: Ints
    """SEIZE: instruction for those who find nothing free where nobody may wait."""
    finish: Ints
    """SEIZE: how much later than the closing of its resources the step may end, in milliseconds."""
    planned: Ints
    """SEIZE with `finish`: planned time of the step in milliseconds; -1 for the drawn one."""
    on_late: Ints
    """SEIZE with `finish`: instruction for those for whom no time is left."""
    resuming: Ints
    """SEIZE: a `Resuming`, for the step whose needs it takes."""
    stay: Ints
    """DELAY: 1 if outliers stay longer or shorter by the factor of the place they got."""
    alone: Ints
    """DELAY, UNTIL: 1 if it is a step of its own and is logged as such."""
    profile: Ints
    """DELAY: number of the factors over time that its time is multiplied with."""
    since: Ints
    """Step of a repeat. BRANCH without a draw: the first round begins; with a draw: another round or not; DELAY: its
    time is counted from the first step that was begun in the round, so that only the rest passes."""
    begins_from: Ints
    """SEIZE, DELAY, UNTIL: first of the repeats that it stands in, in `Program.begun_repeat`."""
    begins_to: Ints
    """SEIZE, DELAY, UNTIL: one behind the last."""
    calendar: Ints
    """UNTIL: number of the calendar."""
    targets_from: Ints
    """BRANCH: first of its targets in `Program.branch_target`."""
    targets_to: Ints
    """BRANCH: one behind its last."""
    policy: Ints
    """BRANCH: number of the policy that chooses between its two targets: active, not active."""
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
    """First instruction of each patient class, in the order of class names; then of each start, in that of theirs."""
    need_resource: Ints
    need_quantity: Ints
    way_needs_from: Ints
    """First need of a way in `need_resource`, and one behind its last."""
    way_needs_to: Ints
    way_after: Ints
    """Wait in milliseconds after which a way is considered."""
    way_factor: Floats
    """Factor on the time of the step, or of the stay in a place."""
    way_accepts: Ints
    """Draw that is 1 for the patients for whom the way is open; -1 if it is open for all."""
    way_returns: Ints
    """1 if the patient goes to the place of the first way as soon as there is one."""
    promotion_after: Ints
    """Wait in milliseconds after which a priority changes."""
    promotion_priority: Ints
    begun_repeat: Ints
    """Steps of the repeats with a rhythm of their own that an instruction stands in."""
    branch_target: Ints
    capacity_time: Ints
    """Moments in milliseconds at which the planned units of a resource change, in order; the first entries are at 0,
    the last up to `PLANNED_BEYOND` after the end of the run."""
    capacity_resource: Ints
    capacity_units: Ints
    kind: Ints
    """A `Kind`, one entry a resource."""
    closing: Ints
    """A `Closing`, one entry a resource."""
    turnaround: Ints
    """Milliseconds during which what was given up cannot be used, one entry a resource."""
    is_place: Ints
    """1 for wards, one entry a resource."""
    strict: Ints
    """1 where nobody overtakes, one entry a resource."""
    keep: Ints
    """Slots that stay on offer when nobody takes them, one entry a resource."""
    reorder_at: Ints
    """Supplies: level at which an order is sent, one entry a resource; -1 if none is."""
    order_units: Ints
    """Supplies: units of an order, one entry a resource."""
    staffed_ward: Ints
    """Wards that open no more beds than staff allow; together with the next two, one entry for each pair."""
    staffed_by: Ints
    staffed_beds: Floats
    """Beds for each person on duty."""
    policy_step: Ints
    """Number of the step that stands for a policy in the log, in the order of policy names."""
    policy_fact: Ints
    """Position in `sim.scenario.policies.FACTS`."""
    policy_every: Ints
    policy_above: Floats
    """A share, milliseconds or a number of patients."""
    policy_below: Floats
    """Level at or below which it ends; -1 if it ends as soon as it is under the other."""
    policy_lasts: Ints
    policy_after: Ints
    policy_of_from: Ints
    """First of the watched resources in `policy_of`, and one behind the last."""
    policy_of_to: Ints
    policy_of: Ints
    effect_policy: Ints
    """What policies do: the policy, an `Effect`, the resource, units (or most patients) and milliseconds."""
    effect: Ints
    effect_resource: Ints
    effect_units: Ints
    effect_within: Ints
    profile_from: Ints
    profile_to: Ints
    profile_moment: Ints
    """Moments in milliseconds from which a factor on times holds; each profile's in order, the first at 0."""
    profile_factor: Floats
    calendar_from: Ints
    calendar_to: Ints
    calendar_moment: Ints
    """Moments in milliseconds of all calendars, each calendar's in order, until after the end of the run."""
    swaps: bool
    """Whether patients who wait for each other's places swap them; otherwise such a knot ends the run."""
    horizon_ms: int
    """End of the run."""
    resources: tuple[str, ...]
    """Names of the resources, in order of their numbers."""
    steps: tuple[StepInfo, ...]
    """Meaning of the step numbers."""
