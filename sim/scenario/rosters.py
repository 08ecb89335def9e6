"""Rosters: how many units of a resource there are, and when."""

import datetime
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple, Protocol, Self

from pydantic import model_validator

from sim import clock
from sim.scenario.dates import SetNames
from sim.scenario.quantities import Change, Count, Date, Days, Declared, Key, PositiveDuration, TimeOfDay
from sim.scenario.refusing import complain

ALL_DAYS = clock.DAY_GROUPS["all"]
Line = list[tuple[int, int]]
"""Pairs (moment in milliseconds, units from then on), in order, the first at 0, only where the number changes."""
RENAMED: Final = {"from": "begins", "to": "ends", "except": "except_on", "only": "only_on", "with": "joined"}
"""Words of the file which Python keeps for itself, and the fields that they mean."""


class Dated(Protocol):
    """What takes place on some days: shifts, openings, sessions, deliveries."""

    @property
    def days(self) -> tuple[int, ...]:
        """Weekdays."""

    @property
    def since(self) -> datetime.date | None:
        """First date."""

    @property
    def until(self) -> datetime.date | None:
        """Last date."""

    @property
    def except_on(self) -> list[str]:
        """Sets of dates on which it does not take place."""

    @property
    def only_on(self) -> list[str]:
        """Sets of dates; it takes place on no other days."""


class Renamed(Declared):
    """A record of which some fields have another name in the file."""

    @model_validator(mode="before")
    @classmethod
    def _rename(cls, found: object) -> object:
        if not isinstance(found, dict):
            return found
        return {RENAMED.get(key, key): value for key, value in found.items()}


class OnDays(Renamed):
    """Days on which something takes place."""

    days: Days = ALL_DAYS
    """Days on which it starts. Example: `weekdays`."""
    since: Date | None = None
    """First date on which it starts; always if not given. Example: `2026-11-01`."""
    until: Date | None = None
    """Last date on which it starts. Example: `2027-03-31`."""
    except_on: SetNames = []
    """Sets of dates on which it does not start; in the file `except`. Example: `[bank_holidays]`."""
    only_on: SetNames = []
    """Sets of dates; it starts on their days only; in the file `only`. Example: `[term]`."""

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.since and self.until and self.since > self.until:
            message = f"since ({self.since}) is later than until ({self.until})"
            raise complain(message, "exchange the two dates", code="date")
        both = sorted(set(self.except_on) & set(self.only_on))
        if both:
            message = f"{both[0]} stands under except and under only, so that no day is left"
            raise complain(message, "remove it from one of the two", code="choice")
        return self


class Hours(OnDays):
    """When something holds: on which days, between which times of day, between which dates."""

    begins: TimeOfDay = 0
    """Time of day at which it starts; in the file `from`. Example: `"07:30"`."""
    ends: TimeOfDay = clock.DAY
    """Time of day at which it ends, the next day if not after the start; in the file `to`. Example: `"19:30"`."""

    def duration(self) -> int:
        """Milliseconds from start to end."""
        return time_between(self.begins, self.ends)


class Break(Renamed):
    """A break of a shift, which its people take in turns."""

    begins: TimeOfDay
    """Time of day at which the first turn goes; in the file `from`. Example: `"12:00"`."""
    ends: TimeOfDay
    """Time of day at which the last turn is back; in the file `to`. Example: `"14:00"`."""
    each: PositiveDuration
    """How long each of them is away. Example: `30 min`."""

    @model_validator(mode="after")
    def _check_length(self) -> Self:
        if self.each > time_between(self.begins, self.ends):
            window = clock.exact_duration(time_between(self.begins, self.ends))
            message = f"a break of {clock.exact_duration(self.each)} does not fit into {window}"
            raise complain(message, "make the time from `from` to `to` longer, or each break shorter", code="time")
        return self

    def turns(self) -> int:
        """Number of turns in which people go, one after the other."""
        return time_between(self.begins, self.ends) // self.each


class Shift(Hours):
    """A named shift of a roster."""

    on_duty: Count
    """People or units on duty while it lasts. Example: `3`."""
    breaks: dict[Key, Break] = {}
    """Named breaks, taken in turns. Example: `{lunch: {from: "12:00", to: "14:00", each: 30 min}}`."""

    @model_validator(mode="after")
    def _check_breaks(self) -> Self:
        spans = sorted(
            (start := time_after(self.begins, own.begins), start + time_between(own.begins, own.ends), name)
            for name, own in self.breaks.items()
        )
        for _, end, name in spans:
            if end > self.duration():
                hours = f"{clock.format_time_of_day(self.begins)} to {clock.format_time_of_day(self.ends)}"
                message = f"the break {name} does not lie within the shift from {hours}"
                raise complain(message, "correct its times, or those of the shift", code="time-of-day")
        for (_, end, name), (start, _, other) in pairwise(spans):
            if start < end:
                message = f"the breaks {name} and {other} overlap, so that somebody would be in both"
                raise complain(message, "let one begin when the other is over", code="time-of-day")
        return self


class Opening(Hours):
    """Beds that are open (or, when negative, closed) besides the usual ones for some of the time."""

    beds: Change
    """Beds more than usual; negative closes beds. Example: `12`."""


class Turn(NamedTuple):
    """A turn of a break: those whose position in the shift is `number` more than a multiple of `turns` are away."""

    begins_ms: int
    """Milliseconds after the start of the shift."""
    ends_ms: int
    """Milliseconds after the start of the shift."""
    number: int
    turns: int

    def people(self, on_duty: int) -> int:
        """How many of a full shift go in this turn.

        >>> [Turn(0, 1, number, 4).people(7) for number in range(4)]
        [2, 2, 2, 1]
        """
        return len(range(self.number, on_duty, self.turns))


def time_between(begins: int, ends: int) -> int:
    """Milliseconds from one time of day to another, of the next day if it is not later.

    >>> time_between(22 * clock.HOUR, 6 * clock.HOUR) // clock.HOUR
    8
    """
    return ends - begins if ends > begins else ends - begins + clock.DAY


def time_after(begins: int, moment: int) -> int:
    """Milliseconds from one time of day to the next time that it is another; nothing from a time to itself."""
    return (moment - begins) % clock.DAY


def turns_of(shift: Shift) -> list[Turn]:
    """Lists the turns of all breaks of a shift in which somebody is away, in order of time."""
    found = []
    for own in shift.breaks.values():
        start = time_after(shift.begins, own.begins)
        for number in range(min(own.turns(), shift.on_duty)):
            begins = start + number * own.each
            found.append(Turn(begins, begins + own.each, number, own.turns()))
    return sorted(found)


def starts(hours: Hours, calendar: clock.Calendar, horizon_ms: int) -> list[int]:
    """Lists the moments at which hours begin that are not over before the run; the first may be below 0."""
    length = hours.duration()
    found = [day * clock.DAY + hours.begins for day in days_on(hours, calendar, range(-1, horizon_ms // clock.DAY + 1))]
    return [start for start in found if start < horizon_ms and start + length > 0]


def changes(hours: Hours, calendar: clock.Calendar, horizon_ms: int) -> list[tuple[int, int]]:
    """Lists the spells during which hours hold.

    Args:
        hours: days, times and dates.
        calendar: the scenario's calendar.
        horizon_ms: end of the run.

    Returns:
        Pairs (start, end) in milliseconds since the scenario's start, clipped to [0, horizon_ms), in order of start.
    """
    length = hours.duration()
    return [(max(start, 0), min(start + length, horizon_ms)) for start in starts(hours, calendar, horizon_ms)]


def holds_on(hours: Dated, calendar: clock.Calendar, day: int) -> bool:
    """Whether something starts on the day which begins `day` days after the scenario's start."""
    return bool(days_on(hours, calendar, range(day, day + 1)))


def days_on(hours: Dated, calendar: clock.Calendar, days: range) -> list[int]:
    """Lists on which of some days something starts.

    Args:
        hours: weekdays, dates and sets of dates.
        calendar: the scenario's calendar.
        days: whole days after the scenario's start, each the next of the one before.
    """
    first = days.start if hours.since is None else max(days.start, calendar.days_to(hours.since))
    stop = days.stop if hours.until is None else min(days.stop, calendar.days_to(hours.until) + 1)
    monday = calendar.weekday(0)
    found = [day for day in range(first, stop) if (monday + day) % 7 in hours.days]
    if hours.except_on:
        found = [day for day in found if not any(calendar.is_in(name, day) for name in hours.except_on)]
    if hours.only_on:
        found = [day for day in found if any(calendar.is_in(name, day) for name in hours.only_on)]
    return found


def spells(shift: Shift, calendar: clock.Calendar, horizon_ms: int) -> Iterator[tuple[int, int, int]]:
    """Lists the spells of a full shift as triples (start, end, units), breaks with units below 0; not clipped."""
    turns, length = turns_of(shift), shift.duration()
    for start in starts(shift, calendar, horizon_ms):
        yield start, start + length, shift.on_duty
        for turn in turns:
            yield start + turn.begins_ms, start + turn.ends_ms, -turn.people(shift.on_duty)


def going(shift: Shift, calendar: clock.Calendar, horizon_ms: int) -> dict[int, int]:
    """Tells how many people of a full shift go home at each moment of a run at which it ends."""
    length = shift.duration()
    away = sum(turn.people(shift.on_duty) for turn in turns_of(shift) if turn.ends_ms == length)
    ends = (start + length for start in starts(shift, calendar, horizon_ms))
    return {end: shift.on_duty - away for end in ends if end < horizon_ms}


def level(base: int, known: Iterable[tuple[int, int, int]], horizon_ms: int) -> Line:
    """Adds up a constant level and spells.

    Args:
        base: units that are always there.
        known: triples (start, end, units); they may begin before the run and end after it.
        horizon_ms: end of the run.

    Returns:
        Pairs (moment, units from then on), the first at 0, only where the number changes, never below 0 units.

    >>> level(2, [(-5, 10, 1), (5, 99, -4)], 20)
    [(0, 3), (5, 0)]
    """
    steps: dict[int, int] = {0: base}
    for start, end, units in known:
        if end > 0:
            steps[max(start, 0)] = steps.get(max(start, 0), 0) + units
            steps[end] = steps.get(end, 0) - units
    now = 0
    line: Line = []
    for moment in sorted(steps):
        now += steps[moment]
        shown = max(now, 0)
        if moment < horizon_ms and (not line or line[-1][1] != shown):
            line.append((moment, shown))
    return line
