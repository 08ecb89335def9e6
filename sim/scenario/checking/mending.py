"""Mending: a file with wrong values is read as if they were right, so that unknown names are told in the same round."""

import re
from collections.abc import Iterator
from typing import Any, Final

from pydantic import ValidationError

from sim.scenario.checking.findings import Findings
from sim.scenario.checking.places import Place, type_at, written_example, written_name, written_path
from sim.scenario.checking.references import check_references
from sim.scenario.distributions import EXAMPLES
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.reading.document import Document, Path
from sim.scenario.reading.evidence import MEMBER_SECTIONS
from sim.scenario.reading.reading import read
from sim.scenario.reading.relative import law_of
from sim.scenario.scenario import LANGUAGE, Scenario

MOST_ROUNDS: Final = 12
"""A file that cannot be mended in so many rounds is left alone."""
NEEDED: Final = {"wardflow": LANGUAGE, "name": "A hospital", "patients": {}, "pathways": {}}
"""What a file must have, at the least."""
_NAME: Final = re.compile(r"[^\W\d]\w")
TOLD: Final = ("unknown-name",)
"""Codes that do not depend on what was mended."""


def unknown_names(document: Document) -> list[Problem]:
    """Lists names that stand for nothing in a file of which other values are wrong.

    Args:
        document: a read and composed file that cannot be validated.

    Returns:
        Problems; none if the file cannot be read even without what is wrong.
    """
    if not all(isinstance(document.data.get(section, {}), dict) for section in MEMBER_SECTIONS):
        return []
    if not NEEDED.keys() & set(MEMBER_SECTIONS) <= document.data.keys():
        return []
    mending = _Mending(document.data)
    scenario = mending.scenario()
    if scenario is None:
        return []
    found = Findings(scenario, document, gone=frozenset(mending.gone))
    check_references(found)
    places = [document.origin(path) for path in mending.wrong]
    wrong = {(place.file, place.line, place.column) for place in places}
    return [
        problem
        for problem in found.problems
        if problem.code in TOLD and (problem.file, problem.line, problem.column) not in wrong
    ]


class _Mending:
    """Puts an example in the place of each wrong value, or leaves out what it belongs to."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = {**NEEDED, **data}
        self.wrong: set[Path] = set()
        self.gone: set[str] = set()

    def scenario(self) -> Scenario | None:
        """The scenario as it would be without what is wrong."""
        for _ in range(MOST_ROUNDS):
            try:
                return Scenario.model_validate(self.data)
            except ValidationError as error:
                details = [(written_path(self.data, one["loc"]), one) for one in error.errors(include_url=False)]
                for path, detail in sorted(details, key=lambda one: len(one[0]), reverse=True):
                    self._mend(path, tuple(detail["loc"]), detail["type"])
                self.data = {**NEEDED, **self.data}
        return None

    def _mend(self, path: Path, where: Place, kind: str) -> None:
        if kind == "missing":
            path = (*path, written_name(type_at(where[:-1]), str(where[-1])))
        example = None if kind == "extra_forbidden" or path in self.wrong else _example(where)
        self.wrong.add(path)
        self.gone.update(_names(_at(self.data, path)))
        if example is None:
            path, example = self._left_out(path)
        self.data = _put(self.data, path, example)

    def _left_out(self, path: Path) -> tuple[Path, Any]:
        """What is left out in the end: a step for which a milestone stands, or a name with its value."""
        places = [end for end in range(1, len(path) + 1) if _is_step(path[:end])]
        if places and len(path) - places[-1] <= 1:
            path = path[: places[-1]]
            return path, {"mark": f"left out {len(self.wrong)}"}
        while path and isinstance(path[-1], int):
            path = path[:-1]
        self.gone.update(map(str, path[-1:]))
        return path, None


def _example(where: Place) -> Any:
    """The example of a field as a plain value; None if it has none, or one with names."""
    text = written_example(where) if where and isinstance(where[-1], str) else ""
    try:
        example = read(f"example: {text}\n", "example").data["example"] if text else None
    except ScenarioError:
        return None
    if isinstance(example, dict | list):
        return example if law_of(example) in EXAMPLES else None
    return None if _NAME.match(str(example)) else example


def _is_step(path: Path) -> bool:
    """Whether the place of a list entry in a pathway is that of a step."""
    inside = path[:1] == ("pathways",) and isinstance(path[-1], int)
    return inside and (len(path) == 3 or path[-2] == "steps")


def _at(data: Any, path: Path) -> Any:
    for part in path:
        if isinstance(data, dict):
            data = data.get(str(part))
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def _put(data: Any, path: Path, value: Any) -> Any:
    """The same data with another value at a path, or without its last name if the value is None."""
    if not path:
        return value if value is not None else data
    part, rest = path[0], path[1:]
    if isinstance(data, list) and isinstance(part, int):
        return [_put(inner, rest, value) if number == part else inner for number, inner in enumerate(data)]
    if not isinstance(data, dict):
        return data
    if not rest and value is None:
        return {name: inner for name, inner in data.items() if name != part}
    return {**data, part: _put(data.get(part), rest, value)}


def _names(data: Any) -> Iterator[str]:
    """All names in some data."""
    for name, inner in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        if isinstance(name, str):
            yield name
        yield from _names(inner)
