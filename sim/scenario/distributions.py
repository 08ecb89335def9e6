"""Distributions of times, declared by meaning: means and standard deviations, never mu and sigma."""

import math
from typing import Annotated, Any, ClassVar, Final, Self

from pydantic import Discriminator, Tag, computed_field, model_validator

from sim import clock
from sim.scenario.misread import no_law
from sim.scenario.quantities import (
    Declared,
    Duration,
    Key,
    Name,
    PositiveCount,
    PositiveDuration,
    PositiveNumber,
    Share,
    Weight,
)
from sim.scenario.refusing import complain, refuse

MOST_SPREAD: Final = 10.0
"""A standard deviation of more than ten means is taken for a slip."""


class TimeLaw(Declared):
    """What every distribution shares: its bounds; values beyond a bound are set to the bound."""

    kind: ClassVar[str]
    at_least: Duration | None = None
    """Shortest value; shorter ones become this. Example: `5 min`."""
    at_most: PositiveDuration | None = None
    """Longest value; longer ones become this. Example: `12 h`."""

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, found: Any) -> Any:
        if isinstance(found, dict) and set(found) == {cls.kind}:
            found = found[cls.kind]
            if not isinstance(found, dict):
                raise refuse(
                    f"the parameters of {cls.kind}", found, f"{{{cls.example().partition(': {')[2]}", code="law"
                )
        return found

    @model_validator(mode="after")
    def _check_bounds(self) -> Self:
        low, high = self.at_least, self.at_most
        if low is not None and high is not None and low >= high:
            message = f"at_least ({_said(low)}) is not below at_most ({_said(high)})"
            raise complain(message, "exchange the two", code="law")
        return self

    @computed_field  # type: ignore[prop-decorator]
    @property
    def law(self) -> str:
        """Name of the law, so that a fingerprint tells a gamma from a lognormal."""
        return self.kind

    @classmethod
    def example(cls) -> str:
        """How one writes it."""
        return EXAMPLES[cls.kind]


class _Spread(TimeLaw):
    """A law given by its mean and standard deviation."""

    mean: PositiveDuration
    """Average. Example: `7 min`."""
    sd: PositiveDuration
    """Standard deviation, above 0 and at most ten means. Example: `4 min`."""

    @model_validator(mode="after")
    def _check_spread(self) -> Self:
        if self.sd > MOST_SPREAD * self.mean:
            message = f"sd is {self.sd / self.mean:.3g} times the mean, and more than ten times is taken for a slip"
            raise complain(message, "check the units of mean and sd", code="law")
        return self


class Fixed(TimeLaw):
    """Always the same time."""

    kind: ClassVar[str] = "fixed"
    value: Duration
    """The time. Example: `45 min`."""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, found: Any) -> Any:
        return found if isinstance(found, dict) else {"value": found}


class Exponential(TimeLaw):
    """Memoryless times: the chance to end in the next minute is always the same."""

    kind: ClassVar[str] = "exponential"
    mean: PositiveDuration
    """Average. Example: `30 min`."""


class Lognormal(_Spread):
    """Skewed times with a long tail; mean and sd are of the times themselves."""

    kind: ClassVar[str] = "lognormal"


class Gamma(_Spread):
    """Skewed times with a lighter tail than lognormal."""

    kind: ClassVar[str] = "gamma"


class Weibull(TimeLaw):
    """Times whose chance to end grows (shape above 1) or falls (below 1) with age; usual for patience."""

    kind: ClassVar[str] = "weibull"
    mean: PositiveDuration
    """Average. Example: `6 h`."""
    shape: PositiveNumber
    """Shape; 1 is exponential. Example: `1.5`."""

    @model_validator(mode="after")
    def _check_shape(self) -> Self:
        if not 0.2 <= self.shape <= 50:
            raise complain(f"a shape of {self.shape:g} is not between 0.2 and 50", "shape: 1.5", code="law")
        return self


class Erlang(TimeLaw):
    """The sum of several equal exponential phases."""

    kind: ClassVar[str] = "erlang"
    mean: PositiveDuration
    """Average of the whole. Example: `20 min`."""
    phases: PositiveCount
    """Number of phases. Example: `2`."""


class Triangular(TimeLaw):
    """Times between a lowest and a highest with one peak."""

    kind: ClassVar[str] = "triangular"
    low: Duration
    """Shortest. Example: `5 min`."""
    mode: Duration
    """Most likely. Example: `7 min`."""
    high: PositiveDuration
    """Longest. Example: `10 min`."""

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            found = ", ".join(map(_said, (self.low, self.mode, self.high)))
            message = f"low, mode and high are not in order: {found}"
            raise complain(message, "put the shortest time first", code="law")
        return self


class Uniform(TimeLaw):
    """All times between two bounds are equally likely."""

    kind: ClassVar[str] = "uniform"
    low: Duration
    """Shortest. Example: `10 min`."""
    high: PositiveDuration
    """Longest. Example: `20 min`."""

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.low >= self.high:
            message = f"low ({_said(self.low)}) is not below high ({_said(self.high)})"
            raise complain(message, "put the shortest time first", code="law")
        return self


class Beta(TimeLaw):
    """Times between two bounds with a given mean and standard deviation (a beta law stretched to the bounds)."""

    kind: ClassVar[str] = "beta"
    low: Duration
    """Shortest. Example: `10 min`."""
    high: PositiveDuration
    """Longest. Example: `90 min`."""
    mean: PositiveDuration
    """Average, between the bounds. Example: `35 min`."""
    sd: PositiveDuration
    """Standard deviation. Example: `15 min`."""

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if not self.low < self.mean < self.high:
            message = (
                f"the mean ({_said(self.mean)}) is not between low ({_said(self.low)}) and high ({_said(self.high)})"
            )
            raise complain(message, "correct one of the three", code="law")
        if self.sd**2 >= (self.mean - self.low) * (self.high - self.mean):
            most = math.sqrt((self.mean - self.low) * (self.high - self.mean))
            message = f"an sd of {_said(self.sd)} does not fit between low and high"
            raise complain(message, f"an sd below {_said(most)}", code="law")
        return self


class Normal(_Spread):
    """A bell curve; only allowed with both bounds, since a time below zero has no meaning."""

    kind: ClassVar[str] = "normal"

    @model_validator(mode="after")
    def _check_bounded(self) -> Self:
        if self.at_least is None or self.at_most is None:
            share = 0.5 * math.erfc(self.mean / self.sd / math.sqrt(2))
            message = f"with a normal law {100 * share:.2g} % of the times would be below zero"
            advice = "use lognormal with the same mean and sd, or give at_least and at_most"
            raise complain(message, advice, code="normal")
        return self


class Empirical(TimeLaw):
    """One of a list of observed times."""

    kind: ClassVar[str] = "empirical"
    values: list[Duration]
    """Observed times. Example: `[5 min, 12 min, 40 min]`."""
    weights: list[Weight] | None = None
    """How often each was seen; all alike if not given. Example: `[5, 3, 2]`."""

    @model_validator(mode="after")
    def _check_lengths(self) -> Self:
        if not self.values:
            raise complain("the list of values is empty", EXAMPLES["empirical"], code="empty")
        if self.weights is not None and len(self.weights) != len(self.values):
            message = f"the number of values is {len(self.values)}, that of weights {len(self.weights)}"
            raise complain(message, "give one weight for each value", code="law")
        if self.weights is not None and sum(self.weights) <= 0:
            raise complain("all weights are zero", "give at least one value a weight above 0", code="law")
        return self


class MixturePart(Declared):
    """One part of a mixture."""

    share: Share
    """How much of the mixture. Example: `80 %`."""
    time: "SimpleLaw"
    """Its law. Example: `{exponential: {mean: 20 min}}`."""


class Mixture(TimeLaw):
    """Several laws, each for a share of the patients."""

    kind: ClassVar[str] = "mixture"
    parts: list[MixturePart]
    """The parts; their shares sum to 1."""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, found: Any) -> Any:
        if isinstance(found, dict) and isinstance(found.get("mixture"), list):
            return {"parts": found["mixture"]}
        return found

    @model_validator(mode="after")
    def _check_shares(self) -> Self:
        if not self.parts:
            raise complain("the mixture has no parts", EXAMPLES["mixture"], code="empty")
        total = sum(part.share for part in self.parts)
        if abs(total - 1) > 1e-6:
            message = f"the shares of the parts sum to {100 * total:.8g} %, not to 100 %"
            raise complain(message, "correct the shares", code="shares")
        return self


EXAMPLES: Final = {
    "fixed": "45 min",
    "exponential": "exponential: {mean: 30 min}",
    "lognormal": "lognormal: {mean: 7 min, sd: 4 min}",
    "gamma": "gamma: {mean: 7 min, sd: 4 min}",
    "weibull": "weibull: {mean: 6 h, shape: 1.5}",
    "erlang": "erlang: {mean: 20 min, phases: 2}",
    "triangular": "triangular: {low: 5 min, mode: 7 min, high: 10 min}",
    "uniform": "uniform: {low: 10 min, high: 20 min}",
    "beta": "beta: {low: 10 min, high: 90 min, mean: 35 min, sd: 15 min}",
    "normal": "normal: {mean: 16 min, sd: 2 min, at_least: 1 min, at_most: 1 h}",
    "empirical": "empirical: {values: [5 min, 12 min, 40 min], weights: [5, 3, 2]}",
    "mixture": "mixture: [{share: 80 %, time: 20 min}, {share: 20 %, time: 90 min}]",
}
"""How each law is written."""


def _kind(found: Any) -> str:
    """Names the law of a raw or validated value, for the union below."""
    if isinstance(found, TimeLaw):
        return found.kind
    if isinstance(found, ByAttribute):
        return "by"
    if not isinstance(found, dict):
        return "fixed"
    if "by" in found:
        return "by"
    names = [key for key in found if key in EXAMPLES]
    return names[0] if len(names) == len(found) == 1 else "unknown"


class UnknownLaw(TimeLaw):
    """Catches what is no law, to refuse it with the list of laws."""

    kind: ClassVar[str] = "unknown"

    @model_validator(mode="before")
    @classmethod
    def _refuse(cls, found: Any) -> Any:
        raise no_law(found, EXAMPLES)


def _said(ms: float) -> str:
    return clock.exact_duration(round(ms))


_Tagged = (
    Annotated[Fixed, Tag("fixed")]
    | Annotated[Exponential, Tag("exponential")]
    | Annotated[Lognormal, Tag("lognormal")]
    | Annotated[Gamma, Tag("gamma")]
    | Annotated[Weibull, Tag("weibull")]
    | Annotated[Erlang, Tag("erlang")]
    | Annotated[Triangular, Tag("triangular")]
    | Annotated[Uniform, Tag("uniform")]
    | Annotated[Beta, Tag("beta")]
    | Annotated[Normal, Tag("normal")]
    | Annotated[Empirical, Tag("empirical")]
    | Annotated[Mixture, Tag("mixture")]
    | Annotated[UnknownLaw, Tag("unknown")]
)
SimpleLaw = Annotated[_Tagged | Annotated[UnknownLaw, Tag("by")], Discriminator(_kind)]
"""A distribution of a time that is the same for all."""


class ByAttribute(Declared):
    """A time whose law depends on an attribute of the patient."""

    by: Name
    """The attribute. Example: `acuity`."""
    levels: dict[Key, SimpleLaw]
    """The law of each level; `rest` stands for all others."""

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, found: Any) -> Any:
        return gather_levels(found)


def gather_levels(found: Any) -> Any:
    """Turns `{by: acuity, red: ..., rest: ...}` into `{by: acuity, levels: {...}}`."""
    if isinstance(found, dict) and "by" in found and "levels" not in found:
        return {"by": found["by"], "levels": {key: value for key, value in found.items() if key != "by"}}
    return found


Time = Annotated[_Tagged | Annotated[ByAttribute, Tag("by")], Discriminator(_kind)]
"""A distribution of a time, the same for all or depending on an attribute."""

Law = (
    Fixed
    | Exponential
    | Lognormal
    | Gamma
    | Weibull
    | Erlang
    | Triangular
    | Uniform
    | Beta
    | Normal
    | Empirical
    | Mixture
)
"""Any of the laws, for type annotations."""
MixturePart.model_rebuild()


def always_zero(law: TimeLaw | ByAttribute) -> bool:
    """Whether no time ever passes by a law.

    >>> always_zero(Fixed(value="0 min")), always_zero(Fixed(value="1 min"))
    (True, False)
    """
    if isinstance(law, ByAttribute):
        return all(map(always_zero, law.levels.values()))
    if isinstance(law, Mixture):
        return all(always_zero(part.time) for part in law.parts)
    if isinstance(law, Empirical):
        return not any(law.values)
    return isinstance(law, Fixed) and law.value == 0
