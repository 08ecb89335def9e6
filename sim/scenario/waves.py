"""Waves: factors on a rate that come and go between dates, such as an epidemic."""

import math
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from sim import clock
from sim.scenario.quantities import Date, Declared, PositiveDuration, PositiveNumber, Weight
from sim.scenario.refusing import complain, refuse

MOST_GROWTH: Final = 1000.0
"""A wave that multiplies a rate by more than this is taken for a slip."""
MOST_FACTORS: Final = 5000
"""So many factors, one for a day or week, may be listed."""
SHAPES: Final = ("by_week", "by_day", "grows")
"""Ways to say how a wave goes up and down."""


def _factors(found: Any) -> Any:
    if not isinstance(found, list):
        raise refuse("a list of factors", found, "[1.1, 1.5, 1.2]", code="shape")
    if not found:
        raise complain("the list of factors is empty", "give one factor for each week or day", code="empty")
    if len(found) > MOST_FACTORS:
        message = f"{len(found):,} factors are given; {MOST_FACTORS:,} are the most"
        raise complain(message, "end the wave earlier", code="shape")
    return found


def _falls(found: float) -> float:
    if found > 1:
        raise refuse("a number above 0 and at most 1, since a wave ends by falling", found, "0.7", code="number")
    return found


Factors = Annotated[list[Weight], BeforeValidator(_factors)]
"""Factors one after the other, such as `[1.1, 1.5, 1.2]`."""


class Growth(Declared):
    """Growth by generations of infection up to a peak, and the fall after it."""

    reproduction: PositiveNumber
    """Factor from one generation to the next while it grows. Example: `1.4`."""
    every: PositiveDuration
    """Length of a generation. Example: `6 d`."""
    then: Annotated[PositiveNumber, AfterValidator(_falls)]
    """Factor from one generation to the next after the peak, at most 1. Example: `0.7`."""


class Wave(Declared):
    """A factor on the rate of a class that comes and goes; waves at the same time multiply each other."""

    since: Date
    """First date. Example: `2026-12-01`."""
    until: Date | None = None
    """Last date on which it grows; only with `grows`. Example: `2027-01-15`."""
    by_week: Factors | None = None
    """Factor for each week from the first date on; 1 before and after. Example: `[1.1, 1.5, 1.2]`."""
    by_day: Factors | None = None
    """Factor for each day from the first date on; 1 before and after. Example: `[1.2, 1.6, 1.3]`."""
    grows: Growth | None = None
    """Growth from 1 up to the last date, and the fall after it. Example: `{reproduction: 1.4, every: 6 d, then: 0.7}`.
    """

    @model_validator(mode="after")
    def _check(self) -> Self:
        given = [name for name in SHAPES if getattr(self, name) is not None]
        if len(given) != 1:
            said = f"{' and '.join(given)} are both given" if given else f"none of {', '.join(SHAPES)} is given"
            raise complain(said, "give exactly one of them, such as by_week: [1.1, 1.5, 1.2]", code="choice")
        if self.grows is None and self.until is not None:
            message = f"until belongs to grows; a wave {given[0]} ends with its last factor"
            raise complain(message, "remove until", code="choice")
        if self.grows is not None:
            self._check_growth(self.grows)
        return self

    def _check_growth(self, grows: Growth) -> None:
        if self.until is None:
            raise complain(
                "grows is given without until", "add until: 2027-01-15, the last date of growth", code="pair"
            )
        if self.since > self.until:
            message = f"since ({self.since}) is later than until ({self.until})"
            raise complain(message, "exchange the two dates", code="date")
        generations = ((self.until - self.since).days + 1) * clock.DAY / grows.every
        if abs(generations * math.log(grows.reproduction)) > math.log(MOST_GROWTH):
            message = (
                f"{generations:.3g} generations with a factor of {grows.reproduction:g} each "
                f"are more than {MOST_GROWTH:,.0f}-fold"
            )
            raise complain(message, "check reproduction, every, since and until", code="number")
