"""Validating: a document becomes a Scenario, or a list of everything in it that is not of the language."""

import re
from collections.abc import Sequence
from typing import Any, Final

from pydantic import ValidationError

from sim import clock
from sim.scenario.document import Document, Path
from sim.scenario.places import FOLDED, KEY, WRITTEN, Place, fields_at, written_example, written_path
from sim.scenario.problems import Problem, ScenarioError, in_reading_order, nearest, quoted, suggestion
from sim.scenario.quantities import nearest_day
from sim.scenario.refusing import RefusedError, say
from sim.scenario.relative import looks_relative
from sim.scenario.scalars import Refusal, write_scalar
from sim.scenario.scenario import Scenario

SHAPES: Final = {
    "dict_type": "names with values",
    "model_type": "names with values",
    "model_attributes_type": "names with values",
    "list_type": "a list",
    "tuple_type": "a list",
    "string_type": "a text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
}
"""What pydantic's errors about the kind of a value expect."""
EXAMPLES_OF_SHAPES: Final = {
    "names with values": "{NAME: VALUE}",
    "a list": "[ENTRY, ENTRY]",
    "a text": '"in quotes"',
    "true or false": "true",
}
SYNONYMS: Final = {
    "mu": "mean",
    "average": "mean",
    "sigma": "sd",
    "std": "sd",
    "stdev": "sd",
    "capacity": "beds",
    "minimum": "at_least",
    "maximum": "at_most",
    "till": "ends",
}
"""Words of other programs for fields of the language."""
NAMING: Final = ("ward", "pathway", "calendar", "milestone")
"""Fields from which the name of a step is made if it has none of its own."""


def validate(document: Document) -> Scenario:
    """Turns plain data into the frozen records of the language.

    Args:
        document: a read and composed file.

    Returns:
        The scenario; the names in it are not checked against each other yet (`sim.scenario.checks`).

    Raises:
        ScenarioError: with every value and name that is not of the language.
    """
    try:
        return Scenario.model_validate(document.data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        problems = [_problem(document, detail) for detail in details if not _follows(detail, details)]
        raise ScenarioError(in_reading_order(problems, document.file)) from None


def _follows(detail: Any, details: Sequence[Any]) -> bool:
    """Whether something wrong only follows from something else: a misspelt field is no missing one besides.

    The name of a step is made from that of its ward, pathway or calendar, so that it is wrong together with it.
    """
    *record, name = detail["loc"]
    beside = [other for other in details if list(other["loc"][:-1]) == record]
    if detail["type"] == "missing":
        return any(other["type"] == "extra_forbidden" and _close_field(tuple(other["loc"])) == name for other in beside)
    return name == "name" and any(other["loc"][-1] in NAMING for other in beside)


def _close_field(where: Place) -> str | None:
    """The field that an unknown name was most likely meant to be, as the records call it."""
    name = str(where[-1])
    names = [field for field in fields_at(where[:-1]) if field not in FOLDED]
    synonym = SYNONYMS.get(name.lower())
    return synonym if synonym in names else nearest(name, names)


def _problem(document: Document, detail: Any) -> Problem:
    """Says one of pydantic's findings in the words of the language."""
    kind, where, found = detail["type"], tuple(detail["loc"]), detail["input"]
    path = written_path(document.data, where)
    if kind == "missing":
        name = WRITTEN.get(str(where[-1]), str(where[-1]))
        example = written_example(where)
        advice = f"add {name}: {example}" if example else f"add {name}"
        return document.problem((*path, name), "missing-key", f"{quoted(name)} is missing here", advice)
    if kind == "extra_forbidden":
        return _unknown_key(document, path, where)
    if kind == "literal_error":
        return _unknown_word(document, path, detail)
    if kind == "value_error" and isinstance(detail["ctx"]["error"], RefusedError):
        return _refused(document, path, where, detail)
    expected = SHAPES.get(kind, detail["msg"].lower().removeprefix("input should be "))
    example = written_example(where)
    if expected == "a list" and not isinstance(found, dict | list | None) and not example:
        example = f"[{write_scalar(found)}]"
    example = example or EXAMPLES_OF_SHAPES.get(expected, "")
    return document.problem(path, "shape", f"expected {expected}, got {say(found)}", _fix(path, example))


def _unknown_key(document: Document, path: Path, where: Place) -> Problem:
    name = str(where[-1])
    names = [WRITTEN.get(field, field) for field in fields_at(where[:-1]) if field not in FOLDED]
    close = WRITTEN.get(_close_field(where) or "", _close_field(where))
    known = suggestion(name, names) if close in (None, nearest(name, names)) else f"did you mean {quoted(close)}?"
    fix = f"write {close}" if close else "remove it, or correct its name"
    return document.problem(path, "unknown-key", f"{quoted(name)} is not known here; {known}", fix, key=True)


def _unknown_word(document: Document, path: Path, detail: Any) -> Problem:
    found = detail["input"]
    allowed = detail["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
    message = f"expected one of {', '.join(allowed)}, got {say(found)}"
    is_key = detail["loc"][-1] == KEY
    close = (nearest_day(found) if "mon" in allowed else None) or nearest(str(found), allowed)
    fix = f"write {close}" if close else "choose one of these words"
    return document.problem(path, "unknown-word", message, fix, key=is_key)


def _refused(document: Document, path: Path, where: Place, detail: Any) -> Problem:
    """Says why a value of the language was refused, and what to write instead."""
    error, found = detail["ctx"]["error"], detail["input"]
    refusal, is_key = error.refusal, where[-1] == KEY
    if is_key:
        fix = f"write {refusal.instead}" if refusal.instead else refusal.advice or "choose another name"
        return document.problem(path, refusal.code, refusal.message, fix, key=True)
    message = refusal.message
    if isinstance(found, str) and looks_relative(found) and not found.startswith("-"):
        message = f"{quoted(found)} changes a value, but there is none that it could change"
    own = written_example(where)
    instead = _meant(found, refusal, own) or ("" if refusal.advice else own or error.example)
    fix = _fix(path, instead)
    if refusal.advice:
        fix = f"{fix} ({refusal.advice})" if fix else refusal.advice
    return document.problem(path, refusal.code, message, fix or "correct it")


def _meant(found: Any, refusal: Refusal, example: str) -> str:
    """What was most likely meant by a value: a time without a unit in that of the example, what is below zero above."""
    unit = example.partition(" ")[2]
    number = isinstance(found, int | float) and not isinstance(found, bool) and found >= 0
    if refusal.code == "time" and number and unit in clock.UNITS:
        return f"{found} {unit}"
    if isinstance(found, str) and re.fullmatch(r"- *[0-9].*", found):
        return found[1:].strip()
    return refusal.instead


def _fix(path: Path, example: str) -> str:
    """What to write, with the name that it belongs to."""
    if not example or not path or isinstance(path[-1], int):
        return example
    return f"{path[-1]}: {example}"
