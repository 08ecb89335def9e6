"""Dates: named sets of days, such as bank holidays and school terms, to which rosters and calendars refer."""

import datetime
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Tag, model_validator

from sim import clock
from sim.scenario.quantities import REST, Date, Declared, Name, nearest_day
from sim.scenario.refusing import complain, refuse

WORDS_FOR_DAYS: Final = (*clock.DAY_GROUPS, REST)
"""Words that mean days of the week or all others, so that no set of dates can have them as its name."""
_FULL_NAMES: Final = tuple(
    datetime.date(2026, 1, 5 + number).strftime("%A").lower() for number in range(len(clock.WEEKDAYS))
)
_MISREAD: Final = (*_FULL_NAMES, *(f"{name}s" for name in _FULL_NAMES), "weekday", "weekends", "every day", "daily")


class DateSpan(Declared):
    """All days from one date to another, both of them as well."""

    since: Date
    """First day. Example: `2026-07-20`."""
    until: Date
    """Last day. Example: `2026-09-01`."""

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.since > self.until:
            message = f"since ({self.since}) is later than until ({self.until})"
            raise complain(message, "exchange the two dates", code="date")
        return self


DateOrSpan = Annotated[
    Annotated[Date, Tag("date")] | Annotated[DateSpan, Tag("span")],
    Discriminator(lambda found: "span" if isinstance(found, dict | DateSpan) else "date"),
]
"""A date, or the dates from one to another."""


def _set_name(found: str) -> str:
    if found in WORDS_FOR_DAYS or found.lower() in _MISREAD:
        message = f"{found} is a word for days of the week, so that no set of dates can have this name"
        raise complain(message, "choose another name", code="reserved-name")
    return found


def _day_or_set(found: str) -> str:
    if found.lower() in _MISREAD:
        near = "all" if found.lower() in _MISREAD[-2:] else nearest_day(found) or ""
        expected = f"a day ({', '.join(clock.DAY_GROUPS)}) or a set of dates"
        raise refuse(expected, found, code="unknown-word", instead=near)
    return found


def _no_date(found: Any) -> Any:
    if isinstance(found, str) and found[:4].isdigit():
        advice = f"declare a set, such as dates: {{closed: [{found}]}}, and name it here"
        raise complain(f"{found} is a date, and no name of a set of dates", advice, code="name")
    return found


def _listed(found: Any) -> Any:
    return [found] if isinstance(found, str) else found


SetName = Annotated[Name, AfterValidator(_set_name)]
"""Name of a set of dates; no word for days of the week."""
DayOrSet = Annotated[Name, AfterValidator(_day_or_set)]
"""`all`, `weekdays`, `weekend`, a weekday or the name of a set of dates."""
SetNames = Annotated[list[Annotated[Name, BeforeValidator(_no_date)]], BeforeValidator(_listed)]
"""Names of sets of dates; one alone needs no brackets in the file."""


def days_of(dates: Mapping[str, Sequence[datetime.date | DateSpan]], start: datetime.date) -> dict[str, frozenset[int]]:
    """Counts the days of named sets from the start of a run.

    Args:
        dates: the declared sets.
        start: first day of the run.

    Returns:
        Whole days after the start for each set; negative for days before it.

    >>> span = DateSpan(since="2026-01-07", until="2026-01-08")
    >>> sorted(days_of({"holidays": [datetime.date(2026, 1, 4), span]}, datetime.date(2026, 1, 5))["holidays"])
    [-1, 2, 3]
    """
    return {name: _days(tuple(parts), start) for name, parts in sorted(dates.items())}


@lru_cache(maxsize=256)
def _days(parts: tuple[datetime.date | DateSpan, ...], start: datetime.date) -> frozenset[int]:
    found: set[int] = set()
    for part in parts:
        first, last = (part.since, part.until) if isinstance(part, DateSpan) else (part, part)
        found.update(range((first - start).days, (last - start).days + 1))
    return frozenset(found)


def day_words(names: Mapping[str, Any], calendar: clock.Calendar, day: int) -> str | None:
    """Finds the entry that holds on a day: a set's before the weekday's, and that before its group's.

    Args:
        names: entries by `all`, `weekdays`, `weekend`, a weekday or the name of a set of dates.
        calendar: the scenario's calendar.
        day: whole days after the start.

    Returns:
        The name of the entry; None if there is none for the day. Of several sets the one with the fewest days holds.
    """
    special = calendar.special(names, day)
    if special is not None:
        return special
    weekday = calendar.weekday(day)
    group = "weekend" if weekday in clock.DAY_GROUPS["weekend"] else "weekdays"
    return next((name for name in (clock.WEEKDAYS[weekday], group, "all") if name in names), None)
