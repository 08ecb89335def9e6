"""Evidence: `{value: 180, source: "..."}` stands for its value, and the rest is remembered beside it."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from sim.scenario.problems import Problem, field_of, nearest, quoted
from sim.scenario.reading.document import Evidence, Path
from sim.scenario.reading.tree import Node

MEMBER_SECTIONS: Final = (
    *("dates", "calendars", "rhythms", "patients", "staff", "equipment", "wards", "slots", "supplies"),
    *("events", "policies", "pathways", "start"),
)
"""Sections whose members have names of the hospital's own."""
TOLD: Final = ("source", "owner", "range", "note")


def is_evidence(path: Path, names: Collection[str]) -> bool:
    """Return whether a mapping with these names, at this path, is a value with its evidence.

    A section is not, since a ward may be called `value`; nor is the plain parameter of a fixed time.

    >>> is_evidence(("wards", "medical", "beds"), ["value", "source"]), is_evidence(("wards",), ["value"])
    (True, False)
    """
    if "value" not in names or any(name not in ("value", *TOLD) for name in names):
        return False
    inside = path[1:] if path[:1] == ("add",) else path
    if not inside or (len(inside) == 1 and inside[0] in MEMBER_SECTIONS):
        return False
    return not (inside[-1] == "fixed" and inside[0] != "costs" and len(names) == 1)


def without_evidence(node: Node, problems: list[Problem], path: Path = ()) -> Node:
    """Return a tree in which every value with evidence is replaced by the value; problems are added to the list."""
    if isinstance(node.content, tuple):
        entries = (without_evidence(entry, problems, (*path, place)) for place, entry in enumerate(node.content))
        return node.holding(tuple(entries))
    if not isinstance(node.content, dict):
        return node
    _check_names(node, problems, path)
    if not is_evidence(path, node.content):
        members = {name: without_evidence(member, problems, (*path, name)) for name, member in node.content.items()}
        return node.holding(members)
    told = {name: _text(member, problems, (*path, name)) for name, member in node.content.items() if name in TOLD}
    written = node.content["value"]
    value = without_evidence(written, problems, path)
    return replace(value, key=node.key, evidence=Evidence(written.text, **told))


def _text(node: Node, problems: list[Problem], path: Path) -> str:
    if isinstance(node.content, dict | tuple) or node.text == "":
        place = node.origin
        message = f"the {path[-1]} of a value is a text"
        fix = f'{path[-1]}: "KH03 Q2 2026"'
        problems.append(Problem(place.file, place.line, place.column, field_of(path), "evidence", message, fix))
    return node.text


def _check_names(node: Node, problems: list[Problem], path: Path) -> None:
    """Tell of a mapping that is nearly evidence: a misspelt name, or a source without a value."""
    names = node.members
    if "value" not in names or is_evidence(path, names) or not path:
        return
    for name, member in names.items():
        close = nearest(name, TOLD)
        if name in ("value", *TOLD) or not close:
            continue
        place = member.key or member.origin
        message = f"{quoted(name)} is no part of the evidence of a value"
        problems.append(
            Problem(place.file, place.line, place.column, field_of((*path, name)), "evidence", message, f"{close}: ...")
        )
