"""A character: which ones a scenario file may hold, and what a wrong one looks like to the person who typed it."""

import re
import unicodedata
from typing import Final

from sim.scenario.reading.scalars import Refusal

_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"
_DOUBLE: Final = "\u201c\u201d\u201e\u201f\u00ab\u00bb"
_SINGLE: Final = "\u2018\u2019\u201a\u201b\u2039\u203a\u02bc\u00b4"
_INVISIBLE: Final = "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\ufffe\uffff"
_LINE_ENDS: Final = "\u0085\u2028\u2029"

_ORDINARY = re.compile(r"[\n -~]*")


def refused_anywhere(character: str) -> Refusal | None:
    """Return why a character is refused even in comments, or None if it is not."""
    kind = unicodedata.category(character)
    if character in _INVISIBLE or character in _LINE_ENDS or kind in ("Cf", "Zl", "Zp"):
        return Refusal(
            "invisible-character",
            f"an invisible character ({named(character)}) stands here",
            advice="delete it; typing the line anew helps",
        )
    if kind == "Cs" or character == "\ufffd":
        return Refusal(
            "control-character",
            f"a character that was lost when the file was converted ({named(character)}) stands here",
            advice="type the character anew and save the file as UTF-8",
        )
    if kind == "Cc" and character not in "\n\t":
        return Refusal(
            "control-character",
            f"an unprintable character ({named(character)}) stands here",
            advice="delete it; typing the line anew helps",
        )
    return None


def refused_in_value(character: str) -> Refusal | None:
    """Return why a character is refused in any name or value, with or without quotes."""
    if character == "\t":
        return Refusal(
            "tab", "a tab stands here, where only spaces are allowed", advice="put spaces instead of the tab"
        )
    kind = unicodedata.category(character)
    if kind == "Zs" and character != " ":
        return Refusal(
            "odd-space",
            f"the space here is no ordinary one but a {named(character)}",
            advice="delete it and type a space",
        )
    if character.isdecimal() and not character.isascii():
        digit = unicodedata.decimal(character)
        return Refusal(
            "odd-digit",
            f"the digit {character} ({named(character)}) is none of 0 to 9",
            advice=f"write {digit}",
        )
    return refused_anywhere(character)


def refused_without_quotes(character: str) -> Refusal | None:
    """Return why a character is refused in a name or value that stands without quotes."""
    if character in _DASHES:
        return Refusal(
            "odd-dash",
            f"the dash {character} ({named(character)}) is no plain hyphen",
            advice="write - instead, or put a text that needs it in double quotes",
        )
    if character in _DOUBLE + _SINGLE:
        sign = '"' if character in _DOUBLE else "'"
        return Refusal(
            "odd-quote",
            f"the quotation mark {character} ({named(character)}) is no plain one",
            advice=f"write {sign} instead, or put a text that needs it in double quotes",
        )
    if "\uff01" <= character <= "\uff5e":
        plain = plainer(character)
        return Refusal(
            "odd-punctuation",
            f"{character} ({named(character)}) is a full-width sign",
            advice=f"write {plain} instead",
        )
    return refused_in_value(character)


def ordinary(text: str) -> bool:
    r"""Return whether a text has only printable ASCII and line ends, so that nothing can be wrong with its characters.

    >>> ordinary("beds: 10"), ordinary("beds:\u00a010")
    (True, False)
    """
    return _ORDINARY.fullmatch(text) is not None


def plainer(text: str) -> str:
    r"""Return a text with look-alike characters replaced, one for one, so that reading can go on behind them.

    >>> plainer("beds:\u00a0\u201cten\u201d")
    'beds: "ten"'
    """
    return text if ordinary(text) else "".join(_plain(character) for character in text)


def printable(text: str) -> str:
    """Return a text with a space for each character that no YAML reader takes, so that reading can go on."""
    return text if ordinary(text) else "".join(one if _can_be_read(one) else " " for one in text)


def named(character: str) -> str:
    r"""Return the name of a character as people can look it up.

    >>> named("\u2013")
    'en dash, U+2013'
    """
    name = unicodedata.name(character, "").lower().replace("no-break space", "non-breaking space")
    code = f"U+{ord(character):04X}"
    return f"{name}, {code}" if name else f"code {code}"


def _can_be_read(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp") or character in "\n\t"


def _plain(character: str) -> str:
    if character in _DASHES:
        return "-"
    if character in _DOUBLE:
        return '"'
    if character in _SINGLE:
        return "'"
    if character == "\t" or unicodedata.category(character) == "Zs":
        return " "
    if "\uff01" <= character <= "\uff5e" or character.isdecimal():
        return unicodedata.normalize("NFKC", character) if "\uff01" <= character <= "\uff5e" else _digit(character)
    return character


def _digit(character: str) -> str:
    return str(unicodedata.decimal(character))
