"""A relative change: `+12`, `-2` or `x 1.1` instead of a value, worked out on the value that is there."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sim import clock
from sim.scenario.distributions import EXAMPLES
from sim.scenario.problems import quoted
from sim.scenario.reading.document import Path
from sim.scenario.reading.scalars import MOST_DIGITS, Refusal
from sim.scenario.reading.tree import Scalar

_NUMBER: Final = r"(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})"
_SUM = re.compile(rf"([+-])\s*({_NUMBER})\s*(.*)")
_FACTOR = re.compile(rf"x\s*({_NUMBER})")
_QUANTITY = re.compile(rf"(-?{_NUMBER})\s*([^\W\d_].*|%)")

_TOO_MUCH: Final = Decimal(10) ** MOST_DIGITS

BOUNDS: Final = ("at_least", "at_most")
_UNSCALED: Final = ("by", "shape", "phases", "weights", "share")
_OF_EVENTS: Final = ("times", "capacity", "arrivals")


@dataclass(frozen=True, slots=True)
class Change:
    """A relative change as a number with its unit, or as a factor."""

    text: str
    number: Decimal
    unit: str = ""
    factor: bool = False


def change_in(written: Scalar, base: Scalar) -> Change | None:
    """Return the relative change that is written over a value, or None if it is a value of its own.

    A negative number over a number is a change; a factor over a factor (`stay: x 1.2` over `stay: x 1.1`) is a value.
    """
    if isinstance(written, bool) or written is None:
        return None
    if isinstance(written, int | float):
        number = isinstance(base, int | float) and not isinstance(base, bool)
        return Change(str(written), Decimal(str(written))) if number and written < 0 else None
    if factor := _FACTOR.fullmatch(written):
        over_factor = isinstance(base, str) and _FACTOR.fullmatch(base)
        return None if over_factor else Change(written, Decimal(factor[1]), factor=True)
    if added := _SUM.fullmatch(written):
        return Change(written, Decimal(added[1] + added[2]), " ".join(added[3].split()))
    return None


def looks_relative(written: Scalar) -> bool:
    """Return whether a text is a relative change if it stands over a value.

    >>> looks_relative("+12"), looks_relative("x 1.1"), looks_relative("-15 min"), looks_relative("12")
    (True, True, True, False)
    """
    return isinstance(written, str) and bool(_SUM.fullmatch(written) or _FACTOR.fullmatch(written))


def is_a_value(path: Path) -> bool:
    """Return whether a factor or a signed number at a place of a file is the value itself, and changes none.

    >>> is_a_value(("rhythms", "transport", "weekend")), is_a_value(("wards", "medical", "beds"))
    (True, False)
    """
    if path[-1:] == ("overtime",) or path[-2:-1] == ("rhythm",):
        return True
    if path[2:4] == ("arrive", "more"):
        return len(path) == 6 and path[0] == "patients"
    return (len(path) == 3 and path[0] == "rhythms") or (
        len(path) == 4 and path[0] == "events" and path[2] in _OF_EVENTS
    )


def changed(base: Any, change: Change) -> Any | Refusal:
    """Return a value with a relative change worked out, in the value's own unit.

    Args:
        base: a number, a text with a number and a unit, or a distribution of times as plain mappings.
        change: what is to be done to it.

    Returns:
        The new value, or why the change does not fit it.

    >>> changed(180, Change("+12", Decimal(12)))
    192
    >>> changed("45 min", Change("x 1.1", Decimal("1.1"), factor=True))
    '49.5 min'
    """
    if isinstance(base, dict):
        return _scaled_law(base, change)
    if isinstance(base, bool) or base is None or isinstance(base, list):
        return _no_base(base, change)
    if isinstance(base, int | float):
        return _changed_number(base, change)
    quantity = _QUANTITY.fullmatch(base)
    return _changed_quantity(quantity[1], quantity[2], change) if quantity else _no_base(base, change)


def law_of(value: object) -> str:
    """Return what kind of distribution a mapping is: the law's name, `by` and the attribute, or nothing.

    >>> law_of({"lognormal": {}, "at_most": "3 d"}), law_of({"by": "acuity", "rest": "5 min"}), law_of({"beds": 3})
    ('lognormal', 'by acuity', '')
    """
    if not isinstance(value, dict):
        return ""
    if isinstance(value.get("by"), str):
        return f"by {value['by']}"
    names = [name for name in value if name not in BOUNDS]
    return names[0] if len(names) == 1 and names[0] in EXAMPLES else ""


def written_number(number: Decimal) -> str:
    """Return a number as people write it, without exponent or trailing zeros.

    >>> written_number(Decimal("1E+3")), written_number(Decimal("2.50"))
    ('1000', '2.5')
    """
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _changed_number(base: int | float, change: Change) -> Any | Refusal:
    if change.unit:
        message = f"{quoted(change.text)} has a unit, but {base} has none"
        return Refusal("relative", message, advice=f"leave out {quoted(change.unit)}")
    old = _exact(base)
    result = old * change.number if change.factor else old + change.number
    if base < 0 and change.number < 0:
        sum_ = written_number(result)
        message = f"{change.text} over {base} can mean {change.text} or {sum_}"
        return Refusal("relative", message, f"{{value: {change.text}}}", f"or {{value: {sum_}}}")
    if abs(result) >= _TOO_MUCH:
        return Refusal("relative", f"{base} {change.text} is too large", advice="check the number")
    if isinstance(base, float):
        return float(result)
    if result != result.to_integral_value():
        low = int(result.to_integral_value("ROUND_FLOOR"))
        message = f"{base} {change.text} is {written_number(result)}, which is no whole number"
        return Refusal("not-whole", message, f"{low}", f"or {low + 1}")
    return int(result)


def _changed_quantity(number: str, unit: str, change: Change) -> str | Refusal:
    base = Decimal(number)
    if change.factor:
        return _with_unit(base * change.number, unit)
    if unit == "%" or change.unit == "%":
        return _percent(base, unit, change)
    if not change.unit:
        message = f"{quoted(change.text)} has no unit, but {quoted(f'{number} {unit}')} has one"
        return Refusal("relative", message, f"{change.text} {unit}")
    same = change.unit == unit
    step, length = clock.UNITS.get(change.unit, 1), clock.UNITS.get(unit, 1)
    if not same and not (change.unit in clock.UNITS and unit in clock.UNITS):
        message = f"{quoted(change.text)} cannot be added to {quoted(f'{number} {unit}')}"
        return Refusal("relative", message, advice=f"use the same unit: {unit}")
    total = base * length + change.number * step
    if total < 0:
        message = f"{number} {unit} with {change.text} is below zero"
        return Refusal("relative", message, advice="take away less, or write the value itself")
    result = total / length
    if round(result, 6) != result and not same:  # 20 minutes are no round number of hours
        return _with_unit(total / step, change.unit)
    return _with_unit(result, unit)


def _percent(base: Decimal, unit: str, change: Change) -> Refusal:
    """Refuse `+5 %`, since it can mean five points or five hundredths."""
    factor = written_number(1 + change.number / 100)
    old = _with_unit(base, unit)
    scaled = _with_unit(base * (1 + change.number / 100), unit)
    if unit != "%":
        return Refusal("relative", f"{quoted(change.text)} of {old} is written as a factor", f"x {factor}")
    points = _with_unit(base + change.number, unit)
    if not change.unit:
        return Refusal("relative", f"{quoted(change.text)} has no unit, but {old} has one", points, "the result itself")
    return Refusal(
        "relative", f"{quoted(change.text)} over {old} can mean {points} or {scaled}", points, f"or x {factor}"
    )


def _scaled_law(base: dict[str, Any], change: Change) -> Any | Refusal:
    if not change.factor or not law_of(base):
        what = "a distribution" if law_of(base) else "a group of values"
        advice = "change a distribution as a whole by a factor such as x 1.1, or one of its values by name"
        return Refusal("relative", f"{quoted(change.text)} cannot change {what}", advice=advice)
    scaled: dict[str, Any] = {}
    for name, value in base.items():
        result = value if name in _UNSCALED else _scaled_part(value, change)
        if isinstance(result, Refusal):
            return result
        scaled[name] = result
    return scaled


def _scaled_part(value: Any, change: Change) -> Any | Refusal:
    """Return a parameter of a law scaled, and everything inside it."""
    if isinstance(value, list):
        parts = [_scaled_part(part, change) for part in value]
        return next((part for part in parts if isinstance(part, Refusal)), parts)
    if isinstance(value, dict):
        scaled = {name: inner if name in _UNSCALED else _scaled_part(inner, change) for name, inner in value.items()}
        return next((inner for inner in scaled.values() if isinstance(inner, Refusal)), scaled)
    if value == "rest":
        return Refusal("relative", "shares with a rest cannot be changed by a factor", advice="change them one by one")
    return changed(value, change)


def _no_base(base: Any, change: Change) -> Refusal:
    kinds = {list: "a list", type(None): "nothing", bool: "true or false"}
    what = kinds.get(type(base)) or f"the text {quoted(base)}"
    return Refusal("relative", f"{quoted(change.text)} cannot change {what}", advice="write the whole value")


def _exact(number: int | float) -> Decimal:
    return Decimal(repr(number))


def _with_unit(number: Decimal, unit: str) -> str:
    return f"{written_number(number)} {unit}"
