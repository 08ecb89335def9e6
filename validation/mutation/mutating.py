"""Mutating: every small change that mutmut's operators would make inside the functions of a file, one at a time."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

UNTOUCHED: Final = ("len", "isinstance")
"""Calls that mutmut leaves alone: a change in them is an error at once."""


@dataclass(frozen=True, slots=True)
class Change:
    """A node of the syntax tree and what stands in its place in a mutant."""

    line: int
    node: libcst.CSTNode
    instead: libcst.CSTNode


class _Finder(libcst.CSTVisitor):
    """Goes through a file and notes all changes; annotations, decorators and what stands outside functions stay."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[Change] = []
        self.depth = 0

    def on_visit(self, node: libcst.CSTNode) -> bool:
        """Notes the changes of a node; tells whether to look inside."""
        if isinstance(node, libcst.Annotation | libcst.Decorator) or _is_left_alone(node):
            return False
        if self.depth:
            line = self.get_metadata(PositionProvider, node).start.line
            self.changes += [Change(line, node, instead) for instead in _instead_of(node)]
        self.depth += isinstance(node, libcst.FunctionDef)
        return True

    def on_leave(self, original_node: libcst.CSTNode) -> None:
        """Comes out of a node."""
        self.depth -= isinstance(original_node, libcst.FunctionDef)


def _is_left_alone(node: libcst.CSTNode) -> bool:
    return isinstance(node, libcst.Call) and isinstance(node.func, libcst.Name) and node.func.value in UNTOUCHED


def _instead_of(node: libcst.CSTNode) -> Iterator[libcst.CSTNode]:
    """Everything that mutmut's operators put in the place of a node."""
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            yield from operator(node)


@dataclass(frozen=True, slots=True)
class Mutable:
    """A file and all its changes, in the order of the text."""

    tree: libcst.Module
    changes: list[Change]

    def mutant(self, number: int) -> str:
        """Source of the file with one change; may be equal to the file, or no Python at all."""
        change = self.changes[number]
        changed = self.tree.deep_replace(change.node, change.instead)
        return changed.code if isinstance(changed, libcst.Module) else self.tree.code


def mutable(source: str) -> Mutable:
    r"""Finds all changes of a file.

    >>> found = mutable("def is_later(a, b):\n    return a > b\n")
    >>> [found.mutant(number) for number in range(len(found.changes))]
    ['def is_later(a, b):\n    return a >= b\n']
    """
    wrapper, finder = MetadataWrapper(libcst.parse_module(source)), _Finder()
    return Mutable(wrapper.visit(finder), finder.changes)


def difference(before: str, after: str) -> str:
    """What a mutant changes, as the lines that are taken away and put in."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return "\n".join(line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---"))
