"""Places: where in a file that stands which pydantic calls by its place in the records."""

import types
from collections.abc import Iterable
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, Tag

from sim.scenario.document import Path
from sim.scenario.pathway import StepBase
from sim.scenario.scenario import Scenario

Place = tuple[str | int, ...]
"""Names of fields and members, list positions, and names of records where several are possible."""
WRITTEN: Final = {"begins": "from", "ends": "to"}
"""Fields whose name in the file is another one, since Python keeps the word for itself."""
FOLDED: Final = ("levels", "options", "parts")
"""Fields that a short form of the language leaves out."""
KEY: Final = "[key]"
"""Part of a location that means the name itself, not what it stands for."""
LEAST: Final = {
    "Arrivals": "{rate: 250 per day}",
    "Staff": "{on_duty: 3}",
    "Equipment": "{units: 2}",
    "Option": "{share: rest}",
    "UnknownStep": "",
    "UnknownLaw": "",
}
"""The least that one can write for records of which one field or another must be given."""


def written_path(data: Any, where: Iterable[str | int]) -> Path:
    """Finds in the file what pydantic calls by the place in its records.

    Args:
        data: the document's data.
        where: pydantic's location; it has tags of unions and fields that the file leaves out.

    Returns:
        The path in the data, as far as it is there; a name that is wrong itself is its last part.
    """
    path: list[str | int] = []
    kind: Any = Scenario
    for part in where:
        tagged = is_tag(kind, part)
        kind = _step_into(kind, part)
        if tagged or part == KEY:
            if _is_only_member(data, part) or (tagged and _is_step(kind) and _is_only_member(data)):
                ((only, data),) = data.items()
                path.append(only)
            continue
        written = WRITTEN.get(part, part) if isinstance(part, str) else part
        inside = dict(enumerate(data)) if isinstance(data, list) else data
        if isinstance(inside, dict) and written in inside:
            path.append(written)
            data = inside[written]
    return tuple(path)


def _is_only_member(data: Any, name: str | int | None = None) -> bool:
    """Whether a mapping has one member (of this name); `by` alone is no law but lacks its levels."""
    return isinstance(data, dict) and len(data) == 1 and (name is None or (name in data and name != "by"))


def is_tag(kind: Any, part: str | int) -> bool:
    """Whether pydantic names with a part of a location one of several records, and nothing in the file."""
    return any(part in _tags(member) for member in _members(_plain(kind)))


def fields_at(where: Iterable[str | int]) -> list[str]:
    """Names of the fields that the language has at a place of its records; none if it is no record."""
    record = _record_at(where)
    return list(record.model_fields) if record is not None else []


def written_example(where: Place) -> str:
    """How one writes what belongs to a place: the example of the field's docstring, or the least that it needs."""
    record = _record_at(where[:-1])
    field = record.model_fields.get(str(where[-1])) if record is not None and where else None
    return (example_in(field.description) if field else "") or _least(type_at(where))


def example_in(description: str | None) -> str:
    """The example in a docstring, or nothing.

    >>> example_in("Usual number of beds. Example: `28`.")
    '28'
    """
    return (description or "").partition("Example: `")[2].partition("`")[0]


def _least(kind: Any) -> str:
    """The shortest that one can write for a type; nothing for single values."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        needed = {name: field for name, field in kind.model_fields.items() if field.is_required()}
        parts = (
            f"{name}: {example_in(field.description) or _least(_plain(field.annotation))}"
            for name, field in needed.items()
        )
        return LEAST[kind.__name__] if kind.__name__ in LEAST else "{" + ", ".join(parts) + "}"
    arguments = get_args(kind)
    if get_origin(kind) is dict:
        return f"{{NAME: {_least(_plain(arguments[1]))}}}"
    if get_origin(kind) is list:
        entry = _least(_plain(arguments[0]))
        return f"[{entry}]" if entry else ""
    return "{leave: discharged}" if _is_step(kind) else ""


def type_at(where: Iterable[str | int]) -> Any:
    """The type that the language has at a place of its records, without the wrappers."""
    kind: Any = Scenario
    for part in where:
        kind = _step_into(kind, part)
    return _plain(kind)


def _record_at(where: Iterable[str | int]) -> type[BaseModel] | None:
    kind = type_at(where)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _is_step(kind: Any) -> bool:
    """Whether a type is a step, or the union of all steps."""
    kind = _plain(kind)
    if isinstance(kind, type):
        return issubclass(kind, StepBase)
    return any(_is_step(member) for member in _members(kind))


def _members(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else ()


def _tags(member: Any) -> list[str]:
    return [extra.tag for extra in getattr(member, "__metadata__", ()) if isinstance(extra, Tag)]


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
    kind = _plain(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = kind.model_fields.get(str(part))
        return field.annotation if field else None
    arguments = get_args(kind)
    if get_origin(kind) is dict:
        return arguments[1]
    if get_origin(kind) in (list, tuple):
        return arguments[0]
    return next((member for member in _members(kind) if part in _tags(member)), None)
