"""A Node: one value of a scenario file with its place, evidence and comments, and the values inside it."""

from dataclasses import dataclass, replace
from typing import Any, Final

from sim.scenario.reading.document import Document, Evidence, Origin, Path

Scalar = str | int | float | bool | None

REMOVE: Final = "remove"
"""Written for a value that an extending file takes away."""
NOWHERE: Final = Origin("", 0, 0)


@dataclass(frozen=True, slots=True)
class Node:
    """One value; a mapping holds its members by name, a list its entries in order."""

    content: "Scalar | dict[str, Node] | tuple[Node, ...]"
    origin: Origin = NOWHERE
    key: Origin | None = None
    evidence: Evidence | None = None
    text: str = ""
    """The scalar as written, or the collection's lines, without quotes."""
    quoted: bool = False
    before: tuple[str, ...] = ()
    """Comment lines above it; an empty one is a blank line."""
    behind: str = ""
    """Comment at the end of its first line."""
    after: tuple[str, ...] = ()
    """Comment lines below what is in it, indented like that."""

    @property
    def members(self) -> "dict[str, Node]":
        """The members of a mapping; empty for anything else."""
        return self.content if isinstance(self.content, dict) else {}

    @property
    def entries(self) -> "tuple[Node, ...]":
        """The entries of a list; empty for anything else."""
        return self.content if isinstance(self.content, tuple) else ()

    @property
    def scalar(self) -> Scalar:
        """The value of a scalar; None for a mapping or list."""
        return None if isinstance(self.content, dict | tuple) else self.content

    def plain(self) -> Any:
        """Return the value as plain mappings, lists and scalars."""
        if isinstance(self.content, dict):
            return {name: member.plain() for name, member in self.content.items()}
        if isinstance(self.content, tuple):
            return [entry.plain() for entry in self.content]
        return self.content

    def inside(self) -> "list[tuple[str | int, Node]]":
        """Return the members or entries with their name or position."""
        if isinstance(self.content, tuple):
            return list(enumerate(self.content))
        return list(self.members.items())

    def at(self, path: Path) -> "Node":
        """Return the node at a path below this one, which must be there."""
        node = self
        for part in path:
            node = node.entries[part] if isinstance(part, int) else node.members[part]
        return node

    def with_at(self, path: Path, new: "Node | None") -> "Node":
        """Return the same tree with another node at a path below this one, or without it."""
        part, rest = path[0], path[1:]
        if isinstance(part, int):
            inner = self.entries[part].with_at(rest, new) if rest else new
            put = () if inner is None else (inner,)
            return self.holding((*self.entries[:part], *put, *self.entries[part + 1 :]))
        put_in = self.members[part].with_at(rest, new) if rest else new
        members = {name: put_in if name == part else member for name, member in self.members.items()}
        return self.holding({name: member for name, member in members.items() if member is not None})

    def holding(self, content: "Scalar | dict[str, Node] | tuple[Node, ...]") -> "Node":
        """Return the same node with another content."""
        return replace(self, content=content)


def document_of(root: Node, file: str) -> Document:
    """Return the document of a tree whose root is a mapping."""
    origins: dict[Path, Origin] = {}
    keys: dict[Path, Origin] = {}
    evidence: dict[Path, Evidence] = {}
    ahead: list[tuple[Path, Node]] = [((), root)]
    while ahead:
        path, node = ahead.pop()
        origins[path] = node.origin
        if node.key:
            keys[path] = node.key
        if node.evidence:
            evidence[path] = node.evidence
        ahead.extend(((*path, part), inner) for part, inner in reversed(node.inside()))
    data = {name: member.plain() for name, member in root.members.items()}
    return Document(data, origins, keys, evidence, file)


def tree_of(document: Document) -> Node:
    """Return the tree of a document."""
    return _grow(document.data, (), document)


def tree_of_data(data: Any) -> Node:
    """Return a tree of plain values that come from no file."""
    return _grow(data, (), Document({}, {}, {}, {}, ""))


def regrown(value: Any, base: Node, origin: Origin) -> Node:
    """Return the tree of a value that was worked out from another: what is unchanged keeps its place."""
    if value == base.plain():
        return base
    if isinstance(value, dict):
        return base.holding({name: regrown(inner, base.members[name], origin) for name, inner in value.items()})
    if isinstance(value, list):
        pairs = zip(value, base.entries, strict=True)
        return base.holding(tuple(regrown(inner, entry, origin) for inner, entry in pairs))
    return Node(value, origin, base.key)


def _grow(value: Any, path: Path, document: Document) -> Node:
    content: Scalar | dict[str, Node] | tuple[Node, ...]
    if isinstance(value, dict):
        content = {name: _grow(member, (*path, name), document) for name, member in value.items()}
    elif isinstance(value, list | tuple):
        content = tuple(_grow(entry, (*path, position), document) for position, entry in enumerate(value))
    else:
        content = value
    return Node(content, document.origins.get(path, NOWHERE), document.keys.get(path), document.evidence.get(path))
