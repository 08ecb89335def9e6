"""What the reference engine moves about: resources with waiting lists, patients, instructions looked up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from heapq import heappop
from typing import Final

import simpy

from sim.engine.eventlog import Event, code
from sim.engine.program import NONE, Closing, Kind, Op, Resuming

Entry = tuple[int, int, int, int, "Patient"]
"""Place in a waiting list: priority, moment queued, rank, ticket, patient; void once the patient has another ticket."""
Need = tuple["Resource", int, int, int]
"""What is taken and given back: resource, units, and what the log says when it is taken and when it is given back."""
Held = tuple["Resource", int, int, "Use | None"]
"""What is kept through other steps: resource, units, and what the log says when it is given back."""
Perform = Callable[["Patient", "Instruction"], "Instruction | None"]
NO_LIMIT: Final = -1
HEAD: Final = 1 << 52
"""Milliseconds by which an interrupted patient is put before all others of their priority."""


@dataclass(slots=True, eq=False)
class Resource:
    """Units that are taken and given back, and those who wait for them."""

    number: int
    name: str
    kind: Kind = Kind.UNITS
    closing: Closing = Closing.FINISH
    is_place: bool = False
    level: int = 0
    """By rosters and openings."""
    extra: int = 0
    """By policies."""
    capacity: int = 0
    """In force."""
    free: int = 0
    """Negative while more are in use than there should be."""
    returned: int = 0
    """Given back since the last round."""
    cleaning: int = 0
    """Given back, but not ready."""
    late: int = 0
    """Busy after the end of their shift, where others have relieved them."""
    turnaround: int = 0
    strict: bool = False
    keep: int = 0
    reorder_at: int = NONE
    order_units: int = 0
    on_order: int = 0
    orders: int = 0
    staffed_by: "list[tuple[Resource, float]]" = field(default_factory=list)
    limits: "list[Resource]" = field(default_factory=list)
    """Wards that open no more beds than these staff allow."""
    closings: list[int] = field(default_factory=list)
    """Moments at which there are fewer units by plan, where somebody must know."""
    least: int = 1
    """So many must be free before anybody who waits here can be served."""
    is_simple: bool = True
    """All who wait here want one unit of this and nothing else."""
    is_touched: bool = False
    """Something changed here since the last round."""
    is_tracked: bool = False
    """The engine must know who uses it."""
    uses: "dict[Use, None]" = field(default_factory=dict)
    """Who has how many, in the order of taking, where it is tracked."""
    blocked: "dict[Patient, None]" = field(default_factory=dict)
    """Who is here and waits for another place."""
    waiting: list[Entry] = field(default_factory=list)
    """A heap."""
    ready_code: int = 0
    vacate_code: int = 0

    def __post_init__(self) -> None:
        self.ready_code = code(Event.READY, resource=self.number, quantity=1)
        self.vacate_code = code(Event.VACATE, resource=self.number, quantity=1)

    def __repr__(self) -> str:
        return self.name

    def first(self) -> Entry:
        """The first entry; there must be one."""
        return self.waiting[0]

    def has_earlier(self, entry: Entry) -> bool:
        """Whether somebody waits here who comes before an entry."""
        while self.waiting and self.waiting[0][4].ticket != self.waiting[0][3]:
            heappop(self.waiting)
        return bool(self.waiting) and self.waiting[0] < entry

    def used_by(self, patient: "Patient", quantity: int, *, is_kept: bool) -> "Use":
        """Notes who takes some, after all others."""
        use = Use(patient, quantity, is_kept=is_kept)
        self.uses[use] = None
        return use

    def inside(self) -> int:
        """Number of units in use."""
        return self.capacity - self.free - self.returned - self.cleaning

    def queue(self) -> dict["Patient", None]:
        """Who waits for this in the first place, not as an alternative."""
        found = {
            entry[4]: None
            for entry in self.waiting
            if entry[4].ticket == entry[3] and not entry[4].at.is_return and entry[4].at.wants(self)
        }
        return found


class Use:
    """Units that a patient has, of a resource that must know who uses it."""

    __slots__ = ("is_kept", "late", "patient", "quantity")

    def __init__(self, patient: "Patient", quantity: int, *, is_kept: bool) -> None:
        self.patient = patient
        self.quantity = quantity
        self.is_kept = is_kept  # through other steps
        self.late = 0  # units whose shift is over


class Patient(simpy.Event):
    """Where a patient is in the program and what they hold; the SimPy event is their own next moment."""

    __slots__ = (
        "asked_again", "at", "bed", "bed_priority", "bed_queued", "drawn", "ends", "entered", "entry", "factor",
        "held", "is_counted", "left", "number", "owner", "place", "priority", "queued", "rank", "resume_at",
        "resuming", "rounds", "shadow", "taken", "ticket", "turn", "uses", "visits", "waited",
    )  # fmt: skip
    _ok = True

    def __init__(self, number: int, rank: int, priority: int) -> None:
        self.number = number
        self.rank = rank  # order among those who queued in the same instant: by stream, then by arrival
        self.priority = priority
        self.place: Resource | None = None
        self.factor = 1.0  # on the stay in the present place
        self.ticket = 0  # grows when the patient joins and when they quit waiting lists
        self.is_counted = False  # among those who wait at a step with a queue limit
        self.at: Instruction
        self.visits: dict[int, int] | None = None
        # What only the richer steps need.
        self.entry: Entry | None = None  # as they stand in the lists
        self.queued = 0  # since when they wait, also before the run
        self.asked_again = 0  # since when they wait after an interruption
        self.waited = 0  # how long they have waited before the run
        self.taken: tuple[Instruction, Way] | None = None  # what the present step uses, and by which instruction
        self.uses: dict[Resource, Use] | None = None  # of what it uses: where somebody must know
        self.held: list[Held] | None = None  # kept through other steps
        self.turn = 0  # grows when the end of a delay is no longer what was planned
        self.ends = 0  # end of the present delay, where it can be interrupted
        self.drawn = 0  # and its time before all factors
        self.left: int | None = None  # of an interrupted step
        self.resuming = Resuming.RESUME  # how the interrupted step goes on, if not with what was left
        self.resume_at: Instruction | None = None  # where to go on after another bed was found
        self.entered: Instruction | None = None  # the step by which they came to their place
        self.bed: Use | None = None  # of the place
        self.bed_priority = 0  # with which they were placed
        self.bed_queued = 0  # when they asked for it
        self.shadow: Patient | None = None  # their request for the place where they belong
        self.owner: Patient | None = None  # of a shadow
        self.rounds: dict[int, int] | None = None  # when the present round of a repeat began

    def has_left(self, place: Resource) -> None:
        """Forgets what belonged to a place: who has left it needs no other bed instead."""
        if self.shadow is not None:
            self.shadow.ticket += 1
            self.shadow.owner = None
            self.shadow = None
        if self.bed is not None:
            place.uses.pop(self.bed, None)
            self.bed = None

    def waits_since(self) -> int:
        """When the present request was made; earlier if they have waited before the run."""
        is_again = self.entry is not None and self.entry[1] < -HEAD // 2
        return self.asked_again if is_again else self.queued

    def would_free(self, resource: Resource) -> int:
        """Units that are there again if the present step is interrupted: not those whose shift is over."""
        use = (self.uses or {}).get(resource)
        return use.quantity - use.late if use is not None else 0

    def __lt__(self, other: "Patient") -> bool:
        """Entries that are equal in all else belong to one patient: the own one comes before that of the shadow."""
        return self.owner is None and other.owner is not None


class Way:
    """One set of things with which a step can be served."""

    __slots__ = ("accepts", "after", "factor", "needs", "returns")

    def __init__(self, needs: list[Need], after: int, factor: float, *, returns: bool) -> None:
        self.needs = needs
        self.after = after  # wait after which it is considered
        self.factor = factor
        self.returns = returns
        self.accepts: Sequence[int] | None = None  # by patient number: 1 if it is open for them


@dataclass(slots=True, eq=False)
class Instruction:
    """An instruction with its table entries looked up."""

    number: int
    op: Op
    step: int
    perform: Perform = field(init=False)
    next: "Instruction | None" = None
    ways: list[Way] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    """SEIZE: of the first way; RELEASE: what is given back."""
    others: list[Way] = field(default_factory=list)
    """All ways but the first."""
    place: Resource | None = None
    """The ward to enter."""
    holds: bool = False
    targets: "list[Instruction]" = field(default_factory=list)
    policy: int = NONE
    on_give_up: "Instruction | None" = None
    on_worse: "Instruction | None" = None
    on_full: "Instruction | None" = None
    on_refuse: "Instruction | None" = None
    on_late: "Instruction | None" = None
    limit: int = NO_LIMIT
    waiting_count: int = 0
    """Who waits at this step, where there is a limit."""
    priority: int = NONE
    priorities: Sequence[int] | None = None
    """By patient number."""
    promotions: list[tuple[int, int]] = field(default_factory=list)
    keep_free: int = 0
    preempts: bool = False
    finish: int = NONE
    planned: int = NONE
    resuming: Resuming = Resuming.RESUME
    draw: int = NONE
    counts: int = NONE
    """Draw under which visits are counted."""
    times: Sequence[int] = ()
    """Of the first visit of each patient, by patient number."""
    worsen_draw: int = NONE
    again: bool = False
    stay: bool = False
    profile: tuple[list[int], list[float]] | None = None
    """Moments and the factors from then on."""
    since: int = NONE
    begins: list[int] = field(default_factory=list)
    """Repeats that it stands in."""
    moments: list[int] = field(default_factory=list)
    has_rules: bool = False
    """Patience, a limit, refusal, other ways, promotion or a closing time."""
    is_rich: bool = False
    """A delay with more to it than a time, or a release of more than the usual."""
    is_interruptible: bool = False
    is_tracked: bool = False
    """One of its resources must know who uses it."""
    is_noted: bool = False
    """What it takes must be remembered, since that is not always the same."""
    gives_place_up: bool = False
    is_plain: bool = False
    """It takes units for one step, and nothing else has to be seen to."""
    is_strict: bool = False
    """Nobody overtakes at one of the resources that it needs."""
    is_return: bool = False
    """Of an outlier to where they belong."""
    queue_code: int = 0
    renege_code: int = 0
    worsen_code: int = 0
    late_code: int = 0
    balk_code: int = 0
    refuse_code: int = 0
    leave_code: int = 0
    interrupt_code: int = 0
    mark_code: int = 0
    start_code: int = 0
    """Of a wait that is a step of its own."""
    end_code: int = 0

    def __post_init__(self) -> None:
        self.leave_code = code(Event.LEAVE, self.step)
        self.interrupt_code = code(Event.INTERRUPT, self.step)

    def wants(self, resource: Resource) -> bool:
        """Whether a resource is among what the step itself says that it needs."""
        return any(need[0] is resource for need in self.needs)
