"""The scalars of the scenario language: durations, shares, rates, counts, money, times of day, names."""

import datetime
import math
import re
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

from sim import clock

REST: Final = "rest"
MOST_UNITS: Final = 1_000_000
"""More beds or people than this are taken for a slip."""
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_SHARE = re.compile(rf"({_NUMBER})\s*%")
_RATE = re.compile(rf"({_NUMBER})\s+per\s+(hour|day|week|year)")
_COST = re.compile(rf"({_NUMBER})\s+per\s+(hour|day|week|year|patient)")
_FACTOR = re.compile(rf"x\s*({_NUMBER})")
_PERIODS: Final = {"hour": clock.HOUR, "day": clock.DAY, "week": clock.WEEK, "year": clock.YEAR}
_NAME = re.compile(r"[^\W\d_](?:\w|[ .,()'+&-])*", re.UNICODE)


class Declared(BaseModel):
    """A thing declared in a scenario file: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, strict=True)


def say(found: Any) -> str:
    """Quotes what was found in a file, shortly, for an error message."""
    if found is None:
        return "nothing"
    if isinstance(found, bool):
        return "the word " + ("true" if found else "false")
    text = f'"{found}"' if isinstance(found, str) else f"{found}"
    kind = "a mapping" if isinstance(found, dict) else "a list" if isinstance(found, list) else ""
    return kind or (text if len(text) <= 60 else text[:57] + "...")


def refuse(expected: str, found: Any, fix: str) -> ValueError:
    """Builds the error of a scalar; the message is split at ` Fix: ` by the loading door."""
    return ValueError(f"expected {expected}, got {say(found)}. Fix: {fix}")


def _number(found: Any) -> float | None:
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return float(found) if math.isfinite(found) else None


def _duration(found: Any) -> int:
    expected = "a time with a unit"
    if isinstance(found, str):
        try:
            return clock.parse_duration(found)
        except ValueError as error:
            raise refuse(f"{expected} ({error})", found, "15 min, 4 h or 3.5 d") from None
    number = _number(found)
    hint = f"{found} min (or h, d, weeks)" if number is not None and number >= 0 else "15 min, 4 h or 3.5 d"
    raise refuse(expected, found, hint)


def _positive_duration(found: Any) -> int:
    ms = _duration(found)
    if ms <= 0:
        raise refuse("a time longer than zero", found, "15 min")
    return ms


def _share(found: Any) -> float:
    share = _number(found)
    if isinstance(found, str) and (matched := _SHARE.fullmatch(found.strip())):
        share = float(matched[1]) / 100
    if share is None:
        raise refuse("a share", found, "30 % or 0.3")
    if not 0 <= share <= 1:
        fix = f"{share:g} %" if 1 < share <= 100 and not isinstance(found, str) else "a share between 0 % and 100 %"
        raise refuse("a share between 0 and 1", found, fix)
    return share


def _share_or_rest(found: Any) -> float | str:
    return REST if found == REST else _share(found)


def _rate(found: Any) -> float:
    matched = _RATE.fullmatch(found.strip()) if isinstance(found, str) else None
    if not matched:
        number = _number(found)
        hint = f"{found} per day" if number is not None and number >= 0 else "250 per day"
        raise refuse("how many arrive per hour, day, week or year", found, hint)
    rate = float(matched[1]) * clock.HOUR / _PERIODS[matched[2]]
    if rate > 1e6:
        raise refuse("at most a million arrivals an hour", found, "250 per day")
    return rate


def _count(found: Any) -> int:
    number = _number(found)
    if number is None or number < 0 or number != int(number) or isinstance(found, float):
        near = f"{math.floor(number)} or {math.ceil(number)}" if number is not None and number >= 0 else "10"
        raise refuse("a whole number >= 0", found, near)
    if number > MOST_UNITS:
        raise refuse(f"at most {MOST_UNITS:,}", found, "check the number")
    return int(found)


def _positive_count(found: Any) -> int:
    count = _count(found)
    if count == 0:
        raise refuse("a whole number >= 1", found, "1")
    return count


def _change(found: Any) -> int:
    """A whole number of units that may be negative, for openings and closures."""
    if isinstance(found, str) and re.fullmatch(r"[+-][0-9]{1,7}", found.strip()):
        return int(found)
    number = _number(found)
    if number is None or number != int(number) or isinstance(found, float) or abs(number) > MOST_UNITS:
        raise refuse("a whole number of beds, negative to close some", found, "12 or -4")
    return int(found)


def _positive_number(found: Any) -> float:
    number = _number(found)
    if number is None or number <= 0:
        raise refuse("a number above 0", found, "1.5")
    return number


def _weight(found: Any) -> float:
    number = _number(found)
    if number is None or number < 0:
        raise refuse("a number >= 0", found, "1.08")
    return number


def _factor(found: Any) -> float:
    matched = _FACTOR.fullmatch(found.strip()) if isinstance(found, str) else None
    if not matched or not 0 < float(matched[1]) <= 100:
        raise refuse("a factor", found, "x 1.1")
    return float(matched[1])


def _time_of_day(found: Any) -> int:
    if not isinstance(found, str):
        raise refuse('a time of day in quotes, "HH:MM"', found, '"07:30"')
    try:
        return clock.parse_time_of_day(found)
    except ValueError as error:
        raise refuse(f'a time of day in quotes, "HH:MM" ({error})', found, '"07:30"') from None


def _days(found: Any) -> tuple[int, ...]:
    try:
        return clock.parse_days(found)
    except (ValueError, AttributeError) as error:
        why = f" ({error})" if isinstance(error, ValueError) else ""
        raise refuse(f"days{why}", found, "weekdays, weekend, all, or mon wed fri") from None


def _date(found: Any) -> datetime.date:
    try:
        date = datetime.date.fromisoformat(found)
    except (ValueError, TypeError) as error:
        why = f" ({error})" if isinstance(error, ValueError) and re.fullmatch(r"[0-9-]{10}", found) else ""
        raise refuse(f"a date as year-month-day{why}", found, "2026-01-05") from None
    if not datetime.date(1900, 1, 1) <= date <= datetime.date(2200, 1, 1):
        raise refuse("a date between 1900 and 2200", found, "2026-01-05")
    return date


def _name(found: Any) -> str:
    if not isinstance(found, str) or len(found) > 60 or not _NAME.fullmatch(found):
        raise refuse(
            "a name of at most 60 letters, digits and simple marks that starts with a letter", found, "medical"
        )
    return found


def _text(found: Any) -> str:
    if not isinstance(found, str) or len(found) > 2000:
        raise refuse("a text of at most 2,000 characters", found, '"in quotes"')
    return found


def _label(found: Any) -> str:
    text = _text(found)
    if len(text) > 120 or any(not character.isprintable() for character in text):
        raise refuse("a label of at most 120 printable characters", found, "Medical wards")
    return text


def _cost(found: Any) -> "tuple[float, str]":
    matched = _COST.fullmatch(found.strip()) if isinstance(found, str) else None
    if not matched:
        raise refuse("an amount of money with what it is per", found, "24.50 per hour, 345 per day, 80 per patient")
    return float(matched[1]), matched[2]


def _schema(examples: list[Any], pattern: str | None = None, kind: str | list[str] = "string") -> WithJsonSchema:
    return WithJsonSchema({"type": kind, "examples": examples} | ({"pattern": pattern} if pattern else {}))


Duration = Annotated[
    int,
    BeforeValidator(_duration),
    PlainSerializer(clock.exact_duration),
    _schema(["15 min", "4 h", "3.5 d"], rf"^{_NUMBER} ?[a-z]+$"),
]
"""A time in whole milliseconds, written with a unit."""
PositiveDuration = Annotated[
    int,
    BeforeValidator(_positive_duration),
    PlainSerializer(clock.exact_duration),
    _schema(["15 min", "4 h", "3.5 d"], rf"^{_NUMBER} ?[a-z]+$"),
]
"""A time longer than zero, in whole milliseconds."""
Share = Annotated[float, BeforeValidator(_share), _schema(["30 %", 0.3], None, ["string", "number"])]
"""A share between 0 and 1, written as `30 %` or `0.3`."""
ShareOrRest = Annotated[
    float | str, BeforeValidator(_share_or_rest), _schema(["30 %", 0.3, "rest"], None, ["string", "number"])
]
"""A share, or the word `rest` for what the others leave."""
HourlyRate = Annotated[
    float,
    BeforeValidator(_rate),
    PlainSerializer(lambda rate: f"{rate!r} per hour"),
    _schema(["250 per day", "12 per hour"], rf"^{_NUMBER} per (hour|day|week|year)$"),
]
"""Arrivals per hour, written per hour, day, week or year."""
Count = Annotated[int, BeforeValidator(_count), _schema([12], None, "integer")]
PositiveCount = Annotated[int, BeforeValidator(_positive_count), _schema([1], None, "integer")]
Change = Annotated[int, BeforeValidator(_change), _schema([12, -4], None, ["integer", "string"])]
PositiveNumber = Annotated[float, BeforeValidator(_positive_number), _schema([1.5], None, "number")]
Weight = Annotated[float, BeforeValidator(_weight), _schema([1.08], None, "number")]
Factor = Annotated[
    float,
    BeforeValidator(_factor),
    PlainSerializer(lambda factor: f"x {factor!r}"),
    _schema(["x 1.1"], rf"^x ?{_NUMBER}$"),
]
"""A multiplier, written `x 1.1`."""
TimeOfDay = Annotated[
    int,
    BeforeValidator(_time_of_day),
    PlainSerializer(clock.format_time_of_day),
    _schema(["07:30"], "^[0-9]{1,2}:[0-9]{2}$"),
]
"""Milliseconds after midnight, written in quotes."""
Days = Annotated[
    tuple[int, ...],
    BeforeValidator(_days),
    PlainSerializer(clock.format_days),
    _schema(["all", "weekdays", "weekend", "mon wed fri"]),
]
"""Weekday numbers, Monday 0."""
Date = Annotated[
    datetime.date,
    BeforeValidator(_date),
    PlainSerializer(lambda date: date.isoformat()),
    _schema(["2026-01-05"], "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
]
Name = Annotated[str, BeforeValidator(_name), _schema(["medical"])]
"""A name of a thing: starts with a letter; at most 60 letters, digits, spaces and simple marks."""
Label = Annotated[str, BeforeValidator(_label), _schema(["Medical wards"])]
Text = Annotated[str, BeforeValidator(_text), _schema(["why this is so"])]
Cost = Annotated[
    tuple[float, str],
    BeforeValidator(_cost),
    PlainSerializer(lambda cost: f"{cost[0]!r} per {cost[1]}"),
    _schema(["24.50 per hour", "345 per day"]),
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
