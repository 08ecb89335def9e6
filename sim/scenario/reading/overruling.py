"""Overruling: of two initiatives that set the same value only the last counts, and the reader is told so."""

from collections.abc import Iterator, Mapping

from sim.scenario.problems import Problem, field_of, quoted
from sim.scenario.reading.document import Origin, Path
from sim.scenario.reading.relative import looks_relative
from sim.scenario.reading.tree import Node


def overruled(before: Node, after: Node | None, patch: Node, earlier: Mapping[str, str]) -> list[Problem]:
    """Returns a warning for each value of an earlier initiative that another replaces or removes.

    A relative change, such as `+4` or `x 1.1`, adds to what the earlier one made of a value, so that both count.

    Args:
        before: the tree with the earlier initiatives.
        after: the tree with the other one as well.
        patch: what that one says by itself.
        earlier: names of the earlier initiatives, by their files.
    """
    relative = {node.origin for _, node in _below(patch, ()) if looks_relative(node.scalar)}
    return [
        Problem(
            origin.file,
            origin.line,
            origin.column,
            field_of(path),
            "overruled",
            f"the initiative {quoted(earlier[old.origin.file])} sets this value too, and what it says is lost",
            "take one of the two, or change the value by + or x in the last of them",
            "warning",
        )
        for path, old, origin in _lost(before, after, patch, ())
        if old.origin.file in earlier and origin not in relative
    ]


def _lost(before: Node, after: Node | None, patch: Node, path: Path) -> Iterator[tuple[Path, Node, Origin]]:
    """Yields what is no more as it was: where it stands, what stood there, and the place of what replaced it.

    The patch goes along as far as it has the names on the way: what removes a value stands only there.
    """
    if after is None:
        yield from ((inner, node, patch.origin) for inner, node in _below(before, path) if not node.inside())
    elif before.members and isinstance(after.content, dict):
        for name, member in before.members.items():
            yield from _lost(member, after.members.get(name), patch.members.get(name, patch), (*path, name))
    elif before.entries and len(before.entries) == len(after.entries):
        for number, (entry, other) in enumerate(zip(before.entries, after.entries, strict=True)):
            yield from _lost(entry, other, patch, (*path, number))
    elif before.origin != after.origin and before.plain() != after.plain():
        yield path, before, after.origin


def _below(node: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    """Yields a node and all that is in it, each with its path."""
    yield path, node
    for part, inner in node.inside():
        yield from _below(inner, (*path, part))
