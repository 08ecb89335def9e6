"""Rhythms: factors on times by day and hour, such as slower transport at night."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Discriminator, Tag, WithJsonSchema

from sim import clock
from sim.scenario.dates import DayOrSet, day_words
from sim.scenario.quantities import Factor, Name
from sim.scenario.refusing import complain, refuse

HOURS: Final = 24
FactorLine = list[tuple[int, float]]
"""Pairs (moment in milliseconds, factor from then on), in order, the first at 0, only where the factor changes."""


def _hourly(found: Any) -> Any:
    if len(found) != HOURS:
        message = f"{len(found)} factors are given, but a day has 24 hours"
        raise complain(message, "give one factor for each hour from midnight", code="shape")
    return found


def _plain(found: Any) -> float:
    number = float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None
    if number is None or not 0 < number <= 100:
        raise refuse("a factor above 0, at most 100", found, "1.2", code="factor")
    return number


HourFactor = Annotated[
    float,
    BeforeValidator(_plain),
    WithJsonSchema({"title": "factor of an hour", "examples": [1.2], "type": "number", "exclusiveMinimum": 0}),
]
"""A factor on a time, written as a plain number in a list of 24."""
DayFactors = Annotated[
    Annotated[Factor, Tag("factor")] | Annotated[list[HourFactor], AfterValidator(_hourly), Tag("hours")],
    Discriminator(lambda found: "hours" if isinstance(found, list) else "factor"),
]
"""One factor for the whole day, or one for each of its hours."""


def _some_day(found: dict[str, Any]) -> dict[str, Any]:
    if not found:
        raise complain("the rhythm names no day", "weekend: x 1.5", code="empty")
    return found


Rhythm = Annotated[dict[DayOrSet, DayFactors], AfterValidator(_some_day)]
"""Factors by `all`, `weekdays`, `weekend`, a weekday or a set of dates; 1 on days that are not named."""
NameOrRhythm = Annotated[
    Annotated[Name, Tag("name")] | Annotated[Rhythm, Tag("factors")],
    Discriminator(lambda found: "factors" if isinstance(found, dict) else "name"),
]
"""Name of a rhythm, or the rhythm itself."""


def factors(rhythm: Mapping[str, float | list[float]], calendar: clock.Calendar, horizon_ms: int) -> FactorLine:
    """Lays a rhythm out over a run.

    Args:
        rhythm: factors by days.
        calendar: the scenario's calendar.
        horizon_ms: end of the run.

    Returns:
        Pairs (moment, factor from then on), the first at 0, only where the factor changes.

    >>> import datetime
    >>> friday = clock.Calendar(datetime.date(2026, 1, 9))
    >>> factors({"weekend": 1.5}, friday, 4 * clock.DAY)
    [(0, 1.0), (86400000, 1.5), (259200000, 1.0)]
    """
    line: FactorLine = []
    for day in range(max(1, -(-horizon_ms // clock.DAY))):
        name = day_words(rhythm, calendar, day)
        found = rhythm[name] if name is not None else 1.0
        for hour, factor in enumerate(found if isinstance(found, list) else [found]):
            moment = day * clock.DAY + hour * clock.HOUR
            if (moment < horizon_ms or not line) and (not line or line[-1][1] != factor):
                line.append((moment, factor))
    return line
