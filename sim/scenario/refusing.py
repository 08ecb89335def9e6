"""A RefusedError: what is wrong with it and what to write instead, on its way to the loading door."""

import re
from typing import Any, Final

from sim.scenario.problems import quoted
from sim.scenario.reading.scalars import Refusal

_LEADING_NUMBER: Final = re.compile(r"([0-9]+)\s*[^\W\d_].*")


class RefusedError(ValueError):
    """A value that is not of the language; `sim.scenario.checking.validating` catches it and knows where it stands."""

    def __init__(self, refusal: Refusal, example: str = "") -> None:
        """Keeps why it is refused.

        Args:
            refusal: code, message, and what to write instead or to do, as far as that is known.
            example: how such a value is written, if it is not known what to write instead.
        """
        super().__init__(refusal.message)
        self.refusal = refusal
        self.example = example


def refuse(expected: str, found: Any, example: str = "", *, code: str, instead: str = "") -> RefusedError:
    """Builds the error of a value that is not what it should be.

    Args:
        expected: what should stand there.
        found: what stands there.
        example: how such a value is written; the example of the field is used instead, if it has one.
        code: one of `sim.scenario.problems.CODES`.
        instead: what was most likely meant.

    >>> str(refuse("a whole number", "ten", "12", code="number"))
    'expected a whole number, got "ten"'
    """
    return RefusedError(Refusal(code, f"expected {expected}, got {say(found)}", instead), example)


def complain(message: str, advice: str = "", *, code: str, instead: str = "") -> RefusedError:
    """Builds the error of a value that is wrong for a reason of its own.

    Args:
        message: a sentence without a full stop.
        advice: what to do about it.
        code: one of `sim.scenario.problems.CODES`.
        instead: what to write instead of the value.
    """
    return RefusedError(Refusal(code, message, instead, advice))


def say(found: Any) -> str:
    """Quotes what was found in a file, shortly, for an error message.

    >>> say("ten"), say(True), say(None), say([1, 2])
    ('"ten"', 'the word true', 'nothing', 'a list')
    """
    if found is None:
        return "nothing"
    if isinstance(found, bool):
        return "the word " + ("true" if found else "false")
    if found in ({}, []):
        return "empty braces" if found == {} else "an empty list"
    if isinstance(found, dict | list):
        return "names with values" if isinstance(found, dict) else "a list"
    return quoted(found, 60) if isinstance(found, str) else f"{found}"


def leading_number(found: Any) -> str:
    """The whole number with which a text begins, if words follow it; else nothing.

    >>> leading_number("28 beds"), leading_number("ten")
    ('28', '')
    """
    matched = _LEADING_NUMBER.fullmatch(found.strip()) if isinstance(found, str) else None
    return matched[1] if matched else ""
