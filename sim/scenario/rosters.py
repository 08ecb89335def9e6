"""Rosters: how many units of a resource there are, and when."""

from typing import Self

from pydantic import model_validator

from sim import clock
from sim.scenario.quantities import Change, Count, Date, Days, Declared, TimeOfDay
from sim.scenario.refusing import complain

ALL_DAYS = clock.DAY_GROUPS["all"]


class Hours(Declared):
    """When something holds: on which days, between which times of day, between which dates."""

    days: Days = ALL_DAYS
    """Days on which it starts. Example: `weekdays`."""
    begins: TimeOfDay = 0
    """Time of day at which it starts; in the file `from`. Example: `"07:30"`."""
    ends: TimeOfDay = clock.DAY
    """Time of day at which it ends, the next day if not after the start; in the file `to`. Example: `"19:30"`."""
    since: Date | None = None
    """First date on which it starts; always if not given. Example: `2026-11-01`."""
    until: Date | None = None
    """Last date on which it starts. Example: `2027-03-31`."""

    @model_validator(mode="before")
    @classmethod
    def _rename(cls, found: object) -> object:
        names = {"from": "begins", "to": "ends"}
        return {names.get(key, key): value for key, value in found.items()} if isinstance(found, dict) else found

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.since and self.until and self.since > self.until:
            message = f"since ({self.since}) is later than until ({self.until})"
            raise complain(message, "exchange the two dates", code="date")
        return self

    def duration(self) -> int:
        """Milliseconds from start to end."""
        return self.ends - self.begins if self.ends > self.begins else self.ends - self.begins + clock.DAY


class Shift(Hours):
    """A named shift of a roster."""

    on_duty: Count
    """People or units on duty while it lasts. Example: `3`."""


class Opening(Hours):
    """Beds that are open (or, when negative, closed) besides the usual ones for some of the time."""

    beds: Change
    """Beds more than usual; negative closes beds. Example: `12`."""


def changes(hours: Hours, calendar: clock.Calendar, horizon_ms: int) -> list[tuple[int, int]]:
    """Lists the spells during which hours hold.

    Args:
        hours: days, times and dates.
        calendar: the scenario's calendar.
        horizon_ms: end of the run.

    Returns:
        Pairs (start, end) in milliseconds since the scenario's start, clipped to [0, horizon_ms), in order of start.
    """
    spells = []
    for day in range(-1, horizon_ms // clock.DAY + 1):
        if not holds_on(hours, calendar, day):
            continue
        start = day * clock.DAY + hours.begins
        end = min(start + hours.duration(), horizon_ms)
        if end > 0 and start < end:
            spells.append((max(start, 0), end))
    return spells


def holds_on(hours: Hours, calendar: clock.Calendar, day: int) -> bool:
    """Whether hours start on the day which begins `day` days after the scenario's start."""
    if calendar.weekday(day) not in hours.days:
        return False
    since, until = hours.since, hours.until
    return (since is None or day >= calendar.days_to(since)) and (until is None or day <= calendar.days_to(until))


def timeline(
    base: int, parts: list[tuple[Hours, int]], calendar: clock.Calendar, horizon_ms: int
) -> list[tuple[int, int]]:
    """Adds up a constant level and parts that come and go.

    Args:
        base: units that are always there.
        parts: hours and the units (perhaps negative) that they add while they hold.
        calendar: the scenario's calendar.
        horizon_ms: end of the run.

    Returns:
        Pairs (moment in milliseconds, units from then on), in order, the first at 0, only where the number changes,
        never below 0 units.
    """
    steps: dict[int, int] = {0: base}
    for hours, units in parts:
        for start, end in changes(hours, calendar, horizon_ms):
            steps[start] = steps.get(start, 0) + units
            steps[end] = steps.get(end, 0) - units
    level = 0
    line: list[tuple[int, int]] = []
    for moment in sorted(steps):
        level += steps[moment]
        shown = max(level, 0)
        if moment < horizon_ms and (not line or line[-1][1] != shown):
            line.append((moment, shown))
    return line
