"""Calendars: the times of day at which something happens, weekday by weekday and on sets of dates."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, Tag

from sim import clock
from sim.scenario.dates import DayOrSet, day_words
from sim.scenario.quantities import Name, TimeOfDay
from sim.scenario.refusing import complain


def _some_time(found: dict[str, list[int]]) -> dict[str, list[int]]:
    on_sets = any(times for name, times in found.items() if name not in clock.DAY_GROUPS)
    if not on_sets and not moments_of_week(found):
        raise complain("no day of the week has a time", 'weekdays: ["10:00", "14:00"]', code="empty")
    return found


DayTimes = Annotated[dict[DayOrSet, list[TimeOfDay]], AfterValidator(_some_time)]
"""Times of day by `all`, `weekdays`, `weekend`, a weekday or a set of dates; what names fewer days goes first."""
CalendarOrName = Annotated[
    Annotated[Name, Tag("name")] | Annotated[DayTimes, Tag("times")],
    Discriminator(lambda found: "times" if isinstance(found, dict) else "name"),
]
"""Name of a calendar, or the times themselves."""


def sets_of(times: Mapping[str, Any]) -> list[str]:
    """Names of the sets of dates to which a calendar or a rhythm refers.

    >>> sets_of({"weekdays": [0], "bank_holidays": []})
    ['bank_holidays']
    """
    return [name for name in times if name not in clock.DAY_GROUPS]


def times_by_weekday(times: Mapping[Any, list[int]]) -> tuple[list[int], ...]:
    """Tells the times of each usual day of the week; a day's own entry stands instead of that of its group.

    Args:
        times: times of day in milliseconds by `all`, `weekdays`, `weekend` or a weekday; sets of dates are passed over.

    Returns:
        Seven lists, Monday first; empty for a day without an entry.

    >>> [len(day) for day in times_by_weekday({"weekdays": [0, 1], "weekend": [0], "fri": []})]
    [2, 2, 2, 2, 0, 1, 1]
    """
    week = []
    for day, name in enumerate(clock.WEEKDAYS):
        group = "weekend" if day in clock.DAY_GROUPS["weekend"] else "weekdays"
        week.append(next((times[key] for key in (name, group, "all") if key in times), []))
    return tuple(week)


def moments(times: Mapping[Any, list[int]], calendar: clock.Calendar, horizon_ms: int) -> list[int]:
    """Lists the moments of a calendar.

    Args:
        times: times of day in milliseconds by `all`, `weekdays`, `weekend`, a weekday or a set of dates.
        calendar: the scenario's calendar.
        horizon_ms: end of the run.

    Returns:
        Milliseconds since the scenario's start, in order, from 0 to at least one moment after the end of the run.

    A set's entry stands instead of that of the weekday, and of several sets the one with the fewest days holds.
    """
    last = horizon_ms // clock.DAY + 8
    found: set[int] = set()
    for day in range(last + 1):
        name = day_words(times, calendar, day)
        found.update(day * clock.DAY + moment for moment in (times[name] if name is not None else ()))
    if not found or max(found) <= horizon_ms:
        found.add((last + 1) * clock.DAY)  # whoever waits for the next one waits at least until the end of the run
    return sorted(found)


def moments_of_week(times: Mapping[Any, list[int]]) -> list[int]:
    """Lists the moments of a calendar in a usual week, in milliseconds after Monday's midnight, in order.

    >>> moments_of_week({"mon": [clock.HOUR], "sun": [clock.DAY]})
    [0, 3600000]
    """
    week = times_by_weekday(times)
    return sorted({(day * clock.DAY + moment) % clock.WEEK for day, own in enumerate(week) for moment in own})
