"""The scalars of the scenario language: durations, shares, rates, counts, money, times of day, names."""

import datetime
import math
import re
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

from sim import clock
from sim.scenario.problems import nearest, quoted
from sim.scenario.refusing import RefusedError, complain, leading_number, refuse, say

REST: Final = "rest"
MOST_UNITS: Final = 1_000_000
"""More beds or people than this are taken for a slip."""
MOST_MONEY: Final = 1e12
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_SHARE = re.compile(rf"({_NUMBER})\s*%")
_RATE = re.compile(rf"({_NUMBER})\s+per\s+(hour|day|week|year)")
_COST = re.compile(rf"({_NUMBER})\s+per\s+(hour|day|week|year|patient)")
_FACTOR = re.compile(rf"x\s*({_NUMBER})")
_PERIODS: Final = {"hour": clock.HOUR, "day": clock.DAY, "week": clock.WEEK, "year": clock.YEAR}
_NAME = re.compile(r"[^\W\d_](?:\w|[ .,()'+&-])*", re.UNICODE)
_KEY = re.compile(r"\w(?:\w|[ .,()'+&-])*", re.UNICODE)
_TIME = re.compile(rf"(-?{_NUMBER}(?:[eE][+-]?[0-9]+)?)\s*([^\W\d_]+)\.?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PER_MINUTE = re.compile(rf"({_NUMBER})\s+per\s+min(?:ute)?")
_LOOSE_TIME = re.compile(r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?\s*(am|pm)?")
_LOOSE_MONEY = re.compile(rf"[£$€]?\s*({_NUMBER})(?:\s+per\s+(hour|day|week|year|patient))?")
_LONG_UNITS: Final = {"month": 365 / 84, "year": 52, "yr": 52, "y": 52}
"""Weeks in a unit of time that the language does not have."""
LONGEST_LABEL: Final = 120  # characters


class Declared(BaseModel):
    """A thing declared in a scenario file: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, strict=True)


def _number(found: Any) -> float | None:
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return float(found) if math.isfinite(found) else None


def _duration(found: Any) -> int:
    expected = "a time with a unit"
    number = _number(found)
    if number is not None:
        raise refuse(expected, found, f"{found} min" if number >= 0 else "15 min", code="time")
    matched = _TIME.fullmatch(found.strip()) if isinstance(found, str) else None
    if not matched:
        raise refuse(expected, found, "15 min", code="time")
    if matched[1].startswith("-"):
        raise refuse("a time that is not below zero", found, code="time")
    if matched[2] not in clock.UNITS:
        raise _unknown_unit(found, *matched.groups())
    if found.strip().endswith("."):
        raise refuse(f"{expected} and no full stop", found, code="time", instead=" ".join(matched.groups()))
    try:
        return clock.parse_duration(found)
    except ValueError:
        raise complain(
            f"{quoted(found)} is longer than 200 years", "check the number and the unit", code="time"
        ) from None


def _unknown_unit(found: str, number: str, unit: str) -> RefusedError:
    weeks = _LONG_UNITS.get(unit.lower().rstrip("s"))
    near = unit.lower() if unit.lower() in clock.UNITS else nearest(unit, clock.UNITS)
    instead = f"{float(number) * weeks:.0f} weeks" if weeks else f"{number} {near}" if near else ""
    message = f"there is no unit of time {quoted(unit)} in {quoted(found)}; use s, min, h, d or weeks"
    return complain(message, "" if instead else "choose one of these units", code="time", instead=instead)


def _positive_duration(found: Any) -> int:
    ms = _duration(found)
    if ms <= 0:
        raise refuse("a time longer than zero", found, "15 min", code="time")
    return ms


def _share(found: Any) -> float:
    share = _number(found)
    if isinstance(found, str) and (matched := _SHARE.fullmatch(found.strip())):
        share = float(matched[1]) / 100
    if share is None:
        raise refuse("a share such as 30 % or 0.3", found, "30 %", code="share")
    if not 0 <= share <= 1:
        percent = f"{share:g} %" if 1 < share <= 100 and not isinstance(found, str) else ""
        raise refuse("a share between 0 and 100 %", found, "30 %", code="share", instead=percent)
    return share


def _share_or_rest(found: Any) -> float | str:
    return REST if found == REST else _share(found)


def _rate(found: Any) -> float:
    matched = _RATE.fullmatch(found.strip()) if isinstance(found, str) else None
    if not matched:
        number = _number(found)
        hint = f"{found} per day" if number is not None and number >= 0 else ""
        if isinstance(found, str) and (minutes := _PER_MINUTE.fullmatch(found.strip())):
            hint = f"{float(minutes[1]) * 60:g} per hour"
        raise refuse("arrivals per hour, day, week or year", found, "250 per day", code="rate", instead=hint)
    rate = float(matched[1]) * clock.HOUR / _PERIODS[matched[2]]
    if rate > MOST_UNITS:
        raise refuse("at most a million arrivals an hour", found, "250 per day", code="rate")
    return rate


def _count(found: Any) -> int:
    return _whole(found, 0)


def _positive_count(found: Any) -> int:
    return _whole(found, 1)


def _whole(found: Any, least: int) -> int:
    number = _number(found)
    expected, example = f"a whole number from {least} on", "1" if least else "10"
    if number is None:
        raise refuse(expected, found, example, code="number", instead=leading_number(found))
    if number > MOST_UNITS:
        raise refuse(f"a whole number of at most {MOST_UNITS:,}", found, example, code="number")
    if number < least:
        raise refuse(expected, found, example, code="number")
    if number != int(number):
        low, high = math.floor(number), math.ceil(number)
        raise refuse(expected, found, code="number", instead=f"{low} or {high}" if low >= least else f"{high}")
    if isinstance(found, float):
        raise refuse(expected, found, code="number", instead=f"{number:.0f}")
    return int(found)


def _change(found: Any) -> int:
    """A whole number of units that may be negative, for openings and closures."""
    if isinstance(found, str) and re.fullmatch(r"[+-][0-9]{1,7}", found.strip()):
        found = int(found)
    number = _number(found)
    if number is None or number != int(number) or isinstance(found, float) or abs(number) > MOST_UNITS:
        raise refuse("a whole number of beds, negative to close some", found, "12", code="number")
    return int(found)


def _positive_number(found: Any) -> float:
    number = _number(found)
    if number is None or not 0 < number <= MOST_UNITS:
        raise refuse("a number above 0", found, "1.5", code="number")
    return number


def _weight(found: Any) -> float:
    number = _number(found)
    if number is None or not 0 <= number <= MOST_UNITS:
        raise refuse("a number from 0 on", found, "1.08", code="number")
    return number


def _factor(found: Any) -> float:
    matched = _FACTOR.fullmatch(found.strip()) if isinstance(found, str) else None
    if not matched or not 0 < float(matched[1]) <= 100:
        number = _number(found)
        hint = f"x {found}" if number is not None and 0 < number <= 100 else ""
        raise refuse("a factor above x 0, such as x 1.1", found, "x 1.1", code="factor", instead=hint)
    return float(matched[1])


def _time_of_day(found: Any) -> int:
    try:
        return clock.parse_time_of_day(found)
    except (ValueError, AttributeError):
        expected = 'a time of day in quotes, from "00:00" to "24:00"'
        raise refuse(expected, found, '"07:30"', code="time-of-day", instead=_meant_time(found)) from None


def _meant_time(found: Any) -> str:
    """What `7`, `7.30` or `7:30 pm` mean as a time of day; nothing if that is not clear."""
    matched = _LOOSE_TIME.fullmatch(str(found).strip().lower())
    if not matched:
        return ""
    hours, minutes, half = int(matched[1]), int(matched[2] or 0), matched[3]
    if half and not 1 <= hours <= 12:
        return ""
    hours = hours % 12 + 12 * (half == "pm") if half else hours
    return f'"{hours:02d}:{minutes:02d}"' if minutes < 60 and hours * 60 + minutes <= 24 * 60 else ""


def _days(found: Any) -> tuple[int, ...]:
    try:
        return clock.parse_days(found)
    except (ValueError, AttributeError):
        words = found if isinstance(found, list) else str(found).replace(",", " ").split()
        known = [nearest_day(word) for word in words]
        instead = " ".join(filter(None, known)) if all(known) else ""
        expected = f"days ({', '.join(clock.DAY_GROUPS)})"
        raise refuse(expected, found, "weekdays", code="days", instead=instead) from None


def nearest_day(word: Any) -> str | None:
    """The day or group of days that a word was most likely meant to be.

    >>> nearest_day("Monday"), nearest_day("weekday"), nearest_day(1)
    ('mon', 'weekdays', None)
    """
    text = str(word).lower()
    return text[:3] if text[:3] in clock.WEEKDAYS else nearest(text, ("all", "weekdays", "weekend"))


def nearest_month(word: Any) -> str | None:
    """The month that a word was most likely meant to be.

    >>> nearest_month("January")
    'jan'
    """
    text = str(word).lower()[:3]
    return text if text in clock.MONTHS else None


def _date(found: Any) -> datetime.date:
    try:
        date = datetime.date.fromisoformat(found) if _DATE.fullmatch(found) else None
    except (ValueError, TypeError):
        date = None
    if date is None:
        raise refuse("a date as year-month-day", found, "2026-01-05", code="date")
    if not datetime.date(1900, 1, 1) <= date <= datetime.date(2200, 1, 1):
        raise refuse("a date between 1900 and 2200", found, "2026-01-05", code="date")
    return date


def _name(found: Any) -> str:
    return _named(found, _NAME, 60)


def _step_name(found: Any) -> str:
    return _named(found, _NAME, 80)


def _key(found: Any) -> str:
    return _named(found, _KEY, 60)


def _named(found: Any, allowed: re.Pattern[str], longest: int) -> str:
    if isinstance(found, str) and len(found) <= longest and allowed.fullmatch(found):
        return found
    if isinstance(found, str) and len(found) > longest:
        message = f"the name {quoted(found)} has {len(found)} letters; {longest} are the most"
        raise complain(message, "shorten it; a `label:` may be longer", code="name")
    start = "starts with a letter and " if allowed is _NAME else ""
    message = f"the name {say(found)} cannot be used; a name {start}has letters, digits, spaces and . , ( ) ' + & - _"
    raise complain(message, "choose another name; a `label:` may have other signs", code="name")


def _text(found: Any) -> str:
    if isinstance(found, str) and len(found) <= 2000:
        return found
    if isinstance(found, str):
        message = f"the text has {len(found):,} characters; 2,000 are the most"
        raise complain(message, "shorten it", code="text")
    number = isinstance(found, int | float) and not isinstance(found, bool)
    raise refuse("a text", found, '"in quotes"', code="text", instead=f'"{found}"' if number else "")


def _label(found: Any) -> str:
    text = _text(found)
    if len(text) > LONGEST_LABEL:
        told = f"the label has {len(text):,} characters; {LONGEST_LABEL} are the most"
        raise complain(told, "shorten it", code="text")
    if any(not character.isprintable() for character in text):
        raise complain("the label has a line end or an unprintable sign", "write it on one line", code="text")
    return text


def _cost(found: Any) -> "tuple[float, str]":
    matched = _COST.fullmatch(found.strip()) if isinstance(found, str) else None
    if not matched:
        number = _LOOSE_MONEY.fullmatch(str(found).strip())
        hint = f"{number[1]} per {number[2] or 'day'}" if number else ""
        expected = "an amount per hour, day, week, year or patient"
        raise refuse(expected, found, "345 per day", code="money", instead=hint)
    if float(matched[1]) > MOST_MONEY:
        raise refuse("an amount of at most a million million", found, "345 per day", code="money")
    return float(matched[1]), matched[2]


def _written(what: str, examples: list[Any], pattern: str = "", **number: Any) -> WithJsonSchema:
    """Describes how a scalar is written: as a text of a pattern, as a number of a type and range, or as either."""
    forms: list[dict[str, Any]] = [{"type": "string", "pattern": pattern} if pattern else {"type": "string"}]
    if number:
        forms = [number, *(forms if pattern else [])]
    form = forms[0] if len(forms) == 1 else {"anyOf": forms}
    return WithJsonSchema({"title": what, "examples": examples} | form)


_TIMES: Final = rf"^{_NUMBER} ?({'|'.join(clock.UNITS)})$"
Duration = Annotated[
    int,
    BeforeValidator(_duration),
    PlainSerializer(clock.exact_duration),
    _written("time", ["15 min", "4 h", "3.5 d"], _TIMES),
]
"""A time in whole milliseconds, written with a unit."""
PositiveDuration = Annotated[
    int,
    BeforeValidator(_positive_duration),
    PlainSerializer(clock.exact_duration),
    _written("time above zero", ["15 min", "4 h", "3.5 d"], _TIMES),
]
"""A time longer than zero, in whole milliseconds."""
_SHARES: Final = r"^(100(\.0+)?|[0-9]{1,2}(\.[0-9]+)?) ?%$"
Share = Annotated[
    float, BeforeValidator(_share), _written("share", ["30 %", 0.3], _SHARES, type="number", minimum=0, maximum=1)
]
"""A share between 0 and 1, written as `30 %` or `0.3`."""
ShareOrRest = Annotated[
    float | str,
    BeforeValidator(_share_or_rest),
    _written("share or rest", ["30 %", 0.3, "rest"], rf"{_SHARES}|^rest$", type="number", minimum=0, maximum=1),
]
"""A share, or the word `rest` for what the others leave."""
HourlyRate = Annotated[
    float,
    BeforeValidator(_rate),
    PlainSerializer(lambda rate: f"{rate!r} per hour"),
    _written("arrivals per time", ["250 per day", "12 per hour"], rf"^{_NUMBER} per (hour|day|week|year)$"),
]
"""Arrivals per hour, written per hour, day, week or year."""
Count = Annotated[int, BeforeValidator(_count), _written("whole number", [12], type="integer", minimum=0)]
PositiveCount = Annotated[
    int, BeforeValidator(_positive_count), _written("whole number above zero", [1], type="integer", minimum=1)
]
Change = Annotated[
    int, BeforeValidator(_change), _written("whole number, also below zero", [12, -4], r"^[+-][0-9]+$", type="integer")
]
PositiveNumber = Annotated[
    float, BeforeValidator(_positive_number), _written("number above zero", [1.5], type="number", exclusiveMinimum=0)
]
Weight = Annotated[float, BeforeValidator(_weight), _written("number", [1.08], type="number", minimum=0)]
Factor = Annotated[
    float,
    BeforeValidator(_factor),
    PlainSerializer(lambda factor: f"x {factor!r}"),
    _written("factor", ["x 1.1"], rf"^x ?(?!0+(?:\.0+)?$){_NUMBER}$"),
]
"""A multiplier, written `x 1.1`."""
TimeOfDay = Annotated[
    int,
    BeforeValidator(_time_of_day),
    PlainSerializer(clock.format_time_of_day),
    _written("time of day in quotes", ["07:30"], "^(([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00)$"),
]
"""Milliseconds after midnight, written in quotes."""
Days = Annotated[
    tuple[int, ...],
    BeforeValidator(_days),
    PlainSerializer(clock.format_days),
    _written("days", ["all", "weekdays", "weekend", "mon wed fri"], rf"^({'|'.join(clock.DAY_GROUPS)}|[ ,-])+$"),
]
"""Weekday numbers, Monday 0."""
Date = Annotated[
    datetime.date,
    BeforeValidator(_date),
    PlainSerializer(lambda date: date.isoformat()),
    _written("date", ["2026-01-05"], "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
]
Name = Annotated[str, BeforeValidator(_name), _written("name", ["medical"])]
"""A name of a thing: starts with a letter; at most 60 letters, digits, spaces and simple marks."""
StepName = Annotated[str, BeforeValidator(_step_name), _written("name", ["triage"])]
"""A name of a step; longer, since `enter` and the ward's name make one."""
Key = Annotated[str, BeforeValidator(_key), _written("name", ["75+"])]
"""A name of a level, a shift, an opening or a list; may start with a digit."""
Label = Annotated[str, BeforeValidator(_label), _written("short text", ["Medical wards"])]
Text = Annotated[str, BeforeValidator(_text), _written("text", ["why this is so"])]
Cost = Annotated[
    tuple[float, str],
    BeforeValidator(_cost),
    PlainSerializer(lambda cost: f"{cost[0]!r} per {cost[1]}"),
    _written("money per time", ["24.50 per hour", "345 per day"], rf"^{_NUMBER} per (hour|day|week|year|patient)$"),
]
"""Pounds and what they are per: hour, day, week, year or patient."""


def cost_per_hour(cost: tuple[float, str]) -> float:
    """Pounds per hour of a cost that is per time.

    Raises:
        ValueError: if the cost is per patient.

    >>> cost_per_hour((24.0, "day"))
    1.0
    """
    amount, per = cost
    if per not in _PERIODS:
        raise ValueError("a cost per patient has no hourly rate")
    return amount * clock.HOUR / _PERIODS[per]
