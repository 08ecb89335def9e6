"""Ratios: what is so much for each, and factors on capacity, such as `x 0`, `+4`, `1 per 7 beds`, `2 per year`."""

import math
import re
from fractions import Fraction
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema

from sim import clock
from sim.scenario.quantities import MOST_MONEY, MOST_UNITS, Cost
from sim.scenario.refusing import complain, refuse

_NUMBER: Final = r"[0-9]+(?:\.[0-9]+)?"
_FACTOR: Final = re.compile(rf"x\s*({_NUMBER})")
_SIGNED: Final = re.compile(r"([+-])\s*([0-9]{1,7})")
_RATIO: Final = re.compile(rf"([0-9]{{1,7}})\s+per\s+({_NUMBER})\s+beds?")
_FREQUENCY: Final = re.compile(rf"({_NUMBER})\s+per\s+(day|week|year)")
_EACH: Final = re.compile(rf"({_NUMBER})\s+per\s+unit")
_LOOSE: Final = re.compile(rf"[£$€]?\s*({_NUMBER}).*")
_ROUNDING: Final = 1e-9
_PERIODS: Final = {"day": clock.DAY, "week": clock.WEEK, "year": clock.YEAR}


def _number(found: Any) -> float | None:
    fine = isinstance(found, int | float) and not isinstance(found, bool) and 0 <= found <= MOST_UNITS
    return float(found) if fine else None


def _scale(found: Any) -> float:
    matched = _FACTOR.fullmatch(found.strip()) if isinstance(found, str) else None
    if not matched or float(matched[1]) > 100:
        number = _number(found)
        hint = f"x {found}" if number is not None and number <= 100 else ""
        raise refuse("a factor from x 0 to x 100", found, "x 1.1", code="factor", instead=hint)
    return float(matched[1])


def _capacity(found: Any) -> tuple[float, int]:
    """A factor and a change, of which one changes nothing."""
    if isinstance(found, str) and found.strip().startswith("x"):
        return _scale(found), 0
    signed = _SIGNED.fullmatch(found.strip()) if isinstance(found, str) else None
    whole = isinstance(found, int) and not isinstance(found, bool)
    change = int(f"{signed[1]}{signed[2]}") if signed else found if whole else 0
    if change and (signed or change < 0) and abs(change) <= MOST_UNITS:
        return 1.0, int(change)
    hint = f"+{change}" if 0 < change <= MOST_UNITS else ""
    raise refuse("a factor such as x 0.5, or a change such as +4", found, "x 0", code="number", instead=hint)


def _said(capacity: tuple[float, int]) -> str:
    factor, change = capacity
    return f"{change:+d}" if change else f"x {factor!r}"


def _ratio(found: Any) -> float:
    """Beds for each; a hair more where no float is exact, so that rounding down never loses a bed."""
    matched = _RATIO.fullmatch(found.strip()) if isinstance(found, str) else None
    people, beds = (int(matched[1]), float(matched[2])) if matched else (1, _number(found) or 0.0)
    if not 1 <= people <= MOST_UNITS or not 1 <= beds <= MOST_UNITS:
        number = _LOOSE.fullmatch(found.strip()) if isinstance(found, str) else None
        hint = f"1 per {number[1]} beds" if number and not matched and float(number[1]) >= 1 else ""
        raise refuse("how many beds one of them can look after", found, "1 per 7 beds", code="number", instead=hint)
    ratio = beds / people
    return ratio if Fraction(ratio) >= Fraction(beds) / people else math.nextafter(ratio, math.inf)


def _frequency(found: Any) -> float:
    matched = _FREQUENCY.fullmatch(found.strip()) if isinstance(found, str) else None
    if not matched or float(matched[1]) > MOST_UNITS:
        number = _number(found)
        hint = f"{found} per year" if number is not None else ""
        raise refuse("how often, per day, week or year", found, "2 per year", code="rate", instead=hint)
    return float(matched[1]) * clock.YEAR / _PERIODS[matched[2]]


def _unit_cost(found: Any) -> tuple[float, str]:
    matched = _EACH.fullmatch(found.strip()) if isinstance(found, str) else None
    if not matched or float(matched[1]) > MOST_MONEY:
        number = _LOOSE.fullmatch(str(found).strip())
        hint = f"{number[1]} per unit" if number and float(number[1]) <= MOST_MONEY else ""
        raise refuse("an amount per unit", found, "120 per unit", code="money", instead=hint)
    return float(matched[1]), "unit"


def _per_patient(found: tuple[float, str]) -> tuple[float, str]:
    if found[1] != "patient":
        message = f"an amount per {found[1]} has no meaning for slots, which cost when somebody takes them"
        raise complain(message, code="money", instead=f"{found[0]:g} per patient")
    return found


def _per_time(found: tuple[float, str]) -> tuple[float, str]:
    if found[1] == "patient":
        message = "this is paid by time, not by patient"
        raise complain(message, "give an amount per hour, day or week", code="money", instead="75 per hour")
    return found


def _written(what: str, examples: list[Any], pattern: str, **number: Any) -> WithJsonSchema:
    text = {"type": "string", "pattern": pattern}
    form: dict[str, Any] = {"anyOf": [number, text]} if number else text
    return WithJsonSchema({"title": what, "examples": examples} | form)


Scale = Annotated[
    float,
    BeforeValidator(_scale),
    PlainSerializer(lambda factor: f"x {factor!r}"),
    _written("factor from zero on", ["x 1.1", "x 0"], rf"^x ?{_NUMBER}$"),
]
"""A multiplier that may be zero, written `x 0`."""
CapacityChange = Annotated[
    tuple[float, int],
    BeforeValidator(_capacity),
    PlainSerializer(_said),
    _written(
        "factor or signed number",
        ["x 0", "x 0.5", "+4", -2],
        rf"^x ?{_NUMBER}$|^[+-] ?[0-9]+$",
        type="integer",
        maximum=-1,
    ),
]
"""A factor and a number of units more, of which one changes nothing; written `x 0.5`, `+4` or `-2`."""
BedsForEach = Annotated[
    float,
    BeforeValidator(_ratio),
    PlainSerializer(lambda beds: f"1 per {beds!r} beds"),
    _written("beds for each", ["1 per 7 beds", 7], rf"^[0-9]+ per {_NUMBER} beds?$", type="number", minimum=1),
]
"""Beds that one person can look after, written `1 per 7 beds`, `2 per 15 beds` or `7`."""
Frequency = Annotated[
    float,
    BeforeValidator(_frequency),
    PlainSerializer(lambda rate: f"{rate!r} per year"),
    _written("how often", ["2 per year", "1 per week"], rf"^{_NUMBER} per (day|week|year)$"),
]
"""Times a year of 365 days, written per day, week or year."""
UnitCost = Annotated[
    tuple[float, str],
    BeforeValidator(_unit_cost),
    PlainSerializer(lambda cost: f"{cost[0]!r} per {cost[1]}"),
    _written("money for each", ["120 per unit"], rf"^{_NUMBER} per unit$"),
]
"""Pounds for each unit that is used."""
PatientCost = Annotated[Cost, AfterValidator(_per_patient)]
"""Pounds for each patient who takes a slot."""
TimeCost = Annotated[Cost, AfterValidator(_per_time)]
"""Pounds per hour, day, week or year."""


def staffed_beds(beds_for_each: float, on_duty: int) -> int:
    """Beds that people on duty can look after, rounded down, but not because of the last digits of a ratio.

    >>> staffed_beds(7.0, 4), staffed_beds(7.5, 3)
    (28, 22)
    """
    return math.floor(beds_for_each * on_duty + _ROUNDING)
