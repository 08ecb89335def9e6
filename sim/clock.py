"""Whole-millisecond time since a scenario's start; the only place that knows hours, weekdays and dates."""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

MILLISECOND: Final = 1
SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY
YEAR: Final = 365 * DAY

UNITS: Final[dict[str, int]] = {
    "ms": MILLISECOND,
    "s": SECOND,
    "sec": SECOND,
    "second": SECOND,
    "seconds": SECOND,
    "min": MINUTE,
    "mins": MINUTE,
    "minute": MINUTE,
    "minutes": MINUTE,
    "h": HOUR,
    "hour": HOUR,
    "hours": HOUR,
    "d": DAY,
    "day": DAY,
    "days": DAY,
    "week": WEEK,
    "weeks": WEEK,
}
"""Unit words of a duration and their length in milliseconds."""

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAY_GROUPS: Final[dict[str, tuple[int, ...]]] = {
    "all": (0, 1, 2, 3, 4, 5, 6),
    "weekdays": (0, 1, 2, 3, 4),
    "weekend": (5, 6),
} | {name: (number,) for number, name in enumerate(WEEKDAYS)}
"""Names of days and of groups of days, as weekday numbers with Monday 0."""

_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)\s*([a-zA-Z]+)")
_TIME_OF_DAY = re.compile(r"([0-9]{1,2}):([0-9]{2})")
LONGEST: Final = 200 * YEAR
"""No time of the language may be longer, in milliseconds (it keeps sums of times inside 64 bits)."""


def parse_duration(text: str) -> int:
    """Reads a duration as people write it.

    Args:
        text: a number and a unit, such as `15 min`, `3.5 d` or `4 weeks`.

    Returns:
        Whole milliseconds, rounded to the nearest.

    Raises:
        ValueError: if the number or the unit is missing, unknown or out of range.

    >>> parse_duration("15 min"), parse_duration("0.5 h")
    (900000, 1800000)
    """
    found = _DURATION.fullmatch(text.strip())
    if not found:
        raise ValueError("a duration needs a number and a unit, such as 15 min, 4 h or 3.5 d")
    number, unit = found.groups()
    if unit not in UNITS:
        raise ValueError(f"unknown unit of time {unit!r}; use s, min, h, d or weeks")
    length = float(number) * UNITS[unit]
    if not length <= LONGEST:
        raise ValueError("a duration may be 200 years at most")
    return round(length)


def format_duration(ms: float) -> str:
    """Writes a duration with the largest unit that keeps it short.

    >>> format_duration(900000), format_duration(129600000), format_duration(1234)
    ('15 min', '1.5 d', '1.234 s')
    """
    for unit, length in (("d", DAY), ("h", HOUR), ("min", MINUTE), ("s", SECOND)):
        if abs(ms) >= length:
            return f"{ms / length:.6g} {unit}"
    return f"{ms:.6g} ms" if ms else "0 min"


def exact_duration(ms: int) -> str:
    """Writes a duration so that `parse_duration` reads the very same milliseconds.

    >>> exact_duration(5400000), exact_duration(1234567)
    ('1.5 h', '1234567 ms')
    """
    for unit, length in (("d", DAY), ("h", HOUR), ("min", MINUTE), ("s", SECOND)):
        text = f"{ms / length:.6g} {unit}"
        if ms >= length and parse_duration(text) == ms and "e" not in text:
            return text
    return f"{ms} ms" if ms else "0 min"


def parse_time_of_day(text: str) -> int:
    """Reads `"07:30"`; `"24:00"` is the end of the day.

    Returns:
        Milliseconds after midnight, 0 to one day.

    Raises:
        ValueError: if it is not a time of day.

    >>> parse_time_of_day("07:30") // MINUTE
    450
    """
    found = _TIME_OF_DAY.fullmatch(text.strip())
    if not found:
        raise ValueError('a time of day is written in quotes as "HH:MM", such as "07:30"')
    hours, minutes = int(found[1]), int(found[2])
    if minutes > 59 or hours * 60 + minutes > 24 * 60:
        raise ValueError(f"there is no time {text!r} in a day")
    return hours * HOUR + minutes * MINUTE


def format_time_of_day(ms: int) -> str:
    """Writes milliseconds after midnight as `HH:MM`.

    >>> format_time_of_day(27000000)
    '07:30'
    """
    return f"{ms // HOUR:02d}:{ms % HOUR // MINUTE:02d}"


def parse_days(text: str) -> tuple[int, ...]:
    """Reads a set of days: `all`, `weekdays`, `weekend`, `mon`, or several such as `mon wed fri` or `mon-thu`.

    Returns:
        Weekday numbers in order, Monday 0.

    Raises:
        ValueError: if a word is no day.

    >>> parse_days("mon-wed sun")
    (0, 1, 2, 6)
    """
    days: set[int] = set()
    for word in text.replace(",", " ").split():
        first, dash, last = word.partition("-")
        if word in DAY_GROUPS:
            days.update(DAY_GROUPS[word])
        elif dash and first in WEEKDAYS and last in WEEKDAYS:
            start, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
            days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
        else:
            raise ValueError(f"unknown day {word!r}; use all, weekdays, weekend, mon, tue, wed, thu, fri, sat, sun")
    if not days:
        raise ValueError("no day is named")
    return tuple(sorted(days))


def format_days(days: tuple[int, ...]) -> str:
    """Writes a set of days with the shortest words that `parse_days` reads.

    >>> format_days((0, 1, 2, 3, 4)), format_days((1, 3))
    ('weekdays', 'tue thu')
    """
    for name, group in DAY_GROUPS.items():
        if group == days:
            return name
    return " ".join(WEEKDAYS[day] for day in days)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Turns milliseconds since the start into dates and weekdays, in plain hours without daylight-saving jumps."""

    start: datetime.date
    """The first day."""
    dates: Mapping[str, frozenset[int]] = field(default_factory=dict, hash=False)
    """Named sets of days, such as bank holidays, as whole days after the start."""

    def days_to(self, date: datetime.date) -> int:
        """Whole days from the start to a date; negative before it."""
        return (date - self.start).days

    def weekday(self, day: int) -> int:
        """Weekday number, Monday 0, of the day which begins `day` days after the start."""
        return (self.start.weekday() + day) % 7

    def is_in(self, name: str, day: int) -> bool:
        """Whether the day which begins `day` days after the start is one of a named set; there may be no such set."""
        return day in self.dates.get(name, ())

    def special(self, names: Iterable[str], day: int) -> str | None:
        """Of the named sets that have a day, the one with the fewest days: a bank holiday in the summer is one.

        Args:
            names: names of sets; others, such as weekdays, are passed over.
            day: whole days after the start.

        Returns:
            The name, the first in the alphabet of two with as many days; None if the day is in none of them.

        >>> calendar = Calendar(datetime.date(2026, 1, 5), {"summer": frozenset({1, 2}), "holidays": frozenset({2})})
        >>> [calendar.special(["summer", "holidays", "mon"], day) for day in (0, 1, 2)]
        [None, 'summer', 'holidays']
        """
        found = [name for name in names if self.is_in(name, day)]
        return min(found, key=lambda name: (len(self.dates[name]), name)) if found else None

    def date(self, ms: int) -> datetime.date:
        """Date of a moment."""
        return self.start + datetime.timedelta(days=ms // DAY)

    def moment(self, ms: int) -> datetime.datetime:
        """Date and time of day of a moment."""
        midnight = datetime.datetime.combine(self.start, datetime.time())
        return midnight + datetime.timedelta(milliseconds=ms)
