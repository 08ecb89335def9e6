"""A scalar: what an unquoted word or number of a scenario file means, or why it is refused."""

import calendar
import datetime
import json
import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sim.scenario.problems import quoted
from sim.scenario.reading.tree import Scalar

MOST_DIGITS: Final = 30

_NOTHING: Final = ("", "~", "null", "Null", "NULL")
_TRUTH: Final = {word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")
_REAL = re.compile(r"-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_BARE = re.compile(r"(?:[^\W_]|[+_]|-(?=[0-9]))(?:\w|[-+.%/()'&]| (?=[^ ]))*")
_BARE_ALONE = re.compile(r"(?:[^\W_]|[+_]|-(?=[0-9]))(?:\w|[-+.%/()'&,;?!]| (?=[^ ]))*")
_LETTERS: Final = ("Ll", "Lu", "Lo")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a scalar is refused, and what to write instead of it (empty if that is not known)."""

    code: str
    message: str
    instead: str = ""
    advice: str = ""


def resolve(text: str) -> Scalar | Refusal:
    """Return what an unquoted scalar means by YAML 1.2, or why it is refused.

    Only what every program and person reads alike is accepted: no `yes`, no `010`, no `22:00` without quotes.
    A number with a plus sign stays text: it is a relative change.

    >>> resolve("180"), resolve("1e3"), resolve("2.5"), resolve("45 min"), resolve("+12"), resolve("2026-01-05")
    (180, 1000, 2.5, '45 min', '+12', '2026-01-05')
    >>> resolve("010").code
    'leading-zero'
    """
    if text in _NOTHING:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if _WHOLE.fullmatch(text):
        return int(text) if len(text.lstrip("-")) <= MOST_DIGITS else _out_of_range(text)
    if _REAL.fullmatch(text):
        return _real(text)
    for pattern, refuse in _TRAPS:
        if pattern.fullmatch(text):
            return refuse(text)
    return refused_date(text) or text


def refused_date(text: str) -> Refusal | None:
    """Return why a date is refused, or None if it is a date that exists or no date at all.

    >>> refused_date("2024-02-30").message
    'there is no 30 February 2024'
    """
    if not _DATE.fullmatch(text):
        return None
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        year, month, day = (int(part) for part in text.split("-"))
        if 1 <= month <= 12 and year > 0:
            message = f"there is no {day} {calendar.month_name[month]} {year:04d}"
        else:
            message = f"{text} is no date; a date is year-month-day"
        return Refusal("impossible-date", message, advice="check the date, for example 2026-01-05")
    return None


def write_scalar(value: Scalar, *, quoted: bool = False, alone: bool = False) -> str:
    """Return a scalar as it is written in a file, in quotes where it needs them or where they are asked for.

    Args:
        value: the scalar.
        quoted: put a text in quotes though it needs none.
        alone: it stands on a line of its own and not in brackets, so that commas need no quotes.

    >>> write_scalar("45 min"), write_scalar("22:00"), write_scalar(2.5), write_scalar(None)
    ('45 min', '"22:00"', '2.5', 'null')
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float):
        text = repr(value)
        return text if "." in text else text.replace("e", ".0e")
    if isinstance(value, int):
        return str(value)
    bare = (
        not quoted
        and (_BARE_ALONE if alone else _BARE).fullmatch(value)
        and all(map(_is_letter_or_ascii, value))
        and resolve(value) == value
    )
    return value if bare else json.dumps(value, ensure_ascii=False)


def _is_letter_or_ascii(character: str) -> bool:
    if character.isascii():
        return True
    return unicodedata.category(character) in _LETTERS and unicodedata.normalize("NFKC", character) == character


def _real(text: str) -> float | int | Refusal:
    mantissa, _, exponent = text.lower().partition("e")
    digits = mantissa.lstrip("-").replace(".", "").lstrip("0")
    number = float(text)
    if not digits:
        return number
    if len(digits) > MOST_DIGITS or math.isinf(number) or number == 0:
        return _out_of_range(text)
    if exponent and "." not in mantissa and 0 <= int(exponent) <= MOST_DIGITS - len(digits):
        return int(f"{mantissa}{'0' * int(exponent)}")
    return number


def _out_of_range(text: str) -> Refusal:
    if len(text) > 12:
        message = f"{quoted(text, 12)} has {len(text)} characters, which is too long for a number"
    else:
        message = f"{text} is too small or too large for a number"
    return Refusal("number-out-of-range", message, advice="check the number; no scenario needs more than 30 digits")


def _time(text: str) -> Refusal:
    return Refusal(
        "unquoted-time",
        f"the time of day {text} needs quotes; without them some programs read a number",
        f'"{text}"',
    )


def _word(text: str) -> Refusal:
    meaning = "true" if text.lower() in ("y", "yes", "on") else "false"
    return Refusal(
        "unquoted-word",
        f"{text} needs quotes; without them some programs read it as {meaning}",
        f'"{text}"',
        f"or {meaning}, if that is meant",
    )


def _leading_zero(text: str) -> Refusal:
    sign = text[0] if text[0] in "+-" else ""
    number = text.lstrip("+-0") or "0"
    return Refusal(
        "leading-zero",
        f"{text} starts with a zero, and some programs read that in base 8",
        f"{sign}{'0' if number.startswith('.') else ''}{number}",
        f'or "{text}" in quotes if it is a name',
    )


def _underscore(text: str) -> Refusal:
    return Refusal(
        "underscore-number",
        f"{text} is written with underscores, which some programs drop and others keep",
        text.replace("_", ""),
    )


def _comma(text: str) -> Refusal:
    without, point = text.replace(",", ""), text.replace(",", ".")
    if re.match(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])", text):
        return Refusal(
            "comma-number",
            f"the comma in {quoted(text)} can mean thousands or a decimal",
            without,
            f"or {point}, if it is a decimal comma" if text.count(",") == 1 and "." not in text else "",
        )
    if text.count(",") > 1:
        parts = ", ".join(text.split(","))
        return Refusal("comma-number", f"{quoted(text)} is no number; a list has brackets", f"[{parts}]")
    return Refusal("comma-number", f"{quoted(text)} has a decimal comma; decimals are written with a point", point)


def _based(text: str) -> Refusal:
    try:
        number = str(int(text, 0))
    except ValueError:
        number = ""
    return Refusal("not-decimal", f"{text} is a number in base 2, 8 or 16; numbers are decimal", number)


def _not_finite(text: str) -> Refusal:
    return Refusal("not-finite", f"{text} is no number that a hospital can have", advice="write a number")


_TRAPS: Final[tuple[tuple[re.Pattern[str], Callable[[str], Refusal]], ...]] = (
    (re.compile(r"[-+]?[0-9]+(?::[0-9]{1,2})+(?:\.[0-9]*)?"), _time),
    (re.compile(r"y|yes|n|no|on|off", re.IGNORECASE), _word),
    (re.compile(r"[-+]?0[0-9]+(?:\.[0-9]*)?"), _leading_zero),
    (re.compile(r"(?=\S*_)[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?"), _underscore),
    (re.compile(r"[-+]?[0-9]+(?:,[0-9]+)+(?:\.[0-9]+)?(?:\s*%|\s*[a-zA-Z]+)?(?:\s+per\s+[a-zA-Z]+)?"), _comma),
    (re.compile(r"[-+]?0(?:[oO][0-7]+|[xX][0-9a-fA-F]+|[bB][01]+)"), _based),
    (re.compile(r"[-+]?\.?(?:inf|infinity)|\.?nan", re.IGNORECASE), _not_finite),
)
