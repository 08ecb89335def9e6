"""People: patients on their way, what is in their hands, what they do and what they ask for."""

from dataclasses import dataclass, field

from sim.engine.program import NONE


@dataclass(eq=False)
class Grip:
    """Units of a resource that a patient has: for a step, kept through other steps, or a bed."""

    person: "Person"
    resource: int
    quantity: int
    step: int
    turn: int
    """Counts everything that anybody ever took, so that it tells who started last."""
    late: int = 0
    """How many of the units are people who were relieved, and go when the step ends."""


@dataclass(eq=False)
class Task:
    """A step during which time passes."""

    person: "Person"
    at: int
    """Its DELAY or UNTIL."""
    ends: int
    is_over: bool = False


@dataclass
class Rest:
    """What is left of something that was interrupted."""

    at: int
    """The DELAY or UNTIL at which it goes on."""
    drawn: int
    """The time as it was drawn; all of it is left if `left` is not told."""
    left: int | None = None


@dataclass(eq=False)
class Request:
    """Somebody who asks for what a SEIZE says."""

    person: "Person"
    at: int
    since: int
    """When they asked; earlier for those who have waited before the run."""
    first: int
    """When they asked for it for the first time, before they were interrupted: ways and promotions count from it."""
    priority: int
    asked: int
    """The moment that counts for the order."""
    reached: int = 0
    """The priority with which they were served."""
    is_new: bool = True
    rounds: int = 0
    """Through how many it has been."""
    is_first: bool = False
    """Whether they go before all others of their priority, having been interrupted."""
    is_home: bool = False
    """Whether they lie elsewhere and only wish to come back."""
    gives_up: int | None = None
    """When they give up."""
    worsens: int | None = None
    """When they get worse."""
    last_call: int | None = None
    """The last moment at which the step may begin."""
    comes_too_late: bool = False
    """Whether that moment was over before they asked."""
    rest: Rest | None = None


@dataclass(eq=False)
class Person:
    """A patient."""

    number: int
    rank: int
    priority: int
    waited: int
    bed: Grip | None = None
    entered: Request | None = None
    """The request by which they came to their bed."""
    factor: float = 1.0
    """On the stays in the present place."""
    hands: list[Grip] = field(default_factory=list)
    """What the present step uses."""
    held: list[Grip] = field(default_factory=list)
    served: Request | None = None
    """The request that was answered with what is in their hands."""
    pace: float = 1.0
    """Factor of the way in which the present step is done."""
    drawn: int = 0
    """Time of the present step as it was drawn."""
    task: Task | None = None
    request: Request | None = None
    home: Request | None = None
    rest: Rest | None = None
    visits: dict[tuple[str, int], int] = field(default_factory=dict)
    begun: dict[int, int] = field(default_factory=dict)
    """When the present round of each repeat was begun."""

    def ward(self) -> int:
        """Where they are."""
        return self.bed.resource if self.bed else NONE
