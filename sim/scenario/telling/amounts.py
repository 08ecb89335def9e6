"""An amount: by how much a value is another."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from sim import clock
from sim.scenario.reading.document import Path
from sim.scenario.telling.names import Names, is_share
from sim.scenario.telling.words import counted, number_word, quantity_in, quantity_word, share_word


def moved(path: Path, old: Any, new: Any, names: Names) -> str:
    """Says that a value is another, and by how much.

    >>> moved(("wards", "amu", "turnaround"), "45 min", "30 min", Names({}))
    '45 minutes -> 30 minutes (15 minutes less)'
    """
    by = by_how_much(path, old, new)
    return f"{names.said(path, old)} -> {names.said(path, new)}" + (f" ({by})" if by else "")


def by_how_much(path: Path, old: Any, new: Any) -> str:
    """Says by how much a number or quantity is more or less; nothing if that has no meaning.

    >>> by_how_much(("patients", "ed", "arrive", "rate"), "380 per day", "399 per day")
    '5 % more'
    >>> by_how_much(("pathways", "way", "branch", 0, "share"), "30 %", 0.2)
    '10 points less'
    """
    first, second = (quantity_in(share_word(one) if is_share(path, one) else one) for one in (old, new))
    if first and second:
        return _quantity_moved(first, second)
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in (old, new)):
        return ""
    change = Decimal(repr(new)) - Decimal(repr(old))
    less = "fewer" if isinstance(old, int) and isinstance(new, int) else "less"
    return f"{number_word(abs(change))} {'more' if change > 0 else less}"


def percent_word(ratio: Fraction) -> str:
    """Returns a ratio in percent, rounded to three digits.

    >>> percent_word(Fraction(1, 12))
    '8.33 %'
    """
    return f"{number_word(Decimal(f'{float(100 * ratio):.3g}'))} %"


def _quantity_moved(first: tuple[Decimal, str], second: tuple[Decimal, str]) -> str:
    (old, unit), (new, new_unit) = first, second
    if unit in clock.UNITS and new_unit in clock.UNITS:
        new, new_unit = new * clock.UNITS[new_unit] / clock.UNITS[unit], unit
    if unit.split() != new_unit.split():
        return ""
    change, more = abs(new - old), "more" if new > old else "less"
    if unit.startswith("per ") and old:
        return f"{percent_word(Fraction(change) / Fraction(old))} {more}"
    return f"{counted(change, 'point') if unit == '%' else quantity_word(f'{change:f} {unit}')} {more}"
