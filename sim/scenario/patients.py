"""Patient classes: who comes, when, and what they are like."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Tag, model_validator

from sim import clock
from sim.scenario.dates import SetName
from sim.scenario.distributions import SimpleLaw, gather_levels
from sim.scenario.problems import quoted
from sim.scenario.quantities import (
    REST,
    Date,
    Declared,
    Duration,
    HourlyRate,
    Key,
    Label,
    Name,
    PositiveCount,
    PositiveNumber,
    Share,
    ShareOrRest,
    TimeOfDay,
    Weight,
    nearest_day,
    nearest_month,
)
from sim.scenario.ratios import Scale
from sim.scenario.recorded import Recorded
from sim.scenario.refusing import complain, refuse
from sim.scenario.rosters import OnDays
from sim.scenario.waves import Wave


def _one_of(allowed: tuple[str, ...], what: str, near: Callable[[str], str | None]) -> BeforeValidator:
    """Checks the names of a mapping that has a factor for some of them."""

    def check(found: str) -> str:
        if found not in allowed:
            expected = f"a {what} ({', '.join(allowed)})"
            raise refuse(expected, found, code="unknown-word", instead=near(found) or "")
        return found

    return BeforeValidator(check)


def _twenty_four(found: Any) -> Any:
    if not isinstance(found, list):
        raise refuse("24 numbers, one for each hour from midnight", found, code="shape", instead="[1, 1, ...]")
    if len(found) != 24:
        message = f"{len(found)} numbers are given, but a day has 24 hours"
        raise complain(message, "give one number for each hour from midnight", code="shape")
    return found


def _not_all_zero(found: list[float]) -> list[float]:
    if sum(found) <= 0:
        raise complain("all 24 numbers are zero", "give at least one hour a weight above 0", code="number")
    return found


def _at_least_poisson(found: float) -> float:
    if found < 1:
        raise refuse("a number from 1 on (1 is Poisson)", found, "1.95", code="number")
    return found


def _no_percentage(found: Any) -> Any:
    """Refuses `8 %` and `+8 %`, by which people mean eight percent more."""
    percentage = _PERCENTAGE.fullmatch(found.strip()) if isinstance(found, str) else None
    if not percentage:
        return found
    sign, change = percentage[1], float(percentage[2]) / 100
    factor = max(0.0, 1 - change if sign == "-" else 1 + change)
    advice = f"for {percentage[2]} % {'fewer' if sign == '-' else 'more'}"
    message = f"expected a factor such as x 1.08, got {quoted(found)}"
    raise complain(message, advice, code="factor", instead=f"x {factor:g}")


def _not_too_many(found: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    most = math.prod(max(1.0, *levels.values()) for levels in found.values() if levels)
    if most > MOST_TIMES:
        message = f"{most:g} times as many of some patients come, but no more than {MOST_TIMES} times are possible"
        raise complain(message, "give lower factors, or declare these patients as a class of their own", code="number")
    return found


Weekday = Annotated[str, _one_of(clock.WEEKDAYS, "weekday", nearest_day)]
Month = Annotated[str, _one_of(clock.MONTHS, "month", nearest_month)]
Multiple = Annotated[Scale, BeforeValidator(_no_percentage)]
"""How many times as many come, written `x 1.08`."""
HourlyWeights = Annotated[list[Weight], BeforeValidator(_twenty_four), AfterValidator(_not_all_zero)]


SOURCES: Final = ("rate", "gaps", "scheduled", "batches", "recorded")
"""Ways to say when patients come."""
PATTERNS: Final = ("by_hour", "by_weekday", "by_month", "day_to_day", "on_dates", "waves", "more")
"""What is told about a rate and has no meaning beside another source."""
MOST_TIMES: Final = 10
"""No more times as many patients of some levels can come, since as many points are drawn for all patients."""
_PERCENTAGE: Final = re.compile(r"([+-]?)\s*([0-9]+(?:\.[0-9]+)?)\s*%")
CLASS: Final = "class"
"""Attribute that every patient has: the name of their class."""


class Session(OnDays):
    """A named list of booked patients, such as a clinic or the electives of a day."""

    at: TimeOfDay
    """When the first patient is due. Example: `"08:00"`."""
    patients: PositiveCount
    """How many are booked. Example: `6`."""
    apart: Duration = 0
    """Time between two patients. Example: `20 min`."""
    attend: Share = 1.0
    """Share of the booked who come. Example: `92 %`."""


class Moment(Declared):
    """A date and a time of day."""

    date: Date
    """The date. Example: `2026-01-15`."""
    time: TimeOfDay
    """The time of day. Example: `"14:00"`."""


class Batch(Declared):
    """Many patients in a short time, such as after an accident."""

    at: Moment
    """When the first may come. Example: `{date: 2026-01-15, time: "14:00"}`."""
    patients: PositiveCount
    """How many come. Example: `80`."""
    over: Duration = 0
    """Time over which they come, each at a random moment of it. Example: `2 h`."""


class Arrivals(Declared):
    """When patients of a class come; exactly one of rate, gaps, scheduled, batches and recorded."""

    rate: HourlyRate | None = None
    """Average number for the usual day. Example: `380 per day`."""
    by_hour: HourlyWeights | None = None
    """Relative weight of each hour of the day, 24 numbers on any scale; even if not given."""
    by_weekday: dict[Weekday, Weight] = {}
    """Factor for a weekday; 1 for those not given. Example: `{mon: 1.08, sat: 0.97}`."""
    by_month: dict[Month, Weight] = {}
    """Factor for a month; 1 for those not given. Example: `{jan: 1.1}`."""
    day_to_day: Annotated[PositiveNumber, AfterValidator(_at_least_poisson)] = 1.0
    """Variance divided by mean of the daily totals; 1 is Poisson, real hospitals have about 2. Example: `1.95`."""
    on_dates: dict[SetName, Weight] = {}
    """Factor for the days of a set of dates. Example: `{bank_holidays: 0.9}`."""
    waves: dict[Key, Wave] = {}
    """Named factors that come and go. Example: `{flu: {since: 2026-12-01, by_week: [1.1, 1.5, 1.2]}}`."""
    more: Annotated[dict[Name, dict[Key, Multiple]], AfterValidator(_not_too_many)] = {}
    """Factor on the rate of patients with a level of an attribute; 1 for those not given.
    Example: `{age: {75+: x 1.08}}`."""
    gaps: SimpleLaw | None = None
    """Law of the independent times between arrivals. Example: `{exponential: {mean: 5 min}}`."""
    scheduled: dict[Key, Session] | None = None
    """Named lists of booked patients. Example: `{clinic: {days: mon, at: "08:00", patients: 6, apart: 20 min}}`."""
    batches: dict[Key, Batch] | None = None
    """Named batches. Example: `{crash: {at: {date: 2026-01-15, time: "14:00"}, patients: 80, over: 2 h}}`."""
    recorded: Recorded | None = None
    """Arrivals of a file, patient by patient. Example: `{file: arrivals.csv}`."""

    @model_validator(mode="after")
    def _check_one_source(self) -> Self:
        sources = [name for name in SOURCES if getattr(self, name) is not None]
        if len(sources) != 1:
            given = f"{' and '.join(sources)} are both given" if sources else f"none of {', '.join(SOURCES)} is given"
            raise complain(given, "give exactly one of them, such as rate: 250 per day", code="choice")
        if getattr(self, sources[0]) == {}:
            raise complain(f"{sources[0]} is empty", "name at least one, or give a rate", code="empty")
        patterns = [name for name in PATTERNS if name in self.model_fields_set]
        if sources != ["rate"] and patterns:
            message = f"{', '.join(patterns)} belongs to a rate and has no meaning beside {sources[0]}"
            raise complain(message, f"remove {', '.join(patterns)}", code="choice")
        return self


def _no_rest(found: str) -> str:
    if found == REST:
        raise complain(
            "no level can be called rest, which means all others", "choose another name", code="reserved-name"
        )
    return found


class Shares(Declared):
    """Shares of the levels of an attribute; they sum to 1, or one of them is `rest`."""

    levels: dict[Annotated[Key, AfterValidator(_no_rest)], ShareOrRest]
    """Share of each level. Example: `{ambulance: 27 %, walk_in: rest}`."""

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, found: Any) -> Any:
        return {"levels": found} if isinstance(found, dict) and set(found) != {"levels"} else found

    @model_validator(mode="after")
    def _check_sum(self) -> Self:
        check_shares(self.levels.values())
        return self

    def filled(self) -> dict[str, float]:
        """Shares with `rest` worked out, in the order of the level names."""
        return fill_rest(dict(sorted(self.levels.items())))


class SharesByAttribute(Declared):
    """Shares that depend on another attribute."""

    by: Name
    """The other attribute. Example: `acuity`."""
    levels: dict[Key, Shares]
    """Shares for each of its levels; `rest` stands for all others."""

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, found: Any) -> Any:
        return gather_levels(found)


def check_shares(shares: Iterable[float | str]) -> None:
    """Checks that shares sum to 1, or to less than 1 with one `rest`.

    Raises:
        ValueError: if they do not.
    """
    listed = list(shares)
    known = sum(share for share in listed if isinstance(share, float))
    rests = listed.count(REST)
    if rests > 1:
        message = f"{rests} of them have the rest, but only one can have what is left"
        raise complain(message, "give all but one of them a share", code="shares")
    if rests and known > 1 + 1e-6:
        message = f"the shares sum to {100 * known:.8g} %, which leaves no rest"
        raise complain(message, "make them sum to less than 100 %", code="shares")
    if not rests and abs(known - 1) > 1e-6:
        message = f"the shares sum to {100 * known:.8g} %, not to 100 %"
        raise complain(message, "correct them, or write rest for one of them", code="shares")


def fill_rest(shares: Mapping[str, float | str]) -> dict[str, float]:
    """Replaces `rest` by what the others leave.

    >>> fill_rest({"a": 0.25, "b": "rest"})
    {'a': 0.25, 'b': 0.75}
    """
    left = max(0.0, 1.0 - sum(share for share in shares.values() if isinstance(share, float)))
    return {name: share if isinstance(share, float) else left for name, share in shares.items()}


def _form(found: Any) -> str:
    return "by" if isinstance(found, SharesByAttribute) or (isinstance(found, dict) and "by" in found) else "shares"


Attribute = Annotated[
    Annotated[Shares, Tag("shares")] | Annotated[SharesByAttribute, Tag("by")],
    Discriminator(_form),
]
"""Shares of the levels of an attribute, the same for all or depending on another attribute."""


class Urgency(Declared):
    """Priority by the level of an attribute."""

    by: Name
    """The attribute. Example: `acuity`."""
    levels: list[str]
    """Its levels, most urgent first. Example: `[red, orange, yellow, green, blue]`."""

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, found: Any) -> Any:
        if isinstance(found, dict) and len(found) == 1:
            ((by, levels),) = found.items()
            return {"by": by, "levels": levels}
        if isinstance(found, dict) and set(found) == {"by", "levels"}:
            return found
        raise refuse("a whole number, or an attribute with its levels", found, "{acuity: [red, orange]}", code="shape")


def _priority_form(found: Any) -> str:
    return "number" if isinstance(found, int | float | str) else "urgency"


Priority = Annotated[
    Annotated[PositiveCount, Tag("number")] | Annotated[Urgency, Tag("urgency")],
    Discriminator(_priority_form),
]
"""A whole number, 1 the most urgent, or an attribute whose levels are listed most urgent first."""


def _no_class(found: str) -> str:
    if found == CLASS:
        message = f"{CLASS} is what every patient has as the name of their class, so that no attribute can be called so"
        raise complain(message, "choose another name", code="reserved-name")
    return found


class PatientClass(Declared):
    """A class of patients: one stream of arrivals, attributes, priority and pathway."""

    label: Label | None = None
    """What people call them. Example: `People who come to the emergency department`."""
    arrive: Arrivals
    """When they come."""
    attributes: dict[Annotated[Name, AfterValidator(_no_class)], Attribute] = {}
    """What they are like. Example: `{mode: {ambulance: 27 %, walk_in: rest}}`."""
    priority: Priority = 1
    """Who goes first: a whole number, 1 most urgent; or an attribute with its levels, most urgent first."""
    pathway: Name
    """The pathway that they follow. Example: `emergency`."""

    def levels(self, attribute: str) -> tuple[str, ...]:
        """Names of the levels of an attribute, sorted."""
        shares = self.attributes[attribute]
        parts = [shares] if isinstance(shares, Shares) else list(shares.levels.values())
        return tuple(sorted({level for part in parts for level in part.levels}))
