"""Calendars: the times of day at which something happens, weekday by weekday."""

from collections.abc import Mapping
from typing import Any

from sim import clock


def times_by_weekday(times: Mapping[Any, list[int]]) -> tuple[list[int], ...]:
    """Tells the times of each day of the week; a day's own entry stands instead of that of its group.

    Args:
        times: times of day in milliseconds by `all`, `weekdays`, `weekend` or a weekday.

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
        times: times of day in milliseconds by `all`, `weekdays`, `weekend` or a weekday.
        calendar: the scenario's calendar.
        horizon_ms: end of the run.

    Returns:
        Milliseconds since the scenario's start, in order, from 0 to at least one moment after the end of the run.
    """
    week = times_by_weekday(times)
    days = range(horizon_ms // clock.DAY + 9)
    return sorted({day * clock.DAY + moment for day in days for moment in week[calendar.weekday(day)]})


def moments_of_week(times: Mapping[Any, list[int]]) -> list[int]:
    """Lists the moments of a calendar in one week, in milliseconds after Monday's midnight, in order.

    >>> moments_of_week({"mon": [clock.HOUR], "sun": [clock.DAY]})
    [0, 3600000]
    """
    week = times_by_weekday(times)
    return sorted({(day * clock.DAY + moment) % clock.WEEK for day, own in enumerate(week) for moment in own})
