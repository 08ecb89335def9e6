"""Writing: plain values, a file's text or a whole merged scenario as well laid out text."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sim.scenario.reading.comments import with_comments
from sim.scenario.reading.document import Document
from sim.scenario.reading.layout import lay_out
from sim.scenario.reading.reading import read_source
from sim.scenario.reading.tree import Node, Scalar, tree_of, tree_of_data

LONGEST: Final = 90
"""Longer texts are shortened in a comment."""


def to_yaml(data: Mapping[str, Any]) -> str:
    """Return the text of a scenario file that says these values; reading it gives them back.

    >>> print(to_yaml({"name": "General", "wards": {"medical": {"kind": "ward", "beds": 180}}}))
    name: General
    <BLANKLINE>
    wards:
      medical: {beds: 180, kind: ward}
    <BLANKLINE>
    """
    return lay_out(tree_of_data(dict(data)))


def format_text(text: bytes | str, file: str = "scenario.yaml") -> str:
    """Return a file's text in the usual layout and order, with its comments; doing it twice changes nothing more.

    Raises:
        ScenarioError: if the text cannot be read.
    """
    return lay_out(with_comments(read_source(text, file)))


def show(document: Document) -> str:
    """Return a whole scenario with the file and line of each value, and its source, as comments.

    Where a line of the result comes from one line of a file, one comment stands for all of it.
    """
    root = tree_of(document)
    members = {name: _told(member) for name, member in root.members.items()}
    return lay_out(root.holding(members))


def _told(node: Node) -> Node:
    """Return a node with comments that tell where it, or what is in it, comes from."""
    if _of_one_line(node):
        return replace(node, behind=_comment(node))
    content: Scalar | dict[str, Node] | tuple[Node, ...] = node.content
    if isinstance(content, dict):
        content = {name: _told(member) for name, member in content.items()}
    elif isinstance(content, tuple):
        content = tuple(_told(entry) for entry in content)
    return node.holding(content)


def _of_one_line(node: Node) -> bool:
    """Return whether all inside comes from one line without evidence, or is a list of single values from one file."""
    inside = [inner for _, inner in node.inside()]
    if isinstance(node.content, tuple) and not any(inner.inside() or inner.evidence for inner in inside):
        return all(inner.origin.file == node.origin.file for inner in inside)
    return all(
        (inner.origin.file, inner.origin.line) == (node.origin.file, node.origin.line)
        and not inner.evidence
        and _of_one_line(inner)
        for inner in inside
    )


def _comment(node: Node) -> str:
    told = str(node.origin)
    if node.evidence:
        kinds = ("source", "owner", "range", "note")
        parts = ((kind, getattr(node.evidence, kind)) for kind in kinds)
        told += "".join(f"; {kind}: {_short(text)}" for kind, text in parts if text)
    return "# " + "".join(one for one in told if one.isprintable())


def _short(text: str) -> str:
    r"""Return a text on one line, shortened if it is long.

    >>> _short("KH03,\n Q2"), len(_short("word " * 50))
    ('KH03, Q2', 90)
    """
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 3] + "..."
