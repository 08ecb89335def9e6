"""Setting: the lines that put other values in the place of some values of a scenario file."""

import copy
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sim.scenario.problems import Problem, ScenarioError, quoted
from sim.scenario.reading.document import Document, Path
from sim.scenario.reading.relative import looks_relative
from sim.scenario.telling.assumptions import by_name

_PART = re.compile(r'"([^"]+)"|([^."]+)')


def lines_of(data: Mapping[str, Any], edits: Mapping[Path, Any]) -> list[str]:
    """Says other values in lines such as `wards.medical.beds=200`.

    A value inside a list cannot be named in a line: the whole list is written with the other value in it.

    Args:
        data: the composed scenario as plain data.
        edits: new values by their places in it.

    Returns:
        Lines as `load_plan` takes them, each list once.

    Raises:
        ScenarioError: if a name cannot be said in a line.

    >>> lines_of({"wards": {"a.b": {"beds": 3}}}, {("wards", "a.b", "beds"): 4})
    ['wards."a.b".beds=4']
    >>> lines_of({"calendars": {"rounds": [{"at": 8}, {"at": 9}]}}, {("calendars", "rounds", 1, "at"): 10})
    ['calendars.rounds=[{"at": 8}, {"at": 10}]']
    """
    values: dict[Path, Any] = {}
    for path, value in edits.items():
        place = next((number for number, part in enumerate(path) if isinstance(part, int)), len(path))
        if place == len(path):
            values[path] = value
            continue
        whole = values.setdefault(path[:place], copy.deepcopy(_at(data, path[:place])))
        inner = whole
        for part in path[place:-1]:
            inner = inner[part]
        inner[path[-1]] = value
    return [
        line_of(path, value if isinstance(value, dict | list) else _exact(path, value))
        for path, value in values.items()
    ]


def line_of(path: Path, value: Any) -> str:
    """One value in a line; `+1` is one more than what is there.

    >>> line_of(("wards", "a.b", "beds"), "+1"), line_of(("wards", "amu", "label"), "Unit")
    ('wards."a.b".beds=+1', 'wards.amu.label="Unit"')
    """
    return f"{_named(path)}={value if looks_relative(value) else json.dumps(value, ensure_ascii=False)}"


def without(changes: Sequence[str], lines: Sequence[str]) -> list[str]:
    """Changes without those whose value some lines say anew: the same one, or one inside a list that is written whole.

    >>> without(["wards.a.beds=+1", "pathways.visit.treat.time=x 2"], ['pathways.visit=[{"treat": {"time": "9 min"}}]'])
    ['wards.a.beds=+1']
    """
    said = [names_of(line) for line in lines]
    return [change for change in changes if not any(names_of(change)[: len(names)] == names for names in said)]


def names_of(line: str) -> Path:
    """The names before the equals sign of a line.

    >>> names_of('pathways.departure."papers, transport".time=x 0.8')
    ('pathways', 'departure', 'papers, transport', 'time')
    """
    return tuple((quoted_name or plain).strip() for quoted_name, plain in _PART.findall(line.partition("=")[0]))


def place_of(document: Document, names: Path) -> Path | None:
    """The place of a value that is named as in a line, with steps by their names; None if there is none."""
    if names in document.origins:
        return names
    return next((path for path in document.origins if path and by_name(document.data, path) == names), None)


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _named(path: Path) -> str:
    names = []
    for part in map(str, path):
        if '"' in part or "=" in part:
            message = f"{quoted(part)} cannot be named in a line"
            raise ScenarioError([Problem("--set", 0, 0, ".".join(map(str, path)), "change", message, "rename it")])
        names.append(f'"{part}"' if "." in part or part != part.strip() else part)
    return ".".join(names)


def _exact(path: Path, value: Any) -> Any:
    """A value as it stands in a line; `{value: ...}` where the bare one would be a change of what is there."""
    is_below = isinstance(value, int | float) and not isinstance(value, bool) and value < 0
    return {"value": value} if (is_below or looks_relative(value)) and path[-1] != "fixed" else value
