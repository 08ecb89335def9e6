"""Validating: a document becomes a Scenario, or a list of everything in it that is not of the language."""

import types
from collections.abc import Iterable
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError

from sim.scenario.document import Document, Path
from sim.scenario.problems import Problem, ScenarioError, nearest, quoted, suggestion
from sim.scenario.quantities import say
from sim.scenario.scenario import Scenario

WRITTEN: Final = {"begins": "from", "ends": "to"}
"""Fields whose name in the file is another one, since Python keeps the word for itself."""
FOLDED: Final = ("levels", "options", "parts")
"""Fields that a short form of the language leaves out."""
SHAPES: Final = {
    "dict_type": "a mapping of names to values",
    "model_type": "a mapping of names to values",
    "model_attributes_type": "a mapping of names to values",
    "list_type": "a list",
    "string_type": "a text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
}


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
        problems = [_problem(document, detail) for detail in error.errors(include_url=False)]
        raise ScenarioError(dict.fromkeys(problems)) from None


def _problem(document: Document, detail: Any) -> Problem:
    """Says one of pydantic's findings in the words of the language."""
    kind, where = detail["type"], tuple(detail["loc"])
    path, last = written_path(document.data, where)
    if kind == "missing":
        name = WRITTEN.get(str(last), str(last))
        message = f"{quoted(name)} is missing here"
        return document.problem((*path, name), "missing-key", message, f"add {name}: {_example(where)}".rstrip(": "))
    if kind == "extra_forbidden":
        names = [WRITTEN.get(name, name) for name in fields_at(where[:-1]) if name not in FOLDED]
        close = nearest(str(where[-1]), names)
        message = f"{quoted(where[-1])} is not known here; {suggestion(str(where[-1]), names)}"
        fix = f"write {close}" if close else "remove it"
        return document.problem(path, "unknown-key", message, fix, key=True)
    found = detail["input"]
    if kind == "literal_error":
        allowed = detail["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        message = f"expected one of {', '.join(allowed)}, got {say(found)}"
        return document.problem(path, "unknown-word", message, nearest(str(found), allowed) or allowed[0])
    if kind == "value_error":
        message, _, fix = str(detail["ctx"]["error"]).partition(". Fix: ")
        return document.problem(path, "value", message, fix)
    expected = SHAPES.get(kind, detail["msg"].lower().removeprefix("input should be "))
    return document.problem(path, "shape", f"expected {expected}, got {say(found)}", _example(where))


def written_path(data: Any, where: Iterable[str | int]) -> tuple[Path, str | int]:
    """Finds in the file what pydantic calls by the place in its records.

    Args:
        data: the document's data.
        where: pydantic's location; it has tags of unions and fields that the file leaves out.

    Returns:
        The path in the data, as far as it is there, and the last part of the location.
    """
    path: list[str | int] = []
    last: str | int = ""
    for last in where:
        part = WRITTEN.get(last, last) if isinstance(last, str) else last
        if isinstance(data, list) and isinstance(part, int) and part < len(data):
            path.append(part)
            data = data[part]
            continue
        if not isinstance(data, dict):
            continue
        if part not in data and len(data) == 1:
            ((only, inner),) = data.items()
            if isinstance(inner, dict) and part in inner:
                path.append(only)
                data = inner
        if part in data:
            path.append(part)
            data = data[part]
    return tuple(path), last


def fields_at(where: Iterable[str | int]) -> list[str]:
    """Names of the fields that the language has at a place of its records; none if it is no record."""
    record = _type_at(where)
    return list(record.model_fields) if record is not None else []


def _example(where: tuple[str | int, ...]) -> str:
    """The example in the docstring of a field, or nothing."""
    record = _type_at(where[:-1])
    field = record.model_fields.get(str(where[-1])) if record is not None else None
    _, _, example = ((field.description if field else None) or "").partition("Example: `")
    return example.partition("`")[0]


def _type_at(where: Iterable[str | int]) -> type[BaseModel] | None:
    kind: Any = Scenario
    for part in where:
        kind = _step_into(_plain(kind), part)
    kind = _plain(kind)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _plain(kind: Any) -> Any:
    """Takes the wrappers off a type: Annotated and None."""
    while get_origin(kind) is Annotated and not any(isinstance(extra, Tag) for extra in kind.__metadata__):
        kind = get_args(kind)[0]
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, types.UnionType):
        members = [member for member in get_args(kind) if member is not type(None)]
        return _plain(members[0]) if len(members) == 1 else kind
    return kind


def _step_into(kind: Any, part: str | int) -> Any:
    """The type of a member: of a record's field, a mapping's value, a list's entry, a union's tag."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = kind.model_fields.get(str(part))
        return field.annotation if field else None
    arguments = get_args(kind)
    if get_origin(kind) is dict:
        return arguments[1]
    if get_origin(kind) in (list, tuple):
        return arguments[0]
    if get_origin(kind) in (Union, types.UnionType):
        for member in arguments:
            tags = [extra.tag for extra in getattr(member, "__metadata__", ()) if isinstance(extra, Tag)]
            if part in tags:
                return member
    return None
