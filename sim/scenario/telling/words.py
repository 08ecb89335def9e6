"""Words: dates, days, times, shares, amounts and laws as people say them."""

import datetime
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from sim import clock
from sim.scenario.reading.relative import BOUNDS, law_of, written_number

_QUANTITY = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)\s*(%|[^\W\d_].*)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONG_UNITS: Final = {"ms": "millisecond", "s": "second", "min": "minute", "h": "hour", "d": "day", "week": "week"}
_LONG_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LONG_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAY_WORDS: Final = {"all": "every day", "weekdays": "on weekdays", "weekend": "at weekends"}
PARAMETERS: Final = {"sd": "standard deviation", "rest": "for others"}
"""Parameters of distributions that are called otherwise than they are written."""


def listed(parts: Iterable[str], last: str = "and") -> str:
    """Return several things in one phrase.

    >>> listed(["one"]), listed(["one", "two", "three"])
    ('one', 'one, two and three')
    """
    *most, end = [*parts] or ["nothing"]
    return f"{', '.join(most)} {last} {end}" if most else end


def number_word(number: Any) -> str:
    """Return a number with commas between the thousands.

    >>> number_word(12000), number_word(0.25), number_word(Decimal("7.50"))
    ('12,000', '0.25', '7.5')
    """
    text = written_number(Decimal(str(number)))
    whole, point, rest = text.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}{point}{rest}" if digits.isdecimal() else text


def counted(number: Any, thing: str) -> str:
    """Return a number of things.

    >>> counted(1, "bed"), counted(12, "bed"), counted(0, "bed")
    ('1 bed', '12 beds', 'no beds')
    """
    return f"{number_word(number) if number else 'no'} {thing}{'' if number == 1 else 's'}"


def quantity_in(text: Any) -> tuple[Decimal, str] | None:
    """Return number and unit of a text such as `45 min`, `30 %` or `380 per day`; None if it is something else.

    >>> quantity_in("380 per day"), quantity_in("medical")
    ((Decimal('380'), 'per day'), None)
    """
    found = _QUANTITY.fullmatch(text.strip()) if isinstance(text, str) else None
    return (Decimal(found[1]), found[2]) if found else None


def quantity_word(text: str) -> str:
    """Return a quantity with its unit spelt out.

    >>> quantity_word("45 min"), quantity_word("1 d"), quantity_word("12000 per day"), quantity_word("30%")
    ('45 minutes', '1 day', '12,000 per day', '30 %')
    """
    found = quantity_in(text)
    if not found:
        return " ".join(text.split())
    number, unit = found
    spelt = _spelt_unit(unit)
    plural = "s" if spelt and abs(number) != 1 else ""
    return f"{number_word(number)} {spelt or ' '.join(unit.split())}{plural}"


def share_word(value: Any) -> str:
    """Return a share as a percentage, however it is written.

    >>> share_word(0.125), share_word("30 %"), share_word("rest")
    ('12.5 %', '30 %', 'the rest')
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{number_word(Decimal(repr(value)) * 100)} %"
    return "the rest" if value == "rest" else quantity_word(str(value))


def date_word(text: str) -> str:
    """Return a date in full.

    >>> date_word("2026-12-01")
    '1 December 2026'
    """
    date = _date(text)
    return f"{date.day} {_LONG_MONTHS[date.month - 1]} {date.year}" if date else str(text)


def month_word(name: str) -> str:
    """Return the full name of a month.

    >>> month_word("jan")
    'January'
    """
    return _LONG_MONTHS[clock.MONTHS.index(name)] if name in clock.MONTHS else name


def span_word(since: Any, until: Any) -> str:
    """Return a span of dates, without saying a month or year twice; empty if neither end is given.

    >>> span_word("2026-12-01", None), span_word("2026-02-02", "2026-02-08")
    ('from 1 December 2026', 'from 2 to 8 February 2026')
    >>> span_word("2026-12-01", "2027-03-31"), span_word("2026-01-05", "2026-01-05")
    ('from 1 December 2026 to 31 March 2027', 'on 5 January 2026')
    """
    if not since and not until:
        return ""
    if not until or not since:
        return f"from {date_word(since)}" if since else f"until {date_word(until)}"
    if since == until:
        return f"on {date_word(since)}"
    first, last = _date(since), _date(until)
    start = date_word(since)
    if first and last and first.year == last.year:
        same_month = first.month == last.month
        start = f"{first.day}" if same_month else f"{first.day} {_LONG_MONTHS[first.month - 1]}"
    return f"from {start} to {date_word(until)}"


def days_word(text: Any) -> str:
    """Return on which days something is.

    >>> days_word("all"), days_word("sat"), days_word("mon-wed"), days_word("tue thu")
    ('every day', 'every Saturday', 'from Monday to Wednesday', 'every Tuesday and Thursday')
    """
    words = " ".join(text) if isinstance(text, list) and all(isinstance(one, str) for one in text) else str(text)
    try:
        days = clock.parse_days(words)
    except ValueError:
        return words
    group = clock.format_days(days)
    if group in _DAY_WORDS:
        return _DAY_WORDS[group]
    if len(days) > 2 and days == tuple(range(days[0], days[-1] + 1)):
        return f"from {_LONG_DAYS[days[0]]} to {_LONG_DAYS[days[-1]]}"
    return f"every {listed(_LONG_DAYS[day] for day in days)}"


def hours_word(hours: Mapping[str, Any], *, whole_day: bool = True) -> str:
    """Return when a shift, opening or session is.

    Args:
        hours: with any of `days`, `from`, `to`, `since`, `until`, `except`, `only`.
        whole_day: whether times and days are said although they are all day and every day.

    >>> hours_word({"from": "16:00", "to": "00:00"})
    'from 16:00 to 00:00 every day'
    >>> hours_word({"since": "2026-12-01", "except": ["bank_holidays"]}, whole_day=False)
    'from 1 December 2026 except on bank holidays'
    """
    parts = []
    if "from" in hours or "to" in hours:
        parts.append(f"from {hours.get('from', '00:00')} to {hours.get('to', '24:00')}")
    elif whole_day:
        parts.append("all day")
    if parts or hours.get("days", "all") != "all":
        parts.append(days_word(hours.get("days", "all")))
    parts.append(span_word(hours.get("since"), hours.get("until")))
    for word, name in (("except on", "except"), ("only on", "only")):
        if hours.get(name):
            parts.append(f"{word} {listed(spaced(one) for one in _many(hours[name]))}")
    return " ".join(filter(None, parts))


def times_word(day: str, times: Any) -> str:
    """Return at which times of a day something is.

    >>> times_word("weekend", ["10:00", "14:00"]), times_word("bank_holidays", [])
    ('at weekends at 10:00 and 14:00', 'never on bank holidays')
    """
    named = day in clock.DAY_GROUPS
    when = days_word(day) if named else f"on {spaced(day)}"
    times = _many(times)
    return f"{when} at {listed(map(str, times))}" if times else f"never {when}"


def law_word(law: Mapping[str, Any]) -> str:
    """Return a distribution of times.

    >>> law_word({"lognormal": {"mean": "7 min", "sd": "4 min"}, "at_most": "1 h"})
    'lognormal with mean 7 minutes, standard deviation 4 minutes, at most 1 hour'
    """
    if isinstance(law.get("by"), str):
        levels = law.get("levels", {name: one for name, one in law.items() if name != "by"})
        return f"by {spaced(law['by'])} ({_levels_word(levels)})"
    name = next(one for one in law if one not in BOUNDS)
    body = law[name]
    parameters = {**(body if isinstance(body, Mapping) else {}), **{one: law[one] for one in BOUNDS if one in law}}
    if name == "fixed":
        return _part_word(parameters.get("value", body))
    if not isinstance(body, Mapping):
        return f"{name} of {_part_word(body)}"
    if name == "uniform" and parameters.keys() == {"low", "high"}:
        return f"anything from {_part_word(parameters['low'])} to {_part_word(parameters['high'])}"
    said = (f"{PARAMETERS.get(key, spaced(key))} {_part_word(value)}" for key, value in parameters.items())
    return f"{name} with {', '.join(said)}"


def spaced(name: Any) -> str:
    """Return a name as one says it.

    >>> spaced("bank_holidays")
    'bank holidays'
    """
    return str(name).replace("_", " ").strip()


def _levels_word(levels: Any) -> str:
    if not isinstance(levels, Mapping):
        return _part_word(levels)
    return ", ".join(
        f"{'others' if name == 'rest' else spaced(name)} {_part_word(one)}" for name, one in levels.items()
    )


def _part_word(value: Any) -> str:
    """Return a part of a law, which may be a law itself."""
    if isinstance(value, Mapping):
        return law_word(value) if law_of(dict(value)) else _levels_word(value)
    if isinstance(value, list):
        return listed(map(_part_word, value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_word(value)
    return quantity_word(str(value))


def _spelt_unit(unit: str) -> str:
    """Return the long name of a unit of time in the singular; empty for other units."""
    if unit not in clock.UNITS:
        return ""
    length = clock.UNITS[unit]
    return next(long for short, long in _LONG_UNITS.items() if clock.UNITS[short] == length)


def _date(text: Any) -> datetime.date | None:
    if isinstance(text, datetime.date):
        return text
    try:
        return datetime.date.fromisoformat(text) if isinstance(text, str) and _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _many(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]
