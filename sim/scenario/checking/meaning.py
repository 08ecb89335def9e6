"""Meaning: what was most likely meant by a value that is refused, so that the fix can be copied."""

import re
from typing import Any, Final

from sim import clock
from sim.scenario.reading.scalars import Refusal

_UNIT: Final = re.compile(rf"[0-9] ?({'|'.join(sorted(clock.UNITS, key=len, reverse=True))})\b")
_PER: Final = re.compile(r"[0-9] per ([a-z]+)$")
_FACTOR: Final = re.compile(r"x ?([0-9.]+)")
_PERCENT: Final = re.compile(r"([0-9.]+) ?%")
_DECIMAL: Final = re.compile(r"[0-9]+\.[0-9]+")
_BELOW_ZERO: Final = re.compile(r"- *[0-9].*")
_FORMS: Final = (
    re.compile(r"[0-9.]+ ?%"),
    re.compile(r"[0-9.]+ per [a-z]+"),
    re.compile(rf"[0-9.]+ ?({'|'.join(clock.UNITS)})"),
    re.compile(r"[0-9.]+"),
)
"""Ways in which single values are written."""


def meant(found: Any, refusal: Refusal, example: str) -> str:
    """What was most likely meant: a bare number with the unit of the example, and what is below zero above it.

    Args:
        found: what stands in the file.
        refusal: why it is refused.
        example: how the field is written.

    >>> meant(9, Refusal("time", "no unit"), "{lognormal: {mean: 9 d, sd: 4 d}}")
    '9 d'
    """
    unit, per = _UNIT.search(example), _PER.search(example)
    if refusal.code == "time" and unit and _is_number(found):
        return f"{found} {unit[1]}"
    if refusal.code == "money" and per and _is_number(found):
        return f"{found} per {per[1]}"
    text = found if isinstance(found, str) else ""
    if _BELOW_ZERO.fullmatch(text) and not refusal.instead:
        return text[1:].strip()
    if (percent := _PERCENT.fullmatch(text)) and _FACTOR.fullmatch(example):
        return f"x {float(percent[1]) / 100:g}"
    return plain_factor(found, example) or refusal.instead


def plain_factor(found: Any, example: str) -> str:
    """The number of a factor that is written with an x where a plain one is asked for; else nothing.

    >>> plain_factor("x 0.9", "1.08"), plain_factor("x 0.9", "28")
    ('0.9', '')
    """
    factor = _FACTOR.fullmatch(found) if isinstance(found, str) and _DECIMAL.fullmatch(example) else None
    return factor[1] if factor else ""


def alike(example: str, other: str) -> bool:
    """Whether two examples are written in the same way: both shares, both times, both numbers.

    >>> alike("4 %", "30 %"), alike("{jan: 8 %}", "30 %")
    (True, False)
    """
    return any(form.fullmatch(example) and form.fullmatch(other) for form in _FORMS)


def _is_number(found: Any) -> bool:
    if isinstance(found, str):
        return found.isdigit()
    return isinstance(found, int | float) and not isinstance(found, bool) and found >= 0
