"""Validating: a document becomes a Scenario, or a list of everything in it that is not of the language."""

from collections.abc import Sequence
from typing import Any, Final

from pydantic import ValidationError

from sim.scenario.checking.meaning import alike, meant, plain_factor
from sim.scenario.checking.places import (
    FOLDED,
    KEY,
    Place,
    example_around,
    fields_at,
    type_at,
    written_example,
    written_name,
    written_path,
)
from sim.scenario.problems import Problem, ScenarioError, in_reading_order, nearest, quoted, suggestion
from sim.scenario.quantities import nearest_day
from sim.scenario.queueing import Promotion
from sim.scenario.reading.document import Document, Path
from sim.scenario.reading.embedding import embedded
from sim.scenario.reading.relative import is_a_value, looks_relative
from sim.scenario.reading.scalars import write_scalar
from sim.scenario.refusing import RefusedError, say
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
SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    "mu": ("mean",),
    "average": ("mean",),
    "sigma": ("sd",),
    "std": ("sd",),
    "stdev": ("sd",),
    "capacity": ("beds", "units", "on_duty", "slots"),
    "number": ("on_duty", "units", "patients", "slots", "beds"),
    "minimum": ("at_least",),
    "maximum": ("at_most", "most"),
    "till": ("to", "until"),
    "end": ("to", "until", "lasts", "below"),
    "start": ("from", "since", "at"),
    "date": ("since", "at"),
    "duration": ("lasts", "for", "time", "each", "over"),
    "for": ("lasts",),
    "length": ("lasts", "time", "each"),
    "frequency": ("rate", "every"),
    "interval": ("every", "apart"),
    "trigger": ("above",),
    "threshold": ("above",),
    "action": ("do",),
    "actions": ("do",),
    "delay": ("after",),
    "unless": ("except",),
    "excluding": ("except",),
    "instead": ("or",),
    "alternatives": ("or", "if_full"),
    "quantity": ("units",),
    "lead_time": ("takes",),
    "vacancies": ("in_post",),
    "turnover": ("leave_per_year",),
    "stay": ("time",),
    "no_show": ("missed",),
    "did_not_attend": ("missed",),
}
"""Words of other programs for fields of the language."""
FIXED: Final = ("fixed", "value")
"""Last parts of the place of a fixed time, which stands alone in the file."""
NAMING: Final = ("ward", "pathway", "calendar", "milestone")
"""Fields from which the name of a step is made if it has none of its own."""


def validate(document: Document) -> Scenario:
    """Turns plain data into the frozen records of the language.

    Args:
        document: a read and composed file.

    Returns:
        The scenario; the names in it are not checked against each other yet (`sim.scenario.checking.checks`).

    Raises:
        ScenarioError: with every value and name that is not of the language.
    """
    try:
        return Scenario.model_validate(embedded(document))
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
    if detail["type"] in ("model_type", "model_attributes_type") and _is_unnamed(tuple(detail["loc"])):
        return beside[0] is not detail
    return name == "name" and any(other["loc"][-1] in NAMING for other in beside)


def _close_field(where: Place) -> str | None:
    """The field that an unknown name was most likely meant to be, as the records call it."""
    name, record = str(where[-1]), type_at(where[:-1])
    fields = {written_name(record, field): field for field in fields_at(where[:-1]) if field not in FOLDED}
    meant = next((word for word in SYNONYMS.get(name.lower(), ()) if word in fields), None)
    close = meant or nearest(name, fields)
    return fields[close] if close else None


def _problem(document: Document, detail: Any) -> Problem:
    """Says one of pydantic's findings in the words of the language."""
    kind, where, found = detail["type"], tuple(detail["loc"]), detail["input"]
    path = written_path(document.data, where)
    if kind == "missing":
        name = written_name(type_at(where[:-1]), str(where[-1]))
        example = written_example(where)
        advice = f"add {name}: {example}" if example else f"add {name}"
        return document.problem((*path, name), "missing-key", f"{quoted(name)} is missing here", advice)
    if kind == "extra_forbidden":
        return _unknown_key(document, path, where)
    if kind == "literal_error":
        return _unknown_word(document, path, detail)
    if kind == "value_error" and isinstance(detail["ctx"]["error"], RefusedError):
        return _refused(document, path, where, detail)
    if kind in ("model_type", "model_attributes_type") and _is_unnamed(where):
        return _unnamed(document, path, where)
    expected = SHAPES.get(kind, detail["msg"].lower().removeprefix("input should be "))
    example = written_example(where)
    if expected == "a list" and not isinstance(found, dict | list | None) and not example:
        example = f"[{write_scalar(found)}]"
    example = example or EXAMPLES_OF_SHAPES.get(expected, "")
    return document.problem(path, "shape", f"expected {expected}, got {say(found)}", _fix(path, example))


def _is_unnamed(where: Place) -> bool:
    """Whether a field stands where the name of a member should be: `roster: {from: "08:00", on_duty: 2}`."""
    record = type_at(where)
    return isinstance(where[-1], str) and where[-1] in {written_name(record, field) for field in fields_at(where)}


def _unnamed(document: Document, path: Path, where: Place) -> Problem:
    message = f"{quoted(where[-1])} stands where a name of your own should be"
    return document.problem(path, "shape", message, _fix(path[:-1], written_example(where[:-1])), key=True)


def _unknown_key(document: Document, path: Path, where: Place) -> Problem:
    name, record = str(where[-1]), type_at(where[:-1])
    names = [written_name(record, field) for field in fields_at(where[:-1]) if field not in FOLDED]
    field = _close_field(where)
    close = written_name(record, field) if field else None
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
    refusal, is_key = error.refusal, _is_key(path, where)
    if where[-1] == KEY and not is_key:
        where = where[:-2]
    if is_key:
        instead = meant(found, refusal, written_example(where)) or ("" if refusal.advice else error.example)
        fix = f"write {instead}" if instead else refusal.advice or "choose another name"
        return document.problem(path, refusal.code, refusal.message, fix, key=True)
    number = plain_factor(found, error.example)
    message = refusal.message
    relative = isinstance(found, str) and looks_relative(found) and not found.startswith("-")
    if relative and not (refusal.code == "factor" or is_a_value(path) or number):
        message = f"{quoted(found)} changes a value, but there is none that it could change"
    around = example_around(where[:-2] if where[-2:] == FIXED else where)
    own = written_example(where) or (around if alike(around, error.example) else "")
    instead = (
        number or meant(found, refusal, around or error.example) or ("" if refusal.advice else own or error.example)
    )
    fix = _fix(path, instead)
    if refusal.advice:
        fix = f"{fix} ({refusal.advice})" if fix else refusal.advice
    return document.problem(path, refusal.code, message, fix or "correct it")


def _is_key(path: Path, where: Place) -> bool:
    """Whether what is refused is a name in the file, or a wait that stands as one."""
    if where[-1] == KEY:
        return path[-1:] == (str(where[-2]),)
    return where[-1] == "after" and type_at(where[:-1]) is Promotion


def _fix(path: Path, example: str) -> str:
    """What to write, with the name that it belongs to."""
    if not example or not path or isinstance(path[-1], int):
        return example
    return f"{path[-1]}: {example}"
