"""Pathways: the ordered steps that patients of a class follow."""

from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Tag, model_validator

from sim.scenario.calendars import CalendarOrName
from sim.scenario.care import Activity, Enter, GiveBack, Hold, Stay
from sim.scenario.misread import no_step
from sim.scenario.patients import check_shares
from sim.scenario.quantities import REST, Declared, Name, PositiveCount, PositiveDuration, ShareOrRest
from sim.scenario.queueing import BARE, MILESTONES, VERBS, Outcome, StepBase
from sim.scenario.refusing import complain, refuse
from sim.scenario.varying import OptionShare

OTHERWISE: Final = "otherwise"
"""The option for all whom no other option takes."""


class WaitUntil(StepBase):
    """Waits for the next moment of a calendar, such as a ward round."""

    verb: ClassVar[str] = "wait until"
    calendar: CalendarOrName
    """Name of a calendar, or times by day. Example: `{weekdays: ["10:00", "14:00"], weekend: ["11:00"]}`."""
    counts_as: Literal["planned"] | None = None
    """`planned` for a pause that belongs to the care, such as the time until tomorrow's visit: it is no waiting."""

    @classmethod
    def from_file(cls, body: Any) -> Any:
        """Takes what stands behind the verb in the file."""
        if isinstance(body, dict) and "calendar" in body:
            named = body["calendar"]
            return {"name": f"wait until {named}" if isinstance(named, str) else "wait until", **body}
        return {"name": f"wait until {body}" if isinstance(body, str) else "wait until", "calendar": body}


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
    during: Name | None = None
    """Policy; the option is there only while the policy is active; in the file `while`. Example: `full_capacity`."""
    go: Name | None = None
    """Pathway to go on with. Example: `admission`."""
    leave: Outcome | None = None
    """Outcome with which they leave. Example: `discharged`."""
    steps: "list[Step] | None" = None
    """Steps that only they do, before all carry on together."""

    @model_validator(mode="before")
    @classmethod
    def _rename(cls, found: Any) -> Any:
        if isinstance(found, dict) and "while" in found:
            return {("during" if key == "while" else key): value for key, value in found.items()}
        return found

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
        policies = {option.during for option in self.options if option.during}
        if len(policies) > 1:
            message = f"the options depend on {len(policies)} policies"
            raise complain(message, "use two branches, one after the other", code="branch")
        if policies and not by_share:
            message = "while stands beside when, so that nobody is told where to go at other times"
            raise complain(message, "give shares instead, the last of them rest", code="branch")
        if policies and not any(option.share == REST and not option.during for option in self.options):
            message = "no option has the rest, to take those who find the policy over"
            raise complain(message, "end with {share: rest}", code="branch")
        shares = [option.share for option in by_share if isinstance(option.share, float | str)]
        if by_share and len(shares) == len(by_share):
            check_shares(shares)
        return self

    def policy(self) -> str | None:
        """Policy on which the ways on depend."""
        return next((option.during for option in self.options if option.during), None)


def _rounds(found: Any) -> Any:
    if isinstance(found, dict):
        return {int(key) if isinstance(key, str) and key.isdigit() else key: share for key, share in found.items()}
    return {found: 1.0}


def _whole_share(found: dict[int, float | str]) -> dict[int, float | str]:
    check_shares(found.values())
    return found


class Repeat(StepBase):
    """Does some steps several times, such as a block of sessions."""

    verb: ClassVar[str] = "repeat"
    times: Annotated[dict[PositiveCount, ShareOrRest], BeforeValidator(_rounds), AfterValidator(_whole_share)]
    """How often: a number, or numbers with the share of patients of each. Example: `6` or `{4: 30 %, 6: rest}`."""
    every: PositiveDuration | None = None
    """Least time from the start of one round's first step to the next round. Example: `1 week`."""
    steps: "list[Step]"
    """The steps of a round. Example: `[{session: {staff: therapist, time: 45 min}}]`."""

    @classmethod
    def from_file(cls, body: Any) -> Any:
        """Takes what stands behind the verb in the file."""
        return {"name": "repeat", **body} if isinstance(body, dict) else {"name": "repeat", "steps": body}

    @model_validator(mode="after")
    def _check_steps(self) -> Self:
        if not self.steps:
            raise complain("nothing is repeated", "steps: [{session: {staff: therapist, time: 45 min}}]", code="empty")
        if isinstance(self.steps[-1], Go | Leave):
            message = "the last step of a round leads away, so that there is no second round"
            raise complain(message, "move it behind the repeat", code="branch")
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
    | Annotated[Repeat, Tag("repeat")]
    | Annotated[Hold, Tag("hold")]
    | Annotated[GiveBack, Tag("give back")]
    | Annotated[Go, Tag("go")]
    | Annotated[Leave, Tag("leave")]
    | Annotated[Mark, Tag("mark")]
    | Annotated[Vacate, Tag("vacate")]
    | Annotated[UnknownStep, Tag("unknown")],
    Discriminator(_step_form),
]
"""One entry of a pathway."""
Option.model_rebuild()
Repeat.model_rebuild()


def flatten(steps: list[Step]) -> list[Step]:
    """Lists steps with those inside repeats and the options of branches, in reading order."""
    found: list[Step] = []
    for step in steps:
        found.append(step)
        for inner in inner_steps(step):
            found.extend(flatten(inner))
    return found


def inner_steps(step: Step) -> list[list[Step]]:
    """Lists the lists of steps that stand inside a step: the options of a branch, the rounds of a repeat."""
    if isinstance(step, OneOf):
        return [option.steps or [] for option in step.options]
    return [step.steps] if isinstance(step, Repeat) else []
