"""Queueing: what every step of a pathway shares, and the rules for those who wait at one."""

from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, computed_field, model_validator

from sim.scenario.distributions import Time
from sim.scenario.patients import Priority
from sim.scenario.quantities import Count, Declared, Name, PositiveCount, PositiveDuration, StepName
from sim.scenario.refusing import complain, refuse

OUTCOMES: Final = ("discharged", "died", "left_before_seen", "refused", "cancelled", "transferred", "diverted")
"""How a patient's way through the hospital can end."""
Outcome = Literal["discharged", "died", "left_before_seen", "refused", "cancelled", "transferred", "diverted"]
Meaning = Literal["triage", "first_clinician", "treatment", "discharge_delay", "handover"]
"""What a step counts as in the key figures."""
MILESTONES: Final = {"decide to admit": "decided_to_admit", "ready": "ready"}
"""Bare steps that mark a moment, and the names of the moments."""
BARE: Final = ("vacate", *MILESTONES)
VERBS: Final = ("enter", "stay", "wait until", "one of", "repeat", "hold", "give back", "go", "leave", "mark")
"""First words of the steps that are not activities."""
PAIRED: Final = {
    "gives_up_after": "4 h",
    "then": "left_before_seen",
    "queue_limit": "20",
    "if_queue_full": "diverted",
    "worsens_after": "{exponential: {mean: 6 h}}",
    "if_worse": "resuscitation",
    "must_finish": "true",
    "if_no_time": "cancelled",
    "missed": "10 %",
    "if_missed": "rebook",
}
"""Rules that need each other, and how they are written."""


def check_pair(record: Any, condition: str, target: str) -> None:
    """Checks that a rule and its target are given together.

    Raises:
        ValueError: if only one of them is.
    """
    if bool(getattr(record, condition)) != bool(getattr(record, target)):
        given, absent = (condition, target) if getattr(record, condition) else (target, condition)
        raise complain(f"{given} is given without {absent}", f"add {absent}: {PAIRED[absent]}", code="pair")


class StepBase(Declared):
    """What every step shares."""

    verb: ClassVar[str]
    name: StepName
    """Name, unique within the pathway; its random draws are addressed by it."""

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, found: Any) -> Any:
        if isinstance(found, dict) and set(found) == {cls.verb}:
            return cls.from_file(found[cls.verb])
        return found

    @computed_field  # type: ignore[prop-decorator]
    @property
    def does(self) -> str:
        """The verb, so that a fingerprint tells a stay from a wait."""
        return self.verb

    @classmethod
    def from_file(cls, body: Any) -> Any:
        """Turns what stands behind the verb in the file into the fields of the record."""
        raise NotImplementedError


class Promotion(Declared):
    """A more urgent priority from a certain wait on."""

    after: PositiveDuration
    """The wait. Example: `4 h`."""
    priority: PositiveCount
    """The priority from then on, 1 the most urgent. Example: `1`."""


def _promotions(found: Any) -> Any:
    if isinstance(found, dict):
        return [{"after": after, "priority": priority} for after, priority in found.items()]
    if isinstance(found, list):
        return found
    raise refuse("priorities by wait", found, "{4 h: 1}", code="shape")


def _by_wait(found: list[Promotion]) -> list[Promotion]:
    """Sorts, since the order of names in a file means nothing."""
    return sorted(found, key=lambda promotion: promotion.after)


class Queueing(StepBase):
    """Rules for those who wait."""

    should_start_within: PositiveDuration | None = None
    """The standard for the wait; it changes nothing, but is told as `started_on_time`. Example: `30 min`."""
    gives_up_after: Time | None = None
    """Patience: who has waited so long goes to `then`. Example: `{weibull: {mean: 6 h, shape: 1.5}}`."""
    then: Name | None = None
    """Outcome or pathway of those who gave up. Example: `left_before_seen`."""
    worsens_after: Time | None = None
    """Who has waited so long gets worse and goes to `if_worse`. Example: `{exponential: {mean: 12 h}}`."""
    if_worse: Name | None = None
    """Outcome or pathway of those who got worse. Example: `resuscitation`."""
    queue_limit: PositiveCount | None = None
    """Most patients who may wait here; who comes on top goes to `if_queue_full`. Example: `20`."""
    if_queue_full: Name | None = None
    """Outcome or pathway of those for whom the queue is too long. Example: `diverted`."""
    if_none_free: Name | None = None
    """Outcome or pathway of those who cannot be served at once (nobody waits). Example: `refused`."""
    priority: Priority | None = None
    """Priority at this step instead of the patient's own; 1 is most urgent. Example: `{acuity: [red, orange]}`."""
    priority_after: Annotated[list[Promotion], BeforeValidator(_promotions), AfterValidator(_by_wait)] = []
    """Priorities from a wait on. Example: `{4 h: 2, 8 h: 1}`."""
    keep_free: Count = 0
    """Units of each thing that must stay free behind this patient, for others. Example: `3`."""
    preempts: bool = False
    """If true, a patient of lower priority may be interrupted, so that this one need not wait."""

    @model_validator(mode="after")
    def _check_pairs(self) -> Self:
        check_pair(self, "gives_up_after", "then")
        check_pair(self, "worsens_after", "if_worse")
        check_pair(self, "queue_limit", "if_queue_full")
        if self.if_none_free and (self.queue_limit or self.gives_up_after or self.worsens_after or self.priority_after):
            message = "if_none_free means that nobody waits here, so that a rule of a queue has no meaning beside it"
            raise complain(message, "remove one of the two", code="pair")
        waits = [promotion.after for promotion in self.priority_after]
        if len(set(waits)) < len(waits):
            message = "priority_after names one wait twice"
            raise complain(message, "priority_after: {4 h: 2, 8 h: 1}", code="pair")
        return self
