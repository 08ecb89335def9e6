"""Places: where in a file that stands which pydantic calls by its place in the records."""

import types
from collections.abc import Iterable
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo

from sim.scenario.care import Enter, Hold
from sim.scenario.dates import DayOrSet
from sim.scenario.policies import Policy, Watch
from sim.scenario.queueing import StepBase
from sim.scenario.reading.document import Path
from sim.scenario.resources import OF_PEOPLE, Equipment
from sim.scenario.scenario import Scenario

Place = tuple[str | int, ...]
"""Names of fields and members, list positions, and names of records where several are possible."""
_WRITTEN: Final = {
    "begins": "from",
    "ends": "to",
    "except_on": "except",
    "only_on": "only",
    "others": "or",
    "during": "while",
    "joined": "with",
}
_WRITTEN_IN: Final[dict[tuple[type[BaseModel], str], str]] = {
    (Policy, "lasts"): "for",
    (Equipment, "on_duty"): "units",
}
"""Fields whose name in the file is another one, since Python keeps the word for itself or things have other words."""
_NO_MEANING: Final[dict[type[BaseModel], tuple[str, ...]]] = {
    Enter: ("preempts",),
    Hold: ("preempts",),
    Equipment: OF_PEOPLE,
}
"""Fields that a record has from another one, but that must not be given."""
FOLDED: Final = ("levels", "options", "parts")
"""Fields that a short form of the language leaves out."""
KEY: Final = "[key]"
"""Part of a location that means the name itself, not what it stands for."""
LEAST: Final = {
    "Arrivals": "{rate: 250 per day}",
    "Staff": "{on_duty: 3}",
    "Equipment": "{units: 2}",
    "Slots": "{per_week: 30}",
    "Start": "{of: CLASS, at: PATHWAY/STEP, patients: 10}",
    "HospitalEvent": '{at: {date: 2026-02-10, time: "09:00"}, lasts: 8 h, capacity: {RESOURCE: x 0}}',
    "Wave": "{since: 2026-12-01, by_week: [1.1, 1.5, 1.2]}",
    "Policy": "{watch: {occupancy: WARD}, above: 96 %}",
    "Urgency": "{acuity: [red, orange]}",
    "VaryingShare": "{by: acuity, red: 5 %, rest: 1 %}",
    "Watch": "{occupancy: medical}",
    "Enter": "{ward: majors}",
    "Hold": "{staff: ambulance_crew}",
    "GiveBack": "ambulance_crew",
    "Repeat": "{times: 6, steps: [{session: {staff: therapist, time: 45 min}}]}",
    "Option": "{share: rest}",
    "UnknownStep": "",
    "UnknownLaw": "",
}
"""The least that one can write for records of which one field or another must be given."""


def written_name(record: Any, field: str) -> str:
    """How a field of a record is called in the file.

    >>> written_name(Policy, "lasts"), written_name(Enter, "others"), written_name(None, "beds")
    ('for', 'or', 'beds')
    """
    return _WRITTEN_IN.get((record, field)) or (_WRITTEN.get(field, field) if _is_record(record) else field)


def fields_of(record: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a record that may be given in a file, by their names in the record."""
    without = _NO_MEANING.get(record, ())
    return {name: field for name, field in record.model_fields.items() if name not in without}


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
    behind = 0
    for part in where:
        tagged = is_tag(kind, part)
        record, kind = _plain(kind), _step_into(kind, part)
        if tagged or part == KEY:
            if _is_only_member(data, part) or (tagged and _is_step(kind) and _is_only_member(data)):
                ((only, data),) = data.items()
                path.append(only)
            continue
        if record is Enter and part == "others" and isinstance(data, list):
            behind = 1
            continue
        written = _written_part(data, record, part + behind if isinstance(part, int) else part)
        behind = 0
        if written is not None:
            path.append(written)
            data = data[written]
    return tuple(path)


def _written_part(data: Any, record: Any, part: str | int) -> str | int | None:
    """Name or position in the data of a part of a place; None if the file leaves it out."""
    if isinstance(data, list):
        first = 0 if record is Enter and part == "ward" else part  # [majors, side_rooms]
        return first if first in range(len(data)) else data.index(first) if first in data else None
    if not isinstance(data, dict):
        return None
    if record is Watch and part == "of":
        return next(iter(data), None)
    if isinstance(part, int) and part not in data:
        return dict(enumerate(data)).get(part)  # a mapping that the records keep as a list
    written = written_name(record, part) if isinstance(part, str) else part
    return next((name for name in (written, part) if name in data), None)


def _is_only_member(data: Any, name: str | int | None = None) -> bool:
    """Whether a mapping has one member (of this name); `by` alone is no law but lacks its levels."""
    return isinstance(data, dict) and len(data) == 1 and (name is None or (name in data and name != "by"))


def is_tag(kind: Any, part: str | int) -> bool:
    """Whether pydantic names with a part of a location one of several records, and nothing in the file."""
    return any(part in _tags(member) for member in _members(_plain(kind)))


def fields_at(where: Iterable[str | int]) -> list[str]:
    """Names of the fields that the language has at a place of its records; none if it is no record."""
    record = type_at(where)
    return list(fields_of(record)) if _is_record(record) else []


def written_example(where: Place) -> str:
    """How one writes what belongs to a place: the example of the field's docstring, or the least that it needs."""
    record = type_at(where[:-1])
    field = record.model_fields.get(str(where[-1])) if where and _is_record(record) else None
    return (example_in(field.description) if field else "") or _least(type_at(where))


def example_around(where: Place) -> str:
    """The example of the field to which one of several possible types belongs; nothing if there is none."""
    end = len(where)
    while end > 1 and (is_tag(type_at(where[: end - 1]), where[end - 1]) or isinstance(where[end - 1], int)):
        end -= 1
    return written_example(where[:end]) if end else ""


def example_in(description: str | None) -> str:
    """The example in a docstring, or nothing.

    >>> example_in("Usual number of beds. Example: `28`.")
    '28'
    """
    return (description or "").partition("Example: `")[2].partition("`")[0]


def _least(kind: Any) -> str:
    """The shortest that one can write for a type; nothing for single values."""
    if _is_record(kind):
        needed = {name: field for name, field in kind.model_fields.items() if field.is_required()}
        parts = (
            f"{written_name(kind, name)}: {example_in(field.description) or _least(_plain(field.annotation))}"
            for name, field in needed.items()
        )
        return LEAST[kind.__name__] if kind.__name__ in LEAST else "{" + ", ".join(parts) + "}"
    arguments = get_args(kind)
    if get_origin(kind) is dict and arguments[0] == DayOrSet:
        return '{weekdays: ["10:00"]}' if get_origin(arguments[1]) is list else "{weekend: x 1.5}"
    if get_origin(kind) is dict and _plain(arguments[1]) is float:
        return "{LEVEL: x 1.1}"
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


def _is_record(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


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
    if _is_record(kind):
        field = kind.model_fields.get(str(part))
        return field.annotation if field else None
    arguments = get_args(kind)
    if get_origin(kind) is dict:
        return arguments[1]
    if get_origin(kind) in (list, tuple):
        return arguments[0]
    return next((member for member in _members(kind) if part in _tags(member)), None)
