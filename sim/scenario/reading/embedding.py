"""Embedding: the files of recorded arrivals that a scenario names are read, so that its records hold their content."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.reading.document import Document, Path
from sim.scenario.reading.opening import Opened, Opener, is_data
from sim.scenario.reading.recording import read_rows
from sim.scenario.reading.scalars import Refusal
from sim.scenario.recorded import Recorded
from sim.scenario.rows import Rows


def with_recordings(document: Document, opener: Opener, opened: Sequence[Opened]) -> Document:
    """Reads the files of recorded arrivals that a document names.

    Args:
        document: a composed document.
        opener: finds the files.
        opened: files that the document extends, so that a name is looked for beside the file that gives it.

    Returns:
        The document with what is asked for of their content, and why the others could not be read.
    """
    recordings: dict[Path, Rows] = {}
    unread: list[Problem] = []
    for path, name, levels in _named(document.data):
        place = document.origin((*path, "file")).file
        found = opener(name, next((one for one in opened if one.file == place), None))
        if isinstance(found, Refusal):
            unread.append(document.problem((*path, "file"), found.code, found.message, found.advice))
            continue
        try:
            recordings[path] = read_rows(found.raw, found.file, levels)
        except ScenarioError as error:
            unread += error.problems
    return replace(document, recordings=recordings, unread=tuple(unread)) if recordings or unread else document


def embedded(document: Document) -> dict[str, Any]:
    """Returns the data of a document with the content of the files of recorded arrivals in the place of their names."""
    data = document.data
    for path, rows in document.recordings.items():
        data = _put(data, path, rows)
    return data


def _put(data: Any, path: Path, rows: Rows) -> Any:
    """The same data with a record in place of the names at a path."""
    if not path:
        return Recorded.holding(data["file"], rows)
    return {name: _put(inner, path[1:], rows) if name == path[0] else inner for name, inner in data.items()}


def _named(data: Any) -> Iterator[tuple[Path, str, dict[str, set[str]]]]:
    """Places that name a file, with its name and the levels of the attributes of the class; none that is misspelt."""
    for name, patients in _members(_members(data).get("patients")).items():
        recorded = _members(_members(_members(patients).get("arrive")).get("recorded"))
        file = recorded.get("file")
        if set(recorded) == {"file"} and isinstance(file, str) and is_data(file):
            attributes = _members(_members(patients).get("attributes"))
            levels = {attribute: _levels(shares) for attribute, shares in attributes.items()}
            yield ("patients", name, "arrive", "recorded"), file, levels


def _members(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _levels(shares: Any) -> set[str]:
    """Names of the levels in the declared shares of an attribute, in the short form of the file or the long one."""
    found = _members(shares)
    inner = found.get("levels") if set(found) <= {"by", "levels"} else None
    body = inner if isinstance(inner, dict) else {name: share for name, share in found.items() if name != "by"}
    return {level for part in body.values() for level in _levels(part)} if "by" in found else set(body)
