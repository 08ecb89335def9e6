"""Reading: a scenario file becomes a Document, or a list of everything that is wrong with its text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from sim.scenario.problems import Problem, ScenarioError, quoted
from sim.scenario.reading.building import Builder, Event
from sim.scenario.reading.characters import plainer, printable
from sim.scenario.reading.decoding import decode, lookalikes, wrong_characters
from sim.scenario.reading.document import Document
from sim.scenario.reading.evidence import without_evidence
from sim.scenario.reading.syntax import Break, explain
from sim.scenario.reading.tree import Node, document_of


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text, its tree with evidence still in it, and where in the text its scalars stand."""

    text: str
    root: Node
    spans: tuple[tuple[int, int], ...]


def read(raw: bytes | str, file: str) -> Document:
    """Return what a scenario file says, without what it extends.

    Args:
        raw: the content of the file.
        file: its name as people know it; it stands in every message.

    Raises:
        ScenarioError: with every problem of the text: its encoding, characters, grammar and single values.

    >>> read("wards: {medical: {beds: 180}}", "base.yaml").data
    {'wards': {'medical': {'beds': 180}}}
    """
    source = read_source(raw, file)
    problems: list[Problem] = []
    root = without_evidence(source.root, problems)
    if problems:
        raise ScenarioError(problems)
    return document_of(root, file)


@lru_cache(maxsize=64)
def read_kept(raw: bytes, file: str) -> Document:
    """As `read`, for files that many others extend: the same content is read once. Nobody changes a document."""
    return read(raw, file)


def read_source(raw: bytes | str, file: str) -> Source:
    """Return the tree of a file as it is written, for laying it out anew.

    Raises:
        ScenarioError: as `read`.
    """
    text = decode(raw, file)
    problems = wrong_characters(text, file)
    readable = printable(text) if problems else text
    builder, broken = _build(readable, file)
    if broken:
        alike = lookalikes(text, file)
        if alike:
            problems += alike
            builder, broken = _build(plainer(readable), file)
        hidden = [problem for problem in builder.problems if problem.code == "hash-in-text"]
        if broken and broken.line not in {problem.line for problem in (*problems, *hidden)}:
            problems.append(replace(broken, field=broken.field or builder.field_at(broken.line - 1)))
        problems += [problem for problem in builder.problems if problem.code != "missing-colon"]
    else:
        problems += builder.problems
    if not problems and (builder.root is None or not isinstance(builder.root.content, dict)):
        problems.append(_no_mapping(builder.root, file))
    if problems or builder.root is None:
        raise ScenarioError(_in_order(problems))
    return Source(text, builder.root, tuple(builder.spans))


def _build(text: str, file: str) -> tuple[Builder, Problem | None]:
    """Return the builder of a text and, if its grammar breaks, why."""
    builder = Builder(text, file)
    try:
        for event in _events(text):
            if not builder.take(event):
                break
    except MarkedYAMLError as error:
        return builder, explain(_break(error), text, file)
    except Exception as error:  # a fault in the YAML reader itself must not reach the modeller as a traceback
        unknown = Break(f"{type(error).__name__}", builder.line, 0)
        return builder, explain(unknown, text, file)
    return builder, None


def _events(text: str) -> Iterator[Event]:
    for event in YAML(typ="safe", pure=True).parse(text):
        start, end = event.start_mark, event.end_mark
        place = (start.index, end.index, start.line, start.column)
        if isinstance(event, DocumentStartEvent):
            if event.version or event.tags:
                yield Event("directive", 0, 0, _directive_line(text), 0)
            yield Event("document", *place)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            yield Event("end", *place)
        elif isinstance(event, AliasEvent):
            yield Event("alias", *place)
        elif isinstance(event, NodeEvent):
            yield _node_event(event, place)


def _directive_line(text: str) -> int:
    return next((number for number, line in enumerate(text.split("\n")) if line.startswith("%")), 0)


def _node_event(event: Any, place: tuple[int, int, int, int]) -> Event:
    anchor, tag = event.anchor is not None, event.ctag is not None
    if isinstance(event, ScalarEvent):
        return Event("scalar", *place, value=event.value, style=event.style or "", anchor=anchor, tag=tag)
    style = "flow" if event.flow_style else ""
    kind: Literal["mapping", "list"] = "mapping" if isinstance(event, MappingStartEvent) else "list"
    return Event(kind, *place, style=style, anchor=anchor, tag=tag)


def _break(error: MarkedYAMLError) -> Break:
    problem, context = error.problem_mark, error.context_mark
    mark = problem or context
    return Break(
        problem=str(error.problem or ""),
        line=mark.line if mark else -1,
        column=mark.column if mark else -1,
        context=str(error.context or ""),
        context_line=context.line if context else -1,
        context_column=context.column if context else -1,
    )


def _no_mapping(root: Node | None, file: str) -> Problem:
    if root is None or root.content in (None, ""):
        return Problem(file, 0, 0, "", "empty-file", "the file is empty", "start with `wardflow: 1` and `name: ...`")
    if isinstance(root.content, str) and (glued := re.match(r"(\w+):(\S.*)", root.content)):
        message = f"a space is missing after the colon in {quoted(root.content)}"
        return Problem(file, root.origin.line, 1, "", "missing-space", message, f"{glued[1]}: {glued[2]}")
    found = "a list" if root.entries or isinstance(root.content, tuple) else "a single text or number"
    message = f"the file holds {found}; a scenario is lines of `name: value`"
    return Problem(file, root.origin.line, root.origin.column, "", "not-a-mapping", message, "start with `wardflow: 1`")


def _in_order(problems: list[Problem]) -> list[Problem]:
    """Return problems in the order of the file, one for each place and code."""
    unique = {(problem.line, problem.column, problem.code): problem for problem in reversed(problems)}
    return sorted(unique.values(), key=lambda problem: (problem.line, problem.column))
