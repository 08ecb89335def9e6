"""Assumptions: the values of a scenario that carry evidence, as the table that people argue about."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from sim.scenario.library import FOLDER_OF_INITIATIVES
from sim.scenario.reading.document import Document, Evidence, Path
from sim.scenario.reading.evidence import MEMBER_SECTIONS
from sim.scenario.telling.difference import steps_by_name
from sim.scenario.telling.names import Names, names_of
from sim.scenario.telling.subjects import field_of, subject_of

ILLUSTRATIVE: Final = "illustrative"
"""What is said of a value without a source."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """A value with where it comes from."""

    path: Path
    """Where it stands."""
    what: str
    """What it is, in words."""
    value: str
    """As it is written."""
    range: str
    """Within what it may lie; empty if that is not said."""
    source: str
    """Where it comes from, or `illustrative`, with the note that stands beside it."""
    owner: str
    """Who would know; empty if that is not said."""
    is_sourced: bool
    """Whether a source is given."""


def assumptions(document: Document, *, inherited: bool = True) -> tuple[Assumption, ...]:
    """Lists the values that carry evidence, in the order of the scenario.

    Args:
        document: a composed file.
        inherited: whether to list those of the extended file as well; initiatives count as the file's own.
    """
    names = names_of(document.data)
    return tuple(
        _assumption(document, path, evidence, names)
        for path, evidence in sorted(document.evidence.items(), key=lambda one: _place(document, one[0]))
        if path[:1] != ("initiatives",) and (inherited or _is_own(document, path))
    )


def unsourced(document: Document, *, inherited: bool = True) -> tuple[str, ...]:
    """Lists what has numbers without any evidence: members of sections, such as `wards.minors`, each once."""
    found: dict[str, None] = {}
    for path in _numbers((), document.data):
        known = any(path[:length] in document.evidence for length in range(1, len(path) + 1))
        if not known and (inherited or _is_own(document, path)):
            found[f"{path[0]}.{path[1]}"] = None
    return tuple(found)


def _assumption(document: Document, path: Path, evidence: Evidence, names: Names) -> Assumption:
    named = by_name(document.data, path)
    field = field_of(named, names)
    source = evidence.source or ILLUSTRATIVE
    note = f"; {evidence.note}" if evidence.note and evidence.note != ILLUSTRATIVE else ""
    if not evidence.source and note.startswith(f"; {ILLUSTRATIVE}"):
        source, note = "", note[2:]
    return Assumption(
        path=path,
        what=": ".join(filter(None, (subject_of(named, names), field))),
        value=_written(_value_at(document.data, path), evidence.value),
        range=evidence.range or "",
        source=f"{source}{note}",
        owner=evidence.owner or "",
        is_sourced=bool(evidence.source),
    )


def _value_at(data: Any, path: Path) -> Any:
    """The plain value at a path of a document."""
    for part in path:
        data = data[part]
    return data


def _written(value: Any, text: str) -> str:
    """A value on one line: as it is written, or in braces if that took several lines."""
    is_as_written = text[:1] in ("{", "[") and text[1:2] != "'"  # a value that was worked out has Python's quotes
    return text if is_as_written or not isinstance(value, dict | list) else _in_braces(value)


def _in_braces(value: Any) -> str:
    """Values in braces and brackets.

    >>> _in_braces({"by": "acuity", "red": {"admit": "65 %"}, "rest": [1, 2]})
    '{by: acuity, red: {admit: 65 %}, rest: [1, 2]}'
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_in_braces(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_in_braces, value)) + "]"
    return str(value)


def _is_own(document: Document, path: Path) -> bool:
    """Whether a value stands in the file itself or in an initiative that it puts in."""
    file = document.origin(path).file
    return file == document.file or is_initiative(file)


def is_initiative(file: str) -> bool:
    """Whether a file, as documents name it, is that of an initiative."""
    return PurePosixPath(file).parent.name == FOLDER_OF_INITIATIVES


def _place(document: Document, path: Path) -> tuple[int, str, int, int]:
    origin = document.origin(path)
    return (origin.file != document.file, origin.file, origin.line, origin.column)


def by_name(data: Any, path: Path) -> Path:
    """A path in which steps stand by their names, as in accounts, without the word with which a step begins.

    >>> by_name({"pathways": {"care": [{"enter": {"ward": "amu"}}]}}, ("pathways", "care", 0, "enter", "ward"))
    ('pathways', 'care', 'enter amu', 'ward')
    """
    named: list[str | int] = []
    value, ahead = data, list(path)
    while ahead:
        part = ahead.pop(0)
        inside = value[part]
        is_step = isinstance(part, int) and path[0] == "pathways" and (len(named) == 2 or named[-1:] == ["steps"])
        called = next((name for name, one in steps_by_name(value).items() if one is inside), "") if is_step else ""
        named.append(called or part)
        if is_step and ahead and isinstance(inside, dict) and ahead[0] in inside and len(inside) == 1:
            inside = inside[ahead.pop(0)]
        value = inside
    return tuple(named)


def _numbers(path: Path, value: Any) -> Iterator[Path]:
    """Places of numbers, and of texts that begin with one, below the sections of a scenario."""
    if isinstance(value, dict | list):
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for part, inner in inside:
            if path or part in MEMBER_SECTIONS:
                yield from _numbers((*path, part), inner)
    elif not isinstance(value, bool) and len(path) > 1 and _is_number(value):
        yield path


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and value[:1].isdigit())
