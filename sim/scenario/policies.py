"""Policies: rules that watch the hospital and act."""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, model_validator

from sim import clock
from sim.scenario.quantities import (
    Declared,
    Duration,
    Label,
    Name,
    PositiveCount,
    PositiveDuration,
    PositiveNumber,
    Share,
    Weight,
)
from sim.scenario.ratios import TimeCost
from sim.scenario.refusing import complain, refuse

Fact = Literal["occupancy", "waiting_for", "longest_wait_for", "boarders", "inside"]
FACTS: Final[tuple[Fact, ...]] = ("occupancy", "waiting_for", "longest_wait_for", "boarders", "inside")
"""What a policy can watch: patients in bed as a share of the beds open, the number who wait for something, the longest
of their waits, those in a ward who wait for another ward, the number in a ward."""


def _names(found: Any) -> Any:
    return [found] if isinstance(found, str) else found


Names = Annotated[list[Name], BeforeValidator(_names)]
"""A name, or a list of names that are taken together."""


class Watch(Declared):
    """What a policy looks at."""

    fact: Fact
    """`occupancy`, `waiting_for`, `longest_wait_for`, `boarders` or `inside`."""
    of: Names
    """The wards (for the waits any resources) together. Example: `[medical, elderly]`."""

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, found: Any) -> Any:
        if isinstance(found, dict) and len(found) == 1:
            ((fact, of),) = found.items()
            if fact in FACTS:
                return {"fact": fact, "of": of}
        if isinstance(found, dict) and set(found) == {"fact", "of"}:
            return found
        raise refuse(f"one of {', '.join(FACTS)} with a name", found, "{occupancy: medical}", code="shape")

    @model_validator(mode="after")
    def _check_some(self) -> Self:
        if not self.of:
            raise complain("no resource is watched", "watch: {occupancy: medical}", code="empty")
        return self


def _form(found: object) -> str:
    if isinstance(found, float):  # of a validated record; in a file a share is written with a percent sign
        return "share" if found <= 1 else "number"
    words = str(found).split()
    if len(words) == 2 and words[1] in clock.UNITS:
        return "time"
    return "share" if str(found).rstrip().endswith("%") else "number"


class Level(Declared):
    """A level of what is watched: a share, a time or a number."""

    share: Share | None = None
    """For occupancy. Example: `96 %`."""
    time: Duration | None = None
    """For the longest wait. Example: `8 h`."""
    count: Weight | None = None
    """For numbers of patients. Example: `10`."""

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, found: Any) -> Any:
        if isinstance(found, dict):
            return found
        return {{"share": "share", "time": "time", "number": "count"}[_form(found)]: found}

    def value(self) -> float:
        """The level as a number: a share, milliseconds or a count."""
        return next(float(value) for value in (self.share, self.time, self.count, 0) if value is not None)

    def form(self) -> str:
        """Which of the three it is."""
        return next((name for name in ("share", "time", "count") if getattr(self, name) is not None), "count")


class EarlyDischarge(Declared):
    """Patients whose stay is nearly over go now."""

    wards: Names
    """From which wards. Example: `[medical]`."""
    within: PositiveDuration
    """Those whose stay would end within this time. Example: `12 h`."""
    most: PositiveCount | None = None
    """Not more than so many, those who are nearest to their end. Example: `10`."""


class Actions(Declared):
    """What a policy does."""

    open_beds: dict[Name, PositiveCount] = {}
    """Beds that are open while the policy is active. Example: `{medical: 12}`."""
    call_in: dict[Name, PositiveCount] = {}
    """Staff or equipment besides the roster while the policy is active. Example: `{ed_doctor: 2}`."""
    early_discharge: EarlyDischarge | None = None
    """Who goes home early when the policy becomes active. Example: `{wards: medical, within: 12 h}`."""


def _actions(found: Any) -> Any:
    return {} if found is None else found


class Policy(Declared):
    """A rule that watches the hospital and acts; branches may depend on it with `while`."""

    label: Label | None = None
    """What people call it. Example: `Full-capacity protocol`."""
    watch: Watch
    """What it looks at. Example: `{occupancy: medical}`."""
    every: PositiveDuration = clock.HOUR
    """How often it looks. Example: `1 h`."""
    above: Level
    """It acts when what it watches is at or above this level. Example: `96 %`."""
    lasts: Duration = 0
    """For how long without a break; in the file `for`. Example: `6 h`."""
    below: Level | None = None
    """It ends when the level is at or below this; if not given, as soon as it is under `above`. Example: `92 %`."""
    after: Duration = 0
    """Time from the decision to the action. Example: `2 h`."""
    do: Annotated[Actions, BeforeValidator(_actions)] = Actions()
    """What it does; nothing if only branches depend on it. Example: `{open_beds: {medical: 12}}`."""
    cost: TimeCost | None = None
    """What it costs while it is active. Example: `2500 per day`."""
    cost_each: PositiveNumber | None = None
    """What each firing costs, in pounds. Example: `500`."""

    @model_validator(mode="before")
    @classmethod
    def _rename(cls, found: Any) -> Any:
        return (
            {("lasts" if key == "for" else key): value for key, value in found.items()}
            if isinstance(found, dict)
            else found
        )

    @model_validator(mode="after")
    def _check_levels(self) -> Self:
        wanted = {"occupancy": "share", "longest_wait_for": "time"}.get(self.watch.fact, "count")
        examples = {"share": "96 %", "time": "8 h", "count": "10"}
        for name in ("above", "below"):
            level = getattr(self, name)
            if level is not None and level.form() != wanted:
                what = {"share": "a share", "time": "a time", "count": "a number of patients"}
                message = f"{name} is {what[level.form()]}, but {self.watch.fact} is {what[wanted]}"
                raise complain(message, f"{name}: {examples[wanted]}", code="policy-level")
        if self.below is not None and self.below.value() > self.above.value():
            raise complain(
                "below is more than above, so that the policy would end at once", "exchange them", code="policy-level"
            )
        return self
