"""Pathways: the ordered steps that patients of a class follow."""

from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Tag, computed_field, model_validator

from sim.scenario.calendars import moments_of_week
from sim.scenario.distributions import Time, gather_levels
from sim.scenario.misread import no_body, no_step
from sim.scenario.patients import check_shares
from sim.scenario.quantities import Declared, Key, Name, PositiveCount, ShareOrRest, StepName, TimeOfDay
from sim.scenario.refusing import complain, refuse

OUTCOMES: Final = ("discharged", "died", "left_before_seen", "refused", "cancelled", "transferred", "diverted")
"""How a patient's way through the hospital can end."""
Outcome = Literal["discharged", "died", "left_before_seen", "refused", "cancelled", "transferred", "diverted"]
Meaning = Literal["triage", "first_clinician", "discharge_delay"]
"""What a step counts as in the key figures."""
MILESTONES: Final = {"decide to admit": "decided_to_admit", "ready": "ready"}
"""Bare steps that mark a moment, and the names of the moments."""
BARE: Final = ("vacate", *MILESTONES)
OTHERWISE: Final = "otherwise"
"""The option for all whom no other option takes."""
VERBS: Final = ("enter", "stay", "wait until", "one of", "go", "leave", "mark")
"""First words of the steps that are not activities."""


PAIRED: Final = {"gives_up_after": "4 h", "then": "left_before_seen", "queue_limit": "20", "if_queue_full": "diverted"}
"""Rules of a queue that need each other, and how they are written."""


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


class Queueing(StepBase):
    """Rules for those who wait."""

    gives_up_after: Time | None = None
    """Patience: who has waited so long goes to `then`. Example: `{weibull: {mean: 6 h, shape: 1.5}}`."""
    then: Name | None = None
    """Outcome or pathway of those who gave up. Example: `left_before_seen`."""
    queue_limit: PositiveCount | None = None
    """Most patients who may wait here; who comes on top goes to `if_queue_full`. Example: `20`."""
    if_queue_full: Name | None = None
    """Outcome or pathway of those for whom the queue is too long. Example: `diverted`."""
    if_none_free: Name | None = None
    """Outcome or pathway of those who cannot be served at once (nobody waits). Example: `refused`."""
    priority: PositiveCount | None = None
    """Priority at this step instead of the patient's own; 1 is most urgent. Example: `1`."""

    @model_validator(mode="after")
    def _check_pairs(self) -> Self:
        for condition, target in (("gives_up_after", "then"), ("queue_limit", "if_queue_full")):
            if (getattr(self, condition) is None) != (getattr(self, target) is None):
                given, absent = (condition, target) if getattr(self, condition) is not None else (target, condition)
                raise complain(f"{given} is given without {absent}", f"add {absent}: {PAIRED[absent]}", code="pair")
        if self.if_none_free and (self.queue_limit or self.gives_up_after):
            message = "if_none_free means that nobody waits here, so that a rule of a queue has no meaning beside it"
            raise complain(message, "remove one of the two", code="pair")
        return self


class Activity(Queueing):
    """Something done with a patient: needs staff and equipment (or neither) and takes time."""

    verb: ClassVar[str] = "activity"
    staff: dict[Name, PositiveCount] = {}
    """Who is needed, all at once: a name, a list or `{nurse: 2}`. Example: `ed_doctor`."""
    equipment: dict[Name, PositiveCount] = {}
    """What is needed, all at once. Example: `ct_scanner`."""
    time: Time
    """How long it takes. Example: `{lognormal: {mean: 7 min, sd: 4 min}}`."""
    counts_as: Meaning | None = None
    """What it is in the key figures: `triage`, `first_clinician` or `discharge_delay`."""

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, found: Any) -> Any:
        if isinstance(found, dict) and len(found) == 1 and "name" not in found:
            ((name, body),) = found.items()
            if not isinstance(body, dict):
                raise no_body(name, body, VERBS, BARE)
            found = {"name": name, **body}
        if isinstance(found, dict):
            return {key: _needs(value) if key in ("staff", "equipment") else value for key, value in found.items()}
        return found

    @model_validator(mode="after")
    def _check_rules_have_a_queue(self) -> Self:
        rules = self.gives_up_after or self.queue_limit or self.if_none_free
        if rules and not (self.staff or self.equipment):
            message = "a rule of a queue has no meaning here, since the step needs neither staff nor equipment"
            raise complain(message, "add staff: or equipment:, or remove the rule", code="pair")
        return self


def _needs(found: Any) -> Any:
    if isinstance(found, str):
        return {found: 1}
    if isinstance(found, list) and all(isinstance(item, str) for item in found):
        return {name: found.count(name) for name in found}
    return found


class Enter(Queueing):
    """Waits for a bed or place in a ward and moves there; the old place is kept until then."""

    verb: ClassVar[str] = "enter"
    ward: Name
    """The ward. Example: `majors`."""

    @classmethod
    def from_file(cls, body: Any) -> Any:
        """Takes what stands behind the verb in the file."""
        if isinstance(body, str):
            body = {"ward": body}
        if not isinstance(body, dict):
            raise refuse("a ward", body, "medical", code="step")
        return {"name": f"enter {body.get('ward')}", **body}


class Stay(StepBase):
    """Time in the present place, as long as the patient needs it (longer or shorter for outliers)."""

    verb: ClassVar[str] = "stay"
    time: Time
    """How long. Example: `{lognormal: {mean: 6.2 d, sd: 8 d}}`."""

    @classmethod
    def from_file(cls, body: Any) -> Any:
        """Takes what stands behind the verb in the file."""
        long = isinstance(body, dict) and ("time" in body or "name" in body)
        return {"name": "stay", **body} if long else {"name": "stay", "time": body}


def _some_time(found: dict[str, list[int]]) -> dict[str, list[int]]:
    if not moments_of_week(found):
        raise complain("no day of the week has a time", 'weekdays: ["10:00", "14:00"]', code="empty")
    return found


DayTimes = Annotated[
    dict[Literal["all", "weekdays", "weekend", "mon", "tue", "wed", "thu", "fri", "sat", "sun"], list[TimeOfDay]],
    AfterValidator(_some_time),
]
"""Times of day by day; a day's own entry stands instead of that of its group."""
CalendarOrName = Annotated[
    Annotated[Name, Tag("name")] | Annotated[DayTimes, Tag("times")],
    Discriminator(lambda found: "times" if isinstance(found, dict) else "name"),
]


class WaitUntil(StepBase):
    """Waits for the next moment of a calendar, such as a ward round."""

    verb: ClassVar[str] = "wait until"
    calendar: CalendarOrName
    """Name of a calendar, or times by day. Example: `{weekdays: ["10:00", "14:00"], weekend: ["11:00"]}`."""

    @classmethod
    def from_file(cls, body: Any) -> Any:
        """Takes what stands behind the verb in the file."""
        if isinstance(body, dict) and "calendar" in body:
            return {"name": "wait until", **body}
        return {"name": f"wait until {body}" if isinstance(body, str) else "wait until", "calendar": body}


class VaryingShare(Declared):
    """A share that depends on an attribute."""

    by: Name
    """The attribute. Example: `acuity`."""
    levels: dict[Key, ShareOrRest]
    """Share for each level; `rest` as a level stands for all others."""

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, found: Any) -> Any:
        return gather_levels(found)


def _share_form(found: Any) -> str:
    return "by" if isinstance(found, VaryingShare) or (isinstance(found, dict) and "by" in found) else "share"


OptionShare = Annotated[
    Annotated[ShareOrRest, Tag("share")] | Annotated[VaryingShare, Tag("by")],
    Discriminator(_share_form),
]
"""A share, `rest`, or shares by an attribute."""


def _levels(found: Any) -> Any:
    if isinstance(found, dict) and found:
        return {name: [levels] if isinstance(levels, str) else levels for name, levels in found.items()}
    if found == OTHERWISE:
        return {}
    raise refuse("attribute levels, or otherwise", found, "{acuity: [red, orange]}", code="shape")


class Option(Declared):
    """One way on from a branch."""

    share: OptionShare | None = None
    """Share of patients who go this way, `rest`, or by attribute. Example: `30 %`."""
    when: Annotated[dict[str, list[str]], BeforeValidator(_levels)] | None = None
    """Attribute levels that go this way, or `otherwise`. Example: `{acuity: [red, orange]}`."""
    go: Name | None = None
    """Pathway to go on with. Example: `admission`."""
    leave: Outcome | None = None
    """Outcome with which they leave. Example: `discharged`."""
    steps: "list[Step] | None" = None
    """Steps that only they do, before all carry on together."""

    @model_validator(mode="after")
    def _check_one_of(self) -> Self:
        if (self.share is None) == (self.when is None):
            given = "both share and when are" if self.share is not None else "neither share nor when is"
            raise complain(f"{given} given", "give one of them, such as share: 30 %", code="choice")
        ways = [name for name in ("go", "leave", "steps") if getattr(self, name) is not None]
        if len(ways) > 1:
            message = f"{' and '.join(ways)} stand in one option"
            raise complain(message, "keep one of them, or none to carry on", code="choice")
        return self


class OneOf(StepBase):
    """A branch: each patient goes one way."""

    verb: ClassVar[str] = "one of"
    options: list[Option]
    """The ways on, in order; either all by share or all by attribute."""

    @classmethod
    def from_file(cls, body: Any) -> Any:
        """Takes what stands behind the verb in the file."""
        return {"name": "one of", **body} if isinstance(body, dict) else {"name": "one of", "options": body}

    @model_validator(mode="after")
    def _check_options(self) -> Self:
        if not self.options:
            raise complain("the branch has no options", "[{share: 30 %, go: admission}, {share: rest}]", code="empty")
        by_share = [option for option in self.options if option.share is not None]
        if len(by_share) not in (0, len(self.options)):
            message = "some options have a share and others a when"
            raise complain(message, "use two branches, one after the other", code="branch")
        for_others = [number for number, option in enumerate(self.options) if option.when == {}]
        if not by_share and for_others != [len(self.options) - 1]:
            message = "the last option, and no other, must be for all whom no other takes"
            raise complain(message, "end with {when: otherwise}", code="branch")
        shares = [option.share for option in by_share if isinstance(option.share, float | str)]
        if by_share and len(shares) == len(by_share):
            check_shares(shares)
        return self


class Go(StepBase):
    """Goes on with another pathway."""

    verb: ClassVar[str] = "go"
    pathway: Name
    """The other pathway. Example: `admission`."""

    @classmethod
    def from_file(cls, body: Any) -> Any:
        """Takes what stands behind the verb in the file."""
        return {"name": "go", "pathway": body}


class Leave(StepBase):
    """Leaves the hospital."""

    verb: ClassVar[str] = "leave"
    outcome: Outcome
    """How it ended. Example: `discharged`."""

    @classmethod
    def from_file(cls, body: Any) -> Any:
        """Takes what stands behind the verb in the file."""
        return {"name": "leave", "outcome": body}


class Mark(StepBase):
    """A milestone: nothing happens, but the moment is recorded."""

    verb: ClassVar[str] = "mark"
    milestone: Name
    """Name of the moment; `decide to admit` and `ready` have their own words. Example: `referred`."""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, found: Any) -> Any:
        return {"name": found, "milestone": MILESTONES[found]} if isinstance(found, str) else found

    @classmethod
    def from_file(cls, body: Any) -> Any:
        """Takes what stands behind the verb in the file."""
        return {"name": body, "milestone": body}


class Vacate(StepBase):
    """Gives up the present place without leaving the hospital."""

    verb: ClassVar[str] = "vacate"

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, found: Any) -> Any:
        return {"name": found} if isinstance(found, str) else found

    @classmethod
    def from_file(cls, body: Any) -> Any:
        """Takes what stands behind the verb in the file."""
        return {"name": body}


class UnknownStep(StepBase):
    """Catches what is no step, to refuse it with what is allowed."""

    verb: ClassVar[str] = "unknown"

    @model_validator(mode="before")
    @classmethod
    def _refuse(cls, found: Any) -> Any:
        raise no_step(found, VERBS, BARE)


def _step_form(found: Any) -> str:
    """Names the record of a raw or validated step, for the union below."""
    if isinstance(found, StepBase):
        return found.verb
    if isinstance(found, str):
        return "mark" if found in MILESTONES else found if found == "vacate" else "unknown"
    if not isinstance(found, dict) or len(found) != 1:
        return "unknown"
    (verb,) = found
    return verb if verb in VERBS else "unknown" if verb in BARE else "activity"


Step = Annotated[
    Annotated[Activity, Tag("activity")]
    | Annotated[Enter, Tag("enter")]
    | Annotated[Stay, Tag("stay")]
    | Annotated[WaitUntil, Tag("wait until")]
    | Annotated[OneOf, Tag("one of")]
    | Annotated[Go, Tag("go")]
    | Annotated[Leave, Tag("leave")]
    | Annotated[Mark, Tag("mark")]
    | Annotated[Vacate, Tag("vacate")]
    | Annotated[UnknownStep, Tag("unknown")],
    Discriminator(_step_form),
]
"""One entry of a pathway."""
Option.model_rebuild()


def flatten(steps: list[Step]) -> list[Step]:
    """Lists steps with those inside the options of branches, in reading order."""
    found: list[Step] = []
    for step in steps:
        found.append(step)
        if isinstance(step, OneOf):
            for option in step.options:
                found.extend(flatten(option.steps or []))
    return found
